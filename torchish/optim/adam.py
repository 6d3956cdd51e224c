"""Adam.

https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor
from torchish.optim._fused import FusedOptimizer, check, check_common
from torchish.optim._host import counted, prepared_on_host
from torchish.optim._transforms import MomentsState, bias_correction, scale_by_adam

__all__ = ["Adam"]


def check_betas(betas: tuple) -> None:
    """ValueError unless both are in [0, 1)."""
    for i in (0, 1):
        check(0.0 <= betas[i] < 1.0, f"Invalid beta parameter at index {i}: {betas[i]}")


class Adam(FusedOptimizer):
    """p ← p - lr·m̂ / (√v̂ + eps) with decaying means m of the gradients and v of their squares
    (https://arxiv.org/abs/1412.6980); `decoupled_weight_decay` as in AdamW.

    State of a parameter: `step`, `exp_avg`, `exp_avg_sq`, with amsgrad `max_exp_avg_sq`. ValueError
    for invalid numbers.

    >>> w = nn.Parameter(torch.tensor([1.0, -1.0]))
    >>> opt = optim.Adam([w], lr=0.1)
    >>> (100 * w).sum().backward()
    >>> opt.step()
    >>> w.data  # a first step is as long as lr, whatever the gradient's size
    tensor([ 0.9000, -1.1000])
    """

    _NUMBERS = ("lr", "beta1", "beta2", "eps", "weight_decay")
    _SCALARS = ("step",)
    _OPTIONS = (
        "lr",
        "betas",
        "eps",
        "weight_decay",
        "amsgrad",
        "maximize",
        "foreach",
        "capturable",
        "differentiable",
        "fused",
        "decoupled_weight_decay",
    )
    _LATER = (
        "amsgrad",
        "maximize",
        "foreach",
        "capturable",
        "differentiable",
        "decoupled_weight_decay",
        "fused",
    )

    def __init__(
        self,
        params,
        lr: float | Tensor = 1e-3,
        betas: tuple[float | Tensor, float | Tensor] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        if isinstance(lr, Tensor):
            if foreach and not capturable:
                raise ValueError(
                    "lr as a Tensor is not supported for capturable=False and foreach=True"
                )
            if lr.numel() != 1:
                raise ValueError("Tensor lr must be 1-element")
        check(lr >= 0.0, f"Invalid learning rate: {lr}")
        check(eps >= 0.0, f"Invalid epsilon value: {eps}")
        check_betas(betas)
        check(weight_decay >= 0.0, f"Invalid weight_decay value: {weight_decay}")
        kinds = [isinstance(b, Tensor) for b in betas]
        if kinds[0] != kinds[1] or not (all(kinds) or all(isinstance(b, float) for b in betas)):
            raise ValueError("betas must be either both floats or both Tensors")
        for i, b in enumerate(betas):
            if isinstance(b, Tensor):
                if not capturable and foreach:
                    raise ValueError(
                        f"betas[{i}] as a Tensor is not supported for capturable=False and "
                        "foreach=True"
                    )
                if b.numel() != 1:
                    raise ValueError(f"Tensor betas[{i}] must be 1-element")
        check_common(foreach, fused, differentiable)
        super().__init__(params, self._options(locals()))

    def _refuse_sparse(self, group: dict[str, Any]) -> str:
        return "Adam does not support sparse gradients, please consider SparseAdam instead"

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        if group["amsgrad"]:
            return ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
        return ("exp_avg", "exp_avg_sq")

    def _numbers(self, group: dict[str, Any], fresh: bool) -> list:
        return [group["lr"], *group["betas"], group["eps"], group["weight_decay"]]

    def _static(self, group: dict[str, Any]) -> tuple:
        return (
            group["amsgrad"],
            group["maximize"],
            group["weight_decay"] != 0,
            group["decoupled_weight_decay"],
        )

    @staticmethod
    def _rule(static: tuple) -> Callable:
        import optax

        amsgrad, maximize, decays, decoupled, _ = static

        def rule(params, grads, states, scalars, n):
            steps = [s["step"] + 1 for s in scalars]
            adam = scale_by_adam(n.beta1, n.beta2, n.eps, steps, n.exact, amsgrad)
            decay = [optax.add_decayed_weights(n.weight_decay)] if decays else []
            flip = [optax.scale(-1.0)] if maximize else []
            tx = optax.chain(
                *flip,
                *([] if decoupled else decay),
                adam,
                *(decay if decoupled else []),
                optax.scale(-n.lr),
            )
            moments = MomentsState(
                states["exp_avg"], states["exp_avg_sq"], states.get("max_exp_avg_sq")
            )
            at = len(flip) + (0 if decoupled else len(decay))
            state = [optax.EmptyState()] * (2 + len(flip) + len(decay))
            state[at] = moments
            updates, state = tx.update(grads, tuple(state), params)
            new = dict(zip(("exp_avg", "exp_avg_sq", "max_exp_avg_sq"), state[at], strict=True))
            return (
                optax.apply_updates(params, updates),
                {k: new[k] for k in states},
                [dict(s, step=t) for s, t in zip(scalars, steps, strict=True)],
            )

        return rule

    @staticmethod
    def _host_rule(static: tuple) -> Callable:
        amsgrad, maximize, decays, decoupled, _ = static

        def rule(params, grads, states, scalars, n):
            in_gradient = decays and not decoupled
            grads = prepared_on_host(
                grads, params, maximize, n.weight_decay if in_gradient else None
            )
            scalars, e = counted(scalars), n.exact
            new: dict[str, list] = {name: [] for name in states}
            out = []
            for i, (p, g, s) in enumerate(zip(params, grads, scalars, strict=True)):
                m = g - states["exp_avg"][i]
                m *= (1 - e.beta1).astype(g.dtype)
                m += states["exp_avg"][i]
                v = g * (1 - e.beta2).astype(g.dtype)
                v *= g
                v += states["exp_avg_sq"][i] * n.beta2
                top = v
                if amsgrad:
                    top = np.maximum(states["max_exp_avg_sq"][i], v)
                    new["max_exp_avg_sq"].append(top)
                denominator = np.sqrt(top)
                c1, c2 = (bias_correction(b, s["step"]) for b in (e.beta1, e.beta2))
                denominator /= np.sqrt(c2).astype(g.dtype)
                denominator += n.eps
                step = m / c1.astype(g.dtype)
                step /= denominator
                if decays and decoupled:
                    step += n.weight_decay * p
                step *= -n.lr
                step += p
                out.append(step)
                new["exp_avg"].append(m)
                new["exp_avg_sq"].append(v)
            return out, new, scalars

        return rule
