"""Element by element: functions that keep zero at zero, sums, products and quotients.

https://docs.pytorch.org/docs/stable/sparse.html#supported-operations
"""

from __future__ import annotations

import numpy as np

from torchish._core.base import layouts
from torchish._core.base.errors import broadcast_shapes, size_text
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor
from torchish._core.tensor.binding import as_number
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.inner import alike
from torchish._core.tensor.sparse import (
    KINDS,
    SparseTensor,
    copied,
    index_tensor,
    labelled,
    linear,
    make,
    unlinear,
)
from torchish._core.tensor.sparse_rules import MERGING, refusal, rule
from torchish.sparse.convert import sparse_resize_, to_sparse
from torchish.sparse.creation import empty_sparse
from torchish.sparse.shapes import broadcast_to

COO = layouts.sparse_coo

# Functions f with f(0) = 0 that are not linear: duplicates are summed first.
_ZERO_PRESERVING = """
    abs asin asinh atan atanh ceil deg2rad erf erfinv expm1 floor frac isinf isnan isneginf isposinf
    log1p nan_to_num nn.functional.relu rad2deg relu round sgn sign signbit sin sinh sqrt square tan
    tanh trunc
"""
_LINEAR = ("neg", "conj_physical", "_cast", "_clone")


def _label(op) -> str:
    return {"_cast": "ToCopyBackward0"}.get(op.name, op.grad_name)


def _keep(name: str, merged: bool):
    """The rule of a function of one tensor: the function of its values."""
    op = TABLE[name]

    def f(s: Tensor, *rest) -> Tensor:
        if merged and s.layout is COO:
            s = s.coalesce()
        return s._with_values(apply(op, (s._vals, *rest)), _label(op))

    rule(name)(f)
    if merged:
        MERGING.add(name)


for _n in _ZERO_PRESERVING.split():
    if _n in TABLE:
        _keep(_n, True)
for _n in _LINEAR:
    if _n in TABLE:
        _keep(_n, False)


def _same_places(a: SparseTensor, b: SparseTensor) -> bool:
    """Whether two tensors of one layout name the same places in the same order."""
    if a._nnz() != b._nnz():
        return False
    pairs = zip(a._parts, b._parts, strict=True)
    return all(
        x is y or alike((x, y)) or np.array_equal(np.asarray(x._array()), np.asarray(y._array()))
        for x, y in pairs
    )


def _as(t: Tensor, like: SparseTensor) -> Tensor:
    """A tensor in another one's layout and blocks."""
    return to_sparse(t, layout=like.layout, blocksize=like._block() or None)


def _is_scalar(x) -> bool:
    return (isinstance(x, Tensor) and not x._sparse and x.dim() == 0) or (
        not isinstance(x, Tensor) and as_number(x) is not None
    )


_ONE_WAY = "add(sparse, dense) is not supported. Use add(dense, sparse) instead."


def _plus(name: str, a, b, alpha):
    """a + alpha · b, of which at least one is sparse.

    Places of tensors that are not coalesced are put one after the other, so that nothing has to be
    looked at; those of coalesced ones are merged.
    """
    op = TABLE[name]
    if not isinstance(a, Tensor):
        raise RuntimeError(_ONE_WAY)
    if not isinstance(b, Tensor) or not b._sparse:
        if a.layout is COO or not isinstance(b, Tensor):
            raise RuntimeError(_ONE_WAY)
        _check_sizes(a, b)
        return apply(op, (a.to_dense(), b, alpha))
    if not a._sparse and a.shape != b.shape:
        raise RuntimeError(
            "add: expected 'self' and 'other' to have same size, but self has size "
            f"{size_text(a.shape)} while other has size {size_text(b.shape)} (FYI: dense-sparse "
            "addition does not currently support broadcasting)"
        )
    _check_sizes(a, b)
    if not a._sparse:
        return apply(op, (a, b.to_dense(), alpha))
    if a.layout is not b.layout:
        raise NotImplementedError(f"{name}: layouts {a.layout} and {b.layout}")
    if a.layout is not COO:
        if _same_places(a, b):
            return a._with_values(apply(op, (a._vals, b._vals, alpha)), op.grad_name)
        r = _plus(name, to_sparse(a), to_sparse(b), alpha)
        return _as(r, a)
    if a.sparse_dim() != b.sparse_dim():
        for t, other in ((a, b), (b, a)):
            if not t._nnz():
                one = t._vals.new_zeros((1,) * other._vals.dim())
                pair = (one, b._vals) if t is a else (a._vals, one)
                return other._with_values(apply(op, (*pair, alpha)), op.grad_name)
        raise RuntimeError(
            f"add: expected 'self' and 'other' to have same density, but 'self' has "
            f"{a.sparse_dim()} sparse dimensions while 'other' has {b.sparse_dim()} sparse "
            "dimensions"
        )
    merged = a._coalesced and b._coalesced
    if a._parts is b._parts or (merged and _same_places(a, b)):
        return a._with_values(apply(op, (a._vals, b._vals, alpha)), op.grad_name)
    scaled = b._vals if alpha in (None, 1) else apply(TABLE["mul"], (b._vals, alpha))
    second = scaled if name == "add" else apply(TABLE["neg"], (scaled,))
    values = apply(TABLE["cat"], ([a._vals, second], 0))
    index = apply(TABLE["cat"], ([a._parts[0], b._parts[0]], 1))
    r = make(COO, (index,), values, a.shape, False, op.grad_name)
    if merged:
        r = r.coalesce()
        labelled(r._vals, op.grad_name)
    return r


