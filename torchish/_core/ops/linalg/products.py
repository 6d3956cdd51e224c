"""Products of vectors and matrices.

https://docs.pytorch.org/docs/stable/torch.html#blas-and-lapack-operations
"""

from __future__ import annotations

import itertools
import math
import string

import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import broadcast_shapes, size_text, wrap_dim
from torchish._core.base.promotion import Promote
from torchish._core.ops.arguments import require_expandable
from torchish._core.ops.nn import onednn_products
from torchish._core.ops.nn.linear import vector_mismatch
from torchish._core.ops.operands import is_complex, is_inexact, is_number, name_of
from torchish._core.ops.table import Array, Arrays, Number, op


def _name(x) -> str:
    return dt.SCALAR_NAMES[dt.from_np(x.dtype)]


def _c_name(x) -> str:
    return {
        "Float": "float",
        "Double": "double",
        "Half": "c10::Half",
        "BFloat16": "c10::BFloat16",
        "Long": "long",
        "Int": "int",
        "Bool": "bool",
        "ComplexFloat": "c10::complex<float>",
        "ComplexDouble": "c10::complex<double>",
    }.get(_name(x), _name(x))


def _same(a, b) -> None:
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"expected m1 and m2 to have the same dtype, but got: {_c_name(a)} != {_c_name(b)}"
        )


def _product(a, b):
    """The matrix product, half types summed in float32; bools are refused as PyTorch does."""
    if a.dtype == bool:
        raise NotImplementedError("\"addmm_impl_cpu_\" not implemented for 'Bool'")
    if a.dtype in (jnp.float16, jnp.bfloat16):
        return jnp.matmul(a, b, preferred_element_type=jnp.float32).astype(a.dtype)
    return onednn_products.matmul(a, b)  # Note [Products of batches]


@op("mm", saves={"input": "mat2", "mat2": "input"})
def mm(input: Array, mat2: Array):
    """The product of two matrices (https://docs.pytorch.org/docs/stable/generated/torch.mm.html)"""
    if input.ndim != 2:
        raise RuntimeError("self must be a matrix")
    if mat2.ndim != 2:
        raise RuntimeError("mat2 must be a matrix")
    if input.shape[1] != mat2.shape[0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({input.shape[0]}x{input.shape[1]} and "
            f"{mat2.shape[0]}x{mat2.shape[1]})"
        )
    _same(input, mat2)
    return _product(input, mat2)


@op("bmm", saves={"input": "mat2", "mat2": "input"})
def bmm(input: Array, mat2: Array):
    """Products of batches of matrices
    (https://docs.pytorch.org/docs/stable/generated/torch.bmm.html)"""
    if input.ndim != 3:
        raise RuntimeError("batch1 must be a 3D tensor")
    if mat2.ndim != 3:
        raise RuntimeError("batch2 must be a 3D tensor")
    if input.shape[0] != mat2.shape[0] or input.shape[2] != mat2.shape[1]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{input.shape[0]}, "
            f"{input.shape[2]}] but got: [{mat2.shape[0]}, {mat2.shape[1]}]."
        )
    if input.dtype != mat2.dtype:
        raise RuntimeError(f"expected scalar type {_name(input)} but found {_name(mat2)}")
    if input.dtype == bool:
        raise NotImplementedError("\"baddbmm_with_gemm\" not implemented for 'Bool'")
    return _product(input, mat2)


@op("mv", saves={"input": "vec", "vec": "input"})
def mv(input: Array, vec: Array):
    """A matrix times a vector (https://docs.pytorch.org/docs/stable/generated/torch.mv.html)"""
    if input.ndim != 2 or vec.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got 1, {input.ndim}, {vec.ndim}")
    if input.shape[1] != vec.shape[0]:
        raise RuntimeError(
            f"size mismatch, got input ({input.shape[0]}), mat "
            f"({input.shape[0]}x{input.shape[1]}), vec ({vec.shape[0]})"
        )
    _same_as_sum(_name(vec), input, vec)
    return _product(input, vec)


