"""Gathering and scattering by index tensors.

https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import broadcast_shapes, size_text
from torchish._core.base.fitting import C_NAMES
from torchish._core.base.promotion import Promote, cast
from torchish._core.ops.table import Array, Check, Operand, Raw, Raws, elementwise, op


def range_of(index, n: int, least: int):
    """(all in [least, n), an offending value) of an index array, by NumPy or JAX."""
    if not index.size:
        return True, 0
    low, high = index.min(), index.max()
    ok = (low >= least) & (high < n)
    # Where both ends are wrong, PyTorch names whichever it meets first; the lower one is named
    # here.
    return ok, low * (low < least) + high * (low >= least)


def _empty(input, indices) -> bool:
    """Whether nothing is taken, so that nothing is looked up."""
    places = np.broadcast_shapes(*(i.shape for i in indices if i is not None))
    whole = [n for d, n in enumerate(input.shape) if d >= len(indices) or indices[d] is None]
    return 0 in places or 0 in whole


def _bad_index(input, indices, **rest):
    ok, payload = True, 0
    if _empty(input, indices):
        return ok, payload
    for d, i in enumerate(indices):
        if i is None or not i.size or i.dtype == np.bool_:
            continue
        good, value = range_of(i, input.shape[d], -input.shape[d])
        payload = payload + value * (1 - good) * ok
        ok = ok & good
    return ok, payload


def _index_error(payload, input, indices, **rest):
    for d, i in enumerate(indices):
        if i is not None and not -input.shape[d] <= payload < input.shape[d]:
            return IndexError(
                f"index {payload} is out of bounds for dimension {d} with size {input.shape[d]}"
            )
    return IndexError(f"index {payload} is out of bounds")


_CHECK = Check(_bad_index, _index_error)


def _where(input, indices):
    given = [i for i in indices if i is not None]
    try:
        np.broadcast_shapes(*(i.shape for i in given))
    except ValueError:
        shapes = ", ".join(size_text(i.shape) for i in given)
        raise IndexError(
            f"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}"
        ) from None
    some = 0 not in np.broadcast_shapes(*(i.shape for i in given))
    for d, i in enumerate(indices):
        if i is not None and not input.shape[d] and some:
            raise IndexError(f"index is out of bounds for dimension with size {input.shape[d]}")
    return tuple(slice(None) if i is None else i for i in indices)


@op("index", check=_CHECK, method=False, function=False, out=False)
def index(input: Array, indices: Raws):
    """`input[indices]`, an index tensor or None a dimension."""
    if all(i is None for i in indices):
        raise IndexError("at least one index must be provided")
    return input[_where(input, indices)]


@op("index_put", check=_CHECK, inplace=True, out=False)
def index_put(input: Array, indices: Raws, values: Array, accumulate: bool = False):
    """`input[indices] = values`, or `+=`
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_put_.html)"""
    if values.dtype != input.dtype:
        names = [dt.SCALAR_NAMES[dt.from_np(x.dtype)] for x in (input, values)]
        raise RuntimeError(
            f"Index put requires the source and destination dtypes match, got {names[0]} for the "
            f"destination and {names[1]} for the source."
        )
    target = input.at[_where(input, indices)]
    try:
        if accumulate:
            return (
                target.set(jnp.logical_or(target.get(), values))
                if input.dtype == bool
                else target.add(values)
            )
        return target.set(values)
    except ValueError:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {size_text(values.shape)} cannot be broadcast "
            f"to indexing result of shape {size_text(target.get().shape)}"
        ) from None


@elementwise("masked_fill", Promote.NONE, out=False, fits="value")
def masked_fill(input: Array, mask: Raw, value: Operand):
    """`value` where the mask is true
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html)"""
    if mask.dtype != jnp.bool_:
        raise RuntimeError(
            "masked_fill_ only supports boolean masks, but got mask with dtype "
            + dt.from_np(mask.dtype).name
        )
    if value.ndim:
        raise RuntimeError(
            "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value.ndim} dimension(s)."
        )
    if jnp.issubdtype(value.dtype, jnp.complexfloating) and not jnp.issubdtype(
        input.dtype, jnp.complexfloating
    ):
        raise RuntimeError(
            f"value cannot be converted to type {C_NAMES[dt.from_np(input.dtype)]} without overflow"
        )
    return jnp.where(mask, cast(jnp.asarray(value), dt.from_np(input.dtype)), input)


def _source_suffices(input, mask, source):
    repeats = math.prod(broadcast_shapes(input.shape, mask.shape)) // max(math.prod(mask.shape), 1)
    wanted = mask.sum() * repeats
    return wanted <= source.size, wanted


@op(
    "masked_scatter",
    inplace=True,
    out=False,
    check=Check(
        _source_suffices,
        lambda payload, **_: RuntimeError("Number of elements of source < number of ones in mask"),
    ),
)
def masked_scatter(input: Array, mask: Raw, source: Array):
    """Elements of `source` in order where the mask is true."""
    if mask.dtype != jnp.bool_:
        raise RuntimeError(
            "masked_scatter_ only supports boolean masks, but got mask with dtype "
            + dt.from_np(mask.dtype).name
        )
    if source.dtype != input.dtype:
        raise RuntimeError(
            "masked_scatter: expected self and source to have same dtypes but got "
            f"{dt.SCALAR_NAMES[dt.from_np(input.dtype)]} and "
            f"{dt.SCALAR_NAMES[dt.from_np(source.dtype)]}"
        )
    shape = broadcast_shapes(input.shape, mask.shape)
    m = jnp.broadcast_to(mask, shape).reshape(-1)
    if not source.size:
        return jnp.broadcast_to(input, shape)
    taken = source.reshape(-1)[jnp.clip(jnp.cumsum(m) - 1, 0, source.size - 1)]
    return jnp.where(m, taken, jnp.broadcast_to(input, shape).reshape(-1)).reshape(shape)


@op("nonzero", dynamic=True, differentiable=False)
def nonzero(input: Array):
    """Positions of the nonzero elements, one row each."""
    return np.argwhere(np.asarray(input)).astype(np.int64)


@op("nonzero_static", differentiable=False)
def nonzero_static(input: Array, *, size: int, fill_value: int = -1):
    """The first `size` positions of nonzero elements, padded with `fill_value`."""
    if size < 0:
        raise RuntimeError("nonzero_static: 'size' must be an non-negative integer")
    if not input.ndim:
        return jnp.zeros((size, 0), jnp.int64)
    return jnp.stack(jnp.nonzero(input, size=size, fill_value=fill_value), -1).astype(jnp.int64)
