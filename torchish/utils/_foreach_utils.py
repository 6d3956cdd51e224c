"""`torch.utils._foreach_utils`: lists of tensors for the `_foreach_` functions."""

from __future__ import annotations

from collections.abc import Sequence

from torchish._core.base import devices, dtypes
from torchish._core.tensor import Tensor

__all__: list[str] = []

TensorListList = list[list[Tensor | None]]
_foreach_supported_types = [Tensor]


def _get_foreach_kernels_supported_devices() -> list[str]:
    """The accelerators by whose names PyTorch's optimizers take the form on lists."""
    return ["cuda", "xpu", "mtia", "privateuseone"]


def _get_fused_kernels_supported_devices() -> list[str]:
    """The devices by whose names PyTorch's optimizers have a fused form."""
    return ["mps", "cuda", "xpu", "hpu", "cpu", "mtia", "privateuseone"]


def _group_tensors_by_device_and_dtype(
    tensorlistlist: Sequence[Sequence[Tensor | None]], with_indices: bool = False
) -> dict[tuple[devices.device, dtypes.dtype], tuple[TensorListList, list[int]]]:
    """Lists of equal length, taken apart by the device and dtype of the first list's tensors.

    Gives for each pair the lists, shortened, and with `with_indices` where their items stood.
    """
    first = tensorlistlist[0]
    if any(len(other) not in (0, len(first)) for other in tensorlistlist):
        raise RuntimeError("Tensors of the same index must be on the same device and dtype")
    groups: dict[tuple[devices.device, dtypes.dtype], list[int]] = {}
    for i, t in enumerate(first):
        if t is None:
            raise RuntimeError("the first list must have no None")
        groups.setdefault((t.device, t.dtype), []).append(i)
    return {
        key: (
            [[items[i] for i in at] if items else [] for items in tensorlistlist],
            at if with_indices else [],
        )
        for key, at in groups.items()
    }


def _device_has_foreach_support(device: devices.device) -> bool:
    """Whether the form on lists exists for a device."""
    return device.type in (*_get_foreach_kernels_supported_devices(), "cpu")


def _has_foreach_support(tensors: Sequence[Tensor | None], device: devices.device) -> bool:
    """The same, for these tensors: none may be of a subclass."""
    plain = all(t is None or type(t) in _foreach_supported_types for t in tensors)
    return plain and _device_has_foreach_support(device)
