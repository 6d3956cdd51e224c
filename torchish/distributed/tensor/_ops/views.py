"""Other shapes of the same elements, and parts of them."""

from __future__ import annotations

import math
from typing import Any

from torchish._core.tensor import Tensor, empty, overrides
from torchish.distributed.tensor._dispatch import Call, Plan, rule
from torchish.distributed.tensor._dtensor_spec import DTensorSpec
from torchish.distributed.tensor._ops.common import plan_of, shapes_on_meta
from torchish.distributed.tensor.placement_types import Partial, Placement, Replicate, Shard

__all__: list[str] = []


def _order(call: Call) -> list[int]:
    """Which dimension of the input each of a permuted result is: found with sizes that differ."""
    n = call.specs[0].ndim
    with overrides.DisableTorchFunctionSubclass():
        made = call.func(empty(*range(2, n + 2), device="meta"), *call.args[1:], **call.kwargs)
    return [size - 2 for size in made.shape]


@rule("transpose", "permute", "t", "T.__get__", "mT.__get__", "H.__get__", "mH.__get__", "adjoint",
      "movedim", "moveaxis", "swapaxes", "swapdims")  # fmt: skip
def _permuted(call: Call) -> Plan | None:
    if len(call.specs) != 1:
        return None
    spec, order = call.specs[0], _order(call)
    outs = [Shard(order.index(p.dim)) if isinstance(p, Shard) else p for p in spec.placements]
    shape = tuple(spec.shape[d] for d in order)
    return Plan([spec.placements], tuple(outs), shape)


def _groups(old: tuple[int, ...], new: tuple[int, ...]) -> list[tuple[list[int], list[int]]]:
    """Dimensions of two shapes that hold the same elements, together in groups as small as can
    be."""
    made, i, j = [], 0, 0
    while i < len(old) or j < len(new):
        ins, outs = [], []
        a = b = 1
        if i < len(old):
            ins.append(i)
            a, i = old[i], i + 1
        if j < len(new):
            outs.append(j)
            b, j = new[j], j + 1
        while a != b:
            if a < b and i < len(old):
                ins.append(i)
                a, i = a * old[i], i + 1
            elif j < len(new):
                outs.append(j)
                b, j = b * new[j], j + 1
            else:
                return [(list(range(len(old))), list(range(len(new))))]
        made.append((ins, outs))
    return made


def _where(
    d: int, old: tuple, new: tuple, groups: list[tuple[list[int], list[int]]], parts: int
) -> int | None:
    """The dimension of a reshaped tensor that is cut as `d` was; None where none is."""
    for ins, outs in groups:
        if d not in ins:
            continue
        first = [x for x in ins if old[x] != 1] or ins[:1]
        found = [x for x in outs if new[x] != 1] or outs[:1]
        if not found or d != first[0]:
            return None
        if old[d] == new[found[0]]:
            return found[0]
        return found[0] if old[d] % parts == 0 and new[found[0]] % parts == 0 else None
    return None


@rule("view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "ravel", "view_as",
      "reshape_as", "_unsafe_view")  # fmt: skip
def _reshaped(call: Call) -> Plan | None:
    spec = call.specs[0]
    if call.given.get("dtype") is not None or any(
        hasattr(a, "itemsize") and not isinstance(a, Tensor) for a in call.args[1:]
    ):
        return None  # a view as another dtype
    if call.name in ("view_as", "reshape_as"):
        if len(call.specs) != 2:
            return None
        new = tuple(call.specs[1].shape)
    else:
        new = shapes_on_meta(call)
    old = tuple(spec.shape)
    if 0 in old:
        return None
    groups = _groups(old, new)
    ins: list[Placement] = []
    outs: list[Placement] = []
    for i, p in enumerate(spec.placements):
        if not isinstance(p, Shard):
            ins.append(p)
            outs.append(p)
            continue
        same = [j for j, q in enumerate(spec.placements) if q == p]
        parts = math.prod(call.mesh.size(j) for j in same)
        at = _where(p.dim, old, new, groups, parts)
        ins.append(Replicate() if at is None else p)
        outs.append(Replicate() if at is None else Shard(at))
        del i
    meta = type(spec.tensor_meta)(spec.shape.__class__(new), (), spec.tensor_meta.dtype)
    here = DTensorSpec(call.mesh, tuple(outs), meta).local()[0]

    def local(func: Any, args: tuple, kwargs: dict) -> Tensor:
        x = args[0]
        return x.view(here) if call.name == "view" else x.reshape(here)

    others = [s.placements for s in call.specs[1:]]
    return Plan([tuple(ins), *others], tuple(outs), new, local)


