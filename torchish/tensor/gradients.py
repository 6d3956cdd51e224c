"""Gradients on their way through the graph: pairs of a value and of where its own history goes on.
Hooks are shown them as tensors."""

from __future__ import annotations

from torchish.tensor.graph import Accumulate, RetainedGrad
from torchish.tensor.tensor import Tensor, grad_edge, wrap


def as_tensor(pair) -> Tensor | None:
    if pair is None:
        return None
    if isinstance(pair[0], Tensor):
        return pair[0]
    t = wrap(pair[0])
    if pair[1] is not None:
        t._node, t._out = pair[1]
        if isinstance(t._node, Accumulate):
            return t._node.leaf
    return t


def as_pair(t: Tensor | None, create_graph: bool):
    """A gradient as (value, edge). A sparse one has neither: it stands for itself, and its parts
    have their own history."""
    if t is None:
        return None
    if t._sparse:
        return (t if create_graph else t.detach(), None)
    return (t._value(), grad_edge(t) if create_graph else None)


def run_tensor_hooks(node, cts, create_graph) -> None:
    for i, hooks in node.tensor_hooks.items():
        # Gradients are retained after the hooks, in whatever order both were asked for.
        for hook in sorted(hooks.values(), key=RetainedGrad.is_kept):
            if cts[i] is None:
                continue
            r = hook(as_tensor(cts[i]))
            if r is not None:
                if not isinstance(r, Tensor):
                    raise TypeError(f"expected Variable, but hook returned '{type(r).__name__}'")
                cts[i] = as_pair(r, create_graph)


def run_pre_hooks(node, cts, create_graph) -> None:
    for hook in list(node.pre_hooks.values()):
        r = hook(tuple(as_tensor(c) for c in cts))
        if r is not None:
            r = (r,) if isinstance(r, Tensor) else r
            cts[:] = [as_pair(x, create_graph) for x in r]


def run_post_hooks(node, grads, cts, create_graph) -> list:
    outs = tuple(as_tensor(c) for c in cts)
    for hook in list(node.post_hooks.values()):
        shown = node.shown()
        r = hook(tuple(as_tensor(grads[i]) for i in shown), outs)
        if r is not None:
            r = (r,) if isinstance(r, Tensor) else r
            for i, x in zip(shown, r, strict=True):
                grads[i] = as_pair(x, create_graph)
    return grads
