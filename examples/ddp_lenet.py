"""LeNet on handwritten digits, trained by several processes, each on its share of every batch.

    python -m torchish.distributed.run --nproc-per-node 2 examples/ddp_lenet.py
    python examples/ddp_lenet.py                  one process: the same losses

Rank 0 prints. With the same `--batch`, two processes give the losses of one, to rounding.

https://docs.pytorch.org/tutorials/intermediate/ddp_tutorial.html
"""

import argparse
import os
import time

from shared import checked

import torchish as torch
import torchish.distributed as dist
import torchish.nn.functional as F
from torchish import nn, optim
from torchish.nn.parallel import DistributedDataParallel
from torchish.utils.data import DataLoader
from torchish.utils.data.distributed import DistributedSampler
from torchish.vision import datasets, transforms


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


def average(value):
    """A number's average over all processes."""
    t = torch.tensor(float(value))
    dist.all_reduce(t)
    return t.item() / dist.get_world_size()


def accuracy(net, test):
    """The share of right answers, counted by all processes together."""
    right = torch.zeros(1)
    share = range(dist.get_rank(), len(test), dist.get_world_size())
    with torch.no_grad():
        for images, labels in DataLoader(torch.utils.data.Subset(test, share), batch_size=256):
            right += (net(images).argmax(1) == labels).sum()
    dist.all_reduce(right)
    return right.item() / len(test)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch", type=int, default=64, help="images of all processes together")
    parser.add_argument("--lr", type=float, default=0.05)
    options = checked(parser, None, torch)

    if "RANK" not in os.environ:  # not started by the launcher
        os.environ.update(RANK="0", WORLD_SIZE="1")
    dist.init_process_group("gloo")
    rank, world = dist.get_rank(), dist.get_world_size()
    if options.batch % world:
        parser.error(f"--batch {options.batch} can not be shared out among {world} processes")

    torch.manual_seed(0)
    steps = transforms.Compose([transforms.Resize((32, 32)), transforms.ToTensor()])
    train, test = (datasets.Digits(train=part, transform=steps) for part in (True, False))
    sampler = DistributedSampler(train, drop_last=True)
    loader = DataLoader(train, options.batch // world, sampler=sampler, drop_last=True)
    net = DistributedDataParallel(lenet())
    optimizer = optim.SGD(net.parameters(), lr=options.lr, momentum=0.9)
    for epoch in range(options.epochs):
        sampler.set_epoch(epoch)
        total, begun = 0.0, time.perf_counter()
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(net(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.detach()
        shown = average(total / len(loader)), accuracy(net.module, test)
        speed = len(loader) * options.batch / (time.perf_counter() - begun)
        if rank == 0:
            print(
                f"epoch {epoch + 1}: loss {shown[0]:.4f}, accuracy {100 * shown[1]:.2f} %, "
                f"{speed:.0f} images/s"
            )
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
