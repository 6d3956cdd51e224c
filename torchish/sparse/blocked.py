"""Sparse matrices of dense blocks: layouts sparse_bsr and sparse_bsc.

A blocked matrix has its blocks as one ordinary tensor (blocks, rows, columns) and says where they
are as CSR and CSC say it of elements. Functions come by `__torch_function__` (Note [Overrides]);
the class is there from the first blocked matrix on. Gradients are those of the blocks.

https://docs.pytorch.org/docs/stable/sparse.html#sparse-bsr-tensor
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.base.frames import user_level
from torchish._core.tensor import FUNCTIONS, Tensor, tensor
from torchish._core.tensor.api.wrappers import hollow, leaves
from torchish._core.tensor.repr import format_sparse
from torchish._ruled import SIZES, TELLING, HoldingTensor, Rules

__all__ = ["BlockedTensor", "blocked_of", "compress", "construct"]

BSR, BSC = layouts.sparse_bsr, layouts.sparse_bsc
KINDS = {BSR: "SparseBsr", BSC: "SparseBsc"}
WORDS = {BSR: ("crow_indices", "col_indices"), BSC: ("ccol_indices", "row_indices")}
RULES = Rules()


class BlockedTensor(HoldingTensor):
    """A matrix some of whose blocks are there."""

    _rules = RULES
    _held = "_blocks"
    _pointers: Tensor
    _plain: Tensor
    _blocks: Tensor

    @classmethod
    def _without_rule(cls, name: str, args: tuple) -> Exception:
        layout = next(a.layout for a in leaves(args) if isinstance(a, cls))
        return NotImplementedError(
            f"Could not run 'aten::{name}' with arguments from the 'SparseCsrCPU' backend: the "
            f"layout is {layout}."
        )

    def _only(self, name: str, layout: Any) -> None:
        if self.layout is not layout:
            kind = "row" if layout is BSR else "column"
            raise RuntimeError(
                f"{name} expected sparse {kind} compressed tensor layout but got "
                f"{KINDS[self.layout]}"
            )

    def crow_indices(self) -> Tensor:
        """Where each row of blocks begins."""
        self._only("crow_indices", BSR)
        return self._pointers

    def col_indices(self) -> Tensor:
        """The column of each block."""
        self._only("col_indices", BSR)
        return self._plain

    def ccol_indices(self) -> Tensor:
        """Where each column of blocks begins."""
        self._only("ccol_indices", BSC)
        return self._pointers

    def row_indices(self) -> Tensor:
        """The row of each block."""
        self._only("row_indices", BSC)
        return self._plain

    def values(self) -> Tensor:
        """The blocks."""
        return self._blocks.detach()

    def _nnz(self) -> int:
        return self._blocks.shape[0]

    def sparse_dim(self) -> int:
        """Two."""
        return 2

    def dense_dim(self) -> int:
        """None of a matrix's."""
        return 0

    def is_contiguous(self, memory_format: Any = None) -> bool:
        raise RuntimeError(f"{_spoken(self)} tensors do not have is_contiguous")

    def _around(self, gradient: Tensor) -> Any:
        return like(self, gradient)

    def to_dense(self, dtype: Any = None, *, masked_grad: Any = None) -> Tensor:
        """The matrix with its zeros."""
        m, n = self.shape
        bm, bn = self._blocks.shape[1:]
        rows, columns = places(self)
        out = self._blocks.new_zeros(m // bm * (n // bn), bm, bn)
        out = out.index_add(0, rows * (n // bn) + columns, self._blocks)
        out = out.reshape(m // bm, n // bn, bm, bn).transpose(1, 2).reshape(m, n)
        return out if dtype is None else out.to(dtype)

    def __reduce_ex__(self, protocol: Any) -> Any:
        shape = tuple(self.shape)
        return blocked_of, (self._pointers, self._plain, self._blocks, shape, self.layout)

    def _sparse_parts(self) -> tuple:
        """The layout and the data, as a checkpoint has them."""
        parts = (self._pointers, self._plain, self._blocks.detach(), self.shape)
        return self.layout, parts

    def __deepcopy__(self, memo: dict) -> BlockedTensor:
        return like(self, self._blocks.detach().clone()).requires_grad_(self.requires_grad)

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        arrays = [t.detach().numpy() for t in (self._pointers, self._plain, self._blocks)]
        node = self.grad_fn
        return format_sparse(
            list(zip((*WORDS[self.layout], "values"), arrays, strict=True)),
            shape=tuple(self.shape),
            nnz=self._nnz(),
            layout=repr(self.layout),
            dtype_name=self.dtype.name,
            default_dtype_name=dt.get_default_dtype().name,
            device=str(self.device),
            requires_grad=self.requires_grad and node is None,
            grad_fn_name=None if node is None else node.name(),
        )


BlockedTensor._telling = TELLING | SIZES


def _spoken(t: Any) -> str:
    return "Sparse BSR" if t.layout is BSR else "Sparse BSC"


_told: set[str] = set()


def blocked_of(
    pointers: Tensor, plain: Tensor, blocks: Tensor, shape: Sequence[int], layout: Any
) -> Any:
    """The blocked matrix of these parts."""
    if layout not in _told:
        _told.add(layout)
        word = "BSR" if layout is BSR else "BSC"
        warnings.warn(
            f"Sparse {word} tensor support is in beta state. If you miss a functionality in the "
            "sparse tensor support, please submit a feature request to "
            "https://github.com/pytorch/pytorch/issues.",
            UserWarning,
            stacklevel=user_level(),
        )
    t = hollow(BlockedTensor, shape, blocks.dtype, blocks.device)
    t._pointers, t._plain, t._blocks, t.layout = pointers, plain, blocks, layout
    return t


def like(t: Any, blocks: Tensor) -> Any:
    """Other blocks in the same places."""
    return blocked_of(t._pointers, t._plain, blocks, t.shape, t.layout)


def places(t: Any) -> tuple[Tensor, Tensor]:
    """The row and the column of each block, in blocks."""
    counts = t._pointers[1:] - t._pointers[:-1]
    major = FUNCTIONS["arange"](len(counts)).repeat_interleave(counts.long())
    plain = t._plain.long()
    return (major, plain) if t.layout is BSR else (plain, major)


def _size_of_blocks(blocksize: Any, shape: Sequence[int], name: str) -> tuple[int, int]:
    sizes = (blocksize,) * 2 if isinstance(blocksize, int) else tuple(blocksize)
    word = f"dense_to_{name}"
    if len(sizes) != 2:
        raise RuntimeError(f"{word}: blocksize needs to be a tuple of size 2, but got {len(sizes)}")
    if len(shape) != 2:
        raise NotImplementedError(f"{name}: {len(shape)} dimensions")
    if sizes[0] <= 0 or sizes[1] <= 0:
        raise RuntimeError(
            f"{word}: blocksize needs to be positive, but got ({sizes[0]}, {sizes[1]})"
        )
    if shape[0] % sizes[0] or shape[1] % sizes[1]:
        raise RuntimeError(
            f"{word}: tensor sparse size ({shape[0]},{shape[1]}) must be divisible by given "
            f"blocksize ({sizes[0]},{sizes[1]})"
        )
    return sizes[0], sizes[1]


def compress(t: Any, blocksize: Any, layout: Any, dense_dim: int | None = None) -> Any:
    """A tensor in a blocked layout: the blocks that have an element other than zero. Looks at the
    values."""
    name = "sparse_bsr" if layout is BSR else "sparse_bsc"
    if dense_dim:
        raise NotImplementedError(f"to_{name}: dense_dim={dense_dim}")
    if isinstance(t, BlockedTensor):
        old = list(t._blocks.shape[1:])
        new = list((blocksize,) * 2 if isinstance(blocksize, int) else blocksize)
        if t.layout is layout and old == new:
            return t
        if old != new:
            kinds = f"{KINDS[t.layout]} to {KINDS[layout]}"
            raise RuntimeError(
                f"to_{name}: conversion from {kinds} with blocksize changed from {old} to {new} is "
                "not supported"
            )
        t = t.to_dense()
    dense = t.to_dense() if t._sparse else t
    bm, bn = _size_of_blocks(blocksize, dense.shape, name)
    m, n = dense.shape[0] // bm, dense.shape[1] // bn
    grid = dense.reshape(m, bm, n, bn).transpose(1, 2)
    kept = (grid != 0).flatten(2).any(-1).numpy()
    if t._sparse:  # the places that a sparse tensor has, zeros among them
        kept = (_places_of(t).reshape(m, bm, n, bn).transpose(1, 2) != 0).flatten(2).any(-1)
        kept = kept.numpy()
    rows, columns = np.nonzero(kept) if layout is BSR else np.nonzero(kept.T)[::-1]
    major, plain, count = (rows, columns, m) if layout is BSR else (columns, rows, n)
    pointers = np.concatenate([[0], np.cumsum(np.bincount(major, minlength=count))])
    blocks = grid.reshape(m * n, bm, bn)[tensor((rows * n + columns).tolist()).long()]
    index = (tensor(x.tolist(), dtype=dt.int64) for x in (pointers, plain))
    return blocked_of(*index, blocks, tuple(dense.shape), layout)


def _places_of(t: Any) -> Tensor:
    """Ones where a sparse tensor has elements."""
    ones = t.detach().to_sparse_coo() if t.layout is not layouts.sparse_coo else t.detach()
    ones = ones.coalesce()
    made = FUNCTIONS["sparse_coo_tensor"](
        ones.indices(), FUNCTIONS["ones_like"](ones.values()), tuple(t.shape)
    )
    return made.to_dense()


def construct(
    layout: Any, pointers: Any, plain: Any, values: Any, size: Any = None, *, dtype: Any = None,
    device: Any = None, requires_grad: bool = False, pin_memory: bool = False,
    check_invariants: bool | None = None,
) -> Any:  # fmt: skip
    """A blocked matrix of its parts. RuntimeError for parts that are none."""

    def index(x: Any) -> Tensor:
        return x.detach() if isinstance(x, Tensor) else tensor(x, dtype=dt.int64)

    blocks = values.detach() if isinstance(values, Tensor) else tensor(values)
    blocks = blocks.to(dtype=dtype or blocks.dtype, device=device)
    pointers, plain = index(pointers), index(plain)
    if blocks.dim() != 3:
        raise NotImplementedError(f"{layout}: values of {blocks.dim()} dimensions")
    bm, bn = blocks.shape[1:]
    if size is None:
        major = len(pointers) - 1
        minor = int(plain.max()) + 1 if plain.numel() else 0
        m, n = (major, minor) if layout is BSR else (minor, major)
        size = (m * bm, n * bn)
    if check_invariants:
        _check(layout, pointers, plain, blocks, size)
    made = blocked_of(pointers, plain, blocks, tuple(size), layout)
    return made.requires_grad_() if requires_grad else made


def _check(layout: Any, pointers: Tensor, plain: Tensor, blocks: Tensor, size: Any) -> None:
    first, second = WORDS[layout]
    bm, bn = blocks.shape[1:]
    m, n = size[0] // bm, size[1] // bn
    major, minor = (m, n) if layout is BSR else (n, m)
    if len(pointers) != major + 1:
        raise RuntimeError(f"{first}.shape[-1] must be equal to the number of blocks + 1")
    if int(pointers[0]) != 0 or int(pointers[-1]) != len(plain):
        raise RuntimeError(
            f"`{first}[..., 0] == 0` and `{first}[..., -1] == nnz` is not satisfied."
        )
    if plain.numel() and not 0 <= int(plain.min()) <= int(plain.max()) < minor:
        kind = "ncols" if layout is BSR else "nrows"
        raise RuntimeError(f"`0 <= {second} < {kind}` is not satisfied.")


def _on_blocks(f: Callable) -> Callable:
    return lambda t, *args, **kwargs: like(t, f(t._blocks, *args, **kwargs))


# What is zero at zero.
for _n in (
    "abs", "asin", "asinh", "atan", "atanh", "ceil", "deg2rad", "erf", "erfinv", "expm1", "floor",
    "frac", "log1p", "neg", "positive", "rad2deg", "relu", "round", "sgn", "sign", "sin", "sinh",
    "sqrt", "square", "tan", "tanh", "trunc",
):  # fmt: skip
    RULES[_n] = _on_blocks(FUNCTIONS[_n])
for _n in ("__neg__", "__abs__", "clone", "detach", "to", "float", "double", "half", "bfloat16",
           "cpu", "cuda", "contiguous", "int", "long"):  # fmt: skip
    RULES[_n] = _on_blocks(getattr(Tensor, _n))


@RULES.enter("mul", "__mul__", "__rmul__")
def _mul(a: Any, b: Any) -> Any:
    a, b = (a, b) if isinstance(a, BlockedTensor) else (b, a)
    if isinstance(b, Tensor) and b.dim():
        raise NotImplementedError("mul(): a blocked tensor with another tensor")
    return like(a, a._blocks * b)


def _sum_of(a: Any, b: Any, scale: Any) -> Any:
    if not (isinstance(a, BlockedTensor) and isinstance(b, BlockedTensor)):
        raise NotImplementedError("add() of a blocked tensor and one of another layout")
    if a.layout is not b.layout or a._blocks.shape[1:] != b._blocks.shape[1:]:
        raise NotImplementedError("add() of blocked tensors of other layouts or blocks")
    if FUNCTIONS["equal"](a._pointers, b._pointers) and FUNCTIONS["equal"](a._plain, b._plain):
        return like(a, a._blocks + b._blocks * scale)
    total = a.to_dense() + b.to_dense() * scale
    return compress(total, tuple(a._blocks.shape[1:]), a.layout)


RULES["add"] = lambda a, b, *, alpha=1: _sum_of(a, b, alpha)
RULES["sub"] = lambda a, b, *, alpha=1: _sum_of(a, b, -alpha)
RULES["__add__"] = lambda a, b: _sum_of(a, b, 1)
RULES["__sub__"] = lambda a, b: _sum_of(a, b, -1)


def _product(a: Any, x: Tensor) -> Tensor:
    """A blocked matrix times a dense one: each block times its rows, added up."""
    bm, bn = a._blocks.shape[1:]
    rows, columns = places(a)
    parts = a._blocks @ x.reshape(-1, bn, x.shape[1])[columns]
    out = parts.new_zeros(a.shape[0] // bm, bm, x.shape[1]).index_add(0, rows, parts)
    return out.reshape(a.shape[0], x.shape[1])


@RULES.enter("matmul", "__matmul__", "mm", "mv")
def matmul(a: Any, b: Any) -> Tensor:
    if not isinstance(a, BlockedTensor) or isinstance(b, BlockedTensor) or b._sparse:
        kinds = [KINDS.get(t.layout, "Strided") for t in (a, b)]
        raise RuntimeError(
            f"addmm: computation on CPU is not implemented for Strided + {kinds[0]} @ {kinds[1]}"
        )
    if a.shape[1] != b.shape[0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({a.shape[0]}x{a.shape[1]} and "
            f"{b.shape[0]}x{b.shape[-1]})"
        )
    return _product(a, b) if b.dim() == 2 else _product(a, b.unsqueeze(1)).squeeze(1)


@RULES.enter("addmm")
def addmm(input: Tensor, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    return input * beta + matmul(mat1, mat2) * alpha


@RULES.enter("linear")
def linear(input: Tensor, weight: Any, bias: Tensor | None = None) -> Tensor:
    flat = input.reshape(-1, input.shape[-1])
    out = _product(weight, flat.t()).t().reshape(*input.shape[:-1], weight.shape[0])
    return out if bias is None else out + bias


@RULES.enter("t", "transpose", "swapaxes")
def transpose(a: Any, *dims: int) -> Any:
    if dims and (dims[0] - dims[1]) % 2 == 0:
        return a
    other = BSC if a.layout is BSR else BSR
    shape = (a.shape[1], a.shape[0])
    return blocked_of(a._pointers, a._plain, a._blocks.transpose(1, 2), shape, other)


@RULES.enter("sum")
def total(a: Any, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Tensor:
    if dim is not None:
        raise RuntimeError(
            "Currently the only compressed sparse format supported for sum.dim_IntList is CSR, but "
            f"got layout {KINDS[a.layout]}"
        )
    return a._blocks.sum(dtype=dtype)


@RULES.enter("zeros_like")
def zeros_like(a: Any, **options: Any) -> Any:
    pointers, plain = FUNCTIONS["zeros_like"](a._pointers), a._plain[:0]
    return blocked_of(pointers, plain, a._blocks.detach()[:0], a.shape, a.layout)


def _other_layout(a: Any, layout: Any) -> Any:
    if layout in (layouts.sparse_csr, layouts.sparse_csc):
        word = "csr" if layout is layouts.sparse_csr else "csc"
        raise RuntimeError(
            f"sparse_compressed_to_sparse_{word}: expected SparseCsr or SparseCsc layout but got "
            f"{KINDS[a.layout]}"
        )
    bm, bn = a._blocks.shape[1:]
    rows, columns = places(a)
    r = (rows * bm).reshape(-1, 1, 1) + FUNCTIONS["arange"](bm).reshape(1, -1, 1)
    c = (columns * bn).reshape(-1, 1, 1) + FUNCTIONS["arange"](bn).reshape(1, 1, -1)
    index = FUNCTIONS["stack"]([
        x.expand(a._blocks.shape).reshape(-1) for x in (r, c)
    ])  # fmt: skip
    return FUNCTIONS["sparse_coo_tensor"](index, a._blocks.reshape(-1), tuple(a.shape))


@RULES.enter("to_sparse")
def to_sparse(
    a: Any, sparse_dim: Any = None, *, layout: Any = None, blocksize: Any = None,
    dense_dim: Any = None,
) -> Any:  # fmt: skip
    if layout in KINDS:
        return compress(a, blocksize or tuple(a._blocks.shape[1:]), layout)
    return _other_layout(a, layout)


RULES["to_sparse_coo"] = lambda a: _other_layout(a, layouts.sparse_coo)
RULES["to_sparse_csr"] = lambda a, dense_dim=None: _other_layout(a, layouts.sparse_csr)
RULES["to_sparse_csc"] = lambda a, dense_dim=None: _other_layout(a, layouts.sparse_csc)
RULES["to_sparse_bsr"] = lambda a, blocksize, dense_dim=None: compress(a, blocksize, BSR)
RULES["to_sparse_bsc"] = lambda a, blocksize, dense_dim=None: compress(a, blocksize, BSC)


def _by_name(name: str) -> Callable:
    """`Tensor.values(t)`: the method of this class, or what other layouts' parts say of it."""

    def asked(t: Any) -> Any:
        method = BlockedTensor.__dict__.get(name)
        if method is not None:
            return method(t)
        raise RuntimeError(
            f"{name} expected sparse coordinate tensor layout but got {KINDS[t.layout]}"
        )

    return asked


for _n in (
    "values", "crow_indices", "col_indices", "ccol_indices", "row_indices", "indices", "coalesce",
    "is_coalesced", "sparse_dim", "dense_dim", "_nnz",
):  # fmt: skip
    RULES[_n] = _by_name(_n)
RULES["to_dense"] = BlockedTensor.to_dense


def _no_view(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError(
        "select(): no view exists for the given input, consider using torch.select_copy."
    )


RULES["__getitem__"] = RULES["select"] = _no_view
