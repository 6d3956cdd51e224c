"""Host kernels of distances against XLA."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import INF, hold, tensor


@pytest.mark.parametrize("p", [2.0, 1.0, INF, 3.0])
def test_distances(p):
    x = tensor((3, 4))
    hold("nn.functional.normalize", x, p)
    hold("nn.functional.normalize", x, p, 0)
    hold("nn.functional.normalize", tensor((2, 3, 4)), p, (1, 2))
    hold("nn.functional.normalize", torch.zeros(2, 3), p)
    hold("pairwise_distance", x, tensor((4,), seed=1), p)
    hold("pairwise_distance", x, tensor((3, 4), seed=1), p, keepdim=True)


def test_other_dtypes():
    for dtype in ("float64", "bfloat16"):
        hold("nn.functional.normalize", tensor((3, 4), dtype))
        hold("cosine_similarity", tensor((3, 4), dtype), tensor((3, 4), dtype, 1))


def test_cosine_similarity():
    for dim in (0, 1, -1):
        hold("cosine_similarity", tensor((3, 4)), tensor((3, 4), seed=1), dim)
    hold("cosine_similarity", tensor((3, 1, 4)), tensor((2, 4), seed=1), -1)
    hold("cosine_similarity", torch.zeros(2, 3), tensor((2, 3)))
    hold("cosine_similarity", tensor((4,)), tensor((4,), seed=1), 0)
