"""torchvision from its own sources, where torchish would give `torchish.vision` in its place.

Its compiled operators are made for one build of PyTorch. Where they can not be loaded, the names
are declared that its sources expect.
"""

import importlib
import sys

import torch

SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
library = None
if "torchish" in sys.modules:
    del importlib.import_module("torchish._as_torch").PACKAGES["torchvision"]
try:
    torchvision = importlib.import_module("torchvision")
except RuntimeError:  # operator torchvision::nms does not exist
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(name + SCHEMA)
    torchvision = importlib.import_module("torchvision")
