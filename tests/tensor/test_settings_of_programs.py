"""Deterministic programs, functions called for each element, writes to expanded tensors, sizes."""

import math

import numpy as np
import pytest

import torchish as torch


@pytest.fixture
def deterministic():
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)


# --- deterministic programs -----------------------------------------------------------------------

INDEX, VALUE = torch.tensor([0, 0]), torch.tensor([0.0, 1.0])
REFUSED = {
    "put": (lambda: torch.zeros(3).put(INDEX, VALUE), "put_"),
    "put_": (lambda: torch.zeros(3).put_(INDEX, VALUE), "put_"),
    "function": (lambda: torch.put(torch.zeros(3), INDEX, VALUE), "put_"),
    **{
        f"max_unpool{n}d": (
            lambda n=n: getattr(torch.nn, f"MaxUnpool{n}d")(3, 1)(
                torch.zeros(1, 1, *[7] * n), torch.zeros(1, 1, *[7] * n, dtype=torch.int64)
            ),
            f"max_unpooling{max(n, 2)}d_forward_out",
        )
        for n in (1, 2, 3)
    },
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_deterministic_is_refused(deterministic, name):
    call, said = REFUSED[name]
    with pytest.raises(RuntimeError, match=f"{said} does not have a deterministic implementation"):
        call()
    torch.use_deterministic_algorithms(True, warn_only=True)
    with pytest.warns(UserWarning, match=f"{said} does not have a deterministic implementation"):
        call()
    torch.use_deterministic_algorithms(False)
    call()


def test_sums_at_places_are_deterministic(deterministic):
    assert torch.zeros(2).put_(INDEX, VALUE, accumulate=True).tolist() == [1, 0]


@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64, torch.int16, torch.bool])
@pytest.mark.parametrize("shared", [False, True])
def test_what_a_tensor_grows_by_is_easily_noticed(deterministic, dtype, shared):
    t = torch.zeros(3, dtype=dtype)
    other = t[1:] if shared else None
    t.resize_(6)
    assert not t[:3].any() and (other is None or not other.any())
    grown = t[3:]
    if dtype.is_floating_point or dtype.is_complex:
        assert grown.isnan().all()
    else:
        assert (grown == (True if dtype is torch.bool else torch.iinfo(dtype).max)).all()


def test_the_debug_mode_is_what_was_set():
    try:
        for mode, name in enumerate(("default", "warn", "error")):
            torch.set_deterministic_debug_mode(name)
            assert torch.get_deterministic_debug_mode() == mode
            assert torch.is_deterministic_algorithms_warn_only_enabled() == (mode == 1)
        torch.use_deterministic_algorithms(True, warn_only=True)
        assert torch.get_deterministic_debug_mode() == 1
        for bad, error in ((3, RuntimeError), ("x", RuntimeError), (1.5, TypeError)):
            with pytest.raises(error, match="debug_mode"):
                torch.set_deterministic_debug_mode(bad)
        with pytest.raises(TypeError, match=r"'mode' \(position 1\) must be bool, not int"):
            torch.use_deterministic_algorithms(1)
    finally:
        torch.set_deterministic_debug_mode(0)


# --- functions for each element -------------------------------------------------------------------


def test_functions_are_called_for_each_element():
    x, y, z = torch.arange(6.0).view(2, 3), torch.ones(3), torch.arange(2.0).view(2, 1)
    assert x.clone().apply_(lambda a: a * 2).equal(x * 2)
    assert x.clone().map_(y, lambda a, b: a + b).equal(x + y)
    assert x.clone().map2_(y, z, lambda a, b, c: a + b * c).equal(x + y * z)
    assert torch.arange(2).apply_(lambda a: 1.5).tolist() == [1, 1]


BAD_CALLS = [
    (lambda: torch.arange(3).apply_(lambda a: "s"), TypeError, "cannot be interpreted"),
    (lambda: torch.ones(3).apply_(lambda a: "s"), TypeError, "must be real number, not str"),
    (lambda: torch.arange(3).map_(torch.arange(3), "s"), TypeError, "not callable"),
    (lambda: torch.arange(3).map_(torch.ones(3), max), TypeError, "expected torch.LongTensor"),
    (lambda: torch.ones(2, 3).map_(torch.ones(5, 3), max), RuntimeError, "expanded size"),
    (lambda: torch.ones(3).map_(torch.ones(3, requires_grad=True), max), RuntimeError, "requires"),
]


@pytest.mark.parametrize("call, error, words", BAD_CALLS)
def test_functions_for_elements_are_checked(call, error, words):
    with pytest.raises(error, match=words):
        call()


# --- expanded tensors -----------------------------------------------------------------------------


@pytest.mark.parametrize("place", range(4))
def test_writes_to_one_place_of_an_expanded_tensor_are_seen_at_all(place):
    writes = {
        "masked_fill_": lambda x: x.masked_fill_(torch.arange(4) == place, 5.0),
        "index_fill_": lambda x: x.index_fill_(1, torch.tensor([place]), 5.0),
        "index_put_": lambda x: x.index_put_(
            (torch.arange(2), torch.tensor([place])), torch.tensor(5.0)
        ),
    }
    for name, write in writes.items():
        base = torch.tensor([[1.0], [math.nan]])
        with pytest.warns(UserWarning, match=f"Use of {name} on expanded tensors"):
            write(base.expand(2, 4))
        assert base.tolist() == [[5], [5]], name
    base = torch.tensor([[1.0], [2.0]])
    with pytest.warns(UserWarning):
        base.expand(2, 4).masked_fill_(torch.zeros(4, dtype=torch.bool), 5.0)
    assert base.tolist() == [[1], [2]]


