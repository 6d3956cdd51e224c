"""FullyShardedDataParallel: the older form of `fully_shard`, a module around a module.

Note [Parameters of the older form]
PyTorch lays the parameters of a wrapped module out in one flat parameter. Here they stay what they
are, DTensors cut along their first dimension, and travel together all the same; so their names and
the groups of an optimizer are those of `use_orig_params=True`, whatever is asked for.

https://docs.pytorch.org/docs/stable/fsdp.html
"""

from __future__ import annotations

import contextlib
import enum
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from torchish import _absent
from torchish._core.base import devices
from torchish._core.tensor import Tensor, no_grad, overrides
from torchish.distributed import _group
from torchish.distributed._group import ProcessGroup
from torchish.distributed._objects import broadcast_object_list
from torchish.distributed.device_mesh import DeviceMesh
from torchish.distributed.fsdp import _state_dicts as states
from torchish.distributed.fsdp._fully_shard import _managed, _State, state_of
from torchish.distributed.fsdp._params import Group, Part
from torchish.distributed.fsdp._policies import MixedPrecisionPolicy
from torchish.distributed.fsdp._state_dicts import WRAPPED, cleaned
from torchish.distributed.fsdp.api import (
    BackwardPrefetch,
    CPUOffload,
    FullOptimStateDictConfig,
    MixedPrecision,
    OptimStateDictConfig,
    ShardingStrategy,
    StateDictConfig,
    StateDictSettings,
    StateDictType,
)
from torchish.distributed.fsdp.wrap import chosen
from torchish.nn.modules.module import Module
from torchish.nn.parallel.distributed import spread
from torchish.nn.parameter import Parameter
from torchish.nn.utils.clip_grad import clip_grad_norm_

__all__ = ["FullyShardedDataParallel", "OptimStateKeyType"]


class OptimStateKeyType(enum.Enum):
    """What an optimizer's state dict calls parameters."""

    PARAM_NAME = 1
    PARAM_ID = 2


_HYBRID = (ShardingStrategy.HYBRID_SHARD, ShardingStrategy._HYBRID_SHARD_ZERO2)


def _mesh_of(strategy: ShardingStrategy, group: Any, mesh: DeviceMesh | None) -> DeviceMesh:
    """The mesh that parameters are cut over by its last dimension, and replicated by its first."""
    if mesh is not None:
        if group is not None:
            raise ValueError("Cannot pass both process_group and device_mesh")
        if (mesh.ndim == 2) != (strategy in _HYBRID):
            raise ValueError(f"{strategy} on a mesh of {mesh.ndim} dimensions")
    elif isinstance(group, tuple):
        raise NotImplementedError("process_group as two groups; give a device_mesh instead")
    ranks = np.array(_group.get_process_group_ranks(group) if mesh is None else mesh._ranks)
    if strategy is ShardingStrategy.NO_SHARD:
        return DeviceMesh("cpu", ranks.reshape(-1, 1))
    if mesh is not None:
        return mesh
    if strategy in _HYBRID:
        local = int(os.environ.get("LOCAL_WORLD_SIZE", ranks.size))
        return DeviceMesh("cpu", ranks.reshape(-1, local))
    return DeviceMesh("cpu", ranks) if group is None else DeviceMesh.from_group(group, "cpu")


