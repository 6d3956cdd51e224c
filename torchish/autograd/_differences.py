"""The derivatives that `gradcheck` compares: finite differences, tangents, gradients.

Note [Directions and seeds]
Everything that is compared is a matrix of real numbers, of one input and one output: for each
direction of the input and each seed of the output, how fast the seed's component of the output
grows along the direction. A direction is an element's unit, and for complex elements the imaginary
unit as well; so is a seed. In fast mode there is one random direction for each input, and one seed
for each output. Finite differences and tangents give the matrix by directions, gradients by seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.tensor.api.factory import of_array, zeros_like
from torchish._core.tensor.api.random import rand
from torchish._core.tensor.sparse import SparseTensor, index_tensor, linear, make
from torchish._core.tensor.tape.autograd import grad
from torchish._core.tensor.tensor import Tensor
from torchish.autograd import forward_ad


class GradcheckError(RuntimeError):
    """Analytical and numerical gradients differ."""


class Options(NamedTuple):
    eps: float
    atol: float
    rtol: float
    nondet_tol: float
    check_undefined_grad: bool
    check_grad_dtypes: bool
    check_batched_grad: bool
    check_batched_forward_grad: bool
    check_forward_ad: bool
    check_backward_ad: bool
    fast_mode: bool
    masked: bool


def as_tuple(x: Any) -> tuple:
    return tuple(x) if isinstance(x, (tuple, list)) else (x,)


def outputs_of(func: Callable, inputs: Sequence) -> tuple[Tensor, ...]:
    return tuple(o for o in as_tuple(func(*inputs)) if isinstance(o, Tensor))


def of_numbers(t: Any) -> bool:
    return isinstance(t, Tensor) and (t.is_floating_point() or t.is_complex())


def wanted_of(inputs: Sequence) -> list[int]:
    return [k for k, t in enumerate(inputs) if isinstance(t, Tensor) and t.requires_grad]


def array_of(t: Tensor) -> np.ndarray:
    t = t.detach()
    return np.array((t.to_dense() if t._sparse else t).resolve_conj().resolve_neg()._host())


# --- directions ---------------------------------------------------------------------------------


def units(shape: Sequence[int], is_complex: bool) -> Iterator[np.ndarray]:
    """Each element's unit, then its imaginary one."""
    for j in range(int(np.prod(shape))):
        for unit in (1.0, 1j) if is_complex else (1.0,):
            d = np.zeros(tuple(shape), complex if is_complex else float)
            d.reshape(-1)[j] = unit
            yield d


def random_direction(shape: Sequence[int], is_complex: bool) -> np.ndarray:
    d = array_of(rand(*shape, dtype=dt.float64))
    if is_complex:
        d = d + 1j * array_of(rand(*shape, dtype=dt.float64))
    return d / max(float(np.linalg.norm(d)), 1e-30)


def directions_of(t: Tensor, fast: bool, masked: bool = False) -> list[np.ndarray]:
    if fast:
        found = [random_direction(t.shape, t.is_complex())]
    else:
        found = list(units(t.shape, t.is_complex()))
    if t._sparse and masked:  # only what is there is moved
        there = np.zeros(tuple(t.shape), bool)
        there[tuple(np.asarray(cast(SparseTensor, t)._coo_indices()._array()))] = True
        found = [d * there for d in found if fast or (d * there).any()]
    return found


def _with_all_places(t: SparseTensor) -> SparseTensor:
    """A sparse leaf that holds every element, those that are not in `t` as zeros."""
    whole = t.detach().to_dense()
    kept = tuple(t.shape[: t.sparse_dim()])
    index = np.indices(kept).reshape(len(kept), -1)
    values = whole.reshape(index.shape[1], *t.shape[len(kept) :]).clone()
    if t.layout is layouts.sparse_coo:
        parts = (index_tensor(index, t.device),)
    else:
        rows, columns = kept if t.layout is layouts.sparse_csr else kept[::-1]
        if t.layout is not layouts.sparse_csr:
            values = whole.t().reshape(-1).clone()
        pointers = np.arange(rows + 1) * columns
        plain = np.tile(np.arange(columns), rows)
        parts = (index_tensor(pointers, t.device), index_tensor(plain, t.device))
    r = make(t.layout, parts, values, tuple(t.shape), True)
    r.requires_grad_()
    return r


