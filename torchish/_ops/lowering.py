"""From a call of a public function to an operator of `aten`: which overload, and its arguments in
the form that PyTorch gives them. See Note [Dispatch].
"""

from __future__ import annotations

import functools
import inspect
import numbers
import pathlib
from collections.abc import Callable
from typing import Any

from torchish._core.base import devices, layouts
from torchish._core.base import dtypes as dt
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Generator, Tensor, get_default_dtype
from torchish._core.tensor import overrides as _overrides
from torchish._ops.schema import Argument, FunctionSchema, parse

__all__ = ["LIST", "bound", "composite", "lowered", "name_in_aten", "schemas"]

LIST = pathlib.Path(__file__).with_name("schemas.txt")


@functools.cache
def _lines() -> dict[str, list[str]]:
    """The schemas of each operator as text; those that PyTorch makes of others begin with a
    star."""
    found: dict[str, list[str]] = {}
    for line in LIST.read_text().splitlines():
        name = line.lstrip("*").partition("(")[0].partition(".")[0]
        found.setdefault(name, []).append(line)
    return found


@functools.cache
def schemas(name: str) -> list[FunctionSchema]:
    """The schemas of an operator's overloads, in PyTorch's order; empty for no operator."""
    return [parse("aten::" + line.lstrip("*")) for line in _lines().get(name, ())]


@functools.cache
def composite(name: str) -> bool:
    """Whether PyTorch makes an operator of others, whatever the overload."""
    lines = _lines().get(name, [])
    return bool(lines) and all(line.startswith("*") for line in lines)


# --- arguments


class _Misfit(Exception):
    """An argument is of another type than the schema's."""


def _is_int(x: Any) -> bool:
    return isinstance(x, numbers.Integral) and not isinstance(x, bool)


def _is_number(x: Any) -> bool:
    return isinstance(x, (numbers.Number, bool))


def _list_of(kind: str) -> tuple[str, int] | None:
    """The type of a list's elements, and how many one stands for; None for no list."""
    if not kind.endswith("]"):
        return None
    inner, _, count = kind[:-1].rpartition("[")
    return inner, int(count or 0)


def _fit_list(x: Any, inner: str, count: int, loose: bool) -> list:
    if inner in ("SymInt", "int") and _is_int(x):
        if not count:
            raise _Misfit
        return [x] * count
    if inner == "float" and _is_number(x) and count:
        return [x] * count
    if not isinstance(x, (list, tuple)):
        raise _Misfit
    return [_fit(e, inner, loose) for e in x]


_PLAIN: dict[str, Callable[[Any], bool]] = {
    "int": _is_int,
    "SymInt": _is_int,
    "float": _is_number,
    "bool": lambda x: isinstance(x, bool),
    "Scalar": _is_number,
    "str": lambda x: isinstance(x, str),
    "ScalarType": lambda x: isinstance(x, dt.dtype),
    "Layout": lambda x: isinstance(x, layouts.layout),
    "MemoryFormat": lambda x: isinstance(x, layouts.memory_format),
    "Generator": lambda x: isinstance(x, Generator),
}


def _fit(x: Any, kind: str, loose: bool) -> Any:
    """An argument as a schema's type; with `loose` a number stands for a tensor."""
    if kind.endswith("?"):
        return None if x is None else _fit(x, kind[:-1], loose)
    listed = _list_of(kind)
    if listed is not None:
        return _fit_list(x, *listed, loose)
    if kind == "Tensor":
        if isinstance(x, Tensor) or (loose and _is_number(x)):
            return x
    elif kind == "Device":
        if isinstance(x, (str, int, devices.device)) and not isinstance(x, bool):
            return devices.device(x)
    elif kind in _PLAIN and _PLAIN[kind](x):
        return x
    elif kind in ("int", "SymInt", "Scalar", "float") and _scalar_tensor(x):
        return x.item()
    raise _Misfit


def _scalar_tensor(x: Any) -> bool:
    return isinstance(x, Tensor) and x.dim() == 0 and not x.requires_grad and not x._hollow


