"""What programs hold of the graph: the handle that takes a hook away, `retain_grad`'s hook, and
what a node says of its outputs."""

from __future__ import annotations

import itertools
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torchish.tensor.graph import BaseNode


class RetainedGrad:
    """The hook of `retain_grad`: it stays with the tensor's present value, so that an in-place
    operator takes it along to the new value's node."""

    __slots__ = ("keep", "node", "out")

    def __init__(self, node: BaseNode, out: int, keep):
        self.keep = keep
        self._place(node, out)

    def __call__(self, g) -> None:
        self.keep(g)

    @staticmethod
    def is_kept(hook) -> bool:
        return isinstance(hook, RetainedGrad)

    def _place(self, node: BaseNode, out: int) -> None:
        self.node, self.out = weakref.ref(node), out
        if node.tensor_hooks is None:
            node.tensor_hooks = {}
        node.tensor_hooks.setdefault(out, {})[id(self)] = self

    def move(self, node: BaseNode | None, out: int) -> None:
        """Belong to the node that makes the value from now on; to none for a value without."""
        before = self.node()
        if before is node and self.out == out:
            return
        if before is not None and before.tensor_hooks:
            before.tensor_hooks.get(self.out, {}).pop(id(self), None)
        if node is not None:
            self._place(node, out)


class RemovableHandle:
    """Removes a hook: `handle.remove()`, or as a context manager."""

    __module__ = "torchish.utils.hooks"

    _next = itertools.count()

    def __init__(self, hooks: dict, hook=None, *, extra_dict=None):
        self.id = next(RemovableHandle._next)
        self._hooks = weakref.ref(hooks) if type(hooks) is not dict else (lambda: hooks)
        self._extra = extra_dict if extra_dict is not None else ()
        if hook is not None:
            hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook away; a second call does nothing."""
        hooks = self._hooks()
        if hooks is not None:
            hooks.pop(self.id, None)
        for d in self._extra if isinstance(self._extra, (list, tuple)) else (self._extra,):
            d.pop(self.id, None)

    def __getstate__(self):
        return self.id, self._hooks(), self._extra

    def __setstate__(self, state) -> None:
        self.id, hooks, self._extra = state
        hooks = {} if hooks is None else hooks
        self._hooks = weakref.ref(hooks) if type(hooks) is not dict else (lambda: hooks)
        RemovableHandle._next = itertools.count(max(next(RemovableHandle._next), self.id + 1))

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.remove()


class Metadata:
    """What a gradient must be like."""

    __slots__ = ("_aval",)
    is_nested_tensor = is_cpp_nested_tensor = False

    def __init__(self, aval: Any):
        self._aval = aval

    @property
    def shape(self) -> list[int]:
        return list(self._aval.shape)

    @property
    def dtype(self):
        return self._aval.torch_dtype

    @property
    def device(self):
        return self._aval.device
