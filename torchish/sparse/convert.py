"""Conversions between layouts, and what dense tensors say to the questions of sparse ones.

https://docs.pytorch.org/docs/stable/sparse.html
"""

from __future__ import annotations

import math
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
    BLOCKED,
    BY_ROWS,
    KINDS,
    SparseTensor,
    copied,
    index_tensor,
    linear,
    make,
    unlinear,
    wrong_layout,
)
from torchish._core.tensor.sparse_rules import LAYOUTS, refusal
from torchish.sparse.creation import _dims_text, empty_sparse

COO, CSR, CSC, BSR, BSC = LAYOUTS


def to_sparse(
    self: Tensor,
    sparse_dim: int | None = None,
    *,
    layout: layouts.layout | None = None,
    blocksize: Sequence[int] | None = None,
    dense_dim: int | None = None,
) -> Tensor:
    """The tensor in another layout (COO unless told), without its zeros. Looks at a dense tensor's
    values. BSR and BSC need a `blocksize`; `dense_dim` of a dense tensor's last dimensions stay
    dense in a compressed layout.

    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to_sparse.html
    """
    if isinstance(sparse_dim, layouts.layout):
        sparse_dim, layout = None, sparse_dim
    if sparse_dim is not None:
        if layout is not None:
            raise TypeError("to_sparse() takes 0 positional arguments but 1 was given")
        return _to_coo(self, int(sparse_dim))
    return _converted(self, COO if layout is None else layout, blocksize, dense_dim, "")


def _converted(self: Tensor, layout, blocksize, dense_dim: int | None, name: str) -> Tensor:
    """`name` is the layout's by whose own method this was asked for."""
    own = KINDS[self.layout]
    kinds = f"conversion from {own} to {KINDS.get(layout, layout)}"
    if self.layout is layouts.strided:
        asking, stage = "dense_to_sparse", f"dense_to_{layout.name}"
    elif self.layout is layout:
        asking = stage = f"to_{name or 'sparse'}"
    elif self.layout is COO:
        asking, stage = "sparse_coo_to_sparse", f"coo_to_{layout.name}"
    else:
        asking = "sparse_compressed_to_sparse"
        stage = asking if layout is COO else f"sparse_compressed_to_{layout.name}"
    if layout is layouts.strided:
        return to_dense(self)
    if layout in BLOCKED and blocksize is None:
        raise RuntimeError(f"{asking}: {kinds} without blocksize argument given is not supported")
    if layout not in BLOCKED and blocksize is not None:
        raise RuntimeError(f"{asking}: {kinds} with blocksize argument given is not supported")
    if self.layout in BLOCKED and layout in (CSR, CSC):
        raise RuntimeError(f"{stage}: expected SparseCsr or SparseCsc layout but got {own}")
    if self._sparse and dense_dim is not None:
        raise RuntimeError(f"{stage}: {kinds} with dense_dim argument given is not supported")
    block = _block_of(blocksize, stage) if layout in BLOCKED else ()
    if self.layout in BLOCKED and block and block != self._block():
        raise RuntimeError(
            f"to_{layout.name}: {kinds} with blocksize changed from {list(self._block())} to "
            f"{list(block)} is not supported"
        )
    if self.layout is layout:
        return self
    if not self._sparse:
        if layout is COO:
            return _to_coo(self, self.dim() - (dense_dim or 0))
        return _compress(self, layout, block, dense_dim or 0, stage)
    if layout is COO:
        return _compressed_to_coo(self)
    if self.layout is COO and self.sparse_dim() != 2:
        raise RuntimeError(
            f"{stage}: {kinds} for input tensors with sparse_dim()!=2 is not supported"
        )
    if block and self._batch_dim() and self.layout not in BLOCKED:
        raise RuntimeError(f"{stage}: {kinds} for batched inputs is not supported")
    return _from_sparse(self, layout, block, stage)


def _block_of(blocksize, stage: str) -> tuple[int, ...]:
    sizes = (blocksize,) * 2 if isinstance(blocksize, int) else tuple(blocksize)
    if len(sizes) != 2:
        raise RuntimeError(
            f"{stage}: blocksize needs to be a tuple of size 2, but got {len(sizes)}"
        )
    if sizes[0] <= 0 or sizes[1] <= 0:
        raise RuntimeError(f"{stage}: blocksize needs to be positive, but got {list(sizes)}")
    return sizes


