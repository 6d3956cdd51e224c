"""Reading and writing at indices, and what finds them: Note [Translations]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish._core.base import dtypes as dt
from torchish.onnx._graph import Graph, Value
from torchish.onnx._operators.table import translation

__all__: list[str] = []


@translation("embedding")
def _embedding(g: Graph, weight: Value, indices: Value, *rest: Any) -> Value:
    return g.op("Gather", weight, indices, axis=0)


@translation("index_select")
def _index_select(g: Graph, x: Value, dim: int, index: Value) -> Value:
    if not x.rank:
        return x
    return g.op("Gather", x, g.reshape(index, [-1]), axis=dim)


@translation("take")
def _take(g: Graph, x: Value, index: Value) -> Value:
    return g.op("Gather", g.reshape(x, [-1]), index, axis=0)


@translation("gather")
def _gather(g: Graph, x: Value, dim: int, index: Value, *, sparse_grad: bool = False) -> Value:
    if not x.rank:
        return x
    return g.op("GatherElements", x, index, axis=dim)


@translation("take_along_dim")
def _take_along_dim(g: Graph, x: Value, index: Value, dim: int | None) -> Value:
    if dim is None:
        return g.op("Gather", g.reshape(x, [-1]), g.reshape(index, [-1]), axis=0)
    d = dim % x.rank

    def other(a: Value, b: Value) -> list[Any]:
        return [1 if i == d else n for i, n in enumerate(g.own_sizes(b))]

    if x.shape != index.shape:
        index, x = g.expand(index, other(index, x)), g.expand(x, other(x, index))
    return g.op("GatherElements", x, index, axis=d)


# --- several indices


class _Indices:
    """The indices of `x[i, :, j]`: where they are, as one tensor with a row for each dimension that
    they stand for."""

    def __init__(self, g: Graph, x: Value, indices: Sequence[Value | None]):
        self.dims = [d for d, i in enumerate(indices) if i is not None]
        found = [i for i in indices if i is not None]
        if any(i.dtype in (dt.bool_, dt.uint8) for i in found):
            raise g.refuse("an index by a mask, whose number of elements is not known")
        self.rest = [d for d in range(x.rank) if d not in self.dims]
        self.rank = max(i.rank for i in found)
        shape = found[0].shape
        if any(i.shape != shape for i in found) or len(found) > 1:
            total = g.shape(found[0])
            for i in found[1:]:
                if i.shape != shape:
                    one = g.op("Expand", g.const(1, dt.int64), total)
                    two = g.op("Expand", g.const(1, dt.int64), g.shape(i))
                    total = g.op("Shape", g.op("Mul", one, two), dtype=dt.int64)
            found = [g.op("Expand", i, total) if i.shape != shape or len(found) > 1 else i
                     for i in found]  # fmt: skip
        rows = [g.op("Unsqueeze", g.cast(i, dt.int64), g.ints([-1])) for i in found]
        self.rows = rows[0] if len(rows) == 1 else g.op("Concat", *rows, axis=-1)
        self.front = [*self.dims, *self.rest]
        # Beside each other, they stand where they were; else in front.
        together = self.dims == list(range(self.dims[0], self.dims[-1] + 1))
        self.at = self.dims[0] if together else 0

    def order(self) -> list[int]:
        """From indices in front to where they belong."""
        n = len(self.rest)
        inner = list(range(self.rank, self.rank + n))
        return [*inner[: self.at], *range(self.rank), *inner[self.at :]]


@translation("index.Tensor")
def _index(g: Graph, x: Value, indices: Sequence[Value | None]) -> Value:
    found = [(d, i) for d, i in enumerate(indices) if i is not None]
    if len(found) == 1 and found[0][1].dtype not in (dt.bool_, dt.uint8):
        return g.op("Gather", x, found[0][1], axis=found[0][0])
    at = _Indices(g, x, indices)
    made = g.op("GatherND", g.transpose(x, at.front), at.rows)
    return g.transpose(made, at.order())


@translation("index_put", "_unsafe_index_put", "_index_put_impl")
def _index_put(
    g: Graph, x: Value, indices: Sequence[Value | None], values: Value, accumulate: bool, *rest: Any
) -> Value:
    mask = indices[0] if len(indices) == 1 else None
    values = g.cast(values, x.dtype)
    if mask is not None and mask.dtype is dt.bool_:
        if values.shape not in ((), (1,)) or accumulate:
            raise g.refuse("x[mask] = y for a y of more than one element")
        more = x.rank - mask.rank
        if more:
            mask = g.unsqueeze(mask, *range(mask.rank, x.rank))
        return g.where(mask, values, x)
    at = _Indices(g, x, indices)
    order = at.order()
    there = g.transpose(x, at.front)
    wanted = g.op("Shape", g.op("GatherND", there, at.rows), dtype=dt.int64)
    if at.at:
        # The values' shape is that of x[indices]: bring it to the same order.
        seen = [g.op("Gather", wanted, g.ints([d]), axis=0) for d in order]
        values = g.op("Expand", values, g.op("Concat", *seen, axis=0))
        values.shape = (None,) * len(order)
        values = g.transpose(values, [order.index(i) for i in range(len(order))])
    else:
        values = g.op("Expand", values, wanted)
    kind = "add" if accumulate else None
    made = g.op("ScatterND", there, at.rows, values, reduction=kind, shape=there.shape)
    return g.transpose(made, [at.front.index(i) for i in range(x.rank)])


def _spread(g: Graph, index: Value, dim: int, like: Value) -> Value:
    """A list of indices along one dimension, for each element of a tensor."""
    d = dim % like.rank
    shape = [-1 if i == d else 1 for i in range(like.rank)]
    return g.op("Expand", g.reshape(index, shape), g.shape(like), shape=like.shape)


@translation("index_add")
def _index_add(g: Graph, x: Value, dim: int, index: Value, source: Value, *, alpha: Any) -> Value:
    source = g.cast(source, x.dtype)
    if alpha != 1:
        source = g.op("Mul", source, g.const(alpha, x.dtype), shape=source.shape)
    at = _spread(g, index, dim, source)
    return g.op("ScatterElements", x, at, source, axis=dim, reduction="add")


@translation("index_copy")
def _index_copy(g: Graph, x: Value, dim: int, index: Value, source: Value) -> Value:
    return g.op("ScatterElements", x, _spread(g, index, dim, source), source, axis=dim)


@translation("index_fill")
def _index_fill(g: Graph, x: Value, dim: int, index: Value, value: Any) -> Value:
    rows = g.op("Gather", x, g.reshape(index, [-1]), axis=dim)
    rows.shape = tuple(None if i == dim % x.rank else n for i, n in enumerate(x.shape or ()))
    value = g.op("Expand", g.tensor(value, x.dtype), g.shape(rows))
    at = g.op("Expand", g.reshape(index, [-1 if i == dim % x.rank else 1 for i in range(x.rank)]),
              g.shape(rows))  # fmt: skip
    return g.op("ScatterElements", x, at, value, axis=dim)


# --- scatter

_REDUCTIONS = {"add": "add", "sum": "add", "multiply": "mul", "prod": "mul", "amax": "max",
               "amin": "min"}  # fmt: skip


def _scattered(g: Graph, x: Value, dim: int, index: Value, src: Any, how: str | None) -> Value:
    if not x.rank:
        raise g.refuse("scatter to a tensor without dimensions")
    if isinstance(src, Value):
        if src.shape != index.shape:  # more than is written
            axes = list(range(src.rank))
            ends = g.shape(index)
            src = g.op("Slice", src, g.ints([0] * len(axes)), ends, g.ints(axes))
    else:
        src = g.op("Expand", g.const(src, x.dtype), g.shape(index), shape=index.shape)
    return g.op("ScatterElements", x, index, g.cast(src, x.dtype), axis=dim, reduction=how)


@translation("scatter.src", "scatter.value")
def _scatter(g: Graph, x: Value, dim: int, index: Value, src: Any) -> Value:
    return _scattered(g, x, dim, index, src, None)


@translation("scatter_add")
def _scatter_add(g: Graph, x: Value, dim: int, index: Value, src: Value) -> Value:
    return _scattered(g, x, dim, index, src, "add")


@translation("scatter.reduce", "scatter.value_reduce", "scatter_reduce.two")
def _scatter_reduce(
    g: Graph, x: Value, dim: int, index: Value, src: Any, reduce: str, *, include_self: bool = True
) -> Value:
    if reduce not in _REDUCTIONS or not include_self:
        raise g.refuse(f"scatter_reduce with {reduce!r}, include_self={include_self}")
    return _scattered(g, x, dim, index, src, _REDUCTIONS[reduce])


@translation("select_scatter")
def _select_scatter(g: Graph, x: Value, src: Value, dim: int, index: Any) -> Value:
    d = dim % x.rank
    src = g.unsqueeze(g.cast(src, x.dtype), d)
    return _written(g, x, src, d, index, None, 1)


@translation("slice_scatter")
def _slice_scatter(
    g: Graph, x: Value, src: Value, dim: int, start: Any, end: Any, step: Any
) -> Value:
    return _written(g, x, g.cast(src, x.dtype), dim % x.rank, start, end, step, ranged=True)


def _written(
    g: Graph, x: Value, src: Value, d: int, start: Any, end: Any, step: Any, ranged: bool = False
) -> Value:
    """x with src at a range, or at one index, of a dimension."""
    n = g.size(x, d)
    every = g.op("Range", g.const(0, dt.int64), g.tensor(n, dt.int64), g.const(1, dt.int64))
    every.shape = (None,)
    if ranged:
        at = g.slice(every, 0, 0 if start is None else start, 2**63 - 1 if end is None else end,
                     step)  # fmt: skip
    else:
        index = g.sizes([start])
        at = g.op("Gather", every, index, axis=0)
    rows = g.reshape(at, [-1 if i == d else 1 for i in range(x.rank)])
    there = g.op("Expand", rows, g.shape(src), shape=src.shape)
    return g.op("ScatterElements", x, there, src, axis=d, shape=x.shape)


@translation("one_hot")
def _one_hot(g: Graph, index: Value, classes: int) -> Value:
    if not isinstance(classes, Value) and classes < 0:
        raise g.refuse("one_hot without num_classes")
    depth = g.tensor(classes, dt.int64)
    return g.op("OneHot", index, depth, g.ints([0, 1]), axis=-1)


# --- order


def _top(g: Graph, x: Value, k: Any, dim: int, largest: bool, ordered: bool) -> list[Value]:
    if not x.rank:
        return [x, g.const(0, dt.int64)]
    values, indices = g.op(
        "TopK", x, g.sizes([k]), axis=dim, largest=int(largest), sorted=int(ordered), outputs=2
    )
    indices.dtype = dt.int64
    return [values, indices]


@translation("topk")
def _topk(g: Graph, x: Value, k: Any, dim: int, largest: bool, ordered: bool) -> list[Value]:
    return _top(g, x, k, dim, largest, ordered)


@translation("sort.default")
def _sort(g: Graph, x: Value, dim: int, descending: bool) -> list[Value]:
    return _top(g, x, g.size(x, dim) if x.rank else 1, dim, descending, True)


@translation("sort.stable")
def _sort_stable(
    g: Graph, x: Value, *, stable: bool | None, dim: int, descending: bool
) -> list[Value]:
    # Equal elements stay in their order: TopK takes the lower index first.
    return _sort(g, x, dim, descending)


@translation("argsort.default")
def _argsort(g: Graph, x: Value, dim: int, descending: bool) -> Value:
    return _sort(g, x, dim, descending)[1]


@translation("argsort.stable")
def _argsort_stable(g: Graph, x: Value, *, stable: bool, dim: int, descending: bool) -> Value:
    return _sort(g, x, dim, descending)[1]


def _extreme(kind: str) -> Any:
    def find(g: Graph, x: Value, dim: int | None = None, keepdim: bool = False) -> Value:
        x = g.cast(x, dt.int32) if x.dtype in (dt.bool_, dt.uint8, dt.int8, dt.int16) else x
        if not x.rank:
            return g.const(0, dt.int64)
        if dim is None:
            made = g.op(kind, g.reshape(x, [-1]), dtype=dt.int64, axis=0, keepdims=0)
            return g.reshape(made, [1] * x.rank) if keepdim else made
        return g.op(kind, x, dtype=dt.int64, axis=dim, keepdims=int(keepdim))

    return find


argmax, argmin = _extreme("ArgMax"), _extreme("ArgMin")
translation("argmax")(argmax)
translation("argmin")(argmin)
