"""The Tensor: a storage, a lens, sizes and strides, and autograd's metadata.

Methods that are operators are attached from the table (attach.py) or by the modules of this
package; here is what every tensor knows without computing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from torchish._core.base import devices, dlpack, layouts
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import warn_of_lost_gradient
from torchish._core.engine import trace
from torchish._core.engine.values import Value, aval_of, contiguous_strides
from torchish._core.ops import views
from torchish._core.tensor.size import Size
from torchish._core.tensor.state import View
from torchish._core.tensor.storage import Storage, window
from torchish._core.tensor.tape.history import (
    IN_INFERENCE,
    History,
    accumulator,
    current_node,
    grad_dtype_of,
    grad_edge,
    legacy_name,
    tracked,
)
from torchish._core.tensor.tape.modes import Seen
from torchish._core.tensor.tape.modes import state as modes

if TYPE_CHECKING:  # what is attached at import
    from torchish._attached.methods import Methods

    class _Base(Methods, History): ...

else:
    _Base = History


class Tensor(_Base):
    """A multi-dimensional array of one dtype on one device, with PyTorch's semantics.

    https://docs.pytorch.org/docs/stable/tensors.html
    """

    __module__ = "torchish"

    # --- reading and writing

    def _value(self) -> Value:
        """The present value, through the lens."""
        s = self._storage
        view = self._view
        if view is None:
            return s.value
        if self._cached_version == s.version and not s.shared:
            return self._cached
        v = trace.record(views.get_call(view.chain), (s.value,), view.ats)[0]
        self._cached, self._cached_version = v, s.version
        return v

    def _set_value(self, value: Value) -> None:
        """Replace the contents, through the lens; no autograd, no checks."""
        s = self._storage
        view = self._view
        if self._quiet:
            s.writes -= 1
        if view is None:
            s.set(value)
            return
        # In memory that is shared, other elements are other processes' to write.
        if s.segment is not None and not self._pending:
            s.version += 1
            s.writes += 1
            np.copyto(host_view(self), np.asarray(trace.look(value)))
            return
        # What this view read before shares the memory that may now be written to.
        self._cached, self._cached_version = None, -1
        base = trace.record(views.put_call(view.chain), (s.value, value), view.ats)[0]
        s.set(base)
        self._cached, self._cached_version = value, s.version

    def _write(self, new: Tensor) -> None:
        """Take over the values of a tensor of the same shape and dtype, as optimizers do: no
        autograd, no casts."""
        v = new._value()
        if v.aval is not self._aval:
            raise RuntimeError(f"a value of {v.aval} cannot replace one of {self._aval}")
        self._set_value(v)

    def _array(self):
        """The JAX array of the present value; runs what is pending and raises failed checks."""
        return trace.look(self._value())

    def _host(self) -> np.ndarray:
        """The present contents as a read-only NumPy array, without a copy where the device
        allows."""
        v = self._value()
        a = np.asarray(trace.look(v))
        v.pinned = True
        return a

    def _contents(self) -> np.ndarray:
        """The present contents, to be read at once; those of NumPy memory without the device."""
        s, view, v = self._storage, self._view, self._storage._value
        if v is None:
            return np.asarray(self._array()) if self._pending else host_view(self)
        if view is not None and self._cached_version != s.version and v.array is not None:
            if not v.traced and v.aval.device.type == "cpu":
                a = views.host_read(view.chain, np.asarray(trace.look(v)), view.ats)
                if a is not None:
                    return a
        return np.asarray(self._array())

    # --- gradients on their way

    def _gradient_in(self, g: Tensor) -> Tensor:
        """What flows on from a gradient that a program gives for this tensor."""
        return g

    def _gradient_out(self, g: Tensor) -> Tensor:
        """The gradient that a program sees, of what came to this tensor."""
        return g

    # --- metadata

    @property
    def shape(self) -> Size:
        return tuple.__new__(Size, self._aval.shape)

    @overload
    def size(self, dim: None = None) -> Size: ...
    @overload
    def size(self, dim: int) -> int: ...
    def size(self, dim: int | None = None):
        """The shape, or the size of one dimension."""
        if dim is None:
            return tuple.__new__(Size, self._aval.shape)
        shape = self._aval.shape
        try:
            if not -len(shape) <= dim < len(shape):
                if not shape:
                    raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
                raise IndexError(
                    f"Dimension out of range (expected to be in range of [{-len(shape)}, "
                    f"{len(shape) - 1}], but got {dim})"
                )
            return shape[dim]
        except TypeError:
            raise TypeError(
                f"size(): argument 'dim' must be int, not {type(dim).__name__}"
            ) from None

    @property
    def dtype(self) -> dt.dtype:
        return self._aval.torch_dtype

    @property
    def device(self) -> devices.device:
        return self._aval.device

    @property
    def ndim(self) -> int:
        return len(self._aval.shape)

    def dim(self) -> int:
        """The number of dimensions."""
        return len(self._aval.shape)

    ndimension = dim

    def numel(self) -> int:
        """The number of elements."""
        return math.prod(self._aval.shape)

    nelement = numel

    def element_size(self) -> int:
        """Bytes of one element."""
        return self._aval.dtype.itemsize

    @property
    def itemsize(self) -> int:
        return self._aval.dtype.itemsize

    @property
    def nbytes(self) -> int:
        return self.numel() * self.itemsize

    def stride(self, dim: int | None = None):
        """The strides in elements, or that of one dimension."""
        s = self._strides or self._aval.strides
        if dim is None:
            return s
        self.size(dim)
        return s[dim]

    def storage_offset(self) -> int:
        """The first element's position in the storage, in elements."""
        return self._offset

    def is_contiguous(self, memory_format=None) -> bool:
        """Whether the elements lie in memory in row-major order (or in the given format's
        order)."""
        shape = self._aval.shape
        name = getattr(memory_format, "name", "contiguous_format")
        if name in ("channels_last", "channels_last_3d"):
            if len(shape) != (4 if name == "channels_last" else 5):
                return False
            order = (1, *range(len(shape) - 1, 1, -1), 0)
        elif self._strides is None:
            return True
        else:
            order = tuple(range(len(shape) - 1, -1, -1))
        want, s = 1, self.stride()
        if 0 in shape:
            return True
        for d in order:
            if shape[d] != 1:
                if s[d] != want:
                    return False
                want *= shape[d]
        return True

    def data_ptr(self) -> int:
        """The address of the first element. It is the same each time; what is there is this
        tensor's until an operator next reads it."""
        if self.numel() == 0:
            return 0
        return self._storage.address + self._offset * self.itemsize

    def is_floating_point(self) -> bool:
        return self._aval.torch_dtype.is_floating_point

    def is_complex(self) -> bool:
        return self._aval.torch_dtype.is_complex

    def is_signed(self) -> bool:
        return self._aval.torch_dtype.is_signed

    def is_inference(self) -> bool:
        return self._inference

    def is_conj(self) -> bool:
        return self._pending == 1

    def is_neg(self) -> bool:
        return self._pending == 2

    def is_shared(self) -> bool:
        return self._storage.segment is not None

    is_sparse = is_quantized = is_mkldnn = is_nested = is_sparse_csr = _sparse = False
    _hollow = False  # whether it has no elements of its own (`_make_wrapper_subclass`)
    layout = layouts.strided

    @property
    def is_cuda(self) -> bool:
        return self._aval.device.type == "cuda"

    @property
    def is_cpu(self) -> bool:
        return self._aval.device.type == "cpu"

    @property
    def is_meta(self) -> bool:
        return self._aval.device is devices.meta

    is_xpu = is_mps = is_xla = False

    def get_device(self) -> int:
        return -1 if self.is_cpu else self.device.index or 0

    @property
    def _version(self) -> int:
        if self._inference:
            raise RuntimeError("Inference tensors do not track version counter.")
        return self._storage.writes

    def __len__(self) -> int:
        if not self._aval.shape:
            raise TypeError("len() of a 0-d tensor")
        return self._aval.shape[0]

    def __hash__(self) -> int:
        return id(self)

    # --- looking at values

    def item(self):
        """The value of a one-element tensor as a Python number."""
        if self.numel() != 1:
            raise RuntimeError(
                f"a Tensor with {self.numel()} elements cannot be converted to Scalar"
            )
        if self.is_meta:
            raise RuntimeError("Tensor.item() cannot be called on meta tensors")
        a = self._contents().reshape(())
        return a.item() if a.dtype.kind in "biufc" else float(a)

    def tolist(self):
        """Nested lists of Python numbers; a number for a 0-dim tensor."""
        a = self._contents()
        return (a if a.dtype.kind in "biufc" else a.astype(np.float32)).tolist()

    def numpy(self, *, force: bool = False) -> np.ndarray:
        """A NumPy array that shares this tensor's memory (a copy when `force` has to move or
        detach it)."""
        if force:
            t = self.detach().cpu().resolve_conj().resolve_neg()
            return t.numpy()
        if modes.grad and self.requires_grad:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() "
                "instead."
            )
        if self._pending:
            bit, way = ("conjugate", "conj") if self._pending == 1 else ("negative", "neg")
            raise RuntimeError(
                f"Can't call numpy() on Tensor that has {bit} bit set. Use "
                f"tensor.resolve_{way}().numpy() instead."
            )
        if self.is_meta:
            raise RuntimeError("Can't call numpy() on a meta tensor: it holds no values")
        if not self.is_cpu:
            raise TypeError(
                f"can't convert {self.device} device type tensor to numpy. Use Tensor.cpu() to "
                "copy the tensor to host memory first."
            )
        if self.dtype is dt.bfloat16 or self.dtype in dt.FLOAT8:
            raise TypeError(f"Got unsupported ScalarType {dt.SCALAR_NAMES[self.dtype]}")
        if not self._storage.shared and self._value().traced:
            raise RuntimeError(
                "numpy() needs a value, and under a JAX transformation there is none yet"
            )
        self._storage.share()
        self._storage.resizable = False
        return host_view(self)

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        a = self.numpy()
        if dtype is not None and a.dtype != dtype:
            return a.astype(dtype)
        return a.copy() if copy else a

    def __dlpack__(self, *, stream=-1, max_version=None, dl_device=None, copy=None):
        self._check_exported(stream, dl_device)
        if not self.is_cpu:
            return self._array().__dlpack__(
                stream=None if stream == -1 else stream,
                max_version=max_version,
                dl_device=dl_device,
                copy=copy,
            )
        t = self.clone() if copy else self  # the memory itself, where no copy is asked for
        brain = t.dtype is dt.bfloat16
        capsule = (t.view(dt.uint16) if brain else t).numpy().__dlpack__(max_version=max_version)
        return dlpack.call_bfloat16(capsule) if brain else capsule

    def _check_exported(self, stream, device) -> None:
        """Refuse what a DLPack capsule cannot say."""
        if self.requires_grad:
            raise BufferError("Can't export tensors that require gradient, use tensor.detach()")
        if self.is_conj():
            raise BufferError("Can't export tensors with the conjugate bit set")
        if self.layout is not layouts.strided:
            raise BufferError("Can't export tensors with layout other than torch.strided")
        if stream is not None and type(stream) is not int:
            raise TypeError("stream must be ``int`` or ``none``")
        if self.is_cpu and stream not in (None, -1):
            raise AssertionError("stream should be None on cpu.")
        if device is not None and device[0] not in dlpack.KINDS_READ:
            raise BufferError(f"Unsupported device_type: {int(device[0])}")

    def __dlpack_device__(self):
        if self.is_cpu:
            return dlpack.DLDeviceType.kDLCPU, 0
        kind, index = self._array().__dlpack_device__()
        return dlpack.DLDeviceType(kind), index

    def __bool__(self) -> bool:
        n = self.numel()
        if n != 1:
            if n == 0:
                raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        return bool(self.item())

    def _scalar(self, warn: bool = False):
        if self.numel() != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        if warn and modes.grad and self.requires_grad:
            warn_of_lost_gradient()
        return self.item()

    def _real_scalar(self, kind: str, warn: bool = False):
        x = self._scalar(warn)
        if isinstance(x, complex):
            if x.imag:
                raise RuntimeError(f"value cannot be converted to type {kind} without overflow")
            return x.real
        return x

    def __int__(self) -> int:
        return int(self._real_scalar("int64_t"))

    def __float__(self) -> float:
        return float(self._real_scalar("double", warn=True))

    def __complex__(self) -> complex:
        return complex(self._scalar(warn=True))

    def __index__(self) -> int:
        if self.numel() != 1 or self._aval.torch_dtype.category > dt.INT:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())


