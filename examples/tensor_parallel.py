"""A small GPT whose layers are shared out: each device has some heads and some hidden units.

    python -m torchish.distributed.run --nproc-per-node 2 examples/tensor_parallel.py
    python examples/tensor_parallel.py            one device: the same losses
    python examples/tensor_parallel.py --devices 8      of one process

The last needs eight devices, such as XLA_FLAGS=--xla_force_host_platform_device_count=8 gives. All
devices see the whole batch. Rank 0 prints.

https://docs.pytorch.org/tutorials/intermediate/TP_tutorial.html
"""

import argparse
import os
import time

from gpt import SONNETS, batch
from shared import checked

import torchish as torch
import torchish.distributed as dist
import torchish.nn as nn
import torchish.nn.functional as F
from torchish.distributed.device_mesh import init_device_mesh
from torchish.distributed.tensor import Replicate, Shard
from torchish.distributed.tensor.parallel import (
    ColwiseParallel,
    PrepareModuleInput,
    RowwiseParallel,
    SequenceParallel,
    loss_parallel,
    parallelize_module,
)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.size = width // heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = nn.ModuleDict({n: nn.Linear(width, width) for n in ("q", "k", "v", "out")})
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def attend(self, x):
        # As many heads as this device has.
        q, k, v = (
            self.attention[name](x).unflatten(-1, (-1, self.size)).transpose(1, 2)
            for name in ("q", "k", "v")
        )
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.attention["out"](y.transpose(1, 2).flatten(2))

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class GPT(nn.Module):
    def __init__(self, chars, length, width, depth, heads):
        super().__init__()
        self.tokens = nn.Embedding(chars, width)
        self.places = nn.Parameter(torch.randn(length, width) * 0.02)
        self.blocks = nn.Sequential(*[Block(width, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, chars, bias=False)

    def forward(self, x):
        return self.head(self.norm(self.blocks(self.tokens(x) + self.places)))


def shared_out(net, mesh):
    """The net over a mesh: products along their outputs, then along their inputs; what is between
    the blocks is cut along the sequence in the last norm only."""
    plan = {
        "tokens": RowwiseParallel(input_layouts=Replicate()),
        "blocks.*.attention.out": RowwiseParallel(),
        "blocks.*.mlp.0": ColwiseParallel(),
        "blocks.*.mlp.2": RowwiseParallel(),
        "norm": PrepareModuleInput(input_layouts=Replicate(), desired_input_layouts=Shard(1)),
        "head": ColwiseParallel(input_layouts=Shard(1), use_local_output=False),
    }
    plan |= {f"blocks.*.attention.{name}": ColwiseParallel() for name in ("q", "k", "v")}
    parallelize_module(net, mesh, plan)
    return parallelize_module(net, mesh, {"norm": SequenceParallel()})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--devices", type=int, help="of this process, without the launcher")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--length", type=int, default=64)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--depth", type=int, default=2)
    parser.add_argument("--heads", type=int, default=8)
    parser.add_argument("--lr", type=float, default=0.002)
    args = checked(parser, None, torch)

    if "RANK" in os.environ:
        dist.init_process_group("gloo")
    devices = dist.get_world_size() if dist.is_initialized() else args.devices or 1
    mesh = init_device_mesh("cpu", (devices,), mesh_dim_names=("tp",))
    if args.heads % devices:
        parser.error(f"--heads {args.heads} can not be shared out among {devices} devices")

    text = SONNETS.read_text()
    chars = sorted(set(text))
    ids = torch.tensor([chars.index(c) for c in text])
    torch.manual_seed(0)
    net = shared_out(GPT(len(chars), args.length, args.width, args.depth, args.heads), mesh)
    optimizer = torch.optim.AdamW(net.parameters(), lr=args.lr)
    begun = time.perf_counter()
    for step in range(args.steps):
        x, y = batch(ids, args.length, args.batch_size, "cpu")
        optimizer.zero_grad()
        with loss_parallel():  # each device has the scores of some characters
            loss = F.cross_entropy(net(x).flatten(0, 1), y.flatten())
            loss.backward()
        optimizer.step()
        if (step % 10 == 9 or step == args.steps - 1) and mesh.get_rank() == 0:
            shown, speed = loss.full_tensor().item(), (step + 1) / (time.perf_counter() - begun)
            print(f"step {step + 1}: loss {shown:.4f}, {speed:.1f} steps/s")
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
