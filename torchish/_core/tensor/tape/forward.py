"""Forward mode: each operator that is called on a dual tensor gives its results their tangents.

The tangents are recorded like everything else, with a gradient of their own, so that forward and
reverse mode can be put on top of each other. See Note [Dual tensors] and Note [Tangents].

https://docs.pytorch.org/docs/stable/autograd.html#forward-mode-automatic-differentiation
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish._core.engine.values import Aval, aval_of
from torchish._core.ops.pushforward import jvp_of
from torchish._core.ops.table import AnyCall
from torchish._core.tensor.tape import record
from torchish._core.tensor.tape.duals import base_of, dual_of, now
from torchish._core.tensor.tape.graph import Node
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor
from torchish._core.tensor.views.make import make_chain


def tangent_of(t: Tensor) -> Tensor | None:
    """A tensor's tangent at the level that is open; None for one that is not dual."""
    if now.level is None:
        return None
    d = dual_of(t)
    if d is not None and d.tangent is not None:
        return d.tangent
    base = base_of(t)
    if base is None or base._storage is not t._storage:
        return None
    whole = tangent_of(base)
    if whole is None:
        return None
    part = t._view.after(base._view)
    aval = t._aval
    if whole._aval.dtype != base._aval.dtype and aval.dtype == base._aval.dtype:
        aval = aval_of(aval.shape, whole._aval.dtype, aval.device)
    offset = whole._offset + t._offset - base._offset
    tangent = make_chain(whole, part.chain, part.ats, aval, t.stride(), offset, "AsStrided")
    now.level.dual(t, tangent, base)
    return tangent


def enabled() -> bool:
    """Whether operators give tangents, within a level, on this thread."""
    return modes.forward and not modes.inference


def tangents_of(tensors: Sequence[Tensor]) -> list[Tensor | None] | None:
    """The tangents of an operator's tensors; None when no results are to be dual."""
    if now.level is None or not enabled():
        return None
    found = [tangent_of(t) for t in tensors]
    return None if all(t is None for t in found) else found


def push(
    call: AnyCall, tensors: Sequence[Tensor], numbers: Sequence, outs: Sequence[Aval]
) -> list[Tensor | None] | None:
    """The tangents of a call's results, None for one of integers; None when there are none."""
    if not call.differentiable or not any(o.differentiable for o in outs):
        return None
    tangents = tangents_of(tensors)
    if tangents is None:
        return None
    given = tuple([i for i, t in enumerate(tangents) if t is not None])
    operands = [*tensors, *[t for t in tangents if t is not None]]
    made = iter(record.apply(jvp_of(call, given), operands, numbers, "JvpBackward0"))
    return [next(made) if o.differentiable else None for o in outs]


def require_size(primal: Tensor, tangent: Tensor) -> None:
    """RuntimeError for a tangent of another shape than the tensor's."""
    if tangent._aval.shape != primal._aval.shape:
        raise RuntimeError(
            "Trying to set a forward gradient that has a different size than that of the original "
            f"Tensor, this is not supported. Tensor is of size {list(primal.shape)} while the "
            f"given forward gradient is of size {list(tangent.shape)}."
        )


def attach(results: Any, tangents: Sequence[Tensor | None] | None) -> None:
    """Make results (a tensor, or a tuple of them) dual; each tangent lies in memory as its result
    does."""
    level = now.level
    if tangents is None or level is None:
        return
    for t, tangent in zip(
        (results,) if isinstance(results, Tensor) else results, tangents, strict=True
    ):
        if tangent is not None:
            if t._strides is not None and t._view is None and tangent._view is None:
                tangent._strides = tangent._storage.strides = t._strides
            level.dual(t, tangent)


class DualNode(Node):
    """A node some of whose saved values are dual: its gradients are."""

    __slots__ = ("tangents",)

    def __init__(self, node: Node, tangents: list[Tensor | None], outs: Any):
        super().__init__(node.call, node.values, node.numbers, node.edges, node.label, outs)
        self.kept_metadata = node.kept_metadata
        self.tangents = tangents

    def release(self) -> None:
        self.tangents = [None] * len(self.edges)
        super().release()


def remembering(node: Node, tensors: Sequence[Tensor], outs: Any) -> Node:
    """The node with its inputs' tangents, if one is dual."""
    tangents = tangents_of(tensors)
    return node if tangents is None else DualNode(node, tangents, outs)
