"""DistributedDataParallel on LeNet: images a second of all processes, with torchish and PyTorch.

    python benchmarks/distributed.py                   2 processes, batches of 64 in each
    python benchmarks/distributed.py --processes 4 --turns 60
    python benchmarks/distributed.py --alone           one process and no DDP: what a step costs

The processes of both libraries, of one thread each, are there at the same time and take turns of a
few steps, while the others wait for a line of their input. The first quartile of the turns counts,
as what else the machine does only ever takes time away.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys

PROGRAM = """
import sys, time, warnings, torch, torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
warnings.simplefilter("ignore")
torch.set_num_threads(1)
alone = sys.argv[2] == "alone"
torch.manual_seed(0)
net = nn.Sequential(
    nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
    nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84),
    nn.ReLU(), nn.Linear(84, 10))
if not alone:
    dist.init_process_group("gloo")
    net = DistributedDataParallel(net)
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
batch = int(sys.argv[1])
images, labels = torch.randn(batch, 1, 32, 32), torch.randint(0, 10, (batch,))
for line in sys.stdin:
    if not alone:
        dist.barrier()
    start, used = time.perf_counter(), time.process_time()
    for _ in range(int(line)):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(images), labels)
        loss.backward()
        optimizer.step()
    loss.item()
    if not alone:
        dist.barrier()
    print(time.perf_counter() - start, time.process_time() - used, flush=True)
if not alone:
    dist.destroy_process_group()
"""


class Processes:
    """The processes of one library, which wait for what to do."""

    def __init__(self, torchish, count, batch, alone):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        how = "alone" if alone else "together"
        command = [*(["-m", "torchish"] if torchish else []), "-c", PROGRAM, str(batch), how]
        place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(count)}
        place |= {"OMP_NUM_THREADS": "1", "NPROC": "1"}  # as torchrun says
        self.started = [
            subprocess.Popen(
                [sys.executable, *command],
                env={**os.environ, **place, "RANK": str(rank)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for rank in range(count)
        ]

    def run(self, steps):
        """Seconds that the steps take, and seconds of processors that each process takes."""
        for p in self.started:
            p.stdin.write(f"{steps}\n")
            p.stdin.flush()
        said = [p.stdout.readline().split() for p in self.started]
        if not all(said):
            raise SystemExit("a process failed")
        return float(said[0][0]), statistics.mean(float(used) for _, used in said)

    def end(self):
        for p in self.started:
            p.stdin.close()
        for p in self.started:
            p.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--batch", type=int, default=64, help="images of each process")
    parser.add_argument("--steps", type=int, default=20, help="steps of a turn")
    parser.add_argument("--turns", type=int, default=40)
    parser.add_argument("--alone", action="store_true", help="one process, without DDP")
    options = parser.parse_args()
    count = 1 if options.alone else options.processes
    sides = [Processes(t, count, options.batch, options.alone) for t in (True, False)]
    for side in sides:
        side.run(200)  # until every program is compiled
    taken = [[], []]
    for _ in range(options.turns):
        for side, found in zip(sides, taken, strict=True):
            found.append(side.run(options.steps))
    for side in sides:
        side.end()
    wall, used = (
        [statistics.quantiles([turn[i] for turn in found], n=4)[0] for found in taken]
        for i in (0, 1)
    )
    images = count * options.batch * options.steps
    print(
        f"{count} processes, batch {options.batch} each: torchish {images / wall[0]:.0f} images/s, "
        f"PyTorch {images / wall[1]:.0f}, ratio {wall[1] / wall[0]:.2f}; milliseconds of a "
        f"processor a step and process: {used[0] / options.steps * 1e3:.2f}, "
        f"{used[1] / options.steps * 1e3:.2f}"
    )


if __name__ == "__main__":
    main()
