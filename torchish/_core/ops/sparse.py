"""Operators on the parts of sparse tensors: indices (sparse dims, nnz) and values (nnz, *dense);
pointers and plain indices of compressed ones.

https://docs.pytorch.org/docs/stable/sparse.html
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from torchish._core.ops.table import Array, Check, Raw, op


def _hidden(name: str, **options):
    return op(name, method=False, function=False, out=False, **options)


def _outside(indices, size):
    """(whether all are inside, a number that names the first that is not)."""
    if indices.size == 0:
        return True, 0
    indices = indices.reshape((len(size), -1))
    found = [(indices[d] >= 0) & (indices[d] < n) for d, n in enumerate(size)]
    ok, payload = True, 0
    for d in reversed(range(len(size))):
        inside = found[d].all()
        index = indices[d].reshape(-1)[(~found[d]).reshape(-1).argmax()]
        payload = payload * inside + (index * 64 + d) * (1 - inside)
        ok = ok & inside
    return ok, payload


def _outside_error(payload, size, **_):
    dim, index = payload % 64, payload // 64
    if index < 0:
        return RuntimeError(f"found negative index {index} for dim {dim}")
    return RuntimeError(
        f"size is inconsistent with indices: for dim {dim}, size is {size[dim]} but found index "
        f"{index}"
    )


@_hidden(
    "_sparse_indices", differentiable=False, check=Check(_outside, _outside_error, at_call=True)
)
def sparse_indices(indices: Raw, size: tuple):
    """Indices of one row a sparse dimension, checked to be inside of `size`."""
    return indices


@_hidden("_sparse_to_dense")
def to_dense(indices: Raw, values: Array, size: tuple):
    """The sum of the values at each place; of bools whether any is true."""
    out = jnp.zeros(size, values.dtype)
    at = tuple(indices)
    if not at:
        total = values.any(axis=0) if values.dtype == bool else values.sum(axis=0)
        return total.astype(values.dtype)
    if values.dtype == bool:
        return out.at[at].max(values)
    return out.at[at].add(values)


@_hidden("_sparse_gather")
def gather(dense: Array, indices: Raw):
    """The elements (or slices, for leading dimensions) of a dense tensor at indices."""
    return dense[tuple(indices)] if indices.shape[0] else dense[None]


@_hidden("_sparse_merge")
def merge(values: Array, groups: Raw, count: int):
    """The sum of the values of each of `count` groups; of bools whether any is true."""
    out = jnp.zeros((count, *values.shape[1:]), values.dtype)
    return out.at[groups].max(values) if values.dtype == bool else out.at[groups].add(values)


@_hidden("_sparse_take")
def take(values: Array, at: Raw):
    """Some of the values, by number."""
    return values[at]


@_hidden("_sparse_product")
def product(indices: Raw, values: Array, dense: Array, size: tuple):
    """A sparse matrix (m, k) times a dense matrix (k, n) or vector (k,); the first of three
    dimensions is a batch, as of `bmm`."""
    *batch, rows, columns = indices
    lead = tuple(batch)
    picked = dense[(*lead, columns)]
    scaled = picked * values.reshape(values.shape + (1,) * (picked.ndim - 1))
    shape = (*size[:-1], *dense.shape[len(batch) + 1 :])
    return jnp.zeros(shape, scaled.dtype).at[(*lead, rows)].add(scaled)


@_hidden("_sparse_reduce")
def reduce(indices: Raw, values: Array, dense: Array, size: tuple, how: str):
    """A sparse matrix times a dense one, with the mean, the largest or the least of the products of
    a row in the place of their sum; 0 for a row without elements."""
    rows, columns = indices
    scaled = dense[columns] * values[:, None]
    if how in ("sum", "mean"):
        out = jax.ops.segment_sum(scaled, rows, size[0])
        if how == "sum":
            return out
        counts = jax.ops.segment_sum(jnp.ones(rows.shape, values.dtype), rows, size[0])
        return out / jnp.maximum(counts, 1)[:, None]
    best = (jax.ops.segment_max if how == "amax" else jax.ops.segment_min)(scaled, rows, size[0])
    there = jnp.zeros(size[0], bool).at[rows].set(True)
    return jnp.where(there[:, None], best, 0)


@_hidden("_sparse_places", differentiable=False)
def places(pointers: Raw, plain: Raw, by_rows: bool, block: tuple):
    """Indices (batch dimensions + 2, elements) of what a compressed tensor has, in the order of its
    values: pointers (*batch, n + 1) and plain indices (*batch, nnz), of blocks of a size."""
    plain = plain.astype(jnp.int64)
    at = jnp.arange(plain.shape[-1], dtype=jnp.int64)

    def starts(row):
        return jnp.searchsorted(row.astype(jnp.int64), at, side="right").astype(jnp.int64) - 1

    major = jax.vmap(starts)(pointers.reshape(-1, pointers.shape[-1])).reshape(plain.shape)
    pair = (major, plain) if by_rows else (plain, major)
    if block:
        m, n = block
        rows, columns = (x[..., None, None] for x in pair)
        pair = (rows * m + jnp.arange(m)[:, None], columns * n + jnp.arange(n))
    full = (*plain.shape, *block)
    batch = jnp.indices(full, dtype=jnp.int64, sparse=True)[: plain.ndim - 1]
    return jnp.stack([jnp.broadcast_to(x, full).reshape(-1) for x in (*batch, *pair)])


@_hidden("_sparse_softmax")
def softmax(values: Array, groups: Raw, count: int, log: bool):
    """Softmax, or its logarithm, over the values of each group."""
    top = jax.lax.stop_gradient(jax.ops.segment_max(values, groups, count))
    shifted = values - top[groups]
    powers = jnp.exp(shifted)
    total = jax.ops.segment_sum(powers, groups, count)
    return shifted - jnp.log(total)[groups] if log else powers / total[groups]
