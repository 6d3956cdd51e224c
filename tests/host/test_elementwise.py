"""Elementwise host kernels against XLA."""

from __future__ import annotations

import numpy as np
import pytest

import torchish as torch
from tests.host.table import hold, tensor

SHAPES = [((3, 4), (3, 4)), ((3, 1), (4,)), ((), (2, 3)), ((0, 3), (1, 3)), ((), ())]
FLOATS = ["float32", "float64", "bfloat16"]


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "bool", "bfloat16", "complex64"])
def test_arithmetic(shapes, dtype):
    a, b = tensor(shapes[0], dtype, 1), tensor(shapes[1], dtype, 2)
    hold("add", a, b)
    hold("mul", a, b)
    if dtype != "bool":
        hold("sub", a, b)
        hold("rsub", a, b)
        hold("addcmul", a, b, b)
    hold("true_divide", a, b + 9 if dtype != "bool" else b.logical_not())
    if dtype in ("float32", "int64", "complex64"):
        for name in ("add", "sub", "rsub"):
            hold(name, a, 2, alpha=3)
        hold("addcmul", a, b, b, value=2)
    if dtype not in ("int64", "bool"):
        hold("div", a, b)
        hold("addcdiv", a, b, b)
        hold("addcdiv", a, b, b, value=3)


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "int32", "uint8"])
def test_quotients(shapes, dtype):
    a, b = tensor(shapes[0], dtype, 1), tensor(shapes[1], dtype, 2)
    b = b + (9 if dtype != "float32" else 0) - (18 if dtype == "int64" else 0)
    for mode in (None, "floor", "trunc"):
        hold("div", a, b, rounding_mode=mode)
        hold("div", a, 3, rounding_mode=mode)
    hold("floor_divide", a, b, gradients=False)  # which PyTorch has not, either
    hold("fmod", a, b)
    hold("remainder", a, b)
    hold("remainder", a, 3)


def test_quotients_of_mixed_operands():
    ints, floats = tensor((3, 4), "int64"), tensor((4,), "float32")
    hold("div", ints, floats)
    hold("div", ints, 2.5)
    hold("div", 1, floats)
    hold("mul", ints, floats)
    hold("add", ints, 1.5)
    hold("add", floats, tensor((), "float64"))
    hold("sub", floats, ints)
    hold("div", tensor((3,), "bfloat16"), 3)


def test_quotients_at_edges():
    a, b = tensor((9,), edges=True, seed=1), tensor((9, 1), edges=True, seed=2)
    for name in ("div", "floor_divide", "fmod", "mul", "add"):
        hold(name, a, b, gradients=name != "floor_divide")
    hold("div", a, b, rounding_mode="trunc")


UNARY = (
    *("exp", "expm1", "exp2", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "sin", "cos"),
    *("tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
    *("sigmoid", "deg2rad", "rad2deg", "sinc", "reciprocal", "square", "neg", "abs", "sgn"),
)


@pytest.mark.parametrize("name", UNARY)
def test_unary(name):
    for dtype in FLOATS:
        hold(name, tensor((3, 5), dtype, edges=name not in ("sinc",)))
    hold(name, tensor((), "float32"))
    hold(name, tensor((0, 2), "float32"))
    hold(name, tensor((4,), "int64") + 5)
    if name not in ("deg2rad", "rad2deg", "sinc", "exp2"):
        hold(name, tensor((2, 3), "complex64"), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "round", "frac", "sign", "sgn"])
def test_rounding(name):
    for dtype in ("float32", "float64"):
        hold(name, 3 * tensor((3, 5), dtype, edges=True))
    hold(name, tensor((), "float32"))
    if name != "frac":
        hold(name, tensor((4,), "int64"))


def test_round_to_decimals():
    for decimals in (2, -1):
        hold("round", 100 * tensor((3, 5)), decimals=decimals)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, -1, -2, 0.5, -0.5, 1.7, 4, -3, 2.0])
