"""Modules of absent names, and the absent names of modules that are there: Note [Absent names]."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

from torchish._absent import objects, table

__all__ = ["Finder", "attributes", "install"]


def theirs(module: str) -> str:
    """PyTorch's name for a module of torchish."""
    head, dot, rest = module.partition(".")
    return "torch" + dot + rest if head == "torchish" else module


def attributes(module: str) -> Callable[[str], Any]:
    """A `__getattr__` for a module: its absent names, and its sub-modules when first asked for."""

    def __getattr__(name: str) -> Any:
        home = theirs(module)
        entry = None if name.startswith("__") else table.entries(home).get(name)
        if entry is not None:
            found = objects.make(home, entry)
            setattr(sys.modules[module], name, found)
            return found
        if not name.startswith("__") and is_module(f"{module}.{name}"):
            return importlib.import_module(f"{module}.{name}")
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    return __getattr__


def is_module(name: str) -> bool:
    """Whether the list has a module of torchish's of this name, or a module below it."""
    return theirs(name) in table.modules() or theirs(name) in table.packages()


class _Keeping(types.ModuleType):
    """A module with a function that keeps its name when a sub-module of that name is imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, types.ModuleType) and _means_else(self, name):
            return
        super().__setattr__(name, value)


def _means_else(package: types.ModuleType, name: str) -> bool:
    """Whether a package has something that is no module under a name, or an absent name."""
    found = vars(package).get(name)
    if found is not None and not isinstance(found, types.ModuleType):
        return True
    return name in table.entries(theirs(package.__name__))


class _Module(_Keeping):
    """A module whose names are all absent."""

    def __getattr__(self, name: str) -> Any:
        return attributes(self.__name__)(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *table.entries(theirs(self.__name__))})


class Finder(MetaPathFinder, Loader):
    """Makes the modules that the list of absent names has and that no file is for."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: types.ModuleType | None = None,
    ) -> ModuleSpec | None:
        if not fullname.startswith("torchish.") or not is_module(fullname):
            return None
        parent, _, child = fullname.rpartition(".")
        package = sys.modules[parent]
        if type(package) is types.ModuleType and _means_else(package, child):
            package.__class__ = _Keeping
        return ModuleSpec(fullname, self, is_package=theirs(fullname) in table.packages())

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return _Module(spec.name, f"`{theirs(spec.name)}`: its names, which refuse to be used.")

    def exec_module(self, module: types.ModuleType) -> None:
        names = table.entries(theirs(module.__name__))
        module.__dict__["__all__"] = [n for n in names if not n.startswith("_")]


def install() -> None:
    """Let absent modules be imported; once is enough."""
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.append(Finder())
