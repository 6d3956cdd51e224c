"""Host kernels of joining, flipping, repeating and padding against XLA."""

from __future__ import annotations

import pytest

from tests.host.table import hold, tensor
from torchish._core.base import dtypes as dt

DTYPES = ["float32", "int64", "bool", "bfloat16", "complex64"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_joining(dtype):
    a, b, c = (tensor(s, dtype, i) for i, s in enumerate([(2, 3), (2, 3), (4, 3)]))
    hold("cat", [a, c], 0)
    hold("cat", [a, b], -1)
    hold("cat", [a, tensor((0,), dtype), b], 1)
    hold("cat", [tensor((0,), dtype), tensor((0,), dtype)])
    for dim in (0, 1, -1):
        hold("stack", [a, b], dim)
    hold("hstack", [a, b])
    hold("vstack", [a, c])
    hold("dstack", [a, b])
    v, s = tensor((3,), dtype), tensor((), dtype)
    for name in ("hstack", "vstack", "dstack", "column_stack"):
        hold(name, [v, v])
        hold(name, [s, s])
    hold("column_stack", [a, tensor((2,), dtype)])
    hold("stack", [s, s])


def test_joining_of_mixed_dtypes():
    hold("cat", [tensor((2,), "int64"), tensor((3,))])
    hold("stack", [tensor((2,), "float64"), tensor((2,))])


@pytest.mark.parametrize("dtype", DTYPES)
def test_flips(dtype):
    x = tensor((2, 3, 4), dtype)
    hold("flip", x, (0, -1))
    hold("flip", x, ())
    hold("fliplr", x)
    hold("flipud", x)
    hold("flip", tensor((), dtype), (0,))
    for k in (0, 1, 2, 3, -1):
        hold("rot90", x, k, (0, 2))
    hold("roll", x, 5)
    hold("roll", x, (1, -2), (0, -1))
    hold("roll", x, 1, 1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_repeats(dtype):
    x = tensor((2, 3), dtype)
    for repeats in ((1, 2), (3, 2, 2), (2, 0), (1, 1)):
        hold("repeat", x, repeats)
    hold("tile", x, (2,))
    hold("tile", x, ())
    hold("tile", tensor((), dtype), (3,))
    for dim in (None, 0, -1):
        for n in (0, 1, 3):
            hold("_repeat_interleave", x, n, dim)


def test_triangles():
    for dtype in DTYPES:
        for diagonal in (0, 1, -2):
            hold("tril", tensor((2, 3, 4), dtype), diagonal)
            hold("triu", tensor((2, 3, 4), dtype), diagonal)
    hold("tril", tensor((3, 3), edges=True))
    for offset in (0, 1, -1):
        hold("tril_indices", 3, 4, offset)
        hold("triu_indices", 3, 4, offset, dtype=dt.int32)


def test_products_of_arrangements():
    for dtype in ("float32", "int64", "complex64"):
        hold("kron", tensor((2, 3), dtype), tensor((3,), dtype))
        hold("_block_diag", [tensor((2, 3), dtype), tensor((2,), dtype), tensor((), dtype)])
        hold("combinations", tensor((4,), dtype))
        hold("combinations", tensor((4,), dtype), 3, True)
        hold("_cartesian_prod", [tensor((2,), dtype), tensor((3,), dtype)])
    hold("unravel_index", tensor((4,), "uint8"), (2, 3))


PADS = [(1, 2), (0, 1, 2, 0), (-1, 2), (1, 1, -1, -1), (), (0, 0)]


@pytest.mark.parametrize("pad", PADS)
def test_constant_padding(pad):
    for dtype in DTYPES:
        hold("nn.functional.pad", tensor((2, 3, 4), dtype), pad)
    hold("nn.functional.pad", tensor((2, 3, 4)), pad, "constant", 1.5)
    hold("constant_pad_nd", tensor((2, 3, 4)), pad, 2)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_other_padding(mode):
    for dtype in ("float32", "int64", "bfloat16"):
        x = tensor((2, 3, 4), dtype)
        hold("nn.functional.pad", x, (1, 2), mode)
        hold("nn.functional.pad", x, (1, 2, 2, 0), mode)
        hold("nn.functional.pad", tensor((1, 2, 3, 4), dtype), (1, 1, 1, 1), mode)
    if mode != "circular":
        hold("nn.functional.pad", tensor((2, 3, 4)), (-1, 2), mode)


def test_channels_and_pixels():
    for dtype in ("float32", "int64"):
        hold("pixel_shuffle", tensor((2, 8, 3, 2), dtype), 2)
        hold("pixel_unshuffle", tensor((2, 4, 6), dtype), 2)
        hold("channel_shuffle", tensor((2, 6, 3), dtype), 3)


def test_linspace():
    for dtype in (None, dt.float64, dt.int64, dt.bfloat16):
        for steps in (0, 1, 2, 7):
            hold("linspace", 0, 10, steps, dtype=dtype)
            hold("linspace", -1.5, 2.25, steps, dtype=dtype)
