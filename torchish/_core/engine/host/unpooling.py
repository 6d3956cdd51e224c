"""Maxima put back, and pools of powers, in NumPy."""

from __future__ import annotations

import math

import numpy as np

from torchish._core.engine.host.registry import kernel, require
from torchish._core.ops.nn.unpooling import unpooled


def _enter(n: int) -> None:
    def places(input, indices, kernel_size, stride, padding, output_size):
        require(input.ndim in (n + 1, n + 2) and input.shape == indices.shape and input.size)
        require(indices.dtype == np.int64)
        out = unpooled(n, input, kernel_size, stride, padding, output_size)
        cells = math.prod(out)
        require((indices >= 0).all() and (indices < cells).all())
        rows = math.prod(input.shape[:-n])
        at = indices.reshape(rows, -1) + (np.arange(rows) * cells)[:, None]
        return at.reshape(-1), (*input.shape[:-n], *out)

    def forward(input, indices, kernel_size, stride=None, padding=0, output_size=None):
        at, shape = places(input, indices, kernel_size, stride, padding, output_size)
        out = np.zeros(math.prod(shape), input.dtype)
        out[at] = input.reshape(-1)
        return out.reshape(shape)

    def gradient(
        ct, saved, wanted, input, indices, kernel_size, stride=None, padding=0, output_size=None
    ):
        at, _ = places(input, indices, kernel_size, stride, padding, output_size)
        return {"input": ct.reshape(-1)[at].reshape(input.shape)}

    name = f"nn.functional.max_unpool{n}d"
    kernel(name, dtypes="if", checks=True)(forward).gradient(gradient)


for _n in (1, 2, 3):
    _enter(_n)
