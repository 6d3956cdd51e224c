"""A two-layer network in the manner of NumPy: every gradient by hand, batch of 64."""

import torch

torch.manual_seed(3)
n, d_in, hidden, d_out = 64, 200, 50, 10
x = torch.randn(n, d_in)
y = torch.randn(n, d_out)
w1 = torch.randn(d_in, hidden) * 0.1
w2 = torch.randn(hidden, d_out) * 0.1
rate = 1e-4
for t in range(400):
    h = x.mm(w1)
    active = h.clamp(min=0)
    guess = active.mm(w2)
    loss = (guess - y).pow(2).sum().item()
    if t % 50 == 0:
        print(t, loss)
    g_guess = 2.0 * (guess - y)
    g_w2 = active.t().mm(g_guess)
    g_active = g_guess.mm(w2.t())
    g_h = g_active.clone()
    g_h[h < 0] = 0
    g_w1 = x.t().mm(g_h)
    w1 -= rate * g_w1
    w2 -= rate * g_w2
print(w1.norm().item(), w2.norm().item())
