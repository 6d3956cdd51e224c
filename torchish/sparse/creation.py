"""Making sparse tensors, and conversions between layouts.

https://docs.pytorch.org/docs/stable/sparse.html
"""

from __future__ import annotations

import contextlib

import numpy as np

from torchish.base import dtypes as dt
from torchish.base import layouts
from torchish.base.errors import size_text
from torchish.ops.table import TABLE
from torchish.tensor import Tensor, as_tensor, tensor, zeros
from torchish.tensor.dispatch import apply, check_values
from torchish.tensor.modes import state as modes
from torchish.tensor.sparse import (
    SparseTensor,
    alias,
    index_tensor,
    labelled,
    linear,
    make,
    wrong_layout,
)
from torchish.tensor.sparse_rules import LAYOUTS, refusal, rule

COO, CSR, CSC = LAYOUTS


class check_sparse_tensor_invariants(contextlib.ContextDecorator):
    """Whether constructors check the pointers of compressed layouts too; indices always are.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse.check_sparse_tensor_invariants.html
    """

    _on = False

    def __init__(self, enable: bool = True):
        self.state = enable
        self.saved: bool | None = None

    @staticmethod
    def is_enabled() -> bool:
        return check_sparse_tensor_invariants._on

    @staticmethod
    def enable() -> None:
        check_sparse_tensor_invariants._on = True

    @staticmethod
    def disable() -> None:
        check_sparse_tensor_invariants._on = False

    def __enter__(self):
        if self.saved is not None:
            raise RuntimeError(
                "This context manager instance is already activated. Use a different context "
                "manager instance for context nesting."
            )
        self.saved = self.is_enabled()
        check_sparse_tensor_invariants._on = self.state
        return self

    def __exit__(self, *exc) -> None:
        check_sparse_tensor_invariants._on, self.saved = bool(self.saved), None


def _values_of(values, dtype, device) -> Tensor:
    if isinstance(values, Tensor):
        if values._sparse:
            raise refusal("sparse_coo_tensor", values.layout)
        return values.to(
            dtype=dtype or values.dtype, device=values.device if device is None else device
        )
    return tensor(values, dtype=dtype, device=device)


def _index_of(index, device) -> Tensor:
    t = index if isinstance(index, Tensor) else as_tensor(index)
    return t.detach().to(device=device)


def _finished(t: SparseTensor, values: Tensor, requires_grad: bool, label: str) -> SparseTensor:
    """With the values' history, or as a leaf when `requires_grad` is asked of a plain one."""
    if modes.grad and values.requires_grad:
        t._vals = alias(values)
        labelled(t._vals, label)
        return t
    t._vals = values.detach()
    if requires_grad:
        t.requires_grad_()
    return t


def sparse_coo_tensor(
    indices=None,
    values=None,
    size=None,
    *,
    dtype: dt.dtype | None = None,
    device=None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    check_invariants: bool | None = None,
    is_coalesced: bool | None = None,
    layout=None,
) -> Tensor:
    """A COO tensor of indices (sparse dims, nnz) and values (nnz, *dense dims), or an empty one of
    a size.

    RuntimeError for parts that do not fit each other, and for an index outside of the size.
    https://docs.pytorch.org/docs/stable/generated/torch.sparse_coo_tensor.html
    """
    if layout not in (None, COO):
        raise RuntimeError(f"sparse_coo_tensor: unexpected layout {layout}")
    if pin_memory:
        raise NotImplementedError("sparse_coo_tensor: pin_memory=True")
    if values is None:
        shape = tuple(size if size is not None else indices)
        return _empty(shape, COO, dtype or dt.get_default_dtype(), _device(device), requires_grad)
    values = _values_of(values, dtype, device)
    index = _index_of(indices, values.device)
    if index.dim() != 2:
        if index.dim() == 1 and size is not None:
            raise RuntimeError(_dims_text(len(size), len(index), values.dim() - 1))
        raise RuntimeError(
            "indices must be sparse_dim x nnz, but got: " + size_text(index.shape)
        )
    if values.dim() == 0:
        values = values.unsqueeze(0)
    sparse, nnz = index.shape
    dense = tuple(values.shape[1:])
    if size is None:
        size = (*_extent(index), *dense)
    size = tuple(int(n) for n in size)
    if len(size) != sparse + len(dense):
        raise RuntimeError(_dims_text(len(size), sparse, len(dense)))
    if nnz != values.shape[0]:
        raise RuntimeError(
            "indices and values must have same nnz, but got nnz from indices: "
            f"{nnz}, nnz from values: {values.shape[0]}"
        )
    if dense != size[sparse:]:
        raise RuntimeError(
            f"values has incorrect size, expected {size_text((nnz, *size[sparse:]))}, got "
            f"{size_text(values.shape)}"
        )
    index = index.to(dt.int64)
    check_values(TABLE["_sparse_indices"], (index, size[:sparse]))
    t = make(COO, (index,), values, size, bool(is_coalesced))
    return _finished(t, values, requires_grad, "SparseCooTensorWithDimsAndTensorsBackward0")


