"""Products of matrices, and attention: Note [Translations]."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish.onnx._graph import Graph, Value
from torchish.onnx._operators.table import translation

__all__ = ["turned"]


def turned(g: Graph, x: Value) -> Value:
    """The last two dimensions exchanged."""
    n = x.rank
    return g.transpose(x, [*range(n - 2), n - 1, n - 2])


@translation("linear")
def _linear(g: Graph, x: Value, weight: Value, bias: Value | None) -> Value:
    if x.rank == 2 and weight.rank == 2:
        return g.op("Gemm", x, weight, bias, transB=1)
    made = g.op("MatMul", x, turned(g, weight) if weight.rank == 2 else weight)
    return made if bias is None else g.op("Add", made, bias)


@translation("matmul", "mm", "bmm", "mv", "dot", "vdot")
def _matmul(g: Graph, a: Value, b: Value) -> Value:
    return g.op("MatMul", a, b)


@translation("inner")
def _inner(g: Graph, a: Value, b: Value) -> Value:
    return g.op("MatMul", a, turned(g, b) if b.rank > 1 else b)


@translation("outer", "ger")
def _outer(g: Graph, a: Value, b: Value) -> Value:
    a, b = g.met(a, b)
    return g.op("Mul", g.unsqueeze(a, 1), g.unsqueeze(b, 0))


def _weighted(g: Graph, x: Value, made: Value, beta: Any, alpha: Any) -> Value:
    if alpha != 1:
        made = g.op("Mul", made, g.const(alpha, made.dtype))
    if beta == 0:
        return made
    if beta != 1:
        x = g.op("Mul", x, g.const(beta, x.dtype))
    return g.op("Add", x, made)


@translation("addmm.default", "addmv", "baddbmm.default")
def _add_product(g: Graph, x: Value, a: Value, b: Value, *, beta: Any, alpha: Any) -> Value:
    floats = x.dtype.category >= dt.FLOAT
    if floats and a.rank == b.rank == 2 and x.rank <= 2 and beta != 0:
        return g.op("Gemm", a, b, x, alpha=float(alpha), beta=float(beta))
    return _weighted(g, x, g.op("MatMul", a, b), beta, alpha)


@translation("einsum")
def _einsum(g: Graph, equation: str, tensors: Sequence[Value], *, path: Any = None) -> Value:
    return g.op("Einsum", *g.met(*tensors), equation=equation)


@translation("cosine_similarity")
def _cosine_similarity(g: Graph, a: Value, b: Value, dim: int, eps: float) -> Value:
    a, b = g.met(a, b)
    least = g.const(eps, a.dtype)

    def unit(x: Value) -> Value:
        size = g.op("ReduceL2", x, g.ints([dim]), keepdims=1)
        return g.op("Div", x, g.op("Max", size, least))

    made = g.op("Mul", unit(a), unit(b))
    return g.op("ReduceSum", made, g.ints([dim]), keepdims=0)


# --- attention


def _causal(g: Graph, query: Value, key: Value) -> Value:
    """Which keys a query sees: those before it."""
    n, m = g.size(query, -2), g.size(key, -2)
    if type(n) is int and type(m) is int:
        return g.const(np.tril(np.ones((n, m), bool)), dt.bool_)
    ones = g.expand(g.const(True, dt.bool_), [n, m])
    return g.op("Trilu", ones, upper=0)


def _repeated(g: Graph, x: Value, query: Value) -> Value:
    """Each head as often as there are heads of the query for it."""
    heads, has = (query.shape or ())[-3], (x.shape or ())[-3]
    if not (type(heads) is int and type(has) is int):
        raise g.refuse("grouped attention where the number of heads is not a number")
    times, n = heads // has, x.rank
    wide = g.expand(g.unsqueeze(x, n - 2), [times if i == n - 2 else 1 for i in range(n + 1)])
    last = g.op("Shape", x, dtype=dt.int64, start=n - 2)
    shape = g.op("Concat", g.op("Shape", x, dtype=dt.int64, end=n - 3), g.ints([heads]), last,
                 axis=0)  # fmt: skip
    return g.op("Reshape", wide, shape, shape=[*(x.shape or ())[:-3], heads, None, None])


@translation("scaled_dot_product_attention")
def _attention(
    g: Graph, query: Value, key: Value, value: Value, mask: Value | None, dropout: float,
    is_causal: bool, *, scale: float | None, enable_gqa: bool,
) -> Value:  # fmt: skip
    """softmax(scale·q·kᵀ + mask)·v; a row that sees nothing is 0."""
    if dropout:
        raise g.refuse(f"attention with dropout_p={dropout}: call model.eval() first")
    width = (query.shape or ())[-1]
    if scale is None:
        if type(width) is not int:
            raise g.refuse("attention whose width is not a number")
        scale = 1 / math.sqrt(width)
    if enable_gqa:
        key, value = _repeated(g, key, query), _repeated(g, value, query)
    # Both sides take the root of the scale, so that neither gets too large.
    root = g.const(math.sqrt(scale) if scale >= 0 else scale, query.dtype)
    q = g.op("Mul", query, root, shape=query.shape)
    k = g.op("Mul", key, root, shape=key.shape) if scale >= 0 else key
    made = g.op("MatMul", q, turned(g, k))
    if is_causal:
        mask = _causal(g, query, key)
    alive = None
    if mask is not None and mask.dtype is dt.bool_:
        if not is_causal:
            seen = g.op("ReduceMax", g.cast(mask, dt.int32), g.ints([-1]), keepdims=1)
            alive = g.cast(seen, dt.bool_)
        mask = g.where(mask, g.const(0, made.dtype), g.const(-math.inf, made.dtype))
    if mask is not None:
        made = g.op("Add", made, g.cast(mask, made.dtype))
    made = g.op("Softmax", made, axis=-1)
    if alive is not None:
        made = g.where(alive, made, g.const(0, made.dtype))
    return g.op("MatMul", made, value)
