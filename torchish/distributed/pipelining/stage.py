"""One stage of a pipeline: a part of the model, and what it keeps of each part of the batch.

https://docs.pytorch.org/docs/stable/distributed.pipelining.html#pipeline-stages
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from torchish._core.base import devices
from torchish._core.tensor import Tensor
from torchish.autograd import backward
from torchish.distributed import _p2p
from torchish.distributed._group import ProcessGroup, group_of
from torchish.nn.modules.module import Module
from torchish.nn.parallel import DistributedDataParallel

__all__ = ["PipelineStage"]

_TAG = 1 << 20  # messages of stages; a program's own tags are smaller


class PipelineStage:
    """A part of a model on this process: stage number `stage_index` of `num_stages`.

    Stages lie on the processes of the group in turn. What a stage gives is passed to the next as
    its arguments, and gradients come back; both say their sizes themselves.

    Args:
        submodule: the part; its results are tensors.
        stage_index, num_stages: which part it is.
        device: where it computes.
        input_args: examples of its arguments; those that come have to be like them.
        output_args: examples of its results, which have to be like them.
        group: the processes, all unless given.

    ValueError for a number that is no stage's, RuntimeError for more processes than stages and for
    tensors that are not like the examples.
    """

    def __init__(
        self,
        submodule: Module,
        stage_index: int,
        num_stages: int,
        device: devices.device,
        input_args: Tensor | tuple[Tensor, ...] | None = None,
        output_args: Tensor | tuple[Tensor, ...] | None = None,
        output_grads: Any = None,
        input_grads: Any = None,
        group: ProcessGroup | None = None,
        dw_builder: Any = None,
        **options: Any,
    ) -> None:
        given = {"output_grads": output_grads, "input_grads": input_grads, "dw_builder": dw_builder}
        for name, value in {**given, **options}.items():
            if value is not None:
                raise NotImplementedError(f"PipelineStage({name}=...)")
        if stage_index >= num_stages:
            raise ValueError(f"Stage index {stage_index} is out of range of {num_stages}")
        self.submod, self.stage_index, self.num_stages = submodule, stage_index, num_stages
        self.device, self.group = device, group_of(group)
        self.group_rank, self.group_size = self.group.rank(), self.group.size()
        if self.group_size > num_stages:
            raise RuntimeError(
                f"Pipeline group size {self.group_size} cannot be larger than number of stages "
                f"{num_stages}"
            )
        self.stage_index_to_group_rank = {i: i % self.group_size for i in range(num_stages)}
        self.has_backward = False
        self._expected = _tuple(input_args), _tuple(output_args)
        # By part of the batch: what came in, what went out, and what neighbours here hand over.
        self._inputs: dict[int, tuple[Tensor, ...]] = {}
        self._outputs: dict[int, tuple[Any, ...]] = {}
        self._handed: dict[int, Sequence[Any]] = {}
        self._handed_back: dict[int, Sequence[Tensor | None]] = {}
        self._input_grads: dict[int, list[Tensor | None]] = {}
        self.output_chunks: list[Any] = []

    @property
    def is_first(self) -> bool:
        """Whether it is given the batch."""
        return self.stage_index == 0

    @property
    def is_last(self) -> bool:
        """Whether its results are the model's."""
        return self.stage_index == self.num_stages - 1

    def clear_runtime_states(self) -> None:
        """Forget the last batch."""
        for kept in (self._inputs, self._outputs, self._handed, self._handed_back):
            kept.clear()
        self._input_grads.clear()
        self.output_chunks.clear()

    # --- to and from neighbours

    def _is_here(self, stage: int) -> bool:
        return self.stage_index_to_group_rank[stage] == self.group_rank

    def _send(self, tensors: Sequence[Any], stage: int, backwards: bool) -> None:
        to = self.stage_index_to_group_rank[stage]
        _p2p.send_whatever(self.group, tensors, to, _TAG + 2 * stage + backwards)

    def _receive(self, stage: int, backwards: bool) -> list[Tensor | None]:
        source = self.stage_index_to_group_rank[stage]
        tag = _TAG + 2 * self.stage_index + backwards
        return [
            None if t is None else t.to(self.device)
            for t in _p2p.take_whatever(self.group, source, tag)
        ]

    def set_local_fwd_input(self, prev_stage_outputs: Any, mb_index: int) -> None:
        """What the stage before, of the same process, gives for a part of the batch."""
        self._handed[mb_index] = [t.detach() for t in _tuple(prev_stage_outputs) or ()]

    def get_local_bwd_output(self, mb_index: int) -> tuple[Tensor | None, ...]:
        """The gradients of the arguments for a part of the batch."""
        return tuple(self._input_grads.pop(mb_index))

    def set_local_bwd_input(
        self, next_stage_bwd_outputs: tuple[Tensor | None, ...], mb_index: int
    ) -> None:
        """What the stage behind, of the same process, gives back for a part of the batch."""
        self._handed_back[mb_index] = next_stage_bwd_outputs

    def _arrived(self, chunk: int) -> tuple[Tensor, ...]:
        """The arguments that come from the stage before, as leaves where gradients go back."""
        if self._is_here(self.stage_index - 1):
            found = self._handed.pop(chunk)
        else:
            found = self._receive(self.stage_index - 1, backwards=False)
        made = []
        for t in found:
            assert t is not None  # results are tensors
            differs = t.dtype.is_floating_point or t.dtype.is_complex
            made.append(t.requires_grad_() if self.has_backward and differs else t)
        return tuple(made)

    # --- computing

    def forward_one_chunk(
        self,
        fwd_chunk_id: int,
        args: tuple[Any, ...],
        kwargs: dict[str, Any] | None = None,
        save_forward_output: bool = True,
    ) -> Any:
        """Compute a part of the batch. The first stage takes `args`, others what came."""
        given = args if self.is_first else self._arrived(fwd_chunk_id)
        self._check("input", given, self._expected[0])
        with self._unsynced():
            made = self.submod(*given, **(kwargs or {}))
        outputs = _tuple(made) or ()
        if not all(isinstance(t, Tensor) for t in outputs) and not self.is_last:
            raise RuntimeError(
                f"[Stage {self.stage_index}] gives something else than tensors: "
                f"{[type(t).__name__ for t in outputs]}"
            )
        self._check("output", outputs, self._expected[1])
        if self.has_backward:
            self._inputs[fwd_chunk_id] = given
            self._outputs[fwd_chunk_id] = outputs
        if self.is_last:
            if save_forward_output:
                self.output_chunks.append(made)
        elif not self._is_here(self.stage_index + 1):
            self._send(outputs, self.stage_index + 1, backwards=False)
        return made

    def backward_one_chunk(
        self, bwd_chunk_id: int, loss: Tensor | None = None, last_backward: bool = False
    ) -> None:
        """Compute the gradients of a part of the batch; the last stage from its loss."""
        inputs, outputs = self._inputs.pop(bwd_chunk_id), self._outputs.pop(bwd_chunk_id)
        with self._unsynced():
            if self.is_last:
                if loss is None:
                    raise RuntimeError(f"[Stage {self.stage_index}] has no loss to begin with")
                loss.backward()
            else:
                self._go_on(outputs, self._returned(bwd_chunk_id))
        if not self.is_first:
            grads = [t.grad if t.requires_grad else None for t in inputs]
            if self._is_here(self.stage_index - 1):
                self._input_grads[bwd_chunk_id] = grads
            else:
                self._send(grads, self.stage_index - 1, backwards=True)
        if last_backward and isinstance(self.submod, DistributedDataParallel):
            self.submod.reduce_accumulated()

    def _returned(self, chunk: int) -> Sequence[Tensor | None]:
        if self._is_here(self.stage_index + 1):
            return self._handed_back.pop(chunk)
        return self._receive(self.stage_index + 1, backwards=True)

    @staticmethod
    def _go_on(outputs: tuple[Any, ...], grads: Sequence[Tensor | None]) -> None:
        pairs = [
            (t, g) for t, g in zip(outputs, grads, strict=True) if t.requires_grad and g is not None
        ]
        if pairs:
            backward([t for t, _ in pairs], [g for _, g in pairs])

    def scale_grads(self, grad_scale_factor: int) -> None:
        """Divide the gradients of the parameters, so that those of a sum over parts become those of
        their mean."""
        if grad_scale_factor != 1:
            for p in self.submod.parameters():
                if p.grad is not None:
                    p.grad.div_(grad_scale_factor)

    def _unsynced(self) -> contextlib.AbstractContextManager:
        """Gradients are averaged over processes once, when all parts have theirs."""
        wrapped = isinstance(self.submod, DistributedDataParallel)
        return self.submod.no_sync() if wrapped else contextlib.nullcontext()

    def _check(self, what: str, tensors: Sequence[Any], like: tuple | None) -> None:
        if like is None:
            return
        forms = [[(list(t.shape), t.dtype) for t in ts] for ts in (tensors, like)]
        if forms[0] != forms[1]:
            raise RuntimeError(
                f"[Stage {self.stage_index}] {what} is {forms[0]}, but the examples are {forms[1]}"
            )


def _tuple(value: Any) -> tuple[Any, ...] | None:
    if value is None:
        return None
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)
