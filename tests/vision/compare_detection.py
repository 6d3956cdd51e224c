"""Detection models made here beside torchvision's: a small one of each kind, and the published."""

from __future__ import annotations

from typing import Any

import numpy as np

import torchish
from torchish.vision import models, ops

KINDS = ["FasterRCNN", "MaskRCNN", "KeypointRCNN", "RetinaNet", "FCOS", "SSD"]
PUBLISHED = models.list_models(module=models.detection)
SIZES = [(100, 90), (80, 120)]


def images(library: Any) -> list[Any]:
    rng = np.random.default_rng(0)
    return [library.from_numpy(rng.random((3, *size)).astype("f")) for size in SIZES]


def targets(library: Any, kind: str) -> list[dict[str, Any]]:
    """Three boxes in each image, and what else a kind of model learns from."""
    rng = np.random.default_rng(1)
    boxes = np.array([[10, 12, 50, 60], [30, 20, 85, 75], [5, 40, 40, 70]], "f")
    found = []
    for size in SIZES:
        target = {"boxes": boxes, "labels": np.array([1, 1, 1])}
        if kind.lower().startswith("mask"):
            masks = np.zeros((3, *size), np.uint8)
            for mask, (x1, y1, x2, y2) in zip(masks, boxes.astype(int), strict=True):
                mask[y1 + 3 : y2 - 4, x1 + 2 : x2 - 1] = 1
            target["masks"] = masks
        if kind.lower().startswith("keypoint"):
            sides = (boxes[:, 2:] - boxes[:, :2])[:, None]
            where = boxes[:, None, :2] + rng.random((3, 17, 2)) * sides
            target["keypoints"] = np.concatenate([where, np.ones((3, 17, 1))], -1).astype("f")
        found.append({key: library.from_numpy(value.copy()) for key, value in target.items()})
    return found


def libraries(library: Any) -> tuple[Any, Any]:
    """The detection models and the operators of a library."""
    if library is torchish:
        return models.detection, ops
    import torchvision

    return torchvision.models.detection, torchvision.ops


def small(library: Any, kind: str) -> Any:
    """A small model of a kind, with the parameters of seed 0."""
    zoo, operators = libraries(library)
    nn = library.nn
    library.manual_seed(0)
    body = nn.Sequential(nn.Conv2d(3, 32, 8, stride=8), nn.ReLU())
    body.out_channels = 32
    sizes = {"min_size": 64, "max_size": 128}
    if kind == "SSD":
        body.out_channels = [32]
        boxes = zoo.anchor_utils.DefaultBoxGenerator([[2]], scales=[0.3, 0.5])
        return zoo.ssd.SSD(body, boxes, (96, 96), num_classes=4, score_thresh=0.2)
    if kind in ("RetinaNet", "FCOS"):
        ratios = ((0.5, 1.0),) if kind == "RetinaNet" else ((1.0,),)
        boxes = zoo.anchor_utils.AnchorGenerator(((16,),), ratios)
        return getattr(zoo, kind)(
            body, 4, **sizes, anchor_generator=boxes, score_thresh=0.0, topk_candidates=40
        )
    more = {}
    for part, pooled in (("mask", 7), ("keypoint", 7)):
        if kind.lower().startswith(part):
            more[f"{part}_roi_pool"] = operators.MultiScaleRoIAlign(["0"], pooled, 2)
    if kind == "MaskRCNN":
        more["mask_head"] = zoo.mask_rcnn.MaskRCNNHeads(32, [16], 1)
        more["mask_predictor"] = zoo.mask_rcnn.MaskRCNNPredictor(16, 8, 4)
        more["box_predictor"] = zoo.faster_rcnn.FastRCNNPredictor(1024, 4)
    elif kind == "KeypointRCNN":
        more["keypoint_head"] = zoo.keypoint_rcnn.KeypointRCNNHeads(32, (16,))
        more["keypoint_predictor"] = zoo.keypoint_rcnn.KeypointRCNNPredictor(16, 17)
    return getattr(zoo, kind)(
        body,
        None if kind == "MaskRCNN" else 4,
        **sizes,
        rpn_anchor_generator=zoo.anchor_utils.AnchorGenerator(((16, 32),), ((0.5, 1.0),)),
        rpn_pre_nms_top_n_test=60,
        rpn_post_nms_top_n_test=20,
        rpn_pre_nms_top_n_train=60,
        rpn_post_nms_top_n_train=40,
        box_roi_pool=operators.MultiScaleRoIAlign(["0"], 3, 2),
        box_score_thresh=0.0,
        box_detections_per_img=10,
        **more,
    )


