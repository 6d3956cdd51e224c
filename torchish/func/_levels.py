"""What the transformations share: differentiable stand-ins for inputs, and what their results
depend on outside.

Note [Levels]
A transformation differentiates with the tape itself, so everything composes: with `backward`
outside, with itself, with hooks and Functions. An input becomes a stand-in: a copy that is
connected to it when it requires grad outside, else a fresh leaf. Nodes count up, so whatever is
older than the moment at which a transformation began is outside of it; leaves have no age, and the
fresh ones are stamped. A result keeps its history only if that leads outside.
"""

from __future__ import annotations

from collections.abc import Iterable

from torchish._core.ops import core
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.inner import present
from torchish._core.tensor.tape.graph import Accumulate, BaseNode
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor, alias_of, grad_edge

__all__ = [
    "Edge",
    "connected",
    "leads_outside",
    "leaf",
    "now",
    "outer_edges",
    "settled",
    "stand_in",
]

Edge = tuple[BaseNode, int]


def now() -> int:
    """The present age: nodes made from here on are younger."""
    return BaseNode(()).seq


def leaf(t: Tensor) -> Tensor:
    """A fresh leaf with a tensor's value, stamped with its age."""
    x = present(t)
    if x._aval.differentiable:
        x._requires_grad = True
    x._born = now()
    return x


def stand_in(t: Tensor) -> Tensor:
    """An input as a transformation differentiates with respect to it."""
    if not t._aval.differentiable:
        raise RuntimeError("only Tensors of floating point dtype can require gradients")
    if modes.grad and t.requires_grad:
        return apply(core.clone, (t,))
    return leaf(t)


def connected(edge: Edge | None, t: Tensor) -> Tensor:
    """A new tensor whose gradient is to flow to an edge; where that is a leaf's, the leaf."""
    if edge is None:
        return t
    if isinstance(edge[0], Accumulate):
        return edge[0].leaf
    t._node, t._out = edge
    return t


def _is_outside(node: BaseNode, start: int) -> bool:
    if isinstance(node, Accumulate):
        return getattr(node.leaf, "_born", -1) <= start
    return node.seq <= start


def outer_edges(tensors: Iterable[Tensor], start: int, first: bool = False) -> dict[Edge, object]:
    """The edges by which tensors depend on what is older than `start`, with the avals there;
    with `first`, at most one."""
    found: dict[Edge, object] = {}
    seen: set[BaseNode] = set()
    stack: list[Edge] = []
    for t in tensors:
        edge = grad_edge(t)
        if edge is not None:
            stack.append(edge)
    while stack:
        node, i = edge = stack.pop()
        if _is_outside(node, start):
            aval = node.leaf._aval if isinstance(node, Accumulate) else node.outs[i]
            found.setdefault(edge, aval)
            if first:
                return found
        elif node not in seen:
            seen.add(node)
            stack += [e for e in node.edges if e is not None]
    return found


def leads_outside(tensors: Iterable[Tensor], start: int) -> bool:
    """Whether a tensor's history leads to what is older than `start`."""
    return bool(outer_edges(tensors, start, first=True))


def settled(t: Tensor, start: int) -> Tensor:
    """A result: without its history when that ends inside the transformation."""
    if grad_edge(t) is None or (modes.grad and leads_outside((t,), start)):
        return t
    return alias_of(t)
