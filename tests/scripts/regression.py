"""Fits a line by gradient descent."""

import sys

import torch
import torch.nn as nn
from torch import optim

torch.manual_seed(0)
steps = int(sys.argv[1])
x = torch.linspace(-1, 1, 32).unsqueeze(1)
y = 3 * x - 0.5
model = nn.Linear(1, 1)
optimizer = optim.SGD(model.parameters(), lr=0.5)
for _ in range(steps):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print(f"weight {model.weight.item():.4f} bias {model.bias.item():.4f}")
