"""Quantized tensors: integers with a scale and a zero point.

Note [Quantized tensors]
A quantized tensor is an object of a class of its own that has its integers as an ordinary tensor,
and its scale and zero point beside them. Functions come to `RULES` by `__torch_function__`
(Note [Overrides]), so that nothing of this is on the way of other tensors; the module is imported
when the first one is made. What has no rule is refused, as PyTorch refuses what has no quantized
kernel. Products are sums of products of integers, exact ones; their results are rounded to the
nearest integer, ties to even, as PyTorch's kernels for the CPU do it.

https://docs.pytorch.org/docs/stable/quantization.html
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.frames import user_level
from torchish._core.base.qschemes import BY_NAME as SCHEMES
from torchish._core.tensor import FUNCTIONS, Tensor, overrides
from torchish._core.tensor.api.filling import alert
from torchish._core.tensor.repr import close, format_tensor
from torchish._core.tensor.tensor import alias_of
from torchish.nn import functional

__all__ = [
    "BOUNDS",
    "QTensor",
    "RULES",
    "choose_qparams",
    "from_ints",
    "quantize_per_channel",
    "quantize_per_tensor",
    "quantize_per_tensor_dynamic",
    "quantized",
    "rule",
]

QINT8, QUINT8, QINT32 = (dt.UNHELD[n] for n in ("qint8", "quint8", "qint32"))
STORED = {QINT8: dt.int8, QUINT8: dt.uint8, QINT32: dt.int32}
BOUNDS = {QINT8: (-128, 127), QUINT8: (0, 255), QINT32: (-(2**31), 2**31 - 1)}
PER_TENSOR = SCHEMES["per_tensor_affine"]
PER_CHANNEL = SCHEMES["per_channel_affine"]
PER_CHANNEL_FLOAT = SCHEMES["per_channel_affine_float_qparams"]
RULES: dict[str, Callable] = {}


def rule(*names: str) -> Callable[[Callable], Callable]:
    """Enter what a function of torch does with quantized tensors."""

    def entered(f: Callable) -> Callable:
        for name in names or (f.__name__.lstrip("_"),):
            RULES[name] = f
        return f

    return entered


class QTensor(Tensor, _waits=True):
    """Integers, and how they stand for floats: `scale * (integer - zero_point)`."""

    _ints: Tensor
    _qdtype: dt.dtype
    _scheme: Any
    _scale: Any  # a float, or a tensor of them
    _zero: Any  # an int, or a tensor of them
    _axis: int
    __module__ = "torchish"

    @property
    def dtype(self) -> dt.dtype:
        return self._qdtype

    is_quantized = True

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        full = overrides.name_of(func) or getattr(func, "__name__", "")
        short = full.removesuffix(".__get__").rpartition(".")[2]
        found = RULES.get(short)
        if found is None and (full.endswith("__get__") or short in _TELLING):
            with overrides.DisableTorchFunctionSubclass():
                return func(*args, **(kwargs or {}))
        if found is None:
            raise NotImplementedError(
                f"Could not run 'aten::{short}' with arguments from the 'QuantizedCPU' backend."
            )
        return found(*args, **(kwargs or {}))

    # --- what it tells

    def int_repr(self) -> Tensor:
        """The integers."""
        return self._ints.clone()

    def dequantize(self) -> Tensor:
        """The floats that they stand for, float32."""
        ints = self._ints.to(dt.float32)
        if self._scheme is PER_TENSOR:
            return (ints - self._zero) * np.float32(self._scale).item()
        return (ints - self._along(self._zero)) * self._along(self._scale.to(dt.float32))

    def _along(self, x: Tensor) -> Tensor:
        """A number a channel, to be used with the integers."""
        shape = [1] * self.dim()
        shape[self._axis] = -1
        return x.reshape(shape)

    def qscheme(self) -> Any:
        """How scales and zero points are shared."""
        return self._scheme

    def _only(self, *schemes: Any) -> None:
        if self._scheme not in schemes:
            words = " or ".join(f"{s}".removeprefix("torch.") for s in schemes)
            raise RuntimeError(f"Expected a tensor of qscheme {words}, got {self._scheme}")

    def q_scale(self) -> float:
        """The scale. RuntimeError where channels have their own."""
        self._only(PER_TENSOR)
        return self._scale

    def q_zero_point(self) -> int:
        """The integer that stands for zero. RuntimeError where channels have their own."""
        self._only(PER_TENSOR)
        return self._zero

    def q_per_channel_scales(self) -> Tensor:
        """The scale of each channel."""
        self._only(PER_CHANNEL, PER_CHANNEL_FLOAT)
        return self._scale

    def q_per_channel_zero_points(self) -> Tensor:
        """The zero point of each channel."""
        self._only(PER_CHANNEL, PER_CHANNEL_FLOAT)
        return self._zero

    def q_per_channel_axis(self) -> int:
        """The dimension that channels are along."""
        self._only(PER_CHANNEL, PER_CHANNEL_FLOAT)
        return self._axis

    def item(self) -> Any:
        return self.dequantize().item()

    def tolist(self) -> Any:
        return self.dequantize().tolist()

    def numpy(self, *, force: bool = False) -> Any:
        raise TypeError(f"numpy(): a tensor of {self.dtype} has no array; use int_repr()")

    def element_size(self) -> int:
        return self._ints.element_size()

    def __deepcopy__(self, memo: dict) -> QTensor:
        return self._with(self._ints.clone())

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _rebuilt, (self._ints, *self._parameters())

    def _saved_parts(self) -> tuple[Tensor, str, tuple]:
        """What a checkpoint has: the integers, the dtype's name, and how they stand for floats."""
        numbers = (self._scale, self._zero)
        if self._scheme is not PER_TENSOR:
            numbers += (self._axis,)
        return self._ints, self._qdtype.name, (self._scheme, *numbers)

    def _parameters(self) -> tuple:
        return self._qdtype, self._scheme, self._scale, self._zero, self._axis

    def _with(self, ints: Tensor) -> QTensor:
        """Other integers under the same scale and zero point."""
        return _rebuilt(ints, *self._parameters())

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        text = format_tensor(self.dequantize().numpy(), dtype_name="float32")[:-1]
        said = [f"size={tuple(self.shape)}", f"dtype={self.dtype}"]
        said.append(f"quantization_scheme={self._scheme}")
        if self._scheme is PER_TENSOR:
            said += [f"scale={self._scale}", f"zero_point={self._zero}"]
        else:
            said += [f"scale={self._scale}", f"zero_point={self._zero}", f"axis={self._axis}"]
        return close(text, said, len("tensor("))


