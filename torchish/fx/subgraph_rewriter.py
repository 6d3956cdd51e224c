"""Replacing every part of a graph that looks like a pattern.

https://docs.pytorch.org/docs/stable/fx.html#torch.fx.replace_pattern
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple

from torchish.fx._symbolic_trace import symbolic_trace
from torchish.fx.graph import Graph
from torchish.fx.graph_module import GraphModule, _copy_attr
from torchish.fx.node import Node

__all__ = ["Match", "ReplacedPatterns", "replace_pattern", "replace_pattern_with_filters"]


class Match(NamedTuple):
    """A place where a pattern was found: its last node, and the graph's node for each of the
    pattern's."""

    anchor: Node
    nodes_map: dict[Node, Node]


@dataclasses.dataclass
class ReplacedPatterns:
    """The same, with the nodes that were put there."""

    anchor: Node
    nodes_map: dict[Node, Node]
    replacements: list[Node]


def _same(pattern: Any, found: Any, nodes: dict[Node, Node]) -> bool:
    """Whether an argument looks like the pattern's; which node stands for which is noted."""
    if isinstance(pattern, Node):
        return (isinstance(found, Node) and _match(pattern, found, nodes)) or (
            pattern.op == "placeholder" and _literal(pattern, found, nodes)
        )
    if isinstance(pattern, (list, tuple)):
        return (
            isinstance(found, type(pattern))
            and len(pattern) == len(found)
            and all(_same(p, f, nodes) for p, f in zip(pattern, found, strict=True))
        )
    if isinstance(pattern, dict):
        return (
            isinstance(found, dict)
            and pattern.keys() == found.keys()
            and all(_same(v, found[k], nodes) for k, v in pattern.items())
        )
    return type(pattern) is type(found) and pattern == found


def _literal(pattern: Node, found: Any, nodes: dict) -> bool:
    if pattern in nodes:
        return nodes[pattern] == found
    nodes[pattern] = found
    return True


def _match(pattern: Node, found: Node, nodes: dict[Node, Node]) -> bool:
    if pattern in nodes:
        return nodes[pattern] is found
    if pattern.op == "placeholder":
        nodes[pattern] = found
        return True
    if pattern.op != found.op:
        return False
    if pattern.op in ("call_module", "get_attr"):
        if str(pattern.target).rpartition(".")[2] != str(found.target).rpartition(".")[2]:
            return False
    elif pattern.target != found.target:
        return False
    nodes[pattern] = found
    return _same(pattern.args, found.args, nodes) and _same(pattern.kwargs, found.kwargs, nodes)


def _find(pattern: Graph, gm: GraphModule) -> list[dict[Node, Node]]:
    """Every place where a pattern stands, none of whose inner values is used elsewhere and none of
    which overlaps another."""
    out = pattern.output_node().args[0]
    anchors = [n for n in (out if isinstance(out, (list, tuple)) else [out]) if isinstance(n, Node)]
    if not anchors:
        raise RuntimeError("a pattern has to return a value that it computes")
    taken: set[Node] = set()
    matches = []
    for node in gm.graph.nodes:
        nodes: dict[Node, Node] = {}
        if not _match(anchors[0], node, nodes):
            continue
        rest = True
        for anchor in anchors[1:]:
            trials = [dict(nodes) for _ in gm.graph.nodes]
            for n, trial in zip(gm.graph.nodes, trials, strict=True):
                if _match(anchor, n, trial):
                    nodes = trial
                    break
            else:
                rest = False
        inner = {f for p, f in nodes.items() if p.op != "placeholder"}
        returned = {nodes[a] for a in anchors} if rest else set()
        closed = all(set(n.users) <= inner for n in inner - returned)
        if rest and closed and not inner & taken:
            taken |= inner
            matches.append(nodes)
    return matches


def _as_graph(g: Callable | GraphModule | Graph) -> Graph:
    if isinstance(g, Graph):
        return g
    return g.graph if isinstance(g, GraphModule) else symbolic_trace(g).graph


def replace_pattern_with_filters(
    gm: GraphModule,
    pattern: Callable | Graph | GraphModule,
    replacement: Callable | Graph | GraphModule | None = None,
    match_filters: list[Callable] | None = None,
    ignore_literals: bool = False,
    replacement_callback: Callable | None = None,
    node_name_match: str = "",
) -> list[ReplacedPatterns]:
    """`replace_pattern`, where each filter may refuse a match, and a callback may give the
    replacement for one."""
    if ignore_literals or node_name_match:
        raise NotImplementedError("replace_pattern_with_filters: ignore_literals, node_name_match")
    original, wanted = gm.graph, _as_graph(pattern)
    inputs = [n for n in wanted.nodes if n.op == "placeholder"]
    result = wanted.output_node().args[0]
    outs = [n for n in (result if isinstance(result, (list, tuple)) else [result])]
    done = []
    stands: dict[Node, Node] = {}
    for nodes in _find(wanted, gm):
        nodes = {p: stands.get(f, f) if isinstance(f, Node) else f for p, f in nodes.items()}
        match = Match(nodes[outs[0]], nodes)
        if not all(f(match, original, wanted) for f in match_filters or ()):
            continue
        if replacement_callback is not None:
            new = _as_graph(replacement_callback(match, original, wanted))
        elif replacement is not None:
            new = _as_graph(replacement)
        else:
            raise AssertionError("Must provide either replacement GraphModule or a callback")
        takes = [n for n in new.nodes if n.op == "placeholder"]
        val_map = {r: nodes[p] for r, p in zip(takes, inputs, strict=True) if p in nodes}
        inner = [f for p, f in nodes.items() if p.op not in ("placeholder", "output")]
        last = max(inner, key=lambda n: n._position())
        before = set(original.nodes)
        with original.inserting_before(last):
            value = original.graph_copy(new, val_map)
        values = value if isinstance(value, (list, tuple)) else [value]
        for p, v in zip(outs, values, strict=True):
            nodes[p].replace_all_uses_with(v)
            stands[nodes[p]] = v
        for n in sorted(inner, key=lambda n: n._position(), reverse=True):
            if not n.users:
                original.erase_node(n)
        done.append(
            ReplacedPatterns(match.anchor, nodes, [n for n in original.nodes if n not in before])
        )
    gm.recompile()
    return done


def replace_pattern(
    gm: GraphModule, pattern: Callable | GraphModule, replacement: Callable | GraphModule
) -> list[Match]:
    """Put the graph of `replacement` in every place of `gm` that looks like the graph of `pattern`;
    where it did. Both take the same number of inputs."""
    done = replace_pattern_with_filters(gm, pattern, replacement)
    if isinstance(replacement, GraphModule):
        for n in replacement.graph.nodes:
            if n.op in ("get_attr", "call_module"):
                _copy_attr(replacement, gm, str(n.target))
    return [Match(d.anchor, d.nodes_map) for d in done]
