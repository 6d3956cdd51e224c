"""Schedules: in which order a process computes parts of a batch, forward and backward.

Note [Orders of stages]
A process goes through a list of actions: forward or backward, of one of its stages, for one part of
the batch. An action that needs what another process computes waits for its message; sending waits
for nobody. So every order in which each action comes after those that it needs ends, and orders
differ only in how long processes wait and how much they keep.

https://docs.pytorch.org/docs/stable/distributed.pipelining.html#pipeline-schedules
"""

from __future__ import annotations

import enum
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from torchish import _absent
from torchish._core.tensor import Tensor, is_grad_enabled
from torchish.distributed.pipelining.microbatch import (
    TensorChunkSpec,
    merge_chunks,
    split_args_kwargs_into_chunks,
)
from torchish.distributed.pipelining.stage import PipelineStage

__all__ = [
    "PipelineScheduleMulti",
    "PipelineScheduleSingle",
    "Schedule1F1B",
    "ScheduleGPipe",
    "ScheduleInterleaved1F1B",
    "ScheduleLoopedBFS",
    "get_schedule_class",
]


class _ComputationType(enum.StrEnum):
    """What an action does."""

    FORWARD = "F"
    BACKWARD_INPUT = "I"
    BACKWARD_WEIGHT = "W"
    UNSHARD = "UNSHARD"
    RESHARD = "RESHARD"
    SEND_F = "SEND_F"
    RECV_F = "RECV_F"
    SEND_B = "SEND_B"
    RECV_B = "RECV_B"
    FULL_BACKWARD = "B"
    OVERLAP_F_B = "OVERLAP_F_B"
    REDUCE_GRAD = "REDUCE_GRAD"

    def __str__(self) -> str:
        return f"_ComputationType.{self.name}"


FORWARD = _ComputationType.FORWARD
BACKWARD_INPUT = _ComputationType.BACKWARD_INPUT
BACKWARD_WEIGHT = _ComputationType.BACKWARD_WEIGHT
UNSHARD = _ComputationType.UNSHARD
RESHARD = _ComputationType.RESHARD
SEND_F = _ComputationType.SEND_F
RECV_F = _ComputationType.RECV_F
SEND_B = _ComputationType.SEND_B
RECV_B = _ComputationType.RECV_B
FULL_BACKWARD = _ComputationType.FULL_BACKWARD
OVERLAP_F_B = _ComputationType.OVERLAP_F_B
REDUCE_GRAD = _ComputationType.REDUCE_GRAD

_ACTION = re.compile(r"(\d+)([A-Z_]+)(\d*)")


class _Action(NamedTuple):
    """One step of a process, written as `1F3`: stage 1, forward, part 3."""

    stage_index: int
    computation_type: _ComputationType
    microbatch_index: int | None = None

    def __repr__(self) -> str:
        part = "" if self.microbatch_index is None else self.microbatch_index
        return f"{self.stage_index}{self.computation_type.value}{part}"

    def __str__(self) -> str:
        return repr(self)

    @staticmethod
    def from_str(action_string: str) -> _Action | None:
        """The action that a text says; None for an empty one."""
        text = action_string.strip()
        if not text:
            return None
        found = _ACTION.fullmatch(text)
        if found is None:
            raise RuntimeError(
                f"Invalid action string: {action_string}, should be formatted as "
                "[stage][action type][(microbatch)] e.g. 2F0"
            )
        stage, kind, part = found.groups()
        return _Action(int(stage), _ComputationType(kind), int(part) if part else None)


