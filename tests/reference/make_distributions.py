"""Writes distributions.json, what PyTorch says of the distributions in tests/distributions.

python -m tests.reference.make_distributions, from the root, with PyTorch installed.
"""

import json
import pathlib

import torch

from tests.distributions.cases import make, numbers, pairs

result = {
    "numbers": {name: numbers(torch, dist) for name, dist in make(torch).items()},
    "pairs": pairs(torch),
}
pathlib.Path(__file__).with_name("distributions.json").write_text(json.dumps(result) + "\n")
