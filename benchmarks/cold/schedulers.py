"""Learning-rate schedulers: the rates of twelve of them, and a loop that uses two in a chain."""

import torch
from torch import nn
from torch.optim import lr_scheduler as S

model = nn.Linear(4, 1)
makers = {
    "step": lambda o: S.StepLR(o, 3, 0.5),
    "multistep": lambda o: S.MultiStepLR(o, [2, 5], 0.1),
    "exponential": lambda o: S.ExponentialLR(o, 0.9),
    "cosine": lambda o: S.CosineAnnealingLR(o, 8),
    "restarts": lambda o: S.CosineAnnealingWarmRestarts(o, 3, 2),
    "lambda": lambda o: S.LambdaLR(o, lambda e: 1 / (1 + e)),
    "multiplicative": lambda o: S.MultiplicativeLR(o, lambda e: 0.95),
    "linear": lambda o: S.LinearLR(o, 0.3, 1.0, 4),
    "polynomial": lambda o: S.PolynomialLR(o, 8, 2.0),
    "cyclic": lambda o: S.CyclicLR(o, 0.01, 0.1, 3),
    "onecycle": lambda o: S.OneCycleLR(o, 0.2, total_steps=9),
    "sequential": lambda o: S.SequentialLR(
        o, [S.ConstantLR(o, 0.1, 2), S.ExponentialLR(o, 0.8)], [2]
    ),
}
for name, make in makers.items():
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = make(optimizer)
    rates = []
    for _ in range(8):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    print(name, [round(r, 5) for r in rates])

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
x = torch.randn(64, 4)
y = x.sum(1, keepdim=True)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
warm = S.LinearLR(optimizer, 0.1, 1.0, 5)
plateau = S.ReduceLROnPlateau(optimizer, factor=0.5, patience=2)
for epoch in range(40):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    if epoch < 5:
        warm.step()
    plateau.step(loss.item())
    if epoch % 10 == 9:
        print(epoch, f"{loss.item():.4f}", optimizer.param_groups[0]["lr"])
