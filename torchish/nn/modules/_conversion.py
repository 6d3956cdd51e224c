"""Moving and casting what a module holds: `to`, `cuda`, `double`, `to_empty`, ...

https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from torchish._core.base.devices import device as Device
from torchish._core.base.dtypes import dtype as Dtype
from torchish._core.tensor import Tensor, empty_like, no_grad
from torchish._core.tensor.api.classes import class_name
from torchish._core.tensor.api.swap import swap_tensors
from torchish.nn.parameter import Parameter

T = TypeVar("T", bound="Conversion")


class _State:
    overwrite = False  # new parameters in the place of the old ones
    swap = False  # the old ones become the new ones


state = _State()


def _swapped(old: Tensor, new: Tensor, what: str) -> Tensor:
    """The old tensor with all that the new one has."""
    try:
        swap_tensors(old, new)
    except Exception as e:
        raise RuntimeError(f"_apply(): Couldn't swap {what}") from e
    return old


class Conversion:
    """The part of Module that replaces parameters and buffers by converted ones."""

    _parameters: dict
    _buffers: dict
    children: Callable

    def _apply(self: T, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> T:
        """Replace every parameter's data, gradient and every buffer by `fn` of it."""
        if recurse:
            for child in self.children():
                child._apply(fn)
        for name, param in self._parameters.items():
            if param is None:
                continue
            with no_grad():
                new = fn(param)
            grad = param.grad
            if state.swap:
                new = Parameter(new, param.requires_grad)
                what = f"{type(self).__name__}.{name}"
                target = _swapped(param, new, what)
                if grad is not None:
                    with no_grad():
                        new_grad = fn(grad).requires_grad_(grad.requires_grad)
                    target.grad = _swapped(grad, new_grad, f"{what}.grad")
                continue
            if new.is_meta != param.is_meta or state.overwrite:
                # An optimizer that holds the old parameter could not follow it to where there is no
                # data.
                self._parameters[name] = target = Parameter(new, param.requires_grad)
            else:
                param.data = new
                target = param
            if grad is not None:
                with no_grad():
                    new_grad = fn(grad)
                if target is param and new_grad.is_meta == grad.is_meta:
                    param.grad = None
                target.grad = new_grad.requires_grad_(grad.requires_grad)
        for name, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[name] = fn(buffer)
        return self

    def cuda(self: T, device: int | Device | None = None) -> T:
        """Move parameters and buffers to the GPU."""
        return self._apply(lambda t: t.cuda(device))

    def xpu(self: T, device: int | Device | None = None) -> T:
        """Move parameters and buffers to the XPU."""
        return self._apply(lambda t: t.xpu(device))

    def cpu(self: T) -> T:
        """Move parameters and buffers to the CPU."""
        return self._apply(lambda t: t.cpu())

    def type(self: T, dst_type: Dtype | str) -> T:
        """Cast all parameters and buffers."""
        return self._apply(lambda t: t.type(dst_type))

    def float(self: T) -> T:
        """Cast floating point parameters and buffers to float32."""
        return self._apply(lambda t: t.float() if t.is_floating_point() else t)

    def double(self: T) -> T:
        """Cast floating point parameters and buffers to float64."""
        return self._apply(lambda t: t.double() if t.is_floating_point() else t)

    def half(self: T) -> T:
        """Cast floating point parameters and buffers to float16."""
        return self._apply(lambda t: t.half() if t.is_floating_point() else t)

    def bfloat16(self: T) -> T:
        """Cast floating point parameters and buffers to bfloat16."""
        return self._apply(lambda t: t.bfloat16() if t.is_floating_point() else t)

    def to_empty(self: T, *, device: str | Device | int | None, recurse: bool = True) -> T:
        """Move to a device without copying values."""
        return self._apply(lambda t: empty_like(t, device=device), recurse=recurse)

    def to(self: T, *args: Any, **kwargs: Any) -> T:
        """`to(device, dtype, non_blocking)`, `to(dtype)`, `to(tensor)` or `to(memory_format=...)`,
        in place; only floating point and complex tensors change dtype. TypeError for an integer
        dtype."""
        device, dtype, non_blocking, memory_format = _parse_to(*args, **kwargs)
        if dtype is not None:
            if not (dtype.is_floating_point or dtype.is_complex):
                raise TypeError(
                    "nn.Module.to only accepts floating point or complex dtypes, "
                    f"but got desired dtype={dtype}"
                )
            if dtype.is_complex:
                warnings.warn(
                    "Complex modules are a new feature under active development whose design may "
                    "change, and some modules might not work as expected when using complex "
                    "tensors as parameters or buffers. Please file an issue at "
                    "https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml if a "
                    "complex module does not work as expected.",
                    stacklevel=2,
                )

        def convert(t):
            wanted = dtype if t.is_floating_point() or t.is_complex() else None
            try:
                if memory_format is not None and t.dim() in (4, 5):
                    return t.to(device, wanted, non_blocking, memory_format=memory_format)
                return t.to(device, wanted, non_blocking)
            except NotImplementedError as e:
                if str(e) == "Cannot copy out of meta tensor; no data!":
                    raise NotImplementedError(
                        f"{e} Please use torch.nn.Module.to_empty() instead of "
                        "torch.nn.Module.to() when moving module from meta to a different device."
                    ) from None
                raise

        return self._apply(convert)

    def share_memory(self: T) -> T:
        """`Tensor.share_memory_` on every parameter and buffer."""
        return self._apply(lambda t: t.share_memory_())


def _parse_to(
    *args: Any,
    device=None,
    dtype=None,
    non_blocking: bool = False,
    copy: bool = False,
    memory_format=None,
):
    """(device, dtype, non_blocking, memory_format) of a call of `to`."""
    if len(args) > 4:
        raise TypeError(f"to() takes from 0 to 4 positional arguments but {len(args)} were given")
    rest = list(args)
    if rest and isinstance(rest[0], Tensor):
        device, dtype = rest[0].device, rest[0].dtype
        rest.pop(0)
    elif not (rest and isinstance(rest[0], Dtype)):
        if rest:
            device = rest.pop(0)
        if rest:
            dtype = rest.pop(0)
    else:
        dtype = rest.pop(0)
    right = isinstance(device, (Device, str, int, type(None))) and not isinstance(device, bool)
    right = right and isinstance(dtype, (Dtype, type(None))) and len(rest) <= 2
    if not right or not all(isinstance(a, bool) for a in rest):
        given = ", ".join(class_name(a) for a in args)
        raise TypeError(
            f"to() received an invalid combination of arguments - got ({given}), but expected one "
            "of: (torch.device device, torch.dtype dtype, bool non_blocking, bool copy, *, "
            "torch.memory_format memory_format), (torch.dtype dtype, bool non_blocking, bool copy, "
            "*, torch.memory_format memory_format), (Tensor tensor, bool non_blocking, bool copy, "
            "*, torch.memory_format memory_format)"
        )
    if len(rest) > 1 or copy:
        raise RuntimeError(".to() does not accept copy argument")
    if rest:
        non_blocking = rest[0]
    return None if device is None else Device(device), dtype, non_blocking, memory_format
