"""Discrete Fourier transforms in NumPy.

A transform is linear, so its gradient is its adjoint: the opposite transform, with the opposite
scale.
"""

from __future__ import annotations

import math

import numpy as np

from torchish._core.engine.host.common import axis_of
from torchish._core.engine.host.registry import kernel, require

_DUAL = {"backward": "forward", "forward": "backward", "ortho": "ortho"}
_NORMS = (None, *_DUAL)


def _cost(inputs, outputs) -> float:
    size = max(math.prod(a.shape) for a in (*inputs, *outputs))
    return 2e-9 * size * math.log2(size + 2)


def _resized(x, axis: int, n: int):
    """The first n elements along the axis, zeros where there are fewer."""
    have = x.shape[axis]
    if n <= have:
        return x[(slice(None),) * axis + (slice(n),)]
    return np.pad(x, [(0, n - have if d == axis else 0) for d in range(x.ndim)])


def _given(x, n, dim: int, norm) -> tuple[int, int]:
    require(x.ndim and x.size and norm in _NORMS and (n is None or n >= 1))
    axis = axis_of(dim, x.ndim)
    return axis, x.shape[axis] if n is None else n


def _as_input(g, like):
    return g if like.dtype.kind == "c" else g.real


def _enter(name: str, f, opposite) -> None:
    def forward(input, n=None, dim=-1, norm=None):
        axis, n = _given(input, n, dim, norm)
        return f(input, n, axis, norm)

    def gradient(ct, saved, wanted, input, n=None, dim=-1, norm=None):
        axis, n = _given(input, n, dim, norm)
        g = opposite(ct, n, axis, _DUAL[norm or "backward"])
        return {"input": _as_input(_resized(g, axis, input.shape[axis]), input)}

    kernel(name, dtypes="fc", cost=_cost)(forward).gradient(gradient)


_enter("fft.fft", np.fft.fft, np.fft.ifft)
_enter("fft.ifft", np.fft.ifft, np.fft.fft)


@kernel("fft.rfft", dtypes="f", cost=_cost)
def rfft(input, n=None, dim=-1, norm=None):
    axis, n = _given(input, n, dim, norm)
    return np.fft.rfft(input, n, axis, norm)


@rfft.gradient
def _(ct, saved, wanted, input, n=None, dim=-1, norm=None):
    axis, n = _given(input, n, dim, norm)
    g = np.fft.ifft(ct, n, axis, _DUAL[norm or "backward"]).real
    return {"input": _resized(g, axis, input.shape[axis])}


@kernel("fft.irfft", dtypes="fc", cost=_cost)
def irfft(input, n=None, dim=-1, norm=None):
    axis, size = _given(input, n, dim, norm)
    points = 2 * (size - 1) if n is None else n
    require(points >= 1)
    return np.fft.irfft(input, points, axis, norm)


@irfft.gradient
def _(ct, saved, wanted, input, n=None, dim=-1, norm=None):
    axis = axis_of(dim, input.ndim)
    points = ct.shape[axis]
    g = np.fft.rfft(ct, points, axis, _DUAL[norm or "backward"])
    # All but the first and, of an even number, the last stand for a pair of conjugates.
    twice = (slice(None),) * axis + (slice(1, (points + 1) // 2),)
    g[twice] *= 2
    return {"input": _as_input(_resized(g, axis, input.shape[axis]), input)}


def _enter_several(name: str, f, opposite, plane: tuple[int, ...] | None) -> None:
    def axes_of(x, s, dim, norm):
        require(s is None and x.size and norm in _NORMS)
        dims = range(x.ndim) if dim is None else (dim,) if isinstance(dim, int) else dim
        axes = tuple(axis_of(d, x.ndim) for d in dims)
        require(x.ndim and len(set(axes)) == len(axes) > 0)
        return axes

    def forward(input, s=None, dim=plane, norm=None):
        return f(input, axes=axes_of(input, s, dim, norm), norm=norm)

    def gradient(ct, saved, wanted, input, s=None, dim=plane, norm=None):
        axes = axes_of(input, s, dim, norm)
        g = opposite(ct, axes=axes, norm=_DUAL[norm or "backward"])
        return {"input": _as_input(g, input)}

    kernel(name, dtypes="fc", cost=_cost)(forward).gradient(gradient)


_enter_several("fft.fft2", np.fft.fftn, np.fft.ifftn, (-2, -1))
_enter_several("fft.ifft2", np.fft.ifftn, np.fft.fftn, (-2, -1))
_enter_several("fft.fftn", np.fft.fftn, np.fft.ifftn, None)
_enter_several("fft.ifftn", np.fft.ifftn, np.fft.fftn, None)
