"""`torch.distributed.tensor.experimental`: plain tensors among DTensors, functions of local parts.

https://docs.pytorch.org/docs/stable/distributed.tensor.html#experimental-features
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributed.device_mesh import DeviceMesh
from torchish.distributed.tensor._api import DTensor
from torchish.distributed.tensor._dispatch import mixing
from torchish.distributed.tensor.placement_types import Placement

__all__ = ["implicit_replication", "local_map"]

Placements = Sequence[Placement] | None


@contextlib.contextmanager
def implicit_replication() -> Iterator[None]:
    """Inside, a plain tensor beside DTensors is one that every process has."""
    before, mixing.allowed = mixing.allowed, True
    try:
        yield
    finally:
        mixing.allowed = before


def local_map(
    func: Callable | None = None,
    out_placements: Any = None,
    in_placements: tuple[Placements, ...] | None = None,
    in_grad_placements: tuple[Placements, ...] | None = None,
    device_mesh: DeviceMesh | None = None,
    *,
    redistribute_inputs: bool = False,
) -> Callable:
    """A function of local parts as one of DTensors.

    Args:
        func: takes and gives this process's parts.
        out_placements: how what it gives lies: placements, or a tuple of them for several results;
            None for what is no tensor.
        in_placements: how each positional argument has to lie; None for what is no tensor.
        in_grad_placements: how the gradients of the parts lie.
        device_mesh: the mesh, that of the first DTensor unless given.
        redistribute_inputs: move arguments that lie otherwise; ValueError for them unless given.
    """
    if func is None:
        return functools.partial(
            local_map,
            out_placements=out_placements,
            in_placements=in_placements,
            in_grad_placements=in_grad_placements,
            device_mesh=device_mesh,
            redistribute_inputs=redistribute_inputs,
        )

    @functools.wraps(func)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        if in_placements is not None and len(in_placements) != len(args):
            raise AssertionError(
                f"in_placements length {len(in_placements)} does not match the number of input "
                f"args {len(args)}!"
            )
        found = [a for a in args if isinstance(a, DTensor)]
        mesh = device_mesh or (found[0].device_mesh if found else None)
        local = [
            _part(a, i, in_placements, in_grad_placements, redistribute_inputs)
            for i, a in enumerate(args)
        ]
        made = func(*local, **kwargs)
        if mesh is None or not found:
            return made
        several = isinstance(made, (tuple, list))
        results = list(made) if several else [made]
        each = out_placements if several and _of_several(out_placements) else None
        places = list(each) if each is not None else [out_placements] * len(results)
        if len(places) != len(results):
            raise AssertionError(
                "local_map requires one PlacementType be provided for each output value, got "
                f"{len(places)} for {len(results)}"
            )
        out = [
            DTensor.from_local(t, mesh, p) if isinstance(t, Tensor) and p is not None else t
            for t, p in zip(results, places, strict=True)
        ]
        return tuple(out) if several else out[0]

    return mapped


def _of_several(places: Any) -> bool:
    return isinstance(places, tuple) and not all(isinstance(p, Placement) for p in places)


def _part(x: Any, i: int, places: Any, of_gradients: Any, move: bool) -> Any:
    if not isinstance(x, DTensor):
        return x
    wanted = None if places is None else places[i]
    if wanted is not None and tuple(wanted) != x.placements:
        if not move:
            raise ValueError(
                f"arg {x} in local_map has a mismatched placements: arg placements is "
                f"{x.placements} but the input placements is {tuple(wanted)}! If redistribute_"
                "inputs is wanted, set redistribute_inputs=True to local_map."
            )
        x = x.redistribute(placements=wanted)
    return x.to_local(grad_placements=None if of_gradients is None else of_gradients[i])


__getattr__ = _absent.attributes(__name__)
