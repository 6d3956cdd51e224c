"""Arguments and samples: what several transforms of the second version share.

https://docs.pytorch.org/vision/stable/transforms.html#v2-api-reference-recommended
"""

from __future__ import annotations

import numbers
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torchish._core.tensor import Tensor
from torchish.vision.transforms._conversion import (
    InterpolationMode,
    _interpolation_modes_from_int,
)
from torchish.vision.transforms._functional_pil import is_pil
from torchish.vision.tv_tensors import BoundingBoxes, Image, KeyPoints, Mask, TVTensor, Video

__all__ = [
    "check_type",
    "fill_of",
    "fills",
    "get_bounding_boxes",
    "get_keypoints",
    "has_all",
    "has_any",
    "interpolation_mode",
    "is_pure_tensor",
    "labels_getter",
    "pair",
    "query_chw",
    "query_size",
]

Check = type | Callable[[Any], bool]


def is_pure_tensor(inpt: Any) -> bool:
    """Whether an input is a tensor and none of `tv_tensors`."""
    return isinstance(inpt, Tensor) and not isinstance(inpt, TVTensor)


def check_type(obj: Any, types_or_checks: Sequence[Check]) -> bool:
    """Whether an object is of one of the types, or passes one of the checks."""
    return any(isinstance(obj, t) if isinstance(t, type) else t(obj) for t in types_or_checks)


def has_any(flat_inputs: Sequence[Any], *types_or_checks: Check) -> bool:
    """Whether one of the inputs is of one of the types."""
    return any(check_type(inpt, types_or_checks) for inpt in flat_inputs)


def has_all(flat_inputs: Sequence[Any], *types_or_checks: Check) -> bool:
    """Whether for each of the types there is an input."""
    return all(any(check_type(inpt, [t]) for inpt in flat_inputs) for t in types_or_checks)


def get_bounding_boxes(flat_inputs: Sequence[Any]) -> BoundingBoxes:
    """The first boxes of a sample. ValueError when there are none."""
    found = [inpt for inpt in flat_inputs if isinstance(inpt, BoundingBoxes)]
    if not found:
        raise ValueError("No bounding boxes were found in the sample")
    return found[0]


def get_keypoints(flat_inputs: Sequence[Any]) -> KeyPoints:
    """The first points of a sample. ValueError when there are none."""
    found = [inpt for inpt in flat_inputs if isinstance(inpt, KeyPoints)]
    if not found:
        raise ValueError("No keypoints were found in the sample")
    return found[0]


def _dimensions(inpt: Any) -> tuple[int, int, int]:
    if isinstance(inpt, Tensor):
        return inpt.shape[-3], inpt.shape[-2], inpt.shape[-1]
    return len(inpt.getbands()), inpt.height, inpt.width


def query_chw(flat_inputs: Sequence[Any]) -> tuple[int, int, int]:
    """(channels, height, width) of a sample. ValueError without an image, or with several sizes."""
    found = {
        _dimensions(inpt)
        for inpt in flat_inputs
        if isinstance(inpt, (Image, Video)) or is_pure_tensor(inpt) or is_pil(inpt)
    }
    if not found:
        raise TypeError("No image or video was found in the sample")
    if len(found) > 1:
        raise ValueError(f"Found multiple CxHxW dimensions in the sample: {sorted(found)}")
    return found.pop()


def query_size(flat_inputs: Sequence[Any]) -> tuple[int, int]:
    """(height, width) of a sample. TypeError without a size, ValueError with several."""
    found = set()
    for inpt in flat_inputs:
        if isinstance(inpt, (BoundingBoxes, KeyPoints)):
            found.add(tuple(inpt.canvas_size))
        elif isinstance(inpt, Mask):
            found.add(tuple(inpt.shape[-2:]))
        elif isinstance(inpt, (Image, Video)) or is_pure_tensor(inpt) or is_pil(inpt):
            found.add(_dimensions(inpt)[1:])
    if not found:
        raise TypeError("No image, video, mask, bounding box of keypoint was found in the sample")
    if len(found) > 1:
        raise ValueError(f"Found multiple HxW dimensions in the sample: {sorted(found)}")
    return found.pop()


