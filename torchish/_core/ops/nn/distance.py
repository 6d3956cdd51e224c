"""Norms along a dimension as functional operators use them: normalize, cosine similarity, pairwise
distances."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from torchish._core.base.errors import broadcast_shapes, wrap_dim
from torchish._core.ops.arguments import is_float, scalar_name
from torchish._core.ops.elementwise.quotients import divide
from torchish._core.ops.table import Array, Promote, op


def p_norm(x, p: float, axis, keepdims: bool = False):
    """The p-norm; its gradient is 0 at 0, and shared evenly among the largest where p is
    infinite."""
    size = jnp.abs(x)
    if p == 0:
        return jnp.sum((x != 0).astype(size.dtype), axis=axis, keepdims=keepdims)
    if (p == 1 or math.isinf(p)) and not jnp.iscomplexobj(x):
        size = x * jax.lax.stop_gradient(jnp.sign(x))  # the gradient of JAX's abs at 0 is 1
    if p == 1:
        return jnp.sum(size, axis=axis, keepdims=keepdims)
    if math.isinf(p):
        return (jnp.max if p > 0 else jnp.min)(size, axis=axis, keepdims=keepdims)
    if p == 2:
        total = jnp.sum((x * jnp.conj(x)).real, axis=axis, keepdims=keepdims)
        return jnp.where(total == 0, 0, jnp.sqrt(jnp.where(total == 0, 1, total)))
    zero = x == 0
    powers = jnp.where(zero, 0, jnp.where(zero, 1, size) ** p)
    total = jnp.sum(powers, axis=axis, keepdims=keepdims)
    return jnp.where(total == 0, 0, jnp.where(total == 0, 1, total) ** (1 / p))


def at_least(x, low: float):
    """max(x, low), whose whole gradient goes to `x` where the two are equal."""
    return jnp.where(x < low, jnp.asarray(low, x.dtype), x)


@op("nn.functional.normalize", Promote.DEFAULT, method=False)
def normalize(input: Array, p: float = 2.0, dim: int | tuple[int, ...] = 1, eps: float = 1e-12):
    """input / max(norm along `dim`, eps)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.normalize.html)"""
    if not jnp.issubdtype(input.dtype, jnp.inexact):
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as "
            f"input. Got {scalar_name(input)}"
        )
    axis = (
        tuple(wrap_dim(d, input.ndim) for d in dim)
        if isinstance(dim, tuple)
        else wrap_dim(dim, input.ndim)
    )
    if input.ndim == 0:
        return divide(input, at_least(p_norm(input, p, None), eps))
    return divide(input, at_least(p_norm(input, p, axis, keepdims=True), eps))


@op(
    "cosine_similarity",
    Promote.DEFAULT,
    aliases=("nn.functional.cosine_similarity",),
    method=False,
    out=False,
    saves={"x1": "x1", "x2": "x2"},
)
def cosine_similarity(x1: Array, x2: Array, dim: int = 1, eps: float = 1e-8):
    """x1 . x2 / (max(|x1|, eps) max(|x2|, eps)) along `dim`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html)"""
    if not is_float(x1):
        raise RuntimeError(
            f"expected common dtype to be floating point, yet common dtype is {scalar_name(x1)}"
        )
    shape = broadcast_shapes(x1.shape, x2.shape)
    x1, x2 = jnp.broadcast_to(x1, shape), jnp.broadcast_to(x2, shape)
    if not shape:
        x1, x2 = x1[None], x2[None]
    axis = wrap_dim(dim, x1.ndim)
    a = divide(x1, at_least(p_norm(x1, 2, axis, keepdims=True), eps))
    b = divide(x2, at_least(p_norm(x2, 2, axis, keepdims=True), eps))
    return jnp.sum(a * b, axis=axis)


@op(
    "pairwise_distance",
    Promote.INT_TO_FLOAT,
    aliases=("nn.functional.pairwise_distance",),
    method=False,
    out=False,
)
def pairwise_distance(
    x1: Array, x2: Array, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
):
    """p-norm of x1 - x2 + eps along the last dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pairwise_distance.html)"""
    return distance(x1, x2, p, eps, keepdim)


def distance(x1, x2, p: float, eps: float, keepdim: bool = False):
    broadcast_shapes(x1.shape, x2.shape)
    d = x1 - x2 + eps
    return p_norm(d[None] if d.ndim == 0 else d, p, -1, keepdim)


@op("pdist", Promote.NONE, aliases=("nn.functional.pdist",), method=False, out=False)
def pdist(input: Array, p: float = 2.0):
    """p-norm distances of all pairs of rows i < j of an (n, m) matrix, as n (n - 1) / 2 values
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pdist.html)"""
    if input.ndim != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input.ndim}D")
    if not is_float(input):
        raise RuntimeError("pdist only supports floating-point dtypes")
    if p < 0:
        raise RuntimeError("pdist only supports non-negative p values")
    i, j = np.triu_indices(input.shape[0], 1)
    return p_norm(input[i] - input[j], p, -1)
