"""Transforms that move, cut or resize.

https://docs.pytorch.org/vision/stable/transforms.html#geometry
"""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

from torchish.vision.transforms import _geometry as v1
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms import _setup as setup
from torchish.vision.transforms._conversion import InterpolationMode
from torchish.vision.transforms._functional_geometry import _get_perspective_coeffs
from torchish.vision.transforms._functional_pil import four_sides
from torchish.vision.transforms.v2 import functional as F
from torchish.vision.transforms.v2._transform import OfImages, RandomApplied, Transform
from torchish.vision.transforms.v2._utils import fill_of, fills, has_any, pair, query_size
from torchish.vision.tv_tensors import BoundingBoxes, Mask

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
    "RandomZoomOut",
    "Resize",
    "TenCrop",
]

Interpolation = InterpolationMode | int | str
NEAREST, BILINEAR = "nearest", "bilinear"


class RandomHorizontalFlip(RandomApplied):
    """Left and right exchanged with probability `p`.

    >>> from torchvision.transforms import v2
    >>> v2.RandomHorizontalFlip(p=1.0)(torch.tensor([[[1, 2, 3]]]))
    tensor([[[3, 2, 1]]])
    """

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.horizontal_flip, inpt)


class RandomVerticalFlip(RandomApplied):
    """Top and bottom exchanged with probability `p`.

    >>> from torchvision.transforms import v2
    >>> v2.RandomVerticalFlip(p=1.0)(torch.tensor([[[1], [2]]]))
    tensor([[[2],
             [1]]])
    """

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.vertical_flip, inpt)


class Resize(Transform):
    """Another size: (height, width), the length of the shorter side, or None: see `F.resize`.

    ValueError for other sizes.

    >>> from torchvision import tv_tensors
    >>> from torchvision.transforms import v2
    >>> boxes = tv_tensors.BoundingBoxes([[0, 0, 4, 4]], format="XYXY", canvas_size=(8, 8))
    >>> v2.Resize((16, 16))(torch.zeros(3, 8, 8), boxes)[1].tolist()  # boxes go with the image
    [[0, 0, 8, 8]]
    """

    def __init__(
        self,
        size: int | Sequence[int] | None,
        interpolation: Interpolation = BILINEAR,
        max_size: int | None = None,
        antialias: bool | None = True,
    ):
        super().__init__()
        if isinstance(size, int):
            size = [size]
        elif isinstance(size, Sequence) and len(size) in (1, 2):
            size = list(size)
        elif size is None:
            if not isinstance(max_size, int):
                raise ValueError(
                    f"max_size must be an integer when size is None, but got {max_size} instead."
                )
        else:
            raise ValueError(
                "size can be an integer, a sequence of one or two integers, or None, but got "
                f"{size} instead."
            )
        self.size, self.interpolation = size, interpolation
        self.max_size, self.antialias = max_size, antialias

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(
            F.resize,
            inpt,
            self.size,
            interpolation=self.interpolation,
            max_size=self.max_size,
            antialias=self.antialias,
        )


class CenterCrop(Transform):
    """The middle, padded with zeros where it is too small.

    >>> from torchvision.transforms import v2
    >>> v2.CenterCrop(2)(torch.arange(16).reshape(1, 4, 4))
    tensor([[[ 5,  6],
             [ 9, 10]]])
    """

    def __init__(self, size: int | Sequence[int]):
        super().__init__()
        self.size = pair(size, setup.TWO_SIZES)

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.center_crop, inpt, output_size=self.size)


class RandomResizedCrop(Transform):
    """A rectangle of random area, ratio and place, resized: the augmentation of ImageNet training.

    `scale` is the range of its share of the image, `ratio` that of its width by its height.
    """

    get_params = staticmethod(v1.RandomResizedCrop.get_params)

    def __init__(
        self,
        size: int | Sequence[int],
        scale: tuple[float, float] = (0.08, 1.0),
        ratio: tuple[float, float] = (3.0 / 4.0, 4.0 / 3.0),
        interpolation: Interpolation = BILINEAR,
        antialias: bool | None = True,
    ):
        super().__init__()
        self.size = pair(size, setup.TWO_SIZES)
        setup.area(scale, ratio)
        self.scale, self.ratio = scale, ratio
        self.interpolation, self.antialias = interpolation, antialias

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        height, width = query_size(flat_inputs)
        where = v1.random_rectangle(height, width, self.scale, self.ratio)
        return dict(zip(("top", "left", "height", "width"), where))

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(
            F.resized_crop,
            inpt,
            **params,
            size=self.size,
            interpolation=self.interpolation,
            antialias=self.antialias,
        )


class _Crops(OfImages):
    """Several crops of one image."""

    _functional: Any

    def _options(self) -> tuple[Any, ...]:
        return ()

    def __init__(self, size: int | Sequence[int]):
        super().__init__()
        self.size = pair(size, setup.TWO_SIZES)

    def check_inputs(self, flat_inputs: list[Any]) -> None:
        if has_any(flat_inputs, BoundingBoxes, Mask):
            raise TypeError(
                f"BoundingBoxes'es and Mask's are not supported by {type(self).__name__}()"
            )


