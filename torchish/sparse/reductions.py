"""Sums, norms and softmax of sparse tensors.

https://docs.pytorch.org/docs/stable/sparse.html
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.base.errors import wrap_dim, wrap_dims
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.sparse import KINDS, SparseTensor, index_tensor, labelled, linear, make
from torchish._core.tensor.sparse_rules import refusal, rule
from torchish.sparse.convert import to_sparse

COO = layouts.sparse_coo


def _total(values: Tensor, dtype: dt.dtype | None) -> Tensor:
    return apply(TABLE["sum"], (values, None, False, dtype))


@rule("sum")
def sum_(
    input: Tensor,
    dim: int | Sequence[int] | None = None,
    keepdim: bool = False,
    dtype: dt.dtype | None = None,
) -> Tensor:
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        if keepdim:
            raise NotImplementedError("sum: keepdim=True over all dimensions of a sparse tensor")
        return labelled(_total(input._vals, dtype), "SumBackward0")
    dims = wrap_dims((dim,) if isinstance(dim, int) else tuple(dim), input.dim())
    if input.layout is not COO:
        return _sum_compressed(input, dims, keepdim, dtype)
    if len(dims) == input.dim() and not keepdim:
        return _total(input._vals, dtype)
    if not keepdim:
        return _sum_over(input, dims, dtype)
    if len(dims) == input.dim():
        return _total(input._vals, dtype).reshape((1,) * len(dims))
    n = input.sparse_dim()
    s = input.coalesce()
    values = s._vals if dtype is None else s._vals.to(dtype)
    index = np.array(s._parts[0]._array())
    shape = tuple(1 if d in dims else k for d, k in enumerate(s.shape))
    inner = tuple(d - n + 1 for d in dims if d >= n)
    if inner:  # PyTorch's form then has no dense dimension that was summed
        values = apply(TABLE["sum"], (values, inner, False, None))
        n = n + len(inner)
        left = [d for d in range(s.sparse_dim(), s.dim()) if d not in dims]
        if left:
            raise NotImplementedError("sum: keepdim=True over some dense dimensions")
        index = np.concatenate([index, np.zeros((len(inner), index.shape[1]), np.int64)])
    index[[d for d in dims if d < n]] = 0
    r = make(COO, (index_tensor(index, s.device),), values, shape)
    return _summed(r.coalesce())


def _summed(r: SparseTensor) -> SparseTensor:
    labelled(r._vals, "SumBackward1")
    return r


def _sum_compressed(s: SparseTensor, dims, keepdim: bool, dtype):
    if not keepdim:
        raise RuntimeError("reduction operations on CSR tensors with keepdim=False is unsupported")
    return to_sparse(sum_(to_sparse(s), dims, True, dtype), layout=s.layout)


def _sum_over(s: SparseTensor, dims: tuple[int, ...], dtype) -> Tensor:
    n = s.sparse_dim()
    gone = [d for d in dims if d < n]
    inner = tuple(d - n + 1 for d in dims if d >= n)
    values = s._vals if dtype is None else s._vals.to(dtype)
    if inner:
        values = apply(TABLE["sum"], (values, inner, False, None))
    elif not dtype and values.dtype.category <= dt.INT:
        values = values.to(dt.int64)
    shape = tuple(k for d, k in enumerate(s.shape) if d not in dims)
    if len(gone) == n:
        return labelled(apply(TABLE["sum"], (values, (0,), False, None)), "SparseSumBackward0")
    if not gone:
        r = make(COO, s._parts, values, shape, s._coalesced, "SparseSumBackward0")
    else:
        index = np.asarray(s._parts[0]._array())
        kept = index[[d for d in range(n) if d not in gone]]
        r = make(COO, (index_tensor(kept, s.device),), values, shape)
    r = r.coalesce()
    labelled(r._vals, "SparseSumBackward0")
    return r


def sparse_sum(
    input: Tensor, dim: int | Sequence[int] | None = None, dtype: dt.dtype | None = None
) -> Tensor:
    """The sum over dimensions, all by default. The result is sparse unless no sparse dimension is
    left.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse.sum.html

    >>> torch.sparse.sum(torch.tensor([[0.0, 1.0], [2.0, 0.0]]).to_sparse())
    tensor(3.)
    """
    if not input._sparse:
        raise refusal("_sparse_sum", input.layout)
    if input.layout is not COO:
        raise RuntimeError("coalesce expected sparse coordinate tensor layout but got SparseCsr")
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return labelled(_total(input._vals, dtype), "SumBackward0")
    dims = wrap_dims((dim,) if isinstance(dim, int) else tuple(dim), input.dim())
    return _sum_over(input, dims, dtype)


@rule("any")
def any_(input: Tensor, dim: int | Sequence[int] | None = None, keepdim: bool = False) -> Tensor:
    if dim is not None:
        raise refusal("any.dim", input.layout)
    return apply(TABLE["any"], (input._vals, None, False))


@rule("norm")
def norm(
    input: Tensor,
    p: float | str | None = "fro",
    dim: int | Sequence[int] | None = None,
    keepdim: bool = False,
    dtype: dt.dtype | None = None,
) -> Tensor:
    dims = () if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    if dims and not keepdim and {wrap_dim(d, input.dim()) for d in dims} != set(range(input.dim())):
        raise RuntimeError(
            "norm_sparse currently only supports full reductions, so 'dim' must either be empty or "
            "contain all dimensions of the input"
        )
    if keepdim:
        raise RuntimeError("norm_sparse currently does not support keepdim=True")
    if dtype is not None and p in ("fro", None):
        raise ValueError("dtype argument is not supported in frobenius norm")
    if dtype is not None:
        raise RuntimeError("norm_sparse currently does not support 'dtype' argument")
    if p == "nuc":
        raise refusal("norm", input.layout)
    s = input.coalesce() if input.layout is COO else input
    order = 2 if p in ("fro", None) else p
    return apply(TABLE["norm"], (s._vals.reshape(-1), order, None, False, None))


# --- softmax


def _softmax(name: str, input: Tensor, dim: int, dtype, log: bool) -> Tensor:
    if input.layout is not COO:
        raise refusal(f"_sparse_{name}", input.layout)
    if dtype is not None:
        input = input.to(dtype)
    if not input.is_floating_point():
        raise NotImplementedError(
            f"\"{name}\" not implemented for '{dt.SCALAR_NAMES[input.dtype]}'"
        )
    dim = wrap_dim(dim, input.dim())
    s = input.coalesce()
    n = s.sparse_dim()
    label = "SparseLogSoftmaxBackward0" if log else "SparseSoftmaxBackward0"
    if dim >= n:
        op = TABLE["log_softmax" if log else "softmax"]
        return s._with_values(apply(op, (s._vals, dim - n + 1, None)), label)
    index = np.asarray(s._parts[0]._array())
    others = [d for d in range(n) if d != dim]
    places = linear(index[others], [s.shape[d] for d in others])
    kept, groups = np.unique(places, return_inverse=True)
    values = apply(
        TABLE["_sparse_softmax"],
        (s._vals, index_tensor(groups.reshape(-1), s.device), len(kept), log),
    )
    return s._with_values(values, label)


def softmax(input: Tensor, dim: int, *, dtype: dt.dtype | None = None) -> Tensor:
    """Softmax over the elements that are there; the others count as minus infinity.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse.softmax.html

    >>> torch.sparse.softmax(torch.tensor([[0.0, 1.0, 1.0]]).to_sparse(), dim=1).to_dense()
    tensor([[0.0000, 0.5000, 0.5000]])
    """
    return _softmax("softmax", input, dim, dtype, False)


def log_softmax(input: Tensor, dim: int, *, dtype: dt.dtype | None = None) -> Tensor:
    """The logarithm of `sparse.softmax`.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse.log_softmax.html

    >>> torch.sparse.log_softmax(torch.tensor([[0.0, 1.0]]).to_sparse(), dim=1).to_dense()
    tensor([[0., 0.]])
    """
    return _softmax("log_softmax", input, dim, dtype, True)


def spdiags(
    diagonals: Tensor, offsets: Tensor, shape: Sequence[int], layout: layouts.layout | None = None
) -> Tensor:
    """A sparse matrix with rows of `diagonals` along its diagonals `offsets`.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse.spdiags.html

    >>> torch.sparse.spdiags(torch.tensor([[1.0, 2.0]]), torch.tensor([0]), (2, 2)).to_dense()
    tensor([[1., 0.],
            [0., 2.]])
    """
    names = {COO: "Sparse", layouts.sparse_csc: "SparseCsc", layouts.sparse_csr: "SparseCsr"}
    a = diagonals.unsqueeze(0) if diagonals.dim() == 1 else diagonals
    for wrong, text in (
        (a.dim() != 2, "Diagonals must be vector or matrix"),
        (len(shape) != 2, "Output shape must be 2d"),
        (offsets.dim() > 1, "Offsets must be scalar or vector"),
        (
            offsets.dtype is not dt.int64,
            f"Offset Tensor must have dtype Long but got {dt.SCALAR_NAMES[offsets.dtype]}",
        ),
        (
            layout is not None and layout not in names,
            f"Only output layouts ({', '.join(names.values())}) are supported, got "
            f"{KINDS.get(layout, 'Strided')}",
        ),
    ):
        if wrong:
            raise RuntimeError(text)
    steps = np.asarray(offsets._array()).reshape(-1)
    if len(steps) != a.shape[0]:
        raise RuntimeError(
            f"Number of diagonals ({a.shape[0]}) does not match the number of offsets "
            f"({len(steps)})"
        )
    if len(set(steps.tolist())) != len(steps):
        raise RuntimeError("Offset tensor contains duplicate values")
    m, n = shape
    row, column, which = ([np.zeros(0, np.int64)] for _ in range(3))
    for i, k in enumerate(steps.tolist()):
        at = np.arange(max(k, 0), max(min(m + k, n, a.shape[1]), max(k, 0)))
        row.append(at - k)
        column.append(at)
        which.append(np.full(len(at), i))
    index = np.stack([np.concatenate(row), np.concatenate(column)])
    source = np.stack([np.concatenate(which), index[1]])
    values = apply(TABLE["_sparse_gather"], (a, index_tensor(source, a.device)))
    r = make(COO, (index_tensor(index, a.device),), values, (m, n))
    return r if layout in (None, COO) else to_sparse(r, layout=layout)


__all__ = ["log_softmax", "softmax", "spdiags", "sparse_sum"]
