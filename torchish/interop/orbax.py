"""State dicts as Orbax checkpoints, which programs in JAX read and write, and the reverse.

`save` writes what `torch.distributed.checkpoint.save` takes: the tensors as the tree that Orbax's
own handlers restore, under the item `state`, and what is no tensor as JSON under `rest`.
https://orbax.readthedocs.io/en/latest/guides/checkpoint/orbax_checkpoint_101.html
"""

from __future__ import annotations

import os
import pathlib
from typing import Any

import numpy as np
import orbax.checkpoint as ocp

from torchish import distributed as dist
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, from_numpy, no_grad, zeros
from torchish.distributed.checkpoint._nested_dict import (
    flatten_state_dict,
    set_element,
    unflatten_state_dict,
)
from torchish.distributed.checkpoint.stateful import Stateful
from torchish.distributed.tensor import DTensor
from torchish.interop.jax import to_jax

__all__ = ["load", "restore", "save"]

_Folder = str | os.PathLike[str]
_TUPLE = "__tuple__"
_PLAIN = (bool, int, float, str, type(None))


def _checkpointer() -> ocp.Checkpointer:
    if dist.is_initialized() and dist.get_world_size() > 1:
        raise NotImplementedError(
            "interop.orbax in a program of several processes: save by "
            "torch.distributed.checkpoint, and convert in one process"
        )
    return ocp.Checkpointer(ocp.CompositeCheckpointHandler())


def _encoded(name: str, value: Any) -> Any:
    """A value as JSON has it; a tuple is a list under a name of its own."""
    if isinstance(value, _PLAIN):
        return value
    if type(value) is tuple:
        return {_TUPLE: [_encoded(name, v) for v in value]}
    if type(value) is list:
        return [_encoded(name, v) for v in value]
    raise TypeError(f"interop.orbax: {name} is a {type(value).__name__}, which JSON has not")


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(v) for v in value]
    return tuple(map(_decoded, value[_TUPLE])) if isinstance(value, dict) else value


def _array(t: Tensor) -> np.ndarray:
    whole = t.full_tensor() if isinstance(t, DTensor) else t
    return np.asarray(to_jax(whole.detach()))


def save(folder: _Folder, state_dict: dict[str, Any], *, overwrite: bool = False) -> None:
    """Write nested dictionaries of tensors and plain objects as an Orbax checkpoint, in one step.

    Objects with `state_dict` and `load_state_dict` are asked for theirs; DTensors are written
    whole. ValueError for a folder that is there, unless `overwrite`; TypeError for an object that
    is no tensor, number, text, None, list or tuple; NotImplementedError in several processes.
    """
    asked = {k: v.state_dict() if isinstance(v, Stateful) else v for k, v in state_dict.items()}
    flat, paths = flatten_state_dict(asked)
    whole = {name: _array(v) for name, v in flat.items() if isinstance(v, Tensor)}
    tensors = {name: a for name, a in whole.items() if a.size}
    # Orbax writes no array without elements.
    empty = {name: [a.dtype.name, list(a.shape)] for name, a in whole.items() if not a.size}
    rest = {name: _encoded(name, v) for name, v in flat.items() if not isinstance(v, Tensor)}
    tree = unflatten_state_dict(tensors, paths)
    told = {name: list(path) for name, path in paths.items()}
    said = {"values": rest, "empty": empty, "paths": told}
    items: dict[str, Any] = {"rest": ocp.args.JsonSave(said)}
    if tensors:
        items["state"] = ocp.args.PyTreeSave(tree)
    with _checkpointer() as checkpointer:
        checkpointer.save(
            pathlib.Path(folder).absolute(),
            ocp.args.Composite(**items),
            force=overwrite,
        )


def restore(folder: _Folder) -> dict[str, Any]:
    """What `save` has written, as new tensors on the CPU."""
    path = pathlib.Path(folder).absolute()
    items: dict[str, Any] = {"rest": ocp.args.JsonRestore()}
    if (path / "state").exists():
        items["state"] = ocp.args.PyTreeRestore()
    with _checkpointer() as checkpointer:
        found = checkpointer.restore(path, ocp.args.Composite(**items))
    arrays, _ = flatten_state_dict(_leaves(found.get("state") or {}))
    made: dict[str, Any] = {}
    said = found["rest"]
    for name, path in said["paths"].items():
        if name in said["values"]:
            value = _decoded(said["values"][name])
        elif name in said["empty"]:
            dtype, shape = said["empty"][name]
            value = zeros(shape, dtype=dt.from_np(np.dtype(dtype)))
        else:
            value = from_numpy(np.array(arrays[name].array))
        set_element(made, tuple(path), value)
    return made


class _Leaf:
    """An array, which is no container."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array


def _leaves(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {k: _leaves(v) for k, v in tree.items()}
    return [_leaves(v) for v in tree] if isinstance(tree, list) else _Leaf(tree)


def load(folder: _Folder, state_dict: dict[str, Any]) -> None:
    """Load what `save` has written into a state dict, in place: tensors are filled, other objects
    replaced, objects with `load_state_dict` loaded. RuntimeError for a name that the checkpoint
    lacks, ValueError for a tensor of another size."""
    found = restore(folder)
    for key, obj in state_dict.items():
        if key not in found:
            raise RuntimeError(f"Missing key in checkpoint state_dict: {key}.")
        if isinstance(obj, Stateful):
            obj.load_state_dict(found[key])
            continue
        saved, _ = flatten_state_dict({key: found[key]})
        mine, paths = flatten_state_dict({key: obj})
        for name, value in mine.items():
            if name not in saved:
                raise RuntimeError(f"Missing key in checkpoint state_dict: {name}.")
            if isinstance(value, Tensor):
                _fill(name, value, saved[name])
            else:
                set_element(state_dict, paths[name], saved[name])


def _fill(name: str, into: Tensor, value: Tensor) -> None:
    if into.shape != value.shape:
        raise ValueError(
            f"Size mismatch between saved {value.shape} and current: {into.shape} for {name}"
        )
    with no_grad():
        if isinstance(into, DTensor) and into.device_mesh.is_whole:
            into.full_tensor().detach().copy_(value)
        else:
            into.copy_(value)
