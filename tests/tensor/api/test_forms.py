"""Forms that PyTorch programs use and that had been refused, or answered otherwise: index lists,
masks of bytes, positional factors, sizes that are tensors, halves beside numbers, casts out of
range, memory formats. The expectations are PyTorch's."""

import copy
import io
import operator
import pickle
import warnings

import numpy as np
import pytest

import torchish as torch
from torchish._core.engine import runners
from torchish.nn import functional as F


def x():
    return torch.arange(12.0).reshape(3, 4)


@pytest.fixture(params=["host", "compiled"], autouse=True)
def tier(request, monkeypatch):
    """Both forms of an operator."""
    monkeypatch.setattr(runners, "ENABLED", request.param == "host")


INDICES = {
    "two lists": ([[0, 1], [1, 2]], [1.0, 6.0]),
    "two tuples": ([(0, 1), (1, 2)], [1.0, 6.0]),
    "two arrays": ([np.array([0, 1]), np.array([1, 2])], [1.0, 6.0]),
    "a slice": ([0, slice(None)], [0.0, 1.0, 2.0, 3.0]),
    "none": ([None, 0], [[0.0, 1.0, 2.0, 3.0]]),
    "an ellipsis": ([Ellipsis, 0], [0.0, 4.0, 8.0]),
    "a list and an int": ([[0, 1], 1], [1.0, 5.0]),
    "one list in a list": ([[True, False, True]], [[0.0, 1, 2, 3], [8, 9, 10, 11]]),
    "a range in a list": ([range(2)], [[0.0, 1, 2, 3], [4, 5, 6, 7]]),
    "ints": ([0, 1], [[0.0, 1, 2, 3], [4, 5, 6, 7]]),
    "a float": ([1.5], [[4.0, 5, 6, 7]]),
    "nested twice": ([[0, 1], [[1, 2]]], [[1.0, 6.0]]),
}


@pytest.mark.parametrize("name", INDICES)
def test_a_list_with_sequences_is_a_tuple_of_indices(name):
    index, expected = INDICES[name]
    assert x()[index].tolist() == expected
    written = x()
    written[index] = -1.0
    assert written[index].eq(-1).all()
    assert int(written.eq(-1).sum()) == torch.tensor(expected).numel()


def test_tensors_in_a_list_are_indices_and_33_ints_are_one_list():
    assert x()[[torch.tensor([0, 1]), torch.tensor([1, 2])]].tolist() == [1.0, 6.0]
    assert x()[[torch.tensor(1), torch.tensor(2)]].item() == 6
    assert torch.arange(40)[[0] * 33].shape == (33,)


def test_a_byte_is_a_mask_at_any_dimension():
    one, none = torch.tensor(1, dtype=torch.uint8), torch.tensor(0, dtype=torch.uint8)
    assert x()[one].shape == (1, 3, 4)
    assert x()[none].shape == (0, 3, 4)
    assert x()[0, one].shape == (1, 4)
    t = x()
    t[none] = -1.0
    assert t.tolist() == x().tolist()
    with pytest.warns(UserWarning, match="torch.uint8 is now deprecated"):
        rows = x()[torch.tensor([1, 0, 1], dtype=torch.uint8)]
    assert rows.shape == (2, 4)
    with pytest.raises(RuntimeError, match="only supports boolean masks"):
        t[torch.tensor([1, 0, 1], dtype=torch.uint8)] = 0.0


a, b, m = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0]), torch.eye(2) * 2
LEGACY = {
    "addcdiv_": (lambda: a.clone().addcdiv_(-1, a, b), [1 - 1 / 3, 1.5]),
    "addcmul": (lambda: torch.addcmul(a, 0.5, a, b), [2.5, 6.0]),
    "add": (lambda: a.add(2, b), [7.0, 10.0]),
    "sub_": (lambda: a.clone().sub_(2, b), [-5.0, -6.0]),
    "addmm": (lambda: torch.addmm(1, m, 2, m, m), [[10.0, 0.0], [0.0, 10.0]]),
    "addmm of beta": (lambda: m.addmm(2, m, m), [[8.0, 0.0], [0.0, 8.0]]),
    "addmv": (lambda: a.addmv(1, 2, m, b), [13.0, 18.0]),
    "addr": (lambda: torch.addr(1, m, 2, a, b), [[8.0, 8.0], [12.0, 18.0]]),
    "baddbmm": (lambda: torch.baddbmm(1, m[None], 2, m[None], m[None])[0], [[10, 0], [0, 10]]),
}


