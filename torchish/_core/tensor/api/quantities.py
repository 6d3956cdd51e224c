"""Methods of quantized and of nested tensors, on tensors that are neither."""

from __future__ import annotations

from typing import NoReturn

from torchish._core.base import dtypes as dt
from torchish._core.tensor.public import enter, method, public
from torchish._core.tensor.tensor import Tensor


@public(method=True)
def dequantize(self: Tensor) -> Tensor:
    """The floats, float32, that a quantized tensor's integers stand for; of others the elements as
    float32."""
    if isinstance(self, (list, tuple)):
        return tuple(x.dequantize() for x in self)
    return self.to(dt.float32)


@method
def to_padded_tensor(self: Tensor, padding: float, output_size=None) -> NoReturn:
    """Of nested tensors: RuntimeError for others."""
    raise RuntimeError("to_padded_tensor expects input to be a nested tensor, got a dense one")


def _refusing(name: str):
    def call(self: Tensor) -> NoReturn:
        raise NotImplementedError(
            f"Could not run 'aten::{name}' with arguments from the 'CPU' backend: the tensor is "
            "not quantized."
        )

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"Of quantized tensors: NotImplementedError for {name}() of others."
    return call


def _asking(name: str):
    def call(input: Tensor):
        return getattr(input, name)()

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"`Tensor.{name}`."
    return call


for _name in (
    "int_repr",
    "q_scale",
    "q_zero_point",
    "q_per_channel_scales",
    "q_per_channel_zero_points",
    "q_per_channel_axis",
    "qscheme",
):
    enter(f"Tensor.{_name}", _refusing(_name))
    if _name != "qscheme":
        enter(_name, _asking(_name))
