"""Tensor methods that are not operators of the table: casts, copies, fills, moves."""

from __future__ import annotations

import builtins

import numpy as np

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import broadcast_shapes, size_text, warn_once
from torchish._core.base.fitting import require_fit
from torchish._core.engine import trace
from torchish._core.ops import core
from torchish._core.ops.table import TABLE
from torchish._core.tensor import binding, dispatch
from torchish._core.tensor.api import factory
from torchish._core.tensor.api.classes import class_name, is_number
from torchish._core.tensor.public import enter, method
from torchish._core.tensor.size import Size
from torchish._core.tensor.tape.duals import now
from torchish._core.tensor.tape.function import Function
from torchish._core.tensor.tensor import (
    Tensor,
    alias_of,
    current_node,
    wrap,
)

# --- detach, data


@method
def detach(self: Tensor) -> Tensor:
    """The same memory without history: writes are shared, gradients are not."""
    return alias_of(self)


@method
def detach_(self: Tensor) -> Tensor:
    """Cut this tensor off from what made it."""
    if self._base is not None:
        raise RuntimeError(
            "Can't detach views in-place. Use detach() instead. If you are using "
            "DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as "
            "True, gradients are views of DDP buckets, and hence detach_() cannot be called on "
            "these gradients. To fix this error, please refer to the Optimizer.zero_grad() "
            "function in torch/optim/optimizer.py as the solution."
        )
    self._node, self._requires_grad = None, False
    if now.level is not None:
        now.level.dual(self, None)
    return self


def _set_data(self: Tensor, new: Tensor) -> None:
    if not isinstance(new, Tensor):
        raise TypeError(f"Variable data has to be a tensor, but got {class_name(new)}")
    if self.requires_grad and not (new.is_floating_point() or new.is_complex()):
        raise RuntimeError(
            "data set to a tensor that requires gradients must be floating point or complex dtype"
        )
    self._storage, self._aval = new._storage, new._aval
    self._view, self._strides, self._offset = new._view, new._strides, new._offset
    self._pending = new._pending
    if not self.requires_grad:
        self._base = None  # which lies in the memory that was left
    self._cached, self._cached_version = None, -1


def _data(self: Tensor) -> Tensor:
    """The same memory without history; autograd does not see writes to it."""
    t = alias_of(self)
    t._quiet = True
    return t


def _no_data(self: Tensor) -> None:
    raise RuntimeError("Deleting tensor data is not allowed. Delete tensor instead!")


enter("Tensor.data", property(_data, _set_data, _no_data))


# --- copies and casts


@method
def clone(self: Tensor, *, memory_format=None) -> Tensor:
    """A copy, with gradient."""
    t = dispatch.apply(core.clone, (self,))
    # The value is immutable, so copying it is sharing it: a pending copy costs nothing.
    factory.keep_format(t, self, memory_format)
    return t


@method
def contiguous(self: Tensor, memory_format=None) -> Tensor:
    """The tensor itself when its memory is in the wanted order, else a copy that is."""
    if self.is_contiguous(memory_format):
        return self
    t = dispatch.apply(core.clone, (self,))
    if getattr(memory_format, "name", "contiguous_format") != "contiguous_format":
        factory.keep_format(t, t, memory_format)
    return t


def _cast(self: Tensor, dtype: dt.dtype) -> Tensor:
    if self.is_complex() and not dtype.is_complex and dtype is not dt.bool_:
        warn_once("Casting complex values to real discards the imaginary part")
    t = dispatch.apply(core.to_dtype, (self, dtype))
    if t._node is not None:
        t._node.label = "ToCopyBackward0"
    factory.keep_format(t, self, None)
    return t


class _Move(Function):
    """To another device, the gradient back."""

    @staticmethod
    def forward(ctx, t, device):
        ctx.source, ctx.device = t.device, device
        return wrap(trace.transfer(t._value(), device))

    @staticmethod
    def backward(ctx, g):
        return wrap(trace.transfer(g._value(), ctx.source)), None

    @staticmethod
    def jvp(ctx, tangent, device):
        return wrap(trace.transfer(tangent._value(), ctx.device))


def _move(self: Tensor, device: devices.device) -> Tensor:
    if self.requires_grad or now.level is not None:
        return _Move.apply(self, device)
    t = wrap(trace.transfer(self._value(), device))
    factory.keep_format(t, self, None)
    return t


