"""A mixture density network fits a curve that folds back on itself; samples from the mixture."""

import math

import torch
import torch.nn as nn


class MDN(nn.Module):
    def __init__(self, hidden=20, mixtures=5):
        super().__init__()
        self.z_h = nn.Sequential(nn.Linear(1, hidden), nn.Tanh())
        self.z_pi = nn.Linear(hidden, mixtures)
        self.z_sigma = nn.Linear(hidden, mixtures)
        self.z_mu = nn.Linear(hidden, mixtures)

    def forward(self, x):
        h = self.z_h(x)
        return nn.functional.softmax(self.z_pi(h), -1), torch.exp(self.z_sigma(h)), self.z_mu(h)


def mdn_loss(pi, sigma, mu, y):
    density = torch.exp(-0.5 * ((y - mu) / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))
    return torch.mean(-torch.log(torch.sum(density * pi, dim=1)))


torch.manual_seed(0)
n = 400
y = torch.rand(n, 1) * 20 - 10
x = torch.sin(0.75 * y) * 7 + y * 0.5 + torch.randn(n, 1)
network = MDN()
optimizer = torch.optim.Adam(network.parameters())
for epoch in range(300):
    loss = mdn_loss(*network(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 50 == 0:
        print(epoch, f"{loss.item():.4f}")
grid = torch.linspace(-15, 15, 100).view(-1, 1)
with torch.no_grad():
    pi, sigma, mu = network(grid)
    print(pi.mean(0), mu.mean(0))
    k = torch.multinomial(pi, 1).view(-1)
    rows = torch.arange(100)
    sample = torch.randn(100) * sigma[rows, k] + mu[rows, k]
    print(sample.shape, (pi * mu).sum(1)[::25])
