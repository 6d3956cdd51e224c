"""Linear layers and convolutions of quantized tensors: exact sums of products of integers.

See Note [Quantized tensors].
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base import dtypes as dt
from torchish._core.tensor import FUNCTIONS, Tensor, record_fused
from torchish._quantized.tensors import (
    BOUNDS,
    QTensor,
    choose_qparams,
    from_ints,
    quantized,
)

__all__ = ["convolved", "linear", "linear_dynamic", "requantized"]


def _product(x: Any, w: Any) -> tuple:
    """(…, k) times (n, k) transposed, as 32-bit integers."""
    out = lax.dot_general(
        x.astype(jnp.int32),
        w.astype(jnp.int32),
        (((x.ndim - 1,), (1,)), ((), ())),
        preferred_element_type=jnp.int32,
    )
    return (out,)


def _sums(x: QTensor, weight: QTensor) -> Tensor:
    """The products' sums with the zero points taken off, int32."""
    (out,) = record_fused(_product, "quantized_product", [x._ints, weight._ints])
    zero_w, n = weight._zero, weight.shape[1]
    if not isinstance(zero_w, Tensor):
        zero_w = int(zero_w)
    zero_x = x.q_zero_point()
    columns = weight._ints.to(dt.int32).sum(1).to(dt.int32)
    rows = x._ints.to(dt.int32).sum(-1, keepdim=True).to(dt.int32)
    out = out - columns * zero_x
    return out - rows * zero_w + zero_w * (zero_x * n)


def _scale_of(x: QTensor, weight: QTensor) -> Any:
    """What a sum is worth: a number, or a float32 tensor of them."""
    scale = np.float32(x.q_scale())
    if isinstance(weight._scale, Tensor):
        return weight._scale.to(dt.float32) * scale.item()
    return (scale * np.float32(weight._scale)).item()


def requantized(
    sums: Tensor, worth: Any, bias: Tensor | None, scale: float, zero: int, relu: bool
) -> QTensor:
    """Sums of products, of which each is worth so much, as integers of another scale."""
    quint8 = dt.UNHELD["quint8"]
    low, high = BOUNDS[quint8]
    x = sums.to(dt.float32)
    if bias is not None:
        x = x + bias.detach() / worth
    factor = worth / np.float32(scale).item()
    ints = (x * factor).round() + zero
    ints = ints.clamp(max(low, zero) if relu else low, high).to(dt.uint8)
    return from_ints(ints, scale, zero, quint8)


def linear(
    x: QTensor, weight: QTensor, bias: Tensor | None, scale: float, zero: int, relu: bool = False
) -> QTensor:
    """`x @ weight.T + bias`, quantized anew."""
    return requantized(_sums(x, weight), _scale_of(x, weight), bias, scale, zero, relu)


def linear_dynamic(
    x: Tensor, weight: QTensor, bias: Tensor | None, relu: bool = False, reduce_range: bool = True
) -> Tensor:
    """The same of a float tensor, which is quantized by its own range; floats."""
    quint8 = dt.UNHELD["quint8"]
    high = 127 if reduce_range else 255
    a = x.detach()
    scale, zero = choose_qparams(a.min().item(), a.max().item(), 0, high)
    q = quantized(a, scale, zero, quint8)
    out = _sums(q, weight).to(dt.float32) * _scale_of(q, weight)
    if bias is not None:
        out = out + bias.detach()
    return out.relu() if relu else out


def convolved(
    x: QTensor,
    weight: QTensor,
    bias: Tensor | None,
    options: dict[str, Any],
    scale: float,
    zero: int,
    relu: bool = False,
    transposed: bool = False,
) -> QTensor:
    """A convolution, quantized anew; `options` are those of `conv2d` and its kin. The sums are
    whole numbers in float64, where they are exact."""
    n = weight.dim() - 2
    name = f"conv_transpose{n}d" if transposed else f"conv{n}d"
    a = x._ints.to(dt.float64) - x.q_zero_point()
    zero_w = weight._along(weight._zero) if isinstance(weight._zero, Tensor) else weight._zero
    w = weight._ints.to(dt.float64) - zero_w
    sums = FUNCTIONS[name](a, w, None, **options)
    shape = [1, -1] + [1] * n
    worth = _scale_of(x, weight)
    if isinstance(worth, Tensor):
        worth = worth.reshape(shape)
    b = None if bias is None else bias.detach().reshape(shape)
    return requantized(sums, worth, b, scale, zero, relu)
