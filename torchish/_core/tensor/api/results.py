"""The named tuples of operators with several results (`torch.return_types`).

https://docs.pytorch.org/docs/stable/generated/torch.sort.html, among others
"""

from __future__ import annotations

import functools
from typing import Any

from torchish._core.ops.table import Op

_named: dict[Op, Any] = {}
_made: dict[str, Any] = {}


def return_type(op: Op):
    """The named tuple class of an operator's result (`torch.return_types.sort`, ...)."""
    cls = _named.get(op)
    if cls is None:
        cls = _named[op] = make_return_type(op.return_type.replace(".", "_"), op.returns)
    return cls


def return_again(name: str, fields: tuple[str, ...], items: tuple):
    """A pickled result, as its class of now."""
    return make_return_type(name, fields)(*items)


@functools.cache
def make_return_type(name: str, fields: tuple[str, ...]):
    """A tuple class with named fields that prints as PyTorch's structseq does."""

    def new(cls, *items):
        if len(items) == 1 and len(fields) > 1:
            items = tuple(items[0])
        return tuple.__new__(cls, items)

    def show(self):
        return (
            f"torch.return_types.{name}(\n"
            + ",\n".join(f"{f}={v!r}" for f, v in zip(fields, self, strict=True))
            + ")"
        )

    members: dict[str, Any] = {
        "__slots__": (),
        "__new__": new,
        "__repr__": show,
        "_fields": fields,
        "n_fields": len(fields),
        "__reduce__": lambda self: (return_again, (name, fields, tuple(self))),
    }
    for i, f in enumerate(fields):
        members[f] = property(lambda self, i=i: tuple.__getitem__(self, i))
    cls = type(name, (tuple,), members)
    cls.__module__, cls.__qualname__ = "torch.return_types", name
    _made[name] = cls
    return cls


def made_return_types() -> dict[str, Any]:
    """All classes that have been made, by name."""
    return _made
