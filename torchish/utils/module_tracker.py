"""Which modules a program is in, forward and backward.

https://docs.pytorch.org/docs/stable/module_tracker.html
"""

from __future__ import annotations

import weakref
from typing import Any

from torchish._core.tensor import Tensor
from torchish.autograd.graph import register_multi_grad_hook
from torchish.autograd.variable import Variable
from torchish.nn.modules._hooks import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
)
from torchish.nn.modules.module import Module
from torchish.utils import _pytree as pytree

__all__ = ["ModuleTracker"]


class CallNames:
    """The names of modules by how they are called: the class of the one that was met first, and the
    way from there."""

    def __init__(self) -> None:
        self._names: weakref.WeakKeyDictionary[Module, str] = weakref.WeakKeyDictionary()

    def of(self, module: Module) -> str:
        """A module's name; the first that is met names those below it."""
        if module not in self._names:
            head = type(module).__name__
            for path, below in module.named_modules():
                self._names.setdefault(below, f"{head}.{path}" if path else head)
        return self._names[module]


class ModuleTracker:
    """Within it, `parents` has the names of the modules that run, outermost "Global"; `is_bw` says
    whether it is their backward."""

    def __init__(self) -> None:
        self.parents: set[str] = {"Global"}
        self.is_bw = False
        self._names = CallNames()
        self._handles: list[Any] = []

    def __enter__(self) -> ModuleTracker:
        self._handles = [
            register_module_forward_pre_hook(self._before),
            register_module_forward_hook(self._after, always_call=True),
        ]
        return self

    def __exit__(self, *exc: object) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def _ended(self) -> None:
        # Modules whose inputs want no gradient are left with the backward itself.
        self.parents, self.is_bw = {"Global"}, False

    def _before(self, module: Module, inputs: Any) -> None:
        name = self._names.of(module)
        self.parents.add(name)
        wanting = [t for t in pytree.tree_leaves(inputs) if isinstance(t, Tensor)]
        wanting = [t for t in wanting if t.requires_grad]
        if wanting:

            def left(grads: Any) -> None:
                self.parents.discard(name)

            self._handles.append(register_multi_grad_hook(wanting, left))

    def _after(self, module: Module, inputs: Any, outputs: Any) -> None:
        name = self._names.of(module)
        self.parents.discard(name)
        wanting = [t for t in pytree.tree_leaves(outputs) if isinstance(t, Tensor)]
        wanting = [t for t in wanting if t.requires_grad]
        if wanting:

            def entered(grad: Any) -> None:
                if not self.is_bw:
                    Variable._execution_engine.queue_callback(self._ended)
                self.is_bw = True
                self.parents.add(name)

            self._handles.append(register_multi_grad_hook(wanting, entered, mode="any"))
