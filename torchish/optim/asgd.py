"""Averaged stochastic gradient descent.

https://docs.pytorch.org/docs/stable/generated/torch.optim.ASGD.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from torchish._core.tensor import Tensor
from torchish.optim._fused import FusedOptimizer, check, check_common, check_lr, prepared

__all__ = ["ASGD"]


class ASGD(FusedOptimizer):
    """Gradient descent with a falling rate eta, and the mean of the parameters from step t0 on
    (https://dl.acm.org/doi/10.1137/0330046).

    State of a parameter: `step`, `eta`, `mu`, `ax` (the mean). ValueError for invalid numbers.

    >>> w = nn.Parameter(torch.tensor([1.0]))
    >>> opt = optim.ASGD([w], lr=0.1)
    >>> w.sum().backward()
    >>> opt.step()
    >>> w.data
    tensor([0.9000])
    """

    _NUMBERS = ("lr", "lambd", "alpha", "t0", "weight_decay")
    _SCALARS = ("step", "eta", "mu")
    _OPTIONS = (
        "lr",
        "lambd",
        "alpha",
        "t0",
        "weight_decay",
        "foreach",
        "maximize",
        "differentiable",
        "capturable",
    )
    _LATER = ("foreach", "maximize", "differentiable", "capturable")

    def __init__(
        self,
        params,
        lr: float | Tensor = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        check_lr(lr)
        check(weight_decay >= 0.0, f"Invalid weight_decay value: {weight_decay}")
        check_common(foreach, None, differentiable)
        super().__init__(params, self._options(locals()))

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        return ("ax",)

    def _start_scalars(self, group: dict[str, Any]) -> dict[str, float]:
        return {"step": 0.0, "eta": float(group["lr"]), "mu": 1.0}

    def _static(self, group: dict[str, Any]) -> tuple:
        return (group["weight_decay"] != 0, group["maximize"])

    @staticmethod
    def _rule(static: tuple) -> Callable:
        decays, maximize, _ = static

        def rule(params, grads, states, scalars, n):
            grads = prepared(grads, params, maximize, n.weight_decay if decays else None)
            e = n.exact
            out, means, new = [], [], []
            for p, g, ax, s in zip(params, grads, states["ax"], scalars, strict=True):
                step, kind = s["step"] + 1, p.dtype
                p = p * (1 - e.lambd * s["eta"]).astype(kind) - s["eta"].astype(kind) * g
                means.append(jnp.where(s["mu"] == 1, p, ax + (p - ax) * s["mu"].astype(kind)))
                out.append(p)
                new.append(
                    {
                        "step": step,
                        "eta": e.lr / (1 + e.lambd * e.lr * step) ** e.alpha,
                        "mu": 1 / jnp.maximum(1.0, step - e.t0),
                    }
                )
            return out, {"ax": means}, new

        return rule