def _device(device):
    return zeros((), device=device).device


def _dims_text(n: int, sparse: int, dense: int) -> str:
    return (
        f"'len(size) == sparse_dim + dense_dim' is not satisfied: len(size) = {n}, sparse_dim = "
        f"{sparse}, dense_dim = {dense}"
    )


def _extent(index: Tensor) -> list[int]:
    """The least size that has room for all indices. Looks at them."""
    a = np.asarray(index._array())
    if a.shape[1] == 0:
        return [0] * a.shape[0]
    for d, row in enumerate(a):
        if row.min() < 0:
            raise RuntimeError(f"found negative index {row.min()} for dim {d}")
    return [int(n) + 1 for n in a.max(axis=1)]


@rule("_empty")
def _empty(shape, layout, dtype, device, requires_grad: bool = False) -> SparseTensor:
    """A sparse tensor without any element."""
    shape = tuple(int(n) for n in shape)
    nothing = zeros(0, dtype=dtype, device=device)
    if layout is COO:
        parts = (index_tensor(np.zeros((len(shape), 0)), nothing.device),)
    else:
        if len(shape) != 2:
            raise NotImplementedError(f"{layout} of {len(shape)} dimensions")
        n = shape[0 if layout is CSR else 1]
        parts = tuple(index_tensor(np.zeros(k), nothing.device) for k in (n + 1, 0))
    t = make(layout, parts, nothing, shape, layout is COO)
    if requires_grad:
        t.requires_grad_()
    return t


# --- compressed layouts


def _compressed(layout, pointers, plain, values, size, dtype, device, requires_grad, check):
    names = ("crow_indices", "col_indices") if layout is CSR else ("ccol_indices", "row_indices")
    values = _values_of(values, dtype, device)
    pointers, plain = _index_of(pointers, values.device), _index_of(plain, values.device)
    if pointers.dim() != plain.dim():
        raise RuntimeError(
            f"{names[0]} and {names[1]} dimensionalities must be equal but got {pointers.dim()} "
            f"and {plain.dim()}, respectively"
        )
    if pointers.dim() != 1:
        raise NotImplementedError(f"batches of {layout} tensors")
    if values.dim() != 1:
        raise NotImplementedError(f"{layout} tensors with dense dimensions")
    if size is None:
        most = int(plain.max()) + 1 if len(plain) else 0
        size = (len(pointers) - 1, most) if layout is CSR else (most, len(pointers) - 1)
    size = tuple(int(n) for n in size)
    if len(size) != 2:
        raise NotImplementedError(f"{layout} tensors of {len(size)} dimensions")
    n, m = size if layout is CSR else size[::-1]
    words = ("row", "col") if layout is CSR else ("column", "row")
    if len(pointers) != n + 1:
        raise RuntimeError(
            f"{names[0]}.shape[-1] must be equal to the number of {words[0]}s + 1 (={n + 1}), but "
            f"got {len(pointers)}"
        )
    if len(plain) != len(values):
        raise RuntimeError(
            f"{names[1]}.shape[-1] must be equal to nnz (={len(values)}) as defined by "
            f"values.shape[0], but got {len(plain)}"
        )
    if check or (check is None and check_sparse_tensor_invariants.is_enabled()):
        _check_pointers(np.asarray(pointers._array()), np.asarray(plain._array()), m, names, words)
    else:
        check_values(TABLE["_sparse_indices"], (plain, (m,)))
    t = make(layout, (pointers, plain), values, size)
    label = "SparseCompressedTensorBackward0"
    return _finished(t, values, requires_grad, label)


