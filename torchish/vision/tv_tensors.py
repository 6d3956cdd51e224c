"""Tensors that say what they are: images, videos, masks, boxes and points.

The second version of the transforms treats each kind in its own way. An operator's result is a
plain tensor, but for `clone`, `to`, `detach` and `requires_grad_`; `set_return_type` changes that
for methods and operators.

https://docs.pytorch.org/vision/stable/tv_tensors.html
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from enum import Enum
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, as_tensor
from torchish._core.tensor.overrides import disabled
from torchish.vision.transforms._conversion import pil_to_tensor
from torchish.vision.transforms._functional_pil import is_pil

__all__ = [
    "BoundingBoxFormat",
    "BoundingBoxes",
    "Image",
    "KeyPoints",
    "Mask",
    "TVTensor",
    "Video",
    "is_rotated_bounding_format",
    "set_return_type",
    "wrap",
]

_keep = False  # whether results are of the class of what they were made of


class TVTensor(Tensor):
    """What images, videos, masks, boxes and points have in common."""

    __torch_function__ = disabled

    def __new__(cls, data: Any, **kwargs: Any):
        raise TypeError("TVTensor is a base class: make one of its subclasses")

    @staticmethod
    def _to_tensor(
        data: Any, dtype: dt.dtype | None = None, device: Any = None, requires_grad: Any = None
    ) -> Tensor:
        if requires_grad is None:
            requires_grad = data.requires_grad if isinstance(data, Tensor) else False
        t = as_tensor(data, dtype=dtype, device=device)
        t = t.as_subclass(Tensor) if isinstance(t, TVTensor) else t
        return t if t.requires_grad == requires_grad else t.detach().requires_grad_(requires_grad)

    def _like(self, t: Tensor) -> Any:
        """A tensor as one of this kind, with this one's metadata."""
        out = t.as_subclass(type(self))
        for name, value in self.__dict__.items():
            if not name.startswith("_"):
                setattr(out, name, value)
        return out

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        name = type(self).__name__
        shown = Tensor.__repr__(self.as_subclass(Tensor)).removeprefix("tensor")
        return name + shown.replace("\n" + " " * 7, "\n" + " " * (len(name) + 1))


def _following(name: str, method: Callable, kind_stays: bool) -> Callable:
    """A method of Tensor whose result is plain, or of the kind that `set_return_type` asks for."""

    @functools.wraps(method)
    def call(self, *args: Any, **kwargs: Any) -> Any:
        out = method(self, *args, **kwargs)
        if _keep or kind_stays:
            if isinstance(out, (tuple, list)) and type(out) in (tuple, list):
                return type(out)(_as_kind(self, o) for o in out)
            return _as_kind(self, out)
        return out.as_subclass(Tensor) if isinstance(out, TVTensor) else out

    return call


def _as_kind(like: TVTensor, out: Any) -> Any:
    if isinstance(out, Tensor) and type(out) is not type(like):
        return like._like(out)
    return out


_UNTOUCHED = {
    "__init__",
    "__new__",
    "__repr__",
    "__class__",
    "__dir__",
    "__getattribute__",
    "__setattr__",
    "__delattr__",
    "__init_subclass__",
    "__subclasshook__",
    "__reduce__",
    "__reduce_ex__",
    "__deepcopy__",
    "__sizeof__",
    "__format__",
    "__hash__",
    "__str__",
    "__bool__",
    "__int__",
    "__float__",
    "__len__",
    "__index__",
    "__iter__",
    "__contains__",
    "__array__",
    "as_subclass",
    "size",
    "dim",
    "stride",
    "backward",
    "register_hook",
    "numpy",
    "tolist",
    "item",
    "__getstate__",
    "__array_wrap__",
    "__torch_function__",
    "__dlpack__",
    "__dlpack_device__",
    "__setstate__",
}
_STAYS = {"clone", "to", "detach", "requires_grad_"}


def _follow() -> None:
    for name in dir(Tensor):
        method = getattr(Tensor, name)
        private = name.startswith("_") and not name.startswith("__")
        if name in _UNTOUCHED or private or not callable(method) or isinstance(method, type):
            continue
        if isinstance(Tensor.__dict__.get(name), (staticmethod, classmethod)):
            continue
        setattr(TVTensor, name, _following(name, method, name in _STAYS))


class Image(TVTensor):
    """An image (…, C, H, W); one of (H, W) gets a channel, a PIL image is converted.

    ValueError for fewer dimensions.

    >>> from torchvision import tv_tensors
    >>> x = tv_tensors.Image(torch.zeros(3, 2, 2))
    >>> type(x).__name__, type(x + 1).__name__
    ('Image', 'Tensor')
    """

    def __new__(
        cls, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool | None = None
    ):
        data = pil_to_tensor(data) if _from_pil(data) else data
        t = cls._to_tensor(data, dtype, device, requires_grad)
        if t.dim() < 2:
            raise ValueError(f"Tensor must be 2D or higher, got {t.dim()}D tensor.")
        return (t.unsqueeze(0) if t.dim() == 2 else t).as_subclass(cls)

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        return super().__repr__()[:-1] + ", )"


class Video(TVTensor):
    """Frames (…, T, C, H, W). ValueError for fewer than four dimensions.

    >>> from torchvision import tv_tensors
    >>> tv_tensors.Video(torch.zeros(5, 3, 2, 2)).shape
    torch.Size([5, 3, 2, 2])
    """

    def __new__(
        cls, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool | None = None
    ):
        t = cls._to_tensor(data, dtype, device, requires_grad)
        if t.dim() < 4:
            raise ValueError(f"Expected a tensor of at least 4 dimensions, got {t.dim()}.")
        return t.as_subclass(cls)

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        return super().__repr__()[:-1] + ", )"


