"""Wrong options of the examples are told in a line, and `--plot` draws."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from tests.examples.runs import EXAMPLES


def main_of(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


@pytest.mark.parametrize(
    "name, options, words",
    [
        ("vae", "--epochs 0", "--epochs must be more than 0"),
        ("vae", "--latent -1", "--latent must be more than 0"),
        ("vae", "--out no/such/folder/x.png", "--out: the folder of no/such/folder/x.png does not"),
        ("dcgan", "--batch-size many", "argument --batch-size: invalid int value: 'many'"),
        ("dcgan", "--plot curve.txt", "--plot: curve.txt does not end in .png, .svg, .pdf"),
        ("char_lstm", "--temperature 0", "--temperature must be more than 0"),
        ("char_lstm", "--dropout 1", "--dropout must be at least 0 and less than 1"),
        ("char_lstm", "--text no.txt", "--text: there is no file no.txt"),
        ("gpt", "--width 30", "--width 30 can not be shared out among 4 heads"),
        ("gpt", "--write -1", "--write must not be negative"),
        ("gpt", "--device gpu", "--device gpu: Expected one of cpu"),
        ("cifar10", "--resume no.pt", "--resume: there is no file no.pt"),
        ("cifar10", "--smoothing 2", "--smoothing must be at least 0 and less than 1"),
        ("imagenet", "--dummy --lr 0", "--lr must be more than 0"),
        ("imagenet", "-a lenet", "argument -a/--arch: invalid choice: 'lenet'"),
        ("finetune", "images --arch lenet", "--arch: torchvision has no model 'lenet'"),
    ],
)
def test_a_wrong_option_is_named(name, options, words, capsys):
    with pytest.raises(SystemExit) as ended:
        main_of(name)(options.split())
    said = capsys.readouterr()
    assert ended.value.code == 2 and words in said.err and not said.out


@pytest.mark.parametrize("name", ["ddp_lenet", "fsdp_gpt", "tensor_parallel"])
def test_the_distributed_examples_say_it_too(name, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", [f"{name}.py", "--lr", "0"])
    with pytest.raises(SystemExit, match="2"):
        main_of(name)()
    assert "--lr must be more than 0" in capsys.readouterr().err


def test_texts_that_can_not_be_learnt(tmp_path):
    (tmp_path / "short.txt").write_text("to be")
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe\x00\x01" * 99)
    for file, words in (("short", "has 5 characters, too few"), ("bytes", "is no text in UTF-8")):
        with pytest.raises(SystemExit, match=words):
            main_of("gpt")(["--text", str(tmp_path / f"{file}.txt")])


def test_data_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # refuses
    for name, options, words in (
        ("imagenet", [str(tmp_path)], "no images in train/CLASS"),
        ("cifar10", ["--root", str(tmp_path / "data")], "cannot get CIFAR-10"),
    ):
        with pytest.raises(SystemExit, match=words):
            main_of(name)(options)


@pytest.mark.parametrize(
    "name, options",
    [
        ("vae", "--epochs 1"),
        ("dcgan", "--epochs 1 --width 4"),
        ("char_lstm", "--steps 3 --width 16 --length 8 --write 9"),
        ("gpt", "--steps 3 --width 16 --length 8 --depth 1 --write 9"),
        ("cifar10", "--data fake --layers 1 --width 4 --epochs 1 --save net.pt"),
    ],
)
def test_plots_are_pictures(name, options, tmp_path, capsys, monkeypatch):
    image = pytest.importorskip("PIL.Image")
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    main_of(name)([*options.split(), "--plot", "curve.png"])
    assert capsys.readouterr().out.splitlines()[-1] == "wrote curve.png"
    with image.open("curve.png") as picture:
        assert picture.format == "PNG" and picture.width > 600
        assert len(picture.convert("L").getcolors()) > 20


def test_a_plot_needs_matplotlib(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SystemExit):
        main_of("vae")(["--plot", "curve.png"])
    assert "--plot needs matplotlib: pip install matplotlib" in capsys.readouterr().err


def test_the_mean_of_the_last_values():
    main_of("gpt")
    smooth = sys.modules["shared"].smooth
    assert smooth([1.0, 2.0, 3.0, 6.0], 2) == [1.0, 1.5, 2.5, 4.5]
