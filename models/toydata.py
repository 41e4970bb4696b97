"""Reads what `visionmonitor demo export-training` writes: images/*.jpg, truth.jsonl, masks/*.bin."""
import json
import os

import numpy as np
from PIL import Image

CLASSES = ["carton", "mailer", "tube", "polybag", "crate", "drum"]


def truth(folder):
    with open(os.path.join(folder, "truth.jsonl"), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def images(folder, size):
    """All images of a folder as uint8 [n, size, size, 3], PIL's antialiased bilinear as in the contract; kept beside the images."""
    kept = os.path.join(folder, f"pixels{size}.npy")
    if not os.path.exists(kept):
        records = truth(folder)
        pixels = np.lib.format.open_memmap(kept + ".partial", "w+", np.uint8, (len(records), size, size, 3))
        for index, record in enumerate(records):
            with Image.open(os.path.join(folder, "images", record["file"])) as image:
                pixels[index] = np.asarray(image.convert("RGB").resize((size, size), Image.BILINEAR))
        pixels.flush()
        os.rename(kept + ".partial", kept)
    return np.load(kept, mmap_mode="r")


def shown(record):
    """Objects of a known kind that show at least a fifth of themselves."""
    return [item for item in record["objects"] if item["kind"] < len(CLASSES) and item["visible"] >= 0.2]


def boxes(record, scale):
    """Rows of left, top, right, bottom, class for the objects that are shown."""
    return np.array([[*(edge * scale for edge in item["box"]), item["kind"]] for item in shown(record)], np.float32).reshape(-1, 5)


def segments(folder, record):
    """The id of the segment of each pixel, uint8 [256, 256]: an object's own id, 100 and up for surfaces."""
    return np.fromfile(os.path.join(folder, "segments", record["file"][:-4] + ".bin"), np.uint8).reshape(256, 256)
