"""State dicts of models and optimizers by names of parameters, however these are wrapped.

An optimizer counts its parameters, so its state dict means something to the same program only. Here
it has their names, those of the bare model: what one way of training has saved another loads.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html#torch.distributed.checkpoint.state_dict.get_state_dict
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from torchish import distributed as dist
from torchish._core.tensor import Tensor, no_grad
from torchish._core.tensor.api import factory
from torchish.distributed.checkpoint import _pieces
from torchish.distributed.checkpoint.metadata import MetadataIndex
from torchish.distributed.checkpoint.staging import copied
from torchish.nn.modules.module import Module, _IncompatibleKeys
from torchish.nn.parallel import DistributedDataParallel
from torchish.optim.optimizer import Optimizer

__all__ = [
    "DictValueType",
    "FQNS_T",
    "ListDictValueType",
    "OptimizerStateType",
    "PrimitiveType",
    "StateDictOptions",
    "ValueType",
    "get_model_state_dict",
    "get_optimizer_state_dict",
    "get_state_dict",
    "set_model_state_dict",
    "set_optimizer_state_dict",
    "set_state_dict",
]

FQNS_T = set[str]
PrimitiveType = Tensor | int | float | str
ValueType = PrimitiveType | list[PrimitiveType] | tuple[PrimitiveType, ...] | dict[str, Any]
DictValueType = dict[str, ValueType]
ListDictValueType = list[DictValueType]
OptimizerStateType = dict[str, DictValueType | ListDictValueType]

_STATE, _GROUPS, _PARAMS = "state", "param_groups", "params"


@dataclasses.dataclass
class StateDictOptions:
    """How state dicts are made and taken.

    Attributes:
        full_state_dict: sharded tensors are put together.
        cpu_offload: tensors are on the CPU; with `full_state_dict` rank 0 alone gets any.
        ignore_frozen_params: parameters without gradients are left out.
        keep_submodule_prefixes: names of `submodules` begin as in the model.
        strict: as of `Module.load_state_dict`.
        broadcast_from_rank0: rank 0 has the whole state dict, and gives each rank its part.
        flatten_optimizer_state_dict: an optimizer's state dict has one level of names.
        dsd_fqn_modifiers: the method of a module that says how names inside it change.
    """

    full_state_dict: bool = False
    cpu_offload: bool = False
    ignore_frozen_params: bool = False
    keep_submodule_prefixes: bool = True
    strict: bool = True
    broadcast_from_rank0: bool = False
    flatten_optimizer_state_dict: bool = False
    dsd_fqn_modifiers: str = "_fqn_modifiers"


def _options(options: StateDictOptions | None) -> StateDictOptions:
    found = StateDictOptions() if options is None else options
    if found.broadcast_from_rank0 and not found.full_state_dict:
        raise ValueError("full_state_dict must be True when broadcast_from_rank0 is True.")
    if found.dsd_fqn_modifiers != "_fqn_modifiers":
        raise NotImplementedError("StateDictOptions(dsd_fqn_modifiers=...)")
    return found


def _wrapped(module: Module) -> Module | None:
    """What a module wraps without meaning anything by it."""
    if isinstance(module, DistributedDataParallel):
        return module.module
    if isinstance(getattr(module, "_orig_mod", None), Module):
        return module._orig_mod
    return getattr(module, "_checkpoint_wrapped_module", None)


def _bare(model: Module, name: str) -> str:
    """A name in the model without the wrappers on the way."""
    out, here = [], model
    parts = name.split(".")
    for i, part in enumerate(parts):
        inner = _wrapped(here) if isinstance(here, Module) else None
        child = getattr(here, part, None)
        if inner is None or child is not inner:
            out.append(part)
        if not isinstance(child, Module):
            out += parts[i + 1 :]
            break
        here = child
    return ".".join(out)


def _renamed(model: Module, state: Mapping[str, Any]) -> dict[str, Any]:
    return {_bare(model, name): value for name, value in state.items()}


def _names_of_parameters(model: Module) -> dict[int, list[str]]:
    """All names of each parameter, by identity; those that are tied have several."""
    names: dict[int, list[str]] = {}
    for name, p in model.named_parameters(remove_duplicate=False):
        names.setdefault(id(p), []).append(_bare(model, name))
    return names


def _prefixes(model: Module, submodules: set[Module] | None) -> list[str] | None:
    if not submodules:
        return None
    found = [name for name, module in model.named_modules() if module in submodules]
    return [_bare(model, name) + "." for name in found if name]


def _whole(value: Any, options: StateDictOptions) -> Any:
    """A state dict's value as the options want it."""
    if isinstance(value, Tensor):
        if options.full_state_dict and _pieces.is_taken_apart(value):
            value = value.full_tensor()
        return value.cpu() if options.cpu_offload else value
    if isinstance(value, dict):
        return {k: _whole(v, options) for k, v in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_whole(v, options) for v in value)
    return value