def _to_coo(self: Tensor, n: int) -> Tensor:
    if self._sparse:
        if n != self.sparse_dim():
            kind = KINDS[self.layout]
            asking = "to_sparse" if self.layout is COO else "sparse_compressed_to_sparse"
            wanted = "self.sparse_dim()" if self.layout is COO else "2 is"
            raise RuntimeError(
                f"{asking}: conversion from {kind} to Sparse with sparse_dim argument !="
                f"{wanted}{' is' if self.layout is COO else ''} not supported"
            )
        return self if self.layout is COO else _compressed_to_coo(self)
    low = 0 if self.dim() == 0 else 1
    if not low <= n <= self.dim():
        raise RuntimeError(
            "dense_to_sparse: sparse_dim argument must be in >0 when self.dim()>0"
            if n == 0
            else f"sparse_dim must be in range [{low}, {self.dim()}], got {n}"
        )
    a = np.asarray(self._array()) != 0
    a = a.any(axis=tuple(range(n, a.ndim))) if n < a.ndim else a
    index = np.stack(np.nonzero(a)) if n else np.zeros((0, int(a)), np.int64)
    if n == 0 and index.shape[1] == 0:
        return empty_sparse((), COO, self.dtype, self.device)
    place = index_tensor(index, self.device)
    values = apply(TABLE["_sparse_gather"], (self, place))
    label = "ToSparseBackward1" if n == self.dim() else "ToSparseBackward0"
    return make(COO, (place,), values, self.shape, True, label)


def _check_blocks(shape: Sequence[int], block: tuple[int, ...], stage: str) -> None:
    m, n = shape
    if block and (m % block[0] or n % block[1]):
        raise RuntimeError(
            f"{stage}: tensor sparse size ({m},{n}) must be divisible by given blocksize "
            f"({block[0]},{block[1]})"
        )


def _grid(cells: np.ndarray, shape: Sequence[int], layout) -> tuple[np.ndarray, np.ndarray]:
    """Pointers (*batch, n + 1) and plain indices (*batch, nnz) of the cells of a matrix, or of
    matrices with equally many, that have these indices (batch dimensions + 2, cells), which are in
    the order of the layout."""
    batch = tuple(shape[:-2])
    major, minor = (-2, -1) if layout in BY_ROWS else (-1, -2)
    n = shape[major]
    lines = linear(np.concatenate([cells[:-2], cells[major][None]]), (*batch, n))
    counts = np.bincount(lines, minlength=math.prod(batch) * n).reshape(*batch, n)
    totals = counts.sum(axis=-1).reshape(-1)
    if (totals != totals[:1]).any():
        raise RuntimeError("Expect the same number of specified elements per batch.")
    pointers = np.concatenate([np.zeros((*batch, 1), np.int64), np.cumsum(counts, axis=-1)], -1)
    nnz = int(totals[0]) if totals.size else 0
    return pointers, cells[minor].reshape(*batch, nnz)


