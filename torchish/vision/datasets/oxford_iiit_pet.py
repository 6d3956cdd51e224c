"""OxfordIIITPet, cats and dogs, and where they are.

https://www.robots.ox.ac.uk/~vgg/data/pets describes the files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from torchish.vision.datasets._listed import NOT_FOUND
from torchish.vision.datasets.folder import opened, pil_loader
from torchish.vision.datasets.utils import download_and_extract_archive, verify_str_arg
from torchish.vision.datasets.vision import VisionDataset

__all__ = ["OxfordIIITPet"]


class OxfordIIITPet(VisionDataset):
    """Photographs of 37 breeds, of a split (trainval, test), in `root/oxford-iiit-pet`.

    `target_types` are one or several of category (the breed), binary-category (cat or dog) and
    segmentation (a PIL image); of several the target is a tuple. RuntimeError when the files are
    not there.
    """

    _RESOURCES = (
        (
            "https://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz",
            "5c4f3ee8e5d25df40f4fd59a7f44e54c",
        ),
        (
            "https://www.robots.ox.ac.uk/~vgg/data/pets/data/annotations.tar.gz",
            "95a8c909bbe2e81eed6a22bccdf3f68f",
        ),
    )
    _VALID_TARGET_TYPES = ("category", "binary-category", "segmentation")

    def __init__(
        self,
        root: str | os.PathLike,
        split: str = "trainval",
        target_types: Sequence[str] | str = "category",
        transforms: Callable | None = None,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = False,
    ):
        self._split = verify_str_arg(split, "split", ("trainval", "test"))
        wanted = [target_types] if isinstance(target_types, str) else target_types
        self._target_types = [
            verify_str_arg(kind, "target_types", self._VALID_TARGET_TYPES) for kind in wanted
        ]
        super().__init__(root, transforms, transform, target_transform)
        self._base_folder = Path(self.root) / "oxford-iiit-pet"
        self._images_folder = self._base_folder / "images"
        self._anns_folder = self._base_folder / "annotations"
        self._segs_folder = self._anns_folder / "trimaps"
        if download:
            self._download()
        if not self._check_exists():
            raise RuntimeError(NOT_FOUND)
        with open(self._anns_folder / f"{split}.txt") as f:
            rows = [line.split() for line in f]
        names = [row[0] for row in rows]
        self._labels = [int(row[1]) - 1 for row in rows]
        self._bin_labels = [int(row[2]) - 1 for row in rows]
        self.bin_classes = ["Cat", "Dog"]
        self.bin_class_to_idx = {"Cat": 0, "Dog": 1}
        breeds = {(label, name.rpartition("_")[0]) for name, label in zip(names, self._labels)}
        self.classes = [
            " ".join(part.title() for part in breed.split("_")) for _, breed in sorted(breeds)
        ]
        self.class_to_idx = dict(zip(self.classes, range(len(self.classes))))
        self._images = [self._images_folder / f"{name}.jpg" for name in names]
        self._segs = [self._segs_folder / f"{name}.png" for name in names]

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        image: Any = pil_loader(self._images[index])
        read = {
            "category": lambda: self._labels[index],
            "binary-category": lambda: self._bin_labels[index],
            "segmentation": lambda: opened(self._segs[index]),
        }
        targets = [read[kind]() for kind in self._target_types]
        target: Any = None if not targets else targets[0] if len(targets) == 1 else tuple(targets)
        if self.transforms is not None:
            image, target = self.transforms(image, target)
        return image, target

    def _check_exists(self) -> bool:
        return all(f.is_dir() for f in (self._images_folder, self._anns_folder))

    def _download(self) -> None:
        if self._check_exists():
            return
        for url, md5 in self._RESOURCES:
            download_and_extract_archive(url, download_root=self._base_folder, md5=md5)
