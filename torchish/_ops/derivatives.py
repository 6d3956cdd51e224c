"""Gradients of operators of `aten` by operators of `aten`, for what looks at operators: each is a
function of what the operator had and gave, and says the gradient by the argument's place. See
Note [Dispatch].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish._core.base import layouts
from torchish._core.tensor import Tensor
from torchish._ops.registry import aten as A

__all__ = ["RULES", "Given"]


class Given:
    """An operator's arguments, results, and the gradients of those."""

    def __init__(self, args: tuple, kwargs: dict, out: Any, grads: tuple, wanted: set):
        self.args, self.kwargs = args, kwargs
        self.out = out if isinstance(out, (tuple, list)) else (out,)
        self.grads, self.wanted = grads, wanted

    @property
    def g(self) -> Any:
        """The first result's gradient."""
        return self.grads[0]

    def arg(self, i: int, default: Any = None) -> Any:
        """A positional argument."""
        return self.args[i] if i < len(self.args) else default

    def need(self, i: int) -> bool:
        """Whether an argument's gradient is asked for."""
        return (i, None) in self.wanted


Rule = Callable[[Given], dict]
RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Enter a gradient under operators' names."""

    def entered(f: Rule) -> Rule:
        for name in names:
            RULES[name] = f
        return f

    return entered


def fit(g: Tensor, x: Any) -> Tensor:
    """A gradient summed over what the argument was broadcast along."""
    shape, want = list(g.shape), list(x.shape)
    if shape == want:
        return g
    lead = len(shape) - len(want)
    dims = list(range(lead))
    dims += [i for i in range(lead, len(shape)) if want[i - lead] == 1 and shape[i] != 1]
    out = A.sum.dim_IntList(g, dims, True) if dims else g
    return A.view.default(out, want) if lead else out


def _some(c: Given, **by: Any) -> dict:
    """{place: gradient} of the arguments whose gradient is asked for."""
    return {i: f() for k, f in by.items() if c.need(i := int(k[1:]))}


def _unary(name: str, f: Callable[[Given], Tensor]) -> None:
    RULES[f"{name}.default"] = lambda c: {0: f(c)} if c.need(0) else {}


@rule("add.Tensor")
def _add(c: Given) -> dict:
    alpha = c.kwargs.get("alpha", 1)
    return _some(
        c,
        _0=lambda: fit(c.g, c.args[0]),
        _1=lambda: fit(c.g if alpha == 1 else A.mul.Tensor(c.g, alpha), c.args[1]),
    )


@rule("sub.Tensor")
def _sub(c: Given) -> dict:
    alpha = c.kwargs.get("alpha", 1)
    return _some(
        c,
        _0=lambda: fit(c.g, c.args[0]),
        _1=lambda: fit(A.neg.default(c.g if alpha == 1 else A.mul.Tensor(c.g, alpha)), c.args[1]),
    )


RULES["rsub.Scalar"] = lambda c: _some(c, _0=lambda: A.neg.default(c.g))


@rule("mul.Tensor")
def _mul(c: Given) -> dict:
    a, b = c.args
    return _some(
        c,
        _0=lambda: fit(A.mul.Tensor(c.g, b), a),
        _1=lambda: fit(A.mul.Tensor(c.g, a), b),
    )


@rule("div.Tensor")
def _div(c: Given) -> dict:
    a, b = c.args
    return _some(
        c,
        _0=lambda: fit(A.div.Tensor(c.g, b), a),
        _1=lambda: fit(A.mul.Tensor(A.neg.default(c.g), A.div.Tensor(A.div.Tensor(a, b), b)), b),
    )


@rule("pow.Tensor_Scalar")
def _pow(c: Given) -> dict:
    x, n = c.args
    if n == 0:
        return {0: A.zeros_like.default(x)}
    return {0: A.mul.Tensor(c.g, A.mul.Tensor(A.pow.Tensor_Scalar(x, n - 1), n))}