def learn(library: Any, model: Any, kind: str) -> dict[str, float]:
    """The losses of a training step, and the norm of the gradients."""
    model.train()
    library.manual_seed(3)
    losses = model(images(library), targets(library, kind))
    sum(losses.values()).backward()
    gradients = [p.grad.norm().item() for p in model.parameters() if p.grad is not None]
    found = {name: loss.item() for name, loss in losses.items()}
    return {**found, "gradients": sum(g * g for g in gradients) ** 0.5}


def detect(library: Any, model: Any) -> list[dict[str, np.ndarray]]:
    """What a model finds in the images."""
    with library.no_grad():
        found = model.eval()(images(library))
    return [{key: value.numpy() for key, value in result.items()} for result in found]


def spread(model: Any, library: Any, factor: float = 1.5) -> None:
    """Make an untrained model's results differ, so that their order is no chance."""
    model.train()
    with library.no_grad():
        for module in model.modules():
            if isinstance(module, library.nn.BatchNorm2d):
                module.momentum = 1.0
        model.backbone(model.transform(images(library))[0].tensors)
        for name, parameter in model.named_parameters():
            if name.endswith(("cls_score.weight", "cls_logits.weight")):
                parameter.mul_(3 if "head.classification" in name else 10)
            elif "classification_head" in name and parameter.dim() == 4:
                parameter.mul_(factor)


def apart(got: Any, want: Any) -> float:
    """The greatest difference of results, relative to the greatest value of their kind."""
    worst = 0.0
    for mine, theirs in zip(got, want, strict=True):
        if mine.keys() != theirs.keys():
            raise AssertionError(f"{list(mine)} where {list(theirs)} are wanted")
        scores = theirs["scores"]
        # Which of two comes first is chance where their scores are almost the same
        gaps = np.abs(np.diff(scores, prepend=np.inf, append=-np.inf)) > 1e-4 * scores.max()
        clear = gaps[1:] & gaps[:-1]
        if clear.sum() <= len(scores) // 5:
            raise AssertionError("scores too much alike to compare results")
        for key, value in theirs.items():
            if mine[key].shape != value.shape:
                raise AssertionError(f"{key}: {mine[key].shape} where {value.shape} is wanted")
            a, b = mine[key][clear].astype(float), value[clear].astype(float)
            worst = max(worst, np.abs(a - b).max() / np.abs(b).max())
    return float(worst)


def compare(mine: Any, theirs: Any, kind: str, factor: float = 1.5) -> dict[str, float]:
    """Greatest relative differences of two models of a kind: starting values, results, a step."""
    import torch

    state, want = mine.state_dict(), theirs.state_dict()
    if list(state) != list(want) or str(mine) != str(theirs):
        raise AssertionError(f"{kind}: other names in its state dict, or another repr")
    start = max(
        np.abs(state[k].numpy() - v.numpy()).max() / max(np.abs(v.numpy()).max(), 1e-30)
        for k, v in want.items()
    )
    got, right = learn(torchish, mine, kind), learn(torch, theirs, kind)
    if got.keys() != right.keys():
        raise AssertionError(f"{kind}: other losses")
    steps = {name: abs(got[name] - value) / max(abs(value), 1e-3) for name, value in right.items()}
    spread(theirs, torch, factor)
    mine.load_state_dict({k: torchish.from_numpy(v.numpy()) for k, v in want.items()})
    return {
        "parameters": sum(p.numel() for p in theirs.parameters()),
        "start": float(start),
        "eval": apart(detect(torchish, mine), detect(torch, theirs)),
        "loss": max(value for name, value in steps.items() if name != "gradients"),
        "gradients": steps["gradients"],
    }


def measure(name: str) -> dict[str, float]:
    """`compare` for a published model, on small images."""
    import torch
    import torchvision

    options = {} if "ssd" in name else {"min_size": 96, "max_size": 128}
    made = []
    for library, zoo in ((torchish, models), (torch, torchvision.models)):
        library.manual_seed(0)
        made.append(zoo.get_model(name, weights_backbone=None, **options))
    # One gives large numbers from the start, one too small ones
    factor = {"ssd300_vgg16": 0.05, "retinanet_resnet50_fpn": 2.2}.get(name, 1.5)
    return compare(*made, name, factor)
