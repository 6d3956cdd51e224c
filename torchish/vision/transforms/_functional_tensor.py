"""Transforms of tensor images (…, C, H, W): checks, and calls of the kernels."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.ops.nn import resampling
from torchish._core.tensor import Tensor, as_tensor, from_numpy
from torchish.nn import functional as nnf
from torchish.utils.data._utils.hosting import host_copy
from torchish.vision.transforms import _kernels as kernels
from torchish.vision.transforms._functional_pil import four_sides
from torchish.vision.transforms._kernels import at_hand, owned, run, shares

_GRID_MODES = ("nearest", "bilinear")


def check_image(img: Tensor) -> None:
    """TypeError unless it has rows and columns."""
    if img.dim() < 2:
        raise TypeError("Tensor is not a torch image.")


def get_dimensions(img: Tensor) -> list[int]:
    check_image(img)
    height, width = img.shape[-2:]
    return [1 if img.dim() == 2 else img.shape[-3], height, width]


def _check_channels(img: Tensor, permitted: Sequence[int] = (1, 3)) -> None:
    found = get_dimensions(img)[0]
    if found not in permitted:
        raise TypeError(
            f"Input image tensor permitted channel values are {list(permitted)}, but found {found}"
        )


def _check_planes(img: Tensor) -> None:
    check_image(img)
    if img.dim() < 3:
        raise TypeError(
            f"Input image tensor should have at least 3 dimensions, but found {img.dim()}"
        )
    _check_channels(img)


def hflip(img: Tensor) -> Tensor:
    check_image(img)
    return run(kernels.flip, [img], static=(-1,))


def vflip(img: Tensor) -> Tensor:
    check_image(img)
    return run(kernels.flip, [img], static=(-2,))


def pad(img: Tensor, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> Tensor:
    check_image(img)
    fill = 0 if fill is None else fill
    if not isinstance(padding, (int, tuple, list)):
        raise TypeError("Got inappropriate padding arg")
    if not isinstance(fill, (int, float)):
        raise TypeError("Got inappropriate fill arg")
    if not isinstance(padding_mode, str):
        raise TypeError("Got inappropriate padding_mode arg")
    left, top, right, bottom = sides = four_sides(padding)
    if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
        raise ValueError("Padding mode should be either constant, edge, reflect or symmetric")
    h, w = img.shape[-2:]
    if padding_mode == "reflect" and (max(left, right) >= w or max(top, bottom) >= h):
        lifted = img if img.dim() > 3 else img.unsqueeze(0)
        return nnf.pad(lifted.float(), [left, right, top, bottom], mode="reflect")  # says why not
    return run(kernels.pad, [img], static=(sides, padding_mode, float(fill)))


def crop(img: Tensor, top: int, left: int, height: int, width: int) -> Tensor:
    check_image(img)
    h, w = img.shape[-2:]
    bottom, right = top + height, left + width
    if left >= 0 and top >= 0 and right <= w and bottom <= h:
        return img[..., top:bottom, left:right]
    border = [
        max(-left + min(0, right), 0),
        max(-top + min(0, bottom), 0),
        max(right - max(w, left), 0),
        max(bottom - max(h, top), 0),
    ]
    inside = img[..., max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    return pad(inside, border)


def resize(
    img: Tensor, size: Sequence[int], interpolation: str = "bilinear", antialias: Any = True
) -> Tensor:
    check_image(img)
    smooth = interpolation in ("bilinear", "bicubic")
    antialias = bool(antialias) and smooth
    if interpolation == "lanczos":
        raise ValueError("Lanczos mode requires antialias=True")
    if interpolation not in ("nearest", "nearest-exact", "bilinear", "bicubic"):
        raise NotImplementedError(
            "Input Error: Only 3D, 4D and 5D input Tensors supported (got 4D) for the modes: "
            "nearest | linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact "
            f"(got {interpolation})"
        )
    return interpolated(img, size, interpolation, antialias)


def interpolated(
    img: Tensor, size: Sequence[int], interpolation: str, antialias: bool, staged: bool = False
) -> Tensor:
    """An image resized by one of the modes of `interpolate`; `staged`: bytes between the axes."""
    smooth = interpolation in ("bilinear", "bicubic", "lanczos")
    a = at_hand(img)
    if a is not None:
        return owned(_resized(a, tuple(size), interpolation, antialias, staged))
    x = img if img.dim() > 3 else img.unsqueeze(0)
    x = x if img.dtype in (dt.float32, dt.float64) else x.float()
    align = False if smooth else None
    x = nnf.interpolate(
        x, size=list(size), mode=interpolation, align_corners=align, antialias=antialias
    )
    if interpolation in ("bicubic", "lanczos") and img.dtype is dt.uint8:
        x = x.clamp(0, 255)
    x = x if img.dim() > 3 else x.squeeze(0)
    return (
        x if x.dtype is img.dtype else (x if img.is_floating_point() else x.round()).to(img.dtype)
    )


@functools.lru_cache(256)
def _taps(size: int, out: int, mode: str, antialias: bool, kind: type) -> tuple[Any, Any]:
    taps = resampling._taps(size, out, mode, None, False, antialias, kind)
    return taps.index, taps.weight.astype(kind)


_BLOCK = 16  # output positions whose weights make one matrix
_ALONE = 1 << 17  # multiplications that one thread does


@functools.lru_cache(256)
def _bands(
    size: int, out: int, mode: str, antialias: bool, kind: type, fixed: bool
) -> list[tuple[int, int, np.ndarray]]:
    """The weights of every few output positions as a matrix, with the inputs that it is of.

    `fixed`: rounded to 15 bits, as Pillow does, and PyTorch for images of bytes.
    """
    index, weight = _taps(size, out, mode, antialias, np.float64 if fixed else kind)
    if fixed:
        bits = 0
        while bits < 22 and int(0.5 + weight.max() * (1 << (bits + 1))) < 1 << 15:
            bits += 1
        weight = np.trunc(weight * (1 << bits) + np.copysign(0.5, weight)) / (1 << bits)
    matrix = np.zeros((size, out), kind)
    columns = np.arange(out)
    for k in range(index.shape[1]):
        matrix[index[:, k], columns] += weight[:, k]
    low, high = index.min(1), index.max(1) + 1
    bands = []
    for start in range(0, out, _BLOCK):
        here = slice(start, start + _BLOCK)
        first, last = int(low[here].min()), int(high[here].max())
        bands.append((first, last, matrix[first:last, here]))
    return bands


def _banded(x: np.ndarray, axis: int, out: int, bands: list) -> np.ndarray:
    """Weighted sums along one of the last two dimensions, of finite numbers."""
    shape = list(x.shape)
    shape[axis] = out
    result = np.empty(shape, x.dtype)
    sources, sums = x.reshape(-1, *x.shape[-2:]), result.reshape(-1, *shape[-2:])
    for k, (first, last, matrix) in enumerate(bands):
        here = slice(k * _BLOCK, k * _BLOCK + matrix.shape[1])
        # Products so small that BLAS does not spread them over threads, which would only wait.
        step = max(1, _ALONE // matrix.size)
        for source, total in zip(sources, sums):
            for i in range(0, shape[-3 - axis], step):
                part = slice(i, i + step)
                if axis == -1:
                    np.matmul(source[part, first:last], matrix, out=total[part, here])
                else:
                    np.matmul(matrix.T, source[first:last, part], out=total[here, part])
    return result


def _resized_bytes(a: np.ndarray, size: tuple[int, ...], mode: str, antialias: bool) -> np.ndarray:
    """Bytes interpolated with fixed-point numbers, to bytes after each dimension."""
    # Single precision holds every sum: a byte, and 15 bits or fewer after the point.
    x = np.ascontiguousarray(a, np.float32)
    for axis, out in ((-1, size[1]), (-2, size[0])):
        if x.shape[axis] != out:
            bands = _bands(x.shape[axis], out, mode, antialias, np.float32, True)
            x = _banded(x, axis, out, bands)
            x += np.float32(0.5)
            np.floor(x, out=x)
            if mode != "bilinear":  # whose weights are all positive
                np.clip(x, 0, 255, out=x)
    return x.astype(np.uint8)


def _resized(
    a: np.ndarray, size: tuple[int, ...], mode: str, antialias: bool, staged: bool
) -> np.ndarray:
    """An array's last two dimensions interpolated, columns first as PyTorch does."""
    if staged and a.dtype == np.uint8:
        return _resized_bytes(a, size, mode, antialias)
    kind = np.float64 if a.dtype == np.float64 else np.float32
    if mode in ("nearest", "nearest-exact"):
        for axis, out in ((-2, size[0]), (-1, size[1])):
            index = resampling._nearest_index(a.shape[axis], out, None, mode != "nearest", kind)
            a = a.take(index, axis)
        return a
    x = a.astype(kind)
    for axis, out in ((-1, size[1]), (-2, size[0])):
        if x.shape[axis] == out:
            continue
        if a.dtype.kind in "iu":
            x = _banded(x, axis, out, _bands(x.shape[axis], out, mode, antialias, kind, False))
        else:
            x = kernels.weighted(np, x, axis, *_taps(x.shape[axis], out, mode, antialias, kind))
    if mode in ("bicubic", "lanczos") and a.dtype == np.uint8:
        x = x.clip(0, 255)
    return kernels.rounded(np, x, a.dtype)