def test_other_writes_to_expanded_tensors_are_refused():
    with pytest.raises(RuntimeError, match="single memory location"):
        torch.ones(5).as_strided((3, 3), (1, 1)).masked_fill_(torch.ones(3, 3) > 0, 2)


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("step", [2, 0.5, 1 + 2j])
def test_gradients_at_equal_distances(order, step):
    values = np.array([2, -2, np.inf, 1, 5, np.nan, 3, 4, 1.5], np.float32)
    (got,) = torch.gradient(torch.tensor(values), spacing=step, edge_order=order)
    with np.errstate(invalid="ignore"):
        want = np.gradient(
            values.astype(np.result_type(values, type(step))), step, edge_order=order
        )
    finite = np.isfinite(want)
    assert np.allclose(got.numpy()[finite], want[finite], rtol=1e-5)
    assert got.is_complex() == isinstance(step, complex)


@pytest.mark.parametrize("median, sigma", [(math.inf, 0.5), (-math.inf, 2.0), (math.nan, 1.0)])
def test_cauchy_numbers_around_infinity(median, sigma):
    assert np.array_equal(
        torch.empty(3).cauchy_(median, sigma).numpy(), np.full(3, median, np.float32), True
    )


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64, torch.bool, torch.float64])
def test_ones_and_zeros_are_drawn_into_any_dtype(dtype):
    out = torch.full((9,), 1, dtype=dtype)
    assert torch.bernoulli(torch.arange(9.0) % 2, out=out).tolist() == [0, 1] * 4 + [0]


# --- sizes and formats ----------------------------------------------------------------------------


def test_sizes_add_to_tuples_only():
    class Other:
        def __radd__(self, size):
            return 42

    size = torch.Size([1, 2])
    assert size + Other() == 42
    assert tuple.__add__((3,), size) == (3, 1, 2) == (lambda t: t + size)((3,))
    for bad in ([3], iter([3]), 3):
        with pytest.raises(TypeError, match="can only concatenate tuple"):
            size + bad
    with pytest.raises(TypeError, match="unsupported operand"):
        iter([3]) + size


def test_arrays_of_no_dims_are_sizes():
    assert torch.ones(np.array(3), np.int64(2)).shape == (3, 2)
    for bad in (np.array([3]), np.array(3.0)):
        with pytest.raises(TypeError, match="must be tuple of ints"):
            torch.ones((bad, 2))


@pytest.mark.parametrize("convert", ["to", "double", "int", "bool", "bfloat16"])
def test_conversions_give_the_format_that_is_asked_for(convert):
    x = torch.ones(2, 3, 4, 4).contiguous(memory_format=torch.channels_last)
    given = (torch.float64,) if convert == "to" else ()
    for form in (torch.channels_last, torch.contiguous_format):
        made = getattr(x, convert)(*given, memory_format=form)
        assert made.is_contiguous(memory_format=form)
    kept = getattr(x, convert)(*given)
    assert kept.is_contiguous(memory_format=torch.channels_last) and not kept.is_contiguous()


# --- loss scaling ---------------------------------------------------------------------------------


def test_gradients_are_unscaled_together():
    found, inverse = torch.zeros(1), torch.full((1,), 0.25)
    grads = [torch.full((3, 3), 4.0), torch.full((3, 3), 4.0).t()[:, :2], torch.tensor(4.0).half()]
    torch._amp_foreach_non_finite_check_and_unscale_(grads, found, inverse)
    assert all((g == 1).all() for g in grads) and found.item() == 0
    grads[1][1, 1] = math.inf
    torch._amp_foreach_non_finite_check_and_unscale_(grads, found, inverse)
    assert found.item() == 1


def test_the_factor_grows_and_shrinks():
    scale, tracker, found = torch.full((1,), 4.0), torch.zeros(1, dtype=torch.int32), torch.zeros(1)
    seen = []
    for bad in (0, 0, 1, 0):
        found.fill_(bad)
        torch._amp_update_scale_(scale, tracker, found, 2.0, 0.25, 2)
        seen.append((scale.item(), tracker.item()))
    assert seen == [(4, 1), (8, 0), (2, 0), (2, 1)]


def test_sparse_gradients_are_unscaled():
    places = torch.tensor([[0, 1, 0]])
    p = torch.sparse_coo_tensor(places, torch.ones(3).half(), (3,))
    p.grad = torch.sparse_coo_tensor(places, torch.tensor([64000.0, 32, 64000]).half(), (3,))
    scaler = torch.GradScaler("cpu")
    flags = scaler._unscale_grads_(
        torch.optim.SGD([p], lr=1.0), torch.full((1,), 0.25), torch.zeros(1), True
    )
    assert [f.item() for f in flags.values()] == [1]  # their sum is no float16
