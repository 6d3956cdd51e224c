"""Operators of programs under `vmap`: the function that `torch.library.register_vmap` was given
takes a whole batch, where the operator's kernels take one example.

https://docs.pytorch.org/docs/stable/library.html#torch.library.register_vmap
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax

from torchish._core.tensor import Tensor
from torchish._core.tensor.inner import array_of, from_array
from torchish.func._vmap import randomness_now
from torchish.utils import _pytree as pytree

__all__ = ["VmapInfo", "batching"]


class VmapInfo(NamedTuple):
    """What the registered function is told: how many examples, and how they draw numbers."""

    batch_size: int
    randomness: str


def batching(batched: Callable, kernel: Callable, args: tuple, kwargs: dict[str, Any]) -> Any:
    """What `kernel(*args, **kwargs)` gives for an example; where `vmap` runs it on a batch,
    `batched(info, in_dims, *args, **kwargs)` gives the batch's results and their dimensions.

    RuntimeError for another number of results than two; NotImplementedError for tensors that are
    given by keyword.
    """
    if any(isinstance(x, Tensor) for x in pytree.tree_leaves(kwargs)):
        raise NotImplementedError("register_vmap with kwarg-only Tensor args")
    leaves, spec = pytree.tree_flatten(args)
    places = [k for k, x in enumerate(leaves) if isinstance(x, Tensor)]
    devices = [leaves[k]._aval.device for k in places]
    result: Any = None

    def filled(arrays: Any) -> tuple:
        given = list(leaves)
        for k, a, d in zip(places, arrays, devices, strict=True):
            given[k] = from_array(a, d)
        return pytree.tree_unflatten(given, spec)

    @jax.custom_batching.custom_vmap
    def run(*arrays: Any) -> tuple:
        nonlocal result
        outs, result = pytree.tree_flatten(kernel(*filled(arrays), **kwargs))
        return tuple([array_of(o) for o in outs])

    @run.def_vmap
    def rule(size: int, mapped: list[bool], *arrays: Any) -> tuple:
        dims: list[int | None] = [None] * len(leaves)
        for k, m in zip(places, mapped, strict=True):
            dims[k] = 0 if m else None
        in_dims = pytree.tree_unflatten(dims, spec)
        found = batched(VmapInfo(size, randomness_now()), in_dims, *filled(arrays), **kwargs)
        if not isinstance(found, tuple) or len(found) != 2:
            raise RuntimeError(
                "Expected the vmap staticmethod to have two returns, an output and out_dims with "
                f"pytree structure compatible with the output. Got a {type(found)} instead"
            )
        outs, out_spec = pytree.tree_flatten(found[0])
        out_dims = pytree._broadcast_to_and_flatten(found[1], out_spec, is_leaf=lambda x: x is None)
        if out_dims is None:
            raise RuntimeError(
                f"The function that was registered for vmap gave out_dims {found[1]} of another "
                "structure than its outputs"
            )
        moved = [o if d in (None, 0) else o.movedim(d, 0) for o, d in zip(outs, out_dims)]
        return tuple([array_of(t) for t in moved]), tuple([d is not None for d in out_dims])

    outs = run(*[array_of(leaves[k]) for k in places])
    device = devices[0]
    return pytree.tree_unflatten([from_array(a, device) for a in outs], result)
