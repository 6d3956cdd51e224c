"""Adamax.

https://docs.pytorch.org/docs/stable/generated/torch.optim.Adamax.html
"""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import Tensor
from torchish.optim._relatives import Relative, moment
from torchish.optim._transforms import bias_correction

__all__ = ["Adamax"]


class Adamax(Relative):
    """Adam with the infinity norm in place of the second moment (https://arxiv.org/abs/1412.6980).

    State of a parameter: `step`, `exp_avg`, `exp_inf`. ValueError for invalid numbers.

    >>> w = nn.Parameter(torch.tensor([1.0]))
    >>> opt = optim.Adamax([w], lr=0.1)
    >>> (5 * w).sum().backward()
    >>> opt.step()
    >>> w.data
    tensor([0.9000])
    """

    _OPTIONS = (
        "lr",
        "betas",
        "eps",
        "weight_decay",
        "foreach",
        "maximize",
        "differentiable",
        "capturable",
    )
    _LATER = Relative._LATER[:4]

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
        super().__init__(params, self._options(locals()))

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        return ("exp_avg", "exp_inf")

    @staticmethod
    def _directions(grads: list, states: dict, scalars: list, n: Any) -> tuple[list, dict, list]:
        m = moment(states["exp_avg"], grads, n.beta1)
        u = [
            n.xp.maximum(n.beta2 * u, n.xp.abs(g) + n.eps)
            for u, g in zip(states["exp_inf"], grads, strict=True)
        ]
        out = []
        for m_, u_, s in zip(m, u, scalars, strict=True):
            rate = (n.exact.lr / bias_correction(n.exact.beta1, s["step"])).astype(m_.dtype)
            out.append(rate * m_ / u_)
        return out, {"exp_avg": m, "exp_inf": u}, scalars
