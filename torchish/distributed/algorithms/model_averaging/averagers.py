"""When parameters are averaged.

https://docs.pytorch.org/docs/stable/distributed.algorithms.html
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from torchish import _absent
from torchish.distributed._group import ProcessGroup, group_of
from torchish.distributed.algorithms.model_averaging import utils

__all__ = ["ModelAverager", "PeriodicModelAverager"]


class ModelAverager(ABC):
    """Averages a model's parameters over a group, all processes unless given, and counts steps."""

    def __init__(self, process_group: ProcessGroup | None = None) -> None:
        self.process_group = group_of(process_group)
        self.step = 0

    @abstractmethod
    def average_parameters(self, params: Iterable[Any]) -> None:
        """A step has been taken; average where it is time."""


class PeriodicModelAverager(ModelAverager):
    """Averages every `period` steps, once `warmup_steps` are taken. ValueError for a negative
    number of those and for a period below one."""

    def __init__(
        self, period: int, warmup_steps: int = 0, process_group: ProcessGroup | None = None
    ) -> None:
        super().__init__(process_group)
        if warmup_steps < 0:
            raise ValueError("Arg ``warmup_steps`` must be a non-negative number.")
        if period < 1:
            raise ValueError("Arg ``period`` must be a positive value.")
        if period == 1:
            warnings.warn(
                "When period is 1, no need to use model averaging because the communication cost "
                "of all-reducing parameters will be no less than the cost of all-reducing "
                "gradients by DistributedDataParallel in the backward pass. Therefore, only "
                "DistributedDataParallel should be used for this case.",
                stacklevel=2,
            )
        self.period, self.warmup_steps = period, warmup_steps

    def average_parameters(self, params: Iterable[Any]) -> None:
        """Average those that have a gradient, where it is time."""
        late = self.step - self.warmup_steps
        if late >= 0 and late % self.period == 0:
            utils.average_parameters_or_parameter_groups(params, self.process_group)
        self.step += 1


__getattr__ = _absent.attributes(__name__)
