"""What rules are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish._core.tensor import empty, overrides
from torchish.distributed.tensor._dispatch import Call, Plan, mapped
from torchish.distributed.tensor.placement_types import Partial, Placement, Replicate, Shard

__all__ = ["FIXED", "by_labels", "operands", "plan_of", "shapes_on_meta"]

FIXED = "."  # the label of a dimension that may not be cut


def operands(call: Call, *names: str) -> list | None:
    """The tensors given for parameters, None where there are others or they come in another order:
    then places of the call's tensors are those of these."""
    found = [call.given.get(n) for n in names]
    given = [t for t in found if any(t is u for u in call.tensors)]
    same = len(given) == len(call.tensors) and all(
        a is b for a, b in zip(given, call.tensors, strict=True)
    )
    return found if same else None


def plan_of(
    inputs: Sequence[Sequence[Placement]], outputs: Sequence[Placement], shapes: Any, **more: Any
) -> Plan:
    """A plan of placements that were found along each dimension of the mesh."""
    rows = [tuple(row) for row in zip(*inputs, strict=True)]
    return Plan(rows, tuple(outputs), shapes, **more)


def cost(old: Placement, new: Placement, numel: int, n: int) -> float:
    """About how many elements travel for a change of placement."""
    if old == new or old.is_replicate():
        return 0
    if isinstance(old, Partial):
        return numel * (2 if new.is_replicate() else 1)
    return numel / n if isinstance(new, Shard) else numel


def by_labels(
    call: Call,
    labels: Sequence[Sequence[str]],
    out: Sequence[str],
    shape: Any,
    bias: int | None = None,
) -> Plan:
    """The plan of a function whose operands' dimensions have labels, as in einsum: one along which
    operands are cut is cut in the result, or, where it is summed over, makes the result Partial.
    What is added to the result is the operand `bias`."""
    ins, outs = [], []
    for i, column in enumerate(call.columns()):
        n = call.mesh.size(i)
        best: tuple = ()
        for label in _candidates(column, labels):
            places = _places(label, labels, out, bias)
            total = sum(
                cost(old, new, s.shape.numel(), n)
                for old, new, s in zip(column, places, call.specs, strict=True)
            )
            if not best or total < best[0]:
                best = total, label, places
        _, label, places = best
        ins.append(places)
        if label is None:
            outs.append(Replicate())
        else:
            outs.append(Shard(list(out).index(label)) if label in out else Partial())
    return plan_of(ins, outs, shape)


def _candidates(column: Sequence[Placement], labels: Sequence[Sequence[str]]) -> list:
    found = [
        names[p.dim]
        for p, names in zip(column, labels, strict=True)
        if isinstance(p, Shard) and names[p.dim] != FIXED
    ]
    return [*dict.fromkeys(found), None]


def _places(
    label: str | None, labels: Sequence[Sequence[str]], out: Sequence[str], bias: int | None
) -> list[Placement]:
    made: list[Placement] = []
    for j, names in enumerate(labels):
        if label is not None and label in names:
            made.append(Shard(list(names).index(label)))
        elif label is not None and j == bias and label not in out:
            made.append(Partial())
        else:
            made.append(Replicate())
    return made


_shapes: dict[Any, Any] = {}


def shapes_on_meta(call: Call) -> Any:
    """The shape of the whole result, or of each of several, found with tensors without elements."""
    metas = [(tuple(s.shape), s.tensor_meta.dtype) for s in call.specs]
    rest = mapped(lambda t: None, (call.args, call.kwargs))
    key = (call.name, repr(rest), str(metas))
    if key not in _shapes:
        kinds = iter(metas)

        def meta(t: Any) -> Any:
            shape, dtype = next(kinds)
            return empty(*shape, dtype=dtype, device="meta")

        with overrides.DisableTorchFunctionSubclass():
            args, kwargs = mapped(meta, (call.args, call.kwargs))
            made = call.func(*args, **kwargs)
        many = isinstance(made, (list, tuple))
        _shapes[key] = [tuple(t.shape) for t in made] if many else tuple(made.shape)
        if len(_shapes) > 4096:
            _shapes.pop(next(iter(_shapes)))
    return _shapes[key]
