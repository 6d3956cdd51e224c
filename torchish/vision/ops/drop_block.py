"""Dropout of blocks.

G. Ghiasi et al., DropBlock: A regularization method for convolutional networks, 2018.
https://docs.pytorch.org/vision/stable/generated/torchvision.ops.drop_block2d.html
"""

from __future__ import annotations

import math

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.nn import functional as F

__all__ = ["DropBlock2d", "DropBlock3d", "drop_block2d", "drop_block3d"]


def _drop_block(
    input: Tensor, p: float, block_size: int, inplace: bool, eps: float, training: bool, dims: int
) -> Tensor:
    if p < 0.0 or p > 1.0:
        raise ValueError(f"drop probability has to be between 0 and 1, but got {p}.")
    if input.ndim != dims + 2:
        raise ValueError(f"input should be {dims + 2} dimensional. Got {input.ndim} dimensions.")
    if not training or p == 0.0:
        return input
    sizes = list(input.shape[2:])
    block = min(block_size, *sizes)
    centers = [n - block + 1 for n in sizes]
    gamma = (p * math.prod(sizes)) / (block**dims * math.prod(centers))
    noise = torch.empty((*input.shape[:2], *centers), dtype=input.dtype, device=input.device)
    noise = F.pad(noise.bernoulli_(gamma), [block // 2] * (2 * dims), value=0)
    pool = F.max_pool2d if dims == 2 else F.max_pool3d
    noise = 1 - pool(noise, stride=1, kernel_size=block, padding=block // 2)
    scale = noise.numel() / (eps + noise.sum())
    if inplace:
        return input.mul_(noise).mul_(scale)
    return input * noise * scale


def drop_block2d(
    input: Tensor,
    p: float,
    block_size: int,
    inplace: bool = False,
    eps: float = 1e-06,
    training: bool = True,
) -> Tensor:
    """The input (N, C, H, W) with squares zero, about a share p of it, the rest scaled up.

    >>> from torchvision import ops
    >>> ops.drop_block2d(torch.ones(1, 1, 4, 4), p=0.5, block_size=2, training=False).unique()
    tensor([1.])
    """
    return _drop_block(input, p, block_size, inplace, eps, training, 2)


def drop_block3d(
    input: Tensor,
    p: float,
    block_size: int,
    inplace: bool = False,
    eps: float = 1e-06,
    training: bool = True,
) -> Tensor:
    """The input (N, C, D, H, W) with cubes zero, about a share p of it, the rest scaled up."""
    return _drop_block(input, p, block_size, inplace, eps, training, 3)


class DropBlock2d(nn.Module):
    """`drop_block2d` in training.

    >>> from torchvision import ops
    >>> ops.DropBlock2d(0.5, 2).eval()(torch.ones(1, 1, 2, 2)).flatten()
    tensor([1., 1., 1., 1.])
    """

    _dims = 2

    def __init__(
        self, p: float, block_size: int, inplace: bool = False, eps: float = 1e-06
    ) -> None:
        super().__init__()
        self.p = p
        self.block_size = block_size
        self.inplace = inplace
        self.eps = eps

    def forward(self, input: Tensor) -> Tensor:
        return _drop_block(
            input, self.p, self.block_size, self.inplace, self.eps, self.training, self._dims
        )

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(p={self.p}, block_size={self.block_size}, "
            f"inplace={self.inplace})"
        )


class DropBlock3d(DropBlock2d):
    """`drop_block3d` in training."""

    _dims = 3
