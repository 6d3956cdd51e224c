"""examples/walkthrough.py prints, line by line, what it prints under PyTorch."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "walkthrough.py"
STORED = ROOT / "tests" / "reference" / "walkthrough.txt"


def run(*args):
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-W", "error", *map(str, args)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def printed():
    return run(EXAMPLE).splitlines()


def test_every_printed_line_is_pytorchs(printed):
    stored = STORED.read_text().splitlines()
    wrong = [
        f"line {n}\n  torchish: {ours}\n  PyTorch:  {theirs}"
        for n, (ours, theirs) in enumerate(zip(printed, stored, strict=False), 1)
        if ours != theirs
    ]
    assert not wrong, "\n".join(wrong)
    assert len(printed) == len(stored)


def test_the_stored_output_is_pytorchs():
    pytest.importorskip("torch")
    code = (
        "import pathlib, sys; sys.path.insert(0, sys.argv[1]); import under_pytorch; "
        "print(under_pytorch.output_of(pathlib.Path(sys.argv[2])), end='')"
    )
    assert run("-c", code, STORED.parent, EXAMPLE) == STORED.read_text()


def test_the_same_file_runs_as_a_pytorch_script(tmp_path, printed):
    script = tmp_path / "walkthrough.py"
    source = EXAMPLE.read_text().replace("import torchish as torch\n", "import torch\n")
    script.write_text(source.replace("torchish", "torch"))
    assert run("-m", "torchish", script).splitlines() == printed
