"""STL10, photographs with few labels.

https://cs.stanford.edu/~acoates/stl10 describes the files.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish.vision.datasets._listed import CORRUPTED
from torchish.vision.datasets.utils import (
    check_integrity,
    download_and_extract_archive,
    verify_str_arg,
)
from torchish.vision.datasets.vision import VisionDataset
from torchish.vision.transforms import _functional_pil as F_pil

__all__ = ["STL10"]


class STL10(VisionDataset):
    """Photographs of ten things, 96 × 96, in `root/stl10_binary`; some without a label (-1).

    `split` is train, train+unlabeled, unlabeled or test; `folds` from 0 to 9 chooses one of the
    training set's thousands. `data` is an array (N, 3, 96, 96) of bytes, `labels` one of classes.
    RuntimeError when the files are not there or their digests are wrong.
    """

    base_folder = "stl10_binary"
    url = "http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz"
    filename = "stl10_binary.tar.gz"
    tgz_md5 = "91f7769df0f17e558f3565bffb0c7dfb"
    class_names_file = "class_names.txt"
    folds_list_file = "fold_indices.txt"
    train_list = [
        ["train_X.bin", "918c2871b30a85fa023e0c44e0bee87f"],
        ["train_y.bin", "5a34089d4802c674881badbb80307741"],
        ["unlabeled_X.bin", "5242ba1fed5e4be9e1e742405eb56ca4"],
    ]
    test_list = [
        ["test_X.bin", "7f263ba9f9e0b06b93213547f721ac82"],
        ["test_y.bin", "36f9794fa4beb8a2c72628de14fa638e"],
    ]
    splits = ("train", "train+unlabeled", "unlabeled", "test")

    def __init__(
        self,
        root: str | os.PathLike,
        split: str = "train",
        folds: int | None = None,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = False,
    ):
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.split = verify_str_arg(split, "split", self.splits)
        self.folds = self._verify_folds(folds)
        if download:
            self.download()
        elif not self._check_integrity():
            raise RuntimeError(CORRUPTED)
        name = "test" if split == "test" else "train"
        if split == "unlabeled":
            self.data = self._images("unlabeled")
            self.labels: Any = np.full(len(self.data), -1)
        else:
            self.data, self.labels = self._images(name), self._classes(name)
            if name == "train":
                self._choose_fold(self.folds)
        if split == "train+unlabeled":
            more = self._images("unlabeled")
            self.data = np.concatenate([self.data, more])
            self.labels = np.concatenate([self.labels, np.full(len(more), -1)])
        names = self._path(self.class_names_file)
        if os.path.isfile(names):
            with open(names) as f:
                self.classes = f.read().splitlines()

    def _verify_folds(self, folds: int | None) -> int | None:
        if folds is None:
            return None
        if not isinstance(folds, int):
            raise ValueError(
                f"Expected type None or int for argument folds, but got type {type(folds)}."
            )
        if folds not in range(10):
            raise ValueError(
                f"Value for argument folds should be in the range [0, 10), but got {folds}."
            )
        return folds

    def _path(self, name: str) -> str:
        return os.path.join(self.root, self.base_folder, name)

    def _images(self, name: str) -> np.ndarray:
        planes = np.fromfile(self._path(f"{name}_X.bin"), np.uint8).reshape(-1, 3, 96, 96)
        return planes.transpose(0, 1, 3, 2)  # the files go column by column

    def _classes(self, name: str) -> np.ndarray:
        return np.fromfile(self._path(f"{name}_y.bin"), np.uint8) - 1

    def _choose_fold(self, fold: int | None) -> None:
        if fold is None:
            return
        with open(self._path(self.folds_list_file)) as f:
            chosen = np.array(f.read().splitlines()[fold].split(), np.int64)
        self.data, self.labels = self.data[chosen], self.labels[chosen]

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        img: Any = F_pil.from_array(self.data[index].transpose(1, 2, 0), "RGB")
        target: Any = int(self.labels[index])
        if self.transform is not None:
            img = self.transform(img)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return img, target

    def __len__(self) -> int:
        return len(self.data)

    def _check_integrity(self) -> bool:
        files = self.train_list + self.test_list
        return all(check_integrity(self._path(name), md5) for name, md5 in files)

    def download(self) -> None:
        """Fetch the archive unless its files are there, check it and open it."""
        if not self._check_integrity():
            download_and_extract_archive(
                self.url, self.root, filename=self.filename, md5=self.tgz_md5
            )
            if not self._check_integrity():
                raise RuntimeError(CORRUPTED)

    def extra_repr(self) -> str:
        return f"Split: {self.split}"
