"""`parallelize_module`: a plan of styles, applied.

https://docs.pytorch.org/docs/stable/distributed.tensor.parallel.html
"""

from __future__ import annotations

import warnings
from fnmatch import fnmatch

from torchish import _absent
from torchish._core.base.frames import user_level
from torchish.distributed.device_mesh import DeviceMesh, _mesh_resources
from torchish.distributed.tensor.parallel.style import ParallelStyle
from torchish.nn.modules.module import Module

__all__ = ["parallelize_module"]


def parallelize_module(
    module: Module,
    device_mesh: DeviceMesh | None = None,
    parallelize_plan: ParallelStyle | dict[str, ParallelStyle] | None = None,
    *,
    src_data_rank: int | None = 0,
) -> Module:
    """Share a module out over a mesh of one dimension, in place.

    Args:
        module: what is shared out.
        device_mesh: the mesh; that of the `with` around unless given.
        parallelize_plan: a style for the module itself, or styles by the names of submodules, in
            which `*` and `?` stand for parts of a name.
        src_data_rank: whose parameters count; None: each process's own.

    ValueError for a mesh of several dimensions, TypeError for another plan; a name that fits no
    module warns.
    """
    mesh = device_mesh or _mesh_resources.get_current_mesh()
    if mesh.ndim > 1:
        raise ValueError(
            f"Tensor Parallel only accepts a 1D DeviceMesh, but found {mesh.ndim}D! If you have a "
            '2-D or N-D device_mesh, consider passing in device_mesh["tp"]'
        )
    if parallelize_plan is None:
        warnings.warn(
            "No parallelize_plan is provided and auto-parallel is not supported at the moment, so "
            "this parallelize_module call will do nothing.",
            stacklevel=user_level(),
        )
        return module
    if isinstance(parallelize_plan, ParallelStyle):
        parallelize_plan.src_data_rank = src_data_rank
        return parallelize_plan._apply(module, mesh)
    if not isinstance(parallelize_plan, dict):
        raise TypeError(
            "Expect Union[ParallelStyle, Dict[str, ParallelStyle]] for parallelize_plan, "
            f"{type(parallelize_plan)} found!"
        )
    for path, style in parallelize_plan.items():
        found = _matching(module, path.split(".")) if path else [module]
        if not found:
            warnings.warn(
                f"Parallelize plan key '{path}' could not be resolved: no submodule matching it in "
                f"module {type(module).__name__}. This plan entry will be ignored.",
                stacklevel=user_level(),
            )
        for m in found:
            parallelize_module(m, mesh, style, src_data_rank=src_data_rank)
    return module


def _matching(module: Module, path: list[str]) -> list[Module]:
    """The submodules that a path of patterns leads to."""
    found = [m for name, m in module.named_children() if fnmatch(name, path[0])]
    if len(path) == 1:
        return found
    return [deeper for m in found for deeper in _matching(m, path[1:])]


__getattr__ = _absent.attributes(__name__)
