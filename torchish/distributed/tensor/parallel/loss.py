"""`loss_parallel`: cross entropy of logits that are cut along the classes.

https://docs.pytorch.org/docs/stable/distributed.tensor.parallel.html#torch.distributed.tensor.parallel.loss_parallel
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from torchish import _absent
from torchish._core.tensor import FUNCTIONS, Tensor, overrides
from torchish.distributed.tensor._api import DTensor
from torchish.distributed.tensor._dispatch import FIRST, meta_of, tagged
from torchish.distributed.tensor._dtensor_spec import DTensorSpec
from torchish.distributed.tensor._redistribute import moved
from torchish.distributed.tensor.placement_types import Partial, Placement, Replicate, Shard
from torchish.nn import functional as F

__all__ = ["loss_parallel"]

where = FUNCTIONS["where"]


@contextlib.contextmanager
def loss_parallel() -> Iterator[None]:
    """Inside, `cross_entropy` of a DTensor that is cut along the classes sums over the classes of
    each process and does not gather them. Targets are whole on each process. NotImplementedError
    for probabilities as targets and for `label_smoothing`."""
    before = FIRST.get("cross_entropy")
    FIRST["cross_entropy"] = _cross_entropy
    try:
        yield
    finally:
        if before is None:
            del FIRST["cross_entropy"]
        else:
            FIRST["cross_entropy"] = before


def _local(x: Any) -> Any:
    """A target or weight as a plain tensor that every process has."""
    return x.full_tensor() if isinstance(x, DTensor) else x


def _cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    classes = 0 if input.dim() == 1 else 1
    spec: DTensorSpec = input._spec
    if label_smoothing:
        raise NotImplementedError("cross_entropy(label_smoothing=...) under loss_parallel")
    if size_average is not None or reduce is not None:
        raise NotImplementedError("cross_entropy(size_average=..., reduce=...) under loss_parallel")
    target, weight = _local(target), _local(weight)
    if target.is_floating_point():
        raise NotImplementedError("cross_entropy of probabilities under loss_parallel")
    everywhere: tuple[Placement, ...] = (Replicate(),) * spec.mesh.ndim
    lying = tuple(p if p == Shard(classes) else Replicate() for p in spec.placements)
    if spec.mesh.is_whole or lying.count(Shard(classes)) != 1:
        whole = input.full_tensor()
        made = F.cross_entropy(whole, target, weight, None, ignore_index, None, reduction)
        return tagged(DTensor, made, DTensorSpec(spec.mesh, everywhere, meta_of(made, made.shape)))
    x = input.redistribute(placements=lying)
    partial = tuple(Partial() if p.is_shard() else p for p in lying)
    with overrides.DisableTorchFunctionSubclass():
        losses, counts = _losses(x, target, weight, ignore_index, classes, partial)
        if reduction == "mean":
            losses = losses.sum() / counts.sum()
        elif reduction == "sum":
            losses = losses.sum()
        elif reduction != "none":
            raise ValueError(f"{reduction} is not a valid value for reduction")
    return tagged(
        DTensor, losses, DTensorSpec(spec.mesh, everywhere, meta_of(losses, losses.shape))
    )


def _losses(
    x: Any,
    target: Tensor,
    weight: Tensor | None,
    ignored: int,
    classes: int,
    partial: tuple[Placement, ...],
) -> tuple[Tensor, Tensor]:
    """The loss of each item, and what it counts for in the mean."""
    spec = x._spec
    everywhere = (Replicate(),) * spec.mesh.ndim
    local = x.as_subclass(Tensor)
    size, start = (part[classes] for part in spec.local())

    def over_all(t: Tensor, op: str) -> Tensor:
        lying = tuple(Partial(op) if p.is_partial() else p for p in partial)
        return moved(t, DTensorSpec(spec.mesh, lying, meta_of(t, t.shape)), everywhere)

    largest = local.detach().amax(classes) if size else target.float() * 0 - float("inf")
    shifted = local - over_all(largest.to(local.dtype), "max").unsqueeze(classes)
    total = over_all(shifted.exp().sum(classes), "sum").log()
    used = target != ignored
    at = where(used, target, 0) - start
    here = (at >= 0) & (at < size)
    if size:
        index = where(here, at, 0).unsqueeze(classes)
        own = where(here, shifted.gather(classes, index).squeeze(classes), 0.0)
    else:
        own = shifted.sum(classes)
    losses = total - over_all(own, "sum")
    counts = used.to(losses.dtype)
    if weight is not None:
        counts = counts * weight[where(used, target, 0)]
    return where(used, losses * counts, 0.0), counts


__getattr__ = _absent.attributes(__name__)
