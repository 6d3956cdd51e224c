"""A module whose forward is generated from a graph.

https://docs.pytorch.org/docs/stable/fx.html#torch.fx.GraphModule
"""

from __future__ import annotations

import copy
import itertools
import linecache
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torchish._core.tensor import Tensor
from torchish.fx.graph import Graph, PythonCode
from torchish.nn.modules.module import Module
from torchish.serialization import save

__all__ = ["GraphModule", "reduce_graph_module"]

_keys = itertools.count()


def _exec_with_source(src: str, globals: dict[str, Any]) -> str:
    """Run generated source so that tracebacks and `inspect` can show it."""
    key = f"<eval_with_key>.{next(_keys)}"
    linecache.cache[key] = (len(src), None, src.splitlines(keepends=True), key)
    exec(compile(src, key, "exec", dont_inherit=True), globals)
    return key


def _forward_from_src(src: str, globals: dict[str, Any]) -> Callable:
    space = dict(globals)
    _exec_with_source(src, space)
    return space["forward"]


def _owner(root: Any, path: str, make: bool = False) -> tuple[Any, str]:
    """The module that holds what a path names, and its last name; None when there is none."""
    *prefix, name = path.split(".")
    at = root
    for item in prefix:
        below = getattr(at, item, None)
        if below is None:
            if not make:
                return None, name
            below = Module()
            at.add_module(item, below)
        at = below
    return at, name


def _assign_attr(value: Any, to_module: Module, target: str) -> None:
    """Put a value at a path, through new empty modules where the path has none."""
    owner, name = _owner(to_module, target, make=True)
    if isinstance(value, Tensor) and not isinstance(value, _parameter()):
        owner.register_buffer(name, value)
    else:
        setattr(owner, name, value)


def _parameter() -> type:
    return sys.modules["torchish.nn.parameter"].Parameter


def _copy_attr(from_module: Module, to_module: Module, target: str) -> None:
    source, name = _owner(from_module, target)
    if source is None or not hasattr(source, name):
        return
    value = getattr(source, name)
    owner, name = _owner(to_module, target, make=True)
    if isinstance(value, Tensor) and name in getattr(source, "_buffers", {}):
        owner.register_buffer(name, value, name not in source._non_persistent_buffers_set)
    elif isinstance(value, Tensor) and not isinstance(value, _parameter()):
        owner.register_buffer(name, value)
    else:
        setattr(owner, name, value)


# Under which key of a graph's `meta` attributes are kept that a deep copy should have too.
_USER_PRESERVED_ATTRIBUTES_KEY = "_user_preserved_attributes"


class _CodeOnlyModule(Module):
    """A module with the attributes of another, to make a GraphModule of; the dict is not copied."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__()
        self.__dict__ = body


def _no_private(body: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in body.items() if k not in ("_graph", "_code", "_lineno_map")}


class _Plain(Module):
    """A module to trace a pickled graph module's source on."""


def reduce_graph_module(body: dict[str, Any], src: str, names: dict[str, Any]) -> GraphModule:
    """A graph module from its state and its source, whose forward is traced again."""
    space: dict[str, Any] = {"inf": float("inf"), "nan": float("nan"), "NoneType": type(None)}
    space["torch"] = sys.modules["torchish"]
    space |= names
    forward = _forward_from_src(src, space)
    root = type("CodeOnlyModule", (_Plain,), {"forward": forward})()
    root.__dict__.update(body)
    tracing = sys.modules["torchish.fx._symbolic_trace"]

    class KeepModules(tracing.Tracer):
        def is_leaf_module(self, m: Module, module_qualified_name: str) -> bool:
            return True

    made = GraphModule(root, KeepModules().trace(root), class_name=body.get("_class_name", ""))
    for k, v in body.items():
        if not hasattr(made, k):
            setattr(made, k, v)
    return made


