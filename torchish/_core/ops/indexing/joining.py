"""Joining tensors.

https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import jax.numpy as jnp

from torchish._core.base.errors import size_text, wrap_dim
from torchish._core.ops.table import Arrays, Promote, op


@op("cat", Promote.SAME, apart="wholly", aliases=("concat", "concatenate"), method=False)
def cat(tensors: Arrays, dim: int = 0):
    """Tensors joined along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.cat.html)"""
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    for i, t in enumerate(tensors):
        if not t.ndim:
            raise RuntimeError(f"zero-dimensional tensor (at position {i}) cannot be concatenated")
    kept = [t for t in tensors if t.shape != (0,)]  # PyTorch skips 1-D tensors without elements
    if not kept:
        return tensors[0]
    first = kept[0]
    d = wrap_dim(dim, first.ndim)
    for i, t in enumerate(kept[1:], start=1):
        if t.ndim != first.ndim:
            raise RuntimeError(
                f"Tensors must have same number of dimensions: got {first.ndim} and {t.ndim}"
            )
        for k in range(first.ndim):
            if k != d and t.shape[k] != first.shape[k]:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {d}. Expected size "
                    f"{first.shape[k]} but got size {t.shape[k]} for tensor number {i} in the list."
                )
    return jnp.concatenate(kept, d)


@op("stack", Promote.SAME, apart="partly", method=False)
def stack(tensors: Arrays, dim: int = 0):
    """Tensors joined along a new dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.stack.html)"""
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    for i, t in enumerate(tensors):
        if t.shape != tensors[0].shape:
            raise RuntimeError(
                "stack expects each tensor to be equal size, but got "
                f"{size_text(tensors[0].shape)} at entry 0 and {size_text(t.shape)} at entry {i}"
            )
    return jnp.stack(tensors, wrap_dim(dim, tensors[0].ndim + 1))


def at_least(n: int, t):
    if t.ndim >= n:
        return t
    if not t.ndim:
        return t.reshape((1,) * n)
    if t.ndim == 1:
        return t[None] if n == 2 else t[None, :, None]
    return t[..., None]


def _need(name: str, tensors) -> None:
    if not tensors:
        raise RuntimeError(f"{name} expects a non-empty TensorList")


@op("hstack", Promote.SAME, apart="partly", method=False)
def hstack(tensors: Arrays):
    """Joined column-wise (https://docs.pytorch.org/docs/stable/generated/torch.hstack.html)"""
    _need("hstack", tensors)
    ts = [at_least(1, t) for t in tensors]
    return cat.fn(ts, 0 if ts[0].ndim == 1 else 1)


@op("vstack", Promote.SAME, aliases=("row_stack",), method=False)
def vstack(tensors: Arrays):
    """Joined row-wise (https://docs.pytorch.org/docs/stable/generated/torch.vstack.html)"""
    _need("vstack", tensors)
    return cat.fn([at_least(2, t) for t in tensors], 0)


@op("dstack", Promote.SAME, apart="partly", method=False)
def dstack(tensors: Arrays):
    """Joined depth-wise (https://docs.pytorch.org/docs/stable/generated/torch.dstack.html)"""
    _need("dstack", tensors)
    return cat.fn([at_least(3, t) for t in tensors], 2)


@op("column_stack", Promote.SAME, method=False)
def column_stack(tensors: Arrays):
    """1-D tensors as columns
    (https://docs.pytorch.org/docs/stable/generated/torch.column_stack.html)"""
    _need("column_stack", tensors)
    return cat.fn([t.reshape(t.size, 1) if t.ndim <= 1 else t for t in tensors], 1)
