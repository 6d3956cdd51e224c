"""Adamax, NAdam and RAdam: relatives of Adam.

https://docs.pytorch.org/docs/stable/generated/torch.optim.Adamax.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish._core.tensor import Tensor
from torchish.optim._fused import FusedOptimizer, check, check_common, check_lr, prepared
from torchish.optim._host import counted, moved, prepared_on_host
from torchish.optim._transforms import bias_correction
from torchish.optim.adam import check_betas

__all__ = ["Adamax", "NAdam", "RAdam"]


def _moment(means: list, grads: list, decay: Any) -> list:
    return [m + (1 - decay) * (g - m) for m, g in zip(means, grads, strict=True)]


def _square(means: list, grads: list, decay: Any) -> list:
    return [decay * v + (1 - decay) * g * g for v, g in zip(means, grads, strict=True)]


class _Relative(FusedOptimizer):
    """What the three have in common."""

    _NUMBERS = ("lr", "beta1", "beta2", "eps", "weight_decay")
    _SCALARS = ("step",)
    _LATER = (
        ("foreach", None),
        ("maximize", False),
        ("differentiable", False),
        ("capturable", False),
        ("decoupled_weight_decay", False),
    )

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


class Adamax(_Relative):
    """Adam with the infinity norm in place of the second moment (https://arxiv.org/abs/1412.6980).

    State of a parameter: `step`, `exp_avg`, `exp_inf`. ValueError for invalid numbers.
    """

    _LATER = _Relative._LATER[:4]

    def __init__(
        self,
        params,
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        self._check(lr, betas, eps, weight_decay, foreach, differentiable)
        super().__init__(
            params,
            dict(
                lr=lr,
                betas=betas,
                eps=eps,
                weight_decay=weight_decay,
                foreach=foreach,
                maximize=maximize,
                differentiable=differentiable,
                capturable=capturable,
            ),
        )

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        return ("exp_avg", "exp_inf")

    @staticmethod
    def _directions(grads: list, states: dict, scalars: list, n: Any) -> tuple[list, dict, list]:
        m = _moment(states["exp_avg"], grads, n.beta1)
        u = [
            n.xp.maximum(n.beta2 * u, n.xp.abs(g) + n.eps)
            for u, g in zip(states["exp_inf"], grads, strict=True)
        ]
        out = []
        for m_, u_, s in zip(m, u, scalars, strict=True):
            rate = (n.exact.lr / bias_correction(n.exact.beta1, s["step"])).astype(m_.dtype)
            out.append(rate * m_ / u_)
        return out, {"exp_avg": m, "exp_inf": u}, scalars


class NAdam(_Relative):
    """Adam with Nesterov momentum (https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ).

    State of a parameter: `step`, `mu_product`, `exp_avg`, `exp_avg_sq`. ValueError for invalid
    numbers.
    """

    _NUMBERS = (*_Relative._NUMBERS, "momentum_decay")
    _SCALARS = ("step", "mu_product")

    def __init__(
        self,
        params,
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        self._check(lr, betas, eps, weight_decay, foreach, differentiable)
        check(momentum_decay >= 0.0, f"Invalid momentum_decay value: {momentum_decay}")
        super().__init__(
            params,
            dict(
                lr=lr,
                betas=betas,
                eps=eps,
                weight_decay=weight_decay,
                momentum_decay=momentum_decay,
                decoupled_weight_decay=decoupled_weight_decay,
                maximize=maximize,
                foreach=foreach,
                capturable=capturable,
                differentiable=differentiable,
            ),
        )

    def _start_scalars(self, group: dict[str, Any]) -> dict[str, float]:
        return {"step": 0.0, "mu_product": 1.0}

    @staticmethod
    def _directions(grads: list, states: dict, scalars: list, n: Any) -> tuple[list, dict, list]:
        m = _moment(states["exp_avg"], grads, n.beta1)
        v = _square(states["exp_avg_sq"], grads, n.beta2)
        out, new = [], []
        e = n.exact
        for g, m_, v_, s in zip(grads, m, v, scalars, strict=True):
            t, kind = s["step"], g.dtype
            mu = e.beta1 * (1.0 - 0.5 * 0.96 ** (t * e.momentum_decay))
            mu_next = e.beta1 * (1.0 - 0.5 * 0.96 ** ((t + 1) * e.momentum_decay))
            product = n.stored(s["mu_product"] * n.stored(mu))
            denom = n.xp.sqrt(v_ / bias_correction(e.beta2, t).astype(kind)) + n.eps
            of_g = (e.lr * (1.0 - mu) / (1.0 - product)).astype(kind)
            of_m = (e.lr * mu_next / (1.0 - product * mu_next)).astype(kind)
            out.append(of_g * g / denom + of_m * m_ / denom)
            new.append(dict(s, mu_product=product))
        return out, {"exp_avg": m, "exp_avg_sq": v}, new


class RAdam(_Relative):
    """Adam whose adaptive rate is left out until its variance is known well enough, and rectified
    then (https://arxiv.org/abs/1908.03265).

    State of a parameter: `step`, `exp_avg`, `exp_avg_sq`. ValueError for invalid numbers.
    """

    def __init__(
        self,
        params,
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        self._check(lr, betas, eps, weight_decay, foreach, differentiable)
        super().__init__(
            params,
            dict(
                lr=lr,
                betas=betas,
                eps=eps,
                weight_decay=weight_decay,
                maximize=maximize,
                foreach=foreach,
                capturable=capturable,
                decoupled_weight_decay=decoupled_weight_decay,
                differentiable=differentiable,
            ),
        )

    @staticmethod
    def _directions(grads: list, states: dict, scalars: list, n: Any) -> tuple[list, dict, list]:
        m = _moment(states["exp_avg"], grads, n.beta1)
        v = _square(states["exp_avg_sq"], grads, n.beta2)
        out = []
        e = n.exact
        for m_, v_, s in zip(m, v, scalars, strict=True):
            t, kind = s["step"], m_.dtype
            c2 = bias_correction(e.beta2, t)
            longest = 2 / (1 - e.beta2) - 1
            length = longest - 2 * t * e.beta2**t / c2
            known = length > 5.0
            safe = n.xp.where(known, length, 6.0)  # the branch not taken must not divide by zero
            rectification = n.xp.sqrt(
                (safe - 4) * (safe - 2) * longest / ((longest - 4) * (longest - 2) * safe)
            )
            adaptive = (n.xp.sqrt(c2) * rectification).astype(kind) / (n.xp.sqrt(v_) + n.eps)
            corrected = m_ / bias_correction(e.beta1, t).astype(kind)
            out.append(n.lr * corrected * n.xp.where(known, adaptive, n.xp.ones_like(adaptive)))
        return out, {"exp_avg": m, "exp_avg_sq": v}, scalars
