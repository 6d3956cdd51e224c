"""From the table to the public names: functions, methods, in-place methods, `out=`. Imported last
in this layer.

Note [Attach]
Each table entry becomes one function with the entry's own signature, generated so that Python
itself binds the arguments; spellings that PyTorch also accepts (`axis`, `keepdims`, `x`, `self`)
and missing arguments take a slower way.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import pkgutil
import warnings
from collections.abc import Callable
from types import CodeType, FunctionType

import numpy as np

import torchish._core.ops
from torchish._core.base import dtypes as dt
from torchish._core.base import late
from torchish._core.base.frames import user_level
from torchish._core.ops.parameters import Param
from torchish._core.ops.table import TABLE, Array, Op, Raw, Shape
from torchish._core.tensor import dispatch, overrides
from torchish._core.tensor.api import factory
from torchish._core.tensor.public import enter, method, namespace
from torchish._core.tensor.tensor import Tensor
from torchish._core.tensor.views.strides import ORDER_OF

for _m in pkgutil.walk_packages(torchish._core.ops.__path__, "torchish._core.ops."):
    importlib.import_module(_m.name)

for _n, _order in ORDER_OF.items():
    TABLE[_n].order = _order

_MISSING = object()
_EMPTY = inspect.Parameter.empty
_SPELLINGS = {
    "axis": "dim",
    "keepdims": "keepdim",
    "x2": "other",
    "x1": "input",
    "a": "input",
    "x": "input",
    "self": "input",
    "axes": "dims",
}


def _has_tensors(op: Op) -> bool:
    return any(p.kind is not None and issubclass(p.kind, (Array, Raw)) for p in op.params)


def make_function(op: Op) -> FunctionType:
    """The public function of an entry. See Note [Late code]."""
    f = late.function(_identifier(op), _file(op), {**_SCOPE, "_op": op}, _write)
    home = op.name.rpartition(".")[0]
    if home in ("", "Tensor"):
        f.__module__, f.__qualname__ = "torchish", op.name
    else:
        f.__module__, f.__qualname__ = f"torchish.{home}", op.short
    f.__doc__ = op.fn.__doc__
    f.__signature__ = late.Signature(functools.partial(_signature, op))
    return f


def _identifier(op: Op) -> str:
    return op.short if op.short.isidentifier() else "op"


_FOLDER = os.path.join(os.path.dirname(__file__), "")


def _file(op: Op) -> str:
    return f"{_FOLDER}<{op.name}>"


def _write(scope: dict) -> FunctionType:
    """The function of an entry, compiled."""
    op = scope["_op"]
    for i, p in enumerate(op.params):
        scope[f"_d{i}"] = _MISSING if p.default is _EMPTY else p.default
    exec(_compiled(op), scope)
    return scope[_identifier(op)]


@functools.cache
def _compiled(op: Op) -> CodeType:
    """The definition of an entry's function, which is that of its in-place method too."""
    # The older positional forms, in which the factors come first.
    factors = any(p.keyword_only and p.name in _FACTORS for p in op.params)
    lines = [f"def {_identifier(op)}({', '.join(_head(op, factors))}):", *_body(op, factors)]
    return compile("\n".join(lines) + "\n", _file(op), "exec")


def _star(op: Op) -> Param | None:
    """The parameter that takes what is left of the arguments: a shape."""
    return next((p for p in op.params if p.kind is Shape and not p.keyword_only), None)


def _head(op: Op, factors: bool) -> list[str]:
    """The parameters of the public function, as source."""
    head: list[str] = []
    star = _star(op)
    for i, p in enumerate(op.params):
        if p.keyword_only and not any(h.startswith("*") for h in head):
            head.append("*_more" if factors else "*")
        head.append(f"*{p.name}" if p is star else f"{p.name}=_d{i}")
    if op.out:
        if not any(h.startswith("*") for h in head):
            head.append("*")
        head.append("out=None")
    return [*head, "**_kw"]


