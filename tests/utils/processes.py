"""What the spawned processes of test_hub.py run."""

import pathlib


def writes(rank, folder):
    pathlib.Path(folder, str(rank)).write_text("here")


def fails(rank):
    raise ValueError("no such thing")
