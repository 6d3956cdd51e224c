"""Random programs: bytes decide the next step, given what the model says is alive.

A step is a name and its arguments, and runs the same on every world: the model, torchish, PyTorch.
Shapes and parameters come from a small family, so that compiled operators are met again.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import model
import numpy as np

ALIVE = 7  # tensors; older ones are dropped
SHAPES = ((4,), (2, 3), (), (0, 3), (2, 2, 2))
DTYPES = ("float32", "float32", "int64", "float32", "complex64", "bool", "int64", "int32")
VIEW_DTYPES = {"int64": ("int32", "int16"), "int32": ("int64", "int16"), "int16": ("int32",)}
VIEW_DTYPES["complex64"] = ("float32", "int16")
SHARED = ("plain", "turned", "stepped")  # layouts of the arrays that tensors are made from


class Ref(NamedTuple):
    """A tensor that is alive."""

    i: int


class Index(NamedTuple):
    """An index tensor or a mask."""

    a: np.ndarray


class Dtype(NamedTuple):
    name: str


class Step(NamedTuple):
    name: str
    args: tuple

    def __repr__(self):
        return f"{self.name}{self.args!r}"


class Picker:
    """Small choices from bytes; zeros when there are no more."""

    def __init__(self, data: bytes):
        self.data = iter(data)

    def below(self, n: int) -> int:
        return next(self.data, 0) % n if n > 1 else 0

    def one(self, choices):
        return choices[self.below(len(choices))]


def values(shape, dtype: str, start: int) -> np.ndarray:
    """Small whole numbers, so that no arithmetic on them rounds."""
    a = (np.arange(math.prod(shape)).reshape(shape) + start) % 7
    if dtype == "complex64":
        a = a - 1j * (a + 1)
    out = np.empty(shape, dtype)
    out[...] = a
    return out


def layout(kind: str, a: np.ndarray) -> np.ndarray:
    """The same values in memory of another layout."""
    if kind == "turned":
        return np.array(a.T, order="C").T
    if kind == "stepped" and a.ndim:
        wide = np.zeros((*a.shape[:-1], 2 * a.shape[-1]), a.dtype)
        wide[..., ::2] = a
        return wide[..., ::2]
    return a.copy()


# --- steps, given the model's tensors


def _create(p: Picker, world: World) -> Step:
    shape, dtype = p.one(SHAPES), p.one(world.dtypes)
    name = "leaf" if world.dual and p.below(4) else "tensor"
    return Step(name, (values(shape, dtype, p.below(7)),))


def _from_numpy(p: Picker, world: World) -> Step:
    shape, dtype = p.one(SHAPES), p.one(world.dtypes)
    return Step("from_numpy", (layout(p.one(SHARED), values(shape, dtype, p.below(7))),))


def _dim(p: Picker, x) -> int:
    d = p.below(x.dim())
    return d - x.dim() if p.below(4) == 3 else d


def _basic(p: Picker, x) -> tuple:
    """A basic index."""
    out: list = []
    for n in x.shape:
        kind = p.below(8)
        if kind == 7:
            out.append(None)
        if kind == 6:
            out.append(Ellipsis)
            break
        if kind in (1, 5) and n:
            out.append(p.below(n) - (n if kind == 5 else 0))
        elif kind == 2:
            out.append(slice(p.below(n + 1), None))
        elif kind == 3:
            out.append(slice(p.below(2), None, 2))
        elif kind == 4:
            out.append(slice(None, p.below(n + 1) - 1 if n else None))
        else:
            out.append(slice(None))
    return tuple(out)


def _view(p: Picker, x) -> tuple[str, tuple]:
    """A view: its name and its arguments."""
    n, shape = x.dim(), x.shape
    kinds = ["getitem", "view", "reshape", "squeeze", "unsqueeze", "flatten", "detach", "t"]
    kinds += ["expand", "permute", "dtype", "complex"]
    kinds += ["as_strided"]
    if n:
        kinds += ["getitem", "getitem", "select", "narrow", "split", "chunk", "unbind", "unfold"]
        kinds += ["transpose", "movedim"]
    if n > 1:
        kinds += ["diagonal"]
    kind = p.one(kinds)
    if kind == "getitem":
        return "__getitem__", (_basic(p, x),)
    if kind in ("view", "reshape"):
        size = x.numel()
        fits = [(size,), (1, size), (size, 1)]
        fits += [(2, size // 2), (size // 2, 2)] if size % 2 == 0 else [(size, 1, 1)]
        fits += [shape[::-1]]
        return kind, (p.one(fits),)
    if kind == "squeeze":
        return kind, (_dim(p, x),) if n and p.below(2) else ()
    if kind == "unsqueeze":
        return kind, (p.below(n + 1),)
    if kind == "select":
        d = _dim(p, x)
        return ("narrow", (d, 0, 0)) if shape[d] == 0 else (kind, (d, p.below(shape[d])))
    if kind == "narrow":
        d = _dim(p, x)
        start = p.below(shape[d] + 1)
        return kind, (d, start, p.below(shape[d] - start + 2))
    if kind in ("split", "chunk"):
        return kind, (1 + p.below(3), _dim(p, x))
    if kind == "unbind":
        return kind, (_dim(p, x),)
    if kind == "unfold":
        d = _dim(p, x)
        size = p.below(shape[d] + 1)
        return kind, (d, size, 1 + p.below(2))
    if kind in ("transpose", "movedim"):
        return kind, (_dim(p, x), _dim(p, x))
    if kind == "permute":
        k = p.below(max(n, 1))
        return kind, (tuple(range(n))[k:] + tuple(range(n))[:k],)
    if kind == "diagonal":
        a = p.below(n)
        return kind, (p.below(3) - 1, a, (a + 1) % n)
    if kind == "expand":
        lead = (2,) if p.below(2) else ()
        return kind, ((*lead, *(2 if s == 1 and p.below(2) else s for s in shape)),)
    if kind == "as_strided":
        size = p.one(((2, 2), (3,), (), (2, 0), (2,)))
        stride = tuple(p.one((1, 2, 3, 0)) for _ in size)
        start = p.below(4)
        if x.storage.dual and x.base is not None and not model.within(x, size, stride, start):
            return "detach", ()  # beyond the memory of a view, PyTorch lets no gradient through
        return kind, (size, stride, start)
    if kind == "dtype" and x.dtype.name in VIEW_DTYPES and x.numel() and shape[-1:] > (1,):
        return "view", (Dtype(p.one(VIEW_DTYPES[x.dtype.name])),)
    if kind == "complex" and x.dtype.kind == "c" and not x.storage.dual:
        return p.one(("real", "imag", "view_as_real")), ()
    return ("t", ()) if kind == "t" else ("detach", ())


def _number(p: Picker, x):
    return bool(p.below(2)) if x.dtype.kind == "b" else p.below(4) - 1


def _operand(p: Picker, x, world: World):
    """A number, or a tensor of the same dtype that broadcasts."""
    fits = [
        i
        for i, t in enumerate(world.tensors)
        if t.dtype == x.dtype
        and _broadcasts(t.shape, x.shape)
        and model.mixable(x, t)
        and (t.cut or not x.cut)  # nothing flows through what was detached
    ]
    return Ref(p.one(fits)) if fits and p.below(2) else _number(p, x)


def _broadcasts(shape, target) -> bool:
    try:
        return np.broadcast_shapes(shape, target) == target
    except ValueError:
        return False


def _write(p: Picker, i: int, world: World) -> Step:
    x = world.tensors[i]
    if x.late:
        return Step("clone", (Ref(i),))
    kind = p.one(
        ("add_", "fill_", "copy_", "__setitem__", "mul_", "mask", "index", "__iadd__", "zero_")
    )
    if model.overlaps(x.a) and (kind in ("mask", "index") or not model.repeats(x.a)):
        # PyTorch writes, warning that it will not any longer, or not saying in which order.
        kind = "zero_"
    if kind in ("add_", "mul_", "__iadd__"):
        return Step(kind, (Ref(i), _operand(p, x, world)))
    if kind == "zero_":
        return Step(kind, (Ref(i),))
    if kind == "copy_":
        source = _operand(p, x, world)
        if isinstance(source, Ref):
            return Step(kind, (Ref(i), source))
    if kind == "mask":
        mask = np.resize([True, False, False, True, True], x.shape)
        if p.below(2):
            return Step("masked_fill_", (Ref(i), Index(mask), _number(p, x)))
        return Step("__setitem__", (Ref(i), Index(mask), _number(p, x)))
    if kind == "index" and x.dim() and x.shape[0]:
        rows = np.array([x.shape[0] - 1, 0][: x.shape[0]])
        index = (
            (Index(rows),)
            if p.below(2) or x.dim() < 2
            else (slice(None, None, 2), Index(rows % max(x.shape[1], 1)))
        )
        if x.dim() < 2 or x.shape[1]:
            return Step(
                "__setitem__", (Ref(i), index if len(index) > 1 else index[0], _number(p, x))
            )
    if kind == "__setitem__":
        index = _basic(p, x)
        part = x[index]
        if model.overlaps(part.a) and not model.repeats(part.a):
            return Step("zero_", (Ref(i),))
        value = _operand(p, part, world) if p.below(2) else _number(p, x)
        return Step(kind, (Ref(i), index, value))
    return Step("fill_", (Ref(i), _number(p, x)))


def _result(p: Picker, i: int, world: World) -> Step:
    x = world.tensors[i]
    kind = p.one(("clone", "mul", "add", "contiguous"))
    if kind in ("mul", "add"):
        return Step(kind, (Ref(i), _operand(p, x, world)))
    return Step(kind, (Ref(i),))


def _array(p: Picker, world: World) -> Step | None:
    """A write into a NumPy array that a tensor shares, after which it may be dropped."""
    if not world.arrays:
        return None
    k = p.below(len(world.arrays))
    return Step("array", (k, p.below(8), p.below(5), p.below(3) == 0))


def next_step(data: bytes, world: World) -> Step:
    """The step that bytes stand for."""
    p = Picker(data)
    if not world.tensors:
        return _create(p, world)
    kind, i = p.below(16), p.below(len(world.tensors))
    i = len(world.tensors) - 1 - i
    if kind < 6:
        name, args = _view(p, world.tensors[i])
        return Step(name, (Ref(i), *args))
    if kind < 10:
        return _write(p, i, world)
    if kind == 10:
        return _result(p, i, world)
    if kind == 11:
        return _create(p, world)
    if world.dual:
        return _write(p, i, world) if kind < 14 else _result(p, i, world)
    if kind == 12:
        return _from_numpy(p, world)
    if kind == 13:
        return Step("numpy", (Ref(i),))
    if kind == 14:
        return Step("drop", (i, p.below(4))) if p.below(2) else Step("read", (Ref(i),))
    return _array(p, world) or _write(p, i, world)


# --- running


class World:
    """A library with its tensors, and the NumPy arrays that share memory with them.

    dual    programs with gradients, of float64 alone; the model then carries their derivatives
    """

    def __init__(self, lib=None, dual: bool = False):
        self.lib, self.dual = lib, dual
        self.tensors: list = []
        self.arrays: list = []
        self.leaves: list = []
        self.dtypes = ("float64",) if dual else DTYPES

    def make(self, arg) -> Any:
        if isinstance(arg, Ref):
            return self.tensors[arg.i]
        if isinstance(arg, Index):
            return arg.a if self.lib is None else self.lib.tensor(arg.a)
        if isinstance(arg, Dtype):
            return getattr(np if self.lib is None else self.lib, arg.name)
        if isinstance(arg, tuple):
            return tuple(self.make(a) for a in arg)
        return arg

    def tensor(self, a: np.ndarray):
        if self.lib is None:
            return model.tensor(a, complex if self.dual else a.dtype, self.dual)
        if not a.size:  # whose strides in NumPy are zeros
            return self.lib.zeros(a.shape, dtype=getattr(self.lib, a.dtype.name))
        return self.lib.tensor(a)

    def from_numpy(self, a: np.ndarray):
        return model.over(a) if self.lib is None else self.lib.from_numpy(a)

    def run(self, step: Step):
        """Run one step; what it gave, for comparison, when that is not a tensor."""
        name = step.name
        if name == "tensor":
            self.tensors.append(self.tensor(step.args[0]))
        elif name == "leaf":
            t = self.tensor(step.args[0])
            if self.lib is None:
                t.a.imag = STEP * direction(t.shape, len(self.leaves))
                t.leaf = t._tracked = True
            else:
                t.requires_grad_()
            self.leaves.append(t)
            self.tensors.append(t)
        elif name == "from_numpy":
            a = step.args[0]
            mine = _same_layout(a)
            self.arrays.append(mine)
            self.tensors.append(self.from_numpy(mine))
        elif name == "drop":
            i, k = step.args
            if len(self.tensors) > 1:
                del self.tensors[i]
            if k < len(self.arrays):
                del self.arrays[k]
        elif name == "array":
            k, at, value, dropped = step.args
            a = self.arrays.pop(k) if dropped else self.arrays[k]
            if a.size and at < 6:
                a.flat[at % a.size] = value
            elif at == 6:
                a[...] = value
            else:
                np.logical_not(a, out=a, casting="unsafe")
        elif name == "numpy":
            self.arrays.append(self.make(step.args[0]).numpy())
        elif name == "read":
            return self.make(step.args[0]).tolist()
        elif name in ("real", "imag"):
            self._keep(getattr(self.make(step.args[0]), name))
        elif name == "view_as_real" and self.lib is not None:
            self._keep(self.lib.view_as_real(self.make(step.args[0])))
        else:
            x, *args = (self.make(a) for a in step.args)
            r = getattr(x, name)(*args)
            if r is not None and r is not x:
                for t in r if isinstance(r, (tuple, list)) else (r,):
                    self._keep(t)
        del self.tensors[:-ALIVE]
        return None

    def _keep(self, t) -> None:
        self.tensors.append(t)


STEP = 1e-200  # of the complex step that the model takes to differentiate; its square is 0


def direction(shape, k: int) -> np.ndarray:
    """Where the model differentiates to, from leaf `k`: different for every element."""
    return np.cos(np.arange(math.prod(shape)) + 10 * k + 1).reshape(shape)


def weights(shape) -> np.ndarray:
    """What a tensor's elements count in the sum that is differentiated."""
    return np.sin(np.arange(math.prod(shape)) + 1).reshape(shape)


def _same_layout(a: np.ndarray) -> np.ndarray:
    """A copy with the strides of `a`, gaps included."""
    if not a.size:
        return a.copy()
    extent = sum((n - 1) * s for n, s in zip(a.shape, a.strides)) // a.itemsize + 1
    b = np.ndarray(a.shape, a.dtype, np.zeros(extent, a.dtype), 0, a.strides)
    b[...] = a
    return b
