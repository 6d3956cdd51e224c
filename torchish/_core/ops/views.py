"""Lenses: how a view reads from, and writes through to, the value that its storage holds.

Note [Lenses]
A view is a chain of steps from the storage's value. A step is a `Lens`: one class for each kind of
view says everything about it: how its elements are read (`get`), the base value with them replaced
(`put`, defined by get-put and put-get), NumPy's view of the same elements (`on_host`), and where
they lie in memory (`layout`). The classes stand beside the functions that check a program's
arguments and make the view, in `tensor/views/`. A lens is also a tuple of its kind and its static
parameters, so equal chains are one operator; the integers that vary in loops (a selected index, a
slice's start) are numbers that travel as data beside the chain. Reading and writing a chain are
ordinary recorded operators, so both have gradients.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from numpy.lib import stride_tricks

from torchish._core.ops.table import AnyCall, sized

Layout = tuple[tuple[int, ...], tuple[int, ...], int]  # sizes, strides, offset in elements


class Lens(tuple):
    """A step of a view: a tuple of the kind's name and its static parameters.

    Of an array `x` that it reads, and `at`, the integer that it takes as data (else None).
    """

    __slots__ = ()

    kind: ClassVar[str]
    dynamic: ClassVar[bool] = False  # whether it takes an integer as data
    sharing: ClassVar[bool] = False  # whether several of its elements may have one place
    recasts: ClassVar[bool] = False  # whether it sees elements as others
    whole: ClassVar[bool] = False  # whether it reads every element once, as it is
    copies: ClassVar[bool] = False  # whether NumPy may have to copy what lies apart
    node: ClassVar[str] = ""  # what autograd calls it where it is replayed, if not by its kind
    # Of a kind that NumPy has no view for: the function that computes its elements.
    computed: ClassVar[Callable | None] = None

    def __new__(cls, *params):
        return tuple.__new__(cls, (cls.kind, *params))

    def get(self, x: Any, at: Any) -> Any:
        """The elements that the view shows."""
        raise NotImplementedError(self.kind)

    def put(self, x: Any, new: Any, at: Any) -> Any:
        """`x` with those elements replaced by `new`."""
        raise NotImplementedError(self.kind)

    def layout(self, aval: Any, strides: tuple, offset: int, at: Any) -> Layout:
        """Sizes, strides and offset of the view of a tensor that has these; of the `aval` the
        shape and the dtype."""
        return aval.shape, strides, offset

    def dtype(self, dtype: np.dtype) -> np.dtype:
        """The dtype in which it shows elements of `dtype`."""
        return dtype

    def on_host(self, x: np.ndarray, at: Any) -> np.ndarray:
        """`get` as a writable view of NumPy's; ValueError where there is none."""
        raise ValueError(f"no NumPy view for {self.kind}")

    def source(self, at: str) -> str | None:
        """The Python source that, put behind an array's name, reads NumPy's view; `at` is its
        integer's name. None where it is not so short."""
        return None

    def shares(self, shape: tuple[int, ...]) -> bool:
        """Whether several of its elements of an array of this shape have one place."""
        return self.sharing

    def pending(self, before: int) -> int:
        """What PyTorch leaves to be done with the view's elements (1 conjugate, 2 negate), by what
        it leaves with those of the tensor that is viewed."""
        return before

    def for_a_part(self, new: Any) -> tuple[Lens, Any]:
        """The lens, and the contents, by which a part of what it shows is written."""
        return self, new


