"""vision.io: what is written comes back, and is what Pillow reads."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import torchish
from torchish.vision import io

LEVELS = np.random.default_rng(0).integers(0, 255, (3, 12, 16)).astype(np.uint8)
IMAGE = torchish.from_numpy(LEVELS)


@pytest.mark.parametrize("channels", [1, 3])
def test_png_round_trip(tmp_path, channels):
    io.write_png(IMAGE[:channels], tmp_path / "x.png")
    back = io.read_image(str(tmp_path / "x.png"))
    assert torchish.equal(back, IMAGE[:channels])
    assert torchish.equal(io.decode_image(tmp_path / "x.png"), back)
    assert torchish.equal(io.decode_png(io.encode_png(IMAGE[:channels], 0)), back)


def test_jpeg(tmp_path):
    io.write_jpeg(IMAGE, tmp_path / "x.jpg", quality=90)
    want = np.array(Image.open(tmp_path / "x.jpg")).transpose(2, 0, 1)
    np.testing.assert_array_equal(io.read_image(tmp_path / "x.jpg").numpy(), want)
    np.testing.assert_array_equal(io.decode_jpeg(io.encode_jpeg(IMAGE, 90)).numpy(), want)


def test_modes(tmp_path):
    Image.fromarray(LEVELS.transpose(1, 2, 0)).save(tmp_path / "x.png")
    for mode, channels in (("GRAY", 1), ("GRAY_ALPHA", 2), ("RGB", 3), ("RGBA", 4)):
        assert io.read_image(tmp_path / "x.png", mode).shape == (channels, 12, 16)
        assert io.read_image(tmp_path / "x.png", io.ImageReadMode[mode]).shape[0] == channels


def test_errors():
    with pytest.raises(RuntimeError, match="Unsupported image file"):
        io.decode_image(torchish.zeros(10, dtype=torchish.uint8))
    with pytest.raises(RuntimeError, match="non empty 1-dimensional"):
        io.decode_image(IMAGE)
    with pytest.raises(ValueError, match="between 1 and 100"):
        io.encode_jpeg(IMAGE, 0)
    with pytest.raises(RuntimeError, match="dtype should be uint8"):
        io.encode_png(IMAGE.float())
