"""Pairs of values to compare: a class for each kind of input.

Test suites build their own comparisons on these classes, as PyTorch's does: they derive from one,
take more inputs in `_process_inputs`, or have others tried by `not_close_error_metas`. The
arithmetic is NumPy's, in the tensors' own dtype, so that a test compiles nothing for it.
"""

from __future__ import annotations

import abc
import cmath
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.base.promotion import promote_types
from torchish._core.tensor import Tensor, as_tensor
from torchish.testing import _mismatch

__all__ = [
    "BooleanPair",
    "ErrorMeta",
    "NonePair",
    "NumberPair",
    "ObjectPair",
    "Pair",
    "TensorLikePair",
    "UnsupportedInputs",
    "default_tolerances",
    "get_tolerances",
    "item",
]

_TOLERANCES = {
    dt.float16: (1e-3, 1e-5),
    dt.bfloat16: (1.6e-2, 1e-5),
    dt.float32: (1.3e-6, 1e-5),
    dt.float64: (1e-7, 1e-7),
    dt.complex32: (1e-3, 1e-5),
    dt.complex64: (1.3e-6, 1e-5),
    dt.complex128: (1e-7, 1e-7),
}
_UNSIGNED = (dt.uint16, dt.uint32, dt.uint64)
_LAYOUTS = {
    layouts.strided,
    layouts.jagged,
    layouts.sparse_coo,
    layouts.sparse_csr,
    layouts.sparse_csc,
    layouts.sparse_bsr,
    layouts.sparse_bsc,
}
# What a compressed layout calls its two kinds of indices.
_COMPRESSED = {
    layouts.sparse_csr: ("CSR", "crow_indices", "col_indices"),
    layouts.sparse_csc: ("CSC", "ccol_indices", "row_indices"),
    layouts.sparse_bsr: ("BSR", "crow_indices", "col_indices"),
    layouts.sparse_bsc: ("BSC", "ccol_indices", "row_indices"),
}


def item(id: tuple[Any, ...]) -> str:
    """The keys that lead to an item, as text."""
    return "".join(f"[{i!r}]" for i in id)


class ErrorMeta(Exception):
    """An error to be raised later: its class, its text, and the keys that lead to the item."""

    def __init__(self, type: type[Exception], msg: str, *, id: tuple[Any, ...] = ()) -> None:
        super().__init__("the comparison failed; `to_error()` makes the error to be raised")
        self.type, self.msg, self.id = type, msg, id

    def to_error(self, msg: str | Callable[[str], str] | None = None) -> Exception:
        """The error; `msg` is its text, or makes its text of the generated one."""
        if isinstance(msg, str):
            return self.type(msg)
        text = self.msg
        if self.id:
            text += f"\n\nThe failure occurred for item {item(self.id)}"
        return self.type(msg(text) if callable(msg) else text)


class UnsupportedInputs(Exception):
    """Raised when a pair is made of inputs that it is not for: the next class is tried."""


# --- tolerances ---------------------------------------------------------------------------------


def default_tolerances(
    *inputs: Tensor | dt.dtype,
    dtype_precisions: Mapping[dt.dtype, tuple[float, float]] | None = None,
) -> tuple[float, float]:
    """(rtol, atol): the greatest of all inputs' dtypes; 0 for exact ones."""
    table = dtype_precisions or _TOLERANCES
    found = []
    for x in inputs:
        if not isinstance(x, (Tensor, dt.dtype)):
            raise TypeError(f"Expected a torch.Tensor or a torch.dtype, but got {type(x)} instead.")
        found.append(table.get(x.dtype if isinstance(x, Tensor) else x, (0.0, 0.0)))
    return max(r for r, _ in found), max(a for _, a in found)


