"""Losses in NumPy. Where a warning is due, the operator's own function is left to give it."""

from __future__ import annotations

import math

import numpy as np

from torchish._core.engine.host.common import legacy, logistic, masked, reduced, select, spread_loss
from torchish._core.engine.host.registry import kernel, require


def _pair(input, target, weight=None) -> None:
    require(input.shape == target.shape)
    require(weight is None or weight.shape == input.shape)


def _weighted(loss, weight, reduction):
    if weight is None:
        return reduced(loss, reduction)
    loss = loss * weight
    if reduction == "mean":
        return np.add.reduce(loss, None) / np.add.reduce(weight, None)
    return reduced(loss, reduction)


def _weighted_gradient(ct, slope, loss, weight, wanted, reduction):
    """The gradients of input, target and weight, from the slope of each loss in the input."""
    if weight is None:
        g = spread_loss(ct, reduction, slope.size) * slope
        return {"input": g, "target": -g}
    if reduction == "mean":
        ct = ct / np.add.reduce(weight, None)
    g = ct * weight * slope
    out = {"input": g, "target": -g}
    if "weight" in wanted:
        loss = loss()
        if reduction == "mean":
            loss = loss - np.add.reduce(loss * weight, None) / np.add.reduce(weight, None)
        out["weight"] = ct * loss
    return out


@kernel("nn.functional.mse_loss", dtypes="f")
def mse_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    legacy(size_average, reduce, reduction)
    _pair(input, target, weight)
    d = input - target
    if reduction != "none" and weight is None and d.size:
        flat = d.reshape(-1)
        total = flat.dot(flat)
        return total if reduction == "sum" else total / d.dtype.type(d.size)
    return _weighted(d * d, weight, reduction)


@mse_loss.gradient
def _(
    ct, saved, wanted, input, target, size_average=None, reduce=None, reduction="mean", weight=None
):
    d = input - target
    if weight is None:
        d *= spread_loss(2 * ct, reduction, d.size)
        return {"input": d, "target": -d if "target" in wanted else d}
    return _weighted_gradient(ct, 2 * d, lambda: d * d, weight, wanted, reduction)


@kernel("nn.functional.l1_loss", dtypes="f")
def l1_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    legacy(size_average, reduce, reduction)
    _pair(input, target, weight)
    return _weighted(np.abs(input - target), weight, reduction)


@l1_loss.gradient
def _(
    ct, saved, wanted, input, target, size_average=None, reduce=None, reduction="mean", weight=None
):
    d = input - target
    slope = (d > 0).astype(d.dtype) - (d < 0)
    return _weighted_gradient(ct, slope, lambda: np.abs(d), weight, wanted, reduction)


def _smooth(d, beta):
    size = np.abs(d)
    return select(size < beta, 0.5 / beta * size * size, size - 0.5 * beta)


@kernel("nn.functional.smooth_l1_loss", dtypes="f")
def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction="mean", beta=1.0):
    legacy(size_average, reduce, reduction)
    _pair(input, target)
    require(beta > 0)
    return reduced(_smooth(input - target, beta), reduction)


@smooth_l1_loss.gradient
def _(ct, saved, wanted, input, target, size_average=None, reduce=None, reduction="mean", beta=1.0):
    require(beta > 0)
    slope = np.minimum(np.maximum((input - target) / beta, -1), 1)
    return _weighted_gradient(ct, slope, None, None, wanted, reduction)


@kernel("nn.functional.huber_loss", dtypes="f", halves=True)
def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    legacy(None, None, reduction)
    _pair(input, target, weight)
    require(delta > 0 and input.dtype == target.dtype)
    return _weighted(delta * _smooth(input - target, delta), weight, reduction)


@huber_loss.gradient
def _(ct, saved, wanted, input, target, reduction="mean", delta=1.0, weight=None):
    d = input - target
    slope = np.minimum(np.maximum(d, -delta), delta)
    return _weighted_gradient(
        ct, slope, lambda: delta * _smooth(d, delta), weight, wanted, reduction
    )


# Binary cross entropy and divergences


def _cut_logs(x):
    return np.maximum(np.log1p(-x), -100), np.maximum(np.log(x), -100)


@kernel("nn.functional.binary_cross_entropy", dtypes="f", halves=True)
def binary_cross_entropy(
    input, target, weight=None, size_average=None, reduce=None, reduction="mean"
):
    legacy(size_average, reduce, reduction)
    require(input.shape == target.shape and input.dtype == target.dtype)
    require(weight is None or weight.dtype == input.dtype)
    require(weight is None or np.broadcast_shapes(weight.shape, input.shape) == input.shape)
    no, yes = _cut_logs(input)
    loss = (target - 1) * no - target * yes
    return reduced(loss if weight is None else loss * weight, reduction)


@binary_cross_entropy.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    target,
    weight=None,
    size_average=None,
    reduce=None,
    reduction="mean",
):
    ct = spread_loss(ct, reduction, input.size)
    out = {}
    if "weight" in wanted or "target" in wanted:
        no, yes = _cut_logs(input)
        if "weight" in wanted:
            out["weight"] = ct * ((target - 1) * no - target * yes)
    if weight is not None:
        ct = ct * weight
    if "target" in wanted:
        out["target"] = ct * (no - yes)
    out["input"] = ct * (input - target) / np.maximum((1 - input) * input, 1e-12)
    return out


