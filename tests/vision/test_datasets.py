"""Data sets: files in the original formats, read as torchvision reads them."""

from __future__ import annotations

import pickle
import sys

import numpy as np
import pytest

from tests.vision import dataset_files
from torchish.utils._pytree import tree_leaves
from torchish.vision import datasets, tv_tensors
from torchish.vision.transforms import v2

pytest.importorskip("PIL")


def summary(value):
    """Something to compare: tensors and images as arrays."""
    if isinstance(value, (tuple, list)):
        return [summary(v) for v in value]
    if hasattr(value, "detach"):
        return str(value.dtype), value.tolist()
    if hasattr(value, "getbands"):
        return value.mode, np.asarray(value).tolist()
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.tolist()
    return value


def patched(monkeypatch, cls, attributes):
    for name, value in attributes.items():
        owner = cls if hasattr(cls, name) else sys.modules[cls.__module__]
        monkeypatch.setattr(owner, name, value)


ATTRIBUTES = (
    "data",
    "targets",
    "labels",
    "classes",
    "class_to_idx",
    "attr",
    "attr_names",
    "identity",
    "bbox",
    "landmarks_align",
    "filename",
    "wnids",
    "wnid_to_idx",
    "samples",
    "imgs",
    "images",
    "bin_classes",
    "split",
    "train",
    "_samples",
    "_image_files",
    "_labels",
)


def shown(data):
    """Everything of a data set that a program may look at."""
    found = {name: summary(getattr(data, name)) for name in ATTRIBUTES if hasattr(data, name)}
    found["items"] = [summary(data[i]) for i in range(min(len(data), 6))]
    found["len"], found["repr"] = len(data), repr(data)
    return found


@pytest.fixture(params=dataset_files.MAKERS)
def made(request, tmp_path):
    if request.param in dataset_files.NEED_SCIPY:
        pytest.importorskip("scipy")
    cls = getattr(datasets, request.param)
    return request.param, tmp_path, dataset_files.MAKERS[request.param](tmp_path, cls)


def test_reads(made, monkeypatch):
    name, root, variants = made
    cls = getattr(datasets, name)
    for args, kwargs, attributes in variants:
        patched(monkeypatch, cls, attributes)
        data = cls(str(root), *args, **kwargs)
        assert len(data) > 0
        image, _ = data[len(data) - 1]
        assert image.size[0] > 0
        turned = cls(root, *args, transform=lambda x: (x.size, "seen"), **kwargs)
        assert turned[0][0][1] == "seen"
        assert repr(data).startswith(f"Dataset {name}\n    Number of datapoints: {len(data)}")


@pytest.mark.oracle
def test_as_torchvision(torchvision, made, monkeypatch):
    name, root, variants = made
    mine, theirs = getattr(datasets, name), getattr(torchvision.datasets, name)
    for args, kwargs, attributes in variants:
        found = []
        for cls in (mine, theirs):
            patched(monkeypatch, cls, attributes)
            found.append(shown(cls(str(root), *args, **kwargs)))
        for key, want in found[1].items():
            assert key in found[0], key
            got = found[0][key]
            if key in ("samples", "imgs", "_samples", "images", "_image_files"):
                want, got = str(want), str(got)
            assert got == want, key


@pytest.mark.parametrize("name", sorted(dataset_files.MAKERS))
def test_missing(name, tmp_path):
    extra = ("letters",) if name == "EMNIST" else ()
    with pytest.raises((RuntimeError, FileNotFoundError)) as caught:
        getattr(datasets, name)(str(tmp_path / "nowhere"), *extra)
    assert "download" in str(caught.value) or name in ("USPS", "Places365")


@pytest.mark.oracle
@pytest.mark.parametrize("name", sorted(dataset_files.MAKERS))
def test_errors_are_torchvisions(torchvision, name, tmp_path):
    extra = ("letters",) if name == "EMNIST" else ()
    for args, kwargs in ((extra, {}), ((*extra, "nonsense"), {}), (("nonsense",), {})):
        said = []
        for library in (datasets, torchvision.datasets):
            with pytest.raises(Exception) as caught:
                getattr(library, name)(str(tmp_path), *args, **kwargs)
            said.append((caught.type, str(caught.value)))
        assert said[0] == said[1]


