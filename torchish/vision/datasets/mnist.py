"""MNIST, and the data sets that took over its file format.

http://yann.lecun.com/exdb/mnist/ describes the format (IDX).
"""

from __future__ import annotations

import gzip
import lzma
import os
import shutil
import string
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, from_numpy
from torchish.serialization import load
from torchish.utils.data._utils.hosting import host_copy
from torchish.vision.datasets.utils import (
    check_integrity,
    download_and_extract_archive,
    download_from_mirrors,
    extract_archive,
    verify_str_arg,
)
from torchish.vision.datasets.vision import VisionDataset
from torchish.vision.transforms import _functional_pil as F_pil

__all__ = ["EMNIST", "KMNIST", "MNIST", "QMNIST", "FashionMNIST"]

# The third byte of a file: the numbers' type, big-endian.
SN3_PASCALVINCENT_TYPEMAP = {
    8: dt.uint8,
    9: dt.int8,
    11: dt.int16,
    12: dt.int32,
    13: dt.float32,
    14: dt.float64,
}


def read_sn3_pascalvincent_tensor(path: str | os.PathLike, strict: bool = True) -> Tensor:
    """The tensor in an IDX file, compressed or not. ValueError when the file is not one or cut off.

    Unless `strict`, bytes after the last number are not minded.
    """
    name = os.fspath(path)
    opened = {".gz": gzip.open, ".xz": lzma.open}.get(os.path.splitext(name)[1], open)
    with opened(path, "rb") as f:
        data = f.read()
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in SN3_PASCALVINCENT_TYPEMAP:
        raise ValueError(f"{name} is not an IDX file")
    stored = SN3_PASCALVINCENT_TYPEMAP[data[2]].np.newbyteorder(">")
    shape = tuple(np.frombuffer(data, ">u4", data[3], 4).tolist())
    count, start = int(np.prod(shape)), 4 + 4 * data[3]
    held = (len(data) - start) // stored.itemsize
    if held < count or (strict and held > count):
        raise ValueError(f"{name} holds {held} numbers, and its header says {count}")
    body = np.frombuffer(data, stored, count, start)
    return from_numpy(body.astype(stored.newbyteorder("="))).view(shape)


def read_label_file(path: str | os.PathLike) -> Tensor:
    """Labels (N,) as int64. TypeError or ValueError for a file of another type or shape."""
    x = read_sn3_pascalvincent_tensor(path, strict=False)
    if x.dtype is not dt.uint8:
        raise TypeError(f"x should be of dtype torch.uint8 instead of {x.dtype}")
    if x.dim() != 1:
        raise ValueError(f"x should have 1 dimension instead of {x.dim()}")
    return from_numpy(host_copy(x).astype(np.int64))


def read_image_file(path: str | os.PathLike) -> Tensor:
    """Images (N, H, W) as uint8. TypeError or ValueError for a file of another type or shape."""
    x = read_sn3_pascalvincent_tensor(path, strict=False)
    if x.dtype is not dt.uint8:
        raise TypeError(f"x should be of dtype torch.uint8 instead of {x.dtype}")
    if x.dim() != 3:
        raise ValueError(f"x should have 3 dimension instead of {x.dim()}")
    return x


