"""Tracing: a program is run with proxies in the place of its inputs.

Modules are seen because `Module.__call__` and `Module.__getattr__` are exchanged while it runs,
functions because a proxy has `__torch_function__`, other functions where `wrap` named them.
https://docs.pytorch.org/docs/stable/fx.html#torch.fx.Tracer
"""

from __future__ import annotations

import builtins
import collections
import contextlib
import functools
import inspect
import math
import types
from collections.abc import Callable, Iterator
from typing import Any

from torchish._core.base.late import finished
from torchish._core.tensor import FUNCTIONS, Tensor
from torchish._core.tensor import overrides as _overrides
from torchish.fx import proxy as _proxy
from torchish.fx._pytree_codegen import PH, PHBase, PHWithMeta, flatten_concrete
from torchish.fx.graph import Graph
from torchish.fx.graph_module import GraphModule
from torchish.fx.node import Argument, Node, map_aggregate
from torchish.fx.proxy import ParameterProxy, Proxy, Scope, ScopeContextManager, TracerBase
from torchish.nn.modules.module import Module
from torchish.nn.parameter import Parameter

__all__ = ["PH", "PHBase", "PHWithMeta", "ProxyableClassMeta", "Tracer", "symbolic_trace", "wrap"]

_module_call, _module_getattr = Module.__call__, Module.__getattr__
_tracing = 0

# (the globals that hold it, its name) of each function that calls are recorded of.
_wrapped_fns: dict[tuple[int, str], dict[str, Any]] = {}
_wrapped_methods: list[tuple[type, str]] = []


def is_fx_tracing() -> bool:
    """Whether a program is being traced on this thread."""
    return _tracing > 0


def is_fx_symbolic_tracing() -> bool:
    """Whether a program is being traced by `symbolic_trace`."""
    return _tracing > 0


class ProxyableClassMeta(type):
    """The metaclass of classes whose constructor is recorded when an argument is traced."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        found = _find_proxy(args, kwargs)
        if found is not None:
            return found.tracer.create_proxy("call_function", cls, args, kwargs)
        return super().__call__(*args, **kwargs)


def _find_proxy(*objects: Any) -> Proxy | None:
    found: list[Proxy] = []

    def look(x: Any) -> Any:
        if isinstance(x, Proxy):
            found.append(x)
        return x

    map_aggregate(objects, look)
    return found[0] if found else None


def _recording(f: Callable) -> Callable:
    """A function whose calls with proxies become nodes."""

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        found = _find_proxy(args, kwargs)
        if found is None:
            return f(*args, **kwargs)
        out = found.tracer.create_proxy("call_function", f, args, kwargs)
        out.node.meta["is_wrapped"] = True
        return out

    vars(call)["_fx_recording"] = True
    return call


def _recording_method(cls: type, name: str) -> Callable:
    original = getattr(cls, name)

    @functools.wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        found = _find_proxy(args, kwargs)
        if found is None:
            return original(*args, **kwargs)
        return found.tracer.create_proxy("call_method", name, args, kwargs)

    return call


def wrap(fn_or_name: str | Callable) -> Any:
    """Record calls of a function as single nodes: at module scope, `wrap("len")`, or as the
    decorator of a function of the module."""
    if not callable(fn_or_name) and not isinstance(fn_or_name, str):
        raise RuntimeError(
            "Unsupported type for global function! Must be either a callable or string name"
        )
    if callable(fn_or_name):
        name = fn_or_name.__name__
    else:
        name = fn_or_name
    frame = inspect.currentframe()
    caller = frame.f_back if frame is not None else None
    if caller is None or caller.f_code.co_name != "<module>":
        raise NotImplementedError("wrap must be called at the top level of a module")
    _wrapped_fns[(id(caller.f_globals), name)] = caller.f_globals
    return fn_or_name


class _Patches:
    """Things exchanged, and put back in the end."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []
        self._seen: set[int] = set()

    def entry(self, space: dict[str, Any], name: str, new: Any) -> None:
        if name in space:
            old = space[name]
            self._undo.append(lambda: space.__setitem__(name, old))
        else:  # a builtin, hidden by a global of its name
            self._undo.append(lambda: space.__delitem__(name))
        space[name] = new

    def attribute(self, owner: Any, name: str, new: Any) -> None:
        if name in vars(owner):
            old = vars(owner)[name]
            self._undo.append(lambda: setattr(owner, name, old))
        else:
            self._undo.append(lambda: delattr(owner, name))
        setattr(owner, name, new)

    def once(self, thing: Any) -> bool:
        if id(thing) in self._seen:
            return False
        self._seen.add(id(thing))
        return True

    def revert(self) -> None:
        while self._undo:
            self._undo.pop()()


