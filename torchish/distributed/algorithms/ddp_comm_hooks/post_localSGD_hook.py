"""Post-local SGD: after some steps gradients are averaged within small groups only, and parameters
over all now and then (https://arxiv.org/abs/1808.07217).

https://docs.pytorch.org/docs/stable/ddp_comm_hooks.html
"""

from __future__ import annotations

from torchish.distributed._buckets import GradBucket
from torchish.distributed._group import ProcessGroup, new_subgroups
from torchish.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook
from torchish.futures import Future

__all__ = ["PostLocalSGDState", "post_localSGD_hook"]


class PostLocalSGDState:
    """What the hook keeps: how many steps there were.

    Args:
        process_group: who averages at first; all processes unless given.
        subgroup: who averages from then on; the processes of a machine unless given.
        start_localSGD_iter: the step from which on.
        post_local_gradient_allreduce: False for no averaging at all from then on.
    """

    def __init__(
        self,
        process_group: ProcessGroup | None,
        subgroup: ProcessGroup | None,
        start_localSGD_iter: int,
        post_local_gradient_allreduce: bool = True,
    ) -> None:
        self.process_group, self.subgroup = process_group, subgroup
        self.start_localSGD_iter = start_localSGD_iter
        self.post_local_gradient_allreduce = post_local_gradient_allreduce
        self.iter = 0

    def maybe_increase_iter(self, bucket: GradBucket) -> None:
        """Count a step when its last bucket is here."""
        self.iter += bucket.is_last()


def post_localSGD_hook(state: PostLocalSGDState, bucket: GradBucket) -> Future:
    """Average a bucket over all processes, later within the subgroup."""
    step = state.iter
    state.maybe_increase_iter(bucket)
    if step < state.start_localSGD_iter:
        return allreduce_hook(state.process_group, bucket)
    if not state.post_local_gradient_allreduce:
        done: Future = Future()
        done.set_result(bucket.buffer())
        return done
    if state.subgroup is None:
        state.subgroup, _ = new_subgroups()
    return allreduce_hook(state.subgroup, bucket)