# What tells of a tensor, and what autograd asks of every one.
_TELLING = {
    "size", "dim", "ndimension", "numel", "nelement", "stride", "storage_offset", "is_contiguous",
    "is_floating_point", "is_complex", "is_signed", "get_device", "__len__", "__hash__",
    "requires_grad_", "is_inference", "is_pinned", "is_shared", "data_ptr", "is_conj", "is_neg",
    "is_tensor", "is_same_size", "type", "backward", "retain_grad", "__format__", "is_nonzero",
}  # fmt: skip


def _rebuilt(
    ints: Tensor, dtype: dt.dtype, scheme: Any, scale: Any, zero: Any, axis: int
) -> QTensor:
    overrides.made(QTensor)
    q: Any = alias_of(ints, QTensor)
    q._ints, q._qdtype, q._scheme = ints, dtype, scheme
    q._scale, q._zero, q._axis = scale, zero, axis
    return q


def loaded(ints: Tensor, dtype: dt.dtype, parameters: tuple) -> QTensor:
    """The quantized tensor of a checkpoint. RuntimeError for parameters that are none."""
    scheme, *numbers = parameters
    if scheme is PER_TENSOR and len(numbers) == 2:
        return _rebuilt(ints, dtype, scheme, float(numbers[0]), int(numbers[1]), 0)
    if scheme in (PER_CHANNEL, PER_CHANNEL_FLOAT) and len(numbers) == 3:
        return _rebuilt(ints, dtype, scheme, *numbers)
    raise RuntimeError(f"a quantized tensor of scheme {scheme} in the file")