@pytest.mark.parametrize("name", LEGACY)
def test_factors_in_front(name):
    call, expected = LEGACY[name]
    with pytest.warns(UserWarning, match="This overload of .* is deprecated"):
        r = call()
    np.testing.assert_allclose(r.numpy(), expected, rtol=1e-6)


def test_surplus_arguments_are_still_refused():
    for call in (lambda: a.add(2, 3), lambda: a.addcmul(a, a, a), lambda: torch.add(a, "s", b)):
        with pytest.raises(TypeError):
            call()


def test_tensors_without_dimensions_as_sizes():
    n, six = torch.tensor(3), torch.arange(6.0)
    assert [len(p) for p in six.split(n)] == [3, 3]
    assert len(six.chunk(n)) == 3
    assert six.flip(n - 3).tolist() == [5, 4, 3, 2, 1, 0]
    assert six.tile(n).shape == six.repeat(n).shape == (18,)
    assert six[None].squeeze(n - 3).shape == (6,)
    assert six.view(2, 3).movedim(n - 3, n - 2).shape == (3, 2)
    with pytest.raises(TypeError, match="missing 1 required"):
        six.flip()


@pytest.mark.parametrize("dtype", [torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64])
def test_floats_that_an_integer_dtype_does_not_hold(dtype):
    values = [float("nan"), float("inf"), float("-inf"), 1e20, 3000000001.0, 65537.0, -129.0]
    low, least = -(2**31), -(2**63)
    expected = {
        torch.int8: [0, 0, 0, 0, 0, 1, 127],
        torch.uint8: [0, 0, 0, 0, 1, 1, 127],
        torch.int16: [0, 0, 0, 0, 0, 1, -129],
        torch.int32: [low, low, low, low, low, 65537, -129],
        torch.int64: [least, least, least, least, 3000000001, 65537, -129],
    }[dtype]
    assert torch.tensor(values, dtype=torch.float64).to(dtype).tolist() == expected


def test_a_number_is_rounded_to_the_half_beside_it_or_not():
    h = torch.tensor([8.8203, 2.0], dtype=torch.float16)
    f, near = h.float(), float(torch.tensor(0.3).half())
    assert near != 0.3
    for op in (torch.remainder, torch.fmod, torch.add, torch.sub):
        assert torch.equal(op(h, 0.3), op(f, near).half())
    for op in (torch.mul, torch.div):
        assert torch.equal(op(h, 0.3), op(f, 0.3).half())
    assert h.remainder(0.3)[0].item() == 0.118896484375


@pytest.mark.filterwarnings("ignore:Using a target size")
def test_promotion_of_what_is_expanded_first():
    wide = torch.tensor(2.0, dtype=torch.float64)
    for f in (F.mse_loss, F.l1_loss, F.smooth_l1_loss, torch.kron):
        assert f(a, wide).dtype is torch.float64
    assert F.huber_loss(torch.ones(1).half(), torch.zeros(1)).dtype is torch.float16
    assert F.huber_loss(torch.ones(1), torch.zeros(1).half()).dtype is torch.float32
    assert torch.vander(torch.tensor([1, 2], dtype=torch.int8)).dtype is torch.int64
    assert torch.tensor(1 + 2j).H.item() == 1 - 2j
    with pytest.raises(RuntimeError, match="without overflow"):
        torch.where(a > 1, a, 1e39)