def _values_along(t: SparseTensor, direction: np.ndarray) -> np.ndarray:
    """A direction as one of a sparse tensor's values; of places that are named more than once, the
    first moves."""
    index = np.asarray(t._coo_indices()._array())
    along = direction[tuple(index)].reshape(tuple(t._vals.shape))
    _, first = np.unique(linear(index, t.shape[: len(index)]), return_index=True)
    moves = np.zeros(len(along), bool)
    moves[first] = True
    return along * moves.reshape(-1, *[1] * (along.ndim - 1))


def component(a: np.ndarray, seed: np.ndarray) -> float:
    return float(np.vdot(seed, a).real)


def like(t: Tensor, direction: np.ndarray) -> Tensor:
    """A direction as a tensor of the dtype of `t`."""
    return of_array(direction).to(t.dtype)


def numerical(
    func: Callable,
    inputs: Sequence,
    k: int,
    directions: list[np.ndarray],
    eps: float,
    masked: bool = False,
) -> list[list[np.ndarray]]:
    """For each direction of input k, the derivatives of the outputs. The input itself is moved, so
    that functions which close over it see that; of a sparse one its values, and where what is not
    there counts as zeros that can move (`masked` is False), those of one that holds them all."""
    x = inputs[k]
    given = list(inputs)
    if isinstance(x, SparseTensor):
        given[k] = x = x if masked else _with_all_places(x)
        directions = [_values_along(x, d) for d in directions]
        data = x._vals.data
    else:
        data = x.data
    base = array_of(data)

    def at(a: np.ndarray) -> list[Tensor]:
        data.copy_(of_array(a).to(data.dtype))
        return [o.detach().clone() for o in outputs_of(func, given) if of_numbers(o)]

    columns = []
    try:
        for d in directions:
            low, high = at(base - eps * d), at(base + eps * d)
            for a, b in zip(low, high, strict=True):
                for name, x, y in (("shape", a.shape, b.shape), ("dtype", a.dtype, b.dtype)):
                    if x != y:
                        raise AssertionError(
                            f"Expected `func` to return outputs with the same {name} when inputs "
                            f"are perturbed by {eps}, but got: {name}s {x} and {y}."
                        )
            columns.append(
                [(array_of(b) - array_of(a)) / (2 * eps) for a, b in zip(low, high, strict=True)]
            )
    finally:
        data.copy_(of_array(base).to(data.dtype))
    return columns


def by_tangents(
    func: Callable, inputs: Sequence, k: int, directions: list[np.ndarray], o: Options
) -> list[list[np.ndarray]]:
    """The same by dual tensors."""
    columns = []
    for d in directions:
        with forward_ad.dual_level():
            given = []
            for i, t in enumerate(inputs):
                if isinstance(t, Tensor) and t.requires_grad:
                    tangent = like(t, d) if i == k else zeros_like(t)
                    t = forward_ad.make_dual(t.detach(), tangent.detach())
                given.append(t)
            column = []
            for out in outputs_of(func, given):
                if not of_numbers(out):
                    continue
                tangent = forward_ad.unpack_dual(out).tangent
                if tangent is None:
                    column.append(np.zeros(tuple(out.shape)))
                    continue
                if o.check_grad_dtypes and tangent.dtype is not out.dtype:
                    raise GradcheckError("Forward AD gradient has dtype mismatch.")
                column.append(array_of(tangent))
            columns.append(column)
    return columns


def by_gradients(
    output: Tensor, inputs: Sequence[Tensor], seeds: list[np.ndarray], o: Options
) -> list[list[Tensor | None]]:
    """For each seed, the gradients of the inputs; GradcheckError where they are not what they
    should be."""
    rows = []
    output = output.clone()
    types, sizes, same = True, True, True
    for s in seeds:
        seed = like(output, s)
        got, again = (
            grad(output, inputs, seed, retain_graph=True, allow_unused=True) for _ in range(2)
        )
        for x, g, h in zip(inputs, got, again, strict=True):
            if g is None:
                continue
            types = types and g.dtype is x.dtype
            sizes = sizes and g.shape == x.shape
            apart = np.abs(array_of(g) - array_of(h)).max(initial=0) if h is not None else 0
            same = same and bool(apart <= o.nondet_tol)
        rows.append(list(got))
    if not types and o.check_grad_dtypes:
        raise GradcheckError("Gradient has dtype mismatch")
    if not sizes:
        raise GradcheckError("Analytical gradient has incorrect size")
    if not same:
        raise GradcheckError(
            "Backward is not reentrant, i.e., running backward with same input and grad_output "
            "multiple times gives different values, although analytical gradient matches numerical "
            f"gradient. The tolerance for nondeterminism was {o.nondet_tol}.\n\nAn operator that "
            "may give different results each time is checked with `nondet_tol=<tol>`."
        )
    return rows
