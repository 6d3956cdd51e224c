"""The forms that convolutions take on CPU are XLA's convolution and its derivatives
(torchish/_core/ops/nn/correlation.py)."""

import jax
import numpy as np
import pytest

from torchish._core.ops.nn import correlation
from torchish._core.ops.nn.correlation import Geometry, by_xla, correlate, correlate_transposed

CASES = {  # input, weight, stride, pads, dilation
    "kernel larger than image": ((2, 16, 3, 2), (12, 16, 5, 5), (1, 1), (2, 2), (1, 1)),
    "larger than output": ((2, 16, 4, 4), (12, 16, 3, 3), (2, 2), (1, 1), (1, 1)),
    "holes, larger than image": ((2, 16, 3, 3), (12, 16, 4, 4), (1, 1), (3, 3), (2, 2)),
    "one place": ((3, 16, 4, 5), (12, 16, 4, 5), (1, 1), (0, 0), (1, 1)),
    "one place, rest unseen": ((3, 16, 5, 6), (12, 16, 4, 5), (2, 3), (0, 0), (1, 1)),
    "coarse": ((2, 64, 7, 6), (8, 64, 3, 3), (2, 2), (1, 1), (1, 1)),
    "256 channels": ((2, 256, 5, 4), (8, 256, 3, 2), (1, 1), (1, 0), (1, 1)),
    "512 channels": ((2, 512, 4, 4), (8, 512, 3, 3), (1, 1), (1, 1), (1, 1)),
    "first layer": ((2, 3, 9, 8), (16, 3, 3, 3), (1, 2), (1, 1), (1, 1)),
    "few channels": ((2, 4, 12, 11), (6, 4, 5, 5), (1, 1), (0, 1), (1, 1)),
    "1x1": ((2, 20, 5, 6), (12, 20, 1, 1), (2, 1), (0, 0), (1, 1)),
    "3-D": ((2, 6, 2, 3, 2), (5, 6, 3, 3, 3), (1, 1, 1), (1, 1, 1), (1, 1, 1)),
    "1-D": ((2, 16, 4), (12, 16, 5), (1,), (3,), (1,)),
}


def geometry(stride, pads, dilation) -> Geometry:
    return Geometry(stride, tuple((p, p) for p in pads), dilation, 1)


def draw(*shape):
    return np.random.default_rng(0).standard_normal(shape)


def same(ours, theirs):
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, 1e-10, 1e-10)


@pytest.mark.parametrize("name", CASES)
def test_value_and_gradients(name):
    shape, kernel, *options = CASES[name]
    g = geometry(*options)
    x, w = draw(*shape), draw(*kernel)
    ours, ours_back = jax.vjp(jax.jit(lambda x, w: correlate(x, w, g)), x, w)
    theirs, theirs_back = jax.vjp(lambda x, w: by_xla(x, w, g), x, w)
    same(ours, theirs)
    seed = draw(*theirs.shape)
    for a, b in zip(ours_back(seed), theirs_back(seed), strict=True):
        same(a, b)


@pytest.mark.parametrize("image, kernel, stride", [(2, 5, 2), (1, 4, 1), (4, 3, 2), (3, 5, 1)])
def test_transposed(image, kernel, stride):
    """It is the derivative of a convolution, and has its derivatives."""
    g = geometry((stride, stride), (1, 1), (1, 1))
    size = (image - 1) * stride - 2 + kernel
    x, w = draw(2, 14, image, image), draw(14, 12, kernel, kernel)

    def theirs(x, w):
        _, back = jax.vjp(lambda y: by_xla(y, w, g), np.zeros((2, 12, size, size)))
        return back(x)[0]

    def ours(x, w):
        return correlate_transposed(x, w, g, (size, size))

    value, back = jax.vjp(jax.jit(ours), x, w)
    expected, expected_back = jax.vjp(theirs, x, w)
    same(value, expected)
    seed = draw(*expected.shape)
    for a, b in zip(back(seed), expected_back(seed), strict=True):
        same(a, b)


def test_a_large_stack_is_not_made():
    """Columns of a large batch would take nine times the input's memory."""
    g = geometry((1, 1), (1, 1), (1, 1))
    w = jax.ShapeDtypeStruct((512, 512, 3, 3), "float32")
    plans = [
        correlation.plan(jax.ShapeDtypeStruct((n, 512, 14, 14), "float32"), w, g) for n in (2, 64)
    ]
    assert plans[0].value is correlation.by_columns and plans[1].value is by_xla
