"""Sparse tensors rearranged: transposed, joined, and parts of them.

https://docs.pytorch.org/docs/stable/sparse.html
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from torchish._core.base import devices, layouts
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import wrap_dim
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Size, Tensor, zeros
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.public import public
from torchish._core.tensor.sparse import (
    KINDS,
    SparseTensor,
    copied,
    index_tensor,
    make,
    without,
)
from torchish._core.tensor.sparse_rules import LAYOUTS, refusal, rule
from torchish.sparse.convert import sparse_resize_, to_sparse
from torchish.sparse.creation import empty_sparse, sparse_coo_tensor

COO, CSR, CSC, BSR, BSC = LAYOUTS


@rule("permute")
def permute(s: SparseTensor, dims: tuple[int, ...], name: str = "Permute") -> SparseTensor:
    """Dimensions in another order; a matrix with compressed rows becomes one with compressed
    columns."""
    label = f"{name}Backward0"
    shape = tuple(s.shape[d] for d in dims)
    if s.layout is not COO:
        return _compressed_order(s, dims, shape, name)
    n = s.sparse_dim()
    if name == "T" and s.dense_dim():
        raise RuntimeError(
            f"t() expects a tensor with <= 2 sparse and 0 dense dimensions, but got {n} sparse and "
            f"{s.dense_dim()} dense dimensions"
        )
    if any((d < n) != (i < n) for i, d in enumerate(dims)):
        if name == "Permute":
            raise RuntimeError(
                "permute(sparse_coo): transpositions between sparse and dense dimensions are not "
                "allowed.Only transpositions within sparse and dense dimensions are supported."
            )
        moved = [d for i, d in enumerate(dims) if i != d]
        raise RuntimeError(
            "sparse transpose: transposed dimensions must be sparse Got sparse_dim: "
            f"{n}, d0: {min(moved)}, d1: {max(moved)}"
        )
    values = s._vals
    if dims[n:] != tuple(range(n, s.dim())):
        values = values.permute(0, *[d - n + 1 for d in dims[n:]])
    else:
        values = copied(values)
    if dims[:n] == tuple(range(n)):
        return make(COO, s._parts, values, shape, s._coalesced, label)
    order = index_tensor(np.asarray(dims[:n]), s.device)
    index = apply(TABLE["_sparse_take"], (s._parts[0], order))
    return make(COO, (index,), values, shape, False, label)


_TURNED = {CSR: CSC, CSC: CSR, BSR: BSC, BSC: BSR}


def _compressed_order(s: SparseTensor, dims, shape, name: str) -> SparseTensor:
    """A compressed tensor whose matrices, or whose batch, are transposed."""
    label = f"{name}Backward0"
    if name == "Permute" and s.dim() != 2:
        raise refusal("as_strided", s.layout)
    if dims == tuple(range(s.dim())):
        return make(s.layout, s._parts, copied(s._vals), shape, label=label)
    if s.dense_dim():
        raise RuntimeError(
            "transpose(): hybrid sparse compressed tensors with dense dimensions are not supported"
        )
    n = s._batch_dim()
    moved = [d for i, d in enumerate(dims) if i != d]
    kinds = ["Batch" if d < n else "Sparse" for d in sorted(moved)]
    if kinds[0] != kinds[-1]:
        a, b = min(moved), max(moved)
        raise RuntimeError(
            "transpose(): can only transpose dimensions of the same type (Batch, Sparse, Dense), "
            f"got {a}({kinds[0]}) and {b}({kinds[-1]})"
        )
    values = s._vals
    if kinds[0] == "Batch":
        a, b = min(moved), max(moved)
        parts = [p.transpose(a, b).contiguous() for p in s._parts]
        return make(s.layout, parts, values.transpose(a, b), shape, label=label)
    values = values.transpose(n + 1, n + 2) if s._block() else copied(values)
    return make(_TURNED[s.layout], s._parts, values, shape, label=label)


@rule("unsqueeze")
def unsqueeze(s: SparseTensor, dim: int) -> SparseTensor:
    if s.layout is not COO:
        raise without(s.layout, "strides")
    n = s.sparse_dim()
    shape = (*s.shape[:dim], 1, *s.shape[dim:])
    if dim > n:
        values = s._vals.unsqueeze(dim - n + 1)
        return make(COO, s._parts, values, shape, False, "UnsqueezeBackward0")
    index = s._parts[0]
    row = index_tensor(np.zeros((1, index.shape[1])), s.device)
    index = apply(TABLE["cat"], ([index[:dim], row, index[dim:]], 0))
    return make(COO, (index,), copied(s._vals), shape, False, "UnsqueezeBackward0")


def _chosen(s: SparseTensor, at: np.ndarray, index: np.ndarray, shape, label: str) -> SparseTensor:
    """The elements `at` of the values, at new indices."""
    values = apply(TABLE["_sparse_take"], (s._vals, index_tensor(at, s.device)))
    coalesced = s._coalesced and bool((np.diff(at) > 0).all())
    return make(COO, (index_tensor(index, s.device),), values, shape, coalesced, label)


@rule("select")
def select(s: Tensor, dim: int, index: int) -> Tensor:
    """One slice along a dimension; an element, when nothing else is left, is dense. Looks at the
    indices."""
    dim = wrap_dim(dim, s.dim(), scalar=False)
    size = s.shape[dim]
    if not -size <= index < size:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size {list(s.shape)} at "
            f"dimension {dim}"
        )
    index %= size
    shape = (*s.shape[:dim], *s.shape[dim + 1 :])
    if s.layout is not COO:
        batch = s._batch_dim()
        if dim < batch:
            parts = [p.select(dim, index) for p in s._parts]
            values = s._vals.select(dim, index)
            return make(s.layout, parts, values, shape, label="SelectBackward0")
        if dim >= batch + 2:
            values = s._vals.select(dim - s.dim(), index)
            return make(s.layout, s._parts, values, shape, label="SelectBackward0")
        if batch:
            raise RuntimeError(
                "select(): selecting sparse dimensions is not supported for batched sparse "
                "compressed tensors."
            )
        s = to_sparse(s).coalesce()
    n = s.sparse_dim()
    if dim >= n:
        values = s._vals.select(dim - n + 1, index)
        return make(COO, s._parts, values, shape, False, "SelectBackward0")
    places = np.asarray(s._parts[0]._array())
    at = np.nonzero(places[dim] == index)[0]
    if n == 1:
        values = apply(TABLE["_sparse_take"], (s._vals, index_tensor(at, s.device)))
        return apply(TABLE["sum"], (values, (0,), False, None)).to(s.dtype)
    rest = np.delete(places, dim, axis=0)[:, at]
    return _chosen(s, at, rest, shape, "SelectBackward0")


def _getitem(self: SparseTensor, index) -> Tensor:
    items = index if isinstance(index, tuple) else (index,)
    if sum(i is Ellipsis for i in items) == 1:
        at = next(k for k, i in enumerate(items) if i is Ellipsis)
        rest = self.dim() - sum(i is not None and i is not Ellipsis for i in items)
        items = (*items[:at], *[slice(None)] * rest, *items[at + 1 :])
    for i in items:
        whole = i is None or (isinstance(i, slice) and i == slice(None))
        if not whole and (isinstance(i, bool) or not isinstance(i, (int, np.integer))):
            raise refusal("index.Tensor" if isinstance(i, Tensor) else "as_strided", self.layout)
    t, dim = self, 0
    for i in items:
        if isinstance(i, (int, np.integer)):
            size = t.shape[dim] if dim < t.dim() else 0
            if dim < t.dim() and not -size <= i < size:
                raise IndexError(f"index {i} is out of bounds for dimension {dim} with size {size}")
            t = select(t, dim, int(i)) if t._sparse else t.select(dim, int(i))
            continue
        if i is None:
            t = unsqueeze(t, dim) if t._sparse else t.unsqueeze(dim)
        dim += 1
    return t


def _refuse_setitem(self: SparseTensor, index, value) -> None:
    raise TypeError("Cannot assign to a sparse tensor")


def unbind(self: SparseTensor, dim: int = 0) -> tuple[Tensor, ...]:
    """All slices along a dimension."""
    if not self.dim():
        raise RuntimeError("Dimension specified as 0 but tensor has no dimensions")
    return tuple(select(self, dim, i) for i in range(self.shape[wrap_dim(dim, self.dim())]))


@rule("index_select")
def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    if not input._sparse or input.layout is not COO:
        raise refusal("index_select", input.layout)
    if index.dim() > 1 or index.dtype.category > dt.INT:
        raise IndexError(
            "index_select() argument index must be 1-D strided (non-sparse) long-tensor."
        )
    dim = wrap_dim(dim, input.dim())
    n = input.sparse_dim()
    if dim >= n:
        values = apply(TABLE["index_select"], (input._vals, dim - n + 1, index))
        shape = (*input.shape[:dim], values.shape[dim - n + 1], *input.shape[dim + 1 :])
        return make(COO, input._parts, values, shape, input._coalesced, "IndexSelectBackward0")
    wanted = np.asarray(index._array()).reshape(-1)
    size = input.shape[dim]
    if wanted.size and not ((wanted >= -size) & (wanted < size)).all():
        bad = wanted[(wanted < -size) | (wanted >= size)][0]
        raise IndexError(
            f"index_select(): index contains {bad} that is out of range for tensor of size "
            f"{list(input.shape)} at dimension {dim}"
        )
    wanted = wanted % max(size, 1)
    places = np.asarray(input._parts[0]._array())
    at, new = np.nonzero(places[dim][:, None] == wanted[None])
    order = np.lexsort((at, new)) if dim == 0 else np.arange(len(at))
    at, new = at[order], new[order]
    found = places[:, at].copy()
    found[dim] = new
    shape = (*input.shape[:dim], len(wanted), *input.shape[dim + 1 :])
    r = _chosen(input, at, found, shape, "IndexSelectBackward0")
    return r


def narrow_copy(self: SparseTensor, dim: int, start: int, length: int) -> Tensor:
    """A part of a dimension, copied."""
    if not 0 <= dim < self.dim():
        raise RuntimeError(f"Dimension {dim} out of range. Expecting 0 <= dim < {self.dim()}.")
    if start < 0 or length < 0 or start + length > self.shape[dim]:
        raise RuntimeError(
            "Invalid range to narrow. range(start, start+length) must be a subset of range(0, "
            f"{self.shape[dim]})."
        )
    shape = (*self.shape[:dim], length, *self.shape[dim + 1 :])
    n = self.sparse_dim()
    if dim >= n:
        values = self._vals.narrow(dim - n + 1, start, length).clone()
        return make(COO, self._parts, values, shape, self._coalesced, "NarrowCopyBackward0")
    places = np.asarray(self._parts[0]._array())
    at = np.nonzero((places[dim] >= start) & (places[dim] < start + length))[0]
    found = places[:, at].copy()
    found[dim] -= start
    return _chosen(self, at, found, shape, "NarrowCopyBackward0")


@rule("cat")
def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    for i, t in enumerate(tensors):
        if not t._sparse or t.layout is not COO:
            raise RuntimeError(
                f"Concatenating sparse tensors, but a dense tensor was found at position {i}."
            )
    first = tensors[0]
    n = first.sparse_dim()
    dim = wrap_dim(dim, first.dim())
    for i, t in enumerate(tensors):
        same = [k for d, k in enumerate(t.shape) if d != dim]
        if (t.sparse_dim(), t.dense_dim()) != (n, first.dense_dim()):
            raise RuntimeError(
                f"All tensors must have the same sparse_dim and dense_dim: {n}, "
                f"{first.dense_dim()}, but tensor at position {i} has {t.sparse_dim()}, "
                f"{t.dense_dim()}."
            )
        if same != [k for d, k in enumerate(first.shape) if d != dim]:
            raise RuntimeError(
                "All tensors must have the same shape: "
                f"{list(first.shape)} (except in the concatenating dimension), but found shape: "
                f"{list(t.shape)} at position {i}."
            )
    total = sum(t.shape[dim] for t in tensors)
    shape = (*first.shape[:dim], total, *first.shape[dim + 1 :])
    if dim >= n:
        return _cat_dense(tensors, dim, shape)
    moved, before = [], 0
    for t in tensors:
        shift = np.zeros((n, 1), np.int64)
        shift[dim] = before
        moved.append(apply(TABLE["add"], (t._parts[0], index_tensor(shift, t.device), 1)))
        before += t.shape[dim]
    index = apply(TABLE["cat"], (moved, 1))
    values = apply(TABLE["cat"], ([t._vals for t in tensors], 0))
    return make(COO, (index,), values, shape, False, "CatBackward0")


def _cat_dense(tensors: Sequence[Tensor], dim: int, shape: tuple[int, ...]) -> Tensor:
    """Tensors one after the other along a dense dimension: each one's values beside zeros."""
    parts, before = [], 0
    for t in tensors:
        size = t.shape[dim]
        around = (before, shape[dim] - before - size)
        pad = (0, 0) * (t.dim() - 1 - dim) + around
        parts.append(apply(TABLE["constant_pad_nd"], (t._vals, pad, 0)))
        before += size
    index = apply(TABLE["cat"], ([t._parts[0] for t in tensors], 1))
    return make(COO, (index,), apply(TABLE["cat"], (parts, 0)), shape, False, "CatBackward0")


