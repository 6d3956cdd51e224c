"""From a list of operators to a graph with its signature."""

from __future__ import annotations

import operator
from typing import Any

from torchish._core.tensor import Tensor
from torchish._ops.registry import ops
from torchish.export import graph_signature as sig
from torchish.export._capture import Captured
from torchish.export._recorder import Constant, Like, Ref, like
from torchish.export._symbolic import Expr, FakeTensor, SymInt
from torchish.fx.graph import Graph
from torchish.fx.node import Node

__all__ = ["build", "fake"]


def _size(n: Any, hints: dict[str, int]) -> Any:
    return SymInt(n, n.value(hints)) if isinstance(n, Expr) else n


def fake(x: Any, hints: dict[str, int]) -> Any:
    """What results are like, as the values of nodes."""
    if isinstance(x, Like):
        shape, stride = ([_size(n, hints) for n in y] for y in (x.shape, x.stride))
        return FakeTensor(shape, x.dtype, x.device, stride, x.requires_grad)
    if isinstance(x, (list, tuple)):
        return (
            type(x)(*[fake(y, hints) for y in x])
            if hasattr(x, "_fields")
            else type(x)(fake(y, hints) for y in x)
        )
    return _size(x, hints)


class Builder:
    """A graph while it is built."""

    def __init__(self, captured: Captured):
        self.captured, self.hints = captured, captured.hints
        self.graph = Graph()
        self.tensors: list[Node] = []  # placeholders of parameters, buffers, the user's tensors
        self.constants: list[Node] = []
        self.results: list[Any] = []
        self.sizes: dict[Expr, Node] = {}
        self.last: Node | None = None

    def placeholder(self, name: str, value: Any) -> Node:
        node = self.graph.placeholder(name)
        node.meta["val"] = value
        node.target = node.name
        self.last = node
        return node

    def size(self, e: Expr) -> Any:
        """The node of an expression of sizes."""
        if e.kind == "int":
            return e.parts[0]
        if e not in self.sizes:
            if e.kind == "sym":
                i, d = self.captured.sources[e.parts[0]]
                with self.graph.inserting_after(self.last):
                    node = self.graph.call_function(ops.aten.sym_size.int, (self.tensors[i], d))
                self.last = node
            else:
                f = {"add": operator.add, "mul": operator.mul, "floordiv": operator.floordiv}
                node = self.graph.call_function(f[e.kind], tuple(self.size(p) for p in e.parts))
            node.meta["val"] = SymInt(e, e.value(self.hints))
            self.sizes[e] = node
        return self.sizes[e]

    def argument(self, x: Any) -> Any:
        """An argument of a node."""
        if isinstance(x, Ref):
            if x.line is None:
                return self.tensors[x.out]
            made = self.results[x.line]
            return made if x.out is None else made[x.out]
        if isinstance(x, Constant):
            return self.constants[x.number]
        if isinstance(x, Expr):
            return self.size(x)
        if isinstance(x, (list, tuple)):
            return type(x)(self.argument(y) for y in x)
        if isinstance(x, dict):
            return {k: self.argument(v) for k, v in x.items()}
        return x

    def lines(self) -> None:
        """A node for each operator, and one for each of its results where there are several."""
        for line in self.captured.lines:
            args, kwargs = self.argument(line.args), self.argument(line.kwargs)
            name = line.target._opname
            node = self.graph.create_node("call_function", line.target, args, kwargs, name)
            meta: dict[str, Any] = {}
            if line.place is not None:
                meta["stack_trace"] = line.place.text()
            meta["nn_module_stack"] = {
                f"L__self__{path}": (path, f"{t.__module__}.{t.__qualname__}")
                for path, t in line.modules
            }
            node.meta |= meta
            node.meta["val"] = fake(line.results, self.hints)
            if not isinstance(line.results, (tuple, list)) or isinstance(line.results, Like):
                self.results.append(node)
                continue
            parts = []
            for i, r in enumerate(line.results):
                part = self.graph.call_function(operator.getitem, (node, i))
                part.meta |= {**meta, "val": fake(r, self.hints)}
                parts.append(part)
            self.results.append(parts)


def _identifier(name: str) -> str:
    return name.replace(".", "_")


def build(
    captured: Captured,
    names: list[str],
    leaves: list[Any],
    parameters: dict[str, Tensor],
    buffers: dict[str, tuple[Tensor, bool]],
    constants: list[str],
) -> tuple[Graph, sig.ExportGraphSignature]:
    """The graph and its signature; `constants` are the constants' names."""
    b = Builder(captured)
    inputs: list[sig.InputSpec] = []
    kinds = sig.InputKind

    def enter(kind: Any, node: Node, target: str | None, persistent: bool | None = None) -> None:
        inputs.append(sig.InputSpec(kind, sig.TensorArgument(node.name), target, persistent))

    for name, p in parameters.items():
        node = b.placeholder(f"p_{_identifier(name)}", fake(like(p), {}))
        b.tensors.append(node)
        enter(kinds.PARAMETER, node, name)
    for name, (t, persistent) in buffers.items():
        node = b.placeholder(f"b_{_identifier(name)}", fake(like(t), {}))
        b.tensors.append(node)
        enter(kinds.BUFFER, node, name, persistent)
    for name, t in zip(constants, captured.constants, strict=True):
        node = b.placeholder(f"c_{_identifier(name)}", fake(like(t), {}))
        b.constants.append(node)
        enter(kinds.CONSTANT_TENSOR, node, name)
    shapes = iter(captured.shapes)
    for name, x in zip(names, leaves, strict=True):
        if isinstance(x, Tensor):
            shape = next(shapes)
            shown = like(x)
            node = b.placeholder(name, fake(shown._replace(shape=shape), captured.hints))
            b.tensors.append(node)
            enter(kinds.USER_INPUT, node, None)
        else:
            node = b.placeholder(name, x)
            arg = sig.ConstantArgument(node.name, x)
            inputs.append(sig.InputSpec(kinds.USER_INPUT, arg, None))
    b.lines()
    outputs, specs = [], []
    for o in captured.outputs:
        made = b.argument(o)
        outputs.append(made)
        if not isinstance(made, Node):
            arg: Any = sig.ConstantArgument("", made)
        elif isinstance(made.meta["val"], SymInt):
            arg = sig.SymIntArgument(made.name)
        else:
            arg = sig.TensorArgument(made.name)
        specs.append(sig.OutputSpec(sig.OutputKind.USER_OUTPUT, arg, None))
    b.graph.output(tuple(outputs))
    return b.graph, sig.ExportGraphSignature(inputs, specs)
