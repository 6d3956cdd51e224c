"""Data sets that are a list of image files and their classes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from torchish.vision.datasets.folder import default_loader
from torchish.vision.datasets.vision import VisionDataset

__all__ = ["Listed", "matlab"]

NOT_FOUND = "Dataset not found. You can use download=True to download it"
CORRUPTED = "Dataset not found or corrupted. You can use download=True to download it"


class Listed(VisionDataset):
    """Items are (`loader(path)`, class), both transformed. A subclass fills the two lists."""

    _image_files: Sequence[Any]
    _labels: Sequence[Any]
    _split: str | None = None
    loader: Callable[[Any], Any] = staticmethod(default_loader)

    def __len__(self) -> int:
        return len(self._image_files)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        image = self.loader(self._image_files[index])
        target: Any = self._labels[index]
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return image, target

    def extra_repr(self) -> str:
        return f"split={self._split}"


def matlab(path: str | os.PathLike, **options: Any) -> dict[str, Any]:
    """The variables in a MATLAB file. ModuleNotFoundError, with what to install, without SciPy."""
    try:
        from scipy.io import loadmat
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"Reading {os.path.basename(path)} needs SciPy: pip install scipy", name="scipy"
        ) from error
    return loadmat(path, **options)
