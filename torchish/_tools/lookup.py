"""Whether torchish has a name of PyTorch, asked without using it."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import pathlib
import textwrap
import types
from typing import Any, NamedTuple

from torchish._absent import table
from torchish._as_torch import _OWN, PACKAGES
from torchish._core.tensor import Tensor
from torchish.distributed.tensor import DTensor
from torchish.masked import MaskedTensor

__all__ = ["Answer", "look_up", "subclass_names", "tensor_results"]

STUBS = pathlib.Path(table.__file__).resolve().parents[1] / "_attached"
_OWN_NAMES = {"dynamic", "install", "summary"}  # beside modules that `install` hides
REFUSED = ("def", "decorator", "class")


class Answer(NamedTuple):
    """What is known of a name: "there", "missing" or "refused", and how far it was followed."""

    kind: str
    name: str


@functools.cache
def look_up(path: str) -> Answer:
    """Follow a dotted name of torch, torchvision or torchish from module to module and into
    classes, as far as that says something for certain."""
    head, *rest = path.split(".")
    own = head == "torchish"
    here: Any = importlib.import_module("torchish" if own else PACKAGES[head])
    theirs = "torch" if own else head
    told = head
    for part in rest:
        before, told = told, f"{told}.{part}"
        if not isinstance(here, types.ModuleType | type):
            break  # a value: what it has is known when the program runs
        if isinstance(here, types.ModuleType):
            if head == "torch" and before == "torch" and part in _OWN | _OWN_NAMES:
                return Answer("missing", told)  # torchish's own, which PyTorch does not have
            kind = _listed(theirs, part)
            if kind in REFUSED:
                return Answer("refused", told)
        found = _member(here, part)
        if found is None:
            return Answer("missing", told)
        here, theirs = found[0], f"{theirs}.{part}"
    return Answer("refused" if _only_refuses(here) else "there", told)


def _listed(module: str, name: str) -> str:
    """The kind of an absent name, where it is taken from elsewhere that of what it is there."""
    for _ in range(8):
        entry = table.entries(module).get(name)
        if entry is None:
            return ""
        if entry.kind == "from":
            module = entry.rest
        elif entry.kind == "alias":
            module, _, name = entry.rest.rpartition(".")
        else:
            return entry.kind
    return ""


def _member(owner: Any, name: str) -> tuple[Any] | None:
    """An attribute, or a module below; None where there is neither."""
    try:
        return (getattr(owner, name),)
    except AttributeError:
        pass
    if not isinstance(owner, types.ModuleType):
        return None
    full = f"{owner.__spec__.name if owner.__spec__ else owner.__name__}.{name}"
    try:
        return (importlib.import_module(full),)
    except ModuleNotFoundError as error:
        if error.name is not None and (full + ".").startswith(error.name + "."):
            return None
        return (None,)  # the module is there, what it needs is not installed


def _only_refuses(value: Any) -> bool:
    """Whether a function of this package does nothing but raise NotImplementedError."""
    if not isinstance(value, types.FunctionType) or value.__module__.startswith("torch."):
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(value)))
    except (OSError, TypeError, SyntaxError):
        return False
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        return False
    body = [
        n for n in function.body
        if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
    ]  # fmt: skip
    if len(body) != 1 or not isinstance(body[0], ast.Raise) or body[0].exc is None:
        return False
    return "NotImplementedError" in ast.unparse(body[0].exc)


@functools.cache
def subclass_names() -> frozenset[str]:
    """What tensors of PyTorch's own subclasses have, and others have not."""
    return frozenset({*dir(DTensor), *dir(MaskedTensor)}) - {*dir(Tensor)}


@functools.cache
def tensor_results() -> frozenset[str]:
    """The functions and methods that the package's stubs say give a plain tensor, by full name."""
    found = {f"torch.{n}" for n in ("tensor", "zeros", "ones", "full", "empty", "arange", "eye",
                                    "from_numpy", "as_tensor", "zeros_like", "ones_like",
                                    "full_like", "empty_like")}  # fmt: skip
    homes = {"functions": "torch", "methods": "torch.Tensor", "linalg": "torch.linalg"}
    homes |= {"functional": "torch.nn.functional", "fft": "torch.fft", "special": "torch.special"}
    for file, home in homes.items():
        body = ast.parse((STUBS / f"{file}.pyi").read_text()).body
        if file == "methods":
            body = next(n for n in body if isinstance(n, ast.ClassDef)).body
        several: set[str] = set()
        for n in body:
            if isinstance(n, ast.FunctionDef):
                plain = isinstance(n.returns, ast.Name) and n.returns.id == "Tensor"
                (found if plain else several).add(f"{home}.{n.name}")
        found -= several  # an overload gives something else
    return frozenset(found)