def _check_pointers(pointers, plain, m: int, names, words) -> None:
    where, count = names[0] + "[..., ", len(plain)
    rules = [
        (pointers[0] == 0, f"`{where}0] == 0` is not satisfied."),
        (pointers[-1] == count, f"`{where}-1] == nnz` is not satisfied."),
        (
            (np.diff(pointers) >= 0).all(),
            f"`0 <= {where}1:] - {where}:-1] <= n{words[1]}s` is not satisfied.",
        ),
        (
            count == 0 or (plain.min() >= 0 and plain.max() < m),
            f"`0 <= {names[1]} < n{words[1]}s` is not satisfied.",
        ),
    ]
    for ok, text in rules:
        if not ok:
            raise RuntimeError(text)
    starts = np.zeros(count + 1, bool)
    starts[pointers] = True
    if count > 1 and not ((np.diff(plain) > 0) | starts[1:-1]).all():
        raise RuntimeError(
            f"`{names[1]}[..., {where}i - 1]:{where}i]] for all i = 1, ..., nrows are sorted and "
            "distinct along the last dimension values` is not satisfied."
        )


def sparse_csr_tensor(
    crow_indices,
    col_indices,
    values,
    size=None,
    *,
    dtype: dt.dtype | None = None,
    device=None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    check_invariants: bool | None = None,
    layout=None,
) -> Tensor:
    """A matrix with compressed rows: crow_indices (rows + 1,), col_indices and values (nnz,).

    RuntimeError for parts that do not fit each other. Batches raise NotImplementedError.
    https://docs.pytorch.org/docs/stable/generated/torch.sparse_csr_tensor.html
    """
    if pin_memory:
        raise NotImplementedError("sparse_csr_tensor: pin_memory=True")
    return _compressed(
        CSR, crow_indices, col_indices, values, size, dtype, device, requires_grad, check_invariants
    )


def sparse_csc_tensor(
    ccol_indices,
    row_indices,
    values,
    size=None,
    *,
    dtype: dt.dtype | None = None,
    device=None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    check_invariants: bool | None = None,
    layout=None,
) -> Tensor:
    """A matrix with compressed columns: ccol_indices (columns + 1,), row_indices, values (nnz,).

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_csc_tensor.html
    """
    if pin_memory:
        raise NotImplementedError("sparse_csc_tensor: pin_memory=True")
    return _compressed(
        CSC, ccol_indices, row_indices, values, size, dtype, device, requires_grad, check_invariants
    )


def sparse_compressed_tensor(
    compressed_indices, plain_indices, values, size=None, *, layout=None, **options
) -> Tensor:
    """A tensor of layout sparse_csr or sparse_csc; blocked layouts raise NotImplementedError.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_compressed_tensor.html
    """
    maker = {CSR: sparse_csr_tensor, CSC: sparse_csc_tensor}.get(layout)
    if maker is None:
        raise NotImplementedError(f"sparse_compressed_tensor: layout={layout}")
    return maker(compressed_indices, plain_indices, values, size, **options)


def _blocked(name: str):
    def f(*args, **options):
        raise NotImplementedError(f"{name}: blocked layouts")

    f.__name__, f.__doc__ = name, "Blocked layouts do not exist here: NotImplementedError."
    return f


sparse_bsr_tensor, sparse_bsc_tensor = _blocked("sparse_bsr_tensor"), _blocked("sparse_bsc_tensor")


# --- conversions


