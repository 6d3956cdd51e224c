"""From tensors to the tape and back: their values and edges, the node of what was recorded, its
results.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np

from torchish._core.base import devices
from torchish._core.base.frames import user_frames
from torchish._core.engine import dynamic, trace
from torchish._core.engine.values import Value, concrete, from_host
from torchish._core.ops.table import AnyCall, Op
from torchish._core.tensor.tape.graph import BaseNode, Node
from torchish._core.tensor.tape.modes import Seen
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor, accumulator, grad_edge, tracked, wrap


def values_of(tensors) -> list[Value]:
    """The present values, through the lenses."""
    out = []
    for t in tensors:
        out.append(t._storage.value if t._view is None else t._value())
    return out


def edges_of(tensors) -> tuple | None:
    """Autograd edges of the inputs; None when none of them requires grad."""
    found = None
    if Seen.inference and tensors and all(t._inference for t in tensors):
        return None  # autograd does not see what has inference tensors alone
    for i, t in enumerate(tensors):
        if t._base is not None:
            e = grad_edge(t)
            if e is None and not tracked(t):  # a view made in no_grad mode leads nowhere
                continue
        elif t._node is not None:
            e = (t._node, t._out)
        elif t._requires_grad:
            e = (accumulator(t), 0)
        else:
            continue
        if found is None:
            found = [None] * len(tensors)
        found[i] = e
    return None if found is None else tuple(found)


def make_node(call, values, numbers, edges, label, outs) -> Node | None:
    """The node of a call just recorded; None when no result can carry a gradient."""
    if not ((outs and outs[0].aval.differentiable) or any(o.aval.differentiable for o in outs)):
        return None
    node = Node(call, values, numbers, edges, label, outs)
    if modes.anomaly:
        remember_lines(node)
    return node


def run_dynamic(op: Op, call: AnyCall, values, numbers) -> list[Value]:
    """Run an operator whose result's shape depends on values, on concrete arrays."""
    for v in values:
        if v.traced:
            raise NotImplementedError(
                f"{op.short}: its result's shape depends on values, which a JAX transformation "
                "hides"
            )
    device = values[0].aval.device if values else devices.get_default()
    if device is devices.meta:
        raise NotImplementedError(
            f"{op.short}: its result's shape depends on values, which meta tensors have not"
        )
    results = dynamic.run_dynamic(call, values, numbers)
    made = (from_host(r, device) if isinstance(r, np.ndarray) else None for r in results)
    return [v or concrete(jnp.asarray(r), device) for v, r in zip(made, results, strict=True)]


def remember_lines(node: BaseNode) -> None:
    """Keep the lines that made a node, for anomaly mode."""
    node.metadata["traceback_"] = traceback.format_list(user_frames())
    if modes.node is not None:
        node.metadata["parent_"] = modes.node


def apply(call: AnyCall, tensors: Sequence[Tensor], numbers: Sequence, label: str):
    """Record any call on tensors, with its gradient; the result tensors as a tuple."""
    values = values_of(tensors)
    outs = trace.record(call, values, numbers)
    node = None
    if modes.grad and call.differentiable:
        edges = edges_of(tensors)
        if edges is not None:
            node = make_node(call, values, numbers, edges, label, outs)
    ts = []
    for i, o in enumerate(outs):
        t = wrap(o)
        if node is not None and o.aval.differentiable:
            t._node, t._out = node, i
        ts.append(t)
    return tuple(ts)
