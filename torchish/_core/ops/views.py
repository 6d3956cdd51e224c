"""Lenses: how a view reads from, and writes through to, the value that its storage holds.

Note [Lenses]
A view is a chain of steps from the storage's value. A step is a tuple of a name and its static
parameters; the integers that vary in loops (a selected index, a slice's start) are numbers that
travel as data beside the chain. `get` reads; `put` gives the base value with the view's elements
replaced, and is defined by get-put and put-get. Both are ordinary recorded operators, so both have
gradients.
"""

from __future__ import annotations

import functools
import math

import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.lib import stride_tricks
from numpy.lib.stride_tricks import sliding_window_view

from torchish._core.ops.table import AnyCall, sized

Step = tuple
Chain = tuple[Step, ...]

# Steps that take one integer as data.
DYNAMIC = {"select", "slice"}
# Steps after which several elements may have one place.
SHARING = {"expand", "gather"}
# Steps that see elements as others.
RECASTING = {"real", "imag", "as_real", "as_complex", "conj", "neg", "bitcast"}
# Steps that read every element once.
WHOLE = {"reshape", "permute"}


_UNARY = {"conj": np.conj, "neg": np.negative}  # which NumPy has no views for
_TRUTH = ("bitcast", "|b1")


def numbers_of(chain: Chain) -> int:
    """How many integers travel with a chain."""
    return sum(step[0] in DYNAMIC for step in chain)


def _get(step: Step, x, at):
    kind = step[0]
    if kind == "reshape":
        return x.reshape(step[1])
    if kind == "permute":
        return x.transpose(step[1])
    if kind == "select":
        return lax.dynamic_index_in_dim(x, at, step[1], keepdims=False)
    if kind == "slice":  # ("slice", dim, size, step): `size` elements from a start that is data
        _, dim, size, stride = step
        if stride == 1:
            return lax.dynamic_slice_in_dim(x, at, size, dim)
        span = (size - 1) * stride + 1 if size else 0
        return lax.slice_in_dim(lax.dynamic_slice_in_dim(x, at, span, dim), 0, span, stride, dim)
    if kind == "part":  # ("part", dim, start, stop, step): all static
        return lax.slice_in_dim(x, *step[2:], step[1])
    if kind == "pick":  # ("pick", dim, index): static select
        return lax.index_in_dim(x, step[2], step[1], keepdims=False)
    if kind == "expand":
        return jnp.broadcast_to(x.reshape((1,) * (len(step[1]) - x.ndim) + x.shape), step[1])
    if kind == "real":
        return x.real
    if kind == "imag":
        return x.imag
    if kind == "as_real":
        return jnp.stack([x.real, x.imag], -1)
    if kind == "as_complex":
        return lax.complex(x[..., 0], x[..., 1])
    if kind == "conj":
        return jnp.conj(x)
    if kind == "neg":
        return -x
    if kind == "bitcast":
        return _bitcast(x, np.dtype(step[1]))
    if kind == "gather":  # ("gather", name, params): any other layout, by an index map
        index = _index_map(x.shape, *step[1:])
        if not index.size:
            return jnp.zeros(index.shape, x.dtype)
        return jnp.take(x.reshape(-1), index, mode="clip")
    raise ValueError(kind)


def _put(step: Step, x, new, at):
    kind = step[0]
    if kind == "reshape":
        return new.reshape(x.shape)
    if kind == "permute":
        return new.transpose(tuple(np.argsort(step[1]).tolist()))
    if kind == "select":
        return lax.dynamic_update_index_in_dim(x, new, at, step[1])
    if kind == "slice":
        _, dim, size, stride = step
        if stride == 1:
            return lax.dynamic_update_slice_in_dim(x, new, at, dim)
        span = (size - 1) * stride + 1 if size else 0
        part = lax.dynamic_slice_in_dim(x, at, span, dim)
        return lax.dynamic_update_slice_in_dim(
            x, _put(("part", dim, 0, span, stride), part, new, None), at, dim
        )
    if kind == "part":
        _, dim, start, stop, stride = step
        where = (slice(None),) * dim + (slice(start, stop, stride),)
        if x.shape == new.shape:
            return new
        return x.at[where].set(new)
    if kind == "pick":
        return x.at[(slice(None),) * step[1] + (step[2],)].set(new)
    if kind == "expand":
        # Elements that share a place hold the same value (other writes are refused): take the
        # first of each.
        lead = new.ndim - x.ndim
        first = tuple(
            0 if i < lead else slice(0, 1) if x.shape[i - lead] == 1 else slice(None)
            for i in range(new.ndim)
        )
        return new[first]
    if kind == "real":
        return lax.complex(new, x.imag)
    if kind == "imag":
        return lax.complex(x.real, new)
    if kind == "as_real":
        return lax.complex(new[..., 0], new[..., 1])
    if kind == "as_complex":
        return jnp.stack([new.real, new.imag], -1)
    if kind == "conj":
        return jnp.conj(new)
    if kind == "neg":
        return -new
    if kind == "bitcast":
        return _bitcast(new, x.dtype).reshape(x.shape)
    if kind == "gather":
        index = _index_map(x.shape, *step[1:])
        return x.reshape(-1).at[index.reshape(-1)].set(new.reshape(-1)).reshape(x.shape)
    raise ValueError(kind)


