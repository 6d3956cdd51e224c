"""The dropout family as pure functions: the mask is drawn by the generator and passed in.

Note [Dropout arithmetic]
PyTorch divides the 0/1 mask by the probability of keeping, in the input's dtype, and then
multiplies. The same order is kept here, so that results agree to the last bit. `p` is data, so a
changing rate compiles nothing.
"""

from __future__ import annotations

import jax.numpy as jnp

from torchish._core.ops.table import Array, Number, Raw, op

# SELU's limit for large negative inputs, negated: scale * alpha.
_ALPHA = 1.7580993408473766


@op("_dropout", method=False, function=False, out=False)
def dropout(input: Array, mask: Raw, p: Number):
    """input * (mask / (1 - p)); the mask (True where kept) broadcasts, so one entry may stand for a
    channel (https://arxiv.org/abs/1207.0580)"""
    keep = (1 - p).astype(input.dtype)
    # With p = 1 everything is dropped, and 0 / 0 must not show.
    noise = mask.astype(input.dtype) / jnp.where(keep == 0, jnp.ones((), input.dtype), keep)
    return input * noise


@op("_alpha_dropout", method=False, function=False, out=False)
def alpha_dropout(input: Array, mask: Raw, p: Number):
    """Dropout that keeps mean and variance of SELU activations
    (https://arxiv.org/abs/1706.02515)"""
    keep = jnp.where(p == 1, 1.0, 1 - p)
    a = 1 / jnp.sqrt((_ALPHA**2 * p + 1) * keep)
    kind = input.dtype
    noise = mask.astype(kind)
    shift = (noise - 1) * (_ALPHA * a).astype(kind) + (_ALPHA * a * p).astype(kind)
    out = input * (noise * a.astype(kind)) + shift
    return jnp.where(p == 1, jnp.zeros((), kind), out)


# What PyTorch prints as the grad_fn of the result.
dropout.grad_name = "MulBackward0"
