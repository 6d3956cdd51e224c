"""Rules for gathering and scattering (numpy_rules.py)."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from torchish._core.engine.interpreter.rules import RULES, least, require, rule

__all__ = ["RULES"]  # with the rules below

_CLIP, _DROP = "CLIP", "FILL_OR_DROP"


def _mode(mode) -> str:
    name = getattr(mode, "name", str(mode)).upper()
    return _DROP if "DROP" in name else _CLIP


def _places(indices, shape, sizes, starts, batching, index_batching, window_dims):
    """(an index array for each operand dim, batch dims first then window dims; which starts are
    inside)."""
    batch = indices.shape[:-1]
    windows = [sizes[d] for d in window_dims]
    rank = len(batch) + len(windows)
    inside = np.ones(batch, bool)
    at: list[Any] = []
    for d, size in enumerate(sizes):
        place = np.zeros((1,) * rank, np.int64)
        if d in starts:
            start = indices[..., starts.index(d)].astype(np.int64)
            last = shape[d] - size
            inside &= (start >= 0) & (start <= last)
            place = place + np.clip(start, 0, max(last, 0)).reshape((*batch, *[1] * len(windows)))
        elif d in batching:
            axis = index_batching[batching.index(d)]
            line = [1] * rank
            line[axis] = batch[axis]
            place = place + np.arange(batch[axis]).reshape(line)
        if d in window_dims:
            line = [1] * rank
            line[len(batch) + window_dims.index(d)] = size
            place = place + np.arange(size).reshape(line)
        at.append(place)
    return tuple(at), inside


@rule("gather")
def _gather(ins, outs, *, dimension_numbers, slice_sizes, mode, fill_value):
    dn = dimension_numbers
    shape, sizes = ins[0].shape, tuple(slice_sizes)
    drop = _mode(mode) == _DROP
    batching = tuple(dn.operand_batching_dims)
    gone = {*dn.collapsed_slice_dims, *batching}
    window_dims = [d for d in range(len(shape)) if d not in gone]
    offsets = set(dn.offset_dims)
    rank = outs[0].ndim
    kind = outs[0].dtype
    if fill_value is None:
        fill_value = np.nan if kind.kind in "fc" else least(kind, True) if kind.kind == "i" else 0
        fill_value = np.iinfo(kind).max if kind.kind == "u" else fill_value
    order = iter(range(rank - len(window_dims)))
    windows = iter(range(rank - len(window_dims), rank))
    permutation = [next(windows) if d in offsets else next(order) for d in range(rank)]

    def gather(x, indices):
        at, inside = _places(
            indices,
            shape,
            sizes,
            tuple(dn.start_index_map),
            batching,
            tuple(dn.start_indices_batching_dims),
            window_dims,
        )
        y = x[at]
        if drop and not inside.all():
            y = y.copy()
            y[~inside] = fill_value
        return y.transpose(permutation)

    return gather


def _scatter(name: str, into):
    @rule(name)
    def make(ins, outs, *, dimension_numbers, mode):
        dn = dimension_numbers
        shape = ins[0].shape
        batching = tuple(dn.operand_batching_dims)
        gone = {*dn.inserted_window_dims, *batching}
        window_dims = [d for d in range(len(shape)) if d not in gone]
        update_windows = tuple(dn.update_window_dims)
        sizes = [1] * len(shape)
        for d, u in zip(window_dims, update_windows, strict=True):
            sizes[d] = ins[2].shape[u]
        require(ins[0].dtype.kind in "fiuc" or name == "scatter")
        # A slice that does not fit is left out whole, or moved inside.
        drop = _mode(mode) == _DROP
        batch_axes = [d for d in range(ins[2].ndim) if d not in update_windows]
        permutation = (*batch_axes, *update_windows)

        def scatter(x, indices, updates):
            at, inside = _places(
                indices,
                shape,
                sizes,
                tuple(dn.scatter_dims_to_operand_dims),
                batching,
                tuple(dn.scatter_indices_batching_dims),
                window_dims,
            )
            y, updates = x.copy(), updates.transpose(permutation)
            if drop and not inside.all():
                at = tuple(np.broadcast_to(p, updates.shape) for p in at)
                at, updates = tuple(p[inside] for p in at), updates[inside]
            into(y, at, updates)
            return y

        return scatter


_scatter("scatter", operator.setitem)
for _name, _f in {
    "add": np.add,
    "mul": np.multiply,
    "min": np.minimum,
    "max": np.maximum,
}.items():
    _scatter(f"scatter-{_name}", _f.at)
