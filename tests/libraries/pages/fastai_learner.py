"""fastai: a learner on tensors, with one cycle, metrics and callbacks."""

import torch
from fastai.callback.schedule import *  # noqa: F403 - as fastai's users do
from fastai.data.core import DataLoaders
from fastai.data.load import DataLoader
from fastai.learner import Learner
from fastai.losses import CrossEntropyLossFlat
from fastai.metrics import accuracy
from fastai.torch_core import set_seed
from harness import show

set_seed(0)
x, y = torch.randn(64, 6), torch.randint(0, 3, (64,))
rows = list(zip(x, y, strict=True))
loaders = DataLoaders(DataLoader(rows, bs=16, shuffle=True), DataLoader(rows, bs=32))
model = torch.nn.Sequential(torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Linear(16, 3))
learner = Learner(loaders, model, loss_func=CrossEntropyLossFlat(), metrics=accuracy)
with learner.no_bar(), learner.no_logging():
    learner.fit_one_cycle(3, 1e-2)
    show("losses", [float(v) for v in learner.recorder.losses])
    show("values", [list(row) for row in learner.recorder.values])
    show("validate", list(learner.validate()))
