"""Pictures of tensors: grids, boxes, masks, keypoints, optical flow.

https://docs.pytorch.org/vision/stable/utils.html
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np

import torchish as torch
from torchish._core.tensor import Tensor

__all__ = [
    "draw_bounding_boxes",
    "draw_keypoints",
    "draw_segmentation_masks",
    "flow_to_image",
    "make_grid",
    "save_image",
]

Color = str | tuple[int, int, int]
Colors = Color | list[Color] | None


# --- grids ---------------------------------------------------------------------------------------


def _rescale(image: Tensor, value_range: tuple[float, float] | None) -> None:
    """Bring values to [0, 1] in place, from the range given or the image's own."""
    low, high = value_range or (float(image.min()), float(image.max()))
    image.clamp_(min=low, max=high)
    image.sub_(low).div_(max(high - low, 1e-5))


@torch.no_grad()
def make_grid(
    tensor: Tensor | list[Tensor],
    nrow: int = 8,
    padding: int = 2,
    normalize: bool = False,
    value_range: tuple[float, float] | None = None,
    scale_each: bool = False,
    pad_value: float = 0.0,
) -> Tensor:
    """One image (3, H, W) of a batch of images (B, C, H, W), `nrow` of them in a row.

    A single image (H, W) or (C, H, W) comes back as (3, H, W). TypeError for other than tensors.
    https://docs.pytorch.org/vision/stable/generated/torchvision.utils.make_grid.html

    >>> from torchvision.utils import make_grid
    >>> make_grid(torch.zeros(6, 3, 4, 4), nrow=3, padding=1).shape
    torch.Size([3, 11, 16])
    """
    if not isinstance(tensor, Tensor):
        if not isinstance(tensor, list):
            raise TypeError(f"tensor or list of tensors expected, got {type(tensor)}")
        for item in tensor:
            if not isinstance(item, Tensor):
                raise TypeError(
                    f"tensor or list of tensors expected, got a list containing {type(item)}"
                )
        tensor = torch.stack(tensor, dim=0)
    if tensor.dim() == 2:
        tensor = tensor.unsqueeze(0)
    if tensor.dim() == 3:
        tensor = tensor.unsqueeze(0)
    if tensor.dim() == 4 and tensor.size(1) == 1:
        tensor = torch.cat((tensor, tensor, tensor), 1)
    if normalize:
        if value_range is not None and not isinstance(value_range, tuple):
            raise TypeError(
                "value_range has to be a tuple (min, max) if specified. min and max are numbers"
            )
        tensor = tensor.clone()
        for part in tensor if scale_each else [tensor]:
            _rescale(part, value_range)
    if tensor.size(0) == 1:
        return tensor.squeeze(0)
    count = tensor.size(0)
    columns = min(nrow, count)
    rows = math.ceil(count / columns)
    height, width = tensor.size(2) + padding, tensor.size(3) + padding
    size = (tensor.size(1), height * rows + padding, width * columns + padding)
    grid = tensor.new_full(size, pad_value)
    for i in range(count):
        top, left = i // columns * height + padding, i % columns * width + padding
        grid[:, top : top + tensor.size(2), left : left + tensor.size(3)] = tensor[i]
    return grid


@torch.no_grad()
def save_image(
    tensor: Tensor | list[Tensor],
    fp: str | os.PathLike | BinaryIO,
    format: str | None = None,
    **kwargs: Any,
) -> None:
    """Write `make_grid(tensor, **kwargs)`, values in [0, 1], to an image file."""
    from PIL import Image

    grid = make_grid(tensor, **kwargs)
    levels = grid.mul(255).add_(0.5).clamp_(0, 255).permute(1, 2, 0).to("cpu", torch.uint8)
    Image.fromarray(levels.numpy()).save(fp, format=format)


# --- drawing -------------------------------------------------------------------------------------


def _palette(count: int) -> list[Color]:
    """Distinct colors: multiples of three large steps, modulo 255."""
    steps = 2**25 - 1, 2**15 - 1, 2**21 - 1
    return [tuple(i * step % 255 for step in steps) for i in range(count)]