def from_ints(
    ints: Tensor, scale: Any, zero: Any, dtype: dt.dtype, axis: int | None = None
) -> QTensor:
    """A quantized tensor of these integers."""
    if axis is None:
        scale = float(np.float64(scale.item() if isinstance(scale, Tensor) else scale))
        zero = int(zero.item() if isinstance(zero, Tensor) else zero)
        return _rebuilt(ints, dtype, PER_TENSOR, scale, zero, 0)
    floats = zero.is_floating_point()
    scheme = PER_CHANNEL_FLOAT if floats else PER_CHANNEL
    scale = scale.detach().to(dt.float32 if floats else dt.float64)
    zero = zero.detach().to(dt.float32 if floats else dt.int64)
    return _rebuilt(ints, dtype, scheme, scale, zero, axis)


def _stored(dtype: dt.dtype, name: str) -> dt.dtype:
    if dtype not in STORED:
        if dtype in dt.UNHELD.values():
            raise NotImplementedError(f"{name}(): {dtype}")
        raise RuntimeError(
            f"ScalarType {dtype} is not supported in {name}: it takes qint8, quint8 and qint32"
        )
    return STORED[dtype]


def _float(x: Tensor, name: str) -> None:
    if x.dtype is not dt.float32:
        raise RuntimeError(
            f"Quantize only works on Float Tensor, got {dt.SCALAR_NAMES[x.dtype]}: {name}()"
        )


_told: set[str] = set()


def quantized(x: Tensor, scale: float, zero: int, dtype: dt.dtype) -> QTensor:
    """The nearest integers, ties to even, kept within those of the dtype."""
    low, high = BOUNDS[dtype]
    scale = float(scale)
    inverse = (np.float32(1) / np.float32(scale)).item()
    work = x.detach().to(dt.float64) if dtype is QINT32 else x.detach()
    ints = ((work * inverse).round() + int(zero)).clamp(low, high).to(STORED[dtype])
    return _rebuilt(ints, dtype, PER_TENSOR, scale, int(zero), 0)


def quantize_per_tensor(input: Any, scale: Any, zero_point: Any, dtype: dt.dtype) -> Any:
    """Quantize float32 tensors with one scale and one zero point; a list of tensors with one of
    each for each. RuntimeError for other dtypes, and for a scale that is not above zero.

    >>> q = torch.quantize_per_tensor(torch.tensor([0.0, 0.26, 1.0]), 0.1, 10, torch.quint8)
    >>> q.int_repr()
    tensor([10, 13, 20], dtype=torch.uint8)
    """
    if not _told:
        _told.add("told")
        warnings.warn(
            "torch.quantize_per_tensor, torch.quantize_per_channel and other quantized tensor "
            "creation functions that produce tensors with dtype torch.quint8, torch.qint8, and "
            "torch.qint32 are deprecated and will be removed in a future PyTorch release. Please "
            "see https://github.com/pytorch/pytorch/issues/184982 for more information.",
            UserWarning,
            stacklevel=user_level(),
        )
    if isinstance(input, (list, tuple)):
        parts = zip(input, scale, zero_point, strict=True)
        return tuple(quantize_per_tensor(x, s, z, dtype) for x, s, z in parts)
    _stored(dtype, "quantize_per_tensor")
    _float(input, "quantize_per_tensor")
    scale = scale.item() if isinstance(scale, Tensor) else scale
    zero_point = zero_point.item() if isinstance(zero_point, Tensor) else zero_point
    if not scale > 0:
        raise RuntimeError(f"quantize_per_tensor(): scale must be positive, but got {scale}")
    low, high = BOUNDS[dtype]
    if not low <= zero_point <= high:
        side = "below lower" if zero_point < low else "above upper"
        raise RuntimeError(
            f"quantize_tensor_per_tensor_affine zero_point {zero_point} is {side} bound."
        )
    return quantized(input, scale, zero_point, dtype)


