"""Runs examples with `--plot`, and stores their figures for docs/gallery.md.

python docs/make_gallery.py [NAME ...]     # minutes on two cores; needs matplotlib
"""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tempfile

from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "assets" / "gallery"
LARGEST = 60_000  # bytes of a figure
OPTIONS = {
    "lenet": "--epochs 10",
    "vae": "--epochs 60",
    "dcgan": "--epochs 60 --lr 0.0005",
    "char_lstm": "--steps 1500",
    "gpt": "--steps 1000",
}


def figure(name: str) -> pathlib.Path:
    """The figure of an example, with as few colours as keep it small."""
    path = FOLDER / f"{name}.png"
    with tempfile.TemporaryDirectory() as folder:
        large = pathlib.Path(folder) / "figure.png"
        script = [sys.executable, str(ROOT / "examples" / f"{name}.py")]
        subprocess.run(
            [*script, *OPTIONS[name].split(), "--plot", str(large)],
            check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with Image.open(large) as picture:
            for colours in (64, 32, 16):
                picture.convert("RGB").quantize(colours).save(path, optimize=True)
                if path.stat().st_size < LARGEST:
                    return path
    raise SystemExit(f"{path} has {path.stat().st_size} bytes")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or OPTIONS:
        print("wrote", figure(name))
