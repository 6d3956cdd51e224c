"""Many tensors as one and back, which programs that exchange gradients themselves import from
`torch._utils`."""

from __future__ import annotations

from collections.abc import Iterable

from torchish import _absent
from torchish.tensor import Tensor, cat


def _flatten_dense_tensors(tensors: Iterable[Tensor]) -> Tensor:
    """The elements of all tensors, one after the other, 1-D."""
    return cat([t.contiguous().view(-1) for t in tensors])


def _unflatten_dense_tensors(flat: Tensor, tensors: Iterable[Tensor]) -> tuple[Tensor, ...]:
    """Views of a 1-D tensor in the shapes of `tensors`."""
    like = list(tensors)
    return tuple(
        part.view_as(t) for part, t in zip(flat.split([t.numel() for t in like]), like, strict=True)
    )


def _element_size(dtype) -> int:
    """The bytes of one element."""
    return dtype.itemsize


__getattr__ = _absent.attributes(__name__)