def _same_as_sum(sum_name: str, mat, vec) -> None:
    if sum_name != _name(mat) or mat.dtype != vec.dtype:
        raise RuntimeError(
            f"addmv input tensors must have the same dtype, but got {sum_name}, {_name(mat)}, and "
            f"{_name(vec)}"
        )


@op("dot", saves={"input": "tensor", "tensor": "input"})
def dot(input: Array, tensor: Array):
    """The sum of products of two vectors
    (https://docs.pytorch.org/docs/stable/generated/torch.dot.html)"""
    return _dot(input, tensor)


def _dot(a, b):
    if a.ndim != 1 or b.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {a.ndim}D and {b.ndim}D tensors")
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"dot : expected both vectors to have same dtype, but found {_name(a)} and {_name(b)}"
        )
    if a.shape != b.shape:
        raise RuntimeError(
            f"inconsistent tensor size, expected tensor {size_text(a.shape)} and src "
            f"{size_text(b.shape)} to have the same number of elements, but got {a.size} and "
            f"{b.size} elements respectively"
        )
    if a.dtype == bool:
        raise NotImplementedError("\"dot\" not implemented for 'Bool'")
    return _product(a, b)


@op("vdot")
def vdot(input: Array, other: Array):
    """`dot` with the first vector conjugated
    (https://docs.pytorch.org/docs/stable/generated/torch.vdot.html)"""
    return _dot(
        jnp.conj(input) if jnp.issubdtype(input.dtype, jnp.complexfloating) else input, other
    )


@op("matmul", aliases=("linalg.matmul",), saves={"input": "other", "other": "input"})
def matmul(input: Array, other: Array):
    """The matrix product of tensors of any dimensions
    (https://docs.pytorch.org/docs/stable/generated/torch.matmul.html)"""
    if not input.ndim or not other.ndim:
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {input.ndim}D and "
            f"{other.ndim}D"
        )
    if input.ndim == other.ndim == 1:
        return _dot(input, other)
    if input.ndim == 1:
        return matmul.fn(input[None], other).squeeze(-2)
    if other.ndim == 1:
        if input.ndim == 2:
            return mv.fn(input, other)
        if input.shape[-1] != other.shape[0]:
            raise vector_mismatch(math.prod(input.shape[:-1]), input.shape[-1], other.shape[0])
        return matmul.fn(input, other[:, None]).squeeze(-1)
    if input.ndim == other.ndim == 2:
        return mm.fn(input, other)
    if input.shape[-1] != other.shape[-2]:
        if other.ndim == 2:
            rows = int(np.prod(input.shape[:-1]))
            raise RuntimeError(
                f"mat1 and mat2 shapes cannot be multiplied ({rows}x{input.shape[-1]} and "
                f"{other.shape[0]}x{other.shape[1]})"
            )
        lead = int(np.prod(np.broadcast_shapes(input.shape[:-2], other.shape[:-2])))
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{lead}, "
            f"{input.shape[-1]}] but got: "
            f"[{lead}, {other.shape[-2]}]."
        )
    _same(input, other) if other.ndim == 2 else _same_batch(input, other)
    try:
        np.broadcast_shapes(input.shape[:-2], other.shape[:-2])
    except ValueError:
        a, b = input.shape[:-2][::-1], other.shape[:-2][::-1]
        i = next(
            i for i, (p, q) in enumerate(zip(a, b, strict=False)) if p != q and 1 not in (p, q)
        )
        raise RuntimeError(
            f"The size of tensor a ({a[i]}) must match the size of tensor b ({b[i]}) at "
            f"non-singleton dimension {max(len(a), len(b)) - 1 - i}"
        ) from None
    return _product(input, other)


def _same_batch(a, b) -> None:
    if a.dtype != b.dtype:
        raise RuntimeError(f"expected scalar type {_name(a)} but found {_name(b)}")


