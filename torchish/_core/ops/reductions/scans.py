"""Running sums, products and extremes along a dim; differences and integrals."""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.base import devices
from torchish._core.base.dtypes import dtype as Dtype
from torchish._core.base.errors import wrap_dim
from torchish._core.base.promotion import Promote, cast
from torchish._core.ops.operands import (
    default_float,
    is_bool,
    is_complex,
    is_float,
    is_inexact,
    is_number,
    unsupported,
)
from torchish._core.ops.reductions.sums import accumulated
from torchish._core.ops.table import Array, MaybeArray, Raws, op


def _scan(f, input, dim, dtype):
    x, result = accumulated(input, dtype)
    dim = wrap_dim(dim, x.ndim)
    if x.ndim == 0 or x.size == 0:
        return cast(x, result)
    if is_bool(x):
        return f(x.astype(jnp.uint8), dim) != 0
    return cast(f(x, dim), result)


# Steps of a loop over the dim, above which XLA's own form is faster however many lanes there are.
_LONG = 4096


def _running_total(combine, by_xla, x, dim):
    """Running sums or products as PyTorch's CPU kernel forms them: of float32 in float64.

    XLA's own form does n log n work over the dim. One pass along it, all other elements side by
    side, takes a third of the time on CPU where there are lanes enough.
    """
    if devices.traced_for() != "cpu":
        return by_xla(x, axis=dim)
    wide = jnp.float64 if x.dtype == jnp.float32 else x.dtype
    n = x.shape[dim]
    if n > _LONG or x.size < 16 * n:
        return by_xla(x.astype(wide), axis=dim).astype(x.dtype)

    def step(total, row):
        total = combine(total, row.astype(wide))
        return total, total.astype(x.dtype)

    rows = jnp.moveaxis(x, dim, 0)
    start = jnp.full(rows.shape[1:], 1 if combine is jnp.multiply else 0, wide)
    return jnp.moveaxis(lax.scan(step, start, rows)[1], 0, dim)


@op("cumsum", inplace=True)
def cumsum(input: Array, dim: int, *, dtype: Dtype | None = None):
    """Running sums along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html)"""
    return _scan(functools.partial(_running_total, jnp.add, lax.cumsum), input, dim, dtype)


@op("cumprod", inplace=True, saves="input result")
def cumprod(input: Array, dim: int, *, dtype: Dtype | None = None):
    """Running products along a dim; the gradient is exact beside zeros
    (https://docs.pytorch.org/docs/stable/generated/torch.cumprod.html)"""
    return _scan(functools.partial(_running_total, jnp.multiply, lax.cumprod), input, dim, dtype)


@op("logcumsumexp")
def logcumsumexp(input: Array, dim: int):
    """log of the running sums of exp along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.logcumsumexp.html)"""
    if not is_inexact(input):
        raise unsupported("logcumsumexp_out_cpu", input)
    x, result = accumulated(input)
    dim = wrap_dim(dim, x.ndim)
    if x.ndim == 0 or x.size == 0:
        return input
    x = _settled(x) if is_complex(x) else x
    return cast(lax.associative_scan(_log_add, x, axis=dim), result)


@jax.custom_jvp
def _log_add(a, b):
    if is_complex(a):
        return _log_add_complex(a, b)
    big, small = jnp.maximum(a, b), jnp.minimum(a, b)
    same = jnp.isinf(a) & (a == b)
    zero = jnp.zeros((), a.dtype)
    return jnp.where(same, a, big + jnp.log1p(jnp.exp(jnp.where(same, zero, small - big))))


def _log_add_complex(a, b):
    """log(exp(a) + exp(b)) of complex numbers."""
    first = a.real >= b.real
    big, small = jnp.where(first, a, b), jnp.where(first, b, a)
    endless = small.real == jnp.inf
    nothing = small.real == -jnp.inf
    step = jnp.where(endless | nothing, 0, small - big)
    r = jnp.where(nothing, big, big + jnp.log1p(jnp.exp(step)))
    r = jnp.where(endless, _sum_of_phases(a, b), r)
    return _settled(jnp.where(jnp.isnan(a.real) | jnp.isnan(b.real), a + b, r))


def _sum_of_phases(a, b):
    """The logarithm of the sum of two endless numbers, of which only the phases are known."""

    def part(x):
        return jnp.where(x == 0, 0, x * jnp.inf)

    real = part(jnp.cos(a.imag)) + part(jnp.cos(b.imag))
    imag = part(jnp.sin(a.imag)) + part(jnp.sin(b.imag))
    return lax.complex(jnp.full_like(real, jnp.inf), jnp.arctan2(imag, real))


def _settled(x):
    """The logarithm of 0 has no phase; that of what is not a number has no part that is one."""
    zero = jnp.zeros((), x.dtype)
    x = jnp.where(x.real == -jnp.inf, zero - jnp.inf, x)
    return jnp.where(jnp.isnan(x.real), zero + complex(jnp.nan, jnp.nan), x)


