"""Sizes that are not known: expressions of symbols, and what a tensor of such sizes is like."""

from __future__ import annotations

import hashlib
import itertools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from torchish._core.base import dtypes as dt
from torchish._symbols import SymInt as _SymInt

__all__ = ["Expr", "FakeTensor", "SymInt", "ValueRanges", "fit", "int_oo", "name_of_symbol"]

int_oo = float("inf")


def name_of_symbol(source: str, taken: Sequence[str]) -> str:
    """PyTorch's name for the symbol of a size: by the digest of where the size is found."""
    n = int(hashlib.sha256(source.encode()).hexdigest(), 16) % 100
    while f"s{n}" in taken:
        n += 1
    return f"s{n}"


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "mul": operator.mul,
    "floordiv": operator.floordiv,
}


class Expr(NamedTuple):
    """A number, a symbol, or the sum, product or floored quotient of two expressions."""

    kind: str  # "int", "sym", "add", "mul" or "floordiv"
    parts: tuple[Any, ...]

    def value(self, env: Mapping[str, Any]) -> Any:
        """What it is where symbols are what `env` says."""
        if self.kind == "int":
            return self.parts[0]
        if self.kind == "sym":
            return env[self.parts[0]]
        a, b = self.parts
        return _OPERATORS[self.kind](a.value(env), b.value(env))

    def symbols(self) -> Iterator[str]:
        """The names of its symbols."""
        if self.kind == "sym":
            yield self.parts[0]
        elif self.kind != "int":
            for p in self.parts:
                yield from p.symbols()

    def __str__(self) -> str:
        if self.kind in ("int", "sym"):
            return str(self.parts[0])
        a, b = self.parts
        if self.kind == "add":
            if b.kind == "int" and b.parts[0] < 0:
                return f"{a} - {-b.parts[0]}"
            return f"{a} + {b}"
        if self.kind == "mul":
            return f"{_inside(a)}*{_inside(b)}"
        return f"({_inside(a)}//{_inside(b)})"

    def encoded(self) -> list:
        """As lists, for JSON."""
        return [self.kind, *[p.encoded() if isinstance(p, Expr) else p for p in self.parts]]

    @staticmethod
    def decoded(data: list) -> Expr:
        """From lists. ValueError for what is no expression."""
        kind, *parts = data
        if kind == "int" and len(parts) == 1 and type(parts[0]) is int:
            return Expr(kind, (parts[0],))
        if kind == "sym" and len(parts) == 1 and isinstance(parts[0], str):
            return Expr(kind, (parts[0],))
        if kind in _OPERATORS and len(parts) == 2:
            return Expr(kind, tuple(Expr.decoded(p) for p in parts))
        raise ValueError(f"no expression of sizes: {data!r}")


def _inside(e: Expr) -> str:
    return f"({e})" if e.kind == "add" else str(e)


def number(n: int) -> Expr:
    """A number as an expression."""
    return Expr("int", (int(n),))


def symbol(name: str) -> Expr:
    """A symbol as an expression."""
    return Expr("sym", (name,))


def _scaled(e: Expr, k: int, c: int) -> Expr:
    """k·e + c."""
    out = e if k == 1 else Expr("mul", (number(k), e))
    return out if c == 0 else Expr("add", (out, number(c)))


def _affine(xs: Sequence[int], ys: Sequence[int]) -> tuple[int, int] | None:
    """(k, c) with ys = k·xs + c; None where there are no such integers."""
    i = next((j for j in range(1, len(xs)) if xs[j] != xs[0]), None)
    if i is None:
        return None
    k, rest = divmod(ys[i] - ys[0], xs[i] - xs[0])
    c = ys[0] - k * xs[0]
    if rest or any(k * x + c != y for x, y in zip(xs, ys, strict=True)):
        return None
    return k, c


def _monomials(names: Sequence[str]) -> Iterator[Expr]:
    for n in (1, 2, 3):
        for chosen in itertools.combinations_with_replacement(names, n):
            made = symbol(chosen[0])
            for s in chosen[1:]:
                made = Expr("mul", (made, symbol(s)))
            yield made


def fit(ys: Sequence[int], envs: Sequence[Mapping[str, int]]) -> Expr | None:
    """The expression that has these values where the symbols have those; None where none of the
    forms fits: k·m + c for a product m of symbols, k·s + l·t + c, k·((s + a) // b) + c."""
    if all(y == ys[0] for y in ys):
        return number(ys[0])
    names = list(envs[0])
    for m in _monomials(names):
        found = _affine([m.value(e) for e in envs], ys)
        if found is not None and found[0]:
            return _scaled(m, *found)
    for s, t in itertools.combinations(names, 2):
        for k in range(-8, 9):
            rest = [y - k * e[s] for y, e in zip(ys, envs, strict=True)]
            found = _affine([e[t] for e in envs], rest)
            if k and found is not None and len(ys) > 3:
                return Expr("add", (_scaled(symbol(s), k, 0), _scaled(symbol(t), *found)))
    for s in names:
        for b in (2, 4, 8, 16, 32, 64, 3, 7, 14, 28):
            for a in range(1 - b, b):
                below = _scaled(symbol(s), 1, a)
                m = Expr("floordiv", (below, number(b)))
                found = _affine([m.value(e) for e in envs], ys)
                if found is not None and found[0] and len(ys) > 2:
                    return _scaled(m, *found)
    return None


class _Node(NamedTuple):
    expr: Expr
    hint: int


class SymInt(_SymInt):
    """A size that is an expression of symbols. `node.expr` is the expression, `node.hint` its value
    in the example inputs."""

    def __init__(self, expr: Expr, hint: int):
        self.node = _Node(expr, hint)

    def __repr__(self) -> str:
        return str(self.node.expr)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SymInt) and other.node.expr == self.node.expr

    def __hash__(self) -> int:
        return hash(self.node.expr)

    def __int__(self) -> int:
        raise RuntimeError(f"the size {self} has no value before the program is called")

    __index__ = __int__


class FakeTensor:
    """What the value of a node is like: shape, dtype, device and strides, and no elements. Sizes
    that are not known are `SymInt`."""

    def __init__(
        self,
        shape: Sequence[Any],
        dtype: dt.dtype,
        device: Any,
        stride: Sequence[Any],
        requires_grad: bool = False,
    ):
        self.shape, self.dtype, self.device = tuple(shape), dtype, device
        self._stride, self.requires_grad = tuple(stride), requires_grad

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    def dim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    def size(self, dim: int | None = None) -> Any:
        """The shape, or one size."""
        return self.shape if dim is None else self.shape[dim]

    def stride(self, dim: int | None = None) -> Any:
        """The strides, or one of them."""
        return self._stride if dim is None else self._stride[dim]

    def __repr__(self) -> str:
        shown = ", ".join(map(str, self.shape)) + ("," if len(self.shape) == 1 else "")
        more = "" if self.dtype is dt.float32 else f", dtype={self.dtype}"
        more += ", requires_grad=True" if self.requires_grad else ""
        return f"FakeTensor(..., size=({shown}){more})"


class ValueRanges(NamedTuple):
    """The least and the greatest value of a size."""

    lower: int
    upper: int | float

    def __repr__(self) -> str:
        return f"VR[{self.lower}, {'int_oo' if self.upper == int_oo else self.upper}]"