@rule("stack")
def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    if not all(t._sparse and t.layout is COO for t in tensors):
        raise RuntimeError("Concatenating sparse tensors, but a dense tensor was found.")
    dim = wrap_dim(dim, tensors[0].dim() + 1)
    return cat([unsqueeze(t, dim) for t in tensors], dim)


@rule("hstack")
def hstack(tensors: Sequence[Tensor]) -> Tensor:
    return cat(tensors, 0 if tensors[0].dim() == 1 else 1)


@rule("vstack")
def vstack(tensors: Sequence[Tensor]) -> Tensor:
    return cat([unsqueeze(t, 0) if t.dim() == 1 else t for t in tensors], 0)


def reshape(self: SparseTensor, *shape) -> Tensor:
    if self.layout is not COO:
        raise without(self.layout, "is_contiguous")
    raise RuntimeError("reshape is not implemented for sparse tensors")


def broadcast_to(self: SparseTensor, *size) -> Tensor:
    """Repeated along new dimensions and those of size 1."""
    wanted = tuple(size[0]) if len(size) == 1 and not isinstance(size[0], int) else size
    old, new = self.shape, len(wanted) - self.dim()
    if new < 0 or any(m not in (n, 1) for m, n in zip(old, wanted[max(new, 0) :], strict=True)):
        raise RuntimeError(
            f"The expanded size of the tensor {list(wanted)} must match the existing size "
            f"{list(old)} at non-singleton dimensions"
        )
    if self.layout is not COO:
        raise RuntimeError(f"expand is unsupported for {KINDS[self.layout]} tensors")
    n = self.sparse_dim()
    places = np.asarray(self._parts[0]._array())
    at = np.arange(places.shape[1])
    for d in reversed(range(n)):
        if old[d] != wanted[new + d]:
            at, places = np.tile(at, wanted[new + d]), _repeated(places, d, wanted[new + d])
    for d in reversed(range(new)):
        places = np.concatenate([np.zeros((1, places.shape[1]), np.int64), places])
        at, places = np.tile(at, wanted[d]), _repeated(places, 0, wanted[d])
    values = apply(TABLE["_sparse_take"], (self._vals, index_tensor(at, self.device)))
    values = values.expand(len(at), *wanted[new + n :])
    plain = self._coalesced and len(wanted) == self.dim() and n < 2
    return make(COO, (index_tensor(places, self.device),), values, wanted, plain, "Broadcast")


