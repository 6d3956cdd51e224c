"""The same training steps as one writes them for JAX: plain jnp and lax, optax, one donated jit.

Parameters and buffers are dicts with PyTorch's names and layouts, taken from the PyTorch-style
model, so that all three compute the same numbers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

from models import (
    ADAMW,
    GPT,
    RESNET18,
    RESNET50,
    SGD,
    VIT,
    Case,
    gpt,
    gru,
    lenet,
    lstm,
    mlp,
    resnet,
    resnet18,
    resnet50,
    unet,
    vit,
)


def linear(p, name, x):
    y = x @ p[f"{name}.weight"].T
    bias = p.get(f"{name}.bias")
    return y if bias is None else y + bias


def conv(p, name, x, stride=1, padding=0):
    y = lax.conv_general_dilated(
        x, p[f"{name}.weight"], (stride, stride), [(padding, padding)] * 2,
        dimension_numbers=("NCHW", "OIHW", "NCHW"),
    )  # fmt: skip
    bias = p.get(f"{name}.bias")
    return y if bias is None else y + bias[:, None, None]


def max_pool(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")


def cross_entropy(logits, targets):
    if logits.ndim == 4:  # a class for each pixel
        logits = jnp.moveaxis(logits, 1, -1)
    return optax.softmax_cross_entropy_with_integer_labels(logits, targets).mean()


def run_lenet(p, buffers, x):
    x = max_pool(jax.nn.relu(conv(p, "conv1", x)))
    x = max_pool(jax.nn.relu(conv(p, "conv2", x)))
    x = x.reshape(len(x), -1)
    x = jax.nn.relu(linear(p, "fc1", x))
    x = jax.nn.relu(linear(p, "fc2", x))
    return linear(p, "fc3", x), buffers


def run_mlp(p, buffers, x):
    x = jax.nn.relu(linear(p, "0", x))
    x = jax.nn.relu(linear(p, "2", x))
    return linear(p, "4", x), buffers


def norms(p, buffers):
    """(`norm(name, x)`, batch norm, and the new buffers, which it writes)."""
    new = dict(buffers)

    def norm(name, x):
        mean = x.mean((0, 2, 3))
        var = x.var((0, 2, 3))
        n = x.size // x.shape[1]
        for part, value in ("running_mean", mean), ("running_var", var * (n / (n - 1))):
            key = f"{name}.{part}"
            new[key] = 0.9 * buffers[key] + 0.1 * lax.stop_gradient(value)
        new[f"{name}.num_batches_tracked"] = buffers[f"{name}.num_batches_tracked"] + 1
        scale = p[f"{name}.weight"] * lax.rsqrt(var + 1e-5)
        return (x - mean[:, None, None]) * scale[:, None, None] + p[f"{name}.bias"][:, None, None]

    return norm, new


def run_resnet(p, buffers, x, blocks=((16, 1), (32, 2), (64, 2)), stem=(1, 1), pool=False):
    norm, new = norms(p, buffers)

    def block(name, x, stride):
        if f"{name}.conv3.weight" in p:
            y = jax.nn.relu(norm(f"{name}.bn1", conv(p, f"{name}.conv1", x)))
            y = jax.nn.relu(norm(f"{name}.bn2", conv(p, f"{name}.conv2", y, stride, 1)))
            y = norm(f"{name}.bn3", conv(p, f"{name}.conv3", y))
        else:
            y = jax.nn.relu(norm(f"{name}.bn1", conv(p, f"{name}.conv1", x, stride, 1)))
            y = norm(f"{name}.bn2", conv(p, f"{name}.conv2", y, 1, 1))
        if f"{name}.shortcut.0.weight" in p:
            x = norm(f"{name}.shortcut.1", conv(p, f"{name}.shortcut.0", x, stride))
        return jax.nn.relu(y + x)

    x = jax.nn.relu(norm("bn", conv(p, "conv", x, *stem)))
    if pool:
        pads = ((0, 0), (0, 0), (1, 1), (1, 1))
        x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 3, 3), (1, 1, 2, 2), pads)
    for i, (_, stride) in enumerate(blocks):
        x = block(f"blocks.{i}", x, stride)
    return linear(p, "fc", x.mean((2, 3))), new


def run_resnet18(p, buffers, x):
    return run_resnet(p, buffers, x, RESNET18, stem=(2, 3), pool=True)


def run_resnet50(p, buffers, x):
    return run_resnet(p, buffers, x, RESNET50, stem=(2, 3), pool=True)


def run_unet(p, buffers, x):
    norm, new = norms(p, buffers)

    def double(name, x):
        x = jax.nn.relu(norm(f"{name}.1", conv(p, f"{name}.0", x, 1, 1)))
        return jax.nn.relu(norm(f"{name}.4", conv(p, f"{name}.3", x, 1, 1)))

    beside = []
    for i in range(3):
        x = double(f"down.{i}", x if i == 0 else max_pool(x))
        beside.append(x)
    for i, other in enumerate(beside[-2::-1]):
        x = jax.image.resize(x, other.shape[:1] + x.shape[1:2] + other.shape[2:], "linear")
        x = double(f"up.{i}", jnp.concatenate([x, other], 1))
    return conv(p, "head", x), new


def run_lstm(p, buffers, tokens):
    x = p["embedding.weight"][tokens].swapaxes(0, 1)
    for layer in "01":
        names = [
            f"lstm.{kind}_l{layer}" for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        w, u, b, c = [p[name] for name in names]

        def step(state, x, u=u):
            h, c = state
            i, f, g, o = jnp.split(x + h @ u.T, 4, axis=1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        zeros = jnp.zeros((x.shape[1], u.shape[1]), x.dtype)
        _, x = lax.scan(step, (zeros, zeros), x @ w.T + b + c)
    logits = linear(p, "head", x.swapaxes(0, 1))
    return logits.reshape(-1, logits.shape[2]), buffers


def run_gru(p, buffers, tokens):
    x = p["embedding.weight"][tokens].swapaxes(0, 1)
    for layer in "01":
        names = [
            f"lstm.{kind}_l{layer}" for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        w, u, b, c = [p[name] for name in names]

        def step(h, x, u=u, c=c):
            r_x, z_x, n_x = jnp.split(x, 3, axis=1)
            r_h, z_h, n_h = jnp.split(h @ u.T + c, 3, axis=1)
            r, z = jax.nn.sigmoid(r_x + r_h), jax.nn.sigmoid(z_x + z_h)
            n = jnp.tanh(n_x + r * n_h)
            h = (1 - z) * n + z * h
            return h, h

        _, x = lax.scan(step, jnp.zeros((x.shape[1], u.shape[1]), x.dtype), x @ w.T + b)
    logits = linear(p, "head", x.swapaxes(0, 1))
    return logits.reshape(-1, logits.shape[2]), buffers


def layer_norm(p, name, x):
    mean = x.mean(-1, keepdims=True)
    var = x.var(-1, keepdims=True)
    return (x - mean) * lax.rsqrt(var + 1e-5) * p[f"{name}.weight"] + p[f"{name}.bias"]


def run_vit(p, buffers, x):
    norm = functools.partial(layer_norm, p)
    x = conv(p, "patches", x, VIT["patch"])
    x = x.reshape(*x.shape[:2], -1).swapaxes(1, 2)
    B, _, C = x.shape
    x = jnp.concatenate([jnp.broadcast_to(p["first"], (B, 1, C)), x], 1) + p["places"]
    for i in range(VIT["layers"]):
        b = f"blocks.{i}"
        qkv = linear(p, f"{b}.qkv", norm(f"{b}.ln1", x)).reshape(B, -1, 3, VIT["heads"], 64)
        q, k, v = qkv.transpose(2, 0, 3, 1, 4)
        scores = q @ k.swapaxes(-2, -1) / np.float32(8)
        y = jax.nn.softmax(scores, axis=-1) @ v
        x = x + linear(p, f"{b}.out", y.swapaxes(1, 2).reshape(B, -1, C))
        y = jax.nn.gelu(linear(p, f"{b}.up", norm(f"{b}.ln2", x)), approximate=False)
        x = x + linear(p, f"{b}.down", y)
    return linear(p, "head", norm("ln", x)[:, 0]), buffers


def run_gpt(p, buffers, tokens):
    heads = GPT["heads"]
    norm = functools.partial(layer_norm, p)
    B, T = tokens.shape
    x = p["tokens.weight"][tokens] + p["places.weight"][:T]
    mask = jnp.tril(jnp.ones((T, T), bool))
    for i in range(GPT["layers"]):
        b = f"blocks.{i}"
        qkv = linear(p, f"{b}.attention.qkv", norm(f"{b}.ln1", x))
        q, k, v = (a.reshape(B, T, heads, -1).swapaxes(1, 2) for a in jnp.split(qkv, 3, axis=2))
        scores = q @ k.swapaxes(-2, -1) / np.float32(np.sqrt(q.shape[-1]))
        y = jax.nn.softmax(jnp.where(mask, scores, -jnp.inf), axis=-1) @ v
        x = x + linear(p, f"{b}.attention.out", y.swapaxes(1, 2).reshape(B, T, -1))
        y = jax.nn.gelu(linear(p, f"{b}.up", norm(f"{b}.ln2", x)), approximate=False)
        x = x + linear(p, f"{b}.down", y)
    return linear(p, "head", norm("ln", x)).reshape(B * T, -1), buffers


FORWARD = {
    lenet: run_lenet,
    mlp: run_mlp,
    resnet: run_resnet,
    resnet18: run_resnet18,
    resnet50: run_resnet50,
    unet: run_unet,
    vit: run_vit,
    lstm: run_lstm,
    gru: run_gru,
    gpt: run_gpt,
}


def training(case: Case, batches, model) -> Callable[[int], Any]:
    """`run(steps)` returns the last loss, an array; starts from the model's parameters."""
    params = {k: jnp.array(np.array(v.detach().numpy())) for k, v in model.named_parameters()}
    buffers = {
        k: jnp.array(np.array(v.numpy())) for k, v in model.named_buffers() if "running" in k
        or "tracked" in k
    }  # fmt: skip
    forward = FORWARD[case.build]
    if case.optimizer == "sgd":
        rule = optax.sgd(SGD["lr"], momentum=SGD["momentum"])
    else:
        (b1, b2), decay = ADAMW["betas"], ADAMW["weight_decay"]
        rule = optax.adamw(ADAMW["lr"], b1=b1, b2=b2, eps=ADAMW["eps"], weight_decay=decay)
    state = rule.init(params)

    @functools.partial(jax.jit, donate_argnums=(0, 1, 2))
    def step(params, buffers, state, x, y):
        def loss_of(params):
            logits, new = forward(params, buffers, x)
            return cross_entropy(logits, y), new

        (loss, new), grads = jax.value_and_grad(loss_of, has_aux=True)(params)
        updates, state = rule.update(grads, state, params)
        return optax.apply_updates(params, updates), new, state, loss

    loader = [(jnp.array(x), jnp.array(y)) for x, y in batches]

    def run(steps):
        nonlocal params, buffers, state
        for i in range(steps):
            x, y = loader[i % len(loader)]
            params, buffers, state, loss = step(params, buffers, state, x, y)
        return loss

    return run
