"""What programs hold of the graph: the handle that takes a hook away, `retain_grad`'s hook, and
what a node says of its outputs."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

from torchish._core.ops.table import Operand, Raw

if TYPE_CHECKING:
    from torchish._core.tensor.tape.graph import BaseNode


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

    id: int
    next_id = 0

    def __init__(self, hooks_dict: dict, hook=None, *, extra_dict=None):
        self.hooks_dict_ref = _reference(hooks_dict)
        self.id = RemovableHandle.next_id
        RemovableHandle.next_id += 1
        several = extra_dict if isinstance(extra_dict, list) else [extra_dict]
        self.extra_dict_ref = tuple([_reference(d) for d in several if d is not None])
        if hook is not None:
            hooks_dict[self.id] = hook

    def remove(self) -> None:
        """Take the hook away; a second call does nothing."""
        for reference in (self.hooks_dict_ref, *self.extra_dict_ref):
            hooks = reference()
            if hooks is not None:
                hooks.pop(self.id, None)

    def __getstate__(self):
        return self.hooks_dict_ref(), self.id, tuple([r() for r in self.extra_dict_ref])

    def __setstate__(self, state) -> None:
        hooks, self.id, *extra = state
        self.hooks_dict_ref = _reference(OrderedDict() if hooks is None else hooks)
        self.extra_dict_ref = tuple(
            [_reference(OrderedDict() if d is None else d) for d in (extra[0] if extra else ())]
        )
        RemovableHandle.next_id = max(RemovableHandle.next_id, self.id + 1)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.remove()


def _reference(hooks: dict):
    """A dictionary by a call: held weakly where it can be, which a plain one cannot."""
    return (lambda: hooks) if type(hooks) is dict else weakref.ref(hooks)


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


def numbers_among(call: Any) -> list[int]:
    """Where among a call's tensors PyTorch has the Python numbers that stand for tensors."""
    op = getattr(call, "op", None)
    if op is None:
        return []
    found, n = [], 0
    for p in op.params:
        how = call.template.get(p.name, ("s",))
        if how[0] == "n" and p.kind is Operand:
            found.append(n)
        if not (p.kind and issubclass(p.kind, Raw)):
            n += how[0] in ("t", "n") and (how[0] == "t" or p.kind is Operand)
    return found


class GradientEdge(NamedTuple):
    """Where a gradient flows to: a node, and which of its outputs."""

    node: Any
    output_nr: int
    ownership_token: Any = None
