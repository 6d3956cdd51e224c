"""MADE: an auto-encoder whose masked layers make it autoregressive, on binary rows."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class MaskedLinear(nn.Linear):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__(n_in, n_out, bias)
        self.register_buffer("mask", torch.ones(n_out, n_in))

    def set_mask(self, mask):
        self.mask.data.copy_(mask.to(torch.float32).T)

    def forward(self, x):
        return F.linear(x, self.mask * self.weight, self.bias)


class MADE(nn.Module):
    def __init__(self, n_in, sizes):
        super().__init__()
        self.n_in = n_in
        layers, widths = [], [n_in, *sizes, n_in]
        for a, b in zip(widths, widths[1:]):
            layers += [MaskedLinear(a, b), nn.ReLU()]
        self.net = nn.Sequential(*layers[:-1])
        self.hidden = sizes
        g = torch.Generator().manual_seed(0)
        order = [torch.arange(n_in)]
        for size in sizes:
            low = int(order[-1].min())
            order.append(torch.randint(low, n_in - 1, (size,), generator=g))
        masks = [m[:, None] <= n[None, :] for m, n in zip(order, order[1:])]
        masks.append(order[-1][:, None] < order[0][None, :])
        linears = [m for m in self.net.modules() if isinstance(m, MaskedLinear)]
        for layer, mask in zip(linears, masks):
            layer.set_mask(mask)

    def forward(self, x):
        return self.net(x)


torch.manual_seed(42)
first = torch.rand(400, 1) < 0.5
rows = (first ^ (torch.arange(36) % 2 == 0)).float()
flips = torch.rand(400, 36) < 0.1
rows = torch.where(flips, 1 - rows, rows)
model = MADE(36, [64])
optimizer = torch.optim.Adam(model.parameters(), 1e-2, weight_decay=1e-4)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
for epoch in range(5):
    total = 0.0
    for batch in rows.split(50):
        logits = model(batch)
        loss = F.binary_cross_entropy_with_logits(logits, batch, reduction="sum") / len(batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    scheduler.step()
    print(f"epoch {epoch} loss {total / 8:.4f} lr {scheduler.get_last_lr()[0]}")
# An output depends on the inputs before it only.
x = torch.rand(1, 36, requires_grad=True)
for k in (0, 10, 35):
    (grad,) = torch.autograd.grad(model(x)[0, k], x)
    depends = (grad[0] != 0).nonzero().view(-1)
    print(k, len(depends) == 0 or int(depends.max()) < k)
