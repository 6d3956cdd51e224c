"""What the examples write and draw; their losses are cases of tests/oracle.py."""

from __future__ import annotations

import importlib.util

import pytest

import torchish
from tests.examples.runs import EXAMPLES
from torchish.vision.io import read_image


def main_of(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


@pytest.mark.parametrize("name", ["char_lstm", "gpt"])
def test_what_the_writers_write(name, tmp_path, capsys):
    text = tmp_path / "text.txt"
    text.write_text("to be or not to be, that is the question. " * 4)
    options = f"--text {text} --steps 2 --width 16 --length 8 --start to --write 9"
    options += " --depth 1" if name == "gpt" else ""
    main_of(name)([*options.split(), "--save", str(tmp_path / "net.pt")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"wrote {tmp_path / 'net.pt'}"
    assert lines[-2].startswith("to") and len(lines[-2]) == 11
    assert set(lines[-2]) <= set(text.read_text())
    assert all(v.is_floating_point() for v in torchish.load(tmp_path / "net.pt").values())
    with pytest.raises(SystemExit, match="the text has not"):
        main_of(name)(["--text", str(text), "--start", "Q"])


@pytest.mark.parametrize("name", ["vae", "dcgan"])
def test_what_the_painters_draw(name, tmp_path, capsys):
    main_of(name)(["--epochs", "1", "--out", str(tmp_path / "drawn.png")])
    assert capsys.readouterr().out.splitlines()[-1] == f"wrote {tmp_path / 'drawn.png'}"
    image = read_image(str(tmp_path / "drawn.png"))
    assert image.shape == (3, 8 * 18 + 2, 8 * 18 + 2) and image.float().std() > 10
