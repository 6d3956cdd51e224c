"""`torch.autograd.forward_ad`: forward mode is `torchish.func.jvp`; dual tensors are not
implemented."""

from __future__ import annotations

from typing import Any, NamedTuple

from torchish.tensor import Tensor

__all__ = ["UnpackedDualTensor", "dual_level", "make_dual", "unpack_dual"]


class UnpackedDualTensor(NamedTuple):
    """A tensor, and its tangent if it is dual."""

    primal: Tensor
    tangent: Tensor | None


def dual_level() -> Any:
    """NotImplementedError: `torchish.func.jvp` has forward mode."""
    raise NotImplementedError("autograd.forward_ad: use torchish.func.jvp")


def make_dual(tensor: Tensor, tangent: Tensor, *, level: int | None = None) -> Tensor:
    """NotImplementedError: `torchish.func.jvp` has forward mode."""
    raise NotImplementedError("autograd.forward_ad: use torchish.func.jvp")


def unpack_dual(tensor: Tensor, *, level: int | None = None) -> UnpackedDualTensor:
    """The tensor and None: no tensor is dual."""
    return UnpackedDualTensor(tensor, None)
