"""Nine optimizers on one regression: losses along the way, state, and parameter groups."""

import torch
from torch import nn, optim

makers = {
    "SGD": lambda p: optim.SGD(p, lr=0.05),
    "momentum": lambda p: optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True),
    "Adam": lambda p: optim.Adam(p, lr=0.01),
    "AdamW": lambda p: optim.AdamW(p, lr=0.01, weight_decay=0.1),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.005),
    "Adagrad": lambda p: optim.Adagrad(p, lr=0.05),
    "Adadelta": lambda p: optim.Adadelta(p, lr=1.0),
    "NAdam": lambda p: optim.NAdam(p, lr=0.01),
    "Adamax": lambda p: optim.Adamax(p, lr=0.01),
}
torch.manual_seed(0)
x = torch.linspace(-1, 1, 200).unsqueeze(1)
y = x.pow(2) + 0.1 * torch.randn(200, 1)
for name, make in makers.items():
    torch.manual_seed(1)
    net = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1))
    optimizer = make(net.parameters())
    losses = []
    for _ in range(50):
        loss = nn.functional.mse_loss(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(name, [round(v, 4) for v in losses[::12]])
grouped = optim.SGD(
    [{"params": net[0].parameters()}, {"params": net[2].parameters(), "lr": 0.1}], lr=0.01
)
print([g["lr"] for g in grouped.param_groups])