def _rgb(colors: Colors, count: int) -> list[tuple[int, ...]]:
    """A color of numbers for each of `count` objects."""
    from PIL import ImageColor

    if colors is None:
        chosen = _palette(count)
    elif isinstance(colors, list):
        if len(colors) < count:
            raise ValueError(
                f"Number of colors must be equal or larger than the number of objects, but got "
                f"{len(colors)} < {count}."
            )
        chosen = colors
    elif isinstance(colors, str | tuple):
        chosen = [colors] * count
    else:
        raise ValueError(f"colors must be a tuple or a string, or a list thereof, but got {colors}")
    if any(isinstance(c, tuple) and len(c) != 3 for c in chosen):
        raise ValueError(f"If passed as tuple, colors should be an RGB triplet, but got {chosen}.")
    return [ImageColor.getrgb(c) if isinstance(c, str) else c for c in chosen]


def _check_image(image: Tensor, of: str = "image", only_uint8: bool = False) -> None:
    if not isinstance(image, Tensor):
        raise TypeError(
            f"The image must be a tensor, got {type(image)}"
            if of == "mask"
            else f"Tensor expected, got {type(image)}"
        )
    if image.dtype != torch.uint8 and (only_uint8 or not image.is_floating_point()):
        if only_uint8:
            raise ValueError(f"The image dtype must be uint8, got {image.dtype}")
        raise ValueError(f"The image dtype must be uint8 or float, got {image.dtype}")


def _to_pil(image: Tensor) -> Any:
    from PIL import Image

    if image.is_floating_point():
        image = image.mul(255).to(torch.uint8)
    return Image.fromarray(np.ascontiguousarray(image.permute(1, 2, 0).cpu().numpy()))


def _from_pil(picture: Any, like: Tensor) -> Tensor:
    out = torch.from_numpy(np.array(picture)).permute(2, 0, 1).contiguous()
    if like.is_floating_point():
        out = out.to(torch.float32).div(255)
    return out.to(like.dtype)


@torch.no_grad()
def draw_bounding_boxes(
    image: Tensor,
    boxes: Tensor,
    labels: Sequence[str | None] | None = None,
    colors: Colors = None,
    fill: bool = False,
    width: int = 1,
    font: str | None = None,
    font_size: int | None = None,
    label_colors: Colors = None,
    label_background_colors: Colors = None,
    fill_labels: bool = False,
) -> Tensor:
    """An RGB image (3, H, W) with boxes (N, 4), xmin, ymin, xmax, ymax in pixels, drawn on it.

    ValueError for wrong shapes, dtypes, order of coordinates or numbers of labels and colors.
    Rotated boxes, given by their corners (N, 8), are not supported.
    https://docs.pytorch.org/vision/stable/generated/torchvision.utils.draw_bounding_boxes.html

    >>> from torchvision.utils import draw_bounding_boxes
    >>> image, box = torch.zeros(3, 4, 4, dtype=torch.uint8), torch.tensor([[0, 0, 3, 3]])
    >>> draw_bounding_boxes(image, box, colors="red")[0]
    tensor([[255, 255, 255, 255],
            [255,   0,   0, 255],
            [255,   0,   0, 255],
            [255, 255, 255, 255]], dtype=torch.uint8)
    """
    from PIL import ImageDraw, ImageFont

    _check_image(image)
    if image.dim() != 3:
        raise ValueError("Pass individual images, not batches")
    if image.size(0) not in (1, 3):
        raise ValueError("Only grayscale and RGB images are supported")
    if boxes.shape[-1] == 8:
        raise NotImplementedError("draw_bounding_boxes: boxes given by their corners, (N, 8)")
    corners = boxes.to(torch.int64).tolist()
    if any(b[0] > b[2] or b[1] > b[3] for b in corners):
        raise ValueError(
            "Boxes need to be in (xmin, ymin, xmax, ymax) format. Use torchvision.ops.box_convert "
            "to convert them"
        )
    if not corners:
        return image
    if labels is None:
        labels = [None] * len(corners)
    elif len(labels) != len(corners):
        raise ValueError(
            f"Number of boxes ({len(corners)}) and labels ({len(labels)}) mismatch. Please specify "
            "labels for each box."
        )
    lines = _rgb(colors, len(corners))
    if label_colors:
        written = _rgb(label_colors, len(corners))
    else:
        written = [(0, 0, 0)] * len(corners) if fill_labels else lines
    grounds = _rgb(label_background_colors, len(corners)) if label_background_colors else lines
    if font is not None:
        face = ImageFont.truetype(font=font, size=font_size or 10)
    else:
        face = ImageFont.load_default()
    picture = _to_pil(image.expand(3, -1, -1))
    draw = ImageDraw.Draw(picture, "RGBA" if fill else None)
    for box, label, line, ink, ground in zip(
        corners, labels, lines, written, grounds, strict=False
    ):
        inside = (*line, 100) if fill else None
        draw.rectangle(box, width=width, outline=line, fill=inside)
        if label is not None:
            at = box[0] + width + 1, box[1] + width + 1
            if fill_labels:
                left, top, right, bottom = draw.textbbox(at, label, font=face)
                draw.rectangle([left - 1, top - 1, right + 1, bottom + 1], fill=ground)
            draw.text(at, label, fill=ink, font=face)
    return _from_pil(picture, image)


