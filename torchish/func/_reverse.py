"""Gradients and vector-Jacobian products of functions of tensors.

https://docs.pytorch.org/docs/stable/func.api.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor, cat, zeros
from torchish._core.tensor.api.factory import of_array
from torchish._core.tensor.tape.modes import enable_grad
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tape.walk import walk
from torchish._core.tensor.tensor import alias_of, grad_edge
from torchish.func._levels import leads_outside, now, settled, stand_in
from torchish.func._vmap import batched
from torchish.utils._pytree import TreeSpec, tree_flatten, tree_map, tree_map_only, tree_unflatten

__all__ = ["grad", "grad_and_value", "jacrev", "pull", "vjp"]


def zeros_of(t: Tensor) -> Tensor:
    return zeros(t._aval.shape, dtype=t.dtype, device=t.device)


def pull(
    outputs: list, inputs: list[Tensor], cotangents: list, *, keep: bool, build: bool
) -> list[Tensor]:
    """The gradients of `outputs` for `inputs`; zeros where they do not depend on them."""
    pairs = [(o, c) for o, c in zip(outputs, cotangents) if grad_edge(o) is not None]
    found: list = [None] * len(inputs)
    if pairs:
        before = modes.partial
        modes.partial = True
        try:
            with _grad_mode(build):
                found = walk(
                    [o for o, _ in pairs],
                    [c for _, c in pairs],
                    retain_graph=keep,
                    create_graph=build,
                    inputs=inputs,
                    accumulate=False,
                )
        finally:
            modes.partial = before
    return [zeros_of(x) if g is None else g for x, g in zip(inputs, found)]


class _grad_mode:
    """Gradient recording on or off."""

    def __init__(self, on: bool):
        self.on = on

    def __enter__(self):
        self.before, modes.grad = modes.grad, self.on

    def __exit__(self, *exc):
        modes.grad = self.before


def picked(args: tuple, argnums: int | tuple[int, ...]) -> tuple[Any, tuple[int, ...]]:
    """(the arguments with the given numbers, the numbers as a tuple), checked."""
    numbers = (argnums,) if isinstance(argnums, int) else argnums
    if not isinstance(argnums, (int, tuple)) or not all(isinstance(n, int) for n in numbers):
        raise RuntimeError(f"argnums must be int or Tuple[int, ...], got: {type(argnums)}")
    if not numbers:
        raise RuntimeError("argnums must be non-empty")
    for n in numbers:
        if not -len(args) <= n < len(args):
            raise RuntimeError(f"Got argnum={n}, but only {len(args)} positional inputs")
    numbers = tuple(n % len(args) for n in numbers)
    if len(set(numbers)) < len(numbers):
        raise RuntimeError(f"argnums elements must be unique, got {argnums}")
    if isinstance(argnums, int):
        return args[numbers[0]], numbers
    return tuple(args[n] for n in numbers), numbers


def replaced(
    args: tuple, argnums: int | tuple[int, ...], numbers: tuple[int, ...], new: Any
) -> tuple:
    """The arguments with others in the places of the picked ones."""
    out = list(args)
    for n, x in zip(numbers, (new,) if isinstance(argnums, int) else new):
        out[n] = x
    return tuple(out)


def stand_ins(tree: Any) -> tuple[list[Tensor], TreeSpec]:
    """Stand-ins for the tensors of a tree, and its structure."""
    leaves, spec = tree_flatten(tree)
    for x in leaves:
        if not isinstance(x, Tensor):
            raise ValueError(f"Thing passed to transform API must be Tensor, got {type(x)}")
    with enable_grad():
        return [stand_in(x) for x in leaves], spec


def settle(tree: Any, start: int) -> Any:
    """The tensors of a result, without history that ends inside."""
    return tree_map_only(Tensor, lambda t: settled(t, start), tree)


def _aux_or_raise(aux: Any) -> Any:
    def check(x):
        if not isinstance(x, Tensor):
            raise RuntimeError(f"Expected tensors, got unsupported type {type(x)}")
        return x

    return tree_map(check, aux)


def grad_and_value(
    func: Callable, argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable:
    """A function that gives (gradient of `func` for the arguments `argnums`, its value).

    has_aux   `func` gives (value, more tensors), and so does the result: (gradient, (value, more))
    https://docs.pytorch.org/docs/stable/generated/torch.func.grad_and_value.html

    >>> torch.func.grad_and_value(lambda x: (x**2).sum())(torch.tensor([1.0, 3.0]))
    (tensor([2., 6.]), tensor(10.))
    """

    @functools.wraps(func)
    def wrapped(*args, **kwargs):
        start, outside = now(), modes.grad
        chosen, numbers = picked(args, argnums)
        xs, spec = stand_ins(chosen)
        with enable_grad():
            out = func(*replaced(args, argnums, numbers, tree_unflatten(xs, spec)), **kwargs)
        aux = None
        if has_aux:
            if not (isinstance(out, tuple) and len(out) == 2):
                raise RuntimeError(
                    "grad_and_value(f)(*args): output of function f should be a tuple: (output, "
                    "aux) if has_aux is True"
                )
            out, aux = out
        if not isinstance(out, Tensor):
            raise RuntimeError(
                f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(out)}"
            )
        if out.dim() != 0:
            raise RuntimeError(
                "grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor "
                f"with {out.dim()} dims. Maybe you wanted to use the vjp or jacrev APIs instead?"
            )
        build = outside and leads_outside((out,), start)
        grads = pull([out], xs, [None], keep=build, build=build)
        result = settle(tree_unflatten(grads, spec), start), settle(out, start)
        if has_aux:
            return result[0], (result[1], settle(_aux_or_raise(aux), start))
        return result

    return wrapped


def grad(func: Callable, argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable:
    """A function that gives the gradient of `func`, which gives a scalar, for arguments `argnums`.

    https://docs.pytorch.org/docs/stable/generated/torch.func.grad.html

    >>> torch.func.grad(torch.sin)(torch.tensor(0.0))
    tensor(1.)
    >>> def loss(w, x):
    ...     return (w * x).sum()
    >>> torch.func.grad(loss, argnums=1)(torch.tensor([2.0, 3.0]), torch.ones(2))
    tensor([2., 3.])
    """
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def wrapped(*args, **kwargs):
        g, value = both(*args, **kwargs)
        return (g, value[1]) if has_aux else g

    return wrapped


def tensors_or_raise(tree: Any, where: str) -> tuple[list[Tensor], TreeSpec]:
    """The tensors of what a function gave, and the structure."""
    leaves, spec = tree_flatten(tree)
    for x in leaves:
        if not isinstance(x, Tensor):
            raise RuntimeError(
                f"{where}: expected f(*primals) to return only tensors, got unsupported type "
                f"{type(x)}"
            )
    return leaves, spec


def vjp(func: Callable, *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """(func(*primals), a function from cotangents of that to a tuple of gradients[, more]).

    https://docs.pytorch.org/docs/stable/generated/torch.func.vjp.html

    >>> value, pullback = torch.func.vjp(lambda x: x**2, torch.tensor([1.0, 3.0]))
    >>> pullback(torch.ones(2))
    (tensor([2., 6.]),)
    """
    start, outside = now(), modes.grad
    xs, spec = stand_ins(primals)
    with enable_grad():
        out = func(*tree_unflatten(xs, spec))
    aux = None
    if has_aux:
        if not (isinstance(out, tuple) and len(out) == 2):
            raise RuntimeError(
                "vjp(f, *primals): output of function f should be a tuple: (output, aux) if "
                "has_aux is True"
            )
        out, aux = out
    outs, out_spec = tensors_or_raise(out, "vjp(f, *primals)")
    to_outside = outside and leads_outside(outs, start)

    def pullback(cotangents, retain_graph: bool = True, create_graph: bool | None = None):
        """Gradients of the primals, from cotangents of the same structure as the output."""
        cts, ct_spec = tree_flatten(cotangents)
        if ct_spec != out_spec:
            raise RuntimeError(
                "Expected pytree structure of cotangents to be the same as pytree structure of "
                f"outputs to the function. cotangents: {_shape(ct_spec)}, primal output: "
                f"{_shape(out_spec)}"
            )
        build = modes.grad if create_graph is None else create_graph
        build = build and (to_outside or any(c.requires_grad for c in cts))
        grads = pull(outs, xs, cts, keep=retain_graph, build=build)
        if not build:
            grads = [alias_of(g) if grad_edge(g) is not None else g for g in grads]
        return tree_unflatten(grads, spec)

    result = settle(out, start)
    if has_aux:
        return result, pullback, settle(_aux_or_raise(aux), start)
    return result, pullback


def _shape(spec: TreeSpec) -> str:
    """A structure as text, tuples in parentheses."""
    if spec.is_leaf():
        return "*"
    if spec.type is tuple:
        return "(" + ", ".join(_shape(c) for c in spec.children()) + ")"
    return repr(spec)


def one_hots(outs: list[Tensor]) -> tuple[list[list[Tensor]], int]:
    """For each output a batch of one-hot cotangents: together, one for every element of all."""
    sizes = [o.numel() for o in outs]
    total = sum(sizes)
    basis, begin = [], 0
    for o, n in zip(outs, sizes):
        rows = np.zeros((total, n), o._aval.dtype)
        np.fill_diagonal(rows[begin : begin + n], 1)
        basis.append(of_array(rows.reshape(total, *o._aval.shape), o.device))
        begin += n
    return basis, total


def jacrev(
    func: Callable,
    argnums: int | tuple[int, ...] = 0,
    *,
    has_aux: bool = False,
    chunk_size: int | None = None,
    _preallocate_and_copy: bool = False,
) -> Callable:
    """A function that gives the Jacobian of `func` by vector-Jacobian products: for each output of
    shape O and argument of shape I, a tensor of shape (*O, *I).

    chunk_size   this many rows at a time, to bound memory
    https://docs.pytorch.org/docs/stable/generated/torch.func.jacrev.html

    >>> torch.func.jacrev(lambda x: x**2)(torch.tensor([1.0, 3.0]))
    tensor([[2., 0.],
            [0., 6.]])
    """
    if chunk_size is not None and not chunk_size > 0:
        raise ValueError("jacrev: `chunk_size` should be greater than 0.")

    @functools.wraps(func)
    def wrapped(*args, **kwargs):
        chosen, numbers = picked(args, argnums)
        aux = None

        def of_chosen(x):
            return func(*replaced(args, argnums, numbers, x), **kwargs)

        if has_aux:
            out, pullback, aux = vjp(of_chosen, chosen, has_aux=True)
        else:
            out, pullback = vjp(of_chosen, chosen)
        outs, out_spec = tree_flatten(out)
        inputs, in_spec = tree_flatten(chosen)
        basis, total = one_hots(outs)
        step = chunk_size or max(total, 1)

        def row(cts: list[Tensor]) -> list[Tensor]:
            return tree_flatten(pullback(tree_unflatten(cts, out_spec))[0])[0]

        parts = [
            batched(row, [b.narrow(0, i, min(step, total - i)) for b in basis], [True] * len(basis),
                    min(step, total - i), "error")
            for i in range(0, total, step)
        ]  # fmt: skip
        columns = [cat(list(p)) if len(p) > 1 else p[0] for p in zip(*parts)]
        jacobian, begin = [], 0
        for o in outs:
            rows = [c.narrow(0, begin, o.numel()) for c in columns]
            rows = [r.reshape(*o._aval.shape, *x._aval.shape) for r, x in zip(rows, inputs)]
            jacobian.append(tree_unflatten(rows, in_spec))
            begin += o.numel()
        result = tree_unflatten(jacobian, out_spec)
        return (result, aux) if has_aux else result

    return wrapped
