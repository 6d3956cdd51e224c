"""Values that record what is done with them.

https://docs.pytorch.org/docs/stable/fx.html#torch.fx.Proxy
"""

from __future__ import annotations

import collections
import dataclasses
import dis
import enum
import inspect
import operator
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from torchish._core.base import devices, layouts
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor
from torchish._core.tensor import overrides as _overrides
from torchish.fx.graph import Graph, inplace_methods, magic_methods, reflectable_magic_methods
from torchish.fx.node import Node, map_aggregate

__all__ = [
    "Attribute",
    "GraphAppendingTracer",
    "ParameterProxy",
    "Proxy",
    "Scope",
    "ScopeContextManager",
    "TraceError",
    "TracerBase",
]


class TraceError(ValueError):
    """A traced value was asked for something that only a real one knows."""


class Scope:
    """The module whose forward is being traced."""

    def __init__(self, module_path: str, module_type: Any):
        self.module_path, self.module_type = module_path, module_type


class ScopeContextManager:
    """Makes one scope another for a `with` block."""

    def __init__(self, scope: Scope, current_scope: Scope):
        self._prev = Scope(scope.module_path, scope.module_type)
        scope.module_path = current_scope.module_path
        scope.module_type = current_scope.module_type
        self._scope = scope

    def __enter__(self) -> Scope:
        return self._scope

    def __exit__(self, *exc: object) -> None:
        self._scope.module_path = self._prev.module_path
        self._scope.module_type = self._prev.module_type


_PLAIN = (str, int, float, bool, complex, dt.dtype, devices.device, range)
_PLAIN = (*_PLAIN, layouts.layout, layouts.memory_format, type(None), type(...))


class TracerBase:
    """What `Tracer` and others share: making nodes, and proxies of them."""

    graph: Graph
    record_stack_traces: bool = False
    check_mutable_operations: bool = False
    trace_asserts: bool = False
    proxy_buffer_attributes: bool = False
    traced_func_name: str = "forward"

    def create_node(
        self,
        kind: str,
        target: Any,
        args: tuple,
        kwargs: dict[str, Any],
        name: str | None = None,
        type_expr: Any = None,
    ) -> Node:
        """Append a node to the graph; a subclass may check or note more."""
        node = self.graph.create_node(kind, target, args, kwargs, name, type_expr)
        scope = getattr(self, "scope", None)
        if scope is not None:
            self.node_name_to_scope[node.name] = (scope.module_path, scope.module_type)
        stack = getattr(self, "module_stack", None)
        if stack:
            node.meta["nn_module_stack"] = dict(stack)
        return node

    node_name_to_scope: dict[str, tuple[str, Any]]

    def proxy(self, node: Node) -> Proxy:
        """The value that stands for a node."""
        return Proxy(node, self)

    def create_proxy(
        self,
        kind: str,
        target: Any,
        args: tuple,
        kwargs: dict[str, Any],
        name: str | None = None,
        type_expr: Any = None,
        proxy_factory_fn: Callable[[Node], Proxy] | None = None,
    ) -> Proxy:
        """Append a node whose arguments may hold proxies; the value that stands for it."""
        made_args, made_kwargs = self.create_arg(args), self.create_arg(kwargs)
        node = self.create_node(kind, target, made_args, made_kwargs, name, type_expr)
        value = proxy_factory_fn(node) if proxy_factory_fn else self.proxy(node)
        if self.record_stack_traces and not node.stack_trace:
            frames = [f for f in traceback.extract_stack() if "/torchish/fx/" not in f.filename]
            node.stack_trace = "".join(traceback.StackSummary.from_list(frames).format())
        return value

    def create_arg(self, a: Any) -> Any:
        """An argument as a graph may hold it: proxies become their nodes, lists and dicts become
        immutable. NotImplementedError for other objects."""
        if isinstance(a, Proxy):
            return a.node
        if isinstance(a, Node) or a.__class__ in _PLAIN:
            return a
        if hasattr(a, "__fx_create_arg__"):
            return a.__fx_create_arg__(self)
        if isinstance(a, tuple):
            made = [self.create_arg(x) for x in a]
            return type(a)(*made) if hasattr(a, "_fields") else tuple(made)
        if isinstance(a, list):
            return [self.create_arg(x) for x in a]
        if isinstance(a, dict):
            return {self._key(k): self.create_arg(v) for k, v in a.items()}
        if isinstance(a, slice):
            return slice(*(self.create_arg(x) for x in (a.start, a.stop, a.step)))
        if isinstance(a, range):
            return range(*(self.create_arg(x) for x in (a.start, a.stop, a.step)))
        if isinstance(a, (np.integer, np.floating)):
            return a.item()
        if dataclasses.is_dataclass(a) and not isinstance(a, type):
            fields = {f.name: self.create_arg(getattr(a, f.name)) for f in dataclasses.fields(a)}
            return self.create_node("call_function", a.__class__, (), fields)
        if isinstance(a, (*_PLAIN, enum.Enum)) or a is ...:
            return a
        if callable(a) and getattr(a, "__module__", None) is not None and hasattr(a, "__name__"):
            return a
        raise NotImplementedError(f"argument of type: {type(a)}")

    def _key(self, k: Any) -> Any:
        made = self.create_arg(k)

        def check(x: Any) -> Any:
            if isinstance(x, Node):
                raise RuntimeError(
                    "Keys for dictionaries used as an argument cannot contain a Node. Got key: "
                    f"{made}"
                )
            return x

        map_aggregate(made, check)
        return made

    def to_bool(self, obj: Proxy) -> bool:
        """A branch on a traced value: TraceError, unless a subclass knows better."""
        raise TraceError("symbolically traced variables cannot be used as inputs to control flow")

    def iter(self, obj: Proxy) -> Iterator:
        """A loop over a traced value: known only where the program unpacks it into names."""
        frame = inspect.currentframe()
        calling = frame.f_back.f_back if frame is not None and frame.f_back is not None else None
        if calling is not None:
            steps = dis.get_instructions(calling.f_code)
            found = next((i for i in steps if i.offset == calling.f_lasti), None)
            if found is not None and found.opname == "UNPACK_SEQUENCE":
                return (obj[i] for i in range(found.argval))
        raise TraceError(
            "Proxy object cannot be iterated. This can be attempted when the Proxy is used in a "
            "loop or as a *args or **kwargs function argument. See the torch.fx docs on "
            "pytorch.org for a more detailed explanation of what types of control flow can be "
            "traced, and check out the Proxy docstring for help troubleshooting Proxy iteration "
            "errors"
        )

    def keys(self, obj: Proxy) -> Any:
        """What `**value` asks for."""
        return Attribute(obj, "keys")()