class _PipelineSchedule(ABC):
    """What all schedules share."""

    def __init__(
        self,
        stages: Sequence[PipelineStage],
        n_microbatches: int,
        loss_fn: Callable[..., Tensor] | None = None,
        args_chunk_spec: tuple[TensorChunkSpec, ...] | None = None,
        kwargs_chunk_spec: dict[str, TensorChunkSpec] | None = None,
        output_merge_spec: dict[str, Any] | tuple[Any, ...] | None = None,
        scale_grads: bool = True,
    ) -> None:
        self._stages = list(stages)
        self._n_microbatches, self._loss_fn = n_microbatches, loss_fn
        self._args_chunk_spec, self._kwargs_chunk_spec = args_chunk_spec, kwargs_chunk_spec
        self._output_merge_spec, self.scale_grads = output_merge_spec, scale_grads
        self._has_backward = loss_fn is not None
        self._num_stages = self._stages[0].num_stages
        self.rank = self._stages[0].group_rank
        self.pp_group_size = self._stages[0].group_size
        self._losses: dict[int, Tensor] = {}

    @abstractmethod
    def _order(self, rank: int) -> list[_Action]:
        """What a process does, in this order; backward actions are left out where there are
        none."""

    @property
    def pipeline_order(self) -> dict[int, list[_Action]]:
        """What each process does."""
        return {rank: self._order(rank) for rank in range(self.pp_group_size)}

    def step(
        self,
        *args: Any,
        target: Any = None,
        losses: list | None = None,
        return_outputs: bool = True,
        loss_kwargs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Run a batch through the stages, forward and, with a loss, backward.

        Args:
            args, kwargs: the batch, for the process with the first stage; keyword arguments go to
                all stages.
            target: for the loss, on the process with the last stage.
            losses: a list that gets the loss of each part, there.
            return_outputs: whether the model's results are put together and given, there; other
                processes get None.

        RuntimeError while gradients are off, TypeError where `losses` is no list.
        """
        if self._has_backward and not is_grad_enabled():
            raise RuntimeError(
                "step() requires gradients to be enabled for backward computation; it should not "
                "be used under torch.no_grad() context. Please call eval() instead."
            )
        return self._run(args, kwargs, target, losses, return_outputs, loss_kwargs)

    def eval(
        self, *args: Any, target: Any = None, losses: list | None = None, **kwargs: Any
    ) -> Any:
        """The same without any backward."""
        before, self._has_backward = self._has_backward, False
        try:
            return self._run(args, kwargs, target, losses, True, None)
        finally:
            self._has_backward = before

    def _run(
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        target: Any,
        losses: list | None,
        return_outputs: bool,
        loss_kwargs: dict[str, Any] | None,
    ) -> Any:
        if losses is not None and not isinstance(losses, list):
            raise TypeError(f"losses must be a list but got a {type(losses)}")
        n = self._n_microbatches
        parts, named = split_args_kwargs_into_chunks(
            args, kwargs, n, self._args_chunk_spec, self._kwargs_chunk_spec
        )
        last = next((s for s in self._stages if s.is_last), None)
        if last is not None and self._has_backward and target is None:
            raise RuntimeError(
                f"Stage {last.stage_index}: loss_fn and target required for last stage"
            )
        targets = None if target is None else list(target.tensor_split(n))
        for stage in self._stages:
            stage.clear_runtime_states()
            stage.has_backward = self._has_backward
        self._losses.clear()
        self._go(parts, named, targets, return_outputs, loss_kwargs or {})
        if last is None:
            return None
        if losses is not None:
            losses[:] = [self._losses[i] for i in sorted(self._losses)]
        self._losses.clear()
        return merge_chunks(last.output_chunks, self._output_merge_spec) if return_outputs else None

    def _go(
        self,
        parts: list[tuple],
        named: list[dict],
        targets: list[Tensor] | None,
        return_outputs: bool,
        loss_kwargs: dict[str, Any],
    ) -> None:
        here = {stage.stage_index: stage for stage in self._stages}
        left = dict.fromkeys(here, self._n_microbatches)
        for action in self._order(self.rank):
            stage, i = here[action.stage_index], action.microbatch_index
            assert i is not None
            if action.computation_type is FORWARD:
                made = stage.forward_one_chunk(i, parts[i], named[i], return_outputs)
                if stage.is_last and self._loss_fn is not None and targets is not None:
                    self._losses[i] = self._loss_fn(made, targets[i], **loss_kwargs)
                elif stage.stage_index + 1 in here:
                    here[stage.stage_index + 1].set_local_fwd_input(made, i)
            elif self._has_backward:
                left[stage.stage_index] -= 1
                last = not left[stage.stage_index]
                stage.backward_one_chunk(i, self._losses.get(i), last_backward=last)
                if stage.stage_index - 1 in here:
                    grads = stage.get_local_bwd_output(i)
                    here[stage.stage_index - 1].set_local_bwd_input(grads, i)
        if self._has_backward and self.scale_grads:
            for stage in self._stages:
                stage.scale_grads(self._n_microbatches)


class PipelineScheduleSingle(_PipelineSchedule):
    """A schedule of one stage for each process."""

    def __init__(
        self,
        stage: PipelineStage,
        n_microbatches: int,
        loss_fn: Callable[..., Tensor] | None = None,
        args_chunk_spec: tuple[TensorChunkSpec, ...] | None = None,
        kwargs_chunk_spec: dict[str, TensorChunkSpec] | None = None,
        output_merge_spec: dict[str, Any] | tuple[Any, ...] | None = None,
        scale_grads: bool = True,
    ) -> None:
        super().__init__(
            [stage],
            n_microbatches,
            loss_fn,
            args_chunk_spec,
            kwargs_chunk_spec,
            output_merge_spec,
            scale_grads,
        )
        self._stage = stage


class ScheduleGPipe(PipelineScheduleSingle):
    """All parts forward, then all backward (https://arxiv.org/abs/1811.06965)."""

    def _order(self, rank: int) -> list[_Action]:
        parts = range(self._n_microbatches)
        return [_Action(rank, kind, i) for kind in (FORWARD, FULL_BACKWARD) for i in parts]


class Schedule1F1B(PipelineScheduleSingle):
    """One forward, one backward in turn, once the pipeline is full: a process keeps no more parts
    than there are stages behind it (https://arxiv.org/abs/1806.03377). ValueError for fewer parts
    than stages."""

    def __init__(
        self, stage: PipelineStage, n_microbatches: int, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(stage, n_microbatches, *args, **kwargs)
        if n_microbatches < self._num_stages:
            raise ValueError(
                f"Number of microbatches ({n_microbatches}) must be greater than or equal to the "
                f"number of stages ({self._num_stages})."
            )

    def _order(self, rank: int) -> list[_Action]:
        n = self._n_microbatches
        return _in_turn(
            [_Action(rank, FORWARD, i) for i in range(n)],
            [_Action(rank, FULL_BACKWARD, i) for i in range(n)],
            min(n, self._num_stages - rank),
        )


def _in_turn(forward: list[_Action], back: list[_Action], first: int) -> list[_Action]:
    """So many forward, then one backward and one forward in turn, then what is left."""
    made = forward[:first]
    for i, action in enumerate(back):
        made.append(action)
        made += forward[first + i : first + i + 1]
    return made


class PipelineScheduleMulti(_PipelineSchedule):
    """A schedule of several stages for each process."""

    @property
    def n_local_stages(self) -> int:
        """How many stages this process has."""
        return len(self._stages)

    def _stage_of(self, rank: int, local: int) -> int:
        return local * self.pp_group_size + rank


class ScheduleLoopedBFS(PipelineScheduleMulti):
    """Each stage of a process for all parts, then the next stage (https://arxiv.org/abs/2211.05953)."""

    def __init__(
        self,
        stages: list[PipelineStage],
        n_microbatches: int,
        loss_fn: Callable[..., Tensor] | None = None,
        output_merge_spec: dict[str, Any] | tuple[Any, ...] | None = None,
        scale_grads: bool = True,
    ) -> None:
        super().__init__(
            stages,
            n_microbatches,
            loss_fn,
            output_merge_spec=output_merge_spec,
            scale_grads=scale_grads,
        )

    def _order(self, rank: int) -> list[_Action]:
        n, here = (
            self._n_microbatches,
            [self._stage_of(rank, k) for k in range(self.n_local_stages)],
        )
        forward = [_Action(s, FORWARD, i) for s in here for i in range(n)]
        back = [_Action(s, FULL_BACKWARD, i) for s in here[::-1] for i in range(n)[::-1]]
        return forward + back


class ScheduleInterleaved1F1B(PipelineScheduleMulti):
    """One forward, one backward in turn over several stages of a process, by rounds of as many
    parts as there are processes (https://arxiv.org/abs/2104.04473). ValueError where the parts can
    not be divided into such rounds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rounds = max(1, self._n_microbatches // self.pp_group_size)
        self.microbatches_per_round = self._n_microbatches // rounds
        if self._n_microbatches % rounds:
            raise ValueError(
                "Interleaved 1F1B requires the number of microbatches to be a multiple of the "
                f"number of rounds ({rounds}), but got {self._n_microbatches}."
            )

    def _order(self, rank: int) -> list[_Action]:
        per, local = self.microbatches_per_round, self.n_local_stages
        forward, back = [], []
        for k in range(self._n_microbatches * local):
            turn, place = k // per, k % per
            part = turn // local * per + place
            forward.append(_Action(self._stage_of(rank, turn % local), FORWARD, part))
            behind = self._stage_of(rank, local - 1 - turn % local)
            back.append(_Action(behind, FULL_BACKWARD, part))
        ahead = (local - 1) * per + 2 * (self.pp_group_size - 1 - rank)
        return _in_turn(forward, back, min(ahead + 1, len(forward)))


_CLASSES: dict[str, Any] = {
    "1F1B": Schedule1F1B,
    "Interleaved1F1B": ScheduleInterleaved1F1B,
    "GPipe": ScheduleGPipe,
    "LoopedBFS": ScheduleLoopedBFS,
    "PipelineScheduleSingle": PipelineScheduleSingle,
    "PipelineScheduleMulti": PipelineScheduleMulti,
}
_OTHERS = ("InterleavedZeroBubble", "ZBVZeroBubble", "DualPipeV")


def get_schedule_class(schedule_name: str) -> Any:
    """The class of a name, in whatever case. ValueError for a name that is none."""
    for name, cls in _CLASSES.items():
        if name.lower() == schedule_name.lower():
            return cls
    for name in _OTHERS:
        if name.lower() == schedule_name.lower():
            raise NotImplementedError(f"the pipeline schedule {name}")
    raise ValueError(
        f"Unknown schedule name '{schedule_name}'. The valid options are {list(_CLASSES)}"
    )


__getattr__ = _absent.attributes(__name__)
