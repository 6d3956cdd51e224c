"""Names that programs import from the inside of PyTorch, and what they do with them."""

import warnings

import pytest

import torchish as torch
from torchish import nn
from torchish._core.base import errors
from torchish._utils import _flatten_dense_tensors, _unflatten_dense_tensors
from torchish.autograd.function import InplaceFunction
from torchish.autograd.variable import Variable
from torchish.distributions import utils
from torchish.nn.modules.module import _addindent
from torchish.optim.lr_scheduler import LRScheduler, StepLR, _LRScheduler
from torchish.types import Device, Number
from torchish.utils.hooks import RemovableHandle


class Halving(_LRScheduler):
    def get_lr(self):
        return [base * 0.5**self.last_epoch for base in self.base_lrs]


def test_a_schedule_of_ones_own_is_derived_from_the_older_name():
    optimizer = torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=1.0)
    schedule = Halving(optimizer)
    optimizer.step()
    schedule.step()
    assert schedule.get_last_lr() == [0.5]
    assert isinstance(schedule, LRScheduler)
    assert not issubclass(StepLR, _LRScheduler)


class Sign(InplaceFunction):
    @staticmethod
    def forward(ctx, x, inplace=False):
        if inplace:
            ctx.mark_dirty(x)
        return (x if inplace else x.clone()).sign_()

    @staticmethod
    def backward(ctx, grad):
        return grad, None


def test_a_function_with_a_straight_gradient():
    x = Variable(torch.tensor([-2.0, 3.0]), requires_grad=True)
    y = Sign.apply(x)
    y.sum().backward()
    assert y.tolist() == [-1, 1]
    assert x.grad.tolist() == [1, 1]
    assert repr(y.grad_fn).startswith("<torch.autograd.function.SignBackward object at 0x")


def test_lists_of_gradients_as_one_tensor_and_back():
    parts = [torch.ones(2, 2), torch.zeros(3)]
    flat = _flatten_dense_tensors(parts)
    assert flat.tolist() == [1, 1, 1, 1, 0, 0, 0]
    assert [p.shape for p in _unflatten_dense_tensors(flat, parts)] == [(2, 2), (3,)]


def test_small_names():
    assert _addindent("a\nb", 3) == "a\n   b"
    assert isinstance(nn.Linear(1, 1).register_forward_hook(print), RemovableHandle)
    assert isinstance("cpu", Device) and isinstance(torch.device("cpu"), Device)
    assert isinstance(1.5, Number)


class Lazy:
    calls = 0

    @utils.lazy_property
    def grad_mode(self):
        self.calls += 1
        return torch.is_grad_enabled()


def test_parameters_of_distributions():
    p = torch.tensor([0.3, 0.7])
    assert utils.probs_to_logits(p).tolist() == pytest.approx([-1.2039728, -0.3566750])
    assert utils.probs_to_logits(p, is_binary=True).tolist() == pytest.approx(
        [-0.8472978, 0.8472978]
    )
    assert utils.logits_to_probs(p).tolist() == pytest.approx([0.4013123, 0.5986877])
    assert utils.logits_to_probs(p, is_binary=True)[0].item() == pytest.approx(0.5744425)
    v = torch.arange(1.0, 7.0)
    m = utils.vec_to_tril_matrix(v)
    assert m.tolist() == [[1, 0, 0], [2, 3, 0], [4, 5, 6]]
    assert utils.tril_matrix_to_vec(m).tolist() == v.tolist()
    assert utils.tril_matrix_to_vec(m, -1).tolist() == [2, 4, 5]
    with pytest.raises(ValueError, match=r"diag \(5\) provided is outside \[-3, 2\]"):
        utils.tril_matrix_to_vec(m, 5)
    lazy = Lazy()
    with torch.no_grad():
        assert lazy.grad_mode
    assert lazy.grad_mode and lazy.calls == 1 and vars(lazy)["grad_mode"]


def test_making_a_tensor_of_a_tensor_warns_at_the_users_line():
    x = torch.ones(2)
    with pytest.warns(UserWarning, match=r"rather than torch.tensor\(sourceTensor\)") as seen:
        torch.tensor(x)
    assert seen[0].filename == __file__
    with pytest.warns(UserWarning, match=r"rather than tensor.new_tensor\(sourceTensor\)"):
        x.new_tensor(x)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        torch.as_tensor(x, dtype=torch.float64)
        torch.asarray(x, copy=True)
        x[0] = x[1]
        x.index_put_((torch.tensor(0),), torch.tensor(3.0))


def test_a_number_made_of_a_tensor_with_gradient_warns_once(monkeypatch):
    monkeypatch.setattr(errors, "_warned", set())
    loss = torch.ones(1, requires_grad=True).sum()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert int(loss) == 1 and bool(loss) and loss.item() == 1 and f"{loss:.1f}" == "1.0"
    with pytest.warns(UserWarning, match="requires_grad=True to a scalar") as seen:
        assert float(loss) + float(loss) == 2
    assert len(seen) == 1 and seen[0].filename == __file__
