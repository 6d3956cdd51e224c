"""Views that see the elements as others: a complex number's parts, another dtype, conjugates.

https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base import dtypes as dt
from torchish._core.ops.table import TABLE
from torchish._core.ops.views import Lens, as_strided
from torchish._core.tensor import dispatch, sparse_rules
from torchish._core.tensor.public import enter, method, public
from torchish._core.tensor.tensor import Tensor, alias_of
from torchish._core.tensor.views.make import make_view


class _Part(Lens):
    """The real or the imaginary parts."""

    __slots__ = ()
    recasts = True

    def dtype(self, dtype):
        return _real(dtype)

    def on_host(self, x, at):
        return getattr(x, self.kind)


class Real(_Part):
    __slots__ = ()
    kind = "real"

    def get(self, x, at):
        return x.real

    def put(self, x, new, at):
        return lax.complex(new, x.imag)

    def layout(self, aval, strides, offset, at):
        return aval.shape, tuple([2 * s for s in strides]), 2 * offset

    def pending(self, before):
        return 0


class Imag(_Part):
    __slots__ = ()
    kind = "imag"

    def get(self, x, at):
        return x.imag

    def put(self, x, new, at):
        return lax.complex(x.real, new)

    def layout(self, aval, strides, offset, at):
        return aval.shape, tuple([2 * s for s in strides]), 2 * offset + 1

    def pending(self, before):
        return 2


class AsReal(Lens):
    """Both parts, in a last dimension of 2."""

    __slots__ = ()
    kind, node = "as_real", "ViewAsReal"
    recasts = True

    def get(self, x, at):
        return jnp.stack([x.real, x.imag], -1)

    def put(self, x, new, at):
        return lax.complex(new[..., 0], new[..., 1])

    def layout(self, aval, strides, offset, at):
        return (*aval.shape, 2), (*[2 * s for s in strides], 1), 2 * offset

    def dtype(self, dtype):
        return _real(dtype)

    def on_host(self, x, at):
        return as_strided(x.real, (*x.shape, 2), (*x.strides, x.itemsize // 2))


class AsComplex(Lens):
    """Pairs in a last dimension as complex numbers."""

    __slots__ = ()
    kind, node = "as_complex", "ViewAsComplex"
    recasts = True

    def get(self, x, at):
        return lax.complex(x[..., 0], x[..., 1])

    def put(self, x, new, at):
        return jnp.stack([new.real, new.imag], -1)

    def layout(self, aval, strides, offset, at):
        return aval.shape[:-1], tuple([s // 2 for s in strides[:-1]]), offset // 2

    def dtype(self, dtype):
        return dt.from_np(dtype).to_complex().np

    def on_host(self, x, at):
        if not x.flags.c_contiguous:
            raise ValueError("pairs that lie apart are no complex numbers")
        return x.view(f"c{2 * x.itemsize}")[..., 0]


class Conj(Lens):
    """The conjugates."""

    __slots__ = ()
    kind = "conj"
    recasts = True
    computed = staticmethod(np.conj)

    def get(self, x, at):
        return jnp.conj(x)

    def put(self, x, new, at):
        return jnp.conj(new)


class Neg(Lens):
    """The negatives."""

    __slots__ = ()
    kind = "neg"
    recasts = True
    computed = staticmethod(np.negative)

    def get(self, x, at):
        return -x

    def put(self, x, new, at):
        return -new


class Bitcast(Lens):
    """The same bytes as elements of another dtype, by its name."""

    __slots__ = ()
    kind, node = "bitcast", "View"
    recasts = True

    def get(self, x, at):
        return _bitcast(x, np.dtype(self[1]))

    def put(self, x, new, at):
        return _bitcast(new, x.dtype).reshape(x.shape)

    def for_a_part(self, new):
        if self[1] != "|b1":
            return self, new
        # The other bytes stay, though they be neither 0 nor 1.
        return Bitcast("|u1"), new.astype(np.uint8)

    def dtype(self, dtype):
        return np.dtype(self[1])

    def on_host(self, x, at):
        dtype = np.dtype(self[1])
        if dtype == np.bool_ or not x.flags.c_contiguous:
            raise ValueError("no NumPy view as that dtype")
        return x.view(dtype)

    def layout(self, aval, strides, offset, at):
        old, new = aval.dtype.itemsize, np.dtype(self[1]).itemsize
        if old == new:
            return aval.shape, strides, offset
        *rest, last = aval.shape
        if old < new:
            k = new // old
            return (*rest, last // k), (*[s // k for s in strides[:-1]], 1), offset // k
        k = old // new
        return (*rest, last * k), (*[s * k for s in strides[:-1]], 1), offset * k


_REAL, _IMAG, _CONJ, _NEG = Real(), Imag(), Conj(), Neg()


def _real(dtype: np.dtype) -> np.dtype:
    return dt.from_np(dtype).to_real().np


def _bitcast(x, dtype):
    if x.dtype == dtype:
        return x
    if jnp.iscomplexobj(x):  # in memory a complex number is its two parts, one after the other
        parts = jnp.stack([x.real, x.imag], -1)
        if x.dtype.itemsize == dtype.itemsize:  # of any shape, a 0-dim one too
            return _bitcast(parts, dtype)[..., 0]
        return _bitcast(parts.reshape(*x.shape[:-1], 2 * x.shape[-1]), dtype)
    if np.issubdtype(dtype, np.complexfloating):
        part = np.dtype(f"f{dtype.itemsize // 2}")
        if x.dtype.itemsize == dtype.itemsize:
            pairs = _bitcast(x[..., None], part)
        else:
            flat = _bitcast(x, part)
            pairs = flat.reshape(*flat.shape[:-1], flat.shape[-1] // 2, 2)
        return lax.complex(pairs[..., 0], pairs[..., 1])
    old, new = x.dtype.itemsize, dtype.itemsize
    if x.dtype == np.bool_:
        x = x.astype(np.uint8)
    target = np.dtype(np.uint8) if dtype == np.bool_ else dtype
    if old < new:
        x = lax.bitcast_convert_type(
            x.reshape(*x.shape[:-1], x.shape[-1] * old // new, new // old), target
        )
    elif old > new:
        x = lax.bitcast_convert_type(x, target)
        x = x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1])
    else:
        x = lax.bitcast_convert_type(x, target)
    return x != 0 if dtype == np.bool_ else x


@public()
def real(self: Tensor) -> Tensor:
    """The real part: a view of a complex tensor, a real tensor itself."""
    if self._sparse and self.is_complex():
        return sparse_rules.RULES["real"](self)
    return make_view(self, _REAL, "Select") if self.is_complex() else self


@public()
def imag(self: Tensor) -> Tensor:
    """The imaginary part, a view."""
    if not self.is_complex():
        raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    if self._sparse:
        return sparse_rules.RULES["imag"](self)
    return make_view(self, _IMAG, "Select")


def _property(get) -> property:
    """The property of a complex tensor's part, which can be written to."""

    def put(self: Tensor, value) -> None:
        part = get(self)
        part.copy_(value) if isinstance(value, Tensor) else part.fill_(value)

    return property(get, put)


