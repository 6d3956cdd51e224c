"""Functions that work element by element."""

from __future__ import annotations

from collections.abc import Sequence

from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor
from torchish.distributed.tensor._dispatch import Call, Plan, rule
from torchish.distributed.tensor._ops.common import plan_of
from torchish.distributed.tensor.placement_types import Partial, Placement, Replicate, Shard

__all__ = ["pointwise"]

_CASTS = ("to", "float", "half", "double", "bfloat16", "cpu", "cuda", "cfloat", "cdouble")
_SAME = ("clone", "detach", "contiguous", "data.__get__", "alias")
_CREATION = ("zeros_like", "ones_like", "empty_like", "full_like")
_OTHERS = ("int", "long", "bool", "short", "char", "byte", "type", "type_as", "real", "imag",
           "real.__get__", "imag.__get__", "copy_", "zero_", "fill_", "divide", "log_sigmoid",
           "__and__", "__or__", "__xor__", "__invert__", "__rsub__", "__rtruediv__", "__pow__",
           "__rpow__", "__floordiv__", "__rfloordiv__", "__rmod__", "__pos__", "__lshift__",
           "__rshift__", "__rand__", "__ror__", "__rxor__", "quick_gelu")  # fmt: skip
_TABLED = sorted({n.rpartition(".")[2] for n, e in TABLE.items() if e.elementwise})
_NAMES = {*_TABLED, *_CASTS, *_SAME, *_CREATION, *_OTHERS}

# What is linear in all its tensors together, and in the first of them alone.
_ADDITIVE = {"add", "sub", "subtract", "add_", "sub_"}
_SCALING = {"mul", "div", "multiply", "divide", "true_divide", "mul_", "div_"}
_LINEAR = {"neg", "positive", "__pos__", "conj", "real", "imag", "neg_", *_CASTS, *_SAME}


@rule(*_NAMES, *(f"{n}_" for n in _NAMES if not n.endswith("_")))
def pointwise(call: Call) -> Plan | None:
    if call.name == "where" and call.given.get("input") is None:
        return None
    shapes = [tuple(s.shape) for s in call.specs]
    shape = shapes[0] if call.in_place else _broadcast(shapes)
    if shape is None or any(len(s) > len(shape) for s in shapes):
        return None  # the function itself says what is wrong
    ins: list[list[Placement]] = []
    outs: list[Placement] = []
    for column in call.columns():
        if call.name in _CREATION:
            ins.append(column)
            outs.append(Replicate() if column[0].is_partial() else column[0])
            continue
        out = column[0] if call.in_place else _result(call, column, shapes, shape)
        if isinstance(out, Partial) and not _stays_partial(call, column):
            return None
        ins.append([_operand(out, p, s, shape) for p, s in zip(column, shapes, strict=True)])
        outs.append(out)
    return plan_of(ins, outs, shape)


def _broadcast(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    made: list[int] = []
    for d in range(1, max(map(len, shapes)) + 1):
        sizes = {s[-d] for s in shapes if len(s) >= d} - {1}
        if len(sizes) > 1:
            return None
        made.insert(0, sizes.pop() if sizes else 1)
    return tuple(made)


def _result(
    call: Call,
    column: Sequence[Placement],
    shapes: Sequence[tuple[int, ...]],
    shape: tuple[int, ...],
) -> Placement:
    """How the result lies along a dimension of the mesh: as the first operand that is cut."""
    for p, s in zip(column, shapes, strict=True):
        if isinstance(p, Shard):
            d = p.dim + len(shape) - len(s)
            if s[p.dim] == shape[d]:
                return Shard(d)
    if _stays_partial(call, column):
        return next(p for p in column if p.is_partial())
    return Replicate()


def _operand(out: Placement, p: Placement, s: tuple, shape: tuple) -> Placement:
    if isinstance(out, Shard):
        d = out.dim - (len(shape) - len(s))
        return Shard(d) if d >= 0 and s[d] == shape[out.dim] else Replicate()
    return p if isinstance(out, Partial) and p == out else Replicate()


def _stays_partial(call: Call, column: Sequence[Placement]) -> bool:
    """Whether a function of partial tensors is that of the sums."""
    partial = [p for p in column if p.is_partial()]
    if not partial:
        return False
    if call.name in _SAME and len(column) == 1:
        return True
    if partial[0].reduce_op not in ("sum", "avg") or any(p != partial[0] for p in partial):
        return False
    if call.name in _LINEAR:
        return len(column) == 1 and call.specs[0].tensor_meta.dtype.is_floating_point
    if call.name in _ADDITIVE:
        tensors = isinstance(call.args[1], Tensor) if len(call.args) > 1 else False
        return tensors and len(partial) == len(column) == 2
    if call.name in _SCALING:
        others = all(p.is_replicate() for p in column[1:])
        return column[0].is_partial() and others and not call.kwargs.get("rounding_mode")
    return False
