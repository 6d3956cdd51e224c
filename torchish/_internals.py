"""Functions of the `torch` namespace by which PyTorch's own code and tests look below tensors.

They have no page in PyTorch's documentation.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from torchish import fft
from torchish._core.base import devices, layouts
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, zeros
from torchish._core.tensor.api.factory import finish
from torchish._core.tensor.lazy_clones import is_lazy
from torchish._core.tensor.public import enter
from torchish._core.tensor.storages import UntypedStorage
from torchish._core.tensor.views.strides import dense
from torchish._functions.layers import grid_sampler_2d
from torchish.amp.grad_scaler import unscale_all

__all__ = []

# --- memory ---------------------------------------------------------------------------------------


def from_file(
    filename: str,
    shared: bool | None = None,
    size: int | None = 0,
    *,
    dtype: dt.dtype | None = None,
    layout: layouts.layout | None = None,
    device: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """A 1-D tensor of `size` elements over a file that is mapped to memory, on the CPU.

    shared    whether what is written to the tensor is written to the file, which is made or grows
              where it is too short
    https://docs.pytorch.org/docs/stable/generated/torch.from_file.html
    """
    kind = dtype or dt.get_default_dtype()
    if device is not None and devices.device(device).type != "cpu":
        raise NotImplementedError(f"from_file: a file on {device}")
    nbytes = (size or 0) * kind.itemsize
    memory = UntypedStorage.from_file(os.fspath(filename), bool(shared), nbytes)
    return finish(memory.as_tensor(kind), False, pin_memory, layout)


def _debug_has_internal_overlap(input: Tensor) -> int:
    """Whether elements share a place in memory: 0 no, 1 yes, 2 if it is hard to tell."""
    if dense(input):
        return 0
    sizes = zip(input.stride(), input.shape, strict=True)
    return 1 if any(s == 0 and n > 1 for s, n in sizes) else 2


def _test_parallel_materialize(self: Tensor, num_parallel: int, skip_first: bool = False) -> Tensor:
    """The tensor itself. RuntimeError if a lazy clone would be made a real one by several threads
    at once: in each of `num_parallel` turns, but for the first with `skip_first`."""
    if num_parallel > skip_first and is_lazy(self):
        raise RuntimeError(
            "Materializing a storage in the loop function of at::parallel_for is forbidden"
        )
    return self


def _efficientzerotensor(
    *size: Any,
    dtype: dt.dtype | None = None,
    layout: layouts.layout | None = None,
    device: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """`zeros`; PyTorch gives these no memory."""
    return zeros(*size, dtype=dtype, layout=layout, device=device, pin_memory=pin_memory)


# --- conditions -----------------------------------------------------------------------------------


def _test_check_tensor(self: Tensor) -> Tensor:
    """A copy. RuntimeError unless all elements are True."""
    if not bool(self.all()):
        raise RuntimeError("Test message for TORCH_CHECK_TENSOR_ALL")
    return self.clone()


# --- loss scaling ---------------------------------------------------------------------------------


def _amp_foreach_non_finite_check_and_unscale_(
    self: Sequence[Tensor], found_inf: Tensor, inv_scale: Tensor
) -> None:
    """Multiply tensors by a number, and set `found_inf` to 1 where one of them has inf or NaN."""
    for name, t in (("inv_scale", inv_scale), ("found_inf", found_inf)):
        if t.numel() != 1:
            raise RuntimeError(f"{name} must be a 1-element tensor.")
        if t.dtype is not dt.float32:
            raise RuntimeError(f"{name} must be a float tensor.")
    unscale_all(list(self), found_inf, inv_scale)


def _amp_update_scale_(
    self: Tensor,
    growth_tracker: Tensor,
    found_inf: Tensor,
    scale_growth_factor: float,
    scale_backoff_factor: float,
    growth_interval: int,
) -> Tensor:
    """Make a loss's factor smaller where `found_inf` is not 0, and larger after so many times
    without."""
    if found_inf.item():
        self.mul_(scale_backoff_factor)
        growth_tracker.zero_()
        return self
    good = growth_tracker.item() + 1
    if good == growth_interval:
        grown = self * scale_growth_factor
        if bool(grown.isfinite().all()):
            self.copy_(grown)
        good = 0
    growth_tracker.fill_(good)
    return self


# --- kernels --------------------------------------------------------------------------------------

_FORWARD = ("backward", "ortho", "forward")  # by PyTorch's number: no factor, its root, 1 / n


def _fft_c2c(
    self: Tensor, dim: Sequence[int], normalization: int, forward: bool, *, out: Any = None
) -> Tensor:
    """The Fourier transform of complex numbers, or its inverse, over some dimensions."""
    if not self.is_complex():
        raise RuntimeError("Expected self.is_complex() to be true, but got false.")
    if forward:
        return fft.fftn(self, dim=tuple(dim), norm=_FORWARD[normalization], out=out)
    return fft.ifftn(self, dim=tuple(dim), norm=_FORWARD[2 - normalization], out=out)


def _grid_sampler_2d_cpu_fallback(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`grid_sampler_2d`."""
    return grid_sampler_2d(input, grid, interpolation_mode, padding_mode, align_corners)


for _f in (
    from_file,
    _debug_has_internal_overlap,
    _test_parallel_materialize,
    _efficientzerotensor,
    _test_check_tensor,
    _amp_foreach_non_finite_check_and_unscale_,
    _amp_update_scale_,
    _fft_c2c,
    _grid_sampler_2d_cpu_fallback,
):
    enter(_f.__name__, _f, takes="other")
