"""Transforms, arguments and inputs that are compared with torchvision's, for either library.

A `Library` is torchish with its `vision`, or PyTorch with torchvision. Every case starts from the
same seed, so random transforms are compared as well.
"""

from __future__ import annotations

import importlib
import math
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 20, 30
CORNERS = [[0, 0], [29, 0], [29, 19], [0, 19]]
MOVED = [[2, 1], [25, 3], [27, 18], [1, 17]]
MEAN, STD = [0.1, 0.2, 0.3], [0.5, 0.6, 0.7]


class Library:
    """PyTorch and torchvision, or torchish in place of both."""

    def __init__(self, torch: Any, vision: str):
        self.torch = torch
        self.v1 = importlib.import_module(f"{vision}.transforms")
        self.f1 = importlib.import_module(f"{vision}.transforms.functional")
        self.v2 = importlib.import_module(f"{vision}.transforms.v2")
        self.f2 = importlib.import_module(f"{vision}.transforms.v2.functional")
        self.kinds = importlib.import_module(f"{vision}.tv_tensors")
        self.flatten = importlib.import_module(f"{torch.__name__}.utils._pytree").tree_flatten

    def tensor(self, a: np.ndarray) -> Any:
        return self.torch.from_numpy(np.array(a))


def _numbers() -> dict[str, np.ndarray]:
    rng = np.random.RandomState(0)
    xy = rng.rand(6, 2) * [WIDTH - 8, HEIGHT - 8]
    boxes = np.concatenate([xy, xy + rng.rand(6, 2) * 10 + 1], 1).astype(np.float32)
    boxes[4] += 20
    boxes[5] -= 6
    turned = np.concatenate([xy + 3, rng.rand(6, 2) * 10 + 1, rng.rand(6, 1) * 360 - 180], 1)
    return {
        "bytes": (rng.rand(3, HEIGHT, WIDTH) * 256).astype(np.uint8),
        "grey": (rng.rand(1, HEIGHT, WIDTH) * 256).astype(np.uint8),
        "float32": rng.rand(3, HEIGHT, WIDTH).astype(np.float32),
        "float64": rng.rand(1, HEIGHT, WIDTH),
        "int16": (rng.rand(3, HEIGHT, WIDTH) * 30000).astype(np.int16),
        "video": (rng.rand(4, 3, HEIGHT, WIDTH) * 256).astype(np.uint8),
        "batch": rng.rand(2, 3, HEIGHT, WIDTH).astype(np.float32),
        "mask": (rng.rand(HEIGHT, WIDTH) * 9).astype(np.uint8),
        "masks": rng.rand(6, HEIGHT, WIDTH) > 0.5,
        "boxes": boxes,
        "turned": turned.astype(np.float32),
        "points": (rng.rand(5, 2) * [WIDTH, HEIGHT]).astype(np.float32),
        "field": ((rng.rand(1, HEIGHT, WIDTH, 2) - 0.5) * 0.2).astype(np.float32),
    }


NUMBERS = _numbers()


def pil(name: str) -> Image.Image:
    a = NUMBERS[name].transpose(1, 2, 0)
    return Image.fromarray(np.ascontiguousarray(a[..., 0] if a.shape[2] == 1 else a))


def inputs_v1(lib: Library) -> dict[str, Any]:
    names = ("bytes", "grey", "float32", "float64", "int16", "batch")
    tensors = {name: lib.tensor(NUMBERS[name]) for name in names}
    return {"pil": pil("bytes"), "pil grey": pil("grey"), **tensors}


def inputs_v2(lib: Library) -> dict[str, Any]:
    tv, size = lib.kinds, (HEIGHT, WIDTH)
    t = {name: lib.tensor(a) for name, a in NUMBERS.items()}
    upright = {
        "XYXY": t["boxes"],
        "XYWH": lib.f2.convert_bounding_box_format(
            t["boxes"], tv.BoundingBoxFormat.XYXY, tv.BoundingBoxFormat.XYWH
        ),
        "CXCYWH": lib.f2.convert_bounding_box_format(
            t["boxes"], tv.BoundingBoxFormat.XYXY, tv.BoundingBoxFormat.CXCYWH
        ),
    }
    boxes = {
        form: tv.BoundingBoxes(b, format=form, canvas_size=size) for form, b in upright.items()
    }
    points = tv.KeyPoints(t["points"], canvas_size=size)
    image = tv.Image(t["bytes"])
    return {
        "pil": pil("bytes"),
        "pure": t["float32"],
        "bytes": image,
        "float64": tv.Image(t["float64"]),
        "int16": tv.Image(t["int16"]),
        "video": tv.Video(t["video"]),
        "mask": tv.Mask(t["mask"]),
        **boxes,
        "whole XYXY": tv.BoundingBoxes(
            t["boxes"].to(lib.torch.int64), format="XYXY", canvas_size=size
        ),
        "points": points,
        "sample": (image, {"boxes": boxes["XYWH"], "masks": tv.Mask(t["masks"]), "name": "a"}),
        "others": [pil("grey"), boxes["XYXY"], points],
        "two": {"first": t["float32"], "second": t["float64"]},
    }


