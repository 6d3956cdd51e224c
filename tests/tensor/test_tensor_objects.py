"""Tensors as Python objects: what users attach to them, copies of them, and Variables."""

from __future__ import annotations

import copy
import pickle

import pytest

import torchish as torch


class Mine(torch.Tensor):
    pass


def _trained():
    w = torch.ones(3, requires_grad=True)
    w.register_hook(lambda g: g)
    (w * 2).sum().backward()
    return w


TENSORS = {
    "new": lambda: torch.ones(3),
    "parameter": lambda: torch.nn.Parameter(torch.ones(3)),
    "with gradient and hook": _trained,
    "result": lambda: torch.ones(3, requires_grad=True) * 2,
    "view": lambda: torch.ones(3, 3).t()[1:],
    "of NumPy": lambda: torch.from_numpy(torch.ones(3).numpy()),
    "detached": lambda: torch.ones(3).data,
    "subclass": lambda: torch.ones(3).as_subclass(Mine),
    "sparse": lambda: torch.ones(3, 3).to_sparse(),
    "sparse rows": lambda: torch.ones(3, 3).to_sparse_csr(),
    "of inference": lambda: torch.inference_mode()(lambda: torch.ones(3) * 2)(),
    "loaded": lambda: pickle.loads(pickle.dumps(torch.ones(3))),
}


@pytest.mark.parametrize("name", TENSORS)
def test_the_dict_of_a_tensor_holds_what_users_set(name):
    t = TENSORS[name]()
    t.sum()
    assert vars(t) == {}
    t.tag, t._private = 1, [2]
    assert vars(t) == {"tag": 1, "_private": [2]}
    same = copy.copy(t)
    assert same.tag == 1 and same._private is t._private
    del t.tag
    assert not hasattr(t, "tag")


def test_attributes_survive_copies_and_pickles():
    p = torch.nn.Parameter(torch.ones(2))
    p.tag, p._private = 1, [2]
    for other in (copy.deepcopy(p), pickle.loads(pickle.dumps(p))):
        assert vars(other) == {"tag": 1, "_private": [2]} and other._private is not p._private


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.zeros(2, 3),
        lambda: torch.zeros(3, 2).t(),
        lambda: torch.zeros(2, 5)[:, 1:4],
        lambda: torch.zeros(2, 3).as_subclass(Mine),
    ],
)
def test_a_copy_shares_memory_and_a_deep_copy_does_not(make):
    t = make()
    same, other = copy.copy(t), copy.deepcopy(t)
    assert type(same) is type(t) and same.stride() == t.stride()
    same[0, 0] = 9
    assert t[0, 0] == 9 and other[0, 0] == 0


def test_a_copy_is_a_leaf_without_gradient():
    w = _trained()
    same = copy.copy(w)
    assert same.requires_grad and same.grad is None
    result = copy.copy(w * 2)
    assert result.requires_grad and result.is_leaf


def test_a_variable_has_no_history():
    x = torch.ones(2, requires_grad=True)
    v = torch.autograd.Variable(x * 2, requires_grad=True)
    (v * 3).sum().backward()
    assert x.grad is None and v.grad.tolist() == [3.0, 3.0]
    plain = torch.autograd.Variable(x)
    assert not plain.requires_grad and isinstance(plain, torch.autograd.Variable)
    assert plain.data_ptr() == x.data_ptr()
    with pytest.raises(TypeError, match="Variable data has to be a tensor, but got list"):
        torch.autograd.Variable([1.0])
