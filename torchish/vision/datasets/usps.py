"""USPS, digits of zip codes.

https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass.html#usps describes the files.
"""

from __future__ import annotations

import bz2
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish.vision.datasets.utils import download_url
from torchish.vision.datasets.vision import VisionDataset
from torchish.vision.transforms import _functional_pil as F_pil

__all__ = ["USPS"]


class USPS(VisionDataset):
    """Handwritten digits, 16 × 16. `data` is an array (N, 16, 16) of bytes, `targets` a list.

    Items are (PIL image of mode L, class). FileNotFoundError when the file is not there.
    """

    split_list = {
        "train": [
            "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/usps.bz2",
            "usps.bz2",
            "ec16c51db3855ca6c91edd34d0e9b197",
        ],
        "test": [
            "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/usps.t.bz2",
            "usps.t.bz2",
            "8ea070ee2aca1ac39742fdd1ef5ed118",
        ],
    }

    def __init__(
        self,
        root: str | os.PathLike,
        train: bool = True,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = False,
    ):
        super().__init__(root, transform=transform, target_transform=target_transform)
        url, filename, checksum = self.split_list["train" if train else "test"]
        path = os.path.join(self.root, filename)
        if download and not os.path.exists(path):
            download_url(url, self.root, filename, md5=checksum)
        with bz2.open(path) as f:
            rows = [line.decode().split() for line in f]
        values = [[number.partition(":")[2] for number in row[1:]] for row in rows]
        grey = np.array(values, np.float32).reshape(-1, 16, 16)
        self.data = ((grey + 1) / 2 * 255).astype(np.uint8)
        self.targets = [int(row[0]) - 1 for row in rows]

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        img: Any = F_pil.from_array(self.data[index], "L")
        target: Any = int(self.targets[index])
        if self.transform is not None:
            img = self.transform(img)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return img, target

    def __len__(self) -> int:
        return len(self.data)