@method
def to(
    self: Tensor,
    *args,
    device=None,
    dtype=None,
    non_blocking: bool = False,
    copy: bool = False,
    memory_format=None,
) -> Tensor:
    """The tensor as another dtype and/or on another device; itself when nothing changes.

    `to(dtype)`, `to(device)`, `to(device, dtype)`, `to(other)`.
    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html
    """
    rest = []
    for a in args:
        if isinstance(a, Tensor):
            dtype, device = a.dtype, a.device
        elif isinstance(a, dt.dtype):
            dtype = a
        elif isinstance(a, (str, devices.device)) or (
            isinstance(a, int)
            and not isinstance(a, bool)
            and not rest
            and device is None
            and dtype is None
        ):
            device = a
        elif isinstance(a, bool):
            rest.append(a)
        elif isinstance(a, (float, np.floating)) and len(args) == 1:
            continue  # which PyTorch passes over
        elif a is not None:
            raise TypeError(
                f"to() received an invalid combination of arguments - got ({class_name(a)})"
            )
    if len(rest) > 1:
        copy = rest[1]
    if dtype is not None and not isinstance(dtype, dt.dtype):
        raise TypeError(f"to(): argument 'dtype' must be torch.dtype, not {class_name(dtype)}")
    target = self.device if device is None else devices.placed(devices.device(device))
    t = self
    if target is not self.device:
        t = _move(t, target)
    if dtype is not None and dtype is not self.dtype:
        t = _cast(t, dtype)
    if t is self and copy:
        t = clone(self)
    if getattr(memory_format, "name", "preserve_format") != "preserve_format":
        t = contiguous(t, memory_format)
    return t


def _caster(name: str, dtype: dt.dtype):
    def cast(self: Tensor, memory_format=None) -> Tensor:
        if memory_format is not None:
            return to(self, dtype, memory_format=memory_format)
        return self if self.dtype is dtype else _cast(self, dtype)

    cast.__name__ = name
    cast.__doc__ = f"The tensor as {dtype}."
    enter(f"Tensor.{name}", cast)


for _n, _d in (dt.BY_NAME | dt.ALIASES).items():
    if _n in (
        "float",
        "double",
        "half",
        "bfloat16",
        "long",
        "int",
        "short",
        "bool",
        "cfloat",
        "cdouble",
        "chalf",
    ):
        _caster(_n, _d)
_caster("char", dt.int8)
_caster("byte", dt.uint8)


@method
def type_as(self: Tensor, other: Tensor) -> Tensor:
    return to(self, other.dtype)


@method
def type(self: Tensor, dtype=None, non_blocking: bool = False, **kwargs):
    """The legacy type name ("torch.FloatTensor"), or the tensor as another type."""
    if dtype is None:
        where = "" if self.is_cpu else f"{self.device.type}."
        return f"torch.{where}{dt.SCALAR_NAMES[self.dtype]}Tensor"
    if isinstance(dtype, dt.dtype):
        return to(self, dtype)
    if not isinstance(dtype, (str, builtins.type)):
        raise TypeError("dtype must be a type, str, or dtype object")
    if dtype is Tensor:
        return to(self, dt.get_default_dtype())
    name = dtype if isinstance(dtype, str) else f"{dtype.__module__}.{dtype.__name__}"
    legacy = name.rsplit(".", 1)[-1].removesuffix("Tensor")
    if legacy not in dt.LEGACY_NAMES:
        raise ValueError(f"invalid type: '{name}'")
    return to(self, dt.LEGACY_NAMES[legacy], device="cuda" if ".cuda." in name else None)


@method
def cpu(self: Tensor, memory_format=None) -> Tensor:
    """The tensor on the CPU."""
    return to(self, device="cpu", memory_format=memory_format)


@method
def cuda(self: Tensor, device=None, non_blocking: bool = False, memory_format=None) -> Tensor:
    """The tensor on a GPU."""
    return to(
        self,
        device="cuda"
        if device is None
        else device
        if not isinstance(device, int)
        else f"cuda:{device}",
        memory_format=memory_format,
    )


def _resolved(self: Tensor, bit: int, name: str) -> Tensor:
    return dispatch.apply(TABLE[name], (self,)) if self._pending == bit else self


@method
def resolve_conj(self: Tensor) -> Tensor:
    """The tensor itself, or a copy that is not marked as a conjugate."""
    return _resolved(self, 1, "resolve_conj")


@method
def resolve_neg(self: Tensor) -> Tensor:
    """The tensor itself, or a copy that is not marked as negated."""
    return _resolved(self, 2, "resolve_neg")


# --- writing


@method
def copy_(self: Tensor, src, non_blocking: bool = False) -> Tensor:
    """Write the elements of `src`, broadcast and cast, into this tensor."""
    if not isinstance(src, Tensor):
        if not is_number(src):
            raise TypeError(
                f"copy_(): argument 'other' (position 1) must be Tensor, not {class_name(src)}"
            )
        src = factory.made(src)
    if src is self:
        dispatch.check_writable(self, overlapping=True)
        self._set_value(self._value())  # counts as a write
        return self
    if src.device is not self.device:
        src = _move(src, self.device)
    shape = self._aval.shape
    if src._aval.shape != shape:
        dispatch.check_writable(self)
        dispatch.refuse_overlap(self, (src,))
    if src._aval.shape != shape and broadcast_shapes(shape, src._aval.shape) != shape:
        common = broadcast_shapes(shape, src._aval.shape)
        raise RuntimeError(
            f"output with shape {size_text(shape)} doesn't match the broadcast shape "
            f"{size_text(common)}"
        )
    return dispatch.apply_inplace(core.copy, (self, src))


