"""Writing a graph as Python source.

Every name that is no longer needed is set to None in the line of its last use, so that running the
source holds no tensor longer than the program that was traced did.
"""

from __future__ import annotations

import dataclasses
import enum
import math
import sys
import types
import typing
from collections.abc import Callable, Iterable
from typing import Any

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish.fx.node import Node, _get_qualified_name, map_arg, type_repr

magic_methods: dict[str, str] = {
    "eq": "{} == {}",
    "ne": "{} != {}",
    "lt": "{} < {}",
    "gt": "{} > {}",
    "le": "{} <= {}",
    "ge": "{} >= {}",
    "pos": "+{}",
    "neg": "-{}",
    "invert": "~{}",
    "getitem": "{}[{}]",
}
reflectable_magic_methods: dict[str, str] = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "floordiv": "{} // {}",
    "truediv": "{} / {}",
    "mod": "{} % {}",
    "pow": "{} ** {}",
    "lshift": "{} << {}",
    "rshift": "{} >> {}",
    "and_": "{} & {}",
    "or_": "{} | {}",
    "xor": "{} ^ {}",
    "matmul": "{} @ {}",
}
magic_methods |= reflectable_magic_methods
inplace_methods: dict[str, str] = {
    "iadd": "{} += {}",
    "iand": "{} &= {}",
    "ifloordiv": "{} //= {}",
    "ilshift": "{} <<= {}",
    "imod": "{} %= {}",
    "imul": "{} *= {}",
    "imatmul": "{} @= {}",
    "ior": "{} |= {}",
    "ipow": "{} **= {}",
    "irshift": "{} >>= {}",
    "isub": "{} -= {}",
    "itruediv": "{} /= {}",
    "ixor": "{} ^= {}",
    "setitem": "{}[{}] = {}",
}


@dataclasses.dataclass
class PythonCode:
    """Source, and the globals that it is run with."""

    src: str
    globals: dict[str, Any]
    _lineno_map: dict[int, int | None] | None = None


def _torch() -> types.ModuleType:
    """The package, as generated source calls it."""
    return sys.modules["torchish"]


def _format_target(base: str, target: str) -> str:
    """`base.a.b`, with getattr for what is no identifier."""
    at = base
    for e in target.split("."):
        at = f"{at}.{e}" if e.isidentifier() else f'getattr({at}, "{e}")'
    return at


