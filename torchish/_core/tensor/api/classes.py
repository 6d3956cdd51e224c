"""What an annotation admits as an argument, by PyTorch's rules for classes.

A parameter's annotation names the kinds of argument that it takes: `int`, `bool`, `float`, `str`,
a dtype, a tuple of ints, a Tensor, and None beside any of them. PyTorch's rules, kind by kind:

  int      a Python or NumPy integer, or a 0-dim tensor of integers; no bool
  float    any real number, a bool too, or a 0-dim tensor
  bool     a bool of Python or NumPy
  ints     a list or tuple whose first element is an int; one int where the annotation says so
"""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Union, get_args, get_origin

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor.tensor import Tensor

LIMIT = 2**63


class Rule(NamedTuple):
    """`words` is what PyTorch's message calls the kind; `test` says whether an argument is one."""

    words: str
    test: Callable[[Any], bool]
    optional: bool = False
    counts: bool = False  # whether it is an int, or several, that 64 bits must hold


def class_name(a: Any) -> str:
    """What PyTorch's messages call the class of an argument."""
    t = type(a)
    name = t.__name__
    return f"torch.{name}" if name in ("dtype", "device", "Size", "layout") else name


def _of_integers(a: Any) -> bool:
    return isinstance(a, Tensor) and not a.dim() and a.dtype.category <= dt.INT


def is_int(a: Any) -> bool:
    if type(a) is int:
        return True
    if isinstance(a, (bool, np.bool_, Tensor)):
        return _of_integers(a) and a.dtype is not dt.bool_
    if isinstance(a, np.ndarray):
        return not a.ndim and a.dtype.kind in "iu"
    return not isinstance(a, (str, bytes)) and hasattr(a, "__index__")


def is_float(a: Any) -> bool:
    if isinstance(a, Tensor):
        return not a.dim() and not a.requires_grad and a.dtype.category < dt.COMPLEX
    return isinstance(a, (int, float, np.floating, np.integer, np.bool_))


def is_number(a: Any) -> bool:
    if isinstance(a, Tensor):
        return not a.dim() and not a.requires_grad
    return isinstance(a, (int, float, complex, np.number, np.bool_))


def is_bool(a: Any) -> bool:
    return isinstance(a, (bool, np.bool_))


def is_ints(a: Any) -> bool:
    """A list or tuple of ints; PyTorch looks at the first of them."""
    return isinstance(a, (list, tuple)) and (not a or is_int(a[0]))


def is_int_or_ints(a: Any) -> bool:
    return is_ints(a) or is_int(a)


def require_tensors(tensors: Any, name: str, parameter: str, position: int = 1) -> None:
    """TypeError for what is no list or tuple of tensors; None among them will do."""
    if not isinstance(tensors, (list, tuple)):
        raise TypeError(
            f"{name}(): argument '{parameter}' (position {position}) must be tuple of Tensors, not "
            f"{class_name(tensors)}"
        )
    for i, t in enumerate(tensors):
        if t is not None and not isinstance(t, Tensor):
            raise TypeError(
                f"expected Tensor as element {i} in argument 0, but got {class_name(t)}"
            )


def is_dtype(a: Any) -> bool:
    return isinstance(a, dt.dtype) or a in (float, int, bool, complex)


_SIMPLE: dict[Any, tuple[str, Callable[[Any], bool]]] = {
    Tensor: ("Tensor", lambda a: isinstance(a, Tensor)),
    int: ("int", is_int),
    bool: ("bool", is_bool),
    float: ("float", is_float),
    str: ("str", lambda a: isinstance(a, str)),
    dt.dtype: ("torch.dtype", lambda a: isinstance(a, type | dt.dtype) and is_dtype(a)),
}


def _is_ints_annotation(a: Any) -> bool:
    """`tuple[int, ...]`, `Sequence[int]` and the like."""
    found = get_args(a)
    return bool(found) and get_origin(a) not in (Union, types.UnionType) and found[0] is int


