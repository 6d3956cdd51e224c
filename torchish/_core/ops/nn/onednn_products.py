"""Products of matrices, and of batches of them, by oneDNN (Note [Convolutions by oneDNN]).

Note [Products of batches]
XLA computes the products of a batch one after the other, mostly in one thread: twice as slow as
PyTorch at 32 products of 128 × 128 matrices. oneDNN shares the batch between the threads. Of single
products it gains a tenth to a third, most where the first matrix lies transposed, as in gradients
of weights. As with convolutions the program is not stored then, so it has to have a large batch or
many products. A net of two or three layers gains nothing.

A product and its two derivatives are products again, of matrices that may lie transposed, so one
primitive is enough for derivatives of any order. What a program transposes before it is copied,
but for the weights of `linear` and the keys of attention, which are read as they lie.
"""

from __future__ import annotations

import json
import math

import jax
import jax.numpy as jnp
import numpy as np

from torchish._core.base import native
from torchish._core.base.jax_internals import define_bilinear, primitive
from torchish._core.ops.nn.onednn_proof import usable

LARGE = 50e6  # operations from which on a call gains more than a stored program is worth
MANY = 0.05  # seconds of NumPy's for a program's products, from which on all but SMALL ones do too
SMALL = 5e6
THIN = 16  # rows, columns or terms under which XLA is as fast


def _shape(a, b, first: bool, second: bool) -> tuple[int, ...]:
    return (*a.shape[:-2], a.shape[-1 if first else -2], b.shape[-2 if second else -1])


def product(a, b, first: bool = False, second: bool = False):
    """The call itself: the products of a (..., m, k), which lies transposed if `first`, and of
    b (..., k, n), if `second`, in float32."""
    options = {"transpose_a": first, "transpose_b": second, "fusions": {"ops": []}}
    shape = _shape(a, b, first, second)
    batch = (-1,) if a.ndim > 2 else ()
    a, b = (x.reshape(*batch, *x.shape[-2:]) for x in (a, b))
    call = jax.ffi.ffi_call(
        "__onednn$matmul",
        jax.ShapeDtypeStruct((*a.shape[:-2], *shape[-2:]), a.dtype),
        custom_call_api_version=1,
        legacy_backend_config=json.dumps({"onednn_matmul_config": options}),
    )
    return call(a, b).reshape(shape)


def _by_xla(a, b, first: bool, second: bool):
    return jnp.matmul(a.swapaxes(-1, -2) if first else a, b.swapaxes(-1, -2) if second else b)


_product = primitive("onednn_product", product, _shape, _by_xla)


def _by_first(ct, a, b, first: bool, second: bool):
    if first:
        return _product.bind(b, ct, first=second, second=True)
    return _product.bind(ct, b, first=False, second=not second)


def _by_second(ct, a, b, first: bool, second: bool):
    if second:
        return _product.bind(ct, a, first=True, second=first)
    return _product.bind(a, ct, first=not first, second=False)


define_bilinear(_product, _by_first, _by_second)


def _takes(a, b, second: bool) -> bool:
    if not (native.may_call() and a.dtype == b.dtype == np.float32):
        return False
    if not (a.ndim == b.ndim >= 2 and a.shape[:-2] == b.shape[:-2]):
        return False
    m, k = a.shape[-2:]
    same, n = b.shape[-2:] if not second else b.shape[:-3:-1]
    work = 2 * math.prod(a.shape[:-2]) * m * k * n
    thin = k != same or min(m, k, n) < THIN
    enough = native.products() >= MANY or (a.ndim > 2 and work >= LARGE)
    if thin or work < SMALL or not enough or not usable():
        return False
    native.called()
    return True


def taken(a, b, second: bool = False):
    """The matrix product of a and b, which lies transposed if `second`, where oneDNN takes it;
    else None. Each row of an `a` of more dimensions is a row of one product with a matrix."""
    if a.ndim > b.ndim == 2:
        y = taken(a.reshape(math.prod(a.shape[:-1]), a.shape[-1]), b, second)
        return y if y is None else y.reshape(*a.shape[:-1], y.shape[1])
    return _product.bind(a, b, first=False, second=second) if _takes(a, b, second) else None


def matmul(a, b, second: bool = False):
    """`jnp.matmul` of arrays of one dtype; `second`: b lies transposed."""
    y = taken(a, b, second)
    return _by_xla(a, b, False, second) if y is None else y
