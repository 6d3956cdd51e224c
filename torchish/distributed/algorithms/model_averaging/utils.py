"""Averages of parameters over processes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torchish._core.tensor import Tensor, cat, no_grad
from torchish.distributed import _collectives
from torchish.distributed._group import ProcessGroup, group_of

__all__ = ["average_parameters", "average_parameters_or_parameter_groups", "get_params_to_average"]


def average_parameters(params: Iterable[Tensor], process_group: ProcessGroup | None) -> None:
    """Make parameters the mean of theirs over all processes, by one collective for each dtype."""
    group = group_of(process_group)
    kinds: dict[Any, list[Tensor]] = {}
    for p in params:
        kinds.setdefault((p.dtype, p.device), []).append(p)
    with no_grad():
        for tensors in kinds.values():
            flat = cat([t.detach().reshape(-1) for t in tensors]) / group.size()
            _collectives.all_reduce(flat, group=group)
            at = 0
            for t in tensors:
                t.copy_(flat[at : at + t.numel()].reshape(t.shape))
                at += t.numel()


def get_params_to_average(params: Iterable[Any]) -> list[Tensor]:
    """The parameters that have a gradient, of parameters or an optimizer's groups."""
    found = []
    for p in params:
        found += [p] if isinstance(p, Tensor) else p["params"]
    return [p for p in found if p.grad is not None]


def average_parameters_or_parameter_groups(
    params: Iterable[Any], process_group: ProcessGroup | None
) -> None:
    """Make those that have a gradient the mean of theirs over all processes."""
    average_parameters(get_params_to_average(params), process_group)
