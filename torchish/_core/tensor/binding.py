"""Binding: the arguments of a public function, sorted, name a call.

Note [Binding]
An operator's arguments, in the order of its entry, are sorted into tensors, Python numbers that
travel as data, and statics. The statics and the pattern of the rest name a `Call`, found by one
dictionary look-up; promotion happens inside the call, when it is first traced.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.base.promotion import scalar_dtype
from torchish._core.engine.values import from_host
from torchish._core.ops.table import (
    Array,
    ArrayOrNumber,
    Arrays,
    Bound,
    Call,
    FunctionCall,
    MaybeArray,
    MaybeRaw,
    Number,
    Op,
    Operand,
    Raw,
    Raws,
    Shape,
)
from torchish._core.tensor.api.classes import Rule, class_name, ints, is_number, refusal, rule_of
from torchish._core.tensor.overrides import check_foreign
from torchish._core.tensor.size import Size
from torchish._core.tensor.tensor import Tensor, wrap

_STATIC, _TENSOR, _MAYBE, _OPERAND, _LIST, _NUMBER, _SHAPE = range(7)
_CODES = {
    None: _STATIC,
    Array: _TENSOR,
    Raw: _TENSOR,
    MaybeArray: _MAYBE,
    ArrayOrNumber: _MAYBE,
    MaybeRaw: _MAYBE,
    Operand: _OPERAND,
    Arrays: _LIST,
    Raws: _LIST,
    Number: _NUMBER,
    Bound: _NUMBER,
    Shape: _SHAPE,
}

# Calls by everything static about them. What was decided under other global settings is not valid:
# see `reset_calls`.
_calls: dict[tuple, Call] = {}
_fused: dict[Any, FunctionCall] = {}


def reset_calls() -> None:
    """Forget the calls: a global setting that operators read at trace time has changed."""
    _calls.clear()
    _fused.clear()


def codes_of(op: Op) -> tuple[int, ...]:
    c = getattr(op, "codes", None)
    if c is None:
        c = op.codes = tuple(_CODES[p.kind] for p in op.params)
    return c


# Strings that a function of PyTorch's Python part tests itself, by value.
_TESTED_INSIDE = ("reduction", "mode", "padding_mode", "inplace")


def rules_of(op: Op) -> tuple[Rule | None, ...]:
    """What the statics of an operator may be, by their annotations."""
    rules = getattr(op, "rules", None)
    if rules is None:
        python = op.name.startswith("nn.functional.")
        rules = op.rules = tuple(
            None
            if p.kind is not None or (python and p.name in _TESTED_INSIDE and op.short != "pad")
            else rule_of(p.annotation, p.default is None)
            for p in op.params
        )
    return rules


def _check_static(op: Op, position: int, a) -> None:
    """TypeError for a static of another class than its annotation names."""
    rule = rules_of(op)[position]
    if rule is None or (rule.words == "bool" and type(a) is int and op.name.startswith("nn.")):
        return
    e = refusal(op.called, op.params[position].name, position + 1, rule, a)
    if e is not None:
        raise e


def operands_of(op: Op) -> int:
    """How many operands that are a tensor or a number an operator has."""
    n = getattr(op, "operands", None)
    if n is None:
        n = op.operands = sum(c in (_TENSOR, _OPERAND) for c in codes_of(op))
    return n


def code_first(op: Op) -> bool:
    """Whether an operator's first argument is one tensor (or a number beside another that is
    one)."""
    codes = codes_of(op)
    return bool(codes) and codes[0] in (_TENSOR, _OPERAND)


def as_number(x):
    """A Python number from what users pass as one: NumPy scalars and one-element tensors included;
    None if it is not."""
    if isinstance(x, Tensor):
        return x.item()
    if isinstance(x, (bool, np.bool_)):
        return bool(x)
    if isinstance(x, (int, np.integer)):
        x = int(x)
        if x < -(2**63):
            raise OverflowError("can't convert negative int to unsigned")
        if x >= 2**64:
            raise OverflowError("int too big to convert")
        return x
    if isinstance(x, (float, np.floating)):
        return float(x)
    if isinstance(x, (complex, np.complexfloating)):
        return complex(x)
    return None


_PLAIN = {int, str, type(None), dt.dtype}


def freeze(x):
    """A static argument as a hashable value that the operator receives."""
    t = type(x)
    if t in _PLAIN or t is bool or t is float:
        return x
    if t is list or t is tuple or t is Size or isinstance(x, (list, tuple)):
        return tuple([freeze(i) for i in x])
    if isinstance(x, (Tensor, np.generic)):
        n = as_number(x)
        if n is None:
            raise TypeError(f"expected a number or a sequence of ints, got {t.__name__}")
        return n
    if t is slice:
        return (slice, freeze(x.start), freeze(x.stop), freeze(x.step))
    return x


def _key(x):
    """A frozen static as a key part: equal numbers of different classes stay apart, and so do 0.0
    and -0.0."""
    t = type(x)
    if t in _PLAIN:
        return x
    if t is bool:
        return (bool, x)
    if t is float:
        return (float, x.hex())
    if t is complex:
        return (complex, x.real.hex(), x.imag.hex())
    if t is tuple:
        return tuple([_key(i) for i in x])
    return x


def bind(op: Op, args: Sequence) -> tuple[Call, list[Tensor], list]:
    """(call, tensors, numbers) for arguments given in the order of the operator's parameters."""
    try:
        found = op.binder(op, args)
    except AttributeError:
        found, codes = None, codes_of(op)
        _uses[codes] = uses = _uses.get(codes, 0) + 1
        if uses > OFTEN:
            op.binder = _binder(codes)
    except TypeError:  # a static that has no hash: the longer way says which
        found = None
    return found or _bind(op, args)


