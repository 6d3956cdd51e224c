"""Freed memory is kept for the next step, unless the user says otherwise
(torchish/engine/memory.py)."""

import platform

import pytest

from torchish.engine.memory import keep_freed_memory

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
