"""The handwritten digits that come with the package."""

from __future__ import annotations

import functools
import importlib.resources
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.tensor import from_numpy
from torchish.utils.data._utils.hosting import host_copy
from torchish.vision.datasets.vision import VisionDataset
from torchish.vision.transforms import _functional_pil as F_pil

__all__ = ["Digits"]


@functools.cache
def _read() -> tuple[np.ndarray, np.ndarray]:
    """Images (1797, 8, 8) from 0 to 255, and labels."""
    file = importlib.resources.files("torchish.vision").joinpath("data", "digits.npz")
    with file.open("rb") as f, np.load(f, allow_pickle=False) as stored:
        images = np.rint(stored["images"] * (255 / 16)).astype(np.uint8)
        return images, stored["labels"].astype(np.int64)


class Digits(VisionDataset):
    """1,797 handwritten digits, 8 × 8 grey levels, embedded in the package: nothing to download.

    Items are (PIL image of mode L, digit). The images come in the order they were collected, writer
    by writer. Of each digit every fifth is held out, so that the 355 test images show all digits in
    the hands of all writers; the other 1,442 are for training. `root` is only shown.

    Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak (1998), UCI Machine
    Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0.
    """

    classes = [str(i) for i in range(10)]

    def __init__(
        self,
        root: str | os.PathLike | None = None,
        train: bool = True,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
    ):
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.train = train
        images, labels = _read()
        held_out = np.zeros(len(labels), bool)
        for digit in range(10):
            held_out[np.flatnonzero(labels == digit)[4::5]] = True
        chosen = ~held_out if train else held_out
        self.data, self.targets = from_numpy(images[chosen]), from_numpy(labels[chosen])

    @property
    def class_to_idx(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.classes)}

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        img: Any = F_pil.from_array(host_copy(self.data)[index], "L")
        target: Any = int(host_copy(self.targets)[index])
        if self.transform is not None:
            img = self.transform(img)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return img, target

    def __len__(self) -> int:
        return len(self.data)

    def extra_repr(self) -> str:
        return f"Split: {'Train' if self.train is True else 'Test'}"
