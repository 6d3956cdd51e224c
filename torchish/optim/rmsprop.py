"""RMSprop.

https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor
from torchish.optim._fused import FusedOptimizer, check, check_common, check_lr
from torchish.optim._host import counted, decayed, moved, prepared_on_host

__all__ = ["RMSprop"]


class RMSprop(FusedOptimizer):
    """The gradient divided by the root of a decaying mean of its squares (centered: of its
    variance), plus eps, then momentum (Hinton's lecture 6a).

    State of a parameter: `step`, `square_avg`, with momentum `momentum_buffer`, when centered
    `grad_avg`. ValueError for invalid numbers.

    >>> w = nn.Parameter(torch.tensor([1.0]))
    >>> opt = optim.RMSprop([w], lr=0.01)
    >>> (7 * w).sum().backward()
    >>> opt.step()
    >>> w.data  # lr / √(1 - alpha), whatever the gradient's size
    tensor([0.9000])
    """

    _NUMBERS = ("lr", "alpha", "eps", "weight_decay", "momentum")
    _SCALARS = ("step",)
    _OPTIONS = (
        "lr",
        "momentum",
        "alpha",
        "eps",
        "centered",
        "weight_decay",
        "capturable",
        "foreach",
        "maximize",
        "differentiable",
    )
    _LATER = ("momentum", "centered", "foreach", "maximize", "differentiable", "capturable")

    def __init__(
        self,
        params,
        lr: float | Tensor = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_lr(lr)
        check(eps >= 0.0, f"Invalid epsilon value: {eps}")
        check(momentum >= 0.0, f"Invalid momentum value: {momentum}")
        check(weight_decay >= 0.0, f"Invalid weight_decay value: {weight_decay}")
        check(alpha >= 0.0, f"Invalid alpha value: {alpha}")
        check_common(foreach, None, differentiable)
        super().__init__(params, self._options(locals()))

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        names = ["square_avg"]
        if group["momentum"] > 0:
            names.append("momentum_buffer")
        if group["centered"]:
            names.append("grad_avg")
        return tuple(names)

    def _static(self, group: dict[str, Any]) -> tuple:
        return (
            group["centered"],
            group["momentum"] > 0,
            group["weight_decay"] != 0,
            group["maximize"],
        )

    @staticmethod
    def _rule(static: tuple) -> Callable:
        import optax

        centered, momentum, decays, maximize, _ = static

        def rule(params, grads, states, scalars, n):
            first = [optax.scale(-1.0)] if maximize else []
            if decays:
                first.append(optax.add_decayed_weights(n.weight_decay))
            if centered:
                rms = optax.scale_by_stddev(n.alpha, n.eps, eps_in_sqrt=False)
                moments = optax.ScaleByRStdDevState(states["grad_avg"], states["square_avg"])
            else:
                rms = optax.scale_by_rms(n.alpha, n.eps, eps_in_sqrt=False)
                moments = optax.ScaleByRmsState(states["square_avg"])
            last = [optax.trace(n.momentum)] if momentum else []
            tx = optax.chain(*first, rms, *last, optax.scale(-n.lr))
            state = [
                *[optax.EmptyState()] * len(first),
                moments,
                *([optax.TraceState(states["momentum_buffer"])] if momentum else []),
                optax.EmptyState(),
            ]
            updates, state = tx.update(grads, tuple(state), params)
            new = {"square_avg": state[len(first)].nu}
            if centered:
                new["grad_avg"] = state[len(first)].mu
            if momentum:
                new["momentum_buffer"] = state[-2].trace
            return (
                optax.apply_updates(params, updates),
                new,
                [dict(s, step=s["step"] + 1) for s in scalars],
            )

        return rule

    @staticmethod
    def _host_rule(static: tuple) -> Callable:
        centered, momentum, decays, maximize, _ = static

        def rule(params, grads, states, scalars, n):
            grads = prepared_on_host(grads, params, maximize, n.weight_decay if decays else None)
            squares = decayed(states["square_avg"], grads, n.alpha, 2)
            new, variances = {"square_avg": squares}, squares
            if centered:
                new["grad_avg"] = means = decayed(states["grad_avg"], grads, n.alpha)
                variances = [v - m * m for v, m in zip(squares, means, strict=True)]
            steps = [g / (np.sqrt(v) + n.eps) for g, v in zip(grads, variances, strict=True)]
            if momentum:
                buffers = states["momentum_buffer"]
                steps = [d + n.momentum * b for d, b in zip(steps, buffers, strict=True)]
                new["momentum_buffer"] = steps
            return moved(params, steps, n.lr), new, counted(scalars)

        return rule
