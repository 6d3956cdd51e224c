"""A denoising diffusion model on 8 × 8 images: sinusoidal times, ten steps, then sampling."""

import math

import torch
import torch.nn.functional as F
from torch import nn

STEPS = 20
beta = torch.linspace(1e-4, 0.2, STEPS)
alpha = 1.0 - beta
alpha_bar = torch.cumprod(alpha, dim=0)


def embed(t, width=16):
    frequency = torch.exp(-math.log(10000) * torch.arange(width // 2) / (width // 2))
    angle = t[:, None].float() * frequency[None]
    return torch.cat([angle.sin(), angle.cos()], dim=1)


class Denoiser(nn.Module):
    def __init__(self, channels=16):
        super().__init__()
        self.enter = nn.Conv2d(1, channels, 3, padding=1)
        self.time = nn.Sequential(nn.Linear(16, channels), nn.SiLU(), nn.Linear(channels, channels))
        self.norm1, self.norm2 = nn.GroupNorm(4, channels), nn.GroupNorm(4, channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.leave = nn.Conv2d(channels, 1, 3, padding=1)

    def forward(self, x, t):
        h = self.enter(x)
        r = self.conv1(F.silu(self.norm1(h))) + self.time(embed(t))[:, :, None, None]
        h = h + self.conv2(F.silu(self.norm2(r)))
        return self.leave(F.silu(h))


torch.manual_seed(0)
data = torch.where(torch.rand(64, 1, 1, 1) < 0.5, 1.0, -1.0) * torch.ones(64, 1, 8, 8)
model = Denoiser()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for step in range(10):
    x0 = data[torch.randint(0, 64, (16,))]
    t = torch.randint(0, STEPS, (16,))
    noise = torch.randn_like(x0)
    scale = alpha_bar[t].view(-1, 1, 1, 1)
    xt = scale.sqrt() * x0 + (1 - scale).sqrt() * noise
    loss = F.mse_loss(model(xt, t), noise)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"{step} {loss.item():.4f}")


@torch.no_grad()
def sample(n):
    x = torch.randn(n, 1, 8, 8)
    for i in reversed(range(STEPS)):
        t = torch.full((n,), i, dtype=torch.long)
        eps = model(x, t)
        x = (x - beta[i] / (1 - alpha_bar[i]).sqrt() * eps) / alpha[i].sqrt()
        if i > 0:
            x = x + beta[i].sqrt() * torch.randn_like(x)
    return x


images = sample(4)
print(images.shape, images.mean((1, 2, 3)))
