"""Trains line finder v1 (clean scenes only) and v2 (v1 trained on with spoiled scenes): where print is, by differentiable binarization (Liao and others 2020). See README.md."""
import argparse
import json
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

import card
import nets
import textdata
import train_text

COMMAND = "python3 models/train_lines.py --data FOLDER"
HERE = os.path.dirname(os.path.abspath(__file__))
SIZE = textdata.SIDE


def batch(pixels):
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 127.5 - 1


def targets(lines):
    """Core, weight and threshold maps with the threshold's own weight, [4, side, side]. A pixel of the map stands for the point of its own number, as the reading takes it."""
    maps = np.zeros((4, SIZE, SIZE), np.float32)
    maps[1] = 1
    for line in lines:
        width = np.hypot(*(line["quad"][1] - line["quad"][0]))
        reach = textdata.reach(width, line["height"])
        low = np.clip(np.floor(line["quad"].min(0) - reach - 1), 0, SIZE).astype(int)
        high = np.clip(np.ceil(line["quad"].max(0) + reach + 2), 0, SIZE).astype(int)
        place = np.s_[low[1]:high[1], low[0]:high[0]]
        x, y = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
        depth = textdata.inside(line["quad"], x, y)
        if line["legible"]:
            # A half more: the rectangle around the pixels of a core goes from the middle of the first to the middle of the last.
            maps[0][place][depth >= reach - 0.5] = 1
            border = 1 - abs(depth) / reach
            seen = border > 0
            maps[2][place][seen] = np.maximum(maps[2][place][seen], 0.3 + 0.4 * border[seen])
            maps[3][place][seen] = 1
        elif line["height"] >= 0.75 * textdata.LEGIBLE:
            # Neither asked for nor forbidden; smaller print is background.
            maps[1][place][depth >= 0] = 0
    return maps


def loss_of(net, image, maps):
    """Hard-mined cross entropy of the core, L1 of the threshold, dice of the binarization: DB's three with its weights 1, 10 and 1."""
    logits, threshold, _ = net.raw(image)
    logits, threshold = logits[:, 0], threshold[:, 0]
    core, weight, wanted, near = maps.unbind(1)
    entropy = F.binary_cross_entropy_with_logits(logits, core, reduction="none") * weight
    count = int(core.sum().item())
    hardest = (entropy * (1 - core)).flatten().topk(min(max(3 * count, 1000), core.numel())).values
    mined = ((entropy * core).sum() + hardest.sum()) / (count + len(hardest))
    border = (abs(threshold - wanted) * near).sum() / near.sum().clamp(min=1)
    binary = (nets.LineFinder.SHARPNESS * (logits.sigmoid() - threshold)).sigmoid() * weight
    dice = 1 - (2 * (binary * core).sum() + 1) / (binary.sum() + core.sum() + 1)
    return mined * 5 + border * 10 + dice


def fit(net, sets, epochs, rate, seed):
    """sets: (pixels, lines) pairs."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    size = 8
    where = [(which, index) for which, (_, lines) in enumerate(sets) for index in range(len(lines))]
    optimizer = torch.optim.AdamW(net.parameters(), rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * (len(where) // size), pct_start=0.2)
    started = time.time()
    for epoch in range(epochs):
        net.train()
        order, total = random.permutation(len(where)), 0.0
        for start in range(0, len(where) - size + 1, size):
            chosen = [where[index] for index in order[start:start + size]]
            image = batch(np.stack([sets[which][0][index] for which, index in chosen]))
            maps = torch.from_numpy(np.stack([targets(sets[which][1][index]) for which, index in chosen]))
            # Print mirrored is no print: nothing is flipped. Half a picture at a time is as good and twice as fast.
            left, top = random.integers(0, SIZE - 224, 2) // 16 * 16
            image, maps = image[:, :, top:top + 224, left:left + 224], maps[:, :, top:top + 224, left:left + 224]
            loss = loss_of(net, image, maps)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
            if start // size % 50 == 49:
                print(f"epoch {epoch} step {start // size + 1} loss {total / (start // size + 1):.4f} {time.time() - started:.0f} s", flush=True)


def overlap(a, b):
    """Shared area, area of a, area of b, counted on a grid of quarter pixels."""
    low, high = np.minimum(a.min(0), b.min(0)), np.maximum(a.max(0), b.max(0))
    x, y = np.meshgrid(np.arange(low[0], high[0], 0.25), np.arange(low[1], high[1], 0.25))
    in_a, in_b = textdata.inside(a, x, y) > 0, textdata.inside(b, x, y) > 0
    return (in_a & in_b).sum(), in_a.sum(), in_b.sum()


def match(lines, quads):
    """The index of each found quad's line; -1 for none, -2 where it lies mostly in a line that nobody is asked about: ICDAR 2015 at an IoU of 0.5."""
    matches = [-2 if any(not line["legible"] and shared / own > 0.5 for line in lines for shared, _, own in [overlap(line["quad"], quad)]) else -1 for quad in quads]
    for index, line in enumerate(lines):
        for which, quad in enumerate(quads):
            if line["legible"] and matches[which] == -1:
                shared, first, second = overlap(line["quad"], quad)
                if shared / (first + second - shared) > 0.5:
                    matches[which] = index
                    break
    return matches


def whole(lines):
    """Texts from the top down, as the evaluation joins them."""
    return "\n".join(text for _, _, text in sorted((quad[:, 1].min(), quad[:, 0].min(), text) for quad, text in lines))