class MNIST(VisionDataset):
    """70,000 handwritten digits, 28 × 28, in `root/MNIST/raw`.

    `data` is a tensor (N, 28, 28) of bytes, `targets` one of ints; items are (PIL image of mode L,
    class). The files are read as they are or gzipped; gzipped ones have to have their digests.
    RuntimeError when they are not there and `download` is false, or cannot be fetched.
    """

    mirrors = [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    ]
    resources = [
        ("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
        ("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"),
        ("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"),
        ("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c"),
    ]
    training_file = "training.pt"
    test_file = "test.pt"
    classes = [
        "0 - zero",
        "1 - one",
        "2 - two",
        "3 - three",
        "4 - four",
        "5 - five",
        "6 - six",
        "7 - seven",
        "8 - eight",
        "9 - nine",
    ]

    def __init__(
        self,
        root: str | os.PathLike,
        train: bool = True,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = False,
    ):
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.train = train
        if self._check_legacy_exist():
            self.data, self.targets = self._load_legacy_data()
            return
        if download:
            self.download()
        if not self._check_exists():
            raise RuntimeError("Dataset not found. You can use download=True to download it")
        self.data, self.targets = self._load_data()

    def _renamed(self, old: str, new: str) -> Any:
        warnings.warn(f"{old} has been renamed {new}", stacklevel=3)
        return getattr(self, new)

    @property
    def train_labels(self) -> Tensor:
        return self._renamed("train_labels", "targets")

    @property
    def test_labels(self) -> Tensor:
        return self._renamed("test_labels", "targets")

    @property
    def train_data(self) -> Tensor:
        return self._renamed("train_data", "data")

    @property
    def test_data(self) -> Tensor:
        return self._renamed("test_data", "data")

    @property
    def raw_folder(self) -> str:
        return os.path.join(self.root, type(self).__name__, "raw")

    @property
    def processed_folder(self) -> str:
        return os.path.join(self.root, type(self).__name__, "processed")

    @property
    def class_to_idx(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.classes)}

    def _check_legacy_exist(self) -> bool:
        """Whether old versions of torchvision have left their own files."""
        files = (self.training_file, self.test_file)
        return all(check_integrity(os.path.join(self.processed_folder, f)) for f in files)

    def _load_legacy_data(self) -> tuple[Tensor, Tensor]:
        file = self.training_file if self.train else self.test_file
        return load(os.path.join(self.processed_folder, file), weights_only=True)

    def _found(self, name: str, md5: str) -> str | None:
        """Where a file is: decompressed, or gzipped and whole."""
        packed = os.path.join(self.raw_folder, os.path.basename(name))
        plain = os.path.splitext(packed)[0]
        if check_integrity(plain):
            return plain
        return packed if check_integrity(packed, md5) else None

    def _check_exists(self) -> bool:
        return all(self._found(name, md5) is not None for name, md5 in self.resources)

    def _load_data(self) -> tuple[Tensor, Tensor]:
        first = 0 if self.train else 2
        images, labels = (self._found(*r) for r in self.resources[first : first + 2])
        assert images is not None and labels is not None  # _check_exists has seen them
        return read_image_file(images), read_label_file(labels)

    def download(self) -> None:
        """Fetch the files that are missing, check and decompress them."""
        if self._check_exists():
            return
        for name, md5 in self.resources:
            urls = [mirror + name for mirror in self.mirrors]
            packed = download_from_mirrors(urls, self.raw_folder, name, md5)
            extract_archive(packed, self.raw_folder)

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


