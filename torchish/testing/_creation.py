"""Tensors for tests: filled with random numbers of a dtype's usual range.

https://docs.pytorch.org/docs/stable/testing.html#torch.testing.make_tensor
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

from torchish._core.base import devices, layouts
from torchish._core.base import dtypes as dt
from torchish._core.tensor import FUNCTIONS, Tensor, empty, full, randint

__all__ = ["make_tensor"]


def _bounds(low, high, dtype: dt.dtype, *, lowest, highest, low_default, high_default):
    """The interval to draw from, cut to what the dtype holds."""
    low = low_default if low is None else low
    high = high_default if high is None else high
    if any(isinstance(x, float) and math.isnan(x) for x in (low, high)):
        raise ValueError(f"`low` and `high` cannot be NaN, but got {low=} and {high=}")
    if low == high and dtype.category >= dt.FLOAT:
        warnings.warn(
            "Passing `low==high` to `torch.testing.make_tensor` for floating or complex types is "
            "deprecated since 2.1 and will be removed in 2.3. Use `torch.full(...)` instead.",
            FutureWarning,
            stacklevel=4,
        )
    elif low >= high:
        raise ValueError(f"`low` must be less than `high`, but got {low} >= {high}")
    elif high < lowest or low >= highest:
        raise ValueError(
            f"The value interval specified by `low` and `high` is [{low}, {high}), but {dtype} "
            f"only supports [{lowest}, {highest})"
        )
    low, high = max(low, lowest), min(high, highest)
    if dtype.category <= dt.INT:
        return math.ceil(low), math.ceil(high)
    return low, high


def _drawn(shape: tuple[int, ...], dtype: dt.dtype, device, low, high) -> Tensor:
    if dtype is dt.bool_:
        low, high = _bounds(low, high, dtype, lowest=0, highest=2, low_default=0, high_default=2)
        return randint(low, high, shape, dtype=dtype, device=device)
    if dtype.category <= dt.INT:
        info = dt.iinfo(dtype)
        low, high = _bounds(
            low,
            high,
            dtype,
            lowest=info.min,
            # randint's upper bound is an int64.
            highest=info.max + (dtype not in (dt.int64, dt.uint64)),
            low_default=0 if info.min == 0 else -9,
            high_default=10,
        )
        return randint(low, high, shape, dtype=dtype, device=device)
    info = dt.finfo(dtype)
    low, high = _bounds(
        low, high, dtype, lowest=info.min, highest=info.max, low_default=-9, high_default=9
    )
    if low == high:
        return full(shape, low, dtype=dtype, device=device)
    if dtype.is_complex:
        real = dt.float64 if dtype is dt.complex128 else dt.float32
        parts = empty((*shape, 2), dtype=real, device=device).uniform_(low, high)
        return FUNCTIONS["view_as_complex"](parts)
    if dtype in dt.FLOAT8:
        return empty(shape, dtype=dt.float32, device=device).uniform_(low, high).to(dtype)
    return empty(shape, dtype=dtype, device=device).uniform_(low, high)


def make_tensor(
    *shape: int | Sequence[int],
    dtype: dt.dtype,
    device: str | devices.device,
    low: float | None = None,
    high: float | None = None,
    requires_grad: bool = False,
    noncontiguous: bool = False,
    exclude_zero: bool = False,
    memory_format: layouts.memory_format | None = None,
) -> Tensor:
    """A tensor of random numbers from [low, high): booleans, 0 … 9 (unsigned), -9 … 9 otherwise.

    noncontiguous   every second element of a tensor twice as wide
    exclude_zero    zeros become 1, or the smallest normal number of a floating-point dtype
    Raises ValueError for an interval that is empty, or that the dtype cannot hold.

    >>> x = torch.testing.make_tensor(2, 3, dtype=torch.float32, device="cpu", low=0, high=1)
    >>> x.shape, x.dtype
    (torch.Size([2, 3]), torch.float32)
    """
    if len(shape) == 1 and not isinstance(shape[0], int):
        shape = tuple(shape[0])
    if noncontiguous and memory_format is not None:
        raise ValueError(
            "The parameters `noncontiguous` and `memory_format` are mutually exclusive, but got "
            f"{noncontiguous=} and {memory_format=}"
        )
    if requires_grad and dtype.category <= dt.INT:
        raise ValueError(
            "`requires_grad=True` is not supported for boolean and integral dtypes, but got "
            f"{dtype=}"
        )
    wide = noncontiguous and math.prod(shape) >= 2
    drawn = (*shape[:-1], 2 * shape[-1]) if wide else shape
    made = _drawn(drawn, dtype, device, low, high)
    if wide:
        made = made[..., 1::2]
    elif memory_format is not None:
        made = made.clone(memory_format=memory_format)
    if exclude_zero:
        smallest = 1 if dtype.category <= dt.INT else dt.finfo(dtype).tiny
        made.masked_fill_(made == 0, smallest)
    if requires_grad:
        made.requires_grad_()
    return made
