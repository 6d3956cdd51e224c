"""Data sets for the tests of DataLoader, and what loaders give, for either library.

`python -m tests.utils.loader_programs LIBRARY` prints the batches as JSON; LIBRARY is torch or
torchish.
"""

from __future__ import annotations

import collections
import importlib
import json
import os
import random
import signal
import sys
import time

import numpy as np

LIBRARY = os.environ.get("LOADER_LIBRARY", "torchish")
lib = importlib.import_module(LIBRARY)
data = importlib.import_module(f"{LIBRARY}.utils.data")

Pair = collections.namedtuple("Pair", "x y")


class Squares(data.Dataset):
    """(i, i²) as tensors."""

    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        return lib.tensor(i), lib.tensor(float(i * i))


class Draws(data.Dataset):
    """What the generators of a worker give."""

    def __len__(self):
        return 6

    def __getitem__(self, i):
        info = data.get_worker_info()
        return (
            info.id,
            info.num_workers,
            info.seed,
            lib.initial_seed(),
            random.random(),
            float(np.random.rand()),
            float(lib.rand(1)),
        )


class Structures(data.Dataset):
    """Every kind of element that is collated."""

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return {
            "array": np.full((2, 3), i, np.float32),
            "number": i,
            "float": i / 2,
            "bool": i % 2 == 0,
            "scalar": np.float64(i),
            "text": f"t{i}",
            "nested": [Pair(i, lib.ones(2) * i), (i, [i])],
            "big": np.full(40000, i, np.int64),
        }


class Count(data.IterableDataset):
    """A stream, split among the workers as the documentation shows."""

    def __init__(self, n):
        self.n = n

    def __iter__(self):
        info = data.get_worker_info()
        start, step = (info.id, info.num_workers) if info else (0, 1)
        return iter(range(start, self.n, step))


class Fails(data.Dataset):
    """An exception, a signal or a long wait at one index."""

    def __init__(self, how, at=5):
        self.how, self.at = how, at

    def __len__(self):
        return 12

    def __getitem__(self, i):
        if i == self.at:
            if self.how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.how == "exit":
                os._exit(3)
            if self.how == "wait":
                time.sleep(60)
            raise ValueError(f"sample {i} is broken")
        return i


class Pids(data.Dataset):
    def __len__(self):
        return 8

    def __getitem__(self, i):
        return os.getpid()


class Touches(data.Dataset):
    """Whether JAX has started in the worker, after a transform of an image."""

    def __init__(self, transform=None):
        self.transform = transform

    def __len__(self):
        return 4

    def __getitem__(self, i):
        image = lib.from_numpy(np.full((3, 8, 9), i, np.uint8))
        if self.transform is not None:
            image = self.transform(image)
        label = lib.from_numpy(np.arange(4))[i].item()
        assert image.numpy().shape == image.shape and len(image.tolist()) == 3
        started = sys.modules["jax._src.xla_bridge"]._backends
        return image, label, bool(started)


def seeded_init(worker):
    global started_as
    started_as = worker


def plain(x):
    """Something that JSON has."""
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [type(x).__name__, *(plain(v) for v in x)]
    if hasattr(x, "tolist"):
        values = x.tolist()
        if getattr(x, "ndim", 0) and len(x) and np.size(values) > 100:
            values = [float(np.sum(values)), list(np.shape(values))]
        return [str(x.dtype).rpartition(".")[2], values]
    return x


def results():
    """For each name the batches that a loader gives."""

    def epoch(dataset, **kwargs):
        lib.manual_seed(5)
        loader = data.DataLoader(dataset, **kwargs)
        return [plain(batch) for batch in loader], plain(lib.rand(1))

    squares, weights = Squares(10), [0.1, 0.9, 0.3, 0.2]
    generator = lib.Generator()
    generator.manual_seed(9)
    found = {
        "plain": epoch(squares, batch_size=4),
        "drop": epoch(squares, batch_size=4, drop_last=True),
        "single": epoch(squares, batch_size=None),
        "shuffle": epoch(squares, batch_size=3, shuffle=True),
        "generator": epoch(squares, batch_size=3, shuffle=True, generator=generator),
        "workers": epoch(squares, batch_size=3, shuffle=True, num_workers=2),
        "batch_sampler": epoch(squares, batch_sampler=[[1, 2], [9], [4, 4, 4]], num_workers=1),
        "weighted": epoch(Squares(4), batch_size=2, sampler=data.WeightedRandomSampler(weights, 6)),
        "replacement": epoch(
            squares, sampler=data.RandomSampler(squares, replacement=True, num_samples=7)
        ),
        "subset": epoch(squares, sampler=data.SubsetRandomSampler([1, 4, 7, 9])),
        "distributed": epoch(
            squares, sampler=data.DistributedSampler(squares, num_replicas=3, rank=1, seed=2)
        ),
        "structures": epoch(Structures(), batch_size=2),
        "structures by workers": epoch(Structures(), batch_size=2, num_workers=2),
        "converted": epoch(Structures(), batch_size=None),
        "stream": epoch(Count(7), batch_size=2),
        "stream by workers": epoch(Count(9), batch_size=2, num_workers=2),
        "stream dropped": epoch(Count(9), batch_size=2, num_workers=2, drop_last=True),
        "draws": epoch(Draws(), batch_size=2, num_workers=2),
    }
    lib.manual_seed(5)
    loader = data.DataLoader(Draws(), batch_size=3, num_workers=2, persistent_workers=True)
    found["draws, persistent"] = [[plain(b) for b in loader] for _ in range(2)]
    lib.manual_seed(5)
    loader = data.DataLoader(squares, batch_size=4, shuffle=True)
    found["epochs"] = [[plain(b) for b in loader] for _ in range(3)]
    return found


if __name__ == "__main__":
    json.dump(results(), sys.stdout)
