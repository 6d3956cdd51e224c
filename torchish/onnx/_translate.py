"""From an exported program to an ONNX model. See Note [Translations]."""

from __future__ import annotations

import importlib
import operator
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor
from torchish.export._functional import functional
from torchish.export._symbolic import FakeTensor, SymInt
from torchish.export.graph_signature import InputKind
from torchish.fx.node import Node, map_arg
from torchish.onnx._graph import Graph, Value, array, element
from torchish.onnx._operators import TABLE
from torchish.onnx.errors import OnnxExporterError
from torchish.version import __version__

__all__ = ["Model", "external_proto", "model_proto", "tensor_proto", "translate"]

IR_VERSION = 10


class Model:
    """What a program was written as: nodes, initializers, inputs and outputs."""

    def __init__(self, graph: Graph, inputs: list[Any], outputs: list[Any], given: list[str]):
        self.graph, self.inputs, self.outputs = graph, inputs, outputs
        self.given = given  # names of the inputs that are the user's tensors


def _found(target: Any) -> Any:
    name = getattr(target, "_opname", None)
    if name is None or target.namespace != "aten":
        return None
    overload = target._overloadname or "default"
    return TABLE.get(f"{name}.{overload}") or TABLE.get(name)


_ARITHMETIC = {operator.add: "Add", operator.mul: "Mul", operator.floordiv: "Div"}


