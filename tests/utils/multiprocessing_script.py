"""torch.multiprocessing in a script without a main guard: it prints one line.

`multiprocessing_script.py METHOD`
"""

import os
import sys

import torch
import torch.multiprocessing as mp

METHOD = sys.argv[1]
os.environ["LATE"] = "yes"
FACTOR = 3


class Message:
    def __init__(self, x):
        self.x = x


def write(rank, whole, part, net, big, queue, done):
    whole[0, rank] = rank + 1
    part.fill_(7)
    big[rank, 999] = 1
    assert whole[1, 0] == 7  # a view of the same memory
    with torch.no_grad():
        net.weight[rank] = 5
    queue.put((rank, whole, Message(torch.full((2,), float(rank))), os.environ["LATE"]))
    done.wait(30)


def triple(x):
    return Message(x * FACTOR)


def fail(rank):
    raise ValueError(f"rank {rank} fails")


context = mp.get_context(METHOD)
whole, net, big = torch.zeros(4, 3), torch.nn.Linear(4, 2), torch.zeros(1000, 1000)
part = whole[1:, ::2]
whole.share_memory_(), net.share_memory(), big.share_memory_()
queue, done = context.Queue(), context.Event()
processes = [
    context.Process(target=write, args=(rank, whole, part, net, big, queue, done))
    for rank in range(2)
]
for p in processes:
    p.start()
answers = sorted((queue.get(timeout=60) for _ in processes), key=lambda a: a[0])
answers[0][1][3, 1] = 99  # what came back is the same memory
done.set()
for p in processes:
    p.join()
print(
    whole.tolist(),
    net.weight[:, 0].tolist(),
    big[:, 999].tolist()[:3] == [1, 1, 0],
    [(a[0], a[2].x.tolist(), a[3], type(a[2]) is Message) for a in answers],
    [p.exitcode for p in processes],
)
with context.Pool(2) as pool:
    print([m.x for m in pool.map(triple, range(4))], pool.apply(triple, (2,)).x)
try:
    mp.start_processes(fail, nprocs=1, start_method=METHOD)
except mp.ProcessRaisedException as error:
    print(str(error).splitlines()[-1])
