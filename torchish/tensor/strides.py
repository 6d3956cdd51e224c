"""Strides of results, and whether a tensor's elements share places in memory."""

from __future__ import annotations

import functools

import numpy as np

from torchish.tensor.tensor import Tensor


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


def overlaps_in_part(a: Tensor, b: Tensor, equals: bool = False) -> bool:
    """Whether two tensors of one storage share some memory locations, but not as equals (with
    `equals`: also as equals); False where one has gaps, which PyTorch finds too hard to tell."""
    if not a.numel() or not b.numel() or not dense(a) or not dense(b):
        return False
    i, j = a.itemsize, b.itemsize
    first, second = a._offset * i, b._offset * j
    end, last = first + a.numel() * i, second + b.numel() * j
    if first == second and end == last:
        return equals or a.stride() != b.stride()
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
