"""Linear regression by SGD written out; the loss is looked at once, in the end."""

import torch

torch.manual_seed(0)
w_true, b_true = torch.tensor([2.0, -3.4, 1.1]), 4.2
x = torch.randn(1000, 3)
y = x @ w_true + b_true + 0.01 * torch.randn(1000)
w = torch.zeros(3, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
batch, rate = 20, 0.03


def squared_loss(guess, truth):
    return (guess - truth.reshape(guess.shape)) ** 2 / 2


def sgd(params):
    with torch.no_grad():
        for p in params:
            p -= rate * p.grad / batch
            p.grad.zero_()


for epoch in range(4):
    order = torch.randperm(1000)
    for i in range(0, 1000, batch):
        rows = order[i : i + batch]
        squared_loss(x[rows] @ w + b, y[rows]).sum().backward()
        sgd([w, b])
with torch.no_grad():
    print(f"loss {squared_loss(x @ w + b, y).mean().item():.6f}")
print(w, b)
