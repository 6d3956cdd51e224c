"""Random numbers from a JAX key: what a generator's methods of these names draw, as pure functions.

The first argument is the key, the others are the method's. Sizes, dtypes and integers are static; a
float may be data. https://docs.jax.dev/en/latest/jax.random.html
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from torchish._core.base import dtypes

__all__ = ["DRAWS"]


def _np(dtype) -> np.dtype:
    return dtype.np if isinstance(dtype, dtypes.dtype) else np.dtype(dtype)


def _sizes(shape) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)


def _as(kind, x):
    """A parameter in the dtype that is drawn in, so that it does not make the numbers wider."""
    return jnp.asarray(x).astype(kind)


def _uniform(key, shape, dtype=dtypes.float32, low=0.0, high=1.0):
    kind = _np(dtype)
    if kind.kind == "c":
        parts = jax.random.uniform(key, (*_sizes(shape), 2), kind.type(0).real.dtype)
        drawn = jax.lax.complex(parts[..., 0], parts[..., 1])
        return (drawn * (high - low) + (low + 1j * low)).astype(kind)
    return jax.random.uniform(key, _sizes(shape), kind, _as(kind, low), _as(kind, high))


def _normal(key, shape, dtype=dtypes.float32, mean=0.0, std=1.0):
    kind = _np(dtype)
    return jax.random.normal(key, _sizes(shape), kind) * _as(kind, std) + _as(kind, mean)


def _normal_around(key, mean, std):
    like = mean if hasattr(mean, "shape") else std
    shape = jnp.broadcast_shapes(jnp.shape(mean), jnp.shape(std))
    kind = like.dtype
    return jax.random.normal(key, shape, kind) * _as(kind, std) + _as(kind, mean)


def _bernoulli(key, shape, p=0.5, dtype=dtypes.float32):
    drawn = jax.random.bernoulli(key, _as(jnp.float32, p), _sizes(shape))
    return drawn.astype(_np(dtype))


def _bernoulli_each(key, p, shape=None, dtype=None):
    sizes = jnp.shape(p) if shape is None else _sizes(shape)
    return jax.random.bernoulli(key, p, sizes).astype(p.dtype if dtype is None else _np(dtype))


def _dropout_mask(key, shape, p):
    if isinstance(p, (int, float)) and not 0.0 <= p <= 1.0:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {p:g}")
    return jax.random.bernoulli(key, _as(jnp.float32, 1.0 - p), _sizes(shape))


def _exponential(key, shape, dtype=dtypes.float32, lambd=1.0):
    kind = _np(dtype)
    return jax.random.exponential(key, _sizes(shape), kind) / _as(kind, lambd)


def _cauchy(key, shape, dtype=dtypes.float32, median=0.0, sigma=1.0):
    kind = _np(dtype)
    return jax.random.cauchy(key, _sizes(shape), kind) * _as(kind, sigma) + _as(kind, median)


def _log_normal(key, shape, dtype=dtypes.float32, mean=1.0, std=2.0):
    return jnp.exp(_normal(key, shape, dtype, mean, std))


def _geometric(key, shape, dtype=dtypes.float32, p=0.5):
    # The first trial of a uniform that falls below 1 - (1 - p)^n; in (0, 1], so no logarithm of 0.
    u = 1.0 - jax.random.uniform(key, _sizes(shape), jnp.float64)
    return jnp.maximum(jnp.ceil(jnp.log(u) / jnp.log1p(-p)), 1).astype(_np(dtype))


def _randint(key, shape, low, high, dtype=dtypes.int64):
    drawn = jax.random.randint(key, _sizes(shape), low, high, jnp.int64)
    return drawn.astype(_np(dtype))


def _random(key, shape, dtype=dtypes.int64, low=None, high=None):
    kind = dtype if isinstance(dtype, dtypes.dtype) else dtypes.from_np(np.dtype(dtype))
    largest = 2**63 - 1
    if low is None:
        low = 0
        if kind is dtypes.bool_:
            high = 2
        elif kind.is_floating_point:
            high = 2 ** (jnp.finfo(_np(kind)).nmant + 1) + 1
        else:
            high = min(int(np.iinfo(_np(kind)).max), largest - 1) + 1
    elif high is None:
        high = largest
    return _randint(key, shape, low, high, kind)


def _randperm(key, n, dtype=dtypes.int64):
    return jax.random.permutation(key, n).astype(_np(dtype))


def _multinomial(key, probs, num_samples, replacement=False):
    scores = jnp.log(probs)
    shape = (*probs.shape[:-1], num_samples)
    if replacement:
        drawn = jax.random.categorical(key, scores[..., None, :], axis=-1, shape=shape)
        return drawn.astype(jnp.int64)
    # Those with the greatest noisy scores come as if drawn one after the other.
    noisy = scores + jax.random.gumbel(key, probs.shape, scores.dtype)
    return jax.lax.top_k(noisy, num_samples)[1].astype(jnp.int64)


def _poisson(key, rates):
    return jax.random.poisson(key, rates).astype(rates.dtype)


def _binomial(key, count, prob):
    return jax.random.binomial(key, count, prob, dtype=count.dtype)


def _standard_gamma(key, alpha):
    return jax.random.gamma(key, alpha, dtype=alpha.dtype)


def _dirichlet(key, alpha):
    return jax.random.dirichlet(key, alpha, dtype=alpha.dtype)


def _rrelu_noise(key, input, lower, upper):
    kind = input.dtype
    slopes = jax.random.uniform(key, input.shape, kind, _as(kind, lower), _as(kind, upper))
    return jnp.where(input <= 0, slopes, jnp.ones((), input.dtype))


DRAWS: dict[str, Callable] = {
    "rand": _uniform,
    "uniform": _uniform,
    "randn": _normal,
    "normal": _normal,
    "normal_around": _normal_around,
    "bernoulli": _bernoulli,
    "bernoulli_each": _bernoulli_each,
    "dropout_mask": _dropout_mask,
    "exponential": _exponential,
    "cauchy": _cauchy,
    "log_normal": _log_normal,
    "geometric": _geometric,
    "randint": _randint,
    "random": _random,
    "randperm": _randperm,
    "multinomial": _multinomial,
    "poisson": _poisson,
    "binomial": _binomial,
    "standard_gamma": _standard_gamma,
    "dirichlet": _dirichlet,
    "rrelu_noise": _rrelu_noise,
}
