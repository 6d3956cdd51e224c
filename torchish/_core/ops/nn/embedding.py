"""Embedding look-ups and one-hot codes."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from torchish._core.ops.arguments import scalar_name
from torchish._core.ops.table import Array, Check, MaybeArray, MaybeRaw, Raw, op


def first_bad(valid, values):
    """(whether all are valid, the first value that is not), for a `Check`."""
    if values.size == 0:
        return True, 0
    return valid.all(), values.reshape(-1)[(~valid).reshape(-1).argmax()]


def _in_table(input, weight, **_):
    if weight.ndim != 2:
        return True, 0
    return first_bad((input >= 0) & (input < weight.shape[0]), input)


def _out_of_range(payload, **_):
    return IndexError("index out of range in self")


def _wrap_padding(padding_idx: int | None, rows: int) -> int | None:
    if padding_idx is None:
        return None
    if padding_idx > 0 and padding_idx >= rows:
        raise AssertionError("Padding_idx must be within num_embeddings")
    if padding_idx < -rows:
        raise AssertionError("Padding_idx must be within num_embeddings")
    return padding_idx + rows if padding_idx < 0 else padding_idx


def _require_index(input, position: int = 1) -> None:
    if input.dtype not in (jnp.int64, jnp.int32):
        raise RuntimeError(
            f"Expected tensor for argument #{position} 'indices' to have one of the following "
            f"scalar types: Long, Int; but got torch.{scalar_name(input)}Tensor instead (while "
            "checking arguments for embedding)"
        )


def _frequencies(input, rows: int):
    return jnp.zeros(rows, jnp.int64).at[input.reshape(-1)].add(1, mode="drop")


def look_up(weight, input, padding_idx: int | None, by_frequency: bool):
    """Rows `input` of `weight`; no gradient reaches the padding row, nor is any row's larger for
    being used often."""
    if padding_idx is not None:
        weight = weight.at[padding_idx].set(jax.lax.stop_gradient(weight[padding_idx]))
    if by_frequency:
        share = (
            1 / jnp.maximum(_frequencies(input, weight.shape[0]), 1).astype(weight.dtype)[:, None]
        )
        # Same values, gradient scaled by the share.
        weight = weight * share + jax.lax.stop_gradient(weight - weight * share)
    return jnp.take(weight, input, axis=0, mode="clip")


@op("nn.functional.embedding", method=False, out=False, check=Check(_in_table, _out_of_range))
def embedding(
    input: Raw,
    weight: Array,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
):
    """Rows of a table: input (*) of int64 or int32, weight (rows, width), result (*, width).
    IndexError for an index outside the table. `max_norm` must have been applied to the weight
    already; `sparse` asks for a layout of the gradient that does not exist here, so the gradient is
    dense, with the same values
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html)"""
    _require_index(input)
    if weight.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    return look_up(weight, input, _wrap_padding(padding_idx, weight.shape[0]), scale_grad_by_freq)


@op(
    "_embedding_renorm",
    method=False,
    function=False,
    out=False,
    differentiable=False,
    check=Check(lambda weight, input, **_: _in_table(input, weight), _out_of_range),
)
def embedding_renorm(weight: Array, input: Raw, max_norm: float, norm_type: float = 2.0):
    """The table with the rows that `input` names scaled down to norm `max_norm` where they exceed
    it."""
    norms = jnp.linalg.norm(
        weight.astype(jnp.promote_types(weight.dtype, jnp.float32)), norm_type, axis=1
    )
    used = _frequencies(input, weight.shape[0]) > 0
    scale = jnp.where(used & (norms > max_norm), max_norm / (norms + 1e-7), 1.0)
    return (weight * scale[:, None]).astype(weight.dtype)


@op(
    "_one_hot",
    method=False,
    function=False,
    out=False,
    differentiable=False,
    check=Check(
        lambda input, num_classes: first_bad((input >= 0) & (input < num_classes), input),
        lambda payload, **_: RuntimeError(
            "Class values must be non-negative."
            if payload < 0
            else "Class values must be smaller than num_classes."
        ),
    ),
)
def one_hot(input: Raw, num_classes: int):
    """One more dimension of `num_classes`, 1 at the position that the int64 input names
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html)"""
    if input.dtype != jnp.int64:
        raise RuntimeError(
            "one_hot is only applicable to index tensor of type LongTensor, but "
            f"got {scalar_name(input)}"
        )
    if num_classes < 1:
        raise RuntimeError("num_classes should be positive")
    return (input[..., None] == jnp.arange(num_classes)).astype(jnp.int64)


_WORD = 2**32  # a payload of two numbers: the place times this, and the value


def _bag_arguments(input, weight, offsets=None, include_last_offset=False, **_):
    if weight.ndim != 2 or input.ndim not in (1, 2):
        return True, 0  # the operator itself says what is wrong
    inside = (input >= 0) & (input < weight.shape[0])
    ok, place = True, 0
    if input.size:
        at = (~inside).reshape(-1).argmax().astype("int64")
        ok, place = inside.all(), at * _WORD + input.reshape(-1)[at].astype("int64") % _WORD
    if offsets is None or offsets.size == 0 or input.ndim == 2:
        return ok, place
    first, last = offsets[0] == 0, offsets[-1] <= input.shape[0]
    return ok & first & last, (ok & first) * -2 + (ok & ~first) * -1 + (1 - ok) * place


def _bag_error(payload, input, weight, **_):
    if payload == -1:
        return RuntimeError(
            "offsets[0] has to be 0, i.e., the first sequence in the mini-batch "
            "has to start from position 0."
        )
    if payload == -2:
        return RuntimeError(f"offsets[-1] can not be greater than input's length {input.shape[0]}")
    place, value = divmod(payload, _WORD)
    value -= _WORD if value >= _WORD // 2 else 0
    return RuntimeError(
        f"Index {place} of input takes value {value} which is not in the valid range "
        f"[0, {weight.shape[0]})"
    )


def _check_bag(
    input, weight, offsets, mode, per_sample_weights, scale_grad_by_freq, sparse
) -> None:
    if mode not in ("sum", "mean", "max"):
        raise ValueError("mode has to be one of sum, mean or max")
    if per_sample_weights is not None and per_sample_weights.shape != input.shape:
        raise ValueError(
            "embedding_bag: If per_sample_weights "
            f"(torch.Size({list(per_sample_weights.shape)})) is not None, then it "
            f"must have the same shape as the input (torch.Size({list(input.shape)}))"
        )
    if input.ndim == 2 and offsets is not None:
        raise ValueError(
            "if input is 2D, then offsets has to be None, as input is treated is a "
            "mini-batch of fixed length sequences. However, found offsets of type "
            "<class 'torch.Tensor'>"
        )
    if input.ndim == 1 and (offsets is None or offsets.ndim != 1):
        raise ValueError(
            "offsets has to be a 1D Tensor" + (" but got None" if offsets is None else "")
        )
    if input.ndim not in (1, 2):
        raise ValueError(
            f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.ndim}"
        )
    if mode == "max" and scale_grad_by_freq:
        raise ValueError("max mode does not support scaling the gradient by the frequency")
    if mode == "max" and sparse:
        raise ValueError("max mode does not support sparse weights")
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(
            "embedding_bag: per_sample_weights was not None. per_sample_weights is only supported "
            f"for mode='sum' (got mode='{mode}'). Please open a feature request on GitHub."
        )
    if input.dtype not in (jnp.int64, jnp.int32):
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: "
            f"Long, Int; but got torch.{scalar_name(input)}Tensor instead (while checking "
            "arguments for embedding_bag)"
        )


def _bag_max(rows, counted, bags, count: int):
    """Largest of each bag; the gradient goes to its first occurrence."""
    low = jnp.where(counted[:, None], rows, -jnp.inf)
    top = jax.ops.segment_max(low, bags, count)
    place = jnp.arange(rows.shape[0])[:, None]
    first = jax.ops.segment_min(jnp.where(low == top[bags], place, rows.shape[0]), bags, count)
    found = (first >= 0) & (first < rows.shape[0])
    values = jnp.take_along_axis(rows, jnp.where(found, first, 0), axis=0, mode="clip")
    return jnp.where(found & (top > -jnp.inf), values, 0)


@op("nn.functional.embedding_bag", method=False, out=False, check=Check(_bag_arguments, _bag_error))
def embedding_bag(
    input: Raw,
    weight: Array,
    offsets: MaybeRaw = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: MaybeArray = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
):
    """Sums, means or maxima of bags of rows: input (B, n), or (n,) cut at `offsets` (B,).
    `max_norm` must have been applied to the weight already; the gradient is dense also when
    `sparse`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding_bag.html)"""
    _check_bag(input, weight, offsets, mode, per_sample_weights, scale_grad_by_freq, sparse)
    if padding_idx is not None:
        if not -weight.shape[0] <= padding_idx < weight.shape[0]:
            raise RuntimeError(
                f"padding_idx must be within the number of embeddings, {-weight.shape[0]} through "
                f"{weight.shape[0] - 1}, but got {padding_idx}"
            )
        padding_idx %= weight.shape[0]
    flat = input.reshape(-1)
    if input.ndim == 2:
        count = input.shape[0]
        bags = jnp.repeat(jnp.arange(count), input.shape[1])
    else:
        count = offsets.shape[0] - bool(include_last_offset)
        bags = jnp.searchsorted(offsets[:count], jnp.arange(flat.shape[0]), side="right") - 1
    if flat.shape[0] == 0 or count == 0:
        return jnp.zeros((count, weight.shape[1]), weight.dtype)
    counted = jnp.ones(flat.shape, bool) if padding_idx is None else flat != padding_idx
    rows = look_up(weight, flat, None, scale_grad_by_freq)
    if mode == "max":
        return _bag_max(rows, counted, bags, count)
    wide = jnp.promote_types(weight.dtype, jnp.float32)
    share = counted.astype(wide)
    if per_sample_weights is not None:
        share = share * per_sample_weights.reshape(-1).astype(wide)
    total = jax.ops.segment_sum(rows.astype(wide) * share[:, None], bags, count)
    if mode == "mean":
        total = (
            total / jnp.maximum(jax.ops.segment_sum(counted.astype(wide), bags, count), 1)[:, None]
        )
    return total.astype(weight.dtype)
