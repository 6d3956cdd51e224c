"""Jacobians by finite differences of functions whose arguments are changed in place, so that the
function may also read them from elsewhere: a module's parameters, say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor
from torchish._core.tensor.api.factory import of_array
from torchish.autograd._differences import as_tuple, directions_of, numerical

__all__: list[str] = []


def _iter_tensors(x: Tensor | Iterable[Any], only_requiring_grad: bool = False) -> Iterator[Tensor]:
    """The tensors of a nested structure, in order."""
    if isinstance(x, Tensor):
        if x.requires_grad or not only_requiring_grad:
            yield x
    elif isinstance(x, Iterable) and not isinstance(x, str):
        for item in x:
            yield from _iter_tensors(item, only_requiring_grad)


def _get_numerical_jacobian(
    fn: Callable,
    inputs: Any,
    outputs: Sequence[Tensor] | None = None,
    target: Any = None,
    eps: float = 1e-3,
    is_forward_ad: bool = False,
) -> list[tuple[Tensor, ...]]:
    """For each tensor of `target` (default: the inputs) that requires a gradient, the Jacobian of
    each output, (elements of the tensor) × (elements of the output), by central differences.

    Raises ValueError for complex outputs.
    """
    given = as_tuple(inputs)
    found = as_tuple(fn(*given)) if outputs is None else tuple(outputs)
    if not is_forward_ad and any(o.is_complex() for o in found):
        raise ValueError(
            "Expected output to be non-complex. get_numerical_jacobian no longer supports "
            "functions that return complex outputs."
        )
    wanted = inputs if target is None else target
    return [_jacobian(fn, given, found, x, eps) for x in _iter_tensors(wanted, True)]


def _jacobian(
    fn: Callable, inputs: tuple[Any, ...], outputs: tuple[Tensor, ...], x: Tensor, eps: float
) -> tuple[Tensor, ...]:
    if x.is_complex():
        raise NotImplementedError("a numerical Jacobian of a complex tensor")
    directions = directions_of(x, fast=False)
    rows = numerical(lambda _: fn(*inputs), [x], 0, directions, eps)  # a row for each element of x
    return tuple(
        of_array(np.array([row[k].reshape(-1) for row in rows]).reshape(x.numel(), o.numel())).to(
            o.dtype
        )
        for k, o in enumerate(outputs)
    )
