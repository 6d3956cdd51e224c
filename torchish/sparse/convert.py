"""Conversions between layouts, and what dense tensors say to the questions of sparse ones.

https://docs.pytorch.org/docs/stable/sparse.html
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.base.errors import size_text
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor, zeros
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.public import enter
from torchish._core.tensor.sparse import (
    SparseTensor,
    copied,
    index_tensor,
    linear,
    make,
    wrong_layout,
)
from torchish._core.tensor.sparse_rules import LAYOUTS, refusal
from torchish.sparse.creation import _dims_text, blocked, empty_sparse

COO, CSR, CSC = LAYOUTS


def to_sparse(
    self: Tensor,
    sparse_dim: int | None = None,
    *,
    layout: layouts.layout | None = None,
    blocksize: Sequence[int] | None = None,
    dense_dim: int | None = None,
) -> Tensor:
    """The tensor in another layout (COO unless told), without its zeros. Looks at a dense tensor's
    values.

    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to_sparse.html
    """
    if isinstance(sparse_dim, layouts.layout):
        sparse_dim, layout = None, sparse_dim
    layout = COO if layout is None else layout
    if layout in (layouts.sparse_bsr, layouts.sparse_bsc):
        if blocksize is None:
            raise RuntimeError(f"to_sparse: {layout} needs a blocksize")
        return blocked().compress(self, blocksize, layout, dense_dim)
    if layout is layouts.strided and not self._sparse:
        return self
    if blocksize is not None or layout not in LAYOUTS:
        raise NotImplementedError(f"to_sparse: layout={layout}, blocksize={blocksize}")
    if dense_dim:
        raise NotImplementedError(f"to_sparse: dense_dim={dense_dim}")
    n = self.dim() if sparse_dim is None else int(sparse_dim)
    if self._sparse:
        n = self.sparse_dim() if sparse_dim is None else n
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
        return empty_sparse((), COO, self.dtype, self.device)
    values = apply(TABLE["_sparse_gather"], (self, place))
    if layout is COO:
        return make(COO, (place,), values, self.shape, True, label)
    parts = _compress(index, self.shape, layout, self.device)
    return make(layout, parts, values, self.shape, label=label)


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
        return make(COO, parts, copied(values), self.shape, coalesced, "ToSparseBackward0")
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
        layout, _compress(index, s.shape, layout, s.device), copied(values), s.shape, label=label
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


def to_sparse_bsr(self: Tensor, blocksize, dense_dim: int | None = None) -> Tensor:
    """The matrix with compressed rows of blocks of a size."""
    return blocked().compress(self, blocksize, layouts.sparse_bsr, dense_dim)


def to_sparse_bsc(self: Tensor, blocksize, dense_dim: int | None = None) -> Tensor:
    """The matrix with compressed columns of blocks of a size."""
    return blocked().compress(self, blocksize, layouts.sparse_bsc, dense_dim)


def to_dense(
    self: Tensor, dtype: dt.dtype | None = None, *, masked_grad: bool | None = None
) -> Tensor:
    """The tensor itself: it is dense. A sparse one that is asked by this name is told of."""
    if self._sparse:
        return type(self).to_dense(self, dtype, masked_grad=masked_grad)
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


def sparse_resize_(self: Tensor, size: Sequence[int], sparse_dim: int, dense_dim: int) -> Tensor:
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
        for kind, a, b in (
            ("sparse", n, sparse_dim),
            ("dense", self.dense_dim(), dense_dim),
        ):
            if a != b:
                raise RuntimeError(
                    f"changing the number of {kind} dimensions (from {a} to {b}) on a non-empty "
                    "sparse tensor is not supported."
                )
        for kind, a, b in (("sparse", old[:n], size[:n]), ("dense", old[n:], size[n:])):
            if any(x < y for x, y in zip(b, a, strict=True)):
                raise RuntimeError(
                    f"shrinking the size of {kind} dimensions (from {size_text(a)} to "
                    f"{size_text(b)}) on a non-empty sparse tensor is not supported."
                )
        values = self._vals
        if size[n:] != old[n:]:  # the memory is made larger, as that of a dense tensor
            values = values.detach().clone().resize_(self._nnz(), *size[n:])
        new = make(COO, self._parts, values, size, self._coalesced)
    else:
        new = _sized(size, sparse_dim, self)
    self._take_over(new)
    return self


def _sized(size, sparse_dim: int, like: Tensor) -> SparseTensor:
    values = zeros((0, *size[sparse_dim:]), dtype=like.dtype, device=like.device)
    parts = (index_tensor(np.zeros((sparse_dim, 0)), like.device),)
    return make(COO, parts, values, size, True)


def sparse_resize_and_clear_(
    self: Tensor, size: Sequence[int], sparse_dim: int, dense_dim: int
) -> Tensor:
    """Become an empty tensor of these sizes."""
    if self.layout is not COO:
        raise refusal("sparse_resize_and_clear_", self.layout)
    self._take_over(_sized(tuple(int(n) for n in size), sparse_dim, self))
    return self


# --- methods of dense tensors

WORDED = (
    "values",
    "indices",
    "coalesce",
    "is_coalesced",
    "crow_indices",
    "col_indices",
    "ccol_indices",
    "row_indices",
)


def _refused(name: str, worded: bool):
    def f(self: Tensor):
        if self._sparse and name in SparseTensor.__dict__:  # by `Tensor.indices(t)`
            return SparseTensor.__dict__[name](self)
        raise wrong_layout(name, self.layout) if worded else refusal(name, self.layout)

    f.__name__ = name
    f.__doc__ = "Of sparse tensors only: RuntimeError or NotImplementedError for a dense one."
    return f


for _f in (
    to_sparse,
    to_sparse_coo,
    to_sparse_csr,
    to_sparse_csc,
    to_sparse_bsr,
    to_sparse_bsc,
    sparse_mask,
    sparse_resize_,
    sparse_resize_and_clear_,
    to_dense,
):
    if _f.__name__ not in SparseTensor.__dict__:
        setattr(SparseTensor, _f.__name__, _f)
    enter(f"Tensor.{_f.__name__}", _f)
for _n in WORDED:
    enter(f"Tensor.{_n}", _refused(_n, True))
for _n in ("_values", "_indices", "_nnz"):
    enter(f"Tensor.{_n}", _refused(_n, False))
enter("Tensor.sparse_dim", lambda self: SparseTensor.sparse_dim(self) if self._sparse else 0)
enter(
    "Tensor.dense_dim",
    lambda self: SparseTensor.dense_dim(self) if self._sparse else self.dim(),
)
