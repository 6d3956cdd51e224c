"""The small GPT of gpt.py, its parameters, gradients and optimizer states cut over processes.

    python -m torchish.distributed.run --nproc-per-node 2 examples/fsdp_gpt.py
    python examples/fsdp_gpt.py                   one process: the same losses

Each process trains on its share of every batch. Rank 0 prints; `--save FILE.pt` writes a state dict
that gpt.py's net loads.

https://docs.pytorch.org/tutorials/intermediate/FSDP_tutorial.html
"""

import argparse
import os
import pathlib
import time

from gpt import GPT, SONNETS, batch, optimizer_of, schedule
from shared import checked

import torchish as torch
import torchish.distributed as dist
import torchish.nn as nn
from torchish.distributed.fsdp import MixedPrecisionPolicy, fully_shard


def sharded(net, half):
    """The net, each of its blocks gathered by itself; with `half` in bfloat16 while gathered."""
    policy = MixedPrecisionPolicy(torch.bfloat16, torch.float32) if half else MixedPrecisionPolicy()
    for block in net.blocks:
        fully_shard(block, mp_policy=policy)
    return fully_shard(net, mp_policy=policy)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch-size", type=int, default=16, help="of all processes together")
    parser.add_argument("--length", type=int, default=64)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--lr", type=float, default=0.002)
    parser.add_argument("--bfloat16", action="store_true", help="compute in bfloat16")
    parser.add_argument("--save", type=pathlib.Path, metavar="FILE.pt")
    args = checked(parser, None, torch)

    if "RANK" not in os.environ:  # not started by the launcher
        os.environ.update(RANK="0", WORLD_SIZE="1")
    dist.init_process_group("gloo")
    rank, world = dist.get_rank(), dist.get_world_size()
    if args.batch_size % world:
        parser.error(f"--batch-size {args.batch_size} can not be shared out among {world}")
    mine = slice(rank * args.batch_size // world, (rank + 1) * args.batch_size // world)

    text = SONNETS.read_text()
    chars = sorted(set(text))
    ids = torch.tensor([chars.index(c) for c in text])
    torch.manual_seed(0)  # the same net and the same batches everywhere
    net = sharded(GPT(len(chars), args.length, args.width, args.depth), args.bfloat16)
    held = sum(p.to_local().numel() for p in net.parameters())
    print(f"rank {rank} holds {held} of {sum(p.numel() for p in net.parameters())} numbers")
    optimizer = optimizer_of(net, args.lr, 0.1)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule(args.steps))
    begun = time.perf_counter()
    for step in range(args.steps):
        x, y = batch(ids, args.length, args.batch_size, "cpu")
        _, loss = net(x[mine], y[mine])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        if step % 10 == 9 or step == args.steps - 1:
            shown = loss.detach()
            dist.all_reduce(shown)
            if rank == 0:
                speed = (step + 1) / (time.perf_counter() - begun)
                print(f"step {step + 1}: loss {shown.item() / world:.4f}, {speed:.1f} steps/s")
    if args.save:
        whole = {name: p.full_tensor() for name, p in net.state_dict().items()}
        if rank == 0:
            torch.save(whole, args.save)
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
