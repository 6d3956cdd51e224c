"""Sums, means and maxima of bags of rows in NumPy."""

from __future__ import annotations

import numpy as np

from torchish._core.engine.host.registry import kernel, require


def _bags(input, weight, offsets, include_last_offset, padding_idx):
    """(row of each entry, bag of each entry, which count, bags)."""
    require(weight.ndim == 2 and input.size and input.dtype.kind in "iu")
    flat = input.reshape(-1).astype(np.int64, copy=False)
    require(flat.min() >= 0 and flat.max() < len(weight))
    if input.ndim == 2:
        require(offsets is None)
        count = input.shape[0]
        bag = np.repeat(np.arange(count), input.shape[1])
    else:
        require(input.ndim == 1 and offsets is not None and offsets.ndim == 1)
        starts = offsets[: len(offsets) - bool(include_last_offset)]
        count = len(starts)
        require(count and starts[0] == 0 and (np.diff(starts) >= 0).all())
        require(starts[-1] <= flat.size)
        require(not include_last_offset or offsets[-1] == flat.size)
        bag = np.searchsorted(starts, np.arange(flat.size), side="right") - 1
    counted = np.ones(flat.size, bool)
    if padding_idx is not None:
        require(-len(weight) <= padding_idx < len(weight))
        counted = flat != padding_idx % len(weight)
    return flat, bag, counted, count


def _shares(counted, bag, count: int, mode: str, per_sample_weights, dtype):
    """What every row counts in its bag."""
    share = counted.astype(dtype)
    if per_sample_weights is not None:
        require(mode == "sum" and per_sample_weights.dtype == dtype)
        share = share * per_sample_weights.reshape(-1)
    if mode == "mean":
        share /= np.maximum(np.bincount(bag, counted, count), 1).astype(dtype)[bag]
    return share


def _summed(rows, bag, count: int):
    """Rows added up by bags; the bags are in order."""
    out = np.zeros((count, rows.shape[1]), rows.dtype)
    filled, starts = np.unique(bag, return_index=True)
    out[filled] = np.add.reduceat(rows, starts, 0)
    return out


@kernel("nn.functional.embedding_bag", dtypes="if", checks=True)
def embedding_bag(
    input,
    weight,
    offsets=None,
    max_norm=None,
    norm_type=2,
    scale_grad_by_freq=False,
    mode="mean",
    sparse=False,
    per_sample_weights=None,
    include_last_offset=False,
    padding_idx=None,
):
    require(mode in ("sum", "mean") and not scale_grad_by_freq and weight.dtype.kind == "f")
    flat, bag, counted, count = _bags(input, weight, offsets, include_last_offset, padding_idx)
    share = _shares(counted, bag, count, mode, per_sample_weights, weight.dtype)
    return _summed(weight[flat] * share[:, None], bag, count)


@embedding_bag.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    weight,
    offsets=None,
    max_norm=None,
    norm_type=2,
    scale_grad_by_freq=False,
    mode="mean",
    sparse=False,
    per_sample_weights=None,
    include_last_offset=False,
    padding_idx=None,
):
    flat, bag, counted, count = _bags(input, weight, offsets, include_last_offset, padding_idx)
    out = {}
    if "weight" in wanted:
        share = _shares(counted, bag, count, mode, per_sample_weights, weight.dtype)
        order = np.argsort(flat, kind="stable")
        rows = (ct[bag] * share[:, None])[order]
        out["weight"] = _summed(rows, flat[order], len(weight))
    if "per_sample_weights" in wanted:
        products = (weight[flat] * ct[bag]).sum(1) * counted
        out["per_sample_weights"] = products.reshape(per_sample_weights.shape)
    return out
