"""Training and validation with DataLoader, TensorDataset, random_split and a custom Dataset."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split


class Sums(Dataset):
    """Pairs (five numbers, their weighted sum)."""

    def __init__(self, n):
        self.x = torch.randn(n, 5)
        self.y = self.x @ torch.tensor([1.0, -2.0, 3.0, 0.5, 0.0])

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


torch.manual_seed(4)
x = torch.randn(640, 20)
y = (x[:, 0] * x[:, 1] > 0).long()
train, valid = random_split(TensorDataset(x, y), [512, 128])
train_loader = DataLoader(train, batch_size=64, shuffle=True)
valid_loader = DataLoader(valid, batch_size=128)
model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(4):
    model.train()
    for xb, yb in train_loader:
        loss = F.cross_entropy(model(xb), yb)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.eval()
    with torch.no_grad():
        print(epoch, sum(F.cross_entropy(model(xb), yb) for xb, yb in valid_loader))

loader = DataLoader(Sums(300), batch_size=32, shuffle=True, drop_last=False)
linear = nn.Linear(5, 1)
optimizer = torch.optim.SGD(linear.parameters(), lr=0.1)
for epoch in range(3):
    total = 0.0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = F.mse_loss(linear(xb).squeeze(1), yb)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(xb)
    print(epoch, total / 300)
print(linear.weight, linear.bias)
