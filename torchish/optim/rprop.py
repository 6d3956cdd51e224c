"""Resilient backpropagation.

https://docs.pytorch.org/docs/stable/generated/torch.optim.Rprop.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish._core.tensor import Tensor
from torchish.optim._fused import FusedOptimizer, before, check, check_common, check_lr, zeros_for
from torchish.optim._transforms import RpropState, by_sign

__all__ = ["Rprop"]


class Rprop(FusedOptimizer):
    """Steps by the sign of the gradient only, each element with its own size
    (https://doi.org/10.1109/ICNN.1993.298623).

    State of a parameter: `step`, `prev`, `step_size`. ValueError for invalid numbers.

    >>> w = nn.Parameter(torch.tensor([1.0]))
    >>> opt = optim.Rprop([w], lr=0.1)
    >>> for _ in range(2):
    ...     opt.zero_grad()
    ...     w.sum().backward()
    ...     opt.step()
    >>> w.data  # the second step is 1.2 times as long, as the sign stayed
    tensor([0.7800])
    """

    _NUMBERS = ("minus", "plus", "low", "high")
    _SCALARS = ("step",)
    _OPTIONS = ("lr", "etas", "step_sizes", "foreach", "maximize", "differentiable", "capturable")
    _LATER = ("foreach", "maximize", "differentiable", "capturable")

    def __init__(
        self,
        params,
        lr: float | Tensor = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_lr(lr)
        check(0.0 < etas[0] < 1.0 < etas[1], f"Invalid eta values: {etas[0]}, {etas[1]}")
        check_common(foreach, None, differentiable)
        super().__init__(params, self._options(locals()))

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        return ("prev", "step_size")

    def _start(self, p: Tensor, group: dict[str, Any]) -> dict[str, Tensor]:
        lr = float(group["lr"])
        # A complex parameter has a step size for its real and its imaginary part.
        return {
            "prev": zeros_for(p),
            "step_size": zeros_for(p, complex(lr, lr) if p.is_complex() else lr),
        }

    def _numbers(self, group: dict[str, Any], fresh: bool) -> list:
        return [*group["etas"], *group["step_sizes"]]

    def _static(self, group: dict[str, Any]) -> tuple:
        return (group["maximize"],)

    @staticmethod
    def _rule(static: tuple) -> Callable:
        import optax

        def rule(params, grads, states, scalars, n):
            first = before(static[0], None)
            tx = optax.chain(*first, by_sign(n.minus, n.plus, n.low, n.high), optax.scale(-1.0))
            state = (
                *[optax.EmptyState()] * len(first),
                RpropState(states["prev"], states["step_size"]),
                optax.EmptyState(),
            )
            updates, state = tx.update(grads, state, params)
            new = {"prev": state[-2].prev, "step_size": state[-2].sizes}
            return (
                optax.apply_updates(params, updates),
                new,
                [dict(s, step=s["step"] + 1) for s in scalars],
            )

        return rule
