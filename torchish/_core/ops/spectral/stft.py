"""Short-time Fourier transforms.

https://docs.pytorch.org/docs/stable/generated/torch.stft.html
"""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import size_text
from torchish._core.ops.operands import is_complex, is_inexact, name_of
from torchish._core.ops.spectral.fft import inverse_real, real_transform, transform
from torchish._core.ops.table import Array, Check, MaybeArray, op

_PAD_MODES = {"reflect": "reflect", "constant": "constant", "replicate": "edge", "circular": "wrap"}


def _frames(x, starts, length: int):
    """(batch, frame, place): pieces of the last dimension of (batch, n) from each start."""
    return jax.vmap(lambda s: lax.dynamic_slice_in_dim(x, s, length, 1), out_axes=1)(starts)


def _overlap_add(frames, hop: int, total: int):
    """The sum of frames (batch, frame, place) laid out `hop` apart."""
    starts = jnp.arange(frames.shape[1]) * hop
    zeros = jnp.zeros((frames.shape[0], total), frames.dtype)
    return jax.linear_transpose(lambda x: _frames(x, starts, frames.shape[2]), zeros)(frames)[0]


def _centered(window, n_fft: int, win_length: int, dtype):
    """The window (ones by default) with zeros on both sides, n_fft long."""
    w = jnp.ones((win_length,), dtype) if window is None else window
    left = (n_fft - win_length) // 2
    return jnp.pad(w, (left, n_fft - win_length - left))


def _pad_reflecting(x, n: int, mode: str):
    if mode not in _PAD_MODES:
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if mode == "reflect" and n >= x.shape[-1]:
        raise RuntimeError(
            "Argument #4: Padding size should be less than the corresponding input dimension, but "
            f"got: padding ({n}, {n}) at dimension 2 of input {size_text((1, *x.shape))}"
        )
    return jnp.pad(x, ((0, 0), (n, n)), mode=_PAD_MODES[mode])


def _check_windows(x, n_fft: int, hop: int, length: int, window, refused) -> None:
    if not is_inexact(x):
        raise refused("expected a tensor of floating point or complex values")
    if not 0 < n_fft <= x.shape[-1]:
        raise refused(f"expected 0 < n_fft < {x.shape[-1]}, but got n_fft={n_fft}")
    if hop <= 0:
        raise refused(f"expected hop_length > 0, but got hop_length={hop}")
    if not 0 < length <= n_fft:
        raise refused(f"expected 0 < win_length <= n_fft, but got win_length={length}")
    if window is not None and window.shape != (length,):
        raise refused(
            f"expected a 1D window tensor of size equal to win_length={length}, but got window "
            f"with size {size_text(window.shape)}"
        )


