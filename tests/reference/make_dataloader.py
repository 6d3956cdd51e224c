"""Writes dataloader.json, the batches that PyTorch gives in tests/utils.

python -m tests.reference.make_dataloader, from the root, with PyTorch installed.
"""

import os
import pathlib
import subprocess
import sys

command = [sys.executable, "-W", "ignore", "-m", "tests.utils.loader_programs"]
environment = {**os.environ, "LOADER_LIBRARY": "torch"}
text = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
pathlib.Path(__file__).with_name("dataloader.json").write_text(text + "\n")
