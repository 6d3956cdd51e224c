"""Values that lie in parts on several devices of one process.

Note [Parts on devices]
A holder (a storage) may be told how its contents are to lie. Nothing is recorded for that, so paths
and their programs for one device are as ever. When a recording runs that reads what lies in parts,
the program is compiled for all devices of the mesh: inputs and outputs lie as their holders say,
everything else on each device, and XLA partitions what is between. What the host computes is cut at
the end of the run. Gradients and states of optimizers are told as their parameters are, being
tensors over the same mesh. Such programs take nothing over (Note [Donation]).
"""

from __future__ import annotations

import functools
import weakref
from typing import Any, NamedTuple

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from torchish._core.base import devices
from torchish._core.engine import runners
from torchish._core.engine.plan import pack
from torchish._core.engine.values import Value, spread

# How the contents of storages are to lie, by the storage.
held: weakref.WeakKeyDictionary[Any, NamedSharding] = weakref.WeakKeyDictionary()


class Lying(NamedTuple):
    """How the leaves of a recording and its outputs lie, all on the devices of one mesh."""

    leaves: tuple[NamedSharding, ...]
    outputs: tuple[NamedSharding, ...]


def hold(holder: Any, sharding: NamedSharding) -> None:
    """Let a holder's contents lie so, unless it was told before. Nothing where dimensions are not
    cut evenly, or where the host does not serve the device."""
    aval = holder.aval
    if runners.serves(aval.device) and _fits(sharding, aval.shape):
        spread.on = True
        held.setdefault(holder, sharding)


@functools.cache
def sharding(
    shape: tuple[int, ...], numbers: tuple[int, ...], axes: tuple[tuple[int, ...], ...]
) -> NamedSharding:
    """How a tensor lies on a grid of devices of the CPU, of a shape and by their numbers: `axes`
    has for each of the tensor's dimensions those of the grid that cut it."""
    there = np.array(devices.jax_devices("cpu"))[np.array(numbers).reshape(shape)]
    names = [f"axis{i}" for i in range(len(shape))]
    spec = [tuple([names[i] for i in cut]) or None for cut in axes]
    while spec and spec[-1] is None:
        spec.pop()
    return NamedSharding(Mesh(there, names), PartitionSpec(*spec))


@functools.cache
def _fits(lies: NamedSharding, shape: tuple[int, ...]) -> bool:
    try:
        lies.shard_shape(shape)
    except ValueError:
        return False
    return True


def _here(v: Value) -> NamedSharding | None:
    """How a value's contents lie at the moment; None on one device."""
    found = getattr(v.array, "sharding", None)
    return found if type(found) is NamedSharding else None


def lying(leaves: list[Value], alive: list[Value]) -> Lying | None:
    """How a recording's leaves and outputs are to lie; None where no leaf is in parts."""
    told = {id(s.value): lies for s, lies in list(held.items()) if not s.shared}

    def wanted(v: Value) -> NamedSharding | None:
        lies = told.get(id(v)) or _here(v)
        return lies if lies is not None and _fits(lies, v.aval.shape) else None

    found = [wanted(v) for v in leaves]
    first = next((s for s in found if s is not None and not s.is_fully_replicated), None)
    if first is None:
        return None
    mesh = first.mesh
    everywhere = NamedSharding(mesh, PartitionSpec())
    ways = [
        tuple([s if s is not None and s.mesh == mesh else everywhere for s in row])
        for row in (found, [wanted(v) for v in alive])
    ]
    return Lying(*ways)


@functools.lru_cache(256)
def _numbers(data: bytes, dtype: str, lies: NamedSharding) -> jax.Array:
    return jax.device_put(np.frombuffer(data, dtype), lies)


def arguments(leaves: list[Value], numbers: list, lies: Lying) -> list[jax.Array]:
    """The leaves as they are to lie, where they stay, and the numbers on each device."""
    made = []
    for v, s in zip(leaves, lies.leaves, strict=True):
        if _here(v) != s:
            v.array, v.staged = jax.device_put(np.asarray(v.array), s), None
        made.append(v.array)
    everywhere = NamedSharding(lies.leaves[0].mesh, PartitionSpec())
    return made + [_numbers(a.tobytes(), a.dtype.str, everywhere) for a in pack(numbers)]


def settle() -> None:
    """Cut what the host has computed and is to lie in parts."""
    for s, lies in list(held.items()):
        if s.shared or lies.is_fully_replicated:
            continue
        v = s.value
        if type(v.array) is np.ndarray and _fits(lies, v.aval.shape):
            v.array, v.staged = jax.device_put(v.array, lies), None


__all__ = ["Lying", "arguments", "held", "hold", "lying", "settle", "sharding"]
