"""GTSRB, German traffic signs.

https://benchmark.ini.rub.de/gtsrb_dataset.html describes the files.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torchish.vision.datasets._listed import NOT_FOUND
from torchish.vision.datasets.folder import make_dataset, pil_loader
from torchish.vision.datasets.utils import download_and_extract_archive, verify_str_arg
from torchish.vision.datasets.vision import VisionDataset

__all__ = ["GTSRB"]

_URL = "https://sid.erda.dk/public/archives/daaeac0d7ce1152aea9b61d9f1e19370/"
_ARCHIVES = {
    "train": [("GTSRB-Training_fixed.zip", "513f3c79a4c5141765e10e952eaa2478")],
    "test": [
        ("GTSRB_Final_Test_Images.zip", "c7e4e6327067d32654124b0fe9e82185"),
        ("GTSRB_Final_Test_GT.zip", "fe31e9c9270bbcd7b84b7f21a9d9d9e5"),
    ],
}


class GTSRB(VisionDataset):
    """Photographs of 43 traffic signs, of a split (train, test), in `root/gtsrb`.

    RuntimeError when the files are not there.
    """

    def __init__(
        self,
        root: str | os.PathLike,
        split: str = "train",
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = False,
    ):
        super().__init__(root, transform=transform, target_transform=target_transform)
        self._split = verify_str_arg(split, "split", ("train", "test"))
        self._base_folder = Path(root) / "gtsrb"
        test = self._split == "test"
        part = "Final_Test/Images" if test else "Training"
        self._target_folder = self._base_folder / "GTSRB" / part
        if download:
            self.download()
        if not self._check_exists():
            raise RuntimeError(NOT_FOUND)
        if test:
            with open(self._base_folder / "GT-final_test.csv") as f:
                self._samples = [
                    (str(self._target_folder / row["Filename"]), int(row["ClassId"]))
                    for row in csv.DictReader(f, delimiter=";", skipinitialspace=True)
                ]
        else:
            self._samples = make_dataset(str(self._target_folder), extensions=(".ppm",))

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        path, target = self._samples[index]
        sample: Any = pil_loader(path)
        if self.transform is not None:
            sample = self.transform(sample)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return sample, target

    def _check_exists(self) -> bool:
        return self._target_folder.is_dir()

    def download(self) -> None:
        """Fetch the split's archives, check and open them, unless its folder is there."""
        if self._check_exists():
            return
        for name, md5 in _ARCHIVES[self._split]:
            download_and_extract_archive(_URL + name, self._base_folder, md5=md5)
