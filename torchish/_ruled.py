"""Tensors of another kind, whose functions have rules of their own.

Nested, masked and block-sparse tensors hold ordinary tensors. What a function does with them is
said by a rule under its name; what has none is refused. Gradients are those of what is held.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any, ClassVar

from torchish._core.tensor import Tensor, overrides

__all__ = ["SIZES", "TELLING", "HoldingTensor", "RuledTensor", "Rules"]

# Functions that tell of a tensor, whatever its class; and those that tell of its size.
TELLING = {
    "is_floating_point", "is_complex", "is_signed", "get_device", "__hash__", "is_inference",
    "is_tensor", "register_hook", "retain_grad", "element_size",
}  # fmt: skip
SIZES = {"size", "dim", "ndimension", "numel", "nelement", "__len__"}


class Rules(dict[str, Callable]):
    """What functions do with tensors of a kind, by the functions' names."""

    def enter(self, *names: str) -> Callable[[Callable], Callable]:
        """Decorator: the rule of these functions."""

        def entered(f: Callable) -> Callable:
            self.update(dict.fromkeys(names, f))
            return f

        return entered


class RuledTensor(Tensor, _waits=True):
    """A tensor whose functions are rules."""

    _rules: ClassVar[dict[str, Callable]]
    _telling: ClassVar[Container[str]]  # functions that only tell of it, and need no rule

    @classmethod
    def _without_rule(cls, name: str, args: tuple) -> Exception:
        """The error for a function that has no rule."""
        raise NotImplementedError

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        full = overrides.name_of(func) or getattr(func, "__name__", "")
        short = full.removesuffix(".__get__").rpartition(".")[2]
        found = cls._rules.get(short)
        if found is not None:
            return found(*args, **(kwargs or {}))
        if full.endswith("__get__") or short in cls._telling:
            with overrides.DisableTorchFunctionSubclass():
                return func(*args, **(kwargs or {}))
        raise cls._without_rule(short, args)


class HoldingTensor(RuledTensor, _waits=True):
    """One whose history is that of a tensor it holds."""

    _held: ClassVar[str]  # the attribute that has it

    def _around(self, gradient: Tensor) -> Any:
        """A gradient of what is held, as one of this tensor."""
        raise NotImplementedError

    def _inside(self, gradient: Any) -> Any:
        """What is held by a gradient that is given."""
        return None if gradient is None else getattr(gradient, self._held)

    @property
    def requires_grad(self) -> bool:
        return getattr(self, self._held).requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        getattr(self, self._held).requires_grad = value

    def requires_grad_(self, requires_grad: bool = True):
        getattr(self, self._held).requires_grad_(requires_grad)
        return self

    @property
    def grad_fn(self) -> Any:
        return getattr(self, self._held).grad_fn

    @property
    def is_leaf(self) -> bool:
        return getattr(self, self._held).is_leaf

    @property
    def grad(self) -> Any:
        g = getattr(self, self._held).grad
        return None if g is None else self._around(g)

    @grad.setter
    def grad(self, value: Any) -> None:
        getattr(self, self._held).grad = self._inside(value)
