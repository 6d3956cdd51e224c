"""Writes walkthrough.txt, what examples/walkthrough.py prints under PyTorch.

Needs PyTorch: python make_walkthrough.py
"""

from __future__ import annotations

import pathlib

from under_pytorch import output_of

HERE = pathlib.Path(__file__).parent

if __name__ == "__main__":
    text = output_of(HERE.parents[1] / "examples" / "walkthrough.py")
    (HERE / "walkthrough.txt").write_text(text)
