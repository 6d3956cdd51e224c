"""Matrix products.

https://docs.pytorch.org/docs/stable/torch.html#blas-and-lapack-operations
"""

from __future__ import annotations

import jax.numpy as jnp

from torchish.ops.table import Array, op


@op("matmul")
def matmul(input: Array, other: Array):
    """The matrix product (https://docs.pytorch.org/docs/stable/generated/torch.matmul.html)"""
    return jnp.matmul(input, other)


@op("mm")
def mm(input: Array, mat2: Array):
    """The product of two matrices."""
    return jnp.matmul(input, mat2)


@op("bmm")
def bmm(input: Array, mat2: Array):
    """Products of batches of matrices."""
    return jnp.matmul(input, mat2)