@_log_add.defjvp
def _log_add_jvp(primals, tangents):
    (a, b), (da, db) = primals, tangents
    r = _log_add(a, b)
    zero = jnp.zeros((), a.dtype)
    # A running sum that is still -inf has no weight to give.
    empty = r.real == -jnp.inf

    def weight(x):
        return jnp.where(empty, zero, jnp.exp(x - jnp.where(empty, zero, r)))

    return r, weight(a) * da + weight(b) * db


def _running(input, dim, larger, name):
    """(values, indices) of the running extreme; of equal elements the later one."""
    if is_complex(input):
        raise unsupported(f"{name}_cpu", input)
    if input.ndim == 0 and dim not in (-1, 0):
        raise IndexError(f"{name}(): Expected reduction dim -1 or 0 for scalar but got {dim}")
    dim = wrap_dim(dim, input.ndim)
    if input.ndim == 0:
        return input, jnp.zeros((), jnp.int64)
    if input.size == 0:
        return input, jnp.zeros(input.shape, jnp.int64)
    x = input.astype(jnp.uint8) if is_bool(input) else lax.stop_gradient(input)
    places = lax.broadcasted_iota(jnp.int64, x.shape, dim)

    def later(a, b):
        (x1, i1), (x2, i2) = a, b
        take = ~larger(x1, x2)
        if is_float(x):
            take = (take & ~jnp.isnan(x1)) | jnp.isnan(x2)
        return jnp.where(take, x2, x1), jnp.where(take, i2, i1)

    _, index = lax.associative_scan(later, (x, places), axis=dim)
    return jnp.take_along_axis(input, index, axis=dim, mode="clip"), index


@op("cummax", returns=("values", "indices"))
def cummax(input: Array, dim: int):
    """Running maxima along a dim, and where each was last seen
    (https://docs.pytorch.org/docs/stable/generated/torch.cummax.html)"""
    return _running(input, dim, lambda a, b: a > b, "cummax")


@op("cummin", returns=("values", "indices"))
def cummin(input: Array, dim: int):
    """Running minima along a dim, and where each was last seen
    (https://docs.pytorch.org/docs/stable/generated/torch.cummin.html)"""
    return _running(input, dim, lambda a, b: a < b, "cummin")


# --- differences and integrals
# ----------------------------------------------------------------------------------


@op("diff", Promote.SAME)
def diff(
    input: Array, n: int = 1, dim: int = -1, prepend: MaybeArray = None, append: MaybeArray = None
):
    """Differences of neighbours along a dim, n times
    (https://docs.pytorch.org/docs/stable/generated/torch.diff.html)"""
    if input.ndim == 0:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    dim = wrap_dim(dim, input.ndim)
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    parts = []
    for x, what in ((prepend, "prepend"), (input, None), (append, "append")):
        if x is None:
            continue
        if what is not None:
            if x.ndim != input.ndim:
                raise RuntimeError(
                    "diff expects prepend or append to be the same dimension as input"
                )
            for d in range(x.ndim):
                if d != dim and x.shape[d] != input.shape[d]:
                    raise RuntimeError(
                        "diff expects the shape of tensor to prepend or append to match that of "
                        f"input except along the differencing dimension; input.size({d}) = "
                        f"{input.shape[d]}, but got tensor.size({d}) = {x.shape[d]}"
                    )
        parts.append(x)
    if n == 0:
        return input
    x = jnp.concatenate(parts, axis=dim) if len(parts) > 1 else input
    for _ in range(min(n, x.shape[dim])):
        later, earlier = (
            lax.slice_in_dim(x, 1, None, axis=dim),
            lax.slice_in_dim(x, 0, -1, axis=dim),
        )
        x = later ^ earlier if is_bool(x) else later - earlier
    return x


def _strips(y, x, dx, dim, name):
    """Twice the areas of the strips between neighbours, by the trapezoidal rule."""
    dim = wrap_dim(dim, y.ndim)
    if y.shape[dim] == 0:
        return y, dim
    left, right = lax.slice_in_dim(y, 0, -1, axis=dim), lax.slice_in_dim(y, 1, None, axis=dim)
    if x is None:
        if not is_number(dx) and dx is not None:
            raise TypeError(f"{name}(): argument 'dx' must be Number")
        return left + right if dx is None else default_float(left + right) * dx, dim
    if x.ndim == 1:
        if x.shape[0] != y.shape[dim]:
            raise RuntimeError(f"{name}: There must be one `x` value for each sample point")
        shape = [1] * y.ndim
        shape[dim] = x.shape[0]
        x = x.reshape(shape)
    elif x.ndim < y.ndim:
        x = x.reshape((1,) * (y.ndim - x.ndim) + x.shape)
    if x.ndim == 0:
        raise RuntimeError(f"{name}: There must be one `x` value for each sample point")
    axis = dim - y.ndim  # counted from the end: x may have more dims than y
    widths = lax.slice_in_dim(x, 1, None, axis=axis) - lax.slice_in_dim(x, 0, -1, axis=axis)
    if x.shape[axis] != y.shape[dim] and x.shape[axis] != 1:
        raise RuntimeError(f"{name}: There must be one `x` value for each sample point")
    return (left + right) * widths, widths.ndim + axis if widths.ndim > y.ndim else dim