def to_sparse(
    self: Tensor, sparse_dim: int | None = None, *, layout=None, blocksize=None, dense_dim=None
) -> Tensor:
    """The tensor in another layout (COO unless told), without its zeros. Looks at a dense tensor's
    values.

    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to_sparse.html
    """
    if isinstance(sparse_dim, layouts.layout):
        sparse_dim, layout = None, sparse_dim
    layout = COO if layout is None else layout
    if blocksize is not None or layout not in LAYOUTS:
        raise NotImplementedError(f"to_sparse: layout={layout}, blocksize={blocksize}")
    if dense_dim:
        raise NotImplementedError(f"to_sparse: dense_dim={dense_dim}")
    n = self.dim() if sparse_dim is None else int(sparse_dim)
    if self._sparse:
        if self.layout is COO and n != self.sparse_dim():
            raise RuntimeError(
                "to_sparse: conversion from Sparse to Sparse with sparse_dim argument !="
                "self.sparse_dim() is not supported"
            )
        return _between(self, layout)
    low = 0 if self.dim() == 0 else 1
    if not low <= n <= self.dim():
        raise RuntimeError(
            "dense_to_sparse: sparse_dim argument must be in >0 when self.dim()>0"
            if n == 0
            else f"sparse_dim must be in range [{low}, {self.dim()}], got {n}"
        )
    if layout is not COO and self.dim() != 2:
        raise NotImplementedError(f"to_sparse: {layout} of {self.dim()} dimensions")
    a = np.asarray(self._array()) != 0
    a = a.any(axis=tuple(range(n, a.ndim))) if n < a.ndim else a
    if layout is CSC:
        index = np.stack(np.nonzero(a.T)[::-1])
    else:
        index = np.stack(np.nonzero(a)) if n else np.zeros((0, int(a)), np.int64)
    place = index_tensor(index, self.device)
    label = {COO: "ToSparseBackward1" if sparse_dim is None else "ToSparseBackward0"}.get(
        layout, "ToSparseCsrBackward0" if layout is CSR else "ToSparseCscBackward0"
    )
    if n == 0 and index.shape[1] == 0:
        return _empty((), COO, self.dtype, self.device)
    values = apply(TABLE["_sparse_gather"], (self, place))
    if layout is COO:
        return make(COO, (place,), values, self.shape, True, label)
    return make(layout, _compress(index, self.shape, layout, self.device), values, self.shape, label=label)


def _compress(index: np.ndarray, shape, layout, device) -> tuple[Tensor, Tensor]:
    """Pointers and plain indices of places in the order of a compressed layout."""
    major, minor = (0, 1) if layout is CSR else (1, 0)
    counts = np.bincount(index[major], minlength=shape[major])
    pointers = np.concatenate([[0], np.cumsum(counts)])
    return index_tensor(pointers, device), index_tensor(index[minor], device)


def _between(self: SparseTensor, layout) -> SparseTensor:
    """A sparse tensor in another sparse layout. Looks at its indices."""
    if self.layout is layout:
        return self
    if layout is COO:
        index, values = np.asarray(self._coo_indices()._array()), self._vals
        order = np.argsort(linear(index, self.shape), kind="stable")
        coalesced = len(order) < 2 or bool((np.diff(linear(index, self.shape)[order]) > 0).all())
        if self.layout is CSC:
            index, values = index[:, order], _reordered(values, order)
            coalesced = True
        else:
            coalesced = coalesced and bool((np.diff(order) > 0).all())
        parts = (index_tensor(index, self.device),)
        return make(COO, parts, alias(values), self.shape, coalesced, "ToSparseBackward0")
    s = self if self.layout is COO else _between(self, COO)
    s = s.coalesce()
    if s.sparse_dim() != 2 or s.dense_dim():
        raise NotImplementedError(f"to_sparse: {layout} of {s.dim()} dimensions")
    index, values = np.asarray(s._parts[0]._array()), s._vals
    if layout is CSC:
        order = np.lexsort((index[0], index[1]))
        index, values = index[:, order], _reordered(values, order)
    label = "ToSparseCsrBackward0" if layout is CSR else "ToSparseCscBackward0"
    return make(
        layout, _compress(index, s.shape, layout, s.device), alias(values), s.shape, label=label
    )


def _reordered(values: Tensor, order: np.ndarray) -> Tensor:
    return apply(TABLE["_sparse_take"], (values, index_tensor(order, values.device)))


def to_sparse_coo(self: Tensor) -> Tensor:
    """The tensor in COO layout."""
    return to_sparse(self)


def to_sparse_csr(self: Tensor, dense_dim: int | None = None) -> Tensor:
    """The matrix with compressed rows."""
    return to_sparse(self, layout=CSR, dense_dim=dense_dim)


def to_sparse_csc(self: Tensor, dense_dim: int | None = None) -> Tensor:
    """The matrix with compressed columns."""
    return to_sparse(self, layout=CSC, dense_dim=dense_dim)


def _to_blocked(name: str):
    def f(self: Tensor, blocksize, dense_dim: int | None = None):
        raise NotImplementedError(f"{name}: blocked layouts")

    f.__name__, f.__doc__ = name, "Blocked layouts do not exist here: NotImplementedError."
    return f


