"""State dicts of modules under FullyShardedDataParallel."""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import Tensor, overrides
from torchish._core.tensor.tensor import alias_of
from torchish.distributed import _group
from torchish.distributed.fsdp._params import Group
from torchish.distributed.fsdp.api import (
    FullOptimStateDictConfig,
    FullStateDictConfig,
    LocalOptimStateDictConfig,
    LocalStateDictConfig,
    ShardedOptimStateDictConfig,
    ShardedStateDictConfig,
    StateDictSettings,
    StateDictType,
)
from torchish.distributed.tensor._api import DTensor, distribute_tensor
from torchish.nn.modules.module import Module

__all__ = ["WRAPPED", "by_names", "by_numbers", "cleaned", "default_settings", "hook"]

WRAPPED = "_fsdp_wrapped_module"
_CONFIGS: dict[StateDictType, tuple[type, type]] = {
    StateDictType.FULL_STATE_DICT: (FullStateDictConfig, FullOptimStateDictConfig),
    StateDictType.LOCAL_STATE_DICT: (LocalStateDictConfig, LocalOptimStateDictConfig),
    StateDictType.SHARDED_STATE_DICT: (ShardedStateDictConfig, ShardedOptimStateDictConfig),
}


def cleaned(name: str) -> str:
    """A name as the module that is not wrapped has it."""
    return name.replace(f"{WRAPPED}.", "")


def settings_of(kind: StateDictType, config: Any, optim_config: Any) -> StateDictSettings:
    """The settings of a kind. RuntimeError for a configuration of another kind."""
    wanted, wanted_of_optim = _CONFIGS[kind]
    for given, cls in ((config, wanted), (optim_config, wanted_of_optim)):
        if given is not None and not isinstance(given, cls):
            raise RuntimeError(f"Expected state_dict_config of type {cls} but got {type(given)}")
    return StateDictSettings(kind, config or wanted(), optim_config or wanted_of_optim())


def default_settings() -> StateDictSettings:
    """Whole tensors."""
    return settings_of(StateDictType.FULL_STATE_DICT, None, None)


def _saved(value: Any, kind: StateDictType, config: Any) -> Any:
    """A value of a state dict, of the kind that is chosen."""
    if not isinstance(value, DTensor):
        # A count of steps goes on counting after it was saved.
        return value.detach().clone() if isinstance(value, Tensor) else value
    made: Any = value.detach()
    if kind is StateDictType.FULL_STATE_DICT:
        made = made.full_tensor()
    elif kind is StateDictType.LOCAL_STATE_DICT:
        made = made.to_local()
    return made.cpu() if config.offload_to_cpu else made


def _nowhere(config: Any) -> bool:
    """Whether this process's state dict stays empty."""
    return getattr(config, "rank0_only", False) and _group.get_rank() != 0


def hook(module: Module) -> None:
    """Let a wrapped module's state dict have the names of the module inside, and load such."""
    module.register_state_dict_pre_hook(_cut_first)
    module._register_state_dict_hook(_after_saving)
    module.register_load_state_dict_pre_hook(_before_loading)


def _cut_first(module: Module, *args: Any) -> None:
    group: Group = vars(module)["_fsdp_state"].group
    if not vars(module).get("_summoned"):
        group.reshard()


def _after_saving(module: Module, state: dict[str, Any], prefix: str, metadata: Any) -> None:
    now: StateDictSettings = vars(module)["_settings"]
    inside = f"{prefix}{WRAPPED}."
    for name in [n for n in state if n.startswith(prefix)]:
        value = _saved(state.pop(name), now.state_dict_type, now.state_dict_config)
        if not _nowhere(now.state_dict_config):
            short = prefix + name.removeprefix(inside) if name.startswith(inside) else name
            state[short] = value


def _before_loading(
    module: Module, state: dict[str, Any], prefix: str, *args: Any, **kwargs: Any
) -> None:
    group: Group = vars(module)["_fsdp_state"].group
    group.reshard()
    inside = f"{prefix}{WRAPPED}."
    for name in [n for n in state if n.startswith(prefix) and not n.startswith(inside)]:
        state[inside + name.removeprefix(prefix)] = state.pop(name)
    wrapped: Any = getattr(module, WRAPPED)
    own = {id(part.sharded) for part in group.parts}
    for name, p in wrapped.named_parameters(remove_duplicate=False):
        found = state.get(inside + name)
        if id(p) in own and isinstance(found, Tensor):
            state[inside + name] = _loaded(found, p)


def _loaded(value: Tensor, like: Any) -> Any:
    """A whole or local tensor as a DTensor that lies as a parameter does."""
    if isinstance(value, DTensor) or not isinstance(like, DTensor):
        return value
    if value.shape == like.shape:
        return distribute_tensor(
            value.detach(), like.device_mesh, like.placements, src_data_rank=None
        )
    with overrides.DisableTorchFunctionSubclass():
        local = tuple(alias_of(like).shape)
    if tuple(value.shape) != local:
        return value  # which loading refuses
    spec = like._spec
    return DTensor.from_local(
        value, spec.mesh, spec.placements, shape=spec.shape, stride=spec.stride
    )


def _names(model: Module) -> dict[int, str]:
    return {id(p): cleaned(name) for name, p in Module.named_parameters(model)}


def by_names(
    model: Module, optim: Any, given: dict[str, Any] | None, now: StateDictSettings
) -> dict[str, Any]:
    """An optimizer's state dict whose parameters are called by their names."""
    names = _names(model)
    state = optim.state_dict() if given is None else given
    config = now.optim_state_dict_config
    called: dict[int, str] = {}
    groups = []
    for group, saved in zip(optim.param_groups, state["param_groups"], strict=True):
        for p, number in zip(group["params"], saved["params"], strict=True):
            called[number] = names[id(p)]
        groups.append({**saved, "params": [called[n] for n in saved["params"]]})
    made = {
        called[number]: {k: _saved(v, now.state_dict_type, config) for k, v in values.items()}
        for number, values in state["state"].items()
    }
    return {} if _nowhere(config) else {"state": made, "param_groups": groups}


def by_numbers(model: Module, optim: Any, given: dict[str, Any]) -> dict[str, Any]:
    """A state dict by names as the optimizer numbers its parameters."""
    names = _names(model)
    numbers: dict[str, int] = {}
    params: dict[str, Any] = {}
    groups = []
    saved = {name: g for g in given["param_groups"] for name in g["params"]}
    for group in optim.param_groups:
        own = []
        for p in group["params"]:
            name = names[id(p)]
            numbers[name] = len(numbers)
            params[name] = p
            own.append(name)
        options = saved[own[0]] if own else group
        groups.append({**options, "params": [numbers[n] for n in own]})
    state = {
        numbers[name]: {
            k: _loaded(v, params[name]) if isinstance(v, Tensor) and v.dim() else v
            for k, v in values.items()
        }
        for name, values in given["state"].items()
    }
    return {"state": state, "param_groups": groups}