@public("_sparse_broadcast_to")
def _sparse_broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """`broadcast_to`, which says of the first dimension that does not fit where it is."""
    new = len(size) - input.dim()
    for d in range(max(new, 0), len(size)):
        if new >= 0 and input.shape[d - new] not in (size[d], 1):
            raise RuntimeError(
                f"The input's length {input.shape[d - new]} at dimension {d - new} does not "
                f"broadcast over the requested shape of length {size[d]} at dimension {d}"
            )
    return broadcast_to(input, size)


def _repeated(places: np.ndarray, dim: int, times: int) -> np.ndarray:
    """Places, once for each index of a dimension."""
    count = places.shape[1]
    found = np.tile(places, times)
    found[dim] = np.repeat(np.arange(times), count)
    return found


def expand(self: SparseTensor, *sizes, implicit: bool = False) -> Tensor:
    raise RuntimeError(f"expand is unsupported for {KINDS[self.layout]} tensors")


def resize_as_(
    self: SparseTensor, the_template: Tensor, *, memory_format: layouts.memory_format | None = None
) -> Tensor:
    """Take the sizes of another tensor of the layout, as `sparse_resize_` does."""
    if memory_format is not None:
        raise RuntimeError("memory format option is only supported by strided tensors")
    if the_template.layout is not self.layout:
        raise refusal("resize_as_", self.layout)
    if self.layout is not COO:
        if the_template.shape != self.shape:
            raise refusal("resize_as_", self.layout)
        return self
    return sparse_resize_(
        self, tuple(the_template.shape), the_template.sparse_dim(), the_template.dense_dim()
    )


