"""The public names.

Note [One registry]
Every function of the `torch` namespace and every member of `Tensor` outside of the class's body
enters here, where it is written: operators with their row of the table (Note [Attach]), all others
by the decorators `public` and `method`, or by `enter`. A name has one owner: whoever enters it a
second time is told, so nothing is won by the order of imports. What takes an operator's place on
purpose (it accepts more forms, and calls the operator) says so with `over`.

What a function takes decides who may step in before it (Note [Overrides]): "tensors", subclasses
and modes; "sizes", modes alone, as there is no tensor yet; "other", nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from torchish._core.tensor.tensor import Tensor

T = TypeVar("T")
_spaces: dict[str, dict[str, Any]] = {}
_written: dict[str, Any] = {}  # by full name, before anything is wrapped around it
_operators: set[str] = set()  # names that the table owns
_takes: dict[str, list[str]] = {"tensors": [], "sizes": [], "other": []}  # names of `torch`


def namespace(home: str) -> dict[str, Any]:
    """The functions below a dotted name ("" is `torch` itself, "linalg", ...), by their short
    names; `_private` ones included."""
    return _spaces.setdefault(home, {})


def spaces() -> dict[str, dict[str, Any]]:
    """Those of all dotted names, by them."""
    return _spaces


def namespaces() -> list[dict[str, Any]]:
    """Those of all dotted names, the class's among them."""
    return list(_spaces.values())


def that_take(what: str) -> list[str]:
    """The functions of `torch` that take "tensors", "sizes" or "other" things."""
    return _takes[what]


def owned_by_table(name: str) -> bool:
    """Whether a name is an operator's, and nothing stands in its place."""
    return name in _operators


def written(name: str) -> Any:
    """What was entered under a full name, without the checks around it; None for others."""
    return _written.get(name)


def enter(
    name: str, what: T, *, takes: str = "tensors", over: bool = False, operator: bool = False
) -> T:
    """Make `what` a function of a namespace ("diag", "linalg.inv") or a member of the class
    ("Tensor.T").

    ValueError: the name is taken; or, with `over`, it is not an operator's.
    """
    home, _, short = name.rpartition(".")
    space = namespace(home)
    taken = short in space or (home == "Tensor" and short in Tensor.__dict__)
    if over and name not in _operators:
        raise ValueError(f"{name} is no operator's")
    if taken and not over:
        raise ValueError(f"{name} is there already")
    space[short] = _written[name] = what
    if operator:
        _operators.add(name)
    else:
        _operators.discard(name)
    if home == "Tensor":
        setattr(Tensor, short, what)
    elif not home and not over:
        _takes[takes].append(short)
    return what


def public(
    name: str = "", *, takes: str = "tensors", method: bool = False, over: bool = False
) -> Callable[[Any], Any]:
    """Enter a function of `torch` under a name, its own unless given; with `method` as a method
    too."""

    def entered(f):
        full = name or f.__name__
        enter(full, f, takes=takes, over=over)
        if method:
            enter("Tensor." + full.rpartition(".")[2], f, over=over)
        return f

    return entered


def method(f: Any) -> Any:
    """Enter a function as a method."""
    return enter(f"Tensor.{f.__name__}", f)
