"""A small GPT over a mesh of two dimensions: layers shared out along one, parameters and batches
along the other; prints losses, placements and a state."""

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Replicate
from torch.distributed.tensor.parallel import (
    ColwiseParallel,
    RowwiseParallel,
    parallelize_module,
)

from models import gpt, loss_of, texts

dist.init_process_group("gloo")
mesh = init_device_mesh("cpu", (2, dist.get_world_size() // 2), mesh_dim_names=("dp", "tp"))
half = mesh["dp"].get_local_rank()
share = slice(4 * half, 4 * half + 4)


def plan():
    made = {"tokens": RowwiseParallel(input_layouts=Replicate()),
            "head": ColwiseParallel(output_layouts=Replicate())}  # fmt: skip
    for name in ("q", "k", "v", "up"):
        made[f"blocks.*.{name}"] = ColwiseParallel()
    for name in ("out", "down"):
        made[f"blocks.*.{name}"] = RowwiseParallel()
    return made


plain, model = gpt(), gpt()
parallelize_module(model, mesh["tp"], plan())
for block in model.blocks:
    fully_shard(block, mesh=mesh["dp"])
fully_shard(model, mesh=mesh["dp"])
runs = [(plain, slice(0, 8)), (model, share)]
optimizers = [torch.optim.SGD(m.parameters(), lr=0.3, momentum=0.9) for m, _ in runs]
losses = []
for x, y in zip(*texts(10)):
    row = []
    for (m, part), optimizer in zip(runs, optimizers):
        optimizer.zero_grad()
        loss = loss_of(m(x[part]), y[part])
        loss.backward()
        optimizer.step()
        row.append(loss.detach())
    dist.all_reduce(row[1], group=mesh["dp"].get_group())
    losses.append([row[0].item(), row[1].item() / 2])
print("losses", losses)
print("as alone", all(abs(a - b) < 1e-6 * a for a, b in losses))
for name, p in list(model.named_parameters())[:1] + list(model.blocks[0].named_parameters())[4:12]:
    print(name, p.placements, tuple(p.shape), tuple(p.to_local().shape))
whole = {k: v.full_tensor() for k, v in model.state_dict().items() if isinstance(v, DTensor)}
print("alike", all(torch.allclose(whole[k], v, atol=1e-5) for k, v in plain.state_dict().items()))
weight = model.blocks[0].q.weight.detach()
print(
    "doubled",
    torch.allclose((weight * 2 + weight).full_tensor(), 3 * plain.blocks[0].q.weight, atol=1e-5),
)
dist.barrier()
dist.destroy_process_group()
