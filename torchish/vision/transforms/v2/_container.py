"""Transforms made of transforms.

https://docs.pytorch.org/vision/stable/transforms.html#composition
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from torchish._core.tensor.api.random import default_generator
from torchish.nn import ModuleList
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms.v2._transform import Transform

__all__ = ["Compose", "RandomApply", "RandomChoice", "RandomOrder"]


def _chained(transforms: Any, inputs: tuple[Any, ...]) -> Any:
    several = len(inputs) > 1
    out: Any = inputs if several else inputs[0]
    for t in transforms:
        out = t(*inputs)
        inputs = out if several else (out,)
    return out


class Compose(Transform):
    """Transforms one after the other. TypeError unless a sequence, ValueError for none.

    >>> from torchvision.transforms import v2
    >>> v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.Pad(1)])(torch.ones(1, 2, 2)).shape
    torch.Size([1, 4, 4])
    """

    def __init__(self, transforms: Sequence[Callable]):
        super().__init__()
        if not isinstance(transforms, Sequence):
            raise TypeError("Argument transforms should be a sequence of callables")
        if len(transforms) < 1:
            raise ValueError("Pass at least one transform")
        self.transforms = transforms

    def forward(self, *inputs: Any) -> Any:
        return _chained(self.transforms, inputs)

    def extra_repr(self) -> str:
        return "\n".join(f"    {t}" for t in self.transforms)


class RandomApply(Transform):
    """All of several transforms with probability `p`, otherwise none."""

    def __init__(self, transforms: Sequence[Callable] | ModuleList, p: float = 0.5):
        super().__init__()
        if not isinstance(transforms, (Sequence, ModuleList)):
            raise TypeError(
                "Argument transforms should be a sequence of callables or a `nn.ModuleList`"
            )
        self.transforms = transforms
        if not 0.0 <= p <= 1.0:
            raise ValueError("`p` should be a floating point value in the interval [0.0, 1.0].")
        self.p = p

    def forward(self, *inputs: Any) -> Any:
        if not draw.below(self.p):
            return inputs if len(inputs) > 1 else inputs[0]
        return _chained(self.transforms, inputs)

    def extra_repr(self) -> str:
        return "\n".join(f"    {t}" for t in self.transforms)


class RandomChoice(Transform):
    """One of several transforms, drawn with the weights `p`. TypeError, ValueError as for lists."""

    def __init__(self, transforms: Sequence[Callable], p: list[float] | None = None):
        if not isinstance(transforms, Sequence):
            raise TypeError("Argument transforms should be a sequence of callables")
        if p is None:
            p = [1] * len(transforms)
        elif len(p) != len(transforms):
            raise ValueError(
                f"Length of p doesn't match the number of transforms: {len(p)} != {len(transforms)}"
            )
        super().__init__()
        self.transforms = transforms
        total = sum(p)
        self.p = [weight / total for weight in p]

    def forward(self, *inputs: Any) -> Any:
        weights = np.array(self.p, np.float32)
        chosen = int(default_generator.multinomial(weights, 1, False)[0])
        return self.transforms[chosen](*inputs)


class RandomOrder(Transform):
    """All of several transforms, in a random order. TypeError unless a sequence."""

    def __init__(self, transforms: Sequence[Callable]):
        if not isinstance(transforms, Sequence):
            raise TypeError("Argument transforms should be a sequence of callables")
        super().__init__()
        self.transforms = transforms

    def forward(self, *inputs: Any) -> Any:
        order = draw.order(len(self.transforms))
        return _chained([self.transforms[i] for i in order], inputs)