LAST = torch.channels_last
KEPT = {
    "conv": torch.nn.Conv2d(4, 8, 3),
    "transposed conv": torch.nn.ConvTranspose2d(4, 8, 3),
    "batch norm": torch.nn.BatchNorm2d(4),
    "group norm": torch.nn.GroupNorm(2, 4),
    "max pool": torch.nn.MaxPool2d(2),
    "average pool": torch.nn.AdaptiveAvgPool2d(3),
    "bilinear": torch.nn.Upsample(scale_factor=2, mode="bilinear"),
    "dropout": torch.nn.Dropout(),
    "pad": torch.nn.ZeroPad2d(1),
    "prelu": torch.nn.PReLU(),
    "cat": lambda t: torch.cat([t, t], 1),
    "rand_like": torch.rand_like,
}


@pytest.mark.parametrize("name", KEPT)
def test_channels_last_is_kept(name):
    image = torch.arange(288.0).reshape(2, 4, 6, 6)
    f = KEPT[name]
    torch.manual_seed(0)
    plain = f(image)
    assert plain.is_contiguous()
    kept = f(image.contiguous(memory_format=LAST))
    assert kept.is_contiguous(memory_format=LAST) and not kept.is_contiguous()
    if name not in ("dropout", "rand_like", "batch norm"):
        assert torch.equal(kept, plain)


def test_a_gradient_lies_as_its_leaf_does():
    image = torch.ones(2, 4, 6, 6).contiguous(memory_format=LAST).requires_grad_()
    conv = torch.nn.Conv2d(4, 8, 3)
    conv(image).sum().backward()
    assert image.grad.is_contiguous(memory_format=LAST) and conv.weight.grad.is_contiguous()


def test_memory_that_is_read_and_written_at_once():
    s = torch.tensor([1.0, 2.0, 3.0])
    index = torch.tensor([0, 1, 2])
    for call in (
        lambda: s.scatter_(0, index, s),
        lambda: s.index_add_(0, index, s),
        lambda: torch.gather(s, 0, index, out=s),
        lambda: torch.add(s[1:], 1, out=s[:-1]),
        lambda: s.__setitem__(index, s),
        lambda: torch.cat([s, s], out=s),
    ):
        with pytest.raises(RuntimeError, match="refer to a single memory location"):
            call()
    assert torch.add(s, 1, out=s).tolist() == [2.0, 3.0, 4.0]


def test_out_of_another_dtype():
    wide = torch.empty((), dtype=torch.float64)
    for f in (torch.sum, torch.mean, torch.prod, torch.std, torch.logsumexp, torch.nansum):
        assert f(a, 0, out=wide) is wide
    assert torch.logical_and(a, b, out=torch.empty(2)).tolist() == [1.0, 1.0]
    assert torch.all(a > 0, 0, out=torch.empty((), dtype=torch.uint8)).item() == 1
    with pytest.raises(RuntimeError):
        torch.any(a > 0, 0, out=torch.empty(()))
    assert torch.bucketize(torch.tensor([1, 3]), torch.tensor([1.5, 2.5])).tolist() == [0, 2]


class Other:
    """Something that knows how to stand on the right of an operator."""

    def __radd__(self, other):
        return "added"

    __rmul__ = __rsub__ = __rtruediv__ = __rpow__ = __rfloordiv__ = __rmod__ = __radd__


def test_operators_in_place_ask_the_other_operand():
    t = torch.ones(2)
    t += Other()
    assert t == "added"
    t = torch.ones(2)
    t **= Other()
    assert t == "added"
    with pytest.raises(TypeError):
        t = torch.ones(2)
        t *= "s"


def test_constructors_and_parts():
    t = torch.tensor([1 + 2j, 3j])
    t.real = torch.tensor([5.0, 6.0])
    t.imag = 9.0
    assert t.tolist() == [5 + 9j, 6 + 9j]
    assert reversed(torch.tensor([[1], [2]])).tolist() == [[2], [1]]
    assert torch.empty(2, 3, 4, 5, memory_format=LAST).stride() == (60, 1, 15, 3)
    with pytest.raises(RuntimeError, match="required rank 4 tensor"):
        torch.empty(2, 3, memory_format=LAST)
    assert a.new(b).tolist() == b.tolist() and a.new(size=(2, 3)).shape == (2, 3)
    assert torch.Tensor(a.untyped_storage()).tolist() == a.tolist()
    with pytest.raises(RuntimeError, match="overflow"):
        torch.zeros(3).resize_(2**62, 2**10)
    assert repr(torch.zeros(2, device="meta")) == "tensor(..., device='meta', size=(2,))"


