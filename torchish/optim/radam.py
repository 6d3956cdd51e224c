"""RAdam.

https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html
"""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import Tensor
from torchish.optim._relatives import Relative, moment, square
from torchish.optim._transforms import bias_correction

__all__ = ["RAdam"]


class RAdam(Relative):
    """Adam whose adaptive rate is left out until its variance is known well enough, and rectified
    then (https://arxiv.org/abs/1908.03265).

    State of a parameter: `step`, `exp_avg`, `exp_avg_sq`. ValueError for invalid numbers.

    >>> w = nn.Parameter(torch.tensor([1.0]))
    >>> opt = optim.RAdam([w], lr=0.1)
    >>> w.sum().backward()
    >>> opt.step()
    >>> w.data
    tensor([0.9000])
    """

    _OPTIONS = (
        "lr",
        "betas",
        "eps",
        "weight_decay",
        "maximize",
        "foreach",
        "capturable",
        "decoupled_weight_decay",
        "differentiable",
    )

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
        super().__init__(params, self._options(locals()))

    @staticmethod
    def _directions(grads: list, states: dict, scalars: list, n: Any) -> tuple[list, dict, list]:
        m = moment(states["exp_avg"], grads, n.beta1)
        v = square(states["exp_avg_sq"], grads, n.beta2)
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
