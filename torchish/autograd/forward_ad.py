"""`torch.autograd.forward_ad`: tensors that carry a tangent, which operators take along.

https://docs.pytorch.org/docs/stable/autograd.html#forward-mode-automatic-differentiation
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from torchish._core.tensor import Tensor, zeros
from torchish._core.tensor.inner import is_traced
from torchish._core.tensor.tape.duals import Level, now
from torchish._core.tensor.tape.forward import require_size, tangent_of
from torchish._core.tensor.tape.modes import _Context
from torchish._core.tensor.tape.modes import state as modes

__all__ = [
    "UnpackedDualTensor",
    "dual_level",
    "enter_dual_level",
    "exit_dual_level",
    "make_dual",
    "unpack_dual",
]

_current_level = -1  # programs read it, and reset it


class UnpackedDualTensor(NamedTuple):
    """A tensor, and its tangent if it is dual."""

    primal: Tensor
    tangent: Tensor | None


def enter_dual_level() -> int:
    """Open a level, the only one: its number, 0. RuntimeError within another one."""
    global _current_level
    if now.level is not None:
        raise RuntimeError("Nested forward mode AD is not supported at the moment")
    now.level = Level()
    _current_level = 0
    return 0


def exit_dual_level(*, level: int | None = None) -> None:
    """Close the level; no tensor is dual any more. RuntimeError where none, or another one, is
    open."""
    global _current_level
    level = _current_level if level is None else level
    if level != _current_level:
        raise RuntimeError(
            "Trying to exit a forward AD level that was not the last one that was created. This is "
            "not supported."
        )
    if now.level is None:
        raise RuntimeError("Dual level must be a positive number.")
    now.level.close()
    now.level = None
    _current_level = -1


def make_dual(tensor: Tensor, tangent: Tensor, *, level: int | None = None) -> Tensor:
    """A view of `tensor` that carries `tangent`, of the same shape: the tangent itself where it
    lies in memory as the tensor does, else a copy.

    RuntimeError outside of a level, for another shape, for a tensor that is dual; ValueError for
    what is neither real nor complex.
    https://docs.pytorch.org/docs/stable/generated/torch.autograd.forward_ad.make_dual.html

    >>> import torch.autograd.forward_ad as fwd
    >>> with fwd.dual_level():
    ...     x = fwd.make_dual(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 0.0]))
    ...     print(fwd.unpack_dual(x.exp()).tangent)
    tensor([2.7183, 0.0000])
    """
    level = _current_level if level is None else level
    if level < 0:
        raise RuntimeError(
            "Trying to create a dual Tensor for forward AD but no level exists, make sure to "
            "enter_dual_level() first."
        )
    for name, t in (("primal", tensor), ("tangent", tangent)):
        if not (t.is_floating_point() or t.is_complex()):
            raise ValueError(f"Expected {name} to be floating point or complex, but got: {t.dtype}")
    if now.level is None or level != 0:
        raise RuntimeError("Invalid level given to _make_dual")
    if tensor._sparse or tangent._sparse:
        raise NotImplementedError("make_dual of sparse tensors")
    if tangent_of(tensor) is not None:
        raise RuntimeError(
            "Making a dual Tensor based on a Tensor that already has a forward gradient at the "
            "same level 0 is not supported."
        )
    require_size(tensor, tangent)
    if tangent_of(tangent) is not None:
        raise RuntimeError(
            "Setting a forward grad that itself has a forward gradient at the same level0 is not "
            "supported."
        )
    if not _same_layout(tensor, tangent):
        tangent = _laid_out(tensor, tangent)
    dual = tensor.view_as(tensor)
    now.level.dual(dual, tangent)
    return dual


def _elements(t: Tensor) -> int:
    """How many elements of a tensor's dtype its memory has room for."""
    memory = t._storage.aval
    return math.prod(memory.shape) * memory.dtype.itemsize // t.itemsize


def _same_layout(tensor: Tensor, tangent: Tensor) -> bool:
    """Whether a tangent lies in memory as its tensor does, so that views of both are alike."""
    if tensor._pending != tangent._pending:
        return False
    if not tensor.numel():
        return True
    strides = zip(tensor.shape, tensor.stride(), tangent.stride(), strict=True)
    if any(n > 1 and a != b for n, a, b in strides) or tensor._offset != tangent._offset:
        return False
    return is_traced(tangent) or _elements(tensor) == _elements(tangent)


def _laid_out(tensor: Tensor, tangent: Tensor) -> Tensor:
    """A copy of a tangent that lies in memory as its tensor does."""
    n = _elements(tensor)
    if tensor._pending or is_traced(tangent) or n == tensor.numel():
        made = tangent.clone()
        if tensor._view is None or n == tensor.numel():
            made._strides = made._storage.strides = None if tensor._pending else tensor._strides
        return made
    memory = zeros(n, dtype=tangent.dtype, device=tangent.device)
    return memory.as_strided(tensor.shape, tensor.stride(), tensor._offset).copy_(tangent)


def unpack_dual(tensor: Tensor, *, level: int | None = None) -> UnpackedDualTensor:
    """A view of a tensor without its tangent, and the tangent; outside of a level, the tensor.

    https://docs.pytorch.org/docs/stable/generated/torch.autograd.forward_ad.unpack_dual.html

    >>> import torch.autograd.forward_ad as fwd
    >>> with fwd.dual_level():
    ...     x = fwd.make_dual(torch.tensor(0.0), torch.tensor(5.0))
    ...     primal, tangent = fwd.unpack_dual(x.sin())
    ...     print(primal, tangent)
    tensor(0.) tensor(5.)
    """
    level = _current_level if level is None else level
    if level < 0:
        return UnpackedDualTensor(tensor, None)
    tangent = tangent_of(tensor) if level == 0 else None
    primal = tensor.view_as(tensor)
    if primal._node is not None:
        primal._node.label = "Identity"
    if now.level is not None:
        now.level.dual(primal, None)
    return UnpackedDualTensor(primal, tangent)


class dual_level(_Context):
    """Opens a level for a `with` block, in which `make_dual` makes dual tensors.

    https://docs.pytorch.org/docs/stable/generated/torch.autograd.forward_ad.dual_level.html

    >>> import torch.autograd.forward_ad as fwd
    >>> with fwd.dual_level():
    ...     x = fwd.make_dual(torch.tensor(3.0), torch.tensor(1.0))
    ...     print(fwd.unpack_dual(x**2).tangent)
    tensor(6.)
    """

    def __enter__(self) -> int:
        return enter_dual_level()

    def __exit__(self, *exc: Any) -> None:
        exit_dual_level()


def _is_fwd_grad_enabled() -> bool:
    return modes.forward


class _set_fwd_grad_enabled(_Context):
    """Turns the tangents of results on or off, at once; as a context, until its end."""

    def __init__(self, mode: bool) -> None:
        self.prev, self._mode = modes.forward, mode
        modes.forward = mode

    def __enter__(self) -> None:
        modes.forward = self._mode

    def __exit__(self, *exc: Any) -> None:
        modes.forward = self.prev

    def _clone(self) -> _set_fwd_grad_enabled:
        return _set_fwd_grad_enabled(self._mode)
