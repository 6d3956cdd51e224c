"""`import torchish` is light: JAX and little more."""

from __future__ import annotations

import json
import os
import subprocess
import sys

LATE = (
    "PIL",
    "flax",
    "jax.extend",
    "matplotlib",
    "optax",
    "safetensors",
    "tensorflow_datasets",
    "torch",
    "torchish.fx",
    "torchish.testing",
    "tqdm",
)
BUDGET = 0.25  # seconds of the processor on top of `import jax`
JAX = 0.65  # what `import jax` takes on a quiet machine: a busy one gets more for both
TRIES = 4  # the least of a few: a busy machine makes single runs slow


def timed(code: str) -> dict:
    program = f"""
import json, sys, time
start = time.process_time()
{code}
taken = time.process_time() - start
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
        run = timed("import jax; jax_at = time.process_time(); import torchish; start = jax_at")
        extra.append(run["taken"] / max(1.0, jax / JAX))
        if extra[-1] <= BUDGET:
            break
    assert min(extra) <= BUDGET, f"import torchish takes {min(extra):.2f} s more than import jax"


def test_the_garbage_collector_is_left_as_it_was():
    for switch in ("enable", "disable", "freeze"):
        code = f"""
import gc
gc.{switch}()
before = gc.isenabled(), gc.get_freeze_count() > 0
import torchish
assert (gc.isenabled(), gc.get_freeze_count() > 0) == before
"""
        subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_imported_late_is_there():
    program = """
import sys, torchish
for name in ("distributions", "fx", "masked", "nested", "signal", "testing"):
    full = "torchish." + name
    assert name in dir(torchish) and full not in sys.modules, name
    assert getattr(torchish, name) is sys.modules[full]
    assert name in vars(torchish)  # the next time there is nothing to look for
"""
    subprocess.run([sys.executable, "-c", program], check=True)
