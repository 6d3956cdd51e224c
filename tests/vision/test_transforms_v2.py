"""The second version of the transforms and tv_tensors: what the matrix of cases does not show."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

import torchish as torch
from torchish.vision import tv_tensors
from torchish.vision.transforms import v2
from torchish.vision.transforms.v2 import functional as F

pytest.importorskip("PIL")


@pytest.fixture
def boxes():
    return tv_tensors.BoundingBoxes(
        [[1, 2, 4, 5], [-3, 0, 9, 2]], format="xyxy", canvas_size=(5, 6)
    )


def test_results_are_plain_unless_asked(boxes):
    assert type(boxes + 1) is torch.Tensor
    assert type(boxes[0]) is torch.Tensor
    assert type(torch.stack([boxes, boxes])) is torch.Tensor
    for same in (boxes.clone(), boxes.detach(), boxes.to(torch.float64)):
        assert type(same) is tv_tensors.BoundingBoxes
        assert same.canvas_size == (5, 6)
        assert same.format is tv_tensors.BoundingBoxFormat.XYXY
    with tv_tensors.set_return_type("TVTensor"):
        kept = boxes + 1
    assert type(kept) is tv_tensors.BoundingBoxes
    assert type(boxes + 1) is torch.Tensor
    assert type(boxes.add_(1)) is torch.Tensor
    assert boxes.tolist()[0] == [2, 3, 5, 6]


def test_kinds_show_and_check_themselves(boxes):
    assert repr(boxes) == (
        "BoundingBoxes([[ 1,  2,  4,  5],\n               [-3,  0,  9,  2]], "
        "format=BoundingBoxFormat.XYXY, canvas_size=(5, 6), clamping_mode=soft)"
    )
    assert repr(tv_tensors.Image(torch.zeros(1, 1))) == "Image([[[0.]]], )"
    again = pickle.loads(pickle.dumps(boxes))
    assert (type(again), again.canvas_size) == (tv_tensors.BoundingBoxes, (5, 6))
    with pytest.raises(ValueError, match="Tensor must be 2D or higher"):
        tv_tensors.Image(torch.zeros(2))
    with pytest.raises(ValueError, match="Expected a 1D or 2D tensor, got 3D"):
        tv_tensors.BoundingBoxes(torch.zeros(1, 1, 4), format="XYXY", canvas_size=(1, 1))
    with pytest.raises(ValueError, match="clamping_mode must be None, hard or soft"):
        tv_tensors.BoundingBoxes([1, 2, 3, 4], format="XYXY", canvas_size=(1, 1), clamping_mode="x")
    with pytest.raises(ValueError, match="Rotated bounding boxes should be floating point"):
        tv_tensors.BoundingBoxes([1, 2, 3, 4, 5], format="XYWHR", canvas_size=(1, 1))


def test_gradients_go_through_an_image():
    pixels = torch.ones(1, 4, 4, requires_grad=True)
    F.horizontal_flip(tv_tensors.Image(pixels))[..., :2].sum().backward()
    assert pixels.grad.tolist() == [[[0.0, 0.0, 1.0, 1.0]] * 4]


def test_a_plain_tensor_is_an_image_only_alone():
    plain, image = torch.zeros(1, 4, 4), tv_tensors.Image(torch.zeros(1, 4, 4))
    resize = v2.Resize((2, 2))
    first, second = resize(plain, torch.zeros(3, 4, 4))
    assert (first.shape[-1], second.shape[-1]) == (2, 4)
    out = resize({"image": image, "label": plain, "n": 3})
    assert (out["image"].shape[-1], out["label"].shape[-1], out["n"]) == (2, 4, 3)


def test_boxes_are_sanitized_with_labels_and_masks(boxes):
    sample = {
        "boxes": boxes,
        "labels": torch.tensor([7, 8]),
        "masks": tv_tensors.Mask(torch.zeros(2, 5, 6)),
        "image": tv_tensors.Image(torch.zeros(3, 5, 6)),
    }
    out = v2.SanitizeBoundingBoxes()(sample)
    assert out["labels"].tolist() == [7]
    assert [out[k].shape[0] for k in ("boxes", "masks", "image")] == [1, 1, 3]
    with pytest.raises(ValueError, match="Could not infer where the labels are"):
        v2.SanitizeBoundingBoxes()({"boxes": boxes})


@pytest.mark.parametrize("name", ["MixUp", "CutMix"])
def test_mixing_mixes_labels(name):
    images = torch.arange(4.0).reshape(4, 1, 1, 1).expand(4, 3, 8, 8)
    torch.manual_seed(0)
    mixed, labels = getattr(v2, name)(num_classes=4)(images, torch.arange(4))
    assert labels.sum(1).tolist() == pytest.approx([1.0] * 4)
    share = labels[1, 1].item()
    assert mixed[1].mean().item() == pytest.approx(share, abs=1e-5)
    with pytest.raises(ValueError, match="num_classes must be passed"):
        getattr(v2, name)()(images, torch.arange(4))


def test_todtype_by_kind(boxes):
    image, mask = tv_tensors.Image(torch.zeros(3, 5, 6).byte()), tv_tensors.Mask([[1]])
    out = v2.ToDtype({tv_tensors.Image: torch.float32, "others": None}, scale=True)(image, mask)
    assert [t.dtype for t in out] == [torch.float32, torch.int64]
    with pytest.raises(ValueError, match="No dtype was specified for type"):
        v2.ToDtype({tv_tensors.Image: torch.float32})(image, mask)


def test_kernels_for_kinds_of_the_users():
    class Depth(tv_tensors.TVTensor):
        def __new__(cls, data):
            return torch.as_tensor(data).as_subclass(cls)

    @F.register_kernel(F.hflip, Depth)
    def flip(depth):
        return Depth(-depth)

    assert F.hflip(Depth([1.0])).tolist() == [-1.0]
    assert v2.RandomHorizontalFlip(1.0)(Depth([2.0])).tolist() == [-2.0]
    assert v2.RandomVerticalFlip(1.0)(Depth([2.0])).tolist() == [2.0]
    with pytest.raises(ValueError, match="already has a kernel"):
        F.register_kernel("horizontal_flip", Depth)(flip)
    with pytest.raises(TypeError, match="Functional F.horizontal_flip supports inputs of type"):
        F.hflip("text")


def test_transforms_of_the_users(boxes):
    class Halve(v2.Transform):
        def make_params(self, flat_inputs):
            h, w = v2.query_size(flat_inputs)
            return {"size": (h // 2, w // 2)}

        def transform(self, inpt, params):
            return self._call_kernel(F.resize, inpt, params["size"])

    image, out = Halve()(tv_tensors.Image(torch.zeros(3, 5, 6)), boxes)
    assert (tuple(image.shape), out.canvas_size) == ((3, 2, 3), (2, 3))


def test_turned_boxes():
    turned = tv_tensors.BoundingBoxes(
        [[10.0, 8.0, 6.0, 4.0, 30.0]], format="CXCYWHR", canvas_size=(20, 30)
    )
    out = F.rotate(turned, 45.0)
    want = [11.46447, 12.12132, 6.0, 4.0, 75.0]
    np.testing.assert_allclose(F.rotate(F.rotate(out, -45.0), 0.0), turned, atol=1e-4)
    np.testing.assert_allclose(out[0, 2:], want[2:], atol=1e-4)
    corners = F.convert_bounding_box_format(turned, new_format="XYXYXYXY")
    again = F.convert_bounding_box_format(corners, new_format="CXCYWHR")
    np.testing.assert_allclose(again, turned, atol=1e-5)
    with pytest.raises(ValueError, match="Cannot convert between rotated and unrotated"):
        F.convert_bounding_box_format(turned, new_format="XYXY")
    cut = F.crop(turned, 0, 9, 20, 21)  # the smallest box around what is visible
    np.testing.assert_array_less(cut[0, 2:4], [6.0001, 4.0001])
    hard = tv_tensors.wrap(turned.as_subclass(torch.Tensor), like=turned, clamping_mode="hard")
    with pytest.raises(NotImplementedError, match="clamping_mode"):
        F.crop(hard, 0, 9, 20, 21)


def test_jpeg_and_pil_kinds():
    image = tv_tensors.Image((torch.arange(192) % 256).byte().reshape(3, 8, 8))
    fine, coarse = (F.jpeg(image, q).float() for q in (100, 1))
    assert (fine - image.float()).abs().mean() < (coarse - image.float()).abs().mean()
    pil = F.to_pil_image(image)
    assert v2.ToImage()(pil).tolist() == image.tolist()
    assert type(v2.JPEG(50)(pil)) is type(pil)
    assert v2.PILToTensor()(pil).shape == (3, 8, 8)


def test_programs_import_them():
    code = (
        "import torchvision.transforms.v2 as a; from torchvision.transforms import v2;"
        "from torchvision import tv_tensors; import torchvision.transforms.v2.functional as F;"
        "assert a is v2 and F is v2.functional; print(tv_tensors.Image.__module__)"
    )
    done = subprocess.run(
        [sys.executable, "-m", "torchish", "-c", code], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "torchish.vision.tv_tensors", done.stderr


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore")
def test_signatures_and_reprs(torchvision):
    import inspect

    from torchvision.transforms import v2 as theirs

    for name in dir(theirs):
        cls = getattr(theirs, name)
        if name.startswith("_") or not (inspect.isclass(cls) and issubclass(cls, theirs.Transform)):
            continue
        mine = getattr(v2, name)
        shown = [
            [(p.name, str(p.default)) for p in inspect.signature(c).parameters.values()]
            for c in (mine, cls)
        ]
        assert shown[0] == shown[1], name
        if all(
            p.default is not p.empty or p.kind is p.VAR_POSITIONAL
            for p in inspect.signature(cls).parameters.values()
        ):
            assert repr(mine()) == repr(cls()), name
