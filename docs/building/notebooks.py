"""The notebooks of examples/notebooks/ as pages, with the outputs that are stored in them."""

from __future__ import annotations

import base64
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "examples" / "notebooks"


def _text(parts: Any) -> str:
    return parts if isinstance(parts, str) else "".join(parts)


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```\n"


def page(name: str, notebook: dict[str, Any]) -> tuple[str, dict[str, bytes]]:
    """The Markdown of a notebook, and its pictures by their paths below notebooks/."""
    out: list[str] = []
    pictures: dict[str, bytes] = {}
    for cell in notebook["cells"]:
        source = _text(cell["source"])
        if cell["cell_type"] == "markdown":
            out.append(source + "\n")
            continue
        out.append(_fenced("python", source))
        for output in cell["outputs"]:
            data = output.get("data", {})
            if "image/png" in data:
                picture = f"{name}-{len(pictures) + 1}.png"
                pictures[picture] = base64.b64decode(_text(data["image/png"]))
                out.append(f"![A figure of the cell above]({picture})\n")
            elif "text/html" in data:
                out.append(f'<div class="output">{_text(data["text/html"])}</div>\n')
            elif text := _text(output.get("text") or data.get("text/plain", "")).rstrip():
                out.append(_fenced("text", text))
    return "\n".join(out), pictures


def pages() -> Iterator[tuple[str, str | bytes]]:
    """(path below docs/, content) of each notebook's page and pictures, and of the table."""
    rows = []
    for file in sorted(FOLDER.glob("*.ipynb")):
        notebook = json.loads(file.read_text())
        text, pictures = page(file.stem, notebook)
        title = re.search(r"^# (.+)$", text, re.M)
        said = re.search(r"^# [^\n]+\n+(.+?)(?=\n\n|\Z)", text, re.M | re.S)
        rows.append(
            f"- [{title[1] if title else file.stem}](notebooks/{file.stem}.md): "
            f"{' '.join(said[1].split()) if said else ''}"
        )
        yield f"notebooks/{file.stem}.md", text
        for picture, content in pictures.items():
            yield f"notebooks/{picture}", content
    head = (
        "# Notebooks\n\nIn `examples/notebooks/`, with their outputs stored, so that they can be "
        "read where they lie. Each runs in less than half a minute on two cores, and the tests "
        "run all of them.\n\n"
    )
    yield "notebooks.md", head + "\n".join(rows) + "\n"
