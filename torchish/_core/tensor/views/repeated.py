"""What is written into expanded tensors, whose elements lie at the same places."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from torchish._core.base import dtypes as dt
from torchish._core.base.frames import user_level
from torchish._core.tensor.tensor import Tensor
from torchish._core.tensor.views.strides import overlaps

# In-place operators that PyTorch lets write to expanded tensors, and how they are written too.
OPERATORS = {
    "index_fill": "tensor[mask] = scalar",
    "index_put": "tensor[indices] = tensor",
    "masked_fill": "tensor[mask] = scalar",
}


def _expanded(t: Tensor) -> list[int]:
    steps = zip(t.stride(), t._aval.shape, strict=True)
    return [d for d, (s, n) in enumerate(steps) if s == 0 and n > 1]


def is_repeated(t: Tensor) -> bool:
    """Whether a tensor is expanded, and has no element of memory twice but for that."""
    dims = _expanded(t) if t.numel() else []
    for d in dims:
        t = t.narrow(d, 0, 1)
    return bool(dims) and not overlaps(t)


def write(name: str, args: Sequence) -> Tensor:
    """Call one of the operators in place: of the elements at one place that it changes, the last
    one counts, or what is accumulated to all of them."""
    warnings.warn(
        f"Use of {name}_ on expanded tensors is deprecated. Please clone() the tensor before "
        f"performing this operation. This also applies to advanced indexing e.g. {OPERATORS[name]}",
        UserWarning,
        stacklevel=user_level(),
    )
    self = place = args[0]
    before = self.clone()
    after = getattr(before.clone(), name + "_")(*args[1:])
    if name == "index_put" and args[3:] == (True,) and self.dtype is not dt.bool_:
        added = after - before
        for d in _expanded(self):
            added, place = added.sum(d, keepdim=True, dtype=self.dtype), place.narrow(d, 0, 1)
        place.add_(added)
        return self
    changed = (after != before) & ~((after != after) & (before != before))
    for d in _expanded(self):
        last = self.shape[d] - 1 - changed.flip(d).to(dt.uint8).argmax(d, keepdim=True)
        after, changed = after.gather(d, last), changed.any(d, keepdim=True)
        place = place.narrow(d, 0, 1)
    place.copy_(after)
    return self


__all__ = ["OPERATORS", "is_repeated", "write"]
