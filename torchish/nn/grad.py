"""Gradients of convolutions as functions.

https://docs.pytorch.org/docs/stable/nn.functional.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish._core.tensor import Tensor, empty, enable_grad
from torchish._core.tensor import grad as _grad
from torchish.nn import functional as F

__all__ = [
    "conv1d_input",
    "conv1d_weight",
    "conv2d_input",
    "conv2d_weight",
    "conv3d_input",
    "conv3d_weight",
]


def _like(size: Any, other: Tensor) -> Tensor:
    return empty(tuple(size), dtype=other.dtype, device=other.device).fill_(0).requires_grad_()


def _input(conv, input_size, weight, grad_output, stride, padding, dilation, groups) -> Tensor:
    with enable_grad():
        x = _like(input_size, grad_output)
        return _grad(
            conv(x, weight.detach(), None, stride, padding, dilation, groups), x, grad_output
        )[0]


def _weight(conv, input, weight_size, grad_output, stride, padding, dilation, groups) -> Tensor:
    with enable_grad():
        w = _like(weight_size, grad_output)
        return _grad(
            conv(input.detach(), w, None, stride, padding, dilation, groups), w, grad_output
        )[0]


def conv1d_input(
    input_size: Sequence[int],
    weight: Tensor,
    grad_output: Tensor,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Gradient of conv1d with respect to an input of a size."""
    return _input(F.conv1d, input_size, weight, grad_output, stride, padding, dilation, groups)


def conv1d_weight(
    input: Tensor,
    weight_size: Sequence[int],
    grad_output: Tensor,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Gradient of conv1d with respect to a weight of a size."""
    return _weight(F.conv1d, input, weight_size, grad_output, stride, padding, dilation, groups)


def conv2d_input(
    input_size: Sequence[int],
    weight: Tensor,
    grad_output: Tensor,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Gradient of conv2d with respect to an input of a size."""
    return _input(F.conv2d, input_size, weight, grad_output, stride, padding, dilation, groups)


def conv2d_weight(
    input: Tensor,
    weight_size: Sequence[int],
    grad_output: Tensor,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Gradient of conv2d with respect to a weight of a size."""
    return _weight(F.conv2d, input, weight_size, grad_output, stride, padding, dilation, groups)


def conv3d_input(
    input_size: Sequence[int],
    weight: Tensor,
    grad_output: Tensor,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Gradient of conv3d with respect to an input of a size."""
    return _input(F.conv3d, input_size, weight, grad_output, stride, padding, dilation, groups)


def conv3d_weight(
    input: Tensor,
    weight_size: Sequence[int],
    grad_output: Tensor,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Gradient of conv3d with respect to a weight of a size."""
    return _weight(F.conv3d, input, weight_size, grad_output, stride, padding, dilation, groups)
