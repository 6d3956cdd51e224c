"""Indexing by traced values in PyTorch's tracer; here such indexing works as it is."""

from __future__ import annotations

__all__ = ["TransformGetItemToIndex"]


class TransformGetItemToIndex:
    """A context without effect: an index may be a tensor under `vmap` anyway."""

    def __enter__(self) -> TransformGetItemToIndex:
        return self

    def __exit__(self, *exc: object) -> None:
        return None