def _bitcast(x, dtype):
    if x.dtype == dtype:
        return x
    if jnp.iscomplexobj(x):  # in memory a complex number is its two parts, one after the other
        parts = jnp.stack([x.real, x.imag], -1)
        if x.dtype.itemsize == dtype.itemsize:  # of any shape, a 0-dim one too
            return _bitcast(parts, dtype)[..., 0]
        return _bitcast(parts.reshape(*x.shape[:-1], 2 * x.shape[-1]), dtype)
    if np.issubdtype(dtype, np.complexfloating):
        part = np.dtype(f"f{dtype.itemsize // 2}")
        if x.dtype.itemsize == dtype.itemsize:
            pairs = _bitcast(x[..., None], part)
        else:
            flat = _bitcast(x, part)
            pairs = flat.reshape(*flat.shape[:-1], flat.shape[-1] // 2, 2)
        return lax.complex(pairs[..., 0], pairs[..., 1])
    old, new = x.dtype.itemsize, dtype.itemsize
    if x.dtype == np.bool_:
        x = x.astype(np.uint8)
    target = np.dtype(np.uint8) if dtype == np.bool_ else dtype
    if old < new:
        x = lax.bitcast_convert_type(
            x.reshape(*x.shape[:-1], x.shape[-1] * old // new, new // old), target
        )
    elif old > new:
        x = lax.bitcast_convert_type(x, target)
        x = x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1])
    else:
        x = lax.bitcast_convert_type(x, target)
    return x != 0 if dtype == np.bool_ else x


@functools.lru_cache(maxsize=512)
def _index_map(shape: tuple[int, ...], name: str, *params) -> np.ndarray:
    """Flat positions, in a contiguous array of `shape`, of each element of the view."""
    flat = np.arange(math.prod(shape))
    if name == "strided":  # size, stride, offset in elements
        size, stride, offset = params
        index = np.full(size, offset)
        for d, (n, s) in enumerate(zip(size, stride, strict=True)):
            index += (np.arange(n) * s).reshape((n,) + (1,) * (len(size) - d - 1))
        return index
    grid = flat.reshape(shape)
    if name == "diagonal":
        return np.ascontiguousarray(np.diagonal(grid, *params))
    if name == "unfold":
        dim, size, step = params
        windows = np.lib.stride_tricks.sliding_window_view(grid, size, axis=dim)
        return np.ascontiguousarray(windows[(slice(None),) * dim + (slice(None, None, step),)])
    raise ValueError(name)


def read(chain: Chain, x, ats):
    """Read a chain of steps."""
    i = 0
    for step in chain:
        at = None
        if step[0] in DYNAMIC:
            at, i = ats[i], i + 1
        x = _get(step, x, at)
    return x


def write(chain: Chain, x, new, ats):
    """The base value with what the chain reads replaced by `new`."""
    if not chain:
        return new
    if len(chain) > 1 and _shares(chain[0], x.shape):
        return _write_places(chain, x, new, ats)
    if (
        len(chain) > 1 and chain[0] == _TRUTH
    ):  # whose other bytes stay, though they be neither 0 nor 1
        inner = write(chain[1:], _bitcast(x, np.dtype(np.uint8)), new.astype(np.uint8), ats)
        return _put(("bitcast", "|u1"), x, inner, None)
    dynamic = chain[0][0] in DYNAMIC
    at, rest = (ats[0], ats[1:]) if dynamic else (None, ats)
    inner = new if len(chain) == 1 else write(chain[1:], _get(chain[0], x, at), new, rest)
    return _put(chain[0], x, inner, at)


