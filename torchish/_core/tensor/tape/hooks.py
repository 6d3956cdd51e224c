"""The methods of tensors that walk the graph, and the hooks that are called on the way.

https://docs.pytorch.org/docs/stable/autograd.html
"""

from __future__ import annotations

import warnings
import weakref

from torchish._core.base.frames import user_level
from torchish._core.tensor.public import enter
from torchish._core.tensor.tape.autograd import backward
from torchish._core.tensor.tape.handles import RemovableHandle, RetainedGrad
from torchish._core.tensor.tensor import Tensor, accumulator, current_node


def _backward(
    self: Tensor,
    gradient=None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs=None,
) -> None:
    """Gradients of this tensor into the leaves' `.grad`; see `torch.autograd.backward`."""
    backward(self, gradient, retain_graph, create_graph, inputs=inputs)


def _register_hook(self: Tensor, hook):
    """Call `hook(grad)` with this tensor's gradient each time it is computed; a returned tensor
    replaces it."""
    if not self.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if not callable(hook):
        raise TypeError("hook must be callable")
    node = current_node(self)
    if node is None:
        # The leaf keeps its accumulator alive as long as it has hooks.
        node = self._hooks = accumulator(self)
    if node.tensor_hooks is None:
        node.tensor_hooks = {}
    return RemovableHandle(
        node.tensor_hooks.setdefault(self._out if node is not self._hooks else 0, {}), hook
    )


def _register_post_accumulate_grad_hook(self: Tensor, hook):
    """Call `hook(param)` after `.grad` of this leaf was accumulated."""
    if not self.requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if not self.is_leaf:
        raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    if self._post_hooks is None:
        self._post_hooks = {}
    return RemovableHandle(self._post_hooks, hook)


def _retain_grad(self: Tensor) -> None:
    """Keep the gradient of this non-leaf in `.grad`."""
    if not self.requires_grad:
        raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    if self.is_leaf or self._retains:
        return
    me = weakref.ref(self)

    def keep(g: Tensor | None) -> None:
        t = me()
        if t is not None and g is not None:
            t._grad = g if t._grad is None else t._grad + g

    self._retains = RetainedGrad(current_node(self), self._out, keep)


enter("Tensor.backward", _backward)
enter("Tensor.register_hook", _register_hook)
enter("Tensor.register_post_accumulate_grad_hook", _register_post_accumulate_grad_hook)
enter("Tensor.retain_grad", _retain_grad)


# --- attributes of older programs


def _volatile(self: Tensor) -> bool:
    warnings.warn(
        "volatile was removed (Variable.volatile is always False)",
        UserWarning,
        stacklevel=user_level(),
    )
    return False


def _kept(name: str, words: str) -> property:
    """An attribute that can be read and set, not deleted."""
    place = name.lstrip("_")

    def get(self: Tensor):
        return self.__dict__.get(place)

    def put(self: Tensor, value) -> None:
        self.__dict__[place] = value

    def delete(self: Tensor) -> None:
        raise RuntimeError(words)

    return property(get, put, delete)


def _no_history(self: Tensor) -> None:
    raise RuntimeError("Deletion of _grad_fn not allowed. Detach tensor instead!")


enter("Tensor.volatile", property(_volatile))
enter("Tensor._grad_fn", property(lambda self: self.grad_fn, None, _no_history))
enter(
    "Tensor._backward_hooks", _kept("_backward_hooks", "Deletion of _backwards_hooks not allowed!")
)
