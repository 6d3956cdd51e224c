"""Gradient accumulation over four small batches, clipping by norm, and hooks on gradients."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 4))
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
criterion = nn.CrossEntropyLoss()
x = torch.randn(512, 16)
y = x[:, :4].argmax(1)
accumulate, norms, total = 4, [], 0.0
for epoch in range(3):
    for i, (xb, yb) in enumerate(zip(x.split(16), y.split(16))):
        loss = criterion(model(xb), yb) / accumulate
        loss.backward()
        total += loss.item()
        if (i + 1) % accumulate == 0:
            norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.5)
            norms.append(norm)
            optimizer.step()
            optimizer.zero_grad()
    print(f"epoch {epoch} loss {total / 8:.4f} norm {torch.stack(norms).mean().item():.4f}")
    total = 0.0
seen = []
handle = model[0].weight.register_hook(lambda g: seen.append(g.abs().max().item()) or g * 0.5)
criterion(model(x[:16]), y[:16]).backward()
handle.remove()
print(len(seen), abs(model[0].weight.grad.abs().max().item() * 2 - seen[0]) < 1e-6)
