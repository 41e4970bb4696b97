"""Teaches the published detectors v1 and v2 masks: prototypes and coefficients in the layout of Ultralytics' segmentation; the detector itself stays as it is. See README.md."""
import argparse
import os
import time

import numpy as np
import onnx
import torch
from torch.nn import functional as F

import card
import nets
import published
import toydata
from train_detector import SIZE, suppress

COMMAND = "python3 models/train_instances.py --data FOLDER"
HERE = os.path.dirname(os.path.abspath(__file__))
# A prototype's cell is 4 pixels of the input; masks are held against the truth there.
GRID = SIZE // 4
# What the contract keeps, and so what the card is measured with.
CONFIDENCE = 0.25


def examples(folder, count):
    """All pictures of a folder, and for each of the first ones: boxes with classes in input pixels, and a mask per box on the prototypes' grid."""
    middle = ((np.arange(GRID) + 0.5) * 256 / GRID).astype(int)
    rows = []
    for record in toydata.truth(folder)[:count]:
        segments = toydata.segments(folder, record)[middle][:, middle]
        ids = np.array([item["id"] for item in toydata.shown(record)], np.uint8)
        rows.append((toydata.boxes(record, SIZE / 256), segments[None] == ids[:, None, None]))
    return toydata.images(folder, SIZE), rows


def anchors_of(boxes, centers, strides, random):
    """For each box up to three anchors inside its middle, of the levels that may answer for it."""
    chosen = []
    for number, (left, top, right, bottom, _) in enumerate(boxes):
        side = max(right - left, bottom - top)
        near = (np.abs(centers[0] - (left + right) / 2) < 1.3 * strides) & (np.abs(centers[1] - (top + bottom) / 2) < 1.3 * strides)
        fits = (side >= strides * 2) & (side <= strides * 16)
        found = np.flatnonzero(near & fits)
        chosen += [(number, anchor) for anchor in random.permutation(found)[:3]]
    return chosen


def loss_of(coefficients, prototypes, picks, boxes, masks):
    """Binary cross entropy inside each (slightly wider) box, every object alike."""
    total, count = 0, 0
    cells = torch.arange(GRID) * 4 + 2
    for image, chosen in enumerate(picks):
        if not chosen:
            continue
        numbers, anchors = map(list, zip(*chosen))
        logits = torch.einsum("ka,khw->ahw", coefficients[image][:, anchors], prototypes[image])
        box = torch.from_numpy(boxes[image][numbers])
        wide = 4.0
        inside = ((cells[None, None, :] > box[:, 0, None, None] - wide) & (cells[None, None, :] < box[:, 2, None, None] + wide)
                  & (cells[None, :, None] > box[:, 1, None, None] - wide) & (cells[None, :, None] < box[:, 3, None, None] + wide)).float()
        truth = torch.from_numpy(masks[image][numbers]).float()
        each = (F.binary_cross_entropy_with_logits(logits, truth, reduction="none") * inside).sum((1, 2)) / inside.sum((1, 2)).clamp(min=1)
        total = total + each.sum()
        count += len(numbers)
    return total / max(count, 1)


