"""Every kind of lens obeys the laws of lenses, and reads what an index map says.

get-put: writing what was read changes nothing. put-get: what was written is read. put-put: the
second write is as if alone. The index map is the lens's own reading of `arange`.
"""

from __future__ import annotations

import jax
import numpy as np
import pytest

from torchish._core.base import devices
from torchish._core.engine.values import aval_of
from torchish._core.ops import views
from torchish._core.tensor.views.memory import Strided
from torchish._core.tensor.views.order import Permute
from torchish._core.tensor.views.parts import Diagonal, Part, Pick, Select, Slice, Unfold
from torchish._core.tensor.views.recast import AsComplex, AsReal, Bitcast, Conj, Imag, Neg, Real
from torchish._core.tensor.views.shapes import Alias, Expand, Reshape, Squeeze, Unsqueeze

REAL, COMPLEX = np.float32, np.complex64

# step, shape it reads from, dtype, the integers that travel as data, elements as NumPy reads them
CASES = [
    (Reshape((3, 2)), (2, 3), REAL, (), lambda a: a.reshape(3, 2)),
    (Reshape(()), (1, 1), REAL, (), lambda a: a[0, 0]),
    (Squeeze((3,), (1,)), (1, 3), REAL, (), lambda a: a[0]),
    (Unsqueeze((2, 1, 3), 1), (2, 3), REAL, (), lambda a: a[:, None]),
    (Alias((2, 3)), (2, 3), REAL, (), lambda a: a),
    (Permute((2, 0, 1)), (2, 3, 4), REAL, (), lambda a: a.transpose(2, 0, 1)),
    (Select(1), (2, 3), REAL, (2,), lambda a: a[:, 2]),
    (Pick(0, 1), (2, 3), REAL, (), lambda a: a[1]),
    (Slice(0, 2, 1), (4, 2), REAL, (1,), lambda a: a[1:3]),
    (Slice(1, 2, 2), (2, 5), REAL, (1,), lambda a: a[:, 1:4:2]),
    (Slice(0, 0, 1), (4,), REAL, (4,), lambda a: a[4:]),
    (Part(1, 1, 4, 2), (2, 5), REAL, (), lambda a: a[:, 1:4:2]),
    (Part(0, 2, 2, 1), (3,), REAL, (), lambda a: a[2:2]),
    (Expand((2, 3, 4)), (3, 1), REAL, (), lambda a: np.broadcast_to(a, (2, 3, 4))),
    (Real(), (2, 3), COMPLEX, (), lambda a: a.real),
    (Imag(), (2, 3), COMPLEX, (), lambda a: a.imag),
    (AsReal(), (2, 3), COMPLEX, (), lambda a: np.stack([a.real, a.imag], -1)),
    (AsComplex(), (3, 2), REAL, (), lambda a: a[:, 0] + 1j * a[:, 1]),
    (Conj(), (2, 3), COMPLEX, (), np.conj),
    (Neg(), (2, 3), COMPLEX, (), np.negative),
    (Bitcast("<i4"), (2, 3), REAL, (), lambda a: a.view(np.int32)),
    (Bitcast("<i2"), (2, 3), REAL, (), lambda a: a.view(np.int16)),
    (Bitcast("<f8"), (2, 4), REAL, (), lambda a: a.view(np.float64)),
    (Bitcast("|u1"), (2, 3), np.bool_, (), lambda a: a.view(np.uint8)),
    (Strided((2, 2), (3, 1), 1), (2, 3), REAL, (), lambda a: a[:, 1:]),
    (Strided((2, 2), (1, 1), 0), (4,), REAL, (), lambda a: a[[[0, 1], [1, 2]]]),
    (Strided((0, 2), (1, 1), 5), (4,), REAL, (), lambda a: np.zeros((0, 2))),
    (Diagonal(1, 0, 1), (3, 3, 2), REAL, (), lambda a: a.diagonal(1, 0, 1)),
    (Diagonal(-2, 0, 1), (2, 2), REAL, (), lambda a: np.zeros(0)),
    (Unfold(0, 2, 2), (6,), REAL, (), lambda a: a.reshape(3, 2)),
    (Unfold(0, 2, 1), (3,), REAL, (), lambda a: a[[[0, 1], [1, 2]]]),
    (Unfold(0, 1, 1), (), REAL, (), lambda a: a[None]),
    (Unfold(0, 0, 1), (), REAL, (), lambda a: a[None][:0]),
    (Unfold(0, 0, 2), (0, 3), REAL, (), lambda a: np.zeros((1, 3, 0))),
]
NAMES = ["-".join(map(str, case[0])).replace(" ", "") for case in CASES]
lenses = pytest.mark.parametrize("step, shape, dtype, ats, expected", CASES, ids=NAMES)


def numbered(shape, dtype, start: int = 1) -> np.ndarray:
    """Every element another one."""
    a = np.arange(start, start + np.prod(shape, dtype=int)).reshape(shape)
    if dtype is np.bool_:
        return a % 2 == 0
    return (a + (a / 2) * 1j if dtype is COMPLEX else a).astype(dtype)


def get(chain, x, ats) -> np.ndarray:
    return np.asarray(jax.jit(lambda x, *ats: views.read(chain, x, ats))(x, *ats))


