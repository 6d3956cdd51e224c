"""Views of a part of a tensor.

https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from __future__ import annotations

import functools

import numpy as np
from jax import lax
from numpy.lib.stride_tricks import sliding_window_view

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import SparseOperand, size_text, wrap_dim
from torchish._core.ops.views import Lens, Mapped, along
from torchish._core.tensor import sparse_rules
from torchish._core.tensor.api.classes import ints, is_int
from torchish._core.tensor.public import method, public
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor
from torchish._core.tensor.views.make import make_view


class Select(Lens):
    """The elements at one index, which is data, of dimension `dim`."""

    __slots__ = ()
    kind = "select"
    dynamic = True

    def get(self, x, at):
        return lax.dynamic_index_in_dim(x, at, self[1], keepdims=False)

    def put(self, x, new, at):
        return lax.dynamic_update_index_in_dim(x, new, at, self[1])

    def layout(self, aval, strides, offset, at):
        dim, shape = self[1], aval.shape
        left = strides[:dim] + strides[dim + 1 :]
        return shape[:dim] + shape[dim + 1 :], left, offset + at * strides[dim]

    def on_host(self, x, at):
        return x[along(self[1], at, ...)]

    def source(self, at):
        return f"[{':, ' * self[1]}{at}, ...]"


class Pick(Select):
    """The same of a static index: (dim, index)."""

    __slots__ = ()
    kind, node = "pick", "Select"
    dynamic = False

    def get(self, x, at):
        return lax.index_in_dim(x, self[2], self[1], keepdims=False)

    def put(self, x, new, at):
        return x.at[along(self[1], self[2])].set(new)

    def layout(self, aval, strides, offset, at):
        return Select.layout(self, aval, strides, offset, self[2])

    def on_host(self, x, at):
        return x[along(self[1], self[2], ...)]

    def source(self, at):
        return Select.source(self, repr(self[2]))


class Slice(Lens):
    """(dim, size, step): `size` elements of a dimension from a start that is data."""

    __slots__ = ()
    kind = "slice"
    dynamic = True

    def get(self, x, at):
        _, dim, size, step = self
        if step == 1:
            return lax.dynamic_slice_in_dim(x, at, size, dim)
        span = (size - 1) * step + 1 if size else 0
        return lax.slice_in_dim(lax.dynamic_slice_in_dim(x, at, span, dim), 0, span, step, dim)

    def put(self, x, new, at):
        _, dim, size, step = self
        if step != 1:
            span = (size - 1) * step + 1 if size else 0
            part = lax.dynamic_slice_in_dim(x, at, span, dim)
            new = Part(dim, 0, span, step).put(part, new, None)
        return lax.dynamic_update_slice_in_dim(x, new, at, dim)

    def layout(self, aval, strides, offset, at):
        _, dim, size, step = self
        return _sliced(aval.shape, strides, offset, dim, at, size, step)

    def on_host(self, x, at):
        _, dim, size, step = self
        return x[along(dim, slice(at, at + size * step, step))]

    def source(self, at):
        _, dim, size, step = self
        return f"[{':, ' * dim}{at}:{at} + {size * step}:{step}, ...]"


slice_of = functools.lru_cache(1024)(Slice)  # one object for equal slices


class Part(Lens):
    """(dim, start, stop, step): a slice, all of it static."""

    __slots__ = ()
    kind, node = "part", "Slice"

    def get(self, x, at):
        return lax.slice_in_dim(x, *self[2:], self[1])

    def put(self, x, new, at):
        if x.shape == new.shape:
            return new
        return x.at[along(self[1], slice(*self[2:]))].set(new)

    def layout(self, aval, strides, offset, at):
        _, dim, start, stop, step = self
        size = len(range(start, stop, step))
        return _sliced(aval.shape, strides, offset, dim, start, size, step)

    def on_host(self, x, at):
        return x[along(self[1], slice(*self[2:]))]

    def source(self, at):
        _, dim, start, stop, step = self
        return f"[{':, ' * dim}{start}:{stop}:{step}, ...]"


def _sliced(shape, strides, offset, dim, start, size, step):
    return (
        (*shape[:dim], size, *shape[dim + 1 :]),
        (*strides[:dim], strides[dim] * step, *strides[dim + 1 :]),
        offset + start * strides[dim],
    )


class Diagonal(Mapped):
    """(offset, dim1, dim2): a diagonal, as the last dimension."""

    __slots__ = ()
    kind = "diagonal"

    def places(self, grid):
        return np.diagonal(grid, *self[1:])

    def layout(self, aval, strides, offset, at):
        (_, by, a, b), shape = self, aval.shape
        size = max(0, min(shape[a], shape[b] - by) if by >= 0 else min(shape[a] + by, shape[b]))
        start = 0 if size == 0 else by * strides[b] if by >= 0 else -by * strides[a]
        keep = [i for i in range(len(shape)) if i not in (a, b)]
        return (
            (*[shape[i] for i in keep], size),
            (*[strides[i] for i in keep], strides[a] + strides[b]),
            offset + start,
        )

    def on_host(self, x, at):
        v = x.diagonal(*self[1:])
        v.flags.writeable = x.flags.writeable
        return v


class Unfold(Mapped):
    """(dim, size, step): all windows of a dimension; the window is the last dimension."""

    __slots__ = ()
    kind = "unfold"

    def places(self, grid):
        return self.on_host(grid, None)

    def layout(self, aval, strides, offset, at):
        _, d, size, step = self
        if not aval.shape:
            return (size,), (1,), offset
        *before, n = aval.shape[: d + 1]
        after = aval.shape[d + 1 :]
        shape = (*before, (n - size) // step + 1, *after, size)
        return shape, (*strides[:d], strides[d] * step, *strides[d + 1 :], strides[d]), offset

    def on_host(self, x, at):
        _, dim, size, step = self
        if not x.ndim:
            return x[None][:size]
        v = sliding_window_view(x, size, axis=dim, writeable=x.flags.writeable)
        return v[along(dim, slice(None, None, step))]


@public(method=True)
def select(self: Tensor, dim: int, index: int) -> Tensor:
    """The view at one index of a dimension, which goes away."""
    n = self.dim()
    if n == 0:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    dim, index = wrap_dim(dim, n), index.__index__()
    size = self._aval.shape[dim]
    if not -size <= index < size:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size {size_text(self.shape)} at "
            f"dimension {dim}"
        )
    try:
        return select_at(self, dim, index)
    except SparseOperand:
        return sparse_rules.RULES["select"](self, dim, index)


def select_at(
    self: Tensor, dim: int, index: int, fixed: bool = False, name: str = "Select"
) -> Tensor:
    """The view at an index that is in bounds. It is data unless `fixed`."""
    if index < 0:
        index += self._aval.shape[dim]
    if fixed:
        return make_view(self, Pick(dim, index), name)
    return make_view(self, SELECT[dim], name, index)


SELECT = tuple([Select(dim) for dim in range(64)])


def slice_view(
    self: Tensor,
    dim: int,
    start: int,
    size: int,
    step: int = 1,
    fixed: bool = False,
    name: str = "Slice",
) -> Tensor:
    """`size` elements of a dimension from `start`, each `step` further. The start is data unless
    `fixed`."""
    if fixed or start == 0 or size == 0:
        stop = start + (size - 1) * step + 1 if size else start
        return make_view(self, Part(dim, start, stop, step), name)
    return make_view(self, slice_of(dim, size, step), name, start)


@public(method=True)
def narrow(self: Tensor, dim: int, start, length: int) -> Tensor:
    """`length` elements of a dimension from `start`."""
    if self.dim() == 0:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if isinstance(start, Tensor):
        if start.dim() or start.dtype.category != dt.INT:
            raise RuntimeError("start must be an 0-dim integral Tensor.")
        start = start.item()
    dim = wrap_dim(dim, self.dim())
    size = self._aval.shape[dim]
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -size <= start <= size:
        raise IndexError(
            f"start out of range (expected to be in range of [{-size}, {size}], but got {start})"
        )
    if start < 0:
        start += size
    if start > size - length:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return slice_view(self, dim, start, length)


@public(method=True)
def split(self: Tensor, split_size, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of consecutive parts of one size (the last may be smaller), or of the given sizes."""
    if self.dim() == 0:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    dim = wrap_dim(dim, self.dim())
    size, name = self._aval.shape[dim], "Split"
    if isinstance(split_size, Tensor) and not split_size.dim():
        split_size = split_size.__index__()
    if is_int(split_size):
        if split_size < 0:
            raise RuntimeError(
                f"split expects split_size be non-negative, but got split_size={split_size}"
            )
        if split_size == 0:
            if size:
                raise RuntimeError(
                    "split_size can only be 0 if dimension size is 0, but got dimension size of "
                    f"{size}"
                )
            return _parts(self, dim, [0], "Split")
        sizes = [min(split_size, size - i) for i in range(0, size, split_size)] or [0]
    else:
        sizes = list(ints(split_size, "split_with_sizes", "split_sizes", 2))
        name = "SplitWithSizes"
        if any(n < 0 for n in sizes):
            raise RuntimeError(
                "split_with_sizes expects split_sizes have only non-negative entries, but got "
                f"split_sizes={size_text(sizes)}"
            )
        if sum(sizes) != size:
            raise RuntimeError(
                f"split_with_sizes expects split_sizes to sum exactly to {size} (input tensor's "
                f"size at dimension {dim}), but got split_sizes={size_text(sizes)}"
            )
    return _parts(self, dim, sizes, name)


