"""vision.models against torchvision's: names, shapes, starting values, outputs."""

from __future__ import annotations

import hashlib
import warnings

import numpy as np
import pytest

import torchish
from torchish.vision import models
from torchish.vision.models import _api

NAMES = models.list_models()


def make(name, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # GoogLeNet and Inception announce one
        return models.get_model(name, **kwargs)


@pytest.mark.parametrize("name", NAMES)
def test_parameter_count(name):
    weights = models.get_model_weights(name).DEFAULT
    options = {}
    if name == "googlenet":  # counted without its auxiliary heads
        options["aux_logits"] = False
    if name.startswith("vit"):
        options["image_size"] = weights.meta["min_size"][0]
    with torchish.device("meta"):
        model = make(name, **options)
    assert sum(p.numel() for p in model.parameters()) == weights.meta["num_params"]


@pytest.mark.parametrize("name", [n for n in NAMES if "regnet" not in n or n == "regnet_y_400mf"])
def test_state_dict_names_and_shapes(torchvision, name):
    torch = pytest.importorskip("torch")
    with torchish.device("meta"):
        mine = make(name).state_dict()
    # torchvision's RegNet cannot be made on the meta device
    with torch.device("cpu" if "regnet" in name else "meta"), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        theirs = torchvision.models.get_model(name).state_dict()

    def shapes(state):
        return [(key, tuple(value.shape), str(value.dtype)) for key, value in state.items()]

    assert shapes(mine) == shapes(theirs)


@pytest.mark.parametrize("name", ["squeezenet1_1", "resnet18", "mobilenet_v3_small", "mnasnet0_5"])
def test_same_seed_same_model(torchvision, name):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    theirs = torchvision.models.get_model(name).eval()
    torchish.manual_seed(0)
    mine = make(name).eval()
    for key, value in theirs.state_dict().items():
        got = mine.state_dict()[key].numpy()
        np.testing.assert_allclose(got, value.numpy(), rtol=1e-6, atol=1e-7, err_msg=key)
    x = np.random.default_rng(0).normal(size=(1, 3, 40, 40)).astype("f")
    with torch.no_grad(), torchish.no_grad():
        want = theirs(torch.from_numpy(x)).numpy()
        got = mine(torchish.from_numpy(x)).numpy()
    np.testing.assert_allclose(got, want, atol=1e-4 * np.abs(want).max())


def test_lenet():
    model = models.LeNet5()
    assert model(torchish.zeros(2, 1, 28, 28)).shape == (2, 10)
    assert sum(p.numel() for p in model.parameters()) == 61706


def test_weights(torchvision):
    for name in NAMES:
        mine = models.get_model_weights(name)
        theirs = torchvision.models.get_model_weights(name)
        assert mine.__name__ == theirs.__name__
        assert {k: w.name for k, w in mine.__members__.items()} == {
            k: w.name for k, w in theirs.__members__.items()
        }
        for a, b in zip(mine, theirs, strict=True):
            assert a.url == b.url
            assert repr(a.transforms()) == repr(b.transforms())
            assert a.meta["min_size"] == b.meta["min_size"]
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
