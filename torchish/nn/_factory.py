"""The keyword arguments of modules that say where their parameters are to be made."""

from __future__ import annotations

from typing import Any

_SIMPLE = {"device", "dtype", "memory_format"}


def factory_kwargs(kwargs: dict[str, Any] | None) -> dict[str, Any]:
    """`device`, `dtype` and `memory_format` from a module's keyword arguments, where they may be
    given one by one or in a dict under "factory_kwargs". TypeError for others and for those given
    twice."""
    if kwargs is None:
        return {}
    unexpected = kwargs.keys() - _SIMPLE - {"factory_kwargs"}
    if unexpected:
        raise TypeError(f"unexpected kwargs {unexpected}")
    out = dict(kwargs.get("factory_kwargs", {}))
    for k in _SIMPLE & kwargs.keys():
        if k in out:
            raise TypeError(f"{k} specified twice, in **kwargs and in factory_kwargs")
        out[k] = kwargs[k]
    return out
