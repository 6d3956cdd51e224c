"""Linear and bilinear maps of torch.nn.functional."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.base import devices
from torchish._core.base.errors import broadcast_shapes, size_text
from torchish._core.ops.arguments import require_expandable, scalar_name
from torchish._core.ops.nn import onednn_products
from torchish._core.ops.table import Array, MaybeArray, op


def _same_dtype(a, b) -> None:
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"mat1 and mat2 must have the same dtype, but got {scalar_name(a)} and {scalar_name(b)}"
        )


def vector_mismatch(rows: int, columns: int, size: int) -> RuntimeError:
    """Of a matrix times a vector."""
    return RuntimeError(f"size mismatch, got input ({rows}), mat ({rows}x{columns}), vec ({size})")


@jax.custom_jvp
def _apart(x):
    """x itself. Its gradient is computed as it comes here: what is done to it behind, such as a
    transpose, is not made part of it."""
    return x


@_apart.defjvp
def _(primals, tangents):
    return primals[0], lax.optimization_barrier(tangents[0])


def times_transposed(x, weight, precision=None, tangent: bool = False):
    """x @ weight.T for x (..., in) and weight (out, in), which has a gradient; or is a `tangent`.

    Note [Gradients of weights]
    The gradient is a product over the rows of x, of what came back (rows, out) transposed and of x
    (rows, in). XLA's CPU programs transpose the first by a copy that takes as long as the product
    where `out` is large: then the product is made the other way round, and the result transposed.
    In a product of two matrices XLA turns one way into the other as it likes, hence the barrier.
    """
    if precision is None and (y := onednn_products.taken(x, weight, second=True)) is not None:
        return y
    (out, inputs), rows = weight.shape, math.prod(x.shape[:-1])
    if rows * out <= rows * inputs + out * inputs or devices.traced_for() != "cpu":
        return jnp.matmul(x, weight.T, precision=precision)
    turned = lax.optimization_barrier(weight.T) if tangent else _apart(weight.T)
    y = jnp.matmul(x.reshape(rows, inputs), turned, precision=precision)
    return y.reshape(*x.shape[:-1], out)


def _unequal(_: int, size: int, other: int) -> RuntimeError:
    return RuntimeError(
        f"inconsistent tensor size, expected tensor [{size}] and src [{other}] to have the same "
        f"number of elements, but got {size} and {other} elements respectively"
    )


@op("nn.functional.linear", method=False, saves={"input": "weight", "weight": "input"})
def linear(input: Array, weight: Array, bias: MaybeArray = None):
    """input @ weight.T + bias: input (..., in), weight (out, in) or (in,), bias (out,)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html)"""
    _same_dtype(input, weight)
    if weight.ndim not in (1, 2) or input.ndim == 0:
        if input.ndim == 0 or weight.ndim == 0:
            raise RuntimeError(
                "both arguments to linear need to be at least 1D, but they are "
                f"{input.ndim}D and {weight.ndim}D"
            )
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {weight.ndim}D")
    fused = bias is not None and (
        input.ndim == 2 or math.prod(bias.shape[:-1]) == 1 <= bias.ndim <= 2
    )
    if fused and weight.ndim == 1:
        raise RuntimeError("mat2 must be a matrix, got 1-D tensor")
    rows, columns = math.prod(input.shape[:-1]), input.shape[-1]
    if columns != weight.shape[-1]:
        if weight.ndim == 1:
            raise (_unequal if input.ndim == 1 else vector_mismatch)(rows, columns, weight.shape[0])
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({rows}x{columns} and "
            f"{weight.shape[1]}x{weight.shape[0]})"
        )
    out = jnp.matmul(input, weight) if weight.ndim == 1 else times_transposed(input, weight)
    if bias is None:
        return out
    if bias.dtype != input.dtype:
        raise RuntimeError(
            f"self and mat2 must have the same dtype, but got {scalar_name(bias)} "
            f"and {scalar_name(weight)}"
        )
    if fused:
        require_expandable(bias, (rows, weight.shape[0]))
        return out + bias.reshape(bias.shape[-1:]) if input.ndim == 1 else out + bias
    if broadcast_shapes(out.shape, bias.shape) != out.shape:
        raise RuntimeError(
            f"output with shape {size_text(out.shape)} doesn't match the broadcast "
            f"shape {size_text(broadcast_shapes(out.shape, bias.shape))}"
        )
    return out + bias


def _linear_label(tensors) -> str:
    if len(tensors[0].aval.shape) == 2:
        return "AddmmBackward0" if len(tensors) == 3 else "MmBackward0"
    return "ViewBackward0" if len(tensors) == 3 else "UnsafeViewBackward0"


linear.grad_label = _linear_label


@op(
    "nn.functional.bilinear",
    aliases=("bilinear",),
    method=False,
    out=False,
    saves={"input1": "input2 weight", "input2": "input1 weight", "weight": "input1 input2"},
)
def bilinear(input1: Array, input2: Array, weight: Array, bias: MaybeArray = None):
    """x1 A x2 + b for each output feature: weight (out, in1, in2)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.bilinear.html)"""
    if input1.ndim != input2.ndim:
        raise RuntimeError(
            f"bilinear(): input dimensions do not match: got {input1.ndim} and {input2.ndim}"
        )
    for d in range(input1.ndim - 1):
        if input1.shape[d] != input2.shape[d]:
            raise RuntimeError(
                f"bilinear(): input batch dimensions do not match at dim {d}: got "
                f"{input1.shape[d]} and {input2.shape[d]}"
            )
    for i, x in enumerate((input1, input2), start=1):
        if x.shape[-1] != weight.shape[i]:
            raise RuntimeError(
                f"bilinear(): input{i} size does not match weight size: got "
                f"{x.shape[-1]} but expected {weight.shape[i]}"
            )
    if bias is not None and bias.shape[0] != weight.shape[0]:
        raise RuntimeError(
            f"bilinear(): bias size does not match weight size: got {bias.shape[0]} "
            f"but expected {weight.shape[0]}"
        )
    out = jnp.einsum("...i,oij,...j->...o", input1, weight, input2)
    return out if bias is None else out + bias


# What PyTorch prints as the grad_fn of the result.
linear.grad_name = "AddmmBackward0"
