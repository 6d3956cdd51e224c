"""Where the parts of a DTensor lie in the whole."""

from __future__ import annotations

from collections.abc import Sequence

from torchish import _absent
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Size
from torchish.distributed.device_mesh import DeviceMesh
from torchish.distributed.tensor._dtensor_spec import DTensorSpec, TensorMeta
from torchish.distributed.tensor.placement_types import Placement

__all__ = ["compute_local_shape_and_global_offset"]


def compute_local_shape_and_global_offset(
    global_shape: Sequence[int], mesh: DeviceMesh, placements: Sequence[Placement]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shape of this process's part of a tensor, and where in the whole it begins."""
    meta = TensorMeta(Size(global_shape), (), dt.float32)
    shape, start = DTensorSpec(mesh, tuple(placements), meta).local()
    return tuple(shape), tuple(start)


__getattr__ = _absent.attributes(__name__)
