"""PyTorch-worded errors that more than one operator raises."""

from __future__ import annotations

import math
import re
import warnings
from typing import Any, SupportsIndex

from torchish._core.base.frames import user_level


def dim_error(dim: int, ndim: int) -> IndexError:
    """A dimension outside [-ndim, ndim)."""
    dim, n = dim.__index__(), max(ndim, 1)
    return IndexError(
        f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})"
    )


def wrap_dim(dim: SupportsIndex, ndim: int, *, scalar: bool = True) -> int:
    """A dimension counted from the end as one counted from the start; a 0-dim tensor has dims -1
    and 0."""
    if ndim == 0 and not scalar:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    dim, n = dim.__index__(), max(ndim, 1)
    if not -n <= dim < n:
        raise dim_error(dim, ndim)
    return dim + n if dim < 0 else dim


def wrap_dims(dims, ndim: int) -> tuple[int, ...]:
    """Several dimensions, each at most once."""
    out = tuple(wrap_dim(d, ndim) for d in dims)
    for i, d in enumerate(out):
        if d in out[:i]:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    return out


def broadcast_shapes(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The common shape, or PyTorch's error naming the first sizes that differ."""
    ndim = max((len(s) for s in shapes), default=0)
    out = [1] * ndim
    for s in shapes:
        for i in range(ndim - 1, ndim - len(s) - 1, -1):
            n = s[i - ndim]
            if n == 1 or n == out[i]:
                continue
            if out[i] != 1:
                raise RuntimeError(
                    f"The size of tensor a ({out[i]}) must match the size of tensor b ({n}) at "
                    f"non-singleton dimension {i}"
                )
            out[i] = n
    return tuple(out)


def size_text(shape) -> str:
    """A shape as PyTorch's messages show it: [2, 3]."""
    return "[" + ", ".join(str(int(n)) for n in shape) + "]"


def require_size(shape, itemsize: int = 1) -> None:
    """PyTorch's error for sizes whose bytes do not fit 64 bits. XLA, given such a shape, ends the
    process."""
    n = itemsize
    for size in shape:
        n *= size
        if n >= 2**63:
            raise RuntimeError(f"Storage size calculation overflowed with sizes={size_text(shape)}")
    if not n and math.prod(max(size, 1) for size in shape[1:]) >= 2**63:
        raise RuntimeError("Stride calculation overflowed")


def require_count(shape) -> None:
    """PyTorch's error for a view of more elements than 64 bits count."""
    if math.prod(shape) >= 2**63:
        raise RuntimeError("numel: integer multiplication overflow")


class AcceleratorError(RuntimeError):
    """An accelerator failed."""

    __module__ = "torch"


class OutOfMemoryError(RuntimeError):
    """An accelerator has no memory left."""

    __module__ = "torch"


def out_of_memory(error: Exception, device: Any = None) -> Exception:
    """PyTorch's error for one that NumPy or XLA raises where a device (default: the CPU) has no
    memory left; the error itself for any other."""
    wanted = re.search(r"allocat\w+ (\d+)", str(error))
    if device is None or device.type == "cpu":
        if not isinstance(error, MemoryError) and "Out of memory allocating" not in str(error):
            return error
        n = _size_of(error) if isinstance(error, MemoryError) or not wanted else wanted[1]
        return RuntimeError(
            "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate "
            f"memory: you tried to allocate {n} bytes. Error code 12 (Cannot allocate memory)"
        )
    if "RESOURCE_EXHAUSTED" not in str(error):
        return error
    size = f" Tried to allocate {_bytes(int(wanted[1]))}." if wanted else ""
    where = "GPU" if device.type == "cuda" else device.type.upper()
    return OutOfMemoryError(
        f"{'CUDA' if device.type == 'cuda' else where} out of memory.{size} {where} "
        f"{device.index or 0} has no more that is free. XLA: {error}"
    )


def _size_of(error: Exception) -> int | str:
    match error.args:
        case (tuple() as shape, dtype):  # NumPy's
            return math.prod(shape) * dtype.itemsize
    return "some"


class Allocating:
    """Where NumPy makes a result: PyTorch's error for having no memory."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type | None, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, MemoryError):
            raise out_of_memory(error) from error


allocating = Allocating()


def _bytes(n: int) -> str:
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if n >= size:
            return f"{n / size:.2f} {unit}"
    return f"{n} bytes"


class SparseOperand(NotImplementedError):
    """Something wanted the dense memory of a sparse tensor, which has none."""


_warned: set[str] = set()


class _Repeating:
    always = False  # what PyTorch warns of once is warned of each time


repeating = _Repeating()


def warn_once(text: str, always: bool = False) -> None:
    """A UserWarning that PyTorch gives once in a process (each time with `always` and after
    `set_warn_always(True)`), at the user's line."""
    if always or repeating.always or text not in _warned:
        _warned.add(text)
        warnings.warn(text, UserWarning, stacklevel=user_level())


def forget_warning(text: str) -> None:
    """Give a warning of `warn_once` the next time too."""
    _warned.discard(text)


def warn_of_lost_gradient() -> None:
    """PyTorch's warning, once in a process, at the line that made a number of a tensor with
    gradient by `float()` or `complex()`."""
    warn_once(
        "Converting a tensor with requires_grad=True to a scalar may lead to unexpected "
        "behavior.\nConsider using tensor.detach() first."
    )


def warn_of_missing_gradient() -> None:
    """For each look at the `.grad` of a tensor that is no leaf and keeps none."""
    warnings.warn(
        "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad "
        "attribute won't be populated during autograd.backward(). If you indeed want the .grad "
        "field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. "
        "If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor "
        "instead. See github.com/pytorch/pytorch/pull/30531 for more information.",
        UserWarning,
        stacklevel=user_level(),
    )