class FullyShardedDataParallel(Module):
    """A module whose parameters are cut over processes (Note [Parameters of the older form]).

    Args:
        module: what is wrapped.
        process_group, device_mesh: the processes; all unless given. A mesh of two dimensions for
            the hybrid strategies.
        sharding_strategy: FULL_SHARD unless given.
        cpu_offload: NotImplementedError where parameters are to be offloaded.
        auto_wrap_policy: which submodules are wrapped by themselves (`fsdp.wrap`).
        mixed_precision: dtypes.
        ignored_modules, ignored_states: what is left alone.
        param_init_fn: makes the parameters of a module without values.
        device_id: where the module is put first.
        sync_module_states: make parameters and buffers those of the first process.
        backward_prefetch, forward_prefetch, limit_all_gathers: hints, of which nothing is made.
    """

    def __init__(
        self,
        module: Module,
        process_group: Any = None,
        sharding_strategy: ShardingStrategy | None = None,
        cpu_offload: CPUOffload | None = None,
        auto_wrap_policy: Any = None,
        backward_prefetch: BackwardPrefetch | None = BackwardPrefetch.BACKWARD_PRE,
        mixed_precision: MixedPrecision | None = None,
        ignored_modules: Iterable[Module] | None = None,
        param_init_fn: Callable[[Module], None] | None = None,
        device_id: Any = None,
        sync_module_states: bool = False,
        forward_prefetch: bool = False,
        limit_all_gathers: bool = True,
        use_orig_params: bool = False,
        ignored_states: Iterable[Any] | None = None,
        device_mesh: DeviceMesh | None = None,
    ) -> None:
        super().__init__()
        if cpu_offload is not None and cpu_offload.offload_params:
            raise NotImplementedError(
                "FullyShardedDataParallel(cpu_offload=CPUOffload(offload_params=True))"
            )
        strategy = sharding_strategy or ShardingStrategy.FULL_SHARD
        mesh = _mesh_of(strategy, process_group, device_mesh)
        left, params = _ignored(ignored_modules, ignored_states)
        _materialize(module, param_init_fn, params)
        if device_id is not None:
            module.to(devices.device(device_id))
        if auto_wrap_policy is not None:
            options = {
                "sharding_strategy": strategy,
                "device_mesh": None if process_group is not None else device_mesh,
                "process_group": process_group,
                "mixed_precision": mixed_precision,
                "ignored_states": params,
                "sync_module_states": sync_module_states,
            }
            _wrap_inner(module, auto_wrap_policy, left, options)
        if sync_module_states:
            _synchronize(module, mesh)
        self.sharding_strategy, self.mixed_precision = strategy, mixed_precision
        self._device_mesh = mesh
        self._fsdp_wrapped_module = module
        group = Group(mesh, _policy(mixed_precision))
        for p, places in _managed([module], {id(p) for p in params}):
            group.parts.append(Part(p, places, group, 0))
        # Whatever the strategy: backward gathers nothing, and outside of forward modules have the
        # parameters that an optimizer takes.
        vars(self)["_fsdp_state"] = _State(self, group, True)
        vars(self)["_settings"] = states.default_settings()
        if mixed_precision is not None and mixed_precision.buffer_dtype is not None:
            for b in module.buffers():
                if b.is_floating_point():
                    b.data = b.data.to(mixed_precision.buffer_dtype)
        states.hook(self)

    # --- the module inside

    @property
    def module(self) -> Module:
        """The module that is wrapped."""
        return self._fsdp_wrapped_module

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__(WRAPPED), name)

    def __getitem__(self, key: int) -> Any:
        inner: Any = self._fsdp_wrapped_module
        return inner[key]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The wrapped module's forward, its parameters being whole."""
        state: _State = vars(self)["_fsdp_state"]
        state.start()
        mixed = self.mixed_precision
        if mixed is not None:
            casts = mixed.cast_forward_inputs or (mixed.cast_root_forward_inputs and state.is_root)
            state.casts_inputs = bool(casts)
        args, kwargs = state.before(self, args, kwargs)
        return state.after(self, args, self._fsdp_wrapped_module(*args, **kwargs))

    def named_parameters(self, *args: Any, **kwargs: Any) -> Iterator[tuple[str, Parameter]]:
        """Names and parameters; within `summon_full_params` the names that the module alone has."""
        for name, p in super().named_parameters(*args, **kwargs):
            yield (cleaned(name) if self.is_summoned else name), p

    def named_buffers(self, *args: Any, **kwargs: Any) -> Iterator[tuple[str, Tensor]]:
        """Names and buffers; within `summon_full_params` the names that the module alone has."""
        for name, b in super().named_buffers(*args, **kwargs):
            yield (cleaned(name) if self.is_summoned else name), b

    @property
    def is_summoned(self) -> bool:
        """Whether this is within `summon_full_params`."""
        return vars(self).get("_summoned", False)

    def apply(self, fn: Callable[[Module], None]) -> FullyShardedDataParallel:
        """Call a function of each module, its parameters being whole; what it writes is kept."""
        with self.summon_full_params(self):
            super().apply(fn)
        return self

    # --- gradients

    @contextlib.contextmanager
    def no_sync(self) -> Iterator[None]:
        """Inside, gradients add up without being summed over processes."""
        groups = [vars(m)["_fsdp_state"].group for m in self.fsdp_modules(self)]
        before = [g.reduces for g in groups]
        for g in groups:
            g.reduces = False
        try:
            yield
        finally:
            for g, was in zip(groups, before, strict=True):
                g.reduces = was

    def clip_grad_norm_(self, max_norm: float, norm_type: float = 2.0) -> Tensor:
        """Scale all gradients so that their norm over all processes is at most `max_norm`; the norm
        before."""
        total: Any = clip_grad_norm_(self.parameters(), max_norm, norm_type)
        return total.full_tensor() if hasattr(total, "full_tensor") else total

    def register_comm_hook(self, state: object, hook: Callable) -> None:
        raise NotImplementedError("FullyShardedDataParallel.register_comm_hook")

    def check_is_root(self) -> bool:
        """Whether this is the outermost of them."""
        state: _State = vars(self)["_fsdp_state"]
        state.start()
        return bool(state.is_root)

    @staticmethod
    def fsdp_modules(module: Module, root_only: bool = False) -> list[FullyShardedDataParallel]:
        """The wrapped modules of a model, or the outermost ones of them only."""
        found = [m for m in module.modules() if isinstance(m, FullyShardedDataParallel)]
        if not root_only:
            return found
        inner = {id(c) for m in found for c in m._fsdp_wrapped_module.modules()}
        return [m for m in found if id(m) not in inner]

    # --- whole parameters, and state dicts

    @staticmethod
    @contextlib.contextmanager
    def summon_full_params(
        module: Module,
        recurse: bool = True,
        writeback: bool = True,
        rank0_only: bool = False,
        offload_to_cpu: bool = False,
        with_grads: bool = False,
    ) -> Iterator[None]:
        """Inside, parameters are whole, in their own dtype, under their own names; what is written
        to them is kept with `writeback`. NotImplementedError for `rank0_only` with `writeback`."""
        if writeback and rank0_only:
            raise NotImplementedError(
                "writeback=True and rank0_only=True is not supported, as model parameters across "
                "ranks would be inconsistent."
            )
        found = FullyShardedDataParallel.fsdp_modules(module)
        if not recurse:
            found = [m for m in found if m is module]
        groups = [vars(m)["_fsdp_state"].group for m in found]
        for m, g in zip(found, groups, strict=True):
            vars(m)["_summoned"] = True
            g.summon(with_grads)
        try:
            yield
        finally:
            for m, g in zip(found, groups, strict=True):
                vars(m)["_summoned"] = False
                g.dismiss(writeback)

    @staticmethod
    def set_state_dict_type(
        module: Module,
        state_dict_type: StateDictType,
        state_dict_config: StateDictConfig | None = None,
        optim_state_dict_config: OptimStateDictConfig | None = None,
    ) -> StateDictSettings:
        """Choose the kind of state dicts of all wrapped modules of a model; what was chosen
        before."""
        before = FullyShardedDataParallel.get_state_dict_type(module)
        now = states.settings_of(state_dict_type, state_dict_config, optim_state_dict_config)
        for m in FullyShardedDataParallel.fsdp_modules(module):
            vars(m)["_settings"] = now
        return before

    @staticmethod
    def get_state_dict_type(module: Module) -> StateDictSettings:
        """The kind of state dicts of a model."""
        for m in FullyShardedDataParallel.fsdp_modules(module):
            return vars(m)["_settings"]
        return states.default_settings()

    @staticmethod
    @contextlib.contextmanager
    def state_dict_type(
        module: Module,
        state_dict_type: StateDictType,
        state_dict_config: StateDictConfig | None = None,
        optim_state_dict_config: OptimStateDictConfig | None = None,
    ) -> Iterator[None]:
        """Inside, state dicts are of this kind."""
        before = FullyShardedDataParallel.set_state_dict_type(
            module, state_dict_type, state_dict_config, optim_state_dict_config
        )
        try:
            yield
        finally:
            for m in FullyShardedDataParallel.fsdp_modules(module):
                vars(m)["_settings"] = before

    @staticmethod
    def optim_state_dict(
        model: Module,
        optim: Any,
        optim_state_dict: dict[str, Any] | None = None,
        group: ProcessGroup | None = None,
    ) -> dict[str, Any]:
        """An optimizer's state dict by the names of parameters, of the kind that is chosen."""
        now = FullyShardedDataParallel.get_state_dict_type(model)
        return states.by_names(model, optim, optim_state_dict, now)

    @staticmethod
    def optim_state_dict_to_load(
        model: Module,
        optim: Any,
        optim_state_dict: dict[str, Any],
        is_named_optimizer: bool = False,
        load_directly: bool = False,
        group: ProcessGroup | None = None,
    ) -> dict[str, Any]:
        """What `optim.load_state_dict` takes of a state dict by names; with `load_directly` it is
        loaded."""
        made = states.by_numbers(model, optim, optim_state_dict)
        if load_directly:
            optim.load_state_dict(made)
        return made

    # The names that these had before.

    @staticmethod
    def full_optim_state_dict(
        model: Module,
        optim: Any,
        optim_input: Any = None,
        rank0_only: bool = True,
        group: ProcessGroup | None = None,
    ) -> dict[str, Any]:
        """An optimizer's state dict by names, of whole tensors."""
        config = FullOptimStateDictConfig(rank0_only=rank0_only)
        now = states.settings_of(StateDictType.FULL_STATE_DICT, None, config)
        return states.by_names(model, optim, None, now)

    @staticmethod
    def sharded_optim_state_dict(
        model: Module, optim: Any, group: ProcessGroup | None = None
    ) -> dict[str, Any]:
        """An optimizer's state dict by names, of DTensors."""
        now = states.settings_of(StateDictType.SHARDED_STATE_DICT, None, None)
        return states.by_names(model, optim, None, now)

    @staticmethod
    def shard_full_optim_state_dict(
        full_optim_state_dict: dict[str, Any],
        model: Module,
        optim_input: Any = None,
        optim: Any = None,
    ) -> dict[str, Any]:
        """What `optim.load_state_dict` takes of a state dict by names, which every process has.
        NotImplementedError without the optimizer."""
        if optim is None:
            raise NotImplementedError("shard_full_optim_state_dict without optim")
        return states.by_numbers(model, optim, full_optim_state_dict)

    @staticmethod
    def scatter_full_optim_state_dict(
        full_optim_state_dict: dict[str, Any] | None,
        model: Module,
        optim_input: Any = None,
        optim: Any = None,
        group: ProcessGroup | None = None,
    ) -> dict[str, Any]:
        """The same of a state dict that rank 0 has."""
        found = [full_optim_state_dict if _group.get_rank() == 0 else None]
        broadcast_object_list(found, src=0, group=group)
        whole: Any = found[0]
        return FullyShardedDataParallel.shard_full_optim_state_dict(whole, model, None, optim)

    @staticmethod
    def flatten_sharded_optim_state_dict(
        sharded_optim_state_dict: dict[str, Any], model: Module, optim: Any
    ) -> dict[str, Any]:
        """What `optim.load_state_dict` takes of a state dict by names, of DTensors."""
        return states.by_numbers(model, optim, sharded_optim_state_dict)