class FashionMNIST(MNIST):
    """70,000 articles of clothing, in MNIST's format, in `root/FashionMNIST/raw`.

    https://github.com/zalandoresearch/fashion-mnist
    """

    mirrors = ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"]
    resources = [
        ("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        ("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
        ("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
        ("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"),
    ]
    classes = [
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ]


class KMNIST(MNIST):
    """70,000 cursive Japanese characters, in MNIST's format, in `root/KMNIST/raw`.

    https://github.com/rois-codh/kmnist
    """

    mirrors = ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"]
    resources = [
        ("train-images-idx3-ubyte.gz", "bdb82020997e1d708af4cf47b453dcf7"),
        ("train-labels-idx1-ubyte.gz", "e144d726b3acfaa3e44228e80efcd344"),
        ("t10k-images-idx3-ubyte.gz", "5c965bf0a639b31b8f53240b1b52f4d7"),
        ("t10k-labels-idx1-ubyte.gz", "7320c461ea6c1c855c0b718fb2a4b134"),
    ]
    classes = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]


_UPPER, _LOWER = list(string.ascii_uppercase), list(string.ascii_lowercase)
_DIGITS = list(string.digits)
# Lower-case letters that look like upper-case ones.
_MERGED = set("cijklmopsuvwxyz")


class EMNIST(MNIST):
    """Handwritten letters and digits of a split, in MNIST's format, in `root/EMNIST/raw`.

    `split` is byclass, bymerge, balanced, letters, digits or mnist. The images lie on their sides,
    as in the files. https://www.nist.gov/itl/products-and-services/emnist-dataset
    """

    url = "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"
    md5 = "58c8d27c78d21e728a6bc7b3cc06412e"
    splits = ("byclass", "bymerge", "balanced", "letters", "digits", "mnist")
    _merged_classes = _MERGED
    _all_classes = {*_DIGITS, *_UPPER, *_LOWER}
    classes_split_dict = {
        "byclass": sorted(_all_classes),
        "bymerge": sorted(_all_classes - _MERGED),
        "balanced": sorted(_all_classes - _MERGED),
        "letters": ["N/A", *_LOWER],
        "digits": _DIGITS,
        "mnist": _DIGITS,
    }

    def __init__(self, root: str | os.PathLike, split: str, **kwargs: Any):
        self.split = verify_str_arg(split, "split", self.splits)
        self.training_file, self.test_file = self._training_file(split), self._test_file(split)
        super().__init__(root, **kwargs)
        self.classes = self.classes_split_dict[self.split]

    @staticmethod
    def _training_file(split: str) -> str:
        return f"training_{split}.pt"

    @staticmethod
    def _test_file(split: str) -> str:
        return f"test_{split}.pt"

    @property
    def _file_prefix(self) -> str:
        return f"emnist-{self.split}-{'train' if self.train else 'test'}"

    @property
    def images_file(self) -> str:
        return os.path.join(self.raw_folder, f"{self._file_prefix}-images-idx3-ubyte")

    @property
    def labels_file(self) -> str:
        return os.path.join(self.raw_folder, f"{self._file_prefix}-labels-idx1-ubyte")

    def _check_exists(self) -> bool:
        return all(check_integrity(file) for file in (self.images_file, self.labels_file))

    def _load_data(self) -> tuple[Tensor, Tensor]:
        return read_image_file(self.images_file), read_label_file(self.labels_file)

    def download(self) -> None:
        """Fetch the archive of all splits, check it, and decompress its files."""
        if self._check_exists():
            return
        download_and_extract_archive(self.url, self.raw_folder, md5=self.md5)
        packed = os.path.join(self.raw_folder, "gzip")
        for name in os.listdir(packed):
            if name.endswith(".gz"):
                extract_archive(os.path.join(packed, name), self.raw_folder)
        shutil.rmtree(packed)


class QMNIST(MNIST):
    """MNIST's digits with more of them and of what is known, in `root/QMNIST/raw`.

    `what` is train, test, test10k, test50k or nist; unless `compat`, targets are all eight numbers.
    https://github.com/facebookresearch/qmnist
    """

    subsets = {
        "train": "train",
        "test": "test",
        "test10k": "test",
        "test50k": "test",
        "nist": "nist",
    }
    _base = "https://raw.githubusercontent.com/facebookresearch/qmnist/master/"
    resources: Any = {
        "train": [
            (_base + "qmnist-train-images-idx3-ubyte.gz", "ed72d4157d28c017586c42bc6afe6370"),
            (_base + "qmnist-train-labels-idx2-int.gz", "0058f8dd561b90ffdd0f734c6a30e5e4"),
        ],
        "test": [
            (_base + "qmnist-test-images-idx3-ubyte.gz", "1394631089c404de565df7b7aeaf9412"),
            (_base + "qmnist-test-labels-idx2-int.gz", "5b5b05890a5e13444e108efe57b788aa"),
        ],
        "nist": [
            (_base + "xnist-images-idx3-ubyte.xz", "7f124b3b8ab81486c9d8c2749c17f834"),
            (_base + "xnist-labels-idx2-int.xz", "5ed0e788978e45d4a8bd4b7caec3d79d"),
        ],
    }

    def __init__(
        self,
        root: str | os.PathLike,
        what: str | None = None,
        compat: bool = True,
        train: bool = True,
        **kwargs: Any,
    ):
        if what is None:
            what = "train" if train else "test"
        self.what = verify_str_arg(what, "what", tuple(self.subsets))
        self.compat = compat
        self.training_file = self.test_file = f"{what}.pt"
        super().__init__(root, train, **kwargs)

    def _places(self) -> list[str]:
        """Where the images and the labels are, once they are decompressed."""
        urls = [url for url, _ in self.resources[self.subsets[self.what]]]
        names = [os.path.splitext(os.path.basename(url))[0] for url in urls]
        return [os.path.join(self.raw_folder, name) for name in names]

    @property
    def images_file(self) -> str:
        return self._places()[0]

    @property
    def labels_file(self) -> str:
        return self._places()[1]

    def _check_exists(self) -> bool:
        return all(check_integrity(file) for file in self._places())

    def _load_data(self) -> tuple[Tensor, Tensor]:
        data = read_image_file(self.images_file)
        targets = read_sn3_pascalvincent_tensor(self.labels_file)
        if targets.dim() != 2:
            raise ValueError("targets should be of 2 dimensions")
        targets = from_numpy(host_copy(targets).astype(np.int64))
        if self.what == "test10k":
            return data[:10000], targets[:10000]
        if self.what == "test50k":
            return data[10000:], targets[10000:]
        return data, targets

    def download(self) -> None:
        """Fetch the subset's files, check and decompress them."""
        if self._check_exists():
            return
        for url, md5 in self.resources[self.subsets[self.what]]:
            packed = download_from_mirrors([url], self.raw_folder, os.path.basename(url), md5)
            extract_archive(packed, self.raw_folder)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        img: Any = F_pil.from_array(host_copy(self.data)[index], "L")
        target: Any = self.targets[index]
        if self.transform is not None:
            img = self.transform(img)
        if self.compat:
            target = int(target[0])
        if self.target_transform is not None:
            target = self.target_transform(target)
        return img, target

    def extra_repr(self) -> str:
        return f"Split: {self.what}"