def _packed(args: tuple, places: list[Argument]) -> list:
    """`x.view(2, 3)` as `x.view([2, 3])`."""
    out = list(args)
    for i, a in enumerate(places):
        listed = _list_of(a.type.rstrip("?"))
        if i < len(out) and listed and listed[0] in ("SymInt", "int") and not listed[1]:
            if _is_int(out[i]):
                n = i
                while n < len(out) and _is_int(out[n]):
                    n += 1
                out[i:n] = [out[i:n]]
    return out


_SPELLINGS = {"input": "self", "axis": "dim", "keepdims": "keepdim", "x": "self", "axes": "dims"}


def _same(x: Any, default: Any) -> bool:
    return x is default or (type(x) is type(default) and not isinstance(x, Tensor) and x == default)


def bound(
    schema: FunctionSchema, args: tuple, kwargs: dict, loose: bool
) -> tuple[tuple, dict[str, Any]] | None:
    """A call's arguments as a schema has them, defaults at the end left out; None where they do not
    fit."""
    places = [a for a in schema.arguments if not a.kwarg_only]
    named = {a.name: a for a in schema.arguments}
    values = _packed(args, places)
    if len(values) > len(places):
        return None
    given = {a.name: v for a, v in zip(places, values, strict=False)}
    for k, v in kwargs.items():
        name = k if k in named else _SPELLINGS.get(k, k)
        if name not in named or name in given:
            return None
        given[name] = v
    try:
        fitted = {
            k: _fit(v, named[k].type, loose and named[k].name != "self") for k, v in given.items()
        }
    except _Misfit:
        return None
    if any(a.name not in fitted and not a.has_default for a in schema.arguments):
        return None
    positional = [fitted.get(a.name, a.default_value) for a in places]
    while positional and places[len(positional) - 1].has_default:
        last = places[len(positional) - 1]
        if last.name in fitted and not _is_default(fitted[last.name], last):
            break
        positional.pop()
    only = {
        a.name: fitted[a.name]
        for a in schema.arguments
        if a.kwarg_only and a.name in fitted and not _is_default(fitted[a.name], a)
    }
    return tuple(positional), only


def _is_default(x: Any, a: Argument) -> bool:
    if not a.has_default:
        return False
    if _same(x, a.default_value):
        return True
    listed = _list_of(a.type.rstrip("?"))
    return bool(listed and listed[1] and x == [a.default_value] * listed[1])


# --- names

_PREFIXES = {"torch.linalg": "linalg_", "torch.special": "special_", "torch.fft": "fft_"}
_OPERATORS = {
    "__and__": "bitwise_and",
    "__or__": "bitwise_or",
    "__xor__": "bitwise_xor",
    "__iand__": "bitwise_and_",
    "__ior__": "bitwise_or_",
    "__ixor__": "bitwise_xor_",
    "__invert__": "bitwise_not",
    "__floordiv__": "floor_divide",
    "__rsub__": "rsub",
    "__pow__": "pow",
    "__ipow__": "pow_",
    "__ne__": "ne",
    "absolute": "abs",
    "arccos": "acos",
    "arcsin": "asin",
    "arctan": "atan",
    "clip": "clamp",
    "concat": "cat",
    "concatenate": "cat",
    "divide": "div",
    "expit": "sigmoid",
    "greater": "gt",
    "greater_equal": "ge",
    "less": "lt",
    "less_equal": "le",
    "multiply": "mul",
    "negative": "neg",
    "not_equal": "ne",
    "subtract": "sub",
    "true_divide": "div",
}
# PyTorch's parser has no form of these with a number: it stands for a tensor.
_NUMBERS_AS_TENSORS = {"add", "sub", "mul", "div", "add_", "sub_", "mul_", "div_"}
# What tells of a tensor or of its history, or takes it out of the library: no operators.
_NO_OPERATORS = {
    "backward", "data", "data_ptr", "dim", "get_device", "is_contiguous", "is_leaf", "item",
    "numel", "numpy", "output_nr", "register_hook", "rename", "requires_grad_", "retain_grad",
    "set_data", "size", "storage_offset", "stride", "tolist", "type", "equal", "result_type",
    "can_cast", "promote_types", "is_nonzero", "names",
}  # fmt: skip
_LIKE = {
    "empty_like", "full_like", "new_empty", "new_full", "new_ones", "new_zeros", "ones_like",
    "rand_like", "randint_like", "randn_like", "zeros_like",
}  # fmt: skip
_FACTORIES = {
    "arange", "empty", "eye", "full", "linspace", "logspace", "normal", "ones", "rand", "randint",
    "randn", "randperm", "scalar_tensor", "zeros", "empty_strided",
}  # fmt: skip
_NOT_IN_SCHEMA = ("size_average", "reduce", "_stacklevel")
_REDUCTIONS = {"none": 0, "mean": 1, "sum": 2}


