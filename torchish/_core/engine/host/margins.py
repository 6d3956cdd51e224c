"""Losses that are sums of positive parts, in NumPy."""

from __future__ import annotations

import numpy as np

from torchish._core.engine.host.common import legacy, logistic, reduced, spread_loss
from torchish._core.engine.host.reductions import norm_slope, p_norm
from torchish._core.engine.host.registry import kernel, require


def _classes(input, target, size_average, reduce, reduction):
    """(rows of classes (N, C), targets (N,) or (N, C))."""
    legacy(size_average, reduce, reduction)
    require(input.ndim in (1, 2) and input.size and target.dtype == np.int64)
    return input.reshape(-1, input.shape[-1])


def _shaped(loss, input):
    return loss if input.ndim == 2 else loss.reshape(())


def _multi_margin(input, target, p, margin, weight):
    """(gaps that count, weight of each row, own places)."""
    rows = input.reshape(-1, input.shape[-1])
    require(target.ndim == input.ndim - 1 and target.size == len(rows) and p in (1, 2))
    t = target.reshape(-1)
    require((t >= 0).all() and (t < rows.shape[1]).all())
    at = np.arange(len(rows)), t
    gap = margin - rows[at][:, None] + rows
    gap[at] = 0
    gap = np.maximum(gap, 0).astype(input.dtype, copy=False)
    if weight is None:
        return gap, None, at
    require(weight.shape == (rows.shape[1],) and weight.dtype == input.dtype)
    return gap, weight[t], at


@kernel("nn.functional.multi_margin_loss", dtypes="if", checks=True)
def multi_margin_loss(
    input,
    target,
    p=1,
    margin=1.0,
    weight=None,
    size_average=None,
    reduce=None,
    reduction="mean",
):
    _classes(input, target, size_average, reduce, reduction)
    require(input.dtype.kind == "f")
    gap, share, _ = _multi_margin(input, target, p, margin, weight)
    loss = (gap if p == 1 else gap * gap).sum(1) / input.shape[-1]
    if share is not None:
        loss = loss * share
    return reduced(_shaped(loss.astype(input.dtype, copy=False), input), reduction)


@multi_margin_loss.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    target,
    p=1,
    margin=1.0,
    weight=None,
    size_average=None,
    reduce=None,
    reduction="mean",
):
    require("weight" not in wanted)
    gap, share, at = _multi_margin(input, target, p, margin, weight)
    rows, classes = gap.shape
    by_row = np.broadcast_to(spread_loss(ct, reduction, rows), (rows,) if input.ndim == 2 else ())
    by_row = by_row.reshape(-1, 1) / classes
    if share is not None:
        by_row = by_row * share[:, None]
    g = (gap > 0) * by_row if p == 1 else 2 * gap * by_row
    g[at] = -g.sum(1)
    return {"input": g.reshape(input.shape).astype(ct.dtype, copy=False)}


def _multilabel(input, target):
    """(gap (N, listed, class), which gaps count, class of each place in the list)."""
    rows = input.reshape(-1, input.shape[-1])
    t = target.reshape(rows.shape)
    require((t >= -1).all() and (t < rows.shape[1]).all())
    listed = np.logical_and.accumulate(t >= 0, 1)
    at = np.where(listed, t, 0)
    own = np.zeros(rows.shape, bool)
    np.logical_or.at(own, (np.arange(len(rows))[:, None], at), listed)
    gap = 1 - (np.take_along_axis(rows, at, 1)[:, :, None] - rows[:, None, :])
    return gap, listed[:, :, None] & ~own[:, None, :] & (gap > 0), at


@kernel("nn.functional.multilabel_margin_loss", dtypes="if", checks=True)
def multilabel_margin_loss(input, target, size_average=None, reduce=None, reduction="mean"):
    rows = _classes(input, target, size_average, reduce, reduction)
    require(input.dtype.kind == "f" and target.shape == input.shape)
    gap, counted, _ = _multilabel(input, target)
    loss = np.where(counted, gap, 0).sum((1, 2)) / rows.shape[1]
    return reduced(_shaped(loss.astype(input.dtype, copy=False), input), reduction)