def _body(op: Op, factors: bool) -> list[str]:
    """The lines of the public function: the arguments as the entry has them, then the call."""
    names = [p.name for p in op.params]
    required = [p.name for p in op.params if p.default is _EMPTY and p.kind is not Shape]
    creates, star, body = not _has_tensors(op), _star(op), []
    if star is not None:
        s, absent = star.name, "_M" if star.default is _EMPTY else "()"
        if not creates and absent == "_M":
            required.append(s)
        body.append(f"    if len({s}) == 1 and not isinstance({s}[0], int): {s} = {s}[0]")
        if not creates:
            body.append(f"    elif not {s}: {s} = _kw.pop({s!r}, {absent})")
    if factors:
        parts = ", ".join(f"({n!r}, {n})" for n in names)
        body.append(f"    if _more: {', '.join(names)}, = _legacy(_op, ({parts},), _more)")
    test = " or ".join(["_kw", *[f"{n} is _M" for n in required]])
    given = ", ".join([f"{n!r}: {n}" for n in names] + ["'out': out"] * op.out)
    body.append(f"    if {test}: return _rebind(_op, {{{given}}}, _kw)")
    args = "(" + "".join(f"{n}, " for n in names) + ")"
    if creates:
        return [*body, f"    return _create(_op, {args}, {'out' if op.out else None}, {{}})"]
    if op.out:
        body.append(f"    if out is not None: return _out(_op, {args}, out)")
    if "inplace" in names:
        body.append("    if inplace.__class__ is not bool: inplace = bool(inplace)")
        body.append(f"    if inplace: return _inplace(_op, {args})")
    return [*body, f"    return _apply(_op, {args})"]


_FACTORS = ("beta", "alpha", "value")


def _legacy(op: Op, given: tuple, more: tuple, end: str = "") -> list:
    """The arguments of the older positional forms, by the order of the parameters: the factors
    stand among the tensors, as in `x.addcmul_(2, a, b)` and `torch.addmm(1, x, 2, a, b)`."""
    places = [p.name for p in op.params if not p.keyword_only]
    factors = [p.name for p in op.params if p.name in _FACTORS]
    bound = dict(given)
    values = [*(bound[n] for n in places), *more]
    tensors = [x for x in values if isinstance(x, Tensor)]
    numbers = [x for x in values if isinstance(x, (int, float, complex, np.number))]
    if len(tensors) != len(places) or len(tensors) + len(numbers) != len(values):
        numbers = [None] * (len(factors) + 1)
    if len(numbers) > len(factors):
        raise TypeError(
            f"{op.short}() takes from {len(places) - 1} to {len(places)} positional arguments but "
            f"{len(values)} were given"
        )
    words = ["Number " + n for n in factors[: len(numbers)]]
    warnings.warn(
        f"This overload of {op.short}{end} is deprecated:\n"
        f"\t{op.short}{end}({', '.join(words + ['Tensor ' + n for n in places[1:]])})\n"
        "Consider using one of the following signatures instead:\n"
        f"\t{op.short}{end}({', '.join('Tensor ' + n for n in places[1:])}, *, {', '.join(words)})",
        UserWarning,
        stacklevel=user_level(),
    )
    bound.update(zip(places, tensors, strict=True))
    bound.update(zip(factors, numbers, strict=False))
    return [bound[p.name] for p in op.params]


def _signature(op: Op, out: bool = True) -> inspect.Signature:
    """What `help` shows: the entry's parameters as the public function takes them."""
    shown = []
    for p in op.params:
        kind = inspect.Parameter.KEYWORD_ONLY
        default = p.default
        if p.kind is Shape and not p.keyword_only:
            kind, default = inspect.Parameter.VAR_POSITIONAL, _EMPTY
        elif not p.keyword_only and not any(q.kind is q.VAR_POSITIONAL for q in shown):
            kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        shown.append(inspect.Parameter(p.name, kind, default=default))
    if op.out and out:
        shown.append(inspect.Parameter("out", inspect.Parameter.KEYWORD_ONLY, default=None))
    return inspect.Signature(shown)


