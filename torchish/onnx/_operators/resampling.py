"""Images in other sizes and at other places: Note [Translations]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish._core.base import dtypes as dt
from torchish.onnx._graph import Graph, Value
from torchish.onnx._operators.table import TABLE, translation

__all__: list[str] = []


def _resized(
    g: Graph, x: Value, sizes: Any, factors: Any, mode: str, corners: bool, exact: bool = False,
    smooth: bool = False,
) -> Value:  # fmt: skip
    n = x.rank - 2
    dims = list(range(2, n + 2))
    if mode == "nearest":
        # The element below, or the nearest one, of which the upper one where both are.
        where = "half_pixel" if exact else "asymmetric"
        options = {"nearest_mode": "round_prefer_ceil" if exact else "floor"}
    else:
        where = "align_corners" if corners else "half_pixel"
        options = {"cubic_coeff_a": -0.75} if mode == "cubic" else {}
    if smooth:
        options |= {"antialias": 1, "exclude_outside": 1}
    if factors is not None:
        scales, given = g.const([float(f) for f in factors], dt.float32), None
    else:
        scales, given = None, g.sizes(sizes)
    return g.op("Resize", x, None, scales, given, mode=mode, axes=dims,
                coordinate_transformation_mode=where, **options)  # fmt: skip


def _upsample(mode: str, exact: bool, smooth: bool = False) -> tuple[Any, Any]:
    def by_list(g: Graph, x: Value, sizes: Any, *rest: Any) -> Value:
        *corners, factors = rest
        return _resized(g, x, sizes, factors, mode, bool(corners and corners[0]), exact, smooth)

    def plain(g: Graph, x: Value, sizes: Sequence[Any], *rest: Any) -> Value:
        corners, scales = (rest[0], rest[1:]) if mode != "nearest" else (False, rest)
        factors = None if not scales or scales[0] is None else list(scales)
        return _resized(g, x, sizes, factors, mode, bool(corners), exact, smooth)

    return by_list, plain


for _name, _how in {
    "upsample_nearest1d": ("nearest", False), "upsample_nearest2d": ("nearest", False),
    "upsample_nearest3d": ("nearest", False), "_upsample_nearest_exact1d": ("nearest", True),
    "_upsample_nearest_exact2d": ("nearest", True), "_upsample_nearest_exact3d": ("nearest", True),
    "upsample_linear1d": ("linear", False), "upsample_bilinear2d": ("linear", False),
    "upsample_trilinear3d": ("linear", False), "upsample_bicubic2d": ("cubic", False),
    "_upsample_bilinear2d_aa": ("linear", False, True),
    "_upsample_bicubic2d_aa": ("cubic", False, True),
}.items():  # fmt: skip
    TABLE[f"{_name}.vec"], TABLE[f"{_name}.default"] = _upsample(*_how)


@translation("grid_sampler", "grid_sampler_2d", "grid_sampler_3d")
def _grid_sampler(
    g: Graph, x: Value, grid: Value, mode: int, padding: int, align_corners: bool
) -> Value:
    names = ("linear", "nearest", "cubic") if g.opset >= 20 else ("bilinear", "nearest", "bicubic")
    return g.op(
        "GridSample", x, grid, mode=names[mode], align_corners=int(align_corners),
        padding_mode=("zeros", "border", "reflection")[padding],
    )  # fmt: skip
