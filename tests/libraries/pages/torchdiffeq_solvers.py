"""torchdiffeq: solvers, a neural differential equation trained through them, and the adjoint."""

import torch
from harness import show
from torchdiffeq import odeint, odeint_adjoint, odeint_event

torch.manual_seed(0)
start, times = torch.tensor([1.0, 0.0]), torch.linspace(0, 2, 6)
turn = torch.tensor([[0.0, 1.0], [-1.0, -0.1]])


def field(t, y):
    return y @ turn.T


for method in ("dopri5", "rk4", "euler", "midpoint", "adaptive_heun", "dopri8", "bosh3"):
    show(method, odeint(field, start, times, method=method))


class Field(torch.nn.Module):
    def __init__(self):
        super().__init__()
        layers = torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2)
        self.net = torch.nn.Sequential(*layers)

    def forward(self, t, y):
        return self.net(y)


target = odeint(field, start, times)
for solve in (odeint, odeint_adjoint):
    torch.manual_seed(1)
    model = Field()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = (solve(model, start, times, method="rk4") - target).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    show(solve.__name__, losses)
when, _ = odeint_event(field, start, torch.tensor(0.0), event_fn=lambda t, y: y[0])
show("event", when)