def _with_numbers(y, x, name):
    if is_bool(y) or (x is not None and not is_number(x) and is_bool(x)):
        raise RuntimeError(
            f"{name}: received a bool input for `x` or `y`, but bool is not supported"
        )


@op("trapezoid", Promote.DEFAULT, aliases=("trapz",), method=False, out=False)
def trapezoid(y: Array, x: MaybeArray = None, *, dx: float | None = None, dim: int = -1):
    """The integral of samples along a dim, by the trapezoidal rule
    (https://docs.pytorch.org/docs/stable/generated/torch.trapezoid.html)"""
    _with_numbers(y, x, "trapezoid")
    strips, dim = _strips(y, x, dx, dim, "trapezoid")
    if y.shape[dim] == 0:
        return jnp.zeros(tuple(n for d, n in enumerate(y.shape) if d != dim), y.dtype)
    return default_float(jnp.sum(strips, axis=dim)) / 2


@op("cumulative_trapezoid", Promote.DEFAULT, method=False, out=False)
def cumulative_trapezoid(y: Array, x: MaybeArray = None, *, dx: float | None = None, dim: int = -1):
    """Running integrals of samples along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.cumulative_trapezoid.html)"""
    _with_numbers(y, x, "cumulative_trapezoid")
    strips, dim = _strips(y, x, dx, dim, "cumulative_trapezoid")
    return default_float(jnp.cumsum(strips, axis=dim)) / 2


def _cut(x, dim, start, stop=None):
    return lax.slice_in_dim(x, start, stop, axis=dim)


def _even_slope(x, dim, edge_order, step):
    """`_slope` where all neighbours have the same distance."""
    inner = (_cut(x, dim, 2) - _cut(x, dim, 0, -2)) / (2 * step)
    if edge_order == 1:
        start = (_cut(x, dim, 1, 2) - _cut(x, dim, 0, 1)) / step
        end = (_cut(x, dim, -1) - _cut(x, dim, -2, -1)) / step
    else:
        a, b, c = 1.5 / step, 2 / step, 0.5 / step
        start = -a * _cut(x, dim, 0, 1) + b * _cut(x, dim, 1, 2) - c * _cut(x, dim, 2, 3)
        end = c * _cut(x, dim, -3, -2) - b * _cut(x, dim, -2, -1) + a * _cut(x, dim, -1)
    return jnp.concatenate([start, inner, end], axis=dim)


def _slope(x, dim, edge_order, steps):
    """Second-order differences of x along dim, where `steps` are the distances of neighbours."""
    shape = [1] * x.ndim
    shape[dim] = -1
    h = steps.reshape(shape)
    left, right = _cut(h, dim, 0, -1), _cut(h, dim, 1)
    a = -right / (left * (left + right))
    b = (right - left) / (left * right)
    c = left / (right * (left + right))
    inner = a * _cut(x, dim, 0, -2) + b * _cut(x, dim, 1, -1) + c * _cut(x, dim, 2)
    first, last = (_cut(h, dim, 0, 1), _cut(h, dim, -1))
    if edge_order == 1:
        start = (_cut(x, dim, 1, 2) - _cut(x, dim, 0, 1)) / first
        end = (_cut(x, dim, -1) - _cut(x, dim, -2, -1)) / last
    else:
        p, q = first, _cut(h, dim, 1, 2)
        start = (
            -(2 * p + q) / (p * (p + q)) * _cut(x, dim, 0, 1)
            + (p + q) / (p * q) * _cut(x, dim, 1, 2)
            - p / (q * (p + q)) * _cut(x, dim, 2, 3)
        )
        p, q = _cut(h, dim, -2, -1), last
        end = (
            q / (p * (p + q)) * _cut(x, dim, -3, -2)
            - (p + q) / (p * q) * _cut(x, dim, -2, -1)
            + (2 * q + p) / (q * (p + q)) * _cut(x, dim, -1)
        )
    return jnp.concatenate([start, inner, end], axis=dim)


@op("_gradient", method=False, function=False, out=False)
def gradient(input: Array, spacing: tuple, coordinates: Raws, dims: tuple, edge_order: int):
    """Partial derivatives along dims of a function sampled at equal spacings, or at coordinates
    (https://docs.pytorch.org/docs/stable/generated/torch.gradient.html)"""
    x = default_float(input)
    outs = []
    for i, dim in enumerate(dims):
        h = coordinates[i] if coordinates else spacing[i]
        real = x.real.dtype if is_complex(x) else x.dtype
        if isinstance(h, complex) or (coordinates and is_complex(h)):
            real = jnp.promote_types(real, jnp.complex64)
        if coordinates:
            if jnp.issubdtype(h.dtype, jnp.floating):
                exact = not jnp.issubdtype(input.dtype, jnp.inexact)
                real = h.dtype if exact else jnp.promote_types(real, h.dtype)
                x = x.astype(real) if exact else x.astype(jnp.promote_types(x.dtype, real))
            outs.append(_slope(x, dim, edge_order, jnp.diff(h).astype(real)))
        else:
            outs.append(_even_slope(x, dim, edge_order, jnp.asarray(h, real)))
    return tuple(outs)
