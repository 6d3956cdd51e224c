"""Dual tensors: what a level holds, where tangents go, and what is refused."""

from __future__ import annotations

import gc
import importlib
import math
import weakref

import pytest

import torchish as torch
from torchish.autograd import forward_ad as fw


@pytest.fixture
def level():
    with fw.dual_level() as number:
        yield number


def dual(values, tangent):
    return fw.make_dual(torch.tensor(values), torch.tensor(tangent))


def tangent_of(t):
    return fw.unpack_dual(t).tangent


def test_a_level_is_the_only_one_and_ends_with_its_tangents():
    x, t = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])
    with fw.dual_level() as number:
        assert number == 0
        d = fw.make_dual(x, t)
        y = d * d
        with pytest.raises(RuntimeError, match="Nested forward mode AD"):
            fw.enter_dual_level()
        assert tangent_of(d) is t
        assert tangent_of(y).tolist() == [6.0, 16.0]
    assert tangent_of(d) is None
    assert tangent_of(y) is None
    with fw.dual_level():
        assert tangent_of(d) is None
        assert tangent_of(fw.make_dual(x, t)) is t
    with pytest.raises(RuntimeError, match="must be a positive number"):
        fw.exit_dual_level()


def test_a_level_keeps_no_tangent_alive(level):
    x, t = torch.ones(2), torch.ones(2)
    d, seen = fw.make_dual(x, t), weakref.ref(t)
    del t
    gc.collect()
    assert seen() is not None
    del d
    gc.collect()
    assert seen() is None


def test_a_dual_tensor_is_a_view(level):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    t = torch.ones(2)
    d = fw.make_dual(x, t)
    assert d._base is x
    assert d.grad_fn.name() == "ViewBackward0"
    primal, tangent = fw.unpack_dual(d)
    assert tangent is t
    assert tangent_of(primal) is None
    assert tangent_of(x) is None
    assert primal.grad_fn.name() == "Identity"
    x.data.add_(1)
    assert d.tolist() == primal.tolist() == [2.0, 3.0]


def test_a_tangent_of_another_layout_is_copied(level):
    x, t = torch.ones(2, 3).t(), torch.ones(3, 2)
    tangent = tangent_of(fw.make_dual(x, t))
    assert tangent is not t
    assert tangent.stride() == x.stride()
    assert tangent.tolist() == t.tolist()


@pytest.mark.parametrize(
    ("primal", "tangent", "error", "words"),
    [
        (torch.ones(2), torch.ones(3), RuntimeError, r"of size \[2\] while .* is of size \[3\]"),
        (torch.ones(2).long(), torch.ones(2), ValueError, "primal to be floating .*: torch.int64"),
        (torch.ones(2), torch.ones(2).long(), ValueError, "tangent to be floating"),
    ],
)
def test_pairs_that_are_none(level, primal, tangent, error, words):
    with pytest.raises(error, match=words):
        fw.make_dual(primal, tangent)


def test_misuse():
    with pytest.raises(RuntimeError, match="no level exists"):
        fw.make_dual(torch.ones(1), torch.ones(1))
    with fw.dual_level():
        d = dual([1.0], [1.0])
        with pytest.raises(RuntimeError, match="already has a forward gradient"):
            fw.make_dual(d, torch.ones(1))
        with pytest.raises(RuntimeError, match="not the last one"):
            fw.exit_dual_level(level=3)
        for call in (
            lambda: torch.add(d, 1, out=torch.zeros(1)),
            lambda: torch.add(torch.ones(1), 1, out=d),
        ):
            with pytest.raises(NotImplementedError, match=r"add_out .* is an out= function"):
                call()


def test_what_has_no_tangent(level):
    d = dual([1.0, 2.0], [1.0, 1.0])
    for t in (d.detach(), d.data, d > 0, d.argmax(), torch.zeros_like(d), d.long()):
        assert tangent_of(t) is None
    with torch.inference_mode():
        assert tangent_of(d * 2) is None
    with fw._set_fwd_grad_enabled(False):
        assert tangent_of(d * 2) is None
    with torch.no_grad():
        assert tangent_of(d * 2).tolist() == [2.0, 2.0]
    c = d.clone()
    c.detach_()
    assert tangent_of(c) is None


def test_in_place_writes_reach_views_and_bases(level):
    d = dual([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])
    part = d[1:]
    part.mul_(2)
    assert tangent_of(d).tolist() == [1.0, 4.0, 6.0]
    d.mul_(2)
    assert tangent_of(part).tolist() == [8.0, 12.0]
    d[0] = 5
    assert tangent_of(d).tolist() == [0.0, 8.0, 12.0]


