"""Reductions, and functions along one dimension that keep the shape."""

from __future__ import annotations

import math
from typing import Any

from torchish._core.tensor import Tensor
from torchish.distributed.tensor._dispatch import Call, Plan, rule
from torchish.distributed.tensor._ops.common import plan_of, shapes_on_meta
from torchish.distributed.tensor._ops.pointwise import pointwise
from torchish.distributed.tensor.placement_types import Partial, Placement, Replicate, Shard

__all__: list[str] = []

_EXTREMES = {"amax": "max", "amin": "min", "max": "max", "min": "min"}


def _dims(call: Call) -> list[int]:
    given, n = call.given.get("dim"), call.specs[0].ndim
    if given is None or (isinstance(given, (list, tuple)) and not given):
        return list(range(n))
    return [d % max(n, 1) for d in (given if isinstance(given, (list, tuple)) else [given])]


@rule("sum", "mean", "amax", "amin", "max", "min", "any", "all", "prod", "var", "std", "logsumexp",
      "argmax", "argmin", "count_nonzero", "nansum", "vector_norm", "median")  # fmt: skip
def _reduced(call: Call) -> Plan | None:
    given = call.given
    if isinstance(given.get("dim"), Tensor) or given.get("other") is not None:
        return pointwise(call)
    if len(call.specs) != 1 or isinstance(given.get("dim"), str):
        return None
    spec = call.specs[0]
    dims, kept = _dims(call), bool(given.get("keepdim", False))
    ins: list[list[Placement]] = []
    outs: list[Placement] = []
    spread = False
    for i, (p,) in enumerate(call.columns()):
        into, out = _one(call, p, dims, kept, call.mesh.size(i))
        spread = spread or (isinstance(p, Shard) and out.is_partial())
        ins.append([into])
        outs.append(out)
    shapes = shapes_on_meta(call)
    if isinstance(shapes, list):
        rows = plan_of(ins, outs, None).inputs
        return Plan(rows, [tuple(outs)] * len(shapes), shapes)
    if call.name != "mean" or not spread:
        return plan_of(ins, outs, shapes)
    count = math.prod(spec.shape[d] for d in dims)

    def local(func: Any, args: tuple, kwargs: dict) -> Tensor:
        """A part of the mean of the whole."""
        return Tensor.sum(*args, **kwargs) / count

    return plan_of(ins, outs, shapes, local=local)


def _one(
    call: Call, p: Placement, dims: list[int], kept: bool, n: int
) -> tuple[Placement, Placement]:
    name, spec = call.name, call.specs[0]
    if isinstance(p, Partial):
        linear = name in ("sum", "mean") and p.reduce_op in ("sum", "avg")
        return (p, p) if linear else (Replicate(), Replicate())
    if not isinstance(p, Shard):
        return p, p
    if p.dim not in dims:
        return p, p if kept else Shard(p.dim - sum(d < p.dim for d in dims))
    if name == "sum" or (name == "mean" and spec.tensor_meta.dtype.is_floating_point):
        return p, Partial()
    extreme = _EXTREMES.get(name)
    full = -(-spec.shape[p.dim] // n) * (n - 1) < spec.shape[p.dim]  # every part has elements
    values_only = name in ("amax", "amin") or call.given.get("dim") is None
    if extreme and values_only and full and not call.tensors[0].requires_grad:
        return p, Partial(extreme)
    return Replicate(), Replicate()


@rule("softmax", "log_softmax", "softmin", "cumsum", "cumprod", "cummax", "cummin", "sort",
      "argsort", "topk", "logcumsumexp", "kthvalue", "flip", "roll", "tril", "triu", "select",
      "narrow", "split", "chunk", "unbind", "tensor_split", "unfold", "diff",
      "split_with_sizes")  # fmt: skip
def _along(call: Call) -> Plan | None:
    spec = call.specs[0]
    n = spec.ndim
    if len(call.specs) != 1 or n == 0:
        return None
    if call.name in ("tril", "triu"):
        dims = [n - 2, n - 1]
    else:
        given = call.given.get("dim", call.given.get("dims"))
        default = 0 if call.name in ("split", "chunk", "unbind", "tensor_split") else None
        default = -1 if call.name in ("sort", "argsort", "topk", "diff") else default
        given = default if given is None else given
        if given is None or isinstance(given, str):
            return None
        dims = [d % n for d in (given if isinstance(given, (list, tuple)) else [given])]
    gone = call.name in ("select", "unbind") or (
        call.name == "kthvalue" and not call.given.get("keepdim", False)
    )
    ins: list[list[Placement]] = []
    outs: list[Placement] = []
    for (p,) in call.columns():
        stays = isinstance(p, Shard) and p.dim not in dims
        into: Placement = p if stays else Replicate()
        ins.append([into])
        if gone and isinstance(into, Shard):
            outs.append(Shard(into.dim - (into.dim > dims[0])))
        else:
            outs.append(into)
    shapes = shapes_on_meta(call)
    rows = plan_of(ins, outs, None).inputs
    several = isinstance(shapes, list)
    return Plan(rows, [tuple(outs)] * len(shapes) if several else tuple(outs), shapes)