def quantize_per_channel(
    input: Tensor, scales: Tensor, zero_points: Tensor, axis: int, dtype: dt.dtype
) -> QTensor:
    """Quantize a float32 tensor with a scale and a zero point for each place along `axis`.

    >>> x, scales = torch.tensor([[1.0], [1.0]]), torch.tensor([0.1, 0.5])
    >>> q = torch.quantize_per_channel(x, scales, torch.tensor([0, 0]), 0, torch.qint8)
    >>> q.int_repr()
    tensor([[10],
            [ 2]], dtype=torch.int8)
    """
    stored = _stored(dtype, "quantize_per_channel")
    _float(input, "quantize_per_channel")
    n = input.shape[axis]
    if scales.numel() != n or zero_points.numel() != n:
        raise RuntimeError("length of scales must equal to channel, as that of zero_points")
    low, high = BOUNDS[dtype]
    shape = [1] * input.dim()
    shape[axis] = n
    inverse = (1 / scales.detach().to(dt.float32)).reshape(shape)
    zeros = zero_points.detach().reshape(shape)
    x = input.detach()
    if zero_points.is_floating_point():
        ints = (x * inverse + zeros).round()
    else:
        ints = (x * inverse).round() + zeros
    return from_ints(ints.clamp(low, high).to(stored), scales, zero_points, dtype, axis)


