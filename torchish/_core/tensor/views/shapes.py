"""Views of a whole tensor with other sizes.

https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import require_count, size_text, wrap_dim, wrap_dims
from torchish._core.ops.views import Lens, as_strided
from torchish._core.tensor import sparse_rules
from torchish._core.tensor.api.classes import ints, several
from torchish._core.tensor.public import method, public
from torchish._core.tensor.tensor import Tensor, contiguous_strides
from torchish._core.tensor.views.make import make_view
from torchish._core.tensor.views.recast import view_dtype
from torchish._core.tensor.views.strides import view_strides


class Reshape(Lens):
    """All elements, in row-major order, with the sizes `shape`."""

    __slots__ = ()
    kind, node = "reshape", "View"
    whole = copies = True

    def get(self, x, at):
        return x.reshape(self[1])

    def put(self, x, new, at):
        return new.reshape(x.shape)

    def layout(self, aval, strides, offset, at):
        shape = self[1]
        if strides == aval.strides:
            return shape, contiguous_strides(shape), offset
        return shape, view_strides(aval.shape, strides, shape), offset

    def on_host(self, x, at):
        return np.reshape(x, self[1], copy=False)

    def source(self, at):
        return f".reshape({self[1]!r})"


class Squeeze(Reshape):
    """(shape, kept): the sizes `shape`, of the dimensions `kept`; the others are of size 1."""

    __slots__ = ()

    def layout(self, aval, strides, offset, at):
        return self[1], tuple([strides[i] for i in self[2]]), offset


class Unsqueeze(Reshape):
    """(shape, dim): the sizes `shape`, of which that of `dim` is new, and 1."""

    __slots__ = ()

    def layout(self, aval, strides, offset, at):
        (_, shape, dim), n = self, len(aval.shape)
        step = aval.shape[dim] * strides[dim] if dim < n else 1
        return shape, (*strides[:dim], step, *strides[dim:]), offset


class Alias(Reshape):
    """(shape,): everything as it is."""

    __slots__ = ()

    def layout(self, aval, strides, offset, at):
        return aval.shape, strides, offset


class Expand(Lens):
    """Dimensions of size 1, and new leading ones, repeated to the sizes `shape`."""

    __slots__ = ()
    kind = "expand"
    sharing = True

    def get(self, x, at):
        return jnp.broadcast_to(x.reshape((1,) * (len(self[1]) - x.ndim) + x.shape), self[1])

    def put(self, x, new, at):
        # Elements that share a place hold the same value (other writes are refused): take the
        # first of each.
        lead = new.ndim - x.ndim
        first = [
            0 if i < lead else slice(0, 1) if x.shape[i - lead] == 1 else slice(None)
            for i in range(new.ndim)
        ]
        return new[tuple(first)]

    def layout(self, aval, strides, offset, at):
        shape, target = aval.shape, self[1]
        extra, new = len(target) - len(shape), [0] * len(target)
        for i in range(len(target) - 1, -1, -1):
            if i >= extra:
                new[i] = strides[i - extra] if shape[i - extra] == target[i] else 0
            elif target[i] == 1:
                new[i] = (
                    target[i + 1] * new[i + 1]
                    if shape and i + 1 < len(target)
                    else int(bool(shape))
                )
        return target, tuple(new), offset

    def on_host(self, x, at):
        v = np.broadcast_to(x, self[1])
        return as_strided(x, v.shape, v.strides)


def infer_size(shape, numel: int) -> tuple[int, ...]:
    """A shape with its -1 filled in; RuntimeError when it does not fit `numel` elements."""
    unknown = [i for i, n in enumerate(shape) if n == -1]
    if len(unknown) > 1:
        raise RuntimeError("only one dimension can be inferred")
    for n in shape:
        if n < -1:
            raise RuntimeError(
                f"invalid shape dimension {n} at index {list(shape).index(n)} of shape "
                f"{size_text(shape)}"
            )
    known = math.prod(n for n in shape if n != -1)
    if unknown:
        if known == 0 and numel == 0:
            raise RuntimeError(
                f"cannot reshape tensor of 0 elements into shape {size_text(shape)} because the "
                "unspecified dimension size -1 can be any value and is ambiguous"
            )
        if known and numel % known == 0:
            out = list(shape)
            out[unknown[0]] = numel // known
            return tuple(out)
    elif known == numel:
        return tuple(shape)
    raise RuntimeError(f"shape '{size_text(shape)}' is invalid for input of size {numel}")


@method
def view(self: Tensor, *shape, dtype=None, size=None) -> Tensor:
    """The same memory with other sizes, or seen as another dtype. RuntimeError when the strides do
    not allow it."""
    if dtype is None and len(shape) == 1 and isinstance(shape[0], dt.dtype):
        dtype = shape[0]
    if dtype is not None:
        return view_dtype(self, dtype)
    return view_sizes(self, several(shape if size is None else (size,), "view"), "View")


def view_sizes(self: Tensor, shape: tuple[int, ...], name: str) -> Tensor:
    shape = infer_size(shape, self.numel())
    if self._strides is not None and _needs_copy(self, shape):
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one "
            "dimension spans across two contiguous subspaces). Use .reshape(...) instead."
        )
    return make_view(self, Reshape(shape), name)


def _needs_copy(self: Tensor, shape: tuple[int, ...]) -> bool:
    return view_strides(self._aval.shape, self.stride(), shape) is None


@public(method=True)
def reshape(self: Tensor, *shape, size=None) -> Tensor:
    """A view with other sizes where the strides allow it, else a copy."""
    target = several(shape if size is None else (size,), "reshape", "shape")
    target = infer_size(target, self.numel())
    if self._strides is not None and _needs_copy(self, target):
        copy = view_sizes(self.contiguous(), target, "UnsafeView")
        copy._base = None  # nobody else has that memory
        return copy
    return view_sizes(self, target, "View")


@method
def view_as(self: Tensor, other: Tensor) -> Tensor:
    return view_sizes(self, other._aval.shape, "View")


@method
def reshape_as(self: Tensor, other: Tensor) -> Tensor:
    return reshape(self, other._aval.shape)


@public(method=True)
def squeeze(self: Tensor, dim: int | tuple[int, ...] | None = None, *more: int) -> Tensor:
    """A view without the dimensions of size 1 (or without those named, where their size is 1)."""
    shape, n = self._aval.shape, self.dim()
    if more:
        dim = several((dim, *more), "squeeze", "dim")
    if dim is None:
        drop = {i for i, s in enumerate(shape) if s == 1}
    else:
        dims = wrap_dims(dim, n) if isinstance(dim, (tuple, list)) else (wrap_dim(dim, n),)
        drop = {d for d in dims if n and shape[d] == 1}
    keep = tuple([i for i in range(n) if i not in drop])
    name = "Squeeze"
    if dim is not None:
        name += "2" if isinstance(dim, (tuple, list)) else "1"
    return make_view(self, Squeeze(tuple([shape[i] for i in keep]), keep), name)


@public(method=True)
def unsqueeze(self: Tensor, dim: int) -> Tensor:
    """A view with a new dimension of size 1."""
    dim = wrap_dim(dim, self.dim() + 1)
    if self._sparse:
        return sparse_rules.RULES["unsqueeze"](self, dim)
    shape = self._aval.shape
    return make_view(self, Unsqueeze((*shape[:dim], 1, *shape[dim:]), dim), "Unsqueeze")


@public(method=True)
def flatten(self: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Dimensions `start_dim` to `end_dim` as one; a view where the strides allow it."""
    n = self.dim()
    a, b = wrap_dim(start_dim, n), wrap_dim(end_dim, n)
    if a > b:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if n == 0:
        return reshape(self, 1)
    if a == b:
        return self
    shape = self._aval.shape
    return reshape(self, (*shape[:a], math.prod(shape[a : b + 1]), *shape[b + 1 :]))


