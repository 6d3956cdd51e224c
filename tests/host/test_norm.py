"""Host kernels of normalizations and norms against XLA."""

from __future__ import annotations

import pytest

from tests.host.table import hold, tensor

F = "nn.functional."
LOOSE = {"rtol": 1e-4, "atol": 1e-4}


@pytest.mark.parametrize("shape", [(8, 3), (4, 3, 5), (2, 3, 5, 4)])
def test_batch_norm(shape):
    stats = tensor((3,)), tensor((3,), seed=1).abs() + 0.1
    scale = tensor((3,), seed=2), tensor((3,), seed=3)
    x = tensor(shape, seed=4)
    hold("_batch_norm", x, *stats, *scale, training=True, momentum=0.1, **LOOSE)
    hold("_batch_norm", x, None, None, training=True, momentum=0.1, **LOOSE)
    hold("_batch_norm", x, *stats, *scale, training=False, momentum=0.1, **LOOSE)
    hold("_batch_norm", x, *stats, training=False, momentum=0.1, **LOOSE)


def test_norms_by_channel():
    x, scale = tensor((2, 6, 5, 4)), (tensor((6,), seed=2), tensor((6,), seed=3))
    stats = tensor((6,)), tensor((6,), seed=1).abs()
    hold("_instance_norm", x, None, None, *scale, momentum=0.1, **LOOSE)
    hold("_instance_norm", x, *stats, momentum=0.1, **LOOSE)
    hold(F + "group_norm", x, 3, *scale, **LOOSE)
    hold("group_norm", x, 2, **LOOSE)


def test_norms_of_rows():
    x = tensor((3, 4, 5))
    for shape in ((5,), (4, 5)):
        scale = tensor(shape, seed=1), tensor(shape, seed=2)
        hold(F + "layer_norm", x, shape, *scale, **LOOSE)
        hold(F + "rms_norm", x, shape, scale[0], **LOOSE)
    hold("layer_norm", x, (5,), **LOOSE)
    hold(F + "rms_norm", x, (5,), eps=1e-3, **LOOSE)
    hold(F + "layer_norm", tensor((3, 9), edges=True), (9,), **LOOSE)


def test_norms_along_a_dimension():
    x, y = tensor((3, 4, 5)), tensor((3, 4, 5), seed=1)
    for dim in (1, -1, (0, 2)):
        hold(F + "normalize", x, dim=dim, **LOOSE)
    x[0] = 0.0
    hold(F + "normalize", x, dim=-1, **LOOSE)
    hold("cosine_similarity", x + 1, y, dim=1, **LOOSE)
    hold("cosine_similarity", tensor((4, 1, 5)), tensor((3, 5)), dim=-1, **LOOSE)
    hold("pairwise_distance", tensor((4, 5)), tensor((4, 5), seed=1), **LOOSE)
    hold("pairwise_distance", tensor((4, 5)), tensor((5,), seed=1), keepdim=True, **LOOSE)


def test_distances_of_all_pairs():
    hold("cdist", tensor((4, 3)), tensor((5, 3), seed=1), **LOOSE)
    hold("cdist", tensor((2, 30, 3)), tensor((4, 3), seed=1), **LOOSE)
    hold("cdist", tensor((3, 3)), tensor((3, 3)), compute_mode="donot_use_mm_for_euclid_dist")
    a, b = tensor((1, 4, 3)), tensor((2, 5, 3), seed=1)
    hold("cdist", a, b, compute_mode="use_mm_for_euclid_dist", **LOOSE)


def test_responses_of_neighbouring_channels():
    for size in (1, 2, 5):
        hold(F + "local_response_norm", tensor((2, 7, 3, 3)), size, alpha=0.1)
    hold(F + "local_response_norm", tensor((2, 4, 3)), 3)
