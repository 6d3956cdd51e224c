"""Freed memory is kept for the next step, unless the user says otherwise
(torchish/_core/engine/memory.py)."""

import os
import platform
import subprocess
import sys

import pytest

from torchish._core.engine.memory import give_back, keep_freed_memory

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


HELD = """
from torchish._core.engine import memory

def resident():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * 4096 >> 20

kept = [bytes(64 << 10) + b"1" for _ in range(2000)]
between = kept[::2]
del kept
held = resident()
assert memory.give_back()
print(held - resident())
"""


@pytest.mark.skipif(not ON_GLIBC, reason="glibc only")
def test_free_pieces_between_others_are_given_back():
    env = {k: v for k, v in os.environ.items() if k != "TORCHISH_MALLOC"}
    command = [sys.executable, "-c", HELD]
    out = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert int(out.stdout) > 30  # of 62 MiB


def test_nothing_is_given_back_where_the_user_sets_the_allocator(monkeypatch):
    monkeypatch.setenv("TORCHISH_MALLOC", "off")
    assert not give_back()
