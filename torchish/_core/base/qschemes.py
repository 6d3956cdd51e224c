"""`torch.qscheme`: names of ways to map floats to integers, which PyTorch code passes around."""

from __future__ import annotations


class qscheme:
    """How a quantized tensor's scale and zero point are shared; compared by identity."""

    __module__ = "torchish"

    __slots__ = ("name",)

    def __init__(self, name: str):
        self.name = name

    def __repr__(self):
        return f"torch.{self.name}"

    def __reduce__(self):
        return self.name


BY_NAME = {
    name: qscheme(name)
    for name in (
        "per_tensor_affine",
        "per_channel_affine",
        "per_tensor_symmetric",
        "per_channel_symmetric",
        "per_channel_affine_float_qparams",
    )
}
