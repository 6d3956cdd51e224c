"""Writes distributions.json, what PyTorch says of the distributions in tests/distributions.

python tests/reference/make_distributions.py
"""

import json
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.distributions.cases import make, numbers, pairs  # noqa: E402

result = {
    "numbers": {name: numbers(torch, dist) for name, dist in make(torch).items()},
    "pairs": pairs(torch),
}
(HERE / "distributions.json").write_text(json.dumps(result, indent=None) + "\n")