def _shares(step: Step, shape: tuple[int, ...]) -> bool:
    """Whether several elements that a step reads have one place."""
    if step[0] != "gather":
        return step[0] == "expand"
    index = _index_map(shape, *step[1:])
    return len(np.unique(index)) < index.size


def _recast_from(chain: Chain) -> int:
    """Where a chain that shares places begins to see elements as others; NotImplementedError when
    it goes on to a part of those."""
    k = next((i for i, step in enumerate(chain) if step[0] in RECASTING), len(chain))
    if any(step[0] not in RECASTING | WHOLE for step in chain[k:]):
        raise NotImplementedError(
            "a write to a part of the real part, or of another dtype's view, of an expanded or "
            "unfolded tensor"
        )
    return k


def _write_places(chain: Chain, x, new, ats):
    """`write` through a part of what shares places: only the places written to change."""
    k = _recast_from(chain)
    n = numbers_of(chain[:k])
    if k < len(chain):
        new = write(chain[k:], read(chain[:k], x, ats[:n]), new, ats[n:])
    places = read(chain[:k], jnp.arange(x.size).reshape(x.shape), ats[:n])
    return x.reshape(-1).at[places.reshape(-1)].set(new.reshape(-1)).reshape(x.shape)


class GetCall(AnyCall):
    """The operator that reads a chain."""

    __slots__ = ("chain",)
    moves = True

    def __init__(self, chain: Chain):
        super().__init__("view_" + "_".join(s[0] for s in chain), 1, (int,) * numbers_of(chain))
        self.chain = chain

    def fn(self, x, *ats):
        return sized((read(self.chain, x, ats),))

    @property
    def inline(self):
        return functools.partial(_reader, self.chain)

    def host(self, x, *ats):
        return _only(host_read(self.chain, np.asarray(x), ats, copy=True))

    def host_vjp(self, wanted, flat):
        x, ct, *ats = flat
        base = np.zeros(x.shape, x.dtype)
        if not any(step[0] in SHARING for step in self.chain):
            view = host_read(self.chain, base, ats)
            if view is None:
                return None
            view[...] = ct
            return (base,)
        if any(step[0] in RECASTING for step in self.chain):
            return None
        places = host_read(self.chain, np.arange(base.size).reshape(x.shape), ats, copy=True)
        if places is None:
            return None
        np.add.at(base.reshape(-1), places.reshape(-1), np.asarray(ct).reshape(-1))
        return (base,)


class PutCall(AnyCall):
    """The operator that writes through a chain: (base, new) → base."""

    __slots__ = ("chain",)
    moves = True

    def __init__(self, chain: Chain):
        super().__init__("put_" + "_".join(s[0] for s in chain), 2, (int,) * numbers_of(chain))
        self.chain = chain

    writes = True

    def fn(self, x, new, *ats):
        return (write(self.chain, x, new, ats),)

    @property
    def inline(self):
        return functools.partial(_writer, self.chain)

    def host(self, x, new, *ats):
        return self.over(np.array(x, order="C"), new, *ats)

    def over(self, base, new, *ats):
        """`host`, into the memory of `base`; None where NumPy has no such view of it."""
        if len(self.chain) > 1 and _shares(self.chain[0], base.shape):
            _recast_from(self.chain)
        view = host_read(self.chain, base, ats)
        if view is None:
            return None
        view[...] = new
        return (base,)

    def host_vjp(self, wanted, flat):
        _, _, ct, *ats = flat
        base = np.array(ct, order="C")
        view = host_read(self.chain, base, ats)
        if view is None or any(step[0] in SHARING for step in self.chain):
            return None
        new = np.array(view)
        view[...] = 0
        return tuple((base, new)[i] for i in wanted)


def _reader(chain: Chain):
    """A function (array, *ats) that reads a chain, as a view where no step reshapes; None for
    steps that it has no source for."""
    source, k = "x", 0
    for step in chain:
        kind, a = step[0], f"a{k}"
        k += kind in DYNAMIC
        if kind == "permute":
            source += f".transpose({step[1]!r})"
            continue
        if kind == "reshape":
            source += f".reshape({step[1]!r})"
            continue
        if kind in ("select", "pick"):
            place = a if kind == "select" else repr(step[2])
        elif kind == "slice":
            place = f"{a}:{a} + {step[2] * step[3]}:{step[3]}"
        elif kind == "part":
            place = ":".join(map(repr, step[2:]))
        else:
            return None
        source += f"[{':, ' * step[1]}{place}, ...]"
    ats = "".join([f", a{i}" for i in range(k)])
    return eval(_lambda(f"lambda x{ats}: {source}"))


