"""A graph without operators that write in place.

Note [Functional graphs]
What an operator writes to is replaced by what it would hold: `x.add_(y)` becomes `add`, and what
reads x later reads that. A view shares its elements with what it is a view of, so a tensor that is
written through a view is made anew with the written part in it (`select_scatter` and the like), and
a view of what was written is taken again where it is read. Which tensors a view is of is known by
its operator; an operator for which no way back is known is refused by name where it matters.
"""

from __future__ import annotations

import math
import operator
from typing import Any, NamedTuple

from torchish._ops.decompositions import viewable
from torchish._ops.registry import aten as A
from torchish._ops.registry import ops
from torchish.export._symbolic import FakeTensor, SymInt
from torchish.fx.graph import Graph
from torchish.fx.node import Node, map_arg

__all__ = ["Functional", "functional"]

# Views whatever the strides, and those that are copies where the strides ask for one.
_VIEWS = {
    "view", "unflatten", "view_as", "squeeze", "unsqueeze", "transpose", "swapaxes", "swapdims",
    "permute", "t", "mT", "adjoint", "numpy_T", "movedim", "moveaxis", "select", "slice", "narrow",
    "detach", "alias", "expand", "expand_as", "broadcast_to", "diagonal", "unfold", "as_strided",
    "split", "split_with_sizes", "chunk", "unbind", "view_as_real", "view_as_complex", "real",
    "imag", "broadcast_tensors", "meshgrid", "tensor_split", "hsplit", "vsplit", "dsplit",
}  # fmt: skip
_PERHAPS = {"reshape", "reshape_as", "flatten", "ravel"}
_RESHAPED = {"view", "unflatten", "view_as", "squeeze", "unsqueeze", *_PERHAPS}
_TURNED = {"transpose", "swapaxes", "swapdims", "t", "mT", "adjoint", "numpy_T"}
_RESHAPING = {"unsqueeze_", "squeeze_", "t_", "transpose_", "swapaxes_", "swapdims_", "resize_",
              "set_", "as_strided_", "unflatten_"}  # fmt: skip


class Functional(NamedTuple):
    """The new graph, and what the inputs that were written to hold at its end."""

    graph: Graph
    written: dict[Node, Node]  # by the inputs of the old graph


class _Strided(NamedTuple):
    shape: list[int]
    strides: list[int]

    def numel(self) -> int:
        return math.prod(self.shape)

    def stride(self) -> list[int]:
        return self.strides


def _hint(n: Any) -> int:
    return n.node.hint if isinstance(n, SymInt) else n


def _value(node: Node) -> Any:
    return node.meta.get("val")


def _name(node: Node) -> str:
    return getattr(node.target, "_opname", "")


def _shares(node: Node) -> bool:
    """Whether an operator's result shares its first argument's elements."""
    name = _name(node)
    if name in _VIEWS:
        return True
    if name == "dropout" or name == "feature_dropout":
        train = node.args[2] if len(node.args) > 2 else node.kwargs.get("train")
        return not train
    if name not in _PERHAPS:
        return False
    before, after = _value(node.args[0]), _value(node)
    strided = _Strided([_hint(n) for n in before.shape], [_hint(n) for n in before.stride()])
    return viewable(strided, [_hint(n) for n in after.shape])


