"""The demo's networks: small enough to train on one core in minutes and to run in a millisecond or two."""
import torch
from torch import nn
from torch.nn import functional as F


def conv(inputs, outputs, stride=1, kernel=3):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Classifier(nn.Module):
    """RGB [n, 3, 128, 128] -> logits [n, classes] and the 64 features that they are read from."""

    def __init__(self, classes):
        super().__init__()
        self.body = nn.Sequential(
            conv(3, 16, 2), conv(16, 32, 2), conv(32, 48, 2), conv(48, 48), conv(48, 64, 2), conv(64, 96))
        self.embed = nn.Linear(96, 64)
        self.head = nn.Linear(64, classes)

    def forward(self, image):
        features = F.relu(self.embed(self.body(image).mean((2, 3))))
        return self.head(features), features


class Detector(nn.Module):
    """Anchor-free, strides 8, 16, 32; answers in the layout of Ultralytics v8: [n, 4 + classes, anchors] with cx, cy, w, h in input pixels."""

    STRIDES = (8, 16, 32)

    def __init__(self, classes, size):
        super().__init__()
        self.classes = classes
        self.stem = nn.Sequential(conv(3, 16, 2), conv(16, 24, 2))
        self.p3 = conv(24, 48, 2)
        self.p4 = nn.Sequential(conv(48, 64, 2), conv(64, 64))
        self.p5 = nn.Sequential(conv(64, 96, 2), conv(96, 96))
        self.top = conv(96, 64, kernel=1)
        self.n4 = conv(64, 64)
        self.down = conv(64, 48, kernel=1)
        self.n3 = conv(48, 48)
        self.towers = nn.ModuleList(conv(channels, 48) for channels in (48, 64, 64))
        self.outs = nn.ModuleList(nn.Conv2d(48, 4 + classes, 1) for _ in self.STRIDES)
        for out in self.outs:
            nn.init.constant_(out.bias[4:], -4.5)
        centers, strides = [], []
        for stride in self.STRIDES:
            count = size // stride
            y, x = torch.meshgrid(torch.arange(count), torch.arange(count), indexing="ij")
            centers.append((torch.stack((x, y), -1).reshape(-1, 2) + 0.5) * stride)
            strides.append(torch.full((count * count,), float(stride)))
        self.register_buffer("centers", torch.cat(centers).t().contiguous())
        self.register_buffer("anchor_strides", torch.cat(strides))

    def pyramid(self, image):
        """The stem's quarter and the three levels that the heads look at."""
        stem = self.stem(image)
        p3 = self.p3(stem)
        p4 = self.p4(p3)
        top = self.top(self.p5(p4))
        n4 = self.n4(p4 + F.interpolate(top, scale_factor=2.0, mode="nearest"))
        n3 = self.n3(p3 + F.interpolate(self.down(n4), scale_factor=2.0, mode="nearest"))
        return stem, (n3, n4, top)

    def raw(self, image, levels=None):
        """Edge distances in pixels [n, 4, anchors], class logits [n, classes, anchors], features [n, 64]."""
        levels = levels or self.pyramid(image)[1]
        answer = torch.cat([out(tower(level)).flatten(2) for tower, out, level in zip(self.towers, self.outs, levels)], 2)
        edges = F.softplus(answer[:, :4]) * 2 * self.anchor_strides
        return edges, answer[:, 4:], levels[1].mean((2, 3))

    def levels(self, image):
        """The answer, features, stem and levels."""
        stem, levels = self.pyramid(image)
        edges, logits, features = self.raw(image, levels)
        low, high = self.centers - edges[:, :2], self.centers + edges[:, 2:]
        return torch.cat(((low + high) / 2, high - low, logits.sigmoid()), 1), features, stem, levels

    def forward(self, image):
        return self.levels(image)[:2]


class Semantic(nn.Module):
    """RGB [n, 3, h, w] -> logits [n, classes, h / 4, w / 4], and the 64 features of the deepest level: a small U-Net that stops at a quarter, as SegFormer does."""

    def __init__(self, classes):
        super().__init__()
        self.quarter = nn.Sequential(conv(3, 12, 2), conv(12, 24, 2))
        self.eighth = conv(24, 48, 2)
        self.sixteenth = nn.Sequential(conv(48, 64, 2), conv(64, 64))
        self.up8 = conv(64, 48, kernel=1)
        self.mix8 = conv(48, 48)
        self.up4 = conv(48, 24, kernel=1)
        self.mix4 = conv(24, 24)
        self.head = nn.Conv2d(24, classes, 1)

    def forward(self, image):
        quarter = self.quarter(image)
        eighth = self.eighth(quarter)
        deep = self.sixteenth(eighth)
        eighth = self.mix8(eighth + F.interpolate(self.up8(deep), scale_factor=2.0, mode="nearest"))
        logits = self.head(self.mix4(quarter + F.interpolate(self.up4(eighth), scale_factor=2.0, mode="nearest")))
        return logits, deep.mean((2, 3))


