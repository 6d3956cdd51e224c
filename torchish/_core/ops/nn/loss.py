"""Losses between a prediction and a target of its shape, and losses over classes.

`size_average` and `reduce` are PyTorch's legacy spelling of `reduction`.
https://docs.pytorch.org/docs/stable/nn.functional.html#loss-functions
"""

from __future__ import annotations

import math
import warnings

import jax
import jax.numpy as jnp

from torchish._core.base.errors import broadcast_shapes, size_text
from torchish._core.base.frames import user_level
from torchish._core.ops.arguments import (
    is_float,
    loss_reduction,
    not_implemented,
    reduce_loss,
    require_float,
    scalar_name,
)
from torchish._core.ops.elementwise.arithmetic import abs_
from torchish._core.ops.nn.embedding import first_bad
from torchish._core.ops.operands import promoted
from torchish._core.ops.table import Array, Check, MaybeArray, Operand, Promote, op


def _torch_size(shape) -> str:
    return f"torch.Size({size_text(shape)})"


def _pair(input, target):
    """Both broadcast to the common shape, with PyTorch's warning where that is probably a
    mistake."""
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({_torch_size(target.shape)}) that is different to the input "
            f"size ({_torch_size(input.shape)}). This will likely lead to incorrect results due to "
            "broadcasting. Please ensure they have the same size.",
            stacklevel=user_level(),
        )
    shape = broadcast_shapes(input.shape, target.shape)
    return jnp.broadcast_to(input, shape), jnp.broadcast_to(target, shape)


def _weighted(loss, weight, input, reduction: str):
    if weight is None:
        return reduce_loss(loss, reduction)
    if weight.shape != input.shape:
        raise ValueError("Weights and input must have the same size.")
    loss = loss * weight
    return jnp.sum(loss) / jnp.sum(weight) if reduction == "mean" else reduce_loss(loss, reduction)


def _require_mean(loss, reduction: str) -> None:
    if reduction == "mean" and not jnp.issubdtype(loss.dtype, jnp.inexact):
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a "
            f"floating point or complex dtype. Got: {scalar_name(loss)}"
        )


def _below(d, limit):
    # 0 above: the square of an infinity would make a NaN of its zero gradient.
    return jnp.where(d >= limit, jnp.zeros((), d.dtype), d)


@op("nn.functional.mse_loss", Promote.DEFAULT, method=False, out=False, saves="input target")
def mse_loss(
    input: Array,
    target: Array,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: MaybeArray = None,
):
    """Squared error, meaned, summed or kept
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    x, y = _pair(input, target)
    require_float(x, "mse_cpu")
    d = x - y
    return _weighted(d * d, weight, input, reduction)


@op("nn.functional.l1_loss", Promote.DEFAULT, method=False, out=False)
def l1_loss(
    input: Array,
    target: Array,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: MaybeArray = None,
):
    """Absolute error, meaned, summed or kept
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    x, y = _pair(input, target)
    loss = abs_.fn(x - y)
    _require_mean(loss, reduction)
    return _weighted(loss, weight, input, reduction)


@op("nn.functional.smooth_l1_loss", Promote.DEFAULT, method=False, out=False, saves="input target")
def smooth_l1_loss(
    input: Array,
    target: Array,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
):
    """Squared below `beta`, absolute above (https://arxiv.org/abs/1504.08083)"""
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    reduction = loss_reduction(size_average, reduce, reduction)
    x, y = _pair(input, target)
    if beta == 0:
        return reduce_loss(abs_.fn(x - y), reduction)
    require_float(x, "smooth_l1_cpu")
    d = jnp.abs(x - y)
    small = _below(d, beta)
    return reduce_loss(jnp.where(d < beta, 0.5 * small * small / beta, d - 0.5 * beta), reduction)


@op("nn.functional.huber_loss", Promote.NONE, method=False, out=False, saves="input target")
def huber_loss(
    input: Array,
    target: Array,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: MaybeArray = None,
):
    """Squared below `delta`, delta times absolute above
    (https://en.wikipedia.org/wiki/Huber_loss)"""
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    reduction = loss_reduction(None, None, reduction)
    x, y = _pair(input, target)
    (x, y), _ = promoted(Promote.DEFAULT, x, y)
    require_float(x, "huber_cpu")
    d = jnp.abs(x - y)
    small = _below(d, delta)
    loss = jnp.where(d < delta, 0.5 * small * small, delta * (d - 0.5 * delta))
    # Whatever the target's dtype is, the result has the input's.
    return _weighted(loss, weight, input, reduction).astype(input.dtype)


for _op in (mse_loss, l1_loss, smooth_l1_loss):
    _op.expands = True

# Losses over classes


