"""In which order results lie in memory, for inputs that are not contiguous."""

from __future__ import annotations

import pytest

import torchish

CALLS = {
    "avg_pool1d": lambda t, x: t.nn.functional.avg_pool1d(x, 2),
    "adaptive_max_pool1d": lambda t, x: t.nn.functional.adaptive_max_pool1d(x, 3),
    "conv1d": lambda t, x: t.nn.functional.conv1d(x, t.ones(5, 6, 3)),
    "conv1d, its kernel": lambda t, x: t.nn.functional.conv1d(x, t.ones(5, 3, 6).transpose(1, 2)),
    "glu": lambda t, x: t.nn.functional.glu(x, 1),
    "diff": lambda t, x: x.diff(dim=1),
    "rms_norm": lambda t, x: t.nn.functional.rms_norm(x, (10,)),
    "huber_loss": lambda t, x: t.nn.functional.huber_loss(x, x + 1, reduction="none"),
    "index_fill": lambda t, x: x.index_fill(1, t.tensor([0]), 2.0),
    "flipud": lambda t, x: x.flipud(),
    "msort": lambda t, x: x.msort(),
    "argsort": lambda t, x: x.argsort(1),
}
INPUTS = {
    "transposed": lambda t: t.zeros(4, 10, 6).transpose(1, 2),
    "permuted": lambda t: t.zeros(10, 4, 6).permute(1, 2, 0),
    "expanded": lambda t: t.zeros(1, 6, 10).expand(4, 6, 10),
    "stepped": lambda t: t.zeros(4, 6, 20)[..., ::2],
}


def strides(lib, call, form):
    return CALLS[call](lib, INPUTS[form](lib)).stride()


def test_a_few():
    assert strides(torchish, "avg_pool1d", "transposed") == (30, 1, 6)
    assert strides(torchish, "glu", "permuted") == (3, 1, 12)
    assert strides(torchish, "rms_norm", "transposed") == (60, 10, 1)
    assert strides(torchish, "conv1d, its kernel", "stepped") == (40, 1, 5)
    assert strides(torchish, "conv1d", "transposed") == (40, 8, 1)


@pytest.mark.oracle
@pytest.mark.parametrize("form", INPUTS)
def test_they_are_pytorchs(form):
    torch = pytest.importorskip("torch")
    for call in CALLS:
        assert strides(torchish, call, form) == strides(torch, call, form), call
