"""Automatic augmentation: operations and strengths drawn at random.

https://docs.pytorch.org/vision/stable/transforms.html#auto-augmentation
"""

from __future__ import annotations

from typing import Any

import numpy as np

from torchish._core.tensor import Tensor, from_numpy
from torchish._core.tensor.api.random import default_generator
from torchish.nn import Module
from torchish.utils.data._utils.hosting import host_copy
from torchish.vision.transforms import _kernels as kernels
from torchish.vision.transforms import _policies as table
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms import functional as F
from torchish.vision.transforms._policies import AutoAugmentPolicy
from torchish.vision.transforms.functional import InterpolationMode

__all__ = ["AugMix", "AutoAugment", "AutoAugmentPolicy", "RandAugment", "TrivialAugmentWide"]

Space = dict[str, tuple[Tensor, bool]]


def dirichlet(alpha: float, shape: tuple[int, int]) -> np.ndarray:
    """Rows of non-negative numbers that add up to 1, each with the concentration `alpha`."""
    return default_generator.dirichlet(np.full(shape, alpha, np.float32))


def from_pil(img: Any) -> Tensor:
    """A PIL image as a contiguous tensor (C, H, W)."""
    return from_numpy(np.ascontiguousarray(host_copy(F.pil_to_tensor(img))))


def _tensors(space: dict[str, tuple[np.ndarray, bool]]) -> Space:
    return {name: (from_numpy(values), signed) for name, (values, signed) in space.items()}


class _Automatic(Module):
    """What the four have in common."""

    _shown: tuple[str, ...] = ()

    def __init__(self, interpolation: InterpolationMode, fill: list[float] | None):
        super().__init__()
        self.interpolation, self.fill = interpolation, fill

    def _fill(self, img: Any) -> Any:
        """The fill, one value a channel for tensors."""
        if not isinstance(img, Tensor) or self.fill is None:
            return self.fill
        if isinstance(self.fill, (int, float)):
            return [float(self.fill)] * F.get_dimensions(img)[0]
        return [float(f) for f in self.fill]

    def _apply_op(self, img: Any, name: str, strength: float, fill: Any) -> Any:
        return table.apply(F, img, name, strength, self.interpolation, fill)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)}" for name in self._shown)
        return f"{type(self).__name__}({shown})"


class AutoAugment(_Automatic):
    """One of 25 pairs of operations that were found to help on a data set.

    Cubuk et al. (2018), https://arxiv.org/abs/1805.09501. ValueError for an unknown policy.

    >>> from torchvision import transforms
    >>> transforms.AutoAugment()(torch.zeros(3, 8, 8, dtype=torch.uint8)).shape
    torch.Size([3, 8, 8])
    """

    _shown = ("policy", "fill")

    def __init__(
        self,
        policy: AutoAugmentPolicy = AutoAugmentPolicy.IMAGENET,
        interpolation: InterpolationMode = InterpolationMode.NEAREST,
        fill: list[float] | None = None,
    ):
        super().__init__(interpolation, fill)
        self.policy = policy
        self.policies = self._get_policies(policy)

    def _get_policies(self, policy: AutoAugmentPolicy) -> list:
        return table.policies(policy)

    def _augmentation_space(self, num_bins: int, image_size: tuple[int, int]) -> Space:
        return _tensors(table.space("auto", num_bins, image_size))

    @staticmethod
    def get_params(transform_num: int) -> tuple[int, Tensor, Tensor]:
        """(number of the pair, two numbers to compare with the probabilities, two signs)."""
        chosen = draw.integer(0, transform_num)
        probs = np.array([draw.number(), draw.number()], np.float32)
        signs = np.array([draw.integer(0, 2), draw.integer(0, 2)])
        return chosen, from_numpy(probs), from_numpy(signs)

    def forward(self, img: Any) -> Any:
        fill = self._fill(img)
        _, height, width = F.get_dimensions(img)
        chosen, probs, signs = self.get_params(len(self.policies))
        space = table.space("auto", 10, (height, width))
        draws = zip(self.policies[chosen], probs.tolist(), signs.tolist())
        for (name, p, number), drawn, sign in draws:
            if drawn <= np.float32(p):
                values, signed = space[name]
                strength = 0.0 if number is None else float(values[number])
                strength = -strength if signed and sign == 0 else strength
                img = self._apply_op(img, name, strength, fill)
        return img


class RandAugment(_Automatic):
    """Several random operations of one strength. Cubuk et al. (2019),
    https://arxiv.org/abs/1909.13719.

    >>> from torchvision import transforms
    >>> transforms.RandAugment(num_ops=1)(torch.zeros(3, 8, 8, dtype=torch.uint8)).shape
    torch.Size([3, 8, 8])
    """

    _shown = ("num_ops", "magnitude", "num_magnitude_bins", "interpolation", "fill")

    def __init__(
        self,
        num_ops: int = 2,
        magnitude: int = 9,
        num_magnitude_bins: int = 31,
        interpolation: InterpolationMode = InterpolationMode.NEAREST,
        fill: list[float] | None = None,
    ):
        super().__init__(interpolation, fill)
        self.num_ops, self.magnitude = num_ops, magnitude
        self.num_magnitude_bins = num_magnitude_bins

    def _augmentation_space(self, num_bins: int, image_size: tuple[int, int]) -> Space:
        return _tensors(table.space("rand", num_bins, image_size))

    def forward(self, img: Any) -> Any:
        fill = self._fill(img)
        _, height, width = F.get_dimensions(img)
        space = table.space("rand", self.num_magnitude_bins, (height, width))
        for _ in range(self.num_ops):
            name = list(space)[draw.integer(0, len(space))]
            values, signed = space[name]
            strength = float(values[self.magnitude]) if values.ndim else 0.0
            if signed and draw.integer(0, 2):
                strength = -strength
            img = self._apply_op(img, name, strength, fill)
        return img