def to_dense(
    self: Tensor, dtype: dt.dtype | None = None, *, masked_grad: bool | None = None
) -> Tensor:
    """The tensor itself: it is dense."""
    return self if dtype is None else self.to(dtype)


def sparse_mask(self: Tensor, mask: Tensor) -> Tensor:
    """The elements at the places of a sparse tensor of the same shape, as a sparse tensor.

    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.sparse_mask.html
    """
    if not mask._sparse:
        raise refusal("sparse_mask", mask.layout)
    if self.shape != mask.shape:
        raise RuntimeError(
            "sparse_mask(): operands have incompatible sizes; self has size "
            f"{size_text(self.shape)} but mask has size {size_text(mask.shape)}"
        )
    return mask.detach()._with_values(mask._values_at(self), "SparseMaskBackward0")


def sparse_resize_(self: Tensor, size, sparse_dim: int, dense_dim: int) -> Tensor:
    """Change the sizes in place; sizes that have elements may only grow, and the numbers of sparse
    and dense dimensions stay, unless the tensor is empty.

    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.sparse_resize_.html
    """
    if self.layout is not COO:
        raise refusal("sparse_resize_", self.layout)
    size = tuple(int(n) for n in size)
    if len(size) != sparse_dim + dense_dim:
        raise RuntimeError(_dims_text(len(size), sparse_dim, dense_dim))
    if self._nnz():
        old = tuple(self.shape)
        n = self.sparse_dim()
        if (n, self.dense_dim()) != (sparse_dim, dense_dim):
            raise RuntimeError(
                "changing the number of sparse or dense dimensions (from "
                f"{n} and {self.dense_dim()}) on a non-empty sparse tensor is not supported."
            )
        if any(a < b for a, b in zip(size[:n], old[:n], strict=True)):
            raise RuntimeError(
                f"shrinking the size of sparse dimensions (from {size_text(old[:n])} to "
                f"{size_text(size[:n])}) on a non-empty sparse tensor is not supported."
            )
        if size[n:] != old[n:]:
            raise NotImplementedError("sparse_resize_: other dense sizes of a non-empty tensor")
        new = make(COO, self._parts, self._vals, size, self._coalesced)
    else:
        new = _sized(size, sparse_dim, self)
    self.__dict__.update(new.__dict__)
    return self


def _sized(size, sparse_dim: int, like: Tensor) -> SparseTensor:
    values = zeros((0, *size[sparse_dim:]), dtype=like.dtype, device=like.device)
    parts = (index_tensor(np.zeros((sparse_dim, 0)), like.device),)
    return make(COO, parts, values, size, True)


def sparse_resize_and_clear_(self: Tensor, size, sparse_dim: int, dense_dim: int) -> Tensor:
    """Become an empty tensor of these sizes."""
    if self.layout is not COO:
        raise refusal("sparse_resize_and_clear_", self.layout)
    self.__dict__.update(_sized(tuple(int(n) for n in size), sparse_dim, self).__dict__)
    return self


# --- methods of dense tensors


def _refused(name: str, worded: bool):
    def f(self: Tensor):
        raise wrong_layout(name, self.layout) if worded else refusal(name, self.layout)

    f.__name__ = name
    f.__doc__ = "Of sparse tensors only: RuntimeError or NotImplementedError for a dense one."
    return f


for _f in (
    to_sparse,
    to_sparse_coo,
    to_sparse_csr,
    to_sparse_csc,
    _to_blocked("to_sparse_bsr"),
    _to_blocked("to_sparse_bsc"),
    sparse_mask,
    sparse_resize_,
    sparse_resize_and_clear_,
    to_dense,
):
    if _f.__name__ not in SparseTensor.__dict__:
        setattr(SparseTensor, _f.__name__, _f)
    setattr(Tensor, _f.__name__, _f)
for _n in (
    "values indices coalesce is_coalesced crow_indices col_indices ccol_indices row_indices"
).split():
    setattr(Tensor, _n, _refused(_n, True))
for _n in ("_values", "_indices", "_nnz"):
    setattr(Tensor, _n, _refused(_n, False))
Tensor.sparse_dim = lambda self: 0
Tensor.dense_dim = lambda self: self.dim()
