"""Freed memory is kept for the next step, unless the user says otherwise
(torchish/_core/engine/memory.py)."""

import os
import platform
import subprocess
import sys

import pytest

from torchish._core.engine.memory import keep_freed_memory

ON_GLIBC = platform.system() == "Linux" and platform.libc_ver()[0] == "glibc"


def test_it_applies_with_glibc_only(monkeypatch):
    monkeypatch.delenv("TORCHISH_MALLOC", raising=False)
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    assert keep_freed_memory() == ON_GLIBC


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TORCHISH_MALLOC", "off"),
        ("MALLOC_TRIM_THRESHOLD_", "1"),
        ("GLIBC_TUNABLES", "glibc.malloc.arena_max=1"),
    ],
)
def test_the_environment_comes_first(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert not keep_freed_memory()


FAULTS = """
import resource, threading, torchish

def work():
    for i in range(30):
        if i == 10:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        b"1" * (24 << 20)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


@pytest.mark.skipif(not ON_GLIBC, reason="glibc only")
def test_threads_keep_it_too():
    """XLA runs a larger program in a thread of its own."""
    env = {k: v for k, v in os.environ.items() if k != "TORCHISH_MALLOC"}
    command = [sys.executable, "-c", FAULTS]
    out = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert int(out.stdout) < 20 * (24 << 20) // 4096 // 10  # pages taken anew
