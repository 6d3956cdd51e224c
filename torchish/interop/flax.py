"""An nn.Module as a Flax NNX module, and the reverse.

https://flax.readthedocs.io/en/stable/nnx_basics.html
"""

from __future__ import annotations

import itertools
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

from torchish._core.tensor import Tensor
from torchish._core.tensor.inner import FunctionCall, apply_function
from torchish.interop.jax import from_jax, functionalize
from torchish.nn.modules.module import Module
from torchish.nn.parameter import Parameter

__all__ = ["FromNNX", "ToNNX", "from_nnx", "to_nnx"]


class ToNNX(nnx.Module):
    """A torchish module for Flax programs; made by `to_nnx`.

    `params` maps the module's parameter names to `nnx.Param`, `buffers` its buffer names to
    `nnx.BatchStat`. Calls take and give JAX arrays. `train()` and `eval()` switch the module's
    mode; `rngs` gives the keys of modules that draw.
    """

    def __init__(self, module: Module, rngs: nnx.Rngs | None = None):
        self._apply, params, buffers = functionalize(module)
        self._module = nnx.static(module)
        # Copies: Flax's optimizers may donate what they update.
        self.params = nnx.Dict({n: nnx.Param(jnp.array(a)) for n, a in params.items()})
        self.buffers = nnx.Dict({n: nnx.BatchStat(jnp.array(a)) for n, a in buffers.items()})
        self.rngs = rngs

    def __call__(self, *args, **kwargs):
        params = {n: p[...] for n, p in self.params.items()}
        buffers = {n: b[...] for n, b in self.buffers.items()}
        key = None if self.rngs is None or not self._module.training else self.rngs.dropout()
        out, buffers = self._apply(params, buffers, *args, rng=key, **kwargs)
        for n, a in buffers.items():
            self.buffers[n][...] = a
        return out

    def train(self, **attributes: Any) -> None:
        self._module.train()
        return super().train(**attributes)

    def eval(self, **attributes: Any) -> None:
        self._module.eval()
        return super().eval(**attributes)


def to_nnx(module: Module, rngs: nnx.Rngs | None = None) -> ToNNX:
    """The module with copies of its parameters and buffers as an `nnx.Module`.

    TypeError for anything but an nn.Module. Without `rngs`, a module that draws in training
    (dropout) raises under `nnx.jit`.
    """
    if not isinstance(module, Module):
        raise TypeError(f"to_nnx takes an nn.Module, not {type(module).__name__}")
    return ToNNX(module, rngs)


_serial = itertools.count()


def _plain(a):
    """A JAX key as its data: PyTorch has no dtype for keys."""
    if jnp.issubdtype(a.dtype, jax.dtypes.prng_key):
        return jax.random.key_data(a), jax.random.key_impl(a)
    return a, None


class FromNNX(Module):
    """A Flax NNX module for torchish programs; made by `from_nnx`.

    Its `nnx.Param`s are parameters, all other variables buffers, named by their paths with dots
    for slashes and underscores for dots. A call is one recorded operator, differentiable in the
    parameters and in the tensors among its arguments.
    """

    def __init__(self, model: nnx.Module):
        super().__init__()
        self._name = type(model).__name__
        self._graph, params, rest = nnx.split(model, nnx.Param, ...)
        self._impls: list[Any] = []
        self._split: list[tuple[Any, list[str]]] = []
        for state, learned in ((params, True), (rest, False)):
            names = []
            for path, variable in nnx.to_flat_state(state):
                a, impl = _plain(variable[...])
                names.append(self._hold(path, from_jax(jnp.array(a)), learned))
                if not learned:
                    self._impls.append(impl)
            self._split.append((jax.tree.structure(state), names))
        self._calls: dict = {}

    def _hold(self, path: tuple, tensor: Tensor, learned: bool) -> str:
        *parents, name = [str(p).replace(".", "_") for p in path]
        home: Module = self
        for p in parents:
            if p not in home._modules:
                home.add_module(p, Module())
            home = home._modules[p]
        if learned:
            home.register_parameter(name, Parameter(tensor, tensor.is_floating_point()))
        else:
            home.register_buffer(name, tensor)
        return ".".join([*parents, name])

    def _get_name(self) -> str:
        return self._name

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        leaves, tree = jax.tree.flatten((args, kwargs), is_leaf=lambda x: isinstance(x, Tensor))
        tensors = [x for x in leaves if isinstance(x, Tensor)]
        fixed = tuple([None if isinstance(x, Tensor) else (x,) for x in leaves])
        (_, learned), (_, others) = self._split
        params = dict(self.named_parameters(remove_duplicate=False))
        buffers = dict(self.named_buffers(remove_duplicate=False))
        key = (tree, fixed, self.training)
        if key not in self._calls:
            count = len(learned) + len(others) + len(tensors)
            run = _Run(self, tree, fixed)
            self._calls[key] = FunctionCall(f"{self._name}_{next(_serial)}", run, count)
        call = self._calls[key]
        state = [*[params[n] for n in learned], *[buffers[n] for n in others]]
        outs = apply_function(call, [*state, *tensors], (), f"{self._name}Backward0")
        results, after = outs[: len(outs) - len(others)], outs[len(outs) - len(others) :]
        for n, t in zip(others, after, strict=True):
            buffers[n]._write(t.detach())
        return jax.tree.unflatten(call.function.tree_out, results)


class _Run:
    """The model as a function of (*parameters, *other variables, *tensor arguments)."""

    def __init__(self, model: FromNNX, tree, fixed: tuple):
        self.graph, self.split, self.impls = model._graph, model._split, model._impls
        self.tree, self.fixed, self.training = tree, fixed, model.training
        self.tree_out: Any = None

    def __call__(self, *flat):
        (params_tree, learned), (rest_tree, others) = self.split
        n, m = len(learned), len(learned) + len(others)
        rest = [
            a if impl is None else jax.random.wrap_key_data(a, impl=impl)
            for a, impl in zip(flat[n:m], self.impls, strict=True)
        ]
        model = nnx.merge(
            self.graph,
            jax.tree.unflatten(params_tree, flat[:n]),
            jax.tree.unflatten(rest_tree, rest),
        )
        model.train() if self.training else model.eval()
        given = iter(flat[m:])
        leaves = [next(given) if x is None else x[0] for x in self.fixed]
        args, kwargs = jax.tree.unflatten(self.tree, leaves)
        results, self.tree_out = jax.tree.flatten(model(*args, **kwargs))
        _, _, after = nnx.split(model, nnx.Param, ...)
        return (*results, *[_plain(v)[0] for v in jax.tree.leaves(after)])


def from_nnx(model: nnx.Module) -> FromNNX:
    """The Flax module with copies of its variables as an nn.Module; `train()` and `eval()` switch
    it as they do in Flax. TypeError for anything but an `nnx.Module`."""
    if not isinstance(model, nnx.Module):
        raise TypeError(f"from_nnx takes a flax.nnx.Module, not {type(model).__name__}")
    return FromNNX(model)
