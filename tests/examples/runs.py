"""Short runs of the examples under either library: the losses of their first 100 steps.

Under PyTorch an example is the same text with the imports exchanged; the digits, which PyTorch has
not, are those of the package.
"""

from __future__ import annotations

import contextlib
import io
import pathlib
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np

from torchish.vision import datasets, transforms, utils

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
if str(EXAMPLES) not in sys.path:  # as for a script there: they import each other
    sys.path.append(str(EXAMPLES))
STEPS = 100
OPTIONS = {
    "char_lstm": "--steps 100 --width 32 --batch-size 8 --length 24 --write 20",
    "gpt": "--steps 100 --width 32 --depth 2 --batch-size 4 --length 32 --dropout 0.1 --write 20",
    "vae": "--epochs 5",
    "dcgan": "--epochs 5 --width 4",
}


def for_pytorch(torch) -> SimpleNamespace:
    """What the examples use of `torchish.vision`, giving PyTorch's tensors."""

    class Digits(torch.utils.data.Dataset):
        def __init__(self, *args, **options):
            self.digits = datasets.Digits(*args, **options)

        def __len__(self):
            return len(self.digits)

        def __getitem__(self, i):
            image, label = self.digits[i]
            return torch.from_numpy(np.array(image)), label

    return SimpleNamespace(Digits=Digits)


def losses(name: str, torch: Any = None) -> np.ndarray:
    """The loss(es) of each of the first steps; under PyTorch when that is given."""
    text = (EXAMPLES / f"{name}.py").read_text()
    names: dict[str, Any] = {"__name__": name, "__file__": str(EXAMPLES / f"{name}.py")}
    if torch is not None:
        names |= {"datasets": for_pytorch(torch), "transforms": transforms, "utils": utils}
        text = text.replace("from torchish.vision import datasets, transforms, utils\n", "")
        text = text.replace("import torchish as torch\n", "import torch\n")
        text = text.replace("torchish.", "torch.")
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        exec(compile(text, f"{name}.py", "exec"), names)
        found = names["main"](OPTIONS[name].split())
    return np.array(found[:STEPS])
