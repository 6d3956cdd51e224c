"""`import torchish` is light: JAX and little more."""

from __future__ import annotations

import json
import subprocess
import sys

LATE = ("PIL", "flax", "matplotlib", "optax", "safetensors", "tensorflow_datasets", "torch", "tqdm")
BUDGET = 0.5  # seconds on top of `import jax`
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
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300
    )
    return json.loads(out.stdout)


def test_import_time_and_late_imports():
    loaded = timed("import torchish")["modules"]
    assert not [name for name in LATE if name in loaded]

    extra = []
    for _ in range(TRIES):
        run = timed("import jax; jax_at = time.perf_counter(); import torchish; start = jax_at")
        extra.append(run["taken"])
        if extra[-1] <= BUDGET:
            break
    assert min(extra) <= BUDGET, f"import torchish takes {min(extra):.2f} s more than import jax"