def _given(state: dict[str, Any], options: StateDictOptions) -> dict[str, Any]:
    """The state dict that the user gets: nothing on other ranks than the first where it is whole
    and on the CPU."""
    made = _whole(state, options)
    alone = options.full_state_dict and options.cpu_offload and dist.is_initialized()
    return {} if alone and dist.get_rank() != 0 else made


# --- models


def get_model_state_dict(
    model: Module,
    *,
    submodules: set[Module] | None = None,
    options: StateDictOptions | None = None,
) -> dict[str, Any]:
    """A model's state dict by the names of the bare model."""
    return _given(_model_state(model, submodules, _options(options)), _options(options))


def _model_state(
    model: Module, submodules: set[Module] | None, options: StateDictOptions
) -> dict[str, Any]:
    state = _renamed(model, model.state_dict())
    prefixes = _prefixes(model, submodules)
    if prefixes is not None:
        kept = {}
        for name, value in state.items():
            for start in prefixes:
                if name.startswith(start):
                    short = name if options.keep_submodule_prefixes else name[len(start) :]
                    kept[short] = value
        state = kept
    if options.ignore_frozen_params:
        for name, p in model.named_parameters(remove_duplicate=False):
            if not p.requires_grad:
                state.pop(_bare(model, name), None)
    return state


def set_model_state_dict(
    model: Module, model_state_dict: dict[str, Any], *, options: StateDictOptions | None = None
) -> _IncompatibleKeys:
    """Load a state dict of `get_model_state_dict`; the names that are missing and unexpected.

    RuntimeError for these if `options.strict`. Also a state dict for each of several submodules.
    """
    chosen = _options(options)
    return _set_model(model, _by_name(model, model_state_dict), chosen)


def _by_name(model: Module, state: Mapping[Any, Any]) -> dict[str, Any]:
    """A state dict by names of the model; one for each submodule becomes one for the model."""
    if not state or not isinstance(next(iter(state)), Module):
        return dict(state)
    names = {module: name for name, module in model.named_modules()}
    out = {}
    for module, part in state.items():
        start = _bare(model, names[module])
        out.update({f"{start}.{k}" if start else k: v for k, v in part.items()})
    return out


def _set_model(
    model: Module, state: dict[str, Any], options: StateDictOptions
) -> _IncompatibleKeys:
    mine = model.state_dict()
    real = {_bare(model, name): name for name in mine}
    if options.broadcast_from_rank0:
        state = _from_rank0(state)
    if not state:
        return _IncompatibleKeys([], [])
    state = {
        real.get(name, name): _like(mine.get(real.get(name, name)), value)
        for name, value in state.items()
    }
    return model.load_state_dict(state, strict=options.strict)


def _like(here: Any, value: Any) -> Any:
    """A whole tensor as the part of it that is here."""
    apart = isinstance(here, Tensor) and _pieces.is_taken_apart(here)
    if not apart or not isinstance(value, Tensor) or _pieces.is_taken_apart(value):
        return value
    made = here.detach().clone()
    for box in _pieces.pieces(made):
        part = value.detach()
        for dim, (start, length) in enumerate(zip(box.offsets, box.sizes, strict=True)):
            part = part.narrow(dim, start, length)
        _pieces.piece(made, MetadataIndex("", box.offsets)).copy_(part)
    return made


def _from_rank0(state: dict[str, Any]) -> dict[str, Any]:
    """Rank 0's state dict on every rank. ValueError without a process group."""
    if not dist.is_initialized():
        raise ValueError(
            "Default process group has not been initialized, please make sure to call "
            "init_process_group."
        )
    passed: list[Any] = [state if dist.get_rank() == 0 else None]
    dist.broadcast_object_list(passed, src=0)
    # Rank 0 gets tensors of its own too, not those that another optimizer may go on with.
    return copied(passed[0]) if dist.get_rank() == 0 else passed[0]


