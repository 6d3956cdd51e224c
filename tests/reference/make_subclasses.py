"""Writes subclasses.txt, what tests/scripts/subclasses.py prints under PyTorch.

Needs PyTorch: python make_subclasses.py
"""

from __future__ import annotations

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
SCRIPT = HERE.parent / "scripts" / "subclasses.py"

if __name__ == "__main__":
    done = subprocess.run([sys.executable, SCRIPT], check=True, capture_output=True, text=True)
    (HERE / "subclasses.txt").write_text(done.stdout)