def name_in_aten(full: str) -> str | None:
    """The operator that a public function is called in `aten`; None for what is no operator."""
    home, _, short = full.rpartition(".")
    if short in ("__get__", "__set__"):
        return None
    short = _OPERATORS.get(short, short)
    prefix = _PREFIXES.get(home, "")
    if prefix and schemas(prefix + short):
        return prefix + short
    if short in _NO_OPERATORS or short.startswith("is_") or not schemas(short):
        return None
    return short


def _by_name(original: Callable, args: tuple, kwargs: dict) -> tuple[dict[str, Any], bool] | None:
    """A functional's arguments that differ from its defaults, by name, and whether it is to be in
    place."""
    signature = inspect.signature(original)
    try:
        given = dict(signature.bind(*args, **kwargs).arguments)
    except TypeError:
        return None
    given = {
        k: v for k, v in given.items() if v is not signature.parameters[k].default or k == "input"
    }
    inplace = bool(given.pop("inplace", False))
    for k in _NOT_IN_SCHEMA:
        given.pop(k, None)
    if "reduction" in given:
        given["reduction"] = _REDUCTIONS.get(given["reduction"], given["reduction"])
    return given, inplace


@functools.cache
def _is_functional(full: str, original: Callable) -> bool:
    """Whether a function has the options of `nn.functional`, which no operator has."""
    if full.startswith("torch.nn.functional."):
        return True
    return full.startswith("torch.") and "inplace" in inspect.signature(original).parameters


def lowered(
    full: str, original: Callable, args: tuple, kwargs: dict, composites: bool = False
) -> tuple | None:
    """(operator, overload, arguments, keyword arguments) of a call; None where it is for its own
    parts to come to operators. With `composites` also operators that PyTorch makes of others."""
    name = name_in_aten(full)
    if name is None or (composite(name) and name not in TABLE and not composites):
        return None
    if _is_functional(full, original):
        found = _by_name(original, args, kwargs)
        if found is None:
            return None
        kwargs, inplace = found
        args, name = (), name + "_" if inplace else name
    out = kwargs.get("out")
    kwargs = {k: v for k, v in kwargs.items() if k not in ("out", "requires_grad")}
    if name in _FACTORIES:
        kwargs = _factory(kwargs)
    elif name in _LIKE:
        kwargs = {"pin_memory": False} | kwargs
    if name in ("max", "min") and len(args) == 2 and isinstance(args[1], Tensor):
        name += "imum"
    for loose in (False, True):
        for schema in schemas(name):
            if name in _NUMBERS_AS_TENSORS and schema.overload_name == "Scalar":
                continue
            found = bound(schema, args, kwargs, loose)
            if found is not None:
                overload = schema.overload_name or "default"
                if out is not None:
                    return name, f"{overload}|out", found[0], {**found[1], "out": out}
                return name, overload, *found
    return None


def _factory(kwargs: dict[str, Any]) -> dict[str, Any]:
    """PyTorch's own call of a factory says the device, and that memory is not pinned."""
    made = {"device": devices.get_default(), "pin_memory": False}
    made |= {k: v for k, v in kwargs.items() if v is not None}
    if isinstance(made.get("dtype"), dt.dtype) or "dtype" not in made:
        return made
    return {**made, "dtype": get_default_dtype()}


@functools.cache
def full_name(shown: Callable) -> str | None:
    """A public function's name with that of its module."""
    return _overrides.name_of(shown)
