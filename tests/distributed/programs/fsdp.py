"""Trains a net and a small GPT cut over processes, each on its part of the batch, beside one that
is not; prints losses, and what parameters, states and gradients look like."""

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard

from models import gpt, images, lenet, loss_of, texts

dist.init_process_group("gloo")
rank, world = dist.get_rank(), dist.get_world_size()
share = slice(rank * 8 // world, (rank + 1) * 8 // world)


def wrap(model, blocks, **options):
    for block in blocks(model):
        fully_shard(block, **options)
    return fully_shard(model, **options)


def train(name, make, blocks, data, optimizer_of, steps=50, **options):
    plain, model = make(), wrap(make(), blocks, **options)
    runs = [(plain, slice(0, 8)), (model, share)]
    optimizers = [optimizer_of(m.parameters()) for m, _ in runs]
    losses = []
    for x, y in zip(*data(steps)):
        row = []
        for (m, part), optimizer in zip(runs, optimizers):
            optimizer.zero_grad()
            loss = loss_of(m(x[part]), y[part])
            loss.backward()
            if name == "gpt":
                norm = nn.utils.clip_grad_norm_(m.parameters(), 0.5)
            optimizer.step()
            row.append(loss.detach())
        dist.all_reduce(row[1])
        losses.append([row[0].item(), row[1].item() / world])
    if name == "gpt":
        print("norm", norm.full_tensor().item())
    print("losses", losses)
    print(name, "as alone", all(abs(a - b) < 1e-6 * a for a, b in losses))
    return plain, model, optimizers


def sgd(ps):
    return torch.optim.SGD(ps, lr=0.05, momentum=0.9)


def adamw(ps):
    return torch.optim.AdamW(ps, lr=0.002)


_, model, _ = train("lenet", lenet, lambda m: [m[0], m[4]], images, sgd)
print([(n, p.placements, tuple(p.shape)) for n, p in model.named_parameters()][:2])
print([tuple(p.to_local().shape) for p in model.parameters()], type(model).__name__)
plain, model, optimizers = train("gpt", gpt, lambda m: m.blocks, texts, adamw)
state = optimizers[1].state_dict()["state"][0]
print({k: (type(v).__name__, tuple(v.shape)) for k, v in state.items()})
saved = {k: v.full_tensor() for k, v in model.state_dict().items()}
again = gpt()
again.load_state_dict(saved)
x, y = (t[0] for t in texts(1))
with torch.no_grad():
    print("loaded", torch.allclose(again(x), model(x), atol=1e-5))
    plain_out = model(x[share])
model.load_state_dict(model.state_dict())

# Gradients of two backwards, of which the first is not reduced.
model.zero_grad()
model.set_requires_gradient_sync(False)
loss_of(model(x[share]), y[share]).backward()
print("not yet", all(p.grad is None for p in model.parameters()))
model.set_requires_gradient_sync(True)
loss_of(model(x[share]), y[share]).backward()
again.zero_grad()
(2 * loss_of(again(x), y)).backward()
pairs = [(p.grad, q.grad.full_tensor()) for p, q in zip(again.parameters(), model.parameters())]
print("accumulated", all(torch.allclose(p, q, atol=1e-4) for p, q in pairs))

# Parameters that stay whole after forward, mixed precision, one that has no part.
half = MixedPrecisionPolicy(torch.bfloat16, torch.float32)
model = wrap(gpt(), lambda m: m.blocks, reshard_after_forward=False, mp_policy=half)
out = model(x[share])
print(out.dtype, type(model.head.weight.data).__name__, model.head.weight.dtype)
loss_of(out, y[share]).backward()
print(model.head.weight.grad.dtype, round(model.head.weight.grad.full_tensor().norm().item(), 2))
tied = gpt()
tied.head.weight = tied.tokens.weight
tied = fully_shard(tied)
loss_of(tied(x[share]), y[share]).backward()
print(
    "tied",
    tied.head.weight is tied.tokens.weight,
    round(tied.head.weight.grad.full_tensor().norm().item(), 4),
)
small = fully_shard(nn.Linear(3, 1))
small(torch.ones(2, 3) * (rank + 1)).sum().backward()
print(
    [round(g, 4) for g in small.weight.grad.full_tensor().flatten().tolist()],
    small.bias.grad.full_tensor().tolist(),
    small.bias.to_local().numel(),
)

if world == 4:  # replicas of what is cut
    mesh = init_device_mesh("cpu", (2, 2), mesh_dim_names=("replicate", "shard"))
    train("gpt", gpt, lambda m: m.blocks, texts, adamw, steps=3, mesh=mesh)
dist.barrier()
dist.destroy_process_group()
