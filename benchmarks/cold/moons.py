"""Two half-moons told apart by a small network; accuracy and the decision on a grid."""

import math

import torch
from torch import nn

torch.manual_seed(2)
n = 200
angle = torch.rand(n) * math.pi
upper = torch.stack([angle.cos(), angle.sin()], 1)
lower = torch.stack([1 - angle.cos(), 0.5 - angle.sin()], 1)
points = torch.cat([upper, lower]) + 0.1 * torch.randn(2 * n, 2)
labels = torch.cat([torch.zeros(n), torch.ones(n)]).long()
order = torch.randperm(2 * n)
train, test = order[:300], order[300:]

model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()
losses = []
for epoch in range(200):
    optimizer.zero_grad()
    loss = criterion(model(points[train]), labels[train])
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    if epoch % 40 == 0:
        print(f"epoch {epoch} loss {loss.item():.4f}")
with torch.no_grad():
    right = (model(points[test]).argmax(1) == labels[test]).float().mean()
    print(f"accuracy {right.item():.2f}")
    gx, gy = torch.meshgrid(torch.linspace(-1, 2, 20), torch.linspace(-1, 1.5, 20), indexing="ij")
    grid = torch.stack([gx.reshape(-1), gy.reshape(-1)], 1)
    print(f"mean probability {torch.softmax(model(grid), 1)[:, 1].mean().item():.3f}")
print(f"{sum(losses) / len(losses):.4f}")