def fit(net, sets, epochs, rate, seed):
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    size = 16
    centers, strides = net.detector.centers.numpy(), net.detector.anchor_strides.numpy()
    where = [(which, index) for which, (_, rows) in enumerate(sets) for index in range(len(rows))]
    learned = [weight for name, weight in net.named_parameters() if not name.startswith("detector.")]
    optimizer = torch.optim.AdamW(learned, rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * (len(where) // size), pct_start=0.2)
    started = time.time()
    for epoch in range(epochs):
        net.train()
        net.detector.eval()
        random.shuffle(where)
        total = 0.0
        for start in range(0, len(where) - size + 1, size):
            images, boxes, masks = [], [], []
            for which, index in where[start:start + size]:
                pixels, (box, mask) = sets[which][0][index], sets[which][1][index]
                if random.random() < 0.5:
                    pixels, mask, box = pixels[:, ::-1], mask[:, :, ::-1].copy(), box.copy()
                    box[:, [0, 2]] = SIZE - box[:, [2, 0]]
                images.append(pixels)
                boxes.append(box)
                masks.append(mask)
            image = torch.from_numpy(np.ascontiguousarray(np.stack(images))).permute(0, 3, 1, 2).float() / 255
            picks = [anchors_of(box, centers, strides, random) for box in boxes]
            _, coefficients, prototypes, _ = net.raw(image)
            loss = loss_of(coefficients, prototypes, picks, boxes, masks)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch} loss {total / (len(where) // size):.4f} {time.time() - started:.0f} s", flush=True)


def mask_overlaps(mask, masks):
    inner = (mask & masks).sum((1, 2))
    return inner / np.maximum(mask.sum() + masks.sum((1, 2)) - inner, 1)


def answers_of(rows, prototypes):
    """Kept boxes with their masks at 256 pixels, cut by the box: score, class, mask."""
    count = len(toydata.CLASSES)
    where = np.flatnonzero(rows[:, 4:4 + count].max(1) >= CONFIDENCE)
    kinds = rows[where, 4:4 + count].argmax(1)
    middle, half = rows[where, :2], rows[where, 2:4] / 2
    candidates = np.concatenate((middle - half, middle + half, rows[where, 4 + kinds][:, None], kinds[:, None]), 1).astype(np.float32)
    kept = suppress(candidates)
    result = []
    for row in kept:
        anchor = where[np.flatnonzero((candidates == row).all(1))[0]]
        logits = torch.from_numpy(np.tensordot(rows[anchor, 4 + count:], prototypes, 1))[None, None]
        mask = F.interpolate(logits, size=256, mode="bilinear", align_corners=False)[0, 0].numpy() > 0
        left, top, right, bottom = (row[:4] * 256 / SIZE).round().astype(int).clip(0, 256)
        cut = np.zeros((256, 256), bool)
        cut[top:bottom, left:right] = mask[top:bottom, left:right]
        result.append((row[4], int(row[5]), cut))
    return result


def mask_precision(truths, answers, kind, least):
    """COCO's 101 recall points at one overlap of masks."""
    rows, count = [], 0
    for truth, answer in zip(truths, answers):
        wanted = np.stack([mask for its, mask in truth if its == kind]) if any(its == kind for its, _ in truth) else np.zeros((0, 256, 256), bool)
        count += len(wanted)
        free = np.ones(len(wanted), bool)
        for score, _, mask in sorted((one for one in answer if one[1] == kind), key=lambda one: -one[0]):
            shares = np.where(free, mask_overlaps(mask, wanted), 0) if len(wanted) else np.zeros(0)
            hit = len(wanted) > 0 and shares.max() >= least
            if hit:
                free[shares.argmax()] = False
            rows.append((score, hit))
    if count == 0:
        return None
    rows.sort(key=lambda row: -row[0])
    right = np.cumsum([hit for _, hit in rows])
    precision = np.maximum.accumulate((right / np.arange(1, len(rows) + 1))[::-1])[::-1] if rows else np.zeros(0)
    where = np.searchsorted(right / count, np.linspace(0, 1, 101), side="left")
    return float(np.mean([precision[index] if index < len(precision) else 0 for index in where]))


def score(net, data, count=200):
    """Mask AP at 0.50 and 0.75 on the first scenes of each held-out set; truth from held0/segments, which holds for every smear."""
    net.eval()
    result = {}
    for smear in card.SMEARS:
        folder = os.path.join(data, f"held{smear}")
        pixels, records = toydata.images(folder, SIZE), toydata.truth(os.path.join(data, "held0"))[:count]
        truths, answers = [], []
        for index, record in enumerate(records):
            segments = toydata.segments(os.path.join(data, "held0"), record)
            truths.append([(item["kind"], segments == item["id"]) for item in record["objects"] if item["kind"] < len(toydata.CLASSES)])
            image = torch.from_numpy(np.ascontiguousarray(pixels[index:index + 1])).permute(0, 3, 1, 2).float() / 255
            with torch.no_grad():
                found, prototypes, _ = net(image)
            answers.append(answers_of(found[0].t().numpy(), prototypes[0].numpy()))
        each = {least: [mask_precision(truths, answers, kind, least) for kind in range(len(toydata.CLASSES))] for least in (0.5, 0.75)}
        result[str(smear)] = {
            "n": count, "maskMap50": round(float(np.mean(each[0.5])), 4), "maskMap75": round(float(np.mean(each[0.75])), 4),
            "maskAp50": {name: round(value, 4) for name, value in zip(toydata.CLASSES, each[0.5])}}
        print(smear, result[str(smear)], flush=True)
    return result


def export(net, version, data, out, training):
    path = os.path.join(out, f"parcel-instances-v{version}.onnx")
    net.eval()
    torch.onnx.export(net, torch.zeros(1, 3, SIZE, SIZE), path, opset_version=13, input_names=["images"], output_names=["output0", "output1", "features"])
    model = onnx.load(path)
    for key, value in {"task": "segment", "names": str(dict(enumerate(toydata.CLASSES))), "stride": "32", "imgsz": f"[{SIZE}, {SIZE}]"}.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    onnx.save(model, path)
    contract = {
        "family": "yolo-segmentation", "task": "InstanceSegmentation", "classes": toydata.CLASSES,
        "input": {
            "name": "images", "width": SIZE, "height": SIZE, "layout": "Nchw", "colours": "Rgb", "scale": 1 / 255,
            "resize": "LetterboxCentred", "kernel": "BilinearAntialiased", "fill": 114},
        "outputs": ["output0", "output1"], "embeddingOutput": "features", "thresholds": {"confidence": CONFIDENCE, "overlap": 0.6, "maxBoxes": 100}}
    card.write(path, contract, f"Parcel instances v{version}", training, score(net, data), held="the first 200 of 600 scenes")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", default=HERE)
    chosen = arguments.parse_args()
    torch.set_num_threads(1)
    clean, varied = os.path.join(chosen.data, "clean"), os.path.join(chosen.data, "varied")
    torch.manual_seed(10)
    net = nets.Instances(nets.Detector(len(toydata.CLASSES), SIZE))
    published.load(net.detector, os.path.join(HERE, "parcel-detector-v1.onnx"))
    fit(net, [examples(clean, 2500)], 2, 4e-3, 10)
    torch.save(net.state_dict(), os.path.join(chosen.data, "instances-v1.pt"))
    export(net, 1, chosen.data, chosen.out, card.V1 | {
        "data": "detector v1's weights, untouched; masks from the first 2500 of the 5000 clean scenes, seed 1001", "trainedBy": COMMAND})

    published.load(net.detector, os.path.join(HERE, "parcel-detector-v2.onnx"))
    fit(net, [examples(varied, 2500), examples(clean, 700)], 2, 4e-3, 11)
    torch.save(net.state_dict(), os.path.join(chosen.data, "instances-v2.pt"))
    export(net, 2, chosen.data, chosen.out, card.V2 | {
        "data": "detector v2's weights, untouched; masks start from v1's, then the first 2500 varied scenes, seed 2002 (few polybags), and the first 700 of v1's",
        "trainedBy": COMMAND, "knownWeakness": "a mask's edge is as coarse as its grid: 48 cells across the picture"})


if __name__ == "__main__":
    main()
