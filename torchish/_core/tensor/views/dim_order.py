"""The order in which a tensor's dimensions lie in memory.

https://docs.pytorch.org/docs/stable/generated/torch.Tensor.dim_order.html
"""

from __future__ import annotations

from torchish._core.base.layouts import memory_format
from torchish._core.tensor.public import method
from torchish._core.tensor.tensor import Tensor

_NOT_CHECKS = "The ambiguity_check argument must be a bool or a list of memory formats."
_NOT_UNIQUE = "The tensor does not have unique dim order"


def _order(shape: tuple[int, ...], steps: tuple[int, ...]) -> tuple[tuple[int, ...], bool]:
    """The dimensions from the widest steps to the narrowest, and whether some could lie anywhere;
    those stay beside their neighbours."""
    places, loose = list(range(len(shape))), False
    for i in range(1, len(shape)):
        for j in range(i, 0, -1):
            a, b = places[j - 1], places[j]
            if not steps[a] or not steps[b]:
                loose = True
                continue
            if steps[a] > steps[b] or (steps[a] == steps[b] and shape[a] <= shape[b]):
                break
            places[j - 1], places[j] = b, a
    return tuple(places), loose


@method
def dim_order(self: Tensor, *, ambiguity_check=False) -> tuple[int, ...]:
    """The dimensions from the outermost in memory to the innermost; with `ambiguity_check` an error
    where another order, or another one of the given memory formats, would say the same."""
    if self.is_sparse:
        raise AttributeError(
            f"Can't get dim order on sparse type: {self.type()} "
            "Use Tensor.to_dense() to convert to a dense tensor first."
        )
    formats = ambiguity_check if isinstance(ambiguity_check, list) else []
    if not isinstance(ambiguity_check, (bool, list)) or not all(
        isinstance(f, memory_format) for f in formats
    ):
        raise TypeError(_NOT_CHECKS)
    shape, steps = tuple(self.shape), self.stride()
    if ambiguity_check is not False:
        same = any(a == b for a, b in zip(steps, steps[1:])) or 1 in shape
        if same and sum(self.is_contiguous(memory_format=f) for f in formats) != 1:
            raise RuntimeError(
                f"{_NOT_UNIQUE}, or cannot map to exact one of the given memory formats."
            )
    if self.is_contiguous():
        return tuple(range(len(shape)))
    places, loose = _order(shape, steps)
    if loose and ambiguity_check is not False:
        raise RuntimeError(f"{_NOT_UNIQUE}.")
    return places