class _Writer:
    def __init__(self, ep: Any, opset: int, names: dict[str, str]):
        self.ep = ep
        self.graph = Graph(opset)
        self.names = names  # of symbols in sizes
        self.values: dict[Node, Any] = {}

    # --- names

    def taken(self, name: str) -> str:
        made, n = name, 0
        while made in self.graph.taken:
            n += 1
            made = f"{name}_{n}"
        self.graph.taken.add(made)
        return made

    def rename(self, old: str, new: str) -> None:
        """Give a value another name wherever it stands."""
        for node in self.graph.nodes:
            for names in (node.input, node.output):
                for i, n in enumerate(names):
                    if n == old:
                        names[i] = new

    # --- types

    def dim(self, n: Any) -> Any:
        """A size as a number or a name. Every part of an expression is said by its symbols."""
        if not isinstance(n, SymInt):
            return n
        text = str(n)
        return re.sub(r"[A-Za-z_]\w*", lambda m: self.names.get(m[0], m[0]), text)

    def info(self, name: str, value: Any) -> Any:
        """An input or output of the graph."""
        helper = self.graph._proto
        if isinstance(value, FakeTensor):
            shape = [self.dim(n) for n in value.shape]
            return helper.make_tensor_value_info(name, element(value.dtype), shape)
        return helper.make_tensor_value_info(name, element(dt.int64), [])

    # --- nodes

    def argument(self, x: Any) -> Any:
        if isinstance(x, Node):
            return self.values[x]
        if isinstance(x, (list, tuple)):
            return [self.argument(y) for y in x]
        return x

    def call(self, node: Node) -> None:
        g, val = self.graph, node.meta.get("val")
        if node.target is operator.getitem:
            self.values[node] = self.part(node)
            return
        g.out, g.label = val, node.name
        g.about = {"pkg.torch.onnx.fx_node": f"{node.name}: {node.target}"}
        if node.meta.get("stack_trace"):
            g.about["pkg.torch.onnx.stack_trace"] = node.meta["stack_trace"]
        try:
            made = self.translated(node)
        except (NotImplementedError, _Unknown) as e:
            raise OnnxExporterError(_failed(node, e)) from e
        self.values[node] = self.settled(made, val)

    def part(self, node: Node) -> Any:
        made = self.values[node.args[0]][node.args[1]]
        if made is None and node.users:
            raise OnnxExporterError(
                _failed(node.args[0], NotImplementedError(f"its result {node.args[1]}"))
            )
        return made

    def translated(self, node: Node) -> Any:
        g, target = self.graph, node.target
        if target in _ARITHMETIC:
            a, b = (self.argument(x) for x in node.args)
            return g.arithmetic(_ARITHMETIC[target], a, b)
        args = [self.argument(a) for a in node.args]
        kwargs = {k: self.argument(v) for k, v in node.kwargs.items()}
        if getattr(target, "_opname", "") == "sym_size":
            return g.size(args[0], args[1])
        f = _found(target)
        if f is None:
            raise _Unknown(f"No ONNX function found for {target!r}")
        if target._schema is not None:
            args, kwargs = target._schema.fill(args, kwargs)
        return f(g, *args, **kwargs)

    def settled(self, made: Any, val: Any) -> Any:
        """Results with the dtypes and shapes that the export knows."""
        if isinstance(made, (list, tuple)) and isinstance(val, FakeTensor):
            made = made[0]  # of an operator whose other results nobody asked for
        if isinstance(made, (list, tuple)):
            vals = list(val) if isinstance(val, (list, tuple)) else [None] * len(made)
            return [None if m is None else self.settled(m, v) for m, v in zip(made, vals)]
        if isinstance(made, Value) and isinstance(val, FakeTensor):
            made = self.graph.cast(made, val.dtype)
            return Value(made.name, made.dtype, val.shape)
        return made

    # --- inputs and outputs

    def enter(self, nodes: Sequence[Node], wanted: Sequence[str]) -> tuple[list[Any], list[str]]:
        """Placeholders: initializers, and inputs, which may have other names."""
        inputs, given = [], []
        held = dict(self.ep._lifted())
        specs = self.ep.graph_signature.input_specs
        later = []
        for node, spec in zip(nodes, specs, strict=True):
            val = node.meta.get("val")
            if spec.kind is InputKind.USER_INPUT:
                later.append((node, val))
                continue
            name = self.taken(str(spec.target))
            tensor = held[str(spec.target)]
            self.graph.initializers[name] = tensor
            self.values[node] = Value(name, tensor.dtype, tuple(tensor.shape))
        names = iter(wanted)
        for node, val in later:
            if not isinstance(val, FakeTensor):
                self.values[node] = val  # the value that it was exported with
                continue
            name = self.taken(next(names, node.name))
            self.values[node] = Value(name, val.dtype, val.shape)
            inputs.append(self.info(name, val))
            given.append(name)
        if (more := next(names, None)) is not None:
            raise ValueError(f"input_names: there is no input for {more!r}")
        return inputs, given

    def leave(self, results: Sequence[Any], wanted: Sequence[str]) -> list[Any]:
        """What is returned, without what is no tensor and no size."""
        g, outputs, names = self.graph, [], iter(wanted)
        seen: set[str] = set()
        for r in results:
            if not isinstance(r, Node):
                continue
            v, val = self.values[r], r.meta.get("val")
            if v is None or isinstance(v, list):
                raise OnnxExporterError(_failed(r, NotImplementedError("as an output")))
            v = v if isinstance(v, Value) else g.const(v, dt.int64)
            wish = next(names, None)
            name = self.taken(wish if wish is not None else r.name)
            made = any(v.name in n.output and n.op_type != "Constant" for n in g.nodes)
            if v.name in seen or not made:
                g.label, g.about = name, {}
                v = g.op("Identity", v)
            seen.add(name)
            self.rename(v.name, name)
            for x in self.values.values():
                if isinstance(x, Value) and x.name == v.name and x is not v:
                    x.name = name
            v.name = name
            shown = val if isinstance(val, FakeTensor) else None
            outputs.append(self.info(name, shown))
        if (more := next(names, None)) is not None:
            raise ValueError(f"output_names: there is no output for {more!r}")
        return outputs


class _Unknown(Exception):
    """An operator without a translation."""


