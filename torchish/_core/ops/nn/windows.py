"""Window functions: `torch.hann_window` and its kind, and `torch.signal.windows`.

https://docs.pytorch.org/docs/stable/signal.html
"""

from __future__ import annotations

import math
from collections.abc import Callable

import jax.numpy as jnp
import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.layouts import strided
from torchish._core.ops.creation import even
from torchish._core.ops.table import Number, op

# --- torch.*_window -----------------------------------------------------------------------------


def _window(name: str, length: int, periodic: bool, dtype, values: Callable):
    """`values(k, n)` at k = 0 ... n - 1; a periodic window is a longer one without its end."""
    dtype = dtype or dt.get_default_dtype()
    if not dtype.is_floating_point and not dtype.is_complex:
        raise RuntimeError(f"{name} expects floating point dtypes, got: {dtype.name}")
    if length < 0:
        raise RuntimeError(
            f"{name} requires non-negative window_length, got window_length={length}"
        )
    if length < 2:
        return jnp.ones((length,), dtype.np)
    n = length + 1 if periodic else length
    compute = jnp.float32 if dtype in (dt.float16, dt.bfloat16) else dtype.to_real().np
    return values(jnp.arange(n).astype(compute), n)[:length].astype(dtype.np)


def _raised_cosine(name: str, length: int, periodic: bool, alpha, beta, dtype):
    def values(k, n):
        wave = jnp.cos(k * jnp.asarray(2 * math.pi / (n - 1), k.dtype))
        return wave * (-beta).astype(k.dtype) + alpha.astype(k.dtype)

    return _window(name, length, periodic, dtype, values)


@op("hann_window", method=False, out=False)
def hann_window(window_length: int, periodic: bool = True, *, dtype: dt.dtype | None = None):
    """The Hann window, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.hann_window.html)
    """
    half = np.float64(0.5)
    return _raised_cosine("hann_window", window_length, periodic, half, half, dtype)


@op("hamming_window", method=False, out=False)
def hamming_window(
    window_length: int,
    periodic: bool = True,
    alpha: Number = 0.54,
    beta: Number = 0.46,
    *,
    dtype: dt.dtype | None = None,
):
    """The Hamming window alpha - beta * cos, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.hamming_window.html)
    """
    return _raised_cosine("hamming_window", window_length, periodic, alpha, beta, dtype)


@op("blackman_window", method=False, out=False)
def blackman_window(window_length: int, periodic: bool = True, *, dtype: dt.dtype | None = None):
    """The Blackman window, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.blackman_window.html)
    """

    def values(k, n):
        turn = k * jnp.asarray(math.pi / (n - 1), k.dtype)
        return jnp.cos(turn * 4) * 0.08 - jnp.cos(turn * 2) * 0.5 + 0.42

    return _window("blackman_window", window_length, periodic, dtype, values)


