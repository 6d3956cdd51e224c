"""Modules on several devices called one after the other: each device computes what it was told to
while the next is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torchish import _absent
from torchish._core.base import devices
from torchish._core.tensor import Tensor
from torchish.nn.modules.module import Module

__all__ = ["get_a_var", "parallel_apply"]


def get_a_var(obj: Any) -> Tensor | None:
    """Some tensor in nested containers; None where there is none."""
    if isinstance(obj, Tensor):
        return obj
    inside: Any = obj.items() if isinstance(obj, Mapping) else ()
    for part in obj if isinstance(obj, (list, tuple)) else inside:
        if (found := get_a_var(part)) is not None:
            return found
    return None


def parallel_apply(
    modules: Sequence[Module],
    inputs: Sequence[Any],
    kwargs_tup: Sequence[dict[str, Any]] | None = None,
    devices: Sequence[int | devices.device | None] | None = None,
) -> list[Any]:
    """The results of these modules for these arguments, one for each. An exception of a module is
    raised with a note of which it was. AssertionError for lengths that differ."""
    named = kwargs_tup or ({},) * len(modules)
    if not len(modules) == len(inputs) == len(named) == len(devices or modules):
        raise AssertionError(
            f"The number of modules {len(modules)} is not equal to the number of inputs "
            f"{len(inputs)}"
        )
    made = []
    for i, (module, args, kwargs) in enumerate(zip(modules, inputs, named, strict=True)):
        args = args if isinstance(args, (list, tuple)) else (args,)
        try:
            made.append(module(*args, **kwargs))
        except Exception as error:
            on = None if devices is None else devices[i]
            error.add_note(f"Caught {type(error).__name__} in replica {i} on device {on}.")
            raise
    return made


__getattr__ = _absent.attributes(__name__)