@multilabel_margin_loss.gradient
def _(ct, saved, wanted, input, target, size_average=None, reduce=None, reduction="mean"):
    _, counted, at = _multilabel(input, target)
    rows, classes = counted.shape[0], counted.shape[2]
    by_row = np.broadcast_to(spread_loss(ct, reduction, rows), (rows,) if input.ndim == 2 else ())
    by_row = by_row.reshape(-1, 1) / classes
    g = counted.sum(1).astype(ct.dtype)
    np.add.at(g, (np.arange(rows)[:, None], at), -counted.sum(2).astype(ct.dtype))
    return {"input": (g * by_row).reshape(input.shape).astype(ct.dtype, copy=False)}


@kernel("nn.functional.hinge_embedding_loss", dtypes="f")
def hinge_embedding_loss(
    input, target, margin=1.0, size_average=None, reduce=None, reduction="mean"
):
    legacy(size_average, reduce, reduction)
    require(input.dtype == target.dtype and input.size and target.size)
    away = np.maximum(input.dtype.type(margin) - input, 0)
    loss = np.where(target != 1, away, 0) + np.where(target != -1, input, 0)
    return reduced(loss.astype(input.dtype, copy=False), reduction)


@hinge_embedding_loss.gradient
def _(
    ct, saved, wanted, input, target, margin=1.0, size_average=None, reduce=None, reduction="mean"
):
    shape = np.broadcast_shapes(input.shape, target.shape)
    ct = spread_loss(ct, reduction, int(np.prod(shape)))
    inside = (input <= input.dtype.type(margin)) & (target != 1)
    slope = (target != -1).astype(ct.dtype) - inside.astype(ct.dtype)
    return {"input": ct * slope, "target": np.zeros(shape, ct.dtype)}


_EPS = 1e-12


def _cosine(a, b):
    """(cosine of the rows, the squared lengths)."""
    aa, bb = (a * a).sum(-1) + _EPS, (b * b).sum(-1) + _EPS
    return (a * b).sum(-1) / np.sqrt(aa * bb), aa, bb


@kernel("nn.functional.cosine_embedding_loss", dtypes="if")
def cosine_embedding_loss(
    input1, input2, target, margin=0, size_average=None, reduce=None, reduction="mean"
):
    legacy(size_average, reduce, reduction)
    require(input1.dtype == input2.dtype and input1.dtype.kind == "f" and input1.size)
    require(target.ndim in (0, 1) and {input1.ndim, input2.ndim} == {target.ndim + 1})
    cos, _, _ = _cosine(input1, input2)
    loss = np.where(target == 1, 1 - cos, 0)
    loss = loss + np.where(target == -1, np.maximum(cos - margin, 0), 0)
    return reduced(np.asarray(loss).astype(input1.dtype, copy=False), reduction)


@cosine_embedding_loss.gradient
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
    cos, aa, bb = _cosine(input1, input2)
    shape = np.broadcast_shapes(cos.shape, target.shape)
    ct = spread_loss(ct, reduction, int(np.prod(shape)))
    beyond = np.where((target == -1) & (cos >= margin), 1, 0)
    g = np.asarray(ct * (beyond - np.where(target == 1, 1, 0)))[..., None]
    root, cos = np.sqrt(aa * bb)[..., None], cos[..., None]
    out = {
        "input1": g * (input2 / root - cos * input1 / aa[..., None]),
        "input2": g * (input1 / root - cos * input2 / bb[..., None]),
    }
    if "target" in wanted:
        out["target"] = np.zeros(target.shape, input1.dtype)
    return {k: np.asarray(v).astype(input1.dtype, copy=False) for k, v in out.items()}


# --- triplets and labels --------------------------------------------------------------------------


