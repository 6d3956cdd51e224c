"""`torch.backends.cudnn`: what programs ask of convolutions and recurrent layers on a GPU.

XLA tries its algorithms out in any case, so that `benchmark` and its limit change nothing.
"""

import sys
from contextlib import AbstractContextManager
from typing import Any

from torchish._core.base import devices, precision
from torchish._core.tensor import Tensor
from torchish.backends._flags import attributes, change, field, live

benchmark = False
benchmark_limit: int | None = 10
_enabled = True


class _Conv:
    """Convolutions, where they may differ from the rest."""

    fp32_precision = field("conv", "cuda")


class _Rnn:
    """Recurrent layers, where they may differ from the rest."""

    fp32_precision = field("rnn", "cuda")


conv, rnn = _Conv(), _Rnn()


def _get_enabled(_: Any) -> bool:
    return _enabled


def _set_enabled(_: Any, value: bool) -> None:
    global _enabled
    if not value and devices.jax_devices("cuda"):
        raise NotImplementedError("torch.backends.cudnn.enabled = False: XLA chooses its kernels")
    _enabled = value


def _get_allow(_: Any) -> bool:
    return precision.state.effective("conv") == precision.state.effective("rnn") == "tf32"


def _set_allow(_: Any, value: bool) -> None:
    kept = "tf32" if value else "none"
    change(conv=kept, rnn=kept, **({} if value else {"cudnn": "none"}))


live(
    __name__,
    enabled=property(_get_enabled, _set_enabled),
    allow_tf32=property(_get_allow, _set_allow),
    fp32_precision=field("cudnn", "cuda"),
    deterministic=property(
        lambda _: precision.state.deterministic, lambda _, v: change(deterministic=bool(v))
    ),
)


def is_available() -> bool:
    """XLA's GPU backend brings its own cuDNN; PyTorch's is not here."""
    return False


def version() -> None:
    return None


def is_acceptable(tensor: Tensor) -> bool:
    """Whether cuDNN would compute on a tensor: PyTorch's is not here."""
    return False


def flags(
    enabled: bool = False,
    benchmark: bool = False,
    benchmark_limit: int = 10,
    deterministic: bool = False,
    allow_tf32: bool = True,
    fp32_precision: str = "none",
) -> AbstractContextManager[None]:
    """Set the flags inside a `with` block."""
    return attributes(
        sys.modules[__name__],
        enabled=enabled,
        benchmark=benchmark,
        benchmark_limit=benchmark_limit,
        deterministic=deterministic,
        allow_tf32=allow_tf32,
    )
