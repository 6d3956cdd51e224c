"""`torch.autograd.graph`: nodes, edges, and hooks on what is saved for the backward pass.

https://docs.pytorch.org/docs/stable/autograd.html#autograd-graph
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from torchish._core.base import devices
from torchish._core.tensor.api.factory import empty_like
from torchish._core.tensor.tape.context import Context
from torchish._core.tensor.tape.graph import BaseNode
from torchish._core.tensor.tape.handles import GradientEdge, RemovableHandle
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tape.tasks import reached
from torchish._core.tensor.tensor import Tensor, grad_edge

__all__ = [
    "GradientEdge",
    "Node",
    "RemovableHandle",
    "allow_mutation_on_saved_tensors",
    "disable_saved_tensors_hooks",
    "get_gradient_edge",
    "increment_version",
    "register_multi_grad_hook",
    "save_on_cpu",
    "saved_tensors_hooks",
]


class _NodeMeta(type):
    """Nodes, and what stands for them, are instances without the class in their ancestry."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, (BaseNode, Context))

    def __subclasscheck__(cls, subclass: type) -> bool:
        if subclass is cls or issubclass(subclass, (BaseNode, Context)):
            return True
        return subclass.__module__ == "torchish._C._functions"


class Node(metaclass=_NodeMeta):
    """What `grad_fn` is: a step of the backward pass."""


def get_gradient_edge(tensor: Tensor) -> GradientEdge:
    """Where a tensor's gradient flows to. RuntimeError for one that does not require gradients."""
    edge = grad_edge(tensor) if tensor.requires_grad else None
    if edge is None:
        raise RuntimeError(
            "It is not possible to get the gradient edge for a Tensor that does not require "
            "gradients"
        )
    return GradientEdge(*edge)


def increment_version(tensor: Tensor | Sequence[Tensor]) -> None:
    """Count a write to a tensor, or to several, that did not come from an operator.

    >>> x = torch.zeros(2)
    >>> torch.autograd.graph.increment_version(x)
    >>> x._version
    1
    """
    for t in [tensor] if isinstance(tensor, Tensor) else tensor:
        t._storage.writes += 1


class saved_tensors_hooks:
    """Within it, what operators save for the backward pass is handed to `pack_hook`; when the
    gradient is computed, `unpack_hook` gives a tensor for what that returned.

    >>> w = torch.tensor([2.0], requires_grad=True)
    >>> kept = []
    >>> hooks = lambda t: kept.append(t.shape) or t, lambda t: t  # what is kept, and given back
    >>> with torch.autograd.graph.saved_tensors_hooks(*hooks):
    ...     y = w * w
    >>> len(kept)
    2
    """

    def __init__(
        self, pack_hook: Callable[[Tensor], Any], unpack_hook: Callable[[Any], Tensor]
    ) -> None:
        self.pack_hook, self.unpack_hook = pack_hook, unpack_hook

    def __enter__(self) -> None:
        if modes.hooks_refused:
            raise RuntimeError(modes.hooks_refused[-1])
        modes.saved_hooks = [*modes.saved_hooks, (self.pack_hook, self.unpack_hook)]

    def __exit__(self, *exc: object) -> None:
        modes.saved_hooks = modes.saved_hooks[:-1]


class save_on_cpu(saved_tensors_hooks):
    """Within it, what operators save for the backward pass is kept on the CPU, and copied back when
    the gradient is computed.

    >>> w = torch.tensor([2.0], requires_grad=True)
    >>> with torch.autograd.graph.save_on_cpu():
    ...     y = w * w
    >>> y.backward()
    >>> w.grad
    tensor([4.])
    """

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        def pack(t: Tensor) -> tuple[devices.device, Tensor]:
            if not pin_memory:
                return t.device, t.cpu()
            kept = empty_like(t, device="cpu")
            kept.copy_(t)
            return t.device, kept

        def unpack(packed: tuple[devices.device, Tensor]) -> Tensor:
            device, t = packed
            return t.to(device, non_blocking=pin_memory)

        super().__init__(pack, unpack)