def _writer(chain: Chain):
    """A function (base, new, *ats) that writes through a chain into `base` and gives it."""
    view = _reader(chain)
    if view is None or any(step[0] == "reshape" for step in chain[1:]):
        return None

    def put(base, new, *ats):
        view(base, *ats)[...] = new
        return base

    return put


@functools.lru_cache(1024)
def _lambda(source: str):
    return compile(source, "<view>", "eval")


def _only(x) -> tuple | None:
    return None if x is None else (x,)


get_call = functools.cache(GetCall)
put_call = functools.cache(PutCall)


def host_read(chain: Chain, x: np.ndarray, ats, copy: bool = False) -> np.ndarray | None:
    """Read a chain of a NumPy array, as a writable view of it; None where NumPy has no such view,
    unless a copy will do."""
    ats = iter(ats)
    for step in chain:
        at = int(next(ats)) if step[0] in DYNAMIC else None
        x = _host_step(step, x, at, copy)
        if x is None:
            return None
    return x


def _host_step(step: Step, x: np.ndarray, at, copy: bool) -> np.ndarray | None:
    if step[0] in _UNARY:
        return _UNARY[step[0]](x) if copy else None
    try:
        return _host_get(step, x, at)
    except ValueError:
        if copy and not x.flags.c_contiguous:
            return _host_step(step, np.array(x, order="C"), at, False)
        return None


def as_strided(x: np.ndarray, shape, strides) -> np.ndarray:
    """NumPy's function, which does not know all of the element types of other packages."""
    if x.dtype.isbuiltin == 1:
        return stride_tricks.as_strided(x, shape, strides)
    bits = x.view(f"u{x.dtype.itemsize}")
    return stride_tricks.as_strided(bits, shape, strides).view(x.dtype)


def _host_get(step: Step, x: np.ndarray, at) -> np.ndarray:
    """`_get` of a NumPy array, as a view; ValueError where it is none."""
    kind, item = step[0], x.itemsize
    if kind == "permute":
        return x.transpose(step[1])
    if kind in ("select", "pick"):
        return x[(slice(None),) * step[1] + (at if kind == "select" else step[2], ...)]
    if kind == "slice":
        _, dim, size, stride = step
        return x[(slice(None),) * dim + (slice(at, at + size * stride, stride),)]
    if kind == "part":
        return x[(slice(None),) * step[1] + (slice(*step[2:]),)]
    if kind == "reshape":
        return np.reshape(x, step[1], copy=False)
    if kind == "expand":
        v = np.broadcast_to(x, step[1])
        return as_strided(x, v.shape, v.strides)
    if kind in ("real", "imag"):
        return getattr(x, kind)
    if kind == "as_real":
        return as_strided(x.real, (*x.shape, 2), (*x.strides, item // 2))
    if kind == "as_complex" and x.flags.c_contiguous:
        return x.view(f"c{2 * item}")[..., 0]
    if kind == "bitcast" and x.flags.c_contiguous and np.dtype(step[1]) != np.bool_:
        return x.view(np.dtype(step[1]))
    if kind == "gather" and step[1] == "strided":
        size, stride, offset = step[2:]
        if not math.prod(size):
            return np.empty(size, x.dtype)
        if not x.flags.c_contiguous:  # places are counted in row-major order
            raise ValueError("no NumPy view of places that lie apart")
        flat = x.reshape(-1)
        return as_strided(flat[offset:], size, [s * item for s in stride])
    if kind == "gather" and step[1] == "diagonal":
        v = x.diagonal(*step[2:])
        v.flags.writeable = x.flags.writeable
        return v
    if kind == "gather" and step[1] == "unfold":
        _, _, dim, size, stride = step
        v = sliding_window_view(x, size, axis=dim, writeable=x.flags.writeable)
        return v[(slice(None),) * dim + (slice(None, None, stride),)]
    raise ValueError(f"no NumPy view for {kind}")
