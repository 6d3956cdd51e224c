"""Names of one module that another one has: Note [References]."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor, out_dtypes
from torchish._core.tensor.api.copies import into


def _copied(name: str) -> Callable:
    """An operator that exists in place only, as one that leaves its input alone."""

    def call(input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return getattr(input.clone(), f"{name}_")(*args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"What `{name}_` makes of a copy."
    return call


def _lenient(f: Callable) -> Callable:
    """An elementwise function whose `out=` may have any dtype that the result can be cast to."""

    @functools.wraps(f)
    def call(*args: Any, out: Tensor | None = None, **kwargs: Any) -> Tensor:
        found = f(*args, **kwargs)
        if out is None:
            return found
        out_dtypes.require(out_dtypes.CAST, found.dtype, out.dtype)
        return into(
            f.__name__, found.to(out.dtype), out, [a for a in args if isinstance(a, Tensor)]
        )

    return call


def attributes(module: str, public: str) -> Callable[[str], Any]:
    """A `__getattr__` for a module of references to the functions of a public module."""

    def __getattr__(name: str) -> Any:
        found = None
        if not name.startswith("__"):
            found = getattr(sys.modules[public], name, None)
            if found is None:
                found = getattr(Tensor, name, None)
            if isinstance(found, property):
                found = found.fget
            if found is None and hasattr(Tensor, f"{name}_"):
                found = _copied(name)
        op = TABLE.get(f"{public}.{name}".partition(".")[2])
        if op is not None and op.elementwise and callable(found):
            found = _lenient(found)
        if not callable(found):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        setattr(sys.modules[module], name, found)
        return found

    return __getattr__