def class_index_check() -> Check:
    """The deferred check that class indices are below the number of classes or equal
    `ignore_index`."""

    def ok(input, target, ignore_index=-100, **_):
        if is_float(target) or input.ndim == 0:
            return True, 0
        classes = input.shape[0] if input.ndim == 1 else input.shape[1]
        return first_bad((target == ignore_index) | ((target >= 0) & (target < classes)), target)

    return Check(ok, lambda payload, **_: IndexError(f"Target {payload} is out of bounds."))


def _check_class_shapes(input, target, weight) -> None:
    if input.ndim == 0:
        raise ValueError(f"Expected 1 or more dimensions (got {input.ndim})")
    lead = input.shape[0] if input.ndim > 1 else 1
    batch = target.shape[0] if target.ndim else 1
    if input.ndim != 1 and lead != batch:
        raise ValueError(
            f"Expected input batch_size ({lead}) to match target batch_size ({batch})."
        )
    if input.ndim == 1 and target.ndim > 1:
        raise ValueError(
            f"Expected input batch_size ({input.shape[0]}) to match target batch_size ({batch})."
        )
    if target.dtype not in (jnp.int64, jnp.uint8):
        raise RuntimeError(
            f"expected target dtype to be Long or Byte, but got {scalar_name(target)}"
        )
    if input.ndim == 4 and target.ndim != 3:
        raise RuntimeError(
            "only batches of spatial targets supported (3D tensors) but got "
            f"targets of dimension: {target.ndim}"
        )
    if input.ndim == 4 and target.shape[1:] != input.shape[2:]:
        raise RuntimeError(
            f"size mismatch (got input: [{', '.join(map(str, input.shape))}] , "
            f"target: [{', '.join(map(str, target.shape))}]"
        )
    if input.ndim > 2 and target.shape != (input.shape[0], *input.shape[2:]):
        raise RuntimeError(
            f"Expected target size {size_text((input.shape[0], *input.shape[2:]))}, "
            f"got {size_text(target.shape)}"
        )
    if input.ndim == 2 and target.ndim != 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    _check_class_weight(input, weight)


def _check_class_weight(input, weight) -> None:
    if weight is None:
        return
    classes = input.shape[0] if input.ndim == 1 else input.shape[1]
    if weight.shape != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or "
            f"no classes but got weight tensor of shape: {size_text(weight.shape)}"
        )
    if weight.dtype != input.dtype:
        raise RuntimeError(
            f"expected scalar type {scalar_name(input)} but found {scalar_name(weight)}"
        )


def _along_classes(weight, ndim: int):
    """Class weights shaped to multiply (N, C, ...) or (C,)."""
    return weight if ndim == 1 else weight.reshape(-1, *[1] * (ndim - 2))


def _picked(table, target, valid):
    """The entries of (N, C, ...) that `target` names, 0 where not valid.

    A masked sum over the classes: XLA fuses it and its gradient with the softmax around them, where
    a gather's gradient is a serial scatter."""
    axis = 0 if table.ndim == 1 else 1
    index = jnp.where(valid, target, -1)
    hit = jnp.expand_dims(index, axis) == _iota(table.shape, axis)
    return jnp.sum(jnp.where(hit, table, jnp.zeros((), table.dtype)), axis=axis)


def _iota(shape, axis: int):
    return jax.lax.broadcasted_iota(jnp.int64, shape, axis)


def _nll(log_p, target, weight, ignore_index: int, reduction: str, smoothing: float = 0.0):
    """Negative log likelihood of class indices; `smoothing` of the weight is spread over all
    classes."""
    axis = 0 if log_p.ndim == 1 else 1
    if log_p.ndim == 1:
        target = target.reshape(())
    valid = target != ignore_index
    loss = -_picked(log_p, target, valid)
    if weight is None:
        weights = valid.astype(log_p.dtype)
    else:
        table = jnp.broadcast_to(_along_classes(weight, log_p.ndim), log_p.shape)
        weights = _picked(table, target, valid)
        loss = loss * weights
    if smoothing:
        spread = log_p if weight is None else log_p * _along_classes(weight, log_p.ndim)
        smooth = jnp.where(valid, -jnp.sum(spread, axis=axis), jnp.zeros((), log_p.dtype))
        loss = (1 - smoothing) * loss + smoothing / log_p.shape[axis] * smooth
    if reduction == "mean":
        return jnp.sum(loss) / jnp.sum(weights)
    return reduce_loss(loss, reduction)


def _wide(x):
    return x.astype(jnp.promote_types(x.dtype, jnp.float32)) if is_float(x) else x


