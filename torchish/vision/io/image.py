"""Images as tensors (C, H, W), uint8, from files and bytes, and back.

JPEG goes through Pillow's libjpeg, so levels may differ by a few from another build's.
"""

from __future__ import annotations

import io
import os
from enum import Enum
from typing import Any

import numpy as np

import torchish as torch
from torchish._core.tensor import Tensor

__all__ = [
    "ImageReadMode",
    "decode_image",
    "decode_jpeg",
    "decode_png",
    "encode_jpeg",
    "encode_png",
    "read_file",
    "read_image",
    "write_file",
    "write_jpeg",
    "write_png",
]

Path = str | os.PathLike


class ImageReadMode(Enum):
    """The channels wanted: as they are, gray, gray and alpha, red-green-blue, that and alpha.

    https://docs.pytorch.org/vision/stable/generated/torchvision.io.ImageReadMode.html
    """

    UNCHANGED = 0
    GRAY = 1
    GRAY_ALPHA = 2
    RGB = 3
    RGB_ALPHA = 4
    RGBA = RGB_ALPHA


_PILLOW_MODES = {
    ImageReadMode.GRAY: "L",
    ImageReadMode.GRAY_ALPHA: "LA",
    ImageReadMode.RGB: "RGB",
    ImageReadMode.RGB_ALPHA: "RGBA",
}


def read_file(path: Path) -> Tensor:
    """A file's bytes: (size,), uint8."""
    with open(path, "rb") as f:
        return torch.from_numpy(np.frombuffer(f.read(), np.uint8).copy())


def write_file(filename: Path, data: Tensor) -> None:
    """Write bytes (size,), uint8."""
    if data.dtype != torch.uint8 or data.dim() != 1:
        raise RuntimeError("Expected a 1-dimensional uint8 tensor")
    with open(filename, "wb") as f:
        f.write(data.cpu().numpy().tobytes())


def _decode(
    input: Tensor,
    mode: ImageReadMode | str,
    apply_exif_orientation: bool,
    formats: tuple[str, ...] | None,
) -> Tensor:
    from PIL import Image, ImageOps, UnidentifiedImageError

    if isinstance(mode, str):
        mode = ImageReadMode[mode.upper()]
    if input.dtype != torch.uint8 or input.dim() != 1 or input.numel() == 0:
        raise RuntimeError("Expected a non empty 1-dimensional uint8 tensor")
    try:
        picture: Any = Image.open(io.BytesIO(input.cpu().numpy().tobytes()), formats=formats)
        picture.load()
    except UnidentifiedImageError as e:
        raise RuntimeError(f"Unsupported image file: {e}") from e
    if picture.mode.startswith(("I", "F")):
        raise NotImplementedError(f"decoding an image of mode {picture.mode}")
    if apply_exif_orientation:
        picture = ImageOps.exif_transpose(picture)
    if mode is not ImageReadMode.UNCHANGED:
        picture = picture.convert(_PILLOW_MODES[mode])
    elif picture.mode not in ("L", "LA", "RGB", "RGBA"):
        alpha = "transparency" in picture.info
        gray = picture.mode == "1"
        picture = picture.convert(("LA" if alpha else "L") if gray else "RGBA" if alpha else "RGB")
    levels = np.array(picture)
    levels = levels[:, :, None] if levels.ndim == 2 else levels
    return torch.from_numpy(np.ascontiguousarray(levels.transpose(2, 0, 1)))


def decode_image(
    input: Tensor | Path,
    mode: ImageReadMode | str = ImageReadMode.UNCHANGED,
    apply_exif_orientation: bool = False,
) -> Tensor:
    """The image (C, H, W), uint8, of a file's bytes or path; RuntimeError when it is none.

    Images of 16 bits are not supported.
    https://docs.pytorch.org/vision/stable/generated/torchvision.io.decode_image.html
    """
    data = input if isinstance(input, Tensor) else read_file(input)
    return _decode(data, mode, apply_exif_orientation, None)


def read_image(
    path: Path,
    mode: ImageReadMode | str = ImageReadMode.UNCHANGED,
    apply_exif_orientation: bool = False,
) -> Tensor:
    """`decode_image(read_file(path), ...)`."""
    return _decode(read_file(path), mode, apply_exif_orientation, None)


def decode_png(
    input: Tensor,
    mode: ImageReadMode | str = ImageReadMode.UNCHANGED,
    apply_exif_orientation: bool = False,
) -> Tensor:
    """The image (C, H, W), uint8, of a PNG file's bytes."""
    return _decode(input, mode, apply_exif_orientation, ("PNG",))


def decode_jpeg(
    input: Tensor,
    mode: ImageReadMode | str = ImageReadMode.UNCHANGED,
    device: Any = "cpu",
    apply_exif_orientation: bool = False,
) -> Tensor:
    """The image (C, H, W), uint8, of a JPEG file's bytes, on a device."""
    return _decode(input, mode, apply_exif_orientation, ("JPEG",)).to(device)


def _encode(input: Tensor, format: str, **options: Any) -> Tensor:
    from PIL import Image

    if input.dtype != torch.uint8:
        raise RuntimeError("Input tensor dtype should be uint8")
    if input.dim() != 3:
        raise RuntimeError("Input data should be a 3-dimensional tensor")
    if input.size(0) not in (1, 3):
        raise RuntimeError(f"The number of channels should be 1 or 3, got: {input.size(0)}")
    levels = input.permute(1, 2, 0).contiguous().cpu().numpy()
    out = io.BytesIO()
    Image.fromarray(levels[:, :, 0] if levels.shape[2] == 1 else levels).save(
        out, format=format, **options
    )
    return torch.from_numpy(np.frombuffer(out.getvalue(), np.uint8).copy())


def encode_png(input: Tensor, compression_level: int = 6) -> Tensor:
    """The bytes (size,) of an image (1 or 3, H, W), uint8, as PNG, compressed 0 to 9."""
    if not 0 <= compression_level <= 9:
        raise RuntimeError("Compression level should be between 0 and 9")
    return _encode(input, "PNG", compress_level=compression_level)


def write_png(input: Tensor, filename: Path, compression_level: int = 6) -> None:
    """`encode_png` to a file."""
    write_file(filename, encode_png(input, compression_level))


def encode_jpeg(input: Tensor, quality: int = 75) -> Tensor:
    """The bytes (size,) of an image (1 or 3, H, W), uint8, as JPEG of a quality from 1 to 100."""
    if not 1 <= quality <= 100:
        raise ValueError("Image quality should be a positive number between 1 and 100")
    return _encode(input, "JPEG", quality=quality)


def write_jpeg(input: Tensor, filename: Path, quality: int = 75) -> None:
    """`encode_jpeg` to a file."""
    write_file(filename, encode_jpeg(input, quality))
