"""Writes torchish/_absent/names.txt: names of PyTorch that exist here to be imported, not used.

    python docs/make_absent.py     # needs PyTorch, whose names it reads

Names that torchish has are left out, so run it again when something has been built.
"""

from __future__ import annotations

import argparse
import ast
import enum
import functools
import importlib
import inspect
import pathlib
import pkgutil
import tomllib
import types
import typing
import warnings
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[1]
LIST = ROOT / "torchish" / "_absent" / "names.txt"
HEAD = "# Written by docs/make_absent.py: don't edit. torchish/_absent/table.py reads it.\n"

CHOSEN = tomllib.loads((ROOT / "docs" / "absent.toml").read_text())
PLAIN = (bool, int, float, str, bytes, type(None))
Line = str


def imported(name: str) -> types.ModuleType | None:
    try:
        return importlib.import_module(name)
    except (ImportError, AttributeError):  # a module that needs a package of its own
        return None


def walked() -> list[str]:
    """The modules to list, in order."""
    found = set(CHOSEN["modules"])
    for name in CHOSEN["walked"]:
        package = importlib.import_module(name)
        for info in pkgutil.walk_packages(package.__path__, name + ".", onerror=lambda _: None):
            if not any(part.startswith("_") for part in info.name.split(".")):
                found.add(info.name)
    return sorted(name for name in found if imported(name) is not None and can_be_here(name))


def can_be_here(name: str) -> bool:
    """Whether a module can be made: none is below one that torchish has as a single file."""
    parent = name.rpartition(".")[0]
    file = ROOT / (("torchish" + parent.removeprefix("torch")).replace(".", "/") + ".py")
    return not file.exists()


@functools.cache
def present(module: str) -> set[str]:
    """The names that torchish's module has for real; none for a module that has no file."""
    ours = "torchish" + module.removeprefix("torch")
    path = ROOT / ours.replace(".", "/")
    if not path.with_suffix(".py").exists() and not (path / "__init__.py").exists():
        return set()
    return set(vars(importlib.import_module(ours)))


def closed(module: str) -> bool:
    """Whether torchish's module takes no names from the list."""
    here = present(module)
    return bool(here) and not {"__getattr__", "_absent"} <= here


def names_of(module: types.ModuleType) -> list[str]:
    """The names of a module that are listed: what it exports and what it defines or re-exports."""
    public = set(getattr(module, "__all__", ())) | {n for n in vars(module) if n[0] != "_"}
    return sorted(public | set(CHOSEN["private"].get(module.__name__, ())))


def literal(value: Any) -> str | None:
    """A value as the list can say it, None where it can't."""
    if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        return None  # a cache by addresses, which are others each time
    if isinstance(value, (tuple, list, dict)) or type(value) in PLAIN:
        text = repr(value)
        try:
            most = 50 if isinstance(value, str) else 300  # longer ones are texts
            if ast.literal_eval(text) == value and "\n" not in text and len(text) < most:
                return text
        except (ValueError, SyntaxError):
            return None
    return None


def parameters(function: Any) -> str:
    """A function's signature in the list's form: no annotations, what is no literal as `...`."""
    try:
        sig = inspect.signature(function)
    except (ValueError, TypeError):
        return "(*args, **kwargs)"
    empty = inspect.Parameter.empty
    kept = []
    for p in sig.parameters.values():
        value = p.default
        if value is not empty and (type(value) not in PLAIN or value != value):
            value = ...
        shown = p.replace(annotation=empty, default=value)
        kept.append(shown)
    text = str(sig.replace(parameters=kept, return_annotation=empty))
    return text.replace("=Ellipsis", "=...").replace("=inf", "=...")


def reached(path: str, listed: set[str]) -> bool:
    """Whether a name is listed, or here for real."""
    home, _, name = path.rpartition(".")
    return path in listed or name in present(home)


