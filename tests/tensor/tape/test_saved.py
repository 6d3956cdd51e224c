"""Backward refuses when what an operator's gradient needs was modified in place since, as PyTorch
does, and only then."""

from __future__ import annotations

import warnings

import pytest

import torchish

# name: what it computes of a, b, c; their shapes; and by which of them require grad (1 or 0 each),
# whether backward raises (X) after a write to a, to b, to c and to the result.
CASES = {
    "add": (lambda torch, F, a, b: a + b, ((3,), (3,)), "10:... 01:... 11:..."),
    "sub": (lambda torch, F, a, b: a - b, ((3,), (3,)), "10:... 01:... 11:..."),
    "mul": (lambda torch, F, a, b: a * b, ((3,), (3,)), "10:.X. 01:X.. 11:XX."),
    "mul number": (lambda torch, F, a: a * 2, ((3,),), "1:.."),
    "div": (lambda torch, F, a, b: a / b, ((3,), (3,)), "10:.X. 01:XX. 11:XX."),
    "div number": (lambda torch, F, a: a / 2, ((3,),), "1:.."),
    "number div": (lambda torch, F, a: 2 / a, ((3,),), "1:.."),
    "pow": (lambda torch, F, a, b: a**b, ((3,), (3,)), "10:XXX 01:XXX 11:XXX"),
    "square": (lambda torch, F, a: a**2, ((3,),), "1:X."),
    "number pow": (lambda torch, F, a: 2.0**a, ((3,),), "1:XX"),
    "neg": (lambda torch, F, a: -a, ((3,),), "1:.."),
    "matmul": (lambda torch, F, a, b: a @ b, ((2, 3), (3, 2)), "10:.X. 01:X.. 11:XX."),
    "batches": (lambda torch, F, a, b: a @ b, ((2, 2, 3), (2, 3, 2)), "10:.X. 01:X.. 11:XX."),
    "dot": (lambda torch, F, a, b: a @ b, ((3,), (3,)), "10:.X. 01:X.. 11:XX."),
    "addmm": (
        lambda torch, F, a, b, c: torch.addmm(a, b, c),
        ((2, 2), (2, 3), (3, 2)),
        "100:.... 010:..X. 111:.XX.",
    ),
    "addcmul": (
        lambda torch, F, a, b, c: torch.addcmul(a, b, c),
        ((3,), (3,), (3,)),
        "100:.... 010:..X. 111:.XX.",
    ),
    "addcdiv": (
        lambda torch, F, a, b, c: torch.addcdiv(a, b, c),
        ((3,), (3,), (3,)),
        "100:..X. 001:.XX. 111:.XX.",
    ),
    "lerp": (lambda torch, F, a, b: torch.lerp(a, b, 0.3), ((3,), (3,)), "10:... 11:..."),
    "linear": (
        lambda torch, F, a, b, c: F.linear(a, b, c),
        ((2, 3), (4, 3), (4,)),
        "100:.X.. 010:X... 001:.... 111:XX..",
    ),
    "conv": (
        lambda torch, F, a, b, c: F.conv1d(a, b, c),
        ((1, 2, 4), (2, 2, 3), (2,)),
        "100:XX.. 001:XX.. 111:XX..",
    ),
    "layer norm": (
        lambda torch, F, a, b, c: F.layer_norm(a, (3,), b, c),
        ((2, 3), (3,), (3,)),
        "100:XXX. 111:XXX.",
    ),
    "batch norm": (
        lambda torch, F, a, b, c: F.batch_norm(a, None, None, b, c, True),
        ((4, 3), (3,), (3,)),
        "100:XX.. 001:XX.. 111:XX..",
    ),
    "softmax": (lambda torch, F, a: F.softmax(a, -1), ((2, 3),), "1:.X"),
    "log_softmax": (lambda torch, F, a: F.log_softmax(a, -1), ((2, 3),), "1:.X"),
    "mse": (lambda torch, F, a, b: F.mse_loss(a, b), ((3,), (3,)), "10:XX. 01:XX. 11:XX."),
    "l1": (lambda torch, F, a, b: F.l1_loss(a, b), ((3,), (3,)), "10:... 01:... 11:..."),
    "cross entropy": (
        lambda torch, F, a: F.cross_entropy(a, torch.tensor([0, 1])),
        ((2, 3),),
        "1:..",
    ),
    "nll": (lambda torch, F, a: F.nll_loss(a, torch.tensor([0, 1])), ((2, 3),), "1:X."),
    "sum": (lambda torch, F, a: a.sum(), ((3,),), "1:.."),
    "mean": (lambda torch, F, a: a.mean(), ((3,),), "1:.."),
    "prod": (lambda torch, F, a: a.prod(), ((3,),), "1:XX"),
    "norm": (lambda torch, F, a: a.norm(), ((3,),), "1:XX"),
    "var": (lambda torch, F, a: a.var(), ((3,),), "1:X."),
    "logsumexp": (lambda torch, F, a: torch.logsumexp(a, 0), ((3,),), "1:XX"),
    "clamp": (lambda torch, F, a: a.clamp(0.3, 0.6), ((3,),), "1:X."),
    "maximum": (lambda torch, F, a, b: torch.maximum(a, b), ((3,), (3,)), "10:XX. 01:XX. 11:XX."),
    "hypot": (lambda torch, F, a, b: torch.hypot(a, b), ((3,), (3,)), "10:X.X 01:.XX 11:XXX"),
    "where": (
        lambda torch, F, a, b: torch.where(torch.tensor([True, False, True]), a, b),
        ((3,), (3,)),
        "11:...",
    ),
    "cat": (lambda torch, F, a, b: torch.cat([a, b]), ((3,), (3,)), "11:..."),
    "pool": (lambda torch, F, a: F.max_pool2d(a, 2), ((1, 1, 4, 4),), "1:X."),
    "max": (lambda torch, F, a: a.max(), ((3,),), "1:XX"),
    "max of pairs": (lambda torch, F, a, b: torch.max(a, b), ((3,), (3,)), "10:XX. 01:XX. 11:XX."),
    "max over a dim": (lambda torch, F, a: a.max(0).values, ((3,),), "1:.."),
    "sgn": (lambda torch, F, a: a.sgn(), ((3,),), "1:XX"),
    "inv": (lambda torch, F, a: torch.linalg.inv(a + torch.eye(2)), ((2, 2),), "1:.X"),
    "cosine": (
        lambda torch, F, a, b: F.cosine_similarity(a, b, 0),
        ((3,), (3,)),
        "10:X.. 01:.X. 11:XX.",
    ),
    "attention": (
        lambda torch, F, a, b, c: F.scaled_dot_product_attention(a, b, c),
        ((1, 1, 2, 3), (1, 1, 2, 3), (1, 1, 2, 3)),
        "100:XXXX 001:XXXX 111:XXXX",
    ),
    "einsum": (
        lambda torch, F, a, b: torch.einsum("ij,jk->ik", a, b),
        ((2, 3), (3, 2)),
        "10:.X. 01:X.. 11:XX.",
    ),
    "einsum of one": (lambda torch, F, a: torch.einsum("ij->ji", a), ((2, 3),), "1:.."),
    "clone": (lambda torch, F, a: a.clone(), ((3,),), "1:.."),
    "cast": (lambda torch, F, a: a.double(), ((3,),), "1:.."),
}
SAVE_RESULT = "exp exp2 expm1 sqrt rsqrt tan tanh sigmoid reciprocal relu"
SAVE_INPUT = """
    log log2 log10 log1p sin cos asin acos atan sinh cosh abs square erf
    gelu silu elu leaky_relu softplus mish hardtanh hardswish logsigmoid
"""