def _check_sizes(a: Tensor, b: Tensor) -> None:
    if a.shape != b.shape:
        raise RuntimeError(
            f"add: expected sizes of 'self' and 'other' to match, but {size_text(a.shape)} != "
            f"{size_text(b.shape)}"
        )


@rule("add")
def add(input: Tensor | complex, other: Tensor | complex, alpha: complex | None = 1) -> Tensor:
    return _plus("add", input, other, alpha)


@rule("sub")
def sub(input: Tensor | complex, other: Tensor | complex, alpha: complex | None = 1) -> Tensor:
    return _plus("sub", input, other, alpha)


@rule("mul")
def mul(input: Tensor | complex, other: Tensor | complex) -> Tensor:
    op = TABLE["mul"]
    if _is_scalar(input):
        input, other = other, input
    if _is_scalar(other):
        return input._with_values(apply(op, (input._vals, other)), "MulBackward0")
    if input._sparse and other._sparse:
        pairs = [(input, other), (other, input)]
        if not input.dim() and not other.dim() and input._nnz() < other._nnz():
            pairs.reverse()  # the one that names its element once is the number
        for s, scalar in pairs:
            if not scalar.dim():
                dense = scalar.to_dense()
                kind = s.to_dense().mul(dense).dtype if not s.dim() else s.dtype
                return mul(s.to(kind), dense)
        return _intersect(input, other)
    s, dense = (input, other) if input._sparse else (other, input)
    shape = broadcast_shapes(tuple(s.shape), tuple(dense.shape))
    if shape != s.shape:
        if s.layout is not COO:
            raise NotImplementedError(
                f"mul: a tensor of layout {s.layout} and size {size_text(s.shape)} broadcast "
                f"against a dense one of {size_text(dense.shape)}"
            )
        s = broadcast_to(s, shape)
    picked = s._values_at(dense.expand(s.shape))
    return s._with_values(apply(op, (s._vals, picked)), "MulBackward0")


def _intersect(a: SparseTensor, b: SparseTensor) -> SparseTensor:
    """The product at the places that both have."""
    n = a.sparse_dim()
    if a.dim() != b.dim() or n != b.sparse_dim() or a.shape[:n] != b.shape[:n]:
        raise RuntimeError(
            "sparse_binary_op_intersection_cpu(): expects sparse inputs with equal "
            "dimensionality, number of sparse dimensions, and shape of sparse dimensions"
        )
    op = TABLE["mul"]
    if a.layout is not b.layout:
        raise NotImplementedError(f"mul: layouts {a.layout} and {b.layout}")
    if (a.layout is not COO or (a._coalesced and b._coalesced)) and _same_places(a, b):
        return a._with_values(apply(op, (a._vals, b._vals)), "MulBackward0")
    if a.layout is not COO:
        return _as(_intersect(to_sparse(a), to_sparse(b)), a)
    a, b = a.coalesce(), b.coalesce()
    shape = a.shape[: a.sparse_dim()]
    x, y = (linear(np.asarray(t._parts[0]._array()), shape) for t in (a, b))
    both, at, bt = np.intersect1d(x, y, assume_unique=True, return_indices=True)
    left, right = (
        apply(TABLE["_sparse_take"], (t._vals, index_tensor(k, t.device)))
        for t, k in ((a, at), (b, bt))
    )
    values = apply(op, (left, right))
    parts = (index_tensor(unlinear(both, shape), a.device),)
    return make(COO, parts, values, (*shape, *values.shape[1:]), True, "MulBackward0")


def _over(name: str, input, other, *rest, merged: bool):
    if not isinstance(input, Tensor) or not input._sparse:
        raise refusal("reciprocal" if name == "div" else name, getattr(other, "layout", None))
    if not _is_scalar(other):
        got = "a sparse divisor" if other._sparse else f"shape {size_text(other.shape)} for divisor"
        kind = "floor division" if name == "floor_divide" else "division"
        raise RuntimeError(
            f"Sparse {kind} requires a scalar or zero-dim dense tensor divisor (got {got})"
        )
    if merged and input.layout is COO:
        input = input.coalesce()
    return input._with_values(apply(TABLE[name], (input._vals, other, *rest)), "DivBackward0")


