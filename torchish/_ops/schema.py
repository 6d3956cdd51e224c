"""Schemas of operators: `foo.out(Tensor x, *, Tensor(a!) out) -> Tensor(a!)`, read and inferred.

https://docs.pytorch.org/docs/stable/library.html
"""

from __future__ import annotations

import ast
import functools
import inspect
import operator
import re
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor

__all__ = ["Argument", "FunctionSchema", "infer_schema", "parse"]


class AliasInfo(NamedTuple):
    """What an argument shares with results, and whether it is written to."""

    is_write: bool
    before_set: frozenset[str]


class Argument(NamedTuple):
    """A parameter or a result of an operator."""

    name: str
    type: str
    has_default: bool = False
    default_value: Any = None
    kwarg_only: bool = False
    alias_info: AliasInfo | None = None

    @property
    def is_write(self) -> bool:
        """Whether the operator writes to it."""
        return self.alias_info is not None and self.alias_info.is_write


class FunctionSchema(NamedTuple):
    """An operator's name, parameters and results."""

    name: str
    overload_name: str
    arguments: tuple[Argument, ...]
    returns: tuple[Argument, ...]
    text: str

    @property
    def is_mutable(self) -> bool:
        """Whether it writes to an argument."""
        return any(a.is_write for a in self.arguments)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def fill(self, args: Sequence, kwargs: dict[str, Any]) -> tuple[list, dict[str, Any]]:
        """The arguments with defaults: by position, and the keyword-only ones. RuntimeError for too
        many, unknown and missing ones."""
        by_position = [a for a in self.arguments if not a.kwarg_only]
        if len(args) > len(by_position):
            raise RuntimeError(
                f"{self.name}() expected at most {len(by_position)} argument(s) but received "
                f"{len(args)} argument(s). Declaration: {self.text}"
            )
        given = dict(zip((a.name for a in by_position), args, strict=False))
        for k, v in kwargs.items():
            if k in given or all(a.name != k for a in self.arguments):
                raise RuntimeError(
                    f"{self.name}() got an unexpected keyword argument '{k}'. Declaration: "
                    f"{self.text}"
                )
            given[k] = v
        for a in self.arguments:
            if a.name not in given:
                if not a.has_default:
                    raise RuntimeError(
                        f"{self.name}() is missing value for argument '{a.name}'. Declaration: "
                        f"{self.text}"
                    )
                given[a.name] = a.default_value
        positional = [given[a.name] for a in by_position]
        return positional, {a.name: given[a.name] for a in self.arguments if a.kwarg_only}


def _split(text: str) -> list[str]:
    """Parts between commas that no bracket or quote is around."""
    parts, depth, quoted, at = [], 0, False, 0
    for i, c in enumerate(text):
        if c == '"':
            quoted = not quoted
        elif not quoted and c in "([":
            depth += 1
        elif not quoted and c in ")]":
            depth -= 1
        elif c == "," and not depth and not quoted:
            parts.append(text[at:i].strip())
            at = i + 1
    parts.append(text[at:].strip())
    return [p for p in parts if p]


def _typed(text: str) -> tuple[str, AliasInfo | None, str]:
    """A type without its alias, its alias, and what follows."""
    match = re.match(r"\s*([A-Za-z_][\w.]*)(\(([^)]*)\))?((?:\[\d*\]|\?)*)\s*(.*)$", text)
    if match is None:
        raise RuntimeError(f"can not read the schema at {text!r}")
    base, _, alias, tail, rest = match.groups()
    info = None
    if alias is not None:
        names = frozenset(re.findall(r"\w+", alias.partition("->")[0]))
        info = AliasInfo("!" in alias, names)
    return base + tail, info, rest


_WORDS = {"None": None, "True": True, "False": False}


def _default(text: str, kind: str) -> Any:
    text = text.strip()
    if text in _WORDS:
        return _WORDS[text]
    if text in dt.BY_NAME:
        return dt.BY_NAME[text]
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text  # a word: Mean, contiguous_format
    return float(value) if kind == "float" and isinstance(value, int) else value


def parse(text: str) -> FunctionSchema:
    """The schema that a text says. RuntimeError for one that it can not read."""
    match = re.match(r"\s*([\w:]+)(?:\.(\w+))?\s*\((.*)\)\s*->\s*(.+?)\s*$", text, re.S)
    if match is None:
        raise RuntimeError(f"can not read the schema {text!r}")
    name, overload, inside, results = match.groups()
    arguments, only = [], False
    for part in _split(inside):
        if part == "*":
            only = True
            continue
        kind, alias, rest = _typed(part)
        word, equals, default = rest.partition("=")
        value = _default(default, kind) if equals else None
        arguments.append(Argument(word.strip(), kind, bool(equals), value, only, alias))
    if results.startswith("("):
        results = results[1:-1]
    returns = []
    for part in _split(results):
        kind, alias, rest = _typed(part)
        returns.append(Argument(rest.strip(), kind, alias_info=alias))
    return FunctionSchema(name, overload or "", tuple(arguments), tuple(returns), text.strip())