class FiveCrop(_Crops):
    """The four corners and the middle of an image, as a tuple."""

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.five_crop, inpt, self.size)


class TenCrop(_Crops):
    """`FiveCrop` of an image and of its mirror image, as a tuple."""

    def __init__(self, size: int | Sequence[int], vertical_flip: bool = False):
        super().__init__(size)
        self.vertical_flip = vertical_flip

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.ten_crop, inpt, self.size, vertical_flip=self.vertical_flip)


class Pad(Transform):
    """A border: see `F.pad`. TypeError or ValueError for arguments that do not suit.

    >>> from torchvision.transforms import v2
    >>> v2.Pad((1, 0), fill=9)(torch.tensor([[[1, 2]]]))
    tensor([[[9, 1, 2, 9]]])
    """

    def __init__(self, padding: int | Sequence[int], fill: Any = 0, padding_mode: str = "constant"):
        super().__init__()
        setup.padding(padding, 0, padding_mode)
        self.padding = padding if isinstance(padding, int) else list(padding)
        self.fill, self._fill = fill, fills(fill)
        self.padding_mode = padding_mode

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        fill = fill_of(self._fill, type(inpt))
        return self._call_kernel(
            F.pad, inpt, padding=self.padding, fill=fill, padding_mode=self.padding_mode
        )


class RandomZoomOut(RandomApplied):
    """The sample on a larger canvas, `side_range` times as large, with probability `p`.

    >>> from torchvision.transforms import v2
    >>> v2.RandomZoomOut(side_range=(2.0, 2.0), p=1.0)(torch.ones(1, 3, 3)).shape
    torch.Size([1, 6, 6])
    """

    def __init__(self, fill: Any = 0, side_range: Sequence[float] = (1.0, 4.0), p: float = 0.5):
        super().__init__(p=p)
        self.fill, self._fill = fill, fills(fill)
        setup.sequence(side_range, "side_range", (2,))
        self.side_range = side_range
        if side_range[0] < 1.0 or side_range[0] > side_range[1]:
            raise ValueError(f"Invalid side range provided {side_range}.")

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        height, width = query_size(flat_inputs)
        low, high = self.side_range
        ratio = draw.affine(low, high - low)
        new_width, new_height = draw.whole(width, ratio), draw.whole(height, ratio)
        left = draw.whole(new_width - width, draw.number())
        top = draw.whole(new_height - height, draw.number())
        right, bottom = new_width - (left + width), new_height - (top + height)
        return {"padding": [left, top, right, bottom]}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.pad, inpt, **params, fill=fill_of(self._fill, type(inpt)))


class RandomRotation(Transform):
    """Turned counter-clockwise by a random angle of a range of degrees."""

    get_params = staticmethod(v1.RandomRotation.get_params)

    def __init__(
        self,
        degrees: numbers.Number | Sequence,
        interpolation: Interpolation = NEAREST,
        expand: bool = False,
        center: list[float] | None = None,
        fill: Any = 0,
    ):
        super().__init__()
        self.degrees = setup.angles(degrees, "degrees")
        self.interpolation, self.expand = interpolation, expand
        self.fill, self._fill = fill, fills(fill)
        if center is not None:
            setup.sequence(center, "center", (2,))
        self.center = center

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        return {"angle": draw.uniform(self.degrees[0], self.degrees[1])}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(
            F.rotate,
            inpt,
            **params,
            interpolation=self.interpolation,
            expand=self.expand,
            center=self.center,
            fill=fill_of(self._fill, type(inpt)),
        )


