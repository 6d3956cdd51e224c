"""`torch._inductor.utils`: the devices that PyTorch's compiler counts as GPUs."""

from __future__ import annotations

from torchish import _absent
from torchish._core.base import devices

__all__ = ["GPU_TYPES", "get_gpu_type"]

GPU_TYPES = ["cuda", "mps", "xpu", "mtia"]


def get_gpu_type() -> str:
    """The type of GPU that is there, "cuda" where none is."""
    return next((kind for kind in GPU_TYPES[:3] if devices.jax_devices(kind)), "cuda")


__getattr__ = _absent.attributes(__name__)
