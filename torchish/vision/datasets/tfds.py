"""The data sets of tensorflow-datasets, with random access and without tensorflow.

https://www.tensorflow.org/datasets/data_source
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from torchish._core.tensor import from_numpy
from torchish.vision.datasets.vision import VisionDataset
from torchish.vision.transforms import _functional_pil as F_pil

__all__ = ["TFDS"]


class TFDS(VisionDataset):
    """A data set that tensorflow-datasets has prepared, as a data set with a length and items.

    `name` is as tfds takes it ("mnist", "cifar10:3.0.2", or any set that lies prepared in the
    folder), `split` too ("train", "test", "train[:80%]"). `root` is tfds's folder of data sets,
    `~/tensorflow_datasets` by default. An item is the set's supervised pair, (image, label) say; of
    a set that has none it is a dict of all features. `keys` chooses features instead: a tuple, or
    one name for bare values. Images come as PIL images, text as str, labels as ints, arrays as
    tensors. The transforms apply to the first and the second of a pair.

    A set that is not there is downloaded and prepared if `download`. Preparing most of them, MNIST
    and CIFAR10 among them, needs tensorflow; reading never does. RuntimeError says what to install
    or to do; ValueError for names, splits and keys that do not exist.
    """

    def __init__(
        self,
        name: str,
        split: str = "train",
        *,
        root: str | os.PathLike | None = None,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        keys: str | Sequence[str] | None = None,
        download: bool = True,
    ):
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.name, self.split = name, split
        self.builder = _builder(name, self.root, download)
        info = self.builder.info
        try:
            self.source = self.builder.as_data_source(split=split)
        except NotImplementedError as e:
            raise RuntimeError(
                f"{name} in {self.builder.data_dir} is stored as {info.file_format.value}, which "
                "has no random access; prepare it as array_record"
            ) from e
        self._features = info.features
        supervised = info.supervised_keys
        self._single = isinstance(keys, str)
        if isinstance(keys, str):
            keys = [keys]
        elif (
            keys is None and supervised is not None and all(isinstance(k, str) for k in supervised)
        ):
            keys = supervised
        self.keys = None if keys is None else tuple(keys)
        unknown = [k for k in self.keys or () if k not in self._features]
        if unknown:
            raise ValueError(
                f"{name} has no feature {unknown[0]!r}; it has {', '.join(self._features)}"
            )
        label = self._features[self.keys[1]] if self.keys and len(self.keys) == 2 else None
        self.classes: list[str] = list(getattr(label, "names", ()))

    @property
    def class_to_idx(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.classes)}

    def _item(self, record: dict[str, Any]) -> Any:
        if self.keys is None:
            return _decoded(self._features, record)
        item = [_decoded(self._features[k], record[k]) for k in self.keys]
        if self.transform is not None:
            item[0] = self.transform(item[0])
        if self.target_transform is not None and len(item) > 1:
            item[1] = self.target_transform(item[1])
        return item[0] if self._single else tuple(item)

    def __getitem__(self, index: int) -> Any:
        n = len(self)
        if not -n <= index < n:
            raise IndexError(f"index {index} is out of range for {n} items")
        return self._item(self.source[index % n])

    def __getitems__(self, indices: list[int]) -> list[Any]:
        n = len(self)
        if not all(0 <= i < n for i in indices):
            return [self[i] for i in indices]
        return [self._item(record) for record in self.source.__getitems__(indices)]

    def __len__(self) -> int:
        return len(self.source)

    def extra_repr(self) -> str:
        return f"Name: {self.name}\nSplit: {self.split}"


def _builder(name: str, folder: Any, download: bool) -> Any:
    """The builder of a data set that is prepared, after preparing it if need be."""
    import tensorflow_datasets as tfds

    folder = None if folder is None else os.path.abspath(folder)
    try:
        builder = tfds.builder(name, data_dir=folder)
    except tfds.core.DatasetNotFoundError as e:
        raise ValueError(
            f"tensorflow-datasets knows no data set {name!r}, and none lies prepared in "
            f"{folder or tfds.core.constants.DATA_DIR}"
        ) from e
    if builder.is_prepared():
        return builder
    if not download:
        raise RuntimeError(
            f"{name} is not prepared in {builder.data_dir}; download=True prepares it"
        )
    builder = tfds.builder(name, data_dir=folder, file_format="array_record")
    try:
        builder.download_and_prepare()
    except ImportError as e:
        missing = e.name or "tensorflow"
        package = {"tensorflow": "tensorflow-cpu"}.get(missing, missing)
        more = (
            ""
            if missing == "tensorflow"
            else " Most data sets, MNIST and CIFAR10 among them, need tensorflow for it as well: "
            "pip install tensorflow-cpu."
        )
        raise RuntimeError(
            f"{name} is not prepared in {builder.data_dir}, and preparing it needs {missing}, "
            f"which is not installed: pip install {package}.{more} Reading it afterwards needs "
            "neither, so it may also be prepared elsewhere and copied there."
        ) from e
    return builder


def _decoded(feature: Any, value: Any) -> Any:
    """A feature's value as PyTorch's users expect it."""
    import tensorflow_datasets as tfds

    if isinstance(value, dict):
        return {k: _decoded(feature[k], v) for k, v in value.items()}
    if isinstance(feature, tfds.features.Image) and isinstance(value, np.ndarray):
        if value.dtype == np.uint8 and value.ndim == 3 and value.shape[2] in (1, 3, 4):
            mode = {1: "L", 3: "RGB", 4: "RGBA"}[value.shape[2]]
            return F_pil.from_array(value, mode)
    if isinstance(value, bytes) and isinstance(feature, tfds.features.Text):
        return value.decode("utf-8")
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "?biufc":
            return value
        return value.item() if value.ndim == 0 else from_numpy(np.array(value))
    return value
