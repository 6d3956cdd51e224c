"""A script without a main guard, whose workers get what only it defines. It prints one line."""

import os
import sys

import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, get_worker_info

print("runs")  # once: workers do not run the script
FACTOR = 3


class Sample:
    def __init__(self, x):
        self.x = x


class Numbers(Dataset):
    def __init__(self):
        self.scale = lambda x: x * FACTOR

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return Sample(self.scale(i))


class Stream(IterableDataset):
    def __iter__(self):
        info = get_worker_info()
        yield from range(info.id, 6, info.num_workers)


def init(worker):
    global FACTOR
    FACTOR = 5


class Broken(Exception):
    pass


def local_class():
    class Fails(Dataset):
        def __len__(self):
            return 1

        def __getitem__(self, i):
            raise Broken("no")

    return Fails()


torch.manual_seed(0)
found = []
loader = DataLoader(
    Numbers(),
    batch_size=2,
    num_workers=2,
    collate_fn=lambda b: b,
    worker_init_fn=init,
    persistent_workers=True,
    prefetch_factor=1,
)
for _ in range(2):
    for batch in loader:
        assert all(type(b) is Sample for b in batch)
        found += [b.x for b in batch]
found += [b.tolist() for b in DataLoader(Stream(), num_workers=2)]
try:
    next(iter(DataLoader(local_class(), num_workers=1)))
except Broken as error:
    found.append(str(error).splitlines()[0])
os.environ["SET_LATE"] = "yes"
late = DataLoader([0], num_workers=1, collate_fn=lambda b: os.environ.get("SET_LATE"))
found += list(late)
print(found)
sys.stdout.flush()
