"""Adam for tables of which each step uses few rows.

https://docs.pytorch.org/docs/stable/generated/torch.optim.SparseAdam.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from torchish._core.tensor import Tensor
from torchish.optim._fused import FusedOptimizer, check
from torchish.optim._transforms import bias_correction
from torchish.optim.adam import check_betas

__all__ = ["SparseAdam"]


class SparseAdam(FusedOptimizer):
    """Adam that updates parameters and moments only in the rows that their sparse gradients name.

    State of a parameter: `step`, `exp_avg`, `exp_avg_sq`. ValueError for invalid numbers and
    complex parameters, RuntimeError for a dense gradient.

    >>> table = nn.Embedding(3, 1, sparse=True)
    >>> _ = nn.init.ones_(table.weight)
    >>> opt = optim.SparseAdam(table.parameters(), lr=0.1)
    >>> table(torch.tensor([1])).sum().backward()
    >>> opt.step()
    >>> table.weight.data.flatten()  # the rows without a gradient stay
    tensor([1.0000, 0.9000, 1.0000])
    """

    _NUMBERS = ("lr", "beta1", "beta2", "eps")
    _SCALARS = ("step",)
    _LATER = ("maximize",)

    def __init__(
        self,
        params,
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        maximize: bool = False,
    ) -> None:
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        check(lr > 0.0, f"Invalid learning rate: {lr}")
        check(eps > 0.0, f"Invalid epsilon value: {eps}")
        check_betas(betas)
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, maximize=maximize))
        at = [(i, j, p) for i, g in enumerate(self.param_groups) for j, p in enumerate(g["params"])]
        sparse = [[i, j] for i, j, p in at if p._sparse]
        if sparse:
            raise ValueError(
                f"Sparse params at indices {sparse}: SparseAdam requires dense parameter tensors"
            )
        complex_params = [[i, j] for i, j, p in at if p.is_complex()]
        if complex_params:
            raise ValueError(
                f"Complex params at indices {complex_params}: SparseAdam does not support complex "
                "parameters"
            )

    def _refuse_sparse(self, group: dict[str, Any]) -> None:
        return None

    def _update(self, group: dict[str, Any]) -> None:
        for p in group["params"]:
            if p._grad is not None and not p._grad._sparse:
                raise RuntimeError(
                    "SparseAdam does not support dense gradients, please consider Adam instead"
                )
        super()._update(group)

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        return ("exp_avg", "exp_avg_sq")

    def _numbers(self, group: dict[str, Any], fresh: bool) -> list:
        return [group["lr"], *group["betas"], group["eps"]]

    def _static(self, group: dict[str, Any]) -> tuple:
        return (group["maximize"],)

    @staticmethod
    def _rule(static: tuple) -> Callable:
        maximize, _ = static

        def rule(params, grads, states, scalars, n):
            out, ms, vs, counted = [], [], [], []
            for p, g, m, v, s in zip(
                params, grads, states["exp_avg"], states["exp_avg_sq"], scalars, strict=True
            ):
                g = -g if maximize else g
                t, kind = s["step"] + 1, p.dtype
                new_m, new_v = m + (1 - n.beta1) * (g - m), v + (1 - n.beta2) * (g * g - v)
                c1, c2 = bias_correction(n.exact.beta1, t), bias_correction(n.exact.beta2, t)
                rate = (n.exact.lr * jnp.sqrt(c2) / c1).astype(kind)
                out.append(p - rate * new_m / (jnp.sqrt(new_v) + n.eps))
                ms.append(new_m)
                vs.append(new_v)
                counted.append(dict(s, step=t))
            return out, {"exp_avg": ms, "exp_avg_sq": vs}, counted

        return rule
