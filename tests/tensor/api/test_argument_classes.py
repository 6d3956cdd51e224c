"""Arguments of another class than a function takes are refused with a TypeError, whether the
function is an operator, composed of some, a constructor or a method."""

from __future__ import annotations

import inspect

import pytest

import torchish as torch
from tests import oracle
from tests.tensor import bad_calls

F = torch.nn.functional
X = torch.ones(2, 3)

# Functions of one tensor.
UNARY = [
    "abs",
    "add",
    "all",
    "amax",
    "angle",
    "any",
    "argmax",
    "argsort",
    "bincount",
    "cat",
    "ceil",
    "clone",
    "conj",
    "cos",
    "count_nonzero",
    "cov",
    "cumsum",
    "deg2rad",
    "det",
    "detach",
    "diag",
    "diagonal",
    "diff",
    "exp",
    "flatten",
    "flip",
    "fliplr",
    "floor",
    "histc",
    "imag",
    "is_complex",
    "is_floating_point",
    "isfinite",
    "isnan",
    "kthvalue",
    "log",
    "logsumexp",
    "mean",
    "median",
    "meshgrid",
    "mode",
    "moveaxis",
    "movedim",
    "nan_to_num",
    "narrow",
    "nonzero",
    "norm",
    "numel",
    "permute",
    "prod",
    "quantile",
    "ravel",
    "real",
    "relu",
    "repeat_interleave",
    "reshape",
    "roll",
    "rot90",
    "round",
    "rsqrt",
    "select",
    "sigmoid",
    "sign",
    "sin",
    "sort",
    "split",
    "sqrt",
    "squeeze",
    "stack",
    "std",
    "sum",
    "swapaxes",
    "t",
    "take",
    "tan",
    "tensor_split",
    "tile",
    "topk",
    "trace",
    "transpose",
    "tril",
    "triu",
    "unbind",
    "unfold",
    "unique",
    "unsqueeze",
    "var",
    "view_as_real",
    "vstack",
    "atleast_1d",
    "atleast_2d",
]


@pytest.mark.parametrize("name", [n for n in UNARY if hasattr(torch, n)])
@pytest.mark.parametrize("other", [object(), "a", b"a", {1: 2}], ids=lambda o: type(o).__name__)
def test_what_is_no_tensor_is_refused(name, other):
    with pytest.raises(TypeError):
        getattr(torch, name)(other)


REFUSED = {
    "a string as a dim": lambda: torch.flatten(X, "a"),
    "a float as a dim": lambda: torch.transpose(X, 0.5, 1),
    "a float as a size": lambda: torch.zeros(2.0),
    "bytes as a size": lambda: torch.zeros(b"ab"),
    "bytes as a dim": lambda: torch.unsqueeze(X, b"a"),
    "a float as a count": lambda: torch.topk(X, 2.0),
    "a number as a flag": lambda: torch.sum(X, 0, keepdim=1),
    "a number as a flag, by place": lambda: torch.sum(X, 0, 1),
    "a number as a flag of a composed one": lambda: torch.allclose(X, X, equal_nan=1),
    "a number as a flag of a maker": lambda: torch.zeros(2, requires_grad=1),
    "a number as a flag of a method": lambda: torch.ones(2).requires_grad_("a"),
    "one argument too many": lambda: torch.unsqueeze(X, 0, 1),
    "two too many": lambda: torch.add(X, 1, 1, 1),
    "an unknown name": lambda: torch.add(X, 1, foo=1),
    "a list as an index": lambda: torch.gather(X, 0, [1]),
    "a list as a weight": lambda: F.linear(X, [1]),
    "a list": lambda: F.dropout([1]),
    "a list of classes": lambda: F.one_hot([1]),
    "a number as an equation": lambda: torch.einsum(3, X),
    "a number as a class": lambda: X.type(3),
    "a class as a dtype": lambda: torch.ones(2, dtype=str),
    "a string as dims": lambda: X.permute("a"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_classes_are_refused(name):
    with pytest.raises(TypeError):
        REFUSED[name]()


def test_the_message_names_function_argument_and_class():
    for call, message in (
        (lambda: torch.squeeze([1]), "squeeze(): argument 'input' (position 1) must be Tensor"),
        (
            lambda: torch.chunk(X, "2"),
            "chunk(): argument 'chunks' (position 2) must be int, not str",
        ),
        (lambda: X.chunk("2"), "chunk(): argument 'chunks' (position 1) must be int, not str"),
        (lambda: torch.exp([1]), "exp(): argument 'input' (position 1) must be Tensor, not list"),
    ):
        with pytest.raises(TypeError) as refusal:
            call()
        assert str(refusal.value).startswith(message)


def test_help_shows_the_signature():
    shown = str(inspect.signature(torch.add))
    assert shown.startswith("(input, other, *, alpha=") and shown.endswith("out=None)")
    assert str(inspect.signature(torch.Tensor.add_)).startswith("(input, other, *, alpha=")
    for name in dir(torch):
        f = getattr(torch, name)
        if inspect.isfunction(f) and not name.startswith("_"):
            assert "<object object" not in str(inspect.signature(f)), name


def test_numbers_of_numpy_and_classes_of_python_will_do():
    import numpy as np

    assert torch.transpose(X, np.int64(0), np.int32(1)).shape == (3, 2)
    assert torch.ones(2, dtype=float).dtype is torch.float64
    assert torch.unsqueeze(X, torch.tensor(0)).shape == (1, 2, 3)


def test_known_gaps_are_gaps():
    """A sampled call that now raises what PyTorch raises is taken out of the list."""
    stored = oracle.stored("bad_calls")
    closed = [
        c for c in bad_calls.known_gaps() if oracle.result("bad_calls", "torchish", c) == stored[c]
    ]
    assert not closed
