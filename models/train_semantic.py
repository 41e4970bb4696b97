"""Trains semantic v1 (clean scenes only) and v2 (v1 trained on with spoiled scenes): floor, stripe, rail, roller, belt and the six kinds, logits at a quarter. See README.md."""
import argparse
import os
import time

import numpy as np
import torch
from torch.nn import functional as F

import card
import nets
import toydata

SIZE = 192
CLASSES = ["floor", "stripe", "rail", "roller", "belt", *toydata.CLASSES]
VOID = 255
WEAKNESS = "few polybags in its training data; heavily smeared tubes and mailers remain its weakest"
COMMAND = "python3 models/train_semantic.py --data FOLDER"


def masks(folder):
    """Class per pixel at the pictures' own size, uint8 [n, 256, 256]; the new kind is void."""
    maps = np.stack([np.fromfile(os.path.join(folder, "masks", record["file"][:-4] + ".bin"), np.uint8).reshape(256, 256) for record in toydata.truth(folder)])
    maps[maps >= len(CLASSES)] = VOID
    return maps


def batch(pixels):
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255


def small_maps(folder, count):
    """A quarter of the input is 48; the nearest of every 256 / 48 pixels is the truth that the logits are held against."""
    grid = ((np.arange(SIZE // 4) + 0.5) * 256 / (SIZE // 4)).astype(int)
    return masks(folder)[:count][:, grid][:, :, grid]


def fit(net, sets, epochs, rate, seed):
    """sets: (pixels, small maps) pairs."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    size = 16
    where = np.array([(which, index) for which, (_, maps) in enumerate(sets) for index in range(len(maps))])
    small = np.concatenate([maps for _, maps in sets]).astype(np.int64)
    share = np.bincount(small.ravel(), minlength=256)[:len(CLASSES)] / small.size
    weights = torch.tensor(1 / np.sqrt(share + 0.002), dtype=torch.float32)
    optimizer = torch.optim.AdamW(net.parameters(), rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * (len(where) // size), pct_start=0.2)
    started = time.time()
    for epoch in range(epochs):
        net.train()
        order, total = random.permutation(len(where)), 0.0
        for start in range(0, len(where) - size + 1, size):
            chosen = np.sort(order[start:start + size])
            image = batch(np.stack([sets[which][0][index] for which, index in where[chosen]]))
            truth = torch.from_numpy(small[chosen])
            if random.random() < 0.5:
                image, truth = image.flip(3), truth.flip(2)
            loss = F.cross_entropy(net(image)[0], truth, weights / weights.mean(), ignore_index=VOID)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch} loss {total / (len(where) // size):.4f} {time.time() - started:.0f} s", flush=True)


def score(net, data):
    """Intersection over union per class over all pixels of a set, logits resized bilinearly to the picture."""
    net.eval()
    result = {}
    for smear in card.SMEARS:
        folder = os.path.join(data, f"held{smear}")
        pixels, maps = toydata.images(folder, SIZE), masks(folder)
        counts = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
        for start in range(0, len(pixels), 20):
            with torch.no_grad():
                logits = F.interpolate(net(batch(pixels[start:start + 20]))[0], size=256, mode="bilinear", align_corners=False)
            predicted, truth = logits.argmax(1).numpy(), maps[start:start + 20]
            known = truth != VOID
            counts += np.bincount(truth[known].astype(int) * len(CLASSES) + predicted[known], minlength=len(CLASSES) ** 2).reshape(counts.shape)
        union = counts.sum(0) + counts.sum(1) - counts.diagonal()
        each = counts.diagonal() / np.maximum(union, 1)
        result[str(smear)] = {
            "n": len(pixels), "mIoU": round(float(each.mean()), 4), "iou": {name: round(float(value), 4) for name, value in zip(CLASSES, each)}}
        print(smear, result[str(smear)], flush=True)
    return result


def export(net, version, data, out, training):
    path = os.path.join(out, f"parcel-semantic-v{version}.onnx")
    net.eval()
    torch.onnx.export(net, torch.zeros(1, 3, SIZE, SIZE), path, opset_version=13, input_names=["image"], output_names=["logits", "features"])
    contract = {
        "family": "semantic-segmentation", "task": "SemanticSegmentation", "classes": CLASSES,
        "input": {
            "name": "image", "width": SIZE, "height": SIZE, "layout": "Nchw", "colours": "Rgb", "scale": 1 / 255,
            "resize": "Stretch", "kernel": "BilinearAntialiased"},
        "outputs": ["logits"], "embeddingOutput": "features"}
    card.write(path, contract, f"Parcel scene parser v{version}", training, score(net, data))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", default=os.path.dirname(os.path.abspath(__file__)))
    arguments.add_argument("--keep-v1", action="store_true", help="take v1's weights from FOLDER/semantic-v1.pt instead of training them")
    chosen = arguments.parse_args()
    torch.set_num_threads(1)
    clean, varied = os.path.join(chosen.data, "clean"), os.path.join(chosen.data, "varied")
    count = 3000
    torch.manual_seed(8)
    net = nets.Semantic(len(CLASSES))
    kept = os.path.join(chosen.data, "semantic-v1.pt")
    if chosen.keep_v1:
        net.load_state_dict(torch.load(kept))
    else:
        fit(net, [(toydata.images(clean, SIZE), small_maps(clean, count))], 4, 3e-3, 8)
        torch.save(net.state_dict(), kept)
    training = {"data": f"the first {count} of the 5000 clean scenes, seed 1001", "trainedBy": COMMAND}
    export(net, 1, chosen.data, chosen.out, card.V1 | training)

    spoiled, fresh = 4000, 1000
    fit(net, [(toydata.images(varied, SIZE), small_maps(varied, spoiled)), (toydata.images(clean, SIZE), small_maps(clean, fresh))], 2, 2e-3, 9)
    torch.save(net.state_dict(), os.path.join(chosen.data, "semantic-v2.pt"))
    export(net, 2, chosen.data, chosen.out, card.V2 | {
        "data": f"starts from v1's weights; the first {spoiled} varied scenes, seed 2002 (smear, defocus, noise, light, colour temperature, JPEG in all strengths; few polybags), "
                f"and the first {fresh} of v1's scenes",
        "trainedBy": COMMAND, "knownWeakness": WEAKNESS})


if __name__ == "__main__":
    main()
