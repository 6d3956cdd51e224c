"""Nested tensors of both layouts, held against the same functions of their parts."""

from __future__ import annotations

import copy
import pickle

import pytest

import torchish as torch
from torchish.nn import functional as F

LAYOUTS = [torch.strided, torch.jagged]
both = pytest.mark.parametrize("layout", LAYOUTS, ids=["strided", "jagged"])


def parts():
    torch.manual_seed(0)
    return [torch.randn(2, 3), torch.randn(4, 3)]


def nested(layout, requires_grad=False):
    return torch.nested.nested_tensor(parts(), layout=layout, requires_grad=requires_grad)


def same(found, expected):
    for a, b in zip(found.unbind(), expected, strict=True):
        torch.testing.assert_close(a, b)


@both
def test_what_it_tells(layout):
    n = nested(layout)
    assert n.is_nested
    assert n.layout is layout
    assert (n.dim(), n.size(0), n.size(2), n.numel()) == (3, 2, 3, 18)
    assert n.dtype is torch.float32
    assert not parts()[0].is_nested
    same(n, parts())
    torch.testing.assert_close(n[1], parts()[1])


def test_shapes_and_texts():
    n = nested(torch.jagged)
    ragged = n.shape[1]
    assert n.shape == (2, ragged, 3)
    assert repr(n) == (
        f"NestedTensor(size=(2, {ragged}, 3), offsets=tensor([0, 2, 6]), contiguous=True)"
    )
    assert n.transpose(1, 2).shape == (2, 3, ragged)
    assert (n * 2).shape[1] == ragged
    assert nested(torch.jagged).shape[1] != ragged
    assert n.offsets().tolist() == [0, 2, 6]
    assert n.values().shape == (6, 3)
    small = torch.nested.nested_tensor([torch.zeros(1), torch.ones(2)])
    assert repr(small) == "nested_tensor([\n  tensor([0.]),\n  tensor([1., 1.])\n])"
    strided = nested(torch.strided)
    with pytest.raises(RuntimeError, match="doesn't support sizes"):
        _ = strided.shape
    with pytest.raises(RuntimeError, match="dimension 1 is irregular"):
        strided.size(1)


FUNCTIONS = {
    "relu": F.relu,
    "gelu": F.gelu,
    "arithmetic": lambda t: 1 - t * 2 / 3,
    "with itself": lambda t: t + t * t,
    "compared": lambda t: t > 0,
    "softmax": lambda t: t.softmax(-1),
    "linear": lambda t: F.linear(t, torch.ones(2, 3), torch.ones(2)),
    "layer_norm": lambda t: F.layer_norm(t, (3,), torch.ones(3), torch.zeros(3)),
    "sum": lambda t: t.sum(-1, keepdim=True),
    "transpose": lambda t: t.transpose(-1, -2),
    "double": lambda t: t.to(torch.float64),
    "zeros": torch.zeros_like,
}


@both
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_those_of_the_parts(layout, name):
    f = FUNCTIONS[name]
    same(f(nested(layout)), [f(p) for p in parts()])


def test_softmax_along_the_ragged_dimension():
    for layout in LAYOUTS:
        same(nested(layout).softmax(1), [p.softmax(0) for p in parts()])


@both
def test_padding(layout):
    padded = torch.nested.to_padded_tensor(nested(layout), -1.0, (2, 5, 3))
    assert padded.shape == (2, 5, 3)
    torch.testing.assert_close(padded[0, :2], parts()[0])
    assert bool((padded[0, 2:] == -1).all())
    assert nested(layout).to_padded_tensor(0.0).shape == (2, 4, 3)
    with pytest.raises(RuntimeError, match="expects input to be a nested tensor"):
        torch.ones(2).to_padded_tensor(0.0)


@both
def test_gradients_reach_the_parts_and_the_weights(layout):
    w = torch.randn(2, 3, requires_grad=True)
    leaves = [p.requires_grad_() for p in parts()]

    def loss(out):
        return out.square().to_padded_tensor(0.0).sum()

    n = torch.nested.as_nested_tensor(leaves, layout=layout)
    loss(F.linear(n, w).softmax(-1)).backward()
    found = [w.grad, *(p.grad for p in leaves)]
    w.grad = None
    leaves = [p.requires_grad_() for p in parts()]
    sum(F.linear(p, w).softmax(-1).square().sum() for p in leaves).backward()
    for a, b in zip(found, [w.grad, *(p.grad for p in leaves)], strict=True):
        torch.testing.assert_close(a, b)


@both
def test_a_leaf_has_a_nested_gradient(layout):
    n = nested(layout, requires_grad=True)
    assert n.requires_grad
    assert n.is_leaf
    assert n.grad is None
    (n * n).to_padded_tensor(0.0).sum().backward()
    same(n.grad, [2 * p for p in parts()])


