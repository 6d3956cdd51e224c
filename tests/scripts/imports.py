"""The ways in which scripts import PyTorch, and what Python promises a script about itself."""

import importlib
import sys

import beside_it
import torch
import torch.nn
import torch.nn.functional as F
import torch.optim as optim
import torch.utils.data as data
import torchvision
import torchvision.transforms as T
from torch import nn
from torch.nn import Linear
from torch.utils.data import DataLoader
from torchvision import datasets

torchish = sys.modules["torchish"]
assert torch is torchish
assert nn is torch.nn is sys.modules["torchish.nn"]
assert F is nn.functional is sys.modules["torchish.nn.functional"]
assert Linear is torchish.nn.Linear and optim is torchish.optim
assert DataLoader is data.DataLoader is torch.utils.data.DataLoader
assert torchvision is torchish.vision and T is torchish.vision.transforms
assert datasets is torchvision.datasets
assert torch.__name__ == "torch" and torch.__spec__.name == "torchish"
assert torch.nn.__spec__.name == "torchish.nn"
assert importlib.import_module("torch.nn.init") is nn.init

for missing in (
    "torch.no_such_part",
    "torch.nn.no_such_part",
    "torchvision.no_such_part",
    "torch.tensor",
):
    try:
        importlib.import_module(missing)
    except ModuleNotFoundError as error:
        assert error.name == missing, error.name
        assert missing in str(error) and "torchish does not have" in str(error), error
    else:
        raise AssertionError(f"{missing} was imported")
assert callable(torch.tensor)

assert __name__ == "__main__" and sys.modules["__main__"].__dict__ is globals()
assert beside_it.HERE == "beside the script"
print(sys.argv[1:], __file__ == sys.argv[0])
