"""Runs the notebooks of examples/notebooks/ and stores what their cells give.

    python docs/make_notebooks.py [NAME ...]      # all of them; needs nbclient and ipykernel

The tests run them again and compare (tests/docs/test_notebooks.py).
"""

from __future__ import annotations

import pathlib
import sys
import time

import nbformat
from nbclient import NotebookClient

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "examples" / "notebooks"
SECONDS = 240  # a cell at most, on a busy machine


def executed(path: pathlib.Path) -> nbformat.NotebookNode:
    """The notebook with new outputs; nbclient's CellExecutionError where a cell fails."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # when it ran
        for output in cell.get("outputs", ()):
            # A picture's words name the object's address.
            if "image/png" in output.get("data", {}):
                output.data.pop("text/plain", None)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def main(names: list[str]) -> None:
    for path in sorted(FOLDER.glob("*.ipynb")):
        if names and path.stem not in names:
            continue
        begun = time.perf_counter()
        notebook = executed(path)
        nbformat.write(notebook, path)
        print(f"{path.name}: {time.perf_counter() - begun:.0f} s, {path.stat().st_size >> 10} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
