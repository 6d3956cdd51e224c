"""Stacks of recurrent layers in one or both directions, and single cells.

One layer in one direction is one operator, a scan over the steps. Dropout between layers draws
here. https://docs.pytorch.org/docs/stable/nn.html#recurrent-layers
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor, cat, stack
from torchish._core.tensor.api.factory import of_array
from torchish._core.tensor.dispatch import apply
from torchish.nn._functional.dropout import dropout as _dropout

__all__ = ["cell", "run"]


def _layer(
    mode: str,
    input: Tensor,
    states: tuple,
    weights: Sequence[Tensor],
    bias: bool,
    reverse: bool,
    lengths: Tensor | None,
) -> tuple:
    """(outputs (T, B, H), last state...) of one layer in one direction."""
    w_ih, w_hh, *rest = weights
    b_ih, b_hh = (rest.pop(0), rest.pop(0)) if bias else (None, None)
    w_hr = rest.pop(0) if rest else None
    cell_state = states[1] if len(states) > 1 else None
    return apply(
        TABLE["_recurrent"],
        (input, states[0], cell_state, w_ih, w_hh, b_ih, b_hh, w_hr, lengths, mode, reverse),
    )


def _unpack(data: Tensor, batch_sizes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(padded (T, B, I), lengths (B,), where packed rows are in the flattened first two
    dimensions)."""
    counts = batch_sizes.tolist()
    steps, batch = len(counts), counts[0]
    rows = np.concatenate([np.arange(n) + t * batch for t, n in enumerate(counts)])
    source = np.zeros(
        steps * batch, np.int64
    )  # beyond its end a sequence repeats row 0, which is masked out
    source[rows] = np.arange(len(rows))
    lengths = (np.asarray(counts)[:, None] > np.arange(batch)).sum(0)
    padded = data.index_select(0, of_array(source, data.device)).view(steps, batch, *data.shape[1:])
    return padded, of_array(lengths, data.device), of_array(rows, data.device)


def _between(input: Tensor, p: float, places: Tensor | None) -> Tensor:
    """Dropout between layers; of packed data only the rows that exist are drawn for."""
    if places is None:
        return _dropout(input, p)
    kept = _dropout(input.flatten(0, 1).index_select(0, places), p)
    steps, batch, width = input.shape
    return (
        kept.new_zeros(steps * batch, width).index_copy(0, places, kept).view(steps, batch, width)
    )


def run(
    mode: str,
    input: Tensor,
    states: tuple,
    weights: list[list[Tensor]],
    *,
    dropout: float,
    bidirectional: bool,
    bias: bool,
    batch_first: bool,
    batch_sizes: Tensor | None,
) -> tuple[Tensor, tuple]:
    """(output, last states): input (T, B, I), batch first when asked, or packed data with
    `batch_sizes`; states (layers x directions, B, H)."""
    lengths = places = None
    if batch_sizes is not None:
        input, lengths, places = _unpack(input, batch_sizes)
    elif batch_first:
        input = input.transpose(0, 1)
    directions = 2 if bidirectional else 1
    first = [s.unbind(0) for s in states]
    last: list[list[Tensor]] = [[] for _ in states]
    layers = len(weights) // directions
    for n in range(layers):
        outputs = []
        for d in range(directions):
            i = n * directions + d
            out, *final = _layer(
                mode, input, tuple(s[i] for s in first), weights[i], bias, d == 1, lengths
            )
            outputs.append(out)
            for kept, s in zip(last, final, strict=True):
                kept.append(s)
        input = outputs[0] if directions == 1 else cat(outputs, dim=2)
        if dropout > 0 and n < layers - 1:
            input = _between(input, dropout, places)
    if places is not None:
        input = input.flatten(0, 1).index_select(0, places)
    elif batch_first:
        input = input.transpose(0, 1)
    return input, tuple(stack(s) for s in last)


def cell(
    mode: str,
    input: Tensor,
    states: tuple,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None,
    b_hh: Tensor | None,
) -> tuple:
    """The next states: input (B, I), states (B, H).

    RuntimeError for a size that does not fit: nothing is broadcast.
    """
    if input.size(1) != w_ih.size(1):
        raise RuntimeError(
            f"input has inconsistent input_size: got {input.size(1)} expected {w_ih.size(1)}"
        )
    for i, s in enumerate(states):
        if input.size(0) != s.size(0):
            raise RuntimeError(
                f"Input batch size {input.size(0)} doesn't match hidden{i} batch size {s.size(0)}"
            )
        if s.size(1) != w_hh.size(1):
            raise RuntimeError(
                f"hidden{i} has inconsistent hidden_size: got {s.size(1)}, expected {w_hh.size(1)}"
            )
    cell_state = states[1] if len(states) > 1 else None
    out = apply(
        TABLE["_recurrent_cell"], (input, states[0], cell_state, w_ih, w_hh, b_ih, b_hh, mode)
    )
    return out if isinstance(out, tuple) else (out,)
