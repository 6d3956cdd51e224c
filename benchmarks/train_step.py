"""Times a training step: torchish, PyTorch eager (when installed), a hand-written jax.jit step.

    python benchmarks/train_step.py
    python benchmarks/train_step.py --models lenet-4,gpt-8 --quick

The three train the same model from the same weights on the same batches. They take turns, many
times over, and the ratios are medians of the turns' ratios, so a machine that slows down for a
while slows all three. Steps are counted after compilation; a turn ends with its last loss read.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import pathlib
import platform
import statistics
import sys
import time
from importlib.metadata import version

import handwritten
import torchish
from models import CASES, Case, training


def machine() -> str:
    """Processor, cores and versions, for the table's caption."""
    name = platform.processor() or platform.machine()
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    parts = [f"{name}, {os.cpu_count()} cores", f"Python {platform.python_version()}"]
    parts += [f"jax {version('jax')}", f"optax {version('optax')}"]
    if importlib.util.find_spec("torch"):
        parts.append(f"torch {version('torch')}")
    return ", ".join(parts)


def contenders(case: Case) -> dict:
    """`run(steps)` of each library; every one starts from the same weights."""
    batches = case.data(8)
    model, ours = training(torchish, case, batches)
    runs = {"torchish": ours}
    if case.build in handwritten.FORWARD:
        runs["jax"] = handwritten.training(case, batches, model)
    if importlib.util.find_spec("torch"):
        import torch

        runs["pytorch"] = training(torch, case, batches)[1]
    return runs


def check(runs: dict) -> None:
    """All must compute the same thing: the loss after three steps agrees."""
    losses = {name: run(3).item() for name, run in runs.items()}
    low, high = min(losses.values()), max(losses.values())
    if not high - low <= 2e-3 * abs(high):
        sys.exit(f"the contenders do not train alike: {losses}")


def settled(run, seconds: float = 60.0) -> None:
    """Train until every program that runs is a compiled one, or for so long."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        torchish.engine.reset_stats()
        run(10).item()
        stats = torchish.engine.stats()
        if stats["hits"] == stats["runs"] and not stats["programs_compiled"]:
            return


def measure(runs: dict, turns: int, seconds: float) -> dict[str, list[float]]:
    """Seconds per step of each contender, by turn."""
    steps = {}
    for name, run in runs.items():
        if name == "torchish":
            settled(run)
        run(10).item()
        start = time.perf_counter()
        run(10).item()
        steps[name] = max(3, int(10 * seconds / (time.perf_counter() - start)))
    times: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(turns):
        order = list(runs) if turn % 2 else list(runs)[::-1]
        for name in order:
            start = time.perf_counter()
            runs[name](steps[name]).item()
            times[name].append((time.perf_counter() - start) / steps[name])
    return times


def ratio(times: dict, other: str) -> str:
    if other not in times:
        return "–"
    pairs = zip(times["torchish"], times[other], strict=True)
    return f"{statistics.median(a / b for a, b in pairs):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", default=",".join(CASES), help="of " + ", ".join(CASES))
    parser.add_argument("--quick", action="store_true", help="fewer and shorter turns")
    args = parser.parse_args()
    names = args.models.split(",")
    unknown = [name for name in names if name not in CASES]
    if unknown:
        parser.error(f"unknown model {', '.join(unknown)}; there are {', '.join(CASES)}")
    turns, seconds = (5, 0.2) if args.quick else (15, 0.6)

    print(machine())
    if (load := os.getloadavg()[0]) > 0.5:
        print(f"Other programs run here too (load {load:.1f}); PyTorch suffers most from that.")
    print()
    heads = ["model, batch", "torchish", "PyTorch eager", "jax.jit + optax", "to PyTorch", "to JAX"]
    print("| " + " | ".join(heads) + " |")
    print("| --- |" + " ---: |" * (len(heads) - 1))
    for name in names:
        runs = contenders(CASES[name])
        check(runs)
        times = measure(runs, turns, seconds)
        cells = [", ".join(name.rsplit("-", 1))]
        for who in ("torchish", "pytorch", "jax"):
            cells.append(f"{1e3 * statistics.median(times[who]):.2f} ms" if who in times else "–")
        cells += [ratio(times, "pytorch"), ratio(times, "jax")]
        print("| " + " | ".join(cells) + " |", flush=True)
    print()
    print("Ratios below 1: torchish is faster.")


if __name__ == "__main__":
    main()