@public(method=True)
def unflatten(self: Tensor, dim: int, sizes) -> Tensor:
    """One dimension as several of the given sizes, one of which may be -1."""
    d = wrap_dim(dim, self.dim())
    sizes = ints(sizes, "unflatten", "sizes", 3)
    if not sizes:
        raise RuntimeError("unflatten: sizes must be non-empty")
    shape = self._aval.shape
    try:
        sizes = infer_size(sizes, shape[d])
    except RuntimeError as e:
        if "only one" in str(e):
            raise
        raise RuntimeError(
            f"unflatten: Provided sizes {size_text(sizes)} don't multiply up to the size of dim "
            f"{d} ({shape[d]}) in the input tensor"
        ) from None
    return reshape(self, (*shape[:d], *sizes, *shape[d + 1 :]))


@method
def expand(self: Tensor, *sizes, size=None, implicit: bool = False) -> Tensor:
    """A view whose dimensions of size 1 (and new leading ones) are repeated without memory; -1
    keeps a size."""
    target = list(several(sizes if size is None else (size,), "expand"))
    shape, n = self._aval.shape, self.dim()
    extra = len(target) - n
    if extra < 0:
        raise RuntimeError(
            f"expand({self.type()}{{{size_text(shape)}}}, size={size_text(target)}): the number of "
            f"sizes provided ({len(target)}) must be greater or equal to the number of dimensions "
            f"in the tensor ({n})"
        )
    for i in range(len(target) - 1, -1, -1):
        have = shape[i - extra] if i >= extra else 1
        if target[i] == -1:
            if i < extra:
                raise RuntimeError(
                    "The expanded size of the tensor (-1) isn't allowed in a leading, "
                    f"non-existing dimension {i}"
                )
            target[i] = have
        if have not in (1, target[i]):
            raise RuntimeError(
                f"The expanded size of the tensor ({target[i]}) must match the existing size "
                f"({have}) at non-singleton dimension {i}.  Target sizes: {size_text(target)}.  "
                f"Tensor sizes: {size_text(shape)}"
            )
    require_count(target)
    return make_view(self, Expand(tuple(target)), "Expand")


@method
def expand_as(self: Tensor, other: Tensor) -> Tensor:
    return expand(self, other._aval.shape)


@public()
def alias(self: Tensor) -> Tensor:
    """A view of everything."""
    return make_view(self, Alias(self._aval.shape), "Alias")
