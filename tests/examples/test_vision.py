"""cifar10.py, imagenet.py and finetune.py run on generated data, stop and go on."""

from __future__ import annotations

import importlib.util
import re

import numpy as np
import pytest
from PIL import Image

import torchish
from tests.examples.runs import EXAMPLES
from torchish.vision import models


def main_of(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """Two classes, dark and light noise, in the form of ImageNet's folders."""
    root, rng = tmp_path_factory.mktemp("images"), np.random.default_rng(0)
    for part, count in (("train", 8), ("val", 4)):
        for label, low in (("dark", 0), ("light", 150)):
            folder = root / part / label
            folder.mkdir(parents=True)
            for i in range(count):
                pixels = rng.integers(low, low + 100, (40, 48, 3), np.uint8)
                Image.fromarray(pixels).save(folder / f"{i}.png")
    return root


def test_cifar10_stops_and_goes_on(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = [
        "--data",
        "fake",
        "--layers",
        "1",
        "--width",
        "4",
        "--batch-size",
        "128",
        "--lr",
        "0.02",
    ]
    main = main_of("cifar10")
    main([*small, "--epochs", "2", "--save", "whole.pt"])
    whole = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"epoch 2/2: loss \d\.\d{3}, test accuracy [\d.]+ %", whole[-1])
    main([*small, "--epochs", "2", "--resume", "whole.pt", "--save", "more.pt"])
    assert capsys.readouterr().out == "going on after epoch 2\n"
    main([*small, "--epochs", "3", "--resume", "whole.pt", "--save", "more.pt", "--amp"])
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "going on after epoch 2" and out[1].startswith("epoch 3/3: loss")
    assert torchish.load(tmp_path / "more.pt")["epoch"] == 3
    with pytest.raises(SystemExit):
        main([*small, "--resume", "nothing.pt"])


def test_imagenet_on_folders(images, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = [
        str(images),
        *[
            "-a",
            "squeezenet1_1",
            "--size",
            "32",
            "--classes",
            "2",
            "-b",
            "8",
            "-j",
            "0",
            "--seed",
            "1",
        ],
    ]
    main = main_of("imagenet")
    main([*small, "--epochs", "1", "--lr", "0.01"])
    out = capsys.readouterr().out
    assert out.startswith("=> creating model 'squeezenet1_1'\nEpoch: [0][0/2]\tTime ")
    assert re.search(r" \*   Acc@1 \d+\.\d{3} Acc@5 100\.000\n", out)
    saved = torchish.load("checkpoint.pth.tar", weights_only=True)
    assert saved["epoch"] == 1 and saved["arch"] == "squeezenet1_1"
    main([*small, "--resume", "checkpoint.pth.tar", "--evaluate"])
    assert "=> loaded checkpoint 'checkpoint.pth.tar' (epoch 1)\n" in capsys.readouterr().out


def test_imagenet_on_noise(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = "--dummy -a squeezenet1_1 --size 32 --classes 3 -b 48 -j 0 --epochs 1"
    main_of("imagenet")(options.split())
    assert "=> Dummy data is used!" in capsys.readouterr().out


def test_finetune_learns_from_a_checkpoint(images, tmp_path, capsys):
    torchish.manual_seed(0)
    torchish.save(models.resnet18().state_dict(), tmp_path / "resnet18.pth")
    options = [str(images), "--weights", str(tmp_path / "resnet18.pth"), "--size", "32"]
    main = main_of("finetune")
    best = main([*options, *["--freeze", "--epochs", "3", "--lr", "0.01", "--batch-size", "8"]])
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "resnet18: 1026 parameters learn 2 classes"
    assert best >= 0.75 and out[-1] == f"best val accuracy: {100 * best:.1f} %"
