"""`torch.export`: a module and example inputs as a graph that runs without the module's Python.

https://docs.pytorch.org/docs/stable/export.html
"""

from __future__ import annotations

from typing import Any

from torchish import _absent
from torchish._core.tensor import Tensor
from torchish._dynamo.exc import UserError
from torchish.export import dynamic_shapes, exported_program, graph_signature
from torchish.export._archive import load, save
from torchish.export._build import build
from torchish.export._capture import argument_names, capture
from torchish.export.dynamic_shapes import Dim, ShapesCollection, dims
from torchish.export.exported_program import ExportedProgram
from torchish.export.graph_signature import ExportGraphSignature
from torchish.nn.modules.module import Module
from torchish.utils import _pytree as pytree

__all__ = [
    "Dim",
    "ExportGraphSignature",
    "ExportedProgram",
    "ShapesCollection",
    "dims",
    "dynamic_shapes",
    "export",
    "exported_program",
    "graph_signature",
    "load",
    "save",
]


def _named_constants(module: Module, constants: list[Tensor]) -> list[str]:
    """Names of constants: of the attributes that they are, or by counting."""
    found: dict[int, str] = {}
    for path, m in module.named_modules():
        for name, x in vars(m).items():
            if isinstance(x, Tensor):
                found.setdefault(id(x), f"{path}.{name}" if path else name)
    names: list[str] = []
    n = 0
    for t in constants:
        if id(t) in found:
            names.append(found[id(t)])
        else:
            names.append(f"lifted_tensor_{n}")
            n += 1
    return names


def export(
    mod: Module,
    args: tuple,
    kwargs: dict[str, Any] | None = None,
    *,
    dynamic_shapes: Any = None,
    strict: bool = False,
    preserve_module_call_signature: tuple[str, ...] = (),
    prefer_deferred_runtime_asserts_over_guards: bool = False,
) -> ExportedProgram:
    """A module's call with these arguments as an `ExportedProgram`. Nothing is computed.

    Sizes are those of the arguments, unless `dynamic_shapes` says that they may be others: by the
    arguments' names, or as a tuple in their order, `{dimension: Dim(...)}` for a tensor. ValueError
    for what is no module, UserError for dynamic shapes that do not fit the arguments or that the
    program does not have, GuardOnDataDependentSymNode for a branch on a tensor's elements, which
    are not known.
    """
    if not isinstance(mod, Module):
        raise ValueError(f"Expected `mod` to be an instance of `torch.nn.Module`, got {type(mod)}.")
    if not isinstance(args, tuple):
        raise UserError(
            f"Expecting `args` to be a tuple of example positional inputs, got {type(args)}"
        )
    if preserve_module_call_signature:
        raise NotImplementedError("torch.export.export: preserve_module_call_signature")
    if isinstance(dynamic_shapes, ShapesCollection):
        dynamic_shapes = dynamic_shapes.dynamic_shapes(mod, args, kwargs)
    kwargs = {} if kwargs is None else dict(kwargs)
    parameters: dict[str, Tensor] = dict(mod.named_parameters())
    buffers = {}
    for path, m in mod.named_modules():
        for name, t in m._buffers.items():
            if t is not None and all(t is not b for b, _ in buffers.values()):
                full = f"{path}.{name}" if path else name
                buffers[full] = (t, name not in m._non_persistent_buffers_set)
    state = {**parameters, **{n: t for n, (t, _) in buffers.items()}}
    captured = capture(mod, args, kwargs, dynamic_shapes, state)
    names = argument_names(mod, args, kwargs)
    leaves, in_spec = pytree.tree_flatten((args, kwargs))
    constants = _named_constants(mod, captured.constants)
    graph, signature = build(captured, names, leaves, parameters, buffers, constants)
    held = dict(zip(constants, captured.constants, strict=True))
    held |= {n: t for n, (t, persistent) in buffers.items() if not persistent}
    state_dict = dict(mod.state_dict(keep_vars=True))
    ep = ExportedProgram(
        None, graph, signature, state_dict, dict(captured.symbols), in_spec, captured.out_spec,
        (args, kwargs), held,
    )  # fmt: skip
    ep._names = argument_names_of_positions(mod, args)
    ep._hints, ep._sources = captured.hints, captured.sources
    return ep


def argument_names_of_positions(mod: Module, args: tuple) -> list[str]:
    """A name for each positional argument."""
    return argument_names(mod, tuple(None for _ in args), {})


__getattr__ = _absent.attributes(__name__)