# Functions that PyTorch lets be called with numbers alone.
_OF_NUMBERS = {"add", "sub", "mul", "div", "true_divide", "floor_divide"}

OFTEN = 16  # calls of operators with such parameters, after which compiling a function pays
_uses: dict[tuple[int, ...], int] = {}


def _lines_of(code: int, a: str, k: str) -> list[str]:
    """The lines of a binder for one argument: `a` is its name, `k` that of its part of the key."""
    number = [
        f"    t = type({a})",
        f"    if t is float or (t is int and -(2**63) <= {a} < 2**63):",
        f"        numbers.append({a})",
        f"    elif {a} is not None:",
        "        return None",
        f"    {k} = t",
    ]
    if code == _NUMBER:
        return number
    if code == _STATIC:
        return [
            f"    t = type({a})",
            "    if t is bool:",
            f"        {k} = TRUE if {a} else FALSE",
            "    elif t in PLAIN:",
            f"        {k} = {a}",
            "    else:",
            "        return None",
        ]
    if code == _OPERAND:
        other = ["    " + line for line in number]
    elif code == _MAYBE:
        other = [f"        if {a} is not None:", "            return None", f"        {k} = None"]
    else:
        other = ["        return None"]
    return [
        f"    if isinstance({a}, Tensor):",
        f"        tensors.append({a})",
        f"        {k} = Tensor",
        "    else:",
        *other,
    ]


@functools.cache
def _binder(codes: tuple[int, ...]):
    """A function (operator, arguments) for the usual kinds of arguments, which gives what `_bind`
    gives, or None: for others, and for a call that is new. It is `_bind` with its loop unrolled."""
    if _LIST in codes or _SHAPE in codes:
        return lambda op, args: None
    names = [f"a{i}" for i in range(len(codes))]
    lines = ["def bound(op, args):", "    tensors, numbers = [], []"]
    if names:
        lines.append(f"    {', '.join(names)}, = args")
    for i, code in enumerate(codes):
        lines += _lines_of(code, f"a{i}", f"k{i}")
    keys = "".join(f", k{i}" for i in range(len(codes)))
    lines += [
        f"    call = calls.get((op{keys}))" if codes else "    call = calls.get((op,))",
        "    return None if call is None else (call, tensors, numbers)",
    ]
    scope = {
        "Tensor": Tensor,
        "PLAIN": _PLAIN,
        "TRUE": (bool, True),
        "FALSE": (bool, False),
        "calls": _calls,
    }
    exec(compile("\n".join(lines), "<binder>", "exec"), scope)
    return scope["bound"]


def _bind(op: Op, args: Sequence) -> tuple[Call, list[Tensor], list]:
    tensors: list = []
    numbers: list = []
    key: list = [op]
    for code, a in zip(codes_of(op), args, strict=True):
        if code == _STATIC:
            t = type(a)
            if t in _PLAIN:
                key.append(a)
            else:
                if t is not float and t is not bool:
                    _check_static(op, len(key) - 1, a)
                key.append(_key(freeze(a)))
        elif code <= _OPERAND and isinstance(a, Tensor):
            tensors.append(a)
            key.append(Tensor)
        elif code in (_OPERAND, _NUMBER):
            t = type(a)
            if t is not float and t is not int:
                if a is not None or op.params[len(key) - 1].default is inspect.Parameter.empty:
                    a = _number_or_raise(op, a, len(key) - 1, code)
                t = type(a)
            if t is int and not -(2**63) <= a < 2**63:
                a = _beyond_int64(as_number(a), args)
                t = type(a)
            key.append(t)
            if a is not None:
                numbers.append(a)
        elif code == _LIST:
            key.append(_pattern(op, a, len(key) - 1, tensors))
        elif code == _SHAPE:
            key.append(shape_argument(a, op.called, op.params[len(key) - 1].name, len(key)))
        elif code == _MAYBE and (a is None or _number_in_place(op, len(key) - 1, a)):
            # A number in the place of an optional tensor is static (an exponent, a bound).
            key.append(_key(freeze(a)))
        else:
            tensor_error(op, len(key) - 1, a)
    if not tensors and code_first(op):
        number = as_number(args[0]) if op.name in _OF_NUMBERS else None
        if number is None:
            tensor_error(op, 0, args[0])
        a = np.asarray(number, scalar_dtype(type(number)).np)
        return _bind(op, (wrap(from_host(a, devices.cpu)), *args[1:]))
    k = tuple(key)
    try:
        call = _calls.get(k)
    except TypeError:
        bad = next(p.name for p, x in zip(op.params, key[1:], strict=True) if not _hashable(x))
        raise TypeError(f"{op.called}(): argument '{bad}' has an invalid type") from None
    if call is None:
        call = _calls[k] = _make_call(op, args, tensors, numbers)
    return call, tensors, numbers