def _rebind(op: Op, given: dict, extra: dict):
    """Bind again, with the spellings that PyTorch also accepts; TypeError for what is missing or
    unknown."""
    options = {}
    names = {p.name for p in op.params}
    first = op.params[0].name if op.params else None
    for k, v in extra.items():
        name = k if k in names else _SPELLINGS.get(k, k)
        if name not in names and k in ("self", "x", "a", "input") and first:
            name = first
        if name in names and (
            given.get(name) is _MISSING
            or given.get(name) in ((), None)
            or _is_default(op, name, given[name])
        ):
            given[name] = v
        elif k in ("device", "requires_grad", "layout", "pin_memory", "names") and not _has_tensors(
            op
        ):
            options[k] = v
        elif k == "out":
            raise NotImplementedError(f"{op.short}(): out=")
        elif k == "generator" and v is None:
            continue
        else:
            raise TypeError(f"{op.called}() got an unexpected keyword argument '{k}'")
    missing = [p.name for p in op.params if given.get(p.name) is _MISSING]
    if missing:
        raise TypeError(
            f"{op.called}() missing {len(missing)} required positional arguments: "
            + ", ".join(f'"{m}"' for m in missing)
        )
    args = tuple(given[p.name] for p in op.params)
    out = given.get("out")
    if not _has_tensors(op):
        return _create(op, args, out, options)
    if out is not None:
        return dispatch.apply_out(op, args, out)
    if given.get("inplace"):
        return dispatch.apply_inplace(op, args)
    return dispatch.apply(op, args)


def _is_default(op: Op, name: str, value) -> bool:
    default = next(p.default for p in op.params if p.name == name)
    return value is default


def _create(op: Op, args, out, options):
    """Call an operator that makes a tensor out of nothing."""
    device = factory.place(options.get("device"))
    if out is not None:
        return dispatch.apply_out(op, args, out)
    if op.name.endswith("_window") and str(options.get("layout")).startswith("torch.sparse"):
        raise RuntimeError(
            f"{op.name} is not implemented for sparse types, got: {options['layout']}"
        )
    t = dispatch.apply(op, args, device)
    if isinstance(t, Tensor):
        return factory.finish(
            t,
            options.get("requires_grad", False),
            options.get("pin_memory", False),
            options.get("layout"),
        )
    return t


def make_inplace(op: Op, name: str) -> FunctionType:
    """The in-place method of an entry: binds like the function, writes into its first argument."""
    scope = {**_SCOPE, "_op": op, "_apply": dispatch.apply_inplace, "_rebind": _rebind_inplace}
    scope["_legacy"] = functools.partial(_legacy, end="_")
    g = late.function(_identifier(op), _file(op), scope, _write)
    g.__name__ = name
    g.__doc__ = f"In-place form of `{op.short}`: {op.fn.__doc__ or ''}"
    g.__module__, g.__qualname__ = "torchish", f"Tensor.{name}"
    g.__signature__ = late.Signature(functools.partial(_signature, op, out=False))
    return g


def _rebind_inplace(op: Op, given: dict, extra: dict):
    for k, v in extra.items():
        name = k if k in given else _SPELLINGS.get(k, k)
        if name not in given:
            raise TypeError(f"{op.short}_() got an unexpected keyword argument '{k}'")
        given[name] = v
    missing = [p.name for p in op.params if given.get(p.name) is _MISSING]
    if missing:
        raise TypeError(
            f"{op.short}_() missing {len(missing)} required positional arguments: "
            + ", ".join(f'"{m}"' for m in missing)
        )
    return dispatch.apply_inplace(op, tuple(given[p.name] for p in op.params))


# What the written functions call.
_SCOPE = {
    "_M": _MISSING,
    "_apply": dispatch.apply,
    "_out": dispatch.apply_out,
    "_create": _create,
    "_inplace": dispatch.apply_inplace,
    "_rebind": _rebind,
    "_legacy": _legacy,
}


def function_of(op: Op) -> Callable:
    if op.public is None:
        op.public = make_function(op)
    return op.public


