"""Runs a page: a program of a library's user in `pages/`, with torchish or with PyTorch.

A page calls `show(name, value)` for each result, and prints nothing else that counts; `pages.toml`
says what it needs. By the Python of an environment that has the libraries:

    python harness.py NAME ...            # torchish's results beside PyTorch's
    python harness.py --measure NAME ...  # the same, cold and warm, into measured.json
    python harness.py --write NAME ...    # with PyTorch's Python: the references

Without a name all pages. `docs/make_libraries.py` makes the page of the documentation of it.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.metadata
import json
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from typing import Any

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
MEASURED = HERE / "measured.json"
TIME_LIMIT = 900  # seconds


@dataclasses.dataclass(frozen=True)
class Page:
    """What `pages.toml` says of a page."""

    libraries: list[str]
    runs: str
    within: float = 1e-4


PAGES = {n: Page(**p) for n, p in tomllib.loads((HERE / "pages.toml").read_text()).items()}


def run(name: str, torchish: bool, cache: str | None = None) -> dict[str, Any]:
    """The results of a page, and under "seconds" the processors' time that it took, imports and
    compiling included, on one thread of the library's. `cache` is torchish's folder of compiled
    programs."""
    program = ["-m", "torchish"] if torchish else []
    paths = [str(ROOT), str(HERE), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    environment["OMP_NUM_THREADS"] = "1"
    if cache is not None:
        environment["TORCHISH_CACHE"] = cache
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *program, str(HERE / "pages" / f"{name}.py")],
        capture_output=True,
        text=True,
        env=environment,
        timeout=TIME_LIMIT,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"show":')]
    rows = [json.loads(line) for line in lines]
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"results": {row["show"]: row["value"] for row in rows}, "seconds": round(taken, 1)}


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


def stored(name: str) -> dict[str, Any]:
    """PyTorch's results of a page, and its seconds."""
    return json.loads((HERE / "reference" / f"{name}.json").read_text())


def compare(name: str, found: dict | None = None) -> Iterator[tuple[str, Any, Any, float]]:
    """Each result of a page by torchish and by PyTorch, and how far they are apart."""
    ours = (run(name, torchish=True) if found is None else found)["results"]
    theirs = stored(name)["results"]
    assert list(ours) == list(theirs)
    for key, value in theirs.items():
        yield key, ours[key], value, difference(ours[key], value)


def versions(page: Page) -> dict[str, str]:
    """The versions of a page's libraries, by the names that packages are installed by."""
    homes = importlib.metadata.packages_distributions()
    names = [homes[library][0] for library in page.libraries]
    return {name: importlib.metadata.version(name) for name in names}


def measure(name: str) -> dict[str, Any]:
    """What torchish needs for a page, with an empty cache of compiled programs and a full one."""
    with tempfile.TemporaryDirectory() as cache:
        cold, warm = (run(name, torchish=True, cache=cache) for _ in range(2))
    return {
        "versions": versions(PAGES[name]),
        "results": len(warm["results"]),
        "apart": float(f"{max(row[3] for row in compare(name, warm)):.1e}"),
        "cold": cold["seconds"],
        "warm": warm["seconds"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write references, with PyTorch")
    parser.add_argument("--measure", action="store_true", help="write measured.json")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    for name in options.names or PAGES:
        try:
            if options.write:
                found = run(name, torchish=False)
                file = HERE / "reference" / f"{name}.json"
                file.write_text(json.dumps(found, indent=1) + "\n")
                print(f"{name}: {len(found['results'])} results, {found['seconds']} s", flush=True)
            elif options.measure:
                row = measure(name)
                rows = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
                text = json.dumps(dict(sorted((rows | {name: row}).items())), indent=1)
                MEASURED.write_text(text + "\n")
                print(name, row, flush=True)
            else:
                found = run(name, torchish=True)
                key, *_, apart = max(compare(name, found), key=lambda row: row[3])
                print(
                    f"{name}: {len(found['results'])} results, {apart:.1e} apart at most ({key}), "
                    f"{found['seconds']} s; PyTorch {stored(name)['seconds']} s",
                    flush=True,
                )
        except AssertionError as error:
            print(name, "FAILED:", str(error)[-1500:], flush=True)


if __name__ == "__main__":
    main()
