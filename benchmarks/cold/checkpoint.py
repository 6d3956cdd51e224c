"""Saving and loading: a state dict, a whole checkpoint with optimizer, and going on from it."""

import os
import tempfile

import torch
from torch import nn


def build():
    return nn.Sequential(nn.Linear(10, 20), nn.BatchNorm1d(20), nn.ReLU(), nn.Linear(20, 2))


def train(model, optimizer, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()


torch.manual_seed(0)
x, y = torch.randn(64, 10), torch.randint(0, 2, (64,))
model = build()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
print(f"{train(model, optimizer, 20):.5f}")
for name, value in model.state_dict().items():
    print(name, value.size())
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "model.pt")
    state = {"epoch": 20, "model": model.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(state, path)
    straight = train(model, optimizer, 10)
    checkpoint = torch.load(path, weights_only=True)
again = build()
print(again.load_state_dict(checkpoint["model"]), checkpoint["epoch"])
resumed = torch.optim.Adam(again.parameters(), lr=1e-2)
resumed.load_state_dict(checkpoint["optimizer"])
print(f"{straight:.5f} {train(again, resumed, 10):.5f}")
partial = {k: v for k, v in checkpoint["model"].items() if not k.startswith("3.")}
print(build().load_state_dict(partial, strict=False).missing_keys)