def rgb_to_grayscale(img: Tensor, num_output_channels: int = 1) -> Tensor:
    _check_planes(img)
    if num_output_channels not in (1, 3):
        raise ValueError("num_output_channels should be either 1 or 3")
    channels = img.shape[-3] if num_output_channels == 3 else 1
    return run(kernels.grey, [img], static=(channels,))


def adjust_brightness(img: Tensor, brightness_factor: float) -> Tensor:
    factors = shares("brightness_factor", brightness_factor)
    check_image(img)
    _check_channels(img)
    return run(kernels.brightness, [img], factors)


def adjust_contrast(img: Tensor, contrast_factor: float) -> Tensor:
    factors = shares("contrast_factor", contrast_factor)
    check_image(img)
    _check_channels(img, (3, 1))
    return run(kernels.contrast, [img], factors)


def adjust_saturation(img: Tensor, saturation_factor: float) -> Tensor:
    factors = shares("saturation_factor", saturation_factor)
    check_image(img)
    _check_channels(img)
    return img if get_dimensions(img)[0] == 1 else run(kernels.saturation, [img], factors)


def adjust_sharpness(img: Tensor, sharpness_factor: float) -> Tensor:
    factors = shares("sharpness_factor", sharpness_factor)
    check_image(img)
    _check_channels(img)
    if min(img.shape[-2:]) <= 2:
        return img
    return run(kernels.sharpness, [img], factors)


