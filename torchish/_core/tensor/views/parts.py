"""Views of a part of a tensor, or of its memory in another way.

https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from __future__ import annotations

import math

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import require_count, size_text, wrap_dim
from torchish._core.engine.values import aval_of
from torchish._core.tensor.api.classes import ints, is_int
from torchish._core.tensor.api.factory import from_numpy
from torchish._core.tensor.storage import Storage
from torchish._core.tensor.tape import forward
from torchish._core.tensor.tape.duals import now
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor, alias_of, blank, tracked
from torchish._core.tensor.views.shapes import (
    _like,
    _long,
    _permute,
    _view,
    _view_dtype,
    make_chain,
    make_view,
)


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
    return _select(self, dim, index)


def _select(
    self: Tensor, dim: int, index: int, fixed: bool = False, name: str = "Select"
) -> Tensor:
    shape, strides = self._aval.shape, self.stride()
    if index < 0:
        index += shape[dim]
    aval = _like(self, shape[:dim] + shape[dim + 1 :])
    left, offset = strides[:dim] + strides[dim + 1 :], self._offset + index * strides[dim]
    if fixed:
        return make_view(self, ("pick", dim, index), (), aval, left, offset, name)
    return make_chain(self, (("select", dim),), (index,), aval, left, offset, name)


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
    shape, strides = self._aval.shape, self.stride()
    aval = _like(self, (*shape[:dim], size, *shape[dim + 1 :]))
    new = (*strides[:dim], strides[dim] * step, *strides[dim + 1 :])
    offset = self._offset + start * strides[dim]
    if fixed or start == 0 or size == 0:
        stop = start + (size - 1) * step + 1 if size else start
        return make_view(self, ("part", dim, start, stop, step), (), aval, new, offset, name)
    return make_chain(self, (("slice", dim, size, step),), (start,), aval, new, offset, name)


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


def unsafe_split_with_sizes(self: Tensor, split_sizes, dim: int = 0) -> tuple[Tensor, ...]:
    """`split_with_sizes` into parts that may be written to."""
    return apart(split(self, ints(split_sizes, "unsafe_split_with_sizes", "split_sizes", 2), dim))


def chunk(self: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` views of equal size (the last may be smaller)."""
    if self.dim() == 0:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    dim = wrap_dim(dim, self.dim())
    size = self._aval.shape[dim]
    if size == 0:
        return _parts(self, dim, [0] * chunks, "Split")
    return split(self, -(-size // chunks), dim)


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
                f"but got {_long(given.dtype)}"
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


def hsplit(self: Tensor, indices_or_sections) -> tuple[Tensor, ...]:
    _split_check(self, indices_or_sections, 1, 0 if self.dim() == 1 else 1, "hsplit")
    return tensor_split(self, indices_or_sections, 0 if self.dim() == 1 else 1)


def vsplit(self: Tensor, indices_or_sections) -> tuple[Tensor, ...]:
    _split_check(self, indices_or_sections, 2, 0, "vsplit")
    return tensor_split(self, indices_or_sections, 0)


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


def unbind(self: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The views at each index of a dimension."""
    if self.dim() == 0:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    dim = wrap_dim(dim, self.dim())
    # Beyond a few rows the index is data, so that iterating compiles once and not once a row.
    few = self._aval.shape[dim] <= 8
    size = self._aval.shape[dim]
    return _together([_select(self, dim, i, few, "Unbind") for i in range(size)])


def diagonal(self: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of a diagonal, as the last dimension."""
    n = self.dim()
    a, b = wrap_dim(dim1, n), wrap_dim(dim2, n)
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    shape, strides = self._aval.shape, self.stride()
    size = max(
        0, min(shape[a], shape[b] - offset) if offset >= 0 else min(shape[a] + offset, shape[b])
    )
    start = self._offset + (
        0 if size == 0 else offset * strides[b] if offset >= 0 else -offset * strides[a]
    )
    keep = [i for i in range(n) if i not in (a, b)]
    new = (*(shape[i] for i in keep), size)
    return make_view(
        self,
        ("gather", "diagonal", offset, a, b),
        (),
        _like(self, new),
        (*(strides[i] for i in keep), strides[a] + strides[b]),
        start,
        "Diagonal",
    )


def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """A view of all windows of `size` elements of a dimension, `step` apart; the window is the
    last dimension."""
    d = wrap_dim(dimension, self.dim())
    shape, strides = self._aval.shape, self.stride()
    extent = shape[d] if shape else 1
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if size > extent:
        raise RuntimeError(
            f"maximum size for tensor at dimension {d} is {extent} but size is {size}"
        )
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    if not shape:
        return make_view(
            self, ("reshape", (size,)), (), _like(self, (size,)), (1,), self._offset, "Unfold"
        )
    new = (*shape[:d], (extent - size) // step + 1, *shape[d + 1 :], size)
    return make_view(
        self,
        ("gather", "unfold", d, size, step),
        (),
        _like(self, new),
        (*strides[:d], strides[d] * step, *strides[d + 1 :], strides[d]),
        self._offset,
        "Unfold",
    )


def as_strided(self: Tensor, size, stride, storage_offset: int | None = None) -> Tensor:
    """A view of the storage with any sizes, strides and offset. RuntimeError when it would leave
    the storage."""
    size = ints(size, "as_strided", "size")
    stride = ints(stride, "as_strided", "stride", 2)
    offset = self._offset if storage_offset is None else storage_offset
    if len(size) != len(stride):
        raise RuntimeError("mismatch in length of strides and shape")
    if any(s < 0 for s in stride):
        raise RuntimeError(
            "as_strided: Negative strides are not supported at the moment, got strides: "
            f"{size_text(stride)}"
        )
    if offset < 0:
        raise RuntimeError(f"Storage offset must be non-negative, got {offset}")
    require_count(size)
    if self._pending:
        turn = Tensor.conj if self._pending == 1 else Tensor._neg_view
        return turn(as_strided(turn(self), size, stride, offset))
    s = self._storage.whole
    _require_within(s, self.itemsize, size, stride, offset)
    own = self._storage.aval
    known = math.prod(own.shape) * own.dtype.itemsize
    if s is not self._storage and extent(size, stride, offset) * self.itemsize > known:
        # Beyond the beginning of grown memory that this tensor knows.
        return over_storage(s, self.dtype, size, stride, offset)
    root = self if self._base is None else self._base
    history = None
    if modes.grad and tracked(self) and self._view is not None:
        # No gradient goes to what is not this view's, though it be its base's.
        history = _elements_at(self, _places(size, stride, offset), root)
    if root._view is not None:
        v = over_storage(s, self.dtype, size, stride, offset)
    else:
        v = _strided(root, self.dtype, size, stride, offset)
        v._no_grad_view = self._no_grad_view or not modes.grad
        v._several = min(self._several, 1) if modes.grad else 0
    if now.level is not None and (tangent := forward.tangent_of(self)) is not None:
        at = offset + tangent._offset - self._offset
        now.level.dual(v, as_strided(tangent, size, stride, at))
    if history is not None:
        v._node, v._out = history._node, history._out
        v._node.label = "AsStridedBackward0"
    return v


def extent(size, stride, offset: int) -> int:
    """How many elements of memory there must be for these sizes and strides."""
    if not math.prod(size):
        return 0
    return 1 + offset + sum((n - 1) * q for n, q in zip(size, stride, strict=True))


def _require_within(s: Storage, item: int, size, stride, offset: int) -> None:
    """RuntimeError for elements beyond a storage's memory."""
    need = extent(size, stride, offset) * item
    if need > s.nbytes:
        raise RuntimeError(
            f"setStorage: sizes {size_text(size)}, strides {size_text(stride)}, storage offset "
            f"{offset}, and itemsize {item} requiring a storage size of {need} are out of bounds "
            f"for storage of size {s.nbytes}"
        )


def _strided(root: Tensor, dtype: dt.dtype, size, stride, offset: int) -> Tensor:
    """A view of all of a storage, which `root` reads without a lens."""
    aval = aval_of(size, dtype.np, root.device)
    step = ("gather", "strided", size, stride, offset)
    return make_view(_memory(root, dtype), step, (), aval, stride, offset, "AsStrided")


def over_storage(s: Storage, dtype: dt.dtype, size, stride, offset: int) -> Tensor:
    """A tensor of these sizes and strides in a storage's memory, without history."""
    _require_within(s.whole, dtype.itemsize, size, stride, offset)
    root = blank()
    root._storage, root._aval, root._strides = s.whole, s.whole.aval, s.whole.strides
    return alias_of(_strided(root, dtype, size, stride, offset))


def _places(size, stride, offset: int) -> np.ndarray:
    """The place in memory of each element of a view."""
    at = np.full(size, offset)
    for d, q in enumerate(stride):
        at += (np.arange(size[d]) * q).reshape([-1 if i == d else 1 for i in range(len(size))])
    return at


def _elements_at(self: Tensor, places: np.ndarray, root: Tensor) -> Tensor | None:
    """The elements of a tensor by their places in memory, differentiable; zeros at places that are
    not the tensor's. None where a view of `root`, its base, has that history."""
    element = np.full(self._storage.nbytes // self.itemsize, -1)  # of each place
    element[_places(self.shape, self.stride(), self._offset).ravel()] = np.arange(self.numel())
    wanted = np.asarray(element[places])
    if root._view is None and tracked(root) and (wanted >= 0).all():
        return None
    taken = self.reshape(-1)[from_numpy(np.asarray(np.maximum(wanted, 0)))]
    return taken if (wanted >= 0).all() else taken * from_numpy(np.asarray(wanted >= 0))


def _memory(root: Tensor, dtype: dt.dtype) -> Tensor:
    """All of a storage in memory order, in a dtype that it is seen as; `root` has no lens."""
    strides = root._storage.strides
    if strides is not None:
        order = np.argsort([-q for q in strides], kind="stable")
        root = _permute(root, tuple(int(i) for i in order), "Permute")
    if root.dtype is dtype:
        return root
    flat = _view(root, (root.numel(),), "View")
    rest = root.nbytes % dtype.itemsize // root.itemsize
    if rest:
        flat = slice_view(flat, 0, 0, root.numel() - rest, fixed=True)
    if root.is_complex():
        pairs = view_as_real(flat)
        flat = _view(pairs, (pairs.numel(),), "View")
    part = dtype.to_real()
    if flat.dtype is not part:
        flat = _view_dtype(flat, part)
    if dtype.is_complex:
        return view_as_complex(_view(flat, (flat.numel() // 2, 2), "View"))
    return flat


def real(self: Tensor) -> Tensor:
    """The real part: a view of a complex tensor, a real tensor itself."""
    return _part(self, 0, "real") if self.is_complex() else self


def imag(self: Tensor) -> Tensor:
    """The imaginary part, a view."""
    if not self.is_complex():
        raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    return _part(self, 1, "imag")


def _part(self: Tensor, k: int, step: str) -> Tensor:
    aval = aval_of(self._aval.shape, self.dtype.to_real().np, self.device)
    return make_view(
        self, (step,), (), aval, [2 * s for s in self.stride()], 2 * self._offset + k, "Select"
    )


def view_as_real(self: Tensor) -> Tensor:
    """A complex tensor as a real one with a last dimension of 2."""
    if not self.is_complex():
        raise RuntimeError("view_as_real is only supported for complex tensors")
    if self._pending:
        raise RuntimeError(
            "view_as_real doesn't work on unresolved conjugated tensors.  To resolve the conjugate "
            "tensor so you can view it as real, use self.resolve_conj(); however, be warned that "
            "the resulting tensor will NOT alias the original."
        )
    aval = aval_of((*self._aval.shape, 2), self.dtype.to_real().np, self.device)
    return make_view(
        self,
        ("as_real",),
        (),
        aval,
        [*(2 * s for s in self.stride()), 1],
        2 * self._offset,
        "ViewAsReal",
    )


def view_as_complex(self: Tensor) -> Tensor:
    """A real tensor with a last dimension of 2 as a complex one."""
    if not self.is_floating_point():
        raise RuntimeError(
            "view_as_complex is only supported for half, float and double tensors, but got a "
            f"tensor of scalar type: {_long(self.dtype)}"
        )
    if self.dim() == 0:
        raise RuntimeError("Input tensor must have one or more dimensions")
    if self.shape[-1] != 2:
        raise RuntimeError("Tensor must have a last dimension of size 2")
    strides = self.stride()
    if strides[-1] != 1:
        raise RuntimeError("Tensor must have a last dimension with stride 1")
    if any(s % 2 for s in strides[:-1]):
        raise RuntimeError("Tensor must have a stride divisible by 2 for all but last dimension")
    aval = aval_of(self._aval.shape[:-1], self.dtype.to_complex().np, self.device)
    return make_view(
        self,
        ("as_complex",),
        (),
        aval,
        [s // 2 for s in strides[:-1]],
        self._offset // 2,
        "ViewAsComplex",
    )