def _compress(self: Tensor, layout, block: tuple[int, ...], dense: int, stage: str) -> Tensor:
    """A dense tensor (*batch, rows, columns, *dense) in a compressed layout."""
    shape = tuple(self.shape)
    batch = len(shape) - 2 - dense
    if len(shape) < 2:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [-{max(len(shape), 1)}, "
            f"{max(len(shape), 1) - 1}], but got -2)"
        )
    if not 0 <= dense <= len(shape) - 2:
        raise RuntimeError(
            f"{stage}: dense_dim argument must be in [0,{len(shape) - 2}] range, but {dense} is "
            "given"
        )
    there = np.asarray(self._array()) != 0
    there = there.any(axis=tuple(range(batch + 2, len(shape)))) if dense else there
    t = self
    if block:
        base, (bm, bn) = shape[batch : batch + 2], block
        _check_blocks(base, block, stage)
        split = (*shape[:batch], base[0] // bm, bm, base[1] // bn, bn)
        there = there.reshape(split).any(axis=(batch + 1, batch + 3))
        t = t.reshape(*split, *shape[batch + 2 :]).transpose(batch + 1, batch + 2)
    if layout in BY_ROWS:
        index = np.stack(np.nonzero(there))
    else:
        *lead, columns, rows = np.nonzero(there.swapaxes(-1, -2))
        index = np.stack([*lead, rows, columns])
    pointers, plain = _grid(index, there.shape, layout)
    values = apply(TABLE["_sparse_gather"], (t, index_tensor(index, self.device)))
    values = values.reshape(*plain.shape, *values.shape[1:]) if batch else values
    parts = (index_tensor(pointers, self.device), index_tensor(plain, self.device))
    word = KINDS[layout].removeprefix("Sparse")
    return make(layout, parts, values, shape, label=f"ToSparse{word}Backward0")


def _compressed_to_coo(self: SparseTensor) -> SparseTensor:
    """The places in the order of the layout; those of rows that are in order count as coalesced.
    Looks at the indices."""
    index, values = np.asarray(self._coo_indices()._array()), self._coo_values()
    places = linear(index, self.shape)
    coalesced = self.layout is CSR and bool((np.diff(places) > 0).all())
    parts = (index_tensor(index, self.device),)
    return make(COO, parts, copied(values), self.shape, coalesced, "ToSparseBackward0")


def _from_sparse(self: SparseTensor, layout, block: tuple[int, ...], stage: str) -> SparseTensor:
    """The places of a sparse tensor in a compressed layout, zeros among them. Looks at the
    indices."""
    s = (self if self.layout is COO else _compressed_to_coo(self)).coalesce()
    index, values = np.asarray(s._parts[0]._array()), s._vals
    *batch, m, n = s.shape[: len(index)]
    bm, bn = block or (1, 1)
    _check_blocks((m, n), block, stage)
    grid = (*batch, m // bm, n // bn)
    cells = np.concatenate([index[:-2], index[-2:-1] // bm, index[-1:] // bn])
    turned = layout not in BY_ROWS
    order = [*range(len(batch)), -1, -2] if turned else list(range(len(grid)))
    sizes = [grid[d] for d in order]
    kept, which = np.unique(linear(cells[order], sizes), return_inverse=True)
    cells = unlinear(kept, sizes)[order]
    pointers, plain = _grid(cells, grid, layout)
    at = np.full((len(kept), bm, bn), -1, np.int64)
    at[which.reshape(-1), index[-2] % bm, index[-1] % bn] = np.arange(index.shape[1])
    if (at < 0).any():  # the zeros of blocks
        zero = values.new_zeros((1, *values.shape[1:]))
        at[at < 0] = len(values)
        values = apply(TABLE["cat"], ([values, zero], 0))
    values = _reordered(values, at.reshape(*plain.shape, *block))
    word = KINDS[layout].removeprefix("Sparse")
    parts = (index_tensor(pointers, self.device), index_tensor(plain, self.device))
    return make(layout, parts, values, s.shape, label=f"ToSparse{word}Backward0")


def _reordered(values: Tensor, order: np.ndarray) -> Tensor:
    return apply(TABLE["_sparse_take"], (values, index_tensor(order, values.device)))


def to_sparse_coo(self: Tensor) -> Tensor:
    """The tensor in COO layout."""
    return to_sparse(self)


def to_sparse_csr(self: Tensor, dense_dim: int | None = None) -> Tensor:
    """The matrix, or each of a batch, with compressed rows."""
    return _converted(self, CSR, None, dense_dim, "sparse_csr")


def to_sparse_csc(self: Tensor, dense_dim: int | None = None) -> Tensor:
    """The matrix, or each of a batch, with compressed columns."""
    return _converted(self, CSC, None, dense_dim, "sparse_csc")


def to_sparse_bsr(self: Tensor, blocksize, dense_dim: int | None = None) -> Tensor:
    """The matrix, or each of a batch, with compressed rows of blocks of a size."""
    return _converted(self, BSR, blocksize, dense_dim, "sparse_bsr")


def to_sparse_bsc(self: Tensor, blocksize, dense_dim: int | None = None) -> Tensor:
    """The matrix, or each of a batch, with compressed columns of blocks of a size."""
    return _converted(self, BSC, blocksize, dense_dim, "sparse_bsc")


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
