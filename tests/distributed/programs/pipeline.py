"""A model in stages over the processes; losses and gradients are the whole model's."""

import copy
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.pipelining import (
    PipelineStage,
    Schedule1F1B,
    ScheduleGPipe,
    ScheduleInterleaved1F1B,
    ScheduleLoopedBFS,
)

torch.set_default_dtype(torch.float64)
dist.init_process_group("gloo", timeout=timedelta(seconds=100))
rank, world = dist.get_rank(), dist.get_world_size()
cpu = torch.device("cpu")


class Block(nn.Module):
    """Two tensors go in and come out, of which one needs no gradient."""

    def __init__(self, first):
        super().__init__()
        self.first, self.linear = first, nn.Linear(6, 6)

    def forward(self, x, count=None):
        count = torch.zeros(len(x), dtype=torch.int64) if count is None else count
        return torch.tanh(self.linear(x)) + x, count + 1


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(6, 2)

    def forward(self, x, count):
        return self.linear(x) * count[:, None]


def parts(n):
    torch.manual_seed(0)
    return [Block(i == 0) for i in range(n - 1)] + [Head()]


def whole(model, x):
    values = (x,)
    for part in model:
        values = part(*values)
        values = values if isinstance(values, tuple) else (values,)
    return values[0]


x = torch.randn(20, 6, generator=torch.Generator().manual_seed(1))
y = torch.randn(20, 2, generator=torch.Generator().manual_seed(2))
loss_of = nn.functional.mse_loss


def off(a, b):
    return ((a - b).abs().max() / b.abs().max()).item()


def trained(cls, stages, n):
    """Three steps in stages and as a whole: losses, outputs and gradients are the same."""
    model = parts(stages)
    plain = copy.deepcopy(model)
    mine = range(rank, stages, world)
    made = [PipelineStage(model[i], i, stages, cpu) for i in mine]
    several = cls in (ScheduleInterleaved1F1B, ScheduleLoopedBFS)
    schedule = cls(made if several else made[0], n, loss_fn=loss_of)
    optimizer = torch.optim.SGD([p for i in mine for p in model[i].parameters()], lr=0.001)
    single = torch.optim.SGD([p for m in plain for p in m.parameters()], lr=0.001)
    far = 0.0
    for _ in range(3):
        optimizer.zero_grad()
        losses = []
        given = (x,) if 0 in mine else ()
        last = stages - 1 in mine
        out = schedule.step(*given, target=y if last else None, losses=losses)
        single.zero_grad()
        expected = whole(plain, x)
        total = sum(loss_of(a, b) for a, b in zip(expected.tensor_split(n), y.tensor_split(n)))
        (total / n).backward()
        if last:
            far = max(far, abs(sum(v.item() for v in losses) / total.item() - 1))
            far = max(far, off(out, expected))
        else:
            assert out is None and losses == []
        for i in mine:
            for a, b in zip(model[i].parameters(), plain[i].parameters()):
                far = max(far, off(a.grad, b.grad))
        optimizer.step()
        single.step()
    evaluated = schedule.eval(*given, target=y if last else None)
    if last:
        far = max(far, off(evaluated, whole(plain, x)))
    return far < 1e-11


print("gpipe", trained(ScheduleGPipe, world, 5))
print("1f1b", trained(Schedule1F1B, world, 5))
print("looped", trained(ScheduleLoopedBFS, 2 * world, 4))
print("interleaved", trained(ScheduleInterleaved1F1B, 2 * world, 4))
if world == 4:
    # Two pipelines side by side, whose gradients are averaged: each has half of the batch.
    pipes = [dist.new_group([0, 1]), dist.new_group([2, 3])]
    pairs = [dist.new_group([0, 2]), dist.new_group([1, 3])]
    pipe, stage = rank // 2, rank % 2
    model = parts(2)
    plain = copy.deepcopy(model)
    wrapped = nn.parallel.DistributedDataParallel(model[stage], process_group=pairs[stage])
    made = PipelineStage(wrapped, stage, 2, cpu, group=pipes[pipe])
    here = slice(4 * pipe, 4 * pipe + 4)
    given = (x[here],) if stage == 0 else ()
    Schedule1F1B(made, 2, loss_fn=loss_of).step(*given, target=y[here] if stage else None)
    loss_of(whole(plain, x[:8]), y[:8]).backward()
    print("side by side", all(
        off(a.grad, b.grad) < 1e-11
        for a, b in zip(model[stage].parameters(), plain[stage].parameters())
    ))  # fmt: skip
dist.barrier()
dist.destroy_process_group()
