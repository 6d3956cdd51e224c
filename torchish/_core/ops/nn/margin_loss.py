"""Margin losses: hinge, ranking, cosine, multi-label, multi-class, triplet.

https://docs.pytorch.org/docs/stable/nn.functional.html#loss-functions
"""

from __future__ import annotations

import jax.numpy as jnp

from torchish._core.base.dtypes import get_default_dtype
from torchish._core.base.errors import broadcast_shapes, size_text
from torchish._core.ops.arguments import (
    is_float,
    loss_reduction,
    not_implemented,
    reduce_loss,
    scalar_name,
)
from torchish._core.ops.elementwise.quotients import mean
from torchish._core.ops.nn.distance import at_least, distance
from torchish._core.ops.nn.embedding import first_bad
from torchish._core.ops.table import Array, Check, MaybeArray, Promote, op

_REDUCTIONS = ("none", "mean", "sum")


def _torch_size(x) -> str:
    return f"torch.Size({size_text(x.shape)})"


def _like(x, number):
    """Integers become the default float dtype beside a Python float."""
    return x if is_float(x) or not isinstance(number, float) else x.astype(get_default_dtype().np)


def _mean_of(loss, reduction: str):
    if reduction == "mean" and not is_float(loss):
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a "
            "floating point or complex dtype. Got: Long"
        )
    return reduce_loss(loss, reduction)


@op("nn.functional.hinge_embedding_loss", Promote.SAME, method=False, out=False)
def hinge_embedding_loss(
    input: Array,
    target: Array,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
):
    """x where the target is 1, max(0, margin - x) where it is -1, both summed elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hinge_embedding_loss.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    broadcast_shapes(input.shape, target.shape)
    away = at_least(margin - _like(input, margin), 0)
    loss = jnp.where(target != 1, away, 0) + jnp.where(target != -1, input, 0)
    return _mean_of(loss, reduction)


@op("nn.functional.margin_ranking_loss", Promote.DEFAULT, method=False, out=False)
def margin_ranking_loss(
    input1: Array,
    input2: Array,
    target: Array,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
):
    """max(0, -target * (input1 - input2) + margin)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.margin_ranking_loss.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension "
            f"but got sizes: input1: {_torch_size(input1)}, input2: "
            f"{_torch_size(input2)}, target: {_torch_size(target)} "
        )
    broadcast_shapes(input1.shape, input2.shape, target.shape)
    loss = _like(-target * (input1 - input2), margin) + margin
    return _mean_of(at_least(loss, 0), reduction)


@op("nn.functional.cosine_embedding_loss", Promote.NONE, method=False, out=False)
def cosine_embedding_loss(
    input1: Array,
    input2: Array,
    target: Array,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
):
    """1 - cos where the target is 1, max(0, cos - margin) where it is -1: inputs (N, D) and target
    (N,), or (D,) and ()
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_embedding_loss.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    if target.ndim not in (0, 1):
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if {input1.ndim, input2.ndim} != {target.ndim + 1}:
        raise RuntimeError(
            f"{target.ndim}D target tensor expects {target.ndim + 1}D input "
            f"tensors, but found inputs with sizes {size_text(input1.shape)} and "
            f"{size_text(input2.shape)}."
        )
    broadcast_shapes(input1.shape, input2.shape)
    kind = jnp.promote_types(input1.dtype, input2.dtype)
    if not jnp.issubdtype(kind, jnp.inexact):
        kind = jnp.dtype(jnp.float32)
    a, b = (x.astype(jnp.promote_types(kind, jnp.float32)) for x in (input1, input2))
    eps = 1e-12
    cos = jnp.sum(a * b, -1) / jnp.sqrt((jnp.sum(a * a, -1) + eps) * (jnp.sum(b * b, -1) + eps))
    broadcast_shapes(cos.shape, target.shape)
    loss = jnp.where(target == 1, 1 - cos, 0) + jnp.where(
        target == -1, at_least(cos - margin, 0), 0
    )
    return reduce_loss(loss, reduction).astype(kind)


@op("nn.functional.soft_margin_loss", Promote.DEFAULT, method=False, out=False)
def soft_margin_loss(
    input: Array,
    target: Array,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
):
    """log(1 + exp(-target * x))
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.soft_margin_loss.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    broadcast_shapes(input.shape, target.shape)
    z = -target * input
    return reduce_loss(jnp.logaddexp(z, jnp.zeros((), z.dtype)), reduction)


