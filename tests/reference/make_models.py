"""Writes models.json and detection.json: what PyTorch's models give, for tests without PyTorch.

Run in the project's folder, with PyTorch: `python -m tests.reference.make_models`.
"""

from __future__ import annotations

import json

import torch

from tests.vision import compare_detection, compare_models, oracle


def write(path, found) -> None:
    lines = (f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in found.items())
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    oracle.load()
    names = compare_models.REFERENCE
    write(compare_models.PATH, {name: compare_models.numbers(torch, name) for name in names})
    kinds = {k: compare_detection.small(torch, k) for k in compare_detection.KINDS}
    found = {k: compare_detection.learn(torch, m, k) for k, m in kinds.items()}
    write(compare_detection.PATH, found)
