"""Writes models.json: what PyTorch's models give, for tests where there is no PyTorch.

Run in the project's folder, with PyTorch: `python -m tests.reference.make_models`.
"""

from __future__ import annotations

import json

import torch

from tests.vision import compare_models, oracle

if __name__ == "__main__":
    oracle.load()
    found = {name: compare_models.numbers(torch, name) for name in compare_models.REFERENCE}
    lines = (f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in found.items())
    compare_models.PATH.write_text("{\n" + ",\n".join(lines) + "\n}\n")