@op("nn.functional.multilabel_soft_margin_loss", Promote.DEFAULT, method=False, out=False)
def multilabel_soft_margin_loss(
    input: Array,
    target: Array,
    weight: MaybeArray = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
):
    """Binary cross entropy of logits, meaned over the last dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_soft_margin_loss.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    broadcast_shapes(target.shape, input.shape)
    if not is_float(input):
        raise not_implemented("log_sigmoid_cpu", input)
    zero = jnp.zeros((), input.dtype)
    loss = target * jnp.logaddexp(-input, zero) + (1 - target) * jnp.logaddexp(input, zero)
    if weight is not None:
        broadcast_shapes(loss.shape, weight.shape)
        loss = loss * weight
    return reduce_loss(mean(loss, axis=-1), reduction)


def _label_check(input, target, reduction, **_):
    fits = reduction in _REDUCTIONS and input.ndim and input.shape == target.shape
    if not fits or is_float(target):
        return True, 0  # the operator itself says what is wrong
    return first_bad((target >= -1) & (target < (input.shape[-1] if input.ndim else 1)), target)


@op(
    "nn.functional.multilabel_margin_loss",
    method=False,
    out=False,
    check=Check(
        _label_check, lambda payload, **_: RuntimeError("argument #2 'target' is out of range")
    ),
)
def multilabel_margin_loss(
    input: Array,
    target: Array,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
):
    """max(0, 1 - (x of a target - x of another class)), summed over both and divided by the
    classes: input and target (N, C) or (C,), a row of targets ends at its first -1
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_margin_loss.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    if input.ndim > 2 or 0 in input.shape[-1:]:
        raise RuntimeError(
            "Expected non-empty vector or matrix with optional 0-dim batch size, "
            f"but got: {size_text(input.shape)}"
        )
    if input.shape != target.shape and not input.size == target.size == 1:
        raise RuntimeError(
            f"inconsistent target size: {size_text(target.shape)} for input of "
            f"size: {size_text(input.shape)}"
        )
    if not is_float(input):
        raise not_implemented("multilabel_margin_loss_forward_out_frame", input)
    if target.dtype != jnp.int64:
        raise RuntimeError(f"expected scalar type Long but found {scalar_name(target)}")
    x, t = (
        input.reshape(-1, input.shape[-1] if input.ndim else 1),
        target.reshape(-1, input.shape[-1] if input.ndim else 1),
    )
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    classes = x.shape[1]
    listed = jnp.cumprod((t >= 0).astype(jnp.int32), axis=1).astype(bool)
    named = jnp.where(listed, t, -1)[:, :, None] == jnp.arange(
        classes
    )  # (N, place in the list, class)
    chosen = jnp.sum(jnp.where(named, wide[:, None, :], 0), axis=2)
    gap = 1 - (chosen[:, :, None] - wide[:, None, :])
    counted = listed[:, :, None] & ~named.any(axis=1)[:, None, :] & (gap > 0)
    loss = jnp.sum(jnp.where(counted, gap, 0), axis=(1, 2)) / classes
    loss = loss if input.ndim == 2 else loss.reshape(())
    return reduce_loss(loss, reduction).astype(input.dtype)


def _class_check(input, target, p, weight, reduction, **_):
    fits = reduction in _REDUCTIONS and p in (1, 2) and input.ndim <= 2 and target.ndim <= 1
    if not fits or is_float(target) or (weight is not None and weight.ndim != 1):
        return True, 0  # the operator itself says what is wrong
    return first_bad((target >= 0) & (target < (input.shape[-1] if input.ndim else 1)), target)


@op(
    "nn.functional.multi_margin_loss",
    method=False,
    out=False,
    check=Check(_class_check, lambda payload, **_: RuntimeError("target out of range")),
)
def multi_margin_loss(
    input: Array,
    target: Array,
    p: int = 1,
    margin: float = 1.0,
    weight: MaybeArray = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
):
    """max(0, margin - x of the target + x of another class) ** p, summed and divided by the
    classes: input (N, C) or (C,), target (N,) or ()
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multi_margin_loss.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if input.ndim > 2 or 0 in input.shape[-1:]:
        raise RuntimeError(
            "Expected non-empty vector or matrix with optional 0-dim batch size, "
            f"but got: {size_text(input.shape)}"
        )
    classes = input.shape[-1] if input.ndim else 1
    x = input.reshape(-1, classes)
    if target.ndim > 1 or target.size != x.shape[0]:
        raise RuntimeError(
            "multi_margin_loss: target tensor should be 1-D with size equal to the number of input "
            f"samples (batch size). Expected target size [{x.shape[0]}], but got "
            f"{size_text(target.shape)}. Input has shape {size_text(input.shape)}."
        )
    if weight is not None and weight.ndim != 1:
        raise ValueError("weight must be one-dimensional")
    if weight is not None and weight.size != classes:
        raise RuntimeError(
            f"inconsistent weight size, expected {classes} but got {size_text(weight.shape)}"
        )
    if not is_float(input):
        raise not_implemented("multi_margin_loss", input)
    if target.dtype != jnp.int64:
        raise RuntimeError(f"expected scalar type Long but found {scalar_name(target)}")
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    own = target.reshape(-1, 1) == jnp.arange(classes)
    gap = margin - jnp.sum(jnp.where(own, wide, 0), axis=1, keepdims=True) + wide
    gap = jnp.where((gap > 0) & ~own, gap, 0) ** p
    if weight is not None:
        gap = gap * jnp.sum(
            jnp.where(own, weight.reshape(1, -1).astype(wide.dtype), 0), axis=1, keepdims=True
        )
    loss = jnp.sum(gap, axis=1) / classes
    loss = loss if input.ndim == 2 else loss.reshape(())
    if input.ndim < 2 and target.ndim == 1 and reduction == "none":
        loss = loss.reshape(1)
    return reduce_loss(loss, reduction).astype(input.dtype)


@op("nn.functional.triplet_margin_loss", Promote.INT_TO_FLOAT, method=False, out=False)
def triplet_margin_loss(
    anchor: Array,
    positive: Array,
    negative: Array,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
):
    """max(0, d(anchor, positive) - d(anchor, negative) + margin) for the p-norm distance; with
    `swap` the smaller of the two distances to the negative
    (http://www.bmva.org/bmvc/2016/papers/paper119/index.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    a, b, c = anchor.ndim, positive.ndim, negative.ndim
    if not a == b == c:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the "
            f"same number of dimensions, but got: anchor {a}D, positive {b}D, and "
            f"negative {c}D inputs"
        )
    near, far = distance(anchor, positive, p, eps), distance(anchor, negative, p, eps)
    if swap:
        far = jnp.minimum(far, distance(positive, negative, p, eps))
    broadcast_shapes(near.shape, far.shape)
    return reduce_loss(at_least(margin + near - far, 0), reduction)
