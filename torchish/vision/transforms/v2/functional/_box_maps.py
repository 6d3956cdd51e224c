"""The geometry of boxes, on arrays.

Note [Boxes as corners]
Upright boxes are moved by way of XYXY: all four corners go through the map, and the result is the
upright box around them. Boxes at an angle go by way of their four corners, in their own order; the
result is the smallest rectangle around the moved ones whose first side lies as the moved first side
does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from torchish.vision.tv_tensors import is_rotated_bounding_format

Array = Any
Size = tuple[int, int]
XYXY, XYXYXYXY = "XYXY", "XYXYXYXY"


def as_float(xp: ModuleType, a: Array) -> Array:
    return a if a.dtype.kind not in "biu" else a.astype(np.float32)


# --- formats -------------------------------------------------------------------------------------


def convert(xp: ModuleType, a: Array, old: str, new: str) -> Array:
    """Boxes of one format in another."""
    if old == new:
        return a
    if old in ("XYXY", "XYWH", "CXCYWH"):
        return from_xyxy(xp, to_xyxy(xp, a, old), new)
    return from_corners(xp, to_corners(xp, a, old), new)


def to_xyxy(xp: ModuleType, a: Array, old: str) -> Array:
    if old == "XYXY":
        return a
    place, size = a[..., :2], a[..., 2:]
    if old == "XYWH":
        return xp.concatenate([place, place + size], axis=-1)
    # Halves of odd whole numbers are cut off after the sum.
    out = xp.concatenate([place - size / 2, place + size / 2], axis=-1)
    return out.astype(a.dtype)


def from_xyxy(xp: ModuleType, a: Array, new: str) -> Array:
    if new == "XYXY":
        return a
    low, high = a[..., :2], a[..., 2:]
    if new == "XYWH":
        return xp.concatenate([low, high - low], axis=-1)
    middle = (low + high) // 2 if a.dtype.kind in "iu" else (low + high) / 2
    return xp.concatenate([middle, high - low], axis=-1)


def to_corners(xp: ModuleType, a: Array, old: str) -> Array:
    """(…, 4, 2): the first corner, and on along the first side."""
    if old == XYXYXYXY:
        return a.reshape((*a.shape[:-1], 4, 2))
    turn = a[..., 4] * (math.pi / 180)
    cos, sin = xp.cos(turn), xp.sin(turn)
    along = xp.stack([cos, -sin], axis=-1) * a[..., 2:3]
    across = xp.stack([sin, cos], axis=-1) * a[..., 3:4]
    first = a[..., :2]
    if old == "CXCYWHR":
        first = first - (along + across) / 2
    return xp.stack([first, first + along, first + along + across, first + across], axis=-2)


def from_corners(xp: ModuleType, c: Array, new: str) -> Array:
    if new == XYXYXYXY:
        return c.reshape((*c.shape[:-2], 8))
    side, other = c[..., 1, :] - c[..., 0, :], c[..., 3, :] - c[..., 0, :]
    turn = xp.arctan2(0.0 - side[..., 1], side[..., 0]) * (180 / math.pi)
    lengths = [xp.sqrt((s * s).sum(-1)) for s in (side, other)]
    place = c[..., 0, :] if new == "XYWHR" else (c[..., 0, :] + c[..., 2, :]) / 2
    return xp.concatenate([place, xp.stack([*lengths, turn], axis=-1)], axis=-1)


def _frame(xp, c: Array) -> tuple[Array, Array]:
    """Unit vectors along and across the first sides (…, 2)."""
    side = c[..., 1, :] - c[..., 0, :]
    length = xp.sqrt((side * side).sum(-1, keepdims=True))
    along = side / xp.where(length == 0, 1, length)
    return along, xp.stack([-along[..., 1], along[..., 0]], axis=-1)


def _rectangles(xp, c: Array) -> Array:
    """The smallest rectangles, along the longer sides, around the corners of parallelograms."""
    along, across = _frame(xp, c)
    other = c[..., 3, :] - c[..., 0, :]
    length = xp.sqrt((other * other).sum(-1, keepdims=True))
    side = c[..., 1, :] - c[..., 0, :]
    longer = length > xp.sqrt((side * side).sum(-1, keepdims=True))
    other = other / xp.where(length == 0, 1, length)
    flipped = xp.where((other * across).sum(-1, keepdims=True) < 0, -1, 1).astype(c.dtype)
    turned = xp.stack([other[..., 1], -other[..., 0]], axis=-1) * flipped
    along = xp.where(longer, turned, along)
    across = xp.stack([-along[..., 1], along[..., 0]], axis=-1)
    u, v = ((c * d[..., None, :]).sum(-1) for d in (along, across))
    lows, highs = [x.min(-1)[..., None] for x in (u, v)], [x.max(-1)[..., None] for x in (u, v)]
    ends = (
        (lows[0], lows[1]),
        (highs[0], lows[1]),
        (highs[0], highs[1]),
        (lows[0], highs[1]),
    )
    return xp.stack([x * along + y * across for x, y in ends], axis=-2)


# --- clamping ------------------------------------------------------------------------------------


def clamp(xp: ModuleType, a: Array, form: str, canvas: Size, mode: str | None) -> Array:
    """Boxes brought back on a canvas of (height, width); None leaves them.

    Of a box at an angle the smallest such box around what is visible stays (mode "soft").
    NotImplementedError for mode "hard" when one reaches over the border.
    """
    if mode is None:
        return a
    h, w = canvas
    if not is_rotated_bounding_format(form):
        box = to_xyxy(xp, as_float(xp, a), form)
        box = xp.clip(box, np.zeros(4, box.dtype), np.array([w, h, w, h], box.dtype))
        return from_xyxy(xp, box, form).astype(a.dtype)
    if xp is not np:
        raise NotImplementedError("clamping boxes at an angle on a device or with a gradient")
    corners = to_corners(np, a, form)
    out = np.array(corners)
    for i, c in enumerate(corners):
        if (c >= 0).all() and (c <= [w, h]).all():
            continue
        if mode == "hard":
            raise NotImplementedError('clamping_mode="hard" of boxes at an angle')
        out[i] = _visible(c, w, h)
    return from_corners(np, out, form).astype(a.dtype)


def _visible(c: np.ndarray, w: int, h: int) -> np.ndarray:
    """The smallest rectangle, along the first side of `c` (4, 2), around its visible part."""
    points = c.astype(np.float64)
    for axis, limit, sign in ((0, 0, 1), (0, w, -1), (1, 0, 1), (1, h, -1)):
        kept: list[np.ndarray] = []
        inside = (points[:, axis] - limit) * sign
        for k in range(len(points)):
            here, there = points[k - 1], points[k]
            d0, d1 = inside[k - 1], inside[k]
            if d0 * d1 < 0:
                kept.append(here + (there - here) * (d0 / (d0 - d1)))
            if d1 >= 0:
                kept.append(there)
        points = np.array(kept).reshape(-1, 2)
    if not len(points):
        return np.broadcast_to(np.array([0.0, h]), (4, 2))
    along, across = _frame(np, c.astype(np.float64))
    u, v = points @ along, points @ across
    ends = ((u.min(), v.min()), (u.max(), v.min()), (u.max(), v.max()), (u.min(), v.max()))
    return np.array([x * along + y * across for x, y in ends])


# --- maps ----------------------------------------------------------------------------------------


def _mapped(xp, a: Array, form: str, points: Callable[[Array], Array]) -> Array:
    """Boxes whose corners (…, 2) went through a map; see Note [Boxes as corners]."""
    if is_rotated_bounding_format(form):
        return convert(
            xp,
            from_corners(xp, _rectangles(xp, points(to_corners(xp, a, form))), XYXYXYXY),
            XYXYXYXY,
            form,
        )
    box = to_xyxy(xp, as_float(xp, a), form)
    corners = xp.stack([box[..., [i, j]] for i, j in ((0, 1), (2, 1), (2, 3), (0, 3))], axis=-2)
    moved = points(corners)
    out = xp.concatenate([moved.min(-2), moved.max(-2)], axis=-1)
    return from_xyxy(xp, out, form)  # whole numbers only once they are clamped


def linear(xp: ModuleType, m: Sequence[float]) -> Callable[[Array], Array]:
    def points(p: Array) -> Array:
        t = np.array(m, p.dtype)
        x, y = p[..., 0], p[..., 1]
        return xp.stack([t[0] * x + t[1] * y + t[2], t[3] * x + t[4] * y + t[5]], axis=-1)

    return points


def map_affine(
    xp: ModuleType, a: Array, form: str, matrix: tuple, canvas: Size, mode: str | None
) -> Array:
    out = _mapped(xp, a, form, linear(xp, matrix))
    return clamp(xp, out, form, canvas, mode).astype(a.dtype)


def projected(xp: ModuleType, m: Sequence[float]) -> Callable[[Array], Array]:
    """A projective map, given by the nine numbers of its matrix."""

    def points(p: Array) -> Array:
        t = np.array(m, p.dtype)
        x, y = p[..., 0], p[..., 1]
        depth = t[6] * x + t[7] * y + t[8]
        rows = [(t[i] * x + t[i + 1] * y + t[i + 2]) / depth for i in (0, 3)]
        return xp.stack(rows, axis=-1)

    return points


def map_projective(
    xp: ModuleType, a: Array, form: str, m: tuple, canvas: Size, mode: str | None
) -> Array:
    out = _mapped(xp, a, form, projected(xp, m))
    return clamp(xp, out, form, canvas, mode).astype(a.dtype)


def map_elastic(
    xp: ModuleType, a: Array, grid: Array, form: str, canvas: Size, mode: str | None
) -> Array:
    def points(p: Array) -> Array:
        return displaced(xp, xp.ceil(p), grid, canvas)

    if is_rotated_bounding_format(form):
        c = to_corners(xp, a, form)
        middle = (c[..., 0, :] + c[..., 2, :]) / 2
        out = from_corners(xp, c + (points(middle) - middle)[..., None, :], form)
    else:
        out = _mapped(xp, a, form, points)
    return clamp(xp, out, form, canvas, mode).astype(a.dtype)


def displaced(xp: ModuleType, p: Array, grid: Array, canvas: Size) -> Array:
    """Where whole points (…, 2) go when pixels come from places moved by `grid` (H, W, 2)."""
    h, w = canvas
    x = xp.clip(p[..., 0], 0, w - 1).astype(np.int64)
    y = xp.clip(p[..., 1], 0, h - 1).astype(np.int64)
    way = grid[y, x].astype(p.dtype)
    places = (x.astype(p.dtype) - way[..., 0] * (w / 2), y.astype(p.dtype) - way[..., 1] * (h / 2))
    return xp.stack(places, axis=-1)


def shift(
    xp: ModuleType, a: Array, form: str, dx: int, dy: int, canvas: Size, mode: str | None
) -> Array:
    """Boxes moved by whole pixels."""
    if form == XYXYXYXY:
        out = from_corners(xp, _rectangles(xp, to_corners(xp, a, form)), form)
        out = out + np.array([dx, dy] * 4).astype(a.dtype)
    else:
        count = {"XYXY": 2}.get(form, 1)
        step = [dx, dy] * count
        step += [0] * (a.shape[-1] - len(step))
        out = a + np.array(step).astype(a.dtype)
    return clamp(xp, out, form, canvas, mode)


def mirror(xp: ModuleType, a: Array, form: str, canvas: Size, axis: int) -> Array:
    """Boxes seen in a mirror: `axis` 0 exchanges left and right."""
    size = a.dtype.type(canvas[1 - axis])
    if is_rotated_bounding_format(form):
        c = to_corners(xp, a, form)[..., [1, 0, 3, 2], :]
        parts = [c[..., 0], c[..., 1]]
        parts[axis] = size - parts[axis]
        out = from_corners(xp, xp.stack(parts, axis=-1), form)
        if form == XYXYXYXY:
            return out
        angle = (180 if axis else 0) - a[..., 4:5]
        return xp.concatenate([out[..., :4], angle], axis=-1)
    columns = [a[..., k] for k in range(4)]
    if form == "XYXY":
        low, high = columns[axis], columns[axis + 2]
        columns[axis], columns[axis + 2] = size - high, size - low
    elif form == "XYWH":
        columns[axis] = size - (columns[axis] + columns[axis + 2])
    else:
        columns[axis] = size - columns[axis]
    return xp.stack(columns, axis=-1)


def scaled(xp: ModuleType, a: Array, form: str, rx: float, ry: float) -> Array:
    """Boxes on a canvas of another size."""
    if is_rotated_bounding_format(form):
        return _mapped(xp, a, form, linear(xp, (rx, 0.0, 0.0, 0.0, ry, 0.0)))
    box = to_xyxy(xp, as_float(xp, a), form) * np.array([rx, ry] * 2).astype(np.float32)
    return from_xyxy(xp, box, form).astype(a.dtype)


def sides_of(boxes: np.ndarray, form: str) -> np.ndarray:
    """(widths, heights) of boxes."""
    if form == "XYXY":
        return np.stack([boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]])
    if form == XYXYXYXY:
        boxes = convert(np, boxes, form, "XYWHR")
    return np.stack([boxes[:, 2], boxes[:, 3]])