def _parts(self: Tensor, dim: int, sizes, name: str) -> tuple[Tensor, ...]:
    out, start = [], 0
    for n in sizes:
        out.append(slice_view(self, dim, start, n, fixed=True, name=name))
        start += n
    return _together(out) if name.startswith("Split") else tuple(out)


def _together(parts) -> tuple[Tensor, ...]:
    """Mark views that one function gave: with gradients, they refuse writes."""
    if modes.grad:
        for k, v in enumerate(parts):
            v._several, v._no_grad_view = k + 1, False
    return tuple(parts)


def apart(parts: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Parts that autograd does not know as views: each may be written to, and the others must not
    be looked at then."""
    for v in parts:
        v._several, v._base = 0, None
    return parts


@method
def unsafe_split_with_sizes(self: Tensor, split_sizes, dim: int = 0) -> tuple[Tensor, ...]:
    """`split_with_sizes` into parts that may be written to."""
    return apart(split(self, ints(split_sizes, "unsafe_split_with_sizes", "split_sizes", 2), dim))


@public(method=True)
def chunk(self: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` views of equal size (the last may be smaller)."""
    if self.dim() == 0:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    dim = wrap_dim(dim, self.dim())
    size = self._aval.shape[dim]
    if size == 0:
        return _parts(self, dim, [0] * chunks, "SplitWithSizes")
    return split(self, -(-size // chunks), dim)


@public(method=True)
def tensor_split(
    self: Tensor, indices_or_sections=None, dim: int = 0, *, indices=None, sections=None
) -> tuple[Tensor, ...]:
    """Views of parts as equal as can be, or split before the given indices."""
    given = next((x for x in (indices_or_sections, indices, sections) if x is not None), None)
    if given is None:
        raise TypeError("tensor_split() received an invalid combination of arguments - got ()")
    if self.dim() == 0:
        raise RuntimeError(
            "tensor_split expected at least a 1-dimensional tensor, but got a tensor with "
            f"{self.dim()} dims"
        )
    dim = wrap_dim(dim, self.dim())
    size = self._aval.shape[dim]
    if isinstance(given, Tensor):
        if given.dim() > 1 or given.dtype is not dt.int64:
            raise RuntimeError(
                "tensor_split expected tensor_indices_or_sections to be a zero-dimensional or "
                f"one-dimensional tensor, but got a tensor with {given.dim()} dims"
                if given.dim() > 1
                else "tensor_split expected tensor_indices_or_sections to have dtype of long, "
                f"but got {dt.SCALAR_NAMES[given.dtype]}"
            )
        given = given.tolist()
    if isinstance(given, int):
        if given <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {given}")
        q, r = divmod(size, given)
        return _parts(self, dim, [q + 1] * r + [q] * (given - r), "Slice")
    out, start = [], 0
    for end in [*given, size]:
        a, b, _ = slice(start, end).indices(size)
        out.append(slice_view(self, dim, a, max(0, b - a), fixed=True))
        start = end
    return tuple(out)


@public(method=True)
def hsplit(self: Tensor, indices_or_sections) -> tuple[Tensor, ...]:
    _split_check(self, indices_or_sections, 1, 0 if self.dim() == 1 else 1, "hsplit")
    return tensor_split(self, indices_or_sections, 0 if self.dim() == 1 else 1)


@public(method=True)
def vsplit(self: Tensor, indices_or_sections) -> tuple[Tensor, ...]:
    _split_check(self, indices_or_sections, 2, 0, "vsplit")
    return tensor_split(self, indices_or_sections, 0)


@public(method=True)
def dsplit(self: Tensor, indices_or_sections) -> tuple[Tensor, ...]:
    _split_check(self, indices_or_sections, 3, 2, "dsplit")
    return tensor_split(self, indices_or_sections, 2)


def _split_check(self: Tensor, given, least: int, dim: int, name: str) -> None:
    if self.dim() < least:
        raise RuntimeError(
            f"torch.{name} requires a tensor with at least {least} dimension{'s' * (least > 1)}, "
            f"but got a tensor with {self.dim()} dimensions!"
        )
    if not isinstance(given, (int, tuple, list, Tensor)):
        raise TypeError(
            f"{name}() received an invalid combination of arguments - got (Tensor, "
            f"{type(given).__name__}), but expected one of:\n * (Tensor input, int sections)\n"
            " * (Tensor input, tuple of ints indices)\n"
        )
    if isinstance(given, int):
        if given < 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {given}")
        if given == 0 or self._aval.shape[dim] % given:
            raise RuntimeError(
                f"torch.{name} attempted to split along dimension {dim}, but the size of the "
                f"dimension {self._aval.shape[dim]} is not divisible by the split_size {given}!"
            )


@public(method=True)
def unbind(self: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The views at each index of a dimension."""
    if self.dim() == 0:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    dim = wrap_dim(dim, self.dim())
    # Beyond a few rows the index is data, so that iterating compiles once and not once a row.
    few = self._aval.shape[dim] <= 8
    size = self._aval.shape[dim]
    return _together([select_at(self, dim, i, few, "Unbind") for i in range(size)])


@public(method=True)
def diagonal(self: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of a diagonal, as the last dimension."""
    n = self.dim()
    a, b = wrap_dim(dim1, n), wrap_dim(dim2, n)
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return make_view(self, Diagonal(offset, a, b), "Diagonal")


@method
def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """A view of all windows of `size` elements of a dimension, `step` apart; the window is the
    last dimension."""
    d = wrap_dim(dimension, self.dim())
    extent = self._aval.shape[d] if self.dim() else 1
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if size > extent:
        raise RuntimeError(
            f"maximum size for tensor at dimension {d} is {extent} but size is {size}"
        )
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    return make_view(self, Unfold(d, size, step), "Unfold")
