"""Trains reader v1 (clean lines only) and v2 (v1 trained on with spoiled lines): one printed line of a label, read by CTC; and with each a network that tells lines that stand on their head. See README.md."""
import argparse
import os
import time

import numpy as np
import onnx
import torch
from PIL import Image
from torch.nn import functional as F

import card
import nets
import textdata

COMMAND = "python3 models/train_text.py --data FOLDER"
HERE = os.path.dirname(os.path.abspath(__file__))
HEIGHT, WIDTH, LONGEST = 32, 192, 288


def straight(crop, longest=LONGEST):
    """A crop as float32 [3, 32, longest], -1 to 1, padded with zeros on the right as the contract says, and its width."""
    width = min(int(np.ceil(HEIGHT * crop.shape[1] / crop.shape[0])), longest)
    pixels = np.zeros((3, HEIGHT, longest), np.float32)
    pixels[:, :, :width] = np.asarray(Image.fromarray(crop).resize((width, HEIGHT), Image.BILINEAR), np.float32).transpose(2, 0, 1) / 127.5 - 1
    return pixels, width


def places(line, axes, width):
    """The step above each character's middle: the label's font has letters of 4 units, syllables of 6, spaces of 1.5, gaps of 1.9 between them and 0.6 around the line."""
    units = np.array([6 if character >= "가" else 1.5 if character == " " else 4 for character in line["text"]])
    middles = np.cumsum(units + 1.9) - 1.9 - units / 2 + 0.6
    whole = np.sum(units + 1.9) - 1.9 + 1.2
    quad, (origin, across, _) = line["quad"], axes
    points = quad[0] + (quad[3] - quad[0]) / 2 + (middles / whole)[:, None] * (quad[1] - quad[0])
    return np.clip(((points - origin) @ across / (across @ across) * width / 4).astype(int), 0, LONGEST // 4 - 1)


def crops(folder, seed=None):
    """Every legible line as it will be cut out and turned upright: pixels, texts, the steps of their characters, whether they came on their head.

    With a seed the rectangles are a little off, as a finder's are.
    """
    random = np.random.default_rng(seed)
    upright, turned, texts, where = [], [], [], []
    for pixels, lines in zip(*textdata.pictures(folder)):
        for line in lines:
            if not line["legible"]:
                continue
            centre, width, height, angle = textdata.rectangle(line["quad"])
            if seed is not None:
                centre = centre + random.uniform(-0.8, 0.8, 2)
                width, height, angle = width + random.uniform(-1.5, 3), height + random.uniform(-0.8, 2.5), angle + random.uniform(-0.03, 0.03)
            crop, (origin, across, down) = textdata.cut(pixels, textdata.corners(centre, width, height, angle))
            is_turned = (line["quad"][1] - line["quad"][0]) @ across < 0
            if is_turned:
                origin, across, down, crop = origin + across + down, -across, -down, crop[::-1, ::-1]
            straightened, length = straight(np.ascontiguousarray(crop))
            upright.append(straightened)
            turned.append(is_turned)
            texts.append(line["text"])
            where.append(places(line, (origin, across, down), length))
    return np.stack(upright), texts, where, np.array(turned)


def fit(net, sets, alphabet, epochs, rate, seed, aligned=0):
    """sets: what crops() gives. The first epochs may be told where each character stands: CTC alone settles on naming some where they cannot be seen."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    size = 32
    pixels = np.concatenate([one[0] for one in sets])
    codes = [torch.tensor([1 + alphabet.index(character) for character in text]) for one in sets for text in one[1]]
    where = [torch.from_numpy(place) for one in sets for place in one[2]]
    optimizer = torch.optim.AdamW(net.parameters(), rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * (len(codes) // size), pct_start=0.2)
    started = time.time()
    for epoch in range(epochs):
        net.train()
        order, total = random.permutation(len(codes)), 0.0
        for start in range(0, len(codes) - size + 1, size):
            chosen = order[start:start + size]
            logits, _ = net.raw(torch.from_numpy(pixels[chosen]))
            wanted = [codes[index] for index in chosen]
            steps = torch.full((size,), logits.shape[2], dtype=torch.int64)
            if epoch < aligned:
                truth = torch.zeros((size, logits.shape[2]), dtype=torch.int64)
                for row, index in enumerate(chosen):
                    truth[row, where[index]] = codes[index]
                loss = F.cross_entropy(logits, truth)
            else:
                loss = F.ctc_loss(logits.permute(2, 0, 1).log_softmax(2), torch.cat(wanted), steps, torch.tensor([len(text) for text in wanted]))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch} loss {total / (len(codes) // size):.4f} {time.time() - started:.0f} s", flush=True)


def on_its_head(pixels):
    """Padded lines [n, 3, 32, w] turned by 180 degrees, their padding again on the right."""
    widths = (pixels != 0).any((1, 2)).sum(1)
    turned = np.zeros_like(pixels)
    for index, width in enumerate(widths):
        turned[index, :, :, :width] = pixels[index, :, ::-1, :width][:, :, ::-1]
    return turned


def fit_turn(net, sets, epochs, rate, seed):
    """Half of the lines are turned at random."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    size = 32
    upright = np.concatenate([one[0] for one in sets])[:, :, :, :WIDTH]
    both = (upright, on_its_head(upright))
    optimizer = torch.optim.AdamW(net.parameters(), rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * (len(upright) // size), pct_start=0.2)
    for epoch in range(epochs):
        net.train()
        order, total = random.permutation(len(upright)), 0.0
        for start in range(0, len(upright) - size + 1, size):
            chosen, turned = order[start:start + size], random.integers(0, 2, size)
            loss = F.cross_entropy(net.raw(torch.from_numpy(np.stack([both[which][index] for index, which in zip(chosen, turned)]))), torch.from_numpy(turned))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"turn: epoch {epoch} loss {total / (len(upright) // size):.4f}", flush=True)


def read(shares, alphabet):
    """The best path: repeats are one character, blanks none."""
    best = shares.argmax(1)
    return "".join(alphabet[code - 1] for code, before in zip(best, [0, *best[:-1]]) if code != 0 and code != before)


def distance(a, b):
    """Levenshtein's: the fewest insertions, deletions and replacements."""
    row = list(range(len(b) + 1))
    for index, character in enumerate(a, 1):
        above, row[0] = row[0], index
        for place, other in enumerate(b, 1):
            above, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, above + (character != other))
    return row[-1]


def confident(share):
    """The mean probability of the characters that read() keeps; 0 where there is none."""
    best = share.argmax(1)
    kept = (best != 0) & (best != np.concatenate(([0], best[:-1])))
    return float(share[kept].max(1).mean()) if kept.any() else 0.0


def answers(net, pixels):
    with torch.no_grad():
        return torch.cat([net(torch.from_numpy(pixels[start:start + 50])) for start in range(0, len(pixels), 50)]).numpy()


def score(net, data, alphabet):
    """Errors per character of the truth, and the share of lines that are read without a fault; every line upright and where it is."""
    net.eval()
    result = {}
    for smear in card.SMEARS:
        pixels, texts, _, _ = crops(os.path.join(data, f"near-held{smear}"))
        shares = answers(lambda lines: net(lines)[0], pixels)
        faults = np.array([distance(text, read(share, alphabet)) for text, share in zip(texts, shares)])
        hangul = np.array([text[0] >= "가" for text in texts])
        lengths = np.array([len(text) for text in texts])
        result[smear] = {
            "n": len(texts), "cer": round(float(faults.sum() / lengths.sum()), 4), "exact": round(float((faults == 0).mean()), 4),
            "cerOf": {"routing code": round(float(faults[~hangul].sum() / lengths[~hangul].sum()), 4), "place": round(float(faults[hangul].sum() / lengths[hangul].sum()), 4)}}
        print(smear, result[smear], flush=True)
    return result


def score_turn(net, data):
    """The share of lines that are told right, each once upright and once on its head, at the sureness that VisionMonitor asks for."""
    net.eval()
    result = {}
    for smear in card.SMEARS:
        upright = crops(os.path.join(data, f"near-held{smear}"))[0][:, :, :, :WIDTH]
        said = [answers(net, pixels)[:, 1] > 0.9 for pixels in (upright, on_its_head(upright))]
        result[smear] = {"n": 2 * len(upright), "right": round(float((1 - said[0].mean() + said[1].mean()) / 2), 4)}
        print(smear, result[smear], flush=True)
    return result


INPUT = {
    "name": "x", "width": WIDTH, "height": HEIGHT, "layout": "Nchw", "colours": "Rgb", "scale": 1 / 255, "mean": [0.5], "deviation": [0.5],
    "resize": "TextLine", "kernel": "BilinearAntialiased"}


def export(net, version, data, out, alphabet, training):
    path = os.path.join(out, f"parcel-reader-v{version}.onnx")
    net.eval()
    torch.onnx.export(net, torch.zeros(1, 3, HEIGHT, WIDTH), path, opset_version=13, input_names=["x"], output_names=["steps", "features"], dynamic_axes={"x": {3: "width"}, "steps": {1: "steps"}})
    model = onnx.load(path)
    entry = model.metadata_props.add()
    entry.key, entry.value = "character", "\n".join(alphabet)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    contract = {"family": "paddle-text-recognition", "task": "Text", "classes": alphabet, "input": INPUT, "outputs": ["steps"], "embeddingOutput": "features"}
    card.write(path, contract, f"Parcel label reader v{version}", training, score(net, data, alphabet), held="every legible line of 300 scenes")


def export_turn(net, version, data, out, training):
    path = os.path.join(out, f"parcel-turn-v{version}.onnx")
    net.eval()
    torch.onnx.export(net, torch.zeros(1, 3, HEIGHT, WIDTH), path, opset_version=13, input_names=["x"], output_names=["turn"], dynamic_axes={"x": {3: "width"}})
    contract = {"family": "classifier", "task": "Classification", "classes": ["0", "180"], "input": INPUT, "outputs": ["turn"]}
    card.write(path, contract, f"Parcel line direction v{version}", training, score_turn(net, data), held="every legible line of 300 scenes, upright and on its head")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", default=HERE)
    chosen = arguments.parse_args()
    torch.set_num_threads(1)
    clean = crops(os.path.join(chosen.data, "near-clean"), seed=1)
    # What labels print is known to whoever prints them: ten hubs, ten places, digits.
    alphabet = sorted({character for text in clean[1] for character in text})
    torch.manual_seed(12)
    reader, turn = nets.LineReader(len(alphabet)), nets.TurnedLine()
    fit(reader, [clean], alphabet, 8, 3e-3, 12, aligned=3)
    fit_turn(turn, [clean], 8, 4e-3, 14)
    training = {"data": f"{len(clean[1])} legible lines of 4000 clean scenes looked at from near, seed 1001", "augmentation": "rectangles a little off, as a finder's are", "trainedBy": COMMAND}
    finish(reader, turn, 1, chosen, alphabet, card.V1 | training)

    varied = crops(os.path.join(chosen.data, "near-varied"), seed=2)
    few = tuple(part[:1000] for part in clean)
    fit(reader, [varied, few], alphabet, 5, 2e-3, 13)
    fit_turn(turn, [varied, few], 6, 3e-3, 15)
    finish(reader, turn, 2, chosen, alphabet, training | {
        "data": f"starts from v1's weights; {len(varied[1])} legible lines of 4000 varied scenes, seed 2002 (smear, defocus, noise, light, colour temperature, JPEG in all strengths), and the first 1000 of v1's",
        "augmentation": "the toy world's own spoiling, rectangles a little off", "knownWeakness": "knows the characters that labels print, no others"})


def finish(reader, turn, version, chosen, alphabet, training):
    torch.save((reader.state_dict(), turn.state_dict(), alphabet), os.path.join(chosen.data, f"reader-v{version}.pt"))
    export(reader, version, chosen.data, chosen.out, alphabet, training)
    export_turn(turn, version, chosen.data, chosen.out, training)


if __name__ == "__main__":
    main()