@op("bartlett_window", method=False, out=False)
def bartlett_window(window_length: int, periodic: bool = True, *, dtype: dt.dtype | None = None):
    """The triangular Bartlett window, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.bartlett_window.html)
    """

    def values(k, n):
        rise = k * jnp.asarray(2 / (n - 1), k.dtype)
        return jnp.where(jnp.arange(n) <= (n - 1) // 2, rise, 2 - rise)

    return _window("bartlett_window", window_length, periodic, dtype, values)


@op("kaiser_window", method=False, out=False)
def kaiser_window(
    window_length: int, periodic: bool = True, beta: Number = 12.0, *, dtype: dt.dtype | None = None
):
    """The Kaiser window of shape `beta`, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.kaiser_window.html)
    """

    def values(k, n):
        b, middle = beta.astype(k.dtype), (n - 1) / 2
        return jnp.i0(b * jnp.sqrt(jnp.maximum(0, 1 - ((k - middle) / middle) ** 2))) / jnp.i0(b)

    return _window("kaiser_window", window_length, periodic, dtype, values)


# --- torch.signal.windows -----------------------------------------------------------------------


def _checked(name: str, M: int, dtype, layout):
    dtype = dtype or dt.get_default_dtype()
    if M < 0:
        raise ValueError(f"{name} requires non-negative window length, got M={M}")
    if dtype not in (dt.float32, dt.float64):
        raise ValueError(f"{name} expects float32 or float64 dtypes, got: {dtype}")
    if layout not in (None, strided):
        raise ValueError(f"{name} is implemented for strided tensors only, got: {layout}")
    return dtype.np


def _span(M: int, sym: bool) -> int:
    """The steps that a window of M points covers: one more when it is one period of a wave."""
    return M - 1 if sym or M <= 1 else M


def _points(start, end, M: int, dtype):
    return even(jnp.asarray(start), jnp.asarray(end), M, dtype)


def _cosines(name: str, M: int, weights, sym: bool, dtype, layout):
    dtype = _checked(name, M, dtype, layout)
    if M < 2:
        return jnp.ones((M,), dtype)
    k = _points(0.0, (M - 1) * (2 * math.pi / _span(M, sym)), M, dtype)
    signed = jnp.stack(
        [jnp.asarray(w if i % 2 == 0 else -w).astype(dtype) for i, w in enumerate(weights)]
    )
    waves = jnp.cos(jnp.arange(len(weights), dtype=dtype)[:, None] * k)
    return jnp.sum(signed[:, None] * waves, 0)


@op("signal.windows.general_cosine", method=False, out=False)
def general_cosine(M: int, *, a, sym: bool = True, dtype: dt.dtype | None = None, layout=None):
    """A weighted sum of cosines, with weights `a` of alternating sign, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.general_cosine.html)
    """
    _checked("general_cosine", M, dtype, layout)
    if not isinstance(a, tuple):
        raise TypeError("Coefficients must be a list/tuple")
    if not a:
        raise ValueError("Coefficients cannot be empty")
    return _cosines("general_cosine", M, a, sym, dtype, layout)


@op("signal.windows.general_hamming", method=False, out=False)
def general_hamming(
    M: int, *, alpha: Number = 0.54, sym: bool = True, dtype: dt.dtype | None = None, layout=None
):
    """alpha - (1 - alpha) * cos, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.general_hamming.html)
    """
    return _cosines("general_cosine", M, (alpha, 1 - alpha), sym, dtype, layout)


def _named_cosines(name: str, weights: tuple[float, ...], text: str) -> None:
    def window(M: int, *, sym: bool = True, dtype: dt.dtype | None = None, layout=None):
        return _cosines("general_cosine", M, weights, sym, dtype, layout)

    window.__name__ = name
    window.__doc__ = f"""{text}, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.{name}.html)
    """
    op(f"signal.windows.{name}", method=False, out=False)(window)


_named_cosines("hamming", (0.54, 1 - 0.54), "The Hamming window")
_named_cosines("hann", (0.5, 0.5), "The Hann window")
_named_cosines("blackman", (0.42, 0.5, 0.08), "The Blackman window")
_named_cosines(
    "nuttall", (0.3635819, 0.4891775, 0.1365995, 0.0106411), "Nuttall's minimal 4-term window"
)


@op("signal.windows.cosine", method=False, out=False)
def cosine(M: int, *, sym: bool = True, dtype: dt.dtype | None = None, layout=None):
    """Half a period of a sine, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.cosine.html)
    """
    dtype = _checked("cosine", M, dtype, layout)
    step = math.pi / (M if sym and M else M + 1 if M > 1 else 1)
    return jnp.sin(_points(0.5 * step, (M - 0.5) * step, M, dtype))


@op("signal.windows.exponential", method=False, out=False)
def exponential(
    M: int,
    *,
    center: float | None = None,
    tau: float = 1.0,
    sym: bool = True,
    dtype: dt.dtype | None = None,
    layout=None,
):
    """exp(-|k - center| / tau), shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.exponential.html)
    """
    dtype = _checked("exponential", M, dtype, layout)
    if tau <= 0:
        raise ValueError(f"Tau must be positive, got: {tau} instead.")
    if sym and center is not None:
        raise ValueError("Center must be None for symmetric windows")
    middle = _span(M, sym) / 2 if center is None else center
    return jnp.exp(-jnp.abs(_points(-middle / tau, (M - 1 - middle) / tau, M, dtype)))


@op("signal.windows.gaussian", method=False, out=False)
def gaussian(
    M: int, *, std: float = 1.0, sym: bool = True, dtype: dt.dtype | None = None, layout=None
):
    """exp(-(k - middle)**2 / (2 std**2)), shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.gaussian.html)
    """
    dtype = _checked("gaussian", M, dtype, layout)
    if std <= 0:
        raise ValueError(f"Standard deviation must be positive, got: {std} instead.")
    scale, start = 1 / (std * math.sqrt(2)), -_span(M, sym) / 2
    return jnp.exp(-(_points(start * scale, (start + M - 1) * scale, M, dtype) ** 2))


@op("signal.windows.kaiser", method=False, out=False)
def kaiser(
    M: int, *, beta: float = 12.0, sym: bool = True, dtype: dt.dtype | None = None, layout=None
):
    """The Kaiser window of shape `beta`, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.kaiser.html)
    """
    dtype = _checked("kaiser", M, dtype, layout)
    if beta < 0:
        raise ValueError(f"beta must be non-negative, got: {beta} instead.")
    if M < 2:
        return jnp.ones((M,), dtype)
    end = min(beta, -beta + (M - 1) * (2 * beta / _span(M, sym)))
    b = jnp.asarray(beta, dtype)
    k = _points(-float(beta), end, M, dtype)
    return jnp.i0(jnp.sqrt(jnp.maximum(0, b * b - k * k))) / jnp.i0(b)


@op("signal.windows.bartlett", method=False, out=False)
def bartlett(M: int, *, sym: bool = True, dtype: dt.dtype | None = None, layout=None):
    """The triangular Bartlett window, shape (M,).

    (https://docs.pytorch.org/docs/stable/generated/torch.signal.windows.bartlett.html)
    """
    dtype = _checked("bartlett", M, dtype, layout)
    if M < 2:
        return jnp.ones((M,), dtype)
    return 1 - jnp.abs(_points(-1.0, -1 + (M - 1) * (2 / _span(M, sym)), M, dtype))
