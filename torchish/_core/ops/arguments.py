"""Checks of arguments that several families of neural-network operators share. No operator is
entered here."""

from __future__ import annotations

import warnings
from typing import Any

import jax.numpy as jnp

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import size_text
from torchish._core.base.frames import user_level
from torchish._core.ops.elementwise.quotients import mean

__all__ = [
    "is_float",
    "loss_reduction",
    "not_implemented",
    "ntuple",
    "reduce_loss",
    "require_expandable",
    "require_float",
    "scalar_name",
    "size_text",
]


def scalar_name(x) -> str:
    """What ATen calls the element type of `x` ("Float", "Long", ...)."""
    return dt.SCALAR_NAMES[dt.from_np(x.dtype)]


def is_float(x) -> bool:
    """Whether `x` is real floating point."""
    return jnp.issubdtype(x.dtype, jnp.floating)


def not_implemented(kernel: str, x) -> NotImplementedError:
    """The error of a kernel that has no code for the element type of `x`."""
    return NotImplementedError(f"\"{kernel}\" not implemented for '{scalar_name(x)}'")


def require_float(x, kernel: str, *, complex_too: bool = False) -> None:
    """Raise as the named kernel does unless `x` is floating point (or complex, where that is
    allowed)."""
    if not is_float(x) and not (complex_too and jnp.issubdtype(x.dtype, jnp.complexfloating)):
        raise not_implemented(kernel, x)


def ntuple(value: Any, n: int, message: str) -> tuple[int, ...]:
    """An int, or a sequence of 1 or n ints, as n ints; RuntimeError with `message` otherwise."""
    if not isinstance(value, (tuple, list)):
        return (int(value),) * n
    if len(value) == 1:
        return (int(value[0]),) * n
    if len(value) != n:
        raise RuntimeError(message)
    return tuple(int(v) for v in value)


def loss_reduction(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """The reduction asked for, with the two legacy flags taken into account."""
    if size_average is not None or reduce is not None:
        flags = (True if size_average is None else size_average, True if reduce is None else reduce)
        reduction = "none" if not flags[1] else "mean" if flags[0] else "sum"
        warnings.warn(
            f"size_average and reduce args will be deprecated, please use reduction='{reduction}' "
            "instead.",
            stacklevel=user_level(),
        )
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction


def reduce_loss(loss, reduction: str):
    """The losses themselves, their mean or their sum."""
    if reduction == "none":
        return loss
    return mean(loss) if reduction == "mean" else jnp.sum(loss)


def require_expandable(x, want: tuple[int, ...]) -> None:
    """RuntimeError, as `expand` has it, for what does not broadcast to exactly this shape."""
    have = x.shape
    if len(have) > len(want):
        raise RuntimeError(
            f"expand(torch.{scalar_name(x)}Tensor{{{size_text(have)}}}, size={size_text(want)}): "
            f"the number of sizes provided ({len(want)}) must be greater or equal to the number of "
            f"dimensions in the tensor ({len(have)})"
        )
    for i in range(1, min(len(have), len(want)) + 1):
        if have[-i] not in (1, want[-i]):
            raise RuntimeError(
                f"The expanded size of the tensor ({want[-i]}) must match the existing size "
                f"({have[-i]}) at non-singleton dimension {len(want) - i}.  Target sizes: "
                f"{size_text(want)}.  Tensor sizes: {size_text(have)}"
            )