@rule("expand", "broadcast_to", "expand_as")
def _expanded(call: Call) -> Plan | None:
    if len(call.specs) != 1:
        return None
    spec, new = call.specs[0], shapes_on_meta(call)
    shift = len(new) - spec.ndim
    ins: list[Placement] = []
    outs: list[Placement] = []
    for p in spec.placements:
        cut = isinstance(p, Shard)
        stays = not cut or spec.shape[p.dim] == new[p.dim + shift]
        ins.append(p if stays else Replicate())
        outs.append((Shard(p.dim + shift) if cut else p) if stays else Replicate())
    meta = type(spec.tensor_meta)(spec.shape.__class__(new), (), spec.tensor_meta.dtype)
    here = DTensorSpec(call.mesh, tuple(outs), meta).local()[0]
    return Plan([tuple(ins)], tuple(outs), new, lambda func, args, kwargs: args[0].expand(here))


@rule("__getitem__")
def _item(call: Call) -> Plan | None:
    if len(call.specs) != 1 or call.args[0] is not call.tensors[0]:
        return None
    spec, index = call.specs[0], call.args[1]
    index = index if isinstance(index, tuple) else (index,)
    if any(not (x is None or x is Ellipsis or type(x) in (int, slice)) for x in index):
        return None
    used = sum(x is not None and x is not Ellipsis for x in index)
    at = next((i for i, x in enumerate(index) if x is Ellipsis), len(index))
    fill = (slice(None),) * (spec.ndim - used)
    steps = (*index[:at], *fill, *index[at + 1 :])
    places: dict[int, int] = {}  # of dimensions taken whole, in the result
    d = out = 0
    for x in steps:
        if x is None:
            out += 1
            continue
        if isinstance(x, slice):
            if x == slice(None):
                places[d] = out
            out += 1
        d += 1
    ins: list[list[Placement]] = []
    outs: list[Placement] = []
    for (p,) in call.columns():
        if isinstance(p, Shard):
            whole = p.dim in places
            ins.append([p if whole else Replicate()])
            outs.append(Shard(places[p.dim]) if whole else Replicate())
        else:
            ins.append([p])
            outs.append(p)
    return plan_of(ins, outs, shapes_on_meta(call))


@rule("cat", "concat", "concatenate", "stack")
def _joined(call: Call) -> Plan | None:
    first = call.specs[0]
    given = call.given.get("dim", 0)
    new = call.name == "stack"
    if isinstance(given, str) or any(s.ndim != first.ndim for s in call.specs) or not first.ndim:
        return None
    dim = given % (first.ndim + new)
    ins: list[list[Placement]] = []
    outs: list[Placement] = []
    for column in call.columns():
        found = next((p for p in column if isinstance(p, Shard) and (new or p.dim != dim)), None)
        into: Placement = found or Replicate()
        if all(p == column[0] for p in column) and isinstance(column[0], Partial):
            into = column[0]
        ins.append([into] * len(column))
        moves = new and isinstance(into, Shard) and into.dim >= dim
        outs.append(Shard(into.dim + 1) if moves and isinstance(into, Shard) else into)
    return plan_of(ins, outs, shapes_on_meta(call))
