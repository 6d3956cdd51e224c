"""Views, joining and splitting, and elements in another order: Note [Translations]."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish.onnx._graph import Graph, Value, numbers
from torchish.onnx._operators.table import TABLE, translation

__all__: list[str] = []

_END = np.iinfo(np.int64).max


@translation("view.default", "_unsafe_view", "view_copy.default")
@translation("reshape.default")
def _view(g: Graph, x: Value, sizes: Sequence[Any]) -> Value:
    return g.fitted(x, g.out.shape, lambda: sizes)


@translation("view_as", "reshape_as")
def _view_as(g: Graph, x: Value, other: Value) -> Value:
    return g.fitted(x, g.out.shape, lambda: g.own_sizes(other))


@translation("flatten.using_ints", "ravel")
def _flatten(g: Graph, x: Value, start: int = 0, end: int = -1) -> Value:
    n = x.rank

    def sizes() -> list[Any]:
        own = g.own_sizes(x)
        return [*own[: start % n], -1, *own[end % n + 1 :]]

    return g.fitted(x, g.out.shape, sizes)


@translation("unflatten.int")
def _unflatten(g: Graph, x: Value, dim: int, sizes: Sequence[Any]) -> Value:
    d = dim % x.rank

    def every() -> list[Any]:
        own = g.own_sizes(x)
        return [*own[:d], *sizes, *own[d + 1 :]]

    return g.fitted(x, g.out.shape, every)


@translation("permute", "permute_copy")
def _permute(g: Graph, x: Value, dims: Sequence[int]) -> Value:
    return g.transpose(x, [d % x.rank for d in dims])


@translation("transpose.int", "swapaxes", "swapdims", "transpose_copy.int")
def _transpose(g: Graph, x: Value, a: int, b: int) -> Value:
    order = list(range(x.rank))
    if order:
        order[a], order[b] = order[b], order[a]
    return g.transpose(x, order)


@translation("t", "numpy_T", "adjoint", "mT")
def _t(g: Graph, x: Value) -> Value:
    return x if x.rank < 2 else _transpose(g, x, -2, -1)


@translation("movedim", "moveaxis")
def _movedim(g: Graph, x: Value, source: Any, destination: Any) -> Value:
    n = x.rank
    pairs = zip(numbers(source, 1), numbers(destination, 1), strict=True)
    moved = {d % n: s % n for s, d in pairs}
    rest = iter(d for d in range(n) if d not in moved.values())
    return g.transpose(x, [moved[d] if d in moved else next(rest) for d in range(n)])


@translation("squeeze.default", "squeeze_copy.default")
def _squeeze(g: Graph, x: Value) -> Value:
    dims = [d for d, n in enumerate(x.shape or ()) if type(n) is int and n == 1]
    return g.squeeze(x, *dims) if dims else x


@translation("squeeze.dim", "squeeze.dims", "squeeze_copy.dim", "squeeze_copy.dims")
def _squeeze_dims(g: Graph, x: Value, dims: Any) -> Value:
    if not x.rank:
        return x
    shape = x.shape or ()
    dims = [d for d in numbers(dims, 1) if type(shape[d]) is int and shape[d] == 1]
    return g.squeeze(x, *dims) if dims else x


@translation("unsqueeze", "unsqueeze_copy")
def _unsqueeze(g: Graph, x: Value, dim: int) -> Value:
    return g.unsqueeze(x, dim % (x.rank + 1))


@translation("expand", "expand_copy")
def _expand(g: Graph, x: Value, sizes: Sequence[Any], *, implicit: bool = False) -> Value:
    # Both are broadcast, so 1 leaves a dimension as it is.
    return g.expand(x, [1 if not isinstance(n, Value) and n == -1 else n for n in sizes])


@translation("expand_as")
def _expand_as(g: Graph, x: Value, other: Value) -> Value:
    return g.op("Expand", x, g.shape(other), shape=other.shape)


@translation("broadcast_to")
def _broadcast_to(g: Graph, x: Value, sizes: Sequence[Any]) -> Value:
    return _expand(g, x, sizes)


@translation("broadcast_tensors")
def _broadcast_tensors(g: Graph, tensors: Sequence[Value]) -> list[Value]:
    total = g.shape(tensors[0])
    for t in tensors[1:]:
        one = g.op("Expand", g.const(1, dt.int64), total)
        two = g.op("Expand", g.const(1, dt.int64), g.shape(t))
        total = g.op("Shape", g.op("Mul", one, two), dtype=dt.int64)
    return [g.op("Expand", t, total) for t in tensors]


@translation("meshgrid", "meshgrid.indexing")
def _meshgrid(g: Graph, tensors: Sequence[Value], *, indexing: str = "ij") -> list[Value]:
    n, swap = len(tensors), indexing == "xy" and len(tensors) > 1
    order = [1, 0, *range(2, n)] if swap else list(range(n))
    flat = [g.reshape(t, [-1]) for t in tensors]
    sizes = [1 if not t.rank else g.size(t, 0) for t in (tensors[i] for i in order)]
    made = []
    for i, t in enumerate(flat):
        shape = [1] * n
        shape[order.index(i)] = -1
        made.append(g.expand(g.reshape(t, shape), sizes))
    return made


@translation("select.int", "select_copy.int")
def _select(g: Graph, x: Value, dim: int, index: Any) -> Value:
    return g.op("Gather", x, g.tensor(index, dt.int64), axis=dim)


@translation("slice.Tensor", "slice_copy.Tensor")
def _slice(g: Graph, x: Value, dim: int, start: Any, end: Any, step: Any) -> Value:
    whole = not isinstance(end, Value) and (end is None or end >= _END)
    if whole and not isinstance(start, Value) and not start and step == 1:
        return x
    start = 0 if start is None else start
    return g.slice(x, dim, start, _END if end is None else end, step)


@translation("narrow")
def _narrow(g: Graph, x: Value, dim: int, start: Any, length: Any) -> Value:
    return g.slice(x, dim, start, g.arithmetic("Add", start, length))


def _parts(g: Graph, x: Value, dim: int, sizes: Sequence[Any]) -> list[Value]:
    made = g.op("Split", x, g.sizes(sizes), axis=dim, outputs=len(sizes))
    return [made] if len(sizes) == 1 else made


@translation("split_with_sizes", "split_with_sizes_copy", "split.sizes")
def _split_with_sizes(g: Graph, x: Value, sizes: Sequence[Any], dim: int) -> list[Value]:
    return _parts(g, x, dim, sizes)


@translation("split.Tensor", "split_copy.Tensor")
def _split(g: Graph, x: Value, size: Any, dim: int) -> list[Value]:
    n = len(g.out)
    rest = g.arithmetic("Sub", g.size(x, dim), g.arithmetic("Mul", size, n - 1))
    return _parts(g, x, dim, [*[size] * (n - 1), rest])


@translation("chunk")
def _chunk(g: Graph, x: Value, chunks: int, dim: int) -> list[Value]:
    total = g.size(x, dim)
    size = g.arithmetic("Div", g.arithmetic("Add", total, chunks - 1), chunks)
    return _split(g, x, size, dim)


@translation("unbind.int", "unbind_copy.int")
def _unbind(g: Graph, x: Value, dim: int) -> list[Value]:
    return [g.squeeze(p, dim) for p in _parts(g, x, dim, [1] * len(g.out))]


@translation("cat", "concat", "concatenate")
def _cat(g: Graph, tensors: Sequence[Value], dim: int) -> Value:
    # An empty list of any rank joins everything in PyTorch.
    kept = [t for t in tensors if t.shape != (0,)] or list(tensors)
    return g.op("Concat", *[g.cast(t, g.out.dtype) for t in kept], axis=dim)


@translation("stack")
def _stack(g: Graph, tensors: Sequence[Value], dim: int) -> Value:
    d = dim % (tensors[0].rank + 1)
    return g.op("Concat", *[g.unsqueeze(g.cast(t, g.out.dtype), d) for t in tensors], axis=d)


@translation("hstack", "column_stack")
def _hstack(g: Graph, tensors: Sequence[Value]) -> Value:
    return _cat(g, tensors, 0 if tensors[0].rank < 2 else 1)


@translation("repeat")
def _repeat(g: Graph, x: Value, repeats: Sequence[Any]) -> Value:
    more = len(repeats) - x.rank
    if more:
        x = g.unsqueeze(x, *range(more))
    return g.op("Tile", x, g.sizes(repeats))


@translation("tile")
def _tile(g: Graph, x: Value, repeats: Sequence[Any]) -> Value:
    return _repeat(g, x, [*[1] * (x.rank - len(repeats)), *repeats])


@translation("repeat_interleave.self_int")
def _repeat_interleave(
    g: Graph, x: Value, repeats: int, dim: int | None, *, output_size: Any = None
) -> Value:
    if dim is None:
        x, dim = g.reshape(x, [-1]), 0
    d, n = dim % len(g.out.shape), len(g.out.shape)
    x = g.unsqueeze(x, d + 1)
    x = g.expand(x, [repeats if i == d + 1 else 1 for i in range(n + 1)])
    return _joined(g, x, d)


def _joined(g: Graph, x: Value, d: int) -> Value:
    """Two dimensions, d and the next, as one: 0 copies a size, and one is what is left over."""
    head = g.ints([0] * d + [-1])
    rest = g.op("Shape", x, dtype=dt.int64, start=d + 2)
    return g.op("Reshape", x, g.op("Concat", head, rest, axis=0))


@translation("flip")
def _flip(g: Graph, x: Value, dims: Sequence[int]) -> Value:
    if not dims:
        return x
    n = len(dims)
    ends = g.ints([-_END] * n)
    return g.op("Slice", x, g.ints([-1] * n), ends, g.ints(dims), g.ints([-1] * n), shape=x.shape)


@translation("roll")
def _roll(g: Graph, x: Value, shifts: Sequence[int], dims: Sequence[int]) -> Value:
    if not dims:
        flat = _roll(g, g.reshape(x, [-1]), shifts, [0])
        return g.op("Reshape", flat, g.shape(x), shape=x.shape)
    for shift, dim in zip(numbers(shifts, len(dims)), numbers(dims, 1), strict=True):
        n = g.size(x, dim)
        if type(n) is int:
            shift = shift % n if n else 0
        if shift == 0:
            continue
        head, tail = g.slice(x, dim, -shift, _END), g.slice(x, dim, 0, -shift)
        x, shape = g.op("Concat", head, tail, axis=dim), x.shape
        x.shape = shape
    return x


def _triangle(upper: int) -> Any:
    def cut(g: Graph, x: Value, diagonal: int) -> Value:
        odd = x.dtype not in (dt.float32, dt.float64, dt.int64, dt.bool_)
        y = g.cast(x, dt.int64 if x.dtype.category < dt.FLOAT else dt.float32) if odd else x
        made = g.op("Trilu", y, g.const(diagonal, dt.int64), upper=upper, shape=x.shape)
        return g.cast(made, x.dtype)

    return cut


TABLE["tril"], TABLE["triu"] = _triangle(0), _triangle(1)

# --- padding

_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def _padded(g: Graph, x: Value, pads: Sequence[Any], mode: str, value: Any = 0) -> Value:
    """PyTorch's pads: two for each dimension, from the last one on."""
    if mode == "circular" and g.opset < 19:
        raise g.refuse("circular padding below opset 19")
    n = len(pads) // 2
    dims = [x.rank - 1 - i for i in range(n)]
    sizes = g.sizes([*pads[0::2], *pads[1::2]])
    constant = g.const(value, x.dtype) if mode == "constant" else None
    return g.op("Pad", x, sizes, constant, g.ints(dims), mode=_MODES[mode])


