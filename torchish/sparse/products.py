"""Products of matrices of which one is sparse.

https://docs.pytorch.org/docs/stable/sparse.html#supported-linear-algebra-operations
"""

from __future__ import annotations

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.public import public
from torchish._core.tensor.sparse import (
    KINDS,
    SparseTensor,
    index_tensor,
    labelled,
    linear,
    make,
    unlinear,
)
from torchish._core.tensor.sparse_rules import refusal, rule
from torchish.sparse.convert import to_sparse

COO = layouts.sparse_coo


def _need_same_dtype(a: Tensor, b: Tensor) -> None:
    if a.dtype is not b.dtype:
        names = [dt.SCALAR_NAMES[t.dtype] for t in (a, b)]
        raise RuntimeError(f"expected scalar type {names[0]} but found {names[1]}")


def _no_dense_dims(s: Tensor, name: str) -> None:
    if s.dense_dim():
        raise RuntimeError(
            f"{name}: Expected sparse tensor without dense dimensions, got {s.dense_dim()}"
        )


def _times(s: SparseTensor, d: Tensor) -> Tensor:
    """Sparse times dense, dimensions checked."""
    _need_same_dtype(s, d)
    return apply(TABLE["_sparse_product"], (s._coo_indices(), s._coo_values(), d, tuple(s.shape)))


@rule("mm")
def mm(input: Tensor, mat2: Tensor) -> Tensor:
    if input.dim() != 2 or mat2.dim() != 2:
        raise RuntimeError(
            f"addmm: 2D tensors expected, got {input.dim()}D and {mat2.dim()}D tensors"
        )
    if input._sparse and mat2._sparse:
        if input.shape[1] != mat2.shape[0]:
            sizes = " and ".join(f"{t.shape[0]}x{t.shape[1]}" for t in (input, mat2))
            raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({sizes})")
        if input.dtype is not mat2.dtype:
            a, b = (dt.SCALAR_NAMES[t.dtype] for t in (input, mat2))
            raise RuntimeError(f"mat1 dtype {a} does not match mat2 dtype {b}")
        return _both(input, mat2)
    if input.shape[1] != mat2.shape[0]:
        raise RuntimeError(
            f"addmm: Argument #3 (dense): Expected dim 0 size {input.shape[1]}, got {mat2.shape[0]}"
        )
    if input._sparse:
        _no_dense_dims(input, "addmm")
        return labelled(_times(input, mat2), "MmBackward0")
    _no_dense_dims(mat2, "addmm")
    if mat2._block():
        raise RuntimeError(
            "addmm: computation on CPU is not implemented for Strided + Strided @ "
            f"{KINDS[mat2.layout]}"
        )
    return labelled(_times(mat2.t(), input.t()), None).t()


def _both(a: SparseTensor, b: SparseTensor) -> SparseTensor:
    """Sparse times sparse: each pair of elements that meet, summed by place. Looks at the
    indices."""
    _need_same_dtype(a, b)
    layout = a.layout
    for t in (a, b):
        if t._block():
            raise RuntimeError(
                "zeros_sparse_compressed expected sparse compressed (non-block) tensor layout but "
                f"got {KINDS[t.layout]}"
            )
    a, b = to_sparse(a).coalesce(), to_sparse(b).coalesce()
    _no_dense_dims(a, "mm")
    _no_dense_dims(b, "mm")
    x, y = (np.asarray(t._parts[0]._array()) for t in (a, b))
    starts = np.searchsorted(y[0], np.arange(b.shape[0] + 1))
    counts = (starts[1:] - starts[:-1])[x[1]]
    left = np.repeat(np.arange(x.shape[1]), counts)
    within = np.arange(len(left)) - np.repeat(np.cumsum(counts) - counts, counts)
    right = np.repeat(starts[x[1]], counts) + within
    shape = (a.shape[0], b.shape[1])
    places = linear(np.stack([x[0][left], y[1][right]]), shape)
    kept, groups = np.unique(places, return_inverse=True)
    picked = [
        apply(TABLE["_sparse_take"], (t._vals, index_tensor(k, t.device)))
        for t, k in ((a, left), (b, right))
    ]
    values = apply(
        TABLE["_sparse_merge"],
        (apply(TABLE["mul"], tuple(picked)), index_tensor(groups.reshape(-1), a.device), len(kept)),
    )
    parts = (index_tensor(unlinear(kept, shape), a.device),)
    r = make(COO, parts, values, shape, True, "SparseSparseMatmulBackward0")
    return r if layout is COO else to_sparse(r, layout=layouts.sparse_csr)


