"""Operators that every tensor needs: copying, casting, filling."""

from __future__ import annotations

import jax.numpy as jnp

from torchish._core.base.dtypes import from_np
from torchish._core.base.errors import size_text
from torchish._core.base.promotion import cast
from torchish._core.ops.table import Array, Arrays, Number, Operand, op


@op("_cast", method=False, out=False)
def to_dtype(input: Array, dtype):
    """The values as another dtype."""
    return cast(input, dtype)


@op("_clone", method=False, out=False)
def clone(input: Array):
    """A copy."""
    return input


def _drawn(numbers: Array, parameters: Arrays):
    """Random numbers drawn with these parameters, none of which gets a gradient other than zero."""
    return numbers


for _name in ("Bernoulli", "Binomial", "Normal", "Poisson"):
    op(f"_drawn_{_name}", method=False, out=False)(_drawn).grad_name = f"{_name}Backward0"


@op("_fill", method=False, out=False)
def fill(input: Array, value: Operand):
    """Every element replaced by one value (`Tensor.fill_`)."""
    if value.ndim:
        raise RuntimeError(
            f"fill_ only supports 0-dimension value tensor but got tensor with {value.ndim} "
            "dimensions."
        )
    return jnp.broadcast_to(value.astype(input.dtype), input.shape)


@op("_copy", method=False, out=False)
def copy(input: Array, src: Array):
    """The elements of `src`, broadcast and cast to `input` (`Tensor.copy_`)."""
    try:
        fits = jnp.broadcast_shapes(input.shape, src.shape) == input.shape
    except ValueError:
        fits = False
    if not fits:
        a, b = input.shape, src.shape
        for i in range(1, min(len(a), len(b)) + 1):
            if b[-i] != 1 and a[-i] != b[-i]:
                raise RuntimeError(
                    f"The size of tensor a ({a[-i]}) must match the size of tensor b ({b[-i]}) at "
                    f"non-singleton dimension {len(a) - i}"
                )
        raise RuntimeError(
            f"output with shape {size_text(a)} doesn't match the broadcast shape {size_text(b)}"
        )
    return jnp.broadcast_to(cast(src, from_np(input.dtype)), input.shape)


@op("_full", method=False, out=False)
def full(*, fill: Number, shape: tuple, dtype):
    """A constant tensor."""
    return jnp.broadcast_to(cast(jnp.asarray(fill), dtype), shape)