# --- arguments -----------------------------------------------------------------------------------


def interpolation_mode(mode: Any) -> InterpolationMode:
    """An interpolation mode, its name, or Pillow's number of it. ValueError for others."""
    if isinstance(mode, InterpolationMode):
        return mode
    if isinstance(mode, int):
        return _interpolation_modes_from_int(mode)
    if isinstance(mode, str):
        names = [m.value for m in InterpolationMode]
        if mode.lower() not in names:
            raise ValueError(
                f"Invalid interpolation mode: '{mode}'. Supported string values are: {names}."
            )
        return InterpolationMode(mode.lower())
    raise ValueError(
        "Argument interpolation should be an `InterpolationMode`, a corresponding Pillow integer "
        f"constant or a name, but got {mode}."
    )


def _one_fill(fill: Any) -> Any:
    if fill is not None and not isinstance(fill, (numbers.Number, tuple, list)):
        raise TypeError(
            "Got inappropriate fill arg, only Numbers, tuples, lists and dicts are allowed. Got "
            f"{fill}"
        )
    return fill if fill is None or isinstance(fill, (int, float)) else list(fill)


def fills(fill: Any) -> Mapping[Any, Any]:
    """A fill argument as a table from classes, and "others", to fills. TypeError for others."""
    if not isinstance(fill, dict):
        return {"others": _one_fill(fill)}
    out = {key: _one_fill(value) for key, value in fill.items()}
    if isinstance(fill, defaultdict) and fill.default_factory is not None:
        made = fill.default_factory
        return defaultdict(lambda: _one_fill(made()), out)
    return out


def fill_of(table: Mapping[Any, Any], kind: type) -> Any:
    """The fill for inputs of a class. ValueError when the table has none."""
    if kind in table:
        return table[kind]
    if "others" in table:
        return table["others"]
    if isinstance(table, defaultdict):
        return table[kind]
    raise ValueError(f"No fill was given for inputs of type {kind}, nor one for 'others'")


def pair(size: Any, message: str) -> tuple[Any, Any]:
    """(height, width) of one number, or of a sequence of one or two."""
    if isinstance(size, numbers.Number):
        n: Any = size
        return int(n), int(n)
    if isinstance(size, Sequence) and len(size) == 1:
        return size[0], size[0]
    if not isinstance(size, Sequence):
        raise TypeError(message)
    if len(size) != 2:
        raise ValueError(message)
    return size[0], size[1]


def _candidate(inputs: Any) -> Any:
    """Where labels lie: in the dict, or among what comes after the image."""
    if isinstance(inputs, (tuple, list)):
        inputs = inputs[1]
    if isinstance(inputs, Mapping):
        keys = [k for k in inputs if isinstance(k, str)]
        for wanted in ("labels", "label"):
            for key in keys:
                if key.lower() == wanted:
                    return inputs[key]
        for key in keys:
            if "label" in key.lower():
                return inputs[key]
        raise ValueError(
            "Could not infer where the labels are in the sample. Try passing a callable as the "
            "labels_getter parameter? If there are no labels in the sample by design, pass "
            "labels_getter=None."
        )
    if isinstance(inputs, Tensor):
        return inputs
    raise ValueError(
        "When using the default labels_getter, the input passed to forward must be a dictionary "
        "or a two-tuple whose second item is a dictionary or a tensor, but got "
        f"{inputs} instead."
    )


def _nothing(inputs: Any) -> None:
    return None


def labels_getter(getter: Any) -> Callable[[Any], Any]:
    """The function that finds the labels: "default", a name, a function, or None for no labels."""
    if getter == "default":
        return _candidate
    if callable(getter):
        return getter
    if getter is None:
        return _nothing
    raise ValueError(
        f"labels_getter should either be 'default', a callable, or None, but got {getter}."
    )
