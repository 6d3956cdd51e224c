"""Whether what is being traced will run in this process, on its CPU, and never from a file.

Only then may an operator take a form that calls into a library inside jaxlib: such a program can
not be stored, exported or run elsewhere. The engine says so while it traces a program of its own.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Iterator

import jax
import jax.numpy as jnp
from jax.experimental.layout import Layout, with_layout_constraint


class Calls:
    """Whether native calls were made in the program that was traced, some of them convolutions.
    `products` is what its products would take in NumPy, in seconds, as far as it is known."""

    made = False
    convolved = False

    def __init__(self, products: float = 0.0):
        self.products = products


class _Local(threading.local):
    calls: Calls | None = None


_local = _Local()
_seen = False


@contextlib.contextmanager
def allowed(here: bool = True, products: float = 0.0) -> Iterator[Calls]:
    """While a program is traced: native calls may be part of it, if it is to run `here`. Its
    `products` would take NumPy so many seconds."""
    before, calls = _local.calls, Calls(products)
    _local.calls = calls if here else None
    try:
        yield calls
    finally:
        _local.calls = before


def may_call() -> bool:
    """Whether the program that is being traced may call a native library."""
    return _local.calls is not None


def products() -> float:
    """Seconds that the products of the program that is being traced would take in NumPy; infinite
    where it calls a native library already, so that it is not stored anyway."""
    calls = _local.calls
    return 0.0 if calls is None else math.inf if calls.made else calls.products


def channels_last() -> bool:
    """Whether the images of the program that is being traced lie with their channels last, as the
    convolutions by a native library leave them."""
    return _local.calls is not None and _local.calls.convolved


def _as_it_lies(x: jax.Array) -> jax.Array:
    """x, whose dimensions XLA then keeps in their order in memory; without it a transpose and a sum
    would become a sum over the other order, with a copy."""
    return with_layout_constraint(x, Layout(tuple(range(x.ndim))))


def to_memory_order(x: jax.Array) -> jax.Array:
    """(N, C, ...) to (N, ..., C), where channels lie last: what sums over all but the channels, or
    has such a gradient, is fastest so."""
    return _as_it_lies(jnp.moveaxis(x, 1, -1))


def from_memory_order(x: jax.Array) -> jax.Array:
    """(N, ..., C) to (N, C, ...), after `to_memory_order`."""
    return jnp.moveaxis(_as_it_lies(x), -1, 1)


def called(convolution: bool = False) -> None:
    """The program that is being traced calls one, for a convolution or for something else."""
    global _seen
    if _local.calls is not None:
        _local.calls.made = _seen = True
        _local.calls.convolved |= convolution


def seen() -> bool:
    """Whether any program of this process calls one."""
    return _seen