def get_tolerances(
    *inputs: Tensor | dt.dtype,
    rtol: float | None,
    atol: float | None,
    id: tuple[Any, ...] = (),
) -> tuple[float, float]:
    """(rtol, atol) as given, or the default ones where neither is given."""
    if (rtol is None) != (atol is None):
        raise ErrorMeta(
            ValueError,
            "Both 'rtol' and 'atol' must be either specified or omitted, but got no "
            f"{'rtol' if rtol is None else 'atol'}.",
            id=id,
        )
    if rtol is None or atol is None:
        return default_tolerances(*inputs)
    return rtol, atol


# --- pairs --------------------------------------------------------------------------------------


class Pair(abc.ABC):
    """Two values and how to compare them.

    A class that is not for its inputs raises UnsupportedInputs when it is made. Every pair is given
    all options of the comparison, takes those that it knows, and keeps the others unread.
    """

    def __init__(
        self, actual: Any, expected: Any, *, id: tuple[Any, ...] = (), **unknown_parameters: Any
    ) -> None:
        self.actual, self.expected, self.id = actual, expected, id
        self._unknown_parameters = unknown_parameters

    @staticmethod
    def _inputs_not_supported() -> NoReturn:
        raise UnsupportedInputs

    @staticmethod
    def _check_inputs_isinstance(*inputs: Any, cls: type | tuple[type, ...]) -> None:
        """UnsupportedInputs unless all inputs are of the class."""
        if not all(isinstance(x, cls) for x in inputs):
            raise UnsupportedInputs

    def _fail(self, type: type[Exception], msg: str, *, id: tuple[Any, ...] = ()) -> NoReturn:
        """Raises the ErrorMeta of an error; `id` where the pair's own is not set yet."""
        raise ErrorMeta(type, msg, id=id or getattr(self, "id", ()))

    @abc.abstractmethod
    def compare(self) -> None:
        """ErrorMeta if the values differ."""

    def extra_repr(self) -> Sequence[str | tuple[str, Any]]:
        """Attributes, or names with values, that `repr` shows besides the two values."""
        return ()

    def __repr__(self) -> str:
        extra = [(x, getattr(self, x)) if isinstance(x, str) else x for x in self.extra_repr()]
        named = [("id", self.id), ("actual", self.actual), ("expected", self.expected), *extra]
        lines = [f"    {name}={value!s}," for name, value in named]
        return "\n".join([f"{type(self).__name__}(", *lines, ")"])


class ObjectPair(Pair):
    """Any two objects, compared by `==`."""

    def compare(self) -> None:
        try:
            equal = self.actual == self.expected
        except Exception as error:
            raise ErrorMeta(
                ValueError, f"{self.actual} == {self.expected} failed with:\n{error}.", id=self.id
            ) from error
        if not equal:
            self._fail(AssertionError, f"{self.actual} != {self.expected}")


class NonePair(Pair):
    """None, which only None is equal to."""

    def __init__(self, actual: Any, expected: Any, **other_parameters: Any) -> None:
        if actual is not None and expected is not None:
            self._inputs_not_supported()
        super().__init__(actual, expected, **other_parameters)

    def compare(self) -> None:
        if not (self.actual is None and self.expected is None):
            self._fail(AssertionError, f"None mismatch: {self.actual} is not {self.expected}")


class BooleanPair(Pair):
    """bool and numpy.bool_."""

    def __init__(
        self, actual: Any, expected: Any, *, id: tuple[Any, ...], **other_parameters: Any
    ) -> None:
        actual, expected = self._process_inputs(actual, expected, id=id)
        super().__init__(actual, expected, **other_parameters)  # PyTorch forgets the id here

    @property
    def _supported_types(self) -> tuple[type, ...]:
        return bool, np.bool_

    def _process_inputs(self, actual: Any, expected: Any, *, id: tuple[Any, ...]):
        self._check_inputs_isinstance(actual, expected, cls=self._supported_types)
        return self._to_bool(actual, id=id), self._to_bool(expected, id=id)

    def _to_bool(self, bool_like: Any, *, id: tuple[Any, ...]) -> bool:
        if isinstance(bool_like, (bool, np.bool_)):
            return bool(bool_like)
        raise ErrorMeta(TypeError, f"Unknown boolean type {type(bool_like)}.", id=id)

    def compare(self) -> None:
        if self.actual is not self.expected:
            text = f"Booleans mismatch: {self.actual} is not {self.expected}"
            self._fail(AssertionError, text)


