"""What is shared out among processes gives what one process has: `True` in every line."""

import copy

import torch
import torch.distributed as dist
import torch.distributed.nn.functional as F
from torch import nn
from torch.distributed.optim import ZeroRedundancyOptimizer

dist.init_process_group("gloo")
rank, world = dist.get_rank(), dist.get_world_size()


def close(name, *pairs):
    print(f"{name}:", all(torch.allclose(a, b, rtol=1e-4, atol=1e-5) for a, b in pairs))


# Statistics of the whole batch.
torch.manual_seed(0)
alone = nn.Sequential(nn.Conv2d(2, 3, 3, bias=False), nn.BatchNorm2d(3, momentum=0.3))
synced = nn.SyncBatchNorm.convert_sync_batchnorm(copy.deepcopy(alone))
x = torch.randn(6 * world, 2, 5, 5)
part = slice(6 * rank, 6 * rank + 6)
for _ in range(2):
    want, got = alone(x), synced(x[part])
    close("outputs", (got, want[part]))
aim = torch.randn(want.shape)
(want - aim).abs().sum().backward()
(got - aim[part]).abs().sum().backward()
for p in synced.parameters():
    dist.all_reduce(p.grad)
close("gradients", *((q.grad, p.grad) for p, q in zip(alone.parameters(), synced.parameters())))
close("running", *((q.float(), p.float()) for p, q in zip(alone.buffers(), synced.buffers())))

# Optimizer state in parts.
whole = [nn.Parameter(torch.randn(n)) for n in (7, 3, 4, 2)]
shared = [nn.Parameter(p.detach().clone()) for p in whole]
one = torch.optim.AdamW(whole, lr=0.1)
many = ZeroRedundancyOptimizer(shared, torch.optim.AdamW, lr=0.1)
for step in range(4):
    for ps, optimizer in ((whole, one), (shared, many)):
        optimizer.zero_grad()
        sum((p * (step + 1)).square().sum() for p in ps).backward()
        optimizer.step()
    if step == 1:
        one.param_groups[0]["lr"] = many.param_groups[0]["lr"] = 0.02
close("ZeRO", *zip(whole, shared))
print("state in parts:", len(many.optim.state) < len(one.state))
many.consolidate_state_dict(to=world - 1)
if rank == world - 1:
    mine, want = many.state_dict(), one.state_dict()
    pairs = [(mine["state"][i][k], v) for i, s in want["state"].items() for k, v in s.items()]
    close("consolidated", *pairs)
    print("groups:", mine["param_groups"] == want["param_groups"])
again = ZeroRedundancyOptimizer(shared, torch.optim.AdamW, lr=0.5)
again.load_state_dict(one.state_dict())
for ps, optimizer in ((whole, one), (shared, again)):
    optimizer.zero_grad()
    sum(p.square().sum() for p in ps).backward()
    optimizer.step()
close("loaded", *zip(whole, shared))

# Gradients through collectives are those of the whole computation.
weights = torch.arange(1.0, world + 1)


def gradients(f):
    v = torch.full((2,), float(rank + 1), requires_grad=True)
    f(v).backward()
    return v.grad


total = weights.sum()
cases = {
    "all_reduce": (lambda v: (F.all_reduce(v) * weights[rank]).sum(), total),
    "all_gather": (
        lambda v: sum((g * weights[rank] * (i + 1)).sum() for i, g in enumerate(F.all_gather(v))),
        total * (rank + 1),
    ),
    "broadcast": (lambda v: (F.broadcast(v, 1) * weights[rank]).sum(), total * (rank == 1)),
    "reduce": (lambda v: (F.reduce(v, 0) * weights[rank]).sum(), weights[0]),
    "reduce_scatter": (
        lambda v: (F.reduce_scatter(v, [v * (i + 1) for i in range(world)]) * weights[rank]).sum(),
        (weights * weights).sum(),
    ),
    "all_to_all_single": (
        lambda v: (F.all_to_all_single(v.repeat(world), v.repeat(world)) * weights[rank]).sum(),
        total,
    ),
}
for name, (f, want) in cases.items():
    found = gradients(f)
    close(f"gradient of {name}", (found, torch.full((2,), float(want))))
unequal = torch.zeros(rank + 1)
dist.reduce_scatter(unequal, [torch.arange(i + 1.0) + rank for i in range(world)])
close("unequal parts", (unequal, torch.arange(rank + 1.0) * world + sum(range(world))))
dist.barrier()
dist.destroy_process_group()
