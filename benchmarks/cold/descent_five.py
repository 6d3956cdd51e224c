"""Gradient descent on five numbers; the loss is printed and tested at every step."""

import torch

target = torch.tensor([1.0, -2.0, 0.5, 3.0, -1.5])
for start in (0.0, 4.0, -4.0):
    x = torch.full((5,), start, requires_grad=True)
    history = []
    for step in range(300):
        loss = ((x - target) ** 2).sum() + 0.1 * x.abs().sum()
        loss.backward()
        with torch.no_grad():
            x -= 0.02 * x.grad
            x.grad.zero_()
        value = loss.item()
        history.append(value)
        if step % 50 == 0:
            print(f"step {step}: loss {value:.5f}, x {x.tolist()[0]:.5f}")
        if len(history) > 1 and abs(history[-2] - value) < 1e-5:
            print("converged")
            break
    print(x)
