"""Random numbers drawn on an accelerator, by a key that a generator gives.

Note [Draws on accelerators]
Masks that are drawn on the host and copied to an accelerator at each step make it wait. So the
generator of an accelerator is a counter: its state is a seed and an offset, each draw takes the
next offset, and both are data of a recorded operator, which makes a key of them and draws by JAX.
The numbers are the same on every kind of accelerator, and others than on the CPU, as PyTorch's are.
A program that wants the CPU's numbers there too asks for them by `torch.random.match_cpu()`, or by
TORCHISH_RANDOM=cpu; then they are drawn on the host. What is refused because of the values of
tensors is not looked for there, as that would wait for them.
"""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from torchish._core.base import dtypes
from torchish._core.base.devices import device as Device
from torchish._core.base.sampling import Sampler
from torchish._core.engine import trace
from torchish._core.ops.draws import DRAWS
from torchish._core.ops.table import FunctionCall
from torchish._core.tensor.tensor import Tensor, wrap

STEP = 4  # what each draw adds to the offset, of which PyTorch wants multiples of four
_BY_VALUES = ("bernoulli_each", "poisson", "binomial", "standard_gamma", "dirichlet",
              "rrelu_noise")  # fmt: skip


def draw(device: Device, seed: int, offset: int, name: str, args: tuple, options: dict) -> Tensor:
    """What a generator's method draws, as a tensor on the device, not computed yet. Its errors are
    the host's where they do not depend on values."""
    _refuse(name, args, options)
    given = [*args, *options.values()]
    tensors = [a for a in given if isinstance(a, Tensor)]
    numbers = [float(a) for a in given if type(a) is float]
    spec = tuple(
        "tensor" if isinstance(a, Tensor) else float if type(a) is float else ("static", a)
        for a in given
    )
    call = _call(name, spec, tuple(options))
    values = [t._value() for t in tensors]
    data = [seed >> 32, seed & 0xFFFFFFFF, offset, *numbers]
    return wrap(trace.record(call, values, data, device)[0])


def _refuse(name: str, args: tuple, options: dict) -> None:
    """Raise what the host's method raises for such arguments; it draws one number at most."""
    if name == "multinomial":
        probs = args[0]
        dtype = probs._aval.dtype if probs.dtype.is_floating_point else np.int64
        args = (np.ones((1,) * (probs.ndim - 1) + probs.shape[-1:], dtype), *args[1:])
    elif name == "normal_around":
        std = args[1]
        name, args = "normal", ((1,), dtypes.float32, 0.0, std if type(std) is float else 1.0)
    elif name in _BY_VALUES:
        return
    elif name == "randperm":
        args = (min(args[0], 0), *args[1:])
    else:
        args = ((1,), *args[1:])
    getattr(_scratch(), name)(*args, **options)


@functools.cache
def _scratch() -> Sampler:
    return Sampler(0)


@functools.lru_cache(4096)
def _call(name: str, spec: tuple, keywords: tuple) -> FunctionCall:
    """The operator that draws with these static arguments."""
    tensors = spec.count("tensor")
    f = DRAWS[name]

    def function(*flat):
        arrays, (high, low, offset, *numbers) = iter(flat[:tensors]), flat[tensors:]
        numbers = iter(numbers)
        given: list[Any] = [
            next(arrays) if a == "tensor" else next(numbers) if a is float else a[1] for a in spec
        ]
        words = jnp.stack([high, low]).astype(jnp.uint32)
        key = jax.random.wrap_key_data(words, impl="threefry2x32")
        key = jax.random.fold_in(key, (offset // STEP).astype(jnp.uint32))
        split = len(spec) - len(keywords)
        return (f(key, *given[:split], **dict(zip(keywords, given[split:], strict=True))),)

    kinds = (int, int, int, *[float] * spec.count(float))
    return FunctionCall("draw_" + name, function, tensors, kinds, differentiable=False)


__all__ = ["STEP", "draw"]
