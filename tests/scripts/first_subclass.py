"""Guards come with the first subclass that overrides, and leave plain tensors alone."""

import inspect

import torchish as torch
import torchish.distributions
import torchish.vision.tv_tensors
from torchish import add, atleast_1d
from torchish._core.tensor import overrides
from torchish.nn.functional import cross_entropy


class Mine(torch.nn.Parameter):
    pass


def signatures() -> list[inspect.Signature]:
    return [inspect.signature(f) for f in (add, atleast_1d, cross_entropy, torch.Tensor.add)]


before, plain = signatures(), torch.Tensor.add
assert not overrides._armed and torch.Tensor.add is plain  # nothing overrides


class Sub(torch.Tensor):
    pass


assert overrides._armed and torch.Tensor.add is not plain and torch.add is add
assert signatures() == before
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
