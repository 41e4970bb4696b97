"""Joins a published semantic and a published instance model into one panoptic graph, in the layout of Mask2Former: every query is a surface or an object. Nothing is trained. See README.md."""
import argparse
import os

import numpy as np
import onnx
import torch
import torchvision
from torch import nn
from torch.nn import functional as F

import card
import nets
import published
import toydata
from train_semantic import CLASSES

COMMAND = "python3 models/export_panoptic.py --data FOLDER, from the published semantic and instance models"
HERE = os.path.dirname(os.path.abspath(__file__))
SIZE = 192
GRID = SIZE // 4
# Surfaces come first in the list of classes.
SURFACES = len(CLASSES) - len(toydata.CLASSES)
# The score from which an object counts. On the first 100 clean training scenes v1's quality rises from 0.837 at 0.2 to 0.845 at 0.4, and no further at 0.5.
KEEP = 0.4


def log_odds(share):
    return (share / (1 - share)).log()


class Panoptic(nn.Module):
    """RGB [1, 3, 192, 192] -> class_queries_logits [1, 5 + 20, classes + 1], masks_queries_logits [1, 5 + 20, 48, 48], features [1, 64].

    The first queries are the surfaces, their masks the log-odds of the semantic answer; the others are the surest objects after non-maximum
    suppression, their masks cut by their box. An object's confidence is its score's, moved so that KEEP becomes one half.
    """

    OBJECTS = 20
    SURE, NEVER = 12.0, -12.0

    def __init__(self, semantic, instances):
        super().__init__()
        self.semantic, self.instances = semantic, instances
        self.shift = float(np.log((1 - KEEP) / KEEP))
        cells = torch.arange(GRID) * 4.0 + 2
        self.register_buffer("cells", cells)
        surfaces = torch.full((1, SURFACES, len(CLASSES) + 1), self.NEVER)
        surfaces[0, torch.arange(SURFACES), torch.arange(SURFACES)] = self.SURE
        self.register_buffer("surfaces", surfaces)

    def objects(self, image):
        """Class, shifted logit of the score, and mask logits of the surest objects; unused places have a logit of NEVER."""
        answer, prototypes, features = self.instances(image)
        count = len(toydata.CLASSES)
        rows = answer[0].t()
        scores, kinds = rows[:, 4:4 + count].max(1)
        scores, order = scores.topk(100)
        rows, kinds = rows[order], kinds[order]
        corners = torch.cat((rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2), 1)
        kept = torchvision.ops.nms(corners, scores, 0.6)
        # As many places whatever was kept; those left over repeat the first row and are never sure.
        places = torch.cat((kept, torch.zeros(self.OBJECTS, dtype=torch.int64)))[:self.OBJECTS]
        used = torch.cat((torch.ones_like(kept), torch.zeros(self.OBJECTS, dtype=torch.int64)))[:self.OBJECTS] > 0
        sure = log_odds(scores[places].clamp(1e-4, 1 - 1e-4)) + self.shift
        sure = torch.where(used, sure, torch.full_like(sure, self.NEVER))
        masks = torch.mm(rows[places, 4 + count:], prototypes[0].flatten(1)).reshape(self.OBJECTS, GRID, GRID)
        box = corners[places][:, :, None, None]
        inside = ((self.cells[None, None, :] >= box[:, 0]) & (self.cells[None, None, :] <= box[:, 2])
                  & (self.cells[None, :, None] >= box[:, 1]) & (self.cells[None, :, None] <= box[:, 3]))
        return kinds[places], sure, torch.where(inside, masks, torch.full_like(masks, self.NEVER)), features

    def forward(self, image):
        logits, _ = self.semantic(image)
        share = logits.softmax(1)[:, :SURFACES].clamp(1e-5, 1 - 1e-5)
        kinds, sure, masks, features = self.objects(image)
        # The last class is "nothing": a softmax over 0 and -sure is the score that sure is the logit of.
        own = F.one_hot(kinds + SURFACES, len(CLASSES) + 1).bool()
        classes = torch.where(own, torch.zeros(1), torch.full((1,), self.NEVER))
        classes = torch.cat((classes[:, :-1], -sure[:, None]), 1)
        return (torch.cat((self.surfaces, classes[None]), 1), torch.cat((log_odds(share), masks[None]), 1), features)


def read(classes, masks, threshold=0.5, kept_share=0.8):
    """As the family MaskQueries reads them: an id per pixel of 256 x 256 (0: none), and the class of each id from 1."""
    shares = classes.softmax(1)
    confidence, kinds = shares[:, :-1].max(1)
    sure = (confidence >= threshold) & (confidence > shares[:, -1])
    confidence, kinds, masks = confidence[sure], kinds[sure].tolist(), masks[sure]
    share = F.interpolate(masks[None], size=256, mode="bilinear", align_corners=False)[0].sigmoid()
    winners = (share * confidence[:, None, None]).argmax(0)
    own = (share >= 0.5).sum((1, 2)).tolist()
    counts = torch.bincount(winners.flatten(), minlength=len(kinds)).tolist()
    ids, left = torch.zeros(len(kinds), dtype=torch.int64), []
    for index, kind in enumerate(kinds):
        if counts[index] > 0 and own[index] > 0 and counts[index] / own[index] > kept_share:
            left.append(kind)
            ids[index] = len(left)
    return ids[winners].numpy(), left