@op("inner")
def inner(input: Array, other: Array):
    """Sums of products over the last dimensions
    (https://docs.pytorch.org/docs/stable/generated/torch.inner.html)"""
    if not input.ndim or not other.ndim:
        return input * other
    if input.shape[-1] != other.shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{size_text(input.shape)} and {size_text(other.shape)}"
        )
    if input.dtype != other.dtype:
        raise RuntimeError("both inputs should have same dtype")
    if input.dtype == bool and input.ndim == other.ndim == 1:
        raise NotImplementedError("\"dot\" not implemented for 'Bool'")
    return _tensordot(input, other, ([input.ndim - 1], [other.ndim - 1]))


@op(
    "outer",
    Promote.SAME,
    apart="partly",
    aliases=("ger",),
    saves={"input": "vec2", "vec2": "input"},
)
def outer(input: Array, vec2: Array):
    """All products of two vectors' elements
    (https://docs.pytorch.org/docs/stable/generated/torch.outer.html)"""
    if input.ndim != 1:
        raise RuntimeError(f"outer: Expected 1-D argument self, but got {input.ndim}-D")
    if vec2.ndim != 1:
        raise RuntimeError(f"outer: Expected 1-D argument vec2, but got {vec2.ndim}-D")
    return input[:, None] & vec2 if input.dtype == bool else input[:, None] * vec2


def _scaled(x, factor):
    """factor * x; with a factor of 0 not even NaN gets through."""
    f = factor.astype(x.dtype)
    return jnp.where(f == 0, jnp.zeros((), x.dtype), x * f)


def _plus(input, beta, alpha, product):
    require_expandable(input, product.shape)
    for factor in (beta, alpha):
        if is_complex(factor) and not is_complex(product):
            kind = {"Long": "int64_t", "Byte": "uint8_t", "Half": "float", "BFloat16": "float"}.get(
                _name(product), _c_name(product)
            )
            raise RuntimeError(f"value cannot be converted to type {kind} without overflow")
    return _scaled(input, beta) + product * alpha.astype(product.dtype)


@op("addmm", inplace=True, saves={"mat1": "mat2", "mat2": "mat1"})
def addmm(input: Array, mat1: Array, mat2: Array, *, beta: Number = 1, alpha: Number = 1):
    """beta · input + alpha · (mat1 @ mat2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addmm.html)"""
    if mat1.ndim != 2 or mat2.ndim != 2:
        which, n = ("mat1", mat1.ndim) if mat1.ndim != 2 else ("mat2", mat2.ndim)
        raise RuntimeError(f"{which} must be a matrix, got {n}-D tensor")
    p = mm.fn(mat1, mat2)
    if input.dtype != p.dtype:
        raise RuntimeError(
            f"self and mat2 must have the same dtype, but got {_name(input)} and {_name(mat2)}"
        )
    return _plus(input, beta, alpha, p)


@op("addmv", inplace=True, saves={"mat": "vec", "vec": "mat"})
def addmv(input: Array, mat: Array, vec: Array, *, beta: Number = 1, alpha: Number = 1):
    """beta · input + alpha · (mat @ vec)
    (https://docs.pytorch.org/docs/stable/generated/torch.addmv.html)"""
    if mat.ndim == 2 and vec.ndim == 1 and mat.shape[1] == vec.shape[0]:
        _same_as_sum(_name(input), mat, vec)
        if input.ndim and input.shape not in ((1,), mat.shape[:1]):
            raise RuntimeError(
                f"size mismatch, got input ({input.shape[0]}), mat "
                f"({mat.shape[0]}x{mat.shape[1]}), vec ({vec.shape[0]})"
            )
    p = mv.fn(mat, vec)
    return _plus(input, beta, alpha, p)


