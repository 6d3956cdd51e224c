"""Batches in pinned memory: each tensor of a nest, by its `pin_memory` method."""

from __future__ import annotations

import copy
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

from torchish._core.tensor import Tensor

__all__ = ["pin_memory"]


def pin_memory(data: Any, device: Any = None) -> Any:
    """The data with every tensor pinned; mappings, named tuples and sequences are entered, of
    other objects the `pin_memory` method is called where there is one."""
    if isinstance(data, Tensor):
        return data.pin_memory()
    if hasattr(data, "pin_memory"):
        return data.pin_memory()
    if isinstance(data, (str, bytes)):
        return data
    if isinstance(data, Mapping):
        items = {key: pin_memory(value) for key, value in data.items()}
        if isinstance(data, MutableMapping):
            made: Any = copy.copy(data)
            made.update(items)
            return made
        kind: Any = type(data)
        try:
            return kind(items)
        except TypeError:
            return items
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*map(pin_memory, data))
    if isinstance(data, tuple):
        return [pin_memory(item) for item in data]
    if isinstance(data, MutableSequence):
        made = copy.copy(data)
        for i, item in enumerate(data):
            made[i] = pin_memory(item)
        return made
    if isinstance(data, Sequence):
        return [pin_memory(item) for item in data]
    return data