class _Writer:
    """The state of one graph's writing: its globals and its lines."""

    def __init__(self, namespace: Any):
        self.namespace = namespace
        self.globals: dict[str, Any] = {}
        self.wrapped: dict[str, None] = {}
        self.body: list[str] = []
        for name, value in (("inf", math.inf), ("nan", math.nan), ("NoneType", type(None))):
            self.add_global(name, value)
        self.add_global("torch", _torch())
        self.add_global("device", devices.device)

    def add_global(self, hint: str, obj: Any) -> str:
        """The name that an object of other modules has in the source."""
        if hint.startswith("torch.") and self._reachable(hint, obj):
            return hint
        name = self.namespace.create_name(hint.replace(".", "_"), obj if _hashable(obj) else None)
        if name in self.globals:
            if self.globals[name] is not obj:
                raise AssertionError(f"two globals are called {name}")
            return name
        self.globals[name] = obj
        return name

    def _reachable(self, path: str, obj: Any) -> bool:
        at: Any = self.globals["torch"]
        for part in path.split(".")[1:]:
            at = getattr(at, part, None)
        return at is obj

    def type_name(self, t: Any) -> str:
        """A type in an annotation."""
        if t is None or t == ():
            return "()" if t == () else ""
        origin, args = typing.get_origin(t), typing.get_args(t)
        if origin is None:
            if not isinstance(t, type):
                return self.add_global(str(t).replace(".", "_"), t) if t is not Any else self._any()
            if t is type(None):
                return "NoneType"
            return self.add_global(type_repr(t), t)
        if origin is types.UnionType:
            origin = typing.Union
        head = self.add_global(f"typing.{_typing_name(origin)}", origin)
        if not args:
            return head
        inner = ",".join(self._inner(a) for a in args)
        return f"{head}[{inner}]"

    def _any(self) -> str:
        return self.add_global("typing.Any", Any)

    def _inner(self, a: Any) -> str:
        if a is ...:
            return "..."
        if isinstance(a, list):
            return "[" + ",".join(self._inner(x) for x in a) + "]"
        if typing.get_origin(a) is typing.Literal or isinstance(a, (str, int)):
            return repr(a)
        return self.type_name(a)

    def value(self, arg: Any) -> str:
        """An argument in the source."""
        if isinstance(arg, Node):
            return repr(arg)
        if isinstance(arg, tuple) and hasattr(arg, "_fields"):
            name = self.add_global(_get_qualified_name(type(arg)), type(arg))
            return f"{name}({', '.join(self.value(a) for a in arg)})"
        if isinstance(arg, tuple):
            inner = ", ".join(self.value(a) for a in arg)
            return f"({inner},)" if len(arg) == 1 else f"({inner})"
        if isinstance(arg, list):
            return f"[{', '.join(self.value(a) for a in arg)}]"
        if isinstance(arg, dict):
            return "{" + ", ".join(f"{k!r}: {self.value(v)}" for k, v in arg.items()) + "}"
        if isinstance(arg, slice):
            return f"slice({self.value(arg.start)}, {self.value(arg.stop)}, {self.value(arg.step)})"
        if isinstance(arg, enum.Enum):
            cls = arg.__class__
            return f"{self.add_global(cls.__name__, cls)}.{arg.name}"
        if isinstance(arg, dt.dtype) or type(arg).__name__ in ("layout", "memory_format"):
            return repr(arg)
        if callable(arg) and not isinstance(arg, type):
            return self.add_global(_get_qualified_name(arg), arg)
        if isinstance(arg, type):
            return self.add_global(type_repr(arg), arg)
        return repr(arg)

    def arguments(self, args: tuple, kwargs: dict[str, Any]) -> str:
        shown = [self.value(a) for a in args]
        shown += [f"{k} = {self.value(v)}" for k, v in kwargs.items()]
        return ", ".join(shown)


def _typing_name(origin: Any) -> str:
    names = {list: "List", dict: "Dict", tuple: "Tuple", set: "Set", type: "Type"}
    return names.get(origin, getattr(origin, "__name__", None) or str(origin).split(".")[-1])


def _hashable(obj: Any) -> bool:
    return getattr(type(obj), "__hash__", None) is not None


