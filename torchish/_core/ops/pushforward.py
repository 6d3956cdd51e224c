"""The Jacobian-vector product of a call, itself a call.

Note [Tangents]
PyTorch's tangent of a complex value is JAX's, without the conjugate of gradients: what
`jax.jvp` gives of a call's own function is the forward gradient. A function with a gradient of its
own (`jax.custom_vjp`) has no such form. Its product is the gradient of its pullback, which is
linear in the cotangent; XLA drops what that computes in vain.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from torchish._core.base.jax_internals import has_own_pullback, program_of
from torchish._core.ops.table import AnyCall


class JvpCall(AnyCall):
    """`fn(*tensors, *tangents of the tensors given, *numbers)` gives the tangents of those results
    that are not of integers."""

    __slots__ = ("base", "given")

    def __init__(self, base: AnyCall, given: tuple[int, ...]):
        super().__init__(base.name + "_jvp", base.tensors + len(given), base.numbers)
        self.base, self.given = base, given

    def fn(self, *flat):
        n, k = self.base.tensors, len(self.given)
        primals = (*flat[:n], *flat[n + k :])
        points = [primals[i] for i in self.given]
        tangents = [t.astype(x.dtype) for x, t in zip(points, flat[n : n + k], strict=True)]

        def f(*given):
            full = list(primals)
            for i, x in zip(self.given, given, strict=True):
                full[i] = x
            return tuple(o for o in self.base.fn(*full) if jnp.issubdtype(o.dtype, jnp.inexact))

        if has_own_pullback(program_of(jax.make_jaxpr(f)(*points))[0]):
            return _by_pullback(f, points, tangents)
        return tuple(jax.jvp(f, points, tangents)[1])


def _by_pullback(f, points: Sequence, tangents: Sequence) -> tuple:
    outs, pullback = jax.vjp(f, *points)
    zeros = tuple(jnp.zeros(o.shape, o.dtype) for o in outs)
    (found,) = jax.vjp(pullback, zeros)[1](tuple(tangents))
    return tuple(found)


def jvp_of(call: AnyCall, given: tuple[int, ...]) -> JvpCall:
    """The call that gives the tangents of a call's results, from tangents of its tensors `given`;
    the same object each time."""
    key = ("tangents", given)
    found = call._vjps.get(key)
    if found is None:
        found = call._vjps[key] = JvpCall(call, given)
    return found
