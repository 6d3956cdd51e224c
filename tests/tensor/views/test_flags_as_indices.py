"""One truth value as an index, masks with one value, and memory that both sides share."""

from __future__ import annotations

import numpy as np
import pytest

import torchish as torch

FLAGS = {
    "tensor": torch.tensor(True),
    "in a tuple": (True, None),
    "false in a tuple": (False, None),
    "after an integer": (0, True),
    "with an ellipsis": (..., torch.tensor(False)),
    "array": np.array(True),
    "byte": torch.tensor(1, dtype=torch.uint8),
}


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("value", [torch.tensor(1.5), torch.tensor([1.5]), torch.tensor([[1.5]])])
def test_one_truth_value_takes_tensors_of_the_same_dtype_only(name, value):
    x = torch.zeros(3, 1, dtype=torch.int64)
    with pytest.raises(RuntimeError, match="source and destination dtypes match, got Long"):
        x[FLAGS[name]] = value
    assert x.sum().item() == 0


def test_numbers_are_cast_and_so_is_the_value_of_a_mask():
    x = torch.zeros(2, dtype=torch.int64)
    x[torch.tensor(True)] = 1.5
    assert x.tolist() == [1, 1]
    x[torch.tensor([True, False])] = torch.tensor([2.5])
    assert x.tolist() == [2, 1]


def test_true_alone_is_everything_and_false_alone_nothing():
    x = torch.zeros(2, dtype=torch.int64)
    x[True] = torch.tensor(1.5)
    assert x.tolist() == [1, 1]
    x[False] = torch.ones(7, 7)
    assert x.tolist() == [1, 1]


@pytest.mark.parametrize("index", [np.bool_(True), (np.bool_(False), None)])
def test_numpys_truth_values_are_no_indices(index):
    x = torch.zeros(2)
    with pytest.raises(IndexError, match=r"valid indices \(got numpy\.bool"):
        x[index]
    with pytest.raises(IndexError, match=r"valid indices \(got numpy\.bool"):
        x[index] = 1
    assert x[[np.bool_(True), np.bool_(False)]].tolist() == [0]


@pytest.mark.parametrize("n", [1, 2])
def test_a_mask_takes_one_of_the_tensors_own_elements(n):
    x = torch.arange(1.0, 1 + n)
    x[x > 0] = x[0]
    assert x.tolist() == [1.0] * n
    x[x > 5] = x[:1]
    assert x.tolist() == [1.0] * n


@pytest.mark.parametrize("index", [torch.tensor(True), (True, None)])
def test_one_truth_value_takes_no_element_of_the_tensor_itself(index):
    x = torch.ones(2)
    with pytest.raises(RuntimeError, match="refer to a single memory location"):
        x[index] = x[0]


@pytest.mark.parametrize("mask", [[True, True], [False, False]])
def test_more_of_its_own_elements_are_refused_whatever_the_mask(mask):
    x = torch.arange(2.0)
    with pytest.raises(RuntimeError, match="refer to a single memory location"):
        x[torch.tensor(mask)] = x.view(-1)


def test_one_of_its_own_elements_for_all():
    x = torch.arange(1.0, 4)
    assert x.fill_(x[1]).tolist() == [2.0, 2.0, 2.0]
    x = torch.arange(1.0, 4)
    x[:2] = x[2]
    assert x.tolist() == [3.0, 3.0, 3.0]
    x[:] = x[0]
    assert x.tolist() == [3.0, 3.0, 3.0]
    n = torch.tensor(3)
    n[True] = n
    assert n.item() == 3
    leaf = torch.arange(1.0, 4, requires_grad=True)
    y = leaf * 1
    y.fill_(y[1])
    y.sum().backward()
    assert leaf.grad.tolist() == [0.0, 3.0, 0.0]
