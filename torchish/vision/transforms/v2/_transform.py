"""What all transforms of the second version have in common.

Note [Samples]
A sample is any nesting of dicts, tuples and lists. Its images, videos, masks, boxes and points are
transformed together, with the same random numbers; everything else passes through. A plain tensor
counts as an image when no image or video is there, and then only the first one does.

https://docs.pytorch.org/vision/stable/auto_examples/transforms/plot_custom_transforms.html
"""

from __future__ import annotations

import warnings
from enum import Enum
from typing import Any

from torchish._core.tensor import Tensor
from torchish.nn import Module
from torchish.utils._pytree import tree_flatten, tree_unflatten
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms._functional_pil import is_pil
from torchish.vision.transforms.v2._utils import check_type, has_any, is_pure_tensor
from torchish.vision.transforms.v2.functional._registry import Functional
from torchish.vision.tv_tensors import BoundingBoxes, Image, KeyPoints, Mask, Video

__all__ = ["OfImages", "RandomApplied", "Transform"]


class Transform(Module):
    """A transform of samples; see Note [Samples].

    A subclass defines `transform(inpt, params)` of one part of a sample and, when it has random
    parameters, `make_params(flat_inputs)`, which is called once for a sample.
    """

    _transformed_types: tuple[Any, ...] = (Tensor, is_pil)

    def __init__(self) -> None:
        super().__init__()

    def check_inputs(self, flat_inputs: list[Any]) -> None:
        """Raises when the parts of a sample do not suit."""

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        """The parameters with which all parts of a sample are transformed."""
        return {}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        """One part of a sample, transformed."""
        raise NotImplementedError

    def _call_kernel(self, functional: Any, inpt: Any, *args: Any, **kwargs: Any) -> Any:
        """A functional of an input; one that it has no kernel for passes through."""
        if isinstance(functional, Functional) and not functional.supports(inpt):
            return inpt
        return functional(inpt, *args, **kwargs)

    def forward(self, *inputs: Any) -> Any:
        sample = inputs if len(inputs) > 1 else inputs[0]
        flat, spec = tree_flatten(sample)
        self.check_inputs(flat)
        needs = self._needs_transform_list(flat)
        params = self.make_params([inpt for inpt, needed in zip(flat, needs) if needed])
        out = [
            self.transform(inpt, params) if needed else inpt for inpt, needed in zip(flat, needs)
        ]
        return tree_unflatten(out, spec)

    def _needs_transform_list(self, flat_inputs: list[Any]) -> list[bool]:
        """Which parts of a sample are transformed."""
        pure = not has_any(flat_inputs, Image, Video, is_pil)
        needs = []
        for inpt in flat_inputs:
            needed = check_type(inpt, self._transformed_types)
            if needed and is_pure_tensor(inpt):
                needed, pure = pure, False
            needs.append(needed)
        return needs

    def extra_repr(self) -> str:
        shown = []
        for name, value in self.__dict__.items():
            if name.startswith("_") or name == "training":
                continue
            if isinstance(value, (bool, int, float, str, tuple, list, Enum)):
                shown.append(f"{name}={value}")
        return ", ".join(shown)


class RandomApplied(Transform):
    """A transform that is used with probability `p`. ValueError for no probability."""

    def __init__(self, p: float = 0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError("`p` should be a floating point value in the interval [0.0, 1.0].")
        super().__init__()
        self.p = p

    def forward(self, *inputs: Any) -> Any:
        sample = inputs if len(inputs) > 1 else inputs[0]
        flat, spec = tree_flatten(sample)
        self.check_inputs(flat)
        if not draw.below(self.p):
            return sample
        needs = self._needs_transform_list(flat)
        params = self.make_params([inpt for inpt, needed in zip(flat, needs) if needed])
        out = [
            self.transform(inpt, params) if needed else inpt for inpt, needed in zip(flat, needs)
        ]
        return tree_unflatten(out, spec)


class OfImages(Transform):
    """A transform that leaves boxes, points and masks as they are, and warns of it."""

    def _call_kernel(self, functional: Any, inpt: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(inpt, (BoundingBoxes, KeyPoints, Mask)):
            warnings.warn(
                f"{type(self).__name__}() is currently passing through inputs of type "
                f"tv_tensors.{type(inpt).__name__}. This will likely change in the future.",
                stacklevel=2,
            )
        return super()._call_kernel(functional, inpt, *args, **kwargs)
