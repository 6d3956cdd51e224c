"""Tensor methods about memory: whose it is, how much there is, where it lies."""

from __future__ import annotations

import math
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.tensor import dispatch, growth, pins, segments
from torchish._core.tensor.api import factory, filling
from torchish._core.tensor.api.methods import _set_data
from torchish._core.tensor.public import method
from torchish._core.tensor.tensor import (
    Tensor,
    contiguous_strides,
    legacy_name,
)
from torchish._core.tensor.views.memory import extent, over_storage
from torchish._core.tensor.views.strides import channels_strides


def _require_kind(self: Tensor, source: Any) -> None:
    """RuntimeError for a storage in elements of another dtype."""
    found = source.as_tensor(self.dtype)
    if found.dtype is not self.dtype:
        mine, theirs = dt.SCALAR_NAMES[self.dtype], dt.SCALAR_NAMES[found.dtype]
        raise RuntimeError(
            f"Expected a Storage of type {mine} or an UntypedStorage, but got type {theirs} for "
            "argument 1 'storage'"
        )


@method
def set_(
    self: Tensor, source: Any = None, storage_offset: int = 0, size=None, stride=None
) -> Tensor:
    """Use another tensor's storage, sizes and strides."""
    alone = source is None
    if alone:
        source = factory.empty(0, dtype=self.dtype, device=self.device)
    dispatch.check_writable(self, overlapping=True)
    if not isinstance(source, Tensor):
        _require_kind(self, source)
    left, writes = self._storage, self._storage.writes + 1
    if size is not None:
        if isinstance(source, Tensor) and not source.is_contiguous():
            raise RuntimeError("passed in tensor to be used as storage must be contiguous")
        if isinstance(source, Tensor):
            storage, storage_offset = source._storage, source._offset + storage_offset
        else:
            storage = source._t._storage
        size = tuple(size)
        stride = contiguous_strides(size) if stride is None else tuple(stride)
        if (size, stride) != (self._aval.shape, self.stride()):
            growth.require(storage, extent(size, stride, storage_offset) * self.itemsize)
        source = over_storage(storage, self.dtype, size, stride, storage_offset)
    elif not isinstance(source, Tensor):
        source = source.as_tensor(self.dtype)
    if source.dtype is not self.dtype:
        raise RuntimeError(
            f"Could not set tensor of type {legacy_name(source.dtype)} to a tensor of type "
            f"{legacy_name(self.dtype)}"
        )
    _set_data(self, source)
    left.writes = writes  # views of it count with it
    if alone:  # other tensors there were not written to
        self._storage.writes = writes
    self._accumulator = None  # of what was there before
    return self


@method
def is_set_to(self: Tensor, tensor: Tensor) -> bool:
    """Whether both are the same elements of the same memory."""
    return (
        self._storage.whole is tensor._storage.whole
        and self.storage_offset() == tensor.storage_offset()
        and self._aval.shape == tensor._aval.shape
        and self.stride() == tensor.stride()
    )


@method
def _is_view(self: Tensor) -> bool:
    """Whether autograd knows this tensor as a view of another one."""
    return self._base is not None


@method
def resize_(self: Tensor, *sizes, memory_format=None) -> Tensor:
    """Change the sizes in place; the first elements are kept, new ones are unspecified (zeros)."""
    if self.requires_grad:
        raise RuntimeError("cannot resize variables that require grad")
    shape = factory._size(sizes, None, "resize_")
    self._resize(shape)
    if getattr(memory_format, "name", "contiguous_format").startswith("channels_last"):
        rank = 4 if memory_format is layouts.channels_last else 5
        if len(shape) != rank:
            raise RuntimeError(f"required rank {rank} tensor to use {memory_format.name} format")
        _set_data(self, self.as_strided(shape, channels_strides(shape), self._offset).detach())
    return self


@method
def _resize(self: Tensor, shape: tuple[int, ...]) -> Tensor:
    """`resize_`, of what requires a gradient too."""
    if math.prod(shape) >= 2**63:
        raise RuntimeError("numel: integer multiplication overflow")
    if math.prod(shape) * self._aval.dtype.itemsize >= 2**63:
        raise RuntimeError(f"Storage size calculation overflowed with sizes={list(shape)}")
    if shape == self._aval.shape:
        return self
    left, writes = self._storage, self._storage.writes + 1
    need = (self._offset + math.prod(shape)) * self._aval.dtype.itemsize
    if need > self._storage.nbytes:
        if not self.is_cpu or (
            dispatch.alone(self) and self._storage.resizable is None and not self._storage.shared
        ):
            return _resize_alone(self, shape)
        growth.grow(self._storage, need, filling.blank(self.dtype))
    _set_data(self, self.as_strided(shape, contiguous_strides(shape), self._offset).detach())
    left.writes = self._storage.writes = writes
    return self


def _resize_alone(self: Tensor, shape: tuple[int, ...]) -> Tensor:
    """`_resize` to more elements than the memory has, in which no other tensor lies."""
    n, total = math.prod(shape), self._storage.nbytes // self._aval.dtype.itemsize
    flat = self.as_strided((total - self._offset,), (1,), self._offset)
    grown = factory.empty(n, dtype=self.dtype, device=self.device)
    if flat.numel():
        keep = min(flat.numel(), n)
        grown[:keep].copy_(flat[:keep])
    value = grown.view(shape)._value()
    del flat
    dispatch.replace(self, value)
    return self


@method
def module_load(self: Tensor, other: Tensor, assign: bool = False) -> Tensor:
    """What takes this tensor's place when a module loads `other` for it and swaps tensors
    (`torch.__future__.set_swap_module_params_on_conversion`): a new object."""
    return other.detach() if assign else self.copy_(other).detach()


@method
def _fix_weakref(self: Tensor) -> None:
    """Nothing: a weak reference always finds the tensor that it was taken of."""


@method
def resize_as_(self: Tensor, the_template: Tensor, *, memory_format=None) -> Tensor:
    """`resize_` to the sizes of another tensor, and with `preserve_format` to its order in
    memory."""
    if getattr(memory_format, "name", "") == "preserve_format":
        names = (layouts.channels_last, layouts.channels_last_3d)
        memory_format = next((f for f in names if the_template.is_contiguous(f)), None)
    return resize_(self, the_template._aval.shape, memory_format=memory_format)


@method
def share_memory_(self: Tensor) -> Tensor:
    """Move the contents to memory that other processes see (torch.multiprocessing). Nothing is done
    for a tensor on an accelerator, as in PyTorch; NotImplementedError for a sparse one."""
    if self._sparse:
        raise NotImplementedError("share_memory_ of a sparse tensor")
    if self.is_cpu:
        segments.share(self._storage)
    return self


@method
def pin_memory(self: Tensor, device=None) -> Tensor:
    """The contents in pinned memory, on their way to the accelerator; itself where it is pinned.
    RuntimeError without an accelerator."""
    made = pins.pin(self)
    if made is not self:
        factory.keep_format(made, self, None)
    return made


@method
def is_pinned(self: Tensor, device=None) -> bool:
    """Whether the tensor is in pinned memory."""
    return pins.is_pinned(self)
