"""Food101, photographs of dishes.

https://data.vision.ee.ethz.ch/cvl/datasets_extra/food-101 describes the files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torchish.vision.datasets._listed import NOT_FOUND, Listed
from torchish.vision.datasets.folder import default_loader
from torchish.vision.datasets.utils import download_and_extract_archive, verify_str_arg

__all__ = ["Food101"]


class Food101(Listed):
    """Photographs of 101 dishes, of a split (train, test), in `root/food-101`.

    RuntimeError when the files are not there.
    """

    _URL = "http://data.vision.ee.ethz.ch/cvl/food-101.tar.gz"
    _MD5 = "85eeb15f3717b99a5da872d97d918f87"

    def __init__(
        self,
        root: str | os.PathLike,
        split: str = "train",
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = False,
        loader: Callable[[Any], Any] = default_loader,
    ):
        super().__init__(root, transform=transform, target_transform=target_transform)
        self._split = verify_str_arg(split, "split", ("train", "test"))
        self._base_folder = Path(self.root) / "food-101"
        self._meta_folder = self._base_folder / "meta"
        self._images_folder = self._base_folder / "images"
        if download:
            self._download()
        if not self._check_exists():
            raise RuntimeError(NOT_FOUND)
        with open(self._meta_folder / f"{split}.json") as f:
            listed = json.load(f)
        self.classes = sorted(listed)
        self.class_to_idx = {name: i for i, name in enumerate(self.classes)}
        self._labels, self._image_files = [], []
        for name, files in listed.items():
            self._labels += [self.class_to_idx[name]] * len(files)
            for file in files:
                self._image_files.append(self._images_folder.joinpath(*f"{file}.jpg".split("/")))
        self.loader = loader

    def _check_exists(self) -> bool:
        return all(f.is_dir() for f in (self._meta_folder, self._images_folder))

    def _download(self) -> None:
        if not self._check_exists():
            download_and_extract_archive(self._URL, self.root, md5=self._MD5)
