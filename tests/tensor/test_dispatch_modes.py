"""`__torch_dispatch__`: modes and classes that are told of operators below the public functions."""

from __future__ import annotations

from typing import Any

import pytest

import torchish as torch
from torchish.nn import functional as F
from torchish.utils._python_dispatch import (
    BaseTorchDispatchMode,
    TorchDispatchMode,
    _disable_current_modes,
    _get_current_dispatch_mode,
    is_in_torch_dispatch_mode,
    return_and_correct_aliasing,
)
from torchish.utils._pytree import tree_map


def shown(x: Any) -> Any:
    if isinstance(x, torch.Tensor):
        return f"T{list(x.shape)}"
    if isinstance(x, (list, tuple)):
        return [shown(e) for e in x]
    return x


class Log(TorchDispatchMode):
    """Writes down what it is told of, and changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple] = []

    @property
    def names(self) -> list[str]:
        return [c[0] for c in self.calls]

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        self.calls.append((str(func), shown(args), {k: shown(v) for k, v in kwargs.items()}))
        return func(*args, **kwargs)


class Boxed(torch.Tensor):
    """A tensor around another, which has the elements."""

    elem: torch.Tensor
    seen: list[str] = []
    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, elem):
        made = torch.Tensor._make_wrapper_subclass(
            cls, elem.size(), strides=elem.stride(), dtype=elem.dtype, device=elem.device
        )
        made.elem = elem
        return made

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        cls.seen.append(str(func))

        def taken_out(x):
            return x.elem if isinstance(x, cls) else x

        out = func(*tree_map(taken_out, args), **tree_map(taken_out, kwargs or {}))
        out = tree_map(lambda x: cls(x) if isinstance(x, torch.Tensor) else x, out)
        return return_and_correct_aliasing(func, args, kwargs or {}, out)


x = torch.arange(12.0).reshape(4, 3)
CALLS = [
    (lambda torch, F, x: x + 2, ("aten.add.Tensor", ["T[4, 3]", 2], {})),
    (lambda torch, F, x: 2 - x, ("aten.rsub.Scalar", ["T[4, 3]", 2], {})),
    (lambda torch, F, x: x**2, ("aten.pow.Tensor_Scalar", ["T[4, 3]", 2], {})),
    (lambda torch, F, x: x > 0, ("aten.gt.Scalar", ["T[4, 3]", 0], {})),
    (lambda torch, F, x: x == x, ("aten.eq.Tensor", ["T[4, 3]", "T[4, 3]"], {})),
    (
        lambda torch, F, x: torch.add(x, x, alpha=2),
        ("aten.add.Tensor", ["T[4, 3]", "T[4, 3]"], {"alpha": 2}),
    ),
    (lambda torch, F, x: x.sum(), ("aten.sum.default", ["T[4, 3]"], {})),
    (lambda torch, F, x: x.sum(1), ("aten.sum.dim_IntList", ["T[4, 3]", [1]], {})),
    (
        lambda torch, F, x: x.sum(1, keepdim=True),
        ("aten.sum.dim_IntList", ["T[4, 3]", [1], True], {}),
    ),
    (lambda torch, F, x: x.max(1), ("aten.max.dim", ["T[4, 3]", 1], {})),
    (lambda torch, F, x: x.std(), ("aten.std.correction", ["T[4, 3]"], {})),
    (lambda torch, F, x: x.view(2, 6), ("aten.view.default", ["T[4, 3]", [2, 6]], {})),
    (lambda torch, F, x: x.flatten(), ("aten.view.default", ["T[4, 3]", [12]], {})),
    (lambda torch, F, x: x.T, ("aten.permute.default", ["T[4, 3]", [1, 0]], {})),
    (lambda torch, F, x: x[1], ("aten.select.int", ["T[4, 3]", 0, 1], {})),
    (lambda torch, F, x: x[1:3], ("aten.slice.Tensor", ["T[4, 3]", 0, 1, 3], {})),
    (lambda torch, F, x: x.chunk(2), ("aten.split.Tensor", ["T[4, 3]", 2], {})),
    (
        lambda torch, F, x: torch.cat([x, x], 1),
        ("aten.cat.default", [["T[4, 3]", "T[4, 3]"], 1], {}),
    ),
    (
        lambda torch, F, x: x.to(torch.float64),
        ("aten._to_copy.default", ["T[4, 3]"], {"dtype": torch.float64}),
    ),
    (lambda torch, F, x: F.softmax(x, -1), ("aten._softmax.default", ["T[4, 3]", -1, False], {})),
    (
        lambda torch, F, x: F.gelu(x, approximate="tanh"),
        ("aten.gelu.default", ["T[4, 3]"], {"approximate": "tanh"}),
    ),
    (lambda torch, F, x: F.mse_loss(x, x), ("aten.mse_loss.default", ["T[4, 3]", "T[4, 3]"], {})),
    (lambda torch, F, x: F.relu(x, inplace=False), ("aten.relu.default", ["T[4, 3]"], {})),
    (lambda torch, F, x: x.clamp(min=0), ("aten.clamp.default", ["T[4, 3]", 0], {})),
    (
        lambda torch, F, x: torch.zeros(3),
        ("aten.zeros.default", [[3]], {"device": torch.device("cpu"), "pin_memory": False}),
    ),
]


@pytest.mark.parametrize("call, made", CALLS, ids=[made[0] for _, made in CALLS])
def test_a_call_is_the_operator_that_pytorch_makes_of_it(call, made):
    with Log() as log:
        call(torch, F, x)
    assert log.calls == [made]


PARTS = [
    (lambda torch, F, x: x @ x.t(), ["aten.t.default", "aten.mm.default"]),
    (
        lambda torch, F, x: F.linear(x, x, x[:, 0]),
        ["aten.select.int", "aten.t.default", "aten.addmm.default"],
    ),
    (
        lambda torch, F, x: torch.matmul(x[None], x.t()[None]),
        [
            "aten.unsqueeze.default",
            "aten.t.default",
            "aten.unsqueeze.default",
            "aten.expand.default",
            "aten.view.default",
            "aten.expand.default",
            "aten.view.default",
            "aten.bmm.default",
            "aten._unsafe_view.default",
        ],
    ),
    (
        lambda torch, F, x: F.cross_entropy(x, torch.tensor([0, 1, 2, 0])),
        ["aten.lift_fresh.default", "aten._log_softmax.default", "aten.nll_loss_forward.default"],
    ),
    (
        lambda torch, F, x: F.dropout(x, 0.5),
        ["aten.empty_like.default", "aten.bernoulli_.float", "aten.div_.Scalar", "aten.mul.Tensor"],
    ),
    (lambda torch, F, x: F.layer_norm(x, (3,)), ["aten.native_layer_norm.default"]),
    (
        lambda torch, F, x: x.t().reshape(12),
        ["aten.t.default", "aten.clone.default", "aten._unsafe_view.default"],
    ),
    (lambda torch, F, x: x.sum().item(), ["aten.sum.default", "aten._local_scalar_dense.default"]),
    (
        lambda torch, F, x: x.clone().__setitem__(0, 1.0),
        ["aten.clone.default", "aten.lift_fresh.default", "aten.select.int", "aten.fill_.Tensor"],
    ),
]


@pytest.mark.parametrize("call, parts", PARTS, ids=[parts[-1] for _, parts in PARTS])
def test_a_composed_function_comes_to_pytorchs_operators(call, parts):
    with Log() as log:
        call(torch, F, x)
    names = [n for n in log.names if n != "aten.detach.default"]
    if "aten.lift_fresh.default" not in parts:
        names = [n for n in names if n != "aten.lift_fresh.default"]
    assert names == parts


def network(wrapped: bool):
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3),
        torch.nn.BatchNorm2d(2),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(18, 8),
        torch.nn.LayerNorm(8),
        torch.nn.GELU(),
        torch.nn.Linear(8, 3),
    )
    images, labels = torch.randn(4, 1, 8, 8), torch.tensor([0, 1, 2, 0])
    if wrapped:
        for module in net.modules():
            for name, p in list(module._parameters.items()):
                if p is not None:
                    module._parameters[name] = torch.nn.Parameter(Boxed(p.detach()))
        images = Boxed(images)
    return net, images, labels


FORWARD = [
    "convolution.default",
    "native_batch_norm.default",
    "relu.default",
    "max_pool2d_with_indices.default",
    "view.default",
    "t.default",
    "addmm.default",
    "native_layer_norm.default",
    "gelu.default",
    "t.default",
    "addmm.default",
    "_log_softmax.default",
    "nll_loss_forward.default",
]
BACKWARD = [
    "ones_like.default",
    "nll_loss_backward.default",
    "_log_softmax_backward_data.default",
    "t.default",
    "mm.default",
    "t.default",
    "mm.default",
    "t.default",
    "sum.dim_IntList",
    "view.default",
    "t.default",
    "gelu_backward.default",
    "native_layer_norm_backward.default",
    "t.default",
    "mm.default",
    "t.default",
    "mm.default",
    "t.default",
    "sum.dim_IntList",
    "view.default",
    "t.default",
    "view.default",
    "max_pool2d_with_indices_backward.default",
    "threshold_backward.default",
    "native_batch_norm_backward.default",
    "convolution_backward.default",
]


def gradients(net) -> list:
    return [getattr(p.grad, "elem", p.grad) for p in net.parameters()]


def test_a_training_step_is_told_operator_by_operator():
    net, images, labels = network(False)
    F.cross_entropy(net(images), labels).backward()
    plain = gradients(net)
    net, images, labels = network(False)
    with Log() as log:
        loss = F.cross_entropy(net(images), labels)
        before = len(log.calls)
        loss.backward()
    ignored = ("aten.add_.Tensor", "aten.empty.memory_format", "aten.detach.default")
    forward = [n.removeprefix("aten.") for n in log.names[:before] if n not in ignored]
    backward = [n.removeprefix("aten.") for n in log.names[before:] if n not in ignored]
    assert forward == FORWARD
    assert backward == BACKWARD
    for a, b in zip(plain, gradients(net), strict=True):
        torch.testing.assert_close(a, b)


def test_wrappers_are_trained():
    net, images, labels = network(False)
    loss = F.cross_entropy(net(images), labels)
    loss.backward()
    plain = gradients(net)
    net, images, labels = network(True)
    wrapped = F.cross_entropy(net(images), labels)
    wrapped.backward()
    assert isinstance(wrapped, Boxed)
    torch.testing.assert_close(wrapped.elem, loss.detach())
    for p in net.parameters():
        assert isinstance(p, torch.nn.Parameter)
        assert type(p) is Boxed
        assert type(p.grad) is Boxed
    for a, b in zip(plain, gradients(net), strict=True):
        torch.testing.assert_close(a, b)


def test_without_a_formula_the_gradient_is_the_operators_own():
    w = torch.rand(3, 4, requires_grad=True)
    torch.cumsum(w, 0).logsumexp(1).prod().backward()
    expected, w.grad = w.grad, None
    with Log() as log:
        torch.cumsum(w, 0).logsumexp(1).prod().backward()
    assert "aten.cumsum.default" in log.names
    torch.testing.assert_close(w.grad, expected)
    boxed = Boxed(torch.rand(3)).requires_grad_()
    out = boxed.cumsum(0)
    with pytest.raises(NotImplementedError, match=r"the gradient of aten\.cumsum\.default"):
        out.sum().backward()


def test_writes_in_place_keep_their_history():
    w = torch.ones(3, requires_grad=True)
    with Log() as log:
        y = w * 2
        y.add_(1)
        y[0] = 5
        (y * y).sum().backward()
    assert log.names[:2] == ["aten.mul.Tensor", "aten.add_.Tensor"]
    assert w.grad is not None
    assert w.grad.tolist() == [0.0, 12.0, 12.0]
    boxed = Boxed(torch.ones(2))
    assert boxed.add_(1) is boxed
    assert boxed.elem.tolist() == [2.0, 2.0]


def test_a_mode_may_change_what_operators_give():
    class Ten(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            out = func(*args, **(kwargs or {}))
            return out * 10 if func is torch.ops.aten.add.Tensor else out

    w = torch.ones(2, requires_grad=True)
    with Ten():
        y = w + 1
    y.sum().backward()
    assert y.tolist() == [20.0, 20.0]
    assert w.grad is not None
    assert w.grad.tolist() == [1.0, 1.0]


def test_modes_are_a_stack():
    assert not is_in_torch_dispatch_mode()
    with Log() as outer, BaseTorchDispatchMode(), Log() as inner:
        assert _get_current_dispatch_mode() is inner
        torch.ones(2)
        with _disable_current_modes():
            torch.zeros(2)
    assert inner.names == outer.names == ["aten.ones.default"]
    assert _get_current_dispatch_mode() is None


def test_operators_of_programs_are_told_too():
    @torch.library.custom_op("dispatch_test::twice", mutates_args=())
    def twice(x: torch.Tensor) -> torch.Tensor:
        return x * 2

    twice.register_autograd(lambda ctx, g: g * 2, setup_context=lambda ctx, inputs, output: None)
    w = torch.ones(2, requires_grad=True)
    with Log() as log:
        twice(w).sum().backward()
    assert log.names[0] == "dispatch_test.twice.default"
    assert w.grad is not None
    assert w.grad.tolist() == [2.0, 2.0]


def test_refusals():
    class Refuses(torch.Tensor):
        @classmethod
        def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
            return NotImplemented

    t = torch.ones(2).as_subclass(Refuses)
    with pytest.raises(TypeError, match="unsupported operand"):
        t + 1
    with pytest.raises(TypeError, match=r"Multiple dispatch failed for 'torch\.ops\.aten\.add"):
        torch.add(t, 1)
    with pytest.raises(RuntimeError, match="cls must define __torch_dispatch__"):
        torch.Tensor._make_wrapper_subclass(torch.Tensor, (2,))


def test_super_goes_on_with_plain_tensors():
    class Told(torch.Tensor):
        seen: list[str] = []

        @classmethod
        def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
            cls.seen.append(str(func))
            return super().__torch_dispatch__(func, types, args, kwargs)

    out = torch.ones(2).as_subclass(Told) + 1
    assert type(out) is torch.Tensor
    assert Told.seen == ["aten.add.Tensor"]


def test_operators_have_schemas():
    add = torch.ops.aten.add.Tensor
    assert str(add._schema).startswith("aten::add.Tensor(Tensor self, Tensor other, *, Scalar")
    assert [a.name for a in add._schema.arguments] == ["self", "other", "alpha"]
    assert torch.ops.aten.add_.Tensor._schema.is_mutable


def test_against_pytorch():
    pytorch = pytest.importorskip("torch")
    dispatch = pytest.importorskip("torch.utils._python_dispatch")
    told: list[tuple] = []

    class Theirs(dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            kwargs = kwargs or {}
            told.append((str(func), _theirs(args), {k: _theirs(v) for k, v in kwargs.items()}))
            return func(*args, **kwargs)

    def _theirs(v):
        if isinstance(v, pytorch.Tensor):
            return f"T{list(v.shape)}"
        if isinstance(v, (list, tuple)):
            return [_theirs(e) for e in v]
        return str(v) if isinstance(v, (pytorch.dtype, pytorch.device)) else v

    theirs = pytorch.arange(12.0).reshape(4, 3)
    for call, (name, args, kwargs) in CALLS:
        told.clear()
        with Theirs():
            call(pytorch, pytorch.nn.functional, theirs)
        words = {
            k: str(v) if isinstance(v, (torch.dtype, torch.device)) else v
            for k, v in kwargs.items()
        }
        assert told == [(name, args, words)], name


def test_operators_of_programs_say_what_they_do_for_a_mode_and_a_class():
    @torch.library.custom_op("dispatch_test::thrice", mutates_args=())
    def thrice(x: torch.Tensor) -> torch.Tensor:
        return x * 3

    @torch.library.register_torch_dispatch("dispatch_test::thrice", Log)
    def for_the_mode(mode, func, types, args, kwargs):
        mode.calls.append(("told", [], {}))
        return func(*args, **kwargs) + 1

    @thrice.register_torch_dispatch(Boxed)
    def for_the_class(func, types, args, kwargs):
        return Boxed(func(args[0].elem) * 10)

    with Log() as log:
        assert thrice(torch.ones(2)).tolist() == [4.0, 4.0]
    assert "told" in log.names
    assert thrice(Boxed(torch.ones(2))).elem.tolist() == [30.0, 30.0]


def test_operators_of_programs_within_autocast():
    @torch.library.custom_op("dispatch_test::kept", mutates_args=())
    def kept(x: torch.Tensor, n: int) -> torch.Tensor:
        return x * n

    kept.register_autocast("cpu", torch.bfloat16)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert kept(torch.ones(2), 2).dtype is torch.bfloat16
    assert kept(torch.ones(2), 2).dtype is torch.float32
    with pytest.raises(ValueError, match="Unknown device type"):
        kept.register_autocast("nowhere", torch.float16)
