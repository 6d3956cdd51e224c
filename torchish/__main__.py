"""`python -m torchish script.py ARGS` runs a PyTorch script, unmodified, in this process only.

Every import of `torch` or `torchvision`, and of their submodules, gives torchish's module: the same
module object, never a second copy. `-m MODULE` and `-c CODE` work as Python's own options do.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import io
import multiprocessing.spawn as spawn
import os
import runpy
import sys
import types
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from typing import Any

__all__ = ["install", "main"]

PACKAGES = {"torch": "torchish", "torchvision": "torchish.vision"}
# What torchish has and PyTorch has not.
_OWN = {"_core", "engine", "interop", "vision"}

USAGE = """usage: python -m torchish SCRIPT [ARGS]
       python -m torchish -m MODULE [ARGS]
       python -m torchish -c CODE [ARGS]

Runs a PyTorch program on JAX: `import torch` gives torchish, `import torchvision` gives
torchish.vision."""


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
    """Make `torch` and `torchvision` mean torchish in this process and those that it spawns.

    Raises RuntimeError if PyTorch itself has been imported already.
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


def _run_script(path: str) -> None:
    if os.path.isdir(path) or (not path.endswith((".py", ".pyw")) and _is_zip(path)):
        sys.path.pop(0)  # run_path puts the folder or archive itself there
        runpy.run_path(path, run_name="__main__")
        return
    try:
        with io.open_code(os.path.abspath(path)) as file:
            source = file.read()
    except OSError as error:
        sys.exit(f"python -m torchish: can't open file {path!r}: {error.strerror}")
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    module = _fresh_main()
    module.__file__ = path
    module.__loader__ = SourceFileLoader("__main__", path)
    exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)


def _is_zip(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def _fresh_main() -> types.ModuleType:
    module = types.ModuleType("__main__")
    module.__builtins__ = __builtins__
    sys.modules["__main__"] = module
    return module


def main(argv: Sequence[str] | None = None) -> None:
    """Run the script, module or code that the arguments (default: `sys.argv[1:]`) name."""
    args = list(sys.argv[1:] if argv is None else argv)
    if not args or args[0] in ("-h", "--help"):
        print(USAGE)
        sys.exit(0 if args else 2)
    option = args[0]
    if option in ("-m", "-c") and len(args) < 2:
        sys.exit(f"{USAGE}\n\npython -m torchish: argument expected for the {option} option")
    if option.startswith("-") and option not in ("-m", "-c"):
        sys.exit(f"{USAGE}\n\npython -m torchish: unknown option {option}")
    install()
    if option == "-m":
        sys.argv[:] = args[1:]  # run_module puts the module's path in argv[0]
        runpy.run_module(args[1], run_name="__main__", alter_sys=True)
    elif option == "-c":
        sys.argv[:] = ["-c", *args[2:]]
        if not sys.flags.safe_path:
            sys.path[0] = ""
        exec(compile(args[1], "<string>", "exec", dont_inherit=True), _fresh_main().__dict__)
    else:
        sys.argv[:] = args
        _run_script(option)


if __name__ == "__main__":
    # By its own name, so that what is pickled for a spawned process can be found there.
    importlib.import_module("torchish.__main__").main()
