"""`torch.fx`: programs as graphs that can be read, changed and run.

https://docs.pytorch.org/docs/stable/fx.html
"""

from torchish.fx import (
    _pytree,
    config,
    graph,
    graph_module,
    immutable_collections,
    interpreter,
    node,
    proxy,
    subgraph_rewriter,
    traceback,
)
from torchish.fx._symbolic_trace import PH, ProxyableClassMeta, Tracer, symbolic_trace, wrap
from torchish.fx.graph import CodeGen, Graph
from torchish.fx.graph_module import GraphModule
from torchish.fx.interpreter import Interpreter, Transformer
from torchish.fx.node import Node, has_side_effect, map_arg
from torchish.fx.proxy import Proxy
from torchish.fx.subgraph_rewriter import replace_pattern

__all__ = [
    "PH",
    "CodeGen",
    "Graph",
    "GraphModule",
    "Interpreter",
    "Node",
    "Proxy",
    "ProxyableClassMeta",
    "Tracer",
    "Transformer",
    "_pytree",
    "config",
    "graph",
    "graph_module",
    "has_side_effect",
    "immutable_collections",
    "interpreter",
    "map_arg",
    "node",
    "proxy",
    "replace_pattern",
    "subgraph_rewriter",
    "symbolic_trace",
    "traceback",
    "wrap",
]
