"""Quantiles along a dim or of all elements."""

from __future__ import annotations

import jax.numpy as jnp
from jax import lax

from torchish._core.base.errors import wrap_dim
from torchish._core.ops.indexing.sorting import ordered
from torchish._core.ops.operands import is_float, is_number
from torchish._core.ops.table import Array, ArrayOrNumber, Check, op

_MODES = ("linear", "lower", "higher", "midpoint", "nearest")


def _quantile(name, input, q, dim, keepdim, interpolation, ignore_nan):
    if not is_float(input) or input.dtype in (jnp.float16, jnp.bfloat16):
        raise RuntimeError(f"{name}() input tensor must be either float or double dtype")
    if is_number(q):
        if not 0 <= q <= 1:
            raise RuntimeError(f"{name}() q must be in the range [0, 1] but got {q}")
        q = jnp.asarray(q, input.dtype)
    if q.ndim > 1:
        raise RuntimeError(f"{name}() q must be a scalar or 1D tensor")
    if q.dtype != input.dtype:
        raise RuntimeError(f"{name}() q tensor must be same dtype as the input tensor")
    if interpolation not in _MODES:
        raise RuntimeError(
            f"{name}() interpolation must be one of linear, lower, higher, midpoint or nearest, "
            f"but got {interpolation}"
        )
    if input.size == 0 and (dim is None or input.shape[wrap_dim(dim, input.ndim)] == 0):
        raise RuntimeError(f"{name}() input tensor must be non-empty")
    reduced = [1] * input.ndim
    if dim is None:
        x = input.reshape(-1)
    else:
        dim = wrap_dim(dim, input.ndim)
        x = input.reshape(1) if input.ndim == 0 else jnp.moveaxis(input, dim, -1)
        reduced = [1 if d == dim else n for d, n in enumerate(input.shape)]
    r = _at(ordered(x), q.reshape(-1), interpolation, ignore_nan)
    shape = tuple(reduced) if keepdim else r.shape[:-1]
    return jnp.moveaxis(r, -1, 0).reshape(q.shape + shape)


def _at(s, q, interpolation, ignore_nan):
    """The quantiles q of s, which is sorted along the last dim with NaN at its end; q as the last
    dim."""
    n = s.shape[-1]
    nan = jnp.isnan(s)
    if ignore_nan:
        last = jnp.sum(~nan, axis=-1, keepdims=True).astype(s.dtype) - 1
        rank = jnp.maximum(q * last, 0)
    else:
        rank = jnp.broadcast_to(q * (n - 1), (*s.shape[:-1], q.shape[0]))
        rank = jnp.where(jnp.any(nan, -1, keepdims=True), jnp.asarray(n - 1, s.dtype), rank)

    def take(place):
        place = jnp.clip(place.astype(jnp.int64), 0, n - 1)
        return jnp.take_along_axis(s, place, axis=-1, mode="clip")

    if interpolation == "lower":
        return take(jnp.floor(rank))
    if interpolation == "higher":
        return take(jnp.ceil(rank))
    if interpolation == "nearest":
        return take(jnp.round(rank))
    below, above = jnp.floor(lax.stop_gradient(rank)), jnp.ceil(lax.stop_gradient(rank))
    a, b = take(below), take(above)
    w = jnp.asarray(0.5, s.dtype) if interpolation == "midpoint" else rank - below
    return jnp.where(w < 0.5, a + w * (b - a), b - (b - a) * (1 - w))


def _levels_when(call, avals, numbers) -> str:
    return "later" if call.template["q"][0] == "t" else "never"


_LEVELS = Check(
    lambda q, **_: (((q >= 0) & (q <= 1)).all(), 0),
    lambda payload, **_: RuntimeError("quantile() q values must be in the range [0, 1]"),
    _levels_when,
)


@op("quantile", check=_LEVELS)
def quantile(
    input: Array,
    q: ArrayOrNumber,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
):
    """The q-quantiles (q in [0, 1]) along a dim or of all elements; NaN where there is one
    (https://docs.pytorch.org/docs/stable/generated/torch.quantile.html)"""
    return _quantile("quantile", input, q, dim, keepdim, interpolation, False)


@op("nanquantile", check=_LEVELS)
def nanquantile(
    input: Array,
    q: ArrayOrNumber,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
):
    """The q-quantiles of the elements that are not NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.nanquantile.html)"""
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation, True)
