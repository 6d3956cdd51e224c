"""Methods that call a Python function for each element: slow, and on the CPU only."""

from __future__ import annotations

import numpy as np

from torchish._core.tensor.api import factory
from torchish._core.tensor.public import method
from torchish._core.tensor.tensor import Tensor


@method
def apply_(self: Tensor, callable) -> Tensor:
    """Replace each element by `callable(element)`; CPU only, slow."""
    return _mapped("apply_", self, (), callable)


@method
def map_(self: Tensor, other: Tensor, callable) -> Tensor:
    """Replace each element by `callable(element, other's element)`; CPU only, slow."""
    return _mapped("map_", self, (("'other'", other),), callable)


@method
def map2_(self: Tensor, x: Tensor, y: Tensor, callable) -> Tensor:
    """Replace each element by `callable(element, element of x, element of y)`; CPU only, slow."""
    return _mapped("map2_", self, (("argument 'x'", x), ("argument 'y'", y)), callable)


def _mapped(name: str, self: Tensor, others: tuple, function) -> Tensor:
    """The elements replaced by what a function makes of them and of those of other tensors."""
    for t in (self, *(t for _, t in others)):
        if t.requires_grad:
            raise RuntimeError(
                f"Can't call {name}() on Variable that requires grad. Use var.detach().{name}() "
                "instead."
            )
    if not self.is_cpu:
        raise TypeError(f"{name} is only implemented on CPU tensors")
    for what, t in others:
        if t.dtype is not self.dtype:
            raise TypeError(f"{name}: expected {self.type()} for {what} (got {t.type()})")
    if not callable(function):
        raise TypeError(f"'{type(function).__name__}' object is not callable")
    a = np.array(self._host())
    lists = [a, *(t.expand(self.shape)._host() for _, t in others)]
    values = []
    for given in zip(*(x.reshape(-1).tolist() for x in lists), strict=True):
        made = function(*given)
        if not isinstance(made, (int, float, complex, np.generic, Tensor)):
            kind = type(made).__name__
            raise TypeError(
                f"must be real number, not {kind}"
                if self.is_floating_point()
                else f"'{kind}' object cannot be interpreted as an integer"
            )
        values.append(made.item() if isinstance(made, Tensor) else made)
    return self.copy_(factory.of_array(np.array(values).astype(a.dtype).reshape(a.shape)))