def adjust_hue(img: Tensor, hue_factor: float) -> Tensor:
    if not -0.5 <= hue_factor <= 0.5:
        raise ValueError(f"hue_factor ({hue_factor}) is not in [-0.5, 0.5].")
    check_image(img)
    _check_channels(img)
    return img if get_dimensions(img)[0] == 1 else run(kernels.hue, [img], (float(hue_factor),))


def adjust_gamma(img: Tensor, gamma: float, gain: float = 1) -> Tensor:
    _check_channels(img)
    if gamma < 0:
        raise ValueError("Gamma should be a non-negative real number")
    return run(kernels.gamma, [img], (float(gamma), float(gain)))


def convert_image_dtype(image: Tensor, dtype: dt.dtype = dt.float32) -> Tensor:
    if image.dtype is dtype:
        return image
    unsafe = (image.dtype is dt.float32 and dtype in (dt.int32, dt.int64)) or (
        image.dtype is dt.float64 and dtype is dt.int64
    )
    if unsafe:
        raise RuntimeError(f"The cast from {image.dtype} to {dtype} cannot be performed safely.")
    return run(kernels.converted, [image], static=(dtype.np,))


def normalize(
    tensor: Tensor, mean: Sequence[float], std: Sequence[float], inplace: bool = False
) -> Tensor:
    check_image(tensor)
    if not tensor.is_floating_point():
        raise TypeError(f"Input tensor should be a float tensor. Got {tensor.dtype}.")
    if tensor.dim() < 3:
        raise ValueError(
            "Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = "
            f"{tensor.size()}"
        )
    kind = tensor.dtype.np
    m, s = (np.asarray(host_copy(v) if isinstance(v, Tensor) else v, kind) for v in (mean, std))
    if not s.all():
        raise ValueError(
            f"std evaluated to zero after conversion to {tensor.dtype}, leading to division by "
            "zero."
        )
    m, s = (v.reshape(-1, 1, 1) if v.ndim == 1 else v for v in (m, s))
    a = None if inplace else at_hand(tensor)
    if a is not None:
        out = a - m
        if out.shape == a.shape:
            out /= s
            return owned(out)
    where = tensor.device
    m_there, s_there = as_tensor(m, device=where), as_tensor(s, device=where)
    target = tensor if inplace else tensor.clone()
    return target.sub_(m_there).div_(s_there)


