"""Selection between elements, comparisons and logic in NumPy; copies, casts and fills."""

from __future__ import annotations

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.promotion import Promote
from torchish._core.engine.host.promoting import host_cast, host_promoted, is_number
from torchish._core.engine.host.registry import kernel, require
from torchish._core.engine.host.select import keep, select

_BOOL = np.dtype(bool)


def _share(loses, at_most, dtype: np.dtype):
    """0 where an operand loses, a half where it equals the other, 1 elsewhere."""
    halves = np.add(np.asarray(loses).view(np.int8), np.asarray(at_most).view(np.int8))
    share = halves.astype(dtype)
    share *= -0.5
    share += 1
    return share


def shared(ct, wanted, input, other, larger: bool) -> dict:
    """The gradient of the larger (or smaller) of each pair: halved where they are equal, and both
    keep it beside NaN."""
    out = {}
    loses, at_most = (np.less, np.less_equal) if larger else (np.greater, np.greater_equal)
    if "input" in wanted:
        out["input"] = ct * _share(loses(input, other), at_most(input, other), ct.dtype)
    if "other" in wanted:
        out["other"] = ct * _share(loses(other, input), at_most(other, input), ct.dtype)
    return out


@kernel("maximum", dtypes="bif")
def maximum(input, other):
    return np.maximum(input, other)


@maximum.gradient
def _(ct, saved, wanted, input, other):
    return shared(ct, wanted, input, other, True)


@kernel("minimum", dtypes="bif")
def minimum(input, other):
    return np.minimum(input, other)


@minimum.gradient
def _(ct, saved, wanted, input, other):
    return shared(ct, wanted, input, other, False)


@kernel("fmax", dtypes="bif")
def fmax(input, other):
    return np.fmax(input, other)


@fmax.gradient
def _(ct, saved, wanted, input, other):
    first = (input >= other) | np.isnan(other)
    return {"input": keep(first, ct), "other": keep(~first, ct)}


@kernel("fmin", dtypes="bif")
def fmin(input, other):
    return np.fmin(input, other)


@fmin.gradient
def _(ct, saved, wanted, input, other):
    first = (input <= other) | np.isnan(other)
    return {"input": keep(first, ct), "other": keep(~first, ct)}


@kernel("clamp", dtypes="bif")
def clamp(input, min=None, max=None):
    require(min is not None or max is not None)
    r = input if min is None else np.maximum(input, min)
    return r if max is None else np.minimum(r, max)


@clamp.gradient
def _(ct, saved, wanted, input, min=None, max=None):
    out = {}
    if "input" in wanted:
        inside = input <= max if min is None else input >= min
        if min is not None and max is not None:
            inside = inside & (input <= max)
        out["input"] = keep(inside, ct)
    if "min" in wanted:
        low = input < min
        out["min"] = keep(low if max is None else low & (min <= max), ct)
    if "max" in wanted:
        high = input > max
        if min is not None:
            high = (high & ~np.isnan(min)) | ((min > max) & ~np.isnan(input))
        out["max"] = keep(high, ct)
    return out


@kernel("clamp_min", dtypes="bif")
def clamp_min(input, min):
    return np.maximum(input, min)


@clamp_min.gradient
def _(ct, saved, wanted, input, min):
    return {"input": keep(input >= min, ct), "min": keep(input < min, ct)}


@kernel("clamp_max", dtypes="bif")
def clamp_max(input, max):
    return np.minimum(input, max)


@clamp_max.gradient
def _(ct, saved, wanted, input, max):
    return {"input": keep(input <= max, ct), "max": keep(input > max, ct)}


def _chosen(condition, x, y):
    require(condition.dtype == _BOOL or condition.dtype == np.uint8)
    return select(condition, x, y)


@kernel("where", dtypes="bifch")
def where(condition, input, other):
    return _chosen(condition, input, other)


@where.gradient
def _(ct, saved, wanted, condition, input, other):
    out = {}
    condition = condition != 0
    if "input" in wanted:
        out["input"] = keep(condition, ct)
    if "other" in wanted:
        out["other"] = keep(~condition, ct)
    return out


@kernel("Tensor.where", dtypes="bifch")
def tensor_where(self, condition, other):
    return _chosen(condition, self, other)


@tensor_where.gradient
def _(ct, saved, wanted, self, condition, other):
    condition = condition != 0
    return {"self": keep(condition, ct), "other": keep(~condition, ct)}


@kernel("heaviside", dtypes="bif")
def heaviside(input, values):
    require(input.dtype == values.dtype)
    positive = (input > 0).astype(input.dtype)
    return np.where(input == 0, values, positive)


