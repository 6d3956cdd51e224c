"""Clipping of gradients.

https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from types import GeneratorType

import jax.numpy as jnp
import numpy as np

from torchish._core.ops.table import with_host
from torchish._core.tensor import Tensor, record_fused, tensor

__all__ = [
    "clip_grad_norm",
    "clip_grad_norm_",
    "clip_grad_value_",
    "clip_grads_with_norm_",
    "get_total_norm",
]


def _norm(x, order: float):
    x = jnp.abs(x.astype(jnp.promote_types(x.dtype, jnp.float32))).reshape(-1)
    if order == math.inf:
        return jnp.max(x, initial=0)
    if order == -math.inf:
        return jnp.min(x, initial=jnp.inf)
    if order == 0:
        return jnp.sum(x != 0).astype(x.dtype)
    if order == 1:
        return jnp.sum(x)
    if order == 2:
        return jnp.sqrt(jnp.sum(x * x))
    return jnp.sum(x**order) ** (1 / order)


def _total_norm(arrays, order: float):
    norms = [_norm(x, order).astype(x.real.dtype) for x in arrays]
    kind = jnp.result_type(*[n.dtype for n in norms])
    return _norm(jnp.stack([n.astype(kind) for n in norms]), order).astype(kind)


def _scaled(arrays, total, max_norm):
    share = max_norm.astype(total.dtype) / (total + jnp.asarray(1e-6, total.dtype))
    share = jnp.minimum(share, 1)
    return [x * share.astype(x.real.dtype) for x in arrays]


def _total_norm_on_host(arrays, order: float):
    if order != 2:
        norms = [np.abs(_wide(x)).reshape(-1) for x in arrays]
        kinds = [x.real.dtype for x in arrays]
        each = [_norm_of(x, order).astype(k) for x, k in zip(norms, kinds, strict=True)]
        kind = np.result_type(*each)
        return np.asarray(_norm_of(np.stack(each).astype(_wide(each[0]).dtype), order), kind)
    squares, kinds = [], []
    for x in arrays:
        flat = _wide(x).reshape(-1)
        squares.append(np.vdot(flat, flat).real)
        kinds.append(x.real.dtype)
    return np.asarray(np.sqrt(np.add.reduce(squares)), np.result_type(*kinds))


def _wide(x):
    return x if x.dtype.kind in "fc" and x.dtype.itemsize >= 4 else x.astype(np.float32)


def _norm_of(x, order: float):
    if order == math.inf:
        return np.max(x, initial=0)
    if order == -math.inf:
        return np.min(x, initial=math.inf)
    if order == 0:
        return np.sum(x != 0).astype(x.dtype)
    if order == 1:
        return np.sum(x)
    return np.sum(x**order) ** (1 / order)


def _scaled_on_host(arrays, total, max_norm):
    share = np.minimum(total.dtype.type(max_norm) / (total + total.dtype.type(1e-6)), 1)
    return [x * share.astype(x.real.dtype) for x in arrays]


@with_host(lambda total, *rest: tuple(_scaled_on_host(rest[:-1], total, rest[-1])))
def _clip_with(total, *rest):
    return tuple(_scaled(rest[:-1], total, rest[-1]))


def _listed(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    if isinstance(parameters, Tensor):
        return [parameters]
    empty_generator = isinstance(parameters, GeneratorType)
    found = list(parameters)
    if empty_generator and not found:
        warnings.warn(
            "`parameters` is an empty generator, no gradient clipping will occur.", stacklevel=4
        )
    return found


def _check_finite(total: Tensor, norm_type: float) -> None:
    if not math.isfinite(total.item()):
        raise RuntimeError(
            f"The total norm of order {float(norm_type)} for gradients from `parameters` is "
            "non-finite, so it cannot be clipped. To disable this error and scale the gradients "
            "by the non-finite norm anyway, set `error_if_nonfinite=False`"
        )


def _spread(tensors: list[Tensor]) -> type | None:
    """The class of tensors over several processes, which sums up what each has; None where there
    are none."""
    return next((type(t) for t in tensors if hasattr(t, "_norm_of_all")), None)


def get_total_norm(
    tensors: Tensor | Iterable[Tensor],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The norm of all elements of all tensors. With `error_if_nonfinite` RuntimeError unless it is
    finite, which looks at its value.

    >>> nn.utils.get_total_norm([torch.tensor([3.0]), torch.tensor([4.0])])
    tensor(5.)
    """
    found = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    order = float(norm_type)
    if not found:
        return tensor(0.0)
    spread = _spread(found)
    if spread is not None:
        total = spread._norm_of_all(found, order, get_total_norm)
        if error_if_nonfinite:
            _check_finite(total, norm_type)
        return total

    @with_host(lambda *arrays: (_total_norm_on_host(arrays, order),))
    def norm(*arrays):
        return (_total_norm(arrays, order),)

    total = record_fused(norm, ("total_norm", order), found)[0]
    if error_if_nonfinite:
        _check_finite(total, norm_type)
    return total


