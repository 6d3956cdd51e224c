"""Trains with checkpoints and dies on the way; started again it goes on from the last one.

The first time it also trains without a stop, so that there is something to compare with."""

import json
import os
import pathlib
import signal
import sys

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch import nn
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict

STEPS, EVERY, LAST = 12, 3, 8
folder = pathlib.Path(sys.argv[1])
dist.init_process_group("gloo")
rank, world = dist.get_rank(), dist.get_world_size()
first = os.environ["TORCHELASTIC_RESTART_COUNT"] == "0"


class Training:
    """What has to be remembered, for `dcp.save` and `dcp.load`."""

    def __init__(self):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 1))
        self.model = nn.parallel.DistributedDataParallel(net)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=0.01)
        self.schedule = torch.optim.lr_scheduler.StepLR(self.optimizer, 4)
        self.done = 0

    def step(self):
        g = torch.Generator().manual_seed(100 * self.done + rank)
        x = torch.randn(8, 6, generator=g)
        self.optimizer.zero_grad()
        loss = (self.model(x) - x.sum(1, keepdim=True)).pow(2).mean()
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        self.done += 1
        return loss.item()

    def state_dict(self):
        model, optim = get_state_dict(self.model, self.optimizer)
        return {
            "model": model,
            "optim": optim,
            "schedule": self.schedule.state_dict(),
            "done": self.done,
            f"random of {rank}": torch.get_rng_state(),
        }

    def load_state_dict(self, state):
        set_state_dict(
            self.model,
            self.optimizer,
            model_state_dict=state["model"],
            optim_state_dict=state["optim"],
        )
        self.schedule.load_state_dict(state["schedule"])
        self.done = state["done"]
        torch.set_rng_state(state[f"random of {rank}"])


said = folder / f"losses of {rank}.json"
if first:
    whole = Training()
    said.write_text(json.dumps([whole.step() for _ in range(STEPS)]))
run = Training()
if (folder / "saved").exists():
    dcp.load({"training": run}, checkpoint_id=folder / "saved")
start, losses = run.done, []
while run.done < STEPS:
    losses.append(run.step())
    if run.done % EVERY == 0:
        dcp.save(
            {"training": run}, storage_writer=dcp.FileSystemWriter(folder / "saved", overwrite=True)
        )
    if first and run.done == LAST and rank == 1:
        os.kill(os.getpid(), signal.SIGKILL)
expected = json.loads(said.read_text())
sys.stdout.write(f"from {start}: {losses == expected[start:]}\n")
