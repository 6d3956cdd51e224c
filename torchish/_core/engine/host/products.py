"""Products of vectors and matrices on BLAS."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from torchish._core.base.errors import wrap_dim
from torchish._core.engine.host.registry import elements, kernel, require

_MULTIPLY_ADD = 2e-11  # seconds, in float32


def product_cost(first: int, second: int, axis: int) -> Callable[[Sequence, Sequence], float]:
    """The cost of a product in which every element of input `first` meets the elements of input
    `second` along an axis; of a gradient, once for each result."""

    def cost(inputs, outputs) -> float:
        a, b = (inputs[min(i, len(inputs) - 1)] for i in (first, second))
        columns = b.shape[axis] if len(b.shape) >= -axis else 1
        macs = math.prod(a.shape) * columns * len(outputs)
        return elements(inputs, outputs) + _MULTIPLY_ADD * macs

    return cost


def is_half(x) -> bool:
    return x.dtype.itemsize == 2 and x.dtype.kind in "fV"


def blas_ready(x):
    """x, copied where BLAS has no form for its strides and NumPy would loop."""
    inner, n, m = x.itemsize, x.shape[-1], x.shape[-2]
    s = x.strides
    if (s[-1] == inner and s[-2] >= n * inner) or (s[-2] == inner and s[-1] >= m * inner):
        return x
    return np.ascontiguousarray(x)


def times(a, b):
    """a @ b of matrices and batches of them, in their own dtype; half types sum in float32."""
    if is_half(a):
        return times(a.astype(np.float32), b.astype(np.float32)).astype(a.dtype)
    if b.ndim == 2 and a.ndim > 2:
        lead = a.shape[:-1]
        return (blas_ready(a.reshape(-1, a.shape[-1])) @ blas_ready(b)).reshape(*lead, b.shape[1])
    return blas_ready(a) @ blas_ready(b)


def adjoint(x):
    """Transposed, and conjugated where complex."""
    x = np.swapaxes(x, -1, -2) if x.ndim > 2 else x.T
    return x.conj() if x.dtype.kind == "c" else x


def left_gradient(ct, b):
    """The gradient of a in a @ b, of batch shape ct's."""
    return times(ct, adjoint(b))


def right_gradient(ct, a, b_ndim: int):
    """The gradient of b in a @ b: of a single matrix b, summed over the batch by the product."""
    if b_ndim == 2 and a.ndim > 2:
        a, ct = a.reshape(-1, a.shape[-1]), ct.reshape(-1, ct.shape[-1])
    return times(adjoint(a), ct)


def _require_pair(a, b) -> None:
    require(a.dtype == b.dtype and a.dtype != np.bool_)


@kernel("mm", dtypes="ifch", cost=product_cost(0, 1, -1))
def mm(input, mat2):
    require(input.ndim == mat2.ndim == 2)
    _require_pair(input, mat2)
    return times(input, mat2)


@mm.gradient
def _(ct, saved, wanted, input, mat2):
    out = {}
    if "input" in wanted:
        out["input"] = left_gradient(ct, mat2)
    if "mat2" in wanted:
        out["mat2"] = right_gradient(ct, input, 2)
    return out


@kernel("bmm", dtypes="ifch", cost=product_cost(0, 1, -1))
def bmm(input, mat2):
    require(input.ndim == mat2.ndim == 3 and input.shape[0] == mat2.shape[0])
    _require_pair(input, mat2)
    return times(input, mat2)


@bmm.gradient
def _(ct, saved, wanted, input, mat2):
    out = {}
    if "input" in wanted:
        out["input"] = left_gradient(ct, mat2)
    if "mat2" in wanted:
        out["mat2"] = right_gradient(ct, input, 3)
    return out


def _conj(x):
    return x.conj() if x.dtype.kind == "c" else x


@kernel("mv", dtypes="ifc", halves=True)
def mv(input, vec):
    require(input.ndim == 2 and vec.ndim == 1)
    _require_pair(input, vec)
    return input @ vec


@mv.gradient
def _(ct, saved, wanted, input, vec):
    return {"input": ct[:, None] * _conj(vec), "vec": adjoint(input) @ ct}


def _dot(a, b):
    require(a.ndim == b.ndim == 1 and a.shape == b.shape)
    _require_pair(a, b)
    return a @ b


@kernel("dot", dtypes="ifc", halves=True)
def dot(input, tensor):
    return _dot(input, tensor)


@dot.gradient
def _(ct, saved, wanted, input, tensor):
    return {"input": ct * _conj(tensor), "tensor": ct * _conj(input)}


@kernel("vdot", dtypes="ifc", halves=True)
def vdot(input, other):
    return _dot(_conj(input), other)


@vdot.gradient
def _(ct, saved, wanted, input, other):
    return {"input": _conj(ct) * other, "other": ct * input}