def choose_qparams(
    low: float, high: float, qmin: int, qmax: int, symmetric: bool = False
) -> tuple[float, int]:
    """The scale and zero point with which integers from `qmin` to `qmax` stand for floats from
    `low` to `high`, among them zero exactly; with `symmetric` by the middle integer, where there
    are floats on both sides of zero."""
    low, high = min(low, 0.0), max(high, 0.0)
    both = symmetric and low < 0 < high
    if both:
        below, above = -((qmax - qmin) // 2 + 1), (qmax - qmin) // 2
        unit = max(abs(low / below), abs(high / above))
        low, high = unit * below, unit * above
    scale = (high - low) / (qmax - qmin)
    if scale == 0 or not np.isfinite(np.float32(1) / np.float32(scale)):
        scale = 0.1
    smallest = 6.1e-5
    if scale < smallest:
        before, scale = scale, smallest
        if low == 0:
            high = smallest * (qmax - qmin)
        elif high == 0:
            low = -smallest * (qmax - qmin)
        else:
            low, high = low * (smallest / before), high * (smallest / before)
    from_low, from_high = qmin - low / scale, qmax - high / scale
    # The one that less was rounded in.
    first = abs(qmin) + abs(low / scale) < abs(qmax) + abs(high / scale)
    start = from_low if first else from_high
    if both:
        start = (qmin + qmax) / 2
    if start < qmin:
        return scale, qmin
    return scale, qmax if start > qmax else round(start)


def quantize_per_tensor_dynamic(input: Tensor, dtype: dt.dtype, reduce_range: bool) -> QTensor:
    """Quantize a float32 tensor by its own smallest and largest element.

    >>> q = torch.quantize_per_tensor_dynamic(torch.tensor([-1.0, 1.0]), torch.qint8, False)
    >>> q.dequantize().sign()
    tensor([-1.,  1.])
    """
    _stored(dtype, "quantize_per_tensor_dynamic")
    _float(input, "quantize_per_tensor_dynamic")
    low, high = BOUNDS[dtype]
    if reduce_range:
        low, high = low // 2, high // 2
    a = input.detach()
    scale, zero = choose_qparams(a.min().item(), a.max().item(), low, high)
    return quantized(a, scale, zero, dtype)


# --- what functions do


def _moved(name: str) -> Callable:
    """A function that moves elements: it moves the integers. Those of channels stay in place."""

    def call(q: QTensor, *args: Any, **kwargs: Any) -> Any:
        if q._scheme is not PER_TENSOR and name not in ("clone", "detach", "contiguous", "cpu"):
            raise NotImplementedError(f"{name}() of a tensor that is quantized per channel")
        out = getattr(q._ints, name)(*args, **kwargs)
        if isinstance(out, (tuple, list)):
            return type(out)(q._with(x) for x in out)
        return q._with(out)

    return call


for _n in (
    "view", "reshape", "flatten", "permute", "transpose", "t", "select", "__getitem__", "unsqueeze",
    "squeeze", "expand", "contiguous", "clone", "detach", "narrow", "chunk", "split", "unbind",
    "index_select", "flip", "repeat", "cpu", "unfold", "gather", "view_as", "unflatten", "sort",
    "roll", "tile",
):  # fmt: skip
    RULES[_n] = _moved(_n)
RULES["T"] = lambda q: q._with(q._ints.t())
RULES["data"] = RULES["alias"] = RULES["detach"]


@rule()
def int_repr(input: QTensor) -> Tensor:
    return input.int_repr()


@rule()
def dequantize(input: Any) -> Any:
    if isinstance(input, (list, tuple)):
        return tuple(dequantize(x) for x in input)
    return input.dequantize()


for _n in ("q_scale", "q_zero_point", "q_per_channel_scales", "q_per_channel_zero_points",
           "q_per_channel_axis", "item", "tolist"):  # fmt: skip
    RULES[_n] = (lambda name: lambda q: getattr(q, name)())(_n)


@rule("to")
def _to(q: QTensor, *args: Any, **kwargs: Any) -> QTensor:
    if any(isinstance(a, dt.dtype) and a is not q.dtype for a in (*args, *kwargs.values())):
        raise NotImplementedError("to() of a quantized tensor with another dtype: dequantize() it")
    args = tuple(a for a in args if not isinstance(a, dt.dtype))
    return q._with(q._ints.to(*args, **{k: v for k, v in kwargs.items() if k != "dtype"}))


@rule("equal")
def _equal(a: Tensor, b: Tensor) -> bool:
    if not (isinstance(a, QTensor) and isinstance(b, QTensor)):
        return False
    if a.shape != b.shape or a.dtype is not b.dtype or a._scheme is not b._scheme:
        return False
    if a._scheme is PER_TENSOR:
        same = a._scale == b._scale and a._zero == b._zero
    else:
        same = bool((a._scale == b._scale).all()) and bool((a._zero == b._zero).all())
    return same and bool((a._ints == b._ints).all())


def _floats(x: Any) -> Any:
    return x.dequantize() if isinstance(x, QTensor) else x


for _n in ("eq", "ne", "lt", "le", "gt", "ge", "__eq__", "allclose", "isclose", "isnan", "max",
           "min", "argmax", "argmin", "topk"):  # fmt: skip
    RULES[_n] = (lambda name: lambda *a, **k: FUNCTIONS[name.strip("_")](
        *map(_floats, a), **k))(_n)  # fmt: skip


@rule("max", "min")
def _extreme(q: QTensor, *args: Any, **kwargs: Any) -> Any:
    raise NotImplementedError("max() and min() of a quantized tensor: dequantize() it")


@rule("copy_")
def _copy(q: Any, src: Tensor, non_blocking: bool = False) -> Any:
    if not isinstance(q, QTensor):
        return q.copy_(_floats(src))
    if isinstance(src, QTensor):
        q._ints.copy_(src._ints)
        q._scheme, q._scale, q._zero, q._axis = src._scheme, src._scale, src._zero, src._axis
    else:
        q._ints.copy_(quantized(src, q.q_scale(), q.q_zero_point(), q.dtype)._ints)
    return q


@rule("resize_")
def _resize(q: QTensor, *shape: Any, memory_format: Any = None) -> QTensor:
    if q._scheme is not PER_TENSOR:
        raise RuntimeError("Can only resize quantized tensors with per-tensor schemes!")
    alert("quantized_resize_cpu_")
    new = alias_of(q._ints.resize_(*shape, memory_format=memory_format), QTensor)
    q._storage, q._aval = new._storage, new._aval
    q._view, q._strides, q._offset = new._view, new._strides, new._offset
    q._cached, q._cached_version = None, -1
    return q


@rule("relu", "relu_")
def _relu(q: QTensor, inplace: bool = False) -> QTensor:
    return q._with(q._ints.clamp(min=q.q_zero_point()))


def _level(q: QTensor, x: float) -> int:
    """The integer of a float."""
    low, high = BOUNDS[q.dtype]
    return int(
        np.clip(np.rint(np.float32(x) / np.float32(q.q_scale())) + q.q_zero_point(), low, high)
    )


@rule("hardtanh", "clamp", "hardtanh_", "clamp_")
def _clamped(q: QTensor, min: Any = None, max: Any = None, inplace: bool = False, **k: Any):
    min, max = k.get("min_val", min), k.get("max_val", max)
    low = None if min is None else _level(q, min)
    return q._with(q._ints.clamp(low, None if max is None else _level(q, max)))


@rule("relu6")
def _relu6(q: QTensor, inplace: bool = False) -> QTensor:
    return _clamped(q, 0.0, 6.0)


def _fixed(name: str, scale: float, zero: int) -> Callable:
    def call(q: QTensor, inplace: bool = False) -> QTensor:
        shift = 0 if q.dtype is QUINT8 else -128
        return quantized(FUNCTIONS[name](q.dequantize()), scale, zero + shift, q.dtype)

    return call


RULES["sigmoid"] = _fixed("sigmoid", 1 / 256, 0)
RULES["tanh"] = _fixed("tanh", 2 / 256, 128)


@rule("cat", "concat")
def _cat(tensors: Any, dim: int = 0) -> QTensor:
    first = tensors[0]
    same = all(t._scale == first._scale and t._zero == first._zero for t in tensors)
    if same:
        return first._with(FUNCTIONS["cat"]([t._ints for t in tensors], dim))
    floats = FUNCTIONS["cat"]([t.dequantize() for t in tensors], dim)
    return quantized(floats, first.q_scale(), first.q_zero_point(), first.dtype)


@rule("stack")
def _stack(tensors: Any, dim: int = 0) -> QTensor:
    return _cat([t.unsqueeze(dim) for t in tensors], dim)


@rule("mean")
def _mean(q: QTensor, dim: Any = None, keepdim: bool = False, **_: Any) -> QTensor:
    x = q.dequantize()
    out = x.mean() if dim is None else x.mean(dim, keepdim)
    return quantized(out, q.q_scale(), q.q_zero_point(), q.dtype)


@rule("dropout")
def _dropout(q: QTensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> QTensor:
    if training:
        raise NotImplementedError("dropout() of a quantized tensor while training")
    return q


def _by_floats(f: Callable) -> Callable:
    """A function of averages or of largest elements, whose result is under the same scale."""

    def call(q: QTensor, *args: Any, **kwargs: Any) -> QTensor:
        out = f(q._ints.to(dt.float32) - q.q_zero_point(), *args, **kwargs)
        low, high = BOUNDS[q.dtype]
        ints = (out.round() + q.q_zero_point()).clamp(low, high)
        return q._with(ints.to(STORED[q.dtype]))

    return call


for _n in (
    "max_pool1d", "max_pool2d", "avg_pool2d", "avg_pool3d", "adaptive_avg_pool2d",
    "adaptive_avg_pool3d", "interpolate", "pad",
):  # fmt: skip
    RULES[_n] = _by_floats(getattr(functional, _n))
