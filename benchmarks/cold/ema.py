"""An exponential moving average of the weights, by hand and by swa_utils.AveragedModel."""

import copy

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 1))
shadow = copy.deepcopy(model)
for p in shadow.parameters():
    p.requires_grad_(False)
averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.95))
swa = AveragedModel(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
x = torch.randn(256, 8)
y = (x[:, :1] * x[:, 1:2]).tanh()


@torch.no_grad()
def update(decay=0.95):
    for s, p in zip(shadow.parameters(), model.parameters()):
        s.mul_(decay).add_(p, alpha=1 - decay)
    for s, b in zip(shadow.buffers(), model.buffers()):
        s.copy_(b)


for step in range(80):
    rows = torch.randint(0, 256, (32,))
    loss = nn.functional.mse_loss(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    update()
    averaged.update_parameters(model)
    if step >= 60:
        swa.update_parameters(model)
    if step % 20 == 0:
        print(step, f"{loss.item():.4f}")
for m in (model, shadow, averaged, swa):
    m.eval()
    with torch.no_grad():
        print(f"{nn.functional.mse_loss(m(x), y).item():.4f}")
print(averaged.n_averaged, swa.n_averaged)