class Mask(TVTensor):
    """A mask for segmentation or detection (…, H, W); a PIL image is converted.

    >>> from torchvision import tv_tensors
    >>> tv_tensors.Mask(torch.zeros(2, 2, dtype=torch.bool)).shape
    torch.Size([2, 2])
    """

    def __new__(
        cls, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool | None = None
    ):
        data = pil_to_tensor(data) if _from_pil(data) else data
        return cls._to_tensor(data, dtype, device, requires_grad).as_subclass(cls)


class BoundingBoxFormat(Enum):
    """What a box's numbers are: corners, a corner or the center with the size, all of them also
    with an angle in degrees (R), or four corners."""

    XYXY = "XYXY"
    XYWH = "XYWH"
    CXCYWH = "CXCYWH"
    XYWHR = "XYWHR"
    CXCYWHR = "CXCYWHR"
    XYXYXYXY = "XYXYXYXY"


def is_rotated_bounding_format(format: BoundingBoxFormat | str) -> bool:
    """Whether boxes of a format may lie at an angle. ValueError for what is no format."""
    if isinstance(format, BoundingBoxFormat):
        format = format.value
    elif not isinstance(format, str):
        raise ValueError(f"format should be str or BoundingBoxFormat, got {type(format)}")
    return format.upper() in ("XYWHR", "CXCYWHR", "XYXYXYXY")


class BoundingBoxes(TVTensor):
    """Boxes (N, 4), (N, 5) or (N, 8) of a format, on a canvas of (height, width).

    `clamping_mode` says what a transform does with boxes that leave the canvas: "soft" and "hard"
    bring them back, None leaves them. ValueError for other modes, or more than two dimensions.

    >>> from torchvision import tv_tensors
    >>> boxes = tv_tensors.BoundingBoxes([[0, 0, 4, 4]], format="XYXY", canvas_size=(8, 8))
    >>> boxes.format.name, boxes.canvas_size
    ('XYXY', (8, 8))
    """

    format: BoundingBoxFormat
    canvas_size: tuple[int, int]
    clamping_mode: str | None

    def __new__(
        cls,
        data: Any,
        *,
        format: BoundingBoxFormat | str,
        canvas_size: tuple[int, int],
        clamping_mode: str | None = "soft",
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool | None = None,
    ):
        t = cls._to_tensor(data, dtype, device, requires_grad)
        if isinstance(format, str):
            format = BoundingBoxFormat[format.upper()]
        if is_rotated_bounding_format(format) and not t.is_floating_point():
            raise ValueError(
                f"Rotated bounding boxes should be floating point tensors, got {t.dtype}."
            )
        if clamping_mode is not None and clamping_mode not in ("hard", "soft"):
            raise ValueError(f"clamping_mode must be None, hard or soft, got {clamping_mode}.")
        out = _rows(t).as_subclass(cls)
        out.format, out.canvas_size, out.clamping_mode = format, canvas_size, clamping_mode
        return out

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        return (
            f"{super().__repr__()[:-1]}, format={self.format}, canvas_size={self.canvas_size}, "
            f"clamping_mode={self.clamping_mode})"
        )


class KeyPoints(TVTensor):
    """Points (…, 2) of x and y on a canvas of (height, width)."""

    canvas_size: tuple[int, int]

    def __new__(
        cls,
        data: Any,
        *,
        canvas_size: tuple[int, int],
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool | None = None,
    ):
        t = cls._to_tensor(data, dtype, device, requires_grad)
        out = (t.unsqueeze(0) if t.dim() == 1 else t).as_subclass(cls)
        out.canvas_size = canvas_size
        return out

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        return f"{super().__repr__()[:-1]}, canvas_size={self.canvas_size})"


def _from_pil(data: Any) -> bool:
    return not isinstance(data, (Tensor, list, tuple, int, float)) and is_pil(data)


def _rows(t: Tensor) -> Tensor:
    if t.dim() == 1:
        return t.unsqueeze(0)
    if t.dim() != 2:
        raise ValueError(f"Expected a 1D or 2D tensor, got {t.dim()}D")
    return t


def wrap(wrappee: Tensor, *, like: Any, **kwargs: Any) -> Any:
    """A tensor as one of the kind of `like`; its metadata are those of `like` but for `kwargs`.

    >>> from torchvision import tv_tensors
    >>> image = tv_tensors.Image(torch.zeros(1, 2, 2))
    >>> type(tv_tensors.wrap(image + 1, like=image)).__name__
    'Image'
    """
    if not isinstance(like, TVTensor):
        return wrappee
    if isinstance(like, BoundingBoxes):
        wrappee = _rows(wrappee)
    out = like._like(wrappee)
    for name in ("format", "canvas_size", "clamping_mode"):
        if name in kwargs and hasattr(like, name):
            setattr(out, name, kwargs[name])
    return out


class _Restoring(contextlib.AbstractContextManager):
    """Leaving puts the return type back that was asked for before."""

    def __init__(self, before: bool):
        self.before = before

    def __exit__(self, *exc: Any) -> None:
        global _keep
        _keep = self.before


def set_return_type(return_type: str) -> contextlib.AbstractContextManager:
    """From now on, or within a `with`, results of methods are "Tensor" or of the "TVTensor" kind.

    ValueError for anything else.
    """
    global _keep
    kinds = {"tensor": False, "tvtensor": True}
    if return_type.lower() not in kinds:
        raise ValueError(f"return_type must be 'TVTensor' or 'Tensor', got {return_type}")
    before, _keep = _keep, kinds[return_type.lower()]
    return _Restoring(before)


_follow()
