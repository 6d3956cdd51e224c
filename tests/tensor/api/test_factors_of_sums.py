"""Factors that a sum of a tensor and a product can not have, and their older places."""

from __future__ import annotations

import pytest

import torchish as torch

T = torch.ones
CASES = {
    "addmm": (T(2, 3), T(2, 4), T(4, 3)),
    "addmv": (T(2), T(2, 4), T(4)),
    "addbmm": (T(2, 3), T(5, 2, 4), T(5, 4, 3)),
    "baddbmm": (T(5, 2, 3), T(5, 2, 4), T(5, 4, 3)),
}


@pytest.mark.parametrize("factor", ["beta", "alpha"])
@pytest.mark.parametrize("name", CASES)
def test_complex_factors_of_real_tensors(name, factor):
    f = getattr(torch, name)
    with pytest.raises(RuntimeError, match="cannot be converted to type float without overflow"):
        f(*CASES[name], **{factor: 0.5j})
    doubles = [x.double() for x in CASES[name]]
    with pytest.raises(RuntimeError, match="cannot be converted to type double without overflow"):
        f(*doubles, **{factor: 0.5j})
    assert f(*[x + 0j for x in CASES[name]], **{factor: 0.5j}).is_complex()


@pytest.mark.parametrize("name", CASES)
def test_the_warning_names_the_form_in_place(name):
    t, a, b = CASES[name]
    with pytest.warns(UserWarning, match=f"This overload of {name}_ is deprecated"):
        found = getattr(t.clone(), name + "_")(1, a, b)
    assert torch.equal(found, getattr(torch, name)(t, a, b))
    with pytest.warns(UserWarning, match=f"This overload of {name} is deprecated"):
        getattr(torch, name)(1, t, a, b)


def test_as_strided_looks_at_the_memory_that_a_view_has_now():
    leaf = torch.full((2, 3), 3.0, requires_grad=True)
    x = (leaf * 1).view(-1)
    x.detach().zero_()
    x.set_(leaf.detach())
    assert x.as_strided((3,), (0,), 0).tolist() == [3.0, 3.0, 3.0]
    assert x.as_strided((2,), (1,), 4).tolist() == [3.0, 3.0]
