"""Mixed precision on the CPU: autocast to bfloat16, and a GradScaler that is in the loop."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(
    nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 1)
)
x = torch.randn(256, 64)
y = x[:, :4].sum(1, keepdim=True)
with torch.autocast(device_type="cpu", dtype=torch.bfloat16):
    out = model(x)
    print(out.dtype, (x @ x.T).dtype, torch.softmax(out, 0).dtype, (out.float() + x[:, :1]).dtype)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
losses = []
for step in range(40):
    rows = slice(64 * (step % 4), 64 * (step % 4) + 64)
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = nn.functional.mse_loss(model(x[rows]).float(), y[rows])
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    scaler.step(optimizer)
    scaler.update()
    losses.append(loss.item())
# bfloat16 has eight bits: two digits are compared, and the trend.
print(losses[0] > 3.0, losses[-1] < 0.5 * losses[0], scaler.get_scale())
print(model[0].weight.dtype, model[0].weight.grad.dtype)
