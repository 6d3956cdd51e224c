"""Logistic regression with statistics: standardising, Fisher information, errors, quantiles."""

import torch

torch.manual_seed(0)
n = 500
x = torch.randn(n, 3) * torch.tensor([1.0, 5.0, 0.2]) + torch.tensor([0.0, 10.0, -1.0])
x = (x - x.mean(0)) / x.std(0)
X = torch.cat([torch.ones(n, 1), x], 1)
beta = torch.tensor([0.5, 1.0, -2.0, 0.0])
y = torch.bernoulli(torch.sigmoid(X @ beta))
print(y.mean().item(), torch.corrcoef(x.T), torch.cov(x.T).diagonal())
w = torch.zeros(4, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.5)
for step in range(150):
    loss = torch.nn.functional.binary_cross_entropy_with_logits(X @ w, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 30 == 0:
        print(step, f"{loss.item():.5f}")
with torch.no_grad():
    p = torch.sigmoid(X @ w)
    fisher = X.T @ (X * (p * (1 - p)).unsqueeze(1))
    errors = torch.linalg.inv(fisher).diagonal().sqrt()
    print(w, errors, w / errors)
    guess = (p > 0.5).float()
    tp, fp = (guess * y).sum(), (guess * (1 - y)).sum()
    fn = ((1 - guess) * y).sum()
    print(f"{(guess == y).float().mean():.2f} {tp / (tp + fp):.2f} {tp / (tp + fn):.2f}")
    print(torch.quantile(p, torch.tensor([0.25, 0.5, 0.75])), p.median(), p.histc(5, 0, 1).sum())
    order = p.argsort(descending=True)
    ranks = y[order].cumsum(0) / y.sum()
    print(f"auc {((1 - y[order]) * ranks).sum() / (1 - y).sum():.3f}")
