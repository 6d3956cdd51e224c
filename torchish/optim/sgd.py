"""Stochastic gradient descent.

https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish._core.tensor import Tensor
from torchish.optim._fused import FusedOptimizer, check, check_common, check_lr
from torchish.optim._host import moved, prepared_on_host
from torchish.optim._transforms import trace_with_dampening

__all__ = ["SGD"]


class SGD(FusedOptimizer):
    """p ← p - lr·d, where d is the gradient (plus weight_decay·p), with momentum the buffer
    b ← momentum·b + (1 - dampening)·g, with Nesterov g + momentum·b.

    State of a parameter: `momentum_buffer`, with momentum; it is dense for a sparse gradient too.
    ValueError for invalid numbers.

    >>> w = nn.Parameter(torch.tensor([1.0]))
    >>> opt = optim.SGD([w], lr=0.1, momentum=0.9)
    >>> for _ in range(2):
    ...     opt.zero_grad()
    ...     (3 * w).sum().backward()
    ...     opt.step()
    >>> w.data  # 1 - 0.1 · 3, then - 0.1 · (0.9 · 3 + 3)
    tensor([0.1300])
    """

    _NUMBERS = ("lr", "momentum", "decay", "gain", "weight_decay")
    _OPTIONS = (
        "lr",
        "momentum",
        "dampening",
        "weight_decay",
        "nesterov",
        "maximize",
        "foreach",
        "differentiable",
        "fused",
    )
    _ABSENT = FusedOptimizer._ABSENT | {"fused": False}
    _LATER = ("nesterov", "maximize", "foreach", "differentiable", "fused")

    def __init__(
        self,
        params,
        lr: float | Tensor = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float | Tensor = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_lr(lr)
        check(momentum >= 0.0, f"Invalid momentum value: {momentum}")
        check(weight_decay >= 0.0, f"Invalid weight_decay value: {weight_decay}")
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        check_common(foreach, fused, differentiable)
        super().__init__(params, self._options(locals()))

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        return ("momentum_buffer",) if group["momentum"] != 0 else ()

    def _static(self, group: dict[str, Any]) -> tuple:
        decays = isinstance(group["weight_decay"], Tensor) or group["weight_decay"] != 0
        momentum = group["momentum"] != 0
        return (
            momentum,
            momentum and group["dampening"] != 0,
            momentum and group["nesterov"],
            decays,
            group["maximize"],
        )

    def _refuse_sparse(self, group: dict[str, Any]) -> str | None:
        if isinstance(group["weight_decay"], Tensor) or group["weight_decay"] != 0:
            return "add(sparse, dense) is not supported. Use add(dense, sparse) instead."
        return None

    def _all_rows(self, group: dict[str, Any]) -> bool:
        return group["momentum"] != 0

    def _starts_apart(self, group: dict[str, Any]) -> bool:
        return group["momentum"] != 0 and group["dampening"] != 0

    def _numbers(self, group: dict[str, Any], fresh: bool) -> list:
        # The buffer starts as the gradient itself, which is what comes of zeros without decay and
        # dampening.
        momentum, dampening = (
            (0.0, 0.0)
            if fresh and self._starts_apart(group)
            else (group["momentum"], group["dampening"])
        )
        return [group["lr"], group["momentum"], momentum, 1 - dampening, group["weight_decay"]]

    @staticmethod
    def _rule(static: tuple) -> Callable:
        import optax

        momentum, dampening, nesterov, decays, maximize, _ = static

        def rule(params, grads, states, scalars, n):
            steps = [optax.scale(-1.0)] if maximize else []
            if decays:
                steps.append(optax.add_decayed_weights(n.weight_decay))
            if momentum and dampening:
                steps.append(trace_with_dampening(n.decay, n.gain, n.momentum, nesterov))
            elif momentum:
                steps.append(optax.trace(n.momentum, nesterov))
            steps.append(optax.scale(-n.lr))
            tx = optax.chain(*steps)
            buffers = states.get("momentum_buffer")
            state = tuple(
                optax.TraceState(buffers)
                if momentum and i == len(steps) - 2
                else optax.EmptyState()
                for i in range(len(steps))
            )
            updates, state = tx.update(grads, state, params)
            if momentum:
                states = {"momentum_buffer": state[-2].trace}
            return optax.apply_updates(params, updates), states, scalars

        return rule

    @staticmethod
    def _host_rule(static: tuple) -> Callable:
        momentum, dampening, nesterov, decays, maximize, _ = static

        def rule(params, grads, states, scalars, n):
            grads = prepared_on_host(grads, params, maximize, n.weight_decay if decays else None)
            directions = grads
            if momentum:
                decay, gain = (n.decay, n.gain) if dampening else (n.momentum, None)
                buffers = []
                for b, g in zip(states["momentum_buffer"], grads, strict=True):
                    new = b * decay
                    new += g if gain is None else g * gain
                    buffers.append(new)
                states, directions = {"momentum_buffer": buffers}, buffers
                if nesterov:
                    directions = [g + n.momentum * b for g, b in zip(grads, buffers, strict=True)]
            return moved(params, directions, n.lr), states, scalars

        return rule
