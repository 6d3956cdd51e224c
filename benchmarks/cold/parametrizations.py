"""Parametrizations: symmetric, skew and orthogonal weights, weight norm, and their training."""

import torch
import torch.nn.utils.parametrize as parametrize
from torch import nn
from torch.nn.utils.parametrizations import orthogonal, weight_norm


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).transpose(-1, -2)


class Skew(nn.Module):
    def forward(self, x):
        a = x.triu(1)
        return a - a.transpose(-1, -2)


class MatrixExponential(nn.Module):
    def forward(self, x):
        return torch.matrix_exp(x)


torch.manual_seed(0)
layer = nn.Linear(3, 3)
parametrize.register_parametrization(layer, "weight", Symmetric())
a = layer.weight
print(torch.allclose(a, a.T), a)
print(layer)
cnn = nn.Conv2d(4, 8, 3)
parametrize.register_parametrization(cnn, "weight", nn.Tanh())
print(cnn.weight.abs().max() < 1, cnn(torch.ones(1, 4, 5, 5)).mean().item())
turning = nn.Linear(3, 3)
parametrize.register_parametrization(turning, "weight", Skew())
parametrize.register_parametrization(turning, "weight", MatrixExponential())
q = turning.weight
print(torch.dist(q.T @ q, torch.eye(3)).item() < 1e-5, torch.det(q).item())
with parametrize.cached():
    print((turning.weight is turning.weight), turning(torch.ones(2, 3)))
ortho = orthogonal(nn.Linear(6, 6))
print(torch.dist(ortho.weight.T @ ortho.weight, torch.eye(6)).item() < 1e-4)
normed = weight_norm(nn.Linear(6, 4))
print(normed.parametrizations.weight.original0, [n for n, _ in normed.named_parameters()])
model = nn.Sequential(ortho, nn.ReLU(), normed)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.randn(32, 6), torch.randn(32, 4)
for step in range(20):
    optimizer.zero_grad()
    loss = (model(x) - y).pow(2).mean()
    loss.backward()
    optimizer.step()
    if step % 5 == 0:
        print(step, f"{loss.item():.4f}")
parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)
print(type(layer).__name__, layer.weight)