def invert(img: Tensor) -> Tensor:
    _check_planes(img)
    return run(kernels.invert, [img])


def posterize(img: Tensor, bits: int) -> Tensor:
    check_image(img)
    if img.dim() >= 3:
        _check_bytes(img)
    _check_planes(img)
    return run(kernels.posterize, [img], static=(int(bits),))


def _check_bytes(img: Tensor) -> None:
    if img.dtype is not dt.uint8:
        raise TypeError(f"Only torch.uint8 image tensors are supported, but found {img.dtype}")


def solarize(img: Tensor, threshold: float) -> Tensor:
    _check_planes(img)
    if threshold > kernels.top(img.dtype.np):
        raise TypeError("Threshold should be less than bound of img.")
    return run(kernels.solarize, [img], (float(threshold),))


def autocontrast(img: Tensor) -> Tensor:
    _check_planes(img)
    return run(kernels.autocontrast, [img])


def equalize(img: Tensor) -> Tensor:
    check_image(img)
    if not 3 <= img.dim() <= 4:
        raise TypeError(f"Input image tensor should have 3 or 4 dimensions, but found {img.dim()}")
    _check_bytes(img)
    _check_channels(img)
    return run(kernels.equalize, [img])


def erase(img: Tensor, i: int, j: int, h: int, w: int, v: Tensor, inplace: bool = False) -> Tensor:
    check_image(img)
    if inplace:
        img[..., i : i + h, j : j + w] = v
        return img
    rows, columns = img.shape[-2:]
    h, w = min(h, rows - i), min(w, columns - j)
    return run(kernels.erase, [img, v], static=(i, j, h, w))


