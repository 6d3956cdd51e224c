"""Writes docs/libraries.md from tests/libraries: the pages, PyTorch's results of them, and what
`harness.py --measure` measured.

    python docs/make_libraries.py
"""

from __future__ import annotations

import argparse
import importlib
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "libraries.md"
sys.path.insert(0, str(ROOT))

# Tests are no installed package: found once the checkout is on the path.
harness = importlib.import_module("tests.libraries.harness")

HEAD = """# Libraries that run unmodified

Written by `docs/make_libraries.py`. Each row is a page of `tests/libraries/pages/`: a program as
that library's user would write it, run by `python -m torchish` in an environment without PyTorch,
its results held against those of PyTorch 2.13 (`tests/libraries/reference/`). *Apart* is the
largest difference of any result, relative where it is large. Seconds are the processors' time of
the whole program, imports included, with one thread: torchish's with an empty cache of compiled
programs (*cold*) and with a full one (*warm*).

| library | version | what is run | results | apart | cold, s | warm, s | PyTorch, s |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |
"""

NOTES = """
To run them: `pip install --no-deps -r tests/libraries/requirements.txt` beside torchish, then
`python -m pytest tests/libraries`; what is not installed is skipped. A workflow of its own does
so each week (`.github/workflows/libraries.yml`). `python tests/libraries/harness.py NAME ...`
shows how far a page is from its reference, with `--measure` into the table's file, and with
`--write`, by a Python that has PyTorch, it stores the reference.

Beyond the pages sweeps were run once, with the same seed in both libraries, dropout off:

- transformers: all 822 model types that `AutoConfig` knows, from shrunk configurations, one class
  each: outputs, the norm of all gradients, a step with AdamW, greedy decoding. PyTorch itself
  builds and runs 330 so; 326 of them are equal to 1e-4 (relative), all tokens equal; of three the
  loss after the step is 1e-4 to 3e-4 apart, and one whose experts have equal scores takes others
  of them. A type takes 0.38 s of processor time, cold, PyTorch 0.11.
- timm: all 1371 architectures built without memory: names, shapes and dtypes of all parameters
  and buffers are PyTorch's. One model each of 44 families, two steps with SGD on two images:
  first losses equal to 5e-6 (relative), but for one at 3e-4; the second ones too, except where
  batch norms see two pixels only.
"""


def text() -> str:
    """The page."""
    measured = json.loads(harness.MEASURED.read_text())
    lines, last = [], ""
    for name, page in harness.PAGES.items():
        row = measured[name]
        seconds = [row.get("cold"), row.get("warm"), harness.stored(name)["seconds"]]
        library, version = next(iter(row["versions"].items()))
        heading = " | ".join(["", ""] if library == last else [library, version])
        last = library
        seconds = ["–" if s is None else s for s in seconds]
        figures = [row["results"], f"{row['apart']:.1e}", *seconds]
        lines.append(f"| {heading} | {page.runs} | {' | '.join(map(str, figures))} |")
    return HEAD + "\n".join(lines) + "\n" + NOTES


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    PAGE.write_text(text())
    print(f"{PAGE.relative_to(ROOT)}: {len(harness.PAGES)} pages")


if __name__ == "__main__":
    main()