def _publish() -> None:
    for name, op in TABLE.items():
        home, _, short = name.rpartition(".")
        if home == "Tensor":
            if short.endswith("_") and not short.endswith("__"):
                enter(f"Tensor.{short}", make_inplace(op, short), operator=True)
            else:
                enter(f"Tensor.{short}", function_of(op), operator=True)
            continue
        if short.endswith("_") and not short.endswith("__") and op.inplace:
            enter(name, make_inplace(op, short), operator=True)
            continue
        if op.function:
            enter(name, function_of(op), operator=True)
        if name != op.name and home:
            continue  # an alias in another namespace adds no method
        if op.method and not short.startswith("_"):
            enter(f"Tensor.{short}", function_of(op), operator=True)
        if op.inplace and not short.startswith("_"):
            if name == op.name or short != op.short:
                enter(f"Tensor.{short}_", make_inplace(op, short + "_"), operator=True)
            if not home:
                enter(f"{short}_", namespace("Tensor")[short + "_"], operator=True)


_publish()

# --- Python's operators

_OPERANDS = (Tensor, int, float, complex, np.number, np.bool_)


def _defaults(op: Op) -> tuple:
    return tuple(p.default for p in op.params[2:])


def _binary(
    dunder: str, name: str, *, reflected: str | None = None, inplace: str | None = None
) -> None:
    op = TABLE[name]
    rest = _defaults(op)
    apply, apply_inplace = dispatch.apply, dispatch.apply_inplace

    def forward(self, other):
        if isinstance(other, _OPERANDS):
            return apply(op, (self, other, *rest))
        if isinstance(other, np.ndarray):
            return apply(op, (self, factory.made(other), *rest))
        return overrides.operator(dunder, self, other)

    def backward(self, other):
        if not isinstance(self, Tensor):
            raise TypeError(
                f"descriptor '{reflected}' for 'torch._C.TensorBase' objects doesn't apply to a "
                f"'{type(self).__name__}' object"
            )
        if isinstance(other, _OPERANDS):
            return apply(op, (other, self, *rest))
        if isinstance(other, np.ndarray):
            return apply(op, (factory.made(other), self, *rest))
        return overrides.operator(reflected, self, other)

    def into(self, other):
        if isinstance(other, np.ndarray):
            return NotImplemented  # then Python adds, and the name becomes the sum's
        if not isinstance(other, _OPERANDS):
            return overrides.operator(inplace, self, other)
        return apply_inplace(op, (self, other, *rest))

    for name_, f in ((dunder, forward), (reflected, backward), (inplace, into)):
        if name_:
            f_named = f
            f_named.__name__ = f_named.__qualname__ = name_
            enter(f"Tensor.{name_}", f_named)


for _d, _n in {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "truediv": "div",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "pow",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "bitwise_left_shift",
    "rshift": "bitwise_right_shift",
}.items():
    if _n in TABLE:
        _binary(f"__{_d}__", _n, reflected=f"__r{_d}__", inplace=f"__i{_d}__")
for _d in ("eq", "ne", "lt", "le", "gt", "ge"):
    if _d in TABLE:
        _binary(f"__{_d}__", _d)


def _unary(dunder: str, name: str) -> None:
    if name in TABLE:
        op = TABLE[name]
        enter(f"Tensor.{dunder}", lambda self: dispatch.apply(op, (self,)))


_unary("__neg__", "neg")
_unary("__abs__", "abs")


@method
def __invert__(self: Tensor) -> Tensor:
    if self.dtype.category > dt.INT:
        raise TypeError(
            "~ (operator.invert) is only implemented on integer and Boolean-type tensors"
        )
    return dispatch.apply(TABLE["bitwise_not"], (self,))


@method
def __reversed__(self: Tensor) -> Tensor:
    """`reversed(t)`: the rows from the last to the first."""
    return dispatch.apply(TABLE["flip"], (self, (0,))) if self.dim() else self


enter("Tensor.__array_priority__", 1000)
enter("Tensor.__div__", Tensor.__dict__["__truediv__"])
enter("Tensor.__idiv__", Tensor.__dict__["__itruediv__"])
enter("Tensor.__rdiv__", lambda self, other: self.reciprocal() * other)
