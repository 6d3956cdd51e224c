"""Every view of what a constructor gives reads, and writes, its own memory: random views against a
flat NumPy array."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

import torchish as torch

LIKE = torch.arange(12.0).reshape(3, 4)


def _gradient():
    x = torch.ones(3, 4, requires_grad=True)
    x.sum().backward()
    return x.grad


CONSTRUCTORS = {
    "ones": lambda: torch.ones(3, 4),
    "zeros": lambda: torch.zeros(12),
    "full": lambda: torch.full((2, 6), 7.0),
    "full of bytes": lambda: torch.full((12,), 7, dtype=torch.uint8),
    "full_like": lambda: torch.full_like(LIKE, 5),
    "new_ones": lambda: LIKE.new_ones(2, 3, 2),
    "eye": lambda: torch.eye(3, 4),
    "arange": lambda: torch.arange(12),
    "tensor": lambda: torch.tensor(LIKE.tolist()),
    "empty": lambda: torch.empty(12).fill_(3),
    "from_numpy": lambda: torch.from_numpy(np.arange(12.0)),
    "an expanded one's copy": lambda: torch.ones(1).expand(3, 4).clone(),
    "a permuted one's copy": lambda: LIKE.t().contiguous(),
    "repeat": lambda: torch.ones(1).repeat(12),
    "stack": lambda: torch.stack([torch.zeros(6), torch.ones(6)]),
    "a sum of constants": lambda: torch.ones(3, 4) + torch.zeros(()),
    "where": lambda: torch.where(torch.ones(12, dtype=torch.bool), torch.tensor(1.0), 2.0),
    "a gradient": _gradient,
    "complex ones": lambda: torch.ones(12, dtype=torch.complex64),
}


def _random_view(choose: random.Random, n: int):
    """Sizes, strides and an offset that stay within `n` elements."""
    while True:
        dims = choose.choice([1, 2, 3])
        size = tuple(choose.choice([1, 2, 3]) for _ in range(dims))
        stride = tuple(choose.choice([0, 1, 2, 3, 4]) for _ in range(dims))
        offset = choose.choice([0, 0, 1, 2])
        if offset + sum((k - 1) * s for k, s in zip(size, stride, strict=True)) < n:
            return size, stride, offset


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_views_of_what_a_constructor_gives(name):
    choose = random.Random(name)
    for _ in range(12):
        t = CONSTRUCTORS[name]()
        assert t.is_contiguous()
        flat = np.array(t.tolist()).reshape(-1)
        assert t.untyped_storage().nbytes() == t.numel() * t.element_size()
        size, stride, offset = _random_view(choose, flat.size)
        bytes_ = [s * flat.itemsize for s in stride]
        seen = as_strided(flat[offset:], size, bytes_)
        view = t.as_strided(size, stride, offset)
        assert view.tolist() == seen.tolist()
        assert view.transpose(0, -1).tolist() == seen.swapaxes(0, -1).tolist()
        assert view[-1].clone().tolist() == seen[-1].tolist()
        assert view.reshape(-1).tolist() == seen.reshape(-1).tolist()
        places = as_strided(np.arange(flat.size)[offset:], size, [s * 8 for s in stride])
        if len(np.unique(places)) == math.prod(size):
            view.zero_()
            seen[...] = 0
        assert t.reshape(-1).tolist() == flat.tolist()


def test_expansion_of_one_number_has_no_strides():
    assert torch.tensor(1.0).expand(3, 1).stride() == (0, 0)
    assert torch.ones(1).expand(1, 1).stride() == (1, 1)
