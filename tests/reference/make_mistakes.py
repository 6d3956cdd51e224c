"""Writes mistakes.json, what PyTorch says of the mistakes in tests/tensor/mistakes.py.

Needs PyTorch, in the root of the checkout: python -m tests.reference.make_mistakes
"""

from __future__ import annotations

import json
import pathlib

import torch

from tests.tensor.mistakes import MISTAKES, words

if __name__ == "__main__":
    stored = {name: words(torch, name) for name in MISTAKES}
    text = json.dumps(stored, indent=1, ensure_ascii=False)
    pathlib.Path(__file__).with_name("mistakes.json").write_text(text + "\n")
