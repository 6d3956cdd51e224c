"""Discrete Fourier transforms.

https://docs.pytorch.org/docs/stable/fft.html
"""

from __future__ import annotations

import jax.numpy as jnp

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import wrap_dim
from torchish._core.ops.operands import default_float, is_complex, name_of
from torchish._core.ops.table import Array, Number, op

__all__ = ["as_real", "inverse_real", "real_transform", "transform"]

_AT_ONCE = 3  # dimensions that one XLA transform takes
_CONJUGATE_NORM = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def _norm(norm: str | None) -> str:
    if norm not in (None, "backward", "ortho", "forward"):
        raise RuntimeError(f'Invalid normalization mode: "{norm}"')
    return norm or "backward"


def _inexact(x):
    if x.dtype in (jnp.float16, jnp.bfloat16):
        raise RuntimeError(f"Unsupported dtype {name_of(x)}")
    return default_float(x)


def as_real(x, name: str, article: str = "a real"):
    """`x` as floating point; complex input is refused."""
    if is_complex(x):
        raise RuntimeError(f"{name} expects {article} input tensor, but got {name_of(x)}")
    return _inexact(x)


def _complex(x):
    x = _inexact(x)
    return x if is_complex(x) else x.astype(dt.from_np(x.dtype).to_complex().np)


def _check_points(n: int) -> int:
    if n < 1:
        raise RuntimeError(f"Invalid number of data points ({n}) specified")
    return n


def _resize(x, dim: int, n: int):
    """The first `n` elements along a dimension, zeros where there are fewer."""
    have = x.shape[dim]
    if n < have:
        return x[(slice(None),) * dim + (slice(n),)]
    if n > have:
        return jnp.pad(x, [(0, n - have if d == dim else 0) for d in range(x.ndim)])
    return x


def transform(x, dims: tuple[int, ...], norm: str | None, inverse: bool = False):
    """The complex transform over dimensions, in groups that XLA takes at once."""
    f = jnp.fft.ifftn if inverse else jnp.fft.fftn
    x = _complex(x)
    if not x.size:
        return x
    for i in range(0, len(dims), _AT_ONCE):
        x = f(x, axes=dims[i : i + _AT_ONCE], norm=_norm(norm))
    return x


