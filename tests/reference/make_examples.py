"""Writes examples.json, the first losses of the examples under PyTorch.

Needs PyTorch, in the root of the checkout: python -m tests.reference.make_examples
"""

from __future__ import annotations

import json
import pathlib

import torch

from tests.examples.runs import OPTIONS, losses

if __name__ == "__main__":
    stored = {name: losses(name, torch).tolist() for name in OPTIONS}
    text = json.dumps({"pytorch": torch.__version__, **stored}, indent=0)
    pathlib.Path(__file__).with_name("examples.json").write_text(text + "\n")
