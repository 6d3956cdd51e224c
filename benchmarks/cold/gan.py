"""A generative adversarial pair on a one-dimensional Gaussian; two optimizers, alternating."""

import torch
from torch import nn

torch.manual_seed(0)
batch, latent = 64, 8
G = nn.Sequential(nn.Linear(latent, 32), nn.ReLU(), nn.Linear(32, 16))
D = nn.Sequential(nn.Linear(16, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1), nn.Sigmoid())
criterion = nn.BCELoss()
d_opt = torch.optim.Adam(D.parameters(), lr=1e-3, betas=(0.5, 0.999))
g_opt = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.999))
ones, zeros = torch.ones(batch, 1), torch.zeros(batch, 1)
for step in range(120):
    real = 4.0 + 1.25 * torch.randn(batch, 16)
    d_opt.zero_grad()
    loss_real = criterion(D(real), ones)
    loss_real.backward()
    fake = G(torch.randn(batch, latent))
    loss_fake = criterion(D(fake.detach()), zeros)
    loss_fake.backward()
    d_opt.step()
    g_opt.zero_grad()
    g_loss = criterion(D(fake), ones)
    g_loss.backward()
    g_opt.step()
    if step % 20 == 0:
        d_loss = (loss_real + loss_fake).item()
        print(f"step {step} d {d_loss:.4f} g {g_loss.item():.4f} mean {fake.mean().item():.3f}")
with torch.no_grad():
    sample = G(torch.randn(500, latent))
    print(f"{sample.mean().item():.3f} {sample.std().item():.3f}")