def _with_multipliers(arguments) -> Promote:
    """RuntimeError for a multiplier of a kind that the operands are not of."""
    operands = [arguments[n] for n in ("input", "vec1", "vec2")]
    for n in ("beta", "alpha"):
        x = arguments[n]
        kind = (jnp.asarray(x) if is_number(x) else x).dtype
        if kind == jnp.bool_ and any(x.dtype != jnp.bool_ for x in operands):
            raise RuntimeError(f"Boolean {n} only supported for Boolean results.")
        if jnp.issubdtype(kind, jnp.floating) and not any(is_inexact(x) for x in operands):
            raise RuntimeError(
                f"For integral input tensors, argument {n} must not be a floating point number."
            )
    return Promote.SAME


@op("addr", _with_multipliers, inplace=True)
def addr(input: Array, vec1: Array, vec2: Array, *, beta: Number = 1, alpha: Number = 1):
    """beta · input + alpha · outer(vec1, vec2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addr.html)"""
    for n, v in (("vec1", vec1), ("vec2", vec2)):
        if v.ndim != 1:
            raise RuntimeError(f"addr: Expected 1-D argument {n}, but got {v.ndim}-D")
    if input.dtype == bool:
        return (input & beta) | ((vec1[:, None] & vec2) & alpha)
    p = vec1[:, None] * vec2
    return _plus(input, beta, alpha, p)


@op("baddbmm", inplace=True, saves={"batch1": "batch2", "batch2": "batch1"})
def baddbmm(input: Array, batch1: Array, batch2: Array, *, beta: Number = 1, alpha: Number = 1):
    """beta · input + alpha · bmm(batch1, batch2)
    (https://docs.pytorch.org/docs/stable/generated/torch.baddbmm.html)"""
    p = bmm.fn(batch1, batch2)
    if input.dtype != p.dtype:
        raise RuntimeError(
            f"Input dtypes must be the same, got: input {_c_name(input)}, batch1: "
            f"{_c_name(batch1)}, batch2: {_c_name(batch2)}"
        )
    return _plus(input, beta, alpha, p)


@op("addbmm", inplace=True, saves={"batch1": "batch2", "batch2": "batch1"})
def addbmm(input: Array, batch1: Array, batch2: Array, *, beta: Number = 1, alpha: Number = 1):
    """beta · input + alpha · the sum of bmm(batch1, batch2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addbmm.html)"""
    kind = batch1.dtype
    if kind in (jnp.float16, jnp.bfloat16) and batch1.shape[0]:
        # PyTorch adds one product after another, and rounds each time.
        p = bmm.fn(batch1.astype(jnp.float32), batch2.astype(jnp.float32))
        first = _plus(input.astype(jnp.float32), beta, alpha, p[0], p.shape[1:], "addbmm")

        def step(total, q):
            return (total.astype(q.dtype) + alpha.astype(q.dtype) * q).astype(kind), None

        return lax.scan(step, first.astype(kind), p[1:])[0]
    p = bmm.fn(batch1, batch2).sum(0).astype(kind)
    return _plus(input, beta, alpha, p)


@op("_chain_matmul", method=False)
def _chain(tensors: Arrays):
    """The product of a chain of matrices, in the cheapest order."""
    if len(tensors) < 2:
        raise RuntimeError("multi_dot(): expected at least 2 tensors but got " + str(len(tensors)))
    for i, (a, b) in enumerate(itertools.pairwise(tensors)):
        if a.shape[-1] != b.shape[max(b.ndim - 2, 0)]:
            raise RuntimeError(
                f"multi_dot(): tensors {i} and {i + 1} with shapes {size_text(a.shape)} and "
                f"{size_text(b.shape)} cannot be multiplied"
            )
    return jnp.linalg.multi_dot(tensors)


def _tensordot(a, b, dims):
    left, right = dims
    out = jnp.tensordot(
        a,
        b,
        axes=(left, right),
        preferred_element_type=jnp.float32 if a.dtype in (jnp.float16, jnp.bfloat16) else None,
    )
    return out.astype(a.dtype)


