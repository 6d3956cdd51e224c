"""Strides of results, and whether a tensor's elements share places in memory."""

from __future__ import annotations

import math

import numpy as np

from torchish.tensor.tensor import Tensor


def keep_strides(t, tensors) -> None:
    """Give an elementwise result the stride order of its inputs, as PyTorch's iterator does."""
    if type(t) is tuple:
        for x in t:
            keep_strides(x, tensors)
        return
    strides = output_strides(t._aval.shape, tensors)
    if strides is not None:
        t._strides = t._storage.strides = strides


def output_strides(shape: tuple[int, ...], tensors) -> tuple[int, ...] | None:
    """Dense strides of an elementwise result, ordered as the inputs' are; None when contiguous."""
    n = len(shape)
    if n < 2 or math.prod(shape) == 0:
        return None
    rows = []
    for x in tensors:
        s, sh = x.stride(), x._aval.shape
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
    strides, acc = [0] * n, 1
    for d in perm:
        strides[d] = acc
        acc *= shape[d]
    out, acc = tuple(strides), 1
    for d in range(n - 1, -1, -1):
        if shape[d] != 1 and out[d] != acc:
            return out
        acc *= shape[d]
    return None


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
