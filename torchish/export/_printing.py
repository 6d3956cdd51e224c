"""A graph as the source that `print(exported_program)` shows."""

from __future__ import annotations

import re
from typing import Any

from torchish._core.base import dtypes as dt
from torchish.export._symbolic import FakeTensor, SymInt
from torchish.fx._codegen import _last_uses, _Shown, _statement, _Writer
from torchish.fx.graph import Graph

__all__ = ["readable"]

_KINDS = {"float": "f", "bfloat": "bf", "int": "i", "uint": "u", "complex": "c", "bool": "b8"}


def _abbreviated(d: dt.dtype) -> str:
    name = str(d).removeprefix("torch.")
    if name == "bool":
        return "b8"
    match = re.fullmatch(r"([a-z]+)(\d+)", name)
    return name if match is None else f"{_KINDS.get(match[1], match[1])}{match[2]}"


def _typed(value: Any) -> str:
    if isinstance(value, FakeTensor):
        return f': "{_abbreviated(value.dtype)}[{", ".join(map(str, value.shape))}]"'
    return f': "Sym({value})"' if isinstance(value, SymInt) else ""


def readable(graph: Graph) -> str:
    """The source, with each node's shape and dtype, and the lines of the program above."""
    w = _Writer(graph._graph_namespace)
    nodes = list(graph.nodes)
    last, head, place = _last_uses(nodes), [], None
    for node in nodes:
        if node.op == "placeholder":
            head.append(f"{node}{_typed(node.meta.get('val'))}")
            continue
        if node.op == "output":
            w.body.append(f"return {_Shown(w, node.args[0])!r}\n")
            continue
        trace = node.meta.get("stack_trace")
        if trace and trace != place:
            place = trace
            match = re.match(r'File "(.*)", line (\d+), in (\S+)\n\s*(.*)', trace)
            if match is not None:
                file, line, function, code = match.groups()
                w.body.append(f"\n# File: {file}:{line} in {function}, code: {code}\n")
        start = len(w.body)
        _statement(w, node, "self")
        text = "".join(w.body[start:])
        del w.body[start:]
        text = text.replace(f"{node} = ", f"{node}{_typed(node.meta.get('val'))} = ", 1)
        dead = [repr(n) for n in last.get(node, ())] + ([] if node.users else [repr(node)])
        w.body.append(text + (f";  {' = '.join(dead)} = None\n" if dead else "\n"))
    body = "".join(w.body).lstrip("\n").replace("\n", "\n        ")
    return (
        "class GraphModule(torch.nn.Module):\n"
        f"    def forward(self, {', '.join(head)}):\n        {body}"
    )
