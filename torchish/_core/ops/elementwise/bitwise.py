"""Logic: bit by bit on integers, and of truth values."""

from __future__ import annotations

import jax.numpy as jnp
from jax import lax

from torchish._core.ops.operands import is_bool, is_inexact, unsupported
from torchish._core.ops.table import Array, Operand, Promote, elementwise


def _bits(kernel, x):
    if is_inexact(x):
        raise unsupported(f"{kernel}_cpu", x)


@elementwise("bitwise_not", Promote.SAME)
def bitwise_not(input: Array):
    """Every bit inverted; of bools the negation
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_not.html)"""
    _bits("bitwise_not", input)
    return ~input


@elementwise("bitwise_and", Promote.SAME)
def bitwise_and(input: Operand, other: Operand):
    """input & other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_and.html)"""
    _bits("bitwise_and", input)
    return input & other


@elementwise("bitwise_or", Promote.SAME)
def bitwise_or(input: Operand, other: Operand):
    """input | other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_or.html)"""
    _bits("bitwise_or", input)
    return input | other


@elementwise("bitwise_xor", Promote.SAME)
def bitwise_xor(input: Operand, other: Operand):
    """input ^ other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_xor.html)"""
    _bits("bitwise_xor", input)
    return input ^ other


@elementwise("bitwise_left_shift", Promote.SAME)
def bitwise_left_shift(input: Operand, other: Operand):
    """input << other; 0 when the shift is not inside the width of the dtype
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html)"""
    if is_inexact(input) or is_bool(input):
        raise unsupported("lshift_cpu", input)
    # XLA's shifts by a count outside the width give 0 too, and negative counts are large unsigned
    # ones.
    return lax.shift_left(*jnp.broadcast_arrays(input, other))


@elementwise("bitwise_right_shift", Promote.SAME)
def bitwise_right_shift(input: Operand, other: Operand):
    """input >> other, keeping the sign; a shift outside the width gives 0 or -1
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html)"""
    if is_inexact(input) or is_bool(input):
        raise unsupported("rshift_cpu", input)
    input, other = jnp.broadcast_arrays(input, other)
    if jnp.issubdtype(input.dtype, jnp.unsignedinteger):
        return lax.shift_right_logical(input, other)
    return lax.shift_right_arithmetic(input, other)


def _truth(x):
    return x if is_bool(x) else x != 0


@elementwise("logical_not", Promote.NONE, differentiable=False)
def logical_not(input: Array):
    """Whether an element is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_not.html)"""
    return ~_truth(input)


@elementwise("logical_and", Promote.NONE, differentiable=False)
def logical_and(input: Array, other: Array):
    """Whether both elements are not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_and.html)"""
    return _truth(input) & _truth(other)


@elementwise("logical_or", Promote.NONE, differentiable=False)
def logical_or(input: Array, other: Array):
    """Whether an element is not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_or.html)"""
    return _truth(input) | _truth(other)


@elementwise("logical_xor", Promote.NONE, differentiable=False)
def logical_xor(input: Array, other: Array):
    """Whether exactly one element is not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_xor.html)"""
    return _truth(input) ^ _truth(other)