def _policy(mixed: MixedPrecision | None) -> MixedPrecisionPolicy:
    if mixed is None:
        return MixedPrecisionPolicy()
    if mixed.keep_low_precision_grads:
        raise NotImplementedError("MixedPrecision(keep_low_precision_grads=True)")
    return MixedPrecisionPolicy(mixed.param_dtype, mixed.reduce_dtype or mixed.param_dtype)


def _ignored(modules: Any, more: Any) -> tuple[set[Module], list[Tensor]]:
    """The modules and parameters that are left alone."""
    found: set[Module] = set()
    params: list[Tensor] = []
    for x in [*(modules or ()), *(more or ())]:
        if isinstance(x, Module):
            found.update(x.modules())
            params += list(x.parameters())
        else:
            params.append(x)
    return found, params


def _materialize(module: Module, make: Callable[[Module], None] | None, left: list) -> None:
    """Give modules whose parameters have no values some, by a function or their own."""
    ignored = {id(p) for p in left}
    for m in module.modules():
        own = [*m.parameters(recurse=False), *m.buffers(recurse=False)]
        if state_of(m) is not None or not any(t.is_meta and id(t) not in ignored for t in own):
            continue
        if make is not None:
            make(m)
            continue
        m.to_empty(device="cpu", recurse=False)
        reset: Any = getattr(m, "reset_parameters", None)
        if reset is None:
            raise RuntimeError(f"{type(m).__name__} has no reset_parameters: give a param_init_fn")
        with no_grad():
            reset()


