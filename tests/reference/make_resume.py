"""Writes resume_*.pt, PyTorch's checkpoints half way through the runs of tests/optim/resuming.py,
and resume.json, the losses of the whole runs.

Needs PyTorch, in the root of the checkout: python -m tests.reference.make_resume
"""

from __future__ import annotations

import json
import pathlib

import torch

from tests.optim.resuming import HALF, RULES, Run

FOLDER = pathlib.Path(__file__).parent

if __name__ == "__main__":
    losses = {}
    for name in RULES:
        run = Run(torch, name)
        losses[name] = run.steps(HALF)
        run.save(FOLDER / f"resume_{name}.pt")
        losses[name] += run.steps(HALF)
    text = json.dumps({"pytorch": torch.__version__, **losses}, indent=0)
    (FOLDER / "resume.json").write_text(text + "\n")
