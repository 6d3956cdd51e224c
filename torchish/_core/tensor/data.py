"""Python's data as NumPy arrays: numbers and nested sequences of them, of arrays and of tensors.

https://docs.pytorch.org/docs/stable/generated/torch.tensor.html
"""

from __future__ import annotations

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import warn_once
from torchish._core.base.fitting import fits
from torchish._core.base.promotion import promote_types
from torchish._core.tensor.tensor import Tensor

_BY_KIND = {"b": dt.bool_, "i": dt.int64, "u": dt.int64}


def infer(a: np.ndarray) -> dt.dtype:
    if a.dtype.kind == "f":
        return dt.get_default_dtype()
    if a.dtype.kind == "c":
        return dt.get_default_dtype().to_complex()
    return _BY_KIND[a.dtype.kind]


def from_data(data, dtype: dt.dtype | None) -> np.ndarray:
    """Python numbers and nested sequences (of numbers, arrays, tensors) as an array of the dtype
    PyTorch infers."""
    if isinstance(data, (np.ndarray, np.generic)):
        a = np.asarray(data)
        require_native(a)
        return _convert(a, dtype or dt.from_np(a.dtype))
    if isinstance(data, (bool, int, float, complex)):
        kind = dt.bool_ if isinstance(data, bool) else dt.int64 if isinstance(data, int) else None
        a = np.asarray(data)
        return _store(a, dtype or kind or infer(a))
    if hasattr(data, "__array__") and not isinstance(data, (list, tuple)):
        return from_data(np.asarray(data), dtype)
    if isinstance(data, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    if isinstance(data, (list, tuple)) and len(data) and isinstance(data[0], np.ndarray):
        warn_once(
            "Creating a tensor from a list of numpy.ndarrays is extremely slow. Please consider "
            "converting the list to a single numpy.ndarray with numpy.array() before converting to "
            "a tensor."
        )
    if not _is_sequence(data):
        if dtype is not None:
            raise TypeError(f"must be real number, not {type(data).__name__}")
        raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")
    d = dtype or _scan(data)
    shape = _shape(data)
    plain = _plain(data, len(shape), d)
    try:
        a = np.array(plain)
    except ValueError as e:
        raise ValueError(_ragged(data, shape)) from e
    # Python's numbers, some of them beyond 64 bits.
    large = a.dtype == object and all(isinstance(x, (int, float)) for x in a.flat)
    if large and not all(isinstance(x, int) for x in a.flat):
        a, large = a.astype(np.float64), False
    if (a.dtype == object and not large) or a.shape != shape:
        raise ValueError(_ragged(data, shape))
    return _store(a.reshape(shape), d)


def require_native(a: np.ndarray) -> None:
    """PyTorch's error for an array in the other byte order."""
    if not a.dtype.isnative:
        raise ValueError(
            "given numpy array has byte order different from the native byte order. Conversion "
            "between byte orders is currently not supported."
        )


def _is_sequence(x) -> bool:
    return hasattr(x, "__len__") and hasattr(x, "__getitem__") and not hasattr(x, "keys")


def _first(data):
    """The first element of nested sequences."""
    while not isinstance(data, str) and _is_sequence(data) and len(data):
        data = data[0]
    return data


def _plain(data, depth: int, d: dt.dtype):
    """Nested lists of NumPy's and Python's numbers; `depth` dimensions are still to come."""
    if isinstance(data, Tensor):
        if depth or not data.dim():
            return data._host() if data.dtype is not dt.bfloat16 else data.float()._host()
        if data.numel() != 1 or (d.category == dt.INT and data.dtype.category > dt.INT):
            if d.category == dt.INT:
                raise TypeError(
                    "only integer tensors of a single element can be converted to an index"
                )
            raise ValueError("only one element tensors can be converted to Python scalars")
        return data.item()
    if isinstance(data, np.ndarray) or not hasattr(data, "__len__"):
        return data
    return [_plain(x, depth - 1, d) for x in data]


def _shape(data) -> tuple[int, ...]:
    """The sizes that the first elements tell; a tensor among them is a number."""
    shape: tuple[int, ...] = ()
    seen: list = []
    while True:
        if isinstance(data, np.ndarray):
            return shape + tuple(data.shape)
        if isinstance(data, (str, Tensor)) or not hasattr(data, "__len__"):
            return shape
        if any(data is x for x in seen):
            raise ValueError("too many dimensions 'list'")
        seen.append(data)
        shape += (len(data),)
        if not len(data):
            return shape
        try:
            data = data[0]
        except (TypeError, IndexError, KeyError):
            raise ValueError(
                f"could not determine the shape of object type '{type(data).__name__}'"
            ) from None


def _ragged(data, shape) -> str:
    for d in range(1, len(shape)):
        level = [data]
        for _ in range(d):
            level = [x for s in level for x in s]
        for x in level:
            n = len(x) if hasattr(x, "__len__") else None
            if n is None and d < len(shape):
                raise TypeError("not a sequence")
            if n is None:
                return "only one element tensors can be converted to Python scalars"
            if n != shape[d]:
                return f"expected sequence of length {shape[d]} at dim {d} (got {n})"
    return "only one element tensors can be converted to Python scalars"


_END = object()


def _elements(x) -> list:
    try:
        return list(x)
    except (TypeError, IndexError, KeyError):
        raise ValueError(
            f"could not determine the shape of object type '{type(x).__name__}'"
        ) from None


def _endless(data) -> bool:
    """Whether the first elements never end."""
    seen: list = []
    while _is_sequence(data) and not isinstance(data, Tensor) and len(data):
        if any(data is x for x in seen):
            return True
        seen.append(data)
        data = data[0]
    return False


def _scan(data) -> dt.dtype:
    """The dtype that PyTorch infers for nested data."""
    found: dt.dtype | None = None
    stack = [data]
    inside: list = []  # the sequences that an element is in, beneath each of which it ends
    while stack:
        x = stack.pop()
        if x is _END:
            inside.pop()
            continue
        if isinstance(x, Tensor):
            d = x.dtype
        elif isinstance(x, (np.ndarray, np.generic)):
            d = dt.from_np(x.dtype.newbyteorder("="))
        elif isinstance(x, bool):
            d = dt.bool_
        elif isinstance(x, int):
            d = dt.int64
        elif isinstance(x, float):
            d = dt.get_default_dtype()
        elif isinstance(x, complex):
            d = dt.get_default_dtype().to_complex()
        elif isinstance(x, (str, bytes)):
            if x is _first(data) and isinstance(x, str):
                raise ValueError("too many dimensions 'str'")
            raise TypeError(f"new(): invalid data type '{type(x).__name__}'")
        elif _is_sequence(x):
            if any(x is y for y in inside):
                if _endless(data):
                    raise ValueError("too many dimensions 'list'")
                raise TypeError("new(): self-referential lists are incompatible")
            stack.append(_END)
            inside.append(x)
            stack.extend(_elements(x))
            continue
        else:
            raise RuntimeError(f"Could not infer dtype of {type(x).__name__}")
        found = d if found is None else promote_types(found, d)
    return found or dt.get_default_dtype()


def _store(a: np.ndarray, d: dt.dtype) -> np.ndarray:
    """Python's numbers, as NumPy takes them, in a dtype that must be able to hold them."""
    kind = a.dtype.kind
    if kind == "c" and d.category < dt.COMPLEX and d is not dt.bool_:
        raise TypeError(
            "must be real number, not complex"
            if d.is_floating_point
            else "'complex' object cannot be interpreted as an integer"
        )
    if a.size and d.category == dt.INT and kind in "iufO":
        low, high = a.min(), a.max()
        if d is dt.uint64 and kind != "f":
            if low < 0:
                raise OverflowError("can't convert negative int to unsigned")
            if high >= 2**64:
                raise OverflowError("int too big to convert")
        elif kind in "uO" and high >= 2**63:
            raise ValueError("Overflow when unpacking long long")
        elif not all(fits(x.item() if isinstance(x, np.generic) else x, d) for x in (low, high)):
            raise RuntimeError(f"value cannot be converted to type {d.name} without overflow")
    return _convert(a, d)


def _convert(a: np.ndarray, d: dt.dtype) -> np.ndarray:
    if a.dtype.kind == "f" and d.category == dt.INT:
        with np.errstate(invalid="ignore"):
            return a.astype(np.int64).astype(d.np)
    if d is dt.float8_e4m3fn:
        a = np.clip(a, -448, 448)  # `promotion.cast` says why
    with np.errstate(over="ignore"):
        return np.array(a, dtype=d.np, order="C", copy=True)
