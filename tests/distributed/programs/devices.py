"""Nets on eight devices of one process: what lies where, and the losses of one device."""

import torch
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Shard, distribute_tensor
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

from torchish import engine
from torchish.interop.jax import to_jax


def net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 8))


def train(model, steps=50):
    torch.manual_seed(1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    losses = []
    for _ in range(steps):
        x = torch.randn(16, 16)
        optimizer.zero_grad()
        y = model(x)
        loss = (y.full_tensor() if isinstance(y, DTensor) else y).square().mean()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses, optimizer


def part(t):
    """The shape of what each device has."""
    shards = to_jax(t.detach()).addressable_shards
    assert len(shards) == 8 and len({s.device for s in shards}) == 8
    return shards[0].data.shape


def shared_out(mesh):
    plan = {"0": ColwiseParallel(use_local_output=False), "3": RowwiseParallel()}
    return parallelize_module(net(), mesh["tp"], plan)


def sharded(mesh):
    model = net()
    for layer in (model[0], model[3]):
        fully_shard(layer, mesh=mesh)
    return fully_shard(model, mesh=mesh)


alone, _ = train(net())
for shape in ((8,), (2, 4)):
    mesh = init_device_mesh("cpu", shape, mesh_dim_names=("dp", "tp")[-len(shape) :])
    for make in (shared_out, sharded):
        before = engine.stats()["programs_compiled"]
        model = make(mesh)
        losses, optimizer = train(model)
        compiled = engine.stats()["programs_compiled"] - before
        near = all(abs(a - b) <= 1e-6 * a for a, b in zip(alone, losses, strict=True))
        print(make.__name__, shape, "compiled", compiled, near)
        for p in model.parameters():
            if any(q.is_shard() for q in p.placements):
                state = optimizer.state[p]
                wanted = tuple(p.to_local()._parts[0].shape)
                found = [part(t) for t in (p, p.grad, state["exp_avg"], state["exp_avg_sq"])]
                print(tuple(p.shape), p.placements, found == [wanted] * 4)

# What is on the host in between, and what can not be cut evenly.
weight = shared_out(mesh)[0].weight
with torch.no_grad():
    for _ in range(8):
        weight.add_(1).mul_(0.5)
        total = weight.full_tensor().sum().item()
    print("in place", part(weight) == (8, 16))
    whole = weight.full_tensor()
    rows = torch.func.vmap(lambda row: row.sum())(whole + torch.ones(16))
    print("transformed", abs(rows.sum().item() - total - 32 * 16) < 1e-3)
    grad = torch.func.grad(lambda x: (x * whole).sum())(torch.ones(32, 16))
    print("differentiated", torch.equal(grad, whole))
    print("shown", abs(float(whole.numpy().sum()) - total) < 1e-3)
uneven = distribute_tensor(torch.ones(5, 3), mesh, [Shard(0), Shard(1)])
for _ in range(8):
    uneven = uneven + 1
print("uneven", uneven.full_tensor().tolist() == [[9.0] * 3] * 5)
