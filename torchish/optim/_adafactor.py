"""Adafactor (public in `torch.optim`).

https://docs.pytorch.org/docs/stable/generated/torch.optim.Adafactor.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from torchish._core.tensor import Tensor
from torchish._core.tensor.inner import from_array
from torchish.optim._fused import FusedOptimizer, check

__all__ = ["Adafactor"]


def _norm(x, **options):
    return jnp.sqrt(jnp.sum(x * x, **options))


class Adafactor(FusedOptimizer):
    """Adam without momentum, whose second moment of a matrix is kept as row and column means
    (https://arxiv.org/abs/1804.04235).

    State of a parameter: `step`, and `row_var`, `col_var`, or for vectors `variance`. ValueError
    for invalid numbers.

    >>> w = nn.Parameter(torch.ones(2, 2))
    >>> opt = optim.Adafactor([w], lr=0.1)
    >>> w.sum().backward()
    >>> opt.step()
    >>> w.data[0]
    tensor([0.9000, 0.9000])
    """

    _NUMBERS = ("lr", "beta2_decay", "eps2", "d", "weight_decay")
    _SCALARS = ("step",)
    _SPLIT = True
    _OPTIONS = ("lr", "beta2_decay", "eps", "d", "weight_decay", "foreach", "maximize")
    _LATER = ("foreach",)

    def __init__(
        self,
        params,
        lr: float | Tensor = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        check(lr >= 0.0, f"Learning rate should be >= 0 but is: {lr}")
        check(beta2_decay <= 0.0, f"beta2_decay should be <= 0 but is: {beta2_decay}")
        check(eps[0] is None or eps[0] >= 0.0, f"epsilon1 should be >= 0 but is: {eps[0]}")
        check(eps[1] >= 0.0, f"epsilon2 should be >= 0 but is: {eps[1]}")
        check(d >= 1.0, f"Clipping threshold d should be >= 1 but is: {d}")
        check(weight_decay >= 0.0, f"weight_decay should be >= 0 but is: {weight_decay}")
        super().__init__(params, self._options(locals()))

    def _check_param(self, p: Tensor, group: dict[str, Any]) -> None:
        if hasattr(p, "_norm_of_all"):  # this process has a part, and the rule means the whole
            raise NotImplementedError(f"{type(self).__name__} of a DTensor")
        if p.is_complex():
            raise RuntimeError("Adafactor does not support complex parameters")

    def _kind(self, p: Tensor) -> bool:
        return p.dim() > 1

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        return ("row_var", "col_var") if kind else ("variance",)

    def _start(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        shape = list(p.shape)
        shapes = [shape]
        if p.dim() > 1:
            shapes = [[*shape[:-1], 1], [*shape[:-2], 1, shape[-1]]]
        return {
            name: from_array(np.zeros(s, p._aval.dtype), p.device)
            for name, s in zip(self._tensors(group, p.dim() > 1), shapes, strict=True)
        }

    def _numbers(self, group: dict[str, Any], fresh: bool) -> list:
        return [
            group["lr"],
            group["beta2_decay"],
            group["eps"][1],
            group["d"],
            group["weight_decay"],
        ]

    def _static(self, group: dict[str, Any]) -> tuple:
        return (group["eps"][0], group["weight_decay"] != 0, group["maximize"])

    @staticmethod
    def _rule(static: tuple) -> Callable:
        eps1, decays, maximize, matrices = static

        def rule(params, grads, states, scalars, n):
            smallest = float(jnp.finfo(params[0].dtype).eps) if eps1 is None else eps1
            out, counted = [], []
            new = {name: [] for name in states}
            for i, (p, g, s) in enumerate(zip(params, grads, scalars, strict=True)):
                g = -g if maximize else g
                step = s["step"] + 1
                weight = (step**n.exact.beta2_decay).astype(
                    p.dtype
                )  # of the new value in the means
                rate = jnp.minimum(n.exact.lr, 1 / jnp.sqrt(step)).astype(p.dtype)
                rate = jnp.maximum(n.eps2, _norm(p) / p.size**0.5) * rate
                if decays:
                    p = p * (1 - n.lr * n.weight_decay)
                old, square = {name: v[i] for name, v in states.items()}, g * g
                if matrices:
                    now = {
                        "row_var": jnp.mean(square, axis=-1, keepdims=True),
                        "col_var": jnp.mean(square, axis=-2, keepdims=True),
                    }
                else:
                    now = {"variance": square}
                now = {name: old[name] + weight * (now[name] - old[name]) for name in now}
                if matrices:
                    row, col = now["row_var"], now["col_var"]
                    estimate = (
                        row * col / jnp.maximum(jnp.mean(row, axis=-2, keepdims=True), smallest)
                    )
                else:
                    estimate = now["variance"]
                for name, v in now.items():
                    new[name].append(v)
                update = g / jnp.sqrt(jnp.maximum(estimate, smallest * smallest))
                too_large = jnp.maximum(1.0, _norm(update) / (p.size**0.5 * n.d))
                out.append(p - rate / too_large * update)
                counted.append(dict(s, step=step))
            return out, new, counted

        return rule
