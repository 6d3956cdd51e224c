"""A tiny vision transformer: patches by a strided convolution, class token, ten steps."""

import torch
from torch import nn


class ViT(nn.Module):
    def __init__(self, image=32, patch=4, width=64, depth=3, heads=4, classes=10):
        super().__init__()
        self.patch = nn.Conv2d(3, width, patch, stride=patch)
        count = (image // patch) ** 2
        self.cls = nn.Parameter(torch.zeros(1, 1, width))
        self.pos = nn.Parameter(0.02 * torch.randn(1, count + 1, width))
        layer = nn.TransformerEncoderLayer(
            width,
            heads,
            2 * width,
            dropout=0.0,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.encoder = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, classes))

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.size(0), -1, -1), x], dim=1) + self.pos
        return self.head(self.encoder(x)[:, 0])


torch.manual_seed(0)
model = ViT()
images, labels = torch.randn(16, 3, 32, 32), torch.randint(0, 10, (16,))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
for step in range(10):
    loss = criterion(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    if step % 3 == 0:
        print(f"step {step} loss {loss.item():.4f} lr {schedule.get_last_lr()[0]:.6f}")
with torch.no_grad():
    print(model(images).softmax(1).max().item())
