"""Operators that arrange elements anew: flips, rolls, repeats, triangles, scatters into slices.

https://docs.pytorch.org/docs/stable/torch.html
"""

from __future__ import annotations

import itertools

import jax.numpy as jnp
import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import dim_error, size_text, wrap_dim, wrap_dims
from torchish._core.base.promotion import Promote
from torchish._core.ops.operands import refuse
from torchish._core.ops.table import Array, Arrays, Raw, Shape, op


@op("flip", out=False)
def flip(input: Array, dims: Shape):
    """Reversed along dimensions (https://docs.pytorch.org/docs/stable/generated/torch.flip.html)"""
    places = wrap_dims(dims, input.ndim)
    return jnp.flip(input, places) if input.ndim else input


@op("fliplr", out=False)
def fliplr(input: Array):
    """Reversed along the second dimension."""
    if input.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return jnp.flip(input, 1)


@op("flipud", out=False)
def flipud(input: Array):
    """Reversed along the first dimension."""
    if input.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return jnp.flip(input, 0)


@op("roll", out=False)
def roll(input: Array, shifts: int | tuple[int, ...], dims: int | tuple[int, ...] | None = None):
    """Elements moved round (https://docs.pytorch.org/docs/stable/generated/torch.roll.html)"""
    if not input.size:
        return input
    shifts = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    dims = () if dims is None else (dims,) if isinstance(dims, int) else tuple(dims)
    if not shifts:
        raise RuntimeError("`shifts` required")
    if not dims and len(shifts) == 1:
        return jnp.roll(input.reshape(-1), shifts[0]).reshape(input.shape)
    if len(shifts) != len(dims):
        raise RuntimeError(
            f"shifts and dimensions must align. shifts: {len(shifts)}, dims:{len(dims)}"
        )
    if not input.ndim:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    return jnp.roll(input, shifts, [wrap_dim(d, input.ndim) for d in dims])


@op("rot90", out=False)
def rot90(input: Array, k: int = 1, dims: tuple[int, ...] = (0, 1)):
    """Turned by quarter turns in a plane
    (https://docs.pytorch.org/docs/stable/generated/torch.rot90.html)"""
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if input.ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {input.ndim}")
    places = tuple([wrap_dim(d, input.ndim) for d in dims])
    if places[0] == places[1]:
        raise RuntimeError(
            f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}"
        )
    return jnp.rot90(input, k, places)


@op("repeat", function=False, out=False)
def repeat(input: Array, repeats: Shape):
    """Copies side by side
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.repeat.html)"""
    if len(repeats) < input.ndim:
        raise RuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of "
            "tensor"
        )
    if any(r < 0 for r in repeats):
        raise RuntimeError(
            f"Trying to create tensor with negative dimension {min(repeats)}: {size_text(repeats)}"
        )
    return jnp.tile(input.reshape((1,) * (len(repeats) - input.ndim) + input.shape), repeats)


@op("tile", out=False)
def tile(input: Array, dims: Shape):
    """Copies side by side (https://docs.pytorch.org/docs/stable/generated/torch.tile.html)"""
    return jnp.tile(input, dims) if dims else input


@op("_repeat_interleave", method=False, out=False)
def repeat_interleave(input: Array, repeats: int, dim: int | None = None):
    """Each element `repeats` times
    (https://docs.pytorch.org/docs/stable/generated/torch.repeat_interleave.html)"""
    if dim is not None and not input.ndim:
        raise dim_error(dim if wrap_dim(dim, 0) else 1, 0)
    x, d = (input.reshape(-1), 0) if dim is None else (input, wrap_dim(dim, input.ndim))
    return jnp.repeat(x, repeats, axis=d)


def _matrix(name: str, input) -> None:
    if input.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")


@op("tril", inplace=True)
def tril(input: Array, diagonal: int = 0):
    """The lower triangle (https://docs.pytorch.org/docs/stable/generated/torch.tril.html)"""
    _matrix("tril", input)
    return jnp.tril(input, diagonal)


@op("triu", inplace=True)
def triu(input: Array, diagonal: int = 0):
    """The upper triangle (https://docs.pytorch.org/docs/stable/generated/torch.triu.html)"""
    _matrix("triu", input)
    return jnp.triu(input, diagonal)


def _triangle(rows: int, columns: int, offset: int, dtype, lower: bool):
    for name, n in (("row", rows), ("col", columns)):
        if n < 0:
            raise RuntimeError(f"{name} must be non-negative, got{n}")
    f = np.tril_indices if lower else np.triu_indices
    return jnp.asarray(np.stack(f(rows, offset, columns))).astype((dtype or dt.int64).np)