def real_transform(x, dim: int, norm: str | None):
    """The half of the transform of real values along a dimension that is not redundant."""
    if not x.size:
        shape = [n // 2 + 1 if d == dim else n for d, n in enumerate(x.shape)]
        return jnp.zeros(shape, dt.from_np(x.dtype).to_complex().np)
    return jnp.fft.rfft(x, axis=dim, norm=_norm(norm))


def inverse_real(x, dim: int, n: int, norm: str | None):
    """Real values of which `x` holds the half of the transform that is not redundant."""
    x = _resize(_complex(x), dim, n // 2 + 1)
    if not x.size:
        shape = [n if d == dim else k for d, k in enumerate(x.shape)]
        return jnp.zeros(shape, x.real.dtype)
    return jnp.fft.irfft(x, n, axis=dim, norm=_norm(norm))


# --- one dimension ------------------------------------------------------------------------------


def _one(x, n: int | None, dim: int):
    """(input resized to n points along the dimension, the dimension from the start)."""
    d = wrap_dim(dim, x.ndim, scalar=False)
    return _resize(x, d, _check_points(x.shape[d] if n is None else n)), d


@op("fft.fft", method=False)
def fft(input: Array, n: int | None = None, dim: int = -1, norm: str | None = None):
    """The transform along a dimension, complex.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fft.html)
    """
    x, d = _one(_complex(input), n, dim)
    return transform(x, (d,), norm)


@op("fft.ifft", method=False)
def ifft(input: Array, n: int | None = None, dim: int = -1, norm: str | None = None):
    """The inverse transform along a dimension, complex.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifft.html)
    """
    x, d = _one(_complex(input), n, dim)
    return transform(x, (d,), norm, inverse=True)


@op("fft.rfft", method=False)
def rfft(input: Array, n: int | None = None, dim: int = -1, norm: str | None = None):
    """The transform of real values along a dimension: its first n // 2 + 1 elements.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfft.html)
    """
    x, d = _one(as_real(input, "rfft"), n, dim)
    return real_transform(x, d, norm)


@op("fft.irfft", method=False)
def irfft(input: Array, n: int | None = None, dim: int = -1, norm: str | None = None):
    """The inverse of `rfft`: n real values, 2 * (size - 1) without n.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.irfft.html)
    """
    d = wrap_dim(dim, input.ndim, scalar=False)
    x = _complex(input)
    points = _check_points(2 * (input.shape[d] - 1) if n is None else n)
    return inverse_real(x, d, points, norm)


@op("fft.hfft", method=False)
def hfft(input: Array, n: int | None = None, dim: int = -1, norm: str | None = None):
    """The transform of a Hermitian signal, given by its first half: n real values.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.hfft.html)
    """
    _norm(norm)
    d = wrap_dim(dim, input.ndim, scalar=False)
    x = jnp.conj(_complex(input))
    points = _check_points(2 * (input.shape[d] - 1) if n is None else n)
    return inverse_real(x, d, points, _CONJUGATE_NORM[norm])


@op("fft.ihfft", method=False)
def ihfft(input: Array, n: int | None = None, dim: int = -1, norm: str | None = None):
    """The inverse of `hfft`: the first half of the inverse transform of real values.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ihfft.html)
    """
    real = as_real(input, "ihfft")
    _norm(norm)
    x, d = _one(real, n, dim)
    return jnp.conj(real_transform(x, d, _CONJUGATE_NORM[norm]))


# --- several dimensions -------------------------------------------------------------------------


def _shape_and_dims(x, s, dim) -> tuple[list[int], tuple[int, ...]]:
    """(points along each transformed dimension, -1 for all there are; the dimensions)."""
    s = (s,) if isinstance(s, int) else s
    dim = (dim,) if isinstance(dim, int) else dim
    if dim is None:
        if s is None:
            dims = tuple(range(x.ndim))
        else:
            if len(s) > x.ndim:
                raise RuntimeError(
                    f"Got shape with {len(s)} values but input tensor only has {x.ndim} dimensions."
                )
            dims = tuple(range(x.ndim - len(s), x.ndim))
    else:
        dims = tuple(wrap_dim(d, x.ndim, scalar=False) for d in dim)
        if len(set(dims)) < len(dims):
            raise RuntimeError("FFT dims must be unique")
        if s is not None and len(s) != len(dims):
            raise RuntimeError("When given, dim and shape arguments must have the same length")
    points = list(s) if s is not None else [-1] * len(dims)
    for i, d in enumerate(dims):
        if points[i] != -1 or s is None:
            _check_points(x.shape[d] if points[i] == -1 else points[i])
    return points, dims


def _resize_all(x, points, dims):
    for n, d in zip(points, dims):
        if n != -1:
            x = _resize(x, d, n)
    return x


def _last_points(x, points, dims) -> int:
    """The points of the last, real dimension of an inverse transform."""
    n = points[-1] if points[-1] != -1 else 2 * (x.shape[dims[-1]] - 1)
    return _check_points(n)


def _at_least_one(dims, name: str) -> None:
    if not dims:
        raise RuntimeError(f"{name} must transform at least one axis")


def _complex_n(input, s, dim, norm, inverse: bool):
    points, dims = _shape_and_dims(input, s, dim)
    _norm(norm)
    return transform(_resize_all(_complex(input), points, dims), dims, norm, inverse)


def _rfftn(input, s, dim, norm, name: str):
    if is_complex(input):
        as_real(input, name, "a real-valued")  # which refuses it
    points, dims = _shape_and_dims(input, s, dim)
    _at_least_one(dims, name)
    x = _resize_all(_inexact(input), points, dims)
    x = real_transform(x, dims[-1], norm)
    return transform(x, dims[:-1], norm) if len(dims) > 1 else x


def _irfftn(input, s, dim, norm, name: str):
    points, dims = _shape_and_dims(input, s, dim)
    _at_least_one(dims, name)
    n = _last_points(input, points, dims)
    x = _resize_all(_complex(input), points[:-1], dims[:-1])
    x = transform(x, dims[:-1], norm, inverse=True) if len(dims) > 1 else x
    return inverse_real(x, dims[-1], n, norm)


def _hfftn(input, s, dim, norm, name: str):
    _norm(norm)
    points, dims = _shape_and_dims(input, s, dim)
    _at_least_one(dims, name)
    n = _last_points(input, points, dims)
    x = _resize_all(_complex(input), points[:-1], dims[:-1])
    x = transform(x, dims[:-1], norm) if len(dims) > 1 else x
    return inverse_real(jnp.conj(x), dims[-1], n, _CONJUGATE_NORM[norm])


def _ihfftn(input, s, dim, norm, name: str):
    points, dims = _shape_and_dims(input, s, dim)
    _at_least_one(dims, name)
    if is_complex(input):
        raise RuntimeError(f"Only supports floating-point dtypes, but found: {name_of(input)}")
    _norm(norm)
    x = _resize_all(_inexact(input), points, dims)
    x = jnp.conj(real_transform(x, dims[-1], _CONJUGATE_NORM[norm]))
    return transform(x, dims[:-1], norm, inverse=True) if len(dims) > 1 else x


@op("fft.fftn", method=False)
def fftn(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] | None = None,
    norm: str | None = None,
):
    """The transform over several dimensions (all by default), resized to `s`.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fftn.html)
    """
    return _complex_n(input, s, dim, norm, False)


@op("fft.ifftn", method=False)
def ifftn(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] | None = None,
    norm: str | None = None,
):
    """The inverse transform over several dimensions (all by default), resized to `s`.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifftn.html)
    """
    return _complex_n(input, s, dim, norm, True)