@contextlib.contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """Within it, `saved_tensors_hooks` raises RuntimeError with this message."""
    if modes.saved_hooks:
        raise RuntimeError(error_message)
    modes.hooks_refused.append(error_message)
    try:
        yield
    finally:
        modes.hooks_refused.pop()


class _Kept:
    """A tensor as it was when a gradient saved it."""

    __slots__ = ("__weakref__", "saved", "source", "version")

    def __init__(self, t: Tensor):
        self.saved = t.detach().clone()
        self.source, self.version = t._storage, t._storage.writes


class _Mutations:
    """What `allow_mutation_on_saved_tensors` gives: the saved tensors that are still needed,
    `cloned` those of them that were written to since."""

    def __init__(self) -> None:
        self._kept: weakref.WeakValueDictionary = weakref.WeakValueDictionary()

    def keep(self, t: Tensor) -> _Kept:
        """The tensor as it is now; the same object for each that saves it."""
        key = (id(t._storage), t._storage.writes, id(t._view), t._offset, tuple(t.shape))
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = _Kept(t)
        return kept

    def _split(self, written: bool) -> dict:
        found = {}
        for k in list(self._kept.values()):
            if (k.source.writes != k.version) is written:
                found[id(k.source), k.version] = k.saved
        return found

    @property
    def cloned(self) -> dict:
        """Of what was written to since, the saved values."""
        return self._split(True)

    @property
    def tid_to_weakhandle(self) -> dict:
        """Of what is as it was, the saved values."""
        return self._split(False)

    def clear(self) -> None:
        """Forget what was saved; graphs keep what they need."""
        self._kept.clear()


_mutable: list[_Mutations] = []


@contextlib.contextmanager
def allow_mutation_on_saved_tensors() -> Iterator[_Mutations]:
    """Within it, tensors that a gradient needs may be written to: the gradient is that of the
    values which the forward pass saw. RuntimeError within another one; a graph recorded inside is
    walked inside (AssertionError).
    """
    if _mutable:
        raise RuntimeError("allow_mutation_on_saved_tensors contexts cannot be nested")
    mutations = _Mutations()

    def unpack(kept: _Kept) -> Tensor:
        if not _mutable or _mutable[-1] is not mutations:
            raise AssertionError(
                "Trying to backward outside of the 'allow_mutation_on_saved_tensors' contextin "
                "which the graph was originally recorded."
            )
        return kept.saved

    _mutable.append(mutations)
    try:
        with saved_tensors_hooks(mutations.keep, unpack):
            yield mutations
    finally:
        mutations.clear()
        _mutable.pop()


def register_multi_grad_hook(
    tensors: Sequence[Tensor],
    fn: Callable[[Any], None],
    *,
    mode: Literal["all", "any"] = "all",
) -> RemovableHandle:
    """Call `fn` once a backward has the gradients of all these tensors, with a list of them; or,
    with mode "any", with the first one.

    >>> a, b = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    >>> handle = torch.autograd.graph.register_multi_grad_hook([a, b], lambda grads: print(grads))
    >>> (2 * a + 3 * b).sum().backward()
    [tensor([2.]), tensor([3.])]
    """
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    nodes = [edge[0] if edge is not None else None for edge in map(grad_edge, tensors)]
    lock = threading.Lock()
    # What the present backward has given so far, and how many it is going to give.
    task: list[Any] = [None, {}, 0]

    def hook(index: int) -> Callable[[Tensor], None]:
        def note(grad: Tensor) -> None:
            with lock:
                if task[0] is not modes.walk:
                    found = reached()
                    task[:] = [modes.walk, {}, sum(n in found for n in nodes)]
                seen = task[1]
                seen[index] = grad
                count, wanted = len(seen), task[2]
            if mode == "any":
                if count == 1:
                    fn(grad)
            elif count == wanted:
                fn([seen.get(i) for i in range(len(tensors))])

        return note

    handles = [t.register_hook(hook(i)) for i, t in enumerate(tensors)]

    class Handle(RemovableHandle):
        def __init__(self) -> None:
            super().__init__({}, None)

        def remove(self) -> None:
            for h in handles:
                h.remove()

    return Handle()