@op("tril_indices", method=False, out=False)
def tril_indices(row: int, col: int, offset: int = 0, *, dtype: dt.dtype | None = None):
    """Positions of the lower triangle
    (https://docs.pytorch.org/docs/stable/generated/torch.tril_indices.html)"""
    return _triangle(row, col, offset, dtype, True)


@op("triu_indices", method=False, out=False)
def triu_indices(row: int, col: int, offset: int = 0, *, dtype: dt.dtype | None = None):
    """Positions of the upper triangle
    (https://docs.pytorch.org/docs/stable/generated/torch.triu_indices.html)"""
    return _triangle(row, col, offset, dtype, False)


@op("trace", out=False)
def trace(input: Array):
    """The sum of a matrix's diagonal; integers sum to int64."""
    if input.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {input.ndim}")
    refuse("trace", input, bool=True)
    d = jnp.diagonal(input)
    return d.sum(dtype=jnp.int64) if not jnp.issubdtype(input.dtype, jnp.inexact) else d.sum()


@op("kron", Promote.SAME)
def kron(input: Array, other: Array):
    """The Kronecker product (https://docs.pytorch.org/docs/stable/generated/torch.kron.html)"""
    n = max(input.ndim, other.ndim)
    a, b = (x.reshape((1,) * (n - x.ndim) + x.shape) for x in (input, other))
    pairs = a.reshape([k for s in a.shape for k in (s, 1)]) * b.reshape(
        [k for s in b.shape for k in (1, s)]
    )
    return pairs.reshape([p * q for p, q in zip(a.shape, b.shape, strict=True)])


kron.expands = True


@op("_block_diag", Promote.SAME, method=False, out=False)
def _block_diag(tensors: Arrays):
    """Matrices along a diagonal
    (https://docs.pytorch.org/docs/stable/generated/torch.block_diag.html)"""
    for i, t in enumerate(tensors):
        if t.ndim > 2:
            raise RuntimeError(
                f"torch.block_diag: Input tensors must have 2 or fewer dimensions. Input {i} has "
                f"{t.ndim} dimensions"
            )
    if not tensors:
        return jnp.zeros((1, 0), jnp.float32)
    ms = [t.reshape((1,) * (2 - t.ndim) + t.shape) for t in tensors]
    out = jnp.zeros(
        (sum(m.shape[0] for m in ms), sum(m.shape[1] for m in ms)),
        ms[0].dtype,
    )
    r = c = 0
    for m in ms:
        out = out.at[r : r + m.shape[0], c : c + m.shape[1]].set(m)
        r, c = r + m.shape[0], c + m.shape[1]
    return out


@op("combinations", out=False)
def combinations(input: Array, r: int = 2, with_replacement: bool = False):
    """Rows of r elements
    (https://docs.pytorch.org/docs/stable/generated/torch.combinations.html)"""
    if input.ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {size_text(input.shape)}")
    if r < 0:
        raise RuntimeError(f"Expect a non-negative number, but got {r}")
    if r == 0:
        return jnp.zeros((0,), input.dtype)
    f = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    rows = np.array(list(f(range(input.shape[0]), r)), np.int64).reshape(-1, r)
    return input[rows]


@op("unravel_index", method=False, out=False, differentiable=False)
def unravel_index(indices: Raw, shape):
    """Flat places as coordinates
    (https://docs.pytorch.org/docs/stable/generated/torch.unravel_index.html)"""
    if not jnp.issubdtype(indices.dtype, jnp.integer):
        raise TypeError(
            f"expected 'indices' to be integer dtype, but got {dt.from_np(indices.dtype)!r}"
        )
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    odd = next((n for n in sizes if not isinstance(n, int)), None)
    if odd is not None:
        raise TypeError(f"expected 'shape' sequence to only contain ints, but got {type(odd)}")
    if any(n < 0 for n in sizes):
        raise ValueError(f"'shape' cannot have negative values, but got {tuple(sizes)}")
    out, rest = [], indices
    for n in reversed(sizes):
        out.append(rest % max(n, 1))
        rest = rest // max(n, 1)
    return tuple(reversed(out))


@op("_cartesian_prod", Promote.SAME, method=False, out=False)
def _cartesian(tensors: Arrays):
    """All combinations of elements of 1-D tensors
    (https://docs.pytorch.org/docs/stable/generated/torch.cartesian_prod.html)"""
    for t in tensors:
        if t.ndim != 1:
            raise RuntimeError(f"Expect a 1D vector, but got shape {size_text(t.shape)}")
    if len(tensors) == 1:
        return tensors[0]
    return jnp.stack([g.reshape(-1) for g in jnp.meshgrid(*tensors, indexing="ij")], -1)
