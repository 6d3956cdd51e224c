"""What flows along the edges of the graph: gradients as (value, edge) pairs, their sums, and the
hooks that they pass.

https://docs.pytorch.org/docs/stable/notes/autograd.html#backward-hooks-execution
"""

from __future__ import annotations

from typing import Any

import numpy as np

from torchish._core.engine import trace
from torchish._core.ops.table import FunctionCall
from torchish._core.tensor.tape.duals import now
from torchish._core.tensor.tape.forward import tangent_of
from torchish._core.tensor.tape.graph import Accumulate, Node
from torchish._core.tensor.tape.handles import RetainedGrad
from torchish._core.tensor.tensor import Tensor, grad_edge, wrap


class _Accumulate(FunctionCall):
    """Sums two gradients. It is served by `host` like what only moves elements, being linear."""

    __slots__ = ()
    moves = True

    def host(self, a, b):
        return (a + b,)

    def host_vjp(self, wanted, flat):
        return (np.asarray(flat[2]),) * len(wanted)


ADD = _Accumulate("accumulate", lambda a, b: (a + b,), 2)


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
    """A gradient as (value, edge). A sparse one and a dual one have neither: they stand for
    themselves, and their parts have their own history."""
    if t is None:
        return None
    if t._sparse:
        return (t if create_graph else t.detach(), None)
    if now.level is not None and tangent_of(t) is not None:
        return (t, None)
    return (t._value(), grad_edge(t) if create_graph else None)


def joined(a, b, create_graph: bool):
    if isinstance(a[0], Tensor) or isinstance(b[0], Tensor):
        return as_pair(total_of(as_tensor(a), as_tensor(b)), create_graph)
    out = trace.record(ADD, (a[0], b[0]))
    if not create_graph or (a[1] is None and b[1] is None):
        return (out[0], None)
    node = Node(ADD, (a[0], b[0]), (), (a[1], b[1]), "AddBackward0", out)
    return (out[0], (node, 0))


def total_of(a: Tensor, b: Tensor) -> Tensor:
    """The sum of gradients of which one or both are sparse."""
    return b + a if a._sparse and not b._sparse else a + b


def run_tensor_hooks(node, cts: list, create_graph: bool) -> None:
    for i, hooks in node.tensor_hooks.items():
        # Gradients are retained after the hooks, in whatever order both were asked for.
        for hook in sorted(hooks.values(), key=RetainedGrad.is_kept):
            g = as_tensor(cts[i])
            r = hook(g)
            if r is not None:
                _check(hook, g, r)
                cts[i] = as_pair(r, create_graph)


def run_pre_hooks(node, cts: list, create_graph: bool) -> None:
    for hook in list(node.pre_hooks.values()):
        given = tuple([as_tensor(c) for c in cts])
        cts[:] = _replaced(hook, hook(given), given, cts, create_graph)


def run_post_hooks(node, grads: list, cts: list, create_graph: bool) -> list:
    outs = tuple([as_tensor(c) for c in cts])
    shown = [i for i in node.shown() if i < len(grads)]
    for hook in list(node.post_hooks.values()):
        given = tuple([as_tensor(grads[i]) for i in shown])
        pairs = [grads[i] for i in shown]
        made = _replaced(hook, hook(given, outs), given, pairs, create_graph)
        for i, pair in zip(shown, made, strict=True):
            grads[i] = pair
    return grads


def _replaced(hook, result: Any, given: tuple, pairs: list, create_graph: bool) -> list:
    """The pairs, or what a hook gave in their place."""
    if result is None:
        return pairs
    if not isinstance(result, tuple):
        raise TypeError(f"expected tuple, but hook returned '{type(result).__name__}'")
    if len(result) != len(given):
        raise RuntimeError(
            f"hook '{_name(hook)}' has returned an incorrect number of values "
            f"(got {len(result)}, but expected {len(given)})"
        )
    for g, r in zip(given, result, strict=True):
        _check(hook, g, r)
    return [as_pair(r, create_graph) for r in result]


def _name(hook) -> str:
    return getattr(hook, "__name__", "<unknown>")


def _check(hook, g: Tensor | None, r: Any) -> None:
    """Refuse what cannot stand in a gradient's place."""
    if r is None:
        return
    if g is None:
        raise RuntimeError("can't replace a None gradient with a non-None value")
    if not isinstance(r, Tensor):
        raise TypeError(f"expected Variable, but hook returned '{type(r).__name__}'")
    if g.dtype is not r.dtype or g.layout is not r.layout or g.device.type != r.device.type:
        raise RuntimeError(
            f"hook '{_name(hook)}' has changed the type of value (was {g.type()} got {r.type()})"
        )
    if g.shape != r.shape:
        raise RuntimeError(f"hook '{_name(hook)}' has changed the size of value")
