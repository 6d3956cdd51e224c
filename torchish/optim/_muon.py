"""Muon (public in `torch.optim`).

https://docs.pytorch.org/docs/stable/generated/torch.optim.Muon.html
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from torchish._core.tensor import Tensor
from torchish.optim._fused import FusedOptimizer, check

__all__ = ["Muon"]


def _round(x):
    """To bfloat16's precision, which is what PyTorch computes in; as a cast and back it might be
    optimized away."""
    return lax.reduce_precision(x, exponent_bits=8, mantissa_bits=7)


def orthogonalized(
    grad: Array, coefficients: tuple[float, float, float], steps: int, eps: float
) -> Array:
    """About the nearest orthogonal matrix, by Newton-Schulz iterations in bfloat16
    (https://kellerjordan.github.io/posts/muon/)."""
    a, b, c = coefficients
    x = _round(grad.astype(jnp.float32))
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    norm = _round(jnp.sqrt(jnp.sum(x * x)))
    x = _round(x / jnp.maximum(norm, _round(jnp.float32(eps))))
    for _ in range(steps):
        gram = _round(x @ x.T)
        gram = _round(b * gram + c * (gram @ gram))
        x = _round(a * x + gram @ x)
    return x.T if tall else x


class Muon(FusedOptimizer):
    """Momentum whose direction is orthogonalized, for the weight matrices of hidden layers
    (https://kellerjordan.github.io/posts/muon/), with decoupled weight decay.

    State of a parameter: `momentum_buffer`. ValueError for invalid numbers and parameters that are
    no matrices.

    >>> w = nn.Parameter(torch.eye(2))
    >>> opt = optim.Muon([w], lr=0.1)
    >>> w.square().sum().backward()
    >>> opt.step()
    >>> w.shape, opt.param_groups[0]["momentum"]
    (torch.Size([2, 2]), 0.95)
    """

    _NUMBERS = ("lr", "weight_decay", "momentum")

    _OPTIONS = (
        "lr",
        "weight_decay",
        "momentum",
        "nesterov",
        "ns_coefficients",
        "eps",
        "ns_steps",
        "adjust_lr_fn",
    )

    def __init__(
        self,
        params,
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        check(lr >= 0.0, f"Learning rate should be >= 0 but is: {lr}")
        check(momentum >= 0.0, f"momentum should be >= 0 but is: {momentum}")
        check(weight_decay >= 0.0, f"weight decay should be >= 0 but is: {weight_decay}")
        if adjust_lr_fn not in (None, "original", "match_rms_adamw"):
            raise ValueError(f"Adjust learning rate function {adjust_lr_fn} is not supported")
        super().__init__(params, self._options(locals()))
        for group in self.param_groups:
            for p in group["params"]:
                if p.ndim != 2:
                    raise ValueError(
                        "Muon only supports 2D parameters whereas we found a "
                        "parameter with size: "
                        f"{p.size()}"
                    )

    def _check_param(self, p: Tensor, group: dict[str, Any]) -> None:
        if hasattr(p, "_norm_of_all"):  # this process has a part, and the rule means the whole
            raise NotImplementedError(f"{type(self).__name__} of a DTensor")
        if p.is_complex():
            raise RuntimeError("Muon does not support complex parameters")
        if group["ns_steps"] >= 100:
            raise ValueError("Number of steps must be less than 100 for computational efficiency")
        if len(group["ns_coefficients"]) != 3:
            raise ValueError("Coefficients must be a tuple of exactly 3 values")

    def _tensors(self, group: dict[str, Any], kind: Any = None) -> tuple[str, ...]:
        return ("momentum_buffer",)

    def _static(self, group: dict[str, Any]) -> tuple:
        return (
            group["nesterov"],
            tuple(group["ns_coefficients"]),
            group["eps"],
            group["ns_steps"],
            group["adjust_lr_fn"],
        )

    @staticmethod
    def _rule(static: tuple) -> Callable:
        nesterov, coefficients, eps, steps, adjust, _ = static

        def ratio(shape):
            rows, columns = shape
            if adjust == "match_rms_adamw":
                return 0.2 * math.sqrt(max(rows, columns))
            return math.sqrt(max(1, rows / columns))

        def rule(params, grads, states, scalars, n):
            out, buffers = [], []
            for p, g, b in zip(params, grads, states["momentum_buffer"], strict=True):
                b = b + (1 - n.momentum) * (g - b)
                update = orthogonalized(
                    g + n.momentum * (b - g) if nesterov else b, coefficients, steps, eps
                )
                rate = (n.exact.lr * ratio(p.shape)).astype(p.dtype)
                out.append(p * (1 - n.lr * n.weight_decay) - rate * update.astype(p.dtype))
                buffers.append(b)
            return out, {"momentum_buffer": buffers}, scalars

        return rule
