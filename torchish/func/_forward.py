"""Jacobian-vector products.

Note [Forward mode]
A vector-Jacobian product is linear in its cotangent, and the gradient of that linear map, at a
tangent, is the Jacobian-vector product. So forward mode needs no second set of rules: it is the
tape walked twice, and XLA drops the first walk's unused half.

https://docs.pytorch.org/docs/stable/func.api.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from torchish._core.tensor import Tensor
from torchish._core.tensor.tape.forward import require_size
from torchish._core.tensor.tape.modes import enable_grad
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import grad_edge
from torchish.func._levels import leads_outside, leaf, now
from torchish.func._reverse import (
    jacrev,
    one_hots,
    picked,
    pull,
    replaced,
    settle,
    stand_ins,
    tensors_or_raise,
    zeros_of,
)
from torchish.func._vmap import RANDOMNESS, batched
from torchish.utils._pytree import tree_flatten, tree_unflatten

__all__ = ["hessian", "jacfwd", "jvp", "linearize"]


class _Linear:
    """A function at a point: its outputs, and what tangents of the inputs become."""

    def __init__(self, func: Callable, primals: tuple, where: str, has_aux: bool = False):
        self.start = now()
        self.outside = modes.grad
        self.inputs, self.in_spec = stand_ins(primals)
        with enable_grad():
            out = func(*tree_unflatten(self.inputs, self.in_spec))
        self.aux = None
        if has_aux:
            if not (isinstance(out, tuple) and len(out) == 2):
                raise RuntimeError(
                    f"{where}: output of function f should be a tuple: (output, aux) if has_aux is "
                    "True"
                )
            out, self.aux = out
        self.outs, self.out_spec = tensors_or_raise(out, where)
        self.out, self.aux = settle(out, self.start), settle(self.aux, self.start)
        # One cotangent for every output that depends on the inputs, and the gradients by it.
        self.dependent = [
            i
            for i, o in enumerate(self.outs)
            if o._aval.differentiable and grad_edge(o) is not None
        ]
        self.seeds = [leaf(zeros_of(self.outs[i])) for i in self.dependent]
        self.grads: list[Tensor] = []
        if self.dependent:
            outs = [self.outs[i] for i in self.dependent]
            self.grads = pull(outs, self.inputs, self.seeds, keep=True, build=True)

    def push(self, tangents: list[Tensor]) -> list[Tensor]:
        """The tangents of the outputs."""
        result = [zeros_of(o) for o in self.outs]
        pairs = [(g, t) for g, t in zip(self.grads, tangents) if grad_edge(g) is not None]
        if not pairs:
            return result
        gs = [g for g, _ in pairs]
        build = self.outside and modes.grad
        build = build and (
            leads_outside(self.outs, self.start) or any(t.requires_grad for t in tangents)
        )
        found = pull(gs, self.seeds, [t for _, t in pairs], keep=True, build=build)
        for i, t in zip(self.dependent, found):
            result[i] = t
        return result


def jvp(
    func: Callable, primals: tuple, tangents: tuple, *, strict: bool = False, has_aux: bool = False
) -> tuple[Any, ...]:
    """(func(*primals), its derivative in the direction `tangents`[, more]).

    strict   RuntimeError for an output that does not depend on the primals
    https://docs.pytorch.org/docs/stable/generated/torch.func.jvp.html

    >>> torch.func.jvp(torch.sin, (torch.tensor(0.0),), (torch.tensor(2.0),))
    (tensor(0.), tensor(2.))
    """
    where = "jvp(f, primals, tangents)"
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, tuple):
            raise RuntimeError(
                f"{where}: Expected {name} to be a tuple. E.g. it should be valid to call "
                f"f(*{name})."
            )
    flat, spec = tree_flatten(primals)
    directions, direction_spec = tree_flatten(tangents)
    if spec != direction_spec:
        raise RuntimeError(
            f"{where}: Expected primals and tangents to have the same python structure. For "
            "example, if primals is a tuple of 3 tensors, tangents also must be. Got primals with "
            f"structure {spec} and tangents with structure {direction_spec}"
        )
    if not flat:
        raise RuntimeError(f"{where}: Expected primals to contain at least one Tensor.")
    for x, t in zip(flat, directions):
        if isinstance(x, Tensor) and isinstance(t, Tensor):
            require_size(x, t)
    linear = _Linear(func, primals, where, has_aux)
    if strict and len(linear.dependent) < len(linear.outs):
        raise RuntimeError(
            "jvp(f, primals, tangents, strict=True): The output of f is independent of the inputs. "
            "This is not allowed with strict=True."
        )
    out = tree_unflatten(linear.push(directions), linear.out_spec)
    out = settle(out, linear.start)
    return (linear.out, out, linear.aux) if has_aux else (linear.out, out)


def linearize(func: Callable, *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """(func(*primals), the function from tangents to the derivative in their direction there).

    https://docs.pytorch.org/docs/stable/generated/torch.func.linearize.html

    >>> value, derivative = torch.func.linearize(lambda x: x**2, torch.tensor([1.0, 3.0]))
    >>> derivative(torch.tensor([1.0, 1.0]))
    tensor([2., 6.])
    """
    linear = _Linear(func, primals, "linearize(f, *primals)")

    def push(*tangents):
        """The derivative in the direction of tangents, of the primals' structure."""
        directions, spec = tree_flatten(tangents)
        if spec != linear.in_spec:
            raise RuntimeError(
                "Expected the tangents to have the same structure as the primals. Got primals with "
                f"structure {linear.in_spec} and tangents with structure {spec}"
            )
        for x, t in zip(linear.inputs, directions):
            if x._aval.shape != t._aval.shape or x.dtype is not t.dtype:
                raise RuntimeError(
                    "Expected the tangents to have the shapes and dtypes of the primals: got "
                    f"{list(t.shape)}, {t.dtype} for {list(x.shape)}, {x.dtype}"
                )
        return settle(tree_unflatten(linear.push(directions), linear.out_spec), linear.start)

    return linear.out, push


