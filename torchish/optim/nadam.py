"""NAdam.

https://docs.pytorch.org/docs/stable/generated/torch.optim.NAdam.html
"""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import Tensor
from torchish.optim._fused import check
from torchish.optim._relatives import Relative, moment, square
from torchish.optim._transforms import bias_correction

__all__ = ["NAdam"]


class NAdam(Relative):
    """Adam with Nesterov momentum (https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ).

    State of a parameter: `step`, `mu_product`, `exp_avg`, `exp_avg_sq`. ValueError for invalid
    numbers.

    >>> w = nn.Parameter(torch.tensor([1.0]))
    >>> opt = optim.NAdam([w], lr=0.1)
    >>> w.sum().backward()
    >>> opt.step()
    >>> w.data
    tensor([0.8944])
    """

    _NUMBERS = (*Relative._NUMBERS, "momentum_decay")
    _SCALARS = ("step", "mu_product")

    _OPTIONS = (
        "lr",
        "betas",
        "eps",
        "weight_decay",
        "momentum_decay",
        "decoupled_weight_decay",
        "maximize",
        "foreach",
        "capturable",
        "differentiable",
    )

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
        super().__init__(params, self._options(locals()))

    def _start_scalars(self, group: dict[str, Any]) -> dict[str, float]:
        return {"step": 0.0, "mu_product": 1.0}

    @staticmethod
    def _directions(grads: list, states: dict, scalars: list, n: Any) -> tuple[list, dict, list]:
        m = moment(states["exp_avg"], grads, n.beta1)
        v = square(states["exp_avg_sq"], grads, n.beta2)
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