class RandomAffine(Transform):
    """Turned, moved, scaled and sheared at random, about the middle or `center`.

    `degrees` and `shear` are ranges of angles, `translate` the largest moves as shares of width and
    height, `scale` a range of factors. TypeError or ValueError for arguments that do not suit.
    """

    get_params = staticmethod(v1.RandomAffine.get_params)

    def __init__(
        self,
        degrees: numbers.Number | Sequence,
        translate: Sequence[float] | None = None,
        scale: Sequence[float] | None = None,
        shear: float | Sequence[float] | None = None,
        interpolation: Interpolation = NEAREST,
        fill: Any = 0,
        center: list[float] | None = None,
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
        self.interpolation = interpolation
        self.fill, self._fill = fill, fills(fill)
        if center is not None:
            setup.sequence(center, "center", (2,))
        self.center = center

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        height, width = query_size(flat_inputs)
        drawn = self.get_params(
            self.degrees, self.translate, self.scale, self.shear, [width, height]
        )
        return dict(zip(("angle", "translate", "scale", "shear"), drawn))

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(
            F.affine,
            inpt,
            **params,
            interpolation=self.interpolation,
            fill=fill_of(self._fill, type(inpt)),
            center=self.center,
        )


class RandomCrop(Transform):
    """A rectangle of a size at a random place, after padding.

    ValueError when a sample is too small, unless `pad_if_needed`.
    """

    get_params = staticmethod(v1.RandomCrop.get_params)

    def __init__(
        self,
        size: int | Sequence[int],
        padding: int | Sequence[int] | None = None,
        pad_if_needed: bool = False,
        fill: Any = 0,
        padding_mode: str = "constant",
    ):
        super().__init__()
        self.size = pair(size, setup.TWO_SIZES)
        if pad_if_needed or padding is not None:
            setup.padding(0 if padding is None else padding, 0, padding_mode)
        self.padding = four_sides(padding) if padding is not None else None
        self.pad_if_needed = pad_if_needed
        self.fill, self._fill = fill, fills(fill)
        self.padding_mode = padding_mode

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        height, width = query_size(flat_inputs)
        left, top, right, bottom = self.padding or (0, 0, 0, 0)
        new_height, new_width = height + top + bottom, width + left + right
        wanted_height, wanted_width = self.size
        if self.pad_if_needed:
            if new_height < wanted_height:
                more = wanted_height - new_height
                top, bottom, new_height = top + more, bottom + more, new_height + 2 * more
            if new_width < wanted_width:
                more = wanted_width - new_width
                left, right, new_width = left + more, right + more, new_width + 2 * more
        if new_height < wanted_height or new_width < wanted_width:
            raise ValueError(
                f"Required crop size {(wanted_height, wanted_width)} is larger than "
                f"{'padded ' if self.padding is not None else ''}input image size "
                f"{(new_height, new_width)}."
            )
        padding = [left, top, right, bottom]
        crop_top = crop_left = 0
        if new_height > wanted_height:
            crop_top = draw.integer(0, new_height - wanted_height + 1)
        if new_width > wanted_width:
            crop_left = draw.integer(0, new_width - wanted_width + 1)
        return {
            "needs_crop": (new_height, new_width) != (wanted_height, wanted_width),
            "top": crop_top,
            "left": crop_left,
            "height": wanted_height,
            "width": wanted_width,
            "needs_pad": any(padding),
            "padding": padding,
        }

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        if params["needs_pad"]:
            fill = fill_of(self._fill, type(inpt))
            inpt = self._call_kernel(
                F.pad, inpt, padding=params["padding"], fill=fill, padding_mode=self.padding_mode
            )
        if params["needs_crop"]:
            where = {k: params[k] for k in ("top", "left", "height", "width")}
            inpt = self._call_kernel(F.crop, inpt, **where)
        return inpt


class RandomPerspective(RandomApplied):
    """The corners moved inwards at random, with probability `p`.

    `distortion_scale` from 0 to 1 is how far, as a share of half the image. ValueError for others.
    """

    get_params = staticmethod(v1.RandomPerspective.get_params)

    def __init__(
        self,
        distortion_scale: float = 0.5,
        p: float = 0.5,
        interpolation: Interpolation = BILINEAR,
        fill: Any = 0,
    ):
        super().__init__(p=p)
        if not 0 <= distortion_scale <= 1:
            raise ValueError("Argument distortion_scale value should be between 0 and 1")
        self.distortion_scale, self.interpolation = distortion_scale, interpolation
        self.fill, self._fill = fill, fills(fill)

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        height, width = query_size(flat_inputs)
        start, end = self.get_params(width, height, self.distortion_scale)
        return {"coefficients": _get_perspective_coeffs(start, end)}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(
            F.perspective,
            inpt,
            startpoints=None,
            endpoints=None,
            fill=fill_of(self._fill, type(inpt)),
            interpolation=self.interpolation,
            **params,
        )


class ElasticTransform(Transform):
    """Pixels moved by a smoothed random field, as if seen through water.

    `alpha` is how far, `sigma` how smooth: one number, or two for x and y.
    """

    get_params = staticmethod(v1.ElasticTransform.get_params)

    def __init__(
        self,
        alpha: float | Sequence[float] = 50.0,
        sigma: float | Sequence[float] = 5.0,
        interpolation: Interpolation = BILINEAR,
        fill: Any = 0,
    ):
        super().__init__()
        self.alpha, self.sigma = _two_floats(alpha, "alpha"), _two_floats(sigma, "sigma")
        self.interpolation = interpolation
        self.fill, self._fill = fill, fills(fill)

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        size = list(query_size(flat_inputs))
        return {"displacement": v1.random_displacement(self.alpha, self.sigma, size)}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(
            F.elastic,
            inpt,
            **params,
            fill=fill_of(self._fill, type(inpt)),
            interpolation=self.interpolation,
        )


def _two_floats(value: Any, name: str) -> list[float]:
    """Two floats, of one number or two. TypeError or ValueError for others."""
    if not isinstance(value, (int, float, Sequence)):
        raise TypeError(f"{name} should be a number or a sequence of numbers. Got {type(value)}")
    if isinstance(value, Sequence) and len(value) not in (1, 2):
        raise ValueError(f"If {name} is a sequence its length should be 1 or 2. Got {len(value)}")
    if isinstance(value, Sequence):
        if not all(isinstance(v, (int, float)) for v in value):
            raise ValueError(f"{name} should be a sequence of numbers. Got {value}")
        numbers_ = [float(v) for v in value]
        return numbers_ * 2 if len(numbers_) == 1 else numbers_
    return [float(value), float(value)]