@op(
    "nn.functional.nll_loss",
    method=False,
    out=False,
    check=class_index_check(),
    saves="input target weight",
)
def nll_loss(
    input: Array,
    target: Array,
    weight: MaybeArray = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
):
    """-input at each target class: input (N, C, ...) or (C,) of log-probabilities, target (N, ...)
    of int64. IndexError for a class outside [0, C)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    _check_class_shapes(input, target, weight)
    require_float(input, "nll_loss_out_frame")
    weight = None if weight is None else _wide(weight)
    return _nll(_wide(input), target, weight, ignore_index, reduction).astype(input.dtype)


@op("nn.functional.cross_entropy", method=False, out=False, check=class_index_check())
def cross_entropy(
    input: Array,
    target: Array,
    weight: MaybeArray = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
):
    """Cross entropy of logits (N, C, ...) or (C,) against class indices (N, ...) or probabilities
    of the logits' shape. IndexError for a class outside [0, C)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}")
    axis = 0 if input.ndim == 1 else 1
    if input.shape == target.shape:
        if not is_float(target):
            raise RuntimeError(
                "Expected floating point type for target with class probabilities, "
                f"got {scalar_name(target)}"
            )
        if ignore_index >= 0:
            raise RuntimeError("ignore_index is not supported for floating point target")
        _check_class_weight(input, weight)
        require_float(input, "log_softmax_lastdim_kernel_impl")
        kind = jnp.promote_types(input.dtype, target.dtype)
        log_p, target = jax.nn.log_softmax(_wide(input), axis=axis), _wide(target)
        if label_smoothing:
            target = target * (1 - label_smoothing) + label_smoothing / input.shape[axis]
        terms = (
            log_p * target
            if weight is None
            else log_p * target * _along_classes(_wide(weight), input.ndim)
        )
        loss = -jnp.sum(terms, axis=axis)
        return reduce_loss(loss, reduction).astype(kind)
    if input.ndim == 0:
        raise IndexError("Dimension out of range (expected to be in range of [-1, 0], but got 1)")
    if not is_float(input):
        raise not_implemented("log_softmax_lastdim_kernel_impl", input)
    _check_class_shapes(input, target, weight)
    log_p = jax.nn.log_softmax(_wide(input), axis=axis)
    weight = None if weight is None else _wide(weight)
    return _nll(log_p, target, weight, ignore_index, reduction, label_smoothing).astype(input.dtype)


# Binary cross entropy and divergences


@jax.custom_jvp
def _bce(x, y):
    return (y - 1) * jnp.maximum(jnp.log1p(-x), -100) - y * jnp.maximum(jnp.log(x), -100)


@_bce.defjvp
def _bce_jvp(primals, tangents):
    (x, y), (dx, dy) = primals, tangents
    slope = (x - y) / jnp.maximum((1 - x) * x, 1e-12)
    by_target = jnp.maximum(jnp.log1p(-x), -100) - jnp.maximum(jnp.log(x), -100)
    return _bce(x, y), slope * dx + by_target * dy


def _probabilities(input, target, **_):
    inputs = ((input >= 0) & (input <= 1)).all()
    targets = ((target >= 0) & (target <= 1)).all() if is_float(target) else True
    return inputs & targets, 1 - inputs


@op(
    "nn.functional.binary_cross_entropy",
    method=False,
    out=False,
    check=Check(
        _probabilities,
        lambda payload, **_: RuntimeError(
            f"all elements of {'input' if payload else 'target'} should be between 0 and 1"
        ),
    ),
    saves="input target weight",
)
def binary_cross_entropy(
    input: Array,
    target: Array,
    weight: MaybeArray = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
):
    """Cross entropy of probabilities in [0, 1] and targets of the same shape; logarithms are cut at
    -100
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    if input.shape != target.shape:
        raise ValueError(
            f"Using a target size ({_torch_size(target.shape)}) that is different to "
            f"the input size ({_torch_size(input.shape)}) is deprecated. Please "
            "ensure they have the same size."
        )
    require_float(input, "binary_cross_entropy")
    if target.dtype != input.dtype:
        raise RuntimeError(f"Found dtype {scalar_name(target)} but expected {scalar_name(input)}")
    loss = _bce(_wide(input), _wide(target))
    if weight is not None:
        lead = [1] * (input.ndim - weight.ndim) + list(weight.shape)
        for d in range(-weight.ndim, 0):
            if weight.ndim > input.ndim or lead[d] not in (1, input.shape[d]):
                raise RuntimeError(
                    f"Attempting to broadcast a dimension of length {weight.shape[d]} at {d}! "
                    f"Mismatching argument at index 1 had {_torch_size(weight.shape)}; but "
                    f"expected shape should be broadcastable to {size_text(input.shape)}"
                )
        loss = loss * _wide(weight)
    return reduce_loss(loss, reduction).astype(input.dtype)


@op(
    "nn.functional.binary_cross_entropy_with_logits",
    Promote.SAME,
    method=False,
    out=False,
    saves="input target weight pos_weight",
)
def binary_cross_entropy_with_logits(
    input: Array,
    target: Array,
    weight: MaybeArray = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: MaybeArray = None,
):
    """Cross entropy of sigmoid(input) and targets of its shape; `pos_weight` multiplies the
    positive part
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    if input.shape != target.shape:
        raise ValueError(
            f"Target size ({_torch_size(target.shape)}) must be the same as input "
            f"size ({_torch_size(input.shape)})"
        )
    require_float(input, "binary_cross_entropy_with_logits")
    negative_log = jnp.logaddexp(-input, jnp.zeros((), input.dtype))
    if pos_weight is not None:
        broadcast_shapes(pos_weight.shape, input.shape)
        negative_log = negative_log * ((pos_weight - 1) * target + 1)
    loss = (1 - target) * input + negative_log
    if weight is not None:
        broadcast_shapes(loss.shape, weight.shape)
        loss = loss * weight
    return reduce_loss(loss, reduction)