@op("fft.rfftn", method=False)
def rfftn(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] | None = None,
    norm: str | None = None,
):
    """The transform of real values over several dimensions; the last is halved.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfftn.html)
    """
    return _rfftn(input, s, dim, norm, "rfftn")


@op("fft.irfftn", method=False)
def irfftn(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] | None = None,
    norm: str | None = None,
):
    """The inverse of `rfftn`, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.irfftn.html)
    """
    return _irfftn(input, s, dim, norm, "irfftn")


@op("fft.hfftn", method=False)
def hfftn(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] | None = None,
    norm: str | None = None,
):
    """The transform of a signal that is Hermitian over several dimensions, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.hfftn.html)
    """
    return _hfftn(input, s, dim, norm, "hfftn")


@op("fft.ihfftn", method=False)
def ihfftn(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] | None = None,
    norm: str | None = None,
):
    """The inverse of `hfftn`; the last dimension is halved.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ihfftn.html)
    """
    return _ihfftn(input, s, dim, norm, "ihfftn")


@op("fft.fft2", method=False)
def fft2(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] = (-2, -1),
    norm: str | None = None,
):
    """`fftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fft2.html)
    """
    return _complex_n(input, s, dim, norm, False)


@op("fft.ifft2", method=False)
def ifft2(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] = (-2, -1),
    norm: str | None = None,
):
    """`ifftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifft2.html)
    """
    return _complex_n(input, s, dim, norm, True)


@op("fft.rfft2", method=False)
def rfft2(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] = (-2, -1),
    norm: str | None = None,
):
    """`rfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfft2.html)
    """
    return _rfftn(input, s, dim, norm, "rfftn")


@op("fft.irfft2", method=False)
def irfft2(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] = (-2, -1),
    norm: str | None = None,
):
    """`irfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.irfft2.html)
    """
    return _irfftn(input, s, dim, norm, "irfftn")


@op("fft.hfft2", method=False)
def hfft2(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] = (-2, -1),
    norm: str | None = None,
):
    """`hfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.hfft2.html)
    """
    return _hfftn(input, s, dim, norm, "hfftn")


@op("fft.ihfft2", method=False)
def ihfft2(
    input: Array,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] = (-2, -1),
    norm: str | None = None,
):
    """`ihfftn` over two dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ihfft2.html)
    """
    return _ihfftn(input, s, dim, norm, "ihfftn")


# --- frequencies --------------------------------------------------------------------------------


def _shift(input, dim, sign: int):
    dim = tuple(range(input.ndim)) if dim is None else (dim,) if isinstance(dim, int) else dim
    for d in dim:  # one may come twice
        d = wrap_dim(d, input.ndim)
        half = input.shape[d] // 2
        input = jnp.roll(input, half if sign > 0 else input.shape[d] - half, d)
    return input


@op("fft.fftshift", method=False, out=False)
def fftshift(input: Array, dim: int | tuple[int, ...] | None = None):
    """Elements rolled so that the zero frequency comes to the middle.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fftshift.html)
    """
    return _shift(input, dim, 1)


@op("fft.ifftshift", method=False, out=False)
def ifftshift(input: Array, dim: int | tuple[int, ...] | None = None):
    """The inverse of `fftshift`.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.ifftshift.html)
    """
    return _shift(input, dim, -1)


def _frequencies(n: int, d, dtype, positions, name: str):
    dtype = dtype or dt.get_default_dtype()
    if dtype.category < dt.FLOAT:
        raise RuntimeError(f"{name} requires a floating point or complex dtype")
    return (positions.astype(jnp.float64) * (1.0 / (n * d))).astype(dtype.np)


@op("fft.fftfreq", method=False)
def fftfreq(n: int, d: Number = 1.0, *, dtype: dt.dtype | None = None):
    """The frequencies, in cycles per unit of the spacing `d`, of n transformed points.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.fftfreq.html)
    """
    k = jnp.arange(n)
    return _frequencies(n, d, dtype, jnp.where(k < (n + 1) // 2, k, k - n), "fftfreq")


@op("fft.rfftfreq", method=False)
def rfftfreq(n: int, d: Number = 1.0, *, dtype: dt.dtype | None = None):
    """The frequencies of the n // 2 + 1 elements that `rfft` gives.

    (https://docs.pytorch.org/docs/stable/generated/torch.fft.rfftfreq.html)
    """
    return _frequencies(n, d, dtype, jnp.arange(n // 2 + 1), "rfftfreq")