def test_coco_asks_for_pycocotools(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pycocotools", None)
    monkeypatch.setitem(sys.modules, "pycocotools.coco", None)
    with pytest.raises(ModuleNotFoundError, match="pip install pycocotools"):
        datasets.CocoDetection(str(tmp_path), str(tmp_path / "instances.json"))


def test_coco(tmp_path, monkeypatch):
    """With a stand-in for pycocotools: what the data set asks of it."""
    dataset_files.picture(tmp_path / "a.jpg")
    dataset_files.picture(tmp_path / "b.jpg", "L")

    class COCO:
        imgs = {7: "b.jpg", 2: "a.jpg"}

        def __init__(self, path):
            assert path == "captions.json"

        def loadImgs(self, i):
            return [{"file_name": self.imgs[i]}]

        def getAnnIds(self, i):
            return [i, i + 1]

        def loadAnns(self, ids):
            shared = {"bbox": [1, 2, 3, 4]}
            return [{"id": i, "caption": f"the {i}", "category_id": i - 1, **shared} for i in ids]

    package = type(sys)("pycocotools")
    module = package.coco = type(sys)("pycocotools.coco")
    module.COCO = COCO
    monkeypatch.setitem(sys.modules, "pycocotools", package)
    monkeypatch.setitem(sys.modules, "pycocotools.coco", module)
    data = datasets.CocoDetection(str(tmp_path), "captions.json")
    assert (len(data), data.ids) == (2, [2, 7])
    image, target = data[1]
    assert (image.mode, [t["id"] for t in target]) == ("RGB", [7, 8])
    wrapped = datasets.wrap_dataset_for_transforms_v2(data)[0][1]
    assert (wrapped["image_id"], wrapped["labels"].tolist()) == (2, [1, 2])
    assert wrapped["boxes"].tolist() == [[1, 2, 4, 6], [1, 2, 4, 6]]
    sentences = datasets.CocoCaptions(str(tmp_path), "captions.json")
    assert sentences[0][1] == ["the 2", "the 3"]
    with pytest.raises(ValueError, match="Index must be of type integer"):
        data["a"]


WRAPPED = [
    ("VOCDetection", {}, (None, "all", ["boxes"])),
    ("VOCSegmentation", {}, (None,)),
    ("OxfordIIITPet", {"target_types": ["category", "segmentation"]}, (None,)),
    ("OxfordIIITPet", {"target_types": "segmentation"}, (None,)),
    ("CelebA", {"target_type": ["identity", "bbox"]}, (None,)),
    ("EMNIST", {"split": "letters"}, (None,)),
    ("GTSRB", {}, (None,)),
]


@pytest.mark.parametrize(("name", "kwargs", "every"), WRAPPED)
def test_wrapped_for_transforms(name, kwargs, every, tmp_path, monkeypatch):
    cls = getattr(datasets, name)
    patched(monkeypatch, cls, dataset_files.MAKERS[name](tmp_path, cls)[0][2])
    for keys in every:
        both = v2.Resize((3, 4))
        wrapped = datasets.wrap_dataset_for_transforms_v2(cls(str(tmp_path), **kwargs), keys)
        assert isinstance(wrapped, cls) and repr(wrapped).startswith(f"Dataset Wrapped{name}")
        wrapped.transforms = both
        image, target = wrapped[1]
        assert image.size == (4, 3)
        kinds = [type(t).__name__ for t in tree_leaves(target)]
        if name == "VOCDetection":
            assert isinstance(target["boxes"], tv_tensors.BoundingBoxes)
            assert target["boxes"].canvas_size == (3, 4)
            assert ("labels" in target) == (keys is None or keys == "all")
        if name in ("VOCSegmentation", "OxfordIIITPet"):
            assert kinds[-1] == "Mask"
        if name == "CelebA":
            assert kinds == ["Tensor", "BoundingBoxes"]
        again = pickle.loads(pickle.dumps(datasets.wrap_dataset_for_transforms_v2(wrapped._raw)))
        assert type(again).__name__ == f"Wrapped{name}"
    with pytest.raises(ValueError, match="[Tt]arget.keys"):
        datasets.wrap_dataset_for_transforms_v2(cls(str(tmp_path), **kwargs), ["nonsense"])


def test_what_is_not_wrapped():
    with pytest.raises(TypeError, match="No wrapper exists for dataset class FakeData"):
        datasets.wrap_dataset_for_transforms_v2(datasets.FakeData(2))


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "kwargs", "every"), WRAPPED)
def test_wrapped_as_torchvision(torchvision, name, kwargs, every, tmp_path, monkeypatch):
    files = dataset_files.MAKERS[name](tmp_path, getattr(datasets, name))[0][2]
    for keys in every:
        found = []
        for library in (datasets, torchvision.datasets):
            cls = getattr(library, name)
            patched(monkeypatch, cls, files)
            wrapped = library.wrap_dataset_for_transforms_v2(cls(str(tmp_path), **kwargs), keys)
            target = wrapped[1][1]
            if isinstance(target, dict):
                found.append({k: summary(v) for k, v in target.items()})
            else:
                found.append(summary(target))
        assert found[0] == found[1]


def test_scipy_is_asked_for(tmp_path, monkeypatch):
    file = tmp_path / "test_32x32.mat"
    file.write_bytes(b"anything")
    table = {"test": ["", file.name, dataset_files.md5(file)]}
    monkeypatch.setattr(datasets.SVHN, "split_list", table)
    monkeypatch.setitem(sys.modules, "scipy.io", None)
    with pytest.raises(ModuleNotFoundError, match="needs SciPy: pip install scipy"):
        datasets.SVHN(str(tmp_path), "test")
