"""A program as a list of nodes, and the Python source that it is written as.

https://docs.pytorch.org/docs/stable/fx.html#torch.fx.Graph
"""

from __future__ import annotations

import builtins
import copy
import keyword
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from torchish.fx._codegen import (
    CodeGen,
    PythonCode,
    inplace_methods,
    magic_methods,
    reflectable_magic_methods,
)
from torchish.fx.node import Argument, Node, Target, map_arg

__all__ = [
    "CodeGen",
    "Graph",
    "PythonCode",
    "inplace_methods",
    "magic_methods",
    "reflectable_magic_methods",
]

_TAKEN = {"inf", "nan", "NoneType", "torch", "device", "fx_pytree", "pytree"}


def _snake_case(s: str) -> str:
    """`DeepThought` → `deep_thought`."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", s).lower()


class _Namespace:
    """Names that are taken, and new ones."""

    def __init__(self) -> None:
        self._obj_to_name: dict[Any, str] = {}
        self._used_names: set[str] = set()
        self._base_count: dict[str, int] = defaultdict(int)

    def create_name(self, candidate: str, obj: Any) -> str:
        """A name like the candidate that nothing else has: `add`, `add_1`, …"""
        if obj is not None and obj in self._obj_to_name:
            return self._obj_to_name[obj]
        candidate = re.sub(r"[^0-9a-zA-Z_]+", "_", candidate) or "_unnamed"
        if candidate[0].isdigit():
            candidate = f"_{candidate}"
        base, number = candidate, None
        match = re.fullmatch(r"(.*)_(\d+)", candidate)
        if match is not None:
            base, number = match.group(1), int(match.group(2))
            candidate = f"{base}_{number}"
        number = number or self._base_count[base]
        while candidate in self._used_names or self._is_illegal_name(candidate, obj):
            number += 1
            candidate = f"{base}_{number}"
        self._used_names.add(candidate)
        self._base_count[base] = number
        if obj is not None:
            self._obj_to_name[obj] = candidate
        return candidate

    def associate_name_with_obj(self, name: str, obj: Any) -> None:
        """Give an object a name that was made before."""
        self._obj_to_name.setdefault(obj, name)

    def _is_illegal_name(self, name: str, obj: Any) -> bool:
        if keyword.iskeyword(name):
            return True
        if name in vars(builtins):
            return obj is not vars(builtins)[name]
        return name in _TAKEN and obj is None

    def _rename_object(self, obj: Any, name: str) -> None:
        self._obj_to_name[obj] = name
        self._used_names.add(name)


class _node_list:
    """The nodes in order, or backwards."""

    def __init__(self, graph: Graph, direction: str = "_next"):
        self.graph, self.direction = graph, direction

    def __len__(self) -> int:
        return self.graph._len

    def __iter__(self) -> Iterator[Node]:
        root = self.graph._root
        node = getattr(root, self.direction)
        while node is not root:
            if not node._erased:
                yield node
            node = getattr(node, self.direction)

    def __reversed__(self) -> _node_list:
        return _node_list(self.graph, "_prev" if self.direction == "_next" else "_next")


class _InsertPoint:
    def __init__(self, graph: Graph, new_insert: Callable[[Node], None]):
        self.graph, self.before = graph, graph._insert
        graph._insert = new_insert

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        self.graph._insert = self.before


class Graph:
    """Nodes, each of which uses only nodes before it."""

    def __init__(
        self,
        owning_module: Any = None,
        tracer_cls: type | None = None,
        tracer_extras: dict[str, Any] | None = None,
    ) -> None:
        self._root = Node(self, "", "root", "", (), {})
        self._insert: Callable[[Node], None] = self._root.prepend
        self._len = 0
        self._graph_namespace = _Namespace()
        self._owning_module = owning_module
        self._tracer_cls, self._tracer_extras = tracer_cls, tracer_extras
        self._codegen = CodeGen()
        self._co_fields: dict[str, Any] = {}

    @property
    def owning_module(self) -> Any:
        """The GraphModule that it is the graph of."""
        return self._owning_module

    @owning_module.setter
    def owning_module(self, mod: Any) -> None:
        self._owning_module = mod

    @property
    def nodes(self) -> _node_list:
        """The nodes in order; `reversed` works, and so does erasing while iterating."""
        return _node_list(self)

    def output_node(self) -> Node:
        """The node that returns."""
        node = next(iter(reversed(self.nodes)))
        if node.op != "output":
            raise AssertionError("the graph's last node is no output")
        return node

    def find_nodes(self, *, op: str, target: Target | None = None, sort: bool = True) -> list[Node]:
        """The nodes of one kind, and of one target for calls."""
        return [n for n in self.nodes if n.op == op and (target is None or n.target == target)]

    # --- making nodes

    def create_node(
        self,
        op: str,
        target: Target,
        args: tuple[Argument, ...] | None = None,
        kwargs: dict[str, Argument] | None = None,
        name: str | None = None,
        type_expr: Any = None,
    ) -> Node:
        """Insert a node at the insertion point: the end, unless `inserting_before` says another."""
        if args is not None and not isinstance(args, tuple):
            raise AssertionError("args must be a tuple")
        if kwargs is not None and not isinstance(kwargs, dict):
            raise AssertionError("kwargs must be a dict")
        candidate = name if name is not None else self._target_to_str(target)
        unique = self._graph_namespace.create_name(candidate, None)
        node = Node(self, unique, op, target, args or (), kwargs or {}, type_expr)
        owner = self.owning_module
        for hook in getattr(owner, "_create_node_hooks", None) or ():
            hook(node)
        self._graph_namespace.associate_name_with_obj(unique, node)
        self._insert(node)
        self._len += 1
        return node

    def erase_node(self, to_erase: Node) -> None:
        """Take a node out. RuntimeError while it has users."""
        if to_erase.users:
            raise RuntimeError(
                f"Tried to erase Node {to_erase} but it still had {len(to_erase.users)} users in "
                f"the graph: {to_erase.users}!"
            )
        if to_erase.graph is not self:
            raise RuntimeError(f"Attempting to remove {to_erase} from wrong graph!")
        if to_erase._erased:
            return
        for hook in getattr(self.owning_module, "_erase_node_hooks", None) or ():
            hook(to_erase)
        to_erase._remove_from_list()
        to_erase._erased = True
        self._len -= 1
        to_erase._update_args_kwargs((), {})

    def inserting_before(self, n: Node | None = None) -> _InsertPoint:
        """Insert in front of a node, until the `with` block ends; None: at the beginning."""
        if n is None:
            return self.inserting_after(self._root)
        if n.graph is not self:
            raise AssertionError("Node to insert before is not in graph.")
        return _InsertPoint(self, n.prepend)

    def inserting_after(self, n: Node | None = None) -> _InsertPoint:
        """Insert behind a node, until the `with` block ends; None: at the end."""
        if n is None:
            return self.inserting_before(self._root)
        if n.graph is not self:
            raise AssertionError("Node to insert after is not in graph.")
        following = n._next
        return _InsertPoint(self, n.append if following is n else following.prepend)

    def placeholder(self, name: str, type_expr: Any = None, default_value: Any = ...) -> Node:
        """An input."""
        args = () if default_value is ... else (default_value,)
        return self.create_node("placeholder", name, args, type_expr=type_expr)

    def get_attr(self, qualified_name: str, type_expr: Any = None) -> Node:
        """A parameter, buffer or other attribute of the module, by its path."""
        return self.create_node("get_attr", qualified_name, type_expr=type_expr)

    def call_module(
        self,
        module_name: str,
        args: tuple | None = None,
        kwargs: dict[str, Any] | None = None,
        type_expr: Any = None,
    ) -> Node:
        """A call of a submodule, by its path."""
        return self.create_node("call_module", module_name, args, kwargs, type_expr=type_expr)

    def call_method(
        self,
        method_name: str,
        args: tuple | None = None,
        kwargs: dict[str, Any] | None = None,
        type_expr: Any = None,
    ) -> Node:
        """A call of a method of the first argument."""
        return self.create_node("call_method", method_name, args, kwargs, type_expr=type_expr)

    def call_function(
        self,
        the_function: Callable[..., Any],
        args: tuple | None = None,
        kwargs: dict[str, Any] | None = None,
        type_expr: Any = None,
        name: str | None = None,
    ) -> Node:
        """A call of a function."""
        return self.create_node("call_function", the_function, args, kwargs, name, type_expr)

    def output(self, result: Argument, type_expr: Any = None) -> Node:
        """What the graph returns."""
        return self.create_node("output", "output", (result,), type_expr=type_expr)

    # --- copies

    def node_copy(self, node: Node, arg_transform: Callable = lambda x: x) -> Node:
        """A copy of another graph's node; `arg_transform` gives this graph's node for each of its
        arguments."""
        args = map_arg(node.args, arg_transform)
        kwargs = map_arg(node.kwargs, arg_transform)
        made = self.create_node(node.op, node.target, args, kwargs, node.name, node.type)
        made.meta = copy.copy(node.meta)
        return made

    def graph_copy(
        self, g: Graph, val_map: dict[Node, Node], return_output_node: bool = False
    ) -> Argument | tuple[Argument, Node] | None:
        """Append copies of another graph's nodes; the value that it returns, or None.

        `val_map` says which nodes stand for which already, and is filled up.
        """
        for node in g.nodes:
            if node in val_map:
                continue
            if node.op == "output":
                out = map_arg(node.args[0], lambda n: val_map[n])
                return (out, node) if return_output_node else out
            val_map[node] = self.node_copy(node, lambda n: val_map[n])
        return None

    def __deepcopy__(self, memo: dict | None = None) -> Graph:
        memo = {} if memo is None else memo
        g = Graph(tracer_cls=self._tracer_cls)
        memo[id(self)] = g
        val_map: dict[Node, Node] = {}
        out = g.graph_copy(self, val_map, return_output_node=True)
        g._codegen = copy.deepcopy(self._codegen)
        g._co_fields = dict(self._co_fields)
        for old, new in val_map.items():
            memo[id(old)] = new
        if out is not None:
            value, old = out
            new = g.output(value, type_expr=old.type)
            new.meta = copy.copy(old.meta)
        return g

    # --- as text

    def _target_to_str(self, target: Target) -> str:
        name = target if isinstance(target, str) else getattr(target, "__name__", str(target))
        if name.startswith("__") and name.endswith("__") and len(name) > 4:
            name = name[2:-2]
        return _snake_case(name)

    def python_code(
        self,
        root_module: str,
        *,
        verbose: bool = False,
        include_stride: bool = False,
        include_device: bool = False,
        colored: bool = False,
        **options: Any,
    ) -> PythonCode:
        """The graph as the source of a function `forward`, and the globals that it needs."""
        namespace = _Namespace()
        before = {node: node._repr_fn for node in self.nodes}
        for node in before:
            node._repr_fn = lambda n: namespace.create_name(n.name, n)
        try:
            return self._codegen._gen_python_code(
                self.nodes, root_module, namespace, verbose=verbose
            )
        finally:
            for node, fn in before.items():
                node._repr_fn = fn

    def set_codegen(self, codegen: CodeGen) -> None:
        """Write the source in another way."""
        self._codegen = codegen

    def on_generate_code(self, make_transformer: Callable) -> Any:
        """Have the source's lines rewritten before it is compiled; a context that ends that."""
        before = self._codegen._body_transformer
        self._codegen._body_transformer = make_transformer(before)
        graph = self

        class Handle:
            def __enter__(self) -> None:
                return None

            def __exit__(self, *exc: object) -> None:
                graph._codegen._body_transformer = before

        return Handle()

    def process_inputs(self, *args: Any) -> Any:
        """Arguments of a call as the placeholders take them."""
        return self._codegen.process_inputs(*args)

    def process_outputs(self, out: Any) -> Any:
        """The output node's value as a call returns it."""
        return self._codegen.process_outputs(out)

    def __str__(self) -> str:
        placeholders: list[str] = []
        returned = [""]
        lines = [n.format_node(placeholders, returned) for n in self.nodes]
        return "graph():" + "".join(f"\n    {line}" for line in lines if line)

    def print_tabular(self) -> None:
        """Print the nodes as a table."""
        head = ("opcode", "name", "target", "args", "kwargs")
        rows = [
            tuple(str(x) for x in (n.op, n.name, n.target, n.args, n.kwargs)) for n in self.nodes
        ]
        widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]
        rule = tuple("-" * w for w in widths)
        for row in (head, rule, *rows):
            print("  ".join(x.ljust(w) for x, w in zip(row, widths, strict=True)).rstrip())

    # --- checks and cleaning

    def lint(self) -> None:
        """Check that the graph can run: every node is used behind itself only, names are unique,
        and what it takes of its module is there. RuntimeError or ValueError otherwise."""
        seen: set[Node] = set()
        names: set[str] = set()
        for node in self.nodes:
            if node.graph is not self:
                raise RuntimeError(f"Node '{node}' does not belong to this Graph!")
            for arg in node.all_input_nodes:
                if arg.graph is not self:
                    raise RuntimeError(
                        f"Argument '{arg}' of Node '{node}' does not belong to this Graph, but was "
                        "used as an argument! If you are copying nodes from another graph, make "
                        "sure to use ``arg_transform`` on node_copy() to remap values\n"
                        f"{self}"
                    )
                if arg not in seen:
                    raise RuntimeError(
                        f"Argument '{arg}' of Node '{node}' was used before it has been defined! "
                        f"Please check that Nodes in the graph are topologically ordered\n{self}"
                    )
            seen.add(node)
            if node.name in names:
                raise RuntimeError(f"Node redefined name {node.name}!")
            names.add(node.name)
            if self.owning_module is not None and node.op in ("get_attr", "call_module"):
                self._lint_path(node)

    def _lint_path(self, node: Node) -> None:
        at = self.owning_module
        for atom in str(node.target).split("."):
            if not hasattr(at, atom):
                raise RuntimeError(
                    f"Node {node} target {node.target} references nonexistent attribute {atom} of "
                    f"{at}"
                )
            at = getattr(at, atom)

    def eliminate_dead_code(self, is_impure_node: Callable[[Node], bool] | None = None) -> bool:
        """Take out nodes that nobody uses and that do nothing else; whether there were any."""
        self.lint()
        before = self._len
        for node in reversed(self.nodes):
            impure = is_impure_node(node) if is_impure_node else node.is_impure()
            if not impure and not node.users:
                self.erase_node(node)
        return self._len < before


def _is_from_torch(obj: Any) -> bool:
    """Whether an object is one of torch's own."""
    module = getattr(obj, "__module__", None) or getattr(type(obj), "__module__", "")
    return module.partition(".")[0] in ("torch", "torchish")