def _x_log_x(x):
    zero = x == 0
    return jnp.where(zero, 0, x * jnp.log(jnp.where(zero, 1, x)))


@op(
    "nn.functional.kl_div",
    Promote.DEFAULT,
    method=False,
    out=False,
    saves={"input": "target", "target": "input target"},
)
def kl_div(
    input: Array,
    target: Array,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
):
    """target * (log(target) - input) of log-probabilities `input`; "batchmean" divides the sum by
    the batch (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html)"""
    batch = reduction == "batchmean" and size_average is None and reduce is None
    reduction = "sum" if batch else loss_reduction(size_average, reduce, reduction)
    if reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support "
            "size.'batchmean' divides only by the batch size, and aligns with the KL div math "
            "definition.'mean' will be changed to behave the same as 'batchmean' in the next "
            "major release.",
            stacklevel=user_level(),
        )
    if not is_float(input):
        raise RuntimeError("kl_div: Integral inputs not supported.")
    broadcast_shapes(input.shape, target.shape)
    loss = jnp.exp(target) * (target - input) if log_target else _x_log_x(target) - target * input
    loss = reduce_loss(loss, reduction)
    return loss / input.shape[0] if batch and input.ndim else loss


@op("nn.functional.poisson_nll_loss", Promote.INT_TO_FLOAT, method=False, out=False)
def poisson_nll_loss(
    input: Array,
    target: Array,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
):
    """Negative log likelihood of a Poisson distribution, with Stirling's term when `full`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.poisson_nll_loss.html)"""
    reduction = loss_reduction(size_average, reduce, reduction)
    broadcast_shapes(input.shape, target.shape)
    loss = jnp.exp(input) - target * input if log_input else input - target * jnp.log(input + eps)
    if full:
        large = target > 1
        t = jnp.where(large, target, 1)
        loss = loss + jnp.where(large, t * jnp.log(t) - t + 0.5 * jnp.log(2 * math.pi * t), 0)
    return reduce_loss(loss, reduction)


@op(
    "nn.functional.gaussian_nll_loss",
    Promote.DEFAULT,
    method=False,
    out=False,
    check=Check(
        lambda var, **_: (jnp.all(jnp.asarray(var) >= 0), 0),
        lambda payload, **_: ValueError("var has negative entry/entries"),
    ),
)
def gaussian_nll_loss(
    input: Array,
    target: Array,
    var: Operand,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
):
    """Negative log likelihood of a normal distribution with variance `var`, of at least `eps`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.gaussian_nll_loss.html)"""
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid")
    if var.ndim and var.shape != input.shape:
        if var.shape == input.shape[:-1]:
            var = var[..., None]
        elif (
            input.ndim != var.ndim
            or sum(v for n, v in zip(input.shape, var.shape, strict=True) if n != v) != 1
        ):
            raise ValueError("var is of incorrect size")
    broadcast_shapes(input.shape, target.shape)
    # The lower limit is not part of the function that is differentiated.
    stop = jax.lax.stop_gradient
    var = stop(jnp.maximum(var, eps)) + (var - stop(var))
    loss = 0.5 * (jnp.log(var) + (input - target) ** 2 / var)
    if full:
        loss = loss + 0.5 * math.log(2 * math.pi)
    return reduce_loss(loss, reduction)


for _entry, _name in ((nll_loss, "NllLoss"), (cross_entropy, "NllLoss"), (kl_div, "Mean")):
    _entry.grad_name = _name + "Backward0"
