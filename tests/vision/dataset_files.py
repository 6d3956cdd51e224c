"""Small data sets in their original formats, written to a folder.

Each function writes its files below `root` and returns a list of (arguments of the class,
attributes of the class, or of its module, that hold the digests of the files written).
of the class, or of its module, that hold the digests of the files written).
"""

from __future__ import annotations

import bz2
import copy
import csv
import gzip
import hashlib
import io
import json
import pathlib
import tarfile
import zipfile
from typing import Any

import numpy as np
from PIL import Image

RNG = np.random.RandomState(0)
Root = pathlib.Path


def md5(path: Root) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


def write(path: Root, contents: bytes | str) -> Root:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(contents.encode() if isinstance(contents, str) else contents)
    return path


def picture(path: Root, mode: str = "RGB", size: tuple[int, int] = (8, 6)) -> Root:
    shape = (size[1], size[0]) if mode in ("L", "P") else (size[1], size[0], 3)
    image = Image.fromarray(RNG.randint(0, 256, shape).astype(np.uint8))
    path.parent.mkdir(parents=True, exist_ok=True)
    if mode == "P":
        image.putpalette(list(range(256)) * 3)
    image.save(path)
    return path


def packed(folder: Root, archive: Root) -> Root:
    """A folder's files as an archive, of the kind that its name says."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w") as z:
            for file in sorted(folder.rglob("*")):
                z.write(file, file.relative_to(folder))
    else:
        mode: Any = "w:gz" if archive.suffix in (".gz", ".tgz") else "w"
        with tarfile.open(archive, mode) as t:
            for file in sorted(folder.iterdir()):
                t.add(file, file.name)
    return archive


def idx(a: np.ndarray) -> bytes:
    code = {"uint8": 8, "int32": 12}[str(a.dtype)]
    head = bytes([0, 0, code, a.ndim]) + np.array(a.shape, ">u4").tobytes()
    return head + a.astype(a.dtype.newbyteorder(">")).tobytes()


def matrix(path: Root, **variables: Any) -> Root:
    from scipy.io import savemat

    path.parent.mkdir(parents=True, exist_ok=True)
    savemat(path, variables)
    return path


def mnist(root: Root, cls: type) -> list:
    resources = []
    for name, _ in cls.resources:
        images = "images" in name
        n = 7 if name.startswith("train") else 4
        a = RNG.randint(0, 256 if images else 10, (n, 28, 28) if images else (n,)).astype(np.uint8)
        path = write(root / cls.__name__ / "raw" / name, gzip.compress(idx(a)))
        write(path.with_suffix(""), idx(a))
        resources.append((name, md5(path)))
    return [((), {"train": t}, {"resources": resources}) for t in (True, False)]


def emnist(root: Root, cls: type) -> list:
    raw = root / "EMNIST" / "raw"
    for part, n in (("train", 6), ("test", 3)):
        a = RNG.randint(0, 256, (n, 28, 28)).astype(np.uint8)
        write(raw / f"emnist-letters-{part}-images-idx3-ubyte", idx(a))
        labels = RNG.randint(1, 27, n).astype(np.uint8)
        write(raw / f"emnist-letters-{part}-labels-idx1-ubyte", idx(labels))
    return [(("letters",), {"train": t}, {}) for t in (True, False)]


def qmnist(root: Root, cls: type) -> list:
    raw = root / "QMNIST" / "raw"
    for name, n in (("qmnist-train", 5), ("qmnist-test", 10003), ("xnist", 3)):
        a = RNG.randint(0, 256, (n, 28, 28)).astype(np.uint8)
        write(raw / f"{name}-images-idx3-ubyte", idx(a))
        write(raw / f"{name}-labels-idx2-int", idx(RNG.randint(0, 10, (n, 8)).astype(np.int32)))
    return [
        ((), {"train": True}, {}),
        (("test50k",), {"compat": False}, {}),
        (("nist",), {}, {}),
    ]


def svhn(root: Root, cls: type) -> list:
    x = RNG.randint(0, 256, (32, 32, 3, 5)).astype(np.uint8)
    path = matrix(root / "test_32x32.mat", X=x, y=np.array([[1], [10], [3], [9], [2]], np.uint8))
    table = copy.deepcopy(cls.split_list)
    table["test"][2] = md5(path)
    return [(("test",), {}, {"split_list": table})]


def stl10(root: Root, cls: type) -> list:
    folder = root / "stl10_binary"
    tables: dict[str, Any] = {"train_list": [], "test_list": []}
    for name, n in (("train", 6), ("test", 3), ("unlabeled", 4)):
        table = tables["test_list" if name == "test" else "train_list"]
        x = RNG.randint(0, 256, n * 3 * 96 * 96).astype(np.uint8)
        table.append([f"{name}_X.bin", md5(write(folder / f"{name}_X.bin", x.tobytes()))])
        if name != "unlabeled":
            y = RNG.randint(1, 11, n).astype(np.uint8)
            table.append([f"{name}_y.bin", md5(write(folder / f"{name}_y.bin", y.tobytes()))])
    write(folder / "class_names.txt", "airplane\nbird\ncar\n")
    write(folder / "fold_indices.txt", "\n".join(f"{i % 6} {(i + 2) % 6}" for i in range(10)))
    splits = ("train", "test", "unlabeled", "train+unlabeled")
    return [((s,), {}, tables) for s in splits] + [((), {"folds": 3}, tables)]


def usps(root: Root, cls: type) -> list:
    rows = "".join(
        f"{RNG.randint(1, 11)} "
        + " ".join(f"{i + 1}:{v:.4f}" for i, v in enumerate(RNG.rand(256) * 2 - 1))
        + " \n"
        for _ in range(4)
    )
    write(root / "usps.bz2", bz2.compress(rows.encode()))
    return [((), {}, {})]


def gtsrb(root: Root, cls: type) -> list:
    folder = root / "gtsrb"
    for i in range(3):
        picture(folder / f"GTSRB/Training/0000{i}/0000{i}_0.ppm")
    test = folder / "GTSRB/Final_Test/Images"
    rows = [["Filename", "Width", "ClassId"]]
    for i in range(2):
        picture(test / f"0000{i}.ppm")
        rows.append([f"0000{i}.ppm", "8", str(7 * i)])
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    write(folder / "GT-final_test.csv", text.getvalue())
    return [(("train",), {}, {}), (("test",), {}, {})]


def food101(root: Root, cls: type) -> list:
    folder = root / "food-101"
    listed: dict[str, dict] = {"train": {}, "test": {}}
    for dish in ("waffles", "apple_pie"):
        for i in range(3):
            picture(folder / "images" / dish / f"{i}.jpg")
            listed["train" if i else "test"].setdefault(dish, []).append(f"{dish}/{i}")
    for split, files in listed.items():
        write(folder / "meta" / f"{split}.json", json.dumps(files))
    return [(("train",), {}, {}), (("test",), {}, {})]


def pets(root: Root, cls: type) -> list:
    folder = root / "oxford-iiit-pet"
    rows = []
    for i, name in enumerate(("Abyssinian_1", "great_pyrenees_2", "Abyssinian_7", "pug_3")):
        picture(folder / "images" / f"{name}.jpg")
        picture(folder / "annotations" / "trimaps" / f"{name}.png", "L")
        rows.append(f"{name} {1 + (i % 2) + (i // 3)} {1 + i % 2} 1")
    for split in ("trainval", "test"):
        write(folder / "annotations" / f"{split}.txt", "\n".join(rows) + "\n")
    every = ["category", "binary-category", "segmentation"]
    return [((), {}, {}), (("test",), {"target_types": every}, {})]


def flowers(root: Root, cls: type) -> list:
    folder = root / "flowers-102"
    for i in range(1, 7):
        picture(folder / "jpg" / f"image_{i:05d}.jpg")
    label = matrix(folder / "imagelabels.mat", labels=np.array([[3, 1, 2, 3, 102, 7]]))
    chosen = {"trnid": np.array([[6, 2]]), "valid": np.array([[1, 3]]), "tstid": np.array([[4, 5]])}
    setid = matrix(folder / "setid.mat", **chosen)
    table = dict(cls._file_dict)
    table["label"] = ("imagelabels.mat", md5(label))
    table["setid"] = ("setid.mat", md5(setid))
    return [((s,), {}, {"_file_dict": table}) for s in ("train", "val", "test")]


def celeba(root: Root, cls: type) -> list:
    folder = root / "celeba"
    names = [f"{i:06d}.jpg" for i in range(1, 8)]
    for name in names:
        picture(folder / "img_align_celeba" / name)

    def rows(columns: int, low: int = 0, high: int = 200, signs: bool = False) -> str:
        lines = []
        for name in names:
            numbers = RNG.choice([-1, 1], columns) if signs else RNG.randint(low, high, columns)
            lines.append(name + " " + "  ".join(map(str, numbers)))
        return "\n".join(lines) + "\n"

    texts = {
        "list_attr_celeba.txt": "5\nSmiling Young Bald \n" + rows(3, signs=True),
        "identity_CelebA.txt": rows(1),
        "list_bbox_celeba.txt": "5\nimage_id x_1 y_1 width height\n" + rows(4),
        "list_landmarks_align_celeba.txt": "5\nlefteye_x lefteye_y\n" + rows(10),
        "list_eval_partition.txt": "".join(f"{n} {i % 3}\n" for i, n in enumerate(names)),
    }
    sums = {name: md5(write(folder / name, text)) for name, text in texts.items()}
    table = [(i, sums.get(name, m), name) for i, m, name in cls.file_list]
    every = ["attr", "identity", "bbox", "landmarks"]
    return [
        ((), {}, {"file_list": table}),
        (("all",), {"target_type": every}, {"file_list": table}),
        (("test",), {"target_type": []}, {"file_list": table}),
    ]


ANNOTATION = """<annotation><folder>VOC2012</folder><size><width>8</width><height>6</height></size>
<object><name>cat</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>6</xmax><ymax>5</ymax></bndbox></object>%s</annotation>"""
PERSON = (
    "<object><name>person</name><bndbox><xmin>0</xmin><ymin>1</ymin><xmax>3</xmax><ymax>4</ymax>"
    "</bndbox><part><name>head</name></part><part><name>foot</name></part>"
    "</object>"
)


def voc(root: Root, cls: type) -> list:
    base = root / "VOCdevkit" / "VOC2012"
    for i, name in enumerate(("2007_000027", "2007_000032")):
        picture(base / "JPEGImages" / f"{name}.jpg")
        picture(base / "SegmentationClass" / f"{name}.png", "P")
        write(base / "Annotations" / f"{name}.xml", ANNOTATION % (PERSON * i))
    for kind in ("Segmentation", "Main"):
        write(base / "ImageSets" / kind / "train.txt", "2007_000027\n2007_000032\n")
        write(base / "ImageSets" / kind / "val.txt", "2007_000032\n")
    return [((), {}, {}), (("2012", "val"), {}, {})]


def omniglot(root: Root, cls: type) -> list:
    folder = root / "omniglot-py"
    for alphabet in ("Greek", "Latin"):
        for character in ("character01", "character02"):
            for i in range(2):
                place = folder / "images_background" / alphabet / character
                picture(place / f"000{i}_0{i}.png", "L")
    archive = write(folder / "images_background.zip", b"kept for its digest only")
    table = dict(cls.zips_md5, images_background=md5(archive))
    return [((), {}, {"zips_md5": table})]


def places(root: Root, cls: type) -> list:
    categories = write(root / "categories_places365.txt", "/a/airfield 0\n/b/bar 1\n/c/cabin 2\n")
    lists = dict(cls._FILE_LIST_META)
    for split, rows in {
        "train-standard": "/a/airfield/1.jpg 0\n/b/bar/2.jpg 1\n",
        "val": "Places365_val_1.jpg 2\n",
        "test": "Places365_test_1.jpg\n",
    }.items():
        name = lists[split][0]
        lists[split] = (name, md5(write(root / name, rows)))
    for path in (
        "data_256_standard/a/airfield/1.jpg",
        "data_256_standard/b/bar/2.jpg",
        "val_large/Places365_val_1.jpg",
        "test_256/Places365_test_1.jpg",
    ):
        picture(root / path)
    patch = {
        "_CATEGORIES_META": ("categories_places365.txt", md5(categories)),
        "_FILE_LIST_META": lists,
    }
    return [
        ((), {"small": True}, patch),
        (("val",), {}, patch),
        (("test", True), {}, patch),
    ]


def imagenet(root: Root, cls: type) -> list:
    """The three archives; the data set opens them itself."""
    work = root / "work"
    data = work / "devkit" / "ILSVRC2012_devkit_t12" / "data"
    kind = [("ID", "O"), ("WNID", "O"), ("words", "O"), ("gloss", "O"), ("num_children", "O")]
    rows = np.zeros(3, kind)
    rows[0] = (1, "n01440764", "tench, Tinca tinca", "a fish", 0)
    rows[1] = (2, "n01443537", "goldfish", "another", 0)
    rows[2] = (3, "n00001740", "entity", "not a leaf", 2)
    matrix(data / "meta.mat", synsets=rows.reshape(3, 1))
    write(data / "ILSVRC2012_validation_ground_truth.txt", "2\n1\n2\n")
    devkit = packed(work / "devkit", root / "ILSVRC2012_devkit_t12.tar.gz")
    for i in range(3):
        picture(work / "val" / f"ILSVRC2012_val_0000000{i + 1}.jpeg")
    val = packed(work / "val", root / "ILSVRC2012_img_val.tar")
    for wnid in ("n01440764", "n01443537"):
        for i in range(2):
            picture(work / wnid / f"{wnid}_{i}.jpeg")
        packed(work / wnid, work / "train" / f"{wnid}.tar")
    train = packed(work / "train", root / "ILSVRC2012_img_train.tar")
    meta = {
        "train": (train.name, md5(train)),
        "val": (val.name, md5(val)),
        "devkit": (devkit.name, md5(devkit)),
    }
    return [(("train",), {}, {"ARCHIVE_META": meta}), (("val",), {}, {"ARCHIVE_META": meta})]


MAKERS: dict[str, Any] = {
    "MNIST": mnist,
    "FashionMNIST": mnist,
    "KMNIST": mnist,
    "EMNIST": emnist,
    "QMNIST": qmnist,
    "SVHN": svhn,
    "STL10": stl10,
    "USPS": usps,
    "GTSRB": gtsrb,
    "Food101": food101,
    "OxfordIIITPet": pets,
    "Flowers102": flowers,
    "CelebA": celeba,
    "VOCSegmentation": voc,
    "VOCDetection": voc,
    "Omniglot": omniglot,
    "Places365": places,
    "ImageNet": imagenet,
}
NEED_SCIPY = {"SVHN", "Flowers102", "ImageNet"}