@both
@pytest.mark.parametrize("is_causal", [False, True])
def test_attention(layout, is_causal):
    torch.manual_seed(1)
    given = [[torch.randn(k, 8, requires_grad=True) for k in (2, 4)] for _ in range(3)]

    def heads(t):
        return t.reshape(t.shape[0], 2, 4).transpose(0, 1)

    expected = [
        F.scaled_dot_product_attention(*map(heads, qkv), is_causal=is_causal)
        for qkv in zip(*given, strict=True)
    ]
    q, k, v = (torch.nested.as_nested_tensor(ts, layout=layout) for ts in given)
    if layout is torch.jagged:
        q, k, v = (t.unflatten(-1, (2, 4)).transpose(1, 2) for t in (q, k, v))
    else:
        q, k, v = (t.reshape(2, -1, 2, 4).transpose(1, 2) for t in (q, k, v))
    out = F.scaled_dot_product_attention(q, k, v, is_causal=is_causal)
    same(out, expected)
    sum(e.square().sum() for e in expected).backward()
    wanted = [t.grad for ts in given for t in ts]
    for ts in given:
        for t in ts:
            t.grad = None
    q, k, v = (torch.nested.as_nested_tensor(ts, layout=layout) for ts in given)
    if layout is torch.jagged:
        q, k, v = (t.unflatten(-1, (2, 4)).transpose(1, 2) for t in (q, k, v))
    else:
        q, k, v = (t.reshape(2, -1, 2, 4).transpose(1, 2) for t in (q, k, v))
    out = F.scaled_dot_product_attention(q, k, v, is_causal=is_causal)
    (out * out).transpose(1, 2).to_padded_tensor(0.0).sum().backward()
    for a, b in zip([t.grad for ts in given for t in ts], wanted, strict=True):
        torch.testing.assert_close(a, b)


def test_modules_take_them():
    torch.manual_seed(2)
    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.LayerNorm(4), torch.nn.GELU())
    for layout in LAYOUTS:
        same(net(nested(layout)), [net(p) for p in parts()])


def test_views_of_jagged_tensors():
    n = nested(torch.jagged)
    ragged = n.shape[1]
    assert n.view(2, -1, 3, 1).shape == (2, ragged, 3, 1)
    assert n.unflatten(-1, (3, 1)).flatten(2).shape == n.shape
    assert [c.shape for c in n.chunk(3, -1)] == [(2, ragged, 1)] * 3
    assert torch.cat([n, n], -1).shape == (2, ragged, 6)
    assert n[..., :2].shape == (2, ragged, 2)
    assert n.unsqueeze(-1).squeeze(-1).shape == n.shape
    torch.testing.assert_close(n.sum(1), torch.stack([p.sum(0) for p in parts()]))
    torch.testing.assert_close(n.mean(), torch.cat(parts()).mean())
    same(n @ torch.ones(3, 2), [p @ torch.ones(3, 2) for p in parts()])
    same(n + torch.ones(3), [p + 1 for p in parts()])
    bias = torch.arange(6.0).reshape(2, 1, 3)
    same(n + bias, [p + b for p, b in zip(parts(), bias, strict=True)])


def test_from_jagged_narrow_and_masks():
    values = torch.arange(12.0).view(6, 2)
    made = torch.nested.nested_tensor_from_jagged(values, torch.tensor([0, 2, 6]))
    same(made, [values[:2], values[2:]])
    made = torch.nested.nested_tensor_from_jagged(values, lengths=torch.tensor([2, 4]))
    assert made.offsets().tolist() == [0, 2, 6]
    dense = torch.arange(12.0).view(2, 3, 2)
    made = torch.nested.narrow(
        dense, 1, torch.tensor([0, 1]), torch.tensor([2, 1]), layout=torch.jagged
    )
    same(made, [dense[0, :2], dense[1, 1:2]])
    mask = torch.tensor([[True, False, True], [False, True, False]])
    made = torch.nested.masked_select(torch.arange(6.0).view(2, 3), mask)
    same(made, [torch.tensor([0.0, 2.0]), torch.tensor([4.0])])


@both
def test_copies_and_pickles(layout):
    n = nested(layout)
    same(copy.deepcopy(n), parts())
    same(pickle.loads(pickle.dumps(n)), parts())
    same(n.clone().detach(), parts())


def test_refusals():
    with pytest.raises(TypeError, match="Only lists"):
        torch.nested.nested_tensor(torch.ones(2))
    with pytest.raises(RuntimeError, match="must have the same dimension"):
        torch.nested.nested_tensor([torch.ones(2), torch.ones(2, 3)])
    with pytest.raises(RuntimeError, match="single ragged dimension"):
        torch.nested.nested_tensor([torch.ones(2, 3), torch.ones(3, 2)], layout=torch.jagged)
    with pytest.raises(RuntimeError, match="cannot call binary pointwise function add"):
        nested(torch.jagged) + nested(torch.jagged)
    with pytest.raises(NotImplementedError, match="NestedTensorCPU"):
        nested(torch.strided).mean()
    with pytest.raises(NotImplementedError, match="cumsum"):
        nested(torch.jagged).cumsum(1)
    with pytest.raises(ValueError, match="requires weight and bias"):
        F.layer_norm(nested(torch.strided), (3,))


def test_sizes_of_all_parts_are_compared():
    n = nested(torch.strided)
    assert n.is_same_size(nested(torch.strided))
    assert not n.is_same_size(torch.nested.nested_tensor([p[:1] for p in parts()]))
    with pytest.raises(RuntimeError, match="Self is nested. While Other is not nested"):
        n.is_same_size(torch.ones(2))
