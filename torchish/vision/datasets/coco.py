"""COCO, photographs with outlines of things, or sentences about them.

https://cocodataset.org/#format-data describes the annotations.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from torchish.vision.datasets.folder import pil_loader
from torchish.vision.datasets.vision import VisionDataset

__all__ = ["CocoCaptions", "CocoDetection"]


def _coco(path: str | os.PathLike) -> Any:
    try:
        from pycocotools.coco import COCO
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "COCO's annotations need pycocotools: pip install pycocotools", name="pycocotools"
        ) from error
    return COCO(path)


class CocoDetection(VisionDataset):
    """Photographs in `root` and lists of annotations (dicts), of the file `annFile`.

    Needs pycocotools. ValueError for an index that is no int.
    """

    def __init__(
        self,
        root: str | os.PathLike,
        annFile: str,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        transforms: Callable | None = None,
    ):
        super().__init__(root, transforms, transform, target_transform)
        self.coco = _coco(annFile)
        self.ids = sorted(self.coco.imgs)

    def _load_image(self, id: int) -> Any:
        name = self.coco.loadImgs(id)[0]["file_name"]
        return pil_loader(os.path.join(self.root, name))

    def _load_target(self, id: int) -> list[Any]:
        return self.coco.loadAnns(self.coco.getAnnIds(id))

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if not isinstance(index, int):
            raise ValueError(f"Index must be of type integer, got {type(index)} instead.")
        id = self.ids[index]
        image, target = self._load_image(id), self._load_target(id)
        if self.transforms is not None:
            image, target = self.transforms(image, target)
        return image, target

    def __len__(self) -> int:
        return len(self.ids)


class CocoCaptions(CocoDetection):
    """Photographs in `root` and lists of sentences, of the file `annFile`."""

    def _load_target(self, id: int) -> list[str]:
        return [annotation["caption"] for annotation in super()._load_target(id)]