@rule("true_divide")
def true_divide(input: Tensor | complex, other: Tensor | complex) -> Tensor:
    return div(input, other)


@rule("div")
def div(
    input: Tensor | complex, other: Tensor | complex, rounding_mode: str | None = None
) -> Tensor:
    return _over("div", input, other, rounding_mode, merged=rounding_mode is not None)


@rule("floor_divide")
def floor_divide(input: Tensor | complex, other: Tensor | complex) -> Tensor:
    return _over("floor_divide", input, other, merged=True)


@rule("pow")
def pow_(input: Tensor | complex, exponent: Tensor | complex) -> Tensor:
    if not isinstance(input, Tensor) or not input._sparse or not _is_scalar(exponent):
        raise refusal("pow", COO)
    if isinstance(exponent, Tensor):
        exponent = exponent.item()
    if exponent == 0:
        raise RuntimeError(
            "pow: cannot raise to zeroth power on sparse tensor; it would make the result tensor "
            "dense"
        )
    s = input.coalesce() if input.layout is COO else input
    return s._with_values(apply(TABLE["pow"], (s._vals, exponent)), "PowBackward0")


@rule("_copy")
def copy(input: Tensor, src: Tensor) -> Tensor:
    if not (input._sparse and src._sparse):
        raise RuntimeError(
            "copy_() between dense and sparse Tensors is not implemented! Found self type = "
            f"{input.type()} and src type = {src.type()}"
        )
    if input.layout is not src.layout:
        if COO in (input.layout, src.layout):
            raise NotImplementedError(f"copy_: layouts {input.layout} and {src.layout}")
        raise RuntimeError(
            "torch.copy_: copy of sparse compressed tensors having different layouts is not "
            f"supported. self layout is {KINDS[input.layout]} and src layout is "
            f"{KINDS[src.layout]}"
        )
    if input.layout is not COO:
        if input._nnz() != src._nnz():
            raise RuntimeError(
                "torch.copy_: only sparse compressed tensors with the same number of specified "
                "elements are supported."
            )
        if input._block() != src._block():
            raise RuntimeError(
                "torch.copy_: copy of sparse compressed tensors having different block sizes is "
                "not supported."
            )
    return make(
        src.layout, src._parts, copied(src._vals), src.shape, src._coalesced, "CopyBackwards"
    ).to(input.dtype)


@rule("_fill")
def fill(input: Tensor, value: Tensor | complex) -> Tensor:
    if input.layout is not COO:
        return input._with_values(apply(TABLE["_fill"], (input._vals, value)))
    if _is_scalar(value) and not isinstance(value, Tensor) and value == 0:
        return empty_sparse(input.shape, input.layout, input.dtype, input.device)
    raise refusal("fill_.Scalar", input.layout)


def copy_(self: SparseTensor, src: Tensor, non_blocking: bool = False) -> SparseTensor:
    """Take over the elements, and the sizes, of another sparse tensor."""
    made = copy(self, src)
    if made.shape != self.shape and self.layout is COO:
        sparse_resize_(self, tuple(made.shape), made.sparse_dim(), made.dense_dim())
    if made.shape == self.shape:
        return self._become(made)
    self._take_over(made)
    return self


def zero_(self: SparseTensor) -> SparseTensor:
    """Drop all elements in place; the gradient of a sparse leaf keeps its places, with zeros."""
    if self._shows_grad is not None:
        self._shows_grad.zero_()
        self._vals.zero_()
        return self
    nothing = empty_sparse(self.shape, self.layout, self.dtype, self.device, like=self)
    if self.layout is COO and (self.sparse_dim() != nothing.sparse_dim()):
        dense = self._vals.narrow(0, 0, 0).detach()
        index = index_tensor(np.zeros((self.sparse_dim(), 0)), self.device)
        nothing = make(COO, (index,), dense, self.shape, True)
    return self._become(nothing)


@rule("conj")
def conj(self: SparseTensor) -> SparseTensor:
    """The complex conjugate; a real tensor as it is."""
    return self.conj_physical() if self.is_complex() else self


def _part(name: str):
    """The rule of a part of a complex tensor, of COO layout as in PyTorch."""

    def part(self: SparseTensor) -> SparseTensor:
        if self.layout is not COO:
            raise refusal("view_as_real", self.layout)
        r = self._with_values(getattr(self._vals, name), "SelectBackward0")
        r._coalesced = False
        return r

    rule(name)(part)


_part("real")
_part("imag")
SparseTensor.zero_, SparseTensor.conj, SparseTensor.copy_ = zero_, conj, copy_
RULED = (add, sub, mul, div, floor_divide, pow_, copy, fill)