def gaussian_blur(img: Tensor, kernel_size: Sequence[int], sigma: Sequence[float]) -> Tensor:
    check_image(img)
    h, w = img.shape[-2:]
    if kernel_size[0] // 2 >= w or kernel_size[1] // 2 >= h:
        border = [kernel_size[0] // 2] * 2 + [kernel_size[1] // 2] * 2
        lifted = img if img.dim() > 3 else img.unsqueeze(0)
        return nnf.pad(lifted.float(), border, mode="reflect")  # says why not
    kind = np.float64 if img.dtype is dt.float64 else np.float32
    static = tuple(_gauss(n, s, kind) for n, s in zip(kernel_size, sigma))
    return run(kernels.blur, [img], static=static)


def _gauss(size: int, sigma: float, kind: type) -> tuple[float, ...]:
    half = (size - 1) * 0.5
    x = np.linspace(-half, half, size, dtype=kind)
    y = np.exp(kind(-0.5) * (x / kind(sigma)) ** 2)
    return tuple((y / y.sum()).tolist())


# --- transforms by a grid ------------------------------------------------------------------------


def _check_grid(img: Tensor, interpolation: str, fill: Any) -> None:
    check_image(img)
    if fill is not None and not isinstance(fill, (int, float, tuple, list)):
        warnings.warn("Argument fill should be either int, float, tuple or list", stacklevel=5)
    channels = get_dimensions(img)[0]
    if isinstance(fill, (tuple, list)) and len(fill) > 1 and len(fill) != channels:
        raise ValueError(
            "The number of elements in 'fill' cannot broadcast to match the number of channels of "
            f"the image ({len(fill)} != {channels})"
        )
    if interpolation not in _GRID_MODES:
        raise ValueError(f"Interpolation mode '{interpolation}' is unsupported with Tensor input")


def by_grid(img: Tensor, grid: np.ndarray, interpolation: str, fill: Any) -> Tensor:
    """An image read at a grid (H', W', 2)."""
    if img.dim() == 2:
        return by_grid(img.unsqueeze(0), grid, interpolation, fill).squeeze(0)
    if fill is not None:
        fill = tuple(float(f) for f in fill) if isinstance(fill, (tuple, list)) else (float(fill),)
    there = from_numpy(grid)
    there = there if img.is_cpu else there.to(img.device)
    return run(kernels.moved, [img, there], static=(interpolation, fill))


def _kind(img: Tensor) -> type:
    return img.dtype.np.type if img.is_floating_point() else np.float32


def _affine_grid(matrix, w: int, h: int, ow: int, oh: int, kind: type) -> np.ndarray:
    """Where each of ow × oh output pixels lies in an image of w × h, in [-1, 1]."""
    theta = np.array(matrix, kind).reshape(2, 3)
    theta = theta / np.array([[0.5 * w], [0.5 * h]], kind)
    x = np.linspace(-ow * 0.5 + 0.5, ow * 0.5 - 0.5, ow, dtype=kind)[None, :]
    y = np.linspace(-oh * 0.5 + 0.5, oh * 0.5 - 0.5, oh, dtype=kind)[:, None]
    return np.stack([x * a + y * b + c for a, b, c in theta], axis=-1)


def affine(
    img: Tensor, matrix: list[float], interpolation: str = "nearest", fill: Any = None
) -> Tensor:
    _check_grid(img, interpolation, fill)
    h, w = img.shape[-2:]
    return by_grid(img, _affine_grid(matrix, w, h, w, h, _kind(img)), interpolation, fill)


def _expanded(matrix: list[float], w: int, h: int) -> tuple[int, int]:
    """The width and height that hold an image of w × h turned by a matrix."""
    one = np.float32
    corners = np.array(
        [[x * w, y * h, 1.0] for x, y in ((-0.5, -0.5), (-0.5, 0.5), (0.5, 0.5), (0.5, -0.5))], one
    )
    points = corners @ np.array(matrix, one).reshape(2, 3).T
    half = np.array([w * 0.5, h * 0.5], one)
    low, high = points.min(0) + half, points.max(0) + half
    tol = one(1e-4)  # so that a hair's breadth does not count as a pixel
    size = np.ceil(np.trunc(high / tol) * tol) - np.floor(np.trunc(low / tol) * tol)
    return int(size[0]), int(size[1])


def rotate(
    img: Tensor,
    matrix: list[float],
    interpolation: str = "nearest",
    expand: bool = False,
    fill: Any = None,
) -> Tensor:
    _check_grid(img, interpolation, fill)
    h, w = img.shape[-2:]
    ow, oh = _expanded(matrix, w, h) if expand else (w, h)
    return by_grid(img, _affine_grid(matrix, w, h, ow, oh, _kind(img)), interpolation, fill)


def perspective(
    img: Tensor, coeffs: list[float], interpolation: str = "bilinear", fill: Any = None
) -> Tensor:
    _check_grid(img, interpolation, fill)
    if len(coeffs) != 8:
        raise ValueError("Argument coeffs should have 8 float values")
    h, w = img.shape[-2:]
    kind = _kind(img)
    c = np.array(coeffs, kind)
    upper = np.stack([c[0:3] / kind(0.5 * w), c[3:6] / kind(0.5 * h)])
    x = np.linspace(0.5, w - 0.5, w, dtype=kind)[None, :]
    y = np.linspace(0.5, h - 0.5, h, dtype=kind)[:, None]
    depth = x * c[6] + y * c[7] + kind(1.0)
    grid = np.stack([(x * a + y * b + d) / depth - kind(1.0) for a, b, d in upper], axis=-1)
    return by_grid(img, grid, interpolation, fill)


def elastic_transform(
    img: Tensor, displacement: Tensor, interpolation: str = "bilinear", fill: Any = None
) -> Tensor:
    h, w = img.shape[-2:]
    x, y = (np.linspace((1 - n) / n, (n - 1) / n, n, dtype=np.float32) for n in (w, h))
    identity = np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=-1)
    return by_grid(img, identity + host_copy(displacement)[0], interpolation, fill)
