"""DistributedDataParallel: gradients averaged over processes.

Note [Averaged gradients]
A hook at every parameter says that its gradient is there; when the backward has ended and all are,
they are copied into flat buffers, which is still part of the program that computes them, and each
buffer is one collective. So a step is a program, a few collectives, and what the optimizer records.
PyTorch sends a bucket while the backward computes the next; on processors that would cut the
program in pieces, and take from it the cores that it computes with.

https://docs.pytorch.org/docs/stable/generated/torch.nn.parallel.DistributedDataParallel.html
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor, no_grad, zeros
from torchish._core.tensor.tape.modes import state as modes
from torchish.distributed import _buckets, _collectives
from torchish.distributed._exchange import from_words, to_words, word_count
from torchish.distributed._group import ProcessGroup, group_of
from torchish.distributed._objects import all_gather_object
from torchish.distributed.algorithms.join import Join, Joinable, JoinHook
from torchish.futures import Future
from torchish.nn.modules.module import Module

__all__ = ["DistributedDataParallel"]

_UNFINISHED = """Expected to have finished reduction in the prior iteration before starting a new \
one. This error indicates that your module has parameters that were not used in producing loss. \
You can enable unused parameter detection by passing the keyword argument \
`find_unused_parameters=True` to `torch.nn.parallel.DistributedDataParallel`, and by
making sure all `forward` function outputs participate in calculating loss.
Parameter indices which did not receive grad for rank {rank}: {which}
 In addition, you can set the environment variable TORCH_DISTRIBUTED_DEBUG to either INFO or \
DETAIL to print out information about which particular parameters did not receive gradient on this \
rank as part of this error"""


def spread(group: ProcessGroup, tensors: list[Tensor], source: int, what: str) -> None:
    """Give every rank one rank's tensors, all at once."""
    if group.wire is None or not tensors:
        return
    mine = group.rank() == source
    sizes = [word_count(t) for t in tensors]
    words = np.concatenate([to_words(t) for t in tensors]) if mine else None
    found = group.wire.spread(words, sum(sizes), f"DistributedDataParallel({what})")
    result, at = found.wait(group.timeout), 0
    for t, size in zip(tensors, sizes, strict=True):
        if not mine:
            from_words(t, result[at : at + size])
        at += size


