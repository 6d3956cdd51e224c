"""Every host (NumPy) rule against XLA, with the JAX that is installed: shapes, dtypes, edge values.

A rule without a row here fails. What a row lists as refused must be refused: it is then compiled.
"""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from jax.extend import core

from torchish._core.base.jax_internals import inlined, program_of
from torchish._core.engine.interpreter import interpret
from torchish._core.engine.interpreter.rules import Unsupported

EVERY_RULE = sorted({*interpret.RULES, *interpret.LOOPS})
# Primitives whose results are not rounded: the same in every bit.
_EXACT = (
    "neg floor ceil is_finite not real imag conj complex max min and or xor eq ne lt le gt ge "
    "lt_to le_to sign round clamp select_n convert_element_type bitcast_convert_type reshape "
    "squeeze broadcast_in_dim transpose concatenate stack unstack split tile rev "
    "slice dynamic_slice dynamic_update_slice pad iota empty reduce_max reduce_min argmax "
    "argmin cummax cummin sort top_k gather scatter stop_gradient copy optimization_barrier"
)
EXACT = set(_EXACT.split())
# Primitives that came with a later JAX than the oldest that is supported: (module, name).
LATER = {"log2": (lax, "log2_p"), "one_minus_square": (lax, "one_minus_square"),
         "polynomial": (lax, "polynomial")}  # fmt: skip


class Case(NamedTuple):
    f: Callable
    args: tuple


class Row(NamedTuple):
    """Computed by NumPy, and refused by the rule."""

    computed: list[Case]
    refused: list[Case] = []


ROWS: dict[str, Row] = {}

# --- values

RNG = np.random.default_rng(0)
FLOAT_EDGES = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, -2.5, 2.5, 3e9, -3e9]
FLOAT_EDGES += [1e30, -1e30, 1e-30, 0.1, -0.7, 87.0]
DTYPES = {
    "f": ("float32", "float64"),
    "i": ("int8", "int16", "int32", "int64"),
    "u": ("uint8", "uint32", "uint64"),
    "b": ("bool",),
    "c": ("complex64", "complex128"),
}


