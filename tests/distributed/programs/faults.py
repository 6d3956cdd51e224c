"""What goes wrong between processes: `faults.py KIND`."""

import os
import sys
import time
from datetime import timedelta

import torch
import torch.distributed as dist

kind = sys.argv[1]
limit = timedelta(seconds=60 if kind in ("shapes", "calls", "gone") else 5)
dist.init_process_group("gloo", timeout=limit)
rank = dist.get_rank()
dist.barrier()
began = time.monotonic()
try:
    if kind == "gone":
        if rank == 1:
            os._exit(7)
        dist.all_reduce(torch.ones(100))
    elif kind == "shapes":
        t = torch.ones(3 + rank)
        dist.all_reduce(t)
    elif kind == "calls":
        t = torch.ones(3)
        dist.all_reduce(t) if rank else dist.broadcast(t, src=0)
    elif kind == "away":
        if rank == 1:
            time.sleep(60)
        dist.all_reduce(torch.ones(100))
    elif kind == "barrier":
        if rank != 1:
            dist.monitored_barrier(timeout=timedelta(seconds=2))
        else:
            time.sleep(8)
except RuntimeError as error:
    print(f"{type(error).__name__} after {time.monotonic() - began:.1f} s: {error}", flush=True)
if kind in ("shapes", "calls"):
    t = torch.ones(2)
    dist.all_reduce(t)
    print("afterwards", t.tolist(), flush=True)
os._exit(0) if kind == "away" else None
