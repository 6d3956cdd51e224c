"""Short-time Fourier transforms and the trapezoidal rule in NumPy."""

from __future__ import annotations

import math

import numpy as np

from torchish._core.engine.host.common import axis_of
from torchish._core.engine.host.registry import kernel, require

_PAD_MODES = {"reflect": "reflect", "constant": "constant", "replicate": "edge", "circular": "wrap"}


def _cost(inputs, outputs) -> float:
    size = max(math.prod(a.shape) for a in (*inputs, *outputs))
    return 1e-8 * size * math.log2(size + 2)


# --- frames ---------------------------------------------------------------------------------------


def _frames(x, n: int, hop: int):
    """(batch, frame, place): a view of pieces of (batch, size), `hop` apart."""
    return np.lib.stride_tricks.sliding_window_view(x, n, 1)[:, ::hop]


def _overlap_add(frames, hop: int, total: int):
    """The sum of frames (batch, frame, place) laid out `hop` apart: (batch, total).

    Pieces of `hop` places of all frames are added at once."""
    batch, count, n = frames.shape
    pieces = -(-n // hop)
    out = np.zeros((batch, count + pieces, hop), frames.dtype)
    for j in range(pieces):
        piece = frames[:, :, j * hop : (j + 1) * hop]
        out[:, j : j + count, : piece.shape[2]] += piece
    out = out.reshape(batch, -1)
    if out.shape[1] < total:
        return np.pad(out, ((0, 0), (0, total - out.shape[1])))
    return out[:, :total]


def _centered(window, n: int, length: int, dtype):
    """The window with zeros on both sides, None where all of it is 1."""
    if window is None and length == n:
        return None
    w = np.ones(length, dtype) if window is None else window
    left = (n - length) // 2
    return np.pad(w, (left, n - length - left))


def _window_gradient(products, n: int, length: int, like):
    """Of frames' products with the frames' gradients (…, place) the part of the window."""
    g = products.reshape(-1, n).sum(0)
    left = (n - length) // 2
    g = g[left : left + length]
    return g if like.dtype.kind == "c" else g.real


def _outer(n: int, pad: int, mode: str):
    """The places that the padding on both sides is copied from; None for zeros."""
    if mode == "constant":
        return None
    require(n > pad or mode != "reflect")
    index = np.pad(np.arange(n), pad, mode=_PAD_MODES[mode])
    return index[:pad], index[index.size - pad :]


def _padded(x, pad: int, mode: str):
    sides = _outer(x.shape[1], pad, mode)
    if sides is None:
        return np.pad(x, ((0, 0), (pad, pad)))
    return np.concatenate([x[:, sides[0]], x, x[:, sides[1]]], 1)


def _unpadded(g, pad: int, mode: str, n: int):
    """The gradient of what was padded."""
    out = g[:, pad : pad + n].copy()
    sides = _outer(n, pad, mode)
    if sides is not None:
        np.add.at(out.T, sides[0], g[:, :pad].T)
        np.add.at(out.T, sides[1], g[:, pad + n :].T)
    return out


# --- transforms -----------------------------------------------------------------------------------


def _shape_of(input, n_fft, hop_length, win_length, window):
    hop = n_fft // 4 if hop_length is None else hop_length
    length = n_fft if win_length is None else win_length
    require(input.ndim and input.size and n_fft > 0 and hop > 0 and 0 < length <= n_fft)
    if window is not None:
        require(window.shape == (length,) and window.dtype == input.real.dtype)
    return hop, length


def _signal(input, n_fft, center, pad_mode, align_to_window):
    require(input.ndim in (1, 2) and pad_mode in _PAD_MODES and not align_to_window)
    x = input if input.ndim == 2 else input[None]
    if center:
        x = _padded(x, n_fft // 2, pad_mode)
    require(n_fft <= x.shape[1])
    return x


@kernel("stft", dtypes="fc", cost=_cost)
def stft(
    input,
    n_fft,
    hop_length=None,
    win_length=None,
    window=None,
    center=True,
    pad_mode="reflect",
    normalized=False,
    onesided=None,
    return_complex=None,
    align_to_window=None,
):
    hop, length = _shape_of(input, n_fft, hop_length, win_length, window)
    full = input.dtype.kind == "c"
    require(return_complex is not None or full)
    require(not (full and onesided))
    frames = _frames(_signal(input, n_fft, center, pad_mode, align_to_window), n_fft, hop)
    w = _centered(window, n_fft, length, input.real.dtype)
    if w is not None:
        frames = frames * w
    norm = "ortho" if normalized else None
    half = not full if onesided is None else onesided
    out = (np.fft.rfft if half else np.fft.fft)(frames, n_fft, 2, norm).swapaxes(1, 2)
    if return_complex is False:
        out = np.stack([out.real, out.imag], -1)
    return out if input.ndim == 2 else out[0]


@stft.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    n_fft,
    hop_length=None,
    win_length=None,
    window=None,
    center=True,
    pad_mode="reflect",
    normalized=False,
    onesided=None,
    return_complex=None,
    align_to_window=None,
):
    hop, length = _shape_of(input, n_fft, hop_length, win_length, window)
    if input.ndim == 1:
        ct = ct[None]
    if return_complex is False:
        ct = ct[..., 0] + 1j * ct[..., 1]
    ct = ct.swapaxes(1, 2)
    # The adjoint of the transform; the half that is left out has no gradient: zeros.
    g = np.fft.ifft(ct, n_fft, 2, "ortho" if normalized else "forward")
    if input.dtype.kind != "c":
        g = g.real
    w = _centered(window, n_fft, length, input.real.dtype)
    x = _signal(input, n_fft, center, pad_mode, align_to_window)
    out = {}
    if "window" in wanted:
        products = _frames(x, n_fft, hop).conj() * g
        out["window"] = _window_gradient(products, n_fft, length, window)
    if "input" in wanted:
        by_x = _overlap_add(g if w is None else g * w, hop, x.shape[1])
        if center:
            by_x = _unpadded(by_x, n_fft // 2, pad_mode, input.shape[-1])
        out["input"] = by_x.reshape(input.shape)
    return out


def _inverse(input, n_fft, hop_length, win_length, window, normalized, onesided, return_complex):
    """(frames of the inverse transform before the window, window, hop, whether one-sided)."""
    require(input.ndim in (2, 3) and input.dtype.kind == "c")
    hop, length = _shape_of(input, n_fft, hop_length, win_length, window)
    require(hop <= length)
    x = (input if input.ndim == 3 else input[None]).swapaxes(1, 2)
    half = x.shape[2] != n_fft if onesided is None else bool(onesided)
    require(x.shape[2] == (n_fft // 2 + 1 if half else n_fft) and not (return_complex and half))
    norm = "ortho" if normalized else None
    if return_complex:
        frames = np.fft.ifft(x, n_fft, 2, norm)
    else:
        frames = np.fft.irfft(x[..., : n_fft // 2 + 1], n_fft, 2, norm)
    w = _centered(window, n_fft, length, input.real.dtype)
    return frames, np.ones(n_fft, input.real.dtype) if w is None else w, hop, half


def _covered(w, hop: int, frames: int, center: bool, length):
    """(what the overlapping squared windows add up to where the signal is, start, end)."""
    n = w.size
    total = n + hop * (frames - 1)
    start = n // 2 if center else 0
    end = min(start + length, total) if length is not None else total - n // 2 * center
    squares = np.broadcast_to(w * w, (1, frames, n))
    envelope = _overlap_add(squares, hop, total)[0, start:end]
    require(envelope.size and np.abs(envelope).min() > 1e-11)
    return envelope, start, end, total


@kernel("istft", dtypes="fc", cost=_cost, checks=True)
def istft(
    input,
    n_fft,
    hop_length=None,
    win_length=None,
    window=None,
    center=True,
    normalized=False,
    onesided=None,
    length=None,
    return_complex=False,
):
    frames, w, hop, _ = _inverse(
        input, n_fft, hop_length, win_length, window, normalized, onesided, return_complex
    )
    envelope, start, end, total = _covered(w, hop, frames.shape[1], center, length)
    out = _overlap_add(frames * w, hop, total)[:, start:end] / envelope
    if length is not None and length > end - start:
        out = np.pad(out, ((0, 0), (0, length - (end - start))))
    return out if input.ndim == 3 else out[0]


@istft.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    n_fft,
    hop_length=None,
    win_length=None,
    window=None,
    center=True,
    normalized=False,
    onesided=None,
    length=None,
    return_complex=False,
):
    require("window" not in wanted)  # it is in the envelope too
    frames, w, hop, half = _inverse(
        input, n_fft, hop_length, win_length, window, normalized, onesided, return_complex
    )
    envelope, start, end, total = _covered(w, hop, frames.shape[1], center, length)
    ct = ct.reshape(frames.shape[0], -1)[:, : end - start] / envelope
    ct = np.pad(ct, ((0, 0), (start, total - end)))
    g = _frames(ct, n_fft, hop) * w
    norm = "ortho" if normalized else "forward"
    if return_complex:
        g = np.fft.fft(g, n_fft, 2, norm)
    else:
        g = np.fft.rfft(g, n_fft, 2, norm)
        g[..., 1 : (n_fft + 1) // 2] *= 2  # each stands for a pair of conjugates
        if not half:
            g = np.pad(g, ((0, 0), (0, 0), (0, n_fft - g.shape[2])))
    return {"input": g.swapaxes(1, 2).reshape(input.shape)}


# --- areas ----------------------------------------------------------------------------------------


def _widths(y, x, dx, axis: int):
    """Half the distances between neighbours, to multiply with."""
    if x is None:
        require(dx is None or type(dx) in (int, float))
        return y.dtype.type(0.5 if dx is None else 0.5 * dx)
    require(x.ndim == 1 and x.shape[0] == y.shape[axis])
    return (np.diff(x) / 2).reshape([-1 if d == axis else 1 for d in range(y.ndim)])


def _sides(y, axis: int):
    before = (slice(None),) * axis
    return y[(*before, slice(None, -1))], y[(*before, slice(1, None))]


def _strips(y, x, dx, dim):
    require(y.ndim and y.size and y.dtype.kind == "f")
    axis = axis_of(dim, y.ndim)
    left, right = _sides(y, axis)
    return left + right, _widths(y, x, dx, axis), axis


def _strip_gradient(ct, wanted, y, x, dx, axis: int):
    """The gradients of y and x, of that of every strip."""
    out, widths = {}, _widths(y, x, dx, axis)
    if "y" in wanted:
        g = np.zeros(y.shape, ct.dtype)
        for side in _sides(g, axis):
            side += ct * widths
        out["y"] = g
    if "x" in wanted:
        left, right = _sides(y, axis)
        others = tuple(d for d in range(y.ndim) if d != axis)
        by_width = (ct * (left + right) / 2).sum(others)
        g = np.zeros(x.shape, ct.dtype)
        g[1:] += by_width
        g[:-1] -= by_width
        out["x"] = g
    return out


@kernel("trapezoid", dtypes="f")
def trapezoid(y, x=None, *, dx=None, dim=-1):
    heights, widths, axis = _strips(y, x, dx, dim)
    return (heights * widths).sum(axis)


@trapezoid.gradient
def _(ct, saved, wanted, y, x=None, *, dx=None, dim=-1):
    axis = axis_of(dim, y.ndim)
    strips = [n - (d == axis) for d, n in enumerate(y.shape)]
    ct = np.broadcast_to(np.expand_dims(ct, axis), strips)
    return _strip_gradient(ct, wanted, y, x, dx, axis)


@kernel("cumulative_trapezoid", dtypes="f")
def cumulative_trapezoid(y, x=None, *, dx=None, dim=-1):
    heights, widths, axis = _strips(y, x, dx, dim)
    return (heights * widths).cumsum(axis)


@cumulative_trapezoid.gradient
def _(ct, saved, wanted, y, x=None, *, dx=None, dim=-1):
    axis = axis_of(dim, y.ndim)
    ct = np.flip(np.flip(ct, axis).cumsum(axis), axis)
    return _strip_gradient(ct, wanted, y, x, dx, axis)