# --- optimizers


def _several(optimizers: Optimizer | Iterable[Optimizer]) -> list[Optimizer]:
    return [optimizers] if isinstance(optimizers, Optimizer) else list(optimizers)


def _begin(optimizer: Optimizer) -> None:
    """Give an optimizer the state that its first step makes, and take no step: with gradients of
    zero and a learning rate of zero nothing moves."""
    parameters = [p for group in optimizer.param_groups for p in group[_PARAMS]]
    if optimizer.state or any(p.grad is not None for p in parameters):
        return
    rates = [group.get("lr") for group in optimizer.param_groups]
    for p in parameters:
        if p.requires_grad:
            p.grad = factory.zeros_like(p.detach())
    for group, lr in zip(optimizer.param_groups, rates, strict=True):
        if lr is not None:
            group["lr"] = factory.zeros_like(lr) if isinstance(lr, Tensor) else 0.0
    optimizer.step(closure=None)
    for group, lr in zip(optimizer.param_groups, rates, strict=True):
        if lr is not None:
            group["lr"] = lr
    optimizer.zero_grad(set_to_none=True)


def _parameter_names(model: Module, optimizer: Optimizer) -> list[list[str]]:
    """The name of each parameter of an optimizer, by group. KeyError for one not in the model."""
    names = _names_of_parameters(model)
    out = []
    for group in optimizer.param_groups:
        mine = []
        for p in group[_PARAMS]:
            if id(p) not in names:
                raise KeyError(f"a parameter of size {list(p.shape)} that the model does not have")
            mine.append(names[id(p)][0])
        out.append(mine)
    return out


def get_optimizer_state_dict(
    model: Module,
    optimizers: Optimizer | Iterable[Optimizer],
    *,
    submodules: set[Module] | None = None,
    options: StateDictOptions | None = None,
) -> dict[str, Any]:
    """The state dict of a model's optimizers by names of parameters.

    An optimizer that has not stepped yet gets its first state, so that there is something to load
    into. RuntimeError without any optimizer.
    """
    chosen, several = _options(options), _several(optimizers)
    _some(several)
    return _given(_optimizer_state(model, several, submodules, chosen), chosen)


def _some(optimizers: list[Optimizer]) -> None:
    if not optimizers:
        raise RuntimeError("Optimizers are not passed in but optim_only is set to True.")


def _optimizer_state(
    model: Module,
    optimizers: list[Optimizer],
    submodules: set[Module] | None,
    options: StateDictOptions,
) -> dict[str, Any]:
    whole: dict[str, Any] = {_STATE: {}, _GROUPS: []}
    prefixes = _prefixes(model, submodules)
    for optimizer in optimizers:
        _begin(optimizer)
        own = optimizer.state_dict()
        groups = _parameter_names(model, optimizer)
        names = {}
        for group, found in zip(own[_GROUPS], groups, strict=True):
            names |= dict(zip(group[_PARAMS], found, strict=True))
            whole[_GROUPS].append({**group, _PARAMS: found})
        for number, values in own[_STATE].items():
            name = names[number]
            if prefixes is None or any(name.startswith(start) for start in prefixes):
                whole[_STATE][name] = values
    return _flat(whole) if options.flatten_optimizer_state_dict else whole


def _flat(whole: dict[str, Any]) -> dict[str, Any]:
    """One level: `state.NAME.VALUE`, and `param_groups.NAME.OPTION` for each parameter."""
    out: dict[str, Any] = {}
    for name, values in whole[_STATE].items():
        out |= {f"{_STATE}.{name}.{k}": v for k, v in values.items()}
    for group in whole[_GROUPS]:
        for name in group[_PARAMS]:
            out |= {f"{_GROUPS}.{name}.{k}": v for k, v in group.items() if k != _PARAMS}
    return out