class GraphAppendingTracer(TracerBase):
    """A tracer that appends to a graph which is there already."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.scope = Scope("", None)
        self.module_stack: collections.OrderedDict = collections.OrderedDict()
        self.node_name_to_scope = {}


def assert_fn(x: Any) -> None:
    """Python's assert, as a function that a graph can call."""
    if not x:
        raise AssertionError


class Proxy:
    """Stands for a node's value while a program is traced: operators, functions, methods and
    attributes of it become nodes."""

    def __init__(self, node: Node, tracer: TracerBase | None = None):
        _overrides.arm()
        self.tracer = GraphAppendingTracer(node.graph) if tracer is None else tracer
        self.node = node

    def __repr__(self) -> str:
        return f"Proxy({self.node.name})"

    def __getattr__(self, k: str) -> Attribute:
        if k in ("node", "tracer"):  # not there yet: an object that is being copied
            raise AttributeError(k)
        return Attribute(self, k)

    def __getstate__(self) -> dict:
        return self.__dict__

    def __setstate__(self, d: dict) -> None:
        self.__dict__ = d

    def __deepcopy__(self, memo: dict) -> Proxy:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Proxy:
        return self.tracer.create_proxy("call_method", "__call__", (self, *args), kwargs)

    def __iter__(self) -> Iterator:
        return self.tracer.iter(self)

    def __abs__(self) -> Proxy:
        return self.tracer.create_proxy("call_function", operator.abs, (self,), {})

    def __bool__(self) -> bool:
        if self.tracer.trace_asserts and _in_assert(sys._getframe(1)):
            self.tracer.create_proxy("call_function", assert_fn, (self,), {})
            return True
        return self.tracer.to_bool(self)

    def keys(self) -> Any:
        return self.tracer.keys(self)

    def __len__(self) -> int:
        raise RuntimeError(
            "'len' is not supported in symbolic tracing by default. If you want this call to be "
            "recorded, please call torch.fx.wrap('len') at module scope"
        )

    @classmethod
    def __torch_function__(
        cls, orig_method: Callable, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        kwargs = kwargs or {}
        tracers: dict[Any, None] = {}

        def find(a: Any) -> Any:
            if isinstance(a, cls):
                tracers[a.tracer] = None
            return a

        map_aggregate(args, find)
        map_aggregate(kwargs, find)
        if len(tracers) > 1:
            raise RuntimeError(
                f"Found multiple different tracers {list(tracers)} while trying to trace operations"
                f" {orig_method}"
            )
        tracer = next(iter(tracers))
        name = getattr(orig_method, "__name__", "")
        owner = getattr(orig_method, "__self__", None)
        if isinstance(owner, property):
            attribute = next(n for n, m in vars(Tensor).items() if m is owner)
            function = getattr if name.endswith("get__") else setattr
            return tracer.create_proxy(
                "call_function", function, (args[0], attribute, *args[1:]), kwargs
            )
        if _is_method(orig_method, name):
            return tracer.create_proxy("call_method", name, args, kwargs)
        return tracer.create_proxy(
            "call_function",
            orig_method,
            args,
            kwargs,
            name=tracer.graph._target_to_str(name or str(orig_method)),
        )


def _is_method(f: Callable, name: str) -> bool:
    return vars(Tensor).get(name) is f


def _in_assert(frame: Any) -> bool:
    """Whether a frame is at the test of an `assert`."""
    steps = list(dis.get_instructions(frame.f_code))
    at = next((n for n, i in enumerate(steps) if i.offset == frame.f_lasti), None)
    if at is None:
        return False
    later = [i.opname for i in steps[at : at + 8]]
    return any(n.startswith("POP_JUMP") for n in later) and "LOAD_ASSERTION_ERROR" in later


class Attribute(Proxy):
    """An attribute of a proxy: becomes a node when it is used, or the name of a method when it is
    called."""

    def __init__(self, root: Proxy, attr: str):
        self.root, self.attr, self.tracer = root, attr, root.tracer
        self._node: Node | None = None

    @property
    def node(self) -> Node:
        if self._node is None:
            self._node = self.tracer.create_proxy(
                "call_function", getattr, (self.root, self.attr), {}
            ).node
        return self._node

    def __call__(self, *args: Any, **kwargs: Any) -> Proxy:
        return self.tracer.create_proxy("call_method", self.attr, (self.root, *args), kwargs)


class ParameterProxy(Proxy):
    """A parameter, whose shape is known while tracing."""

    def __init__(self, tracer: TracerBase, node: Node, name: str, param: Tensor):
        super().__init__(node, tracer)
        if not isinstance(param, Tensor):
            raise AssertionError("a ParameterProxy stands for a Parameter")
        self.param, self.name = param, name

    def __repr__(self) -> str:
        return f"ParameterProxy({self.name})"

    @property
    def shape(self) -> Any:
        return self.param.shape

    def size(self, *args: Any) -> Any:
        return self.param.size(*args)

    def dim(self) -> int:
        return self.param.dim()

    @property
    def ndim(self) -> int:
        return self.param.ndim

    def numel(self) -> int:
        return self.param.numel()

    def nelement(self) -> int:
        return self.param.nelement()


def _operator(name: str) -> Callable:
    target = getattr(operator, name)

    def call(self: Proxy, *args: Any, **kwargs: Any) -> Proxy:
        return self.tracer.create_proxy("call_function", target, (self, *args), kwargs)

    call.__name__ = call.__qualname__ = f"__{name.strip('_')}__"
    return call


def _reflected(name: str) -> Callable:
    target = getattr(operator, name)

    def call(self: Proxy, other: Any) -> Proxy:
        return self.tracer.create_proxy("call_function", target, (other, self), {})

    call.__name__ = call.__qualname__ = f"__r{name.strip('_')}__"
    return call


for _name in (*magic_methods, *inplace_methods):
    setattr(Proxy, f"__{_name.strip('_')}__", _operator(_name))
for _name in reflectable_magic_methods:
    setattr(Proxy, f"__r{_name.strip('_')}__", _reflected(_name))
