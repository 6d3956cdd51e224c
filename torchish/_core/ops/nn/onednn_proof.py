"""Whether convolutions and products by oneDNN hold with this jaxlib.

A wrong call ends the process, so what is not known to hold is tried in a process of its own
(`onednn_trial.py`), once: the verdict is a file beside the compiled programs. Without such a folder
(TORCHISH_CACHE=off) only what is known is used.

Processors without AVX2 go without. With the instructions of SSE 4.1 or AVX alone products of
batches and convolutions sometimes never returned (jaxlib 0.10.2), and a convolution was wrong now
and then (0.12.0.1). With those of AVX2 and of AVX-512 all of 370,000 calls of the trial's
convolutions gave the same bits again, and all of 100,000 products of random sizes returned.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

import jax

from torchish._core.base.jax_internals import JAXLIB

# The versions of jaxlib with which the trial has passed for processors with AVX2 and with AVX-512
# (oneDNN's ONEDNN_MAX_CPU_ISA chooses).
PROVEN = {"0.10.2", "0.12.0.1"}
CLASSES = 2  # goes up with each class of calls that is added to the trial
TRIAL = "from torchish._core.ops.nn.onednn_trial import main; main()"
TIME_LIMIT = 120  # seconds


def _processor() -> str:
    """The kinds of vector instructions that the processor has; "" where it does not say."""
    try:
        with open("/proc/cpuinfo") as f:
            flags = next((line for line in f if line.startswith("flags")), "").split()
    except OSError:
        return ""
    wide = ("avx2", "avx_vnni", "avx512f", "avx512_bf16", "amx_tile")
    return " ".join(sorted(set(wide) & set(flags)))


@functools.cache
def usable() -> bool:
    """Whether a program may call oneDNN."""
    if os.environ.get("TORCHISH_ONEDNN", "").lower() in ("off", "0", "no"):
        return False
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return False
    most = os.environ.get("ONEDNN_MAX_CPU_ISA", "").upper()
    if "avx2" not in _processor().split() or most in ("SSE41", "AVX"):
        return False
    if JAXLIB in PROVEN:
        return True
    folder = jax.config.jax_compilation_cache_dir
    return bool(folder) and _tried(pathlib.Path(folder), _processor())


def _tried(folder: pathlib.Path, processor: str) -> bool:
    """The verdict of the trial, which is made now if it never was."""
    key = hashlib.blake2b(f"{JAXLIB} {processor} {CLASSES}".encode(), digest_size=8).hexdigest()
    file = folder / f"onednn-{key}"
    try:
        return file.read_text() == "holds"
    except OSError:  # there is none yet
        pass
    held = tried()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as f:
            f.write("holds" if held else "fails")
        os.replace(f.name, file)
    except OSError:
        return held  # the folder can not be written: the next process tries again
    return held


def tried() -> bool:
    """Whether the trial, in a process of its own, ends well."""
    environment = os.environ | {"TORCHISH_CACHE": "off", "JAX_PLATFORMS": "cpu"}
    try:
        done = subprocess.run(
            [sys.executable, "-c", TRIAL],
            capture_output=True,
            env=environment,
            timeout=TIME_LIMIT,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
