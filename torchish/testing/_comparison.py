"""`assert_close`: compares nested structures of tensors, arrays and numbers, and says where they
differ.

The arithmetic is NumPy's, in the tensors' own dtype, so that a test compiles nothing for it.
https://docs.pytorch.org/docs/stable/testing.html#torch.testing.assert_close
"""

from __future__ import annotations

import cmath
import warnings
from collections.abc import Callable, Mapping, Sequence
from numbers import Number
from typing import Any, NamedTuple

import numpy as np

from torchish.base import dtypes as dt
from torchish.base.layouts import strided
from torchish.base.promotion import promote_types
from torchish.tensor import Tensor, as_tensor

__all__ = ["assert_allclose", "assert_close"]

_TOLERANCES = {
    dt.float16: (1e-3, 1e-5),
    dt.bfloat16: (1.6e-2, 1e-5),
    dt.float32: (1.3e-6, 1e-5),
    dt.float64: (1e-7, 1e-7),
    dt.complex32: (1e-3, 1e-5),
    dt.complex64: (1.3e-6, 1e-5),
    dt.complex128: (1e-7, 1e-7),
}
_NUMBER_DTYPES = {bool: dt.bool_, int: dt.int64, float: dt.float64, complex: dt.complex128}


class _Options(NamedTuple):
    allow_subclasses: bool
    rtol: float | None
    atol: float | None
    equal_nan: bool
    check_device: bool
    check_dtype: bool
    check_layout: bool
    check_stride: bool

    def tolerances(self, *kinds: dt.dtype) -> tuple[float, float]:
        if self.rtol is None or self.atol is None:
            found = [_TOLERANCES.get(k, (0.0, 0.0)) for k in kinds]
            return max(r for r, _ in found), max(a for _, a in found)
        return self.rtol, self.atol


class _Different(Exception):
    """What differs, in words."""


class _Unsupported(Exception):
    """A comparison that cannot handle its inputs."""


# --- one pair -----------------------------------------------------------------------------------


class _NonePair:
    def __init__(self, actual, expected, options: _Options):
        if actual is not None and expected is not None:
            raise _Unsupported
        self.actual, self.expected = actual, expected

    def compare(self) -> None:
        if not (self.actual is None and self.expected is None):
            raise _Different(f"None mismatch: {self.actual} is not {self.expected}")


class _BooleanPair:
    def __init__(self, actual, expected, options: _Options):
        if not all(isinstance(x, (bool, np.bool_)) for x in (actual, expected)):
            raise _Unsupported
        self.actual, self.expected = bool(actual), bool(expected)

    def compare(self) -> None:
        if self.actual is not self.expected:
            raise _Different(f"Booleans mismatch: {self.actual} is not {self.expected}")


class _NumberPair:
    def __init__(self, actual, expected, options: _Options):
        if not all(isinstance(x, (Number, np.number)) for x in (actual, expected)):
            raise _Unsupported
        self.actual, self.expected = (
            x.item() if isinstance(x, np.generic) else x for x in (actual, expected)
        )
        self.options = options
        kinds = [_NUMBER_DTYPES.get(type(x), dt.float64) for x in (self.actual, self.expected)]
        self.rtol, self.atol = options.tolerances(*kinds)

    def compare(self) -> None:
        a, e = self.actual, self.expected
        if self.options.check_dtype and type(a) is not type(e):
            raise _Different(f"The (d)types do not match: {type(a)} != {type(e)}.")
        if a == e or (self.options.equal_nan and cmath.isnan(a) and cmath.isnan(e)):
            return
        difference, allowed = abs(a - e), self.atol + self.rtol * abs(e)
        if cmath.isfinite(difference) and difference <= allowed:
            return
        relative = difference / abs(e) if e != 0 else float("inf")
        raise _Different(_scalars(a, e, difference, relative, self.rtol, self.atol))


def _scalars(actual, expected, difference, relative, rtol: float, atol: float) -> str:
    equal = rtol == 0 and atol == 0
    lines = [
        f"Scalars are not {'equal' if equal else 'close'}!",
        "",
        f"Expected {expected} but got {actual}.",
        f"Absolute difference: {difference}" + ("" if equal else f" (up to {atol} allowed)"),
        f"Relative difference: {relative}" + ("" if equal else f" (up to {rtol} allowed)"),
    ]
    return "\n".join(lines)


