"""Convolutions, normalisation and pooling: Note [Translations]."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish.onnx._graph import Graph, Value, numbers
from torchish.onnx._operators.table import TABLE, translation

__all__: list[str] = []


def batched(g: Graph, x: Value, n: int, f: Callable[[Value], Any]) -> Any:
    """f of a tensor of n spatial dimensions, which may lack that of the batch."""
    if x.rank == n + 2:
        return f(x)
    made = f(g.unsqueeze(x, 0))
    if isinstance(made, list):
        return [None if m is None else g.squeeze(m, 0) for m in made]
    return g.squeeze(made, 0)


# --- convolutions


def _conv(
    g: Graph, x: Value, weight: Value, bias: Value | None, stride: Any, padding: Any, dilation: Any,
    groups: int,
) -> Value:  # fmt: skip
    n = weight.rank - 2
    kernel = [int(k) for k in (weight.shape or ())[2:]]
    stride, dilation = numbers(stride, n), numbers(dilation, n)
    if padding == "valid":
        padding = 0
    if padding == "same":
        total = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        pads = [t // 2 for t in total] + [t - t // 2 for t in total]
    else:
        pads = numbers(padding, n) * 2

    def conv(x: Value) -> Value:
        return g.op(
            "Conv", x, weight, bias, kernel_shape=kernel, strides=stride, pads=pads,
            dilations=dilation, group=groups, shape=(None,) * (n + 2),
        )  # fmt: skip

    return batched(g, x, n, conv)


def _conv_transpose(
    g: Graph, x: Value, weight: Value, bias: Value | None, stride: Any, padding: Any,
    output_padding: Any, groups: int, dilation: Any,
) -> Value:  # fmt: skip
    n = weight.rank - 2

    def conv(x: Value) -> Value:
        return g.op(
            "ConvTranspose", x, weight, bias, kernel_shape=[int(k) for k in weight.shape[2:]],
            strides=numbers(stride, n), pads=numbers(padding, n) * 2,
            output_padding=numbers(output_padding, n), group=groups,
            dilations=numbers(dilation, n), shape=(None,) * (n + 2),
        )  # fmt: skip

    return batched(g, x, n, conv)


for _d in (1, 2, 3):
    TABLE[f"conv{_d}d"], TABLE[f"conv_transpose{_d}d"] = _conv, _conv_transpose


@translation("convolution")
def _convolution(
    g: Graph, x: Value, weight: Value, bias: Value | None, stride: Any, padding: Any, dilation: Any,
    transposed: bool, output_padding: Any, groups: int,
) -> Value:  # fmt: skip
    if transposed:
        return _conv_transpose(
            g, x, weight, bias, stride, padding, output_padding, groups, dilation
        )
    return _conv(g, x, weight, bias, stride, padding, dilation, groups)


# --- normalisation


def _scaled(g: Graph, x: Value, weight: Value | None, bias: Value | None, axis: int) -> Value:
    """weight·x + bias for each index of one dimension."""
    shape = [-1, *[1] * (x.rank - 1 - axis)]
    for kind, part in (("Mul", weight), ("Add", bias)):
        if part is not None:
            x = g.op(kind, x, g.reshape(part, shape), shape=x.shape)
    return x


def _by_batch(g: Graph, x: Value, dims: Sequence[int], eps: float) -> Value:
    """(x - mean) / √(variance + eps) over dimensions."""
    mean = g.reduced("ReduceMean", x, dims, True)
    away = g.op("Sub", x, mean, shape=x.shape)
    spread = g.reduced("ReduceMean", g.op("Mul", away, away, shape=x.shape), dims, True)
    root = g.op("Sqrt", g.op("Add", spread, g.const(eps, x.dtype)))
    return g.op("Div", away, root, shape=x.shape)


@translation("batch_norm")
def _batch_norm(
    g: Graph, x: Value, weight: Value | None, bias: Value | None, mean: Value | None,
    var: Value | None, training: bool, momentum: float, eps: float, *rest: Any,
) -> Value:  # fmt: skip
    if training or mean is None or var is None:
        dims = [d for d in range(x.rank) if d != 1]
        return _scaled(g, _by_batch(g, x, dims, eps), weight, bias, 1)
    n = mean.shape or ()
    weight = weight or g.const(np.ones(n), x.dtype)
    bias = bias or g.const(np.zeros(n), x.dtype)
    return g.op("BatchNormalization", x, weight, bias, mean, var, epsilon=eps, shape=x.shape)


@translation("_native_batch_norm_legit_no_training")
def _native_batch_norm(
    g: Graph, x: Value, weight: Any, bias: Any, mean: Value, var: Value, momentum: float, eps: float
) -> list[Any]:
    made = _batch_norm(g, x, weight, bias, mean, var, False, momentum, eps)
    return [made, None, None]


@translation("instance_norm")
def _instance_norm(
    g: Graph, x: Value, weight: Value | None, bias: Value | None, mean: Value | None,
    var: Value | None, use_input_stats: bool, momentum: float, eps: float, *rest: Any,
) -> Value:  # fmt: skip
    if not use_input_stats:
        return _batch_norm(g, x, weight, bias, mean, var, False, momentum, eps)
    made = _by_batch(g, x, list(range(2, x.rank)), eps)
    return _scaled(g, made, weight, bias, 1)


def _layer(
    g: Graph, x: Value, shape: Sequence[int], weight: Value | None, bias: Value | None, eps: float
) -> Value:
    if weight is None:
        weight = g.const(np.ones(shape), x.dtype)
    return g.op("LayerNormalization", x, weight, bias, axis=-len(shape), epsilon=eps, shape=x.shape)


@translation("layer_norm")
def _layer_norm(
    g: Graph, x: Value, shape: Sequence[int], weight: Any, bias: Any, eps: float, *rest: Any
) -> Value:
    return _layer(g, x, shape, weight, bias, eps)


@translation("native_layer_norm")
def _native_layer_norm(
    g: Graph, x: Value, shape: Sequence[int], weight: Any, bias: Any, eps: float
) -> list[Any]:
    return [_layer(g, x, shape, weight, bias, eps), None, None]


@translation("rms_norm")
def _rms_norm(
    g: Graph, x: Value, shape: Sequence[int], weight: Value | None, eps: float | None
) -> Value:
    eps = float(dt.finfo(x.dtype).eps) if eps is None else eps
    dims = list(range(-len(shape), 0))
    mean = g.reduced("ReduceMean", g.op("Mul", x, x, shape=x.shape), dims, True)
    root = g.op("Sqrt", g.op("Add", mean, g.const(eps, x.dtype)))
    made = g.op("Div", x, root, shape=x.shape)
    return made if weight is None else g.op("Mul", made, weight, shape=x.shape)


@translation("group_norm")
def _group_norm(
    g: Graph, x: Value, groups: int, weight: Value | None, bias: Value | None, eps: float,
    *rest: Any,
) -> Value:  # fmt: skip
    # 0 copies the size of the batch.
    flat = g.op("Reshape", x, g.ints([0, groups, -1]), shape=(None, groups, None))
    made = _by_batch(g, flat, [2], eps)
    made = g.op("Reshape", made, g.shape(x), shape=x.shape)
    return _scaled(g, made, weight, bias, 1)


# --- pooling


def _windows(kernel: Any, stride: Any, padding: Any, n: int) -> dict[str, Any]:
    kernel = numbers(kernel, n)
    # No stride is that of the windows.
    stride = kernel if stride in ([], (), None) else numbers(stride, n)
    return {"kernel_shape": kernel, "strides": stride, "pads": numbers(padding, n) * 2}


def _max_pool(n: int, both: bool) -> Any:
    def pool(
        g: Graph, x: Value, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
    ) -> Any:
        options = _windows(kernel, stride, padding, n) | {"dilations": numbers(dilation, n)}
        options |= {"ceil_mode": int(ceil_mode), "shape": (None,) * (n + 2)}

        def values(x: Value) -> Value:
            return g.op("MaxPool", x, **options)

        def with_places(x: Value) -> list[Value]:
            made, places = g.op("MaxPool", x, outputs=2, **options)
            places.dtype = dt.int64
            # ONNX counts through the whole tensor, PyTorch through each image.
            sizes = g.op("Shape", x, dtype=dt.int64, start=2)
            total = g.op("ReduceProd", sizes, keepdims=0)
            return [made, g.op("Mod", places, total, shape=places.shape)]

        return batched(g, x, n, with_places if both else values)

    return pool


def _avg_pool(n: int) -> Any:
    def pool(
        g: Graph, x: Value, kernel: Any, stride: Any, padding: Any, ceil_mode: bool,
        count_include_pad: bool, divisor: int | None = None,
    ) -> Value:  # fmt: skip
        options = _windows(kernel, stride, padding, n) | {"ceil_mode": int(ceil_mode)}
        inside = int(count_include_pad or divisor is not None)
        if divisor is not None and ceil_mode:
            raise g.refuse("average pooling with divisor_override and ceil_mode")

        def averages(x: Value) -> Value:
            made = g.op("AveragePool", x, count_include_pad=inside, shape=(None,) * (n + 2),
                        **options)  # fmt: skip
            if divisor is None:
                return made
            count = float(np.prod(options["kernel_shape"])) / divisor
            return g.op("Mul", made, g.const(count, x.dtype), shape=made.shape)

        return batched(g, x, n, averages)

    return pool


def _bins(size: int, n: int) -> list[tuple[int, int]]:
    """From where to where each of n results looks."""
    return [(i * size // n, -(-(i + 1) * size // n)) for i in range(n)]


def _spatial(g: Graph, x: Value, n: int) -> list[int]:
    sizes = list((x.shape or ())[-n:])
    if any(type(s) is not int for s in sizes):
        raise g.refuse("adaptive pooling to more than one element where sizes are not numbers")
    return sizes


def _adaptive_avg_pool(n: int) -> Any:
    def pool(g: Graph, x: Value, wanted: Any) -> Value:
        wanted = numbers(wanted, n)
        if all(w == 1 for w in wanted):
            return g.reduced("ReduceMean", x, list(range(-n, 0)), True)
        for i, (size, w) in enumerate(zip(_spatial(g, x, n), wanted, strict=True)):
            if size == w:
                continue
            # The averages of one dimension are a product with a matrix of the bins' weights.
            weights = np.zeros((size, w))
            for j, (a, b) in enumerate(_bins(size, w)):
                weights[a:b, j] = 1 / (b - a)
            y, back = g.last(x, x.rank - n + i)
            y = g.op("MatMul", y, g.const(weights, x.dtype), shape=(*(y.shape or ())[:-1], w))
            x = g.transpose(y, back)
        return x

    return pool


def _adaptive_max_pool(n: int) -> Any:
    def pool(g: Graph, x: Value, wanted: Any) -> list[Any]:
        wanted = numbers(wanted, n)
        dims = list(range(-n, 0))
        if all(w == 1 for w in wanted):
            return [g.reduced("ReduceMax", x, dims, True), None]
        for d, size, w in zip(dims, _spatial(g, x, n), wanted, strict=True):
            parts = [g.slice(x, d, a, b) for a, b in _bins(size, w)]
            tops = [g.reduced("ReduceMax", p, [d], True) for p in parts]
            x = g.op("Concat", *tops, axis=d, shape=tops[0].shape)
        return [x, None]

    return pool


for _d in (1, 2, 3):
    TABLE[f"max_pool{_d}d"] = _max_pool(_d, False)
    TABLE[f"max_pool{_d}d_with_indices"] = _max_pool(_d, True)
    TABLE[f"avg_pool{_d}d"] = _avg_pool(_d)
    TABLE[f"adaptive_avg_pool{_d}d"] = _adaptive_avg_pool(_d)
    if _d > 1:
        TABLE[f"_adaptive_avg_pool{_d}d"] = _adaptive_avg_pool(_d)
    TABLE[f"adaptive_max_pool{_d}d"] = _adaptive_max_pool(_d)