@translation("constant_pad_nd")
def _constant_pad(g: Graph, x: Value, pads: Sequence[Any], value: Any) -> Value:
    return _padded(g, x, pads, "constant", value)


@translation("pad")
def _pad(g: Graph, x: Value, pads: Sequence[Any], mode: str, value: Any) -> Value:
    return _padded(g, x, pads, mode, 0 if value is None else value)


for _name, _mode in {"reflection": "reflect", "replication": "replicate"}.items():
    for _d in (1, 2, 3):
        TABLE[f"{_name}_pad{_d}d"] = lambda g, x, pads, mode=_mode: _padded(g, x, pads, mode)

# --- channels and pixels


@translation("pixel_shuffle")
def _pixel_shuffle(g: Graph, x: Value, r: int) -> Value:
    if x.rank == 4:
        return g.op("DepthToSpace", x, blocksize=r, mode="CRD")
    flat = g.reshape(x, [-1, *[_known(g, x, d) for d in (-3, -2, -1)]])
    made = g.op("DepthToSpace", flat, blocksize=r, mode="CRD")
    return g.reshape(made, [_known(g, g.out, d) for d in range(x.rank)])


def _known(g: Graph, x: Any, d: int) -> int:
    n = x.shape[d]
    if type(n) is not int:
        raise g.refuse("this operator where a size is not a number")
    return n


