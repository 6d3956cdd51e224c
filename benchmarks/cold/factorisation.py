"""Matrix factorisation of ratings: embeddings of users and items with biases, minibatches."""

import torch
from torch import nn


class Factors(nn.Module):
    def __init__(self, users, items, rank):
        super().__init__()
        self.user, self.item = nn.Embedding(users, rank), nn.Embedding(items, rank)
        self.user_bias, self.item_bias = nn.Embedding(users, 1), nn.Embedding(items, 1)
        self.mean = nn.Parameter(torch.zeros(1))
        for e in (self.user, self.item):
            nn.init.normal_(e.weight, std=0.1)
        for e in (self.user_bias, self.item_bias):
            nn.init.zeros_(e.weight)

    def forward(self, u, i):
        dot = (self.user(u) * self.item(i)).sum(-1)
        return dot + self.user_bias(u).squeeze(-1) + self.item_bias(i).squeeze(-1) + self.mean


torch.manual_seed(0)
users, items = 100, 80
truth = torch.randn(users, 3) @ torch.randn(3, items)
u, i = torch.randint(0, users, (3000,)), torch.randint(0, items, (3000,))
ratings = truth[u, i] + 0.1 * torch.randn(3000)
model = Factors(users, items, 4)
optimizer = torch.optim.Adam(model.parameters(), lr=0.02, weight_decay=1e-5)
for epoch in range(6):
    order, total = torch.randperm(2500), 0.0
    for k in range(0, 2500, 250):
        rows = order[k : k + 250]
        loss = nn.functional.mse_loss(model(u[rows], i[rows]), ratings[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    with torch.no_grad():
        error = (model(u[2500:], i[2500:]) - ratings[2500:]).pow(2).mean().sqrt()
    print(f"{epoch} train {total / 10:.4f} test {error.item():.4f}")
print(torch.linalg.matrix_rank(truth), torch.linalg.svdvals(truth)[:3])
