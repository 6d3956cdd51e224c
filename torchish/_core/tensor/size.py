"""`torch.Size`: the shape of a tensor, a tuple of ints."""

from __future__ import annotations

import math
import operator
from typing import SupportsIndex, overload


class Size(tuple[int, ...]):
    """A tuple of ints with `numel()`; slices and sums of it are Sizes too."""

    __module__ = "torchish"

    __slots__ = ()

    def __new__(cls, iterable=()):
        items = tuple(iterable)
        for i, x in enumerate(items):
            if type(x) is not int:
                try:
                    items = (*items[:i], operator.index(x), *items[i + 1 :])
                except TypeError:
                    raise TypeError(
                        f"torch.Size() takes an iterable of 'int' (item {i} is "
                        f"'{type(x).__name__}')"
                    ) from None
        return tuple.__new__(cls, items)

    def __repr__(self):
        return f"torch.Size([{', '.join(map(str, self))}])"

    def numel(self) -> int:
        """The number of elements of a tensor of this size."""
        return math.prod(self)

    @overload
    def __getitem__(self, i: SupportsIndex) -> int: ...
    @overload
    def __getitem__(self, i: slice) -> Size: ...
    def __getitem__(self, i):
        r = tuple.__getitem__(self, i)
        return tuple.__new__(Size, r) if isinstance(i, slice) else r

    def __add__(self, other) -> Size:
        if not isinstance(other, tuple):
            reflected = getattr(type(other), "__radd__", None)
            found = NotImplemented if reflected is None else reflected(other, self)
            if found is NotImplemented:
                raise TypeError(
                    f"can only concatenate tuple (not {type(other).__name__}) to torch.Size"
                )
            return found
        return Size(tuple.__add__(self, tuple(other)))

    def __radd__(self, other) -> Size:
        return Size(tuple(other) + tuple(self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, n) -> Size:
        return tuple.__new__(Size, tuple.__mul__(self, n))

    __rmul__ = __mul__

    def __reduce__(self):
        return (Size, (tuple(self),))