def _triplet(anchor, positive, negative, margin, p, eps, swap):
    """(gap, differences and distances of the pairs, whether the swapped one is nearer)."""
    require(anchor.shape == positive.shape == negative.shape and anchor.ndim and anchor.size)
    require(margin > 0)
    axis = (anchor.ndim - 1,)
    eps = anchor.dtype.type(eps)
    pairs = [(anchor, positive), (anchor, negative)]
    if swap:
        pairs.append((positive, negative))
    apart = [a - b + eps for a, b in pairs]
    norms = [p_norm(d, float(p), axis) for d in apart]
    near, far = norms[0][..., 0], norms[1][..., 0]
    swapped = None
    if swap:
        other = norms[2][..., 0]
        require((far != other).all())  # halves of a gradient are the operator's own
        swapped = other < far
        far = np.minimum(far, other)
    return anchor.dtype.type(margin) + near - far, apart, norms, swapped


@kernel("nn.functional.triplet_margin_loss", dtypes="f")
def triplet_margin_loss(
    anchor,
    positive,
    negative,
    margin=1.0,
    p=2,
    eps=1e-6,
    swap=False,
    size_average=None,
    reduce=None,
    reduction="mean",
):
    legacy(size_average, reduce, reduction)
    gap, *_ = _triplet(anchor, positive, negative, margin, p, eps, swap)
    return reduced(np.maximum(gap, 0), reduction)


@triplet_margin_loss.gradient
def _(
    ct,
    saved,
    wanted,
    anchor,
    positive,
    negative,
    margin=1.0,
    p=2,
    eps=1e-6,
    swap=False,
    size_average=None,
    reduce=None,
    reduction="mean",
):
    gap, apart, norms, swapped = _triplet(anchor, positive, negative, margin, p, eps, swap)
    axis = (anchor.ndim - 1,)
    g = np.asarray(spread_loss(ct, reduction, gap.size) * (gap >= 0))[..., None]
    slopes = [norm_slope(d, n, float(p), axis) for d, n in zip(apart, norms, strict=True)]
    near = g * slopes[0]
    far = g * slopes[1]
    out = {"anchor": near, "positive": -near, "negative": np.zeros_like(near)}
    if swapped is not None:
        other = np.where(swapped[..., None], g * slopes[2], 0)
        far = np.where(swapped[..., None], 0, far)
        out["positive"] = out["positive"] - other
        out["negative"] = out["negative"] + other
    out["anchor"] = out["anchor"] - far
    out["negative"] = out["negative"] + far
    return {k: v.astype(anchor.dtype, copy=False) for k, v in out.items()}


def _soft_labels(input, target, weight):
    """(loss of every class before the weight, weight)."""
    require(input.shape == target.shape and input.dtype == target.dtype and input.size)
    require(input.ndim and (weight is None or weight.dtype == input.dtype))
    zero = input.dtype.type(0)
    loss = target * np.logaddexp(-input, zero) + (1 - target) * np.logaddexp(input, zero)
    return loss, loss if weight is None else loss * weight


@kernel("nn.functional.multilabel_soft_margin_loss", dtypes="f")
def multilabel_soft_margin_loss(
    input, target, weight=None, size_average=None, reduce=None, reduction="mean"
):
    legacy(size_average, reduce, reduction)
    _, loss = _soft_labels(input, target, weight)
    require(loss.shape == input.shape)
    return reduced(loss.sum(-1) / input.dtype.type(input.shape[-1]), reduction)


@multilabel_soft_margin_loss.gradient
def _(
    ct, saved, wanted, input, target, weight=None, size_average=None, reduce=None, reduction="mean"
):
    rows = input.size // input.shape[-1]
    ct = np.broadcast_to(spread_loss(ct, reduction, rows), input.shape[:-1])[..., None]
    ct = ct / input.dtype.type(input.shape[-1])
    plain, _ = _soft_labels(input, target, weight)
    share = ct if weight is None else ct * weight
    out = {"input": share * (logistic(input) - target), "target": share * -input}
    if "weight" in wanted:
        out["weight"] = ct * plain
    return {k: v.astype(input.dtype, copy=False) for k, v in out.items()}