class NumberPair(Pair):
    """Python's and NumPy's numbers.

    rtol, atol    both or neither; without, they go by the dtype that has the type's precision
    equal_nan     whether NaN is equal to NaN
    check_dtype   whether the types must be the same
    """

    _TYPE_TO_DTYPE = {int: dt.int64, float: dt.float64, complex: dt.complex128}

    def __init__(
        self,
        actual: Any,
        expected: Any,
        *,
        id: tuple[Any, ...] = (),
        rtol: float | None = None,
        atol: float | None = None,
        equal_nan: bool = False,
        check_dtype: bool = False,
        **other_parameters: Any,
    ) -> None:
        actual, expected = self._process_inputs(actual, expected, id=id)
        super().__init__(actual, expected, id=id, **other_parameters)
        kinds = [self._TYPE_TO_DTYPE[type(x)] for x in (actual, expected)]
        self.rtol, self.atol = get_tolerances(*kinds, rtol=rtol, atol=atol, id=id)
        self.equal_nan, self.check_dtype = equal_nan, check_dtype

    @property
    def _supported_types(self) -> tuple[type, ...]:
        return (*NumberPair._TYPE_TO_DTYPE, np.number)

    def _process_inputs(self, actual: Any, expected: Any, *, id: tuple[Any, ...]):
        self._check_inputs_isinstance(actual, expected, cls=self._supported_types)
        return self._to_number(actual, id=id), self._to_number(expected, id=id)

    def _to_number(self, number_like: Any, *, id: tuple[Any, ...]) -> Any:
        if isinstance(number_like, np.number):
            return number_like.item()
        if isinstance(number_like, tuple(NumberPair._TYPE_TO_DTYPE)):
            return number_like
        raise ErrorMeta(TypeError, f"Unknown number type {type(number_like)}.", id=id)

    def compare(self) -> None:
        a, e = self.actual, self.expected
        if self.check_dtype and type(a) is not type(e):
            text = f"The (d)types do not match: {type(a)} != {type(e)}."
            self._fail(AssertionError, text)
        if a == e or (self.equal_nan and cmath.isnan(a) and cmath.isnan(e)):
            return
        difference = abs(a - e)
        if cmath.isfinite(difference) and difference <= self.atol + self.rtol * abs(e):
            return
        self._fail(AssertionError, _mismatch.of_scalars(a, e, rtol=self.rtol, atol=self.atol))

    def extra_repr(self) -> Sequence[str]:
        return "rtol", "atol", "equal_nan", "check_dtype"


