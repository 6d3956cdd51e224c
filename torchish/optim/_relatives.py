"""What Adamax, NAdam and RAdam have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish.optim._fused import FusedOptimizer, check, check_common, check_lr, prepared
from torchish.optim._host import counted, moved, prepared_on_host
from torchish.optim.adam import check_betas

__all__ = ["Relative", "moment", "square"]


def moment(means: list, grads: list, decay: Any) -> list:
    return [m + (1 - decay) * (g - m) for m, g in zip(means, grads, strict=True)]


def square(means: list, grads: list, decay: Any) -> list:
    return [decay * v + (1 - decay) * g * g for v, g in zip(means, grads, strict=True)]


class Relative(FusedOptimizer):
    """What the three have in common."""

    _NUMBERS = ("lr", "beta1", "beta2", "eps", "weight_decay")
    _SCALARS = ("step",)
    _LATER = ("foreach", "maximize", "differentiable", "capturable", "decoupled_weight_decay")

    def _check(self, lr, betas, eps, weight_decay, foreach, differentiable) -> None:
        check_lr(lr)
        check(eps >= 0.0, f"Invalid epsilon value: {eps}")
        check_betas(betas)
        check(weight_decay >= 0.0, f"Invalid weight_decay value: {weight_decay}")
        check_common(foreach, None, differentiable)

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        return ("exp_avg", "exp_avg_sq")

    def _numbers(self, group: dict[str, Any], fresh: bool) -> list:
        more = [group[name] for name in self._NUMBERS[5:]]
        return [group["lr"], *group["betas"], group["eps"], group["weight_decay"], *more]

    def _static(self, group: dict[str, Any]) -> tuple:
        return (
            group["weight_decay"] != 0,
            group.get("decoupled_weight_decay", False),
            group["maximize"],
        )

    @staticmethod
    def _directions(grads: list, states: dict, scalars: list, n: Any) -> tuple[list, dict, list]:
        """(what is taken off the parameters, new states, new scalars)."""
        raise NotImplementedError

    @classmethod
    def _rule(cls, static: tuple) -> Callable:
        import optax

        decays, decoupled, maximize, _ = static
        directions = cls._directions

        def rule(params, grads, states, scalars, n):
            in_gradient = decays and not decoupled
            grads = prepared(grads, params, maximize, n.weight_decay if in_gradient else None)
            if decays and decoupled:
                params = [p * (1 - n.lr * n.weight_decay) for p in params]
            scalars = [dict(s, step=s["step"] + 1) for s in scalars]
            steps, states, scalars = directions(grads, states, scalars, n)
            return optax.apply_updates(params, [-d for d in steps]), states, scalars

        return rule

    @classmethod
    def _host_rule(cls, static: tuple) -> Callable:
        decays, decoupled, maximize, _ = static
        directions = cls._directions

        def rule(params, grads, states, scalars, n):
            in_gradient = decays and not decoupled
            grads = prepared_on_host(
                grads, params, maximize, n.weight_decay if in_gradient else None
            )
            if decays and decoupled:
                params = [p * (1 - n.lr * n.weight_decay) for p in params]
            steps, states, scalars = directions(grads, states, counted(scalars), n)
            return moved(params, steps, 1), states, scalars

        return rule
