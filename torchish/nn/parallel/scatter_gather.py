"""Batches over several devices, and results from them, through nested containers.

https://docs.pytorch.org/docs/stable/generated/torch.nn.DataParallel.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torchish import _absent
from torchish._core.base import devices
from torchish._core.tensor import Tensor
from torchish.nn.parallel._functions import Gather, Scatter

__all__ = ["gather", "scatter", "scatter_kwargs"]

_Places = Sequence[int | devices.device]


def is_namedtuple(obj: Any) -> bool:
    """Whether a value is a tuple with names."""
    return isinstance(obj, tuple) and hasattr(obj, "_asdict") and hasattr(obj, "_fields")


def scatter(inputs: Any, target_gpus: _Places, dim: int = 0) -> Any:
    """A value for each device: tensors are cut along a dimension, containers gone through, other
    objects given to all as they are. Fewer where tensors are shorter than there are devices."""
    if isinstance(inputs, Tensor):
        return Scatter.apply(target_gpus, None, dim, inputs)
    if isinstance(inputs, (list, tuple)) and len(inputs):
        rows = zip(*(scatter(v, target_gpus, dim) for v in inputs), strict=False)
        if is_namedtuple(inputs):
            return [type(inputs)(*row) for row in rows]
        return [list(row) for row in rows] if isinstance(inputs, list) else list(rows)
    if isinstance(inputs, Mapping) and len(inputs):
        rows = zip(*(scatter(v, target_gpus, dim) for v in inputs.values()), strict=False)
        make: Callable[..., Any] = type(inputs)
        return [make(zip(inputs, row, strict=True)) for row in rows]
    return [inputs for _ in target_gpus]


def scatter_kwargs(
    inputs: tuple[Any, ...], kwargs: dict[str, Any] | None, target_gpus: _Places, dim: int = 0
) -> tuple[tuple[Any, ...], tuple[dict[str, Any], ...]]:
    """The arguments of a call for each device; where one kind is for fewer devices than the other,
    the rest gets none of it."""
    args = list(scatter(inputs, target_gpus, dim)) if inputs else []
    named = list(scatter(kwargs, target_gpus, dim)) if kwargs else []
    longest = max(len(args), len(named))
    args += [() for _ in range(longest - len(args))]
    named += [{} for _ in range(longest - len(named))]
    return tuple(args), tuple(named)


def gather(outputs: Any, target_device: int | devices.device, dim: int = 0) -> Any:
    """The results of several devices as one on one device: tensors are put together along a
    dimension, numbers become tensors. ValueError for dictionaries of different lengths."""
    first = outputs[0]
    if isinstance(first, Tensor):
        return Gather.apply(target_device, dim, *outputs)
    if first is None:
        return None
    if isinstance(first, Mapping):
        if any(len(out) != len(first) for out in outputs):
            raise ValueError("All dicts must have the same number of keys")
        make: Callable[..., Any] = type(first)
        return make((k, gather([out[k] for out in outputs], target_device, dim)) for k in first)
    parts = [gather(row, target_device, dim) for row in zip(*outputs, strict=True)]
    return type(first)(*parts) if is_namedtuple(first) else type(first)(parts)


__getattr__ = _absent.attributes(__name__)