@op("stft", out=False)
def stft(
    input: Array,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: MaybeArray = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
    align_to_window: bool | None = None,
):
    """Transforms of overlapping windows of a signal: (..., frequency, frame), complex.

    With `return_complex=False` real and imaginary part are a last dimension of size 2.
    (https://docs.pytorch.org/docs/stable/generated/torch.stft.html)
    """
    hop = n_fft // 4 if hop_length is None else hop_length
    length = n_fft if win_length is None else win_length
    complex_values = is_complex(input) or (window is not None and is_complex(window))
    if return_complex is None and not complex_values:
        raise RuntimeError(
            "stft requires the return_complex parameter be given for real inputs, and will further "
            "require that return_complex=True in a future PyTorch release."
        )
    if center and align_to_window is not None:
        raise RuntimeError("stft align_to_window should only be set when center = false")
    wider = n_fft // 2 * 2 if center else 0
    said = {"n_fft": n_fft, "hop_length": hop, "win_length": length, "window": _called(window),
            "normalized": normalized, "onesided": onesided, "return_complex": return_complex,
            "align_to_window": align_to_window}  # fmt: skip

    def refused(why: str) -> RuntimeError:
        shape = (*input.shape[:-1], input.shape[-1] + wider) if input.ndim in (1, 2) else None
        return _refused("stft", input, shape, said, why)

    if input.ndim not in (1, 2):
        raise refused("expected a 1D or 2D tensor")
    x = input if input.ndim == 2 else input[None]
    if center and n_fft < 0:
        raise refused(f"expected 0 < n_fft < {x.shape[-1] + wider}, but got n_fft={n_fft}")
    if center:
        x = _pad_reflecting(x, n_fft // 2, pad_mode)
    _check_windows(x, n_fft, hop, length, window, refused)
    onesided = not complex_values if onesided is None else onesided
    if complex_values and onesided:
        raise RuntimeError("Cannot have onesided output if window or input is complex")
    if align_to_window:
        left = (n_fft - length) // 2
        x = jnp.pad(x, ((0, 0), (left, n_fft - length - left)))
    count = 1 + (x.shape[-1] - n_fft) // hop
    frames = _frames(x, jnp.arange(count) * hop, n_fft)
    if window is not None or length < n_fft:
        frames = frames * _centered(window, n_fft, length, x.dtype)
    norm = "ortho" if normalized else None
    out = real_transform(frames, 2, norm) if onesided else transform(frames, (2,), norm)
    out = jnp.swapaxes(out, 1, 2)
    out = jnp.stack([out.real, out.imag], -1) if return_complex is False else out
    return out if input.ndim == 2 else out[0]


def _kind(x) -> str:
    return f"CPU{name_of(x)}Type" if is_complex(x) else f"torch.{name_of(x)}Tensor"


def _called(window) -> str | None:
    return None if window is None else f"{_kind(window)}{{{size_text(window.shape)}}}"


def _refused(name: str, x, shape, said: dict, why: str) -> RuntimeError:
    """The error that says with what the function was called, and why that can not be."""
    values = ", ".join(f"{k}={int(v) if isinstance(v, bool) else v}" for k, v in said.items())
    call = f"{_kind(x)}{size_text(x.shape if shape is None else shape)}, {values}"
    return RuntimeError(f"{name}({call}) {why if why.startswith('window') else ': ' + why}")


def _envelope(n_fft, hop, length, window, dtype, frames: int):
    """What the overlapping squared windows add up to."""
    w = _centered(window, n_fft, length, dtype)
    square = jnp.broadcast_to((w * w)[None, None], (1, frames, n_fft))
    return _overlap_add(square, hop, n_fft + hop * (frames - 1))[0]


def _kept(n_fft: int, hop: int, center: bool, length, frames: int) -> tuple[int, int]:
    """The part of the overlapped sum that is the signal."""
    start = n_fft // 2 if center else 0
    total = n_fft + hop * (frames - 1)
    if length is not None:
        return start, min(start + length, total)
    return start, total - n_fft // 2 if center else total


def _defaults(n_fft, hop_length, win_length) -> tuple[int, int]:
    return (
        n_fft // 4 if hop_length is None else hop_length,
        n_fft if win_length is None else win_length,
    )


def _covered(input, n_fft, hop_length, win_length, window, center, length, **rest):
    """Whether the windows nowhere add up to nothing."""
    hop, win = _defaults(n_fft, hop_length, win_length)
    frames = input.shape[-1] if len(input.shape) > 1 else 0
    if not frames or hop <= 0 or not 0 < win <= n_fft:
        return True, 0
    if window is not None and tuple(window.shape) != (win,):
        return True, 0
    real = jnp.float64 if input.dtype == jnp.complex128 else jnp.float32
    start, end = _kept(n_fft, hop, center, length, frames)
    total = _envelope(n_fft, hop, win, window, real, frames)[start:end]
    return (jnp.abs(total).min() > 1e-11 if total.size else True), 0


def _said(
    n_fft, hop_length, win_length, window, center, normalized, onesided, length, return_complex
):
    """What an error says of a call of `istft`."""
    hop, win = _defaults(n_fft, hop_length, win_length)
    return {"n_fft": n_fft, "hop_length": hop, "win_length": win, "window": _called(window),
            "center": center, "normalized": normalized, "onesided": onesided, "length": length,
            "return_complex": return_complex}  # fmt: skip


def _uncovered(payload, input, **rest):
    return _refused(
        "istft", input, None, _said(**rest), "window overlap add min: 1\n[ CPUBoolType{} ]"
    )


def _check_transforms(input, refused) -> None:
    if not is_complex(input):
        raise RuntimeError(
            "istft requires a complex-valued input tensor matching the output from stft with "
            "return_complex=True."
        )
    if not input.size:
        raise refused("input tensor cannot be empty.")
    if input.ndim not in (2, 3):
        raise refused(f"expected a tensor with 3 or 4 dimensions, but got {input.ndim + 1}")


def _check_inverse(x, n_fft: int, hop: int, win: int, onesided: bool, refused) -> None:
    if onesided and n_fft // 2 + 1 != x.shape[1]:
        raise refused(
            "expected the frequency dimension (3rd to the last) of the input tensor to match "
            f"n_fft / 2 + 1 when onesided=True, but got {x.shape[1]}"
        )
    if not onesided and n_fft != x.shape[1]:
        raise refused(
            "expected the frequency dimension (3rd to the last) of the input tensor to match "
            f"n_fft when onesided=False, but got {x.shape[1]}"
        )
    if not 0 < hop <= win:
        raise refused("expected 0 < hop_length <= win_length")
    if not 0 < win <= n_fft:
        raise refused("expected 0 < win_length <= n_fft")


def _check_values(window, win: int, onesided: bool, return_complex: bool, refused) -> None:
    if window is not None and window.shape != (win,):
        raise refused("Invalid window shape. window has to be 1D and length of `win_length`")
    if return_complex and onesided:
        raise RuntimeError("Cannot have onesided output if window or input is complex")
    if not return_complex and window is not None and is_complex(window):
        raise RuntimeError("Complex windows are incompatible with return_complex=False")


@op("istft", out=False, check=Check(_covered, _uncovered))
def istft(
    input: Array,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: MaybeArray = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
):
    """The signal whose `stft` is nearest: overlapping inverse transforms, weighted by the window.

    (https://docs.pytorch.org/docs/stable/generated/torch.istft.html)
    """
    hop, win = _defaults(n_fft, hop_length, win_length)
    said = _said(n_fft, hop_length, win_length, window, center, normalized, onesided, length,
                 return_complex)  # fmt: skip
    refused = functools.partial(_refused, "istft", input, None, said)
    _check_transforms(input, refused)
    x = input if input.ndim == 3 else input[None]
    onesided = (x.shape[1] != n_fft) if onesided is None else onesided
    _check_inverse(x, n_fft, hop, win, onesided, refused)
    _check_values(window, win, onesided, return_complex, refused)
    x = jnp.swapaxes(x, 1, 2)
    norm = "ortho" if normalized else None
    if return_complex:
        x = transform(x, (2,), norm, inverse=True)
    elif onesided:
        x = inverse_real(x, 2, n_fft, norm)
    else:
        x = inverse_real(x[..., : n_fft // 2 + 1], 2, n_fft, norm)
    real = dt.from_np(input.dtype).to_real().np
    frames = x.shape[1]
    x = x * _centered(window, n_fft, win, real)
    total = n_fft + hop * (frames - 1)
    envelope = _envelope(n_fft, hop, win, window, real, frames)
    start, end = _kept(n_fft, hop, center, length, frames)
    if end <= start:
        raise RuntimeError(
            "min(): Expected reduction dim to be specified for input.numel() == 0. Specify the "
            "reduction dim with the 'dim' argument."
        )
    out = _overlap_add(x, hop, total)[:, start:end] / envelope[start:end]
    if length is not None and length > end - start:
        out = jnp.pad(out, ((0, 0), (0, length - (end - start))))
    return out if input.ndim == 3 else out[0]
