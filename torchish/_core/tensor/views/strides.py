"""Strides of results, and whether a tensor's elements share places in memory."""

from __future__ import annotations

import functools
import math

import numpy as np

from torchish._core.base.layouts import channels_last, channels_last_3d
from torchish._core.tensor.tensor import Tensor, contiguous_strides


def keep_strides(t, tensors, numbers: bool = False) -> None:
    """Give an elementwise result the stride order of its inputs, as PyTorch's iterator does;
    `numbers` tells that an operand was a Python number."""
    if type(t) is tuple:
        for x in t:
            keep_strides(x, tensors, numbers)
        return
    strides = output_strides(t._aval.shape, tensors, numbers)
    if strides is not None:
        t._strides = t._storage.strides = strides


def dense(t: Tensor) -> bool:
    """Whether the elements fill a stretch of memory, each place once."""
    return _dense(t._aval.shape, t.stride())


def contiguous(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """Whether elements of these strides lie in memory in row-major order."""
    if 0 in shape:
        return True
    want = 1
    for n, s in zip(reversed(shape), reversed(strides), strict=True):
        if n != 1:
            if s != want:
                return False
            want *= n
    return True


def _dense(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    if contiguous(shape, strides):
        return True
    want = 1
    for s, n in sorted((s, n) for s, n in zip(strides, shape, strict=True) if n > 1):
        if s != want:
            return False
        want *= n
    return True


def output_strides(
    shape: tuple[int, ...], tensors, numbers: bool = False
) -> tuple[int, ...] | None:
    """Strides of an elementwise result, ordered as the inputs' are; None when contiguous."""
    if len(shape) < 2:
        return None
    return _ordered(shape, tuple([(x._aval.shape, x.stride()) for x in tensors]), numbers)


@functools.lru_cache(4096)
def view_strides(
    shape: tuple[int, ...], strides: tuple[int, ...], new: tuple[int, ...]
) -> tuple[int, ...] | None:
    """Strides of a tensor of these sizes and strides seen with sizes `new`; None when that needs a
    copy."""
    if math.prod(shape) == 0:
        return strides if shape == new else contiguous_strides(new)
    if not shape:
        return (1,) * len(new)
    out = [0] * len(new)
    v = len(new) - 1
    base, run_t, run_v = strides[-1], 1, 1
    for d in range(len(shape) - 1, -1, -1):
        run_t *= shape[d]
        if d == 0 or (shape[d - 1] != 1 and strides[d - 1] != run_t * base):
            while v >= 0 and (run_v < run_t or new[v] == 1):
                out[v] = run_v * base
                run_v *= new[v]
                v -= 1
            if run_v != run_t:
                return None
            if d > 0:
                base, run_t, run_v = strides[d - 1], 1, 1
    return tuple(out) if v == -1 else None


@functools.lru_cache(4096)
def _ordered(shape: tuple[int, ...], inputs, numbers: bool) -> tuple[int, ...] | None:
    n = len(shape)
    if not numbers and all(sh == shape for sh, _ in inputs):
        if all(contiguous(sh, s) for sh, s in inputs):
            return None
        strides = inputs[0][1]
        if _dense(*inputs[0]) and all(s == strides for _, s in inputs):
            return strides
    rows = []
    for sh, s in inputs:
        pad = n - len(sh)
        rows.append(
            [0] * pad + [0 if sh[i] == 1 and shape[pad + i] != 1 else s[i] for i in range(len(sh))]
        )
    # Insertion sort of the dimensions from the fastest, comparing the inputs in turn: ambiguous
    # pairs keep their order.
    perm = list(range(n - 1, -1, -1))

    def compare(a: int, b: int) -> int:
        for r in rows:
            if r[a] == 0 or r[b] == 0:
                continue
            if r[a] != r[b]:
                return -1 if r[a] < r[b] else 1
            if shape[a] > shape[b]:
                return 1
        return 0

    for i in range(1, n):
        j = i
        for k in range(i - 1, -1, -1):
            c = compare(perm[k], perm[j])
            if c > 0:
                perm[k], perm[j] = perm[j], perm[k]
                j = k
            elif c < 0:
                break
    if perm == list(range(n - 1, -1, -1)):
        return None
    strides, acc = [0] * n, 1
    for d in perm:
        strides[d] = acc
        acc *= shape[d]
    return tuple(strides)


def _keep_first(t, tensors, numbers: bool) -> None:
    """Give a result of its input's shape the input's strides, or at least their order."""
    first = tensors[0]
    strides = first._strides
    if strides is not None and not dense(first):
        strides = output_strides(first._aval.shape, (first,), True)
    for x in t if isinstance(t, tuple) else (t,):
        if x._aval.shape == first._aval.shape and strides is not None:
            x._strides = x._storage.strides = strides


def _as_first(t, tensors, numbers: bool) -> None:
    """A result of any sizes in the order of the first input."""
    shape, first = t._aval.shape, tensors[0]
    if first._strides is not None and len(shape) == first.dim() > 1:
        strides = _ordered(shape, ((shape, first.stride()),), numbers)
        if strides is not None:
            t._strides = t._storage.strides = strides


def _rows(x: Tensor) -> bool:
    """Whether the channels of sequences, (N, C, L), vary fastest: as images of one row."""
    shape, strides = x._aval.shape, x._strides
    if strides is None or len(shape) != 3:
        return False
    (n, c, length), (by_n, by_c, by_length) = shape, strides
    return _channels_fastest((n, c, 1, length), (by_n, by_c, length * by_length, by_length))


def _first_rows(t, tensors, numbers: bool) -> None:
    if _rows(tensors[0]):
        _put_rows(t)


def _kernel_rows(t, tensors, numbers: bool) -> None:
    if _rows(tensors[1]):
        _put_rows(t)


def _put_rows(t) -> None:
    for x in t if isinstance(t, tuple) else (t,):
        shape = x._aval.shape
        if len(shape) == 3 and 0 not in shape:
            x._strides = x._storage.strides = (shape[1] * shape[2], 1, shape[1])


def _channels_last(t: Tensor) -> bool:
    """Whether the strides say that the channels of images vary fastest."""
    shape, strides = t._aval.shape, t._strides
    return strides is not None and len(shape) in (4, 5) and _channels_fastest(shape, strides)


def _channels_fastest(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """`_channels_last` of sizes and strides; what sizes of 1 leave open is taken to be in the usual
    order."""
    if not strides[1]:
        return False
    least = 0
    for d in (1, *range(len(shape) - 1, 1, -1), 0):
        if not shape[d] or strides[d] < least or (d == 0 and least == strides[1]):
            return False
        least = strides[d] * shape[d]
    return True


def _any_channels(t, tensors, numbers: bool) -> None:
    """Channels last where one of the tensors (an image, its kernel) is."""
    if any([_channels_last(x) for x in tensors]):
        _put_channels_last(t)


def _all_channels(t, tensors, numbers: bool) -> None:
    if all([_channels_last(x) for x in tensors]):
        _put_channels_last(t)


def _stacked(t, tensors, numbers: bool, args) -> None:
    """Images stacked lie as what `cat` makes of them, with its dimension split."""
    shape = t._aval.shape
    d = args[1] % len(shape)
    if d < len(shape) - 1 and all([_channels_last(x) for x in tensors]):
        joined = (*shape[:d], shape[d] * shape[d + 1], *shape[d + 2 :])
        strides = view_strides(joined, channels_strides(joined), shape)
        if strides is not None and strides != t._aval.strides:
            t._strides = t._storage.strides = strides


def _first_channels(t, tensors, numbers: bool) -> None:
    if _channels_last(tensors[0]):
        _put_channels_last(t)


def channels_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Strides of images, batched, whose channels vary fastest."""
    strides, step = [0] * len(shape), 1
    for d in (1, *range(len(shape) - 1, 1, -1), 0):
        strides[d] = step
        step *= shape[d]
    return tuple(strides)


def _normed_channels(t, tensors, numbers: bool) -> None:
    """Channels last where an image lies so, whatever the strides of its sizes of 1 say."""
    x = tensors[0]
    if x._strides is not None and not contiguous(x._aval.shape, x._strides):
        formats = (channels_last, channels_last_3d)
        if any([x.is_contiguous(f) for f in formats]) or _channels_last(x):
            _put_channels_last(t)


def _put_channels_last(t) -> None:
    for x in t if isinstance(t, tuple) else (t,):
        shape = x._aval.shape
        if len(shape) in (4, 5) and 0 not in shape:
            x._strides = x._storage.strides = channels_strides(shape)


def _by_columns(t, tensors, numbers: bool) -> None:
    """A matrix whose columns lie one after the other in memory."""
    rows = t._aval.shape[0]
    if (1, rows) != t._aval.strides:
        t._strides = t._storage.strides = (1, rows)


def column_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of matrices whose columns lie one after the other."""
    *batch, rows, columns = shape
    strides, step = [], max(rows, 1) * max(columns, 1)
    for n in reversed(batch):
        strides.append(step)
        step *= max(n, 1)
    return (*reversed(strides), 1, max(rows, 1))


def _matrices(*places: int):
    """Those of the results are matrices as LAPACK has them: column after column."""

    def order(t, tensors, numbers: bool) -> None:
        results = t if isinstance(t, tuple) else (t,)
        for k in places:
            x = results[k]
            strides = column_strides(x._aval.shape) if len(x._aval.shape) > 1 else ()
            if strides and strides != x._aval.strides:
                x._strides = x._storage.strides = strides

    return order


def _solved(t, tensors, numbers: bool, args) -> None:
    """What another is multiplied by from the left, a batch of vectors too; others lie in order."""
    if args[2]:
        _matrices(0)(t, tensors, numbers)


def keep_index_order(t: Tensor, x: Tensor, indices: list) -> None:
    """Give what index tensors pick out of `x` the order in memory that PyTorch's iterator does."""
    given = [(d, i) for d, i in enumerate(indices) if i is not None]
    if x._strides is None and all(i._strides is None for _, i in given):
        return
    shape, strides, at = x._aval.shape, x.stride(), [d for d, _ in given]
    picked = np.broadcast_shapes(*(i._aval.shape for _, i in given))
    rest = [d for d in range(len(shape)) if d not in at]
    before = [d for d in rest if d < at[0]] if at[-1] - at[0] == len(at) - 1 else []
    after = rest[len(before) :]
    kept = (0,) * len(picked)
    operands = [
        (
            t._aval.shape,
            (*(strides[d] for d in before), *kept, *(strides[d] for d in after)),
        )
    ]
    around = [1] * len(before), [1] * len(after)
    for _, i in given:
        ones = len(picked) - i.dim()
        wide = [0] * ones + [
            0 if n == 1 != m else s
            for n, m, s in zip(i._aval.shape, picked[ones:], i.stride(), strict=True)
        ]
        seen = (*around[0], *picked, *around[1])
        operands.append((seen, view_strides(picked, tuple(wide), seen)))
    if len(t._aval.shape) > 1:
        order = _ordered(t._aval.shape, tuple(operands), False)
        if order is not None:
            t._strides = t._storage.strides = order


# How a result's order in memory follows from its inputs', by `Op.order`.
ORDERS = {
    "iterated": keep_strides,
    "kept": _keep_first,
    "first": _as_first,
    "rows": _first_rows,
    "kernel's rows": _kernel_rows,
    "channels": _first_channels,
    "any channels": _any_channels,
    "all channels": _all_channels,
    "normed channels": _normed_channels,
    "columns": _by_columns,
    "stacked": _stacked,
    "solved": _solved,
    "first as columns": _matrices(0),
    "second as columns": _matrices(1),
    "both as columns": _matrices(0, 1),
    "first and third as columns": _matrices(0, 2),
}
# Those that do not ask for what the inputs' order is.
OWN_ORDERS = {"columns", "solved", *(n for n in ORDERS if n.endswith(" as columns"))}
_F, _FIRST = "nn.functional.", "first as columns"
ORDER_OF = {
    **dict.fromkeys((_F + n for n in ("conv2d", "conv3d")), "any channels"),
    **dict.fromkeys((_F + n for n in ("conv_transpose2d", "conv_transpose3d")), "any channels"),
    **dict.fromkeys((_F + n for n in ("max_pool2d", "max_pool3d", "avg_pool2d")), "channels"),
    **dict.fromkeys((_F + n for n in ("max_unpool2d", "max_unpool3d")), "channels"),
    **dict.fromkeys((_F + f"adaptive_{n}_pool2d" for n in ("avg", "max")), "channels"),
    **dict.fromkeys((_F + n for n in ("interpolate", "pad", "glu", "lp_pool2d")), "channels"),
    **dict.fromkeys((_F + n for n in ("upsample", "upsample_nearest")), "channels"),
    **dict.fromkeys(("group_norm", _F + "group_norm"), "channels"),
    "_batch_norm": "normed channels",
    **dict.fromkeys(("pixel_shuffle", "pixel_unshuffle", "constant_pad_nd"), "channels"),
    **dict.fromkeys(("channel_shuffle", "native_channel_shuffle"), "channels"),
    "cat": "all channels",
    "stack": "stacked",
    "nonzero": "columns",
    **dict.fromkeys(("inverse", "Tensor.inverse", "cholesky", "geqrf", "orgqr"), _FIRST),
    **dict.fromkeys(("Tensor.orgqr", "ormqr", "svd", "lu_solve", "_lu_with_info"), _FIRST),
    **dict.fromkeys(("cholesky_solve", "cholesky_inverse", "_lstsq"), _FIRST),
    **dict.fromkeys((f"linalg.{n}" for n in ("inv", "inv_ex")), _FIRST),
    **dict.fromkeys((f"linalg.{n}" for n in ("cholesky", "cholesky_ex")), _FIRST),
    **dict.fromkeys((f"linalg.lu_{n}" for n in ("factor", "factor_ex", "solve")), _FIRST),
    **dict.fromkeys((f"linalg.ldl_{n}" for n in ("factor", "factor_ex", "solve")), _FIRST),
    **dict.fromkeys(("linalg.solve_triangular", "linalg.householder_product"), _FIRST),
    **dict.fromkeys(("linalg.eigh", "linalg.eig"), "second as columns"),
    **dict.fromkeys(("linalg.qr", "qr", "triangular_solve"), "both as columns"),
    **dict.fromkeys(("linalg.solve", "linalg.solve_ex"), "solved"),
    "linalg.svd": "first and third as columns",
    **dict.fromkeys(("_dropout", "_alpha_dropout", "prelu", "flip", "sort"), "kept"),
    **dict.fromkeys((_F + n for n in ("normalize", "local_response_norm")), "kept"),
    **dict.fromkeys(("flipud", "fliplr", "msort", "argsort", "index_put"), "kept"),
    **dict.fromkeys(("index_fill", "put"), "kept"),
    **dict.fromkeys((_F + "glu", "diff"), "first"),
    **dict.fromkeys((_F + "huber_loss", _F + "hinge_embedding_loss", "addr"), "iterated"),
    **dict.fromkeys(("conv1d", _F + "conv1d"), "kernel's rows"),
    **dict.fromkeys((f"{_F}adaptive_{n}_pool1d" for n in ("avg", "max")), "rows"),
    **dict.fromkeys(("avg_pool1d", _F + "avg_pool1d", _F + "lp_pool1d"), "rows"),
    **dict.fromkeys(("masked_fill", "_rrelu", _F + "logsigmoid"), None),
}


def keep_leaf_order(g: Tensor, leaf: Tensor) -> None:
    """A leaf's gradient lies in memory as the leaf does."""
    if leaf._strides is not None and g._view is None and dense(leaf):
        g._strides = g._storage.strides = leaf._strides


def overlaps_in_part(a: Tensor, b: Tensor, equals: bool = False) -> bool:
    """Whether two tensors of one storage share some memory locations, but not as equals (with
    `equals`: also as equals); False where one has gaps, which PyTorch finds too hard to tell."""
    if not a.numel() or not b.numel() or not dense(a) or not dense(b):
        return False
    if a._offset * a.itemsize == b._offset * b.itemsize and a.nbytes == b.nbytes:
        return a.stride() != b.stride()
    return shares_memory(a, b)


def shares_memory(a: Tensor, b: Tensor, numel: int | None = None) -> bool:
    """Whether two dense tensors of one storage share a memory location; with `numel`, when `a` is
    resized to so many elements."""
    n = a.numel() if numel is None else numel
    if not n or not b.numel() or not dense(b) or (numel is None and not dense(a)):
        return False
    first, second = a._offset * a.itemsize, b._offset * b.itemsize
    end, last = first + n * a.itemsize, second + b.numel() * b.itemsize
    return first < last and second < end


def overlaps(t: Tensor) -> bool:
    """Whether two elements share a memory location."""
    dims = sorted((s, n) for s, n in zip(t.stride(), t._aval.shape, strict=True) if n > 1)
    if t.numel() == 0:
        return False
    reach = 0
    for s, n in dims:
        if s <= reach:
            if s == 0:
                return True
            places = np.zeros(1, np.int64)
            for q, m in dims:
                places = (places[:, None] + np.arange(m) * q).reshape(-1)
            return len(np.unique(places)) < len(places)
        reach += s * (n - 1)
    return False
