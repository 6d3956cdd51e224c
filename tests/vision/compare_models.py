"""A model made here beside torchvision's of the same name: `measure` says how far they differ."""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

import numpy as np

import torchish
from torchish.vision import models

LARGE = 2e8  # parameters
SEGMENTATION = models.list_models(module=models.segmentation)
CLASSIFICATION = models.list_models(module=models)
NAMES = [*CLASSIFICATION, *SEGMENTATION]


def options(name: str) -> dict[str, Any]:
    """What makes a model of a name small, or whole."""
    if name.startswith("vit"):
        return {"image_size": 56 if name.endswith("14") else 64}
    if name in SEGMENTATION:
        return {"weights_backbone": None, **({} if "lraspp" in name else {"aux_loss": True})}
    return {}


# Small ones of families whose published sizes take long
_SWIN = {
    "patch_size": [4, 4],
    "embed_dim": 16,
    "depths": [2],
    "num_heads": [2],
    "window_size": [5, 5],
    "num_classes": 10,
    "stochastic_depth_prob": 0.5,
}
_MAXVIT = {
    "input_size": (64, 64),
    "stem_channels": 8,
    "partition_size": 4,
    "block_channels": [8],
    "block_layers": [1],
    "head_dim": 4,
    "stochastic_depth_prob": 0.5,
    "num_classes": 10,
}
SMALL = {
    "swin": ("swin_transformer", "SwinTransformer", _SWIN),
    "swin_v2": (
        "swin_transformer",
        "SwinTransformer",
        {**_SWIN, "block": "SwinTransformerBlockV2", "downsample_layer": "PatchMergingV2"},
    ),
    "maxvit": ("maxvit", "MaxVit", _MAXVIT),
}
REFERENCE = ["squeezenet1_1", *SMALL]


def make(library: Any, name: str, **kwargs: Any) -> Any:
    """The model of a name, of torchvision or of this library, with the parameters of seed 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # GoogLeNet and Inception announce one
        if library is torchish:
            zoo = models
        else:
            import torchvision

            zoo = torchvision.models
        library.manual_seed(0)
        if name not in SMALL:
            return zoo.get_model(name, **kwargs)
        family, kind, small = SMALL[name]
        module = getattr(zoo, family)
        parts = {k: getattr(module, v) for k, v in small.items() if isinstance(v, str)}
        return getattr(module, kind)(**{**small, **parts})


def images(name: str) -> np.ndarray:
    """Two small images that a model of a name takes."""
    size = {"maxvit_t": 224, "inception_v3": 299, "vit_h_14": 56}.get(name, 64)
    return np.random.default_rng(0).normal(size=(2, 3, size, size)).astype("f")


def outputs(model: Any, x: Any) -> list[Any]:
    """What a model gives, as a list of tensors."""
    out = model(x)
    if isinstance(out, dict):
        return list(out.values())
    return list(out) if isinstance(out, tuple) else [out]


def step(library: Any, model: Any, x: np.ndarray) -> tuple[float, dict[str, float]]:
    """The loss of a training step, and the norms of its gradients."""
    model.train()
    library.manual_seed(1)
    given = library.from_numpy(x).to(next(iter(model.parameters())).dtype)
    loss = sum((out * out).mean() for out in outputs(model, given))
    loss.backward()
    norms = {k: p.grad.norm().item() for k, p in model.named_parameters() if p.grad is not None}
    return loss.item(), norms


def numbers(library: Any, name: str) -> dict[str, Any]:
    """What a test can store of a model: some outputs, and a training step's loss and gradients."""
    model = make(library, name, **options(name)).eval()
    x = images(name)
    with library.no_grad():
        out = outputs(model, library.from_numpy(x))[0].flatten()
    some = out[:: max(1, len(out) // 8)].tolist()
    loss, norms = step(library, model.double(), x)
    total = sum(v * v for v in norms.values()) ** 0.5
    return {"outputs": some, "loss": loss, "gradients": total}


def measure(name: str) -> dict[str, float]:
    """Greatest relative differences: starting values, outputs, and a step's loss and gradients.

    The training step is taken in float64, in which it is not chance that decides, but for the
    models that do not fit into memory then.
    """
    import torch

    theirs, mine = make(torch, name, **options(name)), make(torchish, name, **options(name))
    state, want = mine.state_dict(), theirs.state_dict()
    if list(state) != list(want):
        raise AssertionError(f"{name}: other names in its state dict")
    if str(mine) != str(theirs):
        raise AssertionError(f"{name}: another repr")
    start = max(
        np.abs(state[k].numpy() - v.numpy()).max() / max(np.abs(v.numpy()).max(), 1e-30)
        for k, v in want.items()
    )
    x = images(name)
    with torch.no_grad(), torchish.no_grad():
        if name.startswith("vit"):  # whose last layer starts with zeros
            for library, made in ((torchish, mine), (torch, theirs)):
                head = made.heads.head.weight
                values = np.random.default_rng(1).normal(size=head.shape).astype("f")
                head.copy_(library.from_numpy(values))
        pairs = zip(
            outputs(mine.eval(), torchish.from_numpy(x)),
            outputs(theirs.eval(), torch.from_numpy(x)),
            strict=True,
        )
        evaluated = max(
            np.abs(got.numpy() - ref.numpy()).max() / np.abs(ref.numpy()).max()
            for got, ref in pairs
        )
    count = sum(p.numel() for p in theirs.parameters())
    if count < LARGE:
        mine, theirs = mine.double(), theirs.double()
    loss, norms = step(torchish, mine, x)
    del mine
    want_loss, want_norms = step(torch, theirs, x)
    if norms.keys() != want_norms.keys():
        raise AssertionError(f"{name}: other parameters have gradients")
    total = sum(v * v for v in want_norms.values()) ** 0.5
    return {
        "parameters": count,
        "start": float(start),
        "eval": float(evaluated),
        "loss": abs(loss - want_loss) / abs(want_loss),
        "gradients": max(abs(norms[k] - v) for k, v in want_norms.items()) / total,
    }


if __name__ == "__main__":  # a line of JSON for each model, for docs/make_models.py
    from tests.vision import compare_detection, oracle

    oracle.load()
    for name in sys.argv[1:]:
        which = compare_detection if name in compare_detection.PUBLISHED else sys.modules[__name__]
        print(json.dumps({"model": name, **which.measure(name)}), flush=True)