def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    total_norm: Tensor,
    foreach: bool | None = None,
) -> None:
    """Scale the gradients in place as if their total norm were `total_norm`, to at most
    `max_norm`.

    >>> w = nn.Parameter(torch.zeros(2))
    >>> w.grad = torch.tensor([3.0, 4.0])
    >>> nn.utils.clip_grads_with_norm_([w], 1.0, torch.tensor(10.0))
    >>> w.grad
    tensor([0.3000, 0.4000])
    """
    grads = [p.grad for p in _listed(parameters) if p.grad is not None]
    if not grads:
        return
    new = record_fused(_clip_with, "clip_with_norm", [total_norm, *grads], [float(max_norm)])
    for g, n in zip(grads, new, strict=True):
        g._write(n)


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale all gradients in place so that their total norm is at most `max_norm`; the norm before,
    0-dim.

    One recorded operator over all of them. With `error_if_nonfinite` RuntimeError unless the norm
    is finite, which looks at its value.

    >>> w = nn.Parameter(torch.zeros(2))
    >>> w.grad = torch.tensor([3.0, 4.0])
    >>> nn.utils.clip_grad_norm_([w], max_norm=1.0), w.grad
    (tensor(5.), tensor([0.6000, 0.8000]))
    """
    found = _listed(parameters)  # a generator can be read once
    grads = [p.grad for p in found if p.grad is not None]
    order = float(norm_type)
    if not grads:
        return tensor(0.0)
    if error_if_nonfinite or _spread(grads) is not None:
        total = get_total_norm(grads, norm_type, error_if_nonfinite)
        clip_grads_with_norm_(found, max_norm, total)
        return total

    def clip_on_host(*rest):
        *arrays, limit = rest
        total = _total_norm_on_host(arrays, order)
        return (total, *_scaled_on_host(arrays, total, limit))

    @with_host(clip_on_host)
    def clip(*rest):
        *arrays, limit = rest
        total = _total_norm(arrays, order)
        return (total, *_scaled(arrays, total, limit))

    total, *new = record_fused(clip, ("clip_norm", order), grads, [float(max_norm)])
    for g, n in zip(grads, new, strict=True):
        g._write(n)
    return total


def clip_grad_norm(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Deprecated name of `clip_grad_norm_`."""
    warnings.warn(
        "`torch.nn.utils.clip_grad_norm` is now deprecated in favor of "
        "`torch.nn.utils.clip_grad_norm_`.",
        FutureWarning,
        stacklevel=2,
    )
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite, foreach)


def clip_grad_value_(
    parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None
) -> None:
    """Clamp every element of all gradients in place to [-clip_value, clip_value].

    >>> w = nn.Parameter(torch.zeros(2))
    >>> w.grad = torch.tensor([3.0, -0.5])
    >>> nn.utils.clip_grad_value_([w], 1.0)
    >>> w.grad
    tensor([ 1.0000, -0.5000])
    """
    grads = [p.grad for p in _listed(parameters) if p.grad is not None]
    if not grads:
        return
    limit = float(clip_value)

    @with_host(lambda *rest: tuple([np.clip(x, -rest[-1], rest[-1]) for x in rest[:-1]]))
    def clip(*rest):
        *arrays, v = rest
        return tuple(jnp.clip(x, -v.astype(x.dtype), v.astype(x.dtype)) for x in arrays)

    for g, n in zip(grads, record_fused(clip, "clip_value", grads, [limit]), strict=True):
        g._write(n)