# Both versions have these functions.
FUNCTIONS: list[tuple] = [
    ("hflip",),
    ("vflip",),
    ("resize", [13, 41]),
    ("resize", 10),
    ("resize", [7, 9], "NEAREST"),
    ("resize", [27, 19], "BICUBIC"),
    ("resize", [13, 41], "BILINEAR", None, False),
    ("resize", [10], "BILINEAR", 12),
    ("crop", 3, 4, 10, 11),
    ("crop", -3, 4, 30, 11),
    ("pad", [1, 2, 3, 4]),
    ("pad", 2, 5),
    ("pad", [3, 1], 0, "reflect"),
    ("pad", [3, 1], 0, "edge"),
    ("pad", [3, 1], 0, "symmetric"),
    ("center_crop", [10, 11]),
    ("center_crop", [25, 40]),
    ("resized_crop", 3, 4, 10, 11, [8, 9]),
    ("five_crop", [8, 9]),
    ("ten_crop", 8, True),
    ("affine", 30, [1, 2], 1.2, [3, 4]),
    ("affine", -20.0, [3, 2], 0.7, [10.0, -4.0], "BILINEAR", [1.0]),
    ("rotate", 30),
    ("rotate", 30, "BILINEAR", True),
    ("rotate", 180),
    ("rotate", -77, "NEAREST", False, [3, 4], [3.0]),
    ("perspective", CORNERS, MOVED),
    ("perspective", CORNERS, MOVED, "NEAREST", [2.0]),
    ("adjust_brightness", 1.3),
    ("adjust_brightness", 0.3),
    ("adjust_contrast", 1.7),
    ("adjust_contrast", 0.5),
    ("adjust_saturation", 1.6),
    ("adjust_saturation", 0.2),
    ("adjust_hue", 0.2),
    ("adjust_hue", -0.4),
    ("adjust_gamma", 0.6, 1.2),
    ("adjust_sharpness", 2.0),
    ("adjust_sharpness", 0.4),
    ("posterize", 3),
    ("solarize", 0.5),
    ("autocontrast",),
    ("equalize",),
    ("invert",),
    ("rgb_to_grayscale",),
    ("rgb_to_grayscale", 3),
    ("gaussian_blur", [3, 5]),
    ("gaussian_blur", 5, [1.0, 2.0]),
    ("normalize", [0.5], [0.3]),
]
FUNCTIONS_V2: list[tuple] = [
    ("resize", [7, 9], "NEAREST_EXACT"),
    ("resize", None, "BILINEAR", 17),
    ("resize", [11, 12], "LANCZOS"),
    ("pad", [1], [1, 2, 3]),
    ("rotate", 90, "NEAREST", True),
    ("elastic", "field"),
    ("grayscale_to_rgb",),
    ("permute_channels", [2, 0, 1]),
    ("gaussian_noise",),
    ("gaussian_noise", 0.1, 0.3, False),
    ("to_dtype", "float32", True),
    ("to_dtype", "uint8", True),
    ("to_dtype", "int64"),
    ("get_size",),
    ("get_dimensions",),
    ("get_num_channels",),
    ("to_image",),
    ("clamp_bounding_boxes",),
    ("clamp_keypoints",),
    ("sanitize_bounding_boxes",),
    ("sanitize_keypoints",),
    ("uniform_temporal_subsample", 2),
]

