"""`torch.backends.cuda`."""

import contextlib
from collections.abc import Iterator

from torchish import _absent
from torchish._core.base import devices


def is_built() -> bool:
    return bool(devices.jax_devices("cuda"))


class _Matmul:
    """Matrix product flags; `torch.set_float32_matmul_precision` is the one that XLA follows."""

    allow_tf32 = False
    allow_fp16_reduced_precision_reduction = True
    allow_bf16_reduced_precision_reduction = True


matmul = _Matmul()
_sdp = {"flash": True, "mem_efficient": True, "math": True, "cudnn": True}


def _switch(name):
    def enabled() -> bool:
        return _sdp[name]

    def enable(value: bool) -> None:
        _sdp[name] = bool(value)

    return enabled, enable


flash_sdp_enabled, enable_flash_sdp = _switch("flash")
mem_efficient_sdp_enabled, enable_mem_efficient_sdp = _switch("mem_efficient")
math_sdp_enabled, enable_math_sdp = _switch("math")
cudnn_sdp_enabled, enable_cudnn_sdp = _switch("cudnn")


@contextlib.contextmanager
def sdp_kernel(
    enable_flash: bool = True,
    enable_math: bool = True,
    enable_mem_efficient: bool = True,
    enable_cudnn: bool = True,
) -> Iterator[None]:
    """Which attention kernels may be used; there is one here, and it gives the same result."""
    before = dict(_sdp)
    _sdp.update(
        flash=enable_flash, math=enable_math, mem_efficient=enable_mem_efficient, cudnn=enable_cudnn
    )
    try:
        yield
    finally:
        _sdp.update(before)


__getattr__ = _absent.attributes(__name__)