@op("tensordot", method=False)
def tensordot(a: Array, b: Array, dims=2):
    """Sums of products over chosen dimensions
    (https://docs.pytorch.org/docs/stable/generated/torch.tensordot.html)"""
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.ndim, b.ndim):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        dims = (tuple(range(-dims, 0)), tuple(range(dims)))
    left, right = ((d,) if isinstance(d, int) else tuple(d) for d in dims)
    if len(left) != len(right):
        raise RuntimeError("both dimension lists should have same length")
    if a.dtype != b.dtype:
        raise RuntimeError("both inputs should have same dtype")
    named = list(zip(left, right, strict=True))
    left, right = [wrap_dim(d, a.ndim) for d in left], [wrap_dim(d, b.ndim) for d in right]
    for p, q, given in zip(left, right, named, strict=True):
        if a.shape[p] == 1:
            b = b.sum(q, keepdims=True).astype(b.dtype)
        elif b.shape[q] == 1:
            a = a.sum(p, keepdims=True).astype(a.dtype)
        elif a.shape[p] != b.shape[q]:
            raise RuntimeError(
                "contracted dimensions need to match, but first has size "
                f"{a.shape[p]} in dim {given[0]} and second has size {b.shape[q]} in dim {given[1]}"
            )
    return _tensordot(a, b, (left, right))


def _einsum_saves(tensors: set[str], statics: dict):
    return {t: " ".join(tensors - {t}) for t in tensors}


def _subscripts(labels: str, where: str, start: int) -> str:
    """The letters of a term of an equation, without its ellipsis."""
    plain, found, i = "", False, 0
    while i < len(labels):
        c = labels[i]
        if c == " ":
            i += 1
            continue
        if c == ".":
            if found:
                seen = "but an ellipsis (...)" if where == "output" else "for which an ellipsis"
                raise RuntimeError(f"einsum(): found '.' for {where} {seen} was already found")
            if labels[i : i + 3] != "...":
                raise RuntimeError(
                    f"einsum(): found '.' for {where} that is not part of any ellipsis"
                    + (" (...)" if where == "output" else "")
                )
            found, i = True, i + 3
            continue
        if c not in string.ascii_letters:
            raise RuntimeError(
                f"einsum(): invalid subscript given at index {start + i} in the equation string, "
                "subscripts must be in [a-zA-Z]"
            )
        plain, i = plain + c, i + 1
    return plain


def _require_output(labels: str, sizes: dict[str, int]) -> None:
    """RuntimeError for an output's letter that comes twice, or in no operand."""
    for i, c in enumerate(labels):
        if c in labels[:i]:
            raise RuntimeError(
                f"einsum(): output subscript {c} appears more than once in the output"
            )
        if c not in sizes:
            raise RuntimeError(
                f"einsum(): output subscript {c} does not appear in the equation for any input "
                "operand"
            )


def _seen_ellipsis(seen: tuple[int, ...], shape: tuple[int, ...], operand: int) -> tuple[int, ...]:
    """The sizes that an ellipsis stands for, once another operand's are met."""
    n = max(len(seen), len(shape))
    a, b = (1,) * (n - len(seen)) + seen, (1,) * (n - len(shape)) + shape
    for i, (p, q) in enumerate(zip(a, b, strict=True)):
        if p != q and 1 not in (p, q):
            raise RuntimeError(
                f"einsum(): dimension {i} covered by ellipsis in operand {operand}has size {q} "
                f"which does not broadcast with previously seen ellipsis with size {p} for the "
                "respective dimension"
            )
    return tuple(q if p == 1 else p for p, q in zip(a, b, strict=True))