class Tracer(TracerBase):
    """Records a module's forward, or a function, as a graph.

    Modules of `torch.nn` (but not containers) stay calls; those of the program are traced through.
    `is_leaf_module` may decide otherwise. Calls of `math`'s functions and of those in
    `autowrap_functions` become nodes.
    """

    def __init__(
        self,
        autowrap_modules: tuple[types.ModuleType, ...] = (math,),
        autowrap_functions: tuple[Callable, ...] = (),
        param_shapes_constant: bool = False,
    ) -> None:
        super().__init__()
        self._autowrap_function_ids: set[int] = {
            id(f)
            for m in autowrap_modules
            for n, f in vars(m).items()
            if not n.startswith("_") and callable(f)
        }
        self._autowrap_function_ids |= {id(f) for f in autowrap_functions}
        self._autowrap_search: list[types.ModuleType] = list(autowrap_modules)
        self.param_shapes_constant = param_shapes_constant
        self.submodule_paths: dict[Module, str] | None = None
        self.root_module_name = ""
        self.scope = Scope("", None)
        self.module_stack: collections.OrderedDict = collections.OrderedDict()
        self.num_calls: dict[str, int] = {}
        self.node_name_to_scope = {}
        self.tensor_attrs: dict[Any, str] = {}

    # --- what a subclass may decide

    def is_leaf_module(self, m: Module, module_qualified_name: str) -> bool:
        """Whether a module's call stays one node."""
        home = m.__module__
        ours = home.startswith(("torch.nn", "torchish.nn", "torch.ao.nn"))
        return ours and type(m).__name__ not in ("Sequential", "ModuleList", "ModuleDict")

    def path_of_module(self, mod: Module) -> str:
        """Where in the root a module stands. NameError for one that is not there."""
        if self.submodule_paths:
            path = self.submodule_paths.get(mod)
            if path is None:
                raise NameError("module is not installed as a submodule")
            return path
        for n, p in self.root.named_modules():
            if p is mod:
                return n
        raise NameError("module is not installed as a submodule")

    def call_module(
        self, m: Module, forward: Callable[..., Any], args: tuple, kwargs: dict[str, Any]
    ) -> Any:
        """A module's call: one node for a leaf, otherwise its forward is traced."""
        path = self.path_of_module(m)
        with ScopeContextManager(self.scope, Scope(path, type(m))) as scope:
            count = self.num_calls.get(path, 0)
            self.num_calls[path] = count + 1
            key = f"{scope.module_path}@{count}" if count else scope.module_path
            self.module_stack[key] = (path, scope.module_type)
            try:
                if self.is_leaf_module(m, path):
                    return self.create_proxy("call_module", path, args, kwargs)
                return forward(*args, **kwargs)
            finally:
                self.module_stack.popitem(last=True)

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, Any]) -> Any:
        """What reading an attribute of a module gives: a proxy for a parameter, and for a buffer
        where `proxy_buffer_attributes` says so."""
        if isinstance(attr_val, Parameter):
            named = self.root.named_parameters()
        elif self.proxy_buffer_attributes and isinstance(attr_val, Tensor):
            named = self.root.named_buffers()
        else:
            return attr_val
        for n, p in named:
            if p is attr_val:
                if n not in parameter_proxy_cache:
                    options = {}
                    if self.param_shapes_constant and isinstance(attr_val, Parameter):
                        options["proxy_factory_fn"] = functools.partial(
                            self._parameter, n, attr_val
                        )
                    made = self.create_proxy("get_attr", n, (), {}, **options)
                    parameter_proxy_cache[n] = made
                return parameter_proxy_cache[n]
        return attr_val

    def _parameter(self, name: str, value: Parameter, node: Node) -> ParameterProxy:
        return ParameterProxy(self, node, name, value)

    def create_arg(self, a: Any) -> Argument:
        """An argument as a graph holds it; parameters, buffers, modules and tensors of the program
        become attributes of the root."""
        if isinstance(a, Parameter):
            for n, p in self.root.named_parameters():
                if a is p:
                    return self.create_node("get_attr", n, (), {})
            raise NameError("parameter is not a member of this module")
        if isinstance(a, Tensor):
            for n, b in self.root.named_buffers():
                if a is b:
                    return self.create_node("get_attr", n, (), {})
            return self._attribute(a, "_tensor_constant")
        if isinstance(a, Module):
            for n, m in self.root.named_modules():
                if a is m:
                    return self.create_node("get_attr", n, (), {})
        if isinstance(a, tuple) and hasattr(a, "_fields"):
            made = tuple(self.create_arg(x) for x in a)
            return self.create_node("call_function", a.__class__, made, {})
        if isinstance(type(a), ProxyableClassMeta):
            return self._attribute(a, f"_{type(a).__name__}_constant_")
        return super().create_arg(a)

    def _attribute(self, a: Any, base: str) -> Argument:
        path = self.tensor_attrs.get(id(a))
        if path is None:
            count = 0
            while hasattr(self.root, f"{base}{count}"):
                count += 1
            path = f"{base}{count}"
            self.tensor_attrs[id(a)] = path
            setattr(self.root, path, a)
        return self.create_node("get_attr", path, (), {})

    def get_fresh_qualname(self, prefix: str) -> str:
        """A name that the root has no attribute of."""
        count = 0
        while hasattr(self.root, f"{prefix}{count}"):
            count += 1
        return f"{prefix}{count}"

    # --- the inputs

    def create_args_for_root(
        self,
        root_fn: Callable,
        is_module: bool,
        concrete_args: dict[str, Any] | tuple | None = None,
    ) -> tuple[Callable, list[Any]]:
        """The function to call, and its arguments: a placeholder for each parameter that has no
        concrete value."""
        fn = inspect.unwrap(root_fn)
        if not hasattr(fn, "__code__"):
            call = type(fn).__call__  # an object that is called
            if not hasattr(call, "__code__"):
                raise RuntimeError(f"Unsupported function {root_fn}: it has no Python code")
            return self.create_args_for_root(call.__get__(fn), is_module, concrete_args)
        code = finished(fn).__code__
        bound = inspect.ismethod(fn)
        total = code.co_argcount + code.co_kwonlyargcount
        names = list(code.co_varnames)
        args: list[Any] = []
        skip = 0
        if is_module or bound:
            if total == 0:
                raise RuntimeError("``self`` argument cannot be part of *args expansion!")
            skip = 1
            args += [self.root] if is_module else []
        signature = inspect.signature(fn).parameters
        if isinstance(concrete_args, tuple):
            if len(names[skip:total]) != len(concrete_args):
                raise RuntimeError(
                    f"Tracing expected {len(names[skip:total])} arguments but got "
                    f"{len(concrete_args)} concrete arguments"
                )
            concrete_args = dict(zip(names[skip:total], concrete_args, strict=True))
        annotations = getattr(fn, "__annotations__", {})

        def placeholder(name: str) -> Any:
            plain = name.lstrip("*")
            if concrete_args is not None and plain in concrete_args:
                return concrete_args[plain]
            p = signature.get(plain)
            given = p is not None and p.default is not inspect.Parameter.empty
            default = (p.default,) if given and p is not None else ()
            return self.create_proxy(
                "placeholder", name, default, {}, type_expr=annotations.get(plain)
            )

        arguments = [placeholder(n) for n in names[skip:total]]
        if concrete_args is not None:
            arguments = self._with_concrete(names[skip:total], arguments, concrete_args)
        args += arguments
        at = total
        if code.co_flags & inspect.CO_VARARGS:
            args.append(placeholder("*" + names[at]))
            at += 1
        if code.co_flags & inspect.CO_VARKEYWORDS:
            args.append(placeholder("**" + names[at]))
        call = root_fn
        if code.co_kwonlyargcount or code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
            call = _with_plain_arguments(fn if not bound else fn.__func__)
            if bound:
                args.insert(0, fn.__self__)
        return call, args

    def _with_concrete(self, names: list[str], given: list, concrete: dict) -> list:
        """The arguments, concrete ones checked in the graph against what they were traced with."""
        if any(isinstance(v, (tuple, list, dict)) for v in concrete.values()):
            return flatten_concrete(self, names, given)
        count = 0
        out = []
        for name, value in zip(names, given, strict=True):
            if isinstance(value, Proxy) or name not in concrete:
                out.append(value)
                continue
            count += 1
            if isinstance(value, PHBase):
                out.append(self.create_proxy("placeholder", f"{name}_{count}", (), {}))
                continue
            made = self.create_proxy("placeholder", f"{name}_{count}", (value,), {})
            if value is None or isinstance(value, (bool, int, float, str)):
                if value is None:
                    message = (
                        f"{name} has been specialized to have value None but got another value"
                    )
                    self.create_proxy("call_function", _assert_is_none, (made, message), {})
                else:
                    message = (
                        f"{name} has been specialized to have value {value} but got another value"
                    )
                    FUNCTIONS["_assert"](made == value, message)
            out.append(value)
        return out

    # --- tracing

    def trace(
        self, root: Module | Callable[..., Any], concrete_args: dict[str, Any] | None = None
    ) -> Graph:
        """The graph of a module's forward or of a function."""
        global _tracing
        _overrides.arm()
        if isinstance(root, Module):
            self.root = root
            if not hasattr(type(root), self.traced_func_name):
                raise AssertionError(
                    f"traced_func_name={self.traced_func_name} doesn't exist in "
                    f"{type(root).__name__}"
                )
            fn = getattr(type(root), self.traced_func_name)
            own = vars(root).get(self.traced_func_name)
            if own is not None:  # an instance with a forward of its own
                bound = own

                def fn(self, *args: Any, **kwargs: Any) -> Any:
                    return bound(*args, **kwargs)

                fn = _like(own, fn)
            self.root_module_name = root._get_name()
            self.submodule_paths = {mod: name for name, mod in root.named_modules()}
        else:
            self.root = Module()
            fn = root
            self.submodule_paths = None
        kept = type(self) if type(self).__qualname__.find("<locals>") < 0 else None
        self.graph = Graph(tracer_cls=kept)
        self.tensor_attrs = dict(_tensors_of(self.root))
        before, _tracing = _tracing, _tracing + 1
        patches = _Patches()
        try:
            fn, args = self.create_args_for_root(fn, isinstance(root, Module), concrete_args)
            self._patch(patches, fn)
            result = self.create_arg(fn(*args))
            returns = getattr(fn, "__annotations__", {}).get("return")
            self.create_node("output", "output", (result,), {}, type_expr=returns)
        finally:
            patches.revert()
            _tracing = before
            self.submodule_paths = None
        return self.graph

    def _patch(self, patches: _Patches, fn: Callable) -> None:
        cache: dict[str, Any] = {}

        def read(mod: Module, attr: str) -> Any:
            return self.getattr(attr, _module_getattr(mod, attr), cache)

        def call(mod: Module, *args: Any, **kwargs: Any) -> Any:
            def forward(*args: Any, **kwargs: Any) -> Any:
                return _module_call(mod, *args, **kwargs)

            space = getattr(getattr(mod, "forward", mod), "__globals__", None)
            if space is not None:
                self._autowrap(patches, space)
            return self.call_module(mod, forward, args, kwargs)

        patches.attribute(Module, "__getattr__", read)
        patches.attribute(Module, "__call__", call)
        for (_, name), space in list(_wrapped_fns.items()):
            original = space.get(name, getattr(builtins, name, None))
            if original is not None and "_fx_recording" not in getattr(original, "__dict__", ()):
                patches.entry(space, name, _recording(original))
        for cls, name in _wrapped_methods:
            patches.attribute(cls, name, _recording_method(cls, name))
        space = getattr(inspect.unwrap(fn), "__globals__", None)
        if space is not None:
            self._autowrap(patches, space)
        for module in self._autowrap_search:
            self._autowrap(patches, vars(module))

    def _autowrap(self, patches: _Patches, space: dict[str, Any]) -> None:
        if not patches.once(space):
            return
        for name, value in list(space.items()):
            if not name.startswith("_") and callable(value):
                if id(value) in self._autowrap_function_ids:
                    patches.entry(space, name, _recording(value))


