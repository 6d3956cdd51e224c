"""A variational auto-encoder on 14 × 14 blobs: reparametrisation, BCE plus KL, samples."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(1)
gy, gx = torch.meshgrid(torch.arange(14.0), torch.arange(14.0), indexing="ij")
at = 3 + 8 * torch.rand(512, 2)
distance = (gx - at[:, 0, None, None]) ** 2 + (gy - at[:, 1, None, None]) ** 2
data = torch.exp(-distance / 6).view(512, 196)


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(196, 100)
        self.fc21 = nn.Linear(100, 8)
        self.fc22 = nn.Linear(100, 8)
        self.fc3 = nn.Linear(8, 100)
        self.fc4 = nn.Linear(100, 196)

    def encode(self, x):
        h = F.relu(self.fc1(x))
        return self.fc21(h), self.fc22(h)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        return mu + torch.randn_like(std) * std

    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar


def loss_function(recon, x, mu, logvar):
    bce = F.binary_cross_entropy(recon, x, reduction="sum")
    return bce - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())


model = VAE()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(5):
    model.train()
    train_loss = 0.0
    for batch in data.split(32):
        optimizer.zero_grad()
        recon, mu, logvar = model(batch)
        loss = loss_function(recon, batch, mu, logvar)
        loss.backward()
        train_loss += loss.item()
        optimizer.step()
    print(f"epoch {epoch} average loss {train_loss / len(data):.4f}")
model.eval()
with torch.no_grad():
    sample = model.decode(torch.randn(4, 8))
    print(sample.shape, sample.mean(1))