@rule("mv")
def mv(input: Tensor, vec: Tensor) -> Tensor:
    if vec.dim() != 1 or input.dim() != 2:
        raise RuntimeError(
            "mv: two tensor dim should be 2 and 1, but got SparseTensor Dim: "
            f"{input.dim()}Tensor Dim: {vec.dim()}"
        )
    if vec._sparse:
        raise refusal("mv", COO)
    if input.shape[1] != vec.shape[0]:
        raise RuntimeError("mv: expected self.size(-1) == vec.size(-1)")
    return labelled(_times(input, vec), "MvBackward0")


@rule("bmm")
def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    if not input._sparse or mat2._sparse or input.layout is not COO or input.sparse_dim() != 3:
        raise refusal("bmm", COO)
    if mat2.dim() != 3 or mat2.shape[:2] != (input.shape[0], input.shape[2]):
        raise RuntimeError("bmm_sparse: Argument 2 has sizes that do not fit those of argument 1")
    return labelled(_times(input, mat2), "BmmBackward0")


@rule("matmul")
def matmul(input: Tensor, other: Tensor) -> Tensor:
    if input.dim() == 1 and other.dim() == 2 and other._sparse:
        return mv(other.t(), input)
    if input._sparse and (input.dim() > 2 or other.dim() > 2):
        raise RuntimeError("expand is unsupported for Sparse tensors")
    raise refusal("matmul", COO)


@rule("addmm")
def addmm(
    input: Tensor, mat1: Tensor, mat2: Tensor, beta: complex = 1, alpha: complex = 1
) -> Tensor:
    if input._sparse:
        return sspaddmm(input, mat1, mat2, beta=beta, alpha=alpha)
    product = mm(mat1, mat2)
    if product._sparse:
        product = product.to_dense()
    scaled = input if beta == 1 else apply(TABLE["mul"], (input, beta))
    r = apply(TABLE["add"], (scaled.expand(product.shape), product, alpha))
    return labelled(r, "AddmmBackward0")


@rule("addmv")
def addmv(input: Tensor, mat: Tensor, vec: Tensor, beta: complex = 1, alpha: complex = 1) -> Tensor:
    scaled = input if beta == 1 else apply(TABLE["mul"], (input, beta))
    return apply(TABLE["add"], (scaled, mv(mat, vec), alpha))