@torch.no_grad()
def draw_segmentation_masks(
    image: Tensor, masks: Tensor, alpha: float = 0.8, colors: Colors = None
) -> Tensor:
    """An RGB image (3, H, W) with Boolean masks (N, H, W) over it, of opacity `alpha`.

    Where masks overlap, the image is darkened instead.
    https://docs.pytorch.org/vision/stable/generated/torchvision.utils.draw_segmentation_masks.html

    >>> from torchvision.utils import draw_segmentation_masks
    >>> image, mask = torch.zeros(3, 1, 2, dtype=torch.uint8), torch.tensor([[True, False]])
    >>> draw_segmentation_masks(image, mask, alpha=1.0, colors=(9, 8, 7)).flatten(1)
    tensor([[9, 0],
            [8, 0],
            [7, 0]], dtype=torch.uint8)
    """
    _check_image(image, "mask")
    if image.dim() != 3:
        raise ValueError("Pass individual images, not batches")
    if image.size(0) != 3:
        raise ValueError("Pass an RGB image. Other Image formats are not supported")
    if masks.ndim == 2:
        masks = masks[None]
    if masks.ndim != 3:
        raise ValueError("masks must be of shape (H, W) or (batch_size, H, W)")
    if masks.dtype != torch.bool:
        raise ValueError(f"The masks must be of dtype bool. Got {masks.dtype}")
    if masks.shape[-2:] != image.shape[-2:]:
        raise ValueError("The image and the masks must have the same height and width")
    if masks.size(0) == 0:
        return image
    painted = image.detach().clone()
    for mask, color in zip(masks, _rgb(colors, masks.size(0)), strict=False):
        shade = torch.tensor(color, dtype=torch.uint8)
        shade = shade.to(image.dtype) / 255 if image.is_floating_point() else shade
        painted = torch.where(mask, shade[:, None, None], painted)
    painted = torch.where(masks.sum(0) > 1, torch.zeros_like(painted), painted)
    return (image * (1 - alpha) + painted * alpha).to(image.dtype)


