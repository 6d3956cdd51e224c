"""Batches cut into parts, and results put together.

https://docs.pytorch.org/docs/stable/distributed.pipelining.html#microbatch-utilities
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.tensor import Tensor, cat
from torchish.utils import _pytree

__all__ = ["TensorChunkSpec", "merge_chunks", "split_args_kwargs_into_chunks"]

DEFAULT_CHUNK_DIM = 0


class TensorChunkSpec:
    """The dimension along which a tensor is cut, or put together."""

    def __init__(self, split_dim: int) -> None:
        self.split_dim = split_dim

    def __repr__(self) -> str:
        return f"{type(self).__module__}.{type(self).__name__}({self.split_dim})"

    def __str__(self) -> str:
        return f"TensorChunkSpec({self.split_dim})"

    @staticmethod
    def from_tuple(chunk_dims: tuple[int, ...]) -> tuple[TensorChunkSpec, ...]:
        """One for each argument."""
        return tuple(TensorChunkSpec(dim) for dim in chunk_dims)

    @staticmethod
    def from_dict(chunk_dims: dict[str, int]) -> dict[str, TensorChunkSpec]:
        """One for each keyword."""
        return {name: TensorChunkSpec(dim) for name, dim in chunk_dims.items()}


class _Replicate:
    """The tensor goes whole to every part."""


class _CustomReducer:
    """Results are put together by a function, beginning with a value."""

    def __init__(self, init_value: Any, reduce_fn: Callable[[Any, Any], Any]) -> None:
        self.init_value, self.reduce_fn = init_value, reduce_fn


class _LossReducer(_CustomReducer):
    """One for losses."""


sum_reducer = _LossReducer(0.0, operator.add)


def _is_spec(value: Any) -> bool:
    return isinstance(value, (TensorChunkSpec, _CustomReducer)) or value is _Replicate


def _specs(values: Sequence[Any], spec: Any) -> list[Any]:
    """The spec of each leaf: cut along the first dimension unless said otherwise."""
    if spec is None:
        return [TensorChunkSpec(DEFAULT_CHUNK_DIM)] * len(values)
    found = _pytree.tree_leaves(spec, is_leaf=lambda v: _is_spec(v) or v is None)
    if len(found) != len(values):
        raise ValueError(f"{len(found)} specs of chunks for {len(values)} values: {spec}")
    return found


def _cut(value: Any, spec: Any, chunks: int) -> list[Any]:
    if not isinstance(value, Tensor) or spec is _Replicate or isinstance(spec, _Replicate):
        return [value] * chunks
    if not isinstance(spec, TensorChunkSpec):
        raise AssertionError(f"Expected TensorChunkSpec, got {type(spec)}")
    if value.size(spec.split_dim) < chunks:
        raise AssertionError(f"Tensor size {value.size(spec.split_dim)} is smaller than num_chunks")
    return list(value.tensor_split(chunks, spec.split_dim))


def _cut_all(values: Any, spec: Any, chunks: int) -> list[Any]:
    leaves, form = _pytree.tree_flatten(values)
    rows = [_cut(v, s, chunks) for v, s in zip(leaves, _specs(leaves, spec), strict=True)]
    return [_pytree.tree_unflatten([row[i] for row in rows], form) for i in range(chunks)]


def split_args_kwargs_into_chunks(
    args: tuple[Any, ...],
    kwargs: dict[str, Any] | None,
    chunks: int,
    args_chunk_spec: tuple[TensorChunkSpec, ...] | None = None,
    kwargs_chunk_spec: dict[str, TensorChunkSpec] | None = None,
) -> tuple[list[tuple], list[dict]]:
    """The arguments of each part of a batch: tensors cut along their first dimension unless a spec
    says otherwise, other values as they are. AssertionError for a tensor that is too small."""
    return (
        _cut_all(tuple(args), args_chunk_spec, chunks),
        _cut_all(kwargs or {}, kwargs_chunk_spec, chunks),
    )


def merge_chunks(chunks: list[Any], chunk_spec: Any) -> Any:
    """The result for a whole batch of those for its parts. ValueError for values that are no
    tensors and differ."""
    flat = [_pytree.tree_flatten(c) for c in chunks]
    form = flat[0][1]
    leaves = flat[0][0]
    if chunk_spec is not None:
        specs = _pytree.tree_leaves(chunk_spec, is_leaf=lambda v: _is_spec(v) or v is None)
    else:
        specs = [TensorChunkSpec(DEFAULT_CHUNK_DIM)] * len(leaves)
    made = []
    for i, spec in enumerate(specs):
        row = [part[0][i] for part in flat]
        if isinstance(spec, _CustomReducer):
            made.append(functools.reduce(spec.reduce_fn, row, spec.init_value))
        elif isinstance(spec, TensorChunkSpec) and isinstance(row[0], Tensor):
            made.append(cat(row, spec.split_dim))
        else:
            if not all(v is row[0] or _equal(v, row[0]) for v in row):
                raise ValueError(f"Cannot merge chunks with different values: {row}")
            made.append(row[0])
    return _pytree.tree_unflatten(made, form)


def _equal(a: Any, b: Any) -> bool:
    both = isinstance(a, Tensor) and isinstance(b, Tensor)
    return bool((a == b).all()) if both else bool(a == b)
