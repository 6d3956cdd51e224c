"""Host kernels of activations, softmax and dropout against XLA."""

from __future__ import annotations

import math

import numpy as np
import pytest

import torchish as torch
from tests.host.table import hold, tensor
from torchish._core.engine.host.common import erf
from torchish._core.tensor import Tensor

SHAPES = [(3, 5), (2, 3, 40, 9), (0, 4), ()]
OPTIONS: dict[str, list[dict]] = {
    "relu": [{}],
    "nn.functional.relu6": [{}],
    "nn.functional.hardtanh": [{}, {"min_val": -0.25, "max_val": 0.5}],
    "nn.functional.leaky_relu": [{}, {"negative_slope": 0.2}, {"negative_slope": -1.5}],
    "nn.functional.elu": [{}, {"alpha": 0.5}],
    "nn.functional.selu": [{}],
    "nn.functional.celu": [{}, {"alpha": 2.0}],
    "nn.functional.gelu": [{}, {"approximate": "tanh"}],
    "nn.functional.silu": [{}],
    "nn.functional.mish": [{}],
    "nn.functional.softplus": [{}, {"beta": 2.0, "threshold": 1.0}],
    "nn.functional.logsigmoid": [{}],
    "nn.functional.hardswish": [{}],
    "nn.functional.hardsigmoid": [{}],
    "hardshrink": [{}, {"lambd": 0.1}],
    "nn.functional.softshrink": [{}, {"lambd": 0.1}],
    "nn.functional.tanhshrink": [{}],
    "nn.functional.softsign": [{}],
    "nn.functional.threshold": [{"threshold": 0.1, "value": -2.0}],
}


def samples(dtype: str, edges: bool) -> list[Tensor]:
    return [tensor(s, dtype, 3 + i, edges) * 3 for i, s in enumerate(SHAPES)]


@pytest.mark.parametrize("name", list(OPTIONS))
def test_activations(name):
    for options in OPTIONS[name]:
        for x in samples("float32", True):
            # XLA's error function and the kernel's differ by 4e-7, which the tail of GELU shows.
            hold(name, x, atol=5e-6 if name.endswith("gelu") else 2e-6, **options)
        hold(name, tensor((3, 5), "float64") * 3, rtol=1e-10, atol=1e-12, **options)
        hold(name, tensor((3, 5), "bfloat16") * 3, **options)


def test_error_function():
    x = np.linspace(-7, 7, 30001, dtype=np.float32)
    want = np.array([math.erf(v) for v in x.tolist()])
    np.testing.assert_allclose(erf(x), want, 5e-7, 0)
    assert (np.abs(erf(x[np.abs(x) > 4.4])) == 1).all()  # so that gelu is 0 for large negative x


def test_relu_of_integers():
    hold("relu", tensor((4, 3), "int64"))
    hold("relu", tensor((4, 3), "int8"))


@pytest.mark.parametrize(
    "name", ["softmax", "log_softmax", "nn.functional.softmax", "nn.functional.log_softmax"]
)
def test_softmax(name):
    for x in samples("float32", False):
        for dim in range(x.ndim):
            hold(name, x, dim)
        hold(name, x, -1)
    hold(name, tensor((4, 6), edges=True), 1)
    hold(name, tensor((4, 6), "float64"), 0, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin"])
@pytest.mark.parametrize("shape", [(), (4,), (3, 4), (2, 3, 4)])
def test_softmax_over_the_implicit_dimension(name, shape):
    hold("nn.functional." + name, tensor(shape))


def test_prelu_and_rrelu():
    for shape in ((2, 3, 30, 4), (5, 3), (0, 3)):
        hold("prelu", tensor(shape, edges=bool(shape[0])), tensor((3,)))
        hold("prelu", tensor(shape), tensor((1,)))
    hold("prelu", tensor((4,)), tensor(()))
    hold("_rrelu", tensor((30, 20), edges=True), tensor((30, 20), seed=1))


def test_glu():
    for dim in (0, 1, -1):
        hold("nn.functional.glu", tensor((4, 6, 8)), dim)
    hold("nn.functional.glu", tensor((4, 6), edges=True), 1)


@pytest.mark.parametrize("name", ["_dropout", "_alpha_dropout"])
def test_dropout(name):
    for p in (0.0, 0.3, 1.0):
        hold(name, tensor((5, 6)), tensor((5, 6), "bool", 1), p)
        hold(name, tensor((5, 6, 7), "float64"), tensor((5, 6, 1), "bool", 1), p)


def test_infinities_are_pytorchs():
    """gelu in float32 is NaN at an infinity, hardswish multiplies -inf by 0."""
    inf = float("inf")
    for dtype in ("float32", "float64"):
        x = torch.tensor([inf, -inf, 3e18, -3.0, 0.5], dtype=getattr(torch, dtype))
        hold("nn.functional.gelu", x, gradients=False)
        hold("nn.functional.gelu", x, approximate="tanh", gradients=False)
        hold("nn.functional.hardswish", x)
        got = torch.nn.functional.gelu(x)[0].item()
        assert got == inf if dtype == "float64" else got != got
    x = torch.tensor([-inf, inf], requires_grad=True)
    y = torch.nn.functional.hardswish(x)
    y.sum().backward()
    assert y.isnan().tolist() == [True, False] and x.grad.tolist() == [0, 1]


def test_clamped_activations_refuse_what_pytorch_refuses():
    f = torch.nn.functional
    with pytest.raises(RuntimeError, match="unsigned type with negative limits"):
        f.hardtanh(torch.ones(2, dtype=torch.uint8))
    with pytest.raises(RuntimeError, match="Bool inputs"):
        f.relu6(torch.ones(2, dtype=torch.bool))
    assert f.hardtanh(torch.tensor([3, 9], dtype=torch.uint8), 0, 6).tolist() == [3, 6]
