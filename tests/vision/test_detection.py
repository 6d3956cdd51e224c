"""Detection models against torchvision's, and their parts."""

from __future__ import annotations

import numpy as np
import pytest

import torchish
from tests.vision import compare_detection as compare
from torchish.vision.models import detection, get_model
from torchish.vision.models.detection import _utils, keypoints, roi_heads

# The others are run with --whole
SAMPLE = ["MaskRCNN", "FCOS", "SSD"]
KINDS = [k if k in SAMPLE else pytest.param(k, marks=pytest.mark.whole) for k in compare.KINDS]


def check(found):
    assert found["start"] < 1e-6
    assert found["eval"] < 2e-3
    assert found["loss"] < 1e-3
    assert found["gradients"] < 1e-2  # float32, and norms over few numbers


@pytest.mark.oracle
@pytest.mark.parametrize("kind", KINDS)
def test_small_model(torchvision, kind):
    torch = pytest.importorskip("torch")
    mine, theirs = (compare.small(library, kind) for library in (torchish, torch))
    check(compare.compare(mine, theirs, kind, 8 if kind == "RetinaNet" else 1.5))


@pytest.mark.whole
@pytest.mark.parametrize("name", compare.PUBLISHED)
def test_published_model(torchvision, name):
    check(compare.measure(name))


def test_parameter_counts():
    for name in compare.PUBLISHED:
        weights = torchish.vision.models.get_model_weights(name).DEFAULT
        if "ssdlite" in name:  # whose size depends on the weights of its backbone
            continue
        with torchish.device("meta"):
            model = get_model(name, weights_backbone=None)
        frozen = 0
        if "v2" not in name and "ssd" not in name:  # counted with frozen norms
            norms = [m for m in model.backbone.modules() if isinstance(m, torchish.nn.BatchNorm2d)]
            frozen = sum(2 * m.num_features for m in norms)
        count = sum(p.numel() for p in model.parameters())
        assert count - frozen == weights.meta["num_params"], name


def test_boxes_as_numbers():
    boxes = torchish.tensor([[10.0, 12, 50, 60], [30, 20, 85, 75]])
    anchors = torchish.tensor([[8.0, 8, 40, 40], [30, 30, 90, 80]])
    coder = _utils.BoxCoder((10.0, 10.0, 5.0, 5.0))
    code = coder.encode([boxes], [anchors])[0]
    np.testing.assert_allclose(coder.decode(code, [anchors])[:, 0].numpy(), boxes.numpy(), 1e-5)
    linear = _utils.BoxLinearCoder()
    again = linear.decode(linear.encode(boxes, anchors), anchors)
    np.testing.assert_allclose(again.numpy(), boxes.numpy(), rtol=1e-5)


def test_matchers():
    overlaps = torchish.tensor([[0.9, 0.45, 0.1, 0.0], [0.2, 0.3, 0.05, 0.35]])
    assert _utils.Matcher(0.5, 0.4)(overlaps).tolist() == [0, -2, -1, -1]
    assert _utils.Matcher(0.5, 0.4, True)(overlaps).tolist() == [0, -2, -1, 1]
    assert _utils.SSDMatcher(0.5)(overlaps).tolist() == [0, -1, -1, 1]
    with pytest.raises(ValueError, match="No ground-truth boxes"):
        _utils.Matcher(0.5, 0.4)(overlaps[:0])


def test_masks_are_pasted_where_their_boxes_are():
    masks = torchish.ones(1, 1, 4, 4)
    image = roi_heads.paste_masks_in_image(masks, torchish.tensor([[2.0, 3, 10, 9]]), (12, 14))
    assert image.shape == (1, 1, 12, 14)
    inside = image[0, 0, 4:8, 4:9]
    np.testing.assert_allclose(inside.numpy(), 1.0)
    assert image[0, 0, :, 13].sum() == 0 and image[0, 0, 0].sum() == 0


def test_keypoints_come_back():
    boxes = torchish.tensor([[10.0, 10, 66, 66]])
    points = torchish.tensor([[[20.2, 30.7, 1.0], [66.0, 66.0, 1.0], [0.0, 0.0, 1.0]]])
    where, valid = keypoints.keypoints_to_heatmap(points, boxes, 56)
    assert where.tolist() == [[20 * 56 + 10, 55 * 56 + 55, 0]]
    assert valid.tolist() == [[1, 1, 0]]
    maps = torchish.zeros(1, 2, 56, 56)
    maps[0, 0, 20, 10] = maps[0, 1, 55, 55] = 1.0
    found, scores = keypoints.heatmaps_to_keypoints(maps, boxes)
    np.testing.assert_allclose(found[0].numpy(), [[20.5, 30.5, 1], [65.5, 65.5, 1]])
    np.testing.assert_allclose(scores.numpy(), 1.0)


def test_errors():
    model = compare.small(torchish, "FasterRCNN")
    image = torchish.zeros(3, 32, 32)
    with pytest.raises(AssertionError, match="targets should not be none"):
        model([image])
    bad = {"boxes": torchish.tensor([[5.0, 5, 5, 9]]), "labels": torchish.tensor([1])}
    with pytest.raises(AssertionError, match="positive height and width"):
        model([image], [bad])
    with pytest.raises(TypeError, match="floating type"):
        model.eval()([image.to(torchish.uint8)])
    with pytest.raises(ValueError, match="out_channels"):
        detection.FasterRCNN(torchish.nn.ReLU(), 2)


def test_old_names_of_convolutions():
    """Checkpoints from before the convolutions had norms beside them."""
    new = compare.small(torchish, "FasterRCNN")
    state = new.state_dict()
    old = {k.replace("rpn.head.conv.0.0.", "rpn.head.conv."): v for k, v in state.items()}
    assert old.keys() != state.keys()
    again = compare.small(torchish, "FasterRCNN")
    again.load_state_dict(dict(old))
    assert torchish.equal(again.rpn.head.conv[0][0].weight, new.rpn.head.conv[0][0].weight)
