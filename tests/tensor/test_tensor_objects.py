"""Tensors as Python objects: what users attach to them, copies of them, and Variables."""

from __future__ import annotations

import copy
import ctypes
import inspect
import pickle
import warnings

import numpy as np
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
    t = torch.ones(2)
    t.__dict__.update(vars(p))
    for other in (copy.deepcopy(t), pickle.loads(pickle.dumps(p))):
        assert vars(other) == {"tag": 1, "_private": [2]} and other._private is not p._private


class Wide(torch.nn.Parameter):
    def __new__(cls, data, requires_grad=True, width=5):
        made = super().__new__(cls, data, requires_grad)
        made.width = width
        return made


def test_a_deep_copy_of_a_parameter_is_a_parameter_of_its_data_alone():
    layer = torch.nn.Linear(2, 2)
    layer.weight.tag = 1
    layer(torch.ones(1, 2)).sum().backward()
    other = copy.deepcopy(layer)
    assert other.weight.grad is None and not hasattr(other.weight, "tag")
    assert layer.weight.grad is not None and torch.equal(other.weight, layer.weight)
    rows = torch.nn.Parameter(torch.ones(4, 2)[:, :1])
    assert copy.deepcopy(rows).untyped_storage().nbytes() == 16
    wide = Wide(torch.ones(2), False, 7)
    other = copy.deepcopy(wide)
    assert type(other) is Wide and other.width == 5 and not other.requires_grad
    for other in (copy.copy(wide), pickle.loads(pickle.dumps(wide))):
        assert type(other) is torch.nn.Parameter and other.width == 7


def test_a_class_of_its_own_is_given_to_the_leaf_that_a_copy_makes():
    t = torch.ones(2).as_subclass(Mine).requires_grad_()
    for other in (copy.copy(t), pickle.loads(pickle.dumps(t))):
        assert type(other) is Mine and other.requires_grad and not other.is_leaf
        assert other.grad_fn.name() == "AliasBackward0"
    assert copy.copy(t.detach()).is_leaf
    lazy = torch.nn.LazyLinear(2).weight
    assert type(copy.copy(lazy)) is torch.nn.UninitializedParameter


class Made(torch.Tensor):
    def new_empty(self, *args, **options):
        return super().new_empty(*args, **options).as_subclass(Made)


def test_a_deep_copy_of_a_class_of_its_own_asks_for_new_empty():
    with pytest.raises(RuntimeError, match="only works for subclass types that implement new_e"):
        copy.deepcopy(torch.ones(2).as_subclass(Mine))
    t = torch.ones(2).as_subclass(Made)
    t.tag = [1]
    other = copy.deepcopy(t)
    assert type(other) is Made and other.tag == [1] and other.tag is not t.tag


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.zeros(2, 3),
        lambda: torch.zeros(3, 2).t(),
        lambda: torch.zeros(2, 5)[:, 1:4],
        lambda: torch.zeros(2, 3).as_subclass(Made),
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


def _at(t) -> list[float]:
    return list((ctypes.c_float * t.numel()).from_address(t.data_ptr()))


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.arange(4.0),
        lambda: torch.arange(4.0) + 1,
        lambda: torch.full((4,), 2.0),
        lambda: torch.from_numpy(np.arange(4, dtype=np.float32)),
        lambda: torch.arange(6.0)[2:],
        lambda: torch.ones(2, 2, requires_grad=True).data,
        lambda: torch.arange(8.0).reshape(2, 4).t().clone(),
    ],
)
def test_the_address_of_a_tensor_is_that_of_its_contents(make):
    t = make()
    where = t.data_ptr()
    assert _at(t) == t.as_strided((t.numel(),), (1,)).tolist()
    t.add_(1)
    doubled = t * 2
    assert t.data_ptr() == where and _at(t) == t.as_strided((t.numel(),), (1,)).tolist()
    assert doubled.data_ptr() != where and t.detach().data_ptr() == where
    (ctypes.c_float * 1).from_address(where)[0] = 77
    assert t.as_strided((1,), (1,)).item() == 77
    assert t.untyped_storage().data_ptr() + t.storage_offset() * 4 == where


def test_addresses_of_tensors_that_live_differ():
    ts = [torch.zeros(3) for _ in range(50)]
    found = []
    for t in ts:
        found.append(t.data_ptr())
        t + 1  # which may move the contents
    assert len(set(found)) == 50 and found == [t.data_ptr() for t in ts]