@kernel("matmul", dtypes="ifch", cost=product_cost(0, 1, -1))
def matmul(input, other):
    require(input.ndim and other.ndim)
    _require_pair(input, other)
    if input.ndim == 1:
        require(not is_half(input))
        return input @ (other if other.ndim == 1 else blas_ready(other))
    if other.ndim == 1:
        require(not is_half(input))
        return blas_ready(input) @ other
    return times(input, other)


@matmul.gradient
def _(ct, saved, wanted, input, other):
    if input.ndim == other.ndim == 1:
        return {"input": ct * _conj(other), "other": ct * _conj(input)}
    a = input[None] if input.ndim == 1 else input
    b = other[:, None] if other.ndim == 1 else other
    if input.ndim == 1:
        ct = ct[..., None, :]
    elif other.ndim == 1:
        ct = ct[..., None]
    out = {}
    if "input" in wanted:
        g = left_gradient(ct, b)
        out["input"] = g[..., 0, :] if input.ndim == 1 else g
    if "other" in wanted:
        g = right_gradient(ct, a, b.ndim)
        out["other"] = g[..., 0] if other.ndim == 1 else g
    return out


@kernel("outer", dtypes="bifc")
def outer(input, vec2):
    require(input.ndim == vec2.ndim == 1)
    return input[:, None] * vec2


@outer.gradient
def _(ct, saved, wanted, input, vec2):
    return {"input": ct @ _conj(vec2), "vec2": _conj(input) @ ct}


# --- sums with products ---------------------------------------------------------------------------


def _factor(value, like):
    require(like.dtype.kind in "fc" or type(value) is not float)
    require(like.dtype.kind == "c" or type(value) is not complex)
    return like.dtype.type(value)


def _plus(input, beta, alpha, product):
    """beta * input + alpha * product, which is overwritten."""
    require(input.dtype == product.dtype)
    beta, alpha = _factor(beta, input), _factor(alpha, product)
    require(np.broadcast_shapes(input.shape, product.shape) == product.shape)
    if alpha != 1:
        product = product * alpha
    if beta == 0:
        return product
    return product + (input if beta == 1 else input * beta)


def _plus_gradient(ct, wanted, input, beta, alpha):
    """(gradients so far, cotangent of the product)."""
    beta, alpha = _factor(beta, input), _factor(alpha, input)
    out = {}
    if "input" in wanted:
        out["input"] = np.zeros_like(ct) if beta == 0 else ct if beta == 1 else ct * beta.conj()
    return out, ct if alpha == 1 else ct * alpha.conj()


@kernel("addmm", dtypes="ifc", cost=product_cost(1, 2, -1), halves=True)
def addmm(input, mat1, mat2, *, beta=1, alpha=1):
    return _plus(input, beta, alpha, mm.forward(mat1, mat2))


@addmm.gradient
def _(ct, saved, wanted, input, mat1, mat2, *, beta=1, alpha=1):
    out, ct = _plus_gradient(ct, wanted, input, beta, alpha)
    if "mat1" in wanted:
        out["mat1"] = left_gradient(ct, mat2)
    if "mat2" in wanted:
        out["mat2"] = right_gradient(ct, mat1, 2)
    return out


@kernel("addmv", dtypes="ifc", halves=True)
def addmv(input, mat, vec, *, beta=1, alpha=1):
    return _plus(input, beta, alpha, mv.forward(mat, vec))


@addmv.gradient
def _(ct, saved, wanted, input, mat, vec, *, beta=1, alpha=1):
    out, ct = _plus_gradient(ct, wanted, input, beta, alpha)
    return {**out, "mat": ct[:, None] * _conj(vec), "vec": adjoint(mat) @ ct}


@kernel("addr", dtypes="ifc")
def addr(input, vec1, vec2, *, beta=1, alpha=1):
    require(vec1.ndim == vec2.ndim == 1)
    return _plus(input, beta, alpha, vec1[:, None] * vec2)


@addr.gradient
def _(ct, saved, wanted, input, vec1, vec2, *, beta=1, alpha=1):
    out, ct = _plus_gradient(ct, wanted, input, beta, alpha)
    return {**out, "vec1": ct @ _conj(vec2), "vec2": _conj(vec1) @ ct}


@kernel("baddbmm", dtypes="ifc", cost=product_cost(1, 2, -1), halves=True)
def baddbmm(input, batch1, batch2, *, beta=1, alpha=1):
    return _plus(input, beta, alpha, bmm.forward(batch1, batch2))


@baddbmm.gradient
def _(ct, saved, wanted, input, batch1, batch2, *, beta=1, alpha=1):
    out, ct = _plus_gradient(ct, wanted, input, beta, alpha)
    return {
        **out,
        "batch1": left_gradient(ct, batch2),
        "batch2": right_gradient(ct, batch1, 3),
    }