def test_a_view_that_becomes_dual_makes_its_base_dual(level):
    base = torch.zeros(4)
    earlier, later = base[:2], base[1:]
    earlier.copy_(dual([1.0, 1.0], [5.0, 6.0]))
    assert tangent_of(base).tolist() == [5.0, 6.0, 0.0, 0.0]
    assert tangent_of(later).tolist() == [6.0, 0.0, 0.0]
    apart = base.detach()
    apart += dual([1.0] * 4, [1.0] * 4)
    assert tangent_of(base).tolist() == [5.0, 6.0, 0.0, 0.0]


def test_the_users_tangent_is_written_to(level):
    x, t = torch.ones(2), torch.ones(2)
    d = fw.make_dual(x, t)
    d.mul_(3)
    assert (x.tolist(), t.tolist(), t._version) == ([3.0, 3.0], [3.0, 3.0], 1)
    d.normal_()
    assert t.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "view",
    [
        lambda x: x.t(),
        lambda x: x[1],
        lambda x: x[:, ::2],
        lambda x: x.reshape(-1),
        lambda x: x.expand(2, 2, 3),
        lambda x: x.as_strided((2, 2), (1, 2), 1),
        lambda x: x.diagonal(),
        lambda x: x.unfold(1, 2, 1),
        lambda x: x.split(1)[1],
        lambda x: x.unsqueeze(0).squeeze(),
    ],
)
def test_views(level, view):
    x, t = torch.arange(6.0).view(2, 3), torch.arange(6.0).view(2, 3).cos()
    v = view(fw.make_dual(x, t))
    assert tangent_of(v).tolist() == view(t).tolist()
    assert tangent_of(v).stride() == v.stride()
    assert tangent_of(v)._storage is t._storage


def test_in_place_changes_of_shape(level):
    c = dual([[1.0, 2.0]], [[3.0, 4.0]]).clone()
    c.t_()
    assert tangent_of(c).tolist() == [[3.0], [4.0]]


def test_text(level):
    d = dual([1.0], [2.0])
    assert repr(d) == "tensor([1.], tangent=tensor([2.]))"


# --- with reverse mode


def test_forward_over_reverse(level):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    d = fw.make_dual(x, torch.tensor([1.0, 0.0]))
    (g,) = torch.autograd.grad((d**3).sum(), x, create_graph=True)
    assert tangent_of(g).tolist() == [6.0, 0.0]
    (g,) = torch.autograd.grad((d**3).sin().sum(), x)
    x0 = 1.0
    want = 6 * x0 * math.cos(x0**3) - 9 * x0**4 * math.sin(x0**3)
    assert tangent_of(g).tolist() == pytest.approx([want, 0.0], rel=1e-5)


def test_reverse_over_forward(level):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    t = torch.tensor([1.0, 1.0], requires_grad=True)
    y = fw.make_dual(x, t) ** 3
    gx, gt = torch.autograd.grad(tangent_of(y).sum(), (x, t))
    assert (gx.tolist(), gt.tolist()) == ([6.0, 12.0], [3.0, 12.0])


def test_accumulated_gradients_are_not_dual(level):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (fw.make_dual(x, torch.ones(2)) ** 2).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]
    assert tangent_of(x.grad) is None


def test_a_cotangent_may_be_dual(level):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (g,) = torch.autograd.grad(x * 3, x, dual([1.0, 1.0], [5.0, 6.0]))
    assert tangent_of(g).tolist() == [15.0, 18.0]


# --- Functions


class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        ctx.save_for_forward(x)
        return x * factor

    @staticmethod
    def jvp(ctx, tangent, factor):
        assert factor is None
        (x,) = ctx.saved_tensors
        return tangent * ctx.factor + 0 * x


def test_jvp_of_a_function(level):
    assert tangent_of(Scale.apply(dual([1.0], [2.0]), 3)).tolist() == [6.0]


