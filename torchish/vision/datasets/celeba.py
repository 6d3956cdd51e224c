"""CelebA, faces and what is known of them.

https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html describes the files.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor, from_numpy
from torchish.vision.datasets._listed import CORRUPTED
from torchish.vision.datasets.folder import opened
from torchish.vision.datasets.utils import (
    check_integrity,
    download_file_from_google_drive,
    extract_archive,
    verify_str_arg,
)
from torchish.vision.datasets.vision import VisionDataset

__all__ = ["CelebA"]

_SPLITS = {"train": 0, "valid": 1, "test": 2, "all": None}


class CelebA(VisionDataset):
    """200,000 faces, of a split (train, valid, test, all), in `root/celeba`.

    `target_type` is one or several of attr (40 numbers, 0 or 1), identity, bbox (x, y, width,
    height) and landmarks (five points); of several the target is a tuple, of none None.
    RuntimeError when the files are not there or their digests are wrong.
    """

    base_folder = "celeba"
    file_list = [
        (
            "0B7EVK8r0v71pZjFTYXZWM3FlRnM",
            "00d2c5bc6d35e252742224ab0c1e8fcb",
            "img_align_celeba.zip",
        ),
        (
            "0B7EVK8r0v71pblRyaVFSWGxPY0U",
            "75e246fa4810816ffd6ee81facbd244c",
            "list_attr_celeba.txt",
        ),
        (
            "1_ee_0u7vcNLOfNLegJRHmolfH5ICW-XS",
            "32bd1bd63d3c78cd57e08160ec5ed1e2",
            "identity_CelebA.txt",
        ),
        (
            "0B7EVK8r0v71pbThiMVRxWXZ4dU0",
            "00566efa6fedff7a56946cd1c10f1c16",
            "list_bbox_celeba.txt",
        ),
        (
            "0B7EVK8r0v71pd0FJY3Blby1HUTQ",
            "cc24ecafdb5b50baae59b03474781f8c",
            "list_landmarks_align_celeba.txt",
        ),
        (
            "0B7EVK8r0v71pY0NSMzRuSXJEVkk",
            "d32c9cbf5e040fd4025c592c306e6668",
            "list_eval_partition.txt",
        ),
    ]

    def __init__(
        self,
        root: str | os.PathLike,
        split: str = "train",
        target_type: list[str] | str = "attr",
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = False,
    ):
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.split = split
        self.target_type = target_type if isinstance(target_type, list) else [target_type]
        if not self.target_type and self.target_transform is not None:
            raise RuntimeError("target_transform is specified but target_type is empty")
        if download:
            self.download()
        if not self._check_integrity():
            raise RuntimeError(CORRUPTED)
        number = _SPLITS[verify_str_arg(split.lower(), "split", tuple(_SPLITS))]
        _, names, parts = self._table("list_eval_partition.txt")
        chosen = slice(None) if number is None else np.flatnonzero(parts[:, 0] == number)
        self.filename = np.array(names, object)[chosen].tolist()

        def read(file: str, header: int | None = None) -> Tensor:
            return from_numpy(self._table(file, header)[2][chosen])

        self.identity = read("identity_CelebA.txt")
        self.bbox = read("list_bbox_celeba.txt", 1)
        self.landmarks_align = read("list_landmarks_align_celeba.txt", 1)
        self.attr_names, _, signs = self._table("list_attr_celeba.txt", 1)
        self.attr = from_numpy((signs[chosen] + 1) // 2)  # from -1 and 1 to 0 and 1

    def _table(
        self, name: str, header: int | None = None
    ) -> tuple[list[str], list[str], np.ndarray]:
        """(names of columns, names of rows, numbers) of a file of words."""
        with open(os.path.join(self.root, self.base_folder, name)) as f:
            rows = list(csv.reader(f, delimiter=" ", skipinitialspace=True))
        columns: list[str] = []
        if header is not None:
            columns, rows = rows[header], rows[header + 1 :]
        numbers = [[int(word) for word in row[1:] if word] for row in rows]
        return columns, [row[0] for row in rows], np.array(numbers, np.int64)

    def _check_integrity(self) -> bool:
        folder = os.path.join(self.root, self.base_folder)
        texts = [(md5, name) for _, md5, name in self.file_list if name.endswith(".txt")]
        return all(
            check_integrity(os.path.join(folder, name), md5) for md5, name in texts
        ) and os.path.isdir(os.path.join(folder, "img_align_celeba"))

    def download(self) -> None:
        """Fetch the files from Google Drive unless they are there, check them, open the archive."""
        if self._check_integrity():
            return
        folder = os.path.join(self.root, self.base_folder)
        for file_id, md5, name in self.file_list:
            download_file_from_google_drive(file_id, folder, name, md5)
        extract_archive(os.path.join(folder, "img_align_celeba.zip"))

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        path = os.path.join(self.root, self.base_folder, "img_align_celeba", self.filename[index])
        image: Any = opened(path)
        found: list[Any] = []
        for kind in self.target_type:
            if kind == "attr":
                found.append(self.attr[index, :])
            elif kind == "identity":
                found.append(self.identity[index, 0])
            elif kind == "bbox":
                found.append(self.bbox[index, :])
            elif kind == "landmarks":
                found.append(self.landmarks_align[index, :])
            else:
                raise ValueError(f'Target type "{kind}" is not recognized.')
        if self.transform is not None:
            image = self.transform(image)
        target: Any = None if not found else tuple(found) if len(found) > 1 else found[0]
        if found and self.target_transform is not None:
            target = self.target_transform(target)
        return image, target

    def __len__(self) -> int:
        return len(self.attr)

    def extra_repr(self) -> str:
        return f"Target type: {self.target_type}\nSplit: {self.split}"
