"""examples/lenet.py: trains, saves what PyTorch can load, plots, and says what is wrong."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "lenet.py"


def run(*args, cwd, ok=True, **environ):
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLE), *map(str, args)],
        cwd=cwd,
        env={**os.environ, **environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode == 0) == ok, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def short_run(tmp_path_factory):
    """One epoch, with everything that it can write."""
    folder = tmp_path_factory.mktemp("lenet")
    options = [
        "--epochs",
        1,
        "--save",
        "net.pt",
        *(["--plot", "net.png"] if has_matplotlib() else []),
    ]
    return folder, run(*options, cwd=folder)


def has_matplotlib():
    try:
        import matplotlib
    except ImportError:
        return False
    return bool(matplotlib)


def test_what_it_prints(short_run):
    _, done = short_run
    assert done.stdout.startswith(
        "LeNet(\n  (conv1): Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1))"
    )
    assert "61706 parameters" in done.stdout
    assert re.search(r"test accuracy: \d+\.\d\d % of \d+ images", done.stdout)
    assert "epoch 1/1" in done.stderr and "loss" in done.stderr and "images/s" in done.stderr


def test_the_default_run_reaches_97_percent(tmp_path):
    done = run(cwd=tmp_path)
    accuracy = float(re.search(r"test accuracy: ([\d.]+) %", done.stdout)[1])
    assert accuracy >= 97


def test_the_checkpoint_loads_in_pytorch(short_run):
    torch = pytest.importorskip("torch")
    folder, _ = short_run
    state = torch.load(folder / "net.pt", weights_only=True)
    shapes = {name: tuple(value.shape) for name, value in state.items()}
    layers = ("conv1", "conv2", "fc1", "fc2", "fc3")
    assert list(shapes) == [f"{layer}.{p}" for layer in layers for p in ("weight", "bias")]
    assert shapes["fc1.weight"] == (120, 400) and shapes["conv2.weight"] == (16, 6, 5, 5)


def test_the_plot_is_a_picture(short_run):
    image = pytest.importorskip("PIL.Image")
    pytest.importorskip("matplotlib")
    folder, done = short_run
    assert "wrote net.png" in done.stdout
    with image.open(folder / "net.png") as picture:
        assert picture.format == "PNG" and picture.size == (1200, 800)
        assert len(np.unique(np.asarray(picture.convert("L")))) > 50


@pytest.mark.parametrize(
    "args, words",
    [
        (["--data", "digit"], "--data is digits, mnist, cifar10 or tfds:NAME, not 'digit'"),
        (["--epochs", "0"], "--epochs must be more than 0"),
        (["--batch-size", "-1"], "--batch-size must be more than 0"),
        (["--lr", "fast"], "argument --lr: invalid float value: 'fast'"),
        (["--momentum", "1"], "--momentum must be at least 0 and less than 1"),
        (["--device", "gpu"], "--device gpu: Expected one of cpu"),
        (
            ["--save", "no/such/folder/net.pt"],
            "--save: the folder of no/such/folder/net.pt does not exist",
        ),
    ],
)
def test_bad_options(args, words, tmp_path):
    done = run(*args, cwd=tmp_path, ok=False)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("data", ["mnist", "cifar10", "tfds:no_such_set"])
def test_missing_data(data, tmp_path):
    """The network is not asked: a proxy that refuses stands in the way."""
    refused = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    done = run("--data", data, "--root", "empty", cwd=tmp_path, ok=False, **refused)
    assert done.returncode == 1
    assert f"lenet.py: cannot get {data.removeprefix('tfds:')}: " in done.stderr
    assert "Traceback" not in done.stderr