NAMED = ["nn.functional.gelu", "nn.functional.conv2d", "nn.functional.cross_entropy"]
NAMED += ["linalg.norm", "fft.fft", "special.erf", "zeros", "randn"]
NAMED += ["Tensor.float", "Tensor.add_", "Tensor.__add__"]


@pytest.mark.parametrize("name", NAMED)
def test_functions_are_pickled_by_their_names(name):
    f = operator.attrgetter(name)(torch)
    assert pickle.loads(pickle.dumps(f)) is f


def test_modules_with_hooks_and_computed_weights_are_pickled():
    lazy = pickle.loads(pickle.dumps(torch.nn.LazyLinear(3)))
    assert lazy(torch.ones(2, 4)).shape == (2, 3) and type(lazy) is torch.nn.Linear
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        normed = torch.nn.utils.weight_norm(torch.nn.Linear(4, 3))
    pruned = torch.nn.utils.prune.l1_unstructured(torch.nn.Linear(4, 3), "weight", 0.5)
    for module in (normed, pruned):
        again = pickle.loads(pickle.dumps(module))
        assert torch.equal(again(torch.ones(1, 4)), module(torch.ones(1, 4)))
    y = pickle.loads(pickle.dumps(torch.ones(2, requires_grad=True) * 2))
    assert y.is_leaf and y.requires_grad
    best = pickle.loads(pickle.dumps(x().max(0)))
    assert best.values.tolist() == [8.0, 9.0, 10.0, 11.0]
    assert pickle.loads(pickle.dumps(torch.zeros(2, device="meta"))).is_meta
    with pytest.raises(RuntimeError, match="deepcopy"):
        copy.deepcopy(torch.ones(2, requires_grad=True) * 2)
    torch.save(normed, io.BytesIO())


def test_cells_take_states_of_their_batch_only():
    inputs, state = torch.zeros(4, 2), torch.zeros(1, 3)
    for cell, hidden in (
        (torch.nn.RNNCell(2, 3), state),
        (torch.nn.GRUCell(2, 3), state),
        (torch.nn.LSTMCell(2, 3), (state, state)),
        (torch.nn.LSTMCell(2, 3), (torch.zeros(4, 3), state)),
    ):
        with pytest.raises(RuntimeError, match="Input batch size 4 doesn't match hidden"):
            cell(inputs, hidden)
    with pytest.raises(RuntimeError, match="inconsistent input_size"):
        torch.nn.RNNCell(2, 3)(torch.zeros(4, 5), torch.zeros(4, 3))


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_bags_of_int32(mode):
    ids, offsets = torch.tensor([0, 1, 1], dtype=torch.int32), torch.tensor([0, 1])
    weight = torch.arange(6.0).view(3, 2)
    expected = F.embedding_bag(ids.long(), weight, offsets, mode=mode)
    assert torch.equal(F.embedding_bag(ids, weight, offsets.int(), mode=mode), expected)
    with pytest.raises(RuntimeError, match="takes value 7"):
        F.embedding_bag(ids + 7, weight, offsets, mode=mode).sum().item()


def test_the_version_compares_as_pytorchs():
    v = torch.__version__
    assert v.startswith("2.13.0") and v >= (1, 8) and v > "2.2" and v >= "2.13.0" and v < "3"
    assert v < "2.14.0.dev1" and v != "2.13.0" and v == str(v)


def test_the_gradient_of_a_distance_of_equal_points():
    for p in (1.0, 2.0, 3.0):
        points = torch.zeros(3, 2, requires_grad=True)
        F.pdist(points, p).sum().backward()
        assert points.grad.eq(0).all()
    t = torch.zeros(2, requires_grad=True)
    F.smooth_l1_loss(t, torch.zeros(2), beta=0.0).backward()
    assert t.grad.eq(0).all()
