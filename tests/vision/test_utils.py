"""vision.utils against torchvision's."""

from __future__ import annotations

import io

import numpy as np
import pytest

import torchish
from torchish.vision import utils

torch = pytest.importorskip("torch")


def both(torchvision, name, *arrays, **kwargs):
    """What torchish's and torchvision's function of a name give for the same input."""
    mine = getattr(utils, name)(*[torchish.from_numpy(a.copy()) for a in arrays], **kwargs)
    theirs = getattr(torchvision.utils, name)(
        *[torch.from_numpy(a.copy()) for a in arrays], **kwargs
    )
    assert str(mine.dtype) == str(theirs.dtype).replace("torch.", "torch.")
    return mine.numpy(), theirs.numpy()


RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 255, (3, 60, 80)).astype(np.uint8)
BOXES = np.array([[3, 4, 30, 50], [20, 10, 70, 40], [1, 30, 60, 55]], np.float32)
MASKS = RNG.random((3, 60, 80)) > 0.6


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"nrow": 2, "padding": 1, "pad_value": 0.5},
        {"normalize": True},
        {"normalize": True, "value_range": (-1, 1), "scale_each": True},
        {"normalize": True, "scale_each": True, "nrow": 3},
    ],
)
@pytest.mark.parametrize("shape", [(5, 3, 4, 6), (2, 1, 4, 4), (4, 5), (3, 4, 5), (1, 4, 5)])
def test_make_grid(torchvision, kwargs, shape):
    mine, theirs = both(torchvision, "make_grid", RNG.normal(size=shape).astype("f"), **kwargs)
    np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-7)


def test_save_image(torchvision, tmp_path):
    x = RNG.random((4, 3, 8, 8)).astype("f")
    mine, theirs = io.BytesIO(), io.BytesIO()
    utils.save_image(torchish.from_numpy(x), mine, format="png", nrow=2)
    torchvision.utils.save_image(torch.from_numpy(x), theirs, format="png", nrow=2)
    assert mine.getvalue() == theirs.getvalue()
    utils.save_image(torchish.from_numpy(x), tmp_path / "grid.png")
    assert (tmp_path / "grid.png").stat().st_size > 50


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"colors": "red", "width": 3},
        {"colors": [(1, 2, 3), "blue", "#00ff00"], "fill": True},
        {"labels": ["a", "bc", None]},
        {"labels": ["a", "bc", "d"], "fill_labels": True, "label_colors": "white"},
        {"labels": ["a", "b", "d"], "fill_labels": True, "label_background_colors": "black"},
    ],
)
def test_draw_bounding_boxes(torchvision, kwargs):
    np.testing.assert_array_equal(*both(torchvision, "draw_bounding_boxes", IMAGE, BOXES, **kwargs))
    image = (IMAGE / 255).astype("f")
    np.testing.assert_allclose(
        *both(torchvision, "draw_bounding_boxes", image, BOXES, **kwargs), atol=1e-6
    )


@pytest.mark.parametrize("kwargs", [{}, {"alpha": 0.5, "colors": ["red", "green", (9, 8, 7)]}])
def test_draw_segmentation_masks(torchvision, kwargs):
    mine, theirs = both(torchvision, "draw_segmentation_masks", IMAGE, MASKS, **kwargs)
    np.testing.assert_array_equal(mine, theirs)
    image = (IMAGE / 255).astype("f")
    mine, theirs = both(torchvision, "draw_segmentation_masks", image, MASKS, **kwargs)
    np.testing.assert_allclose(mine, theirs, atol=1e-6)


@pytest.mark.parametrize(
    "kwargs", [{}, {"colors": "red", "connectivity": [(0, 1), (1, 2)]}, {"radius": 4, "width": 1}]
)
def test_draw_keypoints(torchvision, kwargs):
    points = RNG.uniform(5, 50, (2, 3, 2)).astype("f")
    np.testing.assert_array_equal(*both(torchvision, "draw_keypoints", IMAGE, points, **kwargs))


def test_flow_to_image(torchvision):
    for shape in ((2, 9, 11), (3, 2, 5, 6)):
        flow = RNG.normal(size=shape).astype("f")
        mine, theirs = both(torchvision, "flow_to_image", flow)
        assert np.abs(mine.astype(int) - theirs).max() <= 1


@pytest.mark.parametrize(
    ("name", "arrays", "kwargs"),
    [
        ("draw_bounding_boxes", (IMAGE[None], BOXES), {}),
        ("draw_bounding_boxes", (IMAGE, BOXES[:, ::-1]), {}),
        ("draw_bounding_boxes", (IMAGE, BOXES), {"labels": ["a"]}),
        ("draw_bounding_boxes", (IMAGE, BOXES), {"colors": ["red"]}),
        ("draw_bounding_boxes", (IMAGE.astype(np.int32), BOXES), {}),
        ("draw_segmentation_masks", (IMAGE, MASKS.astype(np.uint8)), {}),
        ("draw_segmentation_masks", (IMAGE, MASKS[:, :9]), {}),
        ("draw_segmentation_masks", (IMAGE[:1], MASKS), {}),
        ("draw_keypoints", (IMAGE, BOXES), {}),
        ("flow_to_image", (BOXES,), {}),
    ],
)
def test_errors(torchvision, name, arrays, kwargs):
    with pytest.raises(Exception) as theirs:
        arrays_ = [torch.from_numpy(a.copy()) for a in arrays]
        getattr(torchvision.utils, name)(*arrays_, **kwargs)
    with pytest.raises(theirs.type) as mine:
        getattr(utils, name)(*[torchish.from_numpy(a.copy()) for a in arrays], **kwargs)
    assert str(mine.value) == str(theirs.value)
