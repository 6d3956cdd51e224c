"""Joining tensors.

https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import jax.numpy as jnp

from torchish.base.errors import size_text, wrap_dim
from torchish.ops.table import Arrays, Promote, op


@op("cat", Promote.SAME, aliases=("concat", "concatenate"), method=False)
def cat(tensors: Arrays, dim: int = 0):
    """Tensors joined along a dimension (https://docs.pytorch.org/docs/stable/generated/torch.cat.html)"""
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    tensors = [t for t in tensors if t.shape != (0,)] or tensors[:1]
    return jnp.concatenate(tensors, wrap_dim(dim, tensors[0].ndim))


@op("stack", Promote.SAME, method=False)
def stack(tensors: Arrays, dim: int = 0):
    """Tensors joined along a new dimension (https://docs.pytorch.org/docs/stable/generated/torch.stack.html)"""
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    for i, t in enumerate(tensors):
        if t.shape != tensors[0].shape:
            raise RuntimeError(f"stack expects each tensor to be equal size, but got {size_text(tensors[0].shape)} at entry 0 "
                               f"and {size_text(t.shape)} at entry {i}")  # fmt: skip
    return jnp.stack(tensors, wrap_dim(dim, tensors[0].ndim + 1))
