"""From samples to a batch.

https://docs.pytorch.org/docs/stable/data.html#dataloader-collate-fn
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, as_tensor, is_grad_enabled, stack, tensor
from torchish.utils.data._utils.hosting import host_array, tensor_of

__all__ = ["collate", "default_collate", "default_collate_fn_map", "default_convert"]

_TEXT = re.compile("[SaUO]")
default_collate_err_msg_format = (
    "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"
)
_CollateMap = dict[Any, Callable]


def default_convert(data: Any) -> Any:
    """NumPy arrays and numbers inside `data` as tensors, sharing memory; the rest as it is.

    >>> import numpy as np
    >>> from torch.utils.data import default_convert
    >>> default_convert({"x": np.array([1, 2])})
    {'x': tensor([1, 2])}
    """
    kind = type(data)
    if isinstance(data, Tensor):
        return data
    if kind.__module__ == "numpy" and kind.__name__ not in ("str_", "string_", "bytes_"):
        if kind.__name__ == "ndarray" and _TEXT.search(data.dtype.str) is not None:
            return data
        return as_tensor(data)
    if isinstance(data, Mapping):
        return _like_mapping(data, {key: default_convert(data[key]) for key in data})
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return kind(*(default_convert(d) for d in data))
    if isinstance(data, tuple):
        return [default_convert(d) for d in data]
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return _like_sequence(data, [default_convert(d) for d in data])
    return data


def _like_mapping(like: Any, items: dict) -> Any:
    """`items` in a mapping of the class of `like`, with what else an instance carries."""
    try:
        if isinstance(like, MutableMapping):
            clone: Any = copy.copy(like)
            clone.update(items)
            return clone
        return type(like)(items)
    except TypeError:
        return items  # the class cannot be copied and filled, or made from a dict


def _like_sequence(like: Any, items: list) -> Any:
    try:
        if isinstance(like, MutableSequence):
            clone: Any = copy.copy(like)
            for i, item in enumerate(items):
                clone[i] = item
            return clone
        return type(like)(items)
    except TypeError:
        return items  # like `range`: not assignable, not made from a list


def collate(batch: Sequence, *, collate_fn_map: _CollateMap | None = None) -> Any:
    """A batch from samples of one structure.

    `collate_fn_map` tells what to do with elements of a class (or of a tuple of classes): a
    function of the list and of `collate_fn_map`. Mappings, named tuples and sequences are entered.
    TypeError for an element that nothing applies to; RuntimeError for sequences of unequal length.
    """
    elem = batch[0]
    kind = type(elem)
    if collate_fn_map is not None:
        found = collate_fn_map.get(kind)
        if found is None:
            found = next((f for c, f in collate_fn_map.items() if isinstance(elem, c)), None)
        if found is not None:
            return found(batch, collate_fn_map=collate_fn_map)
    if isinstance(elem, Mapping):
        columns = {
            key: collate([d[key] for d in batch], collate_fn_map=collate_fn_map) for key in elem
        }
        return _like_mapping(elem, columns)
    if isinstance(elem, tuple) and hasattr(elem, "_fields"):
        return kind(*(collate(s, collate_fn_map=collate_fn_map) for s in zip(*batch)))
    if isinstance(elem, Sequence):
        size = len(elem)
        if not all(len(e) == size for e in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        joined = [collate(s, collate_fn_map=collate_fn_map) for s in zip(*batch)]
        return joined if isinstance(elem, tuple) else _like_sequence(elem, joined)
    raise TypeError(default_collate_err_msg_format.format(kind))


def collate_tensor_fn(
    batch: Sequence[Tensor], *, collate_fn_map: _CollateMap | None = None
) -> Tensor:
    """Tensors of one shape, stacked along a new first dimension. RuntimeError for sparse ones."""
    first = batch[0]
    if first._sparse:
        raise RuntimeError(
            "Batches of sparse tensors are not currently supported by the default collate_fn; "
            "please provide a custom collate_fn to handle them appropriately."
        )
    aval = first._aval
    arrays = []
    for t in batch:
        a = host_array(t) if t._aval is aval else None
        if a is None or (t.requires_grad and is_grad_enabled()):
            return stack(list(batch), 0)
        arrays.append(a)
    return tensor_of(np.stack(arrays))


def collate_numpy_array_fn(
    batch: Sequence[np.ndarray], *, collate_fn_map: _CollateMap | None = None
) -> Any:
    """Arrays of one shape, stacked; TypeError for arrays of text or objects."""
    elem = batch[0]
    if _TEXT.search(elem.dtype.str) is not None:
        raise TypeError(default_collate_err_msg_format.format(elem.dtype))
    same = all(type(b) is np.ndarray and b.shape == elem.shape for b in batch)
    if same and elem.dtype in dt.FROM_NP and all(b.dtype == elem.dtype for b in batch):
        return tensor_of(np.stack(batch))
    return collate([as_tensor(b) for b in batch], collate_fn_map=collate_fn_map)


def collate_numpy_scalar_fn(
    batch: Sequence[np.generic], *, collate_fn_map: _CollateMap | None = None
) -> Tensor:
    """NumPy numbers as one tensor of their dtype."""
    kind = type(batch[0])
    if kind is not np.object_ and all(type(b) is kind for b in batch):
        a = np.array(batch)
        if a.dtype in dt.FROM_NP:
            return tensor_of(a)
    return as_tensor(batch)


def collate_float_fn(
    batch: Sequence[float], *, collate_fn_map: _CollateMap | None = None
) -> Tensor:
    """Python floats as a float64 tensor."""
    if all(type(b) is float for b in batch):
        return tensor_of(np.array(batch, np.float64))
    return tensor(batch, dtype=dt.float64)


def collate_int_fn(batch: Sequence[int], *, collate_fn_map: _CollateMap | None = None) -> Tensor:
    """Python ints as an int64 tensor, bools as a bool one."""
    kind = type(batch[0])
    if kind in (int, bool) and all(type(b) is kind for b in batch):
        if kind is bool:
            return tensor_of(np.array(batch, np.bool_))
        if all(-(2**63) <= b < 2**63 for b in batch):
            return tensor_of(np.array(batch, np.int64))
    return tensor(batch)


def collate_str_fn(batch: Sequence[str], *, collate_fn_map: _CollateMap | None = None) -> Any:
    """Text, as it is."""
    return batch


# Users add classes of their own to this dict, as PyTorch's documentation shows.
default_collate_fn_map: _CollateMap = {
    Tensor: collate_tensor_fn,
    np.ndarray: collate_numpy_array_fn,
    (np.bool_, np.number, np.object_): collate_numpy_scalar_fn,
    float: collate_float_fn,
    int: collate_int_fn,
    str: collate_str_fn,
    bytes: collate_str_fn,
}


def default_collate(batch: Sequence) -> Any:
    """Stack tensors, arrays and numbers along a new first dimension, through dicts and sequences.

    Tuples become lists; text stays as it is. TypeError for anything else.

    >>> from torch.utils.data import default_collate
    >>> default_collate([{"x": 1.0, "y": 0}, {"x": 2.0, "y": 1}])
    {'x': tensor([1., 2.], dtype=torch.float64), 'y': tensor([0, 1])}
    """
    return collate(batch, collate_fn_map=default_collate_fn_map)
