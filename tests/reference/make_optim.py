"""Writes optim.json, what PyTorch's optimizers do and say: python -m tests.reference.make_optim"""

from __future__ import annotations

import json
import pathlib

import torch

from tests.optim.trajectories import cases, number, texts

OUT = pathlib.Path(__file__).with_name("optim.json")

if __name__ == "__main__":
    found = {"numbers": {c: number(torch, c) for c in cases()}, "texts": texts(torch)}
    OUT.write_text(json.dumps(found, indent=0, sort_keys=True) + "\n")
    print(", ".join(f"{len(v)} {k}" for k, v in found.items()))
