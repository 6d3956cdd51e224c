"""Pascal VOC, photographs with outlines or boxes of things.

http://host.robots.ox.ac.uk/pascal/VOC describes the files.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from torchish.vision.datasets.folder import opened, pil_loader
from torchish.vision.datasets.utils import download_and_extract_archive, verify_str_arg
from torchish.vision.datasets.vision import VisionDataset

__all__ = ["VOCDetection", "VOCSegmentation"]

_HOST = "https://thor.robots.ox.ac.uk/pascal/VOC/"


def _archive(url: str, md5: str, base: str, filename: str | None = None) -> dict[str, str]:
    return {
        "url": _HOST + url,
        "filename": filename or url.rpartition("/")[2],
        "md5": md5,
        "base_dir": base.replace("/", os.sep),
    }


DATASET_YEAR_DICT = {
    "2012": _archive(
        "voc2012/VOCtrainval_11-May-2012.tar",
        "6cd6e144f989b92b3379bac3b3de84fd",
        "VOCdevkit/VOC2012",
    ),
    "2011": _archive(
        "voc2011/VOCtrainval_25-May-2011.tar",
        "6c3384ef61512963050cb5d687e5bf1e",
        "TrainVal/VOCdevkit/VOC2011",
    ),
    "2010": _archive(
        "voc2010/VOCtrainval_03-May-2010.tar",
        "da459979d0c395079b5c75ee67908abb",
        "VOCdevkit/VOC2010",
    ),
    "2009": _archive(
        "voc2009/VOCtrainval_11-May-2009.tar",
        "a3e00b113cfcfebf17e343f59da3caa1",
        "VOCdevkit/VOC2009",
    ),
    "2008": _archive(
        "voc2008/VOCtrainval_14-Jul-2008.tar",
        "2629fa636546599198acfcfbfcf1904a",
        "VOCdevkit/VOC2008",
        "VOCtrainval_11-May-2012.tar",
    ),
    "2007": _archive(
        "voc2007/VOCtrainval_06-Nov-2007.tar",
        "c52e279531787c972589f7e41ab4ae64",
        "VOCdevkit/VOC2007",
    ),
    "2007-test": _archive(
        "voc2007/VOCtest_06-Nov-2007.tar",
        "b6e924de25625d8de591ea690078ad9f",
        "VOCdevkit/VOC2007",
    ),
}


class _VOCBase(VisionDataset):
    _SPLITS_DIR: str
    _TARGET_DIR: str
    _TARGET_FILE_EXT: str

    def __init__(
        self,
        root: str | os.PathLike,
        year: str = "2012",
        image_set: str = "train",
        download: bool = False,
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        transforms: Callable | None = None,
    ):
        super().__init__(root, transforms, transform, target_transform)
        years = tuple(str(y) for y in range(2007, 2013))
        self.year = verify_str_arg(year, "year", years)
        sets = ["train", "trainval", "val"]
        if year == "2007":
            sets.append("test")
        self.image_set = verify_str_arg(image_set, "image_set", sets)
        described = DATASET_YEAR_DICT[
            "2007-test" if (year, image_set) == ("2007", "test") else year
        ]
        self.url, self.filename, self.md5 = (described[k] for k in ("url", "filename", "md5"))
        voc_root = os.path.join(self.root, described["base_dir"])
        if download:
            download_and_extract_archive(self.url, self.root, filename=self.filename, md5=self.md5)
        if not os.path.isdir(voc_root):
            raise RuntimeError(
                "Dataset not found or corrupted. You can use download=True to download it"
            )
        listed = os.path.join(voc_root, "ImageSets", self._SPLITS_DIR, f"{image_set}.txt")
        with open(listed) as f:
            names = f.read().split()
        self.images = [os.path.join(voc_root, "JPEGImages", f"{name}.jpg") for name in names]
        self.targets = [
            os.path.join(voc_root, self._TARGET_DIR, name + self._TARGET_FILE_EXT) for name in names
        ]

    def __len__(self) -> int:
        return len(self.images)

    def _target(self, path: str) -> Any:
        raise NotImplementedError

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        image: Any = pil_loader(self.images[index])
        target = self._target(self.targets[index])
        if self.transforms is not None:
            image, target = self.transforms(image, target)
        return image, target


class VOCSegmentation(_VOCBase):
    """Photographs and their classes pixel by pixel (PIL images), of a year and a set.

    RuntimeError when the files are not there.
    """

    _SPLITS_DIR = "Segmentation"
    _TARGET_DIR = "SegmentationClass"
    _TARGET_FILE_EXT = ".png"

    @property
    def masks(self) -> list[str]:
        return self.targets

    def _target(self, path: str) -> Any:
        return opened(path)


class VOCDetection(_VOCBase):
    """Photographs and what is in them (a dict of the annotation), of a year and a set.

    RuntimeError when the files are not there.
    """

    _SPLITS_DIR = "Main"
    _TARGET_DIR = "Annotations"
    _TARGET_FILE_EXT = ".xml"

    @property
    def annotations(self) -> list[str]:
        return self.targets

    def _target(self, path: str) -> Any:
        return self.parse_voc_xml(ElementTree.parse(path).getroot())

    @staticmethod
    def parse_voc_xml(node: ElementTree.Element) -> dict[str, Any]:
        """An annotation as nested dicts; what can occur several times is a list."""
        children = list(node)
        if not children:
            text = (node.text or "").strip()
            return {node.tag: text} if text else {}
        parts: dict[str, list[Any]] = defaultdict(list)
        for child in children:
            for tag, value in VOCDetection.parse_voc_xml(child).items():
                parts[tag].append(value)
        if node.tag == "annotation":
            parts["object"] = [parts["object"]]
        body: Any = {tag: found[0] if len(found) == 1 else found for tag, found in parts.items()}
        text = (node.text or "").strip()
        return {node.tag: text if text else body}
