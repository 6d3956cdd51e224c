"""`fully_shard`: parameters, gradients and optimizer states cut over processes.

https://docs.pytorch.org/docs/stable/distributed.fsdp.fully_shard.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor
from torchish.distributed import _group
from torchish.distributed.device_mesh import DeviceMesh, init_device_mesh
from torchish.distributed.fsdp._params import Group, Part
from torchish.distributed.fsdp._policies import (
    CPUOffloadPolicy,
    MixedPrecisionPolicy,
    OffloadPolicy,
)
from torchish.distributed.tensor._dispatch import mapped
from torchish.distributed.tensor.placement_types import Shard
from torchish.nn.modules.container import ModuleDict, ModuleList
from torchish.nn.modules.module import Module
from torchish.nn.parameter import Parameter

__all__ = ["FSDPModule", "UnshardHandle", "fully_shard", "register_fsdp_forward_method"]


class _State:
    """What a module under `fully_shard` knows of itself."""

    def __init__(self, module: Module, group: Group, after_forward: bool | None):
        self.module, self.group, self.after_forward = module, group, after_forward
        self.is_root: bool | None = None  # not known before the first forward
        self.casts_inputs = group.policy.cast_forward_inputs

    def start(self) -> None:
        """The first module whose forward is called is the root, which keeps its parameters whole
        for the backward, unless it was told otherwise."""
        if self.is_root is not None:
            return
        states = [s for m in self.module.modules() if (s := state_of(m)) is not None]
        for s in states:
            s.is_root = s is self
            if s.after_forward is not None:
                s.group.reshards_after_forward = s.after_forward
            else:
                s.group.reshards_after_forward = s is not self
            s.group.ended = self._backward_has_ended

    def _backward_has_ended(self) -> None:
        """Also groups to which no gradient came are cut again."""
        if self.group.reshards_after_backward:
            self.group.reshard()

    def before(self, module: Module, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
        self.start()
        self.group.unshard()
        kind = self.group.policy.param_dtype
        if kind is None or not self.casts_inputs:
            return args, kwargs
        return _cast(args, kind), _cast(kwargs, kind)

    def after(self, module: Module, args: Any, output: Any) -> Any:
        if self.group.reshards_after_forward:
            self.group.reshard()
        kind = self.group.policy.output_dtype
        return output if kind is None else _cast(output, kind)


def _cast(x: Any, kind: dt.dtype) -> Any:
    return mapped(lambda t: t.to(kind) if t.is_floating_point() else t, x)


def state_of(module: Module) -> _State | None:
    """What `fully_shard` keeps with a module; None for others."""
    return vars(module).get("_fsdp_state")


class UnshardHandle:
    """What `unshard(async_op=True)` gives: the parameters are whole already."""

    __module__ = "torchish.distributed.fsdp"

    def wait(self) -> None:
        """Nothing more to wait for."""


class FSDPModule:
    """What a module's class also is after `fully_shard`."""

    __module__ = "torchish.distributed.fsdp"

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """A plain module of the original class: containers make some of their own class."""
        original = cls.__mro__[2]
        made = original.__new__(original, *args, **kwargs)
        made.__init__(*args, **kwargs)
        return made

    def _states(self, recurse: bool = True) -> list[_State]:
        this: Any = self
        modules = this.modules() if recurse else [this]
        return [s for m in modules if (s := state_of(m)) is not None]

    def _get_fsdp_state(self) -> _State:
        return vars(self)["_fsdp_state"]

    def unshard(self, async_op: bool = False) -> UnshardHandle | None:
        """Make the parameters of this call whole; those of nested ones are their own affair."""
        self._get_fsdp_state().group.unshard()
        return UnshardHandle() if async_op else None

    def reshard(self) -> None:
        """Cut the parameters again."""
        self._get_fsdp_state().group.reshard()

    def set_requires_gradient_sync(
        self, requires_gradient_sync: bool, *, recurse: bool = True
    ) -> None:
        """Whether backward sums gradients over processes, or leaves them for one that does."""
        for s in self._states(recurse):
            s.group.reduces = s.group.reduces_replicas = requires_gradient_sync

    def set_requires_all_reduce(self, requires_all_reduce: bool, *, recurse: bool = True) -> None:
        """Whether backward sums over replicas; NotImplementedError for False on a mesh of two
        dimensions."""
        for s in self._states(recurse):
            if not requires_all_reduce and s.group.mesh.ndim > 1:
                raise NotImplementedError("set_requires_all_reduce(False)")

    def set_is_last_backward(self, is_last_backward: bool) -> None:
        """Whether another backward comes before the optimizer's step: gradients are reduced in
        each, so it makes no difference here."""
        for s in self._states():
            s.group.last_backward = is_last_backward

    def set_reshard_after_forward(self, reshard_after_forward: bool, recurse: bool = True) -> None:
        """Whether parameters are cut again after forward."""
        _check_bool("reshard_after_forward", reshard_after_forward)
        for s in self._states(recurse):
            s.after_forward = s.group.reshards_after_forward = reshard_after_forward

    def set_reshard_after_backward(
        self, reshard_after_backward: bool, *, recurse: bool = True
    ) -> None:
        """Whether parameters are cut again when their gradients are there."""
        for s in self._states(recurse):
            s.group.reshards_after_backward = reshard_after_backward

    def set_gradient_divide_factor(self, factor: float) -> None:
        """What sums of gradients are divided by, instead of the number of processes."""
        for s in self._states(False):
            s.group.divisor = float(factor)

    set_reduce_scatter_divide_factor = set_gradient_divide_factor

    def set_all_reduce_hook(self, hook: Callable[[Tensor], None], *, stream: Any = None) -> None:
        """Call a function of the reduced gradients' flat parts, which may change them in place."""
        for s in self._states(False):
            s.group.hook = hook

    # Hints, of which there is nothing to make: collectives end where they begin.

    def set_modules_to_forward_prefetch(self, modules: list[FSDPModule]) -> None:
        """A hint on what could be gathered early; nothing is."""
        _check_modules(modules)

    def set_modules_to_backward_prefetch(self, modules: list[FSDPModule]) -> None:
        """A hint on what could be gathered early; nothing is."""
        _check_modules(modules)

    def set_unshard_in_backward(self, unshard_in_backward: bool) -> None:
        """Whether backward gathers; it never has to (Note [Whole parameters])."""

    def set_force_sum_reduction_for_comms(self, enable: bool) -> None:
        """Whether collectives sum, and division is apart; they always do."""

    def set_post_optim_event(self, event: Any) -> None:
        """An event that gathering waits for; it comes after everything before it anyway."""

    def set_custom_all_gather(self, comm: Any) -> None:
        raise NotImplementedError("FSDPModule.set_custom_all_gather")

    def set_custom_reduce_scatter(self, comm: Any) -> None:
        raise NotImplementedError("FSDPModule.set_custom_reduce_scatter")

    def set_allocate_memory_from_process_group_for_comm(self, enable: bool) -> None:
        if enable:
            raise NotImplementedError("set_allocate_memory_from_process_group_for_comm(True)")


