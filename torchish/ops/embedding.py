"""Embedding look-ups and one-hot codes."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from torchish.ops.arguments import scalar_name
from torchish.ops.table import Array, Check, Raw, op


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
            f"Expected tensor for argument #{position} 'indices' to have one of the following scalar types: Long, Int; "
            f"but got torch.{scalar_name(input)}Tensor instead (while checking arguments for embedding)")


def _frequencies(input, rows: int):
    return jnp.zeros(rows, jnp.int64).at[input.reshape(-1)].add(1, mode="drop")


def look_up(weight, input, padding_idx: int | None, by_frequency: bool):
    """Rows `input` of `weight`; no gradient reaches the padding row, nor is any row's larger for being used often."""
    if padding_idx is not None:
        weight = weight.at[padding_idx].set(jax.lax.stop_gradient(weight[padding_idx]))
    if by_frequency:
        share = 1 / jnp.maximum(_frequencies(input, weight.shape[0]), 1).astype(weight.dtype)[:, None]
        # Same values, gradient scaled by the share.
        weight = weight * share + jax.lax.stop_gradient(weight - weight * share)
    return jnp.take(weight, input, axis=0, mode="clip")


@op("nn.functional.embedding", method=False, out=False, check=Check(_in_table, _out_of_range))
def embedding(input: Raw, weight: Array, padding_idx: int | None = None, max_norm: float | None = None,
              norm_type: float = 2.0, scale_grad_by_freq: bool = False, sparse: bool = False):  # fmt: skip
    """Rows of a table: input (*) of int64 or int32, weight (rows, width), result (*, width). IndexError for an index
    outside the table. `max_norm` must have been applied to the weight already; `sparse` asks for a layout of the gradient that does not
    exist here, so the gradient is dense, with the same values
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html)"""
    _require_index(input)
    if weight.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    return look_up(weight, input, _wrap_padding(padding_idx, weight.shape[0]), scale_grad_by_freq)


@op("_embedding_renorm", method=False, function=False, out=False, differentiable=False,
    check=Check(lambda weight, input, **_: _in_table(input, weight), _out_of_range))  # fmt: skip
def embedding_renorm(weight: Array, input: Raw, max_norm: float, norm_type: float = 2.0):
    """The table with the rows that `input` names scaled down to norm `max_norm` where they exceed it."""
    norms = jnp.linalg.norm(weight.astype(jnp.promote_types(weight.dtype, jnp.float32)), norm_type, axis=1)
    used = _frequencies(input, weight.shape[0]) > 0
    scale = jnp.where(used & (norms > max_norm), max_norm / (norms + 1e-7), 1.0)
    return (weight * scale[:, None]).astype(weight.dtype)


@op("_one_hot", method=False, function=False, out=False, differentiable=False,
    check=Check(lambda input, num_classes: first_bad((input >= 0) & (input < num_classes), input),
                lambda payload, **_: RuntimeError("Class values must be non-negative." if payload < 0 else
                                                  "Class values must be smaller than num_classes.")))  # fmt: skip
def one_hot(input: Raw, num_classes: int):
    """One more dimension of `num_classes`, 1 at the position that the int64 input names
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html)"""
    if input.dtype != jnp.int64:
        raise RuntimeError(f"one_hot is only applicable to index tensor of type LongTensor, but got "
                           f"{scalar_name(input)}")
    if num_classes < 1:
        raise RuntimeError("num_classes should be positive")
    return (input[..., None] == jnp.arange(num_classes)).astype(jnp.int64)
