"""An optimizer whose state is shared out among processes (ZeRO, stage 1).

Rajbhandari et al. 2020, https://arxiv.org/abs/1910.02054
https://docs.pytorch.org/docs/stable/distributed.optim.html
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from torchish.distributed._exchange import from_words, to_words, word_count
from torchish.distributed._group import ProcessGroup, get_global_rank, group_of
from torchish.distributed._objects import gather_object
from torchish.distributed.algorithms.join import Joinable, JoinHook
from torchish.optim.optimizer import Optimizer

__all__ = ["ZeroRedundancyOptimizer"]


class ZeroRedundancyOptimizer(Optimizer, Joinable):
    """An optimizer of any class, of which each process keeps the state of a part of the parameters
    and updates these; after a step every process has all new values.

    Args:
        params: parameters or groups of them, the same in every process.
        optimizer_class: the class of the optimizer.
        process_group: the processes, all unless given.
        defaults: the options of the optimizer.
    """

    def __init__(
        self,
        params: Iterable[Any],
        optimizer_class: type[Optimizer],
        process_group: ProcessGroup | None = None,
        parameters_as_bucket_view: bool = False,
        overlap_with_ddp: bool = False,
        **defaults: Any,
    ) -> None:
        if overlap_with_ddp:
            raise NotImplementedError("ZeroRedundancyOptimizer(overlap_with_ddp=True)")
        self.process_group = group_of(process_group)
        self._class, self._options = optimizer_class, defaults
        self._whole: dict[str, Any] | None = None
        self.initialized = False
        super().__init__(params, defaults)
        self._share_out()
        self.initialized = True

    # --- who has what

    def _share_out(self) -> None:
        """Give each parameter to the process that has least so far, the largest first."""
        size = self.process_group.size()
        loads = [0] * size
        self._owners: dict[int, int] = {}
        every = [p for group in self.param_groups for p in group["params"]]
        for p in sorted(every, key=lambda p: -p.numel()):
            owner = loads.index(min(loads))
            loads[owner] += p.numel()
            self._owners[id(p)] = owner
        mine = self.process_group.rank()
        groups = [
            {**group, "params": [p for p in group["params"] if self._owners[id(p)] == mine]}
            for group in self.param_groups
        ]
        # A group without parameters of this process has no options to keep in step.
        self._kept = [i for i, group in enumerate(groups) if group["params"]]
        self.optim = self._class([groups[i] for i in self._kept], **self._options)
        for i, group in zip(self._kept, self.optim.param_groups, strict=True):
            for name, value in group.items():
                if name != "params":
                    self.param_groups[i].setdefault(name, value)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """One more group of parameters."""
        super().add_param_group(param_group)
        if self.initialized:
            state = self.optim.state
            self._share_out()
            self.optim.state.update(
                {p: state[p] for g in self.optim.param_groups for p in g["params"] if p in state}
            )

    def _pass_options(self) -> None:
        for i, group in zip(self._kept, self.optim.param_groups, strict=True):
            group.update({k: v for k, v in self.param_groups[i].items() if k != "params"})

    # --- a step

    def step(self, closure: Callable[[], Any] | None = None, **kwargs: Any) -> Any:
        """Update this process's part, and take the others' from them."""
        self._pass_options()
        loss = self.optim.step(closure, **kwargs) if closure is not None else (
            self.optim.step(**kwargs)
        )  # fmt: skip
        self._spread()
        return loss

    def _spread(self) -> None:
        group = self.process_group
        if group.wire is None:
            return
        every = [p for g in self.param_groups for p in g["params"]]
        shares = [[p for p in every if self._owners[id(p)] == r] for r in range(group.size())]
        sizes = [sum(word_count(p) for p in share) for share in shares]
        mine = [to_words(p) for p in shares[group.rank()]]
        words = np.concatenate(mine) if mine else np.zeros(0, np.uint32)
        found = group.wire.gather(words, max(sizes), "ZeroRedundancyOptimizer.step()")
        rows = found.wait(group.timeout)
        for rank, (share, row) in enumerate(zip(shares, rows, strict=True)):
            at = 0
            for p in share if rank != group.rank() else ():
                from_words(p, row[at : at + word_count(p)])
                at += word_count(p)

    # --- state

    def consolidate_state_dict(self, to: int = 0) -> None:
        """Bring the whole state together on one process, whose `state_dict()` then has it. Every
        process calls this."""
        group = self.process_group
        numbers = self._numbers()
        mine = {numbers[id(p)]: state for p, state in self.optim.state.items()}
        rows: list[Any] | None = [None] * group.size() if group.rank() == to else None
        gather_object(mine, rows, get_global_rank(group, to), group)
        if rows is not None:
            groups = super().state_dict()["param_groups"]
            merged = {i: state for row in rows for i, state in row.items()}
            self._whole = {"state": dict(sorted(merged.items())), "param_groups": groups}

    def _numbers(self) -> dict[int, int]:
        every = [p for g in self.param_groups for p in g["params"]]
        return {id(p): i for i, p in enumerate(every)}

    def state_dict(self) -> dict[str, Any]:
        """The whole state, as the optimizer alone would have it; RuntimeError before
        `consolidate_state_dict` brought it here."""
        if self._whole is None:
            raise RuntimeError(
                "Optimizer state has not been consolidated on this rank. Please call "
                f"`consolidate_state_dict(to={self.process_group.rank()})` on all ranks beforehand "
                "if you meant to save the global state."
            )
        return self._whole

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take this process's part of a whole state."""
        for mine, theirs in zip(self.param_groups, state_dict["param_groups"], strict=True):
            mine.update({k: v for k, v in theirs.items() if k != "params"})
        numbers = self._numbers()
        own = [numbers[id(p)] for g in self.optim.param_groups for p in g["params"]]
        state = {i: state_dict["state"][n] for i, n in enumerate(own) if n in state_dict["state"]}
        self._pass_options()
        groups = self.optim.state_dict()["param_groups"]
        self.optim.load_state_dict({"state": copy.deepcopy(state), "param_groups": groups})

    # --- unequal numbers of batches

    def join_hook(self, **kwargs: Any) -> JoinHook:
        """What a process that is done does while others are not: it goes on updating its part."""
        return _Step(self)

    @property
    def join_device(self) -> Any:
        return self.param_groups[0]["params"][0].device

    @property
    def join_process_group(self) -> Any:
        return self.process_group


class _Step(JoinHook):
    def __init__(self, optimizer: ZeroRedundancyOptimizer):
        self._optimizer = optimizer

    def main_hook(self) -> None:
        self._optimizer.step()
