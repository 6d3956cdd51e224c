"""Runs a page: a program of a library's user in `pages/`, with torchish or with PyTorch.

A page calls `show(name, value)` for each result, and prints nothing else that counts. Run this file
with PyTorch's Python to write the references: `python harness.py --write [NAME ...]`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import pathlib
import subprocess
import sys
import time
from typing import Any

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
TIME_LIMIT = 600  # seconds


def run(name: str, torchish: bool) -> dict[str, Any]:
    """The results of a page, and under "seconds" how long it took, imports included."""
    program = ["-m", "torchish"] if torchish else []
    paths = [str(ROOT), str(HERE), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *program, str(HERE / "pages" / f"{name}.py")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=TIME_LIMIT,
    )
    taken = time.perf_counter() - start
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"show":')]
    results = {}
    for line in lines:
        row = json.loads(line)
        results[row["show"]] = row["value"]
    return {"results": results, "seconds": round(taken, 1)}


def plain(value: Any) -> Any:
    """A result as JSON has it: tensors and arrays as lists, shapes and names as text."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return value if isinstance(value, (bool, int, float, str, type(None))) else str(value)


def show(name: str, value: Any) -> None:
    """Print one result of a page, for the harness to read."""
    print(json.dumps({"show": name, "value": plain(value)}), flush=True)


def difference(ours: Any, theirs: Any) -> float:
    """The largest difference of two results, relative where they are large; infinite when they are
    of different form."""
    if isinstance(theirs, (list, tuple)):
        if not isinstance(ours, (list, tuple)) or len(ours) != len(theirs):
            return math.inf
        return max((difference(a, b) for a, b in zip(ours, theirs, strict=True)), default=0.0)
    if isinstance(theirs, dict):
        if not isinstance(ours, dict) or set(ours) != set(theirs):
            return math.inf
        return max((difference(ours[k], theirs[k]) for k in theirs), default=0.0)
    if isinstance(theirs, float) and isinstance(ours, (int, float)):
        if math.isnan(theirs) or math.isinf(theirs):
            return 0.0 if str(float(ours)) == str(theirs) else math.inf
        return abs(ours - theirs) / max(1.0, abs(theirs))
    return 0.0 if ours == theirs else math.inf


def hold(name: str, *packages: str, within: float = 1e-4) -> None:
    """Run a page with torchish and compare its results with PyTorch's; skips without a package."""
    import pytest

    for package in packages:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    reference = json.loads((HERE / "reference" / f"{name}.json").read_text())
    found = run(name, torchish=True)["results"]
    assert list(found) == list(reference["results"])
    wrong = {
        key: (found[key], value)
        for key, value in reference["results"].items()
        if not difference(found[key], value) <= within
    }
    assert not wrong, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write references, with PyTorch")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    names = options.names or sorted(path.stem for path in (HERE / "pages").glob("*.py"))
    for name in names:
        file = HERE / "reference" / f"{name}.json"
        try:
            found = run(name, torchish=not options.write)
        except AssertionError as error:
            print(name, "FAILED:", str(error)[-1500:], flush=True)
            continue
        if options.write:
            file.write_text(json.dumps(found, indent=1) + "\n")
            print(f"{name}: {len(found['results'])} results, {found['seconds']} s", flush=True)
            continue
        reference = json.loads(file.read_text())
        apart = {k: difference(found["results"].get(k), v) for k, v in reference["results"].items()}
        most = max(apart, key=apart.__getitem__)
        print(
            f"{name}: {len(apart)} results, {apart[most]:.1e} apart at most ({most}), "
            f"{found['seconds']} s; PyTorch {reference['seconds']} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
