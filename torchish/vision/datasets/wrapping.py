"""Data sets whose targets the second version of the transforms understands.

https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.wrap_dataset_for_transforms_v2.html
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from torchish._core.tensor import as_tensor, from_numpy
from torchish.vision import tv_tensors
from torchish.vision.datasets.celeba import CelebA
from torchish.vision.datasets.cifar import CIFAR10
from torchish.vision.datasets.coco import CocoCaptions, CocoDetection
from torchish.vision.datasets.folder import DatasetFolder
from torchish.vision.datasets.gtsrb import GTSRB
from torchish.vision.datasets.mnist import MNIST
from torchish.vision.datasets.oxford_iiit_pet import OxfordIIITPet
from torchish.vision.datasets.vision import VisionDataset
from torchish.vision.datasets.voc import VOCDetection, VOCSegmentation
from torchish.vision.transforms.v2.functional import convert_bounding_box_format

__all__ = ["wrap_dataset_for_transforms_v2"]

Target = Callable[[Any, int, Any, Any], Any]
_VOC = [
    "background",
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
]


def _boxes(rows: Any, form: str, canvas: tuple[int, int]) -> Any:
    boxes = tv_tensors.BoundingBoxes(rows, format=form, canvas_size=canvas)
    return convert_bounding_box_format(boxes, new_format=tv_tensors.BoundingBoxFormat.XYXY)


def _as_it_is(data: Any, index: int, image: Any, target: Any) -> Any:
    return target


def _coco(data: Any, index: int, image: Any, target: Any) -> Any:
    keys = data._target_keys
    number = data.ids[index]
    found: dict[str, Any] = {"image_id": number} if "image_id" in keys else {}
    if not target:
        return found
    canvas = (image.height, image.width)
    for key in ("segmentation", "area", "iscrowd", "bbox", "category_id"):
        if key in keys:
            found[key] = [annotation.get(key) for annotation in target]
    if "boxes" in keys:
        found["boxes"] = _boxes([annotation["bbox"] for annotation in target], "XYWH", canvas)
    if "masks" in keys:
        planes = [_outline(annotation["segmentation"], canvas) for annotation in target]
        found["masks"] = tv_tensors.Mask(from_numpy(np.stack(planes)))
    if "labels" in keys:
        found["labels"] = as_tensor([annotation["category_id"] for annotation in target])
    return found


def _outline(segmentation: Any, canvas: tuple[int, int]) -> np.ndarray:
    """Polygons, or runs of pixels, as an array of 0 and 1."""
    from pycocotools import mask

    if isinstance(segmentation, dict):
        runs = mask.frPyObjects(segmentation, *canvas)
    else:
        runs = mask.merge(mask.frPyObjects(segmentation, *canvas))
    return np.asarray(mask.decode(runs))


def _voc(data: Any, index: int, image: Any, target: Any) -> Any:
    keys = data._target_keys
    things = target["annotation"]["object"]
    found = dict(target) if "annotation" in keys else {}
    if "boxes" in keys:
        corners = ("xmin", "ymin", "xmax", "ymax")
        rows = [[int(thing["bndbox"][corner]) for corner in corners] for thing in things]
        found["boxes"] = _boxes(rows, "XYXY", (image.height, image.width))
    if "labels" in keys:
        found["labels"] = as_tensor([_VOC.index(thing["name"]) for thing in things])
    return found


def _mask(data: Any, index: int, image: Any, target: Any) -> Any:
    return tv_tensors.Mask(target)


def _pet(data: Any, index: int, image: Any, target: Any) -> Any:
    if target is None:
        return None
    several = len(data._target_types) > 1
    found = [
        tv_tensors.Mask(part) if kind == "segmentation" else part
        for kind, part in zip(data._target_types, target if several else [target])
    ]
    return tuple(found) if several else found[0]


def _celeba(data: Any, index: int, image: Any, target: Any) -> Any:
    if target is None:
        return None
    several = len(data.target_type) > 1
    found: list[Any] = []
    for kind, part in zip(data.target_type, target if several else [target]):
        if kind == "bbox":
            part = _boxes(part, "XYWH", (image.height, image.width))
        found.append(part)
    return tuple(found) if several else found[0]


# By class: the target's wrapping, the keys that it can have, and those that it has by default.
_COCO_KEYS = {
    "segmentation",
    "area",
    "iscrowd",
    "image_id",
    "bbox",
    "category_id",
    "boxes",
    "masks",
    "labels",
}
_WRAPPERS: dict[type, tuple[Target, set[str], set[str]]] = {
    CocoCaptions: (_as_it_is, set(), set()),
    CocoDetection: (_coco, _COCO_KEYS, {"image_id", "boxes", "labels"}),
    VOCDetection: (_voc, {"annotation", "boxes", "labels"}, {"boxes", "labels"}),
    VOCSegmentation: (_mask, set(), set()),
    OxfordIIITPet: (_pet, set(), set()),
    CelebA: (_celeba, set(), set()),
    **{cls: (_as_it_is, set(), set()) for cls in (CIFAR10, DatasetFolder, GTSRB, MNIST)},
}


class _Wrapped:
    """A data set of the same class, but for its targets; transforms see what they become."""

    def __getitem__(self: Any, index: int) -> Any:
        image, target = self._raw[index]
        sample = image, self._wrap_target(self, index, image, target)
        return sample if self.transforms is None else self.transforms(*sample)

    def __reduce__(self: Any) -> Any:
        return wrap_dataset_for_transforms_v2, (self._original, self._asked)


def wrap_dataset_for_transforms_v2(
    dataset: VisionDataset, target_keys: Collection[str] | str | None = None
) -> Any:
    """A data set whose boxes and masks are of `tv_tensors`, for transforms of the second version.

    `target_keys` chooses what targets that are dicts contain ("all": everything). TypeError for
    data sets that nothing is known about, ValueError for keys that there are not.
    """
    kinds = type(dataset).__mro__
    found = next((cls for cls in kinds if cls in _WRAPPERS), None)
    if found is None:
        raise TypeError(
            f"No wrapper exists for dataset class {type(dataset).__name__}. Please wrap the output "
            "yourself."
        )
    wrap_target, available, default = _WRAPPERS[found]
    if target_keys is not None and not available:
        raise ValueError(
            "`target_keys` is currently only supported for `CocoDetection`, `VOCDetection`, "
            f"`Kitti`, and `WIDERFace`, but got {found.__name__}."
        )
    if isinstance(dataset, CelebA) and {"attr", "landmarks"} & set(dataset.target_type):
        raise RuntimeError(
            "`CelebA` dataset with `target_type=['attr', 'landmarks', ...]` is currently not "
            "supported by this wrapper."
        )
    keys = default
    if target_keys is not None:
        keys = {target_keys} if isinstance(target_keys, str) else set(target_keys)
        keys = available if target_keys == "all" else keys
        if keys - available:
            raise ValueError(f"Target keys {sorted(keys - available)} are not available")
    raw = copy.copy(dataset)
    raw.transform = raw.target_transform = raw.transforms = None
    cls: Any = type(f"Wrapped{type(dataset).__name__}", (_Wrapped, type(dataset)), {})
    wrapped = cls.__new__(cls)
    wrapped.__dict__.update(dataset.__dict__)
    wrapped._raw, wrapped._original, wrapped._asked = raw, dataset, target_keys
    wrapped._wrap_target, wrapped._target_keys = wrap_target, keys
    return wrapped
