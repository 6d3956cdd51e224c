"""Retained gradients, views that a Function writes to, results that are no tensors."""

import pytest

import torchish as torch


def leaf():
    return torch.tensor([1.0, 2.0], requires_grad=True)


def _scaled(y):
    y.mul_(2)


def _through_a_view(y):
    y[0].mul_(2)


def _assigned(y):
    y[0] = 7.0


def _twice(y):
    y.mul_(2)
    y.mul_(5)


@pytest.mark.parametrize("write", [_scaled, _through_a_view, _assigned, _twice])
def test_a_retained_gradient_is_the_present_values(write):
    w = leaf()
    y = w * 3
    y.retain_grad()
    write(y)
    y.sum().backward()
    assert y.grad.tolist() == [1.0, 1.0] and y.retains_grad


def test_a_hook_stays_with_the_value_that_it_was_put_on():
    seen = []
    y = leaf() * 3
    y.retain_grad()
    y.register_hook(lambda g: seen.append(g.tolist()))
    y.mul_(2)
    y.sum().backward()
    assert seen == [[2.0, 2.0]] and y.grad.tolist() == [1.0, 1.0]


def test_views_keep_theirs_when_the_base_is_written_to():
    y = leaf() * 3
    y.retain_grad()
    v = y[:1]
    v.retain_grad()
    y.mul_(4)
    (y.sum() + v.sum()).backward()
    assert y.grad.tolist() == [2.0, 1.0] and v.grad.tolist() == [1.0]


class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, s):
        ctx.s = s
        x.mul_(s)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, g):
        return g * ctx.s * 100, None


def test_a_dirty_view_takes_its_base_along():
    w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    base = w * 1
    before, after = base[:2], base[1:]
    assert Scale.apply(before, 3) is before
    after.sum().backward()
    assert base.tolist() == [3.0, 6.0, 3.0] and w.grad.tolist() == [0.0, 300.0, 1.0]


def test_results_that_are_no_tensors():
    given = []

    class Several(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2, "a", None, x * 3

        @staticmethod
        def backward(ctx, g, name, nothing, h):
            given.extend([name, nothing])
            return g + h

    w = leaf()
    y, name, nothing, z = Several.apply(w)
    (y + z).sum().backward()
    assert (name, nothing, given) == ("a", None, [None, None]) and w.grad.tolist() == [2.0, 2.0]


def test_jacobians_and_hessians():
    f = torch.autograd.functional
    w = torch.tensor([1.0, 2.0])
    assert f.jacobian(lambda t: t**2, w).tolist() == [[2.0, 0.0], [0.0, 4.0]]
    assert f.hessian(lambda t: (t**3).sum(), w).tolist() == [[6.0, 0.0], [0.0, 12.0]]
    w = leaf()
    rows = torch.autograd.grad(w**2, w, torch.eye(2), is_grads_batched=True)[0]
    assert rows.tolist() == [[2.0, 0.0], [0.0, 4.0]]


def test_looks_at_gradients_that_nobody_keeps():
    y = leaf() * 2
    with pytest.warns(UserWarning, match="is not a leaf Tensor"):
        assert y.grad is None
    y.retain_grad()
    assert y.grad is None


def test_capsules_are_read_once():
    capsule = torch.to_dlpack(torch.tensor([1.0, 2.0]))
    assert torch.from_dlpack(capsule).tolist() == [1.0, 2.0]
    with pytest.raises(RuntimeError, match="consumed only once"):
        torch.from_dlpack(capsule)


def test_the_singular_values_of_a_long_matrix():
    s = torch.linalg.svdvals(torch.ones(3, 2**18))
    assert s.shape == (3,) and s[0].item() == pytest.approx((3 * 2**18) ** 0.5)


class Kept(torch.autograd.Function):
    """Writes to its first argument, or gives it back as it is, as what has no gradient."""

    @staticmethod
    def forward(ctx, x, y, write):
        if write:
            ctx.mark_dirty(x)
            x.mul_(2)
        ctx.mark_non_differentiable(x)
        return x, y * 2

    @staticmethod
    def backward(ctx, a, b):
        return None, b * 2, None


@pytest.mark.filterwarnings("ignore:The .grad attribute")
@pytest.mark.parametrize("of", [lambda x: x, lambda x: x[:], lambda x: x * 1])
def test_a_function_that_writes_takes_the_gradient_of_the_old_value_away(of):
    x = of(torch.ones(3, requires_grad=True) * 1)
    x.grad = torch.ones(3)
    assert Scale.apply(x, 3) is x and x.grad is None
    x = of(torch.ones(3))
    x.grad = torch.ones(3)
    with torch.no_grad():
        Scale.apply(x, 3)
    assert x.grad is not None


@pytest.mark.filterwarnings("ignore:The .grad attribute")
@pytest.mark.parametrize("write", [False, True])
def test_what_a_function_gives_back_without_a_gradient(write):
    y = torch.ones(3, requires_grad=True)
    for x, tracked in ((torch.zeros(3), False), (y, True), (y * 1, True), ((y * 1)[:], True)):
        grad = x.grad = torch.ones(3)
        out, other = Kept.apply(x, y, write)
        assert (out is x) == (write and not tracked) and out.data_ptr() == x.data_ptr()
        assert not out.requires_grad and x.requires_grad == tracked and x.grad is grad
        assert other.requires_grad


class Same(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, plain):
        if plain:
            ctx.mark_non_differentiable(x)
        return x

    @staticmethod
    def backward(ctx, g):
        return g * 3, None


class Sub(torch.Tensor):
    pass


@pytest.mark.parametrize("kind", [torch.Tensor, Sub])
def test_an_input_that_a_function_gives_back_is_a_view_of_it(kind):
    x = torch.ones(2, requires_grad=True)
    y = Same.apply((x * 1).as_subclass(kind), False)
    assert type(y) is kind and y._is_view() and type(y.grad_fn).__name__ == "SameBackward"
    y.sum().backward()
    assert x.grad.tolist() == [3, 3]
    plain = torch.ones(2).as_subclass(kind)
    again = Same.apply(plain, False)
    assert again is not plain and type(again) is kind and again._is_view()
    without = Same.apply((x * 1).as_subclass(kind), True)
    assert not without.requires_grad and not without._is_view()


@pytest.mark.parametrize(
    "given, error, words",
    [
        (5, TypeError, "expected Variable, but hook returned 'int'"),
        ([2.0, 3.0], RuntimeError, "has changed the size of value"),
        ([2.0], RuntimeError, "Tensor post accumulate grad hooks should return None."),
    ],
)
def test_what_a_hook_after_accumulation_gives_back(given, error, words):
    given = torch.tensor(given) if isinstance(given, list) else given
    p = torch.ones(1, requires_grad=True)
    p.register_post_accumulate_grad_hook(lambda p: given)
    with pytest.raises(error, match=words):
        (p * 2).sum().backward()


def test_a_gradient_of_another_dtype_is_named():
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="dtype 'double' to a tensor with grad_dtype 'Float'"):
        x.grad = torch.ones(2, dtype=torch.float64)
    x.grad = torch.ones(2)
    with pytest.raises(RuntimeError, match="to 'Half' because .* gradient with dtype 'float'"):
        x.grad_dtype = torch.float16
