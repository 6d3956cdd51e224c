"""Host kernels of gathering and scattering against XLA."""

from __future__ import annotations

import numpy as np
import pytest

import torchish as torch
from tests.host.table import arguments, hold, tensor
from torchish._core.engine.host import KERNELS, Unsupported
from torchish._core.ops.table import TABLE

DTYPES = ["float32", "int64", "bool", "bfloat16", "complex64"]


def idx(*values, dtype=torch.int64):
    return torch.tensor(values, dtype=dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_index(dtype):
    x = tensor((3, 4, 5), dtype)
    rows, columns = idx(0, 2, -1, 0), idx(1, 3, 1, -4)
    for indices in (
        [rows],
        [None, rows],
        [rows, columns],
        [None, rows, columns],
        [rows, None, columns],
        [rows[:, None], columns],
        [idx(2)[0]],
        [torch.zeros(0, dtype=torch.int64)],
        [rows[:2].reshape(2, 1).to(torch.int32)],
    ):
        hold("index", x, indices)


@pytest.mark.parametrize("dtype", DTYPES)
def test_index_put(dtype):
    x, rows, columns = tensor((3, 4, 5), dtype), idx(0, 2), idx(1, 3)
    for indices, shape in (
        ([rows], (2, 4, 5)),
        ([rows], ()),
        ([None, rows], (3, 2, 5)),
        ([rows, columns], (2, 5)),
        ([rows, None, columns], (2, 4)),
    ):
        hold("index_put", x, indices, tensor(shape, dtype, 3))
        hold("index_put", x, indices, tensor(shape, dtype, 3), True)
    if dtype == "float32":
        hold("index_put", x, [idx(1, 1, 0)], tensor((3, 4, 5), seed=4), True)


def test_masked_scatter():
    for dtype in DTYPES:
        mask = tensor((2, 3), "bool")
        hold("masked_scatter", tensor((2, 3), dtype), mask, tensor((8,), dtype, 2))
        hold("masked_scatter", tensor((3,), dtype), mask, tensor((2, 4), dtype, 2))


@pytest.mark.parametrize("dtype", DTYPES)
def test_gather(dtype):
    x = tensor((3, 4), dtype)
    hold("gather", x, 1, torch.tensor([[0, 3, 3], [1, 1, 2]]))
    hold("gather", x, 0, torch.tensor([[0, 2, 1, 0]]))
    hold("gather", x, -1, torch.zeros(3, 0, dtype=torch.int64))
    hold("gather", tensor((), dtype), 0, idx(0))
    hold("gather", tensor((4,), dtype), 0, idx(3, 3, 0))


@pytest.mark.parametrize("dtype", DTYPES)
def test_scatter(dtype):
    x, index = tensor((3, 4), dtype), torch.tensor([[0, 3, 1], [1, 0, 2]])
    hold("scatter", x, 1, index, tensor((2, 3), dtype, 2))
    hold("scatter", x, 1, index, tensor((3, 3), dtype, 2))
    hold("scatter", x, 1, index, value=1)
    hold("scatter", x, 0, torch.tensor([[0, 2, 1, 0]]), tensor((1, 4), dtype, 2))
    hold("scatter", x, 1, torch.zeros(3, 0, dtype=torch.int64), tensor((3, 0), dtype))
    hold("scatter", tensor((4,), dtype), 0, idx(2, 0), tensor((2,), dtype, 2))
    if dtype == "bfloat16":
        return
    repeated = torch.tensor([[0, 0, 1], [1, 1, 1]])
    hold("scatter_add", x, 1, repeated, tensor((2, 3), dtype, 2))
    hold("scatter", x, 1, repeated, tensor((2, 3), dtype, 2), reduce="add")
    hold("scatter_add", tensor((4,), dtype), 0, idx(2, 2, 0), tensor((3,), dtype, 2))


@pytest.mark.parametrize("reduce", ["sum", "mean", "prod", "amax", "amin"])
def test_scatter_reduce(reduce):
    index = torch.tensor([[0, 0, 1], [1, 1, 1]])
    for include in (True, False):
        dtypes = ("float32", "int64") if reduce in ("sum", "mean") else ("int64",)
        for dtype in dtypes:
            x, src = tensor((2, 4), dtype), tensor((2, 3), dtype, 2)
            hold("scatter_reduce", x, 1, index, src, reduce, include_self=include)


@pytest.mark.parametrize("dtype", DTYPES)
def test_rows(dtype):
    x = tensor((3, 4), dtype)
    for index in (idx(0, 2, 2), idx(1, dtype=torch.int32), idx(1)[0]):
        hold("index_select", x, 0, index)
        hold("index_select", x, -1, index)
    hold("index_select", tensor((), dtype), 0, idx(0))
    hold("index_copy", x, 0, idx(2, 0), tensor((2, 4), dtype, 2))
    hold("index_copy", x, 1, idx(2, 0), tensor((3, 2), dtype, 2))
    hold("index_fill", x, 1, idx(2, -1), 1)
    hold("index_fill", x, 0, idx(2), tensor((), dtype, 3))
    if dtype not in ("bool", "bfloat16"):
        hold("index_add", x, 0, idx(2, 0, 2), tensor((3, 4), dtype, 2))
        hold("index_add", x, 1, idx(2, 2), tensor((3, 2), dtype, 2), alpha=2)


@pytest.mark.parametrize("dtype", DTYPES)
def test_flat_places(dtype):
    x = tensor((3, 4), dtype)
    hold("take", x, torch.tensor([[0, -1], [5, 5]]))
    hold("put", x, idx(0, -1, 5), tensor((3,), dtype, 2))
    hold("put", x, idx(0, -1, 5, 5), tensor((4,), dtype, 2), True)
    hold("take_along_dim", x, torch.tensor([[0, 3], [-1, 1], [2, 2]]), 1)
    hold("take_along_dim", x, torch.tensor([[0, 2]]), 1)
    hold("take_along_dim", tensor((1, 4), dtype), torch.tensor([[0], [3], [3]]), 1)
    hold("take_along_dim", x, idx(0, 11, 3))


def test_embedding():
    table = tensor((5, 3))
    for index in (idx(0, 4, 4), torch.tensor([[1, 1], [0, 2]]), idx(3)[0], torch.zeros(0).long()):
        hold("nn.functional.embedding", index, table)
        hold("nn.functional.embedding", index, table, 1)
        hold("nn.functional.embedding", index, table, -1, None, 2.0, True)
    hold("nn.functional.embedding", idx(0, 4, 4), tensor((5, 3), "bfloat16"))
    hold("nn.functional.embedding", idx(1, dtype=torch.int32), tensor((5, 3), "float64"))


def test_one_hot():
    for index in (idx(0, 3), torch.tensor([[1], [2]]), idx(3)[0]):
        hold("_one_hot", index, 4)


OUTSIDE = [
    ("gather", np.zeros((2, 3)), 1, np.array([[-1]])),
    ("gather", np.zeros((2, 3)), 1, np.array([[3]])),
    ("index", np.zeros((2, 3)), [np.array([2])]),
    ("index", np.zeros((2, 3)), [np.array([0]), np.array([-4])]),
    ("index_select", np.zeros((2, 3)), 0, np.array([-1])),
    ("index_put", np.zeros((2, 3)), [np.array([2])], np.zeros(3)),
    ("scatter", np.zeros((2, 3)), 1, np.array([[-1]]), np.zeros((1, 1))),
    ("scatter_add", np.zeros((2, 3)), 1, np.array([[3]]), np.zeros((1, 1))),
    ("index_add", np.zeros((2, 3)), 0, np.array([-1]), np.zeros((1, 3))),
    ("index_fill", np.zeros((2, 3)), 0, np.array([2]), 1.0),
    ("take", np.zeros((2, 3)), np.array([6])),
    ("put", np.zeros((2, 3)), np.array([-7]), np.zeros(1)),
    ("nn.functional.embedding", np.array([-1]), np.zeros((2, 3))),
    ("nn.functional.embedding", np.array([2]), np.zeros((2, 3))),
    ("_one_hot", np.array([4]), 4),
]


@pytest.mark.parametrize("name, args", [(name, args) for name, *args in OUTSIDE])
def test_nothing_outside_is_read(name, args):
    params = TABLE[name].params
    given = dict(zip([p.name for p in params], arguments(name, tuple(args), {}), strict=True))
    with pytest.raises((Unsupported, IndexError)):
        KERNELS[name].forward(**given)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_halves_added_one_by_one(dtype):
    """PyTorch rounds at each number in all of these but `index_add` of rows, which rounds a sum."""
    one, least = (
        torch.ones((), dtype=getattr(torch, dtype)),
        2.0**-11 if dtype == "float16" else 2**-8,
    )
    many = torch.full((64,), least, dtype=one.dtype)
    places = torch.zeros(64, dtype=torch.int64)
    assert one.reshape(1).put(places, many, accumulate=True).item() == 1
    assert one.reshape(1).index_put((places,), many, accumulate=True).item() == 1
    assert one.reshape(1).index_add(0, places, many).item() == 1
    assert one.reshape(1, 1).index_add(0, places, many[:, None] / 2, alpha=2).item() == 1
    assert one.reshape(1, 1).index_add(0, places, many[:, None]).item() == 1 + 64 * least


def test_complex_products_round_as_mul():
    torch.manual_seed(0)
    x, s = torch.randn(40, dtype=torch.complex64), torch.randn(40, dtype=torch.complex64)
    places = torch.arange(40) // 3
    wanted = x.clone()
    for i, p in enumerate(places.tolist()):
        wanted[p] *= s[i]
    assert torch.equal(x.scatter_reduce(0, places, s, "prod"), wanted)
