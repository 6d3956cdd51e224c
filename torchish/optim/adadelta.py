"""Adadelta.

https://docs.pytorch.org/docs/stable/generated/torch.optim.Adadelta.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor
from torchish.optim._fused import FusedOptimizer, before, check, check_common, check_lr
from torchish.optim._host import counted, decayed, moved, prepared_on_host

__all__ = ["Adadelta"]


class Adadelta(FusedOptimizer):
    """The gradient times the ratio of the roots of decaying means of squared updates and of squared
    gradients (https://arxiv.org/abs/1212.5701).

    State of a parameter: `step`, `square_avg`, `acc_delta`. ValueError for invalid numbers.

    >>> w = nn.Parameter(torch.tensor([1.0]))
    >>> opt = optim.Adadelta([w], lr=1.0)
    >>> w.sum().backward()
    >>> opt.step()
    >>> w.data
    tensor([0.9968])
    """

    _NUMBERS = ("lr", "rho", "eps", "weight_decay")
    _SCALARS = ("step",)
    _OPTIONS = (
        "lr",
        "rho",
        "eps",
        "weight_decay",
        "maximize",
        "capturable",
        "foreach",
        "differentiable",
    )
    _LATER = ("foreach", "maximize", "differentiable", "capturable")

    def __init__(
        self,
        params,
        lr: float | Tensor = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_lr(lr)
        check(0.0 <= rho <= 1.0, f"Invalid rho value: {rho}")
        check(eps >= 0.0, f"Invalid epsilon value: {eps}")
        check(weight_decay >= 0.0, f"Invalid weight_decay value: {weight_decay}")
        check_common(foreach, None, differentiable)
        super().__init__(params, self._options(locals()))

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        return ("square_avg", "acc_delta")

    def _static(self, group: dict[str, Any]) -> tuple:
        return (group["weight_decay"] != 0, group["maximize"])

    @staticmethod
    def _rule(static: tuple) -> Callable:
        import optax

        decays, maximize, _ = static

        def rule(params, grads, states, scalars, n):
            first = before(maximize, n.weight_decay if decays else None)
            tx = optax.chain(*first, optax.scale_by_adadelta(n.rho, n.eps), optax.scale(-n.lr))
            state = (
                *[optax.EmptyState()] * len(first),
                optax.ScaleByAdaDeltaState(states["square_avg"], states["acc_delta"]),
                optax.EmptyState(),
            )
            updates, state = tx.update(grads, state, params)
            new = {"square_avg": state[-2].e_g, "acc_delta": state[-2].e_x}
            return (
                optax.apply_updates(params, updates),
                new,
                [dict(s, step=s["step"] + 1) for s in scalars],
            )

        return rule

    @staticmethod
    def _host_rule(static: tuple) -> Callable:
        decays, maximize, _ = static

        def rule(params, grads, states, scalars, n):
            grads = prepared_on_host(grads, params, maximize, n.weight_decay if decays else None)
            squares = decayed(states["square_avg"], grads, n.rho, 2)
            steps = [
                np.sqrt(d + n.eps) / np.sqrt(v + n.eps) * g
                for g, v, d in zip(grads, squares, states["acc_delta"], strict=True)
            ]
            new = {
                "square_avg": squares,
                "acc_delta": decayed(states["acc_delta"], steps, n.rho, 2),
            }
            return moved(params, steps, n.lr), new, counted(scalars)

        return rule
