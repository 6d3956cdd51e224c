"""Connectionist temporal classification (https://www.cs.toronto.edu/~graves/icml_2006.pdf)."""

from __future__ import annotations

import jax.numpy as jnp
from jax import lax

from torchish._core.base.errors import size_text
from torchish._core.ops.arguments import is_float, not_implemented
from torchish._core.ops.elementwise.quotients import mean
from torchish._core.ops.table import Array, Check, Raw, op

# Stands for log 0: finite, so that differences and gradients of impossible paths are numbers.
_NEVER = -1e30
# Tells a negative length from one that is too large, in the number that a failed check hands on.
_NEGATIVE = -(2**30)


def _lengths_fit(log_probs, targets, input_lengths, target_lengths, **_):
    steps = log_probs.shape[0]
    if input_lengths.size == 0:
        return True, 0
    room = targets.shape[1] if targets.ndim == 2 else targets.size
    too_long = input_lengths.max() > steps
    widest = target_lengths.max() if targets.ndim == 2 else target_lengths.sum()
    least = target_lengths.min()
    bad = too_long | (widest > room) | (least < 0)
    fault = too_long * input_lengths.max() - (1 - too_long) * widest
    negative = least < 0
    return ~bad, negative * (least + _NEGATIVE) + (1 - negative) * fault


def _lengths_error(payload, log_probs, targets, **_):
    where = "(while checking arguments for ctc_loss_allocate_outputs)"
    if payload < _NEGATIVE:
        return RuntimeError(
            "Expected target_lengths to have value at least 0, but got value "
            f"{payload - _NEGATIVE} {where}"
        )
    if payload > 0:
        return RuntimeError(
            f"Expected input_lengths to have value at most {log_probs.shape[0]}, "
            f"but got value {payload} {where}"
        )
    if targets.ndim == 2:
        return RuntimeError(
            f"Expected tensor to have size at least {-payload} at dimension 1, but "
            f"got size {targets.shape[1]} for argument #2 'targets' {where}"
        )
    return RuntimeError(
        f"Expected tensor to have size {-payload} at dimension 0, but got size "
        f"{targets.shape[0]} for argument #2 'targets' {where}"
    )


def _rows(targets, target_lengths, batch: int):
    """Targets as (N, longest), from rows or from one vector of them joined."""
    if targets.ndim == 2:
        return targets
    if not targets.size:
        return jnp.zeros((batch, 0), targets.dtype)
    ends = jnp.cumsum(target_lengths)
    index = (ends - target_lengths)[:, None] + jnp.arange(targets.shape[0])
    return jnp.take(targets, jnp.minimum(index, max(targets.shape[0] - 1, 0)), axis=0, mode="clip")


def _log_likelihood(log_probs, targets, input_lengths, target_lengths, blank: int):
    steps, batch, _ = log_probs.shape
    longest = targets.shape[1]
    places = 2 * longest + 1
    labels = jnp.full((batch, places), blank, jnp.int64).at[:, 1::2].set(targets.astype(jnp.int64))
    repeats = jnp.concatenate([jnp.ones((batch, 2), bool), labels[:, 2:] == labels[:, :-2]], axis=1)
    repeats = repeats[:, :places]
    skip = ~repeats & (
        labels != blank
    )  # a label may follow another one directly, without a blank between
    emitted = jnp.take_along_axis(
        log_probs, jnp.broadcast_to(labels, (steps, batch, places)), axis=2, mode="clip"
    )
    never = jnp.full((batch, places), _NEVER, log_probs.dtype)
    place = jnp.arange(places)
    start = jnp.where(
        (place == 0) | ((place == 1) & (target_lengths[:, None] > 0)), emitted[0], never
    )

    def shift(alpha, n: int):
        return jnp.concatenate([never[:, :n], alpha[:, :-n]], axis=1) if n < places else never

    def step(alpha, x):
        now, t = x
        ways = jnp.stack([alpha, shift(alpha, 1), jnp.where(skip, shift(alpha, 2), never)])
        high = lax.stop_gradient(jnp.max(ways, axis=0))
        total = high + jnp.log(jnp.sum(jnp.exp(ways - high), axis=0))
        new = jnp.maximum(total + now, _NEVER)
        return jnp.where(t < input_lengths[:, None], new, alpha), None

    alpha, _ = lax.scan(step, start, (emitted[1:], jnp.arange(1, steps)))
    alpha = jnp.where(
        (place >= 2 * target_lengths[:, None] - 1) & (place <= 2 * target_lengths[:, None]),
        alpha,
        _NEVER,
    )
    high = lax.stop_gradient(jnp.max(alpha, axis=1))
    total = high + jnp.log(jnp.sum(jnp.exp(alpha - high[:, None]), axis=1))
    # No step at all spells the empty target only.
    return jnp.where(
        input_lengths == 0, jnp.where(target_lengths == 0, 0.0, _NEVER).astype(total.dtype), total
    )


@op("_ctc_loss", method=False, function=False, out=False, check=Check(_lengths_fit, _lengths_error))
def ctc_loss(
    log_probs: Array,
    targets: Raw,
    input_lengths: Raw,
    target_lengths: Raw,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
):
    """Negative log probability of label sequences: log_probs (T, N, C) or (T, C), targets (N, S),
    (S,) or all joined into one vector, lengths (N,) or ()
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.ctc_loss.html)"""
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if not is_float(log_probs):
        raise not_implemented("ctc_loss_cpu", log_probs)
    batched = log_probs.ndim == 3
    x = log_probs if batched else log_probs[:, None, :]
    batch, classes = x.shape[1:]
    if not log_probs.size:
        raise RuntimeError("log_probs tensor must not be empty")
    if not 0 <= blank < classes:
        raise RuntimeError("blank must be in label range")
    if targets.ndim not in (1, 2):
        raise RuntimeError(
            f"Expected 1 to 2 dimensions, but got {targets.ndim}-dimensional tensor "
            f"for argument #2 'targets': {size_text(targets.shape)}"
        )
    for name, lengths in (("input_lengths", input_lengths), ("target_lengths", target_lengths)):
        if lengths.size != batch:
            raise RuntimeError(f"{name} must be of size batch_size")
        if not jnp.issubdtype(lengths.dtype, jnp.integer):
            raise RuntimeError(f"{name} must be integral")
    steps, sizes = (n.reshape(-1).astype(jnp.int64) for n in (input_lengths, target_lengths))
    wide = jnp.maximum(x.astype(jnp.promote_types(x.dtype, jnp.float32)), _NEVER)
    loss = -_log_likelihood(wide, _rows(targets, sizes, batch), steps, sizes, blank)
    impossible = loss > -_NEVER / 2
    # PyTorch's gradient is that of the loss as a function of unnormalized log-probabilities: it
    # has the term exp(x) too, which log_softmax would cancel.
    counted = jnp.arange(x.shape[0])[:, None] < steps
    mass = jnp.sum(jnp.where(counted, jnp.sum(jnp.exp(wide), axis=2), 0), axis=0)
    loss = loss + (mass - lax.stop_gradient(mass))
    loss = jnp.where(impossible, 0 if zero_infinity else jnp.inf, jnp.where(impossible, 0, loss))
    if reduction == "mean":
        loss = mean(loss / jnp.maximum(sizes, 1).astype(loss.dtype))
    elif reduction == "sum":
        loss = jnp.sum(loss)
    elif not batched:
        loss = loss[0]
    return loss.astype(log_probs.dtype)


ctc_loss.grad_name = "CtcLossBackward0"