def _softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@kernel("nn.functional.binary_cross_entropy_with_logits", dtypes="f")
def binary_cross_entropy_with_logits(
    input,
    target,
    weight=None,
    size_average=None,
    reduce=None,
    reduction="mean",
    pos_weight=None,
):
    legacy(size_average, reduce, reduction)
    require(input.shape == target.shape)
    for w in (weight, pos_weight):
        require(w is None or np.broadcast_shapes(w.shape, input.shape) == input.shape)
    negative_log = _softplus(-input)
    if pos_weight is not None:
        negative_log = negative_log * ((pos_weight - 1) * target + 1)
    loss = (1 - target) * input + negative_log
    return reduced(loss if weight is None else loss * weight, reduction)


@binary_cross_entropy_with_logits.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    target,
    weight=None,
    size_average=None,
    reduce=None,
    reduction="mean",
    pos_weight=None,
):
    require("weight" not in wanted and "pos_weight" not in wanted)
    ct = spread_loss(ct, reduction, input.size)
    if weight is not None:
        ct = ct * weight
    # logistic(-x) is the slope of the negative logarithm, negated.
    slope = logistic(-input)
    if pos_weight is not None:
        slope = slope * ((pos_weight - 1) * target + 1)
    out = {"input": ct * ((1 - target) - slope)}
    if "target" in wanted:
        by_target = -input
        if pos_weight is not None:
            by_target = by_target + (pos_weight - 1) * _softplus(-input)
        out["target"] = ct * by_target
    return out


@kernel("nn.functional.kl_div", dtypes="f")
def kl_div(input, target, size_average=None, reduce=None, reduction="mean", log_target=False):
    batch = reduction == "batchmean"
    reduction = "sum" if batch else reduction
    legacy(size_average, reduce, reduction)
    require(reduction != "mean")  # which warns
    require(input.shape == target.shape)
    if log_target:
        loss = np.exp(target) * (target - input)
    else:
        zero = target == 0
        loss = masked(target * np.log(target), ~zero) - target * input
    loss = reduced(loss, reduction)
    return loss / loss.dtype.type(input.shape[0]) if batch and input.ndim else loss


@kl_div.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    target,
    size_average=None,
    reduce=None,
    reduction="mean",
    log_target=False,
):
    if reduction == "batchmean" and input.ndim:
        ct = ct / ct.dtype.type(input.shape[0])
    out = {}
    if "target" in wanted:
        if log_target:
            by_target = np.exp(target) * (target - input + 1)
        else:
            by_target = masked(np.log(target) + 1, target != 0) - input
        out["target"] = ct * by_target
    p = np.exp(target) if log_target else target
    out["input"] = -ct * p
    return out


@kernel("nn.functional.poisson_nll_loss", dtypes="f")
def poisson_nll_loss(
    input,
    target,
    log_input=True,
    full=False,
    size_average=None,
    eps=1e-8,
    reduce=None,
    reduction="mean",
):
    legacy(size_average, reduce, reduction)
    require(input.shape == target.shape and not full)
    if log_input:
        return reduced(np.exp(input) - target * input, reduction)
    return reduced(input - target * np.log(input + eps), reduction)


@poisson_nll_loss.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    target,
    log_input=True,
    full=False,
    size_average=None,
    eps=1e-8,
    reduce=None,
    reduction="mean",
):
    ct = spread_loss(ct, reduction, input.size)
    if log_input:
        return {"input": ct * (np.exp(input) - target), "target": -ct * input}
    return {"input": ct * (1 - target / (input + eps)), "target": -ct * np.log(input + eps)}


@kernel("nn.functional.gaussian_nll_loss", dtypes="f")
def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    legacy(None, None, reduction)
    require(isinstance(var, np.ndarray) and input.shape == target.shape)
    var = np.maximum(_variances(var, input), eps)
    d = input - target
    loss = 0.5 * (np.log(var) + d * d / var)
    return reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)


def _variances(var, input):
    if var.ndim and var.shape != input.shape:
        require(var.shape == input.shape[:-1])
        return var[..., None]
    return var


@gaussian_nll_loss.gradient
def _(ct, saved, wanted, input, target, var, full=False, eps=1e-6, reduction="mean"):
    ct = spread_loss(ct, reduction, input.size)
    wide = np.maximum(_variances(var, input), eps)
    d = input - target
    g = np.asarray(ct * d / wide)
    out = {"input": g, "target": -g}
    if "var" in wanted:
        by_var = np.asarray(ct * 0.5 * (1 / wide - d * d / (wide * wide)))
        if var.ndim == input.ndim - 1 and var.ndim:
            by_var = by_var.sum(-1, dtype=by_var.dtype)
        out["var"] = by_var
    return out


# Margin losses


@kernel("nn.functional.margin_ranking_loss", dtypes="f")
def margin_ranking_loss(
    input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"
):
    legacy(size_average, reduce, reduction)
    require(input1.shape == input2.shape == target.shape)
    return reduced(np.maximum(margin - target * (input1 - input2), 0), reduction)


@margin_ranking_loss.gradient
def _(
    ct,
    saved,
    wanted,
    input1,
    input2,
    target,
    margin=0,
    size_average=None,
    reduce=None,
    reduction="mean",
):
    ct = spread_loss(ct, reduction, input1.size)
    d = input1 - input2
    ct = np.asarray(ct * ~(margin - target * d < 0))
    g = ct * target
    return {"input1": -g, "input2": g, "target": -ct * d}


@kernel("nn.functional.soft_margin_loss", dtypes="f")
def soft_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    legacy(size_average, reduce, reduction)
    require(input.shape == target.shape)
    return reduced(_softplus(-target * input), reduction)


@soft_margin_loss.gradient
def _(ct, saved, wanted, input, target, size_average=None, reduce=None, reduction="mean"):
    g = -spread_loss(ct, reduction, input.size) * logistic(-target * input)
    return {"input": g * target, "target": g * input}
