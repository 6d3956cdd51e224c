"""Writes losses.json, the first losses of the runs in tests/same_run.py under PyTorch.

Needs PyTorch, in the root of the checkout: python -m tests.reference.make_losses
"""

from __future__ import annotations

import json
import pathlib

import torch

from tests.same_run import VARIANTS, losses

if __name__ == "__main__":
    stored = {name: losses(torch, **options) for name, options in VARIANTS.items()}
    text = json.dumps({"pytorch": torch.__version__, **stored}, indent=0)
    pathlib.Path(__file__).with_name("losses.json").write_text(text + "\n")
