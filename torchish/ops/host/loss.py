"""Losses in NumPy. Where a warning is due, the operator's own function is left to give it."""

from __future__ import annotations

import math

import numpy as np

from torchish.ops.host.common import (
    legacy,
    logistic,
    masked,
    powers,
    reduced,
    select,
    spread_loss,
)
from torchish.ops.host.registry import kernel, require


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
    slope = np.minimum(np.maximum((input - target) / beta, -1), 1)
    return _weighted_gradient(ct, slope, None, None, wanted, reduction)


@kernel("nn.functional.huber_loss", dtypes="f")
def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    legacy(None, None, reduction)
    _pair(input, target, weight)
    require(delta > 0)
    return _weighted(delta * _smooth(input - target, delta), weight, reduction)


@huber_loss.gradient
def _(ct, saved, wanted, input, target, reduction="mean", delta=1.0, weight=None):
    d = input - target
    slope = np.minimum(np.maximum(d, -delta), delta)
    return _weighted_gradient(
        ct, slope, lambda: delta * _smooth(d, delta), weight, wanted, reduction
    )


# Losses over classes


def _check_classes(input, target, weight) -> None:
    require(input.ndim and input.dtype.kind == "f")
    require(target.dtype == np.int64 or target.dtype == np.uint8)
    if input.ndim == 1:
        require(target.size == 1 and target.ndim <= 1)
    else:
        require(target.shape == (input.shape[0], *input.shape[2:]))
    if weight is not None:
        require(weight.shape == (input.shape[0 if input.ndim == 1 else 1],))
        require(weight.dtype == input.dtype)


def _rows(x):
    """(N, C, ...) or (C,) as a matrix with a row of classes for each target."""
    if x.ndim <= 2:
        return x.reshape(-1, x.shape[-1])
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])


def _unrows(rows, shape):
    """The inverse of `_rows`."""
    if len(shape) <= 2:
        return rows.reshape(shape)
    return np.moveaxis(rows.reshape(shape[0], *shape[2:], shape[1]), -1, 1)


def _labels(rows, target, ignore_index):
    """(position of each target's class, or of class 0, as a flat index; which targets count, or
    None where all do)."""
    classes = rows.shape[1]
    target = target.reshape(-1).astype(np.int64, copy=False)
    counts = target != ignore_index
    inside = (target >= 0) & (target < classes) & counts
    # A class outside is an error that the operator's check reports; here it must only not fail.
    whole = bool(inside.all())
    flat = np.arange(0, rows.size, classes)
    flat += target if whole else np.where(inside, target, 0)
    return flat, None if whole else inside, None if counts.all() else counts


def _nll(rows, target, weight, ignore_index, reduction, smoothing):
    """(loss of each target or their sum or mean, what the gradient needs)."""
    flat, inside, counts = _labels(rows, target, ignore_index)
    classes = rows.shape[1]
    require(classes)
    picked = rows.reshape(-1)[flat]
    loss = -picked if inside is None else np.where(inside, -picked, 0).astype(rows.dtype)
    weights = None
    if weight is not None:
        weights = weight[flat % classes]
        if inside is not None:
            weights = np.where(inside, weights, weights.dtype.type(0))
        loss *= weights
    elif counts is not None:
        weights = counts.astype(rows.dtype)
    if smoothing:
        spread = rows if weight is None else rows * weight
        smooth = -np.add.reduce(spread, 1)
        if counts is not None:
            smooth = np.where(counts, smooth, smooth.dtype.type(0))
        loss = (1 - smoothing) * loss + smoothing / classes * smooth
    total = None
    if reduction == "mean":
        total = rows.dtype.type(len(flat)) if weights is None else np.add.reduce(weights)
        loss = np.add.reduce(loss) / total
    elif reduction == "sum":
        loss = np.add.reduce(loss)
    return loss, (flat, inside, counts, weights, total)