class _Rewriting:
    def __init__(self, old: Graph):
        self.old, self.new = old, Graph()
        self.now: dict[Node, Any] = {}  # the node that holds an old node's value
        self.taken: dict[Node, int] = {}  # at which version of its root a view was taken
        self.parent: dict[Node, tuple[Node, Node, int | None]] = {}  # what of, by what, which part
        self.version: dict[Node, int] = {}  # of roots
        self.written: dict[Node, Node] = {}

    def root(self, node: Node) -> Node:
        while node in self.parent:
            node = self.parent[node][0]
        return node

    # --- nodes

    def emit(self, target: Any, args: tuple, kwargs: dict, like: Node, val: Any) -> Node:
        made = self.new.create_node("call_function", target, args, kwargs, _opname(target))
        made.meta = {**like.meta, "val": val}
        return made

    def again(self, node: Node) -> Node:
        """A view, taken of what its base holds now."""
        base, by, part = self.parent[node]
        if by is _SAME:
            return self.read(base)
        args = (self.read(base), *map_arg(by.args[1:], self.read))
        made = self.emit(by.target, args, map_arg(by.kwargs, self.read), by, _value(by))
        if part is not None:
            made = self.emit(operator.getitem, (made, part), {}, node, _value(node))
        return made

    def read(self, node: Node) -> Any:
        """The node that holds an old node's value at this place of the program."""
        if node in self.parent:
            version = self.version.get(self.root(node), 0)
            if self.taken[node] != version:
                self.now[node], self.taken[node] = self.again(node), version
        return self.now[node]

    def write(self, node: Node, made: Node, by: Node) -> None:
        """An old node's tensor holds what a new node gives, from here on."""
        if node not in self.parent:
            self.now[node] = made
            self.version[node] = self.version.get(node, 0) + 1
            if node.op == "placeholder":
                self.written[node] = made
            return
        base, view, part = self.parent[node]
        self.write(base, self.back(node, base, view, part, made, by), by)
        self.now[node], self.taken[node] = made, self.version[self.root(node)]

    # --- from a view back to what it is of

    def sizes(self, node: Node, like: Node) -> list[Any]:
        """A tensor's sizes, as arguments of a node."""
        out = []
        for d, n in enumerate(_value(node).shape):
            if isinstance(n, SymInt):
                n = self.emit(ops.aten.sym_size.int, (self.read(node), d), {}, like, n)
            out.append(n)
        return out

    def back(
        self, node: Node, base: Node, view: Node, part: int | None, made: Node, by: Node
    ) -> Any:
        name, val = _name(view), _value(base)
        args = list(map_arg(view.args, self.read))
        named = map_arg(view.kwargs, self.read)

        def emit(target: Any, *given: Any) -> Node:
            return self.emit(target, given, {}, by, val)

        def argument(i: int, key: str, usual: Any = None) -> Any:
            return args[i] if len(args) > i else named.get(key, usual)

        if name in ("detach", "alias", "dropout", "feature_dropout"):
            return made
        if name in _RESHAPED:
            return emit(A.reshape.default, made, self.sizes(base, by))
        if name == "permute":
            n = len(val.shape)
            order = [d % n for d in argument(1, "dims")]
            return emit(A.permute.default, made, [order.index(d) for d in range(n)])
        if name in _TURNED:
            if len(val.shape) < 2:
                return made
            a, b = (args[1:3] if len(args) > 2 else (-2, -1))  # fmt: skip
            return emit(A.transpose.int, made, a, b)
        read = self.read(base)
        if name == "select":
            return emit(A.select_scatter.default, read, made, args[1], args[2])
        if name == "slice":
            usual = (0, None, None, 1)
            keys = ("dim", "start", "end", "step")
            given = [argument(i + 1, k, usual[i]) for i, k in enumerate(keys)]
            return emit(A.slice_scatter.default, read, made, *given)
        if name == "narrow" and all(isinstance(a, int) for a in args[2:4]):
            dim, start, length = args[1:4]
            return emit(A.slice_scatter.default, read, made, dim, start, start + length)
        if name == "diagonal":
            return emit(A.diagonal_scatter.default, read, made, *args[1:])
        if name == "unbind":
            return emit(A.select_scatter.default, read, made, argument(1, "dim", 0), part)
        if name in ("split", "split_with_sizes", "chunk") and part is not None:
            dim = argument(2, "dim", 0)
            lengths = [v.shape[dim] for v in _value(view)]
            if all(isinstance(n, int) for n in lengths[: part + 1]):
                start = sum(lengths[:part])
                end = start + lengths[part]
                return emit(A.slice_scatter.default, read, made, dim, start, end)
        raise NotImplementedError(
            f"torch.export: {_name(by)} writes to a view that {view.target} made"
        )

    # --- the program

    def in_place(self, node: Node) -> None:
        name, overload = _name(node), node.target._overloadname
        plain = name[:-1] if name.endswith("_") else ""
        target = getattr(getattr(ops.aten, plain, None), overload or "default", None)
        if not plain or name in _RESHAPING or target is None:
            raise NotImplementedError(f"torch.export: {node.target} as an operator without effects")
        args, kwargs = map_arg(node.args, self.read), map_arg(node.kwargs, self.read)
        made = self.emit(target, args, kwargs, node, _value(node))
        into = node.args[0]
        self.write(into, made, node)
        # The result is what was written to.
        self.parent[node] = (into, _SAME, None)
        self.now[node], self.taken[node] = made, self.version[self.root(node)]

    def step(self, node: Node) -> None:
        if node.op == "placeholder":
            self.now[node] = self.new.create_node("placeholder", node.target, name=node.name)
            self.now[node].meta = dict(node.meta)
            return
        schema = getattr(node.target, "_schema", None)
        if schema is not None and schema.is_mutable:
            self.in_place(node)
            return
        made = self.new.node_copy(node, self.read)
        self.now[node] = made
        if node.op != "call_function" or not isinstance(node.args[0] if node.args else None, Node):
            return
        first: Any = node.args[0]
        if node.target is operator.getitem and isinstance(_value(node), FakeTensor):
            if first in self.parent:
                base, view, _ = self.parent[first]
                self._view(node, base, view, node.args[1])
        elif _shares(node):
            self._view(node, first, node, None)

    def _view(self, node: Node, base: Node, view: Node, part: Any) -> None:
        self.parent[node] = (base, view, part)
        self.taken[node] = self.version.get(self.root(node), 0)


class _Same:
    """Stands for the operator of which the result is its argument."""

    target = A.alias.default
    args: tuple = (None,)
    kwargs: dict = {}
    meta: dict = {}


_SAME: Any = _Same()


def _opname(target: Any) -> str:
    return getattr(target, "_opname", getattr(target, "__name__", "value"))


def functional(old: Graph) -> Functional:
    """A graph that gives the same results and writes to nothing. NotImplementedError for what
    writes in a way that is not known."""
    r = _Rewriting(old)
    for node in old.nodes:
        if node.op == "output":
            made = r.new.output(map_arg(node.args[0], r.read))
            made.meta = dict(node.meta)
        else:
            r.step(node)
    return Functional(r.new, r.written)
