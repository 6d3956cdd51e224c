"""Jacobi's iteration for the heat equation on 64 × 64, tested every step; then a linear system."""

import torch

n = 64
u = torch.zeros(n, n)
u[0, :] = 1.0
for step in range(800):
    new = u.clone()
    new[1:-1, 1:-1] = 0.25 * (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:])
    change = (new - u).abs().max().item()
    u = new
    if step % 100 == 0:
        print(step, f"{change:.6f}")
    if change < 1e-5:
        break
print(u[1, 32].item(), u.mean().item())

torch.manual_seed(0)
A = torch.randn(64, 64) + 64 * torch.eye(64)
b = torch.randn(64)
D = A.diagonal()
R = A - torch.diag(D)
x = torch.zeros(64)
for _ in range(60):
    x = (b - R @ x) / D
print((A @ x - b).norm().item() < 1e-3, x[:4])
