"""Joins three worlds at one address, one after the other, and tensors are made before the first."""

import torch
import torch.distributed as dist

t = torch.ones(3).cumsum(0)
t.tolist()
for _ in range(3):
    dist.init_process_group("gloo")
    dist.all_reduce(t)
    dist.destroy_process_group()
print(t.tolist())