class DistributedDataParallel(Module, Joinable):
    """A module under the name `module`, whose gradients are averaged over the processes of a group
    at the end of each backward. Parameters and buffers begin as those of rank 0.

    Args:
        module: what every process has, with parameters of the same shapes in the same order.
        device_ids: None, or a list of one device.
        broadcast_buffers: whether buffers (BatchNorm's statistics) are those of rank 0 at the
            beginning of each forward; True unless given.
        init_sync: whether parameters and buffers are made those of rank 0 at first.
        process_group: the group, all processes unless given.
        bucket_cap_mb: the size of a flat buffer of gradients, 25 MiB unless given.
        find_unused_parameters: whether a backward may leave parameters without a gradient. A
            parameter that was used in no process keeps the gradient it had.
        gradient_as_bucket_view: make `.grad` views of the flat buffers.
        static_graph: the same parameters are used in every iteration; allows unused ones.

    ValueError before `init_process_group`, RuntimeError for a module without parameters that
    require gradients, for shapes that differ from rank 0's, and, at the next forward, for
    parameters that the backward did not reach.
    """

    def __init__(
        self,
        module: Module,
        device_ids: Any = None,
        output_device: Any = None,
        dim: int = 0,
        broadcast_buffers: bool | None = None,
        init_sync: bool = True,
        process_group: ProcessGroup | None = None,
        bucket_cap_mb: float | None = None,
        find_unused_parameters: bool = False,
        check_reduction: bool = False,
        gradient_as_bucket_view: bool = False,
        static_graph: bool = False,
        **options: Any,
    ) -> None:
        super().__init__()
        self.process_group = group_of(process_group)
        for name, value in options.items():
            if value not in (None, False):
                raise NotImplementedError(f"DistributedDataParallel({name}={value!r})")
        if device_ids is not None and len(device_ids) > 1:
            raise ValueError("device_ids can only be None or contain a single element.")
        if not any(p.requires_grad for p in module.parameters()):
            raise RuntimeError(
                "DistributedDataParallel is not needed when a module doesn't have any parameter "
                "that requires a gradient."
            )
        self.module = module
        self.device_ids, self.output_device, self.dim = device_ids, output_device, dim
        self.device = next(module.parameters()).device
        self.broadcast_buffers = True if broadcast_buffers is None else broadcast_buffers
        self.find_unused_parameters = find_unused_parameters
        self.static_graph = static_graph
        self.gradient_as_bucket_view = gradient_as_bucket_view
        self.require_backward_grad_sync = self.require_forward_param_sync = True
        self.parameters_to_ignore = set(getattr(module, "_ddp_params_and_buffers_to_ignore", ()))
        self._used = [
            p
            for name, p in module.named_parameters()
            if p.requires_grad and name not in self.parameters_to_ignore
        ]
        self._buffers_to_send = [
            name for name, _ in module.named_buffers() if name not in self.parameters_to_ignore
        ]
        cap = _buckets.CAP if bucket_cap_mb is None else int(bucket_cap_mb * (1 << 20))
        self._buckets = _buckets.buckets_of(self._used, cap)
        self._ready: set[int] = set()
        self._expected = self._queued = False
        self._hook: Callable[[_buckets.GradBucket], Future] | None = None
        self._divisor = float(self.process_group.size())
        self._divides_by_all = True
        if init_sync:
            self._check_shapes()
            state = [
                t
                for name, t in [*module.named_parameters(), *module.named_buffers()]
                if name not in self.parameters_to_ignore
            ]
            spread(self.process_group, state, 0, "parameters and buffers")
        this = weakref.ref(self)
        for i, p in enumerate(self._used):
            p.register_post_accumulate_grad_hook(_Ready(this, i))

    def _check_shapes(self) -> None:
        group = self.process_group
        if group.wire is None:
            return
        found: list[Any] = [None] * group.size()
        all_gather_object(found, [tuple(p.shape) for p in self._used], group)
        if len(found[0]) != len(self._used):
            raise RuntimeError(
                f"DDP expects same model across all ranks, but Rank {group.rank()} has "
                f"{len(self._used)} params, while rank 0 has inconsistent {len(found[0])} params."
            )
        for i, (mine, first) in enumerate(zip(found[group.rank()], found[0], strict=True)):
            if mine != first:
                raise RuntimeError(
                    f"[{group.rank()}]: params[{i}] in this process with sizes {list(mine)} "
                    "appears not to match sizes of the same param in process 0."
                )

    # --- forward

    def will_sync_module_buffers(self) -> bool:
        """Whether the next forward begins by making buffers those of rank 0."""
        return (
            self.require_forward_param_sync
            and self.broadcast_buffers
            and len(self._buffers_to_send) > 0
        )

    def _sync_buffers(self, source: int = 0) -> None:
        buffers = dict(self.module.named_buffers())
        here = [buffers[name] for name in self._buffers_to_send if name in buffers]
        spread(self.process_group, here, source, "buffers")

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        if modes.grad and self.require_backward_grad_sync:
            if self._expected and self._ready:
                missing = [i for i in range(len(self._used)) if i not in self._ready]
                raise RuntimeError(
                    _UNFINISHED.format(
                        rank=self.process_group.rank(), which=" ".join(map(str, missing))
                    )
                )
            active = Join.notify_join_context(self)
            by_all = active is None or self._divides_by_all
            self._divisor = float(self.process_group.size() if by_all else active)
        if self.will_sync_module_buffers():
            self._sync_buffers()
        made = self.module(*inputs, **kwargs)
        syncs = modes.grad and self.require_backward_grad_sync
        self.require_forward_param_sync = self._expected = syncs
        self._ready.clear()
        return made

    # --- backward

    def _is_ready(self, i: int) -> None:
        if not self._expected:
            return
        self._ready.add(i)
        walk = modes.walk
        if walk is not None and not self._queued:
            self._queued = True
            walk.callbacks.append(self._ended)

    def _ended(self) -> None:
        self._queued = False
        if not self._expected:
            return
        complete = len(self._ready) == len(self._used)
        if complete or self.find_unused_parameters or self.static_graph:
            self._reduce()

    def _reduce(self) -> None:
        unused = self._unused_everywhere()
        with no_grad():
            flats = [_buckets.flat_gradients(bucket) for bucket in self._buckets]
        made = _buckets.reduce_buckets(
            self.process_group, self._buckets, flats, self._divisor, self._hook
        )
        with no_grad():
            for bucket, flat in zip(self._buckets, made, strict=True):
                for p, g in zip(bucket, _buckets.split(flat, bucket), strict=True):
                    if id(p) in unused:
                        continue
                    if p.grad is None or self.gradient_as_bucket_view:
                        p.grad = g if self.gradient_as_bucket_view else g.clone()
                    else:
                        p.grad.copy_(g)
        self._expected = False
        self._ready.clear()

    def _unused_everywhere(self) -> set[int]:
        if not (self.find_unused_parameters or self.static_graph):
            return set()
        used = zeros(len(self._used))
        if self._ready:
            used[sorted(self._ready)] = 1.0
        _collectives.all_reduce(used, group=self.process_group)
        return {id(p) for p, n in zip(self._used, used.tolist(), strict=True) if n == 0}

    @contextlib.contextmanager
    def no_sync(self) -> Iterator[None]:
        """Inside, gradients are accumulated without being averaged; the first backward whose
        forward was outside averages all that has accumulated."""
        before, self.require_backward_grad_sync = self.require_backward_grad_sync, False
        try:
            yield
        finally:
            self.require_backward_grad_sync = before

    def reduce_accumulated(self) -> None:
        """Average what has accumulated without being averaged, now."""
        self._ready = {i for i, p in enumerate(self._used) if p.grad is not None}
        self._reduce()

    def register_comm_hook(self, state: object, hook: Callable) -> None:
        """Let `hook(state, bucket)` make the gradients of each bucket: a future of a flat tensor.
        RuntimeError for a second one."""
        if not callable(hook):
            raise TypeError("Communication hook must be callable.")
        if self._hook is not None:
            raise RuntimeError(
                "register_comm_hook or register_builtin_comm_hook can only be called once."
            )
        self._hook = lambda bucket: hook(state, bucket)

    # --- unequal numbers of batches

    def join(
        self,
        divide_by_initial_world_size: bool = True,
        enable: bool = True,
        throw_on_early_termination: bool = False,
    ) -> Join:
        """A context in which processes may have unequal numbers of batches: those that are done
        take part in the others' collectives with zeros.

        Args:
            divide_by_initial_world_size: divide gradients by the number of processes of the group,
                else by those that still have batches.
            enable: False for a context that does nothing.
            throw_on_early_termination: raise in all processes when the first is done.
        """
        return Join(
            [self],
            enable,
            throw_on_early_termination,
            divide_by_initial_world_size=divide_by_initial_world_size,
        )

    def join_hook(self, **kwargs: Any) -> JoinHook:
        """What a process that is done does while others are not."""
        return _Shadow(self, kwargs.get("divide_by_initial_world_size", True))

    @property
    def join_device(self) -> Any:
        return self.device

    @property
    def join_process_group(self) -> Any:
        return self.process_group

    def __getstate__(self) -> dict[str, Any]:
        state = dict(vars(self))
        for name in ("process_group", "_hook"):
            state.pop(name, None)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.process_group, self._hook = group_of(None), None
        this = weakref.ref(self)
        for i, p in enumerate(self._used):
            p.register_post_accumulate_grad_hook(_Ready(this, i))


