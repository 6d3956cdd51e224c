"""vision.models against torchvision's: names, shapes, starting values, outputs."""

from __future__ import annotations

import hashlib
import importlib
import warnings

import numpy as np
import pytest

import torchish
from tests.vision import compare_models
from torchish.vision import models
from torchish.vision.models import _api

NAMES = compare_models.NAMES
SMALL = compare_models.SMALL
QUICK = ["resnet18", "shufflenet_v2_x0_5", "swin_v2", "lraspp_mobilenet_v3_large"]


@pytest.mark.parametrize("name", NAMES)
def test_parameter_count(name):
    weights = models.get_model_weights(name).DEFAULT
    options = compare_models.options(name)
    if name == "googlenet":  # counted without its auxiliary heads
        options["aux_logits"] = False
    if name.startswith("vit"):
        options["image_size"] = weights.meta["min_size"][0]
    with torchish.device("meta"):
        model = compare_models.make(torchish, name, **options)
    assert sum(p.numel() for p in model.parameters()) == weights.meta["num_params"]


@pytest.mark.parametrize("name", [n for n in NAMES if "regnet" not in n or n == "regnet_y_400mf"])
def test_state_dict_names_and_shapes(torchvision, name):
    torch = pytest.importorskip("torch")
    options = compare_models.options(name)
    with torchish.device("meta"):
        mine = compare_models.make(torchish, name, **options).state_dict()
    # torchvision's RegNet cannot be made on the meta device
    with torch.device("cpu" if "regnet" in name else "meta"):
        theirs = compare_models.make(torch, name, **options).state_dict()

    def shapes(state):
        return [(key, tuple(value.shape), str(value.dtype)) for key, value in state.items()]

    assert shapes(mine) == shapes(theirs)


@pytest.mark.parametrize(
    "name",
    [n if n in QUICK else pytest.param(n, marks=pytest.mark.whole) for n in [*NAMES, *SMALL]],
)
def test_same_seed_same_model(torchvision, name):
    """The whole list with `--whole`; a few models without it."""
    found = compare_models.measure(name)
    assert found["start"] < 1e-6
    assert found["eval"] < 1e-4
    # The largest models take their step in float32, in which norms over few numbers are uncertain
    exact = found["parameters"] < compare_models.LARGE
    assert found["loss"] < (1e-6 if exact else 1e-4)
    assert found["gradients"] < (1e-6 if exact else 1e-2)


def test_lenet():
    model = models.LeNet5()
    assert model(torchish.zeros(2, 1, 28, 28)).shape == (2, 10)
    assert sum(p.numel() for p in model.parameters()) == 61706


def test_weights(torchvision):
    for name in models.list_models():
        mine = models.get_model_weights(name)
        theirs = torchvision.models.get_model_weights(name)
        assert mine.__name__ == theirs.__name__
        assert {k: w.name for k, w in mine.__members__.items()} == {
            k: w.name for k, w in theirs.__members__.items()
        }
        for a, b in zip(mine, theirs, strict=True):
            assert a.url == b.url
            assert repr(a.transforms()) == repr(b.transforms())
            for key in ("min_size", "num_params", "_metrics", "keypoint_names"):
                assert repr(a.meta.get(key)) == repr(b.meta.get(key))  # NaN is not itself
            if name not in compare_models.CLASSIFICATION:
                assert a.meta["categories"] == b.meta["categories"]
    assert repr(models.get_weight("ResNet50_Weights.IMAGENET1K_V2")) == (
        "ResNet50_Weights.IMAGENET1K_V2"
    )


def test_weights_are_fetched_once_checked_and_loaded(tmp_path, monkeypatch):
    torchish.manual_seed(0)
    state = models.squeezenet1_1().state_dict()
    torchish.save(state, tmp_path / "whole.pth")
    digest = hashlib.sha256((tmp_path / "whole.pth").read_bytes()).hexdigest()
    (tmp_path / "whole.pth").rename(tmp_path / f"small-{digest[:8]}.pth")
    url = (tmp_path / f"small-{digest[:8]}.pth").as_uri()
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    member = models.SqueezeNet1_1_Weights.IMAGENET1K_V1
    monkeypatch.setattr(member.value, "url", url)
    model = models.squeezenet1_1(weights="IMAGENET1K_V1", progress=False)
    for key, value in model.state_dict().items():
        assert torchish.equal(value, state[key])
    kept = tmp_path / "home" / "hub" / "checkpoints"
    assert [p.name for p in kept.iterdir()] == [f"small-{digest[:8]}.pth"]
    (tmp_path / "bad-00000000.pth").write_bytes(b"else")
    bad = (tmp_path / "bad-00000000.pth").as_uri()
    with pytest.raises(RuntimeError, match="invalid hash value"):
        _api.load_state_dict_from_url(bad, check_hash=True, progress=False)
    assert len(list(kept.iterdir())) == 1


def test_errors_and_old_options():
    with pytest.raises(ValueError, match="Unknown model foo"):
        models.get_model("foo")
    with pytest.raises(TypeError, match="expected ResNet18_Weights but received ResNet50_Weights"):
        models.resnet18(weights=models.ResNet50_Weights.DEFAULT)
    with pytest.raises(ValueError, match="'num_classes' expected value 1000 but got 5"):
        models.resnet18(weights="DEFAULT", num_classes=5)
    with torchish.device("meta"), warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert models.resnet18(pretrained=False, num_classes=7).fc.out_features == 7
    assert "'pretrained' is deprecated" in str(seen[0].message)
    assert "`weights=None`" in str(seen[1].message)
    assert models.list_models(include=["resnet1*"], exclude="*8") == ["resnet101", "resnet152"]


def test_feature_extractor(torchvision):
    torch = pytest.importorskip("torch")
    nodes = {"layer1.0.relu_1": "inner", "layer1.1.bn2": "norm", "layer2": "two"}
    outs = []
    for library, zoo in ((torchish, models), (torch, torchvision.models)):
        make = importlib.import_module(f"{zoo.__name__}.feature_extraction")
        model = compare_models.make(library, "resnet18").eval()
        extractor = make.create_feature_extractor(model, nodes)
        found = extractor(library.ones(1, 3, 32, 32))
        outs.append({key: value.detach().numpy() for key, value in found.items()})
    assert list(outs[0]) == ["inner", "norm", "two"]
    for key, value in outs[1].items():
        np.testing.assert_allclose(outs[0][key], value, atol=1e-4 * np.abs(value).max())
    model = models.resnet18()
    extractor = models.feature_extraction.create_feature_extractor(model, ["layer1"])
    assert extractor.state_dict().keys() == model.state_dict().keys()
    assert not extractor.eval().training and not model.training
    with pytest.raises(ValueError, match="node: 'nowhere' is not present in model"):
        models.feature_extraction.create_feature_extractor(model, ["nowhere"])
