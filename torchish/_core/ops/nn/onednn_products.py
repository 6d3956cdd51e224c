"""Products of batches of matrices by oneDNN (Note [Convolutions by oneDNN]).

Note [Products of batches]
XLA computes the products of a batch one after the other, mostly in one thread: twice as slow as
PyTorch at 32 products of 128 × 128 matrices. oneDNN shares the batch between the threads. A product
and its two derivatives are products again, of matrices that may lie transposed, so one primitive is
enough for derivatives of any order. As with convolutions only large ones are taken, in programs
that the engine compiles for this process. What the program transposes just before (`q @ k.mT`) is
read as it lies.
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

LARGE = 50e6  # operations, as of convolutions
SOME = 5e6  # where the program is not stored anyway
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


def _turned(array: int, first: bool, second: bool) -> dict[str, bool]:
    return {"first": first != (array == 0), "second": second != (array == 1)}


_product = primitive("onednn_product", product, _shape, _by_xla, _turned)


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
    if not (a.ndim == b.ndim > 2 and a.shape[:-2] == b.shape[:-2]):
        return False
    m, k = a.shape[-2:]
    same, n = b.shape[-2:] if not second else b.shape[:-3:-1]
    batch = math.prod(a.shape[:-2])
    thin = batch < 2 or k != same or min(m, k, n) < THIN
    enough = SOME if native.has_called() else LARGE
    if thin or 2 * batch * m * k * n < enough or not usable():
        return False
    native.called()
    return True


def matmul(a, b, second: bool = False):
    """`jnp.matmul` of arrays of one dtype; `second`: b lies transposed."""
    if _takes(a, b, second):
        return _product.bind(a, b, first=False, second=second)
    return _by_xla(a, b, False, second)
