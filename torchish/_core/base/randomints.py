"""Random integers with PyTorch's numbers: ranges, full ranges, permutations.

https://docs.pytorch.org/docs/stable/generated/torch.Tensor.random_.html
"""

from __future__ import annotations

import math
import warnings

import numpy as np

from torchish._core.base import dtypes
from torchish._core.base.drawing import (
    C_NAMES,
    DIGITS,
    FLOATS,
    INT64_MAX,
    INT64_MIN,
    INTEGERS,
    Shape,
    cast,
    int64,
    kind_of,
    require,
    sizes_of,
)
from torchish._core.base.mt19937 import Stream

# From this range on a draw takes 64 bits, to keep the remainders even.
_WIDE_RANGE = 2**28
# From this length on a permutation takes 64 bits a draw.
_LONG_PERMUTATION = (2**32 - 1) // 20
# The longest permutation of a floating dtype, in PyTorch's words; bfloat16 has no limit there.
_LARGEST = {dtypes.float16: "2049", dtypes.float32: "2^24+1", dtypes.float64: "2^53+1"}


class IntegerSampler(Stream):
    """A stream with PyTorch's draws of integers on it."""

    def randint(self, shape: Shape, low: int, high: int, dtype=dtypes.int64) -> np.ndarray:
        """Integers in [low, high); RuntimeError for an empty range or one outside the dtype."""
        return self.random(shape, dtype, low, high)

    def random(
        self, shape: Shape, dtype=dtypes.int64, low: int | None = None, high: int | None = None
    ) -> np.ndarray:
        """What `Tensor.random_` draws: [low, high), or [low, largest], or, unbounded, [0, largest].

        The largest number of a floating dtype is 2 ** digits. `random_(to)` is `low=0, high=to`.
        RuntimeError for an empty range or one outside the dtype.
        """
        kind, sizes = kind_of(dtype), sizes_of(shape)
        n = math.prod(sizes)
        if low is None:
            return self._unbounded(kind, n).reshape(sizes)
        low = int64(low)
        if high is None and low == INT64_MIN:
            return self._every_int64(kind, n).reshape(sizes)
        low, size = _range(kind, low, None if high is None else int64(high))
        if size >= _WIDE_RANGE:
            words = self._words64(n)
            words %= np.uint64(size)
        else:
            words = (self._words(n).astype(np.uint32) % np.uint32(size)).astype(np.uint64)
        words += np.uint64(low % 2**64)
        return cast(words.view(np.int64), kind).reshape(sizes)

    def _unbounded(self, kind: dtypes.dtype, n: int) -> np.ndarray:
        if not n:
            return np.empty(0, kind.np)
        require(kind, (*FLOATS, *INTEGERS, dtypes.bool_), "random_kernel_cpu")
        if kind is dtypes.bool_:
            return (self._words(n) & np.uint64(1)).astype(np.bool_)
        wide = kind in (dtypes.int64, dtypes.float64)
        words = self._words64(n) if wide else self._words(n)
        count = 2 ** DIGITS[kind] + 1 if kind in FLOATS else dtypes.iinfo(kind).max + 1
        words %= np.uint64(count)
        return cast(words.view(np.int64), kind)

    def _every_int64(self, kind: dtypes.dtype, n: int) -> np.ndarray:
        if not n:
            return np.empty(0, kind.np)
        kernel = "random_full_64_bits_range_kernel_cpu"
        require(kind, (dtypes.bfloat16, dtypes.float32, dtypes.float64, *INTEGERS), kernel)
        if kind in INTEGERS and kind is not dtypes.int64:
            raise RuntimeError(f"{kernel} handles only int64, double, float and bfloat16")
        return cast(self._words64(n).view(np.int64), kind)

    def randperm(self, n: int, dtype=dtypes.int64) -> np.ndarray:
        """A permutation of 0 ... n - 1 (Fisher-Yates); RuntimeError where n is beyond the dtype."""
        kind = kind_of(dtype)
        (n,) = sizes_of(int64(n))
        if kind in _LARGEST and n > 2 ** DIGITS[kind] + 1:
            name = dtypes.SCALAR_NAMES[kind]
            raise RuntimeError(f"n cannot be greater than {_LARGEST[kind]} for {name} type.")
        if kind in INTEGERS and n > dtypes.iinfo(kind).max + 1:
            raise RuntimeError(f"value cannot be converted to type {kind.name}_t without overflow")
        require(kind, (*FLOATS, *INTEGERS), "randperm")
        if n >= _LONG_PERMUTATION:
            return cast(self._long_permutation(n), kind)
        order = list(range(n))
        steps = np.arange(max(n - 1, 0), dtype=np.uint32)
        picks = self._words(len(steps)).astype(np.uint32) % (np.uint32(n) - steps) + steps
        for i, j in enumerate(picks.tolist()):
            order[i], order[j] = order[j], order[i]
        return cast(np.array(order, np.int64), kind)

    def _long_permutation(self, n: int, chunk: int = 2**20) -> np.ndarray:
        """Fisher-Yates inside out with 64-bit draws, which PyTorch takes from 2**32 / 20 on."""
        out = np.empty(n, np.int64)
        for start in range(0, n, chunk):
            seen = np.arange(start + 1, min(start + chunk, n) + 1, dtype=np.uint64)
            for i, j in enumerate((self._words64(len(seen)) % seen).tolist(), start):
                out[i] = i
                out[i] = out[j]
                out[j] = i
        return out