@kernel("nan_to_num", dtypes="bif")
def nan_to_num(input, nan=None, posinf=None, neginf=None):
    if input.dtype.kind != "f":
        return input
    limits = np.finfo(input.dtype)

    def constant(v, default):
        return input.dtype.type(default if v is None else v)

    x = np.where(np.isnan(input), constant(nan, 0), input)
    x = np.where(x == np.inf, constant(posinf, limits.max), x)
    return np.where(x == -np.inf, constant(neginf, limits.min), x)


@nan_to_num.gradient
def _(ct, saved, wanted, input, nan=None, posinf=None, neginf=None):
    return {"input": keep(np.isfinite(input), ct)}


@kernel("conj_physical", "conj", dtypes="bifch")
def conj(input):
    return input.conj() if input.dtype.kind == "c" else input


@conj.gradient
def _(ct, saved, wanted, input):
    return {"input": ct.conj() if input.dtype.kind == "c" else ct}


@kernel("resolve_conj", "resolve_neg", dtypes="bifch")
def resolved(input):
    return input


@resolved.gradient
def _(ct, saved, wanted, input):
    return {"input": ct}


@kernel("complex", dtypes="f")
def complex_(real, imag):
    require(real.dtype == imag.dtype)
    out = np.empty(np.broadcast_shapes(real.shape, imag.shape), np.result_type(real, np.complex64))
    out.real, out.imag = real, imag
    return out


@complex_.gradient
def _(ct, saved, wanted, real, imag):
    return {"real": ct.real, "imag": ct.imag}


@kernel("polar", dtypes="f")
def polar(abs, angle):
    require(abs.dtype == angle.dtype)
    return complex_.forward(abs * np.cos(angle), abs * np.sin(angle))


@polar.gradient
def _(ct, saved, wanted, abs, angle):
    c, s = np.cos(angle), np.sin(angle)
    return {"abs": ct.real * c + ct.imag * s, "angle": abs * (ct.imag * c - ct.real * s)}


# --- comparisons ----------------------------------------------------------------------------------


def _compare(name: str, f, dtypes: str) -> None:
    def forward(input, other):
        return f(input, other)

    kernel(name, dtypes=dtypes)(forward)


for _name, _f in {"eq": np.equal, "ne": np.not_equal}.items():
    _compare(_name, _f, "bifch")
for _name, _f in {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}.items():
    _compare(_name, _f, "bifh")


def _test(name: str, f, dtypes: str, of_integers: bool = False) -> None:
    """A test of floats; all integers give the same answer."""

    def forward(input):
        if input.dtype.kind in "biu":
            return np.full(input.shape, of_integers)
        return f(input)

    kernel(name, dtypes=dtypes)(forward)


_test("isnan", np.isnan, "bifch")
_test("isinf", np.isinf, "bifch")
_test("isfinite", np.isfinite, "bifch", True)
_test(
    "isreal",
    lambda x: x.imag == 0 if x.dtype.kind == "c" else np.full(x.shape, True),
    "bifch",
    True,
)
_test("isposinf", lambda x: x == np.inf, "bifh")
_test("isneginf", lambda x: x == -np.inf, "bifh")


@kernel("signbit", dtypes="bif")
def signbit(input):
    return np.signbit(input) if input.dtype.kind == "f" else input < input.dtype.type(0)


def _close(a, b, rtol, atol, equal_nan):
    require(a.dtype == b.dtype and rtol >= 0 and atol >= 0)
    close = a == b
    if equal_nan and a.dtype.kind in "fc":
        close |= np.isnan(a) & np.isnan(b)
    if rtol == 0 and atol == 0:
        return close
    if a.dtype == _BOOL:
        a, b = a.astype(np.int8), b.astype(np.int8)
    difference = np.abs(a - b)
    if a.dtype.kind not in "fc":
        return close | (difference <= atol + np.abs(rtol * b.astype(np.float64)))
    return close | (np.isfinite(difference) & (difference <= atol + np.abs(rtol * b)))


@kernel("isclose", dtypes="bifc")
def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    return _close(input, other, rtol, atol, equal_nan)


@kernel("allclose", dtypes="bifc")
def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    return np.all(_close(input, other, rtol, atol, equal_nan))


@kernel("equal", dtypes="bifch")
def equal(input, other):
    return np.bool_(input.shape == other.shape and np.all(input == other))


# --- logic ----------------------------------------------------------------------------------------


def _bits(name: str, f) -> None:
    def forward(input, other):
        return f(input, other)

    kernel(name, dtypes="bi")(forward)


