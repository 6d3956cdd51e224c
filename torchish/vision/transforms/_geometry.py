"""Transforms that move, cut or resize.

https://docs.pytorch.org/vision/stable/transforms.html#v1-api-reference
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor, from_numpy
from torchish._core.tensor.api.random import default_generator
from torchish.nn import Module
from torchish.utils.data._utils.hosting import host_copy
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms import _setup as setup
from torchish.vision.transforms import functional as F
from torchish.vision.transforms.functional import InterpolationMode

__all__ = [
    "CenterCrop",
    "ElasticTransform",
    "FiveCrop",
    "Pad",
    "RandomAffine",
    "RandomCrop",
    "RandomHorizontalFlip",
    "RandomPerspective",
    "RandomResizedCrop",
    "RandomRotation",
    "RandomVerticalFlip",
    "Resize",
    "TenCrop",
]


class Resize(Module):
    """An image of another size: (height, width), or the length of the shorter side.

    TypeError or ValueError for other sizes.

    >>> from torchvision import transforms
    >>> transforms.Resize((2, 3))(torch.zeros(3, 8, 8)).shape
    torch.Size([3, 2, 3])
    >>> transforms.Resize(4)(torch.zeros(3, 8, 16)).shape  # the smaller edge
    torch.Size([3, 4, 8])
    """

    def __init__(
        self,
        size: int | Sequence[int],
        interpolation: InterpolationMode = InterpolationMode.BILINEAR,
        max_size: int | None = None,
        antialias: bool | None = True,
    ):
        super().__init__()
        if not isinstance(size, (int, Sequence)):
            raise TypeError(f"Size should be int or sequence. Got {type(size)}")
        if isinstance(size, Sequence) and len(size) not in (1, 2):
            raise ValueError("If size is a sequence, it should have 1 or 2 values")
        self.size, self.max_size = size, max_size
        self.interpolation, self.antialias = setup.mode(interpolation), antialias

    def forward(self, img: Any) -> Any:
        return F.resize(img, self.size, self.interpolation, self.max_size, self.antialias)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(size={self.size}, interpolation={self.interpolation.value}, "
            f"max_size={self.max_size}, antialias={self.antialias})"
        )


class _Sized(Module):
    """A transform to a (height, width)."""

    def __init__(self, size: int | Sequence[int]):
        super().__init__()
        self.size = setup.two(size)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size})"


class CenterCrop(_Sized):
    """The middle of an image, padded with zeros where it is too small.

    >>> from torchvision import transforms
    >>> transforms.CenterCrop(2)(torch.arange(16).reshape(1, 4, 4))
    tensor([[[ 5,  6],
             [ 9, 10]]])
    """

    def forward(self, img: Any) -> Any:
        return F.center_crop(img, self.size)


class FiveCrop(_Sized):
    """The four corners and the middle of an image, as a tuple.

    >>> from torchvision import transforms
    >>> list(x.item() for x in transforms.FiveCrop(1)(torch.arange(9).reshape(1, 3, 3)))
    [0, 2, 6, 8, 4]
    """

    def forward(self, img: Any) -> tuple:
        return F.five_crop(img, self.size)


class TenCrop(_Sized):
    """`FiveCrop` of an image and of its mirror image, as a tuple.

    >>> from torchvision import transforms
    >>> len(transforms.TenCrop(2)(torch.zeros(1, 4, 4)))
    10
    """

    def __init__(self, size: int | Sequence[int], vertical_flip: bool = False):
        super().__init__(size)
        self.vertical_flip = vertical_flip

    def forward(self, img: Any) -> tuple:
        return F.ten_crop(img, self.size, self.vertical_flip)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size}, vertical_flip={self.vertical_flip})"


class Pad(Module):
    """A border: see `functional.pad`. TypeError or ValueError for arguments that do not suit.

    >>> from torchvision import transforms
    >>> transforms.Pad((1, 0), fill=9)(torch.tensor([[[1, 2]]]))
    tensor([[[9, 1, 2, 9]]])
    """

    def __init__(self, padding: int | Sequence[int], fill: Any = 0, padding_mode: str = "constant"):
        super().__init__()
        setup.padding(padding, fill, padding_mode)
        self.padding, self.fill, self.padding_mode = padding, fill, padding_mode

    def forward(self, img: Any) -> Any:
        return F.pad(img, self.padding, self.fill, self.padding_mode)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(padding={self.padding}, fill={self.fill}, "
            f"padding_mode={self.padding_mode})"
        )


class RandomCrop(Module):
    """A rectangle of a size at a random place, after padding.

    ValueError when an image is too small, unless `pad_if_needed`.

    >>> from torchvision import transforms
    >>> _ = torch.manual_seed(0)
    >>> transforms.RandomCrop(2)(torch.arange(16).reshape(1, 4, 4))
    tensor([[[ 8,  9],
             [12, 13]]])
    """

    def __init__(
        self,
        size: int | Sequence[int],
        padding: int | Sequence[int] | None = None,
        pad_if_needed: bool = False,
        fill: Any = 0,
        padding_mode: str = "constant",
    ):
        super().__init__()
        self.size = tuple(setup.two(size))
        self.padding, self.pad_if_needed = padding, pad_if_needed
        self.fill, self.padding_mode = fill, padding_mode

    @staticmethod
    def get_params(img: Any, output_size: tuple[int, int]) -> tuple[int, int, int, int]:
        """(top, left, height, width) of a random rectangle."""
        _, h, w = F.get_dimensions(img)
        th, tw = output_size
        if h < th or w < tw:
            raise ValueError(
                f"Required crop size {(th, tw)} is larger than input image size {(h, w)}"
            )
        if w == tw and h == th:
            return 0, 0, h, w
        return draw.integer(0, h - th + 1), draw.integer(0, w - tw + 1), th, tw

    def forward(self, img: Any) -> Any:
        if self.padding is not None:
            img = F.pad(img, self.padding, self.fill, self.padding_mode)
        _, h, w = F.get_dimensions(img)
        if self.pad_if_needed and w < self.size[1]:
            img = F.pad(img, [self.size[1] - w, 0], self.fill, self.padding_mode)
        if self.pad_if_needed and h < self.size[0]:
            img = F.pad(img, [0, self.size[0] - h], self.fill, self.padding_mode)
        return F.crop(img, *self.get_params(img, self.size))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size}, padding={self.padding})"


class RandomHorizontalFlip(Module):
    """Left and right exchanged with probability `p`.

    >>> from torchvision import transforms
    >>> transforms.RandomHorizontalFlip(p=1.0)(torch.tensor([[[1, 2, 3]]]))
    tensor([[[3, 2, 1]]])
    """

    def __init__(self, p: float = 0.5):
        super().__init__()
        self.p = p

    def forward(self, img: Any) -> Any:
        return F.hflip(img) if draw.below(self.p) else img

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"


class RandomVerticalFlip(RandomHorizontalFlip):
    """Top and bottom exchanged with probability `p`.

    >>> from torchvision import transforms
    >>> transforms.RandomVerticalFlip(p=1.0)(torch.tensor([[[1], [2]]]))
    tensor([[[2],
             [1]]])
    """

    def forward(self, img: Any) -> Any:
        return F.vflip(img) if draw.below(self.p) else img


def random_rectangle(
    height: int, width: int, scale: Sequence[float], ratio: Sequence[float]
) -> tuple[int, int, int, int]:
    """(top, left, height, width) of a random rectangle; the middle when ten do not fit."""
    low, high = draw.log_pair(ratio)
    for _ in range(10):
        area = height * width * draw.uniform(scale[0], scale[1])
        aspect = draw.log_uniform(low, high)
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < w <= width and 0 < h <= height:
            top = draw.integer(0, height - h + 1)
            return top, draw.integer(0, width - w + 1), h, w
    whole = float(width) / float(height)
    w, h = width, height
    if whole < min(ratio):
        h = round(w / min(ratio))
    elif whole > max(ratio):
        w = round(h * max(ratio))
    return (height - h) // 2, (width - w) // 2, h, w


class RandomResizedCrop(Module):
    """A rectangle of random area, ratio and place, resized: the augmentation of ImageNet training.

    `scale` is the range of its share of the image, `ratio` that of its width by its height.

    >>> from torchvision import transforms
    >>> transforms.RandomResizedCrop(5)(torch.rand(3, 9, 9)).shape
    torch.Size([3, 5, 5])
    """

    def __init__(
        self,
        size: int | Sequence[int],
        scale: Sequence[float] = (0.08, 1.0),
        ratio: Sequence[float] = (3.0 / 4.0, 4.0 / 3.0),
        interpolation: InterpolationMode = InterpolationMode.BILINEAR,
        antialias: bool | None = True,
    ):
        super().__init__()
        self.size = setup.two(size)
        setup.area(scale, ratio)
        self.interpolation, self.antialias = setup.mode(interpolation), antialias
        self.scale, self.ratio = scale, ratio

    @staticmethod
    def get_params(
        img: Any, scale: Sequence[float], ratio: Sequence[float]
    ) -> tuple[int, int, int, int]:
        """(top, left, height, width) of a random rectangle; the middle when ten do not fit."""
        _, height, width = F.get_dimensions(img)
        return random_rectangle(height, width, scale, ratio)

    def forward(self, img: Any) -> Any:
        where = self.get_params(img, self.scale, self.ratio)
        return F.resized_crop(img, *where, self.size, self.interpolation, antialias=self.antialias)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(size={self.size}, "
            f"scale={tuple(round(s, 4) for s in self.scale)}, "
            f"ratio={tuple(round(r, 4) for r in self.ratio)}, "
            f"interpolation={self.interpolation.value}, antialias={self.antialias})"
        )


class RandomRotation(Module):
    """Turned by a random angle of a range of degrees.

    >>> from torchvision import transforms
    >>> transforms.RandomRotation((90, 90))(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[2., 4.],
             [1., 3.]]])
    """

    def __init__(
        self,
        degrees: float | Sequence[float],
        interpolation: InterpolationMode = InterpolationMode.NEAREST,
        expand: bool = False,
        center: Sequence[float] | None = None,
        fill: Any = 0,
    ):
        super().__init__()
        self.degrees = setup.angles(degrees, "degrees")
        if center is not None:
            setup.sequence(center, "center", (2,))
        self.interpolation, self.fill = setup.mode(interpolation), setup.filling(fill)
        self.expand, self.center = expand, center

    @staticmethod
    def get_params(degrees: Sequence[float]) -> float:
        """A random angle."""
        return draw.uniform(degrees[0], degrees[1])

    def forward(self, img: Any) -> Any:
        fill = setup.fill_of(self.fill, img)
        angle = self.get_params(self.degrees)
        return F.rotate(img, angle, self.interpolation, self.expand, self.center, fill)

    def __repr__(self) -> str:
        center = f", center={self.center}" if self.center is not None else ""
        return (
            f"{type(self).__name__}(degrees={self.degrees}, "
            f"interpolation={self.interpolation.value}, expand={self.expand}{center}, "
            f"fill={self.fill})"
        )


class RandomAffine(Module):
    """Turned, moved, scaled and sheared at random, about the middle or `center`.

    `degrees` and `shear` are ranges of angles, `translate` the largest moves as shares of width and
    height, `scale` a range of factors. TypeError or ValueError for arguments that do not suit.

    >>> from torchvision import transforms
    >>> transforms.RandomAffine(degrees=0)(torch.tensor([[[1.0, 2.0]]]))  # nothing to do
    tensor([[[1., 2.]]])
    """

    def __init__(
        self,
        degrees: float | Sequence[float],
        translate: Sequence[float] | None = None,
        scale: Sequence[float] | None = None,
        shear: float | Sequence[float] | None = None,
        interpolation: InterpolationMode = InterpolationMode.NEAREST,
        fill: Any = 0,
        center: Sequence[float] | None = None,
    ):
        super().__init__()
        self.degrees = setup.angles(degrees, "degrees")
        if translate is not None:
            setup.sequence(translate, "translate", (2,))
            if any(not 0.0 <= t <= 1.0 for t in translate):
                raise ValueError("translation values should be between 0 and 1")
        if scale is not None:
            setup.sequence(scale, "scale", (2,))
            if any(s <= 0 for s in scale):
                raise ValueError("scale values should be positive")
        self.translate, self.scale = translate, scale
        self.shear = None if shear is None else setup.angles(shear, "shear", (2, 4))
        self.interpolation, self.fill = setup.mode(interpolation), setup.filling(fill)
        if center is not None:
            setup.sequence(center, "center", (2,))
        self.center = center

    @staticmethod
    def get_params(
        degrees: Sequence[float],
        translate: Sequence[float] | None,
        scale_ranges: Sequence[float] | None,
        shears: Sequence[float] | None,
        img_size: Sequence[int],
    ) -> tuple[float, tuple[int, int], float, tuple[float, float]]:
        """(angle, (x, y), scale, (shear x, shear y)) drawn at random; `img_size` (width, height)"""
        angle = draw.uniform(degrees[0], degrees[1])
        moved = (0, 0)
        if translate is not None:
            dx, dy = float(translate[0] * img_size[0]), float(translate[1] * img_size[1])
            x = round(draw.uniform(-dx, dx))
            moved = (x, round(draw.uniform(-dy, dy)))
        scale = 1.0 if scale_ranges is None else draw.uniform(scale_ranges[0], scale_ranges[1])
        shear_x = shear_y = 0.0
        if shears is not None:
            shear_x = draw.uniform(shears[0], shears[1])
            if len(shears) == 4:
                shear_y = draw.uniform(shears[2], shears[3])
        return angle, moved, scale, (shear_x, shear_y)

    def forward(self, img: Any) -> Any:
        fill = setup.fill_of(self.fill, img)
        size = F.get_image_size(img)
        params = self.get_params(self.degrees, self.translate, self.scale, self.shear, size)
        return F.affine(
            img, *params, interpolation=self.interpolation, fill=fill, center=self.center
        )

    def __repr__(self) -> str:
        nearest = self.interpolation is InterpolationMode.NEAREST
        shown = {
            "translate": self.translate,
            "scale": self.scale,
            "shear": self.shear,
            "interpolation": None if nearest else self.interpolation.value,
            "fill": None if self.fill == 0 else self.fill,
            "center": self.center,
        }
        rest = "".join(f", {k}={v}" for k, v in shown.items() if v is not None)
        return f"{type(self).__name__}(degrees={self.degrees}{rest})"


class RandomPerspective(Module):
    """The corners moved inwards at random, with probability `p`.

    `distortion_scale` from 0 to 1 is how far, as a share of half the image.

    >>> from torchvision import transforms
    >>> transforms.RandomPerspective(p=1.0)(torch.rand(1, 8, 8)).shape
    torch.Size([1, 8, 8])
    """

    def __init__(
        self,
        distortion_scale: float = 0.5,
        p: float = 0.5,
        interpolation: InterpolationMode = InterpolationMode.BILINEAR,
        fill: Any = 0,
    ):
        super().__init__()
        self.p, self.distortion_scale = p, distortion_scale
        self.interpolation, self.fill = setup.mode(interpolation), setup.filling(fill)

    @staticmethod
    def get_params(
        width: int, height: int, distortion_scale: float
    ) -> tuple[list[list[int]], list[list[int]]]:
        """The four corners (x, y) of the image, and where they come to lie."""
        dx, dy = int(distortion_scale * (width // 2)), int(distortion_scale * (height // 2))

        def near(right: bool, below: bool) -> list[int]:
            x = draw.integer(width - dx - 1, width) if right else draw.integer(0, dx + 1)
            y = draw.integer(height - dy - 1, height) if below else draw.integer(0, dy + 1)
            return [x, y]

        start = [[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]]
        ways = ((False, False), (True, False), (True, True), (False, True))
        return start, [near(right, below) for right, below in ways]

    def forward(self, img: Any) -> Any:
        fill = setup.fill_of(self.fill, img)
        _, height, width = F.get_dimensions(img)
        if not draw.below(self.p):
            return img
        start, end = self.get_params(width, height, self.distortion_scale)
        return F.perspective(img, start, end, self.interpolation, fill)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"


def random_displacement(
    alpha: Sequence[float], sigma: Sequence[float], size: Sequence[int]
) -> Tensor:
    """A random displacement (1, height, width, 2)."""
    parts = []
    for k in (0, 1):
        d = default_generator.rand((1, 1, *size)) * np.float32(2) - np.float32(1)
        if sigma[k] > 0.0:
            n = int(8 * sigma[k] + 1)
            n += n % 2 == 0
            d = host_copy(F.gaussian_blur(from_numpy(d), [n, n], sigma))
        parts.append(d[:, 0] * np.float32(alpha[k]) / np.float32(size[1 - k]))
    return from_numpy(np.stack(parts, axis=-1))


class ElasticTransform(Module):
    """Pixels moved by a smoothed random field, as if seen through water.

    `alpha` is how far, `sigma` how smooth: floats, or pairs of floats for x and y.

    >>> from torchvision import transforms
    >>> transforms.ElasticTransform(alpha=10.0)(torch.rand(1, 32, 32)).shape
    torch.Size([1, 32, 32])
    """

    def __init__(
        self,
        alpha: float | Sequence[float] = 50.0,
        sigma: float | Sequence[float] = 5.0,
        interpolation: InterpolationMode = InterpolationMode.BILINEAR,
        fill: Any = 0,
    ):
        super().__init__()
        self.alpha, self.sigma = setup.floats(alpha, "alpha"), setup.floats(sigma, "sigma")
        self.interpolation = setup.mode(interpolation)
        if isinstance(fill, (int, float)):
            self.fill = [float(fill)]
        elif isinstance(fill, (list, tuple)):
            self.fill = [float(f) for f in fill]
        else:
            raise TypeError(
                f"fill should be int or float or a list or tuple of them. Got {type(fill)}"
            )

    @staticmethod
    def get_params(alpha: Sequence[float], sigma: Sequence[float], size: Sequence[int]) -> Tensor:
        """A random displacement (1, height, width, 2)."""
        return random_displacement(alpha, sigma, size)

    def forward(self, tensor: Any) -> Any:
        _, height, width = F.get_dimensions(tensor)
        displacement = self.get_params(self.alpha, self.sigma, [height, width])
        return F.elastic_transform(tensor, displacement, self.interpolation, self.fill)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(alpha={self.alpha}, sigma={self.sigma}, "
            f"interpolation={self.interpolation}, fill={self.fill})"
        )
