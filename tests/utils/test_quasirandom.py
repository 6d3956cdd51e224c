"""Sobol sequences: PyTorch's numbers, which are written here."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish.quasirandom import SobolEngine


def test_the_first_points():
    points = SobolEngine(3).draw(5)
    assert points.tolist() == [
        [0.0, 0.0, 0.0],
        [0.5, 0.5, 0.5],
        [0.75, 0.25, 0.25],
        [0.25, 0.75, 0.75],
        [0.375, 0.375, 0.625],
    ]


def test_parts_are_the_whole():
    whole, parts = SobolEngine(4, scramble=True, seed=3), SobolEngine(4, scramble=True, seed=3)
    points = whole.draw(9)
    assert parts.draw(1).tolist() == points[:1].tolist()
    assert parts.draw(4).tolist() == points[1:5].tolist()
    assert parts.fast_forward(2).draw(2).tolist() == points[7:].tolist()
    assert parts.reset().draw(9).tolist() == points.tolist()
    assert points.min() >= 0 and points.max() < 1


SCRAMBLED = [
    [0.4802905321121216, 0.11725887656211853],
    [0.9497883319854736, 0.743020236492157],
    [0.6404228806495667, 0.3272419571876526],
]


def test_scrambled_by_a_seed():
    assert SobolEngine(2, scramble=True, seed=5).draw(3).tolist() == SCRAMBLED


def test_refusals():
    with pytest.raises(ValueError, match=r"\[1, 21201\]"):
        SobolEngine(0)
    engine = SobolEngine(2)
    engine.draw(3)
    with pytest.raises(ValueError, match="power of 2"):
        engine.draw_base2(2)


def test_without_a_seed_of_its_own_it_draws_from_the_generator():
    torch.manual_seed(7)
    first = torch.quasirandom.SobolEngine(2, scramble=True).draw(2)
    after = torch.rand(1)
    expected = [
        [0.19947312772274017, 0.17093220353126526],
        [0.9453538656234741, 0.8952855467796326],
    ]
    assert first.tolist() == expected  # PyTorch's
    torch.manual_seed(7)
    assert torch.equal(torch.quasirandom.SobolEngine(2, scramble=True).draw(2), first)
    assert torch.equal(torch.rand(1), after)