@method
def fill_(self: Tensor, value) -> Tensor:
    """Write one value into every element."""
    if not isinstance(value, Tensor):
        n = binding.as_number(value)
        if n is None:
            raise TypeError(
                "fill_(): argument 'value' (position 1) must be Number, not "
                f"{value.__class__.__name__}"
            )
        require_fit(n, self.dtype)
        return dispatch.apply_inplace(core.fill, (self, n))
    dispatch.refuse_repeats(self)
    if value.device is not self.device:
        value = _move(value, self.device)
    elif not (self._sparse or value._sparse) and value._storage is self._storage:
        value = value.clone()  # one of the elements that are written
    return dispatch.apply_inplace(core.fill, (self, value))


@method
def fill_diagonal_(self: Tensor, fill_value, wrap: bool = False) -> Tensor:
    """Set the main diagonal; with `wrap`, again below each square block of a tall matrix."""
    if self.dim() < 2:
        raise RuntimeError("dimensions must larger than 1")
    require_fit(binding.as_number(fill_value), self.dtype)
    if self.dim() > 2 and len(set(self._aval.shape)) > 1:
        raise RuntimeError("all dimensions of input must be of equal length")
    rows, columns = self._aval.shape[:2]
    if wrap and self.dim() == 2 and rows > columns:
        flat = np.arange(0, rows * columns, columns + 1)
        places = [flat // columns, flat % columns]
    else:
        places = [np.arange(min(self._aval.shape))] * self.dim()
    self[tuple(factory.made(p) for p in places)] = fill_value
    return self


@method
def zero_(self: Tensor) -> Tensor:
    """Write zero into every element."""
    return dispatch.apply_inplace(core.fill, (self, 0))


def write_drawn(self: Tensor, a: np.ndarray) -> Tensor:
    """Write numbers drawn on the host into this tensor: history is cut, as in-place random
    operators do."""
    dispatch.check_writable(self)
    if now.level is not None:
        dispatch.write_tangent(self, None)
    value = factory.of_array(a, self.device)._value()
    node = current_node(self) if self._base is None else None
    if node is not None or (self._base is not None and self._base.requires_grad):
        return copy_(self, wrap(value))
    if value.aval is not self._aval:
        value, _ = dispatch.cast_value(value, None, self.dtype)
    self._set_value(value)
    return self


# --- new_*


def _new(name: str, f):
    def new(self: Tensor, *args, dtype=None, device=None, **options) -> Tensor:
        return f(
            *args,
            dtype=dtype or self.dtype,
            device=self.device if device is None else device,
            **options,
        )

    new.__name__, new.__doc__ = name, f"`torch.{name[4:]}` with this tensor's dtype and device."
    enter(f"Tensor.{name}", new)


for _n in ("zeros", "ones", "empty", "full", "empty_strided"):
    _new("new_" + _n, getattr(factory, _n))


@method
def new_tensor(
    self: Tensor, data, *, dtype=None, device=None, requires_grad: bool = False, **options
) -> Tensor:
    """`torch.tensor(data)` with this tensor's dtype and device."""
    if isinstance(data, Tensor):
        factory.warn_of_copy("tensor.new_tensor(sourceTensor)")
    return factory.made(
        data,
        dtype=dtype or self.dtype,
        device=self.device if device is None else device,
        requires_grad=requires_grad,
    )


def require_legacy_device(args, device, own: str, form: str) -> None:
    """RuntimeError for a device that a legacy constructor does not take."""
    if len(args) == 1 and isinstance(args[0], Tensor):
        instead = "torch.tensor(...) or " if "constructor" in form else ""
        raise RuntimeError(
            f"Legacy tensor {form}(tensor, device=device) is not supported.  Use {instead}"
            "torch.as_tensor(...) instead."
        )
    kind = devices.device(device).type
    if kind != own:
        raise RuntimeError(
            f"legacy constructor expects device type: {own} but device type: {kind} was passed"
        )


@method
def new(self: Tensor, *args, size=None, device=None) -> Tensor:
    """Legacy constructor: `x.new(2, 3)`, `x.new([1, 2])`, `x.new(y)`, `x.new(storage)`."""
    if device is not None:
        require_legacy_device(args, device, self.device.type, "new of the form tensor.new")
    if size is not None:
        args = (Size(size),)
    if len(args) == 1 and isinstance(args[0], Tensor):
        if args[0].dtype is not self.dtype:
            raise TypeError(f"new(): expected a tensor of dtype {self.dtype}, got {args[0].dtype}")
        return args[0].detach()
    if len(args) == 1 and hasattr(args[0], "nbytes") and hasattr(args[0], "data_ptr"):
        return factory.empty(0, dtype=self.dtype, device=self.device).set_(args[0])
    if len(args) == 1 and isinstance(args[0], np.ndarray) and args[0].ndim:
        return new_tensor(self, args[0])
    if len(args) == 1 and isinstance(args[0], (list, tuple)) and not isinstance(args[0], Size):
        return new_tensor(self, args[0])
    return factory.empty(*(args or (0,)), dtype=self.dtype, device=self.device)