class TensorLikePair(Pair):
    """Tensors and what `as_tensor` takes, of one class or of a class and its subclass.

    allow_subclasses                  whether the two may be of different classes
    rtol, atol, equal_nan             as in `NumberPair`
    check_device, _dtype, _layout     whether these must be the same; else they are made the same
    check_stride                      whether the strides of strided tensors must be the same
    """

    def __init__(
        self,
        actual: Any,
        expected: Any,
        *,
        id: tuple[Any, ...] = (),
        allow_subclasses: bool = True,
        rtol: float | None = None,
        atol: float | None = None,
        equal_nan: bool = False,
        check_device: bool = True,
        check_dtype: bool = True,
        check_layout: bool = True,
        check_stride: bool = False,
        **other_parameters: Any,
    ) -> None:
        actual, expected = self._process_inputs(
            actual, expected, id=id, allow_subclasses=allow_subclasses
        )
        super().__init__(actual, expected, id=id, **other_parameters)
        self.rtol, self.atol = get_tolerances(actual, expected, rtol=rtol, atol=atol, id=id)
        self.equal_nan = equal_nan
        self.check_device, self.check_dtype = check_device, check_dtype
        self.check_layout, self.check_stride = check_layout, check_stride

    def _process_inputs(
        self, actual: Any, expected: Any, *, id: tuple[Any, ...], allow_subclasses: bool
    ):
        if not (isinstance(actual, type(expected)) or isinstance(expected, type(actual))):
            self._inputs_not_supported()
        if not allow_subclasses and type(actual) is not type(expected):
            self._inputs_not_supported()
        actual, expected = self._to_tensor(actual), self._to_tensor(expected)
        for tensor in (actual, expected):
            self._check_supported(tensor, id=id)
        return actual, expected

    def _to_tensor(self, tensor_like: Any) -> Tensor:
        if isinstance(tensor_like, Tensor):
            return tensor_like
        try:
            return as_tensor(tensor_like)
        except Exception:  # whatever the constructor says of an object that is no tensor
            self._inputs_not_supported()

    def _check_supported(self, tensor: Tensor, *, id: tuple[Any, ...]) -> None:
        if tensor.layout not in _LAYOUTS:
            raise ErrorMeta(ValueError, f"Unsupported tensor layout {tensor.layout}", id=id)

    def compare(self) -> None:
        a, e = self.actual, self.expected
        self._compare_attributes(a, e)
        if a.is_meta or e.is_meta:
            return
        a, e = self._equalize_attributes(a, e)
        self._compare_values(a, e)

    def _compare_attributes(self, actual: Tensor, expected: Tensor) -> None:
        """ErrorMeta if shape, layout, stride, device or dtype differ where they must not."""
        self._same("shape", actual.shape, expected.shape)
        if self.check_layout:
            self._same("layout", actual.layout, expected.layout)
        if self.check_stride and actual.layout is expected.layout is layouts.strided:
            self._same("stride()", actual.stride(), expected.stride())
        if self.check_device:
            self._same("device", actual.device, expected.device)
        if self.check_dtype:
            self._same("dtype", actual.dtype, expected.dtype)

    def _same(self, name: str, a: Any, e: Any) -> None:
        if a != e:
            text = f"The values for attribute '{name}' do not match: {a} != {e}."
            self._fail(AssertionError, text)

    def _equalize_attributes(self, actual: Tensor, expected: Tensor) -> tuple[Tensor, Tensor]:
        """Both on the CPU if the devices differ, in one dtype, and both strided if they differ."""
        if actual.device != expected.device:
            actual, expected = actual.cpu(), expected.cpu()
        if actual.dtype is not expected.dtype:
            # The wide unsigned dtypes are promoted with nothing: int64 has all but the greatest.
            kinds = [dt.int64 if x.dtype in _UNSIGNED else x.dtype for x in (actual, expected)]
            common = promote_types(*kinds)
            actual, expected = actual.to(common), expected.to(common)
        if actual.layout is not expected.layout:
            actual, expected = (
                x if x.layout is layouts.strided else x.to_dense() for x in (actual, expected)
            )
        return actual, expected

    def _compare_values(self, actual: Tensor, expected: Tensor) -> None:
        """ErrorMeta unless the values are close; the tensors agree in all attributes."""
        tolerances = {"rtol": self.rtol, "atol": self.atol, "equal_nan": self.equal_nan}
        if actual.layout is layouts.sparse_coo:
            self._compare_sparse_coo_values(actual, expected, **tolerances)
        elif actual.layout in _COMPRESSED:
            self._compare_sparse_compressed_values(actual, expected, **tolerances)
        else:
            if actual.dtype.is_floating_point and actual.dtype.itemsize == 1:
                if self.rtol or self.atol:
                    raise ErrorMeta(
                        AssertionError,
                        f"Rtol={self.rtol} and atol={self.atol} are not supported for bitwise "
                        "comparison of low dimensional floats. Please use rtol=0.0 and atol=0.0.",
                    )
            self._compare_regular_values_close(actual, expected, **tolerances)

    def _counts(self, what: str, a: int, e: int, format: str) -> None:
        if a != e:
            text = f"The number of {what} in sparse {format} tensors does not match: {a} != {e}"
            self._fail(AssertionError, text)

    def _compare_sparse_coo_values(
        self, actual: Tensor, expected: Tensor, *, rtol: float, atol: float, equal_nan: bool
    ) -> None:
        """Close when they name the same places, in the same order, with close values."""
        self._counts("sparse dimensions", actual.sparse_dim(), expected.sparse_dim(), "COO")
        self._counts("specified values", actual._nnz(), expected._nnz(), "COO")
        self._compare_regular_values_equal(
            actual._indices(), expected._indices(), identifier="Sparse COO indices"
        )
        self._compare_regular_values_close(
            actual._values(),
            expected._values(),
            rtol=rtol,
            atol=atol,
            equal_nan=equal_nan,
            identifier="Sparse COO values",
        )

    def _compare_sparse_compressed_values(
        self, actual: Tensor, expected: Tensor, *, rtol: float, atol: float, equal_nan: bool
    ) -> None:
        """Close when they name the same places, in whatever index dtype, with close values."""
        name, *kinds = _COMPRESSED[actual.layout]
        self._counts("specified values", actual._nnz(), expected._nnz(), name)
        for kind in kinds:
            a, e = getattr(actual, kind)(), getattr(expected, kind)()
            common = promote_types(a.dtype, e.dtype)
            self._compare_regular_values_equal(
                a.to(common), e.to(common), identifier=f"Sparse {name} {kind}"
            )
        self._compare_regular_values_close(
            actual.values(),
            expected.values(),
            rtol=rtol,
            atol=atol,
            equal_nan=equal_nan,
            identifier=f"Sparse {name} values",
        )

    def _compare_regular_values_equal(
        self,
        actual: Tensor,
        expected: Tensor,
        *,
        equal_nan: bool = False,
        identifier: _mismatch.Identifier = None,
    ) -> None:
        """ErrorMeta unless all elements are equal."""
        self._compare_regular_values_close(
            actual, expected, rtol=0, atol=0, equal_nan=equal_nan, identifier=identifier
        )

    def _compare_regular_values_close(
        self,
        actual: Tensor,
        expected: Tensor,
        *,
        rtol: float,
        atol: float,
        equal_nan: bool,
        identifier: _mismatch.Identifier = None,
    ) -> None:
        """ErrorMeta unless |actual - expected| <= atol + rtol * |expected| everywhere."""
        a, e = (np.asarray(x.detach()._host()) for x in (actual, expected))
        if a.dtype == bool:
            a, e = a.astype(np.int64), e.astype(np.int64)
        with np.errstate(all="ignore"):
            close = _close(a, e, rtol, atol, equal_nan)
            if close.all():
                return
            if a.ndim == 0:
                x, y = a.item(), e.item()
                x, y = (v if isinstance(v, (int, float, complex)) else float(v) for v in (x, y))
                text = _mismatch.of_scalars(x, y, rtol=rtol, atol=atol, identifier=identifier)
            elif actual.dtype.is_floating_point and actual.dtype.itemsize == 1:
                text = _mismatch.by_bits(close, identifier)
            else:
                text = _mismatch.of_arrays(a, e, close, rtol=rtol, atol=atol, identifier=identifier)
        self._fail(AssertionError, text)

    def extra_repr(self) -> Sequence[str]:
        flags = ("check_device", "check_dtype", "check_layout", "check_stride")
        return ("rtol", "atol", "equal_nan", *flags)


def _close(a: np.ndarray, e: np.ndarray, rtol: float, atol: float, equal_nan: bool) -> np.ndarray:
    close = a == e
    exact = a.dtype.kind in "iu"
    if not exact or rtol or atol:
        gap = np.abs(a.astype(np.int64) - e.astype(np.int64)) if exact else np.abs(a - e)
        close |= np.isfinite(gap) & (gap <= (atol + np.abs(rtol * e) if rtol else atol))
    if equal_nan and not exact:
        close |= np.isnan(a) & np.isnan(e)
    return close
