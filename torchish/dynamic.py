"""Shapes that keep changing: what has changed, and batches padded to a few sizes.

XLA compiles a program for each shape. A last batch that is smaller, or sequences of ever other
lengths, make programs be compiled again; `report` says at which lines and because of which
dimensions, and `bucket` pads batches so that there are few shapes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from torchish._core.engine import changes
from torchish._core.engine.changes import Change
from torchish._core.tensor import Tensor
from torchish._core.tensor.api.factory import of_array
from torchish.utils._pytree import tree_leaves, tree_map

__all__ = ["Change", "bucket", "clear", "report"]


def report() -> list[Change]:
    """Which dimensions had changed when operators were compiled anew in this process: each says it
    in words, "line train.py:41: dimension 0 was 32, now 17"."""
    return changes.found()


def clear() -> None:
    """Begin a new report."""
    changes.clear()


class bucket:
    """A loader whose batches are padded to a few sizes: each item is (batch, mask).

    loader   what gives batches: tensors, or sequences and mappings of tensors
    sizes    the sizes that dimension 0 may have, or {dimension: sizes}
    fill     what is padded with
    fields   the places (indices or keys) in a batch of the tensors that are padded in dimensions
             beyond 0; all by default

    Tensors are padded on the host, and have no history then. The mask is on the batch's device,
    True where the batch's own elements are; it has one dimension for each of `sizes`.
    A batch's size in a dimension is that of its first tensor that has it; the tensors of that size
    there are padded. With a loss that is summed over the mask, and divided by its sum, losses and
    gradients are those of the batch itself, unless a layer mixes rows (batch normalisation).
    ValueError for a batch larger than all sizes.
    """

    def __init__(
        self,
        loader: Iterable[Any],
        sizes: Sequence[int] | Mapping[int, Sequence[int]],
        *,
        fill: float = 0,
        fields: Sequence[Hashable] | None = None,
    ):
        by_dim = sizes if isinstance(sizes, Mapping) else {0: sizes}
        if not by_dim or any(d < 0 or not found for d, found in by_dim.items()):
            raise ValueError(f"bucket: sizes for dimensions from 0 on are needed, not {sizes}")
        self.loader: Any = loader
        self.fill = fill
        self.fields = None if fields is None else set(fields)
        self.sizes = {d: sorted(by_dim[d]) for d in sorted(by_dim)}

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[tuple[Any, Tensor]]:
        for batch in self.loader:
            yield self.padded(batch)

    def padded(self, batch: Any) -> tuple[Any, Tensor]:
        """One batch, padded, and its mask."""
        lengths = {d: self._length(batch, d) for d in self.sizes}
        targets = {d: self._target(d, n) for d, n in lengths.items()}
        if isinstance(batch, Mapping):
            made: Any = {k: self._part(k, v, lengths, targets) for k, v in batch.items()}
        elif isinstance(batch, Sequence):
            parts = [self._part(i, v, lengths, targets) for i, v in enumerate(batch)]
            made = parts if not isinstance(batch, tuple) else tuple(parts)
        else:
            made = self._part(None, batch, lengths, targets)
        mask = np.zeros(tuple(targets.values()), bool)
        mask[tuple([slice(n) for n in lengths.values()])] = True
        first = next(t for t in tree_leaves(batch) if isinstance(t, Tensor))
        return made, of_array(mask, first.device)

    def _length(self, batch: Any, d: int) -> int:
        for t in tree_leaves(batch):
            if isinstance(t, Tensor) and t.ndim > d:
                return t.shape[d]
        raise ValueError(f"bucket: no tensor of the batch has a dimension {d}")

    def _target(self, d: int, n: int) -> int:
        for size in self.sizes[d]:
            if size >= n:
                return size
        raise ValueError(
            f"bucket: a batch has {n} in dimension {d}, and the largest size is {self.sizes[d][-1]}"
        )

    def _part(self, place: Any, part: Any, lengths: dict[int, int], targets: dict[int, int]) -> Any:
        inner = self.fields is None or place in self.fields

        def pad(t: Any) -> Any:
            if not isinstance(t, Tensor):
                return t
            shape = [
                targets[d] if d in targets and n == lengths[d] and (d == 0 or inner) else n
                for d, n in enumerate(t.shape)
            ]
            if shape == list(t.shape):
                return t
            # At once, so that it is no part of the program that the batch is for.
            whole = np.full(shape, self.fill, t._aval.dtype)
            whole[tuple([slice(n) for n in t.shape])] = t.detach()._host()
            return of_array(whole, t.device)

        return tree_map(pad, part)
