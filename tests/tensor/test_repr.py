"""Tensors print as PyTorch prints them."""

from __future__ import annotations

import base64
import math
import random

import ml_dtypes
import numpy as np
import pytest

from tests import oracle
from torchish._core.tensor import repr as printing

RECORDS = list(oracle.stored("printed").values())


@pytest.fixture(autouse=True)
def default_options():
    printing.set_printoptions(profile="default")
    yield
    printing.set_printoptions(profile="default")


def array_of(record: dict) -> np.ndarray | None:
    if record["data"] is None:
        return None
    name = record["dtype"]
    dtype = np.dtype(getattr(ml_dtypes, name) if name.startswith(("bf", "float8")) else name)
    return np.frombuffer(base64.b64decode(record["data"]), dtype).reshape(record["shape"])


def text_of(record: dict) -> str:
    array = array_of(record)
    return printing.format_tensor(
        array,
        dtype_name=record["dtype"],
        default_dtype_name=record["default"],
        device="cpu" if array is not None else "meta",
        requires_grad=record["requires_grad"],
        grad_fn_name=record["grad_fn"],
        is_parameter=record["parameter"],
        shape=tuple(record["shape"]),
    )


def test_stored_reference():
    for record in RECORDS:
        with printing.printoptions(**record["options"]):
            assert text_of(record) == record["text"]


@pytest.mark.parametrize("seed", range(3))
def test_random_tensors_against_pytorch(seed):
    torch = pytest.importorskip("torch")
    from tests.tensor import printed

    rng = random.Random(seed)
    torch.manual_seed(seed)
    for _ in range(150):
        options = printed.random_options(rng)
        record = printed.record(
            printed.random_tensor(rng), options, rng.choice(["float32", "float64"])
        )
        with printing.printoptions(**options):
            assert text_of(record) == record["text"], record


def test_edge_block_prints_as_the_whole():
    whole = np.arange(24000.0).reshape(20, 30, 40) / 7
    indices = printing.edge_indices(whole.shape)
    block = whole[np.ix_(*indices)]
    assert block.shape == (6, 6, 6)
    want = printing.format_tensor(whole, dtype_name="float64")
    assert printing.format_tensor(block, dtype_name="float64", shape=whole.shape) == want
    assert printing.edge_indices((10, 100)) is None


def test_devices_subclasses_and_margin():
    a = np.ones(2, np.float32)
    f = printing.format_tensor
    assert f(a, dtype_name="float32", device="cuda:0") == "tensor([1., 1.], device='cuda:0')"
    assert f(a, dtype_name="float32", cls_name="Mine") == "Mine([1., 1.])"
    text = f(a, dtype_name="float32", cls_name="Mine", is_parameter=True, requires_grad=True)
    assert text == "Parameter containing:\nParameter(Mine([1., 1.], requires_grad=True))"
    assert f(np.eye(2), dtype_name="float64", default_dtype_name="float64", indent=4) == (
        "tensor([[1., 0.],\n            [0., 1.]])"
    )


def test_options():
    assert printing.get_printoptions() == {
        "precision": 4,
        "threshold": 1000,
        "edgeitems": 3,
        "linewidth": 80,
        "sci_mode": None,
    }
    printing.set_printoptions(profile="full", precision=2, sci_mode=True)
    assert printing.get_printoptions()["threshold"] == math.inf
    a = np.array([1.5], np.float32)
    assert printing.format_tensor(a, dtype_name="float32") == "tensor([1.50e+00])"
    printing.set_printoptions(edgeitems=2)
    assert printing.get_printoptions()["sci_mode"] is None
    with printing.printoptions(precision=1):
        assert printing.format_tensor(a, dtype_name="float32") == "tensor([1.5])"
    assert printing.get_printoptions()["precision"] == 2


def test_format_item():
    assert printing.format_item(np.float32(0.5), ".3f") == "0.500"
    assert printing.format_item(np.array(7), "04d") == "0007"
    assert printing.format_item(np.array(1.5, ml_dtypes.bfloat16), "") == "1.5"