@public(method=True)
def resize_as_sparse_(self: Tensor, the_template: Tensor) -> Tensor:
    """`resize_as_` of sparse tensors: NotImplementedError for others."""
    if not self._sparse or not the_template._sparse:
        raise refusal("resize_as_sparse_", layouts.strided)
    return resize_as_(self, the_template)


def resize_(self: SparseTensor, *size, memory_format=None) -> SparseTensor:
    """Rows more or fewer in place, or columns more, of a compressed matrix; no element moves.

    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.resize_.html
    """
    size = tuple(size[0]) if len(size) == 1 and not isinstance(size[0], int) else size
    if self.layout is COO:
        raise refusal("resize_", self.layout)
    if memory_format is not None or self.dim() != 2 or self._block():
        if size == self.shape and memory_format is None:
            return self
        raise NotImplementedError(
            f"resize_ of a tensor of {self.layout} with {self.dim()} dimensions"
        )
    if size[-1] < self.shape[-1] or len(size) != 2:
        raise RuntimeError(
            "torch.resize_: Resizing columns of sparse CSR tensors to a smaller value is not "
            f"supported. The original number of columns is {self.shape[-1]} while the requested "
            f"new number of columns is {size[-1]}."
        )
    pointers, plain = self._parts
    n, old = (size[0], self.shape[0]) if self.layout is CSR else (size[1], self.shape[1])
    count = self._nnz()
    made = np.array(pointers._array())
    kept = made[: n + 1] if n < old else np.concatenate([made, np.full(n - old, count)])
    if (n < old and kept[-1] != count) or (self.layout is CSC and size[0] < self.shape[0]):
        raise NotImplementedError("resize_: a compressed tensor made smaller than its elements")
    parts = (index_tensor(kept, self.device), plain)
    self._take_over(make(self.layout, parts, self._vals, size))
    return self


