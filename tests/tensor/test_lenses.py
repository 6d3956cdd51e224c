"""Every lens of ops/views.py obeys the laws of lenses, and reads what an index map says.

get-put: writing what was read changes nothing. put-get: what was written is read. put-put: the
second write is as if alone. The index map is the lens's own reading of `arange`.
"""

from __future__ import annotations

import inspect
import re

import jax
import numpy as np
import pytest

from torchish._core.ops import views

REAL, COMPLEX = np.float32, np.complex64

# step, shape it reads from, dtype, the integers that travel as data, elements as NumPy reads them
CASES = [
    (("reshape", (3, 2)), (2, 3), REAL, (), lambda a: a.reshape(3, 2)),
    (("reshape", ()), (1, 1), REAL, (), lambda a: a[0, 0]),
    (("permute", (2, 0, 1)), (2, 3, 4), REAL, (), lambda a: a.transpose(2, 0, 1)),
    (("select", 1), (2, 3), REAL, (2,), lambda a: a[:, 2]),
    (("pick", 0, 1), (2, 3), REAL, (), lambda a: a[1]),
    (("slice", 0, 2, 1), (4, 2), REAL, (1,), lambda a: a[1:3]),
    (("slice", 1, 2, 2), (2, 5), REAL, (1,), lambda a: a[:, 1:4:2]),
    (("slice", 0, 0, 1), (4,), REAL, (4,), lambda a: a[4:]),
    (("part", 1, 1, 4, 2), (2, 5), REAL, (), lambda a: a[:, 1:4:2]),
    (("part", 0, 2, 2, 1), (3,), REAL, (), lambda a: a[2:2]),
    (("expand", (2, 3, 4)), (3, 1), REAL, (), lambda a: np.broadcast_to(a, (2, 3, 4))),
    (("real",), (2, 3), COMPLEX, (), lambda a: a.real),
    (("imag",), (2, 3), COMPLEX, (), lambda a: a.imag),
    (("as_real",), (2, 3), COMPLEX, (), lambda a: np.stack([a.real, a.imag], -1)),
    (("as_complex",), (3, 2), REAL, (), lambda a: a[:, 0] + 1j * a[:, 1]),
    (("conj",), (2, 3), COMPLEX, (), np.conj),
    (("neg",), (2, 3), COMPLEX, (), np.negative),
    (("bitcast", "<i4"), (2, 3), REAL, (), lambda a: a.view(np.int32)),
    (("bitcast", "<i2"), (2, 3), REAL, (), lambda a: a.view(np.int16)),
    (("bitcast", "<f8"), (2, 4), REAL, (), lambda a: a.view(np.float64)),
    (("bitcast", "|u1"), (2, 3), np.bool_, (), lambda a: a.view(np.uint8)),
    (("gather", "strided", (2, 2), (3, 1), 1), (2, 3), REAL, (), lambda a: a[:, 1:]),
    (("gather", "strided", (2, 2), (1, 1), 0), (4,), REAL, (), lambda a: a[[[0, 1], [1, 2]]]),
    (("gather", "strided", (0, 2), (1, 1), 5), (4,), REAL, (), lambda a: np.zeros((0, 2))),
    (("gather", "diagonal", 1, 0, 1), (3, 3, 2), REAL, (), lambda a: a.diagonal(1, 0, 1)),
    (("gather", "diagonal", -2, 0, 1), (2, 2), REAL, (), lambda a: np.zeros(0)),
    (("gather", "unfold", 0, 2, 2), (6,), REAL, (), lambda a: a.reshape(3, 2)),
    (("gather", "unfold", 0, 2, 1), (3,), REAL, (), lambda a: a[[[0, 1], [1, 2]]]),
    (("gather", "unfold", 0, 0, 2), (0, 3), REAL, (), lambda a: np.zeros((1, 3, 0))),
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
    if dtype is not REAL or step[0] in ("bitcast", "as_complex"):
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
    assert written is not None or step[0] in ("conj", "neg")
    if written is not None:
        np.testing.assert_array_equal(written[0], put((step,), x, new, ats))
        assert written[0].dtype == x.dtype
    np.testing.assert_array_equal(x, numbered(shape, dtype))


@lenses
def test_numpy_gives_the_same_gradients(step, shape, dtype, ats, expected):
    """Where NumPy stands in, for what gradients flow through."""
    if dtype is np.bool_ or step[0] == "bitcast":
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
    chain = (step, ("reshape", (size,)), ("part", 0, min(1, size), size, 1))
    new = others(chain, x, ats, 3)
    after = put(chain, x, new, ats)
    np.testing.assert_array_equal(get(chain, after, ats), new)
    np.testing.assert_array_equal(put(chain, x, get(chain, x, ats), ats), x)
    written = views.put_call(chain).host(x, new, *ats)
    if written is not None:
        np.testing.assert_array_equal(written[0], after)


def test_every_lens_is_covered():
    """A step that views.py knows must have a case here."""
    covered = {step[0] for step, *_ in CASES}
    for function in (views._get, views._put):
        assert set(re.findall(r'kind == "(\w+)"', inspect.getsource(function))) == covered
    maps = set(re.findall(r'name == "(\w+)"', inspect.getsource(views._index_map)))
    assert maps == {step[1] for step, *_ in CASES if step[0] == "gather"}
    assert covered >= views.DYNAMIC | views.SHARING