def edges(dtype: str) -> np.ndarray:
    """Twenty values of a dtype, its edges among them."""
    kind = np.dtype(dtype)
    if kind.kind == "f":
        return np.array(FLOAT_EDGES, kind)
    if kind.kind == "c":
        reals, imaginaries = (0.0, -1.5, np.inf, np.nan, 2.5), (-0.0, 1.0, -np.inf, np.nan)
        return np.array([complex(a, b) for a in reals for b in imaginaries], kind)
    if kind.kind == "b":
        return np.arange(20) % 3 == 0
    info = np.iinfo(kind)
    few = [info.min, info.min + 1, info.max, info.max - 1, 0, 1, 2, 3, 7, 100]
    return np.array([*few, *(info.max // n for n in range(2, 12))], kind)


def shaped(dtype: str) -> Iterator[np.ndarray]:
    """Arrays of these values: one dimension, none, two (not in memory order), and empty ones."""
    x = edges(dtype)
    yield x
    yield x[:1].reshape(())
    yield x.reshape(4, 5).T
    yield x[:0]
    yield x[:0].reshape(2, 0, 3)


def ordinary(*shape: int, dtype: str = "float32") -> np.ndarray:
    kind = np.dtype(dtype)
    if kind.kind == "c":
        return (RNG.standard_normal(shape) + 1j * RNG.standard_normal(shape)).astype(kind)
    if kind.kind == "f":
        return RNG.standard_normal(shape).astype(kind)
    return RNG.integers(0, 2 if kind.kind == "b" else 90, shape).astype(kind)


def of_kinds(kinds: str) -> list[str]:
    return [d for k in kinds for d in DTYPES[k]]


# --- rows


def enter(name: str, *cases: Case, refused: tuple[Case, ...] = ()) -> None:
    old = ROWS.get(name, Row([], []))
    ROWS[name] = Row([*old.computed, *cases], [*old.refused, *refused])


_PRIMITIVES = {p.name: p for p in gc.get_objects() if isinstance(p, core.Primitive)}


def bound(name: str, **params) -> Callable:
    """A primitive as it stands in traced programs, which no function of `lax` gives plainly."""
    return functools.partial(_PRIMITIVES[name].bind, **params)


def unary(names: str, kinds: str, refused: str = "") -> None:
    for name in names.split():
        f = getattr(lax, name, None)
        cases = [Case(f, (x,)) for d in of_kinds(kinds) for x in shaped(d)]
        enter(name, *cases, refused=tuple(Case(f, (edges(d),)) for d in of_kinds(refused)))


def pairs(dtype: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    x = edges(dtype)
    a, b = np.meshgrid(x, x)
    yield a, b
    yield x[:1].reshape(()), x[1:2].reshape(())
    yield x[:0], x[:0]


def binary(names: str, kinds: str, refused: str = "", f: Callable | None = None) -> None:
    for name in names.split():
        g = f or getattr(lax, name.removesuffix("_"), None) or getattr(lax, f"bitwise_{name}")
        cases = [Case(g, p) for d in of_kinds(kinds) for p in pairs(d)]
        enter(name, *cases, refused=tuple(Case(g, next(pairs(d))) for d in of_kinds(refused)))


unary("sin cos tan sinh cosh tanh exp log log2 log1p", "fc")
unary("asin acos atan asinh acosh atanh exp2 expm1 sqrt", "f", "c")
unary("cbrt floor ceil erf erfc erf_inv lgamma", "f")
unary("neg", "fiuc")
unary("square one_minus_square", "fiuc")
unary("abs", "fi", "c")
unary("sign", "fi", "c")
unary("rsqrt logistic", "f", "c")
unary("is_finite", "f")
unary("real imag conj", "c")
binary("add sub mul", "fiuc")
binary("max min", "fiub", "c")
binary("lt le gt ge", "fiub")
binary("eq ne", "fiubc")
binary("atan2 nextafter complex", "f")
binary("pow", "f", "c")
binary("div", "fiu", "c")
for _d in DTYPES["c"]:
    _x, _y = ordinary(4, 5, dtype=_d), ordinary(4, 5, dtype=_d)
    enter("abs", Case(lax.abs, (_x,)))
    enter("sqrt", Case(lax.sqrt, (_x,)), Case(lax.sqrt, (_x.real.astype(_d),)))
    enter("div", Case(lax.div, (_x, _y)), Case(lax.div, (_x[:0], _y[:0])))
binary("rem", "fiu")
enter("not", *(Case(lax.bitwise_not, (x,)) for d in of_kinds("iub") for x in shaped(d)))
for _name in ("and", "or", "xor"):
    binary(_name, "iub", f=getattr(lax, f"bitwise_{_name}"))
binary("add_any", "fic", f=bound("add_any"))
for _name in ("lt_to", "le_to"):
    binary(_name, "iu", "f", f=bound(_name))
for _name in ("stop_gradient", "copy"):
    cases = [Case(bound(_name), (x,)) for d in of_kinds("fiubc") for x in shaped(d)]
    enter(_name, *cases)
enter(
    "optimization_barrier",
    Case(lax.optimization_barrier, (edges("float32"),)),
    Case(lambda x, y: lax.optimization_barrier((x, y)), (edges("int8"), edges("bool"))),
)
enter(
    "integer_pow",
    *(Case(lambda x, n=n: lax.integer_pow(x, n), (edges(d),))
      for d in of_kinds("f") for n in (-3, -1, 2, 3, 5)),
    *(Case(lambda x, n=n: lax.integer_pow(x, n), (edges(d),))
      for d in of_kinds("iu") for n in (2, 3, 5)),
)  # fmt: skip
enter(
    "round",
    *(Case(lambda x: lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN), (x,))
      for d in of_kinds("f") for x in shaped(d)),
    refused=(Case(lambda x: lax.round(x, lax.RoundingMethod.AWAY_FROM_ZERO), (edges("float32"),)),),
)  # fmt: skip
enter("clamp", *(Case(lax.clamp, (edges(d)[7], edges(d), edges(d)[5])) for d in of_kinds("f")),
      *(Case(lax.clamp, (edges(d)[5], edges(d), edges(d)[8])) for d in of_kinds("iu")),
      Case(lax.clamp, (*[ordinary(3, 4)] * 3,)))  # fmt: skip
enter(
    "select_n",
    *(Case(lax.select_n, (np.arange(20) % 3 == 1, edges(d), edges(d)[::-1]))
      for d in of_kinds("fiubc")),
    Case(lax.select_n, (np.array([0, 2, 1, 2], np.int32), *ordinary(3, 4))),
    Case(lax.select_n, (np.array(True), edges("float32"), edges("float32")[::-1])),
    Case(lax.select_n, (np.zeros((0, 2), bool), ordinary(0, 2), ordinary(0, 2))),
)  # fmt: skip
_KINDS = ["float32", "float64", "int8", "int32", "int64", "uint8", "uint64", "bool"]
enter(
    "convert_element_type",
    *(Case(lambda x, t=t: lax.convert_element_type(x, t), (edges(d),))
      for d in _KINDS for t in (*_KINDS, "complex64") if t != d),
    *(Case(bound("convert_element_type", new_dtype=np.dtype(t), weak_type=False, sharding=None),
           (x,)) for t in of_kinds("f") for x in shaped("complex64")),
    refused=(Case(bound("convert_element_type", new_dtype=np.dtype("int32"), weak_type=False,
                        sharding=None), (edges("complex64"),)),),
)  # fmt: skip
enter(
    "bitcast_convert_type",
    *(Case(lambda x, t=t: lax.bitcast_convert_type(x, t), (x,))
      for d, t in (("float32", "int32"), ("int64", "float64"), ("uint8", "int8"))
      for x in shaped(d)),
    refused=(Case(lambda x: lax.bitcast_convert_type(x, "int8"), (edges("int32"),)),),
)  # fmt: skip
enter(
    "polynomial",
    *(Case(lambda x, a, b, c: lax.polynomial(x, [a, b, c]), (x, x * 0 + 2, x, x * 0 - 1))
      for d in ("float32", "int32") for x in [edges(d)[4:], edges(d)[:1].reshape(())]),
)  # fmt: skip

# Shapes.
A, E, S = ordinary(2, 3, 4), ordinary(2, 0, 4), ordinary()
enter("reshape", Case(lambda x: lax.reshape(x, (4, 6)), (A.T,)),
      Case(lambda x: lax.reshape(x, (0, 5)), (E,)), Case(lambda x: lax.reshape(x, (1, 1)), (S,)),
      Case(lambda x: lax.reshape(x, ()), (S.reshape(1),)))  # fmt: skip
enter("squeeze", Case(lambda x: lax.squeeze(x, (0, 2)), (A[:1, :, :1],)),
      Case(lambda x: lax.squeeze(x, (0,)), (E[:1],)))  # fmt: skip
enter("broadcast_in_dim", Case(lambda x: lax.broadcast_in_dim(x, (2, 5, 3), (0, 2)), (A[:, :, 0],)),
      Case(lambda x: lax.broadcast_in_dim(x, (3, 2), ()), (S,)),
      Case(lambda x: lax.broadcast_in_dim(x, (0, 4), (1,)), (A[0, :1, 0],)))  # fmt: skip
enter("transpose", Case(lambda x: lax.transpose(x, (2, 0, 1)), (A,)),
      Case(lambda x: lax.transpose(x, (2, 1, 0)), (E,)))  # fmt: skip
enter("concatenate", Case(lambda x, y: lax.concatenate([x, y, x], 1), (A, E)),
      Case(lambda x: lax.concatenate([x, x], 0), (edges("bool"),)))  # fmt: skip
for _x in (A, E):
    enter("stack", Case(lambda x: jnp.stack([x, x + 1], 1), (_x,)))
    enter("unstack", Case(lambda x: jnp.unstack(x, axis=2), (_x,)))
    enter("split", Case(lambda x: lax.split(x, (1, 0, 3), 2), (_x,)))
    enter("tile", Case(lambda x: lax.tile(x, (2, 1, 3)), (_x,)))
    enter("rev", Case(lambda x: lax.rev(x, (0, 2)), (_x,)))
    enter("slice", Case(lambda x: lax.slice(x, (0, 0, 1), (2, x.shape[1], 4), (1, 1, 2)), (_x,)),
          Case(lambda x: x[1:, :, :2], (_x,)))  # fmt: skip
for _at in (0, 1, 5, -7):
    enter(
        "dynamic_slice",
        Case(lambda x, i: lax.dynamic_slice(x, (i, i, i), (1, 2, 2)), (A, np.int32(_at))),
    )
    enter("dynamic_update_slice",
          Case(lambda x, y, i: lax.dynamic_update_slice(x, y, (i, i, i)),
               (A, ordinary(2, 2, 1), np.int32(_at))))  # fmt: skip
enter("dynamic_slice", Case(lambda x: lax.dynamic_slice(x, (0, 0, 1), (2, 0, 2)), (E,)))
for _config in ([(1, 2, 0), (0, 1, 2)], [(-1, 0, 1), (2, -3, 0)], [(-2, 4, 2), (-1, -2, 1)],
                [(-3, 5, 0), (0, 0, 0)], [(0, 0, 3), (-1, -1, 3)]):  # fmt: skip
    for _d in ("float32", "int8"):
        _x = A[0].astype(_d)
        enter("pad", Case(lambda x, c=_config: lax.pad(x, x.dtype.type(7), c), (_x,)))
enter("pad", Case(lambda x: lax.pad(x, np.float32(7), [(2, 0, 1)]), (E[0, :, 0],)),
      Case(lambda x: lax.pad(x, np.float32(7), []), (S,)))  # fmt: skip
enter("iota", *(Case(lambda d=d: lax.broadcasted_iota(d, (3, 4), 1), ()) for d in of_kinds("fiu")),
      Case(lambda: lax.iota("int32", 0), ()))  # fmt: skip
enter("empty", *(Case(lambda d=d: lax.empty((2, 3), d) * 0, ()) for d in ("int32", "bool")))

# Reductions.
for _name, _f, _kinds in (
    ("reduce_sum", lax.reduce_sum, "fiuc"),
    ("reduce_prod", lax.reduce_prod, "fiuc"),
    ("reduce_max", lax.reduce_max, "fiub"),
    ("reduce_min", lax.reduce_min, "fiub"),
    ("reduce_and", lax.reduce_and, "iub"),
    ("reduce_or", lax.reduce_or, "iub"),
    ("reduce_xor", lax.reduce_xor, "iub"),
):
    for _d in of_kinds(_kinds):
        for _x in (edges(_d), ordinary(3, 4, 2, dtype=_d), edges(_d)[:0], edges(_d)[:1]):
            _x = _x.reshape(-1, 4) if _x.ndim == 1 and _x.size > 4 else _x
            for _axes in ((0,), tuple(range(_x.ndim))):
                enter(_name, Case(lambda x, f=_f, axes=_axes: f(x, axes), (_x,)))
        enter(_name, Case(lambda x, f=_f: f(x, (1,)), (edges(_d)[:0].reshape(2, 0, 3),)))
for _name, _f in (("argmax", lax.argmax), ("argmin", lax.argmin)):
    for _d in of_kinds("fiub"):
        for _x in (edges(_d), edges(_d)[3:], edges(_d).reshape(4, 5)):
            enter(_name, Case(lambda x, f=_f: f(x, x.ndim - 1, np.int32), (_x,)))
    enter(_name, Case(lambda x, f=_f: f(x, 1, np.int64), (ordinary(0, 3),)))
for _name in ("cumsum", "cumprod", "cummax", "cummin"):
    _f = getattr(lax, _name)
    for _d in of_kinds("fi" if _name in ("cummax", "cummin") else "fic"):
        for _x in (edges(_d)[3:13], ordinary(3, 4, dtype=_d), edges(_d)[:0]):
            for _back in (False, True):
                enter(_name, Case(lambda x, f=_f, b=_back: f(x, x.ndim - 1, b), (_x,)))
for _name in ("cummax", "cummin"):
    _complex = np.ones(3, np.complex64)
    enter(_name, refused=(Case(getattr(lax, _name), (_complex,)),))
for _d in of_kinds("fiub"):
    for _x in (edges(_d), edges(_d).reshape(4, 5).T, edges(_d)[:0]):
        enter("sort", Case(lambda x: lax.sort(x, dimension=0), (_x,)),
              Case(lambda x, y: lax.sort((x, y), dimension=0, num_keys=1),
                   (_x, np.arange(_x.size).reshape(_x.shape))))  # fmt: skip
enter("sort", refused=(Case(lambda x: lax.sort((x, x), num_keys=2), (edges("float32"),)),
                       Case(lax.sort, (edges("complex64"),))))  # fmt: skip
for _d in of_kinds("fiu"):
    enter("top_k", Case(lambda x: lax.top_k(x, 3), (edges(_d),)),
          Case(lambda x: lax.top_k(x, 5), (edges(_d).reshape(4, 5),)),
          Case(lambda x: lax.top_k(x, 0), (edges(_d)[:0],)))  # fmt: skip
enter("top_k", refused=(Case(lambda x: lax.top_k(x, 2, axis=0), (A,)),))

# Gathering and scattering.
PLACES = np.array([[0, 2], [1, 9], [-1, 3]])
INSIDE = PLACES % 3
for _d in ("float32", "int8", "uint8", "complex64"):
    _x = ordinary(3, 4, dtype=_d)
    for _g in (
        lambda x, i: x[i % 3],
        lambda x, i: x.at[i].get(mode="fill", fill_value=1),
        lambda x, i: x.at[i].get(mode="fill"),
        lambda x, i: x.at[i].get(mode="clip"),
        lambda x, i: x[i % 3, 1],
        lambda x, i: x[1:, i % 4],
        lambda x, i: jnp.take(x, i, axis=1),
        lambda x, i: jnp.take_along_axis(x, i[:, :1] % 4, 1),
        lambda x, i: jax.vmap(lambda row, j: row[j % 4])(x, i),
    ):
        enter("gather", Case(_g, (_x, PLACES)))
_ROWS = lax.GatherDimensionNumbers((1,), (0,), (0,))
enter(
    "gather", Case(lambda x, i: lax.gather(x, i, _ROWS, (1, 4)), (ordinary(3, 4), PLACES[:0, :1]))
)
_SCATTERS = {"scatter": "set", "scatter-add": "add", "scatter-mul": "mul", "scatter-min": "min",
             "scatter-max": "max"}  # fmt: skip
for _name, _way in _SCATTERS.items():
    for _d in ("float32", "int32", "uint8"):
        _x, _u = ordinary(3, 4, dtype=_d), ordinary(3, 2, 4, dtype=_d)
        _once = np.array([[2], [0]])  # `set` at one place twice has no defined result
        for _g in (
            lambda x, i, u, j, way=_way: getattr(x.at[j[:, 0]], way)(u[0]),
            lambda x, i, u, j, way=_way: getattr(x.at[j[:, 0] + 2], way)(u[0], mode="drop"),
            lambda x, i, u, j, way=_way: getattr(x.at[j[:, 0] + 2, 1:3], way)(u[0, :, :2]),
            lambda x, i, u, j, way=_way: getattr(x.at[:, j[:, 0]], way)(u[:, :, 0]),
            lambda x, i, u, j, way=_way: jax.vmap(lambda r, k: getattr(r.at[k % 4], way)(r[0]))(
                x, i[:, 0]
            ),
        ):
            enter(_name, Case(_g, (_x, PLACES, _u, _once)))
        if _way != "set":
            enter(_name, Case(lambda x, i, u, way=_way: getattr(x.at[i % 3], way)(u),
                              (_x, PLACES, _u)))  # fmt: skip
    _rows = lax.ScatterDimensionNumbers((1,), (0,), (0,))
    _f = getattr(lax, _name.replace("-", "_"))
    enter(_name, Case(lambda x, i, u, f=_f, n=_rows: f(x, i, u, n),
                      (ordinary(3, 4), PLACES[:0, :1], ordinary(0, 4))))  # fmt: skip
enter("scatter", Case(lambda x, i: x.at[i].set(True), (np.zeros(4, bool), np.array([1, 7, 2]))))

# Products and transforms.
for _d in ("float32", "float64", "int32", "complex64"):
    enter("dot_general",
          Case(lambda a, b: a @ b, (ordinary(3, 4, dtype=_d), ordinary(4, 5, dtype=_d))),
          Case(lambda a, b: jnp.einsum("bij,kbj->bik", a, b),
               (ordinary(2, 3, 4, dtype=_d), ordinary(5, 2, 4, dtype=_d))),
          Case(lambda a, b: a @ b, (ordinary(3, 0, dtype=_d), ordinary(0, 2, dtype=_d))),
          Case(lambda a, b: a @ b, (ordinary(4, dtype=_d), ordinary(4, dtype=_d))))  # fmt: skip
enter("dot_general", Case(lambda a, b: a @ b, (np.array([[np.nan, 1, np.inf]], np.float32).repeat(
    2, 0), np.eye(3, dtype=np.float32) + 1)))  # fmt: skip
_X, _W = ordinary(2, 4, 7, 6), ordinary(6, 4, 3, 2)
enter(
    "conv_general_dilated",
    Case(lambda x, w: lax.conv_general_dilated(x, w, (1, 2), [(1, 2), (0, 1)]), (_X, _W)),
    Case(lambda x, w: lax.conv_general_dilated(x, w, (1, 1), [(1, 1), (2, 0)], (2, 1), (1, 2)),
         (_X, _W)),
    Case(lambda x, w: lax.conv_general_dilated(x, w[:, :2], (2, 1), [(-1, 3), (0, 0)],
                                               feature_group_count=2), (_X, _W)),
    Case(lambda x, w: lax.conv(x, w, (1, 1), "VALID"), (_X.astype(np.float64), _W.astype(float))),
    Case(lambda x, w: lax.conv(x, w, (1, 1), "SAME"), (_X[:0], _W)),
    Case(lambda x, w: jax.grad(lambda v: (lax.conv(v, w, (2, 2), "VALID") ** 2).sum())(x),
         (_X, _W)),
    refused=(Case(lambda x, w: lax.conv_general_dilated(x, w, (1, 1), "SAME", batch_group_count=2),
                  (_X, _W[:, :4])),),
)  # fmt: skip
for _d in ("float32", "float64"):
    _x = ordinary(3, 4, dtype=_d)
    for _g in (
        jnp.fft.fft2,
        jnp.fft.ifft,
        lambda a: jnp.fft.rfft(a, 5),
        lambda a: jnp.fft.irfft(a * (1 + 1j)),
        lambda a: jnp.fft.irfft(a + 0j, 5),
    ):
        enter("fft", Case(_g, (_x,)))

# Control flow.
for _n in (0, 1, 4):
    _rows = ordinary(_n, 3)
    for _back in (False, True):
        enter(
            "scan",
            Case(lambda c, xs, b=_back: lax.scan(
                lambda c, x: (c * 0.5 + x, (c.sum(), x * 2)), c, xs, reverse=b),
                (ordinary(3), _rows)),
            Case(lambda c, k, xs, b=_back: lax.scan(
                lambda s, x: ((s[0] + x * k, s[1] + 1), s[1]), (c, 0), xs, reverse=b, unroll=2),
                (ordinary(3), np.float32(2), _rows)),
        )  # fmt: skip
enter("scan", Case(lambda c: lax.scan(lambda c, _: (c * 2, None), c, None, length=3), (S,)))
for _n in (0, 1, 5):
    enter("while", Case(lambda n, x: lax.while_loop(lambda s: s[0] < n,
        lambda s: (s[0] + 1, s[1] * 2), (0, x)), (np.int64(_n), A)))  # fmt: skip
for _yes in (False, True):
    enter("cond", Case(lambda p, x: lax.cond(p, lambda x: x + 1, lambda x: x - 1, x),
                       (np.bool_(_yes), A)))  # fmt: skip
for _n in (-1, 0, 1, 2, 9):
    enter("cond", Case(lambda i, x: lax.switch(i, [lambda x: x, lambda x: -x, lambda x: x * 2], x),
                       (np.int32(_n), A)))  # fmt: skip


# Factorisations and systems of equations.
def _definite(*shape, kind="float32"):
    a = RNG.standard_normal(shape).astype(kind)
    if np.dtype(kind).kind == "c":
        a = a + 1j * RNG.standard_normal(shape).astype(np.float32)
    return (a @ a.conj().swapaxes(-1, -2) + shape[-1] * np.eye(shape[-1])).astype(kind)


def _general(*shape, kind="float32"):
    a = RNG.standard_normal(shape)
    if np.dtype(kind).kind == "c":
        a = a + 1j * RNG.standard_normal(shape)
    return a.astype(kind)


for _kind in ("float32", "float64", "complex64", "complex128"):
    for _lead in ((), (2,), (2, 3)):
        _m, _g = _definite(*_lead, 4, 4, kind=_kind), _general(*_lead, 4, 4, kind=_kind)
        _tall = _general(*_lead, 5, 3, kind=_kind)
        for _x in (_m, -_m):
            enter("cholesky", Case(
                lambda a: lax.linalg.cholesky(a, symmetrize_input=False), (_x,)))  # fmt: skip
        enter("eigh", Case(lambda a: lax.linalg.eigh(a, symmetrize_input=False), (_m,)))
        enter("lu", *(Case(lax.linalg.lu, (x,)) for x in (_g, _tall, _tall.swapaxes(-1, -2))))
        for _full in (False, True):
            enter("svd", Case(lambda a, f=_full: jnp.linalg.svd(a, full_matrices=f), (_tall,)))
        enter("svd", Case(lambda a: jnp.linalg.svd(a, compute_uv=False), (_tall,)))
        enter("custom_linear_solve", Case(jnp.linalg.solve, (_g, _tall[..., :4, :])))
        enter("custom_linear_solve", Case(jnp.linalg.inv, (_g,)))
        for _k in range(16):
            _options = dict(left_side=bool(_k & 1), lower=bool(_k & 2), unit_diagonal=bool(_k & 4))
            enter("triangular_solve", Case(
                lambda a, b, o=_options, t=bool(_k & 8): lax.linalg.triangular_solve(
                    a, b, transpose_a=t, **o), (_m, _g)))  # fmt: skip
        enter("triangular_solve", Case(lambda a, b: lax.linalg.triangular_solve(
            a, b, left_side=True, transpose_a=True, conjugate_a=True), (_m, _g)))  # fmt: skip
    enter("eig", Case(jnp.linalg.eigvals, (_general(4, 4, kind=_kind),)))
    enter("eig", Case(jnp.linalg.eig, (_general(2, 3, 3, kind=_kind),)))
enter("lu_pivots_to_permutation", Case(
    lambda p: lax.linalg.lu_pivots_to_permutation(p, 5), (np.array([[3, 4, 2], [0, 2, 4]], "i4"),)
))  # fmt: skip
enter("lu_pivots_to_permutation", *(Case(
    lambda p: lax.linalg.lu_pivots_to_permutation(p, 2), (np.zeros(n, "i4"),)) for n in (0, (3, 0))
))  # fmt: skip
for _name in ("bessel_i0e", "bessel_i1e", "digamma"):
    _f = getattr(lax, _name)
    enter(_name, *(Case(_f, (np.linspace(-20, 30, 57).astype(k),)) for k in DTYPES["f"]))
for _name in ("igamma", "igammac"):
    _a, _x = np.meshgrid(np.linspace(0.1, 9, 9), np.linspace(0, 12, 9))
    enter(_name, *(Case(getattr(lax, _name), (_a.astype(k), _x.astype(k))) for k in DTYPES["f"]))
for _name in ("shift_left", "shift_right_arithmetic", "shift_right_logical"):
    for _kind in (*DTYPES["i"], "uint8", "uint32"):
        if _name == "shift_right_arithmetic" and _kind.startswith("u"):
            continue
        _x = np.array([0, 1, 2, 5, 100, 127, -1 % 128, 3], _kind)
        if not _kind.startswith("u"):
            _x[4:] = [-1, -128, -77, 99]
        _n = np.array([0, 1, 2, 3, 4, 7, 8, 70], _kind)
        enter(_name, Case(getattr(lax, _name), (_x, _n)))
enter(
    "platform_index",
    Case(lambda x: lax.platform_dependent(x, tpu=lambda x: x + 1, default=lambda x: x - 1), (A,)),
)
enter(
    "platform_index",
    Case(lambda x: lax.platform_dependent(x, cpu=lambda x: x + 1, default=lambda x: x - 1), (A,)),
)
for _kind in ("float32", "int32"):
    for _options in (
        dict(window_strides=(1, 2), padding="VALID"),
        dict(window_strides=(2, 1), padding=((1, 0), (2, 1)), window_dilation=(1, 2)),
    ):
        enter("reduce_window_sum", Case(lambda x, o=_options: lax.reduce_window(
            x, np.zeros((), x.dtype), lax.add, (2, 3), **o),
            (RNG.integers(-9, 9, (5, 7)).astype(_kind),)))  # fmt: skip

enter("reduce_window_sum", refused=(
    Case(lambda x: lax.reduce_window(x, np.zeros((), x.dtype), lax.add, (1, 3), (1, 1), "VALID"),
         (np.zeros((0, 7), "f"),)),))  # fmt: skip

# --- the tests

# Of 0 and -0 these may give either: XLA's own choice depends on how it vectorises the loop.
EITHER_ZERO = {"max", "min", "clamp", "cummax", "cummin", "reduce_max", "reduce_min"}


def primitives(jaxpr: Any) -> set[str]:
    found = set()
    for eqn in jaxpr.eqns:
        found.add(eqn.primitive.name)
        inner = inlined(eqn)
        if inner is not None:
            found |= primitives(program_of(inner)[0])
    return found


def closest(a: np.ndarray, b: np.ndarray, exact: bool, zeros: bool) -> None:
    """Raises where results of NumPy and XLA differ by more than the rule may."""
    assert a.dtype == b.dtype and a.shape == b.shape
    if exact or a.dtype.kind not in "fc":
        np.testing.assert_array_equal(a, b)
        if a.dtype.kind == "f" and zeros:
            number = ~np.isnan(a)
            np.testing.assert_array_equal(np.signbit(a)[number], np.signbit(b)[number])
        return
    sizes = np.abs(np.asarray(b, complex))
    largest = sizes[np.isfinite(sizes) & (sizes < 1e6)].max(initial=1.0)  # sums cancel from it
    single = a.dtype in (np.float32, np.complex64)
    relative, absolute = (5e-6, 1e-6) if single else (1e-12, 1e-13)
    np.testing.assert_allclose(a, b, relative, absolute * largest)


def test_every_rule_has_a_row():
    assert set(EVERY_RULE) == set(ROWS)


@pytest.mark.parametrize("name", EVERY_RULE)
@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_rule(name):
    if name in LATER and not hasattr(*LATER[name]):
        pytest.skip(f"jax {jax.__version__} has no primitive {name}")
    cases = ROWS[name].computed
    assert cases
    compiled = jax.jit(lambda args: [c.f(*a) for c, a in zip(cases, args, strict=True)])
    theirs = compiled([c.args for c in cases])
    for i, (case, want) in enumerate(zip(cases, theirs, strict=True)):
        closed = jax.make_jaxpr(case.f)(*case.args)
        assert name in primitives(program_of(closed)[0])
        label = f"case {i}, {[f'{a.dtype}{list(a.shape)}' for a in map(np.asarray, case.args)]}"
        try:
            with np.errstate(all="ignore"):
                ours = interpret.Steps(closed)([np.asarray(a) for a in case.args])
        except Unsupported as e:
            pytest.fail(f"{label}: {e!r}")
        for a, b in zip(ours, jax.tree.leaves(want), strict=True):
            try:
                closest(a, np.asarray(b), name in EXACT, name not in EITHER_ZERO)
            except AssertionError as e:
                raise AssertionError(f"{label}: {e}") from None


@pytest.mark.parametrize("name", [n for n, row in ROWS.items() if row.refused])
def test_what_a_rule_refuses(name):
    if name in LATER and not hasattr(*LATER[name]):
        pytest.skip(f"jax {jax.__version__} has no primitive {name}")
    for case in ROWS[name].refused:
        with pytest.raises(Unsupported):
            interpret.Steps(jax.make_jaxpr(case.f)(*case.args))([np.asarray(a) for a in case.args])
