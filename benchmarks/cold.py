"""What a program costs that is run once: short scripts, each in a fresh process, cold.

    python benchmarks/cold.py                       # every program, once with each library
    python benchmarks/cold.py --only vae,gan --repeat 3
    python benchmarks/cold.py --warm                # the second run, with a full cache of programs

A program of `benchmarks/cold/` is a plain script in the manner of a public tutorial, which imports
torch, seeds its generator, prints numbers and takes PyTorch between 0.02 and 2 seconds. Each is run
under PyTorch and as `python -m torchish` runs it, alternating, `--repeat` times; the least counts.

What is measured is CPU seconds, user and system, of all threads of the process and of the children
that it has waited for, from after the imports until the last exit handler has run. The imports are
the library and what of it the script imports, for PyTorch also `torch._dynamo`, which its
optimizers import at first use. OMP_NUM_THREADS is 1 for both, so that PyTorch has one thread; XLA's
threads are counted. There is no cache of compiled programs (`TORCHISH_CACHE=off`); with `--warm`
there is one in a temporary folder, a first run fills it, and only later runs are measured.

What the two print must be the same: equal text and integers, and floats that differ by no more than
a thousandth or by one in the last printed digit. The table has the worst ratio first, then median,
90th percentile and worst. `--json` prints all of it as JSON instead. The exit status is 1 if a
program failed or printed something else.
"""

from __future__ import annotations

import argparse
import ast
import atexit
import importlib
import itertools
import json
import os
import re
import resource
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks" / "cold"
TOLERANCE = 1e-3  # relative, of a printed float
# A word such as `conv2` and a digit in it is text; a number stands alone.
NUMBER = re.compile(
    r"(?<![A-Za-z_0-9.])[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:e[-+]?\d+)?j?(?![A-Za-z_0-9])"
)


# --- inside the measured process ------------------------------------------------------------------


def cpu_seconds() -> float:
    """User and system time of this process's threads and of the children it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def torch_imports(source: str) -> list[str]:
    """The modules of torch that a script imports, as it names them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return sorted(name for name in names if name.split(".")[0] == "torch")


def inside(library: str, script: str, report: str) -> None:
    """Run the script with the library and write its CPU seconds to the file `report`."""
    started = [0.0]

    # The handler that is registered first runs last, after those of the library.
    def write() -> None:
        Path(report).write_text(str(cpu_seconds() - started[0]))

    atexit.register(write)
    names = torch_imports(Path(script).read_text())
    if library == "torchish":
        main = importlib.import_module("torchish.__main__")
        main.install()
    else:
        names.append("torch._dynamo")
    for name in names:
        importlib.import_module(name)
    sys.path[0] = str(Path(script).parent)
    sys.argv[:] = [script]
    if library == "torchish":
        started[0] = cpu_seconds()
        main.main([script])
    else:
        started[0] = cpu_seconds()
        runpy.run_path(script, run_name="__main__")


# --- comparing what was printed -------------------------------------------------------------------


def last_place(number: str) -> float:
    """The worth of one in the last digit after the point; 0 where there is none."""
    mantissa, _, exponent = number.rstrip("j").partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 10.0 ** (int(exponent or 0) - decimals) if decimals else 0.0


def same_number(a: str, b: str) -> bool:
    if a == b:
        return True
    if not ({".", "e"} & set(a) and {".", "e"} & set(b)):
        return False  # integers
    x, y = float(a.rstrip("j")), float(b.rstrip("j"))
    allowed = max(TOLERANCE * max(abs(x), abs(y)), 1.01 * max(last_place(a), last_place(b)))
    return abs(x - y) <= allowed


def difference(expected: str, got: str) -> str | None:
    """The first line in which two outputs differ, in words; None where they are the same."""
    pairs = itertools.zip_longest(expected.splitlines(), got.splitlines(), fillvalue="(nothing)")
    for line, (a, b) in enumerate(pairs, 1):
        texts = ["".join(NUMBER.sub("#", s).split()) for s in (a, b)]
        numbers = [NUMBER.findall(s) for s in (a, b)]
        if texts[0] != texts[1] or not all(map(same_number, *numbers)):
            return f"line {line}: {a!r} became {b!r}"
    return None


