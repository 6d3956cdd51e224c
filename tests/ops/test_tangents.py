"""Forward mode through every operator: the product of a tangent with PyTorch's stored gradients is
the product of the result's tangent with the cotangent that they were taken for."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import torchish
from tests.ops import rows
from torchish.autograd import forward_ad

KINDS = ("float32", "complex64")
# Where an index comes twice one element wins, but PyTorch's gradient goes to both.
REPEATS = {"nn.functional.max_unpool2d"}
ROWS = [r for r in rows.load() if "grad" in r and r["dtype"] in KINDS and r["op"] not in REPEATS]


def direction(tensor, k: int):
    """A tangent without a pattern, another one for each input."""
    values = np.sin(1.3 * np.arange(tensor.numel()) + 0.9 + k)
    if tensor.is_complex():
        values = values + 1j * np.cos(2.1 * np.arange(tensor.numel()) + k)
    return torchish.from_numpy(values.reshape(tuple(tensor.shape))).to(tensor.dtype)


def product(a, b) -> tuple[float, float]:
    """The real inner product of two tensors, and the size of its terms."""
    if a is None or b is None:
        return 0.0, 0.0
    a, b = (rows.to_array(x).astype(np.complex128) for x in (a, b))
    terms = (np.conj(a) * b).real
    return float(terms.sum()), float(np.abs(terms).sum())


def dual_inputs(value, made: list):
    """The value with a dual tensor in the place of each tensor that requires gradients."""
    if isinstance(value, torchish.Tensor):
        if not value.requires_grad:
            return value
        plain = value.detach()
        made.append((plain, direction(plain, len(made))))
        return forward_ad.make_dual(*made[-1])
    if isinstance(value, dict):
        return {k: dual_inputs(v, made) for k, v in value.items()}
    if type(value) in (list, tuple):
        return type(value)(dual_inputs(v, made) for v in value)
    return value


def compare(row) -> tuple[float, float, float]:
    """Both products, and how large their terms are."""
    args, kwargs = rows.arguments(torchish, row, True)
    with forward_ad.dual_level():
        made: list = []
        args, kwargs = dual_inputs(args, made), dual_inputs(kwargs, made)
        torchish.manual_seed(rows.SEED)
        result = rows.function(torchish, row["call"])(*args, **kwargs)
        forward, size = 0.0, 1.0
        for out in rows.leaves(result, torchish):
            if not (out.is_floating_point() or out.is_complex()):
                continue
            tangent = forward_ad.unpack_dual(out).tangent
            assert tangent is None or tangent.shape == out.shape
            value, terms = product(rows.cotangent(torchish, out), tangent)
            forward, size = forward + value, size + terms
    backward = 0.0
    for (_, tangent), gradient in zip(made, row["grad"], strict=True):
        gradient = None if gradient is None else rows.decode(torchish, gradient)
        value, terms = product(gradient, tangent)
        backward, size = backward + value, size + terms
    return forward, backward, size


@pytest.mark.parametrize("row", ROWS, ids=rows.title)
def test_tangent(row):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        forward, backward, size = compare(row)
    assert forward == pytest.approx(backward, abs=1e-4 * size, nan_ok=True)


def test_a_wrong_tangent_is_found():
    row = next(r for r in ROWS if r["op"] == "mul")
    forward, backward, size = compare({**row, "call": "add"})
    assert abs(forward - backward) > 1e-4 * size
