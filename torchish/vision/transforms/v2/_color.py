"""Transforms that change values.

https://docs.pytorch.org/vision/stable/transforms.html#color
"""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

from torchish.vision.transforms import _color as v1
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms.v2 import functional as F
from torchish.vision.transforms.v2._transform import RandomApplied, Transform
from torchish.vision.transforms.v2._utils import query_chw

__all__ = [
    "RGB",
    "ColorJitter",
    "Grayscale",
    "RandomAdjustSharpness",
    "RandomAutocontrast",
    "RandomChannelPermutation",
    "RandomEqualize",
    "RandomGrayscale",
    "RandomInvert",
    "RandomPhotometricDistort",
    "RandomPosterize",
    "RandomSolarize",
]


class Grayscale(Transform):
    """Grey, with 1 or 3 channels.

    >>> from torchvision.transforms import v2
    >>> v2.Grayscale(num_output_channels=3)(torch.rand(3, 4, 4)).shape
    torch.Size([3, 4, 4])
    """

    def __init__(self, num_output_channels: int = 1):
        super().__init__()
        self.num_output_channels = num_output_channels

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(
            F.rgb_to_grayscale, inpt, num_output_channels=self.num_output_channels
        )


class RGB(Transform):
    """Three channels, those of a grey image equal.

    >>> from torchvision.transforms import v2
    >>> v2.RGB()(torch.rand(1, 4, 4)).shape
    torch.Size([3, 4, 4])
    """

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.grayscale_to_rgb, inpt)


class RandomGrayscale(RandomApplied):
    """Grey with probability `p`, with as many channels as before."""

    def __init__(self, p: float = 0.1):
        super().__init__(p=p)

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        return {"num_input_channels": query_chw(flat_inputs)[0]}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(
            F.rgb_to_grayscale, inpt, num_output_channels=params["num_input_channels"]
        )


def _range(
    value: Any,
    name: str,
    center: float = 1.0,
    bound: tuple[float, float] = (0, float("inf")),
    clip: bool = True,
) -> tuple[float, float] | None:
    """The range that a factor is drawn from; None when it would change nothing."""
    if value is None:
        return None
    if isinstance(value, numbers.Number):
        n: Any = value
        if n < 0:
            raise ValueError(f"If {name} is a single number, it must be non negative.")
        value = [center - n, center + n]
        if clip:
            value[0] = max(value[0], 0.0)
    elif not (isinstance(value, Sequence) and len(value) == 2):
        raise ValueError(f"{name}={value} should be a single number or a sequence with length 2.")
    if not bound[0] <= value[0] <= value[1] <= bound[1]:
        raise ValueError(f"{name} values should be between {bound}, but got {value}.")
    return None if value[0] == value[1] == center else (float(value[0]), float(value[1]))


class ColorJitter(Transform):
    """Brightness, contrast, saturation and hue changed at random, in a random order.

    Each is a range of factors (for hue, of turns in [-0.5, 0.5]), or a number: the range of that
    width on both sides of no change. ValueError for others.
    """

    get_params = staticmethod(v1.ColorJitter.get_params)

    def __init__(
        self,
        brightness: float | Sequence[float] | None = None,
        contrast: float | Sequence[float] | None = None,
        saturation: float | Sequence[float] | None = None,
        hue: float | Sequence[float] | None = None,
    ):
        super().__init__()
        self.brightness = _range(brightness, "brightness")
        self.contrast = _range(contrast, "contrast")
        self.saturation = _range(saturation, "saturation")
        self.hue = _range(hue, "hue", center=0, bound=(-0.5, 0.5), clip=False)

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        ranges = (self.brightness, self.contrast, self.saturation, self.hue)
        order, *factors = self.get_params(*ranges)
        return {"fn_idx": order.tolist(), "factors": factors}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        adjust = (F.adjust_brightness, F.adjust_contrast, F.adjust_saturation, F.adjust_hue)
        for k in params["fn_idx"]:
            factor = params["factors"][k]
            if factor is not None:
                inpt = self._call_kernel(adjust[k], inpt, factor)
        return inpt


class RandomChannelPermutation(Transform):
    """The channels in a random order.

    >>> from torchvision.transforms import v2
    >>> x = torch.arange(3.0).reshape(3, 1, 1)
    >>> v2.RandomChannelPermutation()(x).flatten().sort().values
    tensor([0., 1., 2.])
    """

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        return {"permutation": draw.order(query_chw(flat_inputs)[0])}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.permute_channels, inpt, params["permutation"])


class RandomPhotometricDistort(Transform):
    """Brightness, contrast, saturation, hue and the order of channels changed at random.

    Each with probability `p`, by a factor of its range. From SSD, https://arxiv.org/abs/1512.02325.

    >>> from torchvision.transforms import v2
    >>> v2.RandomPhotometricDistort(p=0.0)(torch.rand(3, 4, 4)).shape
    torch.Size([3, 4, 4])
    """

    def __init__(
        self,
        brightness: tuple[float, float] = (0.875, 1.125),
        contrast: tuple[float, float] = (0.5, 1.5),
        saturation: tuple[float, float] = (0.5, 1.5),
        hue: tuple[float, float] = (-0.05, 0.05),
        p: float = 0.5,
    ):
        super().__init__()
        self.brightness, self.contrast = brightness, contrast
        self.hue, self.saturation = hue, saturation
        self.p = p

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        channels = query_chw(flat_inputs)[0]
        ranges = {
            "brightness": self.brightness,
            "contrast": self.contrast,
            "saturation": self.saturation,
            "hue": self.hue,
        }
        params: dict[str, Any] = {
            name: draw.uniform(low, high) if draw.below(self.p) else None
            for name, (low, high) in ranges.items()
        }
        params["contrast_before"] = draw.below(0.5)
        params["permutation"] = draw.order(channels) if draw.below(self.p) else None
        return params

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        early = params["contrast_before"]
        steps = [
            (F.adjust_brightness, params["brightness"]),
            (F.adjust_contrast, params["contrast"] if early else None),
            (F.adjust_saturation, params["saturation"]),
            (F.adjust_hue, params["hue"]),
            (F.adjust_contrast, None if early else params["contrast"]),
            (F.permute_channels, params["permutation"]),
        ]
        for functional, argument in steps:
            if argument is not None:
                inpt = self._call_kernel(functional, inpt, argument)
        return inpt


class RandomEqualize(RandomApplied):
    """The histogram of each channel made even, with probability `p`."""

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.equalize, inpt)


class RandomInvert(RandomApplied):
    """The negative, with probability `p`."""

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.invert, inpt)


class RandomAutocontrast(RandomApplied):
    """Each channel stretched to the whole range, with probability `p`."""

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.autocontrast, inpt)


class RandomPosterize(RandomApplied):
    """Only `bits` bits a channel, with probability `p`."""

    def __init__(self, bits: int, p: float = 0.5):
        super().__init__(p=p)
        self.bits = bits

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.posterize, inpt, bits=self.bits)


class RandomSolarize(RandomApplied):
    """The negative of what is at least as bright as `threshold`, with probability `p`."""

    def __init__(self, threshold: float, p: float = 0.5):
        super().__init__(p=p)
        self.threshold = threshold

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.solarize, inpt, threshold=self.threshold)


class RandomAdjustSharpness(RandomApplied):
    """Sharpness changed by a factor, with probability `p`."""

    def __init__(self, sharpness_factor: float, p: float = 0.5):
        super().__init__(p=p)
        self.sharpness_factor = sharpness_factor

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.adjust_sharpness, inpt, sharpness_factor=self.sharpness_factor)
