"""Transforms of dtypes, boxes and points, and what is left.

https://docs.pytorch.org/vision/stable/transforms.html#miscellaneous
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor
from torchish.utils._pytree import tree_flatten, tree_unflatten
from torchish.utils.data._utils.hosting import host_copy
from torchish.vision.transforms import _color as v1
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms._functional_pil import is_pil
from torchish.vision.transforms.v2 import functional as F
from torchish.vision.transforms.v2._transform import Transform
from torchish.vision.transforms.v2._utils import (
    get_bounding_boxes,
    get_keypoints,
    has_any,
    is_pure_tensor,
    labels_getter,
    pair,
)
from torchish.vision.transforms.v2.functional._misc import rows
from torchish.vision.tv_tensors import (
    BoundingBoxes,
    BoundingBoxFormat,
    Image,
    KeyPoints,
    Mask,
    Video,
    wrap,
)

__all__ = [
    "ClampBoundingBoxes",
    "ClampKeyPoints",
    "ConvertBoundingBoxFormat",
    "ConvertImageDtype",
    "GaussianBlur",
    "GaussianNoise",
    "Identity",
    "JPEG",
    "Lambda",
    "LinearTransformation",
    "Normalize",
    "SanitizeBoundingBoxes",
    "SanitizeKeyPoints",
    "SetClampingMode",
    "ToDtype",
    "UniformTemporalSubsample",
]


class Identity(Transform):
    """Nothing changes.

    >>> from torchvision.transforms import v2
    >>> v2.Identity()(torch.tensor([1, 2]))
    tensor([1, 2])
    """

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return inpt


class Lambda(Transform):
    """Any function, of every part of a sample that is of one of the types (default: all).

    >>> from torchvision.transforms import v2
    >>> v2.Lambda(lambda x: x / 255)(torch.tensor([255.0, 0.0]))
    tensor([1., 0.])
    """

    _transformed_types = (object,)

    def __init__(self, lambd: Callable[[Any], Any], *types: type):
        super().__init__()
        self.lambd = lambd
        self.types = types or self._transformed_types

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self.lambd(inpt) if isinstance(inpt, self.types) else inpt

    def extra_repr(self) -> str:
        name = getattr(self.lambd, "__name__", None)
        shown = [str(name)] if name else []
        return ", ".join([*shown, f"types={[t.__name__ for t in self.types]}"])


class LinearTransformation(Transform):
    """(x - mean_vector) @ transformation_matrix of the flattened image: whitening, for one.

    ValueError when sizes, devices or dtypes do not fit; TypeError for PIL images.
    """

    _transformed_types = (is_pure_tensor, Image, Video)

    def __init__(self, transformation_matrix: Tensor, mean_vector: Tensor):
        super().__init__()
        checked = v1.LinearTransformation(transformation_matrix, mean_vector)
        self.transformation_matrix, self.mean_vector = transformation_matrix, mean_vector
        self._whiten = checked.forward

    def check_inputs(self, flat_inputs: list[Any]) -> None:
        if has_any(flat_inputs, is_pil):
            raise TypeError(f"{type(self).__name__}() does not support PIL images.")

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        out = self._whiten(inpt.as_subclass(Tensor))
        return wrap(out, like=inpt)


class Normalize(Transform):
    """(x - mean) / std, channel by channel. TypeError for PIL images.

    >>> from torchvision.transforms import v2
    >>> v2.Normalize(mean=[0.5], std=[0.25])(torch.tensor([[[0.5, 1.0]]]))
    tensor([[[0., 2.]]])
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float], inplace: bool = False):
        super().__init__()
        self.mean, self.std, self.inplace = list(mean), list(std), inplace

    def check_inputs(self, flat_inputs: list[Any]) -> None:
        if has_any(flat_inputs, is_pil):
            raise TypeError(f"{type(self).__name__}() does not support PIL images.")

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(
            F.normalize, inpt, mean=self.mean, std=self.std, inplace=self.inplace
        )


