"""Writes modules.json, what PyTorch's modules say and do: python -m tests.reference.make_modules"""

from __future__ import annotations

import json
import pathlib

import torch

from tests.nn.scenarios import collect

OUT = pathlib.Path(__file__).with_name("modules.json")

if __name__ == "__main__":
    recorded = collect(torch)
    OUT.write_text(json.dumps(recorded, indent=0, sort_keys=True) + "\n")
    print(f"{len(recorded)} records")
