"""Making tensors: from data, filled, like another, and random.

https://docs.pytorch.org/docs/stable/torch.html#creation-ops
"""

from __future__ import annotations

import math
import warnings

import jax
import numpy as np

from torchish._core.base import devices, dlpack
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import require_size, size_text, warn_once
from torchish._core.base.fitting import require_fit
from torchish._core.base.frames import user_level
from torchish._core.base.layouts import channels_last, channels_last_3d, preserve_format, strided
from torchish._core.base.promotion import scalar_dtype
from torchish._core.engine import trace
from torchish._core.engine.values import aval_of, concrete, from_host
from torchish._core.ops import core
from torchish._core.ops.table import Call
from torchish._core.tensor import binding, dispatch, out_dtypes, pins, sparse_rules
from torchish._core.tensor.api import filling
from torchish._core.tensor.api.classes import (
    ONLY_INTS,
    class_name,
    ints,
    is_number,
    refusal,
    several,
)
from torchish._core.tensor.api.signatures import checked
from torchish._core.tensor.data import from_data, require_native
from torchish._core.tensor.public import public
from torchish._core.tensor.storage import Storage
from torchish._core.tensor.tensor import Tensor, View, blank, contiguous_strides, wrap
from torchish._core.tensor.views import strides
from torchish._core.tensor.views.memory import Strided


def place(device) -> devices.device:
    """The device of a new tensor, from a `device=` argument."""
    return devices.get_default() if device is None else devices.placed(devices.device(device))


def finish(t: Tensor, requires_grad: bool = False, pin_memory: bool = False, layout=None) -> Tensor:
    """Apply the options that all factories share."""
    if layout is not None and str(layout) != "torch.strided":
        raise NotImplementedError(f"layout={layout}")
    if pin_memory and t.is_cpu and not devices.jax_devices(devices.accelerator_type()):
        raise RuntimeError(
            "pin_memory=True requires a CUDA or other accelerator backend; no pinned memory "
            "allocator is available on this system."
        )
    if pin_memory and t.is_cpu:
        pins.mark(t)
    if type(requires_grad) is not bool:
        raise TypeError(
            f"argument 'requires_grad' must be bool, not {type(requires_grad).__name__}"
        )
    if requires_grad:
        if not (t.is_floating_point() or t.is_complex()):
            raise RuntimeError(
                "Only Tensors of floating point and complex dtype can require gradients"
            )
        t._requires_grad = True
    return t


_stay = False


def stay_on_host() -> None:
    """From now on tensors made of arrays stay NumPy's memory: JAX is not started for them."""
    global _stay
    _stay = True


def of_array(a: np.ndarray, device=None, *, own: bool = True) -> Tensor:
    """A tensor with a NumPy array's contents; `own`: the caller gives the array up. A JAX array is
    taken as it is, and so is a tensor that was drawn on its device."""
    if isinstance(a, Tensor):
        return a if a.device is place(device) else a.to(place(device))
    if isinstance(a, jax.Array):
        return wrap(concrete(a, place(device)))
    if _stay and a.dtype in dt.FROM_NP and place(device).type == "cpu":
        fresh = own and a.flags.c_contiguous and a.flags.writeable
        return from_numpy(a if fresh else np.array(a, order="C"))
    return wrap(from_host(a, place(device), copy=not own))


