"""One operation of a graph.

https://docs.pytorch.org/docs/stable/fx.html#torch.fx.Node
"""

from __future__ import annotations

import builtins
import operator
import types
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import overrides as _overrides
from torchish.fx.immutable_collections import immutable_dict, immutable_list

if TYPE_CHECKING:
    from torchish.fx.graph import Graph

__all__ = ["Node", "has_side_effect", "map_aggregate", "map_arg"]

BaseArgumentTypes = str | int | float | bool | complex | dt.dtype | None
Target = Callable[..., Any] | str
Argument = Any

_LEGAL_OPS = (
    "placeholder",
    "get_attr",
    "call_function",
    "call_module",
    "call_method",
    "output",
    "root",
)
_side_effectful_functions: set[Callable] = {setattr, operator.setitem}


def has_side_effect(fn: Callable) -> Callable:
    """Keep calls of a function in the graph even when nobody uses their results."""
    _side_effectful_functions.add(fn)
    return fn


def public_module(module: str) -> str:
    """The name that programs know a module of this package by."""
    head, dot, rest = module.partition(".")
    if module.startswith("torch._ops."):
        return f"torch.ops.{rest.partition('.')[2]}"  # an operator's namespace
    return f"torch{dot}{rest}" if head == "torchish" else module


def _find_module_of_method(orig_method: Callable) -> str:
    found = _overrides.name_of(orig_method)
    if found is None:
        raise RuntimeError(f"cannot find module for {orig_method}")
    return found.rpartition(".")[0]


def type_repr(obj: Any) -> str:
    """A type's name as generated code writes it."""
    if isinstance(obj, type) and not isinstance(obj, types.GenericAlias):
        if obj.__module__ == "builtins":
            return obj.__qualname__
        return f"{public_module(obj.__module__)}.{obj.__qualname__}"
    if obj is ...:
        return "..."
    if isinstance(obj, types.FunctionType):
        return obj.__name__
    return repr(obj).replace("torchish.", "torch.")


def _get_qualified_name(func: Callable) -> str:
    """Where a function is found: its module and name."""
    name = getattr(func, "__name__", None)
    if name is not None and getattr(builtins, name, None) is func:
        return name
    public = _overrides.name_of(func)
    if public is not None:
        return public
    if name is None:
        raise RuntimeError(f"{func!r} has no name that a graph could be written with")
    qualified = getattr(func, "__qualname__", name)
    if isinstance(func, types.MethodDescriptorType | types.WrapperDescriptorType):
        return f"{func.__objclass__.__module__}.{func.__objclass__.__qualname__}.{name}"
    if name == "<lambda>":
        name = getattr(func, "__qualname__", name)
    module = func.__module__ or getattr(getattr(func, "__self__", None), "__module__", None)
    if module is None:
        raise RuntimeError(f"{func!r} belongs to no module")
    module = public_module(module)
    if module.startswith("torch.") and "." in qualified and "<locals>" not in qualified:
        name = qualified
    return f"{module}.{name}"


def _format_arg(arg: Any, max_list_len: float = float("inf")) -> str:
    if hasattr(arg, "_custom_fx_repr_fn"):
        return arg._custom_fx_repr_fn()
    if isinstance(arg, Node):
        return "%" + str(arg)
    if isinstance(arg, (list, tuple)):
        shown = [_format_arg(a) for n, a in enumerate(arg) if n < max_list_len]
        if len(arg) > max_list_len:
            shown.append(f"...[total_len={len(arg)}]")
        if isinstance(arg, list):
            return f"[{', '.join(shown)}]"
        return f"({', '.join(shown)}{',' if len(arg) == 1 else ''})"
    if isinstance(arg, dict):
        return "{" + ", ".join(f"{k}: {_format_arg(v)}" for k, v in arg.items()) + "}"
    return str(arg)


