"""Host kernels of pooling and resizing against XLA."""

from __future__ import annotations

import pytest

from tests.host.table import hold, tensor

F = "nn.functional."


@pytest.mark.parametrize(
    ("n", "shape", "options"),
    [
        (2, (2, 3, 8, 10), {"kernel_size": 2}),
        (2, (2, 3, 30, 31), {"kernel_size": 3, "stride": 2, "padding": 1}),
        (2, (3, 9, 8), {"kernel_size": (3, 2), "stride": 1, "dilation": (2, 1)}),
        (2, (2, 3, 7, 8), {"kernel_size": 3, "ceil_mode": True}),
        (1, (2, 3, 11), {"kernel_size": 3, "stride": 2}),
        (3, (2, 4, 5, 6), {"kernel_size": 2}),
    ],
)
def test_max_pool(n, shape, options):
    name = f"{F}max_pool{n}d"
    hold(name, tensor(shape), **options)
    x = tensor(shape, "int64").to(tensor(()).dtype)  # with equal values
    hold(name, x, return_indices=True, **options)
    hold(name, tensor(shape, edges=True), return_indices=True, **options)


def test_max_pool1d_with_indices():
    hold("max_pool1d_with_indices", tensor((2, 3, 9), edges=True), 2)


@pytest.mark.parametrize(
    ("n", "shape", "options"),
    [
        (2, (2, 3, 8, 10), {"kernel_size": 2}),
        (2, (2, 3, 9, 8), {"kernel_size": 3, "stride": 2, "padding": 1}),
        (2, (2, 3, 9, 8), {"kernel_size": 3, "padding": 1, "count_include_pad": False}),
        (2, (2, 3, 7, 8), {"kernel_size": 3, "ceil_mode": True, "divisor_override": 2}),
        (1, (3, 11), {"kernel_size": 3, "stride": 2}),
        (3, (2, 4, 5, 6), {"kernel_size": 2}),
    ],
)
def test_average_pool(n, shape, options):
    hold(f"{F}avg_pool{n}d", tensor(shape), **options)
    if n == 2:
        hold(f"{F}avg_pool{n}d", tensor(shape, edges=True), **options)


def test_adaptive_pool():
    for kind in ("avg", "max"):
        hold(f"{F}adaptive_{kind}_pool2d", tensor((2, 3, 8, 6)), 1)
        hold(f"{F}adaptive_{kind}_pool2d", tensor((2, 3, 8, 6)), (4, 3))
        hold(f"{F}adaptive_{kind}_pool2d", tensor((3, 7, 5)), (3, None))
        hold(f"{F}adaptive_{kind}_pool1d", tensor((2, 3, 10)), 4)
        hold(f"{F}adaptive_{kind}_pool3d", tensor((2, 4, 5, 3)), (2, 2, 1))
    hold(F + "adaptive_max_pool2d", tensor((2, 7, 5), edges=True), (3, 2), return_indices=True)
    hold("adaptive_max_pool1d", tensor((2, 3, 10)), 4)