class GaussianBlur(Transform):
    """Blurred by a Gaussian of a random width of the range `sigma`, in pixels."""

    get_params = staticmethod(v1.GaussianBlur.get_params)

    def __init__(
        self, kernel_size: int | Sequence[int], sigma: float | Sequence[float] = (0.1, 2.0)
    ):
        super().__init__()
        self.kernel_size = pair(kernel_size, "Kernel size should be a tuple/list of two integers")
        if any(n <= 0 or n % 2 == 0 for n in self.kernel_size):
            raise ValueError("Kernel size value should be an odd and positive number.")
        if isinstance(sigma, (int, float)):
            sigma = [float(sigma), float(sigma)]
        elif not isinstance(sigma, Sequence) or len(sigma) not in (1, 2):
            raise ValueError("sigma should be a number or a sequence of one or two numbers")
        else:
            sigma = [float(s) for s in sigma] * (2 // len(sigma))
        if not 0.0 < sigma[0] <= sigma[1]:
            raise ValueError(
                f"sigma values should be positive and of the form (min, max). Got {sigma}"
            )
        self.sigma = sigma

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        width = draw.uniform(self.sigma[0], self.sigma[1])
        return {"sigma": [width, width]}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.gaussian_blur, inpt, self.kernel_size, **params)


class GaussianNoise(Transform):
    """Normal noise added; see `F.gaussian_noise`.

    >>> from torchvision.transforms import v2
    >>> v2.GaussianNoise(sigma=0.0)(torch.full((1, 1, 2), 0.5))
    tensor([[[0.5000, 0.5000]]])
    """

    def __init__(self, mean: float = 0.0, sigma: float = 0.1, clip: bool = True):
        super().__init__()
        self.mean, self.sigma, self.clip = mean, sigma, clip

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(
            F.gaussian_noise, inpt, mean=self.mean, sigma=self.sigma, clip=self.clip
        )


class JPEG(Transform):
    """Compressed as JPEG with a quality, or a random one of a range, from 1 to 100.

    ValueError for others.
    """

    def __init__(self, quality: int | Sequence[int]):
        super().__init__()
        if isinstance(quality, int):
            quality = [quality, quality]
        elif not isinstance(quality, Sequence) or len(quality) != 2:
            raise ValueError("quality should be an integer or a sequence of two integers")
        if not (all(isinstance(q, int) for q in quality) and 1 <= quality[0] <= quality[1] <= 100):
            raise ValueError(
                "quality must be an integer from 1 to 100, or a sequence of two, the smaller "
                f"first, got {quality}"
            )
        self.quality = quality

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        return {"quality": draw.integer(self.quality[0], self.quality[1] + 1)}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.jpeg, inpt, quality=params["quality"])


class ToDtype(Transform):
    """Another dtype: one for images and videos, or a dict from classes, and "others", to dtypes.

    `scale` brings images' values from one dtype's range to the other's. ValueError when the dict
    says nothing about a class.

    >>> from torchvision.transforms import v2
    >>> v2.ToDtype(torch.float32, scale=True)(torch.tensor([[[0, 255]]], dtype=torch.uint8))
    tensor([[[0., 1.]]])
    """

    _transformed_types = (Tensor,)

    def __init__(self, dtype: dt.dtype | dict[type | str, dt.dtype | None], scale: bool = False):
        super().__init__()
        if not isinstance(dtype, (dict, dt.dtype)):
            raise ValueError(f"dtype must be a dict or a torch.dtype, got {type(dtype)} instead")
        if (
            isinstance(dtype, dict)
            and Tensor in dtype
            and any(cls in dtype for cls in (Image, Video))
        ):
            warnings.warn(
                "Got `dtype` values for `torch.Tensor` and either `tv_tensors.Image` or "
                "`tv_tensors.Video`. Note that a plain `torch.Tensor` will *not* be transformed "
                "by this (or any other transformation) in case a `tv_tensors.Image` or "
                "`tv_tensors.Video` is present in the input.",
                stacklevel=2,
            )
        self.dtype, self.scale = dtype, scale

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        image = is_pure_tensor(inpt) or isinstance(inpt, (Image, Video))
        if not isinstance(self.dtype, dict):
            if not image:
                return inpt
            dtype: Any = self.dtype
        elif type(inpt) in self.dtype:
            dtype = self.dtype[type(inpt)]
        elif "others" in self.dtype:
            dtype = self.dtype["others"]
        else:
            raise ValueError(
                f"No dtype was specified for type {type(inpt)}. If you only need to convert the "
                "dtype of images or videos, you can just pass e.g. dtype=torch.float32. If "
                'you\'re passing a dict as dtype, you can use "others" as a catch-all key e.g. '
                'dtype={tv_tensors.Mask: torch.int64, "others": None} to pass-through the rest of '
                "the inputs."
            )
        if dtype is None:
            if self.scale and image:
                warnings.warn(
                    "scale was set to True but no dtype was specified for images or videos: no "
                    "scaling will be done.",
                    stacklevel=2,
                )
            return inpt
        return self._call_kernel(F.to_dtype, inpt, dtype=dtype, scale=self.scale)