def _assert_is_none(value: Any, msg: str) -> None:
    if value is not None:
        raise AssertionError(msg)


def _like(own: Callable, fn: Callable) -> Callable:
    """A function that shows the signature of another, behind `self`."""
    given = inspect.unwrap(own)
    given = getattr(given, "__func__", None) if inspect.ismethod(given) else None
    return given if given is not None else fn


def _tensors_of(root: Module) -> Iterator[tuple[int, str]]:
    """The tensors that are plain attributes of modules, by identity, with their paths."""
    for prefix, m in root.named_modules():
        for k, v in vars(m).items():
            if isinstance(v, Tensor):
                yield id(v), f"{prefix}.{k}" if prefix else k


def _with_plain_arguments(fn: Callable) -> Callable:
    """A function with `*args`, `**kwargs` and keyword-only parameters as one that takes them all by
    position, each a value of its own."""
    code = fn.__code__
    flags = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
    extra = bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    plain = code.replace(
        co_argcount=code.co_argcount + code.co_kwonlyargcount + extra,
        co_posonlyargcount=0,
        co_kwonlyargcount=0,
        co_flags=code.co_flags & ~flags,
    )
    made = types.FunctionType(plain, fn.__globals__, fn.__name__, None, fn.__closure__)
    made.__annotations__ = fn.__annotations__
    return made


@contextlib.contextmanager
def _tracing_off() -> Iterator[None]:
    """Modules as they are outside of tracing."""
    call, read = vars(Module)["__call__"], vars(Module)["__getattr__"]
    Module.__call__, Module.__getattr__ = _module_call, _module_getattr
    try:
        yield
    finally:
        Module.__call__, Module.__getattr__ = call, read


def symbolic_trace(
    root: Module | Callable[..., Any], concrete_args: dict[str, Any] | None = None
) -> GraphModule:
    """A module's forward, or a function, as a GraphModule.

    Parameters named in `concrete_args` keep the value that stands there.
    """
    tracer = Tracer()
    graph = tracer.trace(root, concrete_args)
    name = root.__class__.__name__ if isinstance(root, Module) else root.__name__
    return GraphModule(tracer.root, graph, name)


TraceError = _proxy.TraceError
