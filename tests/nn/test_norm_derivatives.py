"""The written derivative of normalizations is the one that JAX derives from the formula."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from torchish._core.ops.nn.norm import _normalize


def plainly(x, axes, eps):
    mean = jnp.mean(x, axes, keepdims=True)
    var = jnp.mean((x - mean) ** 2, axes, keepdims=True)
    return (x - mean) / jnp.sqrt(var + eps), mean, var


@pytest.mark.parametrize("axes", [(1,), (0, 2, 3)])
def test_of_either_mode_and_twice(axes):
    draw = np.random.default_rng(0)
    x, moved, back, again = draw.standard_normal((4, *((3, 5, 4, 2) if len(axes) > 1 else (6, 7))))

    def all_of(f):
        def first(x):
            y, mean, var = f(x, axes, 1e-2)
            return jnp.sin(y * back).sum() + (mean**3).sum() + jnp.log(var).sum()

        value, slope = jax.jvp(lambda x: f(x, axes, 1e-2), (x,), (moved,))
        twice = jax.grad(lambda x: jnp.vdot(jax.grad(first)(x), again))
        return *value, *slope, jax.grad(first)(x), twice(x), jax.hessian(first)(x)

    for ours, theirs in zip(all_of(_normalize), all_of(plainly), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)