def _synchronize(module: Module, mesh: DeviceMesh) -> None:
    """Make parameters and buffers those of the mesh's first process."""
    own = [p.detach() for p, _ in _managed([module], set())]
    with overrides.DisableTorchFunctionSubclass():
        held = [*own, *module.buffers()]
    for i in range(mesh.ndim):
        if mesh.size(i) > 1:
            spread(mesh.get_group(i), held, 0, "FullyShardedDataParallel")


def _wrap_inner(module: Module, policy: Any, left: set[Module], options: dict[str, Any]) -> None:
    """Wrap the submodules that a policy says, inner ones first; those that mixed precision leaves
    alone by themselves, in full precision."""
    mixed: MixedPrecision | None = options["mixed_precision"]
    wrapped = chosen(policy, module, left, options)
    if mixed is not None:
        for m in module.modules():
            if m is not module and isinstance(m, tuple(mixed._module_classes_to_ignore)):
                wrapped = {m: {**options, "mixed_precision": None}, **wrapped}
    for m, kwargs in wrapped.items():
        for parent in list(module.modules()):
            for name, child in list(parent._modules.items()):
                if child is m and not isinstance(parent, FullyShardedDataParallel):
                    parent._modules[name] = FullyShardedDataParallel(m, **kwargs)


__getattr__ = _absent.attributes(__name__)
