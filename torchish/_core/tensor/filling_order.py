"""The order in which random numbers fill a tensor.

Note [Filled in the order of memory]
PyTorch fills a tensor from the dimension that is outermost in its memory to the innermost, so the
numbers of a transposed or channels-last one lie transposed. It draws normals in blocks of sixteen
only into what is contiguous.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.tensor.generator import Generator, draws
from torchish._core.tensor.tensor import Tensor


def memory_order(t: Tensor) -> tuple[int, ...] | None:
    """The dimensions from outermost to innermost in memory; None where that is their own order."""
    if t.is_contiguous():
        return None
    strides = t.stride()
    order = tuple(sorted(range(len(strides)), key=lambda d: -strides[d]))
    return None if order == tuple(range(len(strides))) else order


def in_memory_order(t: Tensor, g: Generator, draw: Callable[..., Any], blocks: bool = False) -> Any:
    """What `draw(shape)` draws for a tensor from a generator, when the numbers come in the order of
    its memory. `draw` of normals, which come in `blocks`, takes `contiguous` as well."""
    shape = t._aval.shape
    if t.is_contiguous():
        return draw(shape)
    if blocks and not g.counts and not draws.substitutes:
        draw = functools.partial(draw, contiguous=False)
    order = memory_order(t)
    if order is None:
        return draw(shape)
    drawn = draw(tuple(shape[d] for d in order))
    back = np.argsort(order).tolist()
    if isinstance(drawn, Tensor):
        return drawn.permute(back)
    turned = drawn.transpose(back)
    return np.ascontiguousarray(turned) if isinstance(turned, np.ndarray) else turned
