"""Adagrad.

https://docs.pytorch.org/docs/stable/generated/torch.optim.Adagrad.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor
from torchish.optim._fused import FusedOptimizer, before, check, check_common, check_lr, zeros_for
from torchish.optim._host import counted, moved, prepared_on_host
from torchish.optim._transforms import ByRootOfSums, scale_by_root_of_sums

__all__ = ["Adagrad"]


class Adagrad(FusedOptimizer):
    """The gradient divided by the root of the sum of all squared gradients, plus eps
    (https://jmlr.org/papers/v12/duchi11a.html); lr falls as 1 / (1 + step·lr_decay).

    State of a parameter, from the beginning: `step`, `sum`. ValueError for invalid numbers.

    >>> w = nn.Parameter(torch.tensor([1.0]))
    >>> opt = optim.Adagrad([w], lr=0.1)
    >>> for _ in range(2):
    ...     opt.zero_grad()
    ...     (3 * w).sum().backward()
    ...     opt.step()
    >>> w.data  # steps of lr, lr / √2, …
    tensor([0.8293])
    """

    _NUMBERS = ("lr", "lr_decay", "eps", "weight_decay")
    _SCALARS = ("step",)
    _OPTIONS = (
        "lr",
        "lr_decay",
        "eps",
        "weight_decay",
        "initial_accumulator_value",
        "foreach",
        "maximize",
        "differentiable",
        "fused",
    )
    _LATER = ("foreach", "maximize", "differentiable", "fused")

    def __init__(
        self,
        params,
        lr: float | Tensor = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_lr(lr)
        check(lr_decay >= 0.0, f"Invalid lr_decay value: {lr_decay}")
        check(weight_decay >= 0.0, f"Invalid weight_decay value: {weight_decay}")
        check(
            initial_accumulator_value >= 0.0,
            f"Invalid initial_accumulator_value value: {initial_accumulator_value}",
        )
        check(eps >= 0.0, f"Invalid epsilon value: {eps}")
        check_common(foreach, fused, differentiable)
        super().__init__(params, self._options(locals()))
        for group in self.param_groups:
            self._make_states(group["params"], [self.state[p] for p in group["params"]], group)

    def share_memory(self) -> None:
        """`Tensor.share_memory_` on the sums."""
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["sum"].share_memory_()

    def _refuse_sparse(self, group: dict[str, Any]) -> str | None:
        if group["weight_decay"] != 0:
            return "weight_decay option is not compatible with sparse gradients"
        return None

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        return ("sum",)

    def _start(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        return {"sum": zeros_for(p, group["initial_accumulator_value"])}

    def _static(self, group: dict[str, Any]) -> tuple:
        return (group["weight_decay"] != 0, group["maximize"])

    @staticmethod
    def _rule(static: tuple) -> Callable:
        import optax

        decays, maximize, _ = static

        def rule(params, grads, states, scalars, n):
            first = before(maximize, n.weight_decay if decays else None)
            tx = optax.chain(*first, scale_by_root_of_sums(n.eps))
            state = (*[optax.EmptyState()] * len(first), ByRootOfSums(states["sum"]))
            updates, state = tx.update(grads, state, params)
            rates = [
                (n.exact.lr / (1 + s["step"] * n.exact.lr_decay)).astype(n.lr.dtype)
                for s in scalars
            ]
            updates = [-r * u for r, u in zip(rates, updates, strict=True)]
            return (
                optax.apply_updates(params, updates),
                {"sum": state[-1].sums},
                [dict(s, step=s["step"] + 1) for s in scalars],
            )

        return rule

    @staticmethod
    def _host_rule(static: tuple) -> Callable:
        decays, maximize, _ = static

        def rule(params, grads, states, scalars, n):
            grads = prepared_on_host(grads, params, maximize, n.weight_decay if decays else None)
            sums = [s + g * g for s, g in zip(states["sum"], grads, strict=True)]
            steps = [g / (np.sqrt(s) + n.eps) for g, s in zip(grads, sums, strict=True)]
            rates = [
                (n.exact.lr / (1 + s["step"] * n.exact.lr_decay)).astype(n.lr.dtype)
                for s in scalars
            ]
            return moved(params, steps, rates), {"sum": sums}, counted(scalars)

        return rule
