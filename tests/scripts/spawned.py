"""A spawned worker runs this script's imports again, as PyTorch's DataLoader workers do."""

import multiprocessing

import torch


def work(n):
    return torch.__name__, torch.arange(n).sum().item()


if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(*pool.apply(work, (5,)))