class Mapped(Lens):
    """A kind that is described by the places of its elements and their layout."""

    __slots__ = ()
    sharing = True
    node = "AsStrided"

    def places(self, grid: np.ndarray) -> np.ndarray:
        """The view's elements of `grid`, which has the flat position of each element."""
        raise NotImplementedError(self.kind)

    def get(self, x, at):
        index = _places(self, x.shape)
        if not index.size:
            return jnp.zeros(index.shape, x.dtype)
        return jnp.take(x.reshape(-1), index, mode="clip")

    def put(self, x, new, at):
        index = _places(self, x.shape)
        return x.reshape(-1).at[index.reshape(-1)].set(new.reshape(-1)).reshape(x.shape)

    def on_host(self, x, at):
        if not x.flags.c_contiguous:  # places are counted in row-major order
            raise ValueError("no NumPy view of places that lie apart")
        own = tuple([n // x.itemsize for n in x.strides])
        size, strides, offset = self.layout(x, own, 0, at)
        if not math.prod(size):
            return np.empty(size, x.dtype)
        return as_strided(x.reshape(-1)[offset:], size, [n * x.itemsize for n in strides])

    def shares(self, shape):
        index = _places(self, shape)
        return len(np.unique(index)) < index.size


Chain = tuple[Lens, ...]


@functools.lru_cache(maxsize=512)
def _places(lens: Mapped, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(lens.places(np.arange(math.prod(shape)).reshape(shape)), order="C")


def along(dim: int, *index: Any) -> tuple:
    """The index that takes `index` of a dimension, and all of those before."""
    return (slice(None),) * dim + index


def as_strided(x: np.ndarray, shape, strides) -> np.ndarray:
    """NumPy's function, which does not know all of the element types of other packages."""
    if x.dtype.isbuiltin == 1:
        return stride_tricks.as_strided(x, shape, strides)
    bits = x.view(f"u{x.dtype.itemsize}")
    return stride_tricks.as_strided(bits, shape, strides).view(x.dtype)


def numbers_of(chain: Chain) -> int:
    """How many integers travel with a chain."""
    return sum(lens.dynamic for lens in chain)


def read(chain: Chain, x, ats):
    """Read a chain of steps."""
    i = 0
    for lens in chain:
        at = None
        if lens.dynamic:
            at, i = ats[i], i + 1
        x = lens.get(x, at)
    return x


def write(chain: Chain, x, new, ats):
    """The base value with what the chain reads replaced by `new`."""
    if not chain:
        return new
    lens, rest = chain[0], chain[1:]
    at, ats_left = (ats[0], ats[1:]) if lens.dynamic else (None, ats)
    if not rest:
        return lens.put(x, new, at)
    if lens.shares(x.shape):
        return _write_places(chain, x, new, ats)
    lens, new = lens.for_a_part(new)
    return lens.put(x, write(rest, lens.get(x, at), new, ats_left), at)


def _write_places(chain: Chain, x, new, ats):
    """`write` through a part of what shares places: only the places written to change."""
    k = next((i for i, lens in enumerate(chain) if lens.recasts), len(chain))
    n = numbers_of(chain[:k])
    places = read(chain[:k], jnp.arange(x.size).reshape(x.shape), ats[:n])
    if k < len(chain):
        seen, rest, after = read(chain[:k], x, ats[:n]), chain[k:], ats[n:]
        if not all(lens.recasts or lens.whole for lens in rest):
            # Of what has one place, not all is written to: the rest goes behind the end.
            mark = jnp.full_like(new, 1 + 1j if jnp.iscomplexobj(new) else 1)
            written = _has_bits(write(rest, jnp.zeros_like(seen), mark, after))
            places = jnp.where(written, places, x.size)
        new = write(rest, seen, new, after)
    flat = x.reshape(-1).at[places.reshape(-1)].set(new.reshape(-1), mode="drop")
    return flat.reshape(x.shape)


def _has_bits(a):
    """Whether elements are anything but zeros, by their bits."""
    if jnp.iscomplexobj(a):
        return _has_bits(a.real) | _has_bits(a.imag)
    return (a if a.dtype == bool else a.view(f"u{a.dtype.itemsize}")) != 0


class _ChainCall(AnyCall):
    """An operator that follows a chain."""

    __slots__ = ("chain",)
    moves = True

    def __init__(self, name: str, arrays: int, chain: Chain):
        name = "_".join([name, *(lens.kind for lens in chain)])
        super().__init__(name, arrays, (int,) * numbers_of(chain))
        self.chain = chain


class GetCall(_ChainCall):
    """The operator that reads a chain."""

    __slots__ = ()

    def __init__(self, chain: Chain):
        super().__init__("view", 1, chain)

    def fn(self, x, *ats):
        return sized((read(self.chain, x, ats),))

    @property
    def inline(self):
        return functools.partial(_reader, self.chain)

    def host(self, x, *ats):
        found = host_read(self.chain, np.asarray(x), ats, copy=True)
        return None if found is None else (found,)

    def host_vjp(self, wanted, flat):
        x, ct, *ats = flat
        base = np.zeros(x.shape, x.dtype)
        if not any(lens.sharing for lens in self.chain):
            view = host_read(self.chain, base, ats)
            if view is None:
                return None
            view[...] = ct
            return (base,)
        if any(lens.recasts for lens in self.chain):
            return None
        places = host_read(self.chain, np.arange(base.size).reshape(x.shape), ats, copy=True)
        if places is None:
            return None
        np.add.at(base.reshape(-1), places.reshape(-1), np.asarray(ct).reshape(-1))
        return (base,)


class PutCall(_ChainCall):
    """The operator that writes through a chain: (base, new) → base."""

    __slots__ = ()
    writes = True

    def __init__(self, chain: Chain):
        super().__init__("put", 2, chain)

    def fn(self, x, new, *ats):
        return (write(self.chain, x, new, ats),)

    @property
    def inline(self):
        return functools.partial(_writer, self.chain)

    def host(self, x, new, *ats):
        return self.over(np.array(x, order="C"), new, *ats)

    def over(self, base, new, *ats):
        """`host`, into the memory of `base`; None where NumPy has no such view of it."""
        view = host_read(self.chain, base, ats)
        if view is None:
            return None
        view[...] = new
        return (base,)

    def host_vjp(self, wanted, flat):
        _, _, ct, *ats = flat
        base = np.array(ct, order="C")
        view = host_read(self.chain, base, ats)
        if view is None or any(lens.sharing for lens in self.chain):
            return None
        new = np.array(view)
        view[...] = 0
        return tuple((base, new)[i] for i in wanted)


def _reader(chain: Chain):
    """A function (array, *ats) that reads a chain, as a view where no step reshapes; None for
    steps that it has no source for."""
    source, k = "x", 0
    for lens in chain:
        part = lens.source(f"a{k}")
        if part is None:
            return None
        source += part
        k += lens.dynamic
    ats = "".join([f", a{i}" for i in range(k)])
    return eval(_lambda(f"lambda x{ats}: {source}"))


def _writer(chain: Chain):
    """A function (base, new, *ats) that writes through a chain into `base` and gives it."""
    view = _reader(chain)
    if view is None or any(lens.copies for lens in chain[1:]):
        return None

    def put(base, new, *ats):
        view(base, *ats)[...] = new
        return base

    return put


@functools.lru_cache(1024)
def _lambda(source: str):
    return compile(source, "<view>", "eval")


get_call = functools.cache(GetCall)
put_call = functools.cache(PutCall)


def host_read(chain: Chain, x: np.ndarray, ats, copy: bool = False) -> np.ndarray | None:
    """Read a chain of a NumPy array, as a writable view of it; None where NumPy has no such view,
    unless a copy will do."""
    ats = iter(ats)
    for lens in chain:
        at = int(next(ats)) if lens.dynamic else None
        x = _host_step(lens, x, at, copy)
        if x is None:
            return None
    return x


def _host_step(lens: Lens, x: np.ndarray, at, copy: bool) -> np.ndarray | None:
    if lens.computed is not None:
        return lens.computed(x) if copy else None
    try:
        return lens.on_host(x, at)
    except ValueError:
        if copy and not x.flags.c_contiguous:
            return _host_step(lens, np.array(x, order="C"), at, False)
        return None
