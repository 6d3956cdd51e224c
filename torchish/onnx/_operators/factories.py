"""Tensors that are made of numbers: Note [Translations]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish.onnx._graph import Graph, Value
from torchish.onnx._operators.table import TABLE, translation

__all__: list[str] = []


def _filled(g: Graph, sizes: Sequence[Any], value: Any) -> Value:
    return g.expand(g.tensor(value, g.out.dtype), sizes)


@translation("full")
def _full(g: Graph, sizes: Sequence[Any], value: Any, **options: Any) -> Value:
    return _filled(g, sizes, value)


@translation("new_full")
def _new_full(g: Graph, x: Value, sizes: Sequence[Any], value: Any, **options: Any) -> Value:
    return _filled(g, sizes, value)


def _made(value: int) -> tuple[Any, Any, Any]:
    def plain(g: Graph, sizes: Sequence[Any], **options: Any) -> Value:
        return _filled(g, sizes, value)

    def new(g: Graph, x: Value, sizes: Sequence[Any], **options: Any) -> Value:
        return _filled(g, sizes, value)

    def like(g: Graph, x: Value, **options: Any) -> Value:
        return g.op("Expand", g.const(value, g.out.dtype), g.shape(x), shape=x.shape)

    return plain, new, like


# What is in an empty tensor is not said; here zeros.
for _name, _value in {"zeros": 0, "ones": 1, "empty": 0}.items():
    TABLE[_name], TABLE[f"new_{_name}"], TABLE[f"{_name}_like"] = _made(_value)


@translation("full_like")
def _full_like(g: Graph, x: Value, value: Any, **options: Any) -> Value:
    return g.op("Expand", g.tensor(value, g.out.dtype), g.shape(x), shape=x.shape)


@translation("fill", "fill.Scalar", "fill.Tensor")
def _fill(g: Graph, x: Value, value: Any) -> Value:
    return _full_like(g, x, value)


@translation("zero")
def _zero(g: Graph, x: Value) -> Value:
    return _full_like(g, x, 0)


@translation("copy")
def _copy(g: Graph, x: Value, source: Value, *rest: Any) -> Value:
    source = g.cast(source, x.dtype)
    if source.shape is not None and source.shape == x.shape:
        return source
    return g.op("Expand", source, g.shape(x), shape=x.shape)


@translation("scalar_tensor")
def _scalar_tensor(g: Graph, value: Any, **options: Any) -> Value:
    return g.tensor(value, g.out.dtype)


def _range(g: Graph, start: Any, end: Any, step: Any) -> Value:
    dtype = g.out.dtype
    if not any(isinstance(x, Value) for x in (start, end, step)):
        n = g.out.shape[0]
        # As PyTorch counts: start + i·step, in double precision.
        return g.const(start + np.arange(n) * step, dtype)
    # Sizes are whole; what is whole is counted as such.
    whole = all(isinstance(x, (int, Value)) for x in (start, end, step))
    kind = dt.int64 if whole else dt.float64
    made = g.op("Range", *[g.tensor(x, kind) for x in (start, end, step)])
    return g.cast(made, dtype)


@translation("arange.default")
def _arange(g: Graph, end: Any, **options: Any) -> Value:
    return _range(g, 0, end, 1)


@translation("arange.start", "arange.start_step")
def _arange_start(g: Graph, start: Any, end: Any, step: Any = 1, **options: Any) -> Value:
    return _range(g, start, end, step)


@translation("linspace")
def _linspace(g: Graph, start: Any, end: Any, steps: Any, **options: Any) -> Value:
    if isinstance(steps, Value) or isinstance(start, Value) or isinstance(end, Value):
        raise g.refuse("linspace of a size that is not a number")
    return g.const(np.linspace(start, end, steps), g.out.dtype)


@translation("eye")
def _eye(g: Graph, n: Any, m: Any = None, **options: Any) -> Value:
    m = n if m is None else m
    if not isinstance(n, Value) and not isinstance(m, Value):
        return g.const(np.eye(n, m), g.out.dtype)
    return g.op("EyeLike", g.expand(g.const(0, g.out.dtype), [n, m]))


def _triangle_indices(find: Any) -> Any:
    def made(g: Graph, row: int, col: int, offset: int, **options: Any) -> Value:
        return g.const(np.stack(find(row, offset, col)), g.out.dtype)

    return made


TABLE["tril_indices"] = _triangle_indices(np.tril_indices)
TABLE["triu_indices"] = _triangle_indices(np.triu_indices)
