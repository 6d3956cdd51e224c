"""`torch.library` and `torch.ops`: operators of programs, and torch's own as objects."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish import Tensor


@pytest.fixture
def library():
    made = torch.library.Library("librarytests", "DEF")
    yield made
    made._destroy()


@torch.library.custom_op("librarytests2::sincos", mutates_args=())
def sincos(x: Tensor, k: float = 2.0) -> tuple[Tensor, Tensor]:
    return x.sin() * k, x.cos()


@sincos.register_fake
def _(x, k=2.0):
    return torch.empty_like(x), torch.empty_like(x)


def test_a_custom_operator_has_no_gradient_until_it_is_given_one():
    x = torch.tensor([0.5, 1.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="no autograd formula was registered"):
        sincos(x)[0].sum().backward()

    def setup_context(ctx, inputs, output):
        x, ctx.k = inputs
        ctx.save_for_backward(x)

    def backward(ctx, sin, cos):
        (x,) = ctx.saved_tensors
        return sin * x.cos() * ctx.k - cos * x.sin(), None

    sincos.register_autograd(backward, setup_context=setup_context)
    s, c = torch.ops.librarytests2.sincos(x, 3.0)
    (s.sum() + c.sum()).backward()
    torch.testing.assert_close(x.grad, 3 * x.detach().cos() - x.detach().sin())
    assert set(torch.library.opcheck(sincos, (x,)).values()) == {"SUCCESS"}


def test_the_fake_kernel_runs_on_meta():
    s, _ = sincos(torch.empty(2, 3, device="meta"))
    assert s.shape == (2, 3) and s.is_meta


def test_libraries(library):
    library.define("addn(Tensor x, int n=1, *, bool neg=False) -> Tensor")
    library.impl("addn", lambda x, n=1, *, neg=False: -(x + n) if neg else x + n, "CPU")
    one = torch.ones(1)
    addn = torch.ops.librarytests.addn
    assert addn(one, neg=True).item() == -2 and addn.default(one, 5).item() == 6
    with pytest.raises(RuntimeError, match="unexpected keyword argument 'foo'"):
        addn(one, foo=3)
    with pytest.raises(RuntimeError, match="multiple times"):
        library.define("addn(Tensor x) -> Tensor")
    library._destroy()
    assert not hasattr(torch.ops.librarytests, "addn")


def test_operators_that_write(library):
    library.define("inc(Tensor(a!) x) -> ()")
    library.impl("inc", lambda x: x.add_(1) and None, "CompositeExplicitAutograd")
    x = torch.zeros(1)
    torch.ops.librarytests.inc(x)
    assert x.item() == 1
    assert torch.ops.librarytests.inc.default._schema.is_mutable


def test_an_operator_may_not_return_its_input():
    @torch.library.custom_op("librarytests3::same", mutates_args=())
    def same(x: Tensor) -> Tensor:
        return x

    with pytest.raises(RuntimeError, match="must not also be an input"):
        same(torch.ones(1))


def test_schemas_are_read_off_annotations():
    def f(
        a: Tensor, b: Tensor | None, c: list[int], d: int = 3, e: str = "x", *, g: bool = True
    ) -> list[Tensor]: ...

    said = (
        '(Tensor(a0!) a, Tensor? b, SymInt[] c, SymInt d=3, str e="x", *, bool g=True) -> Tensor[]'
    )
    assert torch.library.infer_schema(f, mutates_args={"a"}) == said
    with pytest.raises(ValueError, match="must have a type annotation"):
        torch.library.infer_schema(lambda x: x, mutates_args=())


def test_torchs_own_operators():
    aten = torch.ops.aten
    x = torch.arange(6.0).reshape(2, 3)
    assert torch.equal(aten.add.Tensor(x, x, alpha=2), 3 * x)
    assert torch.equal(aten.slice.Tensor(x, 1, 0, 2), x[:, :2])
    assert aten.sym_size.int(x, 1) == 3
    assert {aten.add.Tensor: 1}[torch.ops.aten.add.Tensor] == 1
    assert (
        str(aten.mul.Tensor) == "aten.mul.Tensor" and aten.add.Tensor.name() == "aten::add.Tensor"
    )
    torch.testing.assert_close(aten._softmax.default(x, 1, False), x.softmax(1))
    y = x.clone()
    assert aten.mul_.Tensor(y, 2) is y
    for missing in ("aten.nope", "aten.add.nope"):
        with pytest.raises(AttributeError):
            eval(f"torch.ops.{missing}")


def test_vmap_takes_the_function_that_is_registered_for_batches():
    seen = []

    @torch.library.custom_op("torchish_tests::scaled", mutates_args=())
    def scaled(x: torch.Tensor, y: torch.Tensor, k: float) -> torch.Tensor:
        return x * y.sum() * k

    @torch.library.register_vmap("torchish_tests::scaled")
    def batch(info, in_dims, x, y, k):
        seen.append((info.batch_size, info.randomness, in_dims[1:]))
        x = x.movedim(in_dims[0], 0)
        y = y.sum(-1, keepdim=True) if in_dims[1] is not None else y.sum()
        return (x * y * k).t(), 1

    scaled.register_autograd(
        lambda ctx, g: (g * ctx.total, None, None),
        setup_context=lambda ctx, inputs, output: setattr(
            ctx, "total", inputs[1].sum() * inputs[2]
        ),
    )
    x, y = torch.arange(6.0).view(3, 2), torch.arange(3.0)
    found = torch.vmap(scaled, (0, None, None), randomness="same")(x, y, 2.0)
    assert found.tolist() == (x * 6).tolist()
    assert seen[0] == (3, "same", (None, None))
    found = torch.vmap(scaled, (1, None, None))(x, y, 1.0)
    assert found.tolist() == (x.t() * 3).tolist()
    found = torch.vmap(scaled, (0, 0, None))(x, x, 1.0)
    assert found.tolist() == (x * x.sum(1, keepdim=True)).tolist()
    assert scaled(x[0], y, 1.0).tolist() == (x[0] * 3).tolist() and len(seen) == 3
    grads = torch.vmap(torch.func.grad(lambda a, b: scaled(a, b, 2.0).sum()), (0, None))(x, y)
    assert grads.tolist() == [[6.0, 6.0]] * 3


def test_vmap_of_a_registered_function_that_gives_too_little():
    @torch.library.custom_op("torchish_tests::alone", mutates_args=())
    def alone(x: torch.Tensor) -> torch.Tensor:
        return x * 2

    alone.register_vmap(lambda info, in_dims, x: x)
    with pytest.raises(RuntimeError, match="to have two returns"):
        torch.vmap(alone)(torch.ones(2))


def test_a_kernel_can_be_decorated_for_a_library():
    lib = torch.library.Library("decorated_kernels", "DEF")
    lib.define("twice(Tensor x) -> Tensor")

    @torch.library.impl(lib, "twice", "")
    def twice(x):
        return x * 2

    assert torch.ops.decorated_kernels.twice(torch.ones(1)).item() == 2
    assert twice(torch.ones(1)).item() == 2
