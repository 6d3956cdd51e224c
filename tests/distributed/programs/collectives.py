"""Prints what every collective gives, as PyTorch prints it with gloo."""

import torch
import torch.distributed as dist

dist.init_process_group("gloo")
rank, world = dist.get_rank(), dist.get_world_size()
DTYPES = (torch.float32, torch.float64, torch.int32, torch.int64, torch.uint8, torch.int8,
          torch.float16, torch.bfloat16)  # fmt: skip


def mine(n=4):
    return torch.arange(float(n)) + rank


def show(name, value):
    print(f"{name}: {value}")


for op in ("SUM", "PRODUCT", "MIN", "MAX"):
    for dtype in DTYPES:
        t = (torch.arange(1, 5) + rank).to(dtype)
        dist.all_reduce(t, op=getattr(dist.ReduceOp, op))
        show(f"all_reduce {op} {dtype}", t.tolist())
for op in ("BAND", "BOR", "BXOR"):
    t = torch.arange(4) + 3 * rank
    dist.all_reduce(t, op=getattr(dist.ReduceOp, op))
    show(f"all_reduce {op}", t.tolist())
t = mine().to(torch.complex64) * 1j
dist.all_reduce(t)
show("complex", t.tolist())
t = mine().reshape(2, 2).t()
dist.all_reduce(t)
show("transposed", t.tolist())
base = torch.zeros(6)
dist.broadcast(base[1:5] if rank else mine(), src=0)
show("into a view", base.tolist())
t = torch.tensor([True, False, rank == 0])
dist.broadcast(t, src=1)
show("broadcast of bools", t.tolist())
t = torch.empty(0)
dist.broadcast(t, src=0)
show("broadcast of nothing", t.tolist())
t = mine()
dist.reduce(t, dst=0)
show("reduce", t.tolist() if rank == 0 else "-")

parts = [torch.zeros(4) for _ in range(world)]
dist.all_gather(parts, mine())
show("all_gather", [p.tolist() for p in parts])
parts = [torch.zeros(4) for _ in range(world)] if rank == 1 else None
dist.gather(mine(), parts, dst=1)
show("gather", parts and [p.tolist() for p in parts])
t = torch.zeros(3)
dist.scatter(t, [torch.full((3,), float(i)) for i in range(world)] if rank == 0 else None, src=0)
show("scatter", t.tolist())
t = torch.zeros(2)
dist.reduce_scatter(t, [torch.full((2,), float(i + rank)) for i in range(world)])
show("reduce_scatter", t.tolist())
t = torch.zeros(world)
dist.all_to_all_single(t, torch.arange(float(world)) + 10 * rank)
show("all_to_all_single", t.tolist())
sent, taken = [1 + rank] * world, [1 + i for i in range(world)]
t = torch.zeros(sum(taken), 2)
values = torch.arange(2.0 * sum(sent)).reshape(-1, 2) + 10 * rank
dist.all_to_all_single(t, values, taken, sent)
show("unequal parts", t.tolist())

t = mine()
work = dist.all_reduce(t, async_op=True)
work.wait()
show("async", (work.is_completed(), t.tolist()))
future = dist.all_reduce(mine(), async_op=True).get_future()
show("then", future.then(lambda done: done.value()[0].sum().item()).wait())

after, before = (rank + 1) % world, (rank - 1) % world
got = torch.zeros(3)
ops = [dist.P2POp(dist.isend, torch.full((3,), float(rank)), after),
       dist.P2POp(dist.irecv, got, before)]  # fmt: skip
for work in dist.batch_isend_irecv(ops):
    work.wait()
show("ring", got.tolist())
if rank == 0:
    dist.send(torch.arange(5.0), dst=1)
    t = torch.zeros(2, dtype=torch.int64)
    show("received from anybody", (dist.recv(t), t.tolist()))
elif rank == 1:
    t = torch.zeros(5)
    dist.recv(t, src=0)
    dist.send(torch.tensor([7, 8]), dst=0)
    show("received", t.tolist())

objects = [None] * world
dist.all_gather_object(objects, {"rank": rank, "text": "y" * rank})
show("all_gather_object", objects)
objects = [rank, "a", {1: 2}] if rank == 1 else [None] * 3
dist.broadcast_object_list(objects, src=1)
show("broadcast_object_list", objects)
objects = [None]
given = [("s", i) for i in range(world)] if rank == 0 else None
dist.scatter_object_list(objects, given, src=0)
show("scatter_object_list", objects)
objects = [None] * world if rank == 0 else None
dist.gather_object((rank,), objects, dst=0)
show("gather_object", objects)

alone, last = dist.new_group([0]), dist.new_group([world - 2, world - 1])
show("ranks in groups", (dist.get_rank(alone), dist.get_rank(last), dist.get_world_size(last)))
if rank >= world - 2:
    t = mine()
    dist.all_reduce(t, group=last)
    show("all_reduce of a group", t.tolist())
dist.barrier()
dist.monitored_barrier()

for name, call in {
    "no tensor": lambda: dist.all_reduce([1]),
    "no such root": lambda: dist.broadcast(torch.ones(1), src=9),
    "too short a list": lambda: dist.all_gather([torch.ones(1)], torch.ones(1)),
    "to oneself": lambda: dist.send(torch.ones(1), dst=rank),
    "no such rank": lambda: dist.new_group([0, 99]),
}.items():
    try:
        call()
    except (TypeError, ValueError, RuntimeError) as error:
        show(name, f"{type(error).__name__} {str(error).splitlines()[0][:60]}")
dist.barrier()
dist.destroy_process_group()