def tally(counts, truth, kinds, answer, answered):
    """Adds one picture to rows of matched, sum of overlaps, false, missed per class; truth's 0 is void."""
    size = len(kinds) + 1
    pairs = np.bincount(answer.ravel() * size + truth.ravel(), minlength=(len(answered) + 1) * size).reshape(-1, size)
    matched_truth, matched_answer = set(), set()
    for mine, kind in enumerate(answered, 1):
        for its, other in enumerate(kinds, 1):
            if kind == other and pairs[mine, its] > 0:
                union = pairs[mine].sum() - pairs[mine, 0] + pairs[:, its].sum() - pairs[mine, its]
                if pairs[mine, its] / union > 0.5:
                    counts[kind] += (1, pairs[mine, its] / union, 0, 0)
                    matched_truth.add(its)
                    matched_answer.add(mine)
    for mine, kind in enumerate(answered, 1):
        if mine not in matched_answer and pairs[mine, 0] <= 0.5 * pairs[mine].sum():
            counts[kind] += (0, 0, 1, 0)
    for its, kind in enumerate(kinds, 1):
        if its not in matched_truth and pairs[:, its].sum() > 0:
            counts[kind] += (0, 0, 0, 1)


def truth_of(folder, record):
    """Ids from 1 per pixel (0: the new kind, which no model knows), and their classes."""
    segments = toydata.segments(folder, record)
    table, kinds = np.zeros(256, np.int64), []
    for kind in range(SURFACES):
        if (segments == 100 + kind).any():
            kinds.append(kind)
            table[100 + kind] = len(kinds)
    for item in record["objects"]:
        if item["kind"] < len(toydata.CLASSES):
            kinds.append(SURFACES + item["kind"])
            table[item["id"]] = len(kinds)
    return table[segments], kinds


def quality(net, folder, truth_folder, count):
    """Panoptic quality over the first pictures of a folder, per class."""
    pixels, records = toydata.images(folder, SIZE), toydata.truth(truth_folder)[:count]
    counts = np.zeros((len(CLASSES), 4))
    for index, record in enumerate(records):
        image = torch.from_numpy(np.ascontiguousarray(pixels[index:index + 1])).permute(0, 3, 1, 2).float() / 255
        with torch.no_grad():
            classes, masks, _ = net(image)
        tally(counts, *truth_of(truth_folder, record), *read(classes[0], masks[0]))
    return counts[:, 1] / np.maximum(counts[:, 0] + counts[:, 2] / 2 + counts[:, 3] / 2, 1e-9)


def score(net, data, count=200):
    """Panoptic quality on the first scenes of each held-out set; the truth of held0 holds for every smear."""
    result = {}
    for smear in card.SMEARS:
        each = quality(net, os.path.join(data, f"held{smear}"), os.path.join(data, "held0"), count)
        result[smear] = {"n": count, "pq": round(float(each.mean()), 4), "pqOfClass": {name: round(float(value), 4) for name, value in zip(CLASSES, each)}}
        print(smear, result[smear], flush=True)
    return result


def export(net, version, data, out, training):
    path = os.path.join(out, f"parcel-panoptic-v{version}.onnx")
    torch.onnx.export(
        net, torch.zeros(1, 3, SIZE, SIZE), path, opset_version=13, input_names=["image"],
        output_names=["class_queries_logits", "masks_queries_logits", "features"])
    onnx.checker.check_model(onnx.load(path))
    contract = {
        "family": "mask-queries", "task": "Panoptic", "classes": CLASSES, "stuffClasses": CLASSES[:SURFACES],
        "input": {
            "name": "image", "width": SIZE, "height": SIZE, "layout": "Nchw", "colours": "Rgb", "scale": 1 / 255,
            "resize": "Stretch", "kernel": "BilinearAntialiased"},
        "outputs": ["class_queries_logits", "masks_queries_logits"], "embeddingOutput": "features", "thresholds": {"confidence": 0.5}}
    card.write(path, contract, f"Parcel panorama v{version}", training, score(net, data), held="the first 200 of 600 scenes")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", default=HERE)
    chosen = arguments.parse_args()
    torch.set_num_threads(1)
    for version, base in ((1, card.V1), (2, card.V2)):
        semantic = published.load(nets.Semantic(len(CLASSES)), os.path.join(HERE, f"parcel-semantic-v{version}.onnx"))
        instances = published.load(nets.Instances(nets.Detector(len(toydata.CLASSES), SIZE)), os.path.join(HERE, f"parcel-instances-v{version}.onnx"))
        net = Panoptic(semantic, instances).eval()
        export(net, version, chosen.data, chosen.out, base | {
            "data": f"none of its own: the weights of parcel-semantic-v{version} and parcel-instances-v{version}", "trainedBy": COMMAND})


if __name__ == "__main__":
    main()