# Both versions have these classes, with these arguments.
CLASSES: list[tuple[str, tuple, dict]] = [
    ("RandomHorizontalFlip", (), {}),
    ("RandomVerticalFlip", (), {}),
    ("RandomResizedCrop", ((9, 11),), {}),
    ("RandomResizedCrop", (12, (0.3, 0.9), (0.2, 0.4)), {}),
    ("CenterCrop", (12,), {}),
    ("FiveCrop", (9,), {}),
    ("TenCrop", ((7, 8),), {}),
    ("Pad", ((1, 2), 3), {}),
    ("Pad", (2, 0, "edge"), {}),
    ("RandomRotation", (30,), {}),
    ("RandomRotation", ((10, 80), "BILINEAR", True), {}),
    ("RandomAffine", (20, (0.1, 0.2), (0.5, 1.5), (-5, 5, -3, 3)), {}),
    ("RandomAffine", (20, (0.1, 0.2), (0.5, 1.5), 4, "BILINEAR", 3), {}),
    ("RandomCrop", ((10, 12),), {}),
    ("RandomCrop", ((20, 12),), {}),
    ("RandomCrop", ((25, 35), 2, True), {}),
    ("RandomPerspective", (), {"p": 1.0}),
    ("RandomPerspective", (0.3, 0.6, "NEAREST", 2), {}),
    ("ElasticTransform", (), {}),
    ("ElasticTransform", ([30.0, 20.0], [3.0, 4.0]), {}),
    ("Resize", (12,), {}),
    ("Resize", ((9, 12),), {}),
    ("Grayscale", (3,), {}),
    ("RandomGrayscale", (0.5,), {}),
    ("ColorJitter", (0.3, 0.4, 0.5, 0.2), {}),
    ("ColorJitter", ((0.3, 0.5), (0.4, 0.9)), {}),
    ("RandomEqualize", (), {}),
    ("RandomInvert", (), {}),
    ("RandomAutocontrast", (), {}),
    ("RandomPosterize", (3,), {}),
    ("RandomSolarize", (0.5,), {}),
    ("RandomAdjustSharpness", (2.0,), {}),
    ("RandomErasing", (), {"p": 1.0}),
    ("RandomErasing", (0.9,), {"value": "random"}),
    ("RandomErasing", (0.9,), {"value": [1, 2, 3]}),
    ("GaussianBlur", (5,), {}),
    ("GaussianBlur", ((3, 5), (0.2, 3.0)), {}),
    ("Normalize", (MEAN, STD), {}),
    ("ConvertImageDtype", ("float32",), {}),
    ("PILToTensor", (), {}),
    ("AutoAugment", (), {}),
    ("RandAugment", (), {}),
    ("RandAugment", (3, 15), {"interpolation": "BILINEAR", "fill": [3.0]}),
    ("TrivialAugmentWide", (), {}),
    ("AugMix", (), {}),
]
CLASSES_V2: list[tuple[str, tuple, dict]] = [
    ("RandomZoomOut", (), {"p": 1.0}),
    ("RandomZoomOut", ([1, 2, 3],), {"p": 0.7}),
    ("RandomIoUCrop", (), {}),
    ("ScaleJitter", ((34, 48), (0.5, 1.5)), {}),
    ("RandomShortestSize", ([9, 10, 14], 20), {}),
    ("RandomResize", (8, 17), {}),
    ("RGB", (), {}),
    ("RandomChannelPermutation", (), {}),
    ("RandomPhotometricDistort", (), {}),
    ("GaussianNoise", (), {}),
    ("ToDtype", ("float32", True), {}),
    ("ToDtype", ("float32",), {}),
    ("Identity", (), {}),
    ("ConvertBoundingBoxFormat", ("CXCYWH",), {}),
    ("ClampBoundingBoxes", (), {}),
    ("ClampKeyPoints", (), {}),
    ("SanitizeBoundingBoxes", (), {"labels_getter": None}),
    ("SanitizeKeyPoints", (), {}),
    ("ToImage", (), {}),
    ("ToPureTensor", (), {}),
    ("UniformTemporalSubsample", (2,), {}),
    ("SetClampingMode", (None,), {}),
]

# Values between pixels, or sums in an order of their own: whole numbers may differ by one level.
INTERPOLATED = {
    "resize",
    "affine",
    "rotate",
    "perspective",
    "elastic",
    "resized_crop",
    "gaussian_blur",
    "adjust_gamma",
    "adjust_hue",
    "RandomResizedCrop",
    "RandomRotation",
    "RandomAffine",
    "RandomPerspective",
    "ElasticTransform",
    "Resize",
    "ColorJitter",
    "GaussianBlur",
    "AutoAugment",
    "RandAugment",
    "TrivialAugmentWide",
    "AugMix",
    "ScaleJitter",
    "RandomShortestSize",
    "RandomResize",
    "RandomPhotometricDistort",
}

