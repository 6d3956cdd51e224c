"""Host kernels of convolutions and sliding blocks against XLA."""

from __future__ import annotations

import pytest

from tests.host.table import hold, tensor

F = "nn.functional."
LOOSE = {"rtol": 1e-4, "atol": 1e-4}


@pytest.mark.parametrize(
    ("x", "w", "options"),
    [
        ((2, 3, 12, 11), (4, 3, 3, 3), {}),
        ((2, 3, 12, 11), (4, 3, 3, 2), {"stride": 2, "padding": 1}),
        ((3, 8, 9), (4, 4, 3, 3), {"padding": "same", "dilation": 2, "groups": 2}),
        ((2, 6, 7, 7), (6, 1, 3, 3), {"padding": (1, 2), "groups": 6, "stride": (2, 1)}),
        ((2, 8, 5, 5), (3, 8, 1, 1), {}),
        ((2, 8, 5, 5), (3, 8, 1, 1), {"stride": 2, "padding": 1}),
        ((2, 16, 20, 20), (32, 16, 5, 5), {}),
    ],
)
def test_conv2d(x, w, options):
    if len(x) == 3:
        x = (8, *x[1:])
    hold(F + "conv2d", tensor(x), tensor(w, seed=1), tensor(w[:1], seed=2), **options, **LOOSE)


def test_other_convolutions():
    hold(F + "conv2d", tensor((2, 3, 6, 6)), tensor((4, 3, 3, 3), seed=1), None, **LOOSE)
    bias = tensor((4,), seed=2)
    hold(F + "conv1d", tensor((2, 3, 10)), tensor((4, 3, 3), seed=1), bias, padding=1, **LOOSE)
    hold(F + "conv1d", tensor((3, 10)), tensor((4, 3, 4), seed=1), None, padding="same", **LOOSE)
    w = tensor((4, 2, 2, 3, 2), "float64", 1)
    hold(F + "conv3d", tensor((2, 2, 5, 6, 4), "float64"), w, None, stride=(1, 2, 1))


@pytest.mark.parametrize(
    ("n", "x", "w", "options"),
    [
        (1, (2, 3, 5), (3, 4, 3), {"stride": 2}),
        (2, (2, 3, 5, 4), (3, 4, 4, 4), {"stride": 2, "padding": 1}),
        (2, (4, 5, 4), (4, 3, 3, 3), {"stride": 2, "output_padding": 1, "groups": 2}),
        (2, (2, 3, 5, 4), (3, 2, 3, 3), {"dilation": 2}),
        (3, (1, 2, 3, 2, 3), (2, 3, 2, 2, 2), {"stride": 2}),
    ],
)
def test_transposed(n, x, w, options):
    outs = w[1] * options.get("groups", 1)
    name = f"{F}conv_transpose{n}d"
    hold(name, tensor(x), tensor(w, seed=1), tensor((outs,), seed=2), **options, **LOOSE)


def test_blocks():
    options = {"kernel_size": (3, 2), "padding": 1, "stride": (2, 1)}
    hold(F + "unfold", tensor((2, 3, 7, 6)), **options)
    hold(F + "unfold", tensor((3, 7, 6)), 2, dilation=2)
    hold(F + "fold", tensor((2, 12, 12)), (4, 5), kernel_size=2)
    hold(F + "fold", tensor((12, 6)), (4, 6), kernel_size=2, stride=2)
