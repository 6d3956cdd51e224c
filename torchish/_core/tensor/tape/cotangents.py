"""What flows along the edges of the graph.

Note [Cotangents]
A gradient on its way has a type. `Dense` is a value and the edge by which its own history goes on;
most are, and no tensor is made of them before somebody looks. `Whole` stands for a tensor whose
parts have their own history: a dual one (Note [Dual tensors]), or a sparse one, whose type stands
with sparse tensors. Each type adds itself to another, adds itself to a leaf's `.grad`, and gives
the tensor that hooks and programs see; a tensor's class says by `_cotangent` which type it makes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from torchish._core.engine import trace
from torchish._core.engine.values import Value
from torchish._core.ops import core
from torchish._core.ops.table import FunctionCall
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.public import enter
from torchish._core.tensor.tape.duals import now
from torchish._core.tensor.tape.forward import tangent_of
from torchish._core.tensor.tape.graph import Accumulate, Node
from torchish._core.tensor.tensor import Tensor, grad_edge, wrap
from torchish._core.tensor.views.strides import keep_leaf_order

__all__ = ["Cotangent", "Dense", "Whole", "of_tensor", "tensor_of"]


class _Sum(FunctionCall):
    """Sums two gradients. It is served by `host` like what only moves elements, being linear."""

    __slots__ = ()
    moves = True

    def host(self, a, b):
        return (a + b,)

    def host_vjp(self, wanted, flat):
        return (np.asarray(flat[2]),) * len(wanted)


_SUM = _Sum("accumulate", lambda a, b: (a + b,), 2)


class Cotangent:
    """A gradient on its way. With `build`, histories go on, so that gradients can be
    differentiated again."""

    __slots__ = ()

    @classmethod
    def of(cls, t: Tensor, build: bool) -> Cotangent:
        """That of a tensor of the class whose `_cotangent` this is."""
        raise NotImplementedError

    def tensor(self) -> Tensor:
        """The gradient as a tensor."""
        raise NotImplementedError

    def dense(self, build: bool) -> Cotangent:
        """The same for a node that takes dense tensors only."""
        raise NotImplementedError

    def numbers(self) -> Value:
        """The numbers that it is made of."""
        raise NotImplementedError

    def add(self, other: Cotangent, build: bool) -> Cotangent:
        """The sum of two gradients of one value."""
        raise NotImplementedError

    def accumulate(self, leaf: Tensor, build: bool) -> None:
        """Add it to the `.grad` of a leaf."""
        raise NotImplementedError


class Dense(Cotangent):
    """A value, and the edge by which its history goes on: (node, output number), or None."""

    __slots__ = ("edge", "value")

    def __init__(self, value: Value, edge: tuple | None):
        self.value, self.edge = value, edge

    @classmethod
    def of(cls, t: Tensor, build: bool) -> Cotangent:
        if now.level is not None and tangent_of(t) is not None:
            return Whole(t)
        return Dense(t._value(), grad_edge(t) if build else None)

    def tensor(self) -> Tensor:
        t = wrap(self.value)
        if self.edge is not None:
            t._node, t._out = self.edge
            if isinstance(t._node, Accumulate):
                return t._node.leaf
        return t

    def dense(self, build: bool) -> Cotangent:
        return self

    def numbers(self) -> Value:
        return self.value

    def add(self, other: Cotangent, build: bool) -> Cotangent:
        if type(other) is not Dense:
            return of_tensor(self.tensor() + other.tensor(), build)
        out = trace.record(_SUM, (self.value, other.value))
        if not build or (self.edge is None and other.edge is None):
            return Dense(out[0], None)
        values, edges = (self.value, other.value), (self.edge, other.edge)
        return Dense(out[0], (Node(_SUM, values, (), edges, "AddBackward0", out), 0))

    def accumulate(self, leaf: Tensor, build: bool) -> None:
        g = leaf._grad
        if g is None:
            leaf._grad = self._first(leaf, build)
        elif g._cotangent is not Dense:
            new = self.tensor()
            leaf._grad = (new if build else new.detach()) + g
        elif build:
            leaf._grad = of_tensor(g, True).add(self, True).tensor()
        else:
            g._set_value(trace.record(_SUM, (g._value(), self.value))[0])

    def _first(self, leaf: Tensor, build: bool) -> Tensor:
        """The gradient of a leaf that had none: in no other tensor's memory, in the leaf's
        order."""
        new = self.tensor()
        if build and grad_edge(new) is not None:
            new = apply(core.copy, (new.detach(), new))
            new._node.label = "CopyBackwards"
        elif (
            new._storage is leaf._storage
            or self.value.host
            or isinstance(self.edge and self.edge[0], Accumulate)
        ):
            new = wrap(self.value)
        if leaf._strides is not None:
            keep_leaf_order(new, leaf)
        return new


class Whole(Cotangent):
    """A tensor that stands for itself."""

    __slots__ = ("whole",)

    def __init__(self, whole: Tensor):
        self.whole = whole

    def tensor(self) -> Tensor:
        return self.whole

    def dense(self, build: bool) -> Cotangent:
        return of_tensor(self.whole.to_dense(), build)

    def numbers(self) -> Value:
        return self.whole._value()

    def add(self, other: Cotangent, build: bool) -> Cotangent:
        return of_tensor(self.whole + other.tensor(), build)

    def accumulate(self, leaf: Tensor, build: bool) -> None:
        new, g = self.whole if build else self.whole.detach(), leaf._grad
        if g is None:
            leaf._grad = new
        elif g._cotangent is not Dense:
            leaf._grad = new + g
        elif build:
            leaf._grad = g + new
        else:
            g.add_(new)


enter("Tensor._cotangent", Dense)


def of_tensor(t: Tensor | None, build: bool) -> Any:
    """A tensor's cotangent; None for None."""
    return None if t is None else t._cotangent.of(t, build)


def tensor_of(c: Cotangent | None) -> Any:
    """A cotangent's tensor; None for None."""
    return None if c is None else c.tensor()