def _nested(model: Module, optimizers: list[Optimizer], flat: Mapping[str, Any]) -> dict[str, Any]:
    """What `_flat` was made of: the groups are the optimizers' own. RuntimeError for parameters of
    one group whose options differ."""
    whole: dict[str, Any] = {_STATE: {}, _GROUPS: []}
    for optimizer in optimizers:
        for group, names in zip(
            optimizer.param_groups, _parameter_names(model, optimizer), strict=True
        ):
            options: dict[str, Any] = {_PARAMS: names}
            for name in names:
                start = f"{_STATE}.{name}."
                values = {k[len(start) :]: v for k, v in flat.items() if k.startswith(start)}
                if values:
                    whole[_STATE][name] = values
                for key in (k for k in group if k != _PARAMS):
                    path = f"{_GROUPS}.{name}.{key}"
                    if path not in flat:
                        continue
                    if key in options and not _same(options[key], flat[path]):
                        raise RuntimeError(
                            f"All the parameters in the same parameter group should have the same "
                            f"saved param_group value. But {path} is {flat[path]} while other(s) "
                            f"is {options[key]}."
                        )
                    options[key] = flat[path]
            whole[_GROUPS].append(options)
    return whole


def _same(a: Any, b: Any) -> bool:
    both = isinstance(a, Tensor) and isinstance(b, Tensor)
    return bool((a == b).all()) if both else a == b


def set_optimizer_state_dict(
    model: Module,
    optimizers: Optimizer | Iterable[Optimizer],
    optim_state_dict: dict[str, Any],
    *,
    options: StateDictOptions | None = None,
) -> None:
    """Load a state dict of `get_optimizer_state_dict`. RuntimeError where it is empty."""
    chosen, several = _options(options), _several(optimizers)
    _some(several)
    _set_optimizers(model, several, dict(optim_state_dict), chosen)


def _set_optimizers(
    model: Module, optimizers: list[Optimizer], state: dict[str, Any], options: StateDictOptions
) -> None:
    if options.broadcast_from_rank0:
        state = _from_rank0(state)
    if not state:
        raise RuntimeError(
            "The option indicates that model state_dict is required to save, or load but optim "
            f"state_dict is empty. {state}"
        )
    if options.flatten_optimizer_state_dict or not (_STATE in state or _GROUPS in state):
        state = _nested(model, optimizers, state)
    saved = {name: g for g in state.get(_GROUPS, ()) for name in g[_PARAMS]}
    for optimizer in optimizers:
        _begin(optimizer)
        _set_optimizer(model, optimizer, state.get(_STATE, {}), saved)


def _set_optimizer(
    model: Module,
    optimizer: Optimizer,
    state: Mapping[str, Any],
    saved: Mapping[str, Mapping[str, Any]],
) -> None:
    """Load the part of a state dict that one optimizer has parameters for."""
    own = optimizer.state_dict()
    groups: list[dict[str, Any]] = []
    states: dict[int, Any] = {}
    names = _parameter_names(model, optimizer)
    for group, found in zip(own[_GROUPS], names, strict=True):
        made = dict(group)
        for number, name in zip(group[_PARAMS], found, strict=True):
            if name in saved:
                made |= {k: v for k, v in saved[name].items() if k != _PARAMS}
            if name in state:
                here = own[_STATE].get(number, {})
                states[number] = {k: _like(here.get(k), v) for k, v in state[name].items()}
        groups.append(made)
    with no_grad():
        optimizer.load_state_dict({_STATE: states, _GROUPS: groups})


# --- both


def get_state_dict(
    model: Module,
    optimizers: Optimizer | Iterable[Optimizer],
    *,
    submodules: set[Module] | None = None,
    options: StateDictOptions | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The state dicts of a model and of its optimizers; the second is empty without any."""
    chosen, several = _options(options), _several(optimizers)
    state = _model_state(model, submodules, chosen)
    optim = _optimizer_state(model, several, submodules, chosen) if several else {}
    return _given(state, chosen), _given(optim, chosen)


def set_state_dict(
    model: Module,
    optimizers: Optimizer | Iterable[Optimizer],
    *,
    model_state_dict: dict[str, Any],
    optim_state_dict: dict[str, Any],
    options: StateDictOptions | None = None,
) -> _IncompatibleKeys:
    """Load both; the names that the model's lacks and those that are unexpected."""
    chosen, several = _options(options), _several(optimizers)
    if several:
        _set_optimizers(model, several, dict(optim_state_dict), chosen)
    return _set_model(model, _by_name(model, model_state_dict), chosen)
