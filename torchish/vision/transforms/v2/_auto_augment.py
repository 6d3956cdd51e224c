"""Automatic augmentation of the image or video of a sample.

https://docs.pytorch.org/vision/stable/transforms.html#auto-augmentation
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor
from torchish.utils._pytree import tree_flatten, tree_unflatten
from torchish.vision.transforms import _kernels as kernels
from torchish.vision.transforms import _policies as table
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms import autoaugment as v1
from torchish.vision.transforms._conversion import InterpolationMode, to_pil_image
from torchish.vision.transforms._functional_pil import is_pil
from torchish.vision.transforms._policies import AutoAugmentPolicy
from torchish.vision.transforms.v2 import functional as F
from torchish.vision.transforms.v2._transform import Transform
from torchish.vision.transforms.v2._utils import fill_of, fills, is_pure_tensor
from torchish.vision.tv_tensors import BoundingBoxes, Image, KeyPoints, Mask, Video, wrap

__all__ = ["AugMix", "AutoAugment", "AutoAugmentPolicy", "RandAugment", "TrivialAugmentWide"]

Interpolation = InterpolationMode | int | str
Space = dict[str, tuple[np.ndarray, bool]]


class _Automatic(Transform):
    """What the four have in common: the image of a sample is taken out, and put back."""

    def __init__(self, *, interpolation: Interpolation, fill: Any = None):
        super().__init__()
        self.interpolation = interpolation
        self.fill, self._fill = fill, fills(fill)

    def forward(self, *inputs: Any) -> Any:
        flat, spec = tree_flatten(inputs if len(inputs) > 1 else inputs[0])
        needs = self._needs_transform_list(flat)
        found = []
        for index, (inpt, needed) in enumerate(zip(flat, needs)):
            if isinstance(inpt, (BoundingBoxes, KeyPoints, Mask)):
                raise TypeError(
                    f"Inputs of type {type(inpt).__name__} are not supported by "
                    f"{type(self).__name__}()"
                )
            image = isinstance(inpt, (Image, Video)) or is_pure_tensor(inpt) or is_pil(inpt)
            if needed and image:
                found.append(index)
        if not found:
            raise TypeError("Found no image in the sample.")
        if len(found) > 1:
            raise TypeError(
                "Auto augment transformations are only properly defined for a single image or "
                f"video, but found {len(found)}."
            )
        flat[found[0]] = self._augmented(flat[found[0]])
        return tree_unflatten(flat, spec)

    def _augmented(self, image: Any) -> Any:
        raise NotImplementedError

    def _space(self, kind: str, bins: int, image: Any, **options: Any) -> Space:
        white = float(kernels.top(image.dtype.np)) if isinstance(image, Tensor) else 255.0
        height, width = F.get_size(image)
        return table.space(kind, bins, (height, width), white, **options)

    def _apply(self, image: Any, name: str, strength: float) -> Any:
        fill = fill_of(self._fill, type(image))
        return table.apply(F, image, name, strength, self.interpolation, fill)


def _signed(values: np.ndarray, number: int, signed: bool) -> float:
    """A strength, half of the time with the other sign."""
    strength = float(values[number])
    return -strength if signed and draw.number() <= 0.5 else strength


class AutoAugment(_Automatic):
    """One of 25 pairs of operations that were found to help on a data set.

    Cubuk et al. (2018), https://arxiv.org/abs/1805.09501. ValueError for an unknown policy.
    """

    get_params = staticmethod(v1.AutoAugment.get_params)

    def __init__(
        self,
        policy: AutoAugmentPolicy = AutoAugmentPolicy.IMAGENET,
        interpolation: Interpolation = "nearest",
        fill: Any = None,
    ):
        super().__init__(interpolation=interpolation, fill=fill)
        self.policy = policy
        self._policies = table.policies(policy)

    def _augmented(self, image: Any) -> Any:
        space = self._space("auto", 10, image)
        for name, p, number in self._policies[draw.integer(0, len(self._policies))]:
            if draw.number() > np.float32(p):
                continue
            values, signed = space[name]
            strength = _signed(values, number or 0, signed) if values.ndim else 0.0
            image = self._apply(image, name, strength)
        return image


class RandAugment(_Automatic):
    """Several random operations of one strength. Cubuk et al. (2019),
    https://arxiv.org/abs/1909.13719."""

    def __init__(
        self,
        num_ops: int = 2,
        magnitude: int = 9,
        num_magnitude_bins: int = 31,
        interpolation: Interpolation = "nearest",
        fill: Any = None,
    ):
        super().__init__(interpolation=interpolation, fill=fill)
        self.num_ops, self.magnitude = num_ops, magnitude
        self.num_magnitude_bins = num_magnitude_bins

    def _augmented(self, image: Any) -> Any:
        space = self._space("rand", self.num_magnitude_bins, image)
        for _ in range(self.num_ops):
            name = list(space)[draw.integer(0, len(space))]
            values, signed = space[name]
            strength = _signed(values, self.magnitude, signed) if values.ndim else 0.0
            image = self._apply(image, name, strength)
        return image


class TrivialAugmentWide(_Automatic):
    """One random operation of a random strength. Müller and Hutter (2021),
    https://arxiv.org/abs/2103.10158."""

    def __init__(
        self,
        num_magnitude_bins: int = 31,
        interpolation: Interpolation = "nearest",
        fill: Any = None,
    ):
        super().__init__(interpolation=interpolation, fill=fill)
        self.num_magnitude_bins = num_magnitude_bins

    def _augmented(self, image: Any) -> Any:
        space = self._space("wide", self.num_magnitude_bins, image)
        name = list(space)[draw.integer(0, len(space))]
        values, signed = space[name]
        strength = 0.0
        if values.ndim:
            strength = _signed(values, draw.integer(0, self.num_magnitude_bins), signed)
        return self._apply(image, name, strength)


class AugMix(_Automatic):
    """An image mixed with several chains of random operations of it. Hendrycks et al. (2019),
    https://arxiv.org/abs/1912.02781. ValueError for a severity that is not from 1 to 10."""

    def __init__(
        self,
        severity: int = 3,
        mixture_width: int = 3,
        chain_depth: int = -1,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: Interpolation = "bilinear",
        fill: Any = None,
    ):
        super().__init__(interpolation=interpolation, fill=fill)
        if not 1 <= severity <= 10:
            raise ValueError(f"The severity must be between [1, 10]. Got {severity} instead.")
        self.severity, self.mixture_width = severity, mixture_width
        self.chain_depth, self.alpha, self.all_ops = chain_depth, alpha, all_ops

    def _augmented(self, image: Any) -> Any:
        pil = not isinstance(image, Tensor)
        plain = v1.from_pil(image) if pil else image.as_subclass(Tensor)
        space = self._space("mix", 10, plain, all_ops=self.all_ops)
        dims = 5 if isinstance(image, Video) else 4
        mix = v1.mixed(plain, dims, self._chain(space), self.alpha, self.mixture_width)
        return to_pil_image(mix) if pil else wrap(mix, like=image)

    def _chain(self, space: Space) -> Callable[[Tensor], Tensor]:
        def chain(image: Tensor) -> Tensor:
            depth = self.chain_depth if self.chain_depth > 0 else draw.integer(1, 4)
            for _ in range(depth):
                name = list(space)[draw.integer(0, len(space))]
                values, signed = space[name]
                strength = 0.0
                if values.ndim:
                    strength = _signed(values, draw.integer(0, self.severity), signed)
                image = self._apply(image, name, strength)
            return image

        return chain
