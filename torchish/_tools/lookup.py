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
    """What is known of a name: "there", "missing", "refused", or "unmade" for a class whose objects
    can not be made, and how far it was followed."""

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
    if isinstance(here, type):
        return Answer("unmade" if _can_not_be_made(here) else "there", told)
    return Answer("refused" if _refuses(here) else "there", told)


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


def _can_not_be_made(cls: type) -> bool:
    """Whether the initialiser of a class of this package only refuses."""
    made = vars(cls).get("__init__", vars(cls).get("__new__"))
    return cls.__module__.startswith("torchish") and _refuses(getattr(made, "__func__", made))


@functools.cache
def _refuses(f: Any) -> bool:
    """Whether a function of this package does nothing but raise, NotImplementedError in the end."""
    if not isinstance(f, types.FunctionType) or f.__module__.startswith("torch."):
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
    except (OSError, TypeError, SyntaxError):
        return False
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef):
        return False
    body = [
        n for n in function.body
        if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))
    ]  # fmt: skip
    if not body or not all(_raises(n) for n in body[:-1]):
        return False
    last = body[-1]
    if isinstance(last, ast.Raise):
        return last.exc is not None and "NotImplementedError" in ast.unparse(last.exc)
    # Or calls what refuses for it.
    call = last.value if isinstance(last, ast.Expr | ast.Return) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return False
    other = f.__globals__.get(call.func.id)
    return other is not f and _refuses(other)


def _raises(node: ast.stmt) -> bool:
    """Whether a statement is a raise under a condition: another way to refuse."""
    return isinstance(node, ast.If) and all(
        isinstance(n, ast.Raise) for n in [*node.body, *node.orelse]
    )


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