_unary("neg", lambda c: A.neg.default(c.g))
_unary("exp", lambda c: A.mul.Tensor(c.g, c.out[0]))
_unary("log", lambda c: A.div.Tensor(c.g, c.args[0]))
_unary("sqrt", lambda c: A.div.Tensor(c.g, A.mul.Tensor(c.out[0], 2)))
_unary(
    "rsqrt",
    lambda c: A.mul.Tensor(A.mul.Tensor(c.g, -0.5), A.pow.Tensor_Scalar(c.out[0], 3)),
)
_unary("reciprocal", lambda c: A.mul.Tensor(
    A.neg.default(c.g), A.mul.Tensor(c.out[0], c.out[0])))  # fmt: skip
_unary("abs", lambda c: A.mul.Tensor(c.g, A.sgn.default(c.args[0])))
_unary("sin", lambda c: A.mul.Tensor(c.g, A.cos.default(c.args[0])))
_unary("cos", lambda c: A.mul.Tensor(c.g, A.neg.default(A.sin.default(c.args[0]))))
_unary("tanh", lambda c: A.tanh_backward.default(c.g, c.out[0]))
_unary("sigmoid", lambda c: A.sigmoid_backward.default(c.g, c.out[0]))
_unary("relu", lambda c: A.threshold_backward.default(c.g, c.out[0], 0))
_unary("silu", lambda c: A.silu_backward.default(c.g, c.args[0]))
_unary("gelu", lambda c: A.gelu_backward.default(c.g, c.args[0], **c.kwargs))
_unary(
    "leaky_relu",
    lambda c: A.leaky_relu_backward.default(c.g, c.args[0], c.arg(1, 0.01), False),
)
_unary("clone", lambda c: c.g)
_unary("alias", lambda c: c.g)
_unary("lift_fresh", lambda c: c.g)
_unary("_to_copy", lambda c: A._to_copy.default(c.g, dtype=c.args[0].dtype)
       if c.g.dtype is not c.args[0].dtype else c.g)  # fmt: skip


# --- products


def _t(x: Tensor) -> Tensor:
    return A.t.default(x)


def _swap(x: Tensor) -> Tensor:
    return A.transpose.int(x, 1, 2)


def _by_columns(x: Tensor) -> bool:
    """Whether a matrix lies in memory as its transposed does: then so does its gradient."""
    return x.stride() == (1, x.shape[0]) and not x.is_contiguous()