def _nll_gradient(ct, rows, weight, saved, reduction, smoothing):
    """The gradient of the rows of log-probabilities."""
    flat, inside, counts, weights, total = saved
    if reduction == "mean":
        ct = ct / total
    each = np.broadcast_to(-ct.reshape(-1), flat.shape)
    at = each if weight is None else each * weights
    if inside is not None:
        at = np.where(inside, at, at.dtype.type(0))
    classes = rows.shape[1]
    if not smoothing:
        g = np.zeros(rows.shape, rows.dtype)
        g.reshape(-1)[flat] = at
        return g
    if counts is not None:
        each = np.where(counts, each, each.dtype.type(0))
    g = np.empty(rows.shape, rows.dtype)
    g[...] = (each * (smoothing / classes))[:, None]
    if weight is not None:
        g *= weight
    g.reshape(-1)[flat] += at * (1 - smoothing)
    return g


def _class_cost(inputs, outputs) -> float:
    return 8e-9 * math.prod(inputs[0].shape)


@kernel("nn.functional.nll_loss", dtypes="if", saves="residual", cost=_class_cost)
def nll_loss(
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
):
    legacy(size_average, reduce, reduction)
    _check_classes(input, target, weight)
    loss, saved = _nll(_rows(input), target, weight, ignore_index, reduction, 0.0)
    return _shaped(loss, target, input, reduction), saved


def _shaped(loss, target, input, reduction):
    if reduction != "none":
        return loss
    return loss.reshape(() if input.ndim == 1 else target.shape)


def _in_rows(ct, reduction):
    return ct if reduction != "none" else ct.reshape(-1)


@nll_loss.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
):
    require(wanted == {"input"})
    rows = _rows(input)
    g = _nll_gradient(_in_rows(ct, reduction), rows, weight, saved, reduction, 0.0)
    return {"input": _unrows(g, input.shape)}


def _log_softmax(rows):
    y, _, total = powers(rows, 1)
    y -= np.log(total)
    return y


@kernel("nn.functional.cross_entropy", dtypes="if", saves="residual", cost=_class_cost)
def cross_entropy(
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
    label_smoothing=0.0,
):
    legacy(size_average, reduce, reduction)
    require(0 <= label_smoothing <= 1 and input.ndim and input.shape[0 if input.ndim == 1 else 1])
    if input.shape == target.shape:
        require(input.dtype == target.dtype and input.dtype.kind == "f" and ignore_index < 0)
        require(weight is None or weight.shape == (input.shape[0 if input.ndim == 1 else 1],))
        require(weight is None or weight.dtype == input.dtype)
        return _soft_cross_entropy(input, target, weight, reduction, label_smoothing)
    _check_classes(input, target, weight)
    log_p = _log_softmax(_rows(input))
    loss, saved = _nll(log_p, target, weight, ignore_index, reduction, label_smoothing)
    return _shaped(loss, target, input, reduction), (log_p, saved)


def _soft_cross_entropy(input, target, weight, reduction, smoothing):
    log_p, wanted = _log_softmax(_rows(input)), _rows(target)
    if smoothing:
        wanted = wanted * (1 - smoothing) + smoothing / log_p.shape[1]
    if weight is not None:
        wanted = wanted * weight
    loss = -np.add.reduce(log_p * wanted, 1)
    if reduction == "none":
        loss = loss.reshape(input.shape[:1] + input.shape[2:] if input.ndim > 1 else ())
    return reduced(loss, reduction), (log_p, wanted)


@cross_entropy.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
    label_smoothing=0.0,
):
    require("weight" not in wanted)
    ct = _in_rows(ct, reduction)
    log_p, rest = saved
    out = {}
    if input.shape == target.shape:
        ct = -spread_loss(ct, reduction, len(log_p)).reshape(-1, 1)
        if "target" in wanted:
            by_target = ct * log_p * (1 - label_smoothing)
            if weight is not None:
                by_target = by_target * weight
            out["target"] = _unrows(by_target, input.shape)
        g = ct * rest
    else:
        g = _nll_gradient(ct, log_p, weight, rest, reduction, label_smoothing)
    if "input" in wanted:
        g -= np.exp(log_p) * np.add.reduce(g, 1, keepdims=True)
        out["input"] = _unrows(g, input.shape)
    return out


# Binary cross entropy and divergences


def _cut_logs(x):
    return np.maximum(np.log1p(-x), -100), np.maximum(np.log(x), -100)


@kernel("nn.functional.binary_cross_entropy", dtypes="f")
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
