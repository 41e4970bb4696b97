"""Writes the contract beside a model: what VisionMonitor needs to run it, and under "card" what a person should know."""
import hashlib
import json

import numpy as np

SMEARS = ("0", "0.25", "0.5", "0.75", "1")

V1 = {
    "data": "5000 clean scenes of the toy world, seed 1001, all six kinds alike; no smear, defocus or bad light",
    "augmentation": "mirrored at random, nothing else",
    "knownWeakness": "never saw a smeared or badly lit picture",
}
V2 = {
    "data": "starts from v1's weights; {varied} varied scenes, seed 2002 (smear, defocus, noise, light, colour temperature, JPEG in all strengths), "
            "and {clean} of v1's scenes; polybags under-sampled to about an eighth of the others in both",
    "augmentation": "the toy world's own spoiling, mirrored at random",
}


def few_polybags(classes, polybag=3, share=0.12):
    """Indices that keep everything but most pictures whose class is polybag."""
    return np.flatnonzero((classes != polybag) | (np.random.default_rng(7).random(len(classes)) < share))


def write(path, contract, name, training, scores, held="600 scenes"):
    with open(path, "rb") as model:
        contract["sha256"] = hashlib.sha256(model.read()).hexdigest()
    contract["card"] = {
        "name": name, "licence": "same as VisionMonitor; the weights were trained here, on pictures drawn here", "training": training,
        "heldOut": f"{held}, seed 9009, drawn again for each strength of lens smear", "scoresBySmear": scores}
    with open(path[:-5] + ".json", "w", encoding="utf-8") as file:
        json.dump(contract, file, indent=2, ensure_ascii=False)
        file.write("\n")