class TrivialAugmentWide(_Automatic):
    """One random operation of a random strength. Müller and Hutter (2021),
    https://arxiv.org/abs/2103.10158.

    >>> from torchvision import transforms
    >>> transforms.TrivialAugmentWide()(torch.zeros(3, 8, 8, dtype=torch.uint8)).dtype
    torch.uint8
    """

    _shown = ("num_magnitude_bins", "interpolation", "fill")

    def __init__(
        self,
        num_magnitude_bins: int = 31,
        interpolation: InterpolationMode = InterpolationMode.NEAREST,
        fill: list[float] | None = None,
    ):
        super().__init__(interpolation, fill)
        self.num_magnitude_bins = num_magnitude_bins

    def _augmentation_space(self, num_bins: int) -> Space:
        return _tensors(table.space("wide", num_bins, (0, 0)))

    def forward(self, img: Any) -> Any:
        fill = self._fill(img)
        space = table.space("wide", self.num_magnitude_bins, (0, 0))
        name = list(space)[draw.integer(0, len(space))]
        values, signed = space[name]
        strength = float(values[draw.integer(0, len(values))]) if values.ndim else 0.0
        if signed and draw.integer(0, 2):
            strength = -strength
        return self._apply_op(img, name, strength, fill)


class AugMix(_Automatic):
    """An image mixed with several chains of random operations of it. Hendrycks et al. (2019),
    https://arxiv.org/abs/1912.02781. ValueError for a severity that is not from 1 to 10.

    >>> from torchvision import transforms
    >>> transforms.AugMix()(torch.zeros(3, 8, 8, dtype=torch.uint8)).shape
    torch.Size([3, 8, 8])
    """

    _shown = (
        "severity",
        "mixture_width",
        "chain_depth",
        "alpha",
        "all_ops",
        "interpolation",
        "fill",
    )

    def __init__(
        self,
        severity: int = 3,
        mixture_width: int = 3,
        chain_depth: int = -1,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: InterpolationMode = InterpolationMode.BILINEAR,
        fill: list[float] | None = None,
    ):
        super().__init__(interpolation, fill)
        if not 1 <= severity <= 10:
            raise ValueError(f"The severity must be between [1, 10]. Got {severity} instead.")
        self.severity, self.mixture_width = severity, mixture_width
        self.chain_depth, self.alpha, self.all_ops = chain_depth, alpha, all_ops

    def _augmentation_space(self, num_bins: int, image_size: tuple[int, int]) -> Space:
        return _tensors(table.space("mix", num_bins, image_size, all_ops=self.all_ops))

    def forward(self, orig_img: Any) -> Any:
        fill = self._fill(orig_img)
        _, height, width = F.get_dimensions(orig_img)
        pil = not isinstance(orig_img, Tensor)
        img = from_pil(orig_img) if pil else orig_img
        fill = self._fill(img) if pil else fill
        space = table.space("mix", 10, (height, width), all_ops=self.all_ops)

        def chain(image: Tensor) -> Tensor:
            depth = self.chain_depth if self.chain_depth > 0 else draw.integer(1, 4)
            for _ in range(depth):
                name = list(space)[draw.integer(0, len(space))]
                values, signed = space[name]
                strength = float(values[draw.integer(0, self.severity)]) if values.ndim else 0.0
                if signed and draw.integer(0, 2):
                    strength = -strength
                image = self._apply_op(image, name, strength, fill)
            return image

        mix = mixed(img, 4, chain, self.alpha, self.mixture_width)
        return F.to_pil_image(mix, orig_img.mode) if pil else mix


def mixed(image: Tensor, dims: int, chain: Any, alpha: float, width: int) -> Tensor:
    """An image mixed with `width` chains of operations of it, by random weights.

    It is treated as a batch when it has more than three (of a video: four) dimensions; `dims` is
    the number of a batch.
    """
    shape = [1] * max(dims - image.dim(), 0) + list(image.shape)
    batch = image.view(shape)
    m = dirichlet(alpha, (shape[0], 2))
    weights = dirichlet(alpha, (shape[0], width)) * m[:, 1:]

    def share(weight: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(weight).reshape([-1] + [1] * (len(shape) - 1))

    a = kernels.at_hand(batch)
    if a is not None:
        total = share(m[:, 0]) * a
        for i in range(width):
            total += share(weights[:, i]) * host_copy(chain(batch))
        return kernels.owned(total.reshape(image.shape).astype(a.dtype))

    def there(weight: np.ndarray) -> Tensor:
        return from_numpy(share(weight)).to(batch.device)

    mix = there(m[:, 0]) * batch
    for i in range(width):
        mix.add_(there(weights[:, i]) * chain(batch))
    return mix.view(image.shape).to(image.dtype)
