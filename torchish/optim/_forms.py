"""The small questions that a step in PyTorch's manner asks: which of its forms parameters have, and
which numbers it counts with. Optimizers of other libraries import them from
`torch.optim.optimizer`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import FUNCTIONS, Tensor, get_default_dtype, set_grad_enabled
from torchish.nn.parameter import Parameter
from torchish.utils._foreach_utils import (
    _get_foreach_kernels_supported_devices,
    _get_fused_kernels_supported_devices,
)


def _use_grad_for_differentiable(func: Callable) -> Callable:
    """A decorator of `step`: gradients are recorded in it if the optimizer is differentiable."""

    @functools.wraps(func)
    def step(*args: Any, **kwargs: Any) -> Any:
        self = args[0]
        with set_grad_enabled(self.defaults["differentiable"]):
            return func(*args, **kwargs)

    return step


def _disable_dynamo_if_unsupported(single_tensor_fn: Callable | None = None) -> Callable:
    """A decorator without effect: no step is traced from its source."""
    return lambda func: func


def _default_to_fused_or_foreach(
    params: list[Tensor], differentiable: bool, use_fused: bool = False
) -> tuple[bool, bool]:
    """(fused, foreach): which of PyTorch's forms parameters have by default. On the CPU neither is
    it, unless `use_fused` asks whether the fused one could be."""
    if differentiable:
        return False, False
    kinds = {p.device.type if type(p) in (Tensor, Parameter) else None for p in params}
    floating = all(p.is_floating_point() for p in params)
    fused = use_fused and floating and kinds <= {*_get_fused_kernels_supported_devices()}
    return fused, not fused and kinds <= {*_get_foreach_kernels_supported_devices()}


def _device_dtype_check_for_fused(p: Tensor, cuda_unsupported: bool = False) -> None:
    """RuntimeError for a parameter that has no fused form in PyTorch."""
    devices = _get_fused_kernels_supported_devices()
    if cuda_unsupported:
        devices.remove("cuda")
    if p.device.type not in devices or not p.is_floating_point():
        raise RuntimeError(
            "`fused=True` requires all the params to be floating point Tensors of supported "
            f"devices: {devices} but {p.dtype} and {p.device.type}"
        )


def _get_capturable_supported_devices(supports_xla: bool = True) -> list[str]:
    """The devices by whose names PyTorch's optimizers can be captured in a graph."""
    return ["cuda", "xpu", "hpu", "privateuseone", *(["xla"] if supports_xla else [])]


def _get_scalar_dtype(is_fused: bool | None = None) -> dt.dtype:
    """The dtype of a count of steps: float32 in a fused step, else the default dtype if it is
    float64."""
    if is_fused:
        return dt.float32
    return dt.float64 if get_default_dtype() is dt.float64 else dt.float32


def _get_value(x: Any) -> Any:
    """A tensor of one element as a number."""
    return x.item() if isinstance(x, Tensor) else x


def _to_scalar(x: Any) -> Any:
    """A tensor of one element without dimensions, which an operator takes as a number."""
    return x.squeeze() if isinstance(x, Tensor) and x.dim() != 0 else x


def _stack_if_compiling(x: Any) -> Any:
    """The argument: nothing is traced from its source."""
    return x


def _view_as_real(params: list[Tensor], *state_and_grads: list[Tensor]) -> None:
    """Replace complex parameters, and what belongs to them, by real views in their lists."""
    for i, p in enumerate(params):
        if p.is_complex():
            for tensors in (params, *state_and_grads):
                tensors[i] = FUNCTIONS["view_as_real"](tensors[i])