class Node:
    """An operation: what kind (`op`), of what (`target`), with which arguments; its users are the
    nodes that have it among theirs.

    `op` is one of placeholder, get_attr, call_function, call_module, call_method and output.
    """

    def __init__(
        self,
        graph: Graph,
        name: str,
        op: str,
        target: Target,
        args: tuple,
        kwargs: dict[str, Any],
        return_type: Any = None,
    ) -> None:
        if op not in _LEGAL_OPS:
            raise AssertionError(f"op {op!r} is none of {_LEGAL_OPS}")
        if op == "call_function":
            if not callable(target):
                raise ValueError(
                    f"Node [graph = {graph}, name = '{name}'] target {target} has type "
                    f"{type(target).__name__} but a Callable is expected"
                )
        elif not isinstance(target, str):
            raise ValueError(
                f"Node [graph = {graph}, name = '{name}'] target {target} has type "
                f"{type(target).__name__} but a str is expected"
            )
        self.graph, self.name, self.op, self.target = graph, name, op, target
        self._input_nodes: dict[Node, None] = {}
        self.users: dict[Node, None] = {}
        self.type = return_type
        self._prev = self._next = self
        self._erased = False
        self._repr_fn: Callable[[Node], str] | None = None
        self.meta: dict[str, Any] = {}
        self._update_args_kwargs(args, kwargs)

    # --- its place

    @property
    def next(self) -> Node:
        """The node behind it."""
        return self._next

    @property
    def prev(self) -> Node:
        """The node before it."""
        return self._prev

    def prepend(self, x: Node) -> None:
        """Move `x`, of the same graph, in front of this node."""
        if self.graph is not x.graph:
            raise AssertionError("Attempting to move a Node into a different Graph")
        if self is x:
            return
        x._remove_from_list()
        before = self._prev
        before._next, x._prev = x, before
        x._next, self._prev = self, x

    def append(self, x: Node) -> None:
        """Move `x` behind this node."""
        self._next.prepend(x)

    def _remove_from_list(self) -> None:
        self._prev._next, self._next._prev = self._next, self._prev

    # --- its arguments

    @property
    def args(self) -> tuple:
        """Positional arguments; assigning them updates who uses whom."""
        return self._args

    @args.setter
    def args(self, a: tuple) -> None:
        self._update_args_kwargs(a, self._kwargs)

    @property
    def kwargs(self) -> dict[str, Any]:
        """Keyword arguments; assigning them updates who uses whom."""
        return self._kwargs

    @kwargs.setter
    def kwargs(self, k: dict[str, Any]) -> None:
        self._update_args_kwargs(self._args, k)

    @property
    def all_input_nodes(self) -> list[Node]:
        """The nodes among the arguments, each once."""
        return list(self._input_nodes)

    def update_arg(self, idx: int, arg: Argument) -> None:
        """Replace one positional argument."""
        args = list(self.args)
        args[idx] = arg
        self.args = tuple(args)

    def insert_arg(self, idx: int, arg: Argument) -> None:
        """Insert one positional argument."""
        if not 0 <= idx <= len(self.args):
            raise AssertionError("insert_args index must be between 0 and len(self.args)")
        self.args = (*self.args[:idx], arg, *self.args[idx:])

    def update_kwarg(self, key: str, arg: Argument) -> None:
        """Replace one keyword argument."""
        self.kwargs = {**self.kwargs, key: arg}

    def _update_args_kwargs(self, args: Any, kwargs: Any) -> None:
        for n in self._input_nodes:
            n.users.pop(self, None)
        self._input_nodes = {}

        def note(n: Node) -> Node:
            self._input_nodes.setdefault(n)
            n.users.setdefault(self)
            return n

        self._args = map_aggregate(tuple(args), lambda x: note(x) if isinstance(x, Node) else x)
        self._kwargs = map_aggregate(dict(kwargs), lambda x: note(x) if isinstance(x, Node) else x)

    def replace_all_uses_with(
        self,
        replace_with: Node,
        delete_user_cb: Callable[[Node], bool] = lambda user: True,
        *,
        propagate_meta: bool = False,
    ) -> list[Node]:
        """Put another node in the place of this one wherever it is an argument; the users that were
        changed. `delete_user_cb` may refuse a user."""
        if propagate_meta:
            if replace_with.meta:
                raise AssertionError(
                    "Called node.replace_all_uses_with(replace_with, propagate_meta=True), but "
                    "replace_with already has .meta keys"
                )
            replace_with.meta.update(self.meta)
        changed = []
        for user in list(self.users):
            if delete_user_cb(user):
                user.replace_input_with(self, replace_with)
                changed.append(user)
        return changed

    def replace_input_with(self, old_input: Node, new_input: Node) -> None:
        """Put another node in the place of one of the arguments."""

        def swap(n: Any) -> Any:
            return new_input if n is old_input else n

        owner = self.graph.owning_module
        for hook in getattr(owner, "_replace_hooks", None) or ():
            hook(old=old_input, new=new_input.name, user=self)
        self._update_args_kwargs(map_aggregate(self._args, swap), map_aggregate(self._kwargs, swap))

    # --- what it is

    def is_impure(self, impure_random: bool = True) -> bool:
        """Whether it does something beside giving a value, so that it must stay without users."""
        if self.op in ("placeholder", "output"):
            return True
        if self.op == "call_function":
            return self.target in _side_effectful_functions or (
                isinstance(self.target, Callable) and getattr(self.target, "_mutable", False)
            )
        if self.op == "call_module":
            owner = self.graph.owning_module
            if owner is None:
                raise AssertionError("self.graph.owning_module not set for purity check")
            return getattr(owner.get_submodule(self.target), "_is_impure", False)
        return False

    def normalized_arguments(
        self,
        root: Any,
        arg_types: tuple | None = None,
        kwarg_types: dict | None = None,
        normalize_to_only_use_kwargs: bool = False,
    ) -> Any:
        """Not there: torchish keeps no schemas of overloads. NotImplementedError."""
        raise NotImplementedError("torch.fx.Node.normalized_arguments")

    @property
    def stack_trace(self) -> str | None:
        """Where the program made it, when the tracer recorded that."""
        return self.meta.get("stack_trace")

    @stack_trace.setter
    def stack_trace(self, trace: str | None) -> None:
        self.meta["stack_trace"] = trace

    def _pretty_print_target(self, target: Any) -> str:
        if isinstance(target, str):
            return target
        if getattr(target, "__module__", "") == "_operator":
            return f"operator.{target.__name__}"
        if getattr(target, "__module__", "") == "builtins":
            return f"builtins.{target.__name__}"
        return _get_qualified_name(target)

    def format_node(
        self,
        placeholder_names: list[str] | None = None,
        maybe_return_typename: list[str] | None = None,
        *,
        include_tensor_metadata: bool = False,
    ) -> str | None:
        """The node as the graph's listing shows it."""
        users = f"[num_users={len(self.users)}]"
        if self.op == "placeholder":
            if placeholder_names is not None:
                typed = f" : {type_repr(self.type)}" if self.type else ""
                placeholder_names.append(str(self.target) + typed)
            typed = f"{type_repr(self.type)} " if self.type else ""
            default = f"(default={self.args[0]})" if self.args else ""
            typed = f": {typed}" if typed else ": "
            return f"%{self.name} {typed}{users} = {self.op}[target={self.target}]{default}"
        if self.op == "get_attr":
            typed = f"{type_repr(self.type)} " if self.type is not None else ""
            target = self._pretty_print_target(self.target)
            return f"%{self.name} : {typed}{users} = {self.op}[target={target}]"
        if self.op == "output":
            if self.type and maybe_return_typename is not None:
                maybe_return_typename[0] = f" -> {type_repr(self.type)}"
            return f"return {self.args[0]}"
        typed = f"{type_repr(self.type)} " if self.type is not None else ""
        args, kwargs = _format_arg(self.args), _format_arg(self.kwargs)
        target = self._pretty_print_target(self.target)
        return (
            f"%{self.name} : {typed}{users} = {self.op}[target={target}]"
            f"(args = {args}, kwargs = {kwargs})"
        )

    def _rename(self, candidate: str) -> None:
        if candidate != self.name:
            self.name = self.graph._graph_namespace.create_name(candidate, None)
            self.graph._graph_namespace._rename_object(self, self.name)

    def __repr__(self) -> str:
        return self._repr_fn(self) if self._repr_fn else self.name

    def __lt__(self, other: Node) -> bool:
        return self._position() < other._position()

    def __gt__(self, other: Node) -> bool:
        return self._position() > other._position()

    def __le__(self, other: Node) -> bool:
        return self is other or self < other

    def __ge__(self, other: Node) -> bool:
        return self is other or self > other

    def _position(self) -> int:
        return next(i for i, n in enumerate(self.graph.nodes) if n is self)


def map_arg(a: Argument, fn: Callable[[Node], Argument]) -> Argument:
    """An argument with `fn` applied to each node in it."""
    if not callable(fn):
        raise AssertionError("torch.fx.map_arg(a, fn): fn must be a callable")
    return map_aggregate(a, lambda x: fn(x) if isinstance(x, Node) else x)


def map_aggregate(a: Argument, fn: Callable[[Argument], Argument]) -> Argument:
    """An argument with `fn` applied to each leaf of its tuples, lists, dicts and slices."""
    if isinstance(a, tuple):
        made = (map_aggregate(x, fn) for x in a)
        return type(a)(*made) if hasattr(a, "_fields") else tuple(made)
    if isinstance(a, list):
        return immutable_list([map_aggregate(x, fn) for x in a])
    if isinstance(a, dict):
        return immutable_dict([(k, map_aggregate(v, fn)) for k, v in a.items()])
    if isinstance(a, slice):
        parts: Iterable = (a.start, a.stop, a.step)
        return slice(*(map_aggregate(x, fn) for x in parts))
    return fn(a)
