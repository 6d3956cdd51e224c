"""Losses that take functions, lists of lengths, or a linear map.

https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.triplet_margin_with_distance_loss.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor, tensor
from torchish._core.tensor.api.attach import namespace
from torchish._core.tensor.dispatch import apply

__all__ = ["ctc_loss", "linear_cross_entropy", "triplet_margin_with_distance_loss"]


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """max(0, d(anchor, positive) - d(anchor, negative) + margin) for any distance function d.

    With `swap` the smaller distance to the negative counts. ValueError unless margin > 0,
    RuntimeError for different dimensions.
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    distance = (
        namespace("nn.functional")["pairwise_distance"]
        if distance_function is None
        else distance_function
    )
    a, p, n = anchor.ndim, positive.ndim, negative.ndim
    if not a == p == n:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of "
            f"dimensions, but got: anchor {a}D, positive {p}D, and negative {n}D inputs"
        )
    to_positive, to_negative = distance(anchor, positive), distance(anchor, negative)
    if swap:
        to_negative = to_negative.minimum(distance(positive, negative))
    loss = (margin + to_positive - to_negative).clamp_min(0)
    return loss if reduction == "none" else loss.mean() if reduction == "mean" else loss.sum()


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """Connectionist temporal classification: log_probs (T, N, C) or (T, C), targets (N, S), (S,) or
    all joined, lengths as tensors or sequences of ints
    (https://www.cs.toronto.edu/~graves/icml_2006.pdf)."""

    def lengths(given: Any) -> Tensor:
        return given if isinstance(given, Tensor) else tensor(given, dtype=dt.int64)

    args = (
        log_probs,
        targets,
        lengths(input_lengths),
        lengths(target_lengths),
        blank,
        reduction,
        zero_infinity,
    )
    return apply(TABLE["_ctc_loss"], args)


def linear_cross_entropy(
    input: Tensor,
    linear_weight: Tensor,
    target: Tensor,
    *,
    linear_bias: Tensor | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Tensor:
    """`cross_entropy` of logits input·linear_weightᵀ: input (N, in) or (in), linear_weight
    (classes, *, in). The compiler decides what of the logits is kept, so `options`, PyTorch's ways
    of chunking, change nothing. RuntimeError for shapes that do not go together."""
    if input.dim() not in (1, 2):
        raise RuntimeError(f"expected input with dimensionality 1 or 2, got {input.dim()}")
    if linear_weight.dim() < 2:
        raise RuntimeError(
            f"expected linear_weight with dimensionality at least 2, got {linear_weight.dim()}"
        )
    width = input.shape[-1]
    if width != linear_weight.shape[-1]:
        raise RuntimeError(
            f"expected equal input and linear_weight last dimensions (in_features), got {width} "
            f"and {linear_weight.shape[-1]}, respectively"
        )
    outputs = tuple(linear_weight.shape[:-1])
    if linear_bias is not None and tuple(linear_bias.shape) != outputs:
        raise RuntimeError(f"expected linear_bias shape {outputs}, got {tuple(linear_bias.shape)}")
    if len(outputs) > 1 and input.dim() == 1:
        raise RuntimeError(
            f"K-dimensional loss defined by linear_weight shape {tuple(linear_weight.shape)} "
            f"requires batched input, (N, {width}), got unbatched input with shape "
            f"{tuple(input.shape)}"
        )
    shape = (*input.shape[:-1], *outputs)
    if tuple(target.shape) == shape and ignore_index is not None:
        raise RuntimeError("ignore_index cannot be specified when target contains probabilities")
    functions = namespace("nn.functional")
    bias = None if linear_bias is None else linear_bias.reshape(-1)
    logits = functions["linear"](input, linear_weight.reshape(-1, width), bias).reshape(shape)
    return functions["cross_entropy"](
        logits,
        target,
        weight=weight,
        reduction=reduction,
        ignore_index=-100 if ignore_index is None else ignore_index,
        label_smoothing=label_smoothing,
    )