def score(net, reader, turn, alphabet, data):
    """Finding and reading together, as the project's evaluation counts them."""
    for one in (net, reader, turn):
        one.eval()
    result = {}
    for smear in card.SMEARS:
        pixels, truths = textdata.pictures(os.path.join(data, f"near-held{smear}"))
        counts, faults, characters, exact = np.zeros(3), 0, 0, 0
        for image, lines in zip(pixels, truths):
            with torch.no_grad():
                quads = textdata.read_map(net(batch(image[None]))[0][0, 0].numpy())
            found = []
            for quad in quads:
                crop = textdata.cut(image, quad)[0]
                straight, width = train_text.straight(crop)
                straight = straight[None, :, :, :max(width, train_text.WIDTH)]
                if train_text.answers(turn, straight)[0, 1] > 0.9:
                    straight = train_text.on_its_head(straight)
                share = train_text.answers(lambda line: reader(line)[0], straight)[0]
                if train_text.confident(share) >= 0.3:
                    found.append((quad, train_text.read(share, alphabet)))
            matches = match(lines, [quad for quad, _ in found])
            counts += (sum(index >= 0 for index in matches), sum(line["legible"] for line in lines), sum(index != -2 for index in matches))
            truth = whole([(line["quad"], line["text"]) for line in lines if line["legible"]])
            said = whole([(lines[index]["quad"] if index >= 0 else quad, text) for (quad, text), index in zip(found, matches) if index != -2])
            wrong = train_text.distance(truth, said)
            faults, characters, exact = faults + wrong, characters + len(truth), exact + (wrong == 0)
        result[smear] = {
            "n": len(truths), "cer": round(faults / characters, 4), "exact": round(exact / len(truths), 4), "lines": int(counts[1]),
            "hmean": round(2 * counts[0] / (counts[1] + counts[2]), 4), "precision": round(counts[0] / max(counts[2], 1), 4), "recall": round(counts[0] / counts[1], 4)}
        print(smear, result[smear], flush=True)
    return result


def part(out, name):
    """A registered file and its contract, without what a person should know of it."""
    with open(os.path.join(out, name + ".json"), encoding="utf-8") as file:
        contract = json.load(file)
    return {"file": name + ".onnx", "sha256": contract["sha256"], "contract": {key: value for key, value in contract.items() if key not in ("sha256", "card")}}


def export(net, version, data, out, training):
    path = os.path.join(out, f"parcel-lines-v{version}.onnx")
    net.eval()
    torch.onnx.export(net, torch.zeros(1, 3, SIZE, SIZE), path, opset_version=13, input_names=["x"], output_names=["map", "features"])
    states, turned, alphabet = torch.load(os.path.join(data, f"reader-v{version}.pt"))
    reader, turn = nets.LineReader(len(alphabet)), nets.TurnedLine()
    reader.load_state_dict(states)
    turn.load_state_dict(turned)
    contract = {
        "family": "text-lines", "task": "Text", "classes": alphabet,
        "input": {
            "name": "x", "width": SIZE, "height": SIZE, "layout": "Nchw", "colours": "Rgb", "scale": 1 / 255, "mean": [0.5], "deviation": [0.5],
            "resize": "Stretch", "kernel": "BilinearAntialiased"},
        "outputs": ["map"], "embeddingOutput": "features", "thresholds": {"confidence": textdata.CONFIDENCE, "maxBoxes": 100},
        "parts": {"recognition": part(out, f"parcel-reader-v{version}"), "direction": part(out, f"parcel-turn-v{version}")}}
    card.write(path, contract, f"Parcel label lines v{version}", training, score(net, reader, turn, alphabet, data), held="300 scenes looked at from near")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", default=HERE)
    arguments.add_argument("--keep", action="store_true", help="take the weights from FOLDER/finder-v*.pt instead of training them")
    chosen = arguments.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(20)
    net = nets.LineFinder()
    count = 3000

    def finish(version, train, training):
        kept = os.path.join(chosen.data, f"finder-v{version}.pt")
        if chosen.keep:
            net.load_state_dict(torch.load(kept))
        else:
            train()
            torch.save(net.state_dict(), kept)
        export(net, version, chosen.data, chosen.out, training)

    clean = textdata.pictures(os.path.join(chosen.data, "near-clean"), count)
    varied = textdata.pictures(os.path.join(chosen.data, "near-varied"), count)
    finish(1, lambda: fit(net, [clean], 3, 4e-3, 20), card.V1 | {
        "data": f"finds lines: the first {count} of 4000 clean scenes looked at from near, seed 1001; reads them with parcel-reader-v1, turns them with parcel-turn-v1",
        "augmentation": "cut at random", "trainedBy": COMMAND})
    finish(2, lambda: fit(net, [varied, (clean[0][:600], clean[1][:600])], 3, 3e-3, 21), {
        "data": f"starts from v1's weights; the first {count} varied scenes, seed 2002 (smear, defocus, noise, light, colour temperature, JPEG in all strengths), and the first 600 of v1's; "
                "reads with parcel-reader-v2, turns with parcel-turn-v2",
        "augmentation": "the toy world's own spoiling, cut at random", "trainedBy": COMMAND, "knownWeakness": "print lower than 9 pixels is not looked for"})


if __name__ == "__main__":
    main()
