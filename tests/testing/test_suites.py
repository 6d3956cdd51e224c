"""What test suites build on: pairs to derive from, checks of texts, seeds, names of versions."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish._vendor.packaging import version
from torchish.testing import FileCheck
from torchish.testing import _comparison as c
from torchish.testing._utils import freeze_rng_state, wrapper_set_seed


class Loose(c.NumberPair):
    """Numbers, one of which may be a tensor of one element."""

    def _process_inputs(self, actual, expected, *, id):
        return [x.item() if isinstance(x, torch.Tensor) else x for x in (actual, expected)]


def test_pairs_are_derived_from():
    assert not c.not_close_error_metas(torch.tensor(2), 2, pair_types=(Loose,))
    (meta,) = c.not_close_error_metas([1, 2], [1, 3], pair_types=(Loose,))
    assert meta.id == (1,) and "for item [1]" in str(meta.to_error())
    assert str(meta.to_error("mine")) == "mine" and str(meta.to_error(lambda m: m[:7])) == "Scalars"


def test_classes_are_tried_in_order():
    found = c.originate_pairs(
        {"a": [None, 1.0]}, {"a": [None, "x"]}, pair_types=(c.NonePair, c.ObjectPair)
    )
    assert [type(p) for p in found] == [c.NonePair, c.ObjectPair] and found[1].id == ("a", 1)
    with pytest.raises(TypeError, match="No comparison pair"):
        c.not_close_error_metas("a", "b", pair_types=(c.NumberPair,))


def test_errors_of_comparisons_show_the_pair(monkeypatch):
    def fail(self):
        raise ValueError

    monkeypatch.setattr(c.TensorLikePair, "compare", fail)
    with pytest.raises(RuntimeError, match=r"Comparing\n\nTensorLikePair\(\n    id=\(\),"):
        torch.testing.assert_close(torch.ones(1), torch.ones(1))


def test_tolerances_by_dtype():
    assert c.default_tolerances(torch.float16, torch.float64) == (1e-3, 1e-5)
    assert c.get_tolerances(torch.ones(1), rtol=0.5, atol=0.25) == (0.5, 0.25)
    with pytest.raises(c.ErrorMeta):
        c.get_tolerances(torch.float32, rtol=0.5, atol=None)


def test_floats_of_one_byte_are_compared_exactly():
    a, b = (torch.tensor([1.0, x]).to(torch.float8_e5m2) for x in (2.0, 4.0))
    torch.testing.assert_close(a, a)
    with pytest.raises(AssertionError, match=r"first mismatched element is at index \(1,\)"):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize(
    ("check", "fails"),
    [
        (lambda f: f.check("a").check("c"), False),
        (lambda f: f.check("c").check("a"), True),
        (lambda f: f.check_dag("c").check_dag("a"), False),
        (lambda f: f.check("a").check_not("b").check("c"), True),
        (lambda f: f.check("a").check_not("x").check("c"), False),
        (lambda f: f.check("a").check_same("b"), False),
        (lambda f: f.check("b").check_same("c"), True),
        (lambda f: f.check("b").check_next("c"), False),
        (lambda f: f.check_count("b", 2), False),
        (lambda f: f.check_count("b", 1, exactly=True), True),
        (lambda f: f.check_regex("a.b"), False),
        (lambda f: f.check_not("c"), True),
    ],
)
def test_texts_in_order(check, fails):
    made = check(FileCheck())
    if fails:
        with pytest.raises(RuntimeError, match="Expected"):
            made.run("a b b\nc")
    else:
        made.run("a b b\nc")


def test_seeds_of_operators():
    torch.manual_seed(0)
    with freeze_rng_state():
        a = torch.rand(2)
    assert torch.rand(2).tolist() == a.tolist()
    first, second = (wrapper_set_seed(torch.rand, 2) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_versions():
    v = version.parse("2.13.0a1+cpu")
    assert (v.major, v.minor, v.micro, v.local) == (2, 13, 0, "cpu") and v.is_prerelease
    assert version.parse("2.9") < v < version.parse("2.13")
    with pytest.raises(version.InvalidVersion):
        version.parse("none")


def test_deterministic_memory_is_noticed():
    torch.use_deterministic_algorithms(True)
    try:
        assert torch.empty(2).isnan().all() and torch.empty(1, dtype=torch.int8).tolist() == [127]
        torch.utils.deterministic.fill_uninitialized_memory = False
        assert torch.empty_like(torch.ones(2)).tolist() == [0, 0]
    finally:
        torch.utils.deterministic.fill_uninitialized_memory = True
        torch.use_deterministic_algorithms(False)