def rule_of(annotation: Any, optional: bool = False) -> Rule | None:
    """The rule of an annotation; None where it says more than one kind, or nothing."""
    parts = (annotation,)
    if get_origin(annotation) in (Union, types.UnionType):
        parts = get_args(annotation)
    named = [p for p in parts if p is not type(None)]
    optional = optional or len(named) < len(parts)
    if len(named) == 1 and named[0] in _SIMPLE:
        words, test = _SIMPLE[named[0]]
        return Rule(words, test, optional, named[0] is int)
    if any(_is_ints_annotation(p) for p in named) and all(
        p in (int, str, bool) or _is_ints_annotation(p) for p in named
    ):
        test = is_int_or_ints if int in named else is_ints
        if bool in named:
            return Rule("tuple of ints", lambda a: is_bool(a) or test(a), optional, True)
        if str in named:
            return Rule("tuple of ints", lambda a: isinstance(a, str) or test(a), optional)
        return Rule("tuple of ints", test, optional, True)
    return None


# Functions that PyTorch writes in Python say some things in words of their own.
_OWN_WORDS: dict[tuple[str, str], Callable[[Sequence], str]] = {
    ("interpolate", "size"): lambda a: (
        "expected size to be one of int or Tuple[int] or Tuple[int, int] or Tuple[int, int, int], "
        f"but got size with types {[type(x) for x in a]}"
    )
}


def refusal(name: str, parameter: str, position: int, rule: Rule, a: Any) -> Exception | None:
    """The error of an argument that a rule does not admit; None for one that it does."""
    if a is None and rule.optional:
        return None
    own = _OWN_WORDS.get((name, parameter))
    if own is not None and isinstance(a, (list, tuple)) and not all(is_int(x) for x in a):
        return TypeError(own(a))
    if not rule.test(a):
        words = f"{name}(): argument '{parameter}' (position {position}) must be {rule.words}"
        if rule.test in (is_ints, is_int_or_ints) and isinstance(a, (list, tuple)):
            return TypeError(f"{words}, but found element of type {class_name(a[0])} at pos 0")
        return TypeError(f"{words}, not {class_name(a)}")
    if rule.counts:
        return beyond(name, parameter, a)
    return None


def beyond(name: str, parameter: str, a: Any) -> Exception | None:
    """The error of an int that 64 bits do not hold, or of an element that is no int."""
    if isinstance(a, (list, tuple)):
        for i, x in enumerate(a):
            if not is_int(x):
                return TypeError(
                    f"{name}(): argument '{parameter}' failed to unpack the object at pos {i + 1} "
                    f'with error "type must be tuple of ints,but got {class_name(x)}"'
                )
            if not -LIMIT <= x.__index__() < LIMIT:
                return TypeError(
                    f"{name}(): argument '{parameter}' failed to unpack the object at pos {i + 1} "
                    'with error "Overflow when unpacking long long'
                )
    elif not -LIMIT <= a.__index__() < LIMIT:
        return ValueError("Overflow when unpacking long long")
    return None


def ints(a: Any, name: str, parameter: str, position: int = 1) -> tuple[int, ...]:
    """The ints of one argument that is a list or tuple of them, or a single one."""
    if isinstance(a, (list, tuple)):
        for x in a:
            if type(x) is not int or not -LIMIT <= x < LIMIT:
                break
        else:
            return tuple(a)
    e = refusal(name, parameter, position, SIZES, a)
    if e is not None:
        raise e
    return tuple([x.__index__() for x in (a if isinstance(a, (list, tuple)) else (a,))])


def several(args: tuple, name: str, parameter: str = "size") -> tuple[int, ...]:
    """The ints that a function was given one by one, or as one list or tuple."""
    if len(args) == 1 and not isinstance(args[0], int):
        return ints(args[0], name, parameter)
    if args and not is_int(args[0]):
        raise TypeError(
            f"{name}() received an invalid combination of arguments - got "
            f"({', '.join(map(class_name, args))}), but expected one of:"
        )
    return ints(args, name, parameter)


SIZES = Rule("tuple of ints", is_int_or_ints, False, True)
ONLY_INTS = Rule("tuple of ints", is_ints, False, True)

__all__ = [
    "ONLY_INTS",
    "SIZES",
    "ints",
    "several",
    "LIMIT",
    "Rule",
    "beyond",
    "class_name",
    "is_float",
    "is_int",
    "is_int_or_ints",
    "is_ints",
    "is_number",
    "refusal",
    "require_tensors",
    "rule_of",
]