def _failed(node: Node, error: Exception) -> str:
    trace = node.meta.get("stack_trace")
    where = f"\n\nThe operator comes from:\n  {trace}" if trace else ""
    what = type(error).__name__ if not isinstance(error, _Unknown) else "DispatchError"
    return (
        "Failed to convert the exported program to an ONNX model.\n\n"
        f"Error when translating node {node.name}: {node.target}{where}\n\n{what}: {error}"
    )


def translate(
    ep: Any,
    opset: int,
    inputs: Sequence[str],
    outputs: Sequence[str],
    symbols: dict[str, str],
    optimize: bool,
) -> Model:
    """An exported program as an ONNX graph. OnnxExporterError for an operator that has no
    translation, and for a form of one that has none, with the program's line."""
    try:
        graph = functional(ep.graph).graph
    except NotImplementedError as e:
        raise OnnxExporterError(
            f"Failed to convert the exported program to an ONNX model.\n\n{e}"
        ) from e
    w = _Writer(ep, opset, symbols)
    places = [n for n in graph.nodes if n.op == "placeholder"]
    made, given = w.enter(places, inputs)
    wanted = _needed(graph)
    out: list[Any] = []
    for node in graph.nodes:
        if node.op == "call_function" and node in wanted:
            w.call(node)
        elif node.op == "output":
            found = node.args[0]
            out = w.leave(found if isinstance(found, (list, tuple)) else [found], outputs)
    if optimize:
        _without_waste(w.graph, {o.name for o in out})
    return Model(w.graph, made, out, given)


def _needed(graph: Any) -> set[Node]:
    """The nodes that an output comes from."""
    wanted: set[Node] = set()
    for node in reversed(list(graph.nodes)):
        if node.op == "output" or node in wanted:
            map_arg(node.args, lambda n: wanted.add(n) or n)
            map_arg(node.kwargs, lambda n: wanted.add(n) or n)
    return wanted


def _without_waste(g: Graph, outputs: set[str]) -> None:
    """Drop what no output comes from, and make one of equal nodes."""
    same: dict[Any, Any] = {}
    renamed: dict[str, str] = {}
    kept = []
    for node in g.nodes:
        for i, name in enumerate(node.input):
            node.input[i] = renamed.get(name, name)
        key = (
            node.op_type, tuple(node.input), len(node.output),
            tuple(sorted(a.SerializeToString() for a in node.attribute)),
        )  # fmt: skip
        first = same.setdefault(key, node)
        if first is not node and not outputs & set(node.output):
            renamed |= dict(zip(node.output, first.output, strict=True))
            continue
        kept.append(node)
    wanted, alive = set(outputs), []
    for node in reversed(kept):
        if wanted & set(node.output):
            wanted.update(node.input)
            alive.append(node)
    g.nodes = alive[::-1]
    g.initializers = {n: t for n, t in g.initializers.items() if n in wanted}


def tensor_proto(name: str, t: Tensor) -> Any:
    """An initializer with its elements in it."""
    data = np.ascontiguousarray(array(t)).reshape(tuple(t.shape))
    return importlib.import_module("onnx.numpy_helper").from_array(data, name)


def external_proto(name: str, t: Tensor, file: str, offset: int, length: int) -> Any:
    """An initializer whose elements are in a file beside the model."""
    onnx = importlib.import_module("onnx")
    proto = onnx.TensorProto(name=name, data_type=element(t.dtype), dims=list(t.shape))
    proto.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", file), ("offset", offset), ("length", length)):
        proto.external_data.add(key=key, value=str(value))
    return proto


def model_proto(model: Model, initializers: list[Any], as_inputs: bool) -> Any:
    """The ModelProto."""
    helper = model.graph._proto
    inputs = list(model.inputs)
    if as_inputs:
        inputs += [
            helper.make_tensor_value_info(n, element(t.dtype), list(t.shape))
            for n, t in model.graph.initializers.items()
        ]
    graph = helper.make_graph(model.graph.nodes, "main_graph", inputs, model.outputs, initializers)
    return helper.make_model(
        graph, producer_name="torchish", producer_version=__version__, ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", model.graph.opset)],
    )  # fmt: skip
