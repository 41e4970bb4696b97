"""Trains reader v1 (clean lines only) and v2 (v1 trained on with spoiled lines): one printed line of a label, read by CTC. See README.md."""
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
import toydata

COMMAND = "python3 models/train_text.py --data FOLDER"
HERE = os.path.dirname(os.path.abspath(__file__))
HEIGHT, WIDTH = 32, 160


def lines(folder, count=None):
    """The first pictures as float32 [n, 3, 32, 160], -1 to 1, padded with zeros on the right as the contract says, and their texts."""
    records = toydata.truth(folder)[:count]
    pixels = np.zeros((len(records), 3, HEIGHT, WIDTH), np.float32)
    for index, record in enumerate(records):
        with Image.open(os.path.join(folder, "images", record["file"])) as image:
            width = int(np.ceil(HEIGHT * image.width / image.height))
            small = image.convert("RGB").resize((width, HEIGHT), Image.BILINEAR)
        pixels[index, :, :, :width] = np.asarray(small, np.float32).transpose(2, 0, 1) / 127.5 - 1
    return pixels, [record["text"] for record in records]


def steps_of(text, width):
    """The step above each character's middle: the label's font has letters of 4 units, syllables of 6, spaces of 1.5 and gaps of 1.9 between them, and 7 of 40 pixels of margin."""
    units = np.array([6 if character >= "가" else 1.5 if character == " " else 4 for character in text])
    middles = np.cumsum(units + 1.9) - 1.9 - units / 2
    margin = 7 * HEIGHT / 40
    return ((margin + middles / (np.sum(units + 1.9) - 1.9) * (width - 2 * margin)) / 4).astype(int)


def fit(net, sets, alphabet, epochs, rate, seed, aligned=0):
    """sets: (pixels, texts) pairs. The first epochs may be told where each character stands: CTC alone settles on naming some where they cannot be seen."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    size = 32
    pixels = np.concatenate([pixels for pixels, _ in sets])
    codes = [torch.tensor([1 + alphabet.index(character) for character in text]) for _, texts in sets for text in texts]
    # A line ends where its padding of zeros begins.
    widths = (pixels != 0).any((1, 2)).sum(1)
    places = [torch.from_numpy(steps_of(text, width)) for text, width in zip([text for _, texts in sets for text in texts], widths)]
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
                    truth[row, places[index]] = codes[index]
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


def score(net, data, alphabet):
    """Errors per character of the truth, and the share of lines that are read without a fault."""
    net.eval()
    result = {}
    for smear in card.SMEARS:
        pixels, texts = lines(os.path.join(data, f"labels-held{smear}"))
        with torch.no_grad():
            shares = torch.cat([net(torch.from_numpy(pixels[start:start + 50]))[0] for start in range(0, len(pixels), 50)]).numpy()
        faults = np.array([distance(text, read(share, alphabet)) for text, share in zip(texts, shares)])
        hangul = np.array([text[0] >= "가" for text in texts])
        lengths = np.array([len(text) for text in texts])
        result[smear] = {
            "n": len(texts), "cer": round(float(faults.sum() / lengths.sum()), 4), "exact": round(float((faults == 0).mean()), 4),
            "cerOf": {"routing code": round(float(faults[~hangul].sum() / lengths[~hangul].sum()), 4), "place": round(float(faults[hangul].sum() / lengths[hangul].sum()), 4)}}
        print(smear, result[smear], flush=True)
    return result


def export(net, version, data, out, alphabet, training):
    path = os.path.join(out, f"parcel-reader-v{version}.onnx")
    net.eval()
    torch.onnx.export(net, torch.zeros(1, 3, HEIGHT, WIDTH), path, opset_version=13, input_names=["x"], output_names=["steps", "features"])
    model = onnx.load(path)
    entry = model.metadata_props.add()
    entry.key, entry.value = "character", "\n".join(alphabet)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    contract = {
        "family": "paddle-text-recognition", "task": "Text", "classes": alphabet,
        "input": {
            "name": "x", "width": WIDTH, "height": HEIGHT, "layout": "Nchw", "colours": "Rgb", "scale": 1 / 255, "mean": [0.5], "deviation": [0.5],
            "resize": "TextLine", "kernel": "BilinearAntialiased"},
        "outputs": ["steps"], "embeddingOutput": "features"}
    card.write(path, contract, f"Parcel label reader v{version}", training, score(net, data, alphabet), held="600 lines")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--out", default=HERE)
    chosen = arguments.parse_args()
    torch.set_num_threads(1)
    clean, varied = lines(os.path.join(chosen.data, "labels-clean"), 4000), lines(os.path.join(chosen.data, "labels-varied"))
    # What labels print is known to whoever prints them: ten hubs, ten places, digits.
    alphabet = sorted({character for text in clean[1] for character in text})
    torch.manual_seed(12)
    net = nets.LineReader(len(alphabet))
    fit(net, [clean], alphabet, 8, 3e-3, 12, aligned=3)
    torch.save(net.state_dict(), os.path.join(chosen.data, "reader-v1.pt"))
    export(net, 1, chosen.data, chosen.out, alphabet, card.V1 | {
        "data": f"{len(clean[1])} clean lines of labels, seed 1001", "augmentation": "none", "trainedBy": COMMAND})

    fit(net, [varied, (clean[0][:1000], clean[1][:1000])], alphabet, 5, 2e-3, 13)
    torch.save(net.state_dict(), os.path.join(chosen.data, "reader-v2.pt"))
    export(net, 2, chosen.data, chosen.out, alphabet, {
        "data": f"starts from v1's weights; {len(varied[1])} varied lines, seed 2002 (smear, defocus, noise, light, colour temperature, JPEG in all strengths), and the first 1000 of v1's",
        "augmentation": "the toy world's own spoiling", "trainedBy": COMMAND, "knownWeakness": "knows the characters that labels print, no others"})


if __name__ == "__main__":
    main()
