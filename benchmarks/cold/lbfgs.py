"""LBFGS with a closure: Rosenbrock's valley, with and without line search, and a small fit."""

import torch


def rosenbrock(p):
    x, y = p[0], p[1]
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


for search in (None, "strong_wolfe"):
    p = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
    rate = 1.0 if search else 0.1
    optimizer = torch.optim.LBFGS([p], lr=rate, max_iter=8, line_search_fn=search)

    def closure():
        optimizer.zero_grad()
        loss = rosenbrock(p)
        loss.backward()
        return loss

    for step in range(8):
        loss = optimizer.step(closure)
        if step % 3 == 0:
            print(search, step, f"{loss.item():.3f}")
    print(search, p.detach() if search else f"{rosenbrock(p).item() < 5}")

torch.manual_seed(0)
x = torch.linspace(-1, 1, 50, dtype=torch.float64).view(-1, 1)
y = 0.5 * x**2 - x + 0.1 * torch.sin(8 * x)
layer = torch.nn.Linear(3, 1).double()
features = torch.cat([x, x**2, x**3], 1)
optimizer = torch.optim.LBFGS(layer.parameters(), lr=1, line_search_fn="strong_wolfe")


def fit():
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(layer(features), y)
    loss.backward()
    return loss


for step in range(3):
    print(step, f"{optimizer.step(fit).item():.5f}")
print(layer.weight, f"{layer.bias.item():.4f}")
