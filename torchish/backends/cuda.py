"""`torch.backends.cuda`."""

import contextlib
from collections.abc import Iterator
from typing import Any

from torchish import _absent
from torchish._core.base import devices, precision
from torchish.backends._flags import change, field
from torchish.nn._functional.kernels import ALLOWED, allow


def is_built() -> bool:
    return bool(devices.jax_devices("cuda"))


class _Matmul:
    """How float32 matrices may be multiplied, and what may be given up in sums of halves: XLA adds
    those up in float32, whatever is allowed."""

    _FLAGS = ("allow_fp16_reduced_precision_reduction", "allow_bf16_reduced_precision_reduction")
    fp32_precision = field("matmul", "cuda")

    def __init__(self):
        self.__dict__.update(dict.fromkeys(self._FLAGS, True))

    @property
    def allow_tf32(self) -> bool:
        """Whether float32 matrices may be multiplied in TensorFloat32."""
        return precision.state.effective("matmul") == "tf32"

    @allow_tf32.setter
    def allow_tf32(self, value: bool) -> None:
        change(matmul="tf32" if value else "ieee", medium=False)

    @property
    def allow_fp16_accumulation(self) -> bool:
        """Whether float16 sums may be float16; NotImplementedError for True where a GPU is."""
        return self.__dict__.get("_fp16_accumulation", False)

    @allow_fp16_accumulation.setter
    def allow_fp16_accumulation(self, value: bool) -> None:
        if value and devices.jax_devices("cuda"):
            raise NotImplementedError("torch.backends.cuda.matmul.allow_fp16_accumulation = True")
        self.__dict__["_fp16_accumulation"] = bool(value)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._FLAGS and not isinstance(getattr(type(self), name, None), property):
            raise AttributeError(f"Unknown attribute {name}")
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"Unknown attribute {name}")


matmul = _Matmul()


def _switch(name):
    def enabled() -> bool:
        return ALLOWED[name]

    def enable(value: bool) -> None:
        allow({name: value})

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
    """Which attention kernels may be used inside a `with` block."""
    before = dict(ALLOWED)
    names = ("flash", "math", "mem_efficient", "cudnn")
    flags = (enable_flash, enable_math, enable_mem_efficient, enable_cudnn)
    allow(dict(zip(names, flags, strict=True)))
    try:
        yield
    finally:
        allow(before)


__getattr__ = _absent.attributes(__name__)
