"""ImageNet, as for the challenge of 2012.

https://www.image-net.org/download.php has the archives; they cannot be downloaded without an
account.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

from torchish.serialization import load, save
from torchish.vision.datasets._listed import matlab
from torchish.vision.datasets.folder import ImageFolder
from torchish.vision.datasets.utils import check_integrity, extract_archive, verify_str_arg

__all__ = ["ImageNet"]

Path = str | os.PathLike

ARCHIVE_META = {
    "train": ("ILSVRC2012_img_train.tar", "1d675b47d978889d74fa0da5fadfb00e"),
    "val": ("ILSVRC2012_img_val.tar", "29b22e2961454d5413ddabcf34fc5622"),
    "devkit": ("ILSVRC2012_devkit_t12.tar.gz", "fa75699e90414af021442c21a62c3abf"),
}
META_FILE = "meta.bin"


class ImageNet(ImageFolder):
    """1.3 million photographs of a thousand things, of a split (train, val), in `root/split`.

    The archives, put into `root`, are opened when they are first needed; that of the development
    kit needs SciPy. `wnids` are WordNet's numbers, `classes` tuples of names. RuntimeError when an
    archive is not there or its digest is wrong.
    """

    def __init__(self, root: Path, split: str = "train", **kwargs: Any):
        root = self.root = os.path.expanduser(root)
        self.split = verify_str_arg(split, "split", ("train", "val"))
        self.parse_archives()
        names = load_meta_file(self.root)[0]
        super().__init__(self.split_folder, **kwargs)
        self.root = root
        self.wnids, self.wnid_to_idx = self.classes, self.class_to_idx
        self.classes: Any = [names[wnid] for wnid in self.wnids]
        self.class_to_idx = {name: i for i, several in enumerate(self.classes) for name in several}

    def parse_archives(self) -> None:
        """Open the archives of the development kit and of the split, unless that is done."""
        if not check_integrity(os.path.join(self.root, META_FILE)):
            parse_devkit_archive(self.root)
        if not os.path.isdir(self.split_folder):
            if self.split == "train":
                parse_train_archive(self.root)
            else:
                parse_val_archive(self.root)

    @property
    def split_folder(self) -> str:
        return os.path.join(self.root, self.split)

    def extra_repr(self) -> str:
        return f"Split: {self.split}"


def load_meta_file(root: Path, file: str | None = None) -> tuple[dict[str, tuple], list[str]]:
    """(names of each WordNet number, the validation images' numbers). RuntimeError without it."""
    name = META_FILE if file is None else file
    path = os.path.join(root, name)
    if not check_integrity(path):
        raise RuntimeError(
            f"The meta file {name} is not present in the root directory or is corrupted. This file "
            "is automatically created by the ImageNet dataset."
        )
    return load(path, weights_only=True)


def _verify_archive(root: Path, file: str, md5: str) -> None:
    if not check_integrity(os.path.join(root, file), md5):
        raise RuntimeError(
            f"The archive {file} is not present in the root directory or is corrupted. You need "
            f"to download it externally and place it in {root}."
        )


@contextlib.contextmanager
def _opened(archive: str) -> Iterator[str]:
    folder = tempfile.mkdtemp()
    try:
        extract_archive(archive, folder)
        yield folder
    finally:
        shutil.rmtree(folder)


def parse_devkit_archive(root: Path, file: str | None = None) -> None:
    """Write the meta file from the archive of the development kit."""
    name, md5 = ARCHIVE_META["devkit"]
    name = file or name
    _verify_archive(root, name, md5)
    with _opened(os.path.join(root, name)) as folder:
        data = os.path.join(folder, "ILSVRC2012_devkit_t12", "data")
        rows = matlab(os.path.join(data, "meta.mat"), squeeze_me=True)["synsets"]
        leaves = [row for row in rows if row[4] == 0]  # without children
        wnids = {int(row[0]): str(row[1]) for row in leaves}
        names = {str(row[1]): tuple(str(row[2]).split(", ")) for row in leaves}
        with open(os.path.join(data, "ILSVRC2012_validation_ground_truth.txt")) as f:
            validation = [wnids[int(line)] for line in f]
    save((names, validation), os.path.join(root, META_FILE))


def _prepare(root: Path, split: str, file: str | None, folder: str) -> str:
    name, md5 = ARCHIVE_META[split]
    name = file or name
    _verify_archive(root, name, md5)
    target = os.path.join(root, folder)
    extract_archive(os.path.join(root, name), target)
    return target


def parse_train_archive(root: Path, file: str | None = None, folder: str = "train") -> None:
    """Open the archive of the training images, and the archive of each class in it."""
    target = _prepare(root, "train", file, folder)
    for name in sorted(os.listdir(target)):
        archive = os.path.join(target, name)
        extract_archive(archive, os.path.splitext(archive)[0], remove_finished=True)


def parse_val_archive(
    root: Path, file: str | None = None, wnids: list[str] | None = None, folder: str = "val"
) -> None:
    """Open the archive of the validation images, and sort them into a folder for each class."""
    if wnids is None:
        wnids = load_meta_file(root)[1]
    target = _prepare(root, "val", file, folder)
    images = sorted(os.path.join(target, name) for name in os.listdir(target))
    for wnid in set(wnids):
        os.mkdir(os.path.join(target, wnid))
    for wnid, image in zip(wnids, images):
        shutil.move(image, os.path.join(target, wnid, os.path.basename(image)))
