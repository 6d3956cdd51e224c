"""Newton's method with backtracking line search, the Hessian from autograd.functional."""

import torch
from torch.autograd.functional import hessian


def f(p):
    x, y, z = p
    return (x - 1) ** 4 + (y + x) ** 2 + torch.exp(z) - z + torch.log1p((y * z) ** 2)


p = torch.tensor([3.0, 2.0, -1.5], dtype=torch.float64)
for step in range(10):
    p.requires_grad_(True)
    value = f(p)
    (gradient,) = torch.autograd.grad(value, p)
    H = hessian(f, p.detach())
    p = p.detach()
    smallest = torch.linalg.eigvalsh(H)[0].item()
    if smallest < 1e-6:
        H = H + (1e-3 - smallest) * torch.eye(3, dtype=torch.float64)
    direction = -torch.linalg.solve(H, gradient)
    t, slope = 1.0, (gradient @ direction).item()
    while f(p + t * direction).item() > value.item() + 1e-4 * t * slope:
        t *= 0.5
    p = p + t * direction
    if step < 6:
        print(step, f"f {value.item():.6f} |g| {gradient.norm().item():.6f} t {t}")
    if gradient.norm() < 1e-5:
        break
print(f(p))
