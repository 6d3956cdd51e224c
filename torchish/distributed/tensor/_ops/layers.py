"""Layers: embeddings and norms."""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import FUNCTIONS, Tensor
from torchish.distributed.tensor._dispatch import Call, Plan, rule
from torchish.distributed.tensor._ops.common import FIXED, by_labels, operands, plan_of
from torchish.distributed.tensor.placement_types import Partial, Placement, Replicate, Shard

__all__: list[str] = []

where = FUNCTIONS["where"]

_BATCH = "abcdefghij"


@rule("layer_norm", "rms_norm")
def _normed(call: Call) -> Plan | None:
    x = call.specs[0].shape
    shape = call.given.get("normalized_shape")
    if shape is None or call.given["input"] is not call.tensors[0]:
        return None
    n = 1 if isinstance(shape, int) else len(shape)
    batch = _BATCH[: len(x) - n] + FIXED * n
    others = [FIXED * s.ndim for s in call.specs[1:]]
    return by_labels(call, [batch, *others], batch, tuple(x))


@rule("embedding")
def _embedding(call: Call) -> Plan | None:
    found = operands(call, "input", "weight")
    if found is None or len(call.specs) != 2:
        return None
    index, weight = call.specs
    options = ("max_norm", "scale_grad_by_freq", "sparse")
    if any(call.given.get(o) for o in options):
        return None
    shape = (*index.shape, weight.shape[1])
    rows = [i for i, p in enumerate(weight.placements) if p == Shard(0)]
    ins: list[list[Placement]] = []
    outs: list[Placement] = []
    for i, (p, q) in enumerate(call.columns()):
        if i in rows and len(rows) == 1 and not call.mesh.is_whole:
            ins.append([Replicate(), q])
            outs.append(Partial())
        elif q == Shard(1):
            ins.append([Replicate(), q])
            outs.append(Shard(len(shape) - 1))
        else:
            into: Placement = p if isinstance(p, Shard) else Replicate()
            ins.append([into, Replicate()])
            outs.append(into)
    if len(rows) != 1 or call.mesh.is_whole:
        return plan_of(ins, outs, shape)
    start = weight.local()[1][0]

    def local(func: Any, args: tuple, kwargs: dict) -> Tensor:
        """Rows that are here; zeros for those of other processes."""
        given = dict(zip(("input", "weight", "padding_idx"), args, strict=False)) | kwargs
        held = given["weight"]
        at = given["input"] - start
        here = (at >= 0) & (at < held.shape[0])
        if not held.shape[0]:
            return held.new_zeros((*at.shape, held.shape[1]))
        skip = given.get("padding_idx")
        found = func(where(here, at, 0), held)
        if skip is not None:  # which is shown, and gets no gradient
            skip = skip % weight.shape[0]
            found = where((at + start == skip).unsqueeze(-1), found.detach(), found)
        return where(here.unsqueeze(-1), found, 0.0)

    return plan_of(ins, outs, shape, local=local)
