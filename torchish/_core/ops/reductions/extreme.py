"""Maxima and minima over dims, and where they are.

`amax`, `amin` and the reductions of a whole tensor share a gradient evenly among tied elements; the
reductions over one dim that also give indices send it to the element they name, the first one. NaN
wins over every number.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.base.errors import broadcast_shapes, wrap_dim
from torchish._core.base.promotion import Promote, cast
from torchish._core.ops.elementwise.minmax import maximum_of, minimum_of
from torchish._core.ops.operands import (
    is_bool,
    is_complex,
    is_float,
    is_number,
    promoted,
    unsupported,
)
from torchish._core.ops.reductions.sums import Dims, keep_dims, reduce_dims
from torchish._core.ops.table import Array, ArrayOrNumber, MaybeArray, op

__all__ = ["arg_extreme", "at_index", "take_at"]


def _reduce(x, dims, largest: bool, keepdim: bool):
    return (jnp.max if largest else jnp.min)(x, axis=dims, keepdims=keepdim)


@partial(jax.custom_jvp, nondiff_argnums=(1, 2))
def _extreme(x, dims, largest):
    """The extreme over dims, kept as dims of size 1; ties share the gradient."""
    return _reduce(x, dims, largest, True)


@_extreme.defjvp
def _extreme_jvp(dims, largest, primals, tangents):
    (x,), (t,) = primals, tangents
    y = _extreme(x, dims, largest)
    hit = (x == y) | (jnp.isnan(x) & jnp.isnan(y))
    share = hit.astype(x.dtype) / jnp.sum(hit, axis=dims, keepdims=True, dtype=x.dtype)
    return y, jnp.sum(t * share, axis=dims, keepdims=True)


def arg_extreme(x, dim: int, largest: bool):
    """Index of the first extreme along a dim, kept as a dim of size 1, int64.

    Two plain passes (the extreme, then the smallest index that has it) run several times faster on
    CPU than XLA's reduction of (value, index) pairs.
    """
    if is_bool(x):
        x = x.astype(jnp.uint8)
    top = _reduce(x, (dim,), largest, True)
    hit = x == top
    if is_float(x):
        hit |= jnp.isnan(x)
    n = x.shape[dim]
    small = jnp.int32 if n < 2**31 else jnp.int64
    places = lax.broadcasted_iota(small, x.shape, dim)
    return jnp.min(jnp.where(hit, places, n), axis=dim, keepdims=True).astype(jnp.int64)


def at_index(t, index, dim: int):
    """The elements of `t` that `index` (a dim of size 1) names along `dim`, as a masked sum: its
    transpose is a select."""
    places = lax.broadcasted_iota(index.dtype, t.shape, dim)
    return jnp.sum(jnp.where(places == index, t, jnp.zeros((), t.dtype)), axis=dim, keepdims=True)


@partial(jax.custom_jvp, nondiff_argnums=(2,))
def take_at(x, index, dim: int):
    """x at `index` along `dim`, with the gradient of `at_index`."""
    return jnp.take_along_axis(x, index, axis=dim, mode="clip")


@take_at.defjvp
def _take_at_jvp(dim, primals, tangents):
    x, index = primals
    return take_at(x, index, dim), at_index(tangents[0], index, dim)


@partial(jax.custom_jvp, nondiff_argnums=(2, 3))
def _extreme_at(x, index, dim, largest):
    return _reduce(x, (dim,), largest, True)


@_extreme_at.defjvp
def _extreme_at_jvp(dim, largest, primals, tangents):
    x, index = primals
    return _extreme_at(x, index, dim, largest), at_index(tangents[0], index, dim)


def _check_sizes(name, x, dims, said=()):
    for d, word in zip(dims, said or dims, strict=True):
        if x.shape[d] == 0:
            raise IndexError(f"{name}(): Expected reduction dim {word} to have non-zero size.")
    nothing = name in ("amax", "amin") and x.size == 0  # no kernel is asked for no elements
    if is_complex(x) and not nothing:
        raise unsupported(f"{name}_cpu", x)


def _require_elements(name, x):
    if x.size == 0:
        raise RuntimeError(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the "
            "reduction dim with the 'dim' argument."
        )


def _whole(name, x, largest):
    if is_complex(x):
        raise unsupported(f"{name}_all", x)
    _require_elements(name, x)
    dims = tuple(range(x.ndim))
    return jnp.squeeze(
        _extreme(x, dims, largest) if is_float(x) else _reduce(x, dims, largest, True), dims
    )


def _along(name, x, dim, keepdim, largest):
    dim = wrap_dim(dim, x.ndim)
    if x.ndim == 0:
        if is_complex(x):
            raise unsupported(f"{name}_cpu", x)
        return x, jnp.zeros((), jnp.int64)
    _check_sizes(name, x, (dim,))
    index = arg_extreme(x, dim, largest)
    value = (
        _extreme_at(x, index, dim, largest) if is_float(x) else _reduce(x, (dim,), largest, True)
    )
    return (value, index) if keepdim else (jnp.squeeze(value, dim), jnp.squeeze(index, dim))


def _overloaded(name, binary, input, dim, keepdim, other, largest):
    if other is None and dim is not None and not is_number(dim):
        dim, other = None, dim
    if other is not None:
        if dim is not None:
            raise TypeError(f"{name}() received an invalid combination of arguments")
        (a, b), result = promoted(Promote.SAME, input, other)
        broadcast_shapes(a.shape, b.shape)
        return cast(binary(a, b), result)
    if dim is None:
        return _whole(name, input, largest)
    if isinstance(dim, (bool, float)):
        raise TypeError(
            f"{name}(): argument 'dim' (position 2) must be int, not {type(dim).__name__}"
        )
    return _along(name, input, dim, keepdim, largest)


def _saves(tensors: set[str], statics: dict):
    # Over a dim PyTorch keeps the indices, which are nobody else's.
    if "other" in tensors or "dim" in tensors:
        return "input other dim"
    return "input result" if statics.get("dim", 0) is None else ""


def _refuse_complex(name: str, input, dim) -> None:
    if isinstance(dim, int) and jnp.issubdtype(input.dtype, jnp.complexfloating):
        raise RuntimeError(f"{name}(): does not support complex input")


@op("max", returns=("values", "indices"), saves=_saves)
def max_(
    input: Array, dim: ArrayOrNumber = None, keepdim: bool = False, *, other: MaybeArray = None
):
    """The maximum: of all elements; over a dim, with indices; or, given a tensor, of each pair
    (https://docs.pytorch.org/docs/stable/generated/torch.max.html)"""
    _refuse_complex("max", input, dim)
    return _overloaded("max", maximum_of, input, dim, keepdim, other, True)


@op("min", returns=("values", "indices"), saves=_saves)
def min_(
    input: Array, dim: ArrayOrNumber = None, keepdim: bool = False, *, other: MaybeArray = None
):
    """The minimum: of all elements; over a dim, with indices; or, given a tensor, of each pair
    (https://docs.pytorch.org/docs/stable/generated/torch.min.html)"""
    _refuse_complex("min", input, dim)
    return _overloaded("min", minimum_of, input, dim, keepdim, other, False)


def _over_dims(name, x, dim, keepdim, largest):
    dims = reduce_dims(dim, x.ndim)
    if dim is None or dim == ():
        if x.size == 0:
            _require_elements(name, x)
    given = (dim,) if isinstance(dim, int) else tuple(dim or ())
    _check_sizes(name, x, dims, given if name != "aminmax" else ())
    value = _extreme(x, dims, largest) if is_float(x) else _reduce(x, dims, largest, True)
    return value if keepdim else jnp.squeeze(value, dims)


@op("amax", saves="input result")
def amax(input: Array, dim: Dims = (), keepdim: bool = False):
    """The maximum over dims, all by default
    (https://docs.pytorch.org/docs/stable/generated/torch.amax.html)"""
    return _over_dims("amax", input, dim, keepdim, True)


@op("amin", saves="input result")
def amin(input: Array, dim: Dims = (), keepdim: bool = False):
    """The minimum over dims, all by default
    (https://docs.pytorch.org/docs/stable/generated/torch.amin.html)"""
    return _over_dims("amin", input, dim, keepdim, False)


@op("aminmax", returns=("min", "max"))
def aminmax(input: Array, *, dim: int | None = None, keepdim: bool = False):
    """Minimum and maximum over a dim, or of all elements
    (https://docs.pytorch.org/docs/stable/generated/torch.aminmax.html)"""
    if dim is None and input.size == 0:
        raise RuntimeError(
            "aminmax(): cannot compute aminmax over an empty dimension as the operation has no "
            "identity."
        )
    dims = None if dim is None else (wrap_dim(dim, input.ndim),)
    return tuple(_over_dims("aminmax", input, dims, keepdim, largest) for largest in (False, True))


def _arg(name, x, dim, keepdim, largest):
    if is_complex(x) or is_bool(x):
        raise unsupported(f"{name}_cpu", x)
    if dim is None:
        if x.size == 0:
            raise IndexError(
                f"{name}(): Expected reduction dim to be specified for input.numel() == 0."
            )
        index = jnp.squeeze(arg_extreme(x.reshape(-1), 0, largest), 0)
        return keep_dims(index, tuple(range(x.ndim))) if keepdim else index
    dim = wrap_dim(dim, x.ndim)
    if x.ndim == 0:
        return jnp.zeros((), jnp.int64)
    _check_sizes(name, x, (dim,))
    index = arg_extreme(x, dim, largest)
    return index if keepdim else jnp.squeeze(index, dim)


@op("argmax", differentiable=False)
def argmax(input: Array, dim: int | None = None, keepdim: bool = False):
    """Index of the first maximum along a dim, or in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.argmax.html)"""
    return _arg("argmax", input, dim, keepdim, True)


@op("argmin", differentiable=False)
def argmin(input: Array, dim: int | None = None, keepdim: bool = False):
    """Index of the first minimum along a dim, or in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.argmin.html)"""
    return _arg("argmin", input, dim, keepdim, False)
