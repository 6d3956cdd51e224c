"""Tensors as JAX values, modules and functions inside JAX's transformations, JAX functions as
operators.

Importing this module makes tensors pytrees: a function that takes and gives tensors can be handed
to `jax.jit`, `jax.grad`, `jax.vmap`, `jax.lax.scan` and the others. Inside, tensors hold tracers
and operators apply at once; a value can not be looked at there, and random operators need a key
(`rng`).
"""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from torchish._core.base import dtypes
from torchish._core.ops.draws import DRAWS
from torchish._core.tensor import Tensor
from torchish._core.tensor.generator import draws
from torchish._core.tensor.inner import (
    FunctionCall,
    apply_function,
    from_array,
    jax_array,
    kept_array,
)
from torchish.nn.modules.module import Module
from torchish.nn.parameter import Buffer, Parameter
from torchish.nn.utils.stateless import _functional_call

__all__ = ["from_jax", "functionalize", "operator", "rng", "to_jax"]


def to_jax(tensor: Tensor) -> jax.Array:
    """The tensor's value as a JAX array (under a transformation: its tracer), without its history.

    Nothing is copied, unless the tensor shares its memory with NumPy; later writes to the tensor do
    not reach the array. TypeError for anything but a tensor.
    """
    if not isinstance(tensor, Tensor):
        raise TypeError(f"to_jax takes a torchish tensor, not {type(tensor).__name__}")
    return jax_array(tensor)


def from_jax(array: Any, requires_grad: bool = False) -> Tensor:
    """A tensor on a JAX array or tracer, or a copy of what `jnp.asarray` takes; nothing is copied
    from an array. Writes to the tensor do not reach the array. TypeError for dtypes that PyTorch
    does not have."""
    if not isinstance(array, jax.Array):
        array = jnp.array(array)
    if jnp.issubdtype(array.dtype, jax.dtypes.extended):
        raise TypeError(f"PyTorch has no dtype for {array.dtype}")
    dtypes.from_np(np.dtype(array.dtype))
    tensor = from_array(array, None)
    kept_array(tensor)
    return tensor.requires_grad_(requires_grad)


# --- tensors as pytrees


def _flatten(tensor: Tensor):
    return (to_jax(tensor),), tensor.requires_grad


def _unflatten(requires_grad: bool, leaves) -> Any:
    # JAX also builds trees of placeholders, which are no arrays.
    (leaf,) = leaves
    if not isinstance(leaf, (jax.Array, np.ndarray, np.generic)):
        return leaf
    tensor = from_jax(leaf)
    return tensor.requires_grad_() if requires_grad and tensor._aval.differentiable else tensor


def _register(kind: type) -> None:
    jax.tree_util.register_pytree_node(kind, _flatten, _unflatten)


for _kind in (Tensor, Parameter, Buffer):
    _register(_kind)


def _tensors(tree: Any) -> Any:
    """The tree with tensors for its JAX and NumPy arrays."""
    return jax.tree.map(
        lambda x: (
            from_jax(x) if isinstance(x, (jax.Array, np.ndarray)) and not _is_tensor(x) else x
        ),
        tree,
        is_leaf=_is_tensor,
    )


def _arrays(tree: Any) -> Any:
    return jax.tree.map(lambda x: to_jax(x) if _is_tensor(x) else x, tree, is_leaf=_is_tensor)


def _is_tensor(x: Any) -> bool:
    return isinstance(x, Tensor)


# --- modules as functions


