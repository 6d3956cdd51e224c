"""Writes transforms.json, a summary of what torchvision's transforms give in tests/vision.

python -m tests.reference.make_transforms, from the root, with PyTorch and torchvision installed.
"""

import json
import pathlib
import warnings

import torch

from tests.vision import oracle
from tests.vision import transform_cases as table

oracle.load()
warnings.simplefilter("ignore")
library = table.Library(torch, "torchvision")
result = {case: table.summary(case, table.results(library, case)) for case in table.CASES}
lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in result.items())
pathlib.Path(__file__).with_name("transforms.json").write_text("{\n" + lines + "\n}\n")