class CodeGen:
    """How a graph becomes source; a subclass may write the function's head and return otherwise."""

    def __init__(self) -> None:
        self._body_transformer: Callable[[list[str]], list[str]] | None = None
        self._func_name = "forward"

    def gen_fn_def(self, free_vars: list[str], maybe_return_annotation: str) -> str:
        """The line of the `def`."""
        if not free_vars or free_vars[0] != "self":
            free_vars = ["self", *free_vars]
        return f"def {self._func_name}({', '.join(free_vars)}){maybe_return_annotation}:"

    def generate_output(self, output_args: Any, *, descs: Any = None) -> str:
        """The line of the `return`."""
        return f"return {output_args!r}"

    def process_inputs(self, *args: Any) -> Any:
        """Arguments of a call as the placeholders take them."""
        return args

    def process_outputs(self, outputs: Any) -> Any:
        """The output node's value as a call returns it."""
        return outputs

    def additional_globals(self) -> list[tuple[str, Any]]:
        """More names that the source uses."""
        return []

    def _gen_python_code(
        self, nodes: Iterable[Node], root_module: str, namespace: Any, *, verbose: bool = False
    ) -> PythonCode:
        w = _Writer(namespace)
        for name, value in self.additional_globals():
            w.add_global(name, value)
        nodes = list(nodes)
        last = _last_uses(nodes)
        free_vars: list[str] = []
        returned = ""
        for node in nodes:
            if verbose and node.stack_trace:
                w.body.append(f"# {node.stack_trace.strip().splitlines()[-1].strip()}\n")
            if node.op == "placeholder":
                self._placeholder(w, node, free_vars)
                continue
            if node.op == "output":
                if node.type is not None:
                    returned = f" -> {w.type_name(node.type)}"
                w.body.append(self.generate_output(_Shown(w, node.args[0])) + "\n")
                continue
            _statement(w, node, root_module)
            dead = [repr(n) for n in last.get(node, ())]
            if not node.users:
                dead.append(repr(node))
            w.body.append(f";  {' = '.join(dead)} = None\n" if dead else "\n")
        if not w.body:
            w.body.append("pass\n")
        if self._body_transformer:
            w.body = self._body_transformer(w.body)
        head = self.gen_fn_def(free_vars, returned)
        calls = "\n".join(f'torch.fx._symbolic_trace.wrap("{name}")' for name in w.wrapped)
        code = "".join(w.body)
        code = "\n".join("    " + line for line in code.split("\n"))
        return PythonCode(f"\n{calls}\n\n{head}\n{code}", w.globals)

    def _placeholder(self, w: _Writer, node: Node, free_vars: list[str]) -> None:
        typed = f" : {w.type_name(node.type)}" if node.type is not None else ""
        default = f" = {w.value(node.args[0])}" if node.args else ""
        free_vars.append(f"{node.target}{typed}{default}")
        raw = str(node.target).replace("*", "")
        if raw != repr(node):
            w.body.append(f"{node!r} = {raw}\n")


class _Shown:
    """What the output node returns; its repr is the source."""

    def __init__(self, writer: _Writer, value: Any):
        self.writer, self.value = writer, value

    def __repr__(self) -> str:
        return self.writer.value(self.value)


def _last_uses(nodes: list[Node]) -> dict[Node, list[Node]]:
    """The names that are read for the last time at each node."""
    seen: set[Node] = set()
    out: dict[Node, list[Node]] = {}
    for node in reversed(nodes):

        def note(n: Node, user: Node = node) -> Node:
            if n not in seen:
                seen.add(n)
                if user.op != "output":
                    out.setdefault(user, []).append(n)
            return n

        map_arg(node.args, note)
        map_arg(node.kwargs, note)
    return out


def _statement(w: _Writer, node: Node, root: str) -> None:
    typed = f" : {w.type_name(node.type)}" if node.type is not None else ""
    target, args = node.target, node.args
    head = f"{node!r}{typed} = "
    if node.op == "get_attr":
        w.body.append(head + _format_target(root, str(target)))
    elif node.op == "call_module":
        call = w.arguments(args, node.kwargs)
        w.body.append(f"{head}{_format_target(root, str(target))}({call})")
    elif node.op == "call_method":
        call = w.arguments(args[1:], node.kwargs)
        w.body.append(f"{head}{_format_target(w.value(args[0]), str(target))}({call})")
    else:
        assert callable(target)
        _function(w, node, target, head)


def _function(w: _Writer, node: Node, target: Callable, head: str) -> None:
    name = getattr(target, "__name__", "")
    if getattr(target, "__module__", "") == "_operator" and not node.kwargs:
        shown = [w.value(a) for a in node.args]
        if name in magic_methods:
            w.body.append(head + magic_methods[name].format(*shown))
            return
        if name in inplace_methods:
            w.body.append(f"{inplace_methods[name].format(*shown)};  {head}{shown[0]}")
            return
    if target is getattr and len(node.args) == 2 and str(node.args[1]).isidentifier():
        w.body.append(head + _format_target(w.value(node.args[0]), str(node.args[1])))
        return
    qualified = w.add_global(_get_qualified_name(target), target)
    w.body.append(f"{head}{qualified}({w.arguments(node.args, node.kwargs)})")
    if node.meta.get("is_wrapped"):
        w.wrapped.setdefault(qualified)
