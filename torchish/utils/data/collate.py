"""From samples to a batch.

https://docs.pytorch.org/docs/stable/data.html#dataloader-collate-fn
"""

from __future__ import annotations

import collections.abc
import copy
import re

import numpy as np

from torchish.tensor import Tensor, as_tensor, factory, stack, tensor

__all__ = ["collate", "default_collate", "default_convert"]

_TEXT = re.compile(r"[SaUO]")
_MESSAGE = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"


def default_convert(data):
    """NumPy arrays inside `data` as tensors; the rest as it is."""
    kind = type(data)
    if isinstance(data, Tensor):
        return data
    if kind.__module__ == "numpy" and kind.__name__ not in ("str_", "string_", "bytes_"):
        if kind.__name__ == "ndarray" and _TEXT.search(data.dtype.str) is not None:
            return data
        return as_tensor(data)
    if isinstance(data, collections.abc.Mapping):
        return _rebuild(data, {k: default_convert(v) for k, v in data.items()})
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return kind(*(default_convert(d) for d in data))
    if isinstance(data, tuple):
        return [default_convert(d) for d in data]
    if isinstance(data, collections.abc.Sequence) and not isinstance(data, (str, bytes)):
        return _rebuild(data, [default_convert(d) for d in data])
    return data


def _rebuild(like, items):
    try:
        if isinstance(like, collections.abc.MutableMapping):
            clone = copy.copy(like)
            clone.update(items)
            return clone
        if isinstance(like, collections.abc.MutableSequence):
            clone = copy.copy(like)
            for i, x in enumerate(items):
                clone[i] = x
            return clone
        return type(like)(items)
    except TypeError:
        return items  # a class that cannot be made from its items, as PyTorch treats it


def _at_hand(t: Tensor) -> bool:
    """Whether a tensor's elements are on the host already, so that joining them by NumPy costs no program."""
    s = t._storage
    return s.shared or (t._view is None and s.value.host and s.value.array is not None)


def _stack(batch: list[Tensor]) -> Tensor:
    first = batch[0]
    same = all(t._aval is first._aval for t in batch)
    if same and first.is_cpu and not any(t.requires_grad for t in batch) and all(_at_hand(t) for t in batch):
        return factory.of_array(np.stack([t._host() for t in batch]))
    return stack(batch, 0)


def collate(batch, *, collate_fn_map=None):
    """A batch from samples of one structure; `collate_fn_map` adds functions for further classes."""
    elem = batch[0]
    kind = type(elem)
    if collate_fn_map is not None:
        for t in collate_fn_map:
            if isinstance(elem, t) and t not in _BUILTIN:
                return collate_fn_map[t](batch, collate_fn_map=collate_fn_map)
    if isinstance(elem, Tensor):
        return _stack(batch)
    if kind.__module__ == "numpy" and kind.__name__ not in ("str_", "string_", "bytes_"):
        if kind.__name__ == "ndarray":
            if _TEXT.search(elem.dtype.str) is not None:
                raise TypeError(_MESSAGE.format(elem.dtype))
            if all(b.shape == elem.shape and b.dtype == elem.dtype for b in batch):
                return factory.of_array(np.stack(batch))
            return collate([as_tensor(b) for b in batch], collate_fn_map=collate_fn_map)
        if elem.shape == ():
            return as_tensor(batch)
    if isinstance(elem, float):
        return tensor(batch, dtype=factory.dt.float64)
    if isinstance(elem, int):
        return tensor(batch)
    if isinstance(elem, (str, bytes)):
        return batch
    if isinstance(elem, collections.abc.Mapping):
        return _rebuild(elem, {k: collate([d[k] for d in batch], collate_fn_map=collate_fn_map) for k in elem})
    if isinstance(elem, tuple) and hasattr(elem, "_fields"):
        return kind(*(collate(s, collate_fn_map=collate_fn_map) for s in zip(*batch, strict=True)))
    if isinstance(elem, collections.abc.Sequence):
        size = len(elem)
        if not all(len(e) == size for e in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        columns = [collate(s, collate_fn_map=collate_fn_map) for s in zip(*batch, strict=True)]
        return columns if isinstance(elem, tuple) else _rebuild(elem, columns)
    raise TypeError(_MESSAGE.format(kind))


_BUILTIN = (Tensor, np.ndarray, float, int, str, bytes)


def default_collate(batch):
    """Stack tensors, arrays and numbers along a new first dimension, through dicts, tuples and lists."""
    return collate(batch)