@public(takes="sizes")
def tensor(
    data, *, dtype=None, device=None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A tensor with a copy of `data`: numbers, nested sequences, arrays, tensors (which it
    detaches).

    https://docs.pytorch.org/docs/stable/generated/torch.tensor.html
    """
    if isinstance(data, Tensor):
        warn_of_copy("torch.tensor(sourceTensor)")
    return made(
        data, dtype=dtype, device=device, requires_grad=requires_grad, pin_memory=pin_memory
    )


def warn_of_copy(call: str) -> None:
    """PyTorch's warning, at the user's line, for making a tensor of a tensor."""
    warnings.warn(
        "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() "
        f"or sourceTensor.detach().clone().requires_grad_(True), rather than {call}.",
        UserWarning,
        stacklevel=user_level(),
    )


def made(
    data, *, dtype=None, device=None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """What `tensor` gives, without its warning."""
    dtype = _dtype("tensor", dtype)
    if isinstance(data, Tensor):
        t = data.detach().clone()
        if dtype is not None or device is not None:
            t = t.to(device=place(device) if device is not None else None, dtype=dtype)
        return finish(
            t if t._storage is not data._storage else t.clone(), requires_grad, pin_memory
        )
    if hasattr(data, "as_tensor") and hasattr(data, "untyped"):  # a storage
        t = of_storage(data, dtype)
        return finish(t.to(device=place(device)), requires_grad, pin_memory)
    if hasattr(data, "__dlpack__"):
        data = _array_of(data)
    if isinstance(data, jax.Array):
        t = wrap(concrete(data))
        return finish(t.clone() if dtype is None else t.to(dtype), requires_grad, pin_memory)
    t = of_array(from_data(data, dtype), device)
    if isinstance(data, np.ndarray) and not data.flags.c_contiguous:
        keep_format(t, from_numpy(data), None)
    return finish(t, requires_grad, pin_memory)


def _array_of(x) -> np.ndarray | jax.Array:
    """An object with `__dlpack__` as an array that reads its memory."""
    if isinstance(x, (np.ndarray, jax.Array)):
        return x
    if x.__dlpack_device__()[0] == dlpack.DLDeviceType.kDLCPU:
        try:
            return np.from_dlpack(x)
        except (BufferError, RuntimeError, TypeError):
            pass  # of a dtype that NumPy does not have
    return jax.dlpack.from_dlpack(x)


def of_storage(data, dtype: dt.dtype | None) -> Tensor:
    """A tensor over the memory of a storage, which must count in the elements of `dtype`."""
    kind = getattr(data, "dtype", None)
    if dtype is not None and kind not in (None, dtype):
        want, got = dt.SCALAR_NAMES[dtype], dt.SCALAR_NAMES[kind]
        raise RuntimeError(f"Expected a Storage of type {want} or an UntypedStorage, but got {got}")
    return data.as_tensor(dtype or kind or dt.int64)


# Python's classes of numbers, which a `dtype=` takes too.
_OF_PYTHON = {float: dt.float64, int: dt.int64, bool: dt.bool_, complex: dt.complex128}


def _dtype(name: str, dtype) -> dt.dtype | None:
    if dtype is None or isinstance(dtype, dt.dtype):
        return dtype
    if isinstance(dtype, type) and dtype in _OF_PYTHON:
        return _OF_PYTHON[dtype]
    raise TypeError(
        f"{name}(): argument 'dtype' must be torch.dtype, not "
        f"{getattr(dtype, '__name__', type(dtype).__name__)}"
    )


@public(takes="sizes")
def as_tensor(data, dtype=None, device=None) -> Tensor:
    """`data` as a tensor, sharing memory where it can: a tensor as it is, a NumPy array without a
    copy."""
    if isinstance(data, Tensor):
        return data.to(device=None if device is None else place(device), dtype=dtype)
    if (
        isinstance(data, np.ndarray)
        and (dtype is None or not data.dtype.isnative or dt.FROM_NP.get(data.dtype) is dtype)
        and place(device) is devices.cpu
    ):
        return from_numpy(data)
    return made(data, dtype=dtype, device=device)


@public(takes="sizes")
def from_numpy(ndarray: np.ndarray) -> Tensor:
    """A tensor that shares memory with a NumPy array: a write to either is seen by both."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    require_native(ndarray)
    dt.from_np(ndarray.dtype)
    if any(s < 0 for s in ndarray.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative "
            "strides are not currently supported. (You can probably work around this by making a "
            "copy of your array  with array.copy().) "
        )
    if any(s % ndarray.itemsize for s in ndarray.strides):
        raise ValueError(
            "given numpy array strides not a multiple of the element byte size. Copy the numpy "
            "array to reallocate the memory."
        )
    if not ndarray.flags.writeable:
        warn_once(
            "The given NumPy array is not writable, and PyTorch does not support non-writable "
            "tensors. This means writing to this tensor will result in undefined behavior. You may "
            "want to copy the array to protect its data or make it writable before converting it "
            "to a tensor. This type of warning will be suppressed for the rest of this program."
        )
    return shared(ndarray)


def shared(a: np.ndarray) -> Tensor:
    t = blank()
    s = tuple(n // a.itemsize for n in a.strides)
    extent = 1 + sum((n - 1) * q for n, q in zip(a.shape, s, strict=True)) if a.size else 0
    if extent == a.size:
        t._storage = Storage.over(a)
        t._aval = t._storage.aval
    else:
        # Memory with gaps, or with places that elements share: the storage is all of the stretch.
        flat = np.lib.stride_tricks.as_strided(a, (extent,), (a.itemsize,))
        t._storage = Storage.over(flat)
        t._aval = aval_of(a.shape, a.dtype, devices.cpu)
        t._view = View((Strided(a.shape, s, 0),), ())
    if s != contiguous_strides(a.shape):
        t._strides = s
    return t


def _size(
    args, dtype: dt.dtype | None = None, name: str = "empty", parameter: str = "size"
) -> tuple[int, ...]:
    """The sizes that a maker of tensors is given, one by one or as a sequence."""
    out = several(args, name, parameter)
    for n in out:
        if n < 0:
            if name == "zeros" and len(out) == 1:
                raise RuntimeError("zeros: Dimension size must be non-negative.")
            raise RuntimeError(f"Trying to create tensor with negative dimension {n}: {list(out)}")
    require_size(out, 1 if dtype is None else dtype.itemsize)
    return out


def number(name: str, parameter: str, position: int, a):
    """A number that a maker of tensors is given; TypeError for anything else."""
    n = binding.as_number(a) if is_number(a) else None
    if n is None:
        raise TypeError(
            f"{name}(): argument '{parameter}' (position {position}) must be Number, not "
            f"{class_name(a)}"
        )
    return n


def filled(shape: tuple[int, ...], value, dtype: dt.dtype, device) -> Tensor:
    """A constant tensor, recorded as one operator with the value as data."""
    require_fit(value, dtype)
    if type(value) is int and value >= 2**63:
        value = value - 2**64 if dtype.category == dt.INT else float(value)
    kind = type(value)
    key = (core.full, shape, dtype, kind)
    call = binding._fused.get(key)
    if call is None:
        template = {"fill": ("n", 0, kind), "shape": ("s", shape), "dtype": ("s", dtype)}
        call = binding._fused[key] = Call(core.full, template, 0, (kind,))
    return wrap(trace.record(call, (), (value,), place(device))[0])


def constant(shape: tuple[int, ...], value, dtype: dt.dtype, device) -> Tensor:
    """The same; None stands for unspecified values."""
    return filled(shape, filling.blank(dtype) if value is None else value, dtype, device)


_RANKS = {channels_last: 4, channels_last_3d: 5}


def _filler(value):
    def make(
        *size,
        out=None,
        dtype=None,
        layout=None,
        device=None,
        requires_grad=False,
        pin_memory=False,
        names=None,
        **kw,
    ):
        # Only of unspecified values may the order in memory be chosen.
        memory_format = kw.pop("memory_format", None) if value is None else None
        if kw:
            size = (kw.pop("size"),) if set(kw) == {"size"} else _unexpected(kw)
        elif not size:
            raise TypeError(f'{make.__name__}() missing 1 required positional arguments: "size"')
        dtype = _dtype(make.__name__, dtype)
        shape = _size(size, None, make.__name__)
        if out is not None:
            if layout is not None and layout is not out.layout:
                names = (("Strided" if x is strided else "Sparse") for x in (layout, out.layout))
                raise RuntimeError(
                    "layout {} does not match layout of out parameter ({})".format(*names)
                )
            if out._sparse:
                if value:
                    raise RuntimeError("full(...) is not implemented for sparse layout")
                kind = dtype or out.dtype
                out._take_over(sparse_rules.RULES["_empty"](shape, out.layout, kind, out.device))
                return out.requires_grad_() if requires_grad else out
            made = constant(shape, value, dtype or out.dtype, out.device)
            dispatch.write_out(out, made._value(), out_dtypes.MAKER)
            return out.requires_grad_() if requires_grad else out
        d = dtype or dt.get_default_dtype()
        if not value and layout in sparse_rules.LAYOUTS:
            return sparse_rules.RULES["_empty"](shape, layout, d, place(device), requires_grad)
        t = constant(shape, value, d, device)
        if memory_format is not None:
            if memory_format is preserve_format:
                raise RuntimeError("unsupported memory format Preserve")
            t = t.contiguous(memory_format=memory_format)
        return finish(t, requires_grad, pin_memory, layout)

    return make


def _unexpected(kw):
    raise TypeError(f"got an unexpected keyword argument '{next(iter(kw))}'")


zeros, ones, empty = _filler(0), _filler(1), _filler(None)
zeros.__name__, ones.__name__, empty.__name__ = "zeros", "ones", "empty"
zeros.__doc__ = "A tensor of zeros: `zeros(2, 3)`, `zeros((2, 3), dtype=torch.int64)`."
ones.__doc__ = "A tensor of ones."
empty.__doc__ = "A tensor of unspecified values (zeros)."
for _f in (zeros, ones, empty):
    public(takes="sizes")(_f)


@public(takes="sizes")
def full(
    size,
    fill_value,
    *,
    out=None,
    dtype=None,
    layout=None,
    device=None,
    requires_grad=False,
    pin_memory=False,
    names=None,
):
    """A tensor of one value, whose class decides the dtype unless it is given."""
    value = number("full", "fill_value", 2, fill_value)
    e = refusal("full", "size", 1, ONLY_INTS, size)
    if e is not None:
        raise e
    dtype = _dtype("full", dtype)
    if dtype is None and out is None and value is not None:
        dtype = fill_value.dtype if isinstance(fill_value, Tensor) else scalar_dtype(type(value))
    t = filled(_size((size,), None, "full"), value, dtype or out.dtype, device)
    if out is not None:
        dispatch.write_out(out, t._value(), out_dtypes.MAKER)
        return out.requires_grad_() if requires_grad else out
    return finish(t, requires_grad, pin_memory, layout)


@public(takes="sizes")
def empty_strided(
    size, stride, *, dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False
) -> Tensor:
    """A tensor of unspecified values (zeros) with the given strides."""
    size, stride = (
        _size((size,), None, "empty_strided"),
        ints(stride, "empty_strided", "stride", 2),
    )
    if len(size) != len(stride):
        raise RuntimeError(
            f"dimensionality of sizes ({len(size)}) must match dimensionality of strides "
            f"({len(stride)})"
        )
    extent = (
        1 + sum((n - 1) * s for n, s in zip(size, stride, strict=True)) if math.prod(size) else 0
    )
    d = _dtype("empty_strided", dtype) or dt.get_default_dtype()
    if extent * d.itemsize >= 2**63:
        raise RuntimeError(
            f"Storage size calculation overflowed with sizes={size_text(size)} and "
            f"strides={size_text(stride)}"
        )
    flat = empty(extent, dtype=dtype, device=device)
    if stride == contiguous_strides(size):
        return finish(flat.view(size), requires_grad, pin_memory, layout)
    t = flat.as_strided(size, stride)
    t._base = None
    return finish(t, requires_grad, pin_memory, layout)


def _like(value):
    def make(
        input,
        *,
        dtype=None,
        layout=None,
        device=None,
        requires_grad=False,
        memory_format=None,
        pin_memory=False,
    ):
        if not isinstance(input, Tensor):
            raise TypeError(
                f"{make.__name__}(): argument 'input' (position 1) must be Tensor, not "
                f"{type(input).__name__}"
            )
        kind = input.layout if layout is None else layout
        where = input.device if device is None else place(device)
        d = _dtype(make.__name__, dtype) or input.dtype
        if kind is not strided and memory_format is not None:
            raise RuntimeError("memory format option is only supported by strided tensors")
        if kind is not strided:
            options = (input, kind, d, where, requires_grad)
            return sparse_rules.unfilled(make.__name__, value or 0, *options)
        t = constant(input._aval.shape, value, d, where)
        keep_format(t, input, memory_format)
        return finish(t, requires_grad, pin_memory, layout)

    return make


def keep_format(t: Tensor, like: Tensor, memory_format) -> None:
    """Give a fresh tensor the strides that `memory_format` asks for (preserve_format when None)."""
    name = getattr(memory_format, "name", "preserve_format")
    if name == "preserve_format":
        if like._strides is not None:
            if strides.dense(like):
                t._strides = t._storage.strides = like._strides
            else:
                strides.keep_strides(t, (like,))
    elif name != "contiguous_format":
        rank = _RANKS[memory_format]
        if t.dim() != rank:
            raise RuntimeError(f"required rank {rank} tensor to use {name} format")
        t._strides = t._storage.strides = strides.channels_strides(t._aval.shape)


zeros_like, ones_like, empty_like = _like(0), _like(1), _like(None)
zeros_like.__name__, ones_like.__name__, empty_like.__name__ = (
    "zeros_like",
    "ones_like",
    "empty_like",
)
zeros_like.__doc__ = "Zeros with another tensor's shape, dtype and device."
ones_like.__doc__ = "Ones with another tensor's shape, dtype and device."
empty_like.__doc__ = "Unspecified values (zeros) with another tensor's shape, dtype and device."
for _f in (zeros_like, ones_like, empty_like):
    public()(_f)


@public()
@checked
def full_like(
    input: Tensor,
    fill_value,
    *,
    dtype=None,
    layout=None,
    device=None,
    requires_grad=False,
    memory_format=None,
    pin_memory=False,
):
    """One value with another tensor's shape, dtype and device."""
    dtype = _dtype("full_like", dtype)
    if input._sparse and layout is None:
        where = input.device if device is None else place(device)
        options = (input, input.layout, dtype or input.dtype, where, requires_grad)
        return sparse_rules.unfilled(
            "full_like", number("full_like", "fill_value", 2, fill_value), *options
        )
    t = filled(
        input._aval.shape,
        number("full_like", "fill_value", 2, fill_value),
        dtype or input.dtype,
        input.device if device is None else device,
    )
    keep_format(t, input, memory_format)
    return finish(t, requires_grad, pin_memory, layout)


@public(takes="sizes")
def scalar_tensor(
    s, *, dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False
):
    """A 0-dim tensor."""
    return finish(
        filled((), s, dtype or dt.get_default_dtype(), device), requires_grad, pin_memory, layout
    )
