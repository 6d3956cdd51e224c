"""vision.ops against torchvision's."""

from __future__ import annotations

import numpy as np
import pytest

import torchish
from torchish.vision import ops

torch = pytest.importorskip("torch")
RNG = np.random.default_rng(0)
LOW = RNG.uniform(0, 50, (12, 2))
BOXES = np.concatenate([LOW, LOW + RNG.uniform(1, 40, (12, 2))], 1).astype("f")


def both(torchvision, name, *arrays, **kwargs):
    mine, theirs = (
        getattr(library, name)(
            *[turn(a.copy()) if isinstance(a, np.ndarray) else a for a in arrays], **kwargs
        )
        for library, turn in ((ops, torchish.from_numpy), (torchvision.ops, torch.from_numpy))
    )
    assert str(mine.dtype) == str(theirs.dtype)
    np.testing.assert_allclose(mine.numpy(), theirs.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "formats", [(a, b) for a in ("xyxy", "xywh", "cxcywh") for b in ("xyxy", "xywh", "cxcywh")]
)
def test_box_convert(torchvision, formats):
    both(torchvision, "box_convert", BOXES, *formats)


def test_boxes(torchvision):
    both(torchvision, "box_area", BOXES)
    both(torchvision, "box_area", BOXES.astype(np.int64))
    both(torchvision, "box_iou", BOXES, BOXES[:5])
    both(torchvision, "generalized_box_iou", BOXES, BOXES[:5])
    both(torchvision, "clip_boxes_to_image", BOXES, (30, 40))
    both(torchvision, "remove_small_boxes", BOXES, 15.0)
    both(torchvision, "masks_to_boxes", RNG.random((3, 20, 30)) > 0.98)


def test_nms_keeps_no_two_that_overlap(torchvision):
    scores = RNG.random(12).astype("f")
    kept = ops.nms(torchish.from_numpy(BOXES), torchish.from_numpy(scores), 0.2).numpy()
    iou = torchvision.ops.box_iou(torch.from_numpy(BOXES), torch.from_numpy(BOXES)).numpy()
    order = np.argsort(-scores)
    want: list[int] = []
    for i in order:
        if all(iou[i, j] <= 0.2 for j in want):
            want.append(i)
    assert kept.tolist() == want
    labels = RNG.integers(0, 3, 12)
    arrays = [torchish.from_numpy(a) for a in (BOXES, scores, labels)]
    got = ops.batched_nms(*arrays, 0.2).tolist()
    want = []
    for i in order:
        if all(iou[i, j] <= 0.2 or labels[i] != labels[j] for j in want):
            want.append(i)
    assert got == want


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_sigmoid_focal_loss(torchvision, reduction):
    logits = RNG.normal(size=(4, 5)).astype("f")
    targets = (RNG.random((4, 5)) > 0.5).astype("f")
    both(torchvision, "sigmoid_focal_loss", logits, targets, reduction=reduction)


@pytest.mark.parametrize("mode", ["row", "batch"])
def test_stochastic_depth(torchvision, mode):
    torch.manual_seed(0)
    torchish.manual_seed(0)
    both(torchvision, "stochastic_depth", RNG.normal(size=(6, 3)).astype("f"), 0.5, mode)


def test_layers(torchvision):
    for library, lib in ((ops, torchish), (torchvision.ops, torch)):
        lib.manual_seed(0)
        x = lib.arange(2 * 4 * 5 * 5, dtype=lib.float32).reshape(2, 4, 5, 5) / 100
        layers = lib.nn.Sequential(
            library.Conv2dNormActivation(4, 6, kernel_size=(3, 5)),
            library.SqueezeExcitation(6, 2),
            library.FrozenBatchNorm2d(6),
            library.Permute([0, 2, 3, 1]),
            library.MLP(6, [7, 3], norm_layer=lib.nn.LayerNorm, inplace=False),
        )
        out = layers(x).detach().numpy()
        if lib is torchish:
            mine, text = out, repr(layers)
    np.testing.assert_allclose(mine, out, rtol=1e-4, atol=1e-5)
    assert text == repr(layers)


def test_feature_pyramid(torchvision):
    outs = []
    maps = {
        f"p{i}": RNG.normal(size=(1, c, s, s)).astype("f")
        for i, (c, s) in enumerate(((3, 9), (5, 5), (4, 3)))
    }
    for library, lib in ((ops, torchish), (torchvision.ops, torch)):
        lib.manual_seed(0)
        extra = library.feature_pyramid_network.LastLevelMaxPool()
        pyramid = library.FeaturePyramidNetwork([3, 5, 4], 6, extra)
        outs.append(pyramid({k: lib.from_numpy(v.copy()) for k, v in maps.items()}))
        outs.append(list(pyramid.state_dict()))
    assert outs[1] == outs[3]
    assert list(outs[0]) == list(outs[2])
    for name in outs[0]:
        got, want = outs[0][name].detach().numpy(), outs[2][name].detach().numpy()
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["distance_box_iou", "complete_box_iou"])
def test_pairwise_iou(torchvision, name):
    both(torchvision, name, BOXES, BOXES[:5])


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("kind", ["generalized", "distance", "complete"])
def test_iou_losses(torchvision, kind, reduction):
    both(torchvision, f"{kind}_box_iou_loss", BOXES, BOXES[::-1], reduction=reduction)
    grads = []
    for library, lib in ((ops, torchish), (torchvision.ops, torch)):
        first = lib.from_numpy(BOXES.copy()).requires_grad_()
        loss = getattr(library, f"{kind}_box_iou_loss")(first, lib.from_numpy(BOXES[::-1].copy()))
        loss.sum().backward()
        grads.append(first.grad.numpy())
    np.testing.assert_allclose(*grads, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("shape", [(2, 3, 9, 8), (2, 3, 5, 6, 7)])
def test_drop_block(torchvision, shape):
    torch.manual_seed(0)
    torchish.manual_seed(0)
    x = RNG.normal(size=shape).astype("f")
    both(torchvision, f"drop_block{len(shape) - 2}d", x, 0.2, 3)


def test_layers_of_a_pyramid(torchvision):
    outs = []
    for library, lib in ((ops, torchish), (torchvision.ops, torch)):
        lib.manual_seed(0)
        extra = library.feature_pyramid_network.LastLevelP6P7(5, 6)
        pyramid = library.FeaturePyramidNetwork([3, 5], 6, extra)
        maps = {f"p{c}": lib.ones(1, c, 24 // c, 24 // c) for c in (3, 5)}
        outs.append({k: v.detach().numpy() for k, v in pyramid(maps).items()})
    assert list(outs[0]) == list(outs[1])
    for name, want in outs[1].items():
        np.testing.assert_allclose(outs[0][name], want, rtol=1e-4, atol=1e-5)
