"""`torch._vmap_internals`: the older place of `vmap`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish.func import vmap

__all__ = ["_vmap", "vmap"]


def _vmap(
    func: Callable, in_dims: Any = 0, out_dims: Any = 0, allow_none_pass_through: bool = False
) -> Callable:
    """`torch.func.vmap`. NotImplementedError for results that are None."""
    if allow_none_pass_through:
        raise NotImplementedError("_vmap: allow_none_pass_through=True")
    return vmap(func, in_dims, out_dims)