def jacfwd(
    func: Callable,
    argnums: int | tuple[int, ...] = 0,
    has_aux: bool = False,
    *,
    randomness: str = "error",
) -> Callable:
    """A function that gives the Jacobian of `func` by Jacobian-vector products: for each output of
    shape O and argument of shape I, a tensor of shape (*O, *I).

    https://docs.pytorch.org/docs/stable/generated/torch.func.jacfwd.html

    >>> torch.func.jacfwd(lambda x: x**2)(torch.tensor([1.0, 3.0]))
    tensor([[2., 0.],
            [0., 6.]])
    """

    @functools.wraps(func)
    def wrapped(*args, **kwargs):
        if randomness not in RANDOMNESS:
            raise RuntimeError(
                "Only allowed values for randomness are 'error', 'different', or 'same'. Got "
                f"{randomness}"
            )
        chosen, numbers = picked(args, argnums)

        def of_chosen(x):
            return func(*replaced(args, argnums, numbers, x), **kwargs)

        linear = _Linear(of_chosen, (chosen,), "jacfwd(f, *primals)", has_aux)
        inputs, in_spec = tree_flatten(chosen)
        basis, total = one_hots(inputs)
        columns = batched(linear.push, basis, [True] * len(basis), total, randomness)
        jacobian = []
        for c in columns:
            begin, parts = 0, []
            for x in inputs:
                part = c.narrow(0, begin, x.numel()).movedim(0, -1)
                parts.append(part.reshape(*c._aval.shape[1:], *x._aval.shape))
                begin += x.numel()
            jacobian.append(tree_unflatten(parts, in_spec))
        result = settle(tree_unflatten(jacobian, linear.out_spec), linear.start)
        return (result, linear.aux) if has_aux else result

    return wrapped


def hessian(func: Callable, argnums: int | tuple[int, ...] = 0) -> Callable:
    """A function that gives the second derivatives of `func`: forward over reverse.

    https://docs.pytorch.org/docs/stable/generated/torch.func.hessian.html

    >>> torch.func.hessian(lambda x: (x**3).sum())(torch.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)