def _unary(name: str):
    return lambda torch, F, a: getattr(torch if hasattr(torch, name) else F, name)(a)


CASES |= {name: (_unary(name), ((3,),), "1:.X") for name in SAVE_RESULT.split()}
CASES |= {name: (_unary(name), ((3,),), "1:X.") for name in SAVE_INPUT.split()}
MODIFIED = "has been modified by an inplace operation"


def behaviour(torch, formula, shapes, patterns: str) -> str:
    """A library's own row of the table above."""
    rows = []
    for pattern in [row.partition(":")[0] for row in patterns.split()]:
        row = ""
        for touched in range(len(shapes) + 1):
            inputs = []
            for shape, grad in zip(shapes, pattern):
                t = torch.linspace(0.2, 0.8, torch.Size(shape).numel()).reshape(shape).clone()
                inputs.append(t.requires_grad_(grad == "1").clone())
            y = formula(torch, torch.nn.functional, *inputs)
            with torch.no_grad():
                [*inputs, y][touched].add_(0)
            try:
                y.sum().backward()
                row += "."
            except RuntimeError as e:
                assert MODIFIED in str(e)
                row += "X"
        rows.append(f"{pattern}:{row}")
    return " ".join(rows)


@pytest.mark.parametrize("name", CASES)
def test_what_is_saved(name):
    assert behaviour(torchish, *CASES[name]) == CASES[name][2]