enter("Tensor.real", _property(real))
enter("Tensor.imag", _property(imag))


@public(method=True)
def view_as_real(self: Tensor) -> Tensor:
    """A complex tensor as a real one with a last dimension of 2."""
    if not self.is_complex():
        raise RuntimeError("view_as_real is only supported for complex tensors")
    if self._pending:
        raise RuntimeError(
            "view_as_real doesn't work on unresolved conjugated tensors.  To resolve the conjugate "
            "tensor so you can view it as real, use self.resolve_conj(); however, be warned that "
            "the resulting tensor will NOT alias the original."
        )
    return make_view(self, AsReal(), "ViewAsReal")


@public(method=True)
def view_as_complex(self: Tensor) -> Tensor:
    """A real tensor with a last dimension of 2 as a complex one."""
    if not self.is_floating_point():
        raise RuntimeError(
            "view_as_complex is only supported for half, float and double tensors, but got a "
            f"tensor of scalar type: {dt.SCALAR_NAMES[self.dtype]}"
        )
    if self.dim() == 0:
        raise RuntimeError("Input tensor must have one or more dimensions")
    if self.shape[-1] != 2:
        raise RuntimeError("Tensor must have a last dimension of size 2")
    strides = self.stride()
    if strides[-1] != 1:
        raise RuntimeError("Tensor must have a last dimension with stride 1")
    if any(s % 2 for s in strides[:-1]):
        raise RuntimeError("Tensor must have a stride divisible by 2 for all but last dimension")
    return make_view(self, AsComplex(), "ViewAsComplex")


@method
def conj(self: Tensor) -> Tensor:
    """The complex conjugate, a view: what is written to one is seen by the other. A real tensor
    itself.

    It and its views are marked, `is_conj`: PyTorch refuses to show their memory as it lies.
    """
    if not self.is_complex():
        return self
    if self._sparse:
        return dispatch.apply(TABLE["conj"], (self,))
    found = make_view(self, _CONJ, "Conj")
    found._pending = 1 - self._pending
    return found


@public(method=True)
def _neg_view(self: Tensor) -> Tensor:
    """The negative, a view."""
    found = make_view(self, _NEG, "NegView")
    found._pending = 2 - self._pending
    return found


def view_dtype(self: Tensor, dtype: dt.dtype) -> Tensor:
    """The same memory seen as another dtype."""
    if dtype is self.dtype:
        return alias_of(self)
    _require_fit(self, dtype)
    lens = Bitcast(dtype.np.str if dtype is not dt.bfloat16 else "bfloat16")
    # To autograd, memory seen as another dtype is no view, and has no history.
    return alias_of(make_view(alias_of(self), lens, "View"))


def _require_fit(self: Tensor, dtype: dt.dtype) -> None:
    """RuntimeError where elements of another size do not fit a tensor's sizes, strides or
    offset."""
    if self._pending:
        what = "conjugate view tensors" if self._pending == 1 else "tensors with negative bit set"
        raise RuntimeError(
            f"torch.Tensor.view is not supported for {what} when converting to a different dtype."
        )
    old, new, shape, strides = self.itemsize, dtype.itemsize, self._aval.shape, self.stride()
    if old == new:
        return
    seen = f"to view {dt.SCALAR_NAMES[self.dtype]} as {dt.SCALAR_NAMES[dtype]} "
    seen += "(different element sizes)"
    if not shape:
        raise RuntimeError(f"self.dim() cannot be 0 {seen}")
    k = new // old
    if old < new and shape[-1] % k:
        raise RuntimeError(f"self.size(-1) must be divisible by {k} {seen}, but got {shape[-1]}")
    if strides[-1] != 1:
        raise RuntimeError(f"self.stride(-1) must be 1 {seen}, but got {strides[-1]}")
    if old > new:
        return
    if self._offset % k:
        raise RuntimeError(
            f"self.storage_offset() must be divisible by {k} {seen}, but got {self._offset}"
        )
    for d, s in enumerate(strides[:-1]):
        if s % k:
            raise RuntimeError(f"self.stride({d}) must be divisible by {k} {seen}, but got {s}")