for _name, _f in {
    "bitwise_and": np.bitwise_and,
    "bitwise_or": np.bitwise_or,
    "bitwise_xor": np.bitwise_xor,
}.items():
    _bits(_name, _f)


@kernel("bitwise_not", dtypes="bi")
def bitwise_not(input):
    return ~input


def _outside(input, other):
    return (other < 0) | (other >= 8 * input.dtype.itemsize)


@kernel("bitwise_left_shift", dtypes="i")
def bitwise_left_shift(input, other):
    outside = _outside(input, other)
    return np.where(outside, 0, input << np.where(outside, 0, other)).astype(input.dtype)


@kernel("bitwise_right_shift", dtypes="i")
def bitwise_right_shift(input, other):
    outside = _outside(input, other)
    beyond = np.where(input < 0, -1, 0) if input.dtype.kind == "i" else 0
    return np.where(outside, beyond, input >> np.where(outside, 0, other)).astype(input.dtype)


def _truth(x):
    return x if x.dtype == _BOOL else x != 0


@kernel("logical_not", dtypes="bifch")
def logical_not(input):
    return ~_truth(input)


@kernel("logical_and", dtypes="bifch")
def logical_and(input, other):
    return _truth(input) & _truth(other)


@kernel("logical_or", dtypes="bifch")
def logical_or(input, other):
    return _truth(input) | _truth(other)


@kernel("logical_xor", dtypes="bifch")
def logical_xor(input, other):
    return _truth(input) ^ _truth(other)


# --- copies, casts, fills -------------------------------------------------------------------------


@kernel("_cast", dtypes="bifch")
def to_dtype(input, dtype):
    return host_cast(input, dtype)


@to_dtype.gradient
def _(ct, saved, wanted, input, dtype):
    return {"input": ct}


@kernel("_clone", dtypes="bifch")
def clone(input):
    return input


@clone.gradient
def _(ct, saved, wanted, input):
    return {"input": ct}


@kernel(*[f"_drawn_{n}" for n in ("Bernoulli", "Binomial", "Normal", "Poisson")], dtypes="bifch")
def drawn(numbers, parameters):
    return numbers


@drawn.gradient
def _(ct, saved, wanted, numbers, parameters):
    return {"numbers": ct, "parameters": [np.zeros_like(p) for p in parameters]}


@kernel("_fill", dtypes="bifch")
def fill(input, value):
    if is_number(value):
        return np.full(input.shape, _number(value, input.dtype), input.dtype)
    require(not value.ndim)
    return np.full(input.shape, value.astype(input.dtype), input.dtype)


def _number(value, dtype):
    """A Python number as an element of an array; complex ones are not cut."""
    require(dtype.kind == "c" or type(value) is not complex)
    require(type(value) is not float or dtype.kind not in "iu" or np.isfinite(value))
    return np.asarray(value).astype(dtype)


@fill.gradient
def _(ct, saved, wanted, input, value):
    out = {"input": np.zeros(input.shape, ct.dtype)}
    if "value" in wanted:
        out["value"] = ct.sum(dtype=np.float32).astype(ct.dtype) if _is_half(ct) else ct.sum()
    return out


def _is_half(x) -> bool:
    return x.dtype.itemsize == 2


@kernel("_copy", dtypes="bifch")
def copy(input, src):
    src = host_cast(src, dt.from_np(input.dtype))
    return src if src.shape == input.shape else np.broadcast_to(src, input.shape)


@copy.gradient
def _(ct, saved, wanted, input, src):
    return {"input": np.zeros(input.shape, ct.dtype), "src": ct}


@kernel("_full")
def full(*, fill, shape, dtype):
    return np.full(shape, host_cast(np.asarray(fill), dtype))


@kernel("masked_fill", dtypes="bifch")
def masked_fill(input, mask, value):
    require(mask.dtype == _BOOL)
    if is_number(value):
        value = np.asarray(value)
    require(not value.ndim and (value.dtype.kind != "c" or input.dtype.kind == "c"))
    return select(mask, host_cast(value, dt.from_np(input.dtype)), input)


@masked_fill.gradient
def _(ct, saved, wanted, input, mask, value):
    out = {"input": keep(~mask, ct)}
    if "value" in wanted:
        out["value"] = keep(mask, ct)
    return out


def extreme_of_pair(input, other, larger: bool):
    """`torch.max(input, other)`: promoted, in the computation dtype of the pair."""
    (a, b), result = host_promoted(Promote.SAME, input, other)
    require(a.dtype.kind in "biuf" and not _is_half(a))
    return host_cast((np.maximum if larger else np.minimum)(a, b), result)
