"""Host kernels of selection, comparison, logic, copies and fills against XLA."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import INF, NAN, hold, tensor
from torchish._core.base import dtypes as dt

SHAPES = [((3, 4), (3, 4)), ((3, 1), (4,)), ((), (2, 3)), ((0, 3), (1, 3))]


@pytest.mark.parametrize("name", ["maximum", "minimum", "fmax", "fmin"])
def test_extremes_of_pairs(name):
    for a, b in SHAPES:
        hold(name, tensor(a, seed=1), tensor(b, seed=2))
    for dtype in ("int64", "bool", "bfloat16"):
        hold(name, tensor((3, 4), dtype, 1), tensor((4,), dtype, 2))
    hold(name, tensor((9,), edges=True), tensor((9, 1), edges=True))
    hold(name, tensor((3,), "int64"), tensor((3,)))


BOUNDS = [(-0.5, 0.5), (None, 0.2), (0.1, None), (0.5, -0.5), (-INF, 1.0), (NAN, 1.0)]


@pytest.mark.parametrize("bounds", BOUNDS)
def test_clamp(bounds):
    x = tensor((3, 5), edges=True)
    hold("clamp", x, *bounds)
    low, high = [None if b is None else torch.tensor(b) for b in bounds]
    hold("clamp", x, low, high)
    if None not in bounds:
        hold("clamp", x, low.expand(5), tensor((3, 1)))
    if low is not None:
        hold("clamp_min", x, bounds[0])
        hold("clamp_min", x, low)
    if high is not None:
        hold("clamp_max", x, bounds[1])
        hold("clamp_max", x, high)


def test_clamp_of_other_dtypes():
    hold("clamp", tensor((3, 4), "int64"), -1, 2)
    hold("clamp", tensor((3, 4), "int64"), -1.5)
    hold("clamp", tensor((3, 4), "bfloat16"), 0)
    hold("clamp", tensor((0, 4)), 0)


def test_where():
    for a, b in SHAPES:
        c = tensor(a, "bool")
        hold("where", c, tensor(a, seed=1), tensor(b, seed=2))
        hold("where", c, tensor(a, "int64"), tensor(b))
        hold("where", c, tensor(a), 0.0)
        hold("where", c, 1, tensor(b))
        hold("Tensor.where", tensor(a), c, tensor(b))
    hold("where", tensor((3,), "uint8"), tensor((3,), "bfloat16"), tensor((3,), "bfloat16"))
    hold("where", tensor((3,), "bool"), tensor((3,), "complex64"), 0.0)
    for numbers in ((False, True), (1, 0), (0.5, 2)):  # of a large condition, without tensors
        hold("where", tensor((60, 50), "bool"), *numbers)
    hold("where", tensor((9,), "bool"), tensor((9,), edges=True), tensor((9,)))


def test_large_choices():
    for dtype in ("float32", "float64", "int64", "bool", "bfloat16", "complex64"):
        a, b, c = (tensor((40, 60), kind, i) for i, kind in enumerate((dtype, dtype, "bool")))
        hold("where", c, a, b)
        hold("where", c, a, 1)
        hold("masked_fill", a, c, 1)
        if dtype in ("float32", "float64"):
            hold("clamp", a, -0.5, 0.5)
            hold("maximum", a, b)


def test_numbers():
    x = tensor((9,), edges=True)
    hold("nan_to_num", x)
    hold("nan_to_num", x, 1.0, 2.0, 3.0)
    hold("nan_to_num", tensor((3,), "int64"))
    hold("heaviside", x, tensor((9,)))
    hold("conj_physical", tensor((3,), "complex64"))
    hold("complex", tensor((3,)), tensor((2, 1), seed=2))


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_comparisons(name):
    for a, b in SHAPES:
        for dtype in ("float32", "int64", "bool", "bfloat16"):
            hold(name, tensor(a, dtype, 1), tensor(b, dtype, 2))
    hold(name, tensor((9,), edges=True), tensor((9, 1), edges=True))
    hold(name, tensor((3,), "int64"), 1.5)
    hold(name, tensor((3,)), 1)
    hold(name, tensor((3,), "int32"), tensor((3,), "float64"))


@pytest.mark.parametrize(
    "name", ["isnan", "isinf", "isfinite", "isreal", "isposinf", "isneginf", "signbit"]
)
def test_tests(name):
    for dtype in ("float32", "int64", "bool"):
        hold(name, tensor((9,), dtype, edges=True))
    hold(name, tensor(()))
    if name != "signbit":
        hold(name, tensor((4,), "bfloat16"))


def test_closeness():
    x = tensor((9,), edges=True)
    for dtype in ("float32", "int64", "bool"):
        a, b = tensor((4,), dtype), tensor((4,), dtype, 2)
        for name in ("isclose", "allclose", "equal"):
            hold(name, a, b)
            hold(name, a, a)
    hold("isclose", x, x, equal_nan=True)
    hold("isclose", x, x + 1e-6, rtol=1e-4)
    hold("isclose", x, x, 0.0, 0.0)
    hold("equal", x, tensor((3,)))
    hold("equal", tensor((0,)), tensor((0,)))


def test_logic():
    for dtype in ("int64", "bool", "uint8"):
        a, b = tensor((3, 1), dtype, 1), tensor((4,), dtype, 2)
        for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "logical_and", "logical_xor"):
            hold(name, a, b)
        hold("bitwise_not", a)
        hold("bitwise_and", a, True if dtype == "bool" else 3)
    for dtype in ("int64", "int32", "uint8"):
        a, b = (
            tensor((9,), dtype),
            torch.tensor([0, 1, 2, 5, 7, 8, 31, 40, 64]).to(getattr(torch, dtype)),
        )
        hold("bitwise_left_shift", a, b)
        hold("bitwise_right_shift", a, b)
    x = tensor((9,), edges=True)
    hold("logical_or", x, tensor((9,), "int64"))
    hold("logical_not", x)


DTYPES = [dt.float32, dt.float64, dt.int64, dt.int32, dt.uint8, dt.bool_, dt.bfloat16]


@pytest.mark.parametrize("to", DTYPES)
def test_cast(to):
    for dtype in ("float32", "float64", "int64", "bool", "bfloat16", "complex64"):
        hold(
            "_cast",
            tensor((3, 4), dtype).abs() * 3 if dtype == "float32" else tensor((3,), dtype),
            to,
        )
    if to.category > dt.INT:
        hold("_cast", tensor((9,), edges=True), to)


def test_copies_and_fills():
    x = tensor((2, 3))
    hold("_clone", x)
    hold("_copy", x, tensor((3,), "float64"))
    hold("_copy", tensor((2, 3), "int64"), tensor((3,)))
    hold("_copy", tensor((2, 3), "bfloat16"), tensor((2, 1)), atol=5e-3)
    hold("_fill", x, 2)
    hold("_fill", x, tensor(()))
    hold("_fill", tensor((2,), "int64"), 2.7)
    hold("_fill", tensor((2,), "bool"), 2)
    hold("_full", fill=2.5, shape=(2, 3), dtype=dt.float32)
    hold("_full", fill=2.5, shape=(), dtype=dt.int64)
    hold("_drawn_Normal", x, [x, tensor((3,))])


def test_masked_fill():
    for shape in ((2, 3), (3,), ()):
        mask = tensor(shape, "bool")
        hold("masked_fill", tensor((2, 3)), mask, -INF)
        hold("masked_fill", tensor((2, 3), "int64"), mask, 3)
        hold("masked_fill", tensor((2, 3), "bfloat16"), mask, 1.5)
        hold("masked_fill", tensor((2, 3)), mask, tensor(()))
