"""Runs a file written for torchish on PyTorch itself, for the scripts that store references."""

from __future__ import annotations

import contextlib
import io
import pathlib


def output_of(path: pathlib.Path) -> str:
    """What the file prints when every `torchish` in it is `torch`."""
    source = path.read_text().replace("import torchish as torch\n", "import torch\n")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(
            compile(source.replace("torchish", "torch"), str(path), "exec"),
            {"__name__": "__main__"},
        )
    return printed.getvalue()
