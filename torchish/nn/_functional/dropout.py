"""Functions that draw: dropout, randomized leaky ReLU, Gumbel softmax.

PyTorch draws a mask into a tensor laid out like the input (Note [Filled in the order of memory]).
"""

from __future__ import annotations

import warnings

from torchish._core.base.frames import user_level
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor, empty_like, zeros_like
from torchish._core.tensor.api.factory import of_array
from torchish._core.tensor.api.random import contents
from torchish._core.tensor.dispatch import apply, apply_inplace
from torchish._core.tensor.filling_order import in_memory_order
from torchish._core.tensor.generator import default_of

__all__ = [
    "alpha_dropout",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_alpha_dropout",
    "gumbel_softmax",
    "rrelu",
    "rrelu_",
]


def _check(p: float) -> None:
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def _mask(input: Tensor, p: float, feature: bool) -> Tensor:
    shape, generator = tuple(input.shape), default_of(input.device)
    if feature:
        if len(shape) < 2:
            raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
        shape = shape[:2] + (1,) * (len(shape) - 2)
        kept = generator.dropout_mask(shape, p)
    else:
        form = input if input.is_contiguous() else empty_like(input)
        kept = in_memory_order(form, generator, lambda shape: generator.dropout_mask(shape, p))
    return of_array(kept, input.device)


def _drop(op: str, input: Tensor, p: float, training: bool, inplace: bool, feature: bool) -> Tensor:
    if not training or p == 0 or input.numel() == 0:
        return input
    return (apply_inplace if inplace else apply)(
        TABLE[op], (input, _mask(input, p, feature), float(p))
    )


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Zero elements with probability p and scale the rest by 1 / (1 - p), while training
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html)."""
    _check(p)
    return _drop("_dropout", input, p, training, inplace, False)


def alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """Dropout that keeps mean and variance of SELU activations
    (https://arxiv.org/abs/1706.02515)."""
    _check(p)
    return _drop("_alpha_dropout", input, p, training, inplace, False)


def feature_alpha_dropout(
    input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Tensor:
    """`alpha_dropout` of whole channels (dim 1)."""
    _check(p)
    return _drop("_alpha_dropout", input, p, training, inplace, True)


def _feature_dropout(
    input: Tensor, p: float, training: bool, inplace: bool, batched: bool
) -> Tensor:
    if batched:
        return _drop("_dropout", input, p, training, inplace, True)
    x = input.unsqueeze_(0) if inplace else input.unsqueeze(0)
    out = _drop("_dropout", x, p, training, inplace, True)
    return out.squeeze_(0) if inplace else out.squeeze(0)


def dropout1d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Zero whole channels of (N, C, L) or (C, L); RuntimeError for other dimensions."""
    _check(p)
    n = input.dim()
    if n not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {n}D input. Note that dropout1d "
            "exists to provide channel-wise dropout on inputs with 1 spatial dimension, a channel "
            "dimension, and an optional batch dimension (i.e. 2D or 3D inputs)."
        )
    return _feature_dropout(input, p, training, inplace, n == 3)


def dropout2d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Zero whole channels of (N, C, H, W)."""
    _check(p)
    n = input.dim()
    if n not in (3, 4):
        warnings.warn(
            f"dropout2d: Received a {n}-D input to dropout2d, which is deprecated and will result "
            "in an error in a future release. To retain the behavior and silence this warning, "
            "please use dropout instead. Note that dropout2d exists to provide channel-wise "
            "dropout on inputs with 2 spatial dimensions, a channel dimension, and an optional "
            "batch dimension (i.e. 3D or 4D inputs).",
            stacklevel=user_level(),
        )
    if n == 3:
        warnings.warn(
            "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout "
            "behavior is desired - input is interpreted as shape (N, C, L), where C is the channel "
            "dim. This behavior will change in a future release to interpret the input as one "
            "without a batch dimension, i.e. shape (C, H, W). To maintain the 1D channel-wise "
            "dropout behavior, please switch to using dropout1d instead.",
            stacklevel=user_level(),
        )
    return _feature_dropout(input, p, training, inplace, True)


def dropout3d(
    input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False
) -> Tensor:
    """Zero whole channels of (N, C, D, H, W) or (C, D, H, W)."""
    _check(p)
    n = input.dim()
    if n not in (4, 5):
        warnings.warn(
            f"dropout3d: Received a {n}-D input to dropout3d, which is deprecated and will result "
            "in an error in a future release. To retain the behavior and silence this warning, "
            "please use dropout instead. Note that dropout3d exists to provide channel-wise "
            "dropout on inputs with 3 spatial dimensions, a channel dimension, and an optional "
            "batch dimension (i.e. 4D or 5D inputs).",
            stacklevel=user_level(),
        )
    return _feature_dropout(input, p, training, inplace, n == 5)


def rrelu(
    input: Tensor,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Tensor:
    """Leaky ReLU; while training with a slope from [lower, upper] drawn for each element that is
    not positive, so the values are looked at (https://arxiv.org/abs/1505.00853)."""
    if lower > upper:
        raise RuntimeError("Lower bound should be less than or equal to the upper bound")
    if not training:
        slope = (lower + upper) / 2
        return (apply_inplace if inplace else apply)(
            TABLE["nn.functional.leaky_relu"], (input, slope, inplace)
        )
    generator = default_of(input.device)
    drawn = generator.rrelu_noise(contents(input, generator), lower, upper)
    noise = of_array(drawn, input.device)
    return (apply_inplace if inplace else apply)(TABLE["_rrelu"], (input, noise))


def rrelu_(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False
) -> Tensor:
    """In-place form of `rrelu`."""
    return rrelu(input, lower, upper, training, True)


def gumbel_softmax(
    logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> Tensor:
    """Differentiable samples from a categorical distribution; one-hot with the soft gradient when
    `hard` (https://arxiv.org/abs/1611.01144)."""
    if eps != 1e-10:
        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=user_level())
    gumbels = -zeros_like(logits).contiguous().exponential_().log()
    soft = ((logits + gumbels) / tau).softmax(dim)
    if not hard:
        return soft
    index = soft.argmax(dim, keepdim=True)
    one_hot = zeros_like(logits).scatter_(dim, index, 1.0)
    return one_hot - soft.detach() + soft
