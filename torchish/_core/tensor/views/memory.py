"""Views of a storage's memory with any sizes, strides and offset.

https://docs.pytorch.org/docs/stable/generated/torch.as_strided.html
"""

from __future__ import annotations

import math

import numpy as np

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import require_count, size_text
from torchish._core.engine.values import from_host
from torchish._core.ops.views import Mapped
from torchish._core.tensor.api.classes import ints
from torchish._core.tensor.public import public
from torchish._core.tensor.storage import Storage
from torchish._core.tensor.tape import forward
from torchish._core.tensor.tape.duals import now
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor, alias_of, blank, tracked, wrap
from torchish._core.tensor.views.make import make_view
from torchish._core.tensor.views.order import _permute
from torchish._core.tensor.views.parts import slice_view
from torchish._core.tensor.views.recast import view_as_complex, view_as_real, view_dtype
from torchish._core.tensor.views.shapes import view_sizes


class Strided(Mapped):
    """(size, stride, offset): elements of memory in row-major order, in any layout."""

    __slots__ = ()
    kind = "strided"

    def places(self, grid):
        return _places(*self[1:])

    def layout(self, aval, strides, offset, at):
        return self[1:]


@public(method=True)
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
        v = over_storage(s, self.dtype, size, stride, offset)
        v._quiet = self._quiet
        return v
    root = self if self._base is None or self._base._storage is not self._storage else self._base
    history = None
    if modes.grad and tracked(self) and self._view is not None:
        # No gradient goes to what is not this view's, though it be its base's.
        history = _elements_at(self, _places(size, stride, offset), root)
    if root._view is not None:
        v = over_storage(s, self.dtype, size, stride, offset)
        if not modes.grad and self.requires_grad:
            # It has no history, but it is a view of what requires gradients.
            v._base, v._view_version, v._no_grad_view = root, s.writes, True
    else:
        v = _strided(root, self.dtype, size, stride, offset)
        v._no_grad_view = self._no_grad_view or not modes.grad
        v._several = min(self._several, 1) if modes.grad else 0
    v._quiet = self._quiet
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
    return make_view(_memory(root, dtype), Strided(size, stride, offset), "AsStrided")


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
    if not self.numel():
        return self.sum().expand(wanted.shape)
    taken = self.reshape(-1)[_on_host(np.maximum(wanted, 0))]
    return taken if (wanted >= 0).all() else taken * _on_host(wanted >= 0)


def _memory(root: Tensor, dtype: dt.dtype) -> Tensor:
    """All of a storage in memory order, in a dtype that it is seen as; `root` has no lens."""
    strides = root._storage.strides
    if strides is not None:
        order = np.argsort([-q for q in strides], kind="stable")
        root = _permute(root, tuple(int(i) for i in order), "Permute")
    if root.dtype is dtype:
        return root
    flat = view_sizes(root, (root.numel(),), "View")
    rest = root.nbytes % dtype.itemsize // root.itemsize
    if rest:
        flat = slice_view(flat, 0, 0, root.numel() - rest, fixed=True)
    if root.is_complex():
        pairs = view_as_real(flat)
        flat = view_sizes(pairs, (pairs.numel(),), "View")
    part = dtype.to_real()
    if flat.dtype is not part:
        flat = view_dtype(flat, part)
    if dtype.is_complex:
        return view_as_complex(view_sizes(flat, (flat.numel() // 2, 2), "View"))
    return flat


def _on_host(a: np.ndarray) -> Tensor:
    return wrap(from_host(np.asarray(a), devices.cpu))
