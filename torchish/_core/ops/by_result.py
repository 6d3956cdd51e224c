"""Gradients that PyTorch computes from an operator's result, in that form.

A gradient is JAX's, from the inputs, where nobody asks (ops/table.py, Note [One entry]). Where
hooks have put another tensor in the place of the saved result, it is computed from that.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np

from torchish._core.ops.table import AnyCall

# Of (result, gradient), both conjugated: Note [Complex gradients].
_RULES: dict[str, Callable] = {
    "exp": lambda r, g: g * r,
    "exp2": lambda r, g: g * r * np.log(2.0).astype(r.real.dtype),
    "expm1": lambda r, g: g * (r + 1),
    "tanh": lambda r, g: g * (1 - r * r),
    "sigmoid": lambda r, g: g * (1 - r) * r,
    "tan": lambda r, g: g * (1 + r * r),
    "sqrt": lambda r, g: g / (2 * r),
    "rsqrt": lambda r, g: g * r * r * r / -2,
    "reciprocal": lambda r, g: -g * r * r,
    "nn.functional.relu": lambda r, g: jnp.where(r > 0, g, jnp.zeros_like(g)),
}


class ByResultCall(AnyCall):
    """`fn(result, cotangent)` gives the gradient of the one input."""

    __slots__ = ("rule",)

    def __init__(self, name: str, rule: Callable):
        super().__init__(name + "_by_result", 2, ())
        self.rule = rule

    def fn(self, *flat):
        r, g = (jnp.conj(x) if jnp.issubdtype(x.dtype, jnp.complexfloating) else x for x in flat)
        found = self.rule(r, g).astype(r.dtype)
        return (jnp.conj(found) if jnp.issubdtype(found.dtype, jnp.complexfloating) else found,)


_calls: dict[str, ByResultCall] = {}


def by_result(name: str) -> ByResultCall | None:
    """The gradient of the operator of a name from its result; None where there is no such form."""
    rule = _RULES.get(name)
    if rule is None:
        return None
    return _calls.setdefault(name, ByResultCall(name, rule))