def test_buffers_are_shared():
    memory = bytearray(8)
    t = torch.asarray(memory, dtype=torch.uint8)
    t[0] = 3
    assert memory[0] == 3
    assert torch.asarray(memory).dtype is torch.float32
    copied = torch.asarray(memory, dtype=torch.uint8, copy=True)
    copied[1] = 4
    assert memory[1] == 0


REFUSED = {
    "cuda, as PyTorch without it": (lambda: torch.ones(1).cuda(), AssertionError),
    "cuda, as PyTorch with it": (lambda: torch.ones(1, device="cuda"), RuntimeError),
    "strings": (lambda: torch.tensor(["a"]), ValueError),
    "a string": (lambda: torch.tensor("a"), TypeError),
    "bytes": (lambda: torch.tensor(b"ab"), TypeError),
    "a dict": (lambda: torch.tensor({}), RuntimeError),
    "the other byte order": (lambda: torch.tensor(np.ones(3, ">f4")), ValueError),
    "the other byte order, shared": (lambda: torch.from_numpy(np.ones(3, ">f4")), ValueError),
    "an empty buffer": (lambda: torch.frombuffer(b"", dtype=torch.uint8), ValueError),
    "a count of nothing": (
        lambda: torch.frombuffer(bytearray(8), dtype=torch.uint8, count=0),
        ValueError,
    ),
    "no buffer": (lambda: torch.frombuffer("ab", dtype=torch.uint8), ValueError),
    "no dtype": (lambda: torch.frombuffer(bytearray(8), dtype=3), TypeError),
    "no steps": (lambda: torch.nn.LSTM(2, 3)(torch.ones(0, 1, 2)), RuntimeError),
    "no steps, batch first": (
        lambda: torch.nn.GRU(2, 3, batch_first=True)(torch.ones(1, 0, 2)),
        RuntimeError,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_tensor_can_not_be_made_of_is_refused(name):
    make, error = REFUSED[name]
    with pytest.raises(error):
        make()


def test_mvlgamma_of_many_dimensions():
    assert torch.mvlgamma(torch.full((2,), 60.0), 99).tolist() == pytest.approx([12027.4834] * 2)


@pytest.mark.parametrize(
    "space",
    [torch, torch.nn.functional, torch.linalg, torch.fft, torch.special, torch.nn.init],
    ids=lambda s: s.__name__,
)
def test_every_public_function_can_be_pickled(space):
    for name, f in vars(space).items():
        if inspect.isfunction(f) and not name.startswith("_"):
            assert pickle.loads(pickle.dumps(f)) is f, name


def test_memory_is_shared_through_dlpack():
    t = torch.zeros(2, 3)
    torch.from_dlpack(t)[0, 0] = 1
    torch.utils.dlpack.from_dlpack(torch.utils.dlpack.to_dlpack(t.t()))[2, 1] = 2
    np.from_dlpack(t)[1, 0] = 3
    assert t.tolist() == [[1, 0, 0], [3, 0, 2]]
    assert torch.from_dlpack(torch.ones(2, dtype=torch.bfloat16)).dtype is torch.bfloat16


def test_storages_are_written_by_element():
    t = torch.arange(6.0).reshape(2, 3)
    t.untyped_storage().fill_(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        s = torch.FloatStorage([1.0, 2.0])
    assert (s.tolist(), s.dtype, s.nbytes()) == ([1.0, 2.0], torch.float32, 8)
    assert t.tolist() == [[0, 0, 0], [0, 0, 0]] and torch.is_storage(s)
    assert isinstance(s, torch.TypedStorage) and not isinstance(s, torch.LongStorage)


def test_every_listed_attribute_of_a_tensor_can_be_read():
    t = torch.ones(2, 2)
    for name in dir(t):
        if name not in ("imag", "volatile"):  # of complex numbers; which warns
            getattr(t, name)
    assert not {"_storage", "_aval", "_face"} & set(dir(t)), "what users do not know"


def test_a_deep_copy_of_a_sparse_tensor_has_its_gradient():
    t = torch.eye(2).to_sparse()
    t.grad = torch.ones(2, 2).to_sparse()
    copied = copy.deepcopy([t, t.grad])
    assert copied[0].grad is copied[1]
    assert copied[1] is not t.grad and copied[1].to_dense().tolist() == [[1, 1], [1, 1]]


def test_a_plus_sign_gives_the_tensor_itself():
    x = torch.ones(2)
    assert +x is x and torch.positive(x) is x and x.positive() is x
    for call in (lambda t: +t, torch.positive):
        with pytest.raises(RuntimeError, match="on a bool tensor is not supported"):
            call(torch.tensor(True))
