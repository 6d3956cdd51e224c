"""PowerSGD: gradients travel as products of two thin matrices (https://arxiv.org/abs/1905.13727).

A gradient M of n × m is sent as P = M Q and Q = Mᵀ P of rank r, and what is lost of it is added to
the next one. https://docs.pytorch.org/docs/stable/ddp_comm_hooks.html#powersgd-communication-hook
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from torchish import linalg
from torchish._core.tensor import Tensor, cat, no_grad, randn, zeros
from torchish.distributed import _collectives
from torchish.distributed._buckets import GradBucket
from torchish.distributed._group import ProcessGroup, group_of
from torchish.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook
from torchish.futures import Future
from torchish.random import fork_rng, manual_seed

__all__ = ["PowerSGDState", "batched_powerSGD_hook", "powerSGD_hook"]


class PowerSGDState:
    """What the hook keeps from step to step.

    Args:
        process_group: the group, all processes unless given.
        matrix_approximation_rank: the rank r.
        start_powerSGD_iter: gradients travel whole before this step.
        min_compression_rate: a gradient travels as matrices where it has more elements than they,
            so many times.
        use_error_feedback: what is lost is added to the next gradient.
        warm_start: Q begins as it ended.
        orthogonalization_epsilon: added to lengths before dividing by them; with 0 columns are made
            orthogonal by a QR decomposition.
        random_seed: of the first Q.
        batch_tensors_with_same_shape: matrices of one shape are made orthogonal together, which
            gives the same numbers.

    ValueError for a start before the third step with what needs steps before it.
    """

    def __init__(
        self,
        process_group: ProcessGroup | None,
        matrix_approximation_rank: int = 1,
        start_powerSGD_iter: int = 1_000,
        min_compression_rate: float = 2,
        use_error_feedback: bool = True,
        warm_start: bool = True,
        orthogonalization_epsilon: float = 0,
        random_seed: int = 0,
        compression_stats_logging_frequency: int = 10_000,
        batch_tensors_with_same_shape: bool = False,
    ) -> None:
        if (use_error_feedback or warm_start) and start_powerSGD_iter <= 1:
            raise ValueError(
                "Expect `start_powerSGD_iter` > 1 if `use_error_feedback` or `warm_start` is "
                "enabled, because PowerSGD can only be applied after the first two iterations in "
                "DDP."
            )
        self.process_group = process_group
        self.matrix_approximation_rank = matrix_approximation_rank
        self.start_powerSGD_iter = start_powerSGD_iter
        self.min_compression_rate = min_compression_rate
        self.use_error_feedback, self.warm_start = use_error_feedback, warm_start
        self.orthogonalization_epsilon = orthogonalization_epsilon
        self.rng = np.random.RandomState(random_seed)
        self.compression_stats_logging_frequency = max(1, compression_stats_logging_frequency)
        self.batch_tensors_with_same_shape = batch_tensors_with_same_shape
        self.error_dict: dict[int, Tensor] = {}
        self.q_memory_dict: dict[int, list[Tensor]] = {}
        self.iter = 0
        self.total_numel_before_compression = self.total_numel_after_compression = 0

    def maybe_increase_iter(self, bucket: GradBucket) -> None:
        """Count a step when its last bucket is here."""
        self.iter += bucket.is_last()

    def compression_stats(self) -> tuple[float, int, int]:
        """How many times smaller the gradients have become, elements before and after."""
        before, after = self.total_numel_before_compression, self.total_numel_after_compression
        return (before / after if after else 0.0), before, after


def _orthogonal(matrix: Tensor, epsilon: float) -> Tensor:
    """A matrix with orthonormal columns of the same span."""
    if epsilon == 0:
        wide = matrix.float() if matrix.dtype.itemsize < 4 else matrix
        return linalg.qr(wide)[0].to(matrix.dtype)
    columns: list[Tensor] = []
    for i in range(matrix.shape[1]):
        column = matrix[:, i]
        for before in columns:
            column = column - (before * column).sum() * before
        columns.append(column / (column.norm() + epsilon))
    return cat([c.reshape(-1, 1) for c in columns], 1)


def _together(group: ProcessGroup, tensors: Sequence[Tensor], divisor: int) -> list[Tensor]:
    """The sums of these tensors over all ranks, divided, by one collective."""
    if not tensors:
        return []
    flat = cat([t.reshape(-1) for t in tensors])
    _collectives.all_reduce(flat, group=group)
    flat = flat / divisor
    made, at = [], 0
    for t in tensors:
        made.append(flat[at : at + t.numel()].reshape(t.shape))
        at += t.numel()
    return made


def _first_qs(state: PowerSGDState, index: int, matrices: Sequence[Tensor]) -> list[Tensor]:
    """The Q of each matrix to begin with: as it ended, or of random numbers, the same on all
    ranks."""
    found = state.q_memory_dict.get(index) if state.warm_start else None
    if found is None:
        found = []
        with fork_rng(devices=[]):
            manual_seed(int(state.rng.randint(1_000_000_000)))
            for m in matrices:
                rank = min(*m.shape, state.matrix_approximation_rank)
                found.append(randn(m.shape[1], rank).to(m.dtype).to(m.device))
    return [_orthogonal(q, state.orthogonalization_epsilon) for q in found]


def _approximated(
    state: PowerSGDState, group: ProcessGroup, index: int, matrices: Sequence[Tensor]
) -> list[Tensor]:
    """The averages of these matrices over all ranks, nearly."""
    if not matrices:
        return []
    qs = _first_qs(state, index, matrices)
    ps = _together(group, [m @ q for m, q in zip(matrices, qs, strict=True)], 1)
    ps = [_orthogonal(p, state.orthogonalization_epsilon) for p in ps]
    qs = _together(group, [m.t() @ p for m, p in zip(matrices, ps, strict=True)], group.size())
    if state.warm_start:
        state.q_memory_dict[index] = qs
    return [p @ q.t() for p, q in zip(ps, qs, strict=True)]


def _done(value: Tensor) -> Future:
    future: Future = Future()
    future.set_result(value)
    return future


def _with_error(state: PowerSGDState, index: int, flat: Tensor) -> Tensor:
    if not state.use_error_feedback:
        return flat
    lost = state.error_dict.get(index)
    return flat if lost is None else flat + lost


def _keep_error(state: PowerSGDState, index: int, whole: Tensor, made: Tensor) -> None:
    if state.use_error_feedback:
        state.error_dict[index] = whole - made


def _pays(state: PowerSGDState, rows: int, columns: int) -> bool:
    smaller = (rows + columns) * min(state.matrix_approximation_rank, rows, columns)
    return smaller * state.min_compression_rate < rows * columns


def powerSGD_hook(state: PowerSGDState, bucket: GradBucket) -> Future:
    """Average the gradients of a bucket, those of matrices by products of two of low rank."""
    group = group_of(state.process_group)
    if state.iter < state.start_powerSGD_iter:
        state.maybe_increase_iter(bucket)
        return allreduce_hook(group, bucket)
    with no_grad():
        whole = _with_error(state, bucket.index(), bucket.buffer())
        shapes = [p.shape for p in bucket.parameters()]
        parts, at = [], 0
        for shape in shapes:
            n = math.prod(shape)
            parts.append(whole[at : at + n])
            at += n
        thin = [
            i
            for i, shape in enumerate(shapes)
            if len(shape) > 1 and _pays(state, shape[0], math.prod(shape[1:]))
        ]
        others = [i for i in range(len(parts)) if i not in set(thin)]
        made: dict[int, Tensor] = dict(
            zip(others, _together(group, [parts[i] for i in others], group.size()), strict=True)
        )
        matrices = [parts[i].reshape(shapes[i][0], -1) for i in thin]
        near = _approximated(state, group, bucket.index(), matrices)
        made.update({i: m.reshape(-1) for i, m in zip(thin, near, strict=True)})
        result = cat([made[i] for i in range(len(parts))])
        _count(state, whole.numel(), matrices, sum(parts[i].numel() for i in others))
        _keep_error(state, bucket.index(), whole, result)
    state.maybe_increase_iter(bucket)
    return _done(result)


def _count(state: PowerSGDState, before: int, matrices: Sequence[Tensor], rest: int) -> None:
    after = rest
    for m in matrices:
        after += sum(m.shape) * min(*m.shape, state.matrix_approximation_rank)
    state.total_numel_before_compression += before
    state.total_numel_after_compression += after


def batched_powerSGD_hook(state: PowerSGDState, bucket: GradBucket) -> Future:
    """The same for all gradients of a bucket as one square matrix: quicker, and less near."""
    group = group_of(state.process_group)
    if state.iter < state.start_powerSGD_iter:
        state.maybe_increase_iter(bucket)
        return allreduce_hook(group, bucket)
    with no_grad():
        flat = bucket.buffer()
        side = math.ceil(math.sqrt(flat.numel()))
        padding = zeros(side * side - flat.numel(), dtype=flat.dtype, device=flat.device)
        whole = _with_error(state, bucket.index(), cat([flat, padding]))
        square = whole.reshape(side, side)
        (near,) = _approximated(state, group, bucket.index(), [square])
        _count(state, flat.numel(), [square], 0)
        _keep_error(state, bucket.index(), whole, near.reshape(-1))
        result = near.reshape(-1)[: flat.numel()]
    state.maybe_increase_iter(bucket)
    return _done(result)
