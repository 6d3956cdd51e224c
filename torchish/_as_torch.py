"""`torchish.install()`: from then on `import torch` and `import torchvision` give torchish.

Every import of `torch` or `torchvision`, and of their submodules, gives torchish's module: the same
module object, never a second copy.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import multiprocessing.spawn as spawn
import os
import sys
import types
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

__all__ = ["PACKAGES", "install"]

PACKAGES = {"torch": "torchish", "torchvision": "torchish.vision"}
# What torchish has and PyTorch has not.
_OWN = {"_core", "engine", "interop", "vision"}


def counterpart(name: str) -> str | None:
    """torchish's name for a module of PyTorch or torchvision; None for any other module."""
    head, _, rest = name.partition(".")
    if head not in PACKAGES:
        return None
    return PACKAGES[head] + ("." + rest if rest else "")


class Finder(MetaPathFinder, Loader):
    """Finds `torch...` and `torchvision...` among torchish's modules."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: types.ModuleType | None = None,
    ) -> ModuleSpec | None:
        name = counterpart(fullname)
        if name is None:
            return None
        parts = fullname.split(".")
        missing = parts[0] == "torch" and len(parts) > 1 and parts[1] in _OWN
        module = None
        if not missing:
            try:
                module = importlib.import_module(name)
            except ModuleNotFoundError as error:
                # A dependency that is not installed is another matter, and says so itself.
                if error.name is None or not (name + ".").startswith(error.name + "."):
                    raise
        if module is None:
            # Not None: that would let an installed PyTorch in, as a second copy of everything.
            message = (
                f"No module named {fullname!r}: torchish does not have this part of {parts[0]}"
            )
            raise ModuleNotFoundError(message, name=fullname)
        spec = ModuleSpec(fullname, self, is_package=hasattr(module, "__path__"))
        spec.loader_state = module, module.__spec__
        return spec

    def get_code(self, fullname: str) -> types.CodeType | None:
        """A module's code, for `-m torch.utils.collect_env`; None where it has none."""
        spec = importlib.util.find_spec(counterpart(fullname) or fullname)
        read = getattr(spec and spec.loader, "get_code", None)
        return read(spec.name) if spec is not None and read is not None else None

    def find_distributions(
        self, context: importlib.metadata.DistributionFinder.Context | None = None
    ) -> list[_Distribution]:
        """The distributions that stand for PyTorch's, so that `version("torch")` has an answer."""
        wanted = context.name if context is not None else None
        return [
            _Distribution(package, module)
            for package, module in PACKAGES.items()
            if wanted is None or wanted.lower() == package
        ]

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return spec.loader_state[0]

    def exec_module(self, module: types.ModuleType) -> None:
        # The import system has just put the alias's spec on the module; it keeps its own.
        alias = module.__spec__
        if alias is not None and alias.loader is self:
            module.__spec__ = alias.loader_state[1]
        if alias is not None:
            _keep_names(alias.name, module)


def _keep_names(alias: str, package: types.ModuleType) -> None:
    """Give a package and what is loaded below it the aliases as names.

    Programs read `torch.nn.modules.__name__`. And the import system writes a module that it loads
    into its package, over a function or class of the same name (`torch.autograd.gradcheck`); one
    that it finds in `sys.modules` it leaves alone.
    """
    package.__name__ = alias
    head = f"{counterpart(alias)}."
    for name, module in list(sys.modules.items()):
        below = name.removeprefix(head)
        if name.startswith(head) and (alias != "torch" or below.partition(".")[0] not in _OWN):
            sys.modules.setdefault(f"{alias}.{below}", module)
            module.__name__ = f"{alias}.{below}"


class _Distribution(importlib.metadata.Distribution):
    """What `importlib.metadata` tells of `torch` and `torchvision`: a name and a version."""

    def __init__(self, name: str, module: str):
        self._name, self._module = name, module

    @property
    def name(self) -> str:
        return self._name

    def read_text(self, filename: str) -> str | None:
        if filename != "METADATA":
            return None  # whoever looks for entry points need not wait for the module
        version = importlib.import_module(self._module).__version__
        return f"Metadata-Version: 2.1\nName: {self._name}\nVersion: {version}\n"

    def locate_file(self, path):
        return os.path.join(os.path.dirname(__file__), path)


class _InstallHere:
    """Unpickles by calling `install`: carried to a spawned process ahead of its main module."""

    def __reduce__(self):
        return install, ()


def install() -> None:
    """Make `import torch` and `import torchvision` give torchish and `torchish.vision`, in this
    process and those that it spawns.

    Programs and libraries that are imported afterwards need no change. A second call does nothing.
    RuntimeError where PyTorch or torchvision themselves have been imported already.
    """
    if any(isinstance(finder, Finder) for finder in sys.meta_path):
        return
    for package in PACKAGES:
        if package in sys.modules:
            raise RuntimeError(f"{package} itself is already imported in this process")
    sys.meta_path.insert(0, Finder())

    # A spawned worker runs the main script, and so its imports, before any code of ours. What it
    # reads first is this dict.
    prepare = spawn.get_preparation_data

    def with_torchish(name: str) -> dict[str, Any]:
        return {"torchish": _InstallHere(), **prepare(name)}

    spawn.get_preparation_data = with_torchish
