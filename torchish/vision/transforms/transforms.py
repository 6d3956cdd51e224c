"""Transforms as classes; random ones take PyTorch's numbers for the same seed.

https://docs.pytorch.org/vision/stable/transforms.html#v1-api-reference
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor
from torchish.nn import Module
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms import functional as F
from torchish.vision.transforms._color import (
    ColorJitter,
    GaussianBlur,
    Grayscale,
    LinearTransformation,
    Normalize,
    RandomAdjustSharpness,
    RandomAutocontrast,
    RandomEqualize,
    RandomErasing,
    RandomGrayscale,
    RandomInvert,
    RandomPosterize,
    RandomSolarize,
)
from torchish.vision.transforms._geometry import (
    CenterCrop,
    ElasticTransform,
    FiveCrop,
    Pad,
    RandomAffine,
    RandomCrop,
    RandomHorizontalFlip,
    RandomPerspective,
    RandomResizedCrop,
    RandomRotation,
    RandomVerticalFlip,
    Resize,
    TenCrop,
)
from torchish.vision.transforms.functional import InterpolationMode

__all__ = [
    "CenterCrop",
    "ColorJitter",
    "Compose",
    "ConvertImageDtype",
    "ElasticTransform",
    "FiveCrop",
    "GaussianBlur",
    "Grayscale",
    "InterpolationMode",
    "Lambda",
    "LinearTransformation",
    "Normalize",
    "PILToTensor",
    "Pad",
    "RandomAdjustSharpness",
    "RandomAffine",
    "RandomApply",
    "RandomAutocontrast",
    "RandomChoice",
    "RandomCrop",
    "RandomEqualize",
    "RandomErasing",
    "RandomGrayscale",
    "RandomHorizontalFlip",
    "RandomInvert",
    "RandomOrder",
    "RandomPerspective",
    "RandomPosterize",
    "RandomResizedCrop",
    "RandomRotation",
    "RandomSolarize",
    "RandomVerticalFlip",
    "Resize",
    "TenCrop",
    "ToPILImage",
    "ToTensor",
]


def _listing(name: str, transforms: Sequence[Callable], first: str = "") -> str:
    return f"{name}({first}" + "".join(f"\n    {t}" for t in transforms) + "\n)"


class Compose:
    """Transforms one after the other.

    >>> from torchvision import transforms
    >>> transforms.Compose([transforms.CenterCrop(2), transforms.Pad(1)])(torch.ones(1, 4, 4)).shape
    torch.Size([1, 4, 4])
    """

    def __init__(self, transforms: Sequence[Callable]):
        self.transforms = transforms

    def __call__(self, img: Any) -> Any:
        for t in self.transforms:
            img = t(img)
        return img

    def __repr__(self) -> str:
        return _listing(type(self).__name__, self.transforms)


class ToTensor:
    """A PIL image or an array (H, W, C) as a tensor (C, H, W): see `functional.to_tensor`.

    >>> from torchvision import transforms
    >>> from PIL import Image
    >>> transforms.ToTensor()(Image.new("L", (2, 1), 51))  # uint8 becomes float32 in [0, 1]
    tensor([[[0.2000, 0.2000]]])
    """

    def __call__(self, pic: Any) -> Tensor:
        return F.to_tensor(pic)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class PILToTensor:
    """A PIL image as a tensor (C, H, W) of its own values.

    >>> from torchvision import transforms
    >>> from PIL import Image
    >>> transforms.PILToTensor()(Image.new("L", (2, 1), 51))
    tensor([[[51, 51]]], dtype=torch.uint8)
    """

    def __call__(self, pic: Any) -> Tensor:
        return F.pil_to_tensor(pic)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class ToPILImage:
    """A tensor (C, H, W) or an array (H, W, C) as a PIL image: see `functional.to_pil_image`.

    >>> from torchvision import transforms
    >>> transforms.ToPILImage()(torch.zeros(3, 4, 6)).size  # width, height
    (6, 4)
    """

    def __init__(self, mode: str | None = None):
        self.mode = mode

    def __call__(self, pic: Any) -> Any:
        return F.to_pil_image(pic, self.mode)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'' if self.mode is None else f'mode={self.mode}'})"


class ConvertImageDtype(Module):
    """A tensor image as another dtype, its values scaled to that dtype's range.

    >>> from torchvision import transforms
    >>> transforms.ConvertImageDtype(torch.uint8)(torch.tensor([[[0.0, 1.0]]]))
    tensor([[[  0, 255]]], dtype=torch.uint8)
    """

    def __init__(self, dtype: dt.dtype):
        super().__init__()
        self.dtype = dtype

    def forward(self, image: Tensor) -> Tensor:
        return F.convert_image_dtype(image, self.dtype)


class Lambda:
    """Any function as a transform. TypeError when it cannot be called.

    >>> from torchvision import transforms
    >>> transforms.Lambda(lambda x: x / 255)(torch.tensor([255.0, 0.0]))
    tensor([1., 0.])
    """

    def __init__(self, lambd: Callable[[Any], Any]):
        if not callable(lambd):
            raise TypeError(f"Argument lambd should be callable, got {type(lambd).__name__!r}")
        self.lambd = lambd

    def __call__(self, img: Any) -> Any:
        return self.lambd(img)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class RandomTransforms:
    """Several transforms, used at random. TypeError unless given a sequence."""

    def __init__(self, transforms: Sequence[Callable]):
        if not isinstance(transforms, Sequence):
            raise TypeError("Argument transforms should be a sequence")
        self.transforms = transforms

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError()

    def __repr__(self) -> str:
        return _listing(type(self).__name__, self.transforms)


class RandomApply(Module):
    """All of several transforms with probability `p`, otherwise none.

    >>> from torchvision import transforms
    >>> transforms.RandomApply([transforms.CenterCrop(1)], p=1.0)(torch.zeros(1, 3, 3)).shape
    torch.Size([1, 1, 1])
    """

    def __init__(self, transforms: Any, p: float = 0.5):
        super().__init__()
        self.transforms = transforms
        self.p = p

    def forward(self, img: Any) -> Any:
        if draw.above(self.p):
            return img
        for t in self.transforms:
            img = t(img)
        return img

    def __repr__(self) -> str:
        return _listing(type(self).__name__, self.transforms, f"\n    p={self.p}")


class RandomOrder(RandomTransforms):
    """All of several transforms, in an order drawn by Python's `random`.

    >>> from torchvision import transforms
    >>> both = transforms.RandomOrder([transforms.Grayscale(3), transforms.CenterCrop(1)])
    >>> both(torch.zeros(3, 3, 3)).shape
    torch.Size([3, 1, 1])
    """

    def __call__(self, img: Any) -> Any:
        order = list(range(len(self.transforms)))
        random.shuffle(order)
        for i in order:
            img = self.transforms[i](img)
        return img


class RandomChoice(RandomTransforms):
    """One of several transforms, drawn by Python's `random` with the weights `p`.

    >>> from torchvision import transforms
    >>> either = transforms.RandomChoice([transforms.CenterCrop(1), transforms.Resize(1)])
    >>> either(torch.zeros(1, 3, 3)).shape
    torch.Size([1, 1, 1])
    """

    def __init__(self, transforms: Sequence[Callable], p: Sequence[float] | None = None):
        super().__init__(transforms)
        if p is not None and not isinstance(p, Sequence):
            raise TypeError("Argument p should be a sequence")
        self.p = p

    def __call__(self, *args: Any) -> Any:
        return random.choices(self.transforms, weights=self.p)[0](*args)

    def __repr__(self) -> str:
        return f"{super().__repr__()}(p={self.p})"
