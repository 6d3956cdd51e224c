"""A tiny U-Net segments discs in 32 × 32 images: skip connections, Dice and BCE."""

import torch
from torch import nn


def double(n_in, n_out):
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, 3, padding=1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU(),
        nn.Conv2d(n_out, n_out, 3, padding=1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU(),
    )  # fmt: skip


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1, self.down2, self.bottom = double(1, 8), double(8, 16), double(16, 32)
        self.pool = nn.MaxPool2d(2)
        self.up2, self.up1 = (
            nn.ConvTranspose2d(32, 16, 2, 2, bias=False),
            nn.ConvTranspose2d(16, 8, 2, 2, bias=False),
        )
        self.conv2, self.conv1 = double(32, 16), double(16, 8)
        self.out = nn.Conv2d(8, 1, 1)

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(self.pool(a))
        c = self.bottom(self.pool(b))
        b = self.conv2(torch.cat([self.up2(c), b], dim=1))
        a = self.conv1(torch.cat([self.up1(b), a], dim=1))
        return self.out(a)


def dice(probability, mask):
    inter = (probability * mask).sum((1, 2, 3))
    return 1 - ((2 * inter + 1) / (probability.sum((1, 2, 3)) + mask.sum((1, 2, 3)) + 1)).mean()


torch.manual_seed(0)
gy, gx = torch.meshgrid(torch.arange(32), torch.arange(32), indexing="ij")
at, radius = torch.randint(8, 24, (32, 2)), torch.randint(3, 7, (32,))
squared = (gx - at[:, 0, None, None]) ** 2 + (gy - at[:, 1, None, None]) ** 2
masks = (squared < radius[:, None, None] ** 2).float().unsqueeze(1)
images = masks + 0.5 * torch.randn_like(masks)
model = UNet()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
bce = nn.BCEWithLogitsLoss()
for step in range(12):
    rows = slice(8 * (step % 4), 8 * (step % 4) + 8)
    logits = model(images[rows])
    loss = bce(logits, masks[rows]) + dice(logits.sigmoid(), masks[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 3 == 0:
        print(f"{step} {loss.item():.4f}")
model.eval()
with torch.no_grad():
    print(f"{model(images[:8]).mean().item():.2f}")