@torch.no_grad()
def draw_keypoints(
    image: Tensor,
    keypoints: Tensor,
    connectivity: Sequence[tuple[int, int]] | None = None,
    colors: Color | None = None,
    radius: int = 2,
    width: int = 3,
    visibility: Tensor | None = None,
) -> Tensor:
    """An RGB image (3, H, W) with the points (N, K, 2) of N objects, and lines between them.

    https://docs.pytorch.org/vision/stable/generated/torchvision.utils.draw_keypoints.html
    """
    from PIL import ImageDraw

    _check_image(image, "mask")
    if image.dim() != 3:
        raise ValueError("Pass individual images, not batches")
    if image.size(0) != 3:
        raise ValueError("Pass an RGB image. Other Image formats are not supported")
    if keypoints.ndim != 3:
        raise ValueError("keypoints must be of shape (num_instances, K, 2)")
    if visibility is None:
        visibility = torch.ones(keypoints.shape[:-1], dtype=torch.bool)
    if visibility.ndim == 3:
        visibility = visibility.squeeze(-1)
    if visibility.ndim != 2:
        raise ValueError(
            "visibility must be of shape (num_instances, K) or (num_instances, K, 1). "
            f"Got ndim={visibility.ndim}"
        )
    if visibility.shape != keypoints.shape[:-1]:
        raise ValueError(
            "keypoints and visibility must have the same dimensionality for num_instances and K. "
            f"Got {visibility.shape=} and {keypoints.shape=}"
        )
    picture = _to_pil(image)
    draw = ImageDraw.Draw(picture)
    for points, seen in zip(
        keypoints.to(torch.int64).tolist(), visibility.to(torch.bool).tolist(), strict=True
    ):
        for (x, y), visible in zip(points, seen, strict=True):
            if visible:
                box = [x - radius, y - radius, x + radius, y + radius]
                draw.ellipse(box, fill=colors, outline=None, width=0)
        for start, end in connectivity or ():
            if seen[start] and seen[end]:
                draw.line([tuple(points[start]), tuple(points[end])], width=width)
    return _from_pil(picture, image)


# --- optical flow --------------------------------------------------------------------------------


def _color_wheel() -> np.ndarray:
    """Baker's wheel of 55 hues (55, 3): six ramps between the primary and the mixed colors.

    S. Baker et al., A Database and Evaluation Methodology for Optical Flow, 2011.
    """
    ramps = ((15, 0, 1), (6, 1, 0), (4, 1, 2), (11, 2, 1), (13, 2, 0), (6, 0, 2))
    wheel, row = np.zeros((55, 3), np.float32), 0
    for turn, (count, full, moving) in enumerate(ramps):
        ramp = np.floor(255 * np.arange(count) / count)
        wheel[row : row + count, full] = 255
        wheel[row : row + count, moving] = ramp if turn % 2 == 0 else 255 - ramp
        row += count
    return wheel


@torch.no_grad()
def flow_to_image(flow: Tensor) -> Tensor:
    """Colors (3, H, W) or (N, 3, H, W), uint8, of a flow (2, H, W) or (N, 2, H, W), float32.

    The hue is the direction, the saturation the length relative to the longest.
    https://docs.pytorch.org/vision/stable/generated/torchvision.utils.flow_to_image.html

    >>> from torchvision.utils import flow_to_image
    >>> flow_to_image(torch.zeros(2, 4, 4)).shape
    torch.Size([3, 4, 4])
    """
    if flow.dtype != torch.float:
        raise ValueError(f"Flow should be of dtype torch.float, got {flow.dtype}.")
    shape = flow.shape
    if flow.ndim not in (3, 4) or shape[-3] != 2:
        raise ValueError(f"Input flow should have shape (2, H, W) or (N, 2, H, W), got {shape}.")
    flow = flow if flow.ndim == 4 else flow[None]
    longest = torch.sum(flow**2, dim=1).sqrt().max()
    flow = flow / (longest + torch.finfo(flow.dtype).eps)
    length = torch.sum(flow**2, dim=1).sqrt()
    wheel = torch.from_numpy(_color_wheel())
    angle = torch.atan2(-flow[:, 1], -flow[:, 0]) / torch.pi
    place = (angle + 1) / 2 * (len(wheel) - 1)
    before = torch.floor(place).to(torch.long)
    after = before + 1
    after[after == len(wheel)] = 0
    part = place - before
    channels = []
    for channel in wheel.unbind(1):
        color = (1 - part) * (channel[before] / 255.0) + part * (channel[after] / 255.0)
        channels.append(torch.floor(255 * (1 - length * (1 - color))).to(torch.uint8))
    image = torch.stack(channels, 1)
    return image if len(shape) == 4 else image[0]
