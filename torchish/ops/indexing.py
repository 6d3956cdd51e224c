"""Gathering and scattering by index tensors.

https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from torchish.base.errors import size_text
from torchish.base.promotion import cast
from torchish.base.dtypes import from_np
from torchish.ops.table import Array, Check, Operand, Promote, Raw, Raws, elementwise, op


def _bad_index(input, indices, **rest):
    """[all in range, an offending index] over the index tensors."""
    ok, payload = True, 0
    for d, i in enumerate(indices):
        if i is None or not np.prod(i.shape):
            continue
        n = input.shape[d]
        low, high = i.min(), i.max()
        good = (low >= -n) & (high < n)
        payload = jnp.where(ok, jnp.where(low < -n, low, high), payload) if not isinstance(low, np.generic) \
            else (low if low < -n else high) if ok else payload
        ok = ok & good
    return ok, payload


def _index_error(payload, input, indices, **rest):
    for d, i in enumerate(indices):
        if i is not None and not -input.shape[d] <= payload < input.shape[d]:
            return IndexError(f"index {payload} is out of bounds for dimension {d} with size {input.shape[d]}")
    return IndexError(f"index {payload} is out of bounds")


_CHECK = Check(_bad_index, _index_error)


def _full(input, indices):
    given = [i for i in indices if i is not None]
    try:
        np.broadcast_shapes(*(i.shape for i in given))
    except ValueError:
        shapes = ", ".join(size_text(i.shape) for i in given)
        raise IndexError(f"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}") from None
    return tuple(slice(None) if i is None else i for i in indices)


@op("index", check=_CHECK, method=False, function=False, out=False)
def index(input: Array, indices: Raws):
    """`input[indices]`, an index tensor or None a dimension."""
    return input[_full(input, indices)]


@op("index_put", Promote.NONE, check=_CHECK, inplace=True, out=False)
def index_put(input: Array, indices: Raws, values: Array, accumulate: bool = False):
    """`input[indices] = values`, or `+=` (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_put_.html)"""
    where = _full(input, indices)
    target = input.at[where]
    values = values.astype(input.dtype)
    try:
        return target.add(values) if accumulate else target.set(values)
    except ValueError:
        shape = input[where].shape
        raise RuntimeError(f"shape mismatch: value tensor of shape {size_text(values.shape)} cannot be broadcast to indexing "
                           f"result of shape {size_text(shape)}") from None  # fmt: skip


@elementwise("masked_fill", Promote.NONE, out=False)
def masked_fill(input: Array, mask: Raw, value: Operand):
    """`value` where the mask is true (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html)"""
    if mask.dtype != jnp.bool_:
        raise RuntimeError("masked_fill only supports boolean masks, but got mask with dtype " + str(mask.dtype))
    return jnp.where(mask, cast(jnp.asarray(value), from_np(input.dtype)), input)


@op("nonzero", dynamic=True, differentiable=False)
def nonzero(input: Array):
    """Positions of the nonzero elements, one row each."""
    return np.argwhere(np.asarray(input)).astype(np.int64)


@op("gather", check=None)
def gather(input: Array, dim: int, index: Raw, *, sparse_grad: bool = False):
    """Elements along a dimension (https://docs.pytorch.org/docs/stable/generated/torch.gather.html)"""
    return jnp.take_along_axis(input, index, dim)
