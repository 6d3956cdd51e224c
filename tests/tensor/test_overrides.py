"""Subclasses of Tensor and `__torch_function__`. In processes of their own: the guards stay."""

from __future__ import annotations

import pytest

from tests import oracle

ARMING = """
import inspect
import torchish as torch
import torchish.distributions, torchish.vision.tv_tensors
from torchish import add, atleast_1d
from torchish.nn.functional import cross_entropy
from torchish._core.tensor import overrides

class Mine(torch.nn.Parameter): pass
before = [inspect.signature(f) for f in (add, atleast_1d, cross_entropy, torch.Tensor.add)]
plain = torch.Tensor.add
assert not overrides._armed and torch.Tensor.add is plain  # nothing overrides
class Sub(torch.Tensor): pass
assert overrides._armed and torch.Tensor.add is not plain and torch.add is add
assert [inspect.signature(f) for f in (add, atleast_1d, cross_entropy, torch.Tensor.add)] == before
x = torch.ones(2).as_subclass(Sub)
for y in (add(x, 1), atleast_1d(x), torch.Tensor.add(x, 1), cross_entropy(x, torch.tensor(0))):
    assert type(y) is Sub, y
y = torch.ones(2)
for z in (add(y, 1), atleast_1d(y), y.add(1), y + 1, cross_entropy(y, torch.tensor(0))):
    assert type(z) is torch.Tensor, z
net = torch.nn.Linear(2, 1)
loss = net(x).sum()
loss.backward()
torch.optim.SGD(net.parameters(), lr=0.1).step()
assert type(loss) is Sub and type(net.weight) is torch.nn.Parameter
assert type(net.weight.grad) is torch.Tensor and net.weight.grad.tolist() == [[1.0, 1.0]]
"""


def test_guards_come_with_the_first_subclass_and_leave_plain_tensors_alone():
    oracle.python("-c", ARMING, warn="error")


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
