"""The handwritten digits that come with the package."""

from __future__ import annotations

import csv
import functools
import gzip
import importlib.resources
import io
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish.tensor import from_numpy
from torchish.vision.datasets.vision import VisionDataset

__all__ = ["Digits"]


@functools.cache
def _read() -> tuple[np.ndarray, np.ndarray]:
    raw = (
        importlib.resources.files("torchish.vision").joinpath("data", "digits.csv.gz").read_bytes()
    )
    rows = np.array(
        list(csv.reader(io.TextIOWrapper(gzip.GzipFile(fileobj=io.BytesIO(raw)), "ascii"))),
        np.int64,
    )
    images = np.rint(rows[:, :64] * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8)
    return images, rows[:, 64].copy()


class Digits(VisionDataset):
    """1,797 real handwritten digits, 8 × 8 grey levels, embedded in the package: no download, no
    folder.

    Every fifth image (0, 5, 10, …) is held out: 1,437 are for training and 360 for the test. Items
    are (PIL image of mode L,
    digit). Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak (1998), UCI
    Machine Learning Repository,
    https://doi.org/10.24432/C50P49, CC BY 4.0.
    """

    classes = [str(i) for i in range(10)]

    def __init__(
        self,
        root=None,
        train: bool = True,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = False,
    ):
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.train = train
        images, labels = _read()
        held_out = np.arange(len(images)) % 5 == 0
        chosen = ~held_out if train else held_out
        self._images = images[chosen]
        self.data, self.targets = from_numpy(images[chosen]), from_numpy(labels[chosen])
        self._labels = labels[chosen].tolist()

    @property
    def class_to_idx(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.classes)}

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        from PIL import Image

        img: Any = Image.fromarray(self._images[index])
        target: Any = self._labels[index]
        if self.transform is not None:
            img = self.transform(img)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return img, target

    def __len__(self) -> int:
        return len(self._labels)

    def extra_repr(self) -> str:
        return f"Split: {'Train' if self.train else 'Test'}"