def _check_modules(modules: Any) -> None:
    for m in modules:
        if not isinstance(m, FSDPModule):
            raise ValueError(f"expects FSDP modules, got {type(m).__name__}")


def _check_bool(name: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise ValueError(f"{name} should be a bool, got {type(value)}")


@functools.cache
def _class_of(cls: type) -> type:
    return type(f"FSDP{cls.__name__}", (FSDPModule, cls), {"__module__": cls.__module__})


def _check_offload(policy: OffloadPolicy, mesh: DeviceMesh) -> None:
    if isinstance(policy, CPUOffloadPolicy) and mesh.device_type != "cpu":
        raise NotImplementedError("fully_shard(offload_policy=CPUOffloadPolicy())")


def fully_shard(
    module: Any,
    *,
    mesh: DeviceMesh | None = None,
    reshard_after_forward: bool | int | None = None,
    shard_placement_fn: Callable[[Parameter], Shard | None] | None = None,
    mp_policy: MixedPrecisionPolicy = MixedPrecisionPolicy(),
    offload_policy: OffloadPolicy = OffloadPolicy(),
    ignored_params: set[Parameter] | None = None,
    dp_mesh_dims: Any = None,
) -> Any:
    """Cut a module's parameters over processes, in place: DTensors between forwards, whole within.

    Call it on inner modules first; each call's parameters, those of nested calls apart, travel
    together. Make the optimizer afterwards.

    Args:
        module: a module, or a list of modules that are called one after the other.
        mesh: one dimension: parameters are cut over it; two: replicated over the first, cut over
            the second. All processes unless given.
        reshard_after_forward: whether parameters are cut again after forward; None: for all but
            the root. An integer, a smaller mesh to cut over, is refused.
        shard_placement_fn: says for a parameter which dimension is cut; None: the first.
        mp_policy: dtypes.
        offload_policy: NotImplementedError for CPUOffloadPolicy on an accelerator.
        ignored_params: parameters to be left alone.

    ValueError for containers without a forward, AssertionError for a second call on a module.
    """
    if dp_mesh_dims is not None:
        raise NotImplementedError("fully_shard(dp_mesh_dims=...)")
    if type(reshard_after_forward) is int:
        raise NotImplementedError(f"fully_shard(reshard_after_forward={reshard_after_forward})")
    modules = [module] if isinstance(module, Module) else list(module)
    for m in modules:
        if isinstance(m, (ModuleList, ModuleDict)) and type(m).forward is Module.forward:
            raise ValueError(f"fully_shard does not support containers that do not implement "
                             f"forward: {m}")  # fmt: skip
        if state_of(m) is not None:
            raise AssertionError(
                "Each distinct composable distributed API can only be applied to a module once. "
                f"fully_shard has already been applied to the following module:\n{m}"
            )
    if mesh is None:
        mesh = _default_mesh(modules)
    if mesh.ndim not in (1, 2):
        raise ValueError(f"fully_shard expects a 1D or 2D DeviceMesh but got {mesh}")
    _check_offload(offload_policy, mesh)
    group = Group(mesh, mp_policy)
    ignored = {id(p) for p in ignored_params or ()}
    for p, places in _managed(modules, ignored):
        placement = shard_placement_fn(p) if shard_placement_fn is not None else None
        if placement is not None and not isinstance(placement, Shard):
            raise NotImplementedError(f"shard_placement_fn that gives {placement!r}")
        dim = 0 if placement is None else placement.dim % p.dim()
        if dim and p.shape[dim] % mesh.size(-1):
            raise NotImplementedError(
                f"FSDP does not support uneven sharding on dim {dim}: {tuple(p.shape)} (world "
                f"size: {mesh.size(-1)})"
            )
        group.parts.append(Part(p, places, group, dim))
    for i, m in enumerate(modules):
        _hook(m, group, reshard_after_forward, i == 0, i == len(modules) - 1)
    return module


def _default_mesh(modules: Iterable[Module]) -> DeviceMesh:
    if not _group.is_initialized():
        _group.init_process_group()
    kinds = [p.device.type for m in modules for p in m.parameters() if not p.is_meta]
    return init_device_mesh(kinds[0] if kinds else "cpu", (_group.get_world_size(),))


def _managed(
    modules: Iterable[Module], ignored: set[int]
) -> list[tuple[Parameter, list[tuple[Module, str]]]]:
    """The parameters of modules that no nested call has, each with all its places."""
    found: dict[int, tuple[Parameter, list[tuple[Module, str]]]] = {}
    seen: set[int] = set()

    def visit(m: Module) -> None:
        if id(m) in seen or state_of(m) is not None:
            return
        seen.add(id(m))
        for name, p in m._parameters.items():
            if p is not None and id(p) not in ignored:
                found.setdefault(id(p), (p, []))[1].append((m, name))
        for child in m.children():
            visit(child)

    for m in modules:
        visit(m)
    return list(found.values())


def _hook(m: Module, group: Group, after: bool | None, first: bool, last: bool) -> None:
    state = _State(m, group, after)
    vars(m)["_fsdp_state"] = state
    m.__class__ = _class_of(type(m))
    if first:
        m.register_forward_pre_hook(state.before, prepend=True, with_kwargs=True)
    if last:
        m.register_forward_hook(state.after)
    m.register_state_dict_pre_hook(_reshard_before)
    m.register_load_state_dict_pre_hook(_reshard_before)


def _reshard_before(m: Module, *args: Any) -> None:
    """State dicts have the parts, whatever forward has left."""
    state = state_of(m)
    if state is not None:
        state.group.reshard()


def register_fsdp_forward_method(module: Module, method_name: str) -> None:
    """Let a method of a module under `fully_shard` be one more forward; nothing for others.
    ValueError where there is no such method."""
    state = state_of(module)
    if state is None:
        return
    if not hasattr(module, method_name):
        raise ValueError(f"{type(module)} does not have a method {method_name}")
    method = getattr(module, method_name)

    @functools.wraps(method)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = state.before(module, args, kwargs)
        return state.after(module, args, method(*args, **kwargs))

    vars(module)[method_name] = wrapped