def _first(g: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """The gradient of `a @ b` for `a`."""
    return _t(A.mm.default(b, _t(g))) if _by_columns(a) else A.mm.default(g, _t(b))


def _second(g: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """That for `b`."""
    return _t(A.mm.default(_t(g), a)) if _by_columns(b) else A.mm.default(_t(a), g)


@rule("mm.default")
def _mm(c: Given) -> dict:
    a, b = c.args
    return _some(c, _1=lambda: _second(c.g, a, b), _0=lambda: _first(c.g, a, b))


@rule("addmm.default")
def _addmm(c: Given) -> dict:
    bias, a, b = c.args
    alpha, beta = c.kwargs.get("alpha", 1), c.kwargs.get("beta", 1)

    def scaled(x: Tensor, n: Any) -> Tensor:
        return x if n == 1 else A.mul.Tensor(x, n)

    return _some(
        c,
        _1=lambda: scaled(_first(c.g, a, b), alpha),
        _2=lambda: scaled(_second(c.g, a, b), alpha),
        _0=lambda: fit(scaled(c.g, beta), bias),
    )


@rule("bmm.default")
def _bmm(c: Given) -> dict:
    a, b = c.args
    return _some(
        c,
        _1=lambda: A.bmm.default(_swap(a), c.g),
        _0=lambda: A.bmm.default(c.g, _swap(b)),
    )


@rule("baddbmm.default")
def _baddbmm(c: Given) -> dict:
    bias, a, b = c.args
    alpha, beta = c.kwargs.get("alpha", 1), c.kwargs.get("beta", 1)

    def scaled(x: Tensor, n: Any) -> Tensor:
        return x if n == 1 else A.mul.Tensor(x, n)

    return _some(
        c,
        _0=lambda: fit(scaled(c.g, beta), bias),
        _1=lambda: scaled(A.bmm.default(c.g, _swap(b)), alpha),
        _2=lambda: scaled(A.bmm.default(_swap(a), c.g), alpha),
    )


@rule("mv.default")
def _mv(c: Given) -> dict:
    a, v = c.args
    return _some(
        c,
        _0=lambda: A.mul.Tensor(A.unsqueeze.default(c.g, 1), A.unsqueeze.default(v, 0)),
        _1=lambda: A.mv.default(_t(a), c.g),
    )


@rule("dot.default")
def _dot(c: Given) -> dict:
    a, b = c.args
    return _some(c, _0=lambda: A.mul.Tensor(c.g, b), _1=lambda: A.mul.Tensor(c.g, a))


# --- shapes

_unary("t", lambda c: _t(c.g))
RULES["transpose.int"] = lambda c: {0: A.transpose.int(c.g, c.args[1], c.args[2])}
RULES["expand.default"] = lambda c: {0: fit(c.g, c.args[0])}
RULES["unsqueeze.default"] = lambda c: {0: A.squeeze.dim(c.g, c.args[1])}
RULES["select.int"] = lambda c: {
    0: A.select_backward.default(c.g, list(c.args[0].shape), c.args[1], c.args[2])
}


@rule("view.default", "_unsafe_view.default", "squeeze.default", "squeeze.dim", "squeeze.dims")
def _view(c: Given) -> dict:
    g, shape = c.g, list(c.args[0].shape)
    if not g.is_contiguous():
        g = A.clone.default(g, memory_format=layouts.contiguous_format)
    return {0: A.view.default(g, shape)}


@rule("permute.default")
def _permute(c: Given) -> dict:
    n = c.args[0].dim()
    order = [d % n for d in c.args[1]]
    return {0: A.permute.default(c.g, [order.index(d) for d in range(n)])}


@rule("slice.Tensor")
def _slice(c: Given) -> dict:
    x, dim = c.args[0], c.arg(1, 0)
    start, end, step = slice(c.arg(2), c.arg(3), c.arg(4, 1)).indices(x.shape[dim])
    return {0: A.slice_backward.default(c.g, list(x.shape), dim, start, end, step)}


@rule("cat.default")
def _cat(c: Given) -> dict:
    dim, start, out = c.arg(1, 0), 0, {}
    for j, x in enumerate(c.args[0]):
        if (0, j) in c.wanted:
            out[0, j] = A.slice.Tensor(c.g, dim, start, start + x.shape[dim])
        start += x.shape[dim]
    return out


@rule("stack.default")
def _stack(c: Given) -> dict:
    dim = c.arg(1, 0)
    parts = A.unbind.int(c.g, dim)
    return {(0, j): parts[j] for j in range(len(c.args[0])) if (0, j) in c.wanted}


@rule("split.Tensor", "split_with_sizes.default")
def _split(c: Given) -> dict:
    given = [
        A.zeros_like.default(o) if g is None else g for g, o in zip(c.grads, c.out, strict=True)
    ]
    return {0: A.cat.default(given, c.arg(2, 0))}


# --- reductions


def _wide(c: Given) -> Tensor:
    """The gradient of a sum, as wide as what was summed."""
    x, dims = c.args[0], c.arg(1)
    g = c.g
    if not c.arg(2, False) and dims is not None and dims != []:
        for d in sorted(d % x.dim() for d in dims):
            g = A.unsqueeze.default(g, d)
    return A.expand.default(g, list(x.shape))


RULES["sum.default"] = lambda c: {0: A.expand.default(c.g, list(c.args[0].shape))}
RULES["sum.dim_IntList"] = lambda c: {0: _wide(c)}


@rule("mean.default")
def _mean(c: Given) -> dict:
    x = c.args[0]
    return {0: A.div.Scalar(A.expand.default(c.g, list(x.shape)), x.numel())}


@rule("mean.dim")
def _mean_dim(c: Given) -> dict:
    x = c.args[0]
    n = x.numel() // max(c.out[0].numel(), 1)
    return {0: A.div.Scalar(_wide(c), n)}


# --- layers


@rule("_softmax.default")
def _softmax(c: Given) -> dict:
    x, dim = c.args[0], c.args[1]
    return {0: A._softmax_backward_data.default(c.g, c.out[0], dim, x.dtype)}


@rule("_log_softmax.default")
def _log_softmax(c: Given) -> dict:
    x, dim = c.args[0], c.args[1]
    return {0: A._log_softmax_backward_data.default(c.g, c.out[0], dim, x.dtype)}


@rule("nll_loss_forward.default", "nll_loss2d_forward.default")
def _nll(c: Given) -> dict:
    back = A.nll_loss2d_backward if c.args[0].dim() == 4 else A.nll_loss_backward
    return {0: back.default(c.g, *c.args, c.out[1])}


@rule("mse_loss.default")
def _mse(c: Given) -> dict:
    x, y, how = c.args[0], c.args[1], c.arg(2, 1)
    g = A.mse_loss_backward.default(c.g, x, y, how)
    return _some(c, _0=lambda: g, _1=lambda: A.neg.default(g))


@rule("native_layer_norm.default")
def _layer_norm(c: Given) -> dict:
    x, shape, w, b, _ = c.args
    mask = [c.need(0), c.need(2), c.need(3)]
    out = A.native_layer_norm_backward.default(c.g, x, shape, c.out[1], c.out[2], w, b, mask)
    return {i: g for i, g in zip((0, 2, 3), out, strict=True) if c.need(i)}


@rule("native_batch_norm.default")
def _batch_norm(c: Given) -> dict:
    x, w, _, mean, var, training, _, eps = c.args
    mask = [c.need(0), c.need(1), c.need(2)]
    out = A.native_batch_norm_backward.default(
        c.g, x, w, mean, var, c.out[1], c.out[2], training, eps, mask
    )
    return {i: g for i, g in zip((0, 1, 2), out, strict=True) if c.need(i)}


@rule("convolution.default")
def _convolution(c: Given) -> dict:
    x, w, b, *rest = c.args
    mask = [c.need(0), c.need(1), c.need(2)]
    sizes = None if b is None else list(b.shape)
    out = A.convolution_backward.default(c.g, x, w, sizes, *rest, mask)
    return {i: g for i, g in enumerate(out) if c.need(i)}


@rule("max_pool2d_with_indices.default")
def _max_pool(c: Given) -> dict:
    x, *rest = c.args
    defaults = [None, [], [0, 0], [1, 1], False]
    rest += defaults[len(rest) :]
    back = A.max_pool2d_with_indices_backward.default
    return {0: back(c.g, x, *rest, c.out[1])}


RULES["_adaptive_avg_pool2d.default"] = lambda c: {
    0: A._adaptive_avg_pool2d_backward.default(c.g, c.args[0])
}


@rule("embedding.default")
def _embedding(c: Given) -> dict:
    w, at = c.args[:2]
    back = A.embedding_dense_backward.default
    return {0: back(c.g, at, w.shape[0], c.arg(2, -1), c.arg(3, False))}


@rule("_scaled_dot_product_flash_attention_for_cpu.default")
def _attention(c: Given) -> dict:
    q, k, v = c.args[:3]
    back = A._scaled_dot_product_flash_attention_for_cpu_backward.default
    out = back(c.g, q, k, v, *c.out, c.arg(3, 0.0), c.arg(4, False), **c.kwargs)
    return {i: g for i, g in enumerate(out) if c.need(i)}


@rule("masked_fill.Scalar")
def _masked_fill(c: Given) -> dict:
    return {0: A.masked_fill.Scalar(c.g, c.args[1], 0)}


@rule("where.self")
def _where(c: Given) -> dict:
    at, a, b = c.args
    none = A.new_zeros.default(c.g, [])
    return _some(
        c,
        _1=lambda: fit(A.where.self(at, c.g, none), a),
        _2=lambda: fit(A.where.self(at, none, c.g), b),
    )
