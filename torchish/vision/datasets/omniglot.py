"""Omniglot, handwritten characters of many alphabets.

https://github.com/brendenlake/omniglot describes the files.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from torchish.vision.datasets._listed import CORRUPTED
from torchish.vision.datasets.folder import opened
from torchish.vision.datasets.utils import (
    check_integrity,
    download_and_extract_archive,
    list_dir,
    list_files,
)
from torchish.vision.datasets.vision import VisionDataset

__all__ = ["Omniglot"]


class Omniglot(VisionDataset):
    """Characters of 50 alphabets, 105 × 105, in `root/omniglot-py`: images of mode L.

    `background` chooses between the two sets. RuntimeError when the archive is not there or its
    digest is wrong.
    """

    folder = "omniglot-py"
    download_url_prefix = "https://raw.githubusercontent.com/brendenlake/omniglot/master/python"
    zips_md5 = {
        "images_background": "68d2efa1b9178cc56df9314c21c6e718",
        "images_evaluation": "6b91aef0f799c5bb55b94e3f2daec811",
    }

    def __init__(
        self,
        root: str | os.PathLike,
        background: bool = True,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = False,
        loader: Callable[[Any], Any] | None = None,
    ):
        super().__init__(
            os.path.join(root, self.folder), transform=transform, target_transform=target_transform
        )
        self.background = background
        if download:
            self.download()
        if not self._check_integrity():
            raise RuntimeError(CORRUPTED)
        self.target_folder = os.path.join(self.root, self._get_target_folder())
        self._alphabets = list_dir(self.target_folder)
        self._characters = [
            os.path.join(alphabet, character)
            for alphabet in self._alphabets
            for character in list_dir(os.path.join(self.target_folder, alphabet))
        ]
        self._character_images = [
            [
                (image, i)
                for image in list_files(os.path.join(self.target_folder, character), ".png")
            ]
            for i, character in enumerate(self._characters)
        ]
        self._flat_character_images = [pair for images in self._character_images for pair in images]
        self.loader = loader

    def __len__(self) -> int:
        return len(self._flat_character_images)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        name, target = self._flat_character_images[index]
        path = os.path.join(self.target_folder, self._characters[target], name)
        image: Any = self.loader(path) if self.loader else opened(path).convert("L")
        if self.transform:
            image = self.transform(image)
        if self.target_transform:
            target = self.target_transform(target)
        return image, target

    def _get_target_folder(self) -> str:
        return "images_background" if self.background else "images_evaluation"

    def _check_integrity(self) -> bool:
        name = self._get_target_folder()
        return check_integrity(os.path.join(self.root, f"{name}.zip"), self.zips_md5[name])

    def download(self) -> None:
        """Fetch the set's archive unless it is there, check it and open it."""
        if self._check_integrity():
            return
        name = self._get_target_folder()
        url = f"{self.download_url_prefix}/{name}.zip"
        download_and_extract_archive(
            url, self.root, filename=f"{name}.zip", md5=self.zips_md5[name]
        )
