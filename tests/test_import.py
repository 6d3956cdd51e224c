"""`import torchish` is light: JAX and little more."""

from __future__ import annotations

import json
import os
import subprocess
import sys

LATE = ("PIL", "flax", "matplotlib", "optax", "safetensors", "tensorflow_datasets", "torch", "tqdm")
BUDGET = 0.5  # seconds on top of `import jax`
JAX = 0.65  # what `import jax` takes on a quiet machine: a busy one gets more for both
TRIES = 4  # the least of a few: a busy machine makes single runs slow


def timed(code: str) -> dict:
    program = f"""
import json, sys, time
start = time.perf_counter()
{code}
taken = time.perf_counter() - start
print(json.dumps({{"taken": taken, "modules": sorted(sys.modules)}}))
"""
    out = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        # As users run it: compiled once, and read from __pycache__ after that.
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
    )
    return json.loads(out.stdout)


def test_import_time_and_late_imports():
    loaded = timed("import torchish")["modules"]
    assert not [name for name in LATE if name in loaded]

    extra = []
    for _ in range(TRIES):
        jax = timed("import jax")["taken"]
        run = timed("import jax; jax_at = time.perf_counter(); import torchish; start = jax_at")
        extra.append(run["taken"] / max(1.0, jax / JAX))
        if extra[-1] <= BUDGET:
            break
    assert min(extra) <= BUDGET, f"import torchish takes {min(extra):.2f} s more than import jax"