@pytest.mark.oracle
def test_what_pytorch_saves():
    torch = pytest.importorskip("torch")
    for name, case in CASES.items():
        assert behaviour(torch, *case) == case[2], name


# --- how it comes about, and what it says


def of_a_leaf(torch, a):
    w = torch.ones(3, requires_grad=True)
    y = a * w
    with torch.no_grad():
        w.add_(1)
    return y


def of_an_intermediate(torch, a):
    x = a + 1
    y = x * x
    x.add_(1)
    return y


def of_a_result(torch, a):
    y = a.exp()
    y.mul_(2)
    return y


def of_a_result_in_place(torch, a):
    x = (a * 1).exp_()
    x.mul_(2)
    return x


def of_itself(torch, a):
    x = a * 1
    return x.mul_(x)


def of_a_result_in_a_view(torch, a):
    x = a * 1
    x[0].exp_()
    x[1].mul_(2)
    return x


def through_detach(torch, a):
    x = a * 1
    y = x * x
    x.detach().add_(1)
    return y


def through_another_view(torch, a):
    x = a * 1
    y = x.view(-1).sigmoid()
    y.view(2, 3)[0, 0] = 1
    return y


def of_a_parameter_by_an_optimizer(torch, a):
    w = torch.ones(3, requires_grad=True)
    y = a * w
    w.grad = torch.ones(3)
    torch.optim.SGD([w], lr=0.1).step()
    return y


def of_an_index(torch, a):
    i = torch.tensor([0, 1])
    y = a.index_select(0, i)
    i.fill_(0)
    return y


def of_halves(torch, a):
    x = a.half() * 1
    y = x * x
    x.mul_(2)
    return y


RAISE = [f for f in (of_a_leaf, of_an_intermediate, of_a_result, of_a_result_in_place, of_itself)]
RAISE += [of_a_result_in_a_view, through_detach, through_another_view]
RAISE += [of_a_parameter_by_an_optimizer, of_an_index, of_halves]


def add_then_in_place(torch, a):
    return (a + 1).mul_(2).add_(a)


def relu_in_place_after_conv(torch, a):
    w = torch.ones(1, 1, 2, requires_grad=True)
    return torch.nn.functional.conv1d(a.view(2, 1, 3), w).relu_()


def in_place_by_a_tensor(torch, a):
    return (a * 1).mul_(a * 2)


def an_operand_that_nothing_needs(torch, a):
    x = a * 1
    y = x * torch.ones(3)
    x.mul_(2)
    return y


def through_data(torch, a):
    x = a * 1
    y = x * x
    x.data[0].add_(1)
    return y


def data_replaced(torch, a):
    w = torch.ones(3, requires_grad=True)
    y = a * w
    w.data = torch.zeros(3)
    return y


def before_the_operator(torch, a):
    x = a * 1
    x.add_(1)
    return x.exp()


def a_clone(torch, a):
    x = a * 1
    y = x.clone() * x
    x.clone().add_(1)
    return y


FINE = [add_then_in_place, relu_in_place_after_conv, in_place_by_a_tensor]
FINE += [an_operand_that_nothing_needs, through_data, data_replaced, before_the_operator, a_clone]


def raised(torch, program) -> str | None:
    a = (torch.arange(6.0).reshape(2, 3) / 6).requires_grad_()
    y = program(torch, a)
    try:
        y.sum().backward()
    except RuntimeError as e:
        return str(e)
    return None


@pytest.mark.parametrize("program", RAISE, ids=lambda f: f.__name__)
def test_raises(program):
    assert MODIFIED in raised(torchish, program)


@pytest.mark.parametrize("program", FINE, ids=lambda f: f.__name__)
def test_does_not_raise(program):
    assert raised(torchish, program) is None


@pytest.mark.oracle
@pytest.mark.parametrize("program", RAISE + FINE, ids=lambda f: f.__name__)
def test_says_what_pytorch_says(program):
    assert raised(torchish, program) == raised(pytest.importorskip("torch"), program)


def test_anomaly_mode_has_another_hint():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with torchish.autograd.set_detect_anomaly(True):
            assert "Good luck!" in raised(torchish, of_an_intermediate)


def test_a_graph_that_is_kept_raises_only_after_the_write():
    x = torchish.ones(3, requires_grad=True) * 1
    y = (x * x).sum()
    y.backward(retain_graph=True)
    x.add_(1)
    with pytest.raises(RuntimeError, match=MODIFIED):
        y.backward()
