"""tensorflow-datasets as data sets.

https://www.tensorflow.org/datasets/data_source
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish.utils.data import Dataset

__all__ = ["TFDS"]

_TENSORFLOW = "pip install tensorflow-cpu"


class TFDS(Dataset):
    """A prepared tensorflow-datasets data set with random access, read without tensorflow.

    name        of the data set, with version or config as tfds takes it ("mnist", "cifar10:3.0.2")
    split       "train", "test", "train[:80%]", …
    root        the folder of prepared data sets (tfds's default, ~/tensorflow_datasets, when None)
    keys        the features that make up an item; by default the data set's supervised pair, else
    a dict of all
    transform, target_transform   applied to the first and to the second of a pair; images come as
    PIL images
    download    prepare the data set when it is not there. Preparing some, MNIST and CIFAR10 among
    them, needs tensorflow

    RuntimeError naming the way out when the data set is not prepared and cannot be; ValueError for
    an unknown key or split.
    """

    def __init__(
        self,
        name: str,
        split: str = "train",
        *,
        root: str | os.PathLike | None = None,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        keys: tuple[str, ...] | None = None,
        download: bool = True,
    ):
        import tensorflow_datasets as tfds

        folder = os.fspath(root) if root is not None else None
        try:
            builder = tfds.builder(name, data_dir=folder, file_format="array_record")
        except tfds.core.DatasetNotFoundError as e:
            raise ValueError(
                f"tensorflow-datasets has no data set {name!r}: {str(e).splitlines()[0]}"
            ) from None
        if (
            not builder.is_prepared()
            if hasattr(builder, "is_prepared")
            else not os.path.exists(builder.data_dir)
        ):
            if not download:
                raise RuntimeError(
                    f"{name} is not prepared in {builder.data_dir}; pass download=True to prepare "
                    "it"
                )
            self._prepare(builder, name)
        self.builder, self.split, self.name = builder, split, name
        try:
            self.source = builder.as_data_source(split=split)
        except ImportError as e:
            raise RuntimeError(f"reading {name} needs a package that is missing: {e}") from e
        info = builder.info
        self.transform, self.target_transform = transform, target_transform
        if keys is None and info.supervised_keys is not None:
            keys = tuple(info.supervised_keys)
        features = list(info.features) if hasattr(info.features, "keys") else []
        unknown = [k for k in keys or () if k not in features]
        if unknown:
            raise ValueError(f"{name} has no feature {unknown[0]!r}; it has {features}")
        self.keys = keys
        self._images = {k for k, f in info.features.items() if isinstance(f, tfds.features.Image)}
        label = (
            info.features.get(keys[1])
            if keys and len(keys) > 1 and hasattr(info.features, "get")
            else None
        )
        self.classes: list[str] = list(getattr(label, "names", []) or [])

    @staticmethod
    def _prepare(builder, name: str) -> None:
        try:
            builder.download_and_prepare(file_format="array_record")
        except ImportError as e:
            raise RuntimeError(
                f"preparing {name} needs tensorflow, which is not installed ({_TENSORFLOW}). "
                "Reading it afterwards does not. "
                f"({e})"
            ) from e

    def __len__(self) -> int:
        return len(self.source)

    def _convert(self, key: str, value: Any) -> Any:
        if key in self._images:
            from PIL import Image

            a = np.asarray(value)
            return Image.fromarray(a[:, :, 0] if a.ndim == 3 and a.shape[2] == 1 else a)
        if isinstance(value, np.ndarray) and value.shape == ():
            return value.item()
        return value.item() if isinstance(value, np.generic) else value

    def __getitem__(self, index: int) -> Any:
        record = self.source[index]
        if not self.keys:
            return {k: self._convert(k, v) for k, v in record.items()}
        item = [self._convert(k, record[k]) for k in self.keys]
        if self.transform is not None:
            item[0] = self.transform(item[0])
        if self.target_transform is not None and len(item) > 1:
            item[1] = self.target_transform(item[1])
        return tuple(item) if len(item) > 1 else item[0]

    def __repr__(self) -> str:
        facts = {"Number of datapoints": len(self), "Name": self.name, "Split": self.split}
        return "\n".join(["Dataset TFDS", *(f"    {k}: {v}" for k, v in facts.items())])
