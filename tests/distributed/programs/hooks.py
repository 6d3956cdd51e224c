"""Gradients that travel by PowerSGD, and parameters averaged now and then; PyTorch prints the
same."""

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.algorithms import ddp_comm_hooks
from torch.distributed.algorithms.ddp_comm_hooks import post_localSGD_hook, powerSGD_hook
from torch.distributed.algorithms.model_averaging import averagers
from torch.distributed.optim import PostLocalSGDOptimizer

dist.init_process_group("gloo")
rank, world = dist.get_rank(), dist.get_world_size()
x = torch.randn(6, 4, 12, generator=torch.Generator().manual_seed(rank))


def net():
    torch.manual_seed(0)
    return nn.parallel.DistributedDataParallel(nn.Sequential(nn.Linear(12, 10), nn.Linear(10, 3)))


def trained(model, optimizer):
    for batch in x:
        optimizer.zero_grad()
        model(batch).pow(2).mean().backward()
        optimizer.step()
    return [round(v, 6) for p in model.parameters() for v in p.flatten().tolist()[:4]]


def power(hook, **options):
    model = net()
    state = powerSGD_hook.PowerSGDState(None, **options)
    model.register_comm_hook(state, hook)
    found = trained(model, torch.optim.SGD(model.parameters(), lr=0.1))
    return found, state.iter, state.compression_stats()


once = {"start_powerSGD_iter": 2, "min_compression_rate": 1}
print("rank 1", power(powerSGD_hook.powerSGD_hook, **once))
print("rank 2", power(powerSGD_hook.powerSGD_hook, **once, matrix_approximation_rank=2,
                      orthogonalization_epsilon=1e-8))  # fmt: skip
print("cold", power(powerSGD_hook.powerSGD_hook, **once, warm_start=False,
                    use_error_feedback=False))  # fmt: skip

model = net()
kind = ddp_comm_hooks.DDPCommHookType.FP16_COMPRESS
ddp_comm_hooks.register_ddp_comm_hook(kind, model, None)
print("by name", [round(v, 2) for v in trained(model, torch.optim.SGD(model.parameters(), lr=0.1))])

model = net()
alone = dist.new_subgroups(1)[0]
state = post_localSGD_hook.PostLocalSGDState(None, alone, start_localSGD_iter=2)
model.register_comm_hook(state, post_localSGD_hook.post_localSGD_hook)
averager = averagers.PeriodicModelAverager(period=2, warmup_steps=3)
optimizer = PostLocalSGDOptimizer(torch.optim.SGD(model.parameters(), lr=0.1), averager)
print("local", trained(model, optimizer), optimizer.state_dict()["step"])
dist.barrier()
dist.destroy_process_group()
