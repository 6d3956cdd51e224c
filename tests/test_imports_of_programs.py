"""Names that programs import from the inside of PyTorch, and what they do with them."""

import warnings

import pytest
import tqdm

import torchish as torch
from torchish import _jit_internal, nn
from torchish._C import _distributed_rpc
from torchish._core.base import errors
from torchish._utils import (
    _flatten_dense_tensors,
    _get_device_index,
    _unflatten_dense_tensors,
)
from torchish.autograd.function import InplaceFunction
from torchish.autograd.variable import Variable
from torchish.distributions import utils
from torchish.nn.modules.module import _addindent
from torchish.optim import optimizer
from torchish.optim.lr_scheduler import LRScheduler, StepLR, _LRScheduler
from torchish.types import Device, Number
from torchish.utils import model_zoo
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
        with torch.no_grad():
            assert float(loss) == 1
    with pytest.warns(UserWarning, match="requires_grad=True to a scalar") as seen:
        assert float(loss) + float(loss) == 2
    assert len(seen) == 1 and seen[0].filename == __file__


def test_numbers_of_accelerators():
    assert _get_device_index(2) == 2
    assert _get_device_index("cuda:1") == _get_device_index(torch.device("cuda:1")) == 1
    assert _get_device_index("cpu", allow_cpu=True) == -1
    for device, words in (("cpu", "Expected a non cpu device"), (None, "with a specified index")):
        with pytest.raises(ValueError, match=words):
            _get_device_index(device)


class Descent(optimizer.Optimizer):
    """An optimizer in PyTorch's manner, of names from the inside."""

    def __init__(self, params, lr=0.1, differentiable=False):
        super().__init__(params, {"lr": lr, "differentiable": differentiable})

    @optimizer._use_grad_for_differentiable
    def step(self, closure=None):
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            fused, foreach = optimizer._default_to_fused_or_foreach(params, False)
            assert not fused and not foreach  # the CPU's
            assert optimizer._default_to_fused_or_foreach(params[:1], False, True) == (True, False)
            lists = self._group_tensors_by_device_and_dtype([params, [p.grad for p in params]])
            for (parameters, grads), _ in lists.values():
                optimizer._view_as_real(parameters, grads)
                for p, g in zip(parameters, grads, strict=True):
                    p.add_(g, alpha=-optimizer._get_value(group["lr"]))


def test_an_optimizer_of_ones_own_in_pytorchs_manner():
    real = nn.Parameter(torch.ones(2))
    unreal = nn.Parameter(torch.ones(1, dtype=torch.complex64) * 1j)
    steps = Descent([real, unreal], lr=torch.tensor(0.5))
    ((real**2).sum() + unreal.abs().pow(2).sum()).backward()
    steps.step()
    assert real.tolist() == [0.0, 0.0] and unreal.tolist() == [0j]
    assert real.is_leaf and optimizer._get_scalar_dtype() is torch.float32


def test_marks_for_scripts_leave_methods_as_they_are():
    def method(self):
        return self

    assert _jit_internal._copy_to_script_wrapper(method) is method
    assert _jit_internal.unused(method) is method and _jit_internal.ignore(method) is method
    two = _jit_internal.boolean_dispatch(
        "both", 1, False, lambda x, both=True: (x, x), lambda x, both=False: x, __name__, "two"
    )
    assert two(3) == 3 and two(3, True) == two(3, both=True) == (3, 3) and two.__name__ == "two"


def test_what_is_not_here_answers_so():
    assert not _distributed_rpc._is_current_rpc_agent_set()
    with pytest.raises(RuntimeError, match="not running"):
        torch.autograd._disable_profiler()
    with pytest.raises(NotImplementedError, match=r"torch\.export\.draft_export"):
        torch.export.draft_export(nn.Linear(1, 1), (torch.ones(1, 1),))
    assert torch.export.Dim is not None and model_zoo.tqdm is tqdm.tqdm
    getters = torch.overrides.get_default_nowrap_functions()
    assert torch.Tensor.grad.__get__ in getters and len(getters) == 3


def test_a_block_without_autocasting_by_keys():
    keys, of = torch._C.DispatchKey, torch._C.DispatchKeySet
    both = of(keys.AutocastCPU) | of(keys.AutocastCUDA)
    assert both.has(keys.AutocastCPU) and both - of(keys.AutocastCUDA) == of(keys.AutocastCPU)
    assert both & of(keys.CPU) == of(keys.CPU).remove(keys.CPU)
    assert repr(of(keys.AutocastCPU).add(keys.CPU)) == "DispatchKeySet(CPU, AutocastCPU)"
    x = torch.ones(2, 2)
    with torch.autocast("cpu"):
        with torch._C._ExcludeDispatchKeyGuard(both):
            assert (x @ x).dtype is torch.float32
        assert (x @ x).dtype is torch.bfloat16
    with pytest.raises(NotImplementedError, match="ExcludeDispatchKeyGuard: Python"):
        torch._C._ExcludeDispatchKeyGuard(of(keys.Python))
    with pytest.raises(TypeError, match="incompatible constructor arguments"):
        of([keys.CPU])
