"""Tables of automatic augmentation: which operations, how strong, in which order.

AutoAugment's policies are those that Cubuk et al. (2018), https://arxiv.org/abs/1805.09501, found;
a row is two operations, each with a probability and the number of a strength.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import Any

import numpy as np

from torchish.vision.transforms._conversion import InterpolationMode

__all__ = ["AutoAugmentPolicy", "apply", "policies", "space"]


class AutoAugmentPolicy(Enum):
    """The data set that a policy was found on."""

    IMAGENET = "imagenet"
    CIFAR10 = "cifar10"
    SVHN = "svhn"


_POLICIES = {
    AutoAugmentPolicy.IMAGENET: """
        Posterize .4 8, Rotate .6 9; Solarize .6 5, AutoContrast .6; Equalize .8, Equalize .6;
        Posterize .6 7, Posterize .6 6; Equalize .4, Solarize .2 4; Equalize .4, Rotate .8 8;
        Solarize .6 3, Equalize .6; Posterize .8 5, Equalize 1; Rotate .2 3, Solarize .6 8;
        Equalize .6, Posterize .4 6; Rotate .8 8, Color .4 0; Rotate .4 9, Equalize .6;
        Equalize 0, Equalize .8; Invert .6, Equalize 1; Color .6 4, Contrast 1 8;
        Rotate .8 8, Color 1 2; Color .8 8, Solarize .8 7; Sharpness .4 7, Invert .6;
        ShearX .6 5, Equalize 1; Color .4 0, Equalize .6; Equalize .4, Solarize .2 4;
        Solarize .6 5, AutoContrast .6; Invert .6, Equalize 1; Color .6 4, Contrast 1 8;
        Equalize .8, Equalize .6""",
    AutoAugmentPolicy.CIFAR10: """
        Invert .1, Contrast .2 6; Rotate .7 2, TranslateX .3 9; Sharpness .8 1, Sharpness .9 3;
        ShearY .5 8, TranslateY .7 9; AutoContrast .5, Equalize .9; ShearY .2 7, Posterize .3 7;
        Color .4 3, Brightness .6 7; Sharpness .3 9, Brightness .7 9; Equalize .6, Equalize .5;
        Contrast .6 7, Sharpness .6 5; Color .7 7, TranslateX .5 8; Equalize .3, AutoContrast .4;
        TranslateY .4 3, Sharpness .2 6; Brightness .9 6, Color .2 8; Solarize .5 2, Invert 0;
        Equalize .2, AutoContrast .6; Equalize .2, Equalize .6; Color .9 9, Equalize .6;
        AutoContrast .8, Solarize .2 8; Brightness .1 3, Color .7 0; Solarize .4 5, AutoContrast .9;
        TranslateY .9 9, TranslateY .7 9; AutoContrast .9, Solarize .8 3; Equalize .8, Invert .1;
        TranslateY .7 9, AutoContrast .9""",
    AutoAugmentPolicy.SVHN: """
        ShearX .9 4, Invert .2; ShearY .9 8, Invert .7; Equalize .6, Solarize .6 6;
        Invert .9, Equalize .6; Equalize .6, Rotate .9 3; ShearX .9 4, AutoContrast .8;
        ShearY .9 8, Invert .4; ShearY .9 5, Solarize .2 6; Invert .9, AutoContrast .8;
        Equalize .6, Rotate .9 3; ShearX .9 4, Solarize .3 3; ShearY .8 8, Invert .7;
        Equalize .9, TranslateY .6 6; Invert .9, Equalize .6; Contrast .3 3, Rotate .8 4;
        Invert .8, TranslateY 0 2; ShearY .7 6, Solarize .4 8; Invert .6, Rotate .8 4;
        ShearY .3 7, TranslateX .9 3; ShearX .1 6, Invert .6; Solarize .7 2, TranslateY .6 7;
        ShearY .8 4, Invert .8; ShearX .7 9, TranslateY .8 3; ShearY .8 5, AutoContrast .7;
        ShearX .7 2, Invert .1""",
}

Step = tuple[str, float, int | None]


def policies(policy: AutoAugmentPolicy) -> list[tuple[Step, Step]]:
    """The rows of a policy. ValueError for other arguments."""
    if policy not in _POLICIES:
        raise ValueError(f"The provided policy {policy} is not recognized.")

    def step(text: str) -> Step:
        name, p, *strength = text.split()
        return name, float(p), int(strength[0]) if strength else None

    rows = [row.split(",") for row in _POLICIES[policy].split(";")]
    return [(step(first), step(second)) for first, second in rows]


_NAMES = {
    "auto": "ShearX ShearY TranslateX TranslateY Rotate Brightness Color Contrast Sharpness "
    "Posterize Solarize AutoContrast Equalize Invert",
    "rand": "Identity ShearX ShearY TranslateX TranslateY Rotate Brightness Color Contrast "
    "Sharpness Posterize Solarize AutoContrast Equalize",
    "mix": "ShearX ShearY TranslateX TranslateY Rotate Posterize Solarize AutoContrast Equalize "
    "Brightness Color Contrast Sharpness",
}
# Largest strengths of what may go in both directions; translations are shares of the image.
_SIGNED = {
    "auto": {"Shear": 0.3, "Translate": 150.0 / 331.0, "Rotate": 30.0, "": 0.9},
    "wide": {"Shear": 0.99, "Translate": 32.0, "Rotate": 135.0, "": 0.99},
    "mix": {"Shear": 0.3, "Translate": 1.0 / 3.0, "Rotate": 30.0, "": 0.9},
}
_ENHANCE = ("Brightness", "Color", "Contrast", "Sharpness")


def space(
    kind: str, bins: int, size: tuple[int, int], white: float = 255.0, all_ops: bool = True
) -> dict[str, tuple[np.ndarray, bool]]:
    """For each operation its strengths (empty shape when it has none), and whether they have signs.

    `kind` is auto, rand, wide or mix; `size` (height, width); `white` scales solarizing.
    """
    names = _NAMES["rand" if kind == "wide" else kind].split()
    largest = _SIGNED.get(kind, _SIGNED["auto"])
    out: dict[str, tuple[np.ndarray, bool]] = {}
    for name in names if all_ops else names[:9]:
        if name in _ENHANCE:
            top = largest[""]
        elif name.startswith("Translate"):
            pixels = 1.0 if kind == "wide" else size[1] if name.endswith("X") else size[0]
            top = largest["Translate"] * pixels
        elif name.startswith("Shear") or name == "Rotate":
            top = largest[name.rstrip("XY")]
        elif name == "Posterize":
            least, part = {"wide": (8, 6), "mix": (4, 4)}.get(kind, (8, 4))
            steps = np.arange(bins, dtype=np.float32) / np.float32((bins - 1) / part)
            out[name] = (least - np.round(steps).astype(np.int64), False)
            continue
        elif name == "Solarize":
            out[name] = (_steps(white, 0.0, bins), False)
            continue
        else:
            out[name] = (np.zeros(()), False)
            continue
        out[name] = (_steps(0.0, top, bins), True)
    return out


def _steps(low: float, high: float, count: int) -> np.ndarray:
    """Even steps, reckoned from both ends in single precision."""
    first, last = np.float32(low), np.float32(high)
    i = np.arange(count, dtype=np.float32)
    step = (last - first) / np.float32(max(count - 1, 1))
    return np.where(i < count // 2, first + step * i, last - step * (count - 1 - i))


def apply(
    F: Any, img: Any, name: str, strength: float, interpolation: InterpolationMode | str, fill: Any
) -> Any:
    """An operation by name, with the functions of the module `F`. ValueError for other names."""
    if name.startswith(("Shear", "Translate")):
        axis = 0 if name.endswith("X") else 1
        move, shear = [0, 0], [0.0, 0.0]
        center = None
        if name.startswith("Shear"):
            shear[axis] = math.degrees(math.atan(strength))
            center = [0, 0]
        else:
            move[axis] = int(strength)
        return F.affine(
            img,
            angle=0.0,
            translate=move,
            scale=1.0,
            shear=shear,
            interpolation=interpolation,
            fill=fill,
            center=center,
        )
    if name == "Rotate":
        return F.rotate(img, angle=strength, interpolation=interpolation, fill=fill)
    if name in _ENHANCE:
        what = "saturation" if name == "Color" else name.lower()
        return getattr(F, f"adjust_{what}")(img, 1.0 + strength)
    if name == "Posterize":
        return F.posterize(img, int(strength))
    if name == "Solarize":
        return F.solarize(img, strength)
    if name in ("AutoContrast", "Equalize", "Invert"):
        return getattr(F, name.lower())(img)
    if name == "Identity":
        return img
    raise ValueError(f"The provided operator {name} is not recognized.")
