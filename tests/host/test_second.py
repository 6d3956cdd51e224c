"""Second derivatives on the host against XLA."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import torchish as torch
from tests.host.table import arguments, same, tensor
from torchish._core.engine.host import host_call
from torchish._core.engine.values import aval_of
from torchish._core.ops.table import TABLE
from torchish._core.tensor.binding import bind

F = "nn.functional."


def hold_second(name, *args, rtol=1e-4, atol=1e-5, **kwargs):
    """All gradients of all gradients."""
    call, tensors, numbers = bind(TABLE[name], arguments(name, args, kwargs))
    arrays = [np.asarray(t.detach()._host()) for t in tensors]
    avals = tuple(t._aval for t in tensors)
    scalars = [np.asarray(x) for x in numbers]
    wanted = tuple(i for i, a in enumerate(avals) if a.differentiable)
    result = jax.eval_shape(call.fn, *arrays, *scalars)[0]
    rng = np.random.default_rng(3)

    def like(a):
        return np.asarray(rng.standard_normal(a.shape)).astype(a.dtype)

    ct = like(result)
    all_avals = (*avals, aval_of(ct.shape, ct.dtype, torch.device("cpu")))
    for given in {(0,), tuple(range(len(wanted)))}:
        first = call.vjp(wanted, (0,))
        outer = first.vjp((*wanted, len(arrays)), given)
        vs = [like(arrays[wanted[i]]) for i in given]
        host = host_call(outer, (*all_avals, *[avals[wanted[i]] for i in given]))
        assert host is not None, f"{name}: no second derivative on the host"
        with np.errstate(all="ignore"):
            got = host.run([*arrays, ct, *vs, *numbers])[0]
        want = jax.jit(outer.fn)(*arrays, ct, *vs, *scalars)
        for i, (g, w) in enumerate(zip(got, want, strict=True)):
            same(f"{name} second derivative {i}", g, np.asarray(w), rtol, atol)


EACH = (
    "neg relu abs square exp expm1 exp2 tan tanh sigmoid sin cos sinh cosh atan erf floor "
    f"{F}softplus {F}gelu {F}silu {F}elu {F}leaky_relu {F}relu6 {F}hardtanh softmax log_softmax"
).split()
POSITIVE = ["sqrt", "rsqrt", "reciprocal", "log", "log2", "log10", "log1p"]


@pytest.mark.parametrize("name", EACH)
def test_functions_of_each_element(name):
    hold_second(name, tensor((2, 3)), *([1] if "softmax" in name else []))


@pytest.mark.parametrize("name", POSITIVE)
def test_functions_of_positive_numbers(name):
    hold_second(name, tensor((2, 3)).abs() + 0.5)


def test_bounded_functions():
    for name in ("asin", "acos"):
        hold_second(name, tensor((2, 3)).tanh() / 2)
    hold_second("clamp", tensor((2, 3)), -0.5, 0.5)


def test_arithmetic():
    a, b = tensor((2, 3)), tensor((3,), seed=1) + 3
    for name in ("add", "sub", "mul", "div"):
        hold_second(name, a, b)
        hold_second(name, a, 2.5)
    hold_second("div", 2.5, b)
    for exponent in (0, 1, 2, 3, -1, 0.5):
        hold_second("pow", b, exponent)
    hold_second("where", a > 0, a, b)
    hold_second("masked_fill", a, a > 0, 2.0)
    hold_second("mul", tensor((2, 3), "bfloat16"), tensor((3,), "bfloat16", 1))


def test_reductions_and_arrangements():
    a = tensor((2, 3))
    for name in ("sum", "mean"):
        hold_second(name, a)
        hold_second(name, a, 1)
    hold_second("cat", [a, tensor((1, 3), seed=1)])
    hold_second("stack", [a, a + 1])
    hold_second("gather", a, 1, torch.tensor([[0, 2], [1, 1]]))
    hold_second("flip", a, (0,))


def test_products():
    a, b = tensor((2, 3)), tensor((3, 4), seed=1)
    hold_second("mm", a, b)
    hold_second("matmul", a, b)
    hold_second("matmul", tensor((5, 2, 3)), b)
    hold_second("matmul", a, b[:, 0].clone())
    hold_second("bmm", a[None], b[None])
    hold_second("addmm", tensor((4,), seed=2), a, b, beta=0.5, alpha=2)
    hold_second("dot", a[0].clone(), b[:, 0].clone())
    hold_second("_einsum", [a, b], equation="ij,jk->ki")
    hold_second("_einsum", [a], equation="ij->j")
    for bias in ((), (tensor((4,), seed=2),)):
        hold_second(F + "linear", a, tensor((4, 3), seed=1), *bias)


@pytest.mark.parametrize("bias", [(), (tensor((4,), seed=2),)])
def test_convolutions(bias):
    x = tensor((2, 2, 5, 5))
    hold_second(F + "conv2d", x, tensor((4, 2, 3, 3), seed=1), *bias, padding=1, stride=2)
    hold_second(F + "conv_transpose2d", x, tensor((2, 4, 2, 2), seed=1), *bias, stride=2)
    hold_second(F + "conv1d", x[0], tensor((4, 5, 3), seed=1), *bias)


def test_losses():
    a, b = tensor((2, 3)), tensor((2, 3), seed=1)
    for reduction in ("mean", "sum", "none"):
        hold_second(F + "mse_loss", a, b, reduction=reduction)


def test_what_has_no_rule_is_left_to_the_operator():
    with pytest.raises(AssertionError, match="no second derivative"):
        hold_second("cumprod", tensor((3,)), 0)
