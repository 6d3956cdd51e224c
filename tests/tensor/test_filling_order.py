"""Random numbers fill a tensor in the order of its memory."""

from __future__ import annotations

import pytest

import torchish

VIEWS = {
    "plain": lambda t: t.zeros(6, 8),
    "transposed": lambda t: t.zeros(8, 6).t(),
    "stepped": lambda t: t.zeros(6, 16)[:, ::2],
    "cut": lambda t: t.zeros(6, 11)[:, 2:-1],
    "permuted": lambda t: t.zeros(8, 2, 6).permute(2, 0, 1),
    "channels last": lambda t: t.zeros(2, 3, 4, 5).to(memory_format=t.channels_last),
    "transposed and stepped": lambda t: t.zeros(8, 12).t()[::2],
    "fewer than sixteen": lambda t: t.zeros(3, 4).t(),
    "diagonal": lambda t: t.zeros(20, 20).diagonal(),
}
REPEATED = {  # which can not be written to
    "expanded": lambda t: t.zeros(8).expand(6, 8),
    "expanded columns": lambda t: t.zeros(6, 1).expand(6, 8),
}
FILLS = {
    "normal_": lambda t, x: x.normal_(),
    "uniform_": lambda t, x: x.uniform_(1, 2),
    "random_": lambda t, x: x.random_(9),
    "exponential_": lambda t, x: x.exponential_(),
    "geometric_": lambda t, x: x.geometric_(0.3),
    "cauchy_": lambda t, x: x.cauchy_(),
    "log_normal_": lambda t, x: x.log_normal_(),
    "bernoulli_": lambda t, x: x.bernoulli_(0.4),
    "bernoulli_ each": lambda t, x: x.bernoulli_(t.linspace(0, 1, x.shape[-1])),
    "normal_ half": lambda t, x: x.to(t.bfloat16).normal_(),
    "randn_like": lambda t, x: t.randn_like(x),
    "rand_like": lambda t, x: t.rand_like(x),
    "randint_like": lambda t, x: t.randint_like(x, 9),
    "randn_like complex": lambda t, x: t.view_as_real(t.randn_like(x, dtype=t.complex64)),
    "dropout": lambda t, x: t.dropout(x + 1, 0.5, True),
    "multinomial": lambda t, x: t.multinomial(x.abs() + 1, 2) if x.dim() < 3 else x,
    "multinomial of rows": lambda t, x: t.multinomial(
        t.linspace(0.1, 1, 8).expand(5, 8), 1 + x.dim() // 4
    ),
    "trunc_normal_": lambda t, x: t.nn.init.trunc_normal_(x),
}


def filled(lib, fill, view):
    lib.manual_seed(3)
    made = (VIEWS | REPEATED)[view](lib)
    return [FILLS[fill](lib, made).tolist(), lib.rand(1).item()]


@pytest.mark.parametrize("fill", ["uniform_", "random_", "exponential_", "rand_like", "dropout"])
def test_the_outermost_dimension_in_memory_comes_first(fill):
    plain, then = filled(torchish, fill, "transposed")
    torchish.manual_seed(3)
    turned = FILLS[fill](torchish, torchish.zeros(8, 6)).t()
    assert turned.tolist() == plain
    assert torchish.rand(1).item() == then


def test_normals_come_in_blocks_only_where_memory_is_contiguous():
    one_by_one, _ = filled(torchish, "normal_", "stepped")
    transposed, _ = filled(torchish, "normal_", "transposed")
    assert torchish.tensor(one_by_one).equal(torchish.tensor(transposed).t().reshape(6, 8))
    assert one_by_one[0][:2] == pytest.approx([0.8033, 0.1748], abs=1e-4)  # PyTorch's
    assert filled(torchish, "normal_", "plain")[0][0][:2] != one_by_one[0][:2]


@pytest.mark.oracle
@pytest.mark.parametrize("fill", FILLS)
def test_numbers_are_pytorchs_for_every_layout(fill):
    torch = pytest.importorskip("torch")
    writes = fill.partition(" ")[0].endswith("_")
    for view in VIEWS if writes else VIEWS | REPEATED:
        (ours, then), (theirs, after) = (filled(t, fill, view) for t in (torchish, torch))
        assert then == after, view
        assert torchish.tensor(ours).allclose(torchish.tensor(theirs), 1e-6, 1e-6), view
