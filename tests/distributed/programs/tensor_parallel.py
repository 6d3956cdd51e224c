"""A small GPT whose layers are shared out over processes, or over the devices of one process,
beside one that is not: prints losses, placements and gradients."""

import os

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Replicate, Shard
from torch.distributed.tensor.parallel import (
    ColwiseParallel,
    PrepareModuleInput,
    PrepareModuleOutput,
    RowwiseParallel,
    SequenceParallel,
    loss_parallel,
    parallelize_module,
)

from models import gpt, loss_of, texts

several = "RANK" in os.environ
if several:
    dist.init_process_group("gloo")
mesh = init_device_mesh("cpu", (dist.get_world_size() if several else 8,), mesh_dim_names=("tp",))


def plan(**head):
    made = {"tokens": RowwiseParallel(input_layouts=Replicate()), "head": ColwiseParallel(**head)}
    for name in ("q", "k", "v", "up"):
        made[f"blocks.*.{name}"] = ColwiseParallel()
    for name in ("out", "down"):
        made[f"blocks.*.{name}"] = RowwiseParallel()
    return made


def parallel(**head):
    return parallelize_module(gpt(width=32, heads=8), mesh, plan(**head))


def losses_of(model, loss_of, steps=50):
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.002)
    found = []
    for x, y in zip(*texts(steps)):
        optimizer.zero_grad()
        loss = loss_of(model, x, y)
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found


def plain_loss(model, x, y):
    return loss_of(model(x), y)


def near(a, b):
    return all(abs(x - y) < 1e-6 * x for x, y in zip(a, b))


alone = losses_of(gpt(width=32, heads=8), plain_loss)
model = parallel(output_layouts=Replicate())
found = losses_of(model, plain_loss)
print("losses", found)
print("as alone", near(alone, found))
print([(n, p.placements) for n, p in model.named_parameters() if isinstance(p, DTensor)][:4])


def parallel_loss(model, x, y):
    with loss_parallel():
        logits = model(x).flatten(0, 1)
        loss = F.cross_entropy(logits, y.flatten())
        return loss


model = parallel(use_local_output=False)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.002)
found = []
for x, y in zip(*texts(5)):
    optimizer.zero_grad()
    with loss_parallel():
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), ignore_index=3)
        loss.backward()
    optimizer.step()
    found.append(loss.full_tensor().item())
again = []
model = gpt(width=32, heads=8)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.002)
for x, y in zip(*texts(5)):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), ignore_index=3)
    loss.backward()
    optimizer.step()
    again.append(loss.item())
print("parallel losses", found, near(again, found))


class Layer(nn.Module):
    """A norm over a part of the sequence, and a layer that wants all of it."""

    def __init__(self):
        super().__init__()
        self.norm, self.mlp = nn.LayerNorm(8), nn.Sequential(nn.Linear(8, 16), nn.Linear(16, 8))

    def forward(self, x):
        return x + self.mlp(self.norm(x))


torch.manual_seed(3)
plain, cut = Layer(), Layer()
cut.load_state_dict(plain.state_dict())
parallelize_module(
    cut,
    mesh,
    {
        "": PrepareModuleInput(input_layouts=Replicate(), desired_input_layouts=Shard(1)),
        "norm": SequenceParallel(),
        "mlp": PrepareModuleInput(input_layouts=Shard(1), desired_input_layouts=Replicate()),
        "mlp.0": ColwiseParallel(),
        "mlp.1": RowwiseParallel(output_layouts=Shard(1), use_local_output=False),
    },
)
parallelize_module(
    cut, mesh, PrepareModuleOutput(output_layouts=Shard(1), desired_output_layouts=Replicate())
)
x = torch.randn(2, 8, 8)
a, b = plain(x), cut(x)
a.square().sum().backward()
b.square().sum().backward()
print("sequence", torch.allclose(a, b, atol=1e-5), type(b).__name__)
for (name, p), q in zip(plain.named_parameters(), cut.parameters()):
    print(name, q.placements, torch.allclose(p.grad, q.grad.full_tensor(), atol=1e-3))
if several:
    dist.barrier()
    dist.destroy_process_group()