# --- from a function's annotations

_PLAIN = {
    Tensor: "Tensor",
    int: "SymInt",
    float: "float",
    bool: "bool",
    str: "str",
    dt.dtype: "ScalarType",
    devices.device: "Device",
    int | float | bool: "Scalar",
}


def _type_of(annotation: Any) -> str | None:
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        if set(args) == {int, float, bool}:
            return "Scalar"
        if type(None) in args:
            rest = [a for a in args if a is not type(None)]
            inner = _type_of(functools.reduce(operator.or_, rest))
            return f"{inner}?" if inner else None
    if isinstance(origin, type) and issubclass(origin, Sequence) and origin is not tuple and args:
        inner = _type_of(args[0])
        return f"{inner}[]" if inner else None
    return None


def _resolved(function: Callable) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except NameError as error:
        raise ValueError(f"infer_schema(func): {error} in an annotation") from error


def infer_schema(
    prototype_function: Callable,
    /,
    *,
    mutates_args: str | Iterable[str],
    op_name: str | None = None,
) -> str:
    """The schema of a function, from its annotations. ValueError for a parameter without one, or of
    a type that no operator takes.

    >>> def scaled(x: torch.Tensor, factor: float = 2.0) -> torch.Tensor:
    ...     return factor * x
    >>> torch.library.infer_schema(scaled, mutates_args=())
    '(Tensor x, float factor=2.0) -> Tensor'
    """
    signature = inspect.signature(prototype_function)
    hints = _resolved(prototype_function)
    unknown = mutates_args == "unknown"
    mutated = set() if isinstance(mutates_args, str) else set(mutates_args)
    if missing := mutated - set(signature.parameters):
        raise ValueError(
            f"infer_schema(func): {missing} in mutates_args were not found in the custom op's "
            f"signature (func.__signature__={signature})."
        )
    said, only = [], False
    for n, (name, p) in enumerate(signature.parameters.items()):
        where = f"infer_schema(func): Parameter {name}"
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD, p.POSITIONAL_ONLY):
            raise ValueError(
                "infer_schema(func): We do not support positional-only args, varargs, or varkwargs."
                f" Got signature: {signature}"
            )
        if p.kind is p.KEYWORD_ONLY and not only:
            said.append("*")
            only = True
        if name not in hints:
            raise ValueError(
                f"{where} must have a type annotation. Got func with signature {signature})"
            )
        kind = _type_of(hints[name])
        if kind is None:
            raise ValueError(f"{where} has unsupported type {hints[name]}.")
        if (name in mutated) or (unknown and kind.startswith("Tensor")):
            if not kind.startswith("Tensor"):
                raise ValueError(
                    f"{where} is in mutable_args but only Tensors or collections of "
                    "Tensors can be mutated"
                )
            kind = kind.replace("Tensor", f"Tensor(a{n}!)", 1)
        text = f"{kind} {name}"
        if p.default is not inspect.Parameter.empty:
            value = p.default
            if isinstance(value, str):
                shown = f'"{value}"'
            elif isinstance(value, dt.dtype):
                shown = str(value).removeprefix("torch.")
            elif value is None or isinstance(value, (int, float, bool)):
                shown = str(value)
            elif isinstance(value, devices.device):
                shown = f'"{value}"'
            else:
                raise ValueError(f"{where} has an unsupported default value type {type(value)}.")
            text += f"={shown}"
        said.append(text)
    return f"{op_name or ''}({', '.join(said)}) -> {_returned(hints, signature)}"


def _returned(hints: dict[str, Any], signature: inspect.Signature) -> str:
    if "return" not in hints:
        if signature.return_annotation is inspect.Signature.empty:
            raise ValueError(
                "infer_schema(func): No return type annotation was provided. Please add one."
            )
    annotation = hints.get("return")
    if annotation in (None, type(None)):
        return "()"
    if typing.get_origin(annotation) is tuple:
        kinds = [_type_of(a) for a in typing.get_args(annotation)]
        if None not in kinds:
            return f"({', '.join(map(str, kinds))})"
    kind = _type_of(annotation)
    if kind is None:
        raise ValueError(f"infer_schema(func): Return has unsupported type {annotation}.")
    return kind