@op("_einsum", method=False, out=False, saves=_einsum_saves)
def einsum(operands: Arrays, *, equation: str):
    """Sums of products by Einstein's convention
    (https://docs.pytorch.org/docs/stable/generated/torch.einsum.html)"""
    terms = equation
    inputs, arrow, output = terms.partition("->")
    if "->" in output:
        at = len(inputs) + 2 + output.index("->")
        raise RuntimeError(
            f"einsum(): invalid subscript given at index {at} in the equation string, subscripts "
            "must be in [a-zA-Z]"
        )
    left = inputs.split(",")
    if len(left) < len(operands):
        raise RuntimeError("einsum(): more operands were provided than specified in the equation")
    if len(left) > len(operands):
        raise RuntimeError("einsum(): fewer operands were provided than specified in the equation")
    sizes: dict[str, int] = {}
    ellipsis: tuple[int, ...] = ()
    start = 0
    for k, (labels, x) in enumerate(zip(left, operands, strict=True)):
        plain = _subscripts(labels, f"operand {k}", start)
        start += len(labels) + 1
        n = x.ndim - len(plain)
        if n < 0 or (n and "..." not in labels):
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({len(plain)}) does not match "
                f"the number of dimensions ({x.ndim}) for operand {k} and no ellipsis was given"
                if "..." not in labels
                else f"einsum(): the number of subscripts in the equation ({len(plain)}) is more "
                f"than the number of dimensions ({x.ndim}) for operand {k}"
            )
        at = labels.index("...") if "..." in labels else len(plain)
        ellipsis = _seen_ellipsis(ellipsis, x.shape[at : at + n], k)
        own: dict[str, int] = {}
        for i, c in enumerate(plain):
            size = x.shape[i if i < at else i + n]
            if own.setdefault(c, size) != size:
                raise RuntimeError(
                    f"einsum(): subscript {c} is repeated for operand {k} but the sizes don't "
                    f"match, {size} != {own[c]}"
                )
            if sizes.get(c, 1) not in (1, size) and size != 1:
                raise RuntimeError(
                    f"einsum(): subscript {c} has size {size} for operand {k} which does not "
                    f"broadcast with previously seen size {sizes[c]}"
                )
            sizes[c] = max(size, sizes.get(c, 1)) if size else 0
    if arrow:
        _require_output(_subscripts(output, "output", len(inputs) + 2), sizes)
    kind = operands[0].dtype
    if kind in (jnp.float16, jnp.bfloat16):
        return jnp.einsum(equation, *operands, preferred_element_type=jnp.float32).astype(kind)
    return jnp.einsum(terms, *operands)


@op("cross", apart="wholly")
def cross(input: Array, other: Array, dim: int | None = None):
    """The vector product (https://docs.pytorch.org/docs/stable/generated/torch.cross.html)"""
    if dim is None:
        if input.ndim != other.ndim:
            raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
        dim = next((i for i, n in enumerate(input.shape) if n == 3), None)
        if dim is None:
            raise RuntimeError("no dimension of size 3 in input")
    return linalg_cross.fn(input, other, dim=dim)


@op("linalg.cross", apart="wholly", method=False)
def linalg_cross(input: Array, other: Array, *, dim: int = -1):
    """The vector product
    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.cross.html)"""
    if input.ndim != other.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    if input.dtype != other.dtype:
        raise RuntimeError(f"expected scalar type {_name(input)} but found {_name(other)}")
    d = wrap_dim(dim, input.ndim)
    if input.shape[d] != 3 or other.shape[d] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {input.shape[d]} and "
            f"{other.shape[d]}"
        )
    shape = broadcast_shapes(input.shape, other.shape)
    return jnp.cross(jnp.broadcast_to(input, shape), jnp.broadcast_to(other, shape), axis=d)


@op("linalg.vecdot", method=False)
def vecdot(x: Array, y: Array, *, dim: int = -1):
    """Sums of products along a dimension, the first conjugated."""
    if not is_inexact(x):
        raise RuntimeError(
            f"linalg.vecdot: Expected a floating point or complex tensor as input. Got {name_of(x)}"
        )
    if x.dtype != y.dtype:
        raise RuntimeError(
            "linalg.vecdot: Expected x and y to have the same dtype, but found x of type "
            f"{name_of(x)} and y of type {name_of(y)} instead"
        )
    if x.ndim == y.ndim == 1:
        return _dot(jnp.conj(x), y)
    broadcast_shapes(x.shape, y.shape)
    p = (jnp.conj(x) if is_complex(x) else x) * y
    return p.sum(wrap_dim(dim, p.ndim)).astype(x.dtype)
