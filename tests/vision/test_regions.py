"""Pooling of regions and deformable convolution against loops written from the papers."""

from __future__ import annotations

import numpy as np
import pytest

import torchish
from tests.vision import slow_ops
from torchish.autograd import gradcheck
from torchish.vision import ops

RNG = np.random.default_rng(0)
MAPS = RNG.normal(size=(2, 12, 9, 11))
# Inside, across the border, tiny, reversed, one pixel
ROIS = np.array(
    [
        [0, 1.2, 2.3, 13.7, 15.1],
        [1, -5.0, 4.0, 30.0, 40.0],
        [1, 3.3, 3.2, 3.9, 3.4],
        [0, 9.0, 9.0, 5.0, 4.0],
        [0, 18.0, 2.0, 21.5, 17.5],
    ]
)


def tensors(*arrays):
    return [torchish.from_numpy(a.copy()) for a in arrays]


@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize("ratio", [-1, 2])
def test_roi_align(ratio, aligned):
    got = ops.roi_align(*tensors(MAPS, ROIS), (3, 2), 0.5, ratio, aligned)
    want = slow_ops.roi_align(MAPS, ROIS, (3, 2), 0.5, ratio, aligned)
    np.testing.assert_allclose(got.numpy(), want, atol=1e-9)


@pytest.mark.parametrize("ratio", [-1, 2])
def test_ps_roi_align(ratio):
    got = ops.ps_roi_align(*tensors(MAPS, ROIS), (3, 2), 0.5, ratio)
    want = slow_ops.roi_align(MAPS, ROIS, (3, 2), 0.5, ratio, True, sensitive=True)
    np.testing.assert_allclose(got.numpy(), want, atol=1e-9)


def test_roi_pool():
    got = ops.roi_pool(*tensors(MAPS, ROIS), (3, 2), 0.5)
    want = slow_ops.roi_pool(MAPS, ROIS, (3, 2), 0.5)
    np.testing.assert_allclose(got.numpy(), want)
    got = ops.ps_roi_pool(*tensors(MAPS, ROIS), (3, 2), 0.5)
    want = slow_ops.roi_pool(MAPS, ROIS, (3, 2), 0.5, sensitive=True)
    np.testing.assert_allclose(got.numpy(), want, atol=1e-12)


@pytest.mark.parametrize(
    "layer",
    [
        ops.RoIAlign(2, 0.5, 2, True),
        ops.RoIPool(2, 0.5),
        ops.PSRoIAlign(2, 0.5, -1),
        ops.PSRoIPool(2, 0.5),
    ],
    ids=lambda m: type(m).__name__,
)
def test_gradients_of_regions(layer):
    maps, rois = tensors(MAPS[:, :4], ROIS[:2])
    assert gradcheck(lambda m: layer(m, rois), (maps.requires_grad_(),))


def test_lists_of_boxes_and_errors():
    maps, rois = tensors(MAPS, ROIS)
    boxes = [rois[rois[:, 0] == i][:, 1:] for i in (0, 1)]
    order = torchish.cat([torchish.where(rois[:, 0] == i)[0] for i in (0, 1)])
    got = ops.roi_align(maps, boxes, 2, 0.5, 2)
    np.testing.assert_array_equal(got.numpy(), ops.roi_align(maps, rois, 2, 0.5, 2)[order].numpy())
    assert ops.roi_align(maps, rois[:0], 2).shape == (0, 12, 2, 2)
    with pytest.raises(AssertionError, match="The boxes tensor shape is not correct"):
        ops.roi_pool(maps, rois[:, 1:], 2)
    with pytest.raises(RuntimeError, match="multiple of pooling height"):
        ops.ps_roi_pool(maps, rois, 5)


def test_multi_scale():
    names = ["a", "b"]
    maps = {
        name: torchish.from_numpy(RNG.normal(size=(1, 3, s, s)))
        for name, s in (("a", 32), ("b", 16))
    }
    boxes = torchish.tensor([[0.0, 0, 20, 20], [0, 0, 120, 120], [3, 4, 30, 70]]).double()
    pool = ops.MultiScaleRoIAlign(names, 2, 2, canonical_scale=60, canonical_level=3)
    got = pool(maps, [boxes], [(128, 128)])
    assert pool.scales == [0.25, 0.125]
    for i, (name, scale) in enumerate((("a", 0.25), ("b", 0.125), ("a", 0.25))):
        want = ops.roi_align(maps[name], [boxes[i : i + 1]], 2, scale, 2)
        np.testing.assert_allclose(got[i].numpy(), want[0].numpy())


def test_deform_conv():
    shapes = ((2, 4, 6, 5), (2, 2 * 2 * 6, 2, 5), (6, 2, 2, 3), (6,), (2, 2 * 6, 2, 5))
    arrays = x, offset, weight, bias, mask = [RNG.normal(size=s) for s in shapes]
    options = {"stride": (2, 1), "padding": (0, 1), "dilation": (2, 1)}
    x, offset, weight, bias, mask = tensors(*arrays)
    got = ops.deform_conv2d(x, offset, weight, bias, mask=mask, **options)
    want = slow_ops.deform_conv2d(*arrays[:4], mask=arrays[4], **options)
    np.testing.assert_allclose(got.numpy(), want, atol=1e-9)
    plain = ops.deform_conv2d(x, torchish.zeros_like(offset), weight, bias, **options)
    ordinary = torchish.nn.functional.conv2d(x, weight, bias, groups=2, **options)
    np.testing.assert_allclose(plain.numpy(), ordinary.numpy(), atol=1e-9)
    small = [t.requires_grad_() for t in tensors(*(a[:1] for a in arrays[:2]), *arrays[2:4])]
    assert gradcheck(lambda x, o, w, b: ops.deform_conv2d(x, o, w, b, **options), small)
    layer = ops.DeformConv2d(4, 6, 3, padding=1, groups=2, bias=False)
    assert repr(layer) == (
        "DeformConv2d(4, 6, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), groups=2, "
        "bias=False)"
    )
    with pytest.raises(RuntimeError, match="expected offset of shape"):
        layer(torchish.zeros(1, 4, 5, 5), torchish.zeros(1, 18, 4, 5))
