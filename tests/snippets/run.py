"""Runs snippets of PyTorch code and collects what they print, errors included.

A snippet file is plain PyTorch code in cells separated by lines that start with `# %%`; each cell
runs on its own, with `torch`,
`np`, `nn` and `F` there. What a cell prints, and the class and message of what it raises, is its
result.
"""

from __future__ import annotations

import contextlib
import io
import pathlib
import warnings

import numpy as np

HERE = pathlib.Path(__file__).parent


def cells() -> dict[str, str]:
    """All cells, by file and title."""
    out = {}
    for path in sorted(HERE.glob("cells_*.py")):
        title, lines = None, []
        for line in [*path.read_text().splitlines(), "# %%"]:
            if line.startswith("# %%"):
                if title:
                    name = f"{path.stem.removeprefix('cells_')}: {title}"
                    assert name not in out, f"two cells are called {name}"
                    out[name] = "\n".join(lines)
                title, lines = line.removeprefix("# %%").strip(), []
            else:
                lines.append(line)
    return out


def run(code: str, torch) -> str:
    """What a cell prints, then the exception that it ends with."""
    text = io.StringIO()
    scope = {"torch": torch, "np": np, "nn": torch.nn, "F": torch.nn.functional, "__name__": "cell"}

    def attempt(f, *args, **kwargs):
        """Print the result of a call, or its exception."""
        try:
            print(f(*args, **kwargs))
        except Exception as e:
            print(f"{type(e).__name__}: {first_line(e)}")

    scope["attempt"] = attempt
    torch.manual_seed(0)
    with contextlib.redirect_stdout(text), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(code, "cell", "exec"), scope)
        except Exception as e:
            print(f"{type(e).__name__}: {first_line(e)}")
    return text.getvalue()


def first_line(e: Exception) -> str:
    return str(e).split("\n")[0]
