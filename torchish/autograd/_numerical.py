"""Jacobians by finite differences of functions whose arguments are changed in place, so that the
function may also read them from elsewhere: a module's parameters, say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from torchish._core.tensor import Tensor, no_grad
from torchish._core.tensor.api.factory import zeros

__all__: list[str] = []


def _iter_tensors(x: Tensor | Iterable[Any], only_requiring_grad: bool = False) -> Iterator[Tensor]:
    """The tensors of a nested structure, in order."""
    if isinstance(x, Tensor):
        if x.requires_grad or not only_requiring_grad:
            yield x
    elif isinstance(x, Iterable) and not isinstance(x, str):
        for item in x:
            yield from _iter_tensors(item, only_requiring_grad)


def _as_tuple(x: Any) -> tuple[Any, ...]:
    if isinstance(x, tuple):
        return x
    return tuple(x) if isinstance(x, list) else (x,)


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
    given = _as_tuple(inputs)
    found = _as_tuple(fn(*given)) if outputs is None else tuple(outputs)
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
    results = [zeros(x.numel(), o.numel(), dtype=o.dtype) for o in outputs]
    data = x.detach()
    for i in range(x.numel()):
        at = data.view(-1)[i] if data.is_contiguous() else data[_place(i, data.shape)]
        before = at.item()
        shifted = []
        with no_grad():
            for sign in (1, -1):
                at.fill_(before + sign * eps)
                shifted.append([o.detach().clone() for o in _as_tuple(fn(*inputs))])
            at.fill_(before)
            for result, up, down in zip(results, *shifted, strict=True):
                result[i] = ((up - down) / (2 * eps)).reshape(-1)
    return tuple(results)


def _place(i: int, shape: Sequence[int]) -> tuple[int, ...]:
    at: list[int] = []
    for size in reversed(shape):
        i, k = divmod(i, size)
        at.insert(0, k)
    return tuple(at)