def functionalize(module: Module) -> tuple[Callable, dict[str, jax.Array], dict[str, jax.Array]]:
    """`(apply, params, buffers)`: the module as a pure function of JAX arrays, and its state.

    `apply(params, buffers, *args, rng=None, **kwargs)` gives `(outputs, buffers)`, the buffers as
    the call has left them (running statistics). Arrays in the arguments become tensors, tensors in
    the outputs arrays. `rng` is a JAX key, for modules that draw (dropout). The module is in
    training or evaluation mode as `module` is when `apply` runs; its own tensors stay as they are.
    """
    params = {n: to_jax(p) for n, p in module.named_parameters()}
    buffers = {n: to_jax(b) for n, b in module.named_buffers()}

    def apply(params, buffers, *args, rng=None, **kwargs):
        state = {n: from_jax(a) for n, a in {**params, **buffers}.items()}
        with _rng(rng) if rng is not None else contextlib.nullcontext():
            out = _functional_call(module, state, _tensors(args), _tensors(kwargs))
        return _arrays(out), {n: to_jax(state[n]) for n in buffers}

    return apply, params, buffers


# --- JAX functions as operators

_serial = itertools.count()


def operator(f: Callable, *, name: str | None = None) -> Callable:
    """A JAX function of arrays as an operator on tensors: recorded, compiled with the program
    around it, differentiated by `jax.vjp` (so by the function's own `jax.custom_vjp`, if any).

    Positional arguments that are tensors arrive as arrays, floats as 0-d arrays (changing them
    compiles nothing), anything else as it is; it must be hashable. The function gives an array or
    a tuple of arrays. Usable as a decorator.
    """
    label = name or getattr(f, "__name__", "operator")
    calls: dict = {}
    serial = next(_serial)

    @functools.wraps(f, updated=())
    def call(*args, **kwargs):
        tensors = [a for a in args if isinstance(a, Tensor)]
        if not tensors:
            raise TypeError(f"{label}() needs at least one tensor argument")
        numbers = [a for a in args if type(a) is float]
        static = tuple([None if isinstance(a, (Tensor, float)) else (a,) for a in args])
        kinds = tuple([isinstance(a, Tensor) for a in args])
        key = (kinds, static, tuple(sorted(kwargs.items())))
        if key not in calls:
            calls[key] = _recorded(f, f"{label}_{serial}", kinds, static, dict(kwargs))
        recorded = calls[key]
        title = label.title().replace("_", "")
        outs = apply_function(recorded, tensors, numbers, f"{title}Backward0")
        return outs[0] if recorded.function.single else outs

    return call


class _Recorded:
    """A function of (*tensors, *numbers) that gives a tuple; `single` says whether the user's
    gives one array."""

    def __init__(self, f, kinds, static, options):
        self.f, self.kinds, self.static, self.options = f, kinds, static, options
        self.single = False

    def __call__(self, *flat):
        tensors = iter(flat[: sum(self.kinds)])
        numbers = iter(flat[sum(self.kinds) :])
        args = [
            next(tensors) if is_tensor else next(numbers) if fixed is None else fixed[0]
            for is_tensor, fixed in zip(self.kinds, self.static, strict=True)
        ]
        out = self.f(*args, **self.options)
        self.single = not isinstance(out, (tuple, list))
        return (out,) if self.single else tuple(out)


def _recorded(f, name, kinds, static, options):
    numbers = tuple(
        [float for is_tensor, s in zip(kinds, static, strict=True) if not is_tensor and s is None]
    )
    return FunctionCall(name, _Recorded(f, kinds, static, options), sum(kinds), numbers)


# --- random numbers inside transformations


@contextlib.contextmanager
def rng(key: jax.Array) -> Iterator[None]:
    """Random operators inside draw from this JAX key, split for each draw, instead of from the
    generator: for functions under a JAX transformation. The numbers are JAX's, not PyTorch's.
    NotImplementedError for distributions that JAX does not draw in the needed form.
    """
    count = itertools.count()

    def substitute(_generator, name: str, *args, **kwargs):
        draw = DRAWS.get(name)
        if draw is None:
            raise NotImplementedError(f"{name} from a JAX key")
        return draw(jax.random.fold_in(key, next(count)), *args, **kwargs)

    draws.substitutes.append(substitute)
    try:
        yield
    finally:
        draws.substitutes.remove(substitute)


_rng = rng