_DTYPES = ("float32", "uint8", "int64")
_MODES = ("NEAREST", "NEAREST_EXACT", "BILINEAR", "BICUBIC", "LANCZOS")


def _argument(lib: Library, value: Any) -> Any:
    if isinstance(value, str):
        if value in _MODES:
            return getattr(lib.v1.InterpolationMode, value)
        if value in _DTYPES:
            return getattr(lib.torch, value)
        if value == "field":
            return lib.tensor(NUMBERS["field"])
    return value


def cases() -> Iterator[tuple[str, int, str, tuple, dict]]:
    """(name of the case, version, function or class, arguments, named arguments)."""
    for version, functions, classes in (
        (1, FUNCTIONS, CLASSES),
        (2, FUNCTIONS + FUNCTIONS_V2, CLASSES + CLASSES_V2),
    ):
        for name, *args in functions:
            yield f"v{version} {name}{args}", version, name, tuple(args), {}
        for name, args, kwargs in classes:
            yield f"v{version} {name}{list(args)}{kwargs or ''}", version, name, args, kwargs


CASES = {name: rest for name, *rest in cases()}


def results(lib: Library, case: str) -> dict[str, Any]:
    """For each input the flat result and the generator's next number, or the exception."""
    version, name, args, kwargs = CASES[case]
    given = [_argument(lib, a) for a in args]
    named = {k: _argument(lib, v) for k, v in kwargs.items()}
    inputs = inputs_v1(lib) if version == 1 else inputs_v2(lib)
    found: dict[str, Any] = {}
    for kind, inpt in inputs.items():
        lib.torch.manual_seed(3)
        try:
            if name[0].islower():
                if isinstance(inpt, (tuple, list, dict)):
                    continue
                out = getattr(lib.f1 if version == 1 else lib.f2, name)(inpt, *given)
            else:
                out = getattr(lib.v1 if version == 1 else lib.v2, name)(*given, **named)(inpt)
        except Exception as error:
            found[kind] = error
            continue
        parts = [describe(part) for part in lib.flatten(out)[0]]
        found[kind] = [*parts, ("next", np.array(lib.torch.rand(1).item()))]
    return found


def describe(part: Any) -> tuple[Any, ...]:
    """(what it is, its values): of tensors and PIL images arrays."""
    if hasattr(part, "detach"):
        what = [type(part).__name__, getattr(part, "canvas_size", None)]
        form = getattr(part, "format", None)
        return (*what, getattr(form, "name", form)), np.asarray(part.detach().numpy())
    if isinstance(part, Image.Image):
        return ("PIL", part.mode), np.asarray(part)
    return "object", part


def summary(case: str, result: dict[str, Any]) -> list[Any]:
    """A few numbers to be stored: a checksum of what must be exact, and moments of the rest."""
    digest, moments = 0, []
    for kind, parts in result.items():
        if isinstance(parts, Exception):
            digest = zlib.crc32(f"{kind} {type(parts).__name__}".encode(), digest)
            continue
        for what, values in parts:
            digest = zlib.crc32(f"{kind} {what}".encode(), digest)
            if not isinstance(values, np.ndarray):
                digest = zlib.crc32(repr(values).encode(), digest)
            elif values.dtype.kind in "biu" and CASES[case][1] not in INTERPOLATED:
                digest = zlib.crc32(np.ascontiguousarray(values).tobytes(), digest)
            else:
                digest = zlib.crc32(f"{values.dtype} {values.shape}".encode(), digest)
                a = values.astype(np.float64).ravel()
                wave = np.cos(0.7 * np.arange(a.size))
                total = float(a.sum() + 3 * (a * wave).sum()) / max(a.size, 1)
                moments.append(float(f"{total:.6g}"))
    return [digest, moments]


def tolerance(values: np.ndarray, interpolated: bool) -> float:
    """How far values may differ from torchvision's."""
    if values.dtype.kind in "biu":
        return 1.0 if interpolated else 0.0
    largest = np.abs(values[np.isfinite(values)]).max(initial=1.0)
    return 1e-5 * (largest if math.isfinite(largest) else 1.0)
