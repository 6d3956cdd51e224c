"""Sizes that no memory can hold are refused by name, before anything else sees them."""

from __future__ import annotations

import pytest

import torchish as torch

F = torch.nn.functional
ONE = torch.ones(1)
ROW, COLUMN = torch.ones(1, 1).expand(2**31, 1), torch.ones(1, 1).expand(1, 2**31)

BEYOND = {
    "zeros": lambda: torch.zeros(2**62).sum(),
    "empty": lambda: torch.empty(2**40, 2**40)[0, 0],
    "with an empty dimension": lambda: torch.zeros(2**40, 2**40, 0),
    "full": lambda: torch.full((2**62,), 1),
    "new_zeros": lambda: ONE.new_zeros(2**62),
    "meta": lambda: torch.zeros(2**62, device="meta"),
    "randn": lambda: torch.randn(2**62),
    "rand": lambda: torch.rand(2**61),
    "randint": lambda: torch.randint(0, 3, (2**62,)),
    "randperm": lambda: torch.randperm(2**62),
    "eye": lambda: torch.eye(2**31),
    "arange": lambda: torch.arange(2**62),
    "linspace": lambda: torch.linspace(0, 1, 2**62),
    "resize_": lambda: torch.zeros(3).resize_(2**62),
    "empty_strided": lambda: torch.empty_strided((2, 2), (2**62, 1)),
    "broadcasting": lambda: ROW + COLUMN,
    "outer": lambda: torch.outer(ROW[:, 0], ROW[:, 0]),
    "cat": lambda: torch.cat([ONE.expand(2**60)] * 4),
    "stack": lambda: torch.stack([ONE.expand(2**60)] * 4),
    "pad": lambda: F.pad(ONE, (0, 2**62)),
    "one_hot": lambda: F.one_hot(torch.tensor([1]), 2**62),
    "diag": lambda: torch.diag(ROW[:, 0]),
    "cdist": lambda: torch.cdist(ROW, ROW),
    "kron": lambda: torch.kron(ROW[:, 0], ROW[:, 0]),
    "fft": lambda: torch.fft.fft(ONE, 2**62),
    "vander": lambda: torch.vander(ONE, 2**62),
    "adaptive_avg_pool2d": lambda: F.adaptive_avg_pool2d(torch.ones(1, 1, 2, 2), 2**32),
    "conv2d": lambda: F.conv2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 1, 1), padding=2**31),
    "Linear": lambda: torch.nn.Linear(2**31, 2**31),
    "expand": lambda: ONE.expand(2**62, 2),
    "as_strided": lambda: ONE.as_strided((2**62, 2), (0, 0)),
}


@pytest.mark.parametrize("name", BEYOND)
def test_sizes_beyond_memory_are_refused(name):
    with pytest.raises(RuntimeError, match="calculation overflowed|multiplication overflow"):
        BEYOND[name]().sum().item()


def test_a_view_of_one_element_may_be_large():
    assert ONE.expand(2**40).shape == (2**40,)
    assert ONE.expand(2**40)[-1].item() == 1.0


MANY = 2**45  # 128 TiB of float32, which 64 bits count and no machine has

NO_MEMORY = {
    "zeros": lambda: torch.zeros(MANY),
    "empty": lambda: torch.empty(MANY),
    "sum of a row and a column": lambda: ROW[: 2**23] + COLUMN[:, : 2**23],
    "product": lambda: ROW[: 2**23] @ COLUMN[:, : 2**23],
    "arange": lambda: torch.arange(MANY),
    "eye": lambda: torch.eye(2**23),
    "rand": lambda: torch.rand(MANY),
    "randperm": lambda: torch.randperm(MANY),
    "dropout": lambda: F.dropout(ONE.expand(MANY)),
    "cat": lambda: torch.cat([ONE.expand(MANY)] * 2),
    "bincount": lambda: torch.bincount(torch.tensor([MANY])),
    "repeat_interleave": lambda: torch.repeat_interleave(ONE, MANY),
    "layer": lambda: torch.nn.Linear(2**25, 2**25),
}


@pytest.mark.parametrize("name", NO_MEMORY)
def test_what_memory_does_not_suffice_for_is_pytorchs_error_at_the_call(name):
    layer = torch.nn.Linear(2, 2)
    before = layer.weight.clone()
    state = torch.get_rng_state()
    with pytest.raises(RuntimeError, match=r"DefaultCPUAllocator: can't allocate memory: you tr.*"):
        NO_MEMORY[name]()
    assert torch.equal(layer.weight, before) and torch.equal(torch.get_rng_state(), state)


def test_the_number_of_bytes_is_said():
    with pytest.raises(RuntimeError, match=rf"tried to allocate {4 * MANY} bytes. Error code 12 "):
        torch.zeros(MANY)
