"""Index tensors: what is out of range raises as in PyTorch, and where a negative index counts from
the end, it does."""

import pytest

import torchish

X = [[[float(12 * i + 4 * j + k) for k in range(4)] for j in range(3)] for i in range(2)]
ALONG = "RuntimeError: index {} is out of bounds for dimension 1 with size 3"
SELF = "IndexError: index out of range in self"
DATA = "RuntimeError: INDICES element is out of DATA bounds, id={} axis_dim=3"
BAG = "RuntimeError: Index 1 of input takes value {} which is not in the valid range [0, 3)"
# What to do with (torch, x, index), what it says, and the sum where -1 counts from the end.
CASES = {
    "gather": (lambda t, x, i: x.gather(1, t.tensor([[[i]]])), ALONG),
    "scatter": (lambda t, x, i: x.scatter(1, t.tensor([[[i]]]), 9.0), ALONG),
    "scatter_add": (lambda t, x, i: x.scatter_add(1, t.tensor([[[i]]]), t.ones(1, 1, 1)), ALONG),
    "scatter_reduce": (
        lambda t, x, i: x.scatter_reduce(1, t.tensor([[[i]]]), t.ones(1, 1, 1), "sum"),
        ALONG,
    ),
    "index_add": (lambda t, x, i: x.index_add(1, t.tensor([i]), t.ones(2, 1, 4)), SELF),
    "index_add to rows": (
        lambda t, x, i: x[0].index_add(0, t.tensor([i]), t.ones(1, 4)),
        "RuntimeError: index {} is out of bounds for dimension 0 with size 3",
    ),
    "index_reduce": (
        lambda t, x, i: x.index_reduce(1, t.tensor([i]), t.ones(2, 1, 4), "prod"),
        SELF,
    ),
    "index_copy": (
        lambda t, x, i: x.index_copy(1, t.tensor([i]), t.ones(2, 1, 4)),
        "IndexError: index_copy_(): index {} is out of bounds for dimension 1 with size 3",
    ),
    "index_select": (lambda t, x, i: x.index_select(1, t.tensor([i])), DATA),
    "rows": (lambda t, x, i: x[0].index_select(0, t.tensor([i])), SELF),
    "index_fill": (
        lambda t, x, i: x.index_fill(1, t.tensor([i]), 1.0),
        ("IndexError" + ALONG[12:], 160),
    ),
    "index": (
        lambda t, x, i: x[0][t.tensor([i])],
        ("IndexError: index {} is out of bounds for dimension 0 with size 3", 38),
    ),
    "embedding": (lambda t, x, i: t.nn.functional.embedding(t.tensor([i]), x[0]), SELF),
    "embedding_bag": (lambda t, x, i: t.nn.functional.embedding_bag(t.tensor([[0, i]]), x[0]), BAG),
    "cross_entropy": (
        lambda t, x, i: t.nn.functional.cross_entropy(x[0, :, :3], t.tensor([i, 0, 0])),
        "IndexError: Target {} is out of bounds.",
    ),
}


def said(torch, name: str, index: int):
    """The sum of the result, or the exception."""
    try:
        return float(CASES[name][0](torch, torch.tensor(X), index).sum())
    except Exception as e:
        return f"{type(e).__name__}: {e}"


def expected(name: str, index: int):
    words = CASES[name][1]
    if isinstance(words, tuple):
        words, total = words
        if index == -1:
            return total
    return words.format(index)


@pytest.mark.parametrize("index", [-1, -100, 3, 99])
@pytest.mark.parametrize("name", CASES)
def test_out_of_range(name, index):
    if (name, index) == ("cross_entropy", -100):
        pytest.skip("the value that is ignored")
    assert said(torchish, name, index) == expected(name, index)


def test_take_along_dim_takes_the_remainder():
    x = torchish.tensor(X)
    for index in range(-4, 8):
        line = torchish.take_along_dim(x, torchish.tensor([[[index]]]), 1)
        assert line.equal(x[:, index % 3 : index % 3 + 1])
    with pytest.raises(RuntimeError, match="index -1 is out of bounds for dimension 0 with"):
        print(torchish.take_along_dim(x, torchish.tensor([-1])))


@pytest.mark.oracle
def test_pytorch_says_the_same():
    torch = pytest.importorskip("torch")
    for name in CASES:
        for index in (-1, 3, 99) if name == "cross_entropy" else (-1, -100, 3, 99):
            assert said(torch, name, index) == expected(name, index), name