class ConvertImageDtype(Transform):
    """Images as another dtype, scaled to its range: `ToDtype(dtype, scale=True)`."""

    def __init__(self, dtype: dt.dtype = dt.float32):
        super().__init__()
        self.dtype = dtype

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.to_dtype, inpt, dtype=self.dtype, scale=True)


# --- boxes and points ----------------------------------------------------------------------------


class ConvertBoundingBoxFormat(Transform):
    """Boxes in another format.

    >>> from torchvision import tv_tensors
    >>> from torchvision.transforms import v2
    >>> boxes = tv_tensors.BoundingBoxes([[1, 2, 3, 5]], format="XYXY", canvas_size=(8, 8))
    >>> v2.ConvertBoundingBoxFormat("XYWH")(boxes).tolist()
    [[1, 2, 2, 3]]
    """

    _transformed_types = (BoundingBoxes,)

    def __init__(self, format: str | BoundingBoxFormat):
        super().__init__()
        self.format = format

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return F.convert_bounding_box_format(inpt, new_format=self.format)


class ClampBoundingBoxes(Transform):
    """Boxes brought back on the canvas, by a mode or (auto) by their own.

    >>> from torchvision import tv_tensors
    >>> from torchvision.transforms import v2
    >>> boxes = tv_tensors.BoundingBoxes([[-1, 2, 9, 5]], format="XYXY", canvas_size=(8, 8))
    >>> v2.ClampBoundingBoxes()(boxes).tolist()
    [[0, 2, 8, 5]]
    """

    _transformed_types = (BoundingBoxes,)

    def __init__(self, clamping_mode: str | None = "auto"):
        super().__init__()
        self.clamping_mode = clamping_mode

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return F.clamp_bounding_boxes(inpt, clamping_mode=self.clamping_mode)


class ClampKeyPoints(Transform):
    """Points brought back on the canvas."""

    _transformed_types = (KeyPoints,)

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return F.clamp_keypoints(inpt)


class SetClampingMode(Transform):
    """What later transforms do with boxes that leave the canvas. ValueError for no mode."""

    _transformed_types = (BoundingBoxes,)

    def __init__(self, clamping_mode: str | None):
        super().__init__()
        if clamping_mode not in (None, "soft", "hard"):
            raise ValueError(f"clamping_mode must be soft, hard or None, got {clamping_mode}")
        self.clamping_mode = clamping_mode

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        out = inpt.clone()
        out.clamping_mode = self.clamping_mode
        return out


