"""Subclasses of Tensor and `__torch_function__`. In processes of their own: the guards stay."""

from __future__ import annotations

import pytest

import torchish as torch
from tests import oracle


def test_guards_come_with_the_first_subclass_and_leave_plain_tensors_alone():
    oracle.python("tests/scripts/first_subclass.py", warn="error")


@pytest.mark.parametrize("kind", ["dtensor", "nested", "masked", "quantized", "bias"])
def test_classes_of_the_package_wait_for_their_first_tensor(kind):
    assert oracle.python("tests/scripts/waiting_guards.py", kind) == "done\n"


FOREIGN = """
import torch, torchish
x = torchish.arange(6.0)
assert type(torch.Tensor.unflatten(x, 0, (2, 3))) is torchish.Tensor
assert torch.add(x, 1).tolist() == [1, 2, 3, 4, 5, 6]
assert torch.Tensor.__rsub__(x, 1).tolist() == [1, 0, -1, -2, -3, -4]
"""


def test_pytorchs_own_functions_ask_tensors_of_this_library():
    pytest.importorskip("torch")
    oracle.python("-c", FOREIGN)


def test_the_state_of_functions_is_told_and_set():
    """Test helpers keep it around each test: what `with` blocks say, and what is set by hand."""
    states = torch._C._TorchFunctionState
    get, put = torch._C._get_torch_function_state, torch._C._set_torch_function_state
    assert get() is states.ENABLED
    assert torch._C._is_torch_function_enabled()
    with torch._C.DisableTorchFunctionSubclass():
        assert get() is states.SUBCLASSES_DISABLED
        assert not torch._C._is_torch_function_enabled()
    before = get()
    put(states.SUBCLASSES_DISABLED)
    put(states.SUBCLASSES_DISABLED)
    assert get() is states.SUBCLASSES_DISABLED
    put(before)
    assert get() is states.ENABLED
    put(states.ENABLED)
    assert torch._C._is_torch_function_enabled()
