"""Random images, to try a pipeline out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Generator, Tensor, from_numpy
from torchish.vision.datasets.vision import VisionDataset
from torchish.vision.transforms import functional as F

__all__ = ["FakeData"]


class FakeData(VisionDataset):
    """`size` random images of `image_size` (C, H, W) with random classes.

    The same for an index each time: it is the seed, plus `random_offset`. IndexError beyond the
    end.

    >>> from torchvision import datasets
    >>> image, label = datasets.FakeData(size=3, image_size=(3, 8, 8), num_classes=2)[0]
    >>> image.size, 0 <= label < 2
    ((8, 8), True)
    """

    def __init__(
        self,
        size: int = 1000,
        image_size: tuple[int, int, int] = (3, 224, 224),
        num_classes: int = 10,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        random_offset: int = 0,
    ):
        super().__init__(transform=transform, target_transform=target_transform)
        self.size, self.num_classes = size, num_classes
        self.image_size, self.random_offset = image_size, random_offset

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if index >= len(self):
            raise IndexError(f"{type(self).__name__} index out of range")
        g = Generator()
        g.manual_seed(index + self.random_offset)
        img: Any = from_numpy(g.randn(tuple(self.image_size), dt.float32))
        target: Any = from_numpy(g.randint((), 0, self.num_classes, dt.int64))
        img = F.to_pil_image(img)
        if self.transform is not None:
            img = self.transform(img)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return img, target.item() if isinstance(target, Tensor) else target

    def __len__(self) -> int:
        return self.size