class _Ready:
    """The hook of a parameter; it does not keep the wrapper alive."""

    def __init__(self, owner: weakref.ref[DistributedDataParallel], i: int):
        self._owner, self._i = owner, i

    def __call__(self, p: Tensor) -> None:
        owner = self._owner()
        if owner is not None:
            owner._is_ready(self._i)

    def __reduce__(self) -> Any:
        return _nothing, ()


def _nothing() -> Callable[[Tensor], None]:
    """What stands for a hook in a pickle: the wrapper makes new ones."""
    return lambda p: None


class _Shadow(JoinHook):
    def __init__(self, ddp: DistributedDataParallel, by_initial_size: bool):
        self._ddp = ddp
        ddp._divides_by_all = by_initial_size

    def main_hook(self) -> None:
        ddp = self._ddp
        if ddp.will_sync_module_buffers():
            ddp._sync_buffers()
        ddp._ready.clear()
        ddp._unused_everywhere()
        with no_grad():
            flats = [
                zeros(sum(p.numel() for p in b), dtype=b[0].dtype, device=b[0].device)
                for b in ddp._buckets
            ]
        _buckets.reduce_buckets(ddp.process_group, ddp._buckets, flats, ddp._divisor, ddp._hook)

    def post_hook(self, is_last_joiner: bool) -> None:
        ddp = self._ddp
        source = Join.last_joiner(ddp, is_last_joiner)
        state = [*ddp.module.parameters(), *ddp.module.buffers()]
        spread(ddp.process_group, [t.detach() for t in state], source, "of the last to join")