def _range(kind: dtypes.dtype, low: int, high: int | None) -> tuple[int, int]:
    """The first integer and how many there are; without `high`, up to the dtype's largest."""
    if high is not None and low >= high:
        raise RuntimeError(
            f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}"
        )
    if kind.is_complex:
        where = "random_from_to_impl" if high is None else "check_random_bounds"
        raise RuntimeError(f"{where} handles only integral, floating-point and boolean types")
    if kind.is_floating_point:
        kernel = "random_from_to_range_calc" if high is None else "random_update_from_to"
        require(kind, FLOATS, kernel)
        low, last = _representable(kind, low, high)
        most = dtypes.finfo(kind).max
        least = -most
    else:
        info = None if kind is dtypes.bool_ else dtypes.iinfo(kind)
        least, most = (info.min, info.max) if info else (0, 1)
        last = most if high is None else high - 1
        most = min(most, INT64_MAX)
    for name, value in (("from", low), ("to - 1", last)):
        if not least <= value <= most:
            raise RuntimeError(f"{name} is out of bounds for {C_NAMES[kind]}")
        if kind.is_floating_point and abs(value) > 2 ** DIGITS[kind]:
            warnings.warn(
                f"{name} is out of bounds [-(2^{DIGITS[kind]}), 2^{DIGITS[kind]}]. Due to "
                f"precision limitations {C_NAMES[kind]} can support discrete uniform distribution "
                "only within this range. This warning will become an error in version 1.7 release, "
                "please fix the code in advance",
                stacklevel=4,
            )
    return low, last + 1 - low


def _representable(kind: dtypes.dtype, low: int, high: int | None) -> tuple[int, int]:
    """The bounds of a floating dtype, moved inward so that no integer between is rounded out."""
    digits = DIGITS[kind]

    def rounded(value: int) -> int:
        """To the dtype and back; out of int64's range it is int64's least, as x86 converts."""
        near = float(cast(np.array(value, np.int64), kind))
        return int(near) if abs(near) < 2.0**63 else INT64_MIN

    def spacing(value: int) -> int:
        return 2 ** max(abs(value).bit_length() - digits, 0)

    if rounded(low + 1) < low:
        low = rounded(low + 1) + spacing(low + 1)
    if high is None:
        last = 2**digits
        if low >= last:
            raise RuntimeError(
                "random_ expects 'from' casted to dtype to be less than or equal to 'to_inc' "
                f"casted to dtype, but got from={low} > to_inc={last}"
            )
        return low, last
    if rounded(high - 1) >= high:
        high = rounded(high - 1) - spacing(high - 1)
    if low >= high:
        raise RuntimeError(
            "random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, but got "
            f"from={low} >= to={high}"
        )
    return low, high - 1