# Subclasses that override attributes look for them here.
for _name in (
    "is_leaf",
    "requires_grad",
    "requires_grad_",
    "grad_fn",
    "output_nr",
    "grad",
    "grad_dtype",
    "retains_grad",
):
    setattr(Tensor, _name, vars(History)[_name])


def blank(cls=Tensor) -> Any:
    """A new tensor object, whose storage and aval are to be set."""
    t = object.__new__(cls)
    t._cached_version = t._view_version = -1
    t._offset = t._out = t._several = t._pending = 0
    t._view = t._strides = t._cached = t._node = t._grad = t._base = None
    t._hooks = t._accumulator = t._post_hooks = t._dual = t._grad_dtype = None
    t._requires_grad = t._retains = t._no_grad_view = t._inference = t._quiet = False
    return t


def wrap(value: Value, cls=Tensor) -> Tensor:
    """A new tensor over a storage of its own."""
    t = blank(cls)
    t._storage = Storage(value)
    t._aval = value.aval
    if Seen.inference and modes.inference:
        t._inference = True
    return t


def alias_of(t: Tensor, cls=Tensor) -> Tensor:
    """A tensor over the same storage, through the same lens, without history."""
    a = blank(cls)
    a._storage, a._aval = t._storage, t._aval
    a._view, a._strides, a._offset = t._view, t._strides, t._offset
    a._pending, a._quiet, a._inference = t._pending, t._quiet, t._inference
    return a


def host_view(t: Tensor) -> np.ndarray:
    """A host-held tensor's elements as a writable NumPy view of the shared memory."""
    host = t._storage.host
    if t._view is None:
        a = host.view()
    elif t.numel() == 0:
        return np.empty(t._aval.shape, t._aval.dtype)
    else:
        a = window(host, t._aval.shape, t._aval.dtype, t.stride(), t._offset)
    a.flags.writeable = host.flags.writeable
    return a


__all__ = [
    "IN_INFERENCE",
    "Tensor",
    "View",
    "accumulator",
    "alias_of",
    "aval_of",
    "blank",
    "contiguous_strides",
    "current_node",
    "grad_dtype_of",
    "grad_edge",
    "host_view",
    "legacy_name",
    "tracked",
    "wrap",
]