@translation("pixel_unshuffle")
def _pixel_unshuffle(g: Graph, x: Value, r: int) -> Value:
    c, h, w = (_known(g, x, d) for d in (-3, -2, -1))
    made = g.reshape(x, [-1, c, h // r, r, w // r, r])
    made = g.transpose(made, [0, 1, 3, 5, 2, 4])
    return g.fitted(made, g.out.shape, lambda: [-1, c * r * r, h // r, w // r])


@translation("channel_shuffle")
def _channel_shuffle(g: Graph, x: Value, groups: int) -> Value:
    c = _known(g, x, 1)
    rest = list(x.shape or ())[2:]
    n = math.prod(_known(g, x, d) for d in range(2, x.rank)) if rest else 1
    made = g.transpose(g.reshape(x, [-1, groups, c // groups, n]), [0, 2, 1, 3])
    return g.fitted(made, g.out.shape, lambda: [-1, c, *rest])


@translation("unfold")
def _unfold(g: Graph, x: Value, dim: int, size: int, step: int) -> Value:
    """Windows of one dimension, as a new last dimension."""
    d = dim % x.rank
    n = (_known(g, x, d) - size) // step + 1
    index = np.arange(n)[:, None] * step + np.arange(size)
    made = g.op("Gather", x, g.const(index, dt.int64), axis=d)
    order = [i for i in range(x.rank + 1) if i != d + 1] + [d + 1]
    return g.transpose(made, order)


@translation("diagonal", "diagonal_copy")
def _diagonal(g: Graph, x: Value, offset: int, a: int, b: int) -> Value:
    a, b = a % x.rank, b % x.rank
    order = [a, b, *[d for d in range(x.rank) if d not in (a, b)]]
    n, m = _known(g, x, a), _known(g, x, b)
    rows = np.arange(max(0, -offset), max(0, min(n, m - offset)))
    index = np.stack([rows, rows + offset], -1)
    made = g.op("GatherND", g.transpose(x, order), g.const(index, dt.int64))
    rest = x.rank - 2
    return g.transpose(made, [*range(1, rest + 1), 0]) if rest else made