def _pattern(op: Op, a: Any, at: int, tensors: list) -> tuple:
    """The part of the key that stands for a sequence of tensors, which are added to `tensors`."""
    if isinstance(a, Tensor) or not isinstance(a, (list, tuple)):
        _sequence_or_raise(op, a, at)
    pattern: list = []
    for i, x in enumerate(a):
        if x is None and op.params[at].kind is Raws:
            pattern.append(None)
        elif isinstance(x, Tensor):
            tensors.append(x)
            pattern.append(1)
        else:
            check_foreign(op, x)
            raise TypeError(
                f"expected Tensor as element {i} in argument 0, but got {type(x).__name__}"
            )
    return tuple(pattern)


def _beyond_int64(n: int, args):
    """A number of 64 unsigned bits: a float beside floats, wrapped beside integers."""
    floats = any(isinstance(a, Tensor) and a.dtype.category > dt.INT for a in args)
    return float(n) if floats else n - 2**64


def _hashable(x) -> bool:
    try:
        hash(x)
    except TypeError:
        return False
    return True


def shape_argument(a, name: str, parameter: str, position: int) -> tuple[int, ...] | None:
    """The sizes that a function was given as one argument or as several."""
    if type(a) is tuple and len(a) == 1 and isinstance(a[0], (list, tuple)):
        a = a[0]
    return None if a is None else ints(a, name, parameter, position)


def _number_in_place(op: Op, position: int, a) -> bool:
    """Whether a number stands where the operator takes one beside a tensor."""
    if op.params[position].kind is not ArrayOrNumber or not is_number(a):
        return False
    return as_number(a) is not None  # which refuses what 64 bits do not hold


def _number_or_raise(op: Op, a, position: int, code: int):
    n = as_number(a) if is_number(a) else None
    if n is None:
        check_foreign(op, a)
        p = op.params[position]
        if p.kind is Bound and isinstance(a, Tensor):
            raise RuntimeError(f"{op.short} only supports 0-dimensional start and end tensors")
        expected = "Number" if code == _NUMBER else "Tensor"
        raise TypeError(
            f"{op.called}(): argument '{p.name}' (position {position + 1}) must be {expected}, not "
            f"{class_name(a)}"
        )
    return n


def _sequence_or_raise(op: Op, a, position: int):
    p = op.params[position]
    raise TypeError(
        f"{op.called}(): argument '{p.name}' (position {position + 1}) must be tuple of Tensors, "
        f"not {class_name(a)}"
    )


def tensor_error(op: Op, position: int, a):
    check_foreign(op, a)
    p = op.params[position]
    raise TypeError(
        f"{op.called}(): argument '{p.name}' (position {position + 1}) must be Tensor, not "
        f"{class_name(a)}"
    )


def _make_call(op: Op, args, tensors, numbers) -> Call:
    template: dict[str, tuple] = {}
    i = n = 0
    kinds = []
    for position, (p, code, a) in enumerate(zip(op.params, codes_of(op), args, strict=True)):
        if code == _STATIC:
            _check_static(op, position, a)
            a = freeze(a)
            template[p.name] = ("s", a)
        elif code <= _OPERAND and isinstance(a, Tensor):
            template[p.name] = ("t", i)
            i += 1
        elif code == _LIST:
            items = []
            for x in a:
                items.append(None if x is None else i)
                i += x is not None
            template[p.name] = ("l", tuple(items))
        elif code == _SHAPE:
            template[p.name] = ("s", shape_argument(a, op.called, p.name, position + 1))
        elif a is None or code == _MAYBE:
            template[p.name] = ("s", freeze(a))
        else:
            kind = type(numbers[n])
            template[p.name] = ("n", n, kind)
            kinds.append(kind)
            n += 1
    return Call(op, template, len(tensors), tuple(kinds))