def test_functions_that_jvp_does_not_suit(level):
    class Without(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

    class Several(Without):
        @staticmethod
        def jvp(ctx, t):
            return t, t

    class Shorter(Without):
        @staticmethod
        def jvp(ctx, t):
            return t[:1]

    class AsIs(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def jvp(ctx, t):
            return t * 1

    class Written(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x)
            return x.mul_(2)

        @staticmethod
        def jvp(ctx, t):
            return t * 2

    for function, error, words in (
        (Without, NotImplementedError, "must implement the jvp function"),
        (Several, RuntimeError, r"\(expected 1 but got 2\)"),
        (Shorter, RuntimeError, "has a different size"),
        (AsIs, RuntimeError, "is returning a view"),
        (Written, RuntimeError, "not modifying the forward mode gradients inplace"),
    ):
        with pytest.raises(error, match=words):
            function.apply(dual([1.0, 1.0], [1.0, 1.0]))


def test_missing_tangents_of_a_function_are_zeros_if_wanted(level):
    class Sum(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, y, wanted):
            ctx.set_materialize_grads(wanted)
            return x + y

        @staticmethod
        def jvp(ctx, tx, ty, wanted):
            seen.append(ty)
            return tx

    seen = []
    for wanted in (True, False):
        Sum.apply(dual([1.0], [2.0]), torch.ones(1), wanted)
    assert seen[0].tolist() == [0.0]
    assert seen[1] is None


# --- checks and matrices


def test_gradcheck_finds_wrong_tangents():
    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 2

        @staticmethod
        def jvp(ctx, t):
            return t * 3

    x = torch.ones(2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(Wrong.apply, (x,))
    for fast in (False, True):
        with pytest.raises(RuntimeError, match="computed with forward mode mismatch for output 0"):
            torch.autograd.gradcheck(Wrong.apply, (x,), check_forward_ad=True, fast_mode=fast)
    z = torch.ones(2, dtype=torch.complex128, requires_grad=True)
    with pytest.raises(RuntimeError, match="the imaginary part of complex inputs only"):
        torch.autograd.gradcheck(Wrong.apply, (z,), check_forward_ad=True)


@pytest.mark.parametrize("kind", [torch.float64, torch.complex128])
def test_gradcheck_passes_what_is_right(kind):
    torch.manual_seed(0)
    x = torch.rand(3, dtype=kind, requires_grad=True)
    w = torch.rand(3, 3, dtype=kind, requires_grad=True)

    def f(w, x):
        return (w @ x).tanh() * x.abs(), w.sum()

    every = dict(check_forward_ad=True, check_batched_grad=True, check_batched_forward_grad=True)
    assert torch.autograd.gradcheck(f, (w, x), **every)
    assert torch.autograd.gradgradcheck(f, (w, x), check_fwd_over_rev=True, fast_mode=True)


def test_jacobians_and_hessians_by_tangents():
    x, y = torch.tensor([0.1, 0.2]), torch.tensor([1.0, 2.0, 3.0])

    def f(a, b):
        return a.exp()[:, None] * b, a.sum() * b.sum()

    options = dict(vectorize=True, strategy="forward-mode")
    forward = torch.autograd.functional.jacobian(f, (x, y), **options)
    backward = torch.autograd.functional.jacobian(f, (x, y))
    for row, wanted in zip(forward, backward, strict=True):
        for a, b in zip(row, wanted, strict=True):
            torch.testing.assert_close(a, b)
    h = torch.autograd.functional.hessian(
        lambda a: (a**3).sum(), y, vectorize=True, outer_jacobian_strategy="forward-mode"
    )
    assert h.tolist() == torch.diag(6 * y).tolist()
    with pytest.raises(NotImplementedError, match="implemented for `vectorize=True`"):
        torch.autograd.functional.jacobian(f, (x, y), strategy="forward-mode")
    with pytest.raises(NotImplementedError, match="create_graph=True` and"):
        torch.autograd.functional.jacobian(f, (x, y), create_graph=True, **options)


def test_numerical_jacobians_of_what_a_function_reads_from_elsewhere():
    line = torch.nn.Linear(2, 1).double()
    with torch.no_grad():
        line.weight.copy_(torch.tensor([[2.0, 3.0]]))
        line.bias.fill_(1.0)
    x = torch.tensor([[1.0, 4.0]], dtype=torch.float64, requires_grad=True)
    jacobians = importlib.import_module("torchish.autograd.gradcheck")._get_numerical_jacobian
    (of_input,) = jacobians(line, (x,), eps=1e-6)
    of_weight, of_bias = jacobians(line, (x,), target=list(line.parameters()), eps=1e-6)
    for (got,), want in ((of_input, [[2], [3]]), (of_weight, [[1], [4]]), (of_bias, [[1]])):
        torch.testing.assert_close(got, torch.tensor(want, dtype=torch.float64))
    assert line.weight.tolist() == [[2, 3]] and x.tolist() == [[1, 4]]