def new(self: SparseTensor, *args, **options) -> Tensor:
    """A sparse tensor of the same kind: of sizes, of indices and values, or empty."""
    where = {"dtype": self.dtype, "device": self.device, **options}
    kind = devices.device(where["device"]).type
    if kind != self.device.type:
        raise RuntimeError(
            f"legacy constructor expects device type: {self.device.type} but device type: {kind} "
            "was passed"
        )
    if args and not isinstance(args[0], (int, Sequence, np.ndarray)):
        if not isinstance(args[0], Tensor) or len(args) == 1:
            raise TypeError(
                "new() received an invalid combination of arguments - got "
                f"({type(args[0]).__name__})"
            )
    if len(args) == 1 and isinstance(args[0], Sequence) and not isinstance(args[0], Size):
        raise TypeError(
            "SparseTensor.new(sequence) only accepts sizes.  Please use torch.sparse_coo_tensor() "
            "or construct a strided tensor and convert it to sparse via to_sparse."
        )
    if args and isinstance(args[0], Tensor):
        return sparse_coo_tensor(*args, **where)
    size = tuple(args[0]) if len(args) == 1 and not isinstance(args[0], int) else args
    return empty_sparse(size or (0,), self.layout, where["dtype"], where["device"], False)


def _new(name: str):
    def new(self: SparseTensor, *size, dtype=None, device=None, requires_grad=False):
        if len(size) == 1 and not isinstance(size[0], int):
            size = tuple(size[0])
        where = self.device if device is None else zeros((), device=device).device
        return empty_sparse(size, self.layout, dtype or self.dtype, where, requires_grad)

    new.__name__ = name
    new.__doc__ = "A sparse tensor without elements, with this one's layout, dtype and device."
    return new


def _refused(name: str):
    def f(self: SparseTensor, *args, **options):
        raise refusal(name, self.layout)

    f.__name__, f.__doc__ = name, "Has no form for sparse tensors: NotImplementedError."
    return f


for _n in ("new_zeros", "new_empty"):
    setattr(SparseTensor, _n, _new(_n))
for _n in ["new_ones", "new_full", "new_tensor", "new_empty_strided", "set_"]:
    setattr(SparseTensor, _n, _refused(_n))
SparseTensor.resize_as_, SparseTensor.resize_, SparseTensor.new = resize_as_, resize_, new
SparseTensor.broadcast_to = broadcast_to
SparseTensor.__getitem__, SparseTensor.__setitem__ = _getitem, _refuse_setitem
SparseTensor.select, SparseTensor.unbind, SparseTensor.narrow_copy = select, unbind, narrow_copy
SparseTensor.__iter__ = lambda self: iter(unbind(self))
SparseTensor.reshape = SparseTensor.flatten = reshape
SparseTensor.expand = expand
RULED = (permute, unsqueeze, index_select, cat, stack, hstack, vstack)