def test_static_powers(exponent):
    for dtype in FLOATS:
        hold("pow", tensor((3, 5), dtype).abs() + 0.5, exponent)
    hold("pow", tensor((3, 5), edges=True), exponent)
    hold("float_power", tensor((4,), "int64").abs() + 1, exponent)
    if isinstance(exponent, int) and exponent >= 0:
        hold("pow", tensor((4,), "int64"), exponent)
    else:
        hold("pow", tensor((4,), "int64").abs() + 1, float(exponent))


def test_powers_of_tensors():
    x = tensor((9,), edges=True)
    hold("pow", tensor((3, 1)).abs(), tensor((4,)))
    hold("pow", x, tensor((9, 1), edges=True, seed=3))
    hold("pow", 2, tensor((4,)))
    hold("pow", 2.5, tensor((4,), "int64"))
    hold("pow", tensor((3, 4), "int64"), tensor((4,), "int64"))
    hold("pow", tensor((3, 4), "float32").abs(), tensor((4,), "float64"))
    hold("float_power", tensor((3,)).abs(), tensor((3,), "int64"))


def test_of_two():
    for a, b in (((3, 4), (4,)), ((), (2,)), ((0,), (1,))):
        x, y = tensor(a, seed=1), tensor(b, seed=2)
        for name in ("hypot", "atan2", "logaddexp", "logaddexp2", "copysign"):
            hold(name, x, y)
        for weight in (0.3, 0.8, tensor((), seed=3), tensor(b, seed=3)):
            hold("lerp", x, y, weight)
        hold("gcd", tensor(a, "int64"), tensor(b, "int64", 4))
        hold("lcm", tensor(a, "int64"), tensor(b, "int64", 4))
    x, y = tensor((9,), edges=True), tensor((9, 1), edges=True)
    hold("copysign", x, y)
    hold("copysign", tensor((3,)), -1.0)


def test_logit():
    x = tensor((3, 5)).sigmoid()
    hold("logit", x)
    hold("logit", tensor((9,), edges=True))
    hold("logit", x, 0.3)


def test_angle():
    hold("angle", tensor((9,), edges=True))
    hold("angle", tensor((2, 3), "complex64"))


def test_gradients_of_quotients_square_no_divisor():
    a = torch.tensor([0.0, 2.0, 3.0])
    b = torch.tensor([1e-30, 1e30, 4.0])
    for name in ("div", "true_divide"):
        hold(name, a, b)
    x, y = a.clone().requires_grad_(), b.clone().requires_grad_()
    (x / y).sum().backward()
    assert y.grad.tolist() == [0, 0, -0.1875]


def test_the_slope_of_entropies_left_of_0_is_no_number():
    x = torch.tensor([-1.0, 0.0, 0.5], requires_grad=True)
    torch.special.entr(x).sum().backward()
    assert x.grad.isnan().tolist() == [True, False, False]


def test_complex_powers_are_those_of_c():
    torch.manual_seed(0)
    x, y = torch.randn(50, dtype=torch.complex64) * 3, torch.randn(50, dtype=torch.complex64) * 3
    assert torch.pow(x, y).tolist() == np.power(x.numpy(), y.numpy()).tolist()
    whole = torch.tensor([0, 1, 2, -1, 3 + 0j], dtype=torch.complex64)
    zero = torch.zeros(5, dtype=torch.complex64)
    found = torch.pow(zero, whole).tolist()
    assert found[1] == found[2] == found[4] == 0 and found[0] != found[0]


def test_a_remainder_of_zero_has_the_sign_of_its_input():
    x = torch.tensor([5.0, -5.0, 0.0, -0.0, 7.0, -7.0])
    for dtype in (torch.float32, torch.float64, torch.float16):
        for other in (5.0, -5.0):
            found = torch.remainder(x.to(dtype), other)
            whole = found == 0
            assert whole.tolist() == [True] * 4 + [False] * 2
            assert torch.equal(torch.signbit(found[whole]), torch.signbit(x[whole]))
            assert found[4:].tolist() == ([2.0, 3.0] if other > 0 else [-3.0, -2.0])
    hold("remainder", tensor((9,), edges=True), tensor((9,)))
