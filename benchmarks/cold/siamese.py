"""Siamese embeddings: contrastive loss, triplet margin loss, cosine embedding loss."""

import torch
import torch.nn.functional as F
from torch import nn


class Embed(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 8, 3), nn.PReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 25, 16)
        )

    def forward(self, x):
        return F.normalize(self.net(x), dim=1)


def contrastive(a, b, same, margin=1.0):
    distance = (a - b).pow(2).sum(1)
    apart = F.relu(margin - (distance + 1e-9).sqrt()).pow(2)
    return 0.5 * (same * distance + (1 - same) * apart).mean()


torch.manual_seed(0)
prototypes = torch.randn(5, 1, 12, 12)


def draw(labels):
    return prototypes[labels] + 0.5 * torch.randn(len(labels), 1, 12, 12)


model = Embed()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
triplet, cosine = nn.TripletMarginLoss(margin=0.5), nn.CosineEmbeddingLoss(margin=0.1)
for step in range(30):
    first, second = torch.randint(0, 5, (32,)), torch.randint(0, 5, (32,))
    same = (first == second).float()
    a, b = model(draw(first)), model(draw(second))
    other = model(draw((first + 1) % 5))
    loss = contrastive(a, b, same)
    loss = loss + triplet(a, model(draw(first)), other) + cosine(a, other, -torch.ones(32))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 6 == 0:
        print(f"{step} {loss.item():.4f}")
with torch.no_grad():
    names = torch.arange(5)
    similarity = model(draw(names)) @ model(draw(names)).t()
    print(f"{similarity.diag().mean().item():.3f}")
