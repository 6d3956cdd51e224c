"""SVHN, numbers of houses.

http://ufldl.stanford.edu/housenumbers describes the files.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish.vision.datasets._listed import CORRUPTED, matlab
from torchish.vision.datasets.utils import check_integrity, download_url, verify_str_arg
from torchish.vision.datasets.vision import VisionDataset
from torchish.vision.transforms import _functional_pil as F_pil

__all__ = ["SVHN"]


class SVHN(VisionDataset):
    """Photographed digits, 32 × 32, of a split: train, test or extra. Needs SciPy.

    `data` is an array (N, 3, 32, 32) of bytes, `labels` one of ints; items are (PIL image, class).
    RuntimeError when the file is not there or its digest is wrong.
    """

    split_list = {
        "train": [
            "http://ufldl.stanford.edu/housenumbers/train_32x32.mat",
            "train_32x32.mat",
            "e26dedcc434d2e4c54c9b2d4a06d8373",
        ],
        "test": [
            "http://ufldl.stanford.edu/housenumbers/test_32x32.mat",
            "test_32x32.mat",
            "eb5a983be6a315427106f1b164d9cef3",
        ],
        "extra": [
            "http://ufldl.stanford.edu/housenumbers/extra_32x32.mat",
            "extra_32x32.mat",
            "a93ce644f1a588dc4d68dda5feec44a7",
        ],
    }

    def __init__(
        self,
        root: str | os.PathLike,
        split: str = "train",
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = False,
    ):
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.split = verify_str_arg(split, "split", tuple(self.split_list))
        self.url, self.filename, self.file_md5 = self.split_list[split]
        if download:
            self.download()
        if not self._check_integrity():
            raise RuntimeError(CORRUPTED)
        contents = matlab(os.path.join(self.root, self.filename))
        self.labels = contents["y"].astype(np.int64).reshape(-1)
        self.labels[self.labels == 10] = 0  # the files call the digit 0 ten
        self.data = np.ascontiguousarray(contents["X"].transpose(3, 2, 0, 1))

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
        return check_integrity(os.path.join(self.root, self.filename), self.file_md5)

    def download(self) -> None:
        """Fetch the split's file unless it is there, and check it."""
        download_url(self.url, self.root, self.filename, self.file_md5)

    def extra_repr(self) -> str:
        return f"Split: {self.split}"
