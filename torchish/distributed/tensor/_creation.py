"""DTensors of one value, or of random numbers: those of the whole tensor on one device.

https://docs.pytorch.org/docs/stable/distributed.tensor.html#different-ways-to-create-a-dtensor
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torchish._core.tensor as t
from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.tensor import no_grad
from torchish.distributed.device_mesh import DeviceMesh, _mesh_resources
from torchish.distributed.tensor._api import DTensor, distribute_tensor
from torchish.distributed.tensor._dispatch import seed_alike
from torchish.distributed.tensor.placement_types import Placement

__all__ = ["empty", "full", "ones", "rand", "randn", "zeros"]


def _made(
    make: Callable,
    size: tuple,
    requires_grad: bool,
    dtype: dt.dtype | None,
    layout: Any,
    device_mesh: DeviceMesh | None,
    placements: Sequence[Placement] | None,
    draws: bool = False,
) -> DTensor:
    if layout is not layouts.strided:
        raise NotImplementedError(f"a DTensor of layout {layout}")
    mesh = device_mesh or _mesh_resources.get_current_mesh()
    shape = size[0] if len(size) == 1 and isinstance(size[0], (list, tuple)) else size
    if draws:
        seed_alike(mesh)
    with no_grad():
        whole = make(tuple(shape), dtype=dtype, device=mesh.device_type)
        made = distribute_tensor(whole, mesh, placements, src_data_rank=None)
    return made.requires_grad_(requires_grad)


def zeros(*size: Any, requires_grad: bool = False, dtype: dt.dtype | None = None,
          layout: Any = layouts.strided, device_mesh: DeviceMesh | None = None,
          placements: Sequence[Placement] | None = None) -> DTensor:  # fmt: skip
    """Zeros; `size` is the shape of the whole."""
    return _made(t.zeros, size, requires_grad, dtype, layout, device_mesh, placements)


def ones(*size: Any, dtype: dt.dtype | None = None, layout: Any = layouts.strided,
         requires_grad: bool = False, device_mesh: DeviceMesh | None = None,
         placements: Sequence[Placement] | None = None) -> DTensor:  # fmt: skip
    """Ones; `size` is the shape of the whole."""
    return _made(t.ones, size, requires_grad, dtype, layout, device_mesh, placements)


def empty(*size: Any, dtype: dt.dtype | None = None, layout: Any = layouts.strided,
          requires_grad: bool = False, device_mesh: DeviceMesh | None = None,
          placements: Sequence[Placement] | None = None) -> DTensor:  # fmt: skip
    """Unspecified values; `size` is the shape of the whole."""
    return _made(t.empty, size, requires_grad, dtype, layout, device_mesh, placements)


def full(size: Any, fill_value: Any, *, dtype: dt.dtype | None = None,
         layout: Any = layouts.strided, requires_grad: bool = False,
         device_mesh: DeviceMesh | None = None,
         placements: Sequence[Placement] | None = None) -> DTensor:  # fmt: skip
    """One value everywhere; `size` is the shape of the whole."""

    def make(shape: tuple, **options: Any) -> t.Tensor:
        return t.full(shape, fill_value, **options)

    return _made(make, (size,), requires_grad, dtype, layout, device_mesh, placements)


def rand(*size: Any, requires_grad: bool = False, dtype: dt.dtype | None = None,
         layout: Any = layouts.strided, device_mesh: DeviceMesh | None = None,
         placements: Sequence[Placement] | None = None) -> DTensor:  # fmt: skip
    """Uniform numbers from 0 to 1, those that one device would draw."""
    return _made(t.rand, size, requires_grad, dtype, layout, device_mesh, placements, True)


def randn(*size: Any, requires_grad: bool = False, dtype: dt.dtype | None = None,
          layout: Any = layouts.strided, device_mesh: DeviceMesh | None = None,
          placements: Sequence[Placement] | None = None) -> DTensor:  # fmt: skip
    """Normal numbers, those that one device would draw."""
    return _made(t.randn, size, requires_grad, dtype, layout, device_mesh, placements, True)
