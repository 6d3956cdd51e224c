"""Losses over classes in NumPy: a row of classes for each target."""

from __future__ import annotations

import math

import numpy as np

from torchish._core.engine.host.common import legacy, powers, reduced, spread_loss
from torchish._core.engine.host.registry import kernel, require


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


@kernel("nn.functional.nll_loss", dtypes="if", saves="residual", cost=_class_cost, halves=True)
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


@kernel("nn.functional.cross_entropy", dtypes="if", saves="residual", cost=_class_cost, halves=True)
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
