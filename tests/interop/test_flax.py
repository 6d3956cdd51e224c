"""torchish.interop.flax: nn.Module as nnx.Module and back."""

import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

import torchish as torch
from torchish import nn
from torchish.interop.flax import from_nnx, to_nnx


def data():
    x = np.random.default_rng(0).normal(size=(32, 3)).astype(np.float32)
    return x, x.sum(1, keepdims=True)


def test_a_module_trains_in_flax():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.1), nn.Linear(8, 1))
    x, y = data()
    model = to_nnx(net, nnx.Rngs(0))
    optimizer = nnx.Optimizer(model, optax.sgd(0.1), wrt=nnx.Param)

    @nnx.jit
    def step(model, optimizer):
        def loss(model):
            return jnp.mean((model(x) - y) ** 2)

        value, grads = nnx.value_and_grad(loss)(model)
        optimizer.update(model, grads)
        return value

    losses = [float(step(model, optimizer)) for _ in range(40)]
    assert losses[-1] < 0.3 * losses[0]
    assert int(model.buffers["1.num_batches_tracked"][...]) == 40
    model.eval()
    np.testing.assert_array_equal(model(x), model(x))
    with pytest.raises(TypeError, match=r"nn\.Module"):
        to_nnx(model)


class Net(nnx.Module):
    def __init__(self, rngs):
        self.up = nnx.Linear(3, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, rngs=rngs)
        self.drop = nnx.Dropout(0.2, rngs=rngs)
        self.down = nnx.Linear(8, 1, rngs=rngs)

    def __call__(self, x, scale=1.0):
        return {"y": self.down(self.drop(nnx.relu(self.norm(self.up(x))))) * scale}


def test_a_flax_module_trains_in_torchish():
    x, y = map(torch.from_numpy, data())
    model = Net(nnx.Rngs(0))
    net = from_nnx(model)
    assert [n for n, _ in net.named_parameters()] == [
        "down.bias", "down.kernel", "norm.bias", "norm.scale", "up.bias", "up.kernel"
    ]  # fmt: skip
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    losses, masks = [], []
    for step in range(40):
        optimizer.zero_grad()
        loss = ((net(x)["y"] - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        masks.append(net.drop.rngs.count.item())
        if step == 3:
            torch.engine.reset_stats()
    assert torch.engine.stats()["programs_compiled"] == 0
    assert losses[-1] < 0.5 * losses[0]
    assert masks == list(range(1, 41))
    assert not torch.equal(net.norm.mean, torch.zeros(8))
    net.eval()
    assert torch.equal(net(x, scale=2.0)["y"], 2 * net(x)["y"])
    assert model.norm.mean[...].tolist() == [0.0] * 8


def test_a_flax_module_gives_its_own_numbers():
    x, _ = data()
    model = Net(nnx.Rngs(1))
    model.eval()
    net = from_nnx(model).eval()
    np.testing.assert_allclose(
        net(torch.from_numpy(x))["y"].detach().numpy(), model(x)["y"], rtol=1e-5, atol=1e-6
    )
    other = from_nnx(Net(nnx.Rngs(2))).eval()
    other.load_state_dict(net.state_dict())
    assert torch.equal(other(torch.from_numpy(x))["y"], net(torch.from_numpy(x))["y"])
