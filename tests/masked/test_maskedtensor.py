"""MaskedTensor: its life, and functions held against those of the elements that are there."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish.masked import MaskedTensor, as_masked_tensor, is_masked_tensor, masked_tensor

pytestmark = pytest.mark.filterwarnings("ignore:The PyTorch API of MaskedTensors")

x = torch.arange(12.0).reshape(3, 4)
m = torch.tensor([[1, 0, 1, 1], [0, 0, 0, 0], [1, 1, 0, 1]]).bool()


def shown(t):
    """The elements, None where nothing is there."""
    data, mask = t.get_data().detach().flatten().tolist(), t.get_mask().flatten().tolist()
    return [round(v, 4) if k else None for v, k in zip(data, mask, strict=True)]


def made(requires_grad=False):
    return masked_tensor(x, m, requires_grad)


def test_what_it_tells_and_how_it_prints():
    a = made()
    assert is_masked_tensor(a)
    assert isinstance(a, MaskedTensor)
    assert (a.shape, a.dtype, len(a), a.dim()) == ((3, 4), torch.float32, 3, 2)
    assert repr(a) == (
        "MaskedTensor(\n  [\n    [  0.0000,       --,   2.0000,   3.0000],\n"
        "    [      --,       --,       --,       --],\n"
        "    [  8.0000,   9.0000,       --,  11.0000]\n  ]\n)"
    )
    assert repr(a.sum()) == "MaskedTensor( 33.0000, True)"
    assert a.to_tensor(-1.0)[0].tolist() == [0.0, -1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("f", "g"),
    [
        (lambda a: a + a, lambda v: v + v),
        (lambda a: 2 * a - 1, lambda v: 2 * v - 1),
        (torch.exp, torch.exp),
        (lambda a: a.sqrt(), torch.sqrt),
        (lambda a: a**2, lambda v: v**2),
        (lambda a: a > 3, lambda v: v > 3),
        (lambda a: a.to(torch.float64), lambda v: v.double()),
    ],
)
def test_elementwise_functions(f, g):
    out = f(made())
    assert torch.equal(out.get_mask(), m)
    torch.testing.assert_close(out.get_data()[m], g(x[m]))


REDUCTIONS = {
    "sum": [5.0, None, 28.0],
    "mean": [1.6667, None, 9.3333],
    "amax": [3.0, None, 11.0],
    "amin": [0.0, None, 8.0],
    "prod": [0.0, None, 792.0],
    "argmax": [3, None, 3],
    "std": [1.5275, None, 1.5275],
    "var": [2.3333, None, 2.3333],
}


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(name):
    assert shown(getattr(made(), name)(1)) == REDUCTIONS[name]


def test_of_all_elements_and_kept_dimensions():
    assert made().sum().item() == 33.0
    assert made().mean().item() == 5.5
    assert made().sum(1, keepdim=True).shape == (3, 1)
    assert shown(torch.softmax(made(), 1))[:4] == [0.0351, None, 0.2595, 0.7054]


def test_shapes():
    assert shown(made()[0]) == [0.0, None, 2.0, 3.0]
    assert shown(made()[:, 1]) == [None, None, 9.0]
    assert shown(made().t()[0]) == [0.0, None, 8.0]
    assert made().view(4, 3).shape == (4, 3)
    assert torch.cat([made(), made()]).shape == (6, 4)
    assert torch.stack([made(), made()]).shape == (2, 3, 4)


def test_gradients_are_masked():
    a = made(requires_grad=True)
    (a * a).sum(1).sum().backward()
    assert is_masked_tensor(a.grad)
    assert shown(a.grad) == [0.0, None, 4.0, 6.0, *[None] * 4, 16.0, 18.0, None, 22.0]
    leaf = x.clone().requires_grad_()
    a = as_masked_tensor(leaf, m)
    (a * a).sum().backward()
    assert is_masked_tensor(leaf.grad)
    assert shown(leaf.grad) == [0.0, None, 4.0, 6.0, *[None] * 4, 16.0, 18.0, None, 22.0]
    leaf = x.clone().requires_grad_()
    as_masked_tensor(leaf * 2, m).sum().backward()
    assert leaf.grad is not None
    assert leaf.grad[0].tolist() == [2.0, 0.0, 2.0, 2.0]
    root = masked_tensor(torch.tensor([0.0, 4.0]), torch.tensor([False, True]), True)
    root.sqrt().sum().backward()
    assert shown(root.grad) == [None, 0.25]


def test_refusals():
    with pytest.raises(ValueError, match="Input masks must match"):
        made() + masked_tensor(x, ~m)
    with pytest.raises(TypeError, match="mask must have dtype bool"):
        masked_tensor(x, m.float())
    with pytest.raises(ValueError, match=r"data\.size\(\) must equal mask\.size\(\)"):
        masked_tensor(x, m[:2])
    with pytest.raises(TypeError, match=r"Multiple dispatch failed for 'torch\.cumsum'"):
        made().cumsum(1)
    with pytest.raises(TypeError, match="unsupported operand"):
        made() @ made()
    with pytest.raises(RuntimeError, match="numpy"):
        made().numpy()
    with pytest.raises(ValueError, match="expected a mask tensor"):
        masked_tensor(torch.tensor(3.0), torch.tensor(False)).item()
    with pytest.raises(NotImplementedError, match="sparse_coo"):
        masked_tensor(x.to_sparse(), m.to_sparse())
