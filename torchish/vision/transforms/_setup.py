"""Arguments that several transforms share."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Sequence
from typing import Any

from torchish._core.tensor import Tensor
from torchish.vision.transforms import functional as F

TWO_SIZES = "Please provide only two dimensions (h, w) for size."


def two(size: Any, message: str = TWO_SIZES) -> Any:
    """(height, width) of one number, or of a sequence of one or two."""
    if isinstance(size, numbers.Number):
        n: Any = size
        return int(n), int(n)
    if isinstance(size, Sequence) and len(size) == 1:
        return size[0], size[0]
    if len(size) != 2:
        raise ValueError(message)
    return size


def sequence(x: Any, name: str, lengths: tuple[int, ...]) -> None:
    """TypeError unless a sequence, ValueError unless of one of the lengths."""
    wanted = " or ".join(str(n) for n in lengths)
    if not isinstance(x, Sequence):
        raise TypeError(f"{name} should be a sequence of length {wanted}.")
    if len(x) not in lengths:
        raise ValueError(f"{name} should be a sequence of length {wanted}.")


def angles(x: Any, name: str, lengths: tuple[int, ...] = (2,)) -> list[float]:
    """A range of degrees; one number is a range on both sides of 0."""
    if isinstance(x, numbers.Number):
        n: Any = x
        if n < 0:
            raise ValueError(f"If {name} is a single number, it must be positive.")
        x = [-n, n]
    else:
        sequence(x, name, lengths)
    return [float(d) for d in x]


def filling(fill: Any) -> Any:
    """A fill argument, checked."""
    if fill is None:
        return 0
    if not isinstance(fill, (Sequence, numbers.Number)):
        raise TypeError("Fill should be either a sequence or a number.")
    return fill


def fill_of(fill: Any, img: Any) -> Any:
    """A fill for an image: of a tensor, one number a channel."""
    if not isinstance(img, Tensor):
        return fill
    if isinstance(fill, (int, float)):
        return [float(fill)] * F.get_dimensions(img)[0]
    return [float(f) for f in fill]


def mode(interpolation: Any) -> Any:
    """An interpolation mode, or Pillow's number of one."""
    if isinstance(interpolation, int):
        return F._interpolation_modes_from_int(interpolation)
    return interpolation


def padding(padding: Any, fill: Any, padding_mode: str) -> None:
    """The arguments of a border, checked."""
    if not isinstance(padding, (numbers.Number, tuple, list)):
        raise TypeError("Got inappropriate padding arg")
    if not isinstance(fill, (numbers.Number, tuple, list)):
        raise TypeError("Got inappropriate fill arg")
    if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
        raise ValueError("Padding mode should be either constant, edge, reflect or symmetric")
    if isinstance(padding, Sequence) and len(padding) not in (1, 2, 4):
        raise ValueError(
            f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(padding)} element "
            "tuple"
        )


def area(scale: Any, ratio: Any) -> None:
    """The ranges of a random rectangle, checked."""
    if not isinstance(scale, Sequence):
        raise TypeError("Scale should be a sequence")
    if not isinstance(ratio, Sequence):
        raise TypeError("Ratio should be a sequence")
    if scale[0] > scale[1] or ratio[0] > ratio[1]:
        warnings.warn("Scale and ratio should be of kind (min, max)", stacklevel=3)


def floats(value: Any, name: str) -> list[float]:
    """A pair of floats, from one or two."""
    if not isinstance(value, (float, Sequence)):
        raise TypeError(f"{name} should be float or a sequence of floats. Got {type(value)}")
    if isinstance(value, float):
        return [value, value]
    if len(value) != 2:
        raise ValueError(f"If {name} is a sequence its length should be 2. Got {len(value)}")
    for element in value:
        if not isinstance(element, float):
            raise TypeError(f"{name} should be a sequence of floats. Got {type(element)}")
    return value