def put(chain, x, new, ats) -> np.ndarray:
    return np.asarray(jax.jit(lambda x, new, *ats: views.write(chain, x, new, ats))(x, new, *ats))


def others(chain, x, ats, add: int) -> np.ndarray:
    """New contents for a view: elements that have one place in common get one value."""
    changed = ~x if x.dtype == np.bool_ else x * (add + 1) + add
    return get(chain, changed.astype(x.dtype), ats)


@lenses
def test_reads_what_the_index_map_says(step, shape, dtype, ats, expected):
    x = numbered(shape, dtype)
    found = get((step,), x, ats)
    want = expected(x)
    assert found.shape == want.shape
    np.testing.assert_array_equal(found, want)


@lenses
def test_get_put(step, shape, dtype, ats, expected):
    x = numbered(shape, dtype)
    np.testing.assert_array_equal(put((step,), x, get((step,), x, ats), ats), x)


@lenses
def test_put_get_and_put_put(step, shape, dtype, ats, expected):
    x = numbered(shape, dtype)
    first, second = (others((step,), x, ats, n) for n in (3, 5))
    once = put((step,), x, first, ats)
    assert (once.shape, once.dtype) == (x.shape, x.dtype)
    np.testing.assert_array_equal(get((step,), once, ats), first)
    twice = put((step,), once, second, ats)
    np.testing.assert_array_equal(twice, put((step,), x, second, ats))


@lenses
def test_put_leaves_the_rest_alone(step, shape, dtype, ats, expected):
    x = numbered(shape, dtype)
    if dtype is not REAL or isinstance(step, Bitcast | AsComplex):
        return  # of these, the rest is a part of an element
    touched = np.isin(x, get((step,), x, ats))
    after = put((step,), x, others((step,), x, ats, 3), ats)
    np.testing.assert_array_equal(after[~touched], x[~touched])
    assert (after[touched] != x[touched]).all()


@lenses
def test_numpy_reads_and_writes_the_same(step, shape, dtype, ats, expected):
    x = numbered(shape, dtype)
    found = views.get_call((step,)).host(x, *ats)
    if found is not None:
        np.testing.assert_array_equal(found[0], get((step,), x, ats))
    new = others((step,), x, ats, 3)
    written = views.put_call((step,)).host(x, new, *ats)
    assert written is not None or step.computed
    if written is not None:
        np.testing.assert_array_equal(written[0], put((step,), x, new, ats))
        assert written[0].dtype == x.dtype
    np.testing.assert_array_equal(x, numbered(shape, dtype))


@lenses
def test_numpy_gives_the_same_gradients(step, shape, dtype, ats, expected):
    """Where NumPy stands in, for what gradients flow through."""
    if dtype is np.bool_ or isinstance(step, Bitcast):
        return
    x = numbered(shape, dtype)
    new = others((step,), x, ats, 3)
    for call, wanted, inputs, out in (
        (views.get_call((step,)), (0,), (x,), new),
        (views.put_call((step,)), (0, 1), (x, new), x),
    ):
        flat = (*inputs, np.asarray(out), *ats)
        found = call.host_vjp(wanted, flat)
        if found is not None:
            for a, b in zip(found, jax.jit(call.vjp(wanted, (0,)).fn)(*flat), strict=True):
                np.testing.assert_array_equal(a, b)


@lenses
def test_a_part_of_a_lens_is_a_lens(step, shape, dtype, ats, expected):
    x = numbered(shape, dtype)
    size = get((step,), x, ats).size
    chain = (step, Reshape((size,)), Part(0, min(1, size), size, 1))
    new = others(chain, x, ats, 3)
    after = put(chain, x, new, ats)
    np.testing.assert_array_equal(get(chain, after, ats), new)
    np.testing.assert_array_equal(put(chain, x, get(chain, x, ats), ats), x)
    written = views.put_call(chain).host(x, new, *ats)
    if written is not None:
        np.testing.assert_array_equal(written[0], after)


def kinds(lens: type = views.Lens) -> set[type]:
    """The kinds of views below a class."""
    below = {k for sub in lens.__subclasses__() for k in kinds(sub)}
    return below | {lens} if hasattr(lens, "kind") else below


def test_every_lens_is_covered():
    assert kinds() == {type(lens) for lens, *_ in CASES}


@lenses
def test_the_layout_is_where_the_elements_lie(step, shape, dtype, ats, expected):
    """NumPy's view of the same elements has the sizes, strides and offset that the lens says."""
    x = numbered(shape, dtype)
    aval = aval_of(shape, dtype, devices.cpu)
    sizes, strides, offset = step.layout(aval, aval.strides, 0, *(ats or (None,)))
    seen = step.dtype(np.dtype(dtype))
    found = get((step,), x, ats)
    assert (sizes, seen) == (found.shape, found.dtype)
    if found.size and step.computed is None and not {dtype, seen.type} & {np.bool_}:
        bits = x.reshape(-1).view(seen)[offset:]
        of_memory = np.lib.stride_tricks.as_strided(
            bits, sizes, [n * seen.itemsize for n in strides]
        )
        np.testing.assert_array_equal(of_memory, found)