@rule("nn.functional.linear")
def linear_layer(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    if not input._sparse and weight._sparse and input.dim() > 2:
        flat = linear_layer(input.reshape(-1, input.shape[-1]), weight, bias)
        return flat.reshape(*input.shape[:-1], -1)
    if input.dim() == 1:
        r = mv(weight, input)
    elif weight._sparse and weight._block():
        r = mm(weight, input.t()).t()
    else:
        r = mm(input, weight.t())
    return r if bias is None else r + bias


def sparse_mm(mat1: Tensor, mat2: Tensor, reduce: str | None = None) -> Tensor:
    """The product of matrices; the gradient of a sparse one is sparse, at its places.

    `reduce` ("sum", "mean", "amax", "amin") says what is made of the products in a row of a CSR
    matrix times a dense one; "prod" raises NotImplementedError.
    https://docs.pytorch.org/docs/stable/generated/torch.sparse.mm.html

    >>> torch.sparse.mm(torch.eye(2).to_sparse(), torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 2.],
            [3., 4.]])
    """
    if reduce is not None:
        return _reduced(mat1, mat2, reduce)
    if not (mat1._sparse or mat2._sparse):
        return apply(TABLE["mm"], (mat1, mat2))
    r = mm(mat1, mat2)
    return r if r._sparse else labelled(r, "SparseAddmmBackward0")


def _reduced(s: Tensor, d: Tensor, how: str) -> Tensor:
    if how not in ("sum", "prod", "mean", "amax", "amin"):
        raise RuntimeError(
            f"reduce argument must be either sum, prod, mean, amax or amin, got {how}"
        )
    if how == "prod":
        raise NotImplementedError("sparse.mm: reduce='prod'")
    if s.layout is not layouts.sparse_csr:
        raise refusal("_sparse_mm_reduce_impl", s.layout)
    if d._sparse:
        raise RuntimeError(
            f"Expected tensor to have Strided Layout, but got tensor with {KINDS[d.layout]} Layout "
            "(while checking arguments for sparse_mm_reduce)"
        )
    if d.dim() != 2 or s.shape[1] != d.shape[0]:
        raise RuntimeError(
            f"addmm: Argument #3 (dense): Expected dim 0 size {s.shape[1]}, got {d.shape[0]}"
        )
    _need_same_dtype(s, d)
    args = (s._coo_indices(), s._coo_values(), d, tuple(s.shape), how)
    return labelled(apply(TABLE["_sparse_reduce"], args), "SparseMmReduceImplBackward0")


def sparse_addmm(
    mat: Tensor, mat1: Tensor, mat2: Tensor, *, beta: complex = 1, alpha: complex = 1
) -> Tensor:
    """beta · mat + alpha · (mat1 @ mat2), as `sparse.mm`.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse.addmm.html

    >>> torch.sparse.addmm(torch.ones(2, 2), torch.eye(2).to_sparse(), torch.ones(2, 2))
    tensor([[2., 2.],
            [2., 2.]])
    """
    if not (mat1._sparse or mat2._sparse):
        return apply(TABLE["addmm"], (mat, mat1, mat2, beta, alpha))
    return labelled(addmm(mat, mat1, mat2, beta, alpha), "SparseAddmmBackward0")


def sampled_addmm(
    input: Tensor,
    mat1: Tensor,
    mat2: Tensor,
    *,
    beta: complex = 1.0,
    alpha: complex = 1.0,
    out: Tensor | None = None,
) -> Tensor:
    """beta · input + alpha · (mat1 @ mat2) at the places of a CSR matrix `input`.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse.sampled_addmm.html

    >>> mask = torch.eye(2).to_sparse_csr()
    >>> torch.sparse.sampled_addmm(mask, torch.ones(2, 3), torch.ones(3, 2)).to_dense()
    tensor([[4., 0.],
            [0., 4.]])
    """
    if out is not None:
        raise NotImplementedError("sampled_addmm: out=")
    if input.layout is not layouts.sparse_csr:
        raise refusal("sparse_sampled_addmm", input.layout)
    rows, columns = input._coo_indices().unbind(0)
    left = apply(TABLE["_sparse_take"], (mat1, rows))
    right = apply(TABLE["_sparse_take"], (mat2.t(), columns))
    values = apply(TABLE["mul"], (left, right)).sum(1)
    return input._with_values(input._vals * beta + values * alpha, "SparseSampledAddmmBackward0")


@public(method=True)
def smm(input: Tensor, mat: Tensor) -> Tensor:
    """Sparse times dense, with a sparse result that has every column of a row that is there."""
    return to_sparse(hspmm(input, mat).to_dense()) if input._sparse else _refuse(input, "smm")


@public()
def spmm(input: Tensor, mat2: Tensor) -> Tensor:
    """`torch.mm` by the name that programs with sparse matrices use."""
    return apply(TABLE["mm"], (input, mat2))


@public()
def hspmm(mat1: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Sparse times dense, with a hybrid result: sparse rows, dense columns. Looks at the
    indices."""
    if out is not None:
        raise NotImplementedError("hspmm: out=")
    if mat1.layout is not COO:
        _refuse(mat1, "hspmm")
    full = mm(mat1, mat2)
    rows = np.unique(np.asarray(mat1._parts[0]._array())[0])
    place = index_tensor(rows[None], mat1.device)
    values = apply(TABLE["_sparse_gather"], (full, place))
    return make(COO, (place,), values, full.shape, True, "HspmmBackward0")


@public(method=True)
def sspaddmm(
    input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: complex = 1, alpha: complex = 1
) -> Tensor:
    """beta · input + alpha · (mat1 @ mat2) of two sparse matrices and a dense one, sparse.

    https://docs.pytorch.org/docs/stable/generated/torch.sspaddmm.html
    """
    if not input._sparse or not mat1._sparse:
        raise RuntimeError("sspaddmm: Argument #2: Expected 2D sparse tensors")
    product = to_sparse(mm(mat1, mat2)) if not mat2._sparse else mm(mat1, mat2)
    scaled = input if beta == 1 else apply(TABLE["mul"], (input, beta))
    return apply(TABLE["add"], (scaled, product, alpha))


@public()
def saddmm(
    mat: Tensor, mat1: Tensor, mat2: Tensor, *, beta: complex = 1, alpha: complex = 1
) -> Tensor:
    """`torch.sparse.addmm`."""
    return sparse_addmm(mat, mat1, mat2, beta=beta, alpha=alpha)


@public()
def hsmm(mat1: Tensor, mat2: Tensor) -> Tensor:
    """`torch.hspmm`."""
    return hspmm(mat1, mat2)


def _refuse(t: Tensor, name: str):
    raise refusal(name, t.layout)


__all__ = ["hspmm", "mm", "smm"]