@kernel("addbmm", dtypes="fc", cost=product_cost(1, 2, -1), halves=True)
def addbmm(input, batch1, batch2, *, beta=1, alpha=1):
    return _plus(input, beta, alpha, bmm.forward(batch1, batch2).sum(0))


@addbmm.gradient
def _(ct, saved, wanted, input, batch1, batch2, *, beta=1, alpha=1):
    out, ct = _plus_gradient(ct, wanted, input, beta, alpha)
    return {**out, "batch1": left_gradient(ct, batch2), "batch2": times(adjoint(batch1), ct)}


# --- linear and bilinear maps ---------------------------------------------------------------------


@kernel("nn.functional.linear", dtypes="fch", cost=product_cost(0, 1, -2))
def linear(input, weight, bias=None):
    require(input.ndim and weight.ndim == 2 and input.dtype == weight.dtype)
    require(input.shape[-1] == weight.shape[1])
    out = times(input, weight.T) if input.ndim > 1 else times(input[None], weight.T)[0]
    if bias is not None:
        require(bias.dtype == input.dtype and bias.ndim <= out.ndim)
        out += bias
    return out


@linear.gradient
def _(ct, saved, wanted, input, weight, bias=None):
    x, g = (input, ct) if input.ndim > 1 else (input[None], ct[None])
    if x.ndim > 2:
        x, g = x.reshape(-1, x.shape[-1]), g.reshape(-1, g.shape[-1])
    out = {}
    if "input" in wanted:
        out["input"] = times(g, _conj(weight)).reshape(input.shape)
    if "weight" in wanted:
        out["weight"] = times(g.T, _conj(x))
    if "bias" in wanted:
        out["bias"] = _summed_rows(g) if bias.ndim == 1 and bias.shape == g.shape[1:] else ct
    return out


def _summed_rows(g):
    """The sum over rows, in float32 for half types."""
    if is_half(g):
        return g.astype(np.float32).sum(0).astype(g.dtype)
    return np.add.reduce(g, 0)


@kernel("_chain_matmul", dtypes="fc", halves=True)
def chain(tensors):
    require(len(tensors) > 1 and all(t.dtype == tensors[0].dtype for t in tensors))
    require(all(t.ndim == 2 for t in tensors[1:-1]))
    return np.linalg.multi_dot(tensors)


@chain.gradient
def _(ct, saved, wanted, tensors):
    first, last = tensors[0], tensors[-1]
    ms = list(tensors)
    ms[0] = first[None] if first.ndim == 1 else first
    ms[-1] = last[:, None] if last.ndim == 1 else last
    g = ct.reshape(ms[0].shape[0], ms[-1].shape[1])
    left, out = None, []
    right = [None] * len(ms)  # the product of what stands to the right of each
    for i in range(len(ms) - 2, -1, -1):
        right[i] = ms[i + 1] if right[i + 1] is None else times(ms[i + 1], right[i + 1])
    for i, m in enumerate(ms):
        here = g if left is None else times(adjoint(left), g)
        here = here if right[i] is None else times(here, adjoint(right[i]))
        out.append(here.reshape(tensors[i].shape))
        left = m if left is None else times(left, m)
    return {"tensors": out}


# --- vector products ------------------------------------------------------------------------------

_NEXT, _LAST = np.array([1, 2, 0]), np.array([2, 0, 1])


def _vector_product(a, b, d: int):
    return a.take(_NEXT, d) * b.take(_LAST, d) - a.take(_LAST, d) * b.take(_NEXT, d)


def _cross_dim(input, other, dim) -> int:
    require(input.ndim == other.ndim)
    if dim is None:
        dim = next((i for i, n in enumerate(input.shape) if n == 3), None)
        require(dim is not None)
    d = wrap_dim(dim, input.ndim)
    require(input.ndim and input.shape[d] == other.shape[d] == 3)
    return d


@kernel("cross", "linalg.cross", dtypes="ifc")
def cross(input, other, dim=None):
    require(input.dtype == other.dtype)
    return _vector_product(input, other, _cross_dim(input, other, dim))


@cross.gradient
def _(ct, saved, wanted, input, other, dim=None):
    d = _cross_dim(input, other, dim)
    return {
        "input": _vector_product(_conj(other), ct, d),
        "other": _vector_product(ct, _conj(input), d),
    }


@kernel("linalg.vecdot", dtypes="fc")
def vecdot(x, y, *, dim=-1):
    require(x.dtype == y.dtype and (x.shape == y.shape or not x.ndim == y.ndim == 1))
    p = _conj(x) * y
    return p.sum(wrap_dim(dim, p.ndim), dtype=p.dtype)


@vecdot.gradient
def _(ct, saved, wanted, x, y, *, dim=-1):
    ndim = max(x.ndim, y.ndim)
    ct = np.expand_dims(ct, wrap_dim(dim, ndim)) if ndim else ct
    return {"x": _conj(ct) * y, "y": ct * x}
