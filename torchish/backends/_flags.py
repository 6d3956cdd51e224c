"""Settings that a program reads, sets and gets back after a `with` block."""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Iterator
from typing import Any

from torchish._core.base import precision
from torchish._core.tensor import binding

PRECISIONS = ("none", "ieee", "tf32")


@contextlib.contextmanager
def setting(space: dict, **values) -> Iterator[None]:
    """The module-level settings of `space` inside a `with` block."""
    before = {name: space[name] for name in values}
    space.update(values)
    try:
        yield
    finally:
        space.update(before)


@contextlib.contextmanager
def attributes(module: Any, **values) -> Iterator[None]:
    """The same for settings that are more than a name in a module."""
    before = {name: getattr(module, name) for name in values}
    try:
        for name, value in values.items():
            setattr(module, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(module, name, value)


def live(module: str, **properties: property) -> None:
    """Make attributes of a module what these properties say."""
    found = sys.modules[module]
    found.__class__ = type("Settings", (types.ModuleType,), dict(properties))


def change(**values: Any) -> None:
    """Set fields of the state that programs are compiled for."""
    state = precision.state
    if any(getattr(state, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(state, name, value)
        precision.use()
        binding.reset_calls()


def field(name: str, backend: str) -> property:
    """A setting of "ieee", "tf32" or "none", a field of the state."""

    def get(_: Any) -> str:
        return getattr(precision.state, name)

    def put(_: Any, value: str) -> None:
        if value not in (*PRECISIONS, "bf16"):
            raise RuntimeError(f"Unknown precision: {value}")
        if value == "bf16":
            raise RuntimeError(f"backend '{backend}' does not support precision 'bf16'")
        change(**{name: value})

    return property(get, put)
