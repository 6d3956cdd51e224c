"""Writes nn_numbers.json, what modules compute: python -m tests.reference.make_nn_numbers"""

from __future__ import annotations

import json
import pathlib

import torch
import torch.nn.utils.prune

from tests.nn.numbers import SCENARIOS, collect

OUT = pathlib.Path(__file__).with_name("nn_numbers.json")

if __name__ == "__main__":
    found = {name: collect(torch, scenario) for name, scenario in SCENARIOS.items()}
    OUT.write_text(json.dumps(found, sort_keys=True) + "\n")
    print(", ".join(f"{name} {len(v)}" for name, v in found.items()))
