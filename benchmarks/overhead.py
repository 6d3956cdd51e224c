"""What torchish costs beside the arithmetic: recording one operator, and the import.

    python benchmarks/overhead.py

Recording is `a + b` of two 4 × 4 tensors that require grad, in a loop that looks at no value;
the same loop is timed on PyTorch when it is installed.
"""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import time

import torchish

OPERATORS = 200  # in one timed piece: less than the length at which a recording is cut
PIECES = 300


def per_operator(torch, grad: bool) -> float:
    """Median seconds for one `a + b`."""
    a = torch.ones(4, 4, requires_grad=grad)
    b = torch.ones(4, 4, requires_grad=grad)
    times = []
    for _ in range(PIECES):
        start = time.perf_counter()
        for _ in range(OPERATORS):
            c = a + b
        times.append((time.perf_counter() - start) / OPERATORS)
        c.sum().item()  # runs what was recorded, outside the timing
    return statistics.median(times)


def import_seconds(code: str) -> float:
    """The least of several fresh processes."""
    program = f"import time; t = time.perf_counter(); {code}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", program]
    return min(
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    )


def main() -> None:
    libraries = {"torchish": torchish}
    if importlib.util.find_spec("torch"):
        import torch

        libraries["PyTorch eager"] = torch
    print("| one operator, a + b, 4 × 4 | without grad | with grad |")
    print("| --- | ---: | ---: |")
    for name, library in libraries.items():
        plain, grad = per_operator(library, False), per_operator(library, True)
        print(f"| {name} | {1e6 * plain:.2f} µs | {1e6 * grad:.2f} µs |")
    jax, ours = import_seconds("import jax"), import_seconds("import torchish")
    print(f"\nimport jax {jax:.2f} s, import torchish {ours:.2f} s (+{ours - jax:.2f} s)")


if __name__ == "__main__":
    main()
