"""torchish.interop.jax: tensors, modules and functions across the border."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import torchish as torch
from torchish import nn
from torchish.interop import jax as border


def test_arrays_cross_without_their_writes():
    t = torch.arange(6.0).view(2, 3)
    a = border.to_jax(t.t())
    t += 1
    assert a.tolist() == [[0, 3], [1, 4], [2, 5]]
    back = border.from_jax(a, requires_grad=True)
    (back * back).sum().backward()
    assert back.grad.tolist() == [[0, 6], [2, 8], [4, 10]]
    with torch.no_grad():
        back.zero_()
    assert a.tolist() == [[0, 3], [1, 4], [2, 5]]
    with pytest.raises(TypeError):
        border.to_jax(a)
    for large in (False, True):
        new = torch.full((300, 300) if large else (3,), 2.0)  # computed in NumPy, and so far there
        array = border.to_jax(new.t())
        assert isinstance(array, jax.Array) and array.at[0].set(5).max() == 5
        new.zero_()
        assert array.min() == 2 and new.sum() == 0


def test_functions_of_tensors_under_transformations():
    def f(x, scale=2.0):
        y = x.clone()
        y[0] = y[0] * scale
        return (y**2).sum()

    x = torch.tensor([1.0, 2.0, 3.0])
    assert jax.jit(f)(x).item() == 17
    g = jax.grad(lambda x: border.to_jax(f(x)))(x)
    assert isinstance(g, torch.Tensor) and g.tolist() == [8, 4, 6]
    batch = torch.arange(6.0).view(2, 3)
    assert jax.vmap(f)(batch).tolist() == [5, 77]

    def backward_inside(x):
        x = x.detach().requires_grad_()
        f(x).backward()
        return x.grad

    assert jax.jit(backward_inside)(x).tolist() == [8, 4, 6]


def test_trees_keep_what_they_are_mapped_to():
    tree = {"w": torch.ones(2, requires_grad=True), "b": nn.Parameter(torch.zeros(1))}
    doubled = jax.tree.map(lambda a: a * 2, tree)
    assert doubled["w"].tolist() == [2, 2] and doubled["w"].requires_grad
    assert jax.tree.map(lambda a: a.shape, tree) == {"w": (2,), "b": (1,)}


def test_functionalized_module_trains_with_optax():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.1), nn.Linear(8, 1))
    apply, params, buffers = border.functionalize(net)
    before = net[1].running_mean.clone()
    tx = optax.sgd(0.1)
    state = tx.init(params)
    x = np.random.default_rng(0).normal(size=(32, 3)).astype(np.float32)
    y = x.sum(1, keepdims=True)

    @jax.jit
    def step(params, buffers, state, key):
        def loss(params):
            out, new = apply(params, buffers, x, rng=key)
            return jnp.mean((out - y) ** 2), new

        (value, buffers), grads = jax.value_and_grad(loss, has_aux=True)(params)
        updates, state = tx.update(grads, state)
        return optax.apply_updates(params, updates), buffers, state, value

    losses = []
    for key in jax.random.split(jax.random.key(0), 60):
        params, buffers, state, value = step(params, buffers, state, key)
        losses.append(float(value))
    assert losses[-1] < 0.2 * losses[0]
    assert int(buffers["1.num_batches_tracked"]) == 60
    assert torch.equal(net[1].running_mean, before) and net[1].num_batches_tracked == 0
    net.load_state_dict({k: border.from_jax(a) for k, a in {**params, **buffers}.items()})
    net.eval()
    out, _ = apply(params, buffers, x)
    np.testing.assert_allclose(out, net(torch.from_numpy(x)).detach().numpy(), rtol=1e-5, atol=1e-6)


def test_a_draw_needs_a_key():
    with pytest.raises(RuntimeError, match="need a key"):
        jax.jit(lambda x: x + torch.rand(3))(torch.zeros(3))

    def noise(key):
        with border.rng(key):
            return torch.rand(4), torch.randn(4), torch.randint(0, 9, (50,)), torch.randperm(7)

    key = jax.random.key(1)
    first, again = jax.jit(noise)(key), jax.jit(noise)(key)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert first[0].min() >= 0 and first[0].max() < 1
    assert first[2].dtype == torch.int64 and first[2].max() < 9
    assert sorted(first[3].tolist()) == list(range(7))
    with border.rng(key):
        drawn = torch.multinomial(torch.tensor([[1.0, 0.0, 1.0], [0.0, 2.0, 1.0]]), 2)
    assert drawn.sort().values.tolist() == [[0, 2], [1, 2]]


def test_a_jax_function_as_an_operator():
    @border.operator
    def soft_clip(x, limit, *, twice=False):
        y = limit * jnp.tanh(x / limit)
        return (y, 2 * y) if twice else y

    x = torch.tensor([-3.0, 0.5, 4.0], requires_grad=True)
    y = soft_clip(x, 2.0)
    assert repr(y.grad_fn).startswith("<SoftClipBackward0")
    y.sum().backward()
    tanh = np.tanh(np.array([-1.5, 0.25, 2.0]))
    np.testing.assert_allclose(y.detach().numpy(), 2 * tanh, rtol=1e-6)
    np.testing.assert_allclose(x.grad.numpy(), 1 - tanh**2, rtol=1e-5)
    a, b = soft_clip(x.detach(), 3.0, twice=True)
    assert torch.equal(b, 2 * a)
    torch.engine.reset_stats()
    for limit in (2.5, 3.5, 4.5):
        soft_clip(x.detach(), limit, twice=True)[0].sum().item()
    assert torch.engine.stats()["programs_compiled"] <= 1
    with pytest.raises(TypeError, match="at least one tensor"):
        soft_clip(1.0, 2.0)


def test_an_operator_keeps_its_own_derivative():
    @jax.custom_vjp
    def clipped(x):
        return x * x

    clipped.defvjp(lambda x: (x * x, x), lambda x, g: (jnp.clip(2 * x * g, -1, 1),))
    x = torch.tensor([0.25, 5.0], requires_grad=True)
    border.operator(clipped)(x).sum().backward()
    assert x.grad.tolist() == [0.5, 1.0]