class _TensorPair:
    def __init__(self, actual, expected, options: _Options):
        related = isinstance(actual, type(expected)) or isinstance(expected, type(actual))
        if not related:
            raise _Unsupported
        if not options.allow_subclasses and type(actual) is not type(expected):
            raise _Unsupported
        if not all(isinstance(x, (Tensor, np.ndarray)) for x in (actual, expected)):
            raise _Unsupported
        self.actual, self.expected = (
            x.detach() if isinstance(x, Tensor) else as_tensor(x) for x in (actual, expected)
        )
        self.options = options
        self.rtol, self.atol = options.tolerances(self.actual.dtype, self.expected.dtype)

    def compare(self) -> None:
        a, e, options = self.actual, self.expected, self.options
        self._same("shape", a.shape, e.shape)
        if options.check_layout:
            self._same("layout", a.layout, e.layout)
        if options.check_device:
            self._same("device", a.device, e.device)
        if options.check_dtype:
            self._same("dtype", a.dtype, e.dtype)
        if options.check_stride and a.layout is e.layout is strided:
            self._same("stride()", a.stride(), e.stride())
        if a.is_meta or e.is_meta:
            return
        if a.layout is not e.layout:
            a, e = a.to_dense(), e.to_dense()
        common = promote_types(a.dtype, e.dtype)
        a, e = a.to(common), e.to(common)
        if a.layout is not strided:
            self._sparse(a, e)
            return
        self._close(a, e)

    def _sparse(self, a: Tensor, e: Tensor) -> None:
        """Sparse tensors are close when they name the same places with close values."""
        kind = a.layout.name.removeprefix("sparse_").upper()
        if a.is_sparse and a.is_coalesced() != e.is_coalesced():
            a, e = a.coalesce(), e.coalesce()
        if a._nnz() != e._nnz():
            raise _Different(
                f"The number of specified values in sparse {kind} tensors does not match: "
                f"{a._nnz()} != {e._nnz()}"
            )
        names = {
            "COO": ("_indices",),
            "CSR": ("crow_indices", "col_indices"),
            "CSC": ("ccol_indices", "row_indices"),
        }[kind]
        for name in names:
            x, y = getattr(a, name)(), getattr(e, name)()
            self._close(x.long(), y.long(), f"Sparse {kind} {name.lstrip('_')}", exact=True)
        self._close(a._values(), e._values(), f"Sparse {kind} values")

    def _close(self, a: Tensor, e: Tensor, what: str = "Tensor-likes", exact: bool = False) -> None:
        tolerances = (0.0, 0.0) if exact else (self.rtol, self.atol)
        with np.errstate(all="ignore"):
            self._values(np.asarray(a._host()), np.asarray(e._host()), what, *tolerances)

    def _same(self, name: str, a, e) -> None:
        if a != e:
            raise _Different(f"The values for attribute '{name}' do not match: {a} != {e}.")

    def _values(self, a: np.ndarray, e: np.ndarray, what: str, rtol: float, atol: float) -> None:
        if a.dtype == bool:
            a, e = a.astype(np.int64), e.astype(np.int64)
        allowed = atol + np.abs(rtol * e) if rtol else atol
        close = a == e
        if a.dtype.kind not in "iu" or rtol or atol:
            if a.dtype.kind in "iu":
                gap = np.abs(a.astype(np.int64) - e.astype(np.int64))
            else:
                gap = np.abs(a - e)
            close |= np.isfinite(gap) & (gap <= allowed)
        if self.options.equal_nan and a.dtype.kind not in "iu":
            close |= np.isnan(a) & np.isnan(e)
        if close.all():
            return
        if a.ndim == 0:
            x, y = a.item(), e.item()
            x, y = (v if isinstance(v, (int, float, complex)) else float(v) for v in (x, y))
            gap = abs(x - y)
            relative = gap / abs(y) if y != 0 else float("inf")
            raise _Different(_scalars(x, y, gap, relative, rtol, atol))
        raise _Different(_report(a, e, close, what, rtol, atol))


def _report(
    a: np.ndarray, e: np.ndarray, close: np.ndarray, what: str, rtol: float, atol: float
) -> str:
    wrong, total = int((~close).sum()), close.size
    if a.dtype.kind in "iu":
        a, e = a.astype(np.int64), e.astype(np.int64)
    gap = np.abs(a - e)
    gap[close] = 0
    if a.dtype.kind == "i":
        ratio = gap.astype(np.float32) / np.abs(e).astype(np.float32)
    else:
        ratio = gap / np.abs(e)
    ratio[close] = 0
    equal = rtol == 0 and atol == 0
    lines = [
        f"{what} are not {'equal' if equal else 'close'}!",
        "",
        f"Mismatched elements: {wrong} / {total} ({wrong / total:.1%})",
    ]
    for word, x, tolerance in (("absolute", gap, atol), ("relative", ratio, rtol)):
        flat = x.reshape(-1)
        if x.dtype.kind not in "fiu":
            flat = flat.astype(np.float32)
        at = int(np.argmax(flat))
        where = tuple(int(i) for i in np.unravel_index(at, x.shape))
        lines.append(
            f"Greatest {word} difference: {flat[at].item()} at index {where}"
            + ("" if equal else f" (up to {tolerance} allowed)")
        )
    return "\n".join(lines)