class GraphModule(Module):
    """A module made of a graph and of the modules, parameters and buffers that its nodes name.

    `root` is the module to take them from, or a dict of them by path. `graph` may be changed; after
    that `recompile()` writes `forward` and `code` anew, as assigning `graph` does.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> GraphModule:
        # Each has a class of its own, for `forward` to be set on.
        for t in cls.__mro__:
            if t.__qualname__.rpartition(".")[2] != "GraphModuleImpl":
                cls = t
                break
        return super().__new__(type("GraphModuleImpl", (cls,), {}))

    def __init__(
        self, root: Module | dict[str, Any], graph: Graph, class_name: str = "GraphModule"
    ) -> None:
        super().__init__()
        self.__class__.__name__ = class_name
        self._class_name = class_name
        wanted = [str(n.target) for n in graph.nodes if n.op in ("get_attr", "call_module")]
        if isinstance(root, Module):
            self.training = root.training
            for path in wanted:
                _copy_attr(root, self, path)
        elif isinstance(root, dict):
            for path in wanted:
                if path not in root:
                    raise RuntimeError(
                        f"Node in a graph referenced target {path} but that target was not "
                        "provided in ``root``!"
                    )
            for path in sorted(set(wanted), key=lambda p: p.count(".")):
                _assign_attr(root[path], self, path)
        else:
            raise RuntimeError(f"Unsupported type {root} passed for root!")
        self.meta: dict[str, Any] = dict(getattr(root, "meta", {}))
        self._create_node_hooks: list[Callable] = []
        self._erase_node_hooks: list[Callable] = []
        self._replace_hooks: list[Callable] = []
        self._tracer_cls = graph._tracer_cls
        self._tracer_extras = graph._tracer_extras or {}
        self.graph = graph

    __jit_unused_properties__ = ["graph"]

    @property
    def graph(self) -> Graph:
        """The graph; assigning one recompiles."""
        return self._graph

    @graph.setter
    def graph(self, g: Graph) -> None:
        if not isinstance(g, Graph):
            raise AssertionError(f"Expected a Graph instance, but got {type(g).__name__}")
        self._graph = g
        g.owning_module = self
        self.recompile()

    @property
    def code(self) -> str:
        """The generated source of `forward`."""
        if not hasattr(self, "_code"):
            raise RuntimeError("Code has not been generated! Please report a bug to PyTorch")
        return self._code

    def recompile(self) -> PythonCode:
        """Write and compile `forward` from the graph as it now is."""
        made = self._graph.python_code(root_module="self")
        self._code, self._lineno_map = made.src, made._lineno_map
        cls = type(self)
        cls.forward = _forward_from_src(made.src, made.globals)
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except Exception as e:
            # The line of the generated source is what a user looks for first.
            frames = traceback.extract_tb(e.__traceback__)
            ours = [f for f in frames if f.filename.startswith("<eval_with_key>")]
            if ours and not getattr(e, "__notes__", None):
                e.add_note(f"in generated code, line {ours[-1].lineno}: {ours[-1].line}")
            raise

    # --- submodules

    def add_submodule(self, target: str, m: Module) -> bool:
        """Put a module at a path, through new empty modules where it has none; whether it could."""
        owner, name = _owner(self, target, make=True)
        if not isinstance(owner, Module):
            return False
        owner.add_module(name, m)
        return True

    def delete_submodule(self, target: str) -> bool:
        """Take out the module at a path; whether there was one."""
        owner, name = _owner(self, target)
        if owner is None or not isinstance(getattr(owner, name, None), Module):
            return False
        delattr(owner, name)
        return True

    def delete_all_unused_submodules(self) -> None:
        """Take out the modules that no node names."""
        used: set[str] = set()
        for node in self.graph.nodes:
            if node.op not in ("call_module", "get_attr"):
                continue
            parts = str(node.target).split(".")
            used |= {".".join(parts[:n]) for n in range(1, len(parts) + 1)}
            if node.op == "call_module":
                below = self.get_submodule(str(node.target))
                used |= {f"{node.target}.{n}" for n, _ in below.named_modules() if n}
        for name in [n for n, _ in self.named_modules() if n]:
            if name not in used:
                self.delete_submodule(name)

    # --- as text and on disk

    def print_readable(
        self,
        print_output: bool = True,
        include_stride: bool = False,
        include_device: bool = False,
        colored: bool = False,
        **options: Any,
    ) -> str:
        """The generated source as that of a class; printed, too."""
        body = self._graph.python_code(root_module="self", verbose=True).src.lstrip("\n")
        out = f"class {self._get_name()}(torch.nn.Module):\n"
        out += "\n".join(f"    {line}" if line.strip() else "" for line in body.split("\n"))
        if print_output:
            print(out)
        return out

    def to_folder(self, folder: str | os.PathLike, module_name: str = "FxModule") -> None:
        """Write the module as a Python package: its source, and its parts as saved files."""
        at = Path(folder)
        at.mkdir(exist_ok=True)
        save(self.state_dict(), at / "state_dict.pt")
        lines = ["import torch", "from torch.nn import *", "from pathlib import Path", ""]
        lines += [f"class {module_name}(torch.nn.Module):", "    def __init__(self):"]
        lines += ["        super().__init__()", "        here = Path(__file__).parent"]
        for name, module in self.named_children():
            save(module, at / f"{name}.pt")
            lines.append(
                f"        self.{name} = torch.load(here / {f'{name}.pt'!r}, weights_only=False)"
            )
        for name, buffer in self._buffers.items():
            if buffer is not None:
                shape, kind = list(buffer.shape), buffer.dtype
                lines.append(
                    f"        self.register_buffer({name!r}, torch.empty({shape}, dtype={kind}))"
                )
        for name, p in self._parameters.items():
            if p is not None:
                made = f"torch.empty({list(p.shape)}, dtype={p.dtype})"
                lines.append(f"        self.{name} = torch.nn.Parameter({made})")
        lines.append("        self.load_state_dict(torch.load(here / 'state_dict.pt'))")
        lines += ["    " + line for line in self.code.split("\n")]
        (at / "module.py").write_text("\n".join(lines) + "\n")
        (at / "__init__.py").write_text("from .module import *\n")

    def __str__(self) -> str:
        shown = super().__str__()
        hint = "# To see more debug info, please use `graph_module.print_readable()`"
        return "\n".join([shown, self._code, hint])

    # --- copies and pickling

    def __deepcopy__(self, memo: dict) -> GraphModule:
        made = type(self).__new__(type(self))
        memo[id(self)] = made
        body = _no_private(self.__dict__)
        for hooks in ("_create_node_hooks", "_erase_node_hooks", "_replace_hooks"):
            body[hooks] = []
        made.__dict__.update(copy.deepcopy(body, memo))
        type(made).__name__ = type(self).__name__
        made.graph = copy.deepcopy(self._graph, memo)
        return made

    def __copy__(self) -> GraphModule:
        made = GraphModule(self, copy.deepcopy(self.graph), self._class_name)
        made.meta = self.meta
        return made

    def __reduce__(self):
        code = self._graph.python_code(root_module="self")
        standing = {"inf", "nan", "NoneType", "torch"}
        names = {k: v for k, v in code.globals.items() if k not in standing}
        body = _no_private(self.__dict__)
        for hooks in ("_create_node_hooks", "_erase_node_hooks", "_replace_hooks"):
            body[hooks] = []
        body["_tracer_cls"] = None
        return reduce_graph_module, (body, code.src, names)

    def _replicate_for_data_parallel(self):
        return copy.copy(self)
