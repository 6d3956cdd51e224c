"""DistributedDataParallel on LeNet: images a second of all processes, with torchish and PyTorch.

    python benchmarks/distributed.py                   2 processes, batches of 64 in each
    python benchmarks/distributed.py --processes 4 --rounds 5

The libraries run in turn, each time in fresh processes of one thread, which leave out their first
steps; the best of the rounds counts, as what else the machine does only ever takes time away.
"""

import argparse
import os
import socket
import subprocess
import sys

PROGRAM = """
import sys, time, torch, torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
torch.set_num_threads(1)
dist.init_process_group("gloo")
torch.manual_seed(0)
net = DistributedDataParallel(nn.Sequential(
    nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
    nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84),
    nn.ReLU(), nn.Linear(84, 10)))
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
batch, steps = int(sys.argv[1]), int(sys.argv[2])
images, labels = torch.randn(batch, 1, 32, 32), torch.randint(0, 10, (batch,))
def run(n):
    for _ in range(n):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(images), labels)
        loss.backward()
        optimizer.step()
    dist.barrier()
    return loss.item()
run(steps)
start = time.perf_counter()
run(steps)
taken = time.perf_counter() - start
if dist.get_rank() == 0:
    print(dist.get_world_size() * batch * steps / taken)
dist.destroy_process_group()
"""


def images_a_second(torchish, processes, batch, steps):
    """What rank 0 prints."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    program = [*(["-m", "torchish"] if torchish else []), "-c", PROGRAM, str(batch), str(steps)]
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(processes)}
    place |= {"OMP_NUM_THREADS": "1", "NPROC": "1"}
    started = [
        subprocess.Popen(
            [sys.executable, *program],
            env={**os.environ, **place, "RANK": str(rank)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(processes)
    ]
    printed = [p.communicate()[0] for p in started]
    if any(p.returncode for p in started):
        raise SystemExit("a process failed")
    return float(printed[0].splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--batch", type=int, default=64, help="images of each process")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    best = {True: 0.0, False: 0.0}
    for _ in range(options.rounds):
        for torchish in best:
            found = images_a_second(torchish, options.processes, options.batch, options.steps)
            best[torchish] = max(best[torchish], found)
    print(
        f"{options.processes} processes, batch {options.batch} each: "
        f"torchish {best[True]:.0f} images/s, PyTorch {best[False]:.0f}, "
        f"ratio {best[True] / best[False]:.2f}"
    )


if __name__ == "__main__":
    main()