_PAIRS = (_NonePair, _BooleanPair, _NumberPair, _TensorPair)


# --- structures ---------------------------------------------------------------------------------


def _pairs(actual, expected, options: _Options, path: tuple) -> list[tuple[Any, tuple]]:
    """The pairs to compare, each with where it is."""
    sequences = [isinstance(x, Sequence) and not isinstance(x, str) for x in (actual, expected)]
    if all(sequences):
        if len(actual) != len(expected):
            raise _At(
                f"The length of the sequences mismatch: {len(actual)} != {len(expected)}", path
            )
        return [
            p
            for i, (a, e) in enumerate(zip(actual, expected, strict=True))
            for p in _pairs(a, e, options, (*path, i))
        ]
    if isinstance(actual, Mapping) and isinstance(expected, Mapping):
        missing, extra = set(expected) - set(actual), set(actual) - set(expected)
        if missing or extra:
            raise _At(
                "The keys of the mappings do not match:\n"
                f"Missing keys in the actual mapping: {sorted(missing)}\n"
                f"Additional keys in the actual mapping: {sorted(extra)}",
                path,
            )
        return [p for k in actual for p in _pairs(actual[k], expected[k], options, (*path, k))]
    for kind in _PAIRS:
        try:
            return [(kind(actual, expected, options), path)]
        except _Unsupported:
            continue
    raise TypeError(
        f"No comparison pair was able to handle inputs of type {type(actual)} and {type(expected)}."
    )


class _At(Exception):
    """What differs, and where."""

    def __init__(self, text: str, path: tuple):
        super().__init__(text)
        self.text = text
        if path:
            places = "".join(f"[{p!r}]" for p in path)
            self.text += f"\n\nThe failure occurred for item {places}"


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: str | Callable[[str], str] | None = None,
) -> None:
    """AssertionError unless |actual - expected| <= atol + rtol * |expected| everywhere.

    actual, expected   tensors, NumPy arrays, numbers, None, or sequences and mappings of them
    rtol, atol         both or neither; without, they go by the dtype
    msg                the error's text, or a function of the generated text that gives it
    Raises TypeError for inputs that cannot be compared.
    https://docs.pytorch.org/docs/stable/testing.html#torch.testing.assert_close
    """
    if (rtol is None) != (atol is None):
        raise ValueError(
            "Both 'rtol' and 'atol' must be either specified or omitted, but got no "
            f"{'rtol' if rtol is None else 'atol'}."
        )
    options = _Options(
        allow_subclasses,
        rtol,
        atol,
        equal_nan,
        check_device,
        check_dtype,
        check_layout,
        check_stride,
    )
    try:
        for pair, path in _pairs(actual, expected, options, ()):
            try:
                pair.compare()
            except _Different as e:
                raise _At(str(e), path) from None
    except _At as e:
        text = e.text if msg is None else msg(e.text) if callable(msg) else msg
        raise AssertionError(text) from None


_OLD_TOLERANCES = {dt.float16: (1e-3, 1e-3), dt.float32: (1e-4, 1e-5), dt.float64: (1e-5, 1e-8)}


def assert_allclose(
    actual: Any,
    expected: Any,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = True,
    msg: str = "",
) -> None:
    """Deprecated: `assert_close` without the checks of dtype, device and stride."""
    warnings.warn(
        "`torch.testing.assert_allclose()` is deprecated since 1.12 and will be removed in a "
        "future release. Please use `torch.testing.assert_close()` instead. You can find detailed "
        "upgrade instructions in https://github.com/pytorch/pytorch/issues/61844.",
        FutureWarning,
        stacklevel=2,
    )
    actual = actual if isinstance(actual, Tensor) else as_tensor(actual)
    expected = expected if isinstance(expected, Tensor) else as_tensor(expected, dtype=actual.dtype)
    if rtol is None and atol is None:
        found = [_OLD_TOLERANCES.get(t.dtype, (0.0, 0.0)) for t in (actual, expected)]
        rtol, atol = max(r for r, _ in found), max(a for _, a in found)
    assert_close(
        actual,
        expected,
        rtol=rtol,
        atol=atol,
        equal_nan=equal_nan,
        check_device=True,
        check_dtype=False,
        check_stride=False,
        msg=msg or None,
    )