# --- measuring ------------------------------------------------------------------------------------


def run(library: str, script: Path, cache: str, limit: float) -> tuple[float | None, str, str]:
    """CPU seconds (None: the program failed), what was printed, and what went wrong."""
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "TORCHISH_CACHE": cache,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "seconds"
        command = [sys.executable, __file__, "--inside", library, str(script), str(report)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, env=environment, timeout=limit, cwd=folder
            )
        except subprocess.TimeoutExpired:
            return None, "", f"ran longer than {limit:.0f} s"
        if done.returncode:
            lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
            return None, done.stdout, lines[-1]
        return float(report.read_text()), done.stdout, ""


def measure(script: Path, repeat: int, warm: bool, limit: float) -> dict:
    """The row of one program: seconds of both, their ratio, and what was wrong, if anything."""
    row = {"name": script.stem, "pytorch": None, "torchish": None, "ratio": None, "wrong": ""}
    with tempfile.TemporaryDirectory() as folder:
        cache = folder if warm else "off"
        if warm:
            run("torchish", script, cache, limit)
        for _ in range(repeat):
            printed = {}
            for library, key in (("torch", "pytorch"), ("torchish", "torchish")):
                seconds, printed[key], error = run(library, script, cache, limit)
                if seconds is None:
                    row["wrong"] = f"{key}: {error}"
                    return row
                row[key] = seconds if row[key] is None else min(row[key], seconds)
            row["wrong"] = difference(printed["pytorch"], printed["torchish"]) or row["wrong"]
    row["ratio"] = row["torchish"] / row["pytorch"]
    return row


def summary(rows: list[dict]) -> dict[str, float]:
    """Median, 90th percentile and worst of the ratios of the programs that ran."""
    ratios = [row["ratio"] for row in rows if row["ratio"] is not None]
    if not ratios:
        return {}
    tenths = statistics.quantiles(ratios, n=10, method="inclusive") if len(ratios) > 1 else ratios
    return {"median": statistics.median(ratios), "p90": tenths[-1], "worst": max(ratios)}


def text_of(row: dict) -> str:
    if row["ratio"] is None:
        return f"| {row['name']} | | | failed | {row['wrong']} |"
    figures = f"{row['pytorch']:.3f} | {row['torchish']:.3f} | {row['ratio']:.1f}"
    return f"| {row['name']} | {figures} | {row['wrong'] or 'yes'} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="names of programs, with commas between them")
    parser.add_argument("--repeat", type=int, default=1, help="runs with each library; the least")
    parser.add_argument("--warm", action="store_true", help="with a full cache of programs")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--limit", type=float, default=600.0, help="wall seconds of one run")
    options = parser.parse_args()
    scripts = {path.stem: path for path in sorted(FOLDER.glob("*.py"))}
    names = options.only.split(",") if options.only else list(scripts)
    unknown = [name for name in names if name not in scripts]
    if unknown:
        parser.error(f"no program of the name {', '.join(unknown)} in {FOLDER}")
    rows = []
    for name in names:
        rows.append(measure(scripts[name], options.repeat, options.warm, options.limit))
        print(text_of(rows[-1]), file=sys.stderr, flush=True)
    rows.sort(key=lambda row: row["ratio"] if row["ratio"] is not None else float("inf"))
    rows.reverse()
    figures = summary(rows)
    if options.json:
        print(json.dumps({"programs": rows, **figures}, indent=1))
    else:
        print("| program | PyTorch, CPU s | torchish, CPU s | ratio | same output |")
        print("| --- | ---: | ---: | ---: | --- |")
        for row in rows:
            print(text_of(row))
        print("\n" + ", ".join(f"{name} {value:.2f}" for name, value in figures.items()))
    return 1 if any(row["wrong"] for row in rows) else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(*sys.argv[2:])
    else:
        sys.exit(main())
