"""Activation functions: Note [Translations]."""

from __future__ import annotations

import math
from typing import Any

from torchish._core.base import dtypes as dt
from torchish.onnx._graph import Graph, Value
from torchish.onnx._operators.elementwise import number
from torchish.onnx._operators.table import translation

__all__: list[str] = []


@translation("relu")
def _relu(g: Graph, x: Value) -> Value:
    if x.dtype.category < dt.FLOAT:
        return g.op("Max", x, number(g, 0, x), shape=x.shape)
    return g.op("Relu", x, shape=x.shape)


@translation("silu")
def _silu(g: Graph, x: Value) -> Value:
    return g.op("Mul", x, g.op("Sigmoid", x), shape=x.shape)


@translation("mish")
def _mish(g: Graph, x: Value) -> Value:
    return g.op("Mul", x, g.op("Tanh", g.op("Softplus", x)))


@translation("hardtanh")
def _hardtanh(g: Graph, x: Value, low: Any, high: Any) -> Value:
    return g.op("Clip", x, number(g, low, x), number(g, high, x), shape=x.shape)


@translation("relu6")
def _relu6(g: Graph, x: Value) -> Value:
    return _hardtanh(g, x, 0, 6)


@translation("hardsigmoid")
def _hardsigmoid(g: Graph, x: Value) -> Value:
    return g.op("HardSigmoid", x, alpha=1 / 6, beta=0.5, shape=x.shape)


@translation("hardswish")
def _hardswish(g: Graph, x: Value) -> Value:
    return g.op("HardSwish", x, shape=x.shape)


@translation("leaky_relu")
def _leaky_relu(g: Graph, x: Value, slope: float) -> Value:
    return g.op("LeakyRelu", x, alpha=float(slope), shape=x.shape)


@translation("elu")
def _elu(g: Graph, x: Value, alpha: Any, scale: Any, input_scale: Any) -> Value:
    """scale·x where x > 0, scale·alpha·(exp(input_scale·x) - 1) elsewhere."""
    if scale == 1 and input_scale == 1:
        return g.op("Elu", x, alpha=float(alpha), shape=x.shape)
    below = g.op("Elu", g.op("Mul", x, number(g, input_scale, x)), alpha=float(alpha))
    positive = g.op("Greater", x, number(g, 0, x), dtype=dt.bool_)
    return g.op("Mul", g.where(positive, x, below), number(g, scale, x))


@translation("celu")
def _celu(g: Graph, x: Value, alpha: Any) -> Value:
    return g.op("Celu", x, alpha=float(alpha), shape=x.shape)


@translation("selu")
def _selu(g: Graph, x: Value) -> Value:
    return g.op("Selu", x, shape=x.shape)


@translation("gelu")
def _gelu(g: Graph, x: Value, *, approximate: str) -> Value:
    if g.opset >= 20:
        return g.op("Gelu", x, approximate=approximate, shape=x.shape)
    half = g.op("Mul", x, number(g, 0.5, x))
    if approximate == "tanh":
        cube = g.op("Mul", g.op("Mul", x, x), x)
        inner = g.op("Add", x, g.op("Mul", cube, number(g, 0.044715, x)))
        part = g.op("Tanh", g.op("Mul", inner, number(g, math.sqrt(2 / math.pi), x)))
    else:
        part = g.op("Erf", g.op("Mul", x, number(g, math.sqrt(0.5), x)))
    return g.op("Mul", half, g.op("Add", part, number(g, 1, x)))


@translation("prelu", "_prelu_kernel")
def _prelu(g: Graph, x: Value, weight: Value) -> Value:
    """The slope of each channel, which are the second dimension."""
    if x.rank > 1 and weight.shape != (1,):
        weight = g.reshape(weight, [1, -1] + [1] * (x.rank - 2))
    elif x.rank < 2:
        weight = g.reshape(weight, [1] * x.rank)
    return g.op("PRelu", x, weight, shape=x.shape)


@translation("softplus")
def _softplus(g: Graph, x: Value, beta: Any, threshold: Any) -> Value:
    scaled = x if beta == 1 else g.op("Mul", x, number(g, beta, x))
    made = g.op("Softplus", scaled)
    made = made if beta == 1 else g.op("Div", made, number(g, beta, x))
    return g.where(g.op("Greater", scaled, number(g, threshold, x), dtype=dt.bool_), x, made)


@translation("log_sigmoid")
def _log_sigmoid(g: Graph, x: Value) -> Value:
    return g.op("Neg", g.op("Softplus", g.op("Neg", x)))


@translation("hardshrink")
def _hardshrink(g: Graph, x: Value, lambd: Any) -> Value:
    # ONNX's Shrink keeps -lambd and lambd themselves, PyTorch does not.
    inside = g.op("LessOrEqual", g.op("Abs", x), number(g, lambd, x), dtype=dt.bool_)
    return g.where(inside, number(g, 0, x), x)


@translation("softshrink")
def _softshrink(g: Graph, x: Value, lambd: Any) -> Value:
    return g.op("Shrink", x, lambd=float(lambd), bias=float(lambd), shape=x.shape)


@translation("threshold")
def _threshold(g: Graph, x: Value, threshold: Any, value: Any) -> Value:
    above = g.op("Greater", x, number(g, threshold, x), dtype=dt.bool_)
    return g.where(above, x, number(g, value, x))


@translation("glu")
def _glu(g: Graph, x: Value, dim: int) -> Value:
    a, b = g.op("Split", x, axis=dim, num_outputs=2, outputs=2)
    return g.op("Mul", a, g.op("Sigmoid", b))


@translation("logit", "special_logit")
def _logit(g: Graph, x: Value, eps: Any) -> Value:
    x = g.floating(x)
    if eps is not None:
        x = g.op("Clip", x, number(g, eps, x), number(g, 1 - eps, x))
    return g.op("Log", g.op("Div", x, g.op("Sub", number(g, 1, x), x)))


def _softened(g: Graph, kind: str, x: Value, dim: int, dtype: Any) -> Value:
    x = g.floating(x) if dtype is None else g.cast(x, dtype)
    if not x.shape:
        made = g.op(kind, g.unsqueeze(x, 0), axis=0)
        return g.squeeze(made, 0)
    return g.op(kind, x, axis=dim, shape=x.shape)


@translation("softmax.int")
def _softmax(g: Graph, x: Value, dim: int, dtype: Any = None) -> Value:
    return _softened(g, "Softmax", x, dim, dtype)


@translation("log_softmax.int")
def _log_softmax(g: Graph, x: Value, dim: int, dtype: Any = None) -> Value:
    return _softened(g, "LogSoftmax", x, dim, dtype)


@translation("_softmax")
def _softmax_core(g: Graph, x: Value, dim: int, *rest: Any) -> Value:
    return _softened(g, "Softmax", x, dim, None)


@translation("_log_softmax")
def _log_softmax_core(g: Graph, x: Value, dim: int, *rest: Any) -> Value:
    return _softened(g, "LogSoftmax", x, dim, None)


@translation("dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout")
def _dropout(g: Graph, x: Value, p: float, train: bool) -> Value:
    if train and p > 0:
        raise g.refuse(f"dropout in training mode (p={p}): call model.eval() first")
    return x
