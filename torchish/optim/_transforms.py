"""Gradient transformations in optax's form, where PyTorch's rule is not one of optax's.

They work on lists of arrays; the hyperparameters may be traced.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp

__all__ = ["bias_correction", "scale_by_adam", "trace_with_dampening"]


def bias_correction(decay: Any, step: Any) -> Any:
    """1 - decay ** step, in double precision: near 1 the difference would lose all digits of a
    float32."""
    return 1 - decay**step


class MomentsState(NamedTuple):
    """First and second moments, and with amsgrad the largest second ones."""

    mu: list
    nu: list
    nu_max: list | None


def scale_by_adam(b1: Any, b2: Any, eps: Any, steps: list, exact: Any, amsgrad: bool) -> Any:
    """Adam's direction m̂ / (√v̂ + ε), with amsgrad √max v̂ over all v, the correction coming after
    the maximum (https://arxiv.org/abs/1412.6980, https://openreview.net/forum?id=ryQu7f-RZ).

    optax.scale_by_adam corrects the bias in the parameters' precision, and optax.scale_by_amsgrad
    before the maximum. `steps` counts the present step; `exact` has b1 and b2 in double precision.
    """
    import optax

    def init(params):
        raise NotImplementedError("the state is made by the optimizer")

    def update(grads, state, params=None):
        # 1 - beta in double precision: in float32 it would lose the digits that matter.
        r1 = [(1 - exact.beta1).astype(g.dtype) for g in grads]
        r2 = [(1 - exact.beta2).astype(g.dtype) for g in grads]
        mu = [m + r * (g - m) for m, g, r in zip(state.mu, grads, r1, strict=True)]
        nu = [b2 * v + r * g * g for v, g, r in zip(state.nu, grads, r2, strict=True)]
        top = (
            [jnp.maximum(a, b) for a, b in zip(state.nu_max, nu, strict=True)] if amsgrad else None
        )
        out = []
        for m, v, t in zip(mu, top if amsgrad else nu, steps, strict=True):
            c1 = bias_correction(exact.beta1, t).astype(m.dtype)
            c2 = jnp.sqrt(bias_correction(exact.beta2, t)).astype(m.dtype)
            out.append(m / c1 / (jnp.sqrt(v) / c2 + eps))
        return out, MomentsState(mu, nu, top)

    return optax.GradientTransformation(init, update)


def trace_with_dampening(decay: Any, gain: Any, momentum: Any, nesterov: bool) -> Any:
    """Momentum buffer b ← decay·b + gain·g, direction b, with Nesterov g + momentum·b.

    optax.trace has no dampening. PyTorch does not apply it in the first step: there decay is 0 and
    gain 1.
    """
    import optax

    def init(params):
        return optax.TraceState([jnp.zeros_like(p) for p in params])

    def update(grads, state, params=None):
        new = [decay * b + gain * g for b, g in zip(state.trace, grads, strict=True)]
        out = [g + momentum * b for g, b in zip(grads, new, strict=True)] if nesterov else new
        return out, optax.TraceState(new)

    return optax.GradientTransformation(init, update)


class ByRootOfSums(NamedTuple):
    """The sum of squares of all gradients."""

    sums: list


def scale_by_root_of_sums(eps: Any) -> Any:
    """Adagrad's direction g / (√Σg² + ε) (https://jmlr.org/papers/v12/duchi11a.html);
    optax.scale_by_rss has ε under the root."""
    import optax

    def init(params):
        return ByRootOfSums([jnp.zeros_like(p) for p in params])

    def update(grads, state, params=None):
        sums = [s + g * g for s, g in zip(state.sums, grads, strict=True)]
        out = [g / (jnp.sqrt(s) + eps) for g, s in zip(grads, sums, strict=True)]
        return out, ByRootOfSums(sums)

    return optax.GradientTransformation(init, update)


class RpropState(NamedTuple):
    """The last gradients, and the present step sizes."""

    prev: list
    sizes: list


def by_sign(minus: Any, plus: Any, low: Any, high: Any) -> Any:
    """Rprop: step sizes grow while the gradient's sign stays and shrink when it changes, when no
    step is made (https://doi.org/10.1109/ICNN.1993.298623)."""
    import optax

    def init(params):
        raise NotImplementedError("the state is made by the optimizer")

    def update(grads, state, params=None):
        out, prev, sizes = [], [], []
        for g, p, s in zip(grads, state.prev, state.sizes, strict=True):
            agreement = jnp.sign(g * p)
            factor = jnp.where(
                agreement > 0, plus, jnp.where(agreement < 0, minus, jnp.ones_like(plus))
            )
            s = jnp.clip(s * factor, low, high)
            g = jnp.where(agreement < 0, jnp.zeros_like(g), g)
            out.append(jnp.sign(g) * s)
            prev.append(g)
            sizes.append(s)
        return out, RpropState(prev, sizes)

    return optax.GradientTransformation(init, update)