class Lister:
    """The lines of all modules."""

    def __init__(self, modules: list[str]):
        self.modules = {name: imported(name) for name in modules}
        self.homes: dict[int, str] = {}
        for name in CHOSEN["real"]:
            theirs = imported(name)
            here = present(name)
            for n in here & set(vars(theirs)):
                value = getattr(theirs, n)
                if callable(value) and str(getattr(value, "__module__", "")).startswith("torch"):
                    self.homes.setdefault(id(value), f"{name}.{n}")
        for name in sorted(modules, key=lambda n: (n.count("."), "._" in n, n)):
            module = self.modules[name]
            for n in names_of(module):
                value = getattr(module, n, None)
                if closed(name) and n not in present(name):
                    continue
                if callable(value) and self.belongs(name, n, value):
                    self.homes.setdefault(id(value), f"{name}.{n}")

    def belongs(self, module: str, name: str, value: Any) -> bool:
        """Whether a name is the module's to give, not one that it imports for its own use."""
        origin = str(getattr(value, "__module__", ""))
        if not origin.startswith("torch.") or isinstance(value, typing.TypeVar | typing.NewType):
            return False
        exported = name in getattr(self.modules[module], "__all__", ())
        package, internal, _ = origin.partition("._internal.")
        exported |= bool(internal) and module.startswith(f"{package}.")
        return exported or origin in self.modules or origin.startswith("torch._C.")

    def base(self, cls: type) -> str | None:
        """A base class by a name that exists here, None for one that has none."""
        if cls.__module__ == "builtins" or cls.__module__ == "enum":
            return cls.__name__ if cls.__module__ == "builtins" else f"enum.{cls.__name__}"
        for public in ("torch.Tensor", "torch.nn.Module", "torch.optim.Optimizer"):
            module, _, name = public.rpartition(".")
            if getattr(importlib.import_module(module), name) is cls:
                return public
        return self.homes.get(id(cls)) if str(cls.__module__).startswith("torch") else None

    def bases(self, cls: type) -> str:
        found: list[str] = []
        for base in cls.__bases__:
            if any(base is not other and issubclass(other, base) for other in cls.__bases__):
                continue
            name = self.base(base)
            if name is None:  # the nearest ancestor that has a name
                name = next((b for b in map(self.base, base.__mro__[1:]) if b), None)
            if name is not None and base.__name__ != name.rpartition(".")[2]:
                ancestor = next(b for b in base.__mro__ if self.base(b) == name)
                if any(o is not base and issubclass(o, ancestor) for o in cls.__bases__):
                    continue
            if name is not None and name != "object" and name not in found:
                found.append(name)
        return f"({', '.join(found)})"

    def line(self, module: str, name: str, value: Any) -> Line | None:
        """What the list says of one name; None for a name that it has no form for."""
        if isinstance(value, types.ModuleType):
            return None
        if isinstance(value, typing.TypeVar) or (
            name in ("Any", "T", "P", "R") and not isinstance(value, types.FunctionType)
        ):
            return None
        origin = str(getattr(value, "__module__", ""))
        home = self.homes.get(id(value))
        if home is not None and home != f"{module}.{name}":
            where, _, own = home.rpartition(".")
            return f"from {where} import {name}" if own == name else f"alias {name} {home}"
        if any(t.__name__ == "HigherOrderOperator" for t in type(value).__mro__):
            own = type(value).__module__ == module
            call = f"def {name} {parameters(type(value).__call__)}".replace("(self, ", "(")
            return call if own else None
        if origin.startswith("torch.") and not self.belongs(module, name, value):
            return None
        if isinstance(value, type) and not typing.get_args(value):
            if not origin.startswith("torch"):
                return None
            if issubclass(value, enum.Enum):
                members = {n: literal(m.value) for n, m in value.__members__.items()}
                said = " ".join(f"{n}={v}" for n, v in members.items())
                if None in members.values() or len(said.split()) != len(members):
                    said = " ".join(f"{n}={i}" for i, n in enumerate(members, 1))
                bases = [b for b in value.__bases__ if issubclass(b, enum.Enum) or b in (str, int)]
                listed = ", ".join(self.base(b) or "enum.Enum" for b in bases)
                return f"enum {name}({listed}) {said}"
            members = getattr(value, "__members__", None)
            if isinstance(members, dict) and members:  # an enumeration of the compiled module
                said = " ".join(f"{n}={int(m)}" for n, m in members.items())
                return f"enum {name}(enum.Enum) {said}"
            if issubclass(value, BaseException):
                return f"exception {name}{self.bases(value)}"
            kinds = (staticmethod, classmethod)
            methods = sorted(
                n for n, m in vars(value).items() if isinstance(m, kinds) and n[:1] != "_"
            )
            init = value.__init__ if "__init__" in vars(value) else None
            said = parameters(init) if init else ""
            return " ".join(filter(None, [f"class {name}{self.bases(value)}", said, *methods]))
        if name in CHOSEN["decorators"].get(module, ()):
            return f"decorator {name}"
        if callable(value) and isinstance(value, (types.FunctionType, types.BuiltinFunctionType)):
            return f"def {name} {parameters(value)}" if origin.startswith("torch") else None
        if typing.get_origin(value) is not None or isinstance(value, types.UnionType):
            return f"any {name}"
        if name.endswith(("path", "_notes")):  # where PyTorch is installed, and its texts
            return None
        said = literal(value)
        return None if said is None or said in ("None", "True", "False") else f"value {name} {said}"

    def kept(self, lines: dict[str, list[Line]]) -> dict[str, list[Line]]:
        """The lines of all modules without those that name what is neither listed nor here."""
        while True:
            listed = {f"{m}.{line.split('(')[0].split()[1]}" for m in lines for line in lines[m]
                      if not line.startswith("from ")}  # fmt: skip
            for module, own in lines.items():
                for line in own:
                    if line.startswith("from "):
                        listed |= {f"{module}.{name}" for name in line.split()[3:]}

            left = {}
            for module, own in lines.items():
                left[module] = []
                for line in own:
                    words = line.split()
                    if words[0] == "from" and not reached(f"{words[1]}.{words[3]}", listed):
                        continue
                    if words[0] == "alias" and not reached(words[2], listed):
                        continue
                    left[module].append(line)
            if left == lines:
                return left
            lines = left

    def lines(self, module: str) -> list[Line]:
        """The lines of a module for what torchish lacks."""
        here = present(module)
        if closed(module):
            return []
        theirs = self.modules[module]
        found = [
            self.line(module, n, getattr(theirs, n))
            for n in names_of(theirs)
            if n not in here and hasattr(theirs, n)
        ]
        plain = module in CHOSEN["types_only"]
        return [line for line in found if line and not (plain and line.startswith("def "))]


def joined(lines: list[Line]) -> list[Line]:
    """Lines that import from one module as one line."""
    plain, by_home = [], {}
    for line in lines:
        if line.startswith("from "):
            home, _, name = line.partition(" import ")
            by_home.setdefault(home, []).append(name)
        else:
            plain.append(line)
    return plain + [f"{home} import {' '.join(names)}" for home, names in by_home.items()]


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    warnings.simplefilter("ignore")
    lister = Lister(walked())
    lines = lister.kept({name: lister.lines(name) for name in sorted(lister.modules)})
    text = HEAD
    for name, own in lines.items():
        text += "\n".join([f"\n[{name}]", *joined(own), ""])
    LIST.write_text(text)
    print(f"{LIST.relative_to(ROOT)}: {len(lister.modules)} modules, {text.count(chr(10))} lines")


if __name__ == "__main__":
    main()