class Instances(nn.Module):
    """A detector and, from its features, 16 prototypes [n, 16, size / 4, size / 4] and 16 coefficients per anchor: the layout of Ultralytics' segmentation."""

    COUNT = 16

    def __init__(self, detector):
        super().__init__()
        self.detector = detector
        self.fine = conv(24, 24, kernel=1)
        self.coarse = conv(48, 24)
        self.mix = conv(24, 32)
        self.prototypes = nn.Conv2d(32, self.COUNT, 1)
        self.coefficients = nn.ModuleList(nn.Sequential(conv(channels, 32), nn.Conv2d(32, self.COUNT, 1)) for channels in (48, 64, 64))

    def raw(self, image):
        """The detector's answer as it is, coefficients [n, 16, anchors], prototypes, features [n, 64]."""
        with torch.no_grad():
            answer, features, stem, levels = self.detector.levels(image)
        coefficients = torch.cat([head(level).flatten(2) for head, level in zip(self.coefficients, levels)], 2)
        fine = self.fine(stem) + F.interpolate(self.coarse(levels[0]), scale_factor=2.0, mode="nearest")
        return answer, coefficients, self.prototypes(self.mix(fine)), features

    def forward(self, image):
        answer, coefficients, prototypes, features = self.raw(image)
        return torch.cat((answer, coefficients), 1), prototypes, features


class LineFinder(nn.Module):
    """RGB [n, 3, h, w] -> how probably a pixel belongs to the core of a printed line [n, 1, h, w], as PaddleOCR's detection (DB), and the 64 features of the deepest level."""

    SHARPNESS = 50

    # The trained map falls off softly around a core. Where the reading cuts it, at 0.3, it shall be as wide as the cores that it learned: found lines
    # were 4 pixels too wide and too high without.
    STEEPER, LATER = 2, 1.75

    def __init__(self):
        super().__init__()
        self.stem = conv(3, 16, 2)
        self.quarter = conv(16, 24, 2)
        self.eighth = conv(24, 48, 2)
        self.sixteenth = nn.Sequential(conv(48, 64, 2), conv(64, 64))
        self.up8 = conv(64, 48, kernel=1)
        self.mix8 = conv(48, 48)
        self.up4 = conv(48, 24, kernel=1)
        self.mix4 = conv(24, 32)
        # 4 x 4 pixels of each cell at once: the map is as large as the picture, the network is not.
        self.core = nn.Conv2d(32, 16, 1)
        self.threshold = nn.Conv2d(32, 16, 1)
        nn.init.constant_(self.core.bias, -3)

    def raw(self, image, has_threshold=True):
        """Logits of the core, the threshold map (for training only; 0 to 1), features."""
        quarter = self.quarter(self.stem(image))
        eighth = self.eighth(quarter)
        deep = self.sixteenth(eighth)
        eighth = self.mix8(eighth + F.interpolate(self.up8(deep), scale_factor=2.0, mode="nearest"))
        mixed = self.mix4(quarter + F.interpolate(self.up4(eighth), scale_factor=2.0, mode="nearest"))
        threshold = F.pixel_shuffle(self.threshold(mixed), 4).sigmoid() if has_threshold else None
        return F.pixel_shuffle(self.core(mixed), 4), threshold, deep.mean((2, 3))

    def forward(self, image):
        core, _, features = self.raw(image, has_threshold=False)
        return (self.STEEPER * (core - self.LATER)).sigmoid(), features


class TurnedLine(nn.Module):
    """A printed line, RGB [n, 3, 32, w] -> [n, 2]: probabilities that it stands upright and on its head, as PaddleOCR's direction classifier."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(conv(3, 12, 2), conv(12, 24, 2), conv(24, 32, 2), conv(32, 32))
        self.head = nn.Linear(32, 2)

    def raw(self, image):
        return self.head(self.body(image).mean((2, 3)))

    def forward(self, image):
        return self.raw(image).softmax(1)


class LineReader(nn.Module):
    """A printed line, RGB [n, 3, 32, w] -> probabilities [n, w / 4, 1 + characters], blank first, and the 64 features of its middle."""

    def __init__(self, characters):
        super().__init__()
        self.body = nn.Sequential(
            conv(3, 24), nn.MaxPool2d(2), conv(24, 48), nn.MaxPool2d(2), conv(48, 64), nn.MaxPool2d((2, 1)), conv(64, 64), nn.MaxPool2d((2, 1)))
        # Two cells of height are left; they become channels. Each step sees 46 pixels to both sides.
        def mix(inputs, outputs, dilation):
            return nn.Sequential(nn.Conv1d(inputs, outputs, 5, padding=2 * dilation, dilation=dilation, bias=False), nn.BatchNorm1d(outputs), nn.ReLU(inplace=True))

        self.steps = nn.Sequential(mix(128, 96, 1), mix(96, 96, 2), mix(96, 64, 1))
        self.head = nn.Conv1d(64, 1 + characters, 1)

    def raw(self, image):
        """Logits [n, 1 + characters, w / 4] and features [n, 64]."""
        steps = self.steps(self.body(image).flatten(1, 2))
        return self.head(steps), steps.mean(2)

    def forward(self, image):
        logits, features = self.raw(image)
        return logits.softmax(1).transpose(1, 2), features
