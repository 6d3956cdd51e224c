"""Pooling of regions and deformable convolution, one number after the other, from the papers."""

from __future__ import annotations

import math

import numpy as np


def interpolated(image, y, x):
    """A value of an image (H, W) between four pixels; at most one pixel outside is the border."""
    height, width = image.shape
    if not (-1 <= y <= height and -1 <= x <= width):
        return 0.0
    y, x = min(max(y, 0.0), height - 1), min(max(x, 0.0), width - 1)
    top, left = min(int(y), height - 1), min(int(x), width - 1)
    bottom, right = min(top + 1, height - 1), min(left + 1, width - 1)
    dy, dx = y - top, x - left
    upper = image[top, left] * (1 - dx) + image[top, right] * dx
    lower = image[bottom, left] * (1 - dx) + image[bottom, right] * dx
    return upper * (1 - dy) + lower * dy


def roi_align(maps, rois, size, scale, ratio, aligned, sensitive=False):
    bins = size[0] * size[1]
    channels = maps.shape[1] // bins if sensitive else maps.shape[1]
    out = np.zeros((len(rois), channels, *size))
    offset = 0.5 if aligned else 0.0
    for k, (number, *corners) in enumerate(rois):
        x1, y1, x2, y2 = (c * scale - offset for c in corners)
        height, width = y2 - y1, x2 - x1
        if not aligned:
            height, width = max(height, 1.0), max(width, 1.0)
        bh, bw = height / size[0], width / size[1]
        rows, columns = (ratio, ratio) if ratio > 0 else (math.ceil(bh), math.ceil(bw))
        for c, i, j in np.ndindex(channels, *size):
            channel = (c * size[0] + i) * size[1] + j if sensitive else c
            image = maps[int(number), channel]
            values = [
                interpolated(
                    image, y1 + (i + (a + 0.5) / rows) * bh, x1 + (j + (b + 0.5) / columns) * bw
                )
                for a in range(rows)
                for b in range(columns)
            ]
            out[k, c, i, j] = sum(values) / max(1, len(values))
    return out


def _whole(v):
    return math.floor(abs(v) + 0.5) * (1 if v >= 0 else -1)


def roi_pool(maps, rois, size, scale, sensitive=False):
    bins = size[0] * size[1]
    channels = maps.shape[1] // bins if sensitive else maps.shape[1]
    out = np.zeros((len(rois), channels, *size))
    # Sensitive ones do not count a region's last row, and never the map's
    extra, top = (0, 1) if sensitive else (1, 0)
    limits = [n - top for n in maps.shape[2:]]
    for k, (number, *corners) in enumerate(rois):
        x1, y1, x2, y2 = (_whole(c * scale) for c in corners)
        bh, bw = max(y2 - y1 + extra, 1) / size[0], max(x2 - x1 + extra, 1) / size[1]
        for c, i, j in np.ndindex(channels, *size):
            channel = (c * size[0] + i) * size[1] + j if sensitive else c
            rows, columns = (
                [min(max(e, 0), limit) for e in (math.floor(n * b) + s, math.ceil((n + 1) * b) + s)]
                for n, b, s, limit in ((i, bh, y1, limits[0]), (j, bw, x1, limits[1]))
            )
            part = maps[int(number), channel, slice(*rows), slice(*columns)]
            if part.size:
                out[k, c, i, j] = part.mean() if sensitive else part.max()
    return out


def _at(image, y, x):
    """Bilinear, with zeros outside."""
    total = 0.0
    for row in (math.floor(y), math.floor(y) + 1):
        for column in (math.floor(x), math.floor(x) + 1):
            if 0 <= row < image.shape[0] and 0 <= column < image.shape[1]:
                total += image[row, column] * (1 - abs(y - row)) * (1 - abs(x - column))
    return total


def deform_conv2d(x, offset, weight, bias, stride, padding, dilation, mask):
    outputs, per_group, kh, kw = weight.shape
    groups = x.shape[1] // per_group
    offset_groups = offset.shape[1] // (2 * kh * kw)
    out = np.zeros((len(x), outputs, *offset.shape[2:]))
    for n, o, i, j in np.ndindex(*out.shape):
        group = o // (outputs // groups)
        total = bias[o]
        for c, a, b in np.ndindex(per_group, kh, kw):
            channel = group * per_group + c
            tap = (channel // (x.shape[1] // offset_groups)) * kh * kw + a * kw + b
            y = i * stride[0] - padding[0] + a * dilation[0] + offset[n, 2 * tap, i, j]
            z = j * stride[1] - padding[1] + b * dilation[1] + offset[n, 2 * tap + 1, i, j]
            total += weight[o, c, a, b] * _at(x[n, channel], y, z) * mask[n, tap, i, j]
        out[n, o, i, j] = total
    return out
