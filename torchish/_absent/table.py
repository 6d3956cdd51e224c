"""Reads `names.txt`: the absent names of each module, one a line.

    [torch.distributed.device_mesh]
    class DeviceMesh(object) (self, device_type, mesh, *, mesh_dim_names=None) from_group
    def init_device_mesh (device_type, mesh_shape, *, mesh_dim_names=None)
    alias FSDP torch.distributed.fsdp.FullyShardedDataParallel

`from MODULE import NAME` takes a name that another module has. A class line gives its bases, its
constructor's parameters and its static and class methods. Other lines: `decorator NAME`, which
gives a function that refuses, `exception NAME(bases)`, `enum NAME(bases) MEMBER=literal ...`,
`value NAME literal` and `any NAME` for the name of a type that annotations use.
"""

from __future__ import annotations

import functools
import pathlib
from typing import NamedTuple

__all__ = ["Entry", "entries", "modules"]

LIST = pathlib.Path(__file__).with_name("names.txt")


class Entry(NamedTuple):
    """One absent name: the kind of line, and the rest of it."""

    kind: str
    name: str
    rest: str


@functools.cache
def _sections() -> dict[str, str]:
    text = LIST.read_text()
    parts = (part.partition("]\n") for part in text.split("\n[")[1:])
    return {name: body for name, _, body in parts}


def modules() -> frozenset[str]:
    """PyTorch's names of the modules that the list knows."""
    return frozenset(_sections())


def _packages() -> frozenset[str]:
    return frozenset(name.rpartition(".")[0] for name in _sections())


packages = functools.cache(_packages)


def _entry(line: str) -> list[Entry]:
    kind, _, rest = line.partition(" ")
    if kind == "from":
        home, _, names = rest.partition(" import ")
        return [Entry(kind, name, home) for name in names.split()]
    cut = next((i for i, c in enumerate(rest) if not (c.isalnum() or c == "_")), len(rest))
    return [Entry(kind, rest[:cut], rest[cut:].strip())]


@functools.cache
def entries(module: str) -> dict[str, Entry]:
    """The absent names of a module; empty for a module that the list does not know."""
    lines = _sections().get(module, "").splitlines()
    return {entry.name: entry for line in lines if line for entry in _entry(line)}
