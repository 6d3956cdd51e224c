"""Trains a small convolutional net on one batch in parts, and prints losses and gradients."""

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.algorithms.ddp_comm_hooks import default_hooks
from torch.nn.parallel import DistributedDataParallel

dist.init_process_group("gloo")
rank, world = dist.get_rank(), dist.get_world_size()


def net():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(144, 20), nn.ReLU(),
        nn.Linear(20, 10),
    )  # fmt: skip


generator = torch.Generator().manual_seed(1)
images = torch.randn(50, 8, 1, 16, 16, generator=generator)
labels = torch.randint(0, 10, (50, 8), generator=generator)
share = slice(rank * 8 // world, (rank + 1) * 8 // world)

plain = net()
model = net()
if rank:  # the wrapper makes parameters those of rank 0
    nn.init.zeros_(model[0].weight)
model = DistributedDataParallel(model)
runs = [(plain, slice(0, 8)), (model, share)]
optimizers = [torch.optim.SGD(m.parameters(), lr=0.05, momentum=0.9) for m, _ in runs]
losses = []
for x, y in zip(images, labels):
    row = []
    for (m, part), optimizer in zip(runs, optimizers):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(m(x[part]), y[part])
        loss.backward()
        optimizer.step()
        row.append(loss.detach())
    dist.all_reduce(row[1])
    losses.append([row[0].item(), row[1].item() / world])
print("losses", losses)

optimizers[1].zero_grad()
with model.no_sync():
    nn.functional.cross_entropy(model(x[share]), y[share]).backward()
nn.functional.cross_entropy(model(x[share]), y[share]).backward()
optimizers[0].zero_grad()
(2 * nn.functional.cross_entropy(plain(x), y)).backward()
pairs = zip(plain.parameters(), model.parameters())
print("accumulated", max((a.grad - b.grad).abs().max().item() for a, b in pairs) < 1e-4)


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 3)

    def forward(self, x, way):
        return self.b(self.a(x)) if way else self.a(x)


torch.manual_seed(2)
model = DistributedDataParallel(Branches(), find_unused_parameters=True)
model(torch.ones(2, 3), rank).sum().backward()
print("unused", [p.grad is None or round(p.grad.sum().item(), 4) for p in model.parameters()])
model = DistributedDataParallel(Branches())
try:
    for _ in range(2):
        model(torch.ones(2, 3), 0).sum().backward()
except RuntimeError as error:
    print("not reached:", str(error)[:85])

torch.manual_seed(3)
model = DistributedDataParallel(nn.Linear(2, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
with model.join():
    for i in range(2 + rank):
        optimizer.zero_grad()
        model(torch.ones(4, 2) * (i + rank)).pow(2).mean().backward()
        optimizer.step()
print("joined", [round(v, 3) for v in model.module.weight.flatten().tolist()])

model = DistributedDataParallel(nn.Linear(4, 2), gradient_as_bucket_view=True)
model.register_comm_hook(None, default_hooks.fp16_compress_hook)
model(torch.ones(2, 4) * (rank + 1)).sum().backward()
print("compressed", model.module.weight.grad.tolist())
model = DistributedDataParallel(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)))
model(torch.arange(8.0).reshape(4, 2) * (rank + 1)).sum().backward()
model.eval()
model(torch.ones(1, 2))  # buffers become those of rank 0 here
print("buffers", model.module[1].num_batches_tracked.item())
dist.barrier()
dist.destroy_process_group()