class _Sanitizing(Transform):
    """Keeps some of the boxes or points of a sample, and what belongs to them."""

    _kinds: tuple[type, ...] = ()

    def __init__(self, getter: Any):
        super().__init__()
        self.labels_getter = getter
        self._labels_getter = labels_getter(getter)

    def _valid(self, flat: list[Any]) -> Tensor:
        raise NotImplementedError

    def forward(self, *inputs: Any) -> Any:
        sample = inputs if len(inputs) > 1 else inputs[0]
        labels = self._labels_getter(sample)
        listed = labels if isinstance(labels, (tuple, list)) else (labels,)
        for label in listed:
            if label is not None and not isinstance(label, Tensor):
                raise ValueError(
                    "The labels in the input to forward() must be a tensor or None, "
                    f"got {type(labels)} instead."
                )
        flat, spec = tree_flatten(sample)
        valid = self._valid(flat)
        for label in listed:
            if label is not None and label.shape[0] != valid.shape[0]:
                raise ValueError(
                    f"Number of boxes (shape={tuple(valid.shape)}) and must match the number of "
                    f"labels. Found labels with shape={tuple(label.shape)})."
                )
        keep = np.asarray(host_copy(valid))
        out = []
        for inpt in flat:
            ours = isinstance(inpt, self._kinds) or any(inpt is x for x in listed if x is not None)
            # A mask of the whole image, not one a box, stays.
            ours = ours and inpt.shape[0] == valid.shape[0]
            out.append(self._kept(inpt, keep) if ours else inpt)
        return tree_unflatten(out, spec)

    def _kept(self, inpt: Tensor, keep: np.ndarray) -> Tensor:
        return wrap(rows(inpt.as_subclass(Tensor), keep), like=inpt)


class SanitizeBoundingBoxes(_Sanitizing):
    """Without boxes that are too small or leave the canvas, their labels and masks.

    `labels_getter` says where the labels are: "default" looks for a key like "labels", a function
    is asked, None means that there are none. ValueError for other arguments.

    >>> from torchvision import tv_tensors
    >>> from torchvision.transforms import v2
    >>> corners = [[0, 0, 4, 4], [3, 3, 3, 3]]
    >>> boxes = tv_tensors.BoundingBoxes(corners, format="XYXY", canvas_size=(8, 8))
    >>> sample = {"boxes": boxes, "labels": torch.tensor([1, 2])}
    >>> v2.SanitizeBoundingBoxes()(sample)["labels"]  # the empty box is gone
    tensor([1])
    """

    _kinds = (BoundingBoxes, Mask)

    def __init__(
        self,
        min_size: float = 1.0,
        min_area: float = 1.0,
        labels_getter: Callable[[Any], Any] | str | None = "default",
    ):
        if min_size < 1:
            raise ValueError(f"min_size must be >= 1, got {min_size}.")
        if min_area < 1:
            raise ValueError(f"min_area must be >= 1, got {min_area}.")
        super().__init__(labels_getter)
        self.min_size, self.min_area = min_size, min_area

    def _valid(self, flat: list[Any]) -> Tensor:
        boxes = get_bounding_boxes(flat)
        return F.sanitize_bounding_boxes(boxes, min_size=self.min_size, min_area=self.min_area)[1]

    def extra_repr(self) -> str:
        shown = f"min_size={self.min_size}, min_area={self.min_area}"
        if isinstance(self.labels_getter, str):
            shown += f", labels_getter={self.labels_getter}"
        return shown


class SanitizeKeyPoints(_Sanitizing):
    """Without points that leave the canvas, and their labels."""

    _kinds = (KeyPoints,)

    def __init__(self, labels_getter: Callable[[Any], Any] | str | None = None):
        super().__init__(labels_getter)

    def _valid(self, flat: list[Any]) -> Tensor:
        return F.sanitize_keypoints(get_keypoints(flat))[1]


class UniformTemporalSubsample(Transform):
    """Frames of videos at even distances.

    >>> from torchvision.transforms import v2
    >>> v2.UniformTemporalSubsample(2)(torch.arange(4).reshape(4, 1, 1, 1)).flatten()
    tensor([0, 3])
    """

    _transformed_types = (is_pure_tensor, Video)

    def __init__(self, num_samples: int):
        super().__init__()
        self.num_samples = num_samples

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(F.uniform_temporal_subsample, inpt, self.num_samples)
