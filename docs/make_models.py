"""Writes docs/models.md from measured differences of models from torchvision's.

    python -m tests.vision.compare_models NAME... >> results.jsonl
    python docs/make_models.py results.jsonl [more.jsonl ...] > docs/models.md

The page is read first: the rows of models without new results stay.
"""

from __future__ import annotations

import json
import pathlib
import sys

PAGE = pathlib.Path(__file__).with_name("models.md")
COLUMNS = ("start", "eval", "loss", "gradients")
HEAD = """\
# Models

Every model of torchvision 0.28 in `torchish.vision.models` that was held against torchvision's own,
with PyTorch 2.13 on a CPU. Made by `docs/make_models.py`.

Both are made under `manual_seed(0)`, and have the same `repr` and the same names in their state
dicts. The columns are the greatest relative differences: of the parameters; of the outputs in
eval mode (float32; for detection, boxes, scores, labels, masks and keypoints of two images); of the
loss of a training step, with the same random numbers; and of the norms of its gradients (the norm
over all of them for detection). Classification and segmentation models take that step in float64
(those of more than 200 million parameters in float32), detection models in float32.
`pytest --whole tests/vision` does it again.
"""


def read_page() -> dict[str, list[str]]:
    """The rows that there are, by model."""
    lines = PAGE.read_text().splitlines() if PAGE.exists() else []
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines if "| `" in line]
    return {row[0].strip("`"): row[1:] for row in cells}


def page(rows: dict[str, list[str]]) -> str:
    titles = ("model", "parameters", "starting values", "outputs", "loss", "gradients")
    lines = [HEAD, f"| {' | '.join(titles)} |", "| --- |" + " ---: |" * (len(titles) - 1)]
    lines += [f"| `{name}` | " + " | ".join(rows[name]) + " |" for name in sorted(rows)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    rows = read_page()
    for path in sys.argv[1:]:
        for line in pathlib.Path(path).read_text().splitlines():
            found = json.loads(line)
            differences = [f"{found[c]:.0e}" if found[c] else "0" for c in COLUMNS]
            rows[found["model"]] = [f"{found['parameters']:,}", *differences]
    sys.stdout.write(page(rows))
