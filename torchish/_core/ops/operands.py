"""What elementwise operators and reductions share: tests of element types and promotion beside
static numbers.

No operator is entered here.

Note [Static operands]
Some operands are better compiled into the program when they are Python numbers (an exponent, an
order), yet may be tensors too. Such a parameter is annotated ArrayOrNumber in an operator with
Promote.NONE: a tensor arrives as an array, anything else as the plain Python value, and `promoted`
below applies PyTorch's promotion to both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from torchish._core.base import dtypes as dt
from torchish._core.base.promotion import (
    Promote,
    cast,
    computation_dtypes,
    result_type,
    scalar_dtype,
)

__all__ = [
    "default_float",
    "is_bool",
    "is_complex",
    "is_float",
    "is_inexact",
    "is_int",
    "is_number",
    "name_of",
    "promoted",
    "refuse",
    "sign_of",
    "unsupported",
    "with_derivative",
]


def is_complex(x) -> bool:
    """Whether `x` has complex elements."""
    return jnp.issubdtype(x.dtype, jnp.complexfloating)


def is_float(x) -> bool:
    """Whether `x` has real floating-point elements."""
    return jnp.issubdtype(x.dtype, jnp.floating)


def is_inexact(x) -> bool:
    """Whether `x` has floating-point or complex elements."""
    return jnp.issubdtype(x.dtype, jnp.inexact)


def is_int(x) -> bool:
    """Whether `x` has integer elements; bools are not."""
    return jnp.issubdtype(x.dtype, jnp.integer)


def is_bool(x) -> bool:
    """Whether `x` has bool elements."""
    return x.dtype == jnp.bool_


def is_number(x) -> bool:
    """Whether `x` is a plain Python number."""
    return isinstance(x, (bool, int, float, complex))


def name_of(x) -> str:
    """What ATen calls the element type of `x` ("Float", "Long", ...)."""
    return dt.SCALAR_NAMES[dt.from_np(x.dtype)]


def unsupported(kernel: str, x) -> NotImplementedError:
    """The error of a kernel that has no code for the element type of `x`."""
    return NotImplementedError(f"\"{kernel}\" not implemented for '{name_of(x)}'")


def refuse(kernel: str, x, *, complex: bool = False, bool: bool = False, int: bool = False) -> None:
    """Raise as the named kernel does when `x` has one of the kinds of elements it has no code
    for."""
    if (complex and is_complex(x)) or (bool and is_bool(x)) or (int and is_int(x)):
        raise unsupported(kernel, x)


def sign_of(x):
    """The sign of a real array as PyTorch has it: 0 for NaN; bools are their own."""
    if is_bool(x):
        return x
    if is_float(x):
        return (x > 0).astype(x.dtype) - (x < 0).astype(x.dtype)
    return jnp.sign(x)


def default_float(x):
    """Integers and bools as the default float dtype; anything else unchanged."""
    return x if is_inexact(x) else x.astype(dt.get_default_dtype().np)


def promoted(kind: Promote, *operands: Any):
    """(operands cast to the computation dtype, result dtype) for arrays and static Python
    numbers."""
    ranked = [
        (scalar_dtype(type(x)), 0) if is_number(x) else (dt.from_np(x.dtype), 2 if x.ndim else 1)
        for x in operands
    ]
    compute, result = computation_dtypes(result_type(ranked), kind)
    return [cast(jnp.asarray(x), compute) for x in operands], result


def with_derivative(derivative: Callable):
    """Decorator of a function of one array: its derivative is `derivative(x, f(x))`, differentiable
    in turn."""

    def decorate(f: Callable):
        g = jax.custom_jvp(f)

        @g.defjvp
        def rule(primals, tangents):
            (x,), (t,) = primals, tangents
            y = g(x)
            return y, t * derivative(x, y)

        return g

    return decorate
