"""Averages of models over training: stochastic weight averaging and exponential moving averages.

https://docs.pytorch.org/docs/stable/optim.html#weight-averaging-swa-and-ema
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from copy import deepcopy
from itertools import chain
from typing import Any

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, no_grad, tensor
from torchish.nn.modules.batchnorm import _BatchNorm
from torchish.nn.modules.module import Module
from torchish.optim._lr_base import LRScheduler, per_group
from torchish.optim.optimizer import Optimizer

__all__ = [
    "SWALR",
    "AveragedModel",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]


def _check_decay(decay: float) -> None:
    if decay < 0.0 or decay > 1.0:
        raise ValueError(
            f"Invalid decay value {decay} provided. Please provide a value in [0,1] range."
        )


def get_ema_multi_avg_fn(decay: float = 0.999) -> Callable:
    """An update of lists of tensors, in place: average ← decay·average + (1 - decay)·new."""
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_param_list: list, current_param_list: list, _: Any) -> None:
        for average, new in zip(ema_param_list, current_param_list, strict=True):
            if average.is_floating_point() or average.is_complex():
                average.lerp_(new, 1 - decay)
            else:
                average.copy_(average * decay + new * (1 - decay))

    return ema_update


def get_swa_multi_avg_fn() -> Callable:
    """An update of lists of tensors, in place: the mean of all so far."""

    @no_grad()
    def swa_update(
        averaged_param_list: list, current_param_list: list, num_averaged: Tensor | int
    ) -> None:
        for average, new in zip(averaged_param_list, current_param_list, strict=True):
            average.copy_(average + (new - average) / (num_averaged + 1))

    return swa_update


def get_ema_avg_fn(decay: float = 0.999) -> Callable:
    """decay·average + (1 - decay)·new, of two tensors.

    >>> average = optim.swa_utils.get_ema_avg_fn(0.9)
    >>> average(torch.tensor(1.0), torch.tensor(2.0), 0)
    tensor(1.1000)
    """
    _check_decay(decay)

    @no_grad()
    def ema_update(ema_param: Tensor, current_param: Tensor, num_averaged: Any) -> Tensor:
        return decay * ema_param + (1 - decay) * current_param

    return ema_update


def get_swa_avg_fn() -> Callable:
    """The mean of all so far, of two tensors.

    >>> average = optim.swa_utils.get_swa_avg_fn()
    >>> average(torch.tensor(1.0), torch.tensor(4.0), torch.tensor(2))  # the third of three
    tensor(2.)
    """

    @no_grad()
    def swa_update(
        averaged_param: Tensor, current_param: Tensor, num_averaged: Tensor | int
    ) -> Tensor:
        return averaged_param + (current_param - averaged_param) / (num_averaged + 1)

    return swa_update


class AveragedModel(Module):
    """A model whose parameters are averages of those of another; equal means unless a function is
    given (https://docs.pytorch.org/docs/stable/generated/torch.optim.swa_utils.AveragedModel.html).

    `avg_fn(average, new, n)` gives the new average, `multi_avg_fn(averages, news, n)` updates lists
    in place. Buffers are copied, or averaged too with `use_buffers`.

    >>> net = nn.Linear(1, 1, bias=False)
    >>> average = optim.swa_utils.AveragedModel(net)
    >>> for value in (1.0, 3.0):
    ...     _ = nn.init.constant_(net.weight, value)
    ...     average.update_parameters(net)
    >>> average.module.weight.data
    tensor([[2.]])
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device=None,
        avg_fn: Callable | None = None,
        multi_avg_fn: Callable | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", tensor(0, dtype=dt.int64, device=device))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    @no_grad()
    def update_parameters(self, model: Module) -> None:
        """Take the present parameters of a model into the average."""

        def tensors(m: Module) -> Iterable[Tensor]:
            return chain(m.parameters(), m.buffers()) if self.use_buffers else m.parameters()

        averages = [p.detach() for p in tensors(self.module)]
        news = [p.detach().to(a.device) for p, a in zip(tensors(model), averages, strict=False)]
        if self.n_averaged == 0:
            for average, new in zip(averages, news, strict=False):
                average.copy_(new)
        elif self.avg_fn is not None:
            for average, new in zip(averages, news, strict=True):
                average.copy_(self.avg_fn(average, new, self.n_averaged.to(average.device)))
        else:
            update = self.multi_avg_fn or get_swa_multi_avg_fn()
            kinds = [(a.device, a.dtype) for a in averages]
            for kind in dict.fromkeys(kinds):
                at = [i for i, k in enumerate(kinds) if k == kind]
                update(
                    [averages[i] for i in at], [news[i] for i in at], self.n_averaged.to(kind[0])
                )
        if not self.use_buffers:
            for mine, theirs in zip(self.module.buffers(), model.buffers(), strict=True):
                mine.detach().copy_(theirs.detach().to(mine.device))
        self.n_averaged += 1


@no_grad()
def update_bn(
    loader: Iterable[Any], model: Module, device: devices.device | str | int | None = None
) -> None:
    """Compute the running statistics of all batch normalizations anew, over a loader's batches (the
    first element of those that are lists or tuples).

    >>> net = nn.BatchNorm1d(1, momentum=None)
    >>> optim.swa_utils.update_bn([torch.zeros(2, 1), torch.full((2, 1), 4.0)], net)
    >>> net.running_mean
    tensor([2.])
    """
    momenta = {m: m.momentum for m in model.modules() if isinstance(m, _BatchNorm)}
    if not momenta:
        return
    was_training = model.training
    model.train()
    for m in momenta:
        m.reset_running_stats()
        m.momentum = None
    for input in loader:
        if isinstance(input, (list, tuple)):
            input = input[0]
        model(input if device is None else input.to(device))
    for m, momentum in momenta.items():
        m.momentum = momentum
    model.train(was_training)


class SWALR(LRScheduler):
    """From the present rate to `swa_lr` in `anneal_epochs` epochs, then constant
    (https://docs.pytorch.org/docs/stable/generated/torch.optim.swa_utils.SWALR.html).

    >>> opt = optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    >>> options = {"anneal_epochs": 2, "anneal_strategy": "linear"}
    >>> scheduler = optim.swa_utils.SWALR(opt, swa_lr=0.5, **options)
    >>> opt.step()
    >>> scheduler.step()
    >>> scheduler.get_last_lr()
    [0.75]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        for lr, group in zip(
            per_group("swa_lr", optimizer, swa_lr), optimizer.param_groups, strict=True
        ):
            group["swa_lr"] = lr
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        self._anneal_strategy = anneal_strategy
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def anneal_func(self, t: float) -> float:
        """How far the rate has come after the part t of the epochs."""
        return t if self._anneal_strategy == "linear" else (1 - math.cos(math.pi * t)) / 2

    def get_lr(self) -> list:
        self._check_within_step()
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        epochs = max(1, self.anneal_epochs)
        before = self.anneal_func(max(0, min(1, (step - 1) / epochs)))
        now = self.anneal_func(max(0, min(1, step / epochs)))
        rates = []
        for group in self.optimizer.param_groups:
            target = group["swa_lr"]
            first = target if before == 1 else (group["lr"] - before * target) / (1 - before)
            rates.append(target * now + first * (1 - now))
        return rates
