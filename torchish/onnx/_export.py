"""`torch.onnx.export`: a module to an exported program, and that to a model."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from torchish._core.tensor import Tensor
from torchish.export import Dim, ExportedProgram
from torchish.export import export as _to_program
from torchish.export._symbolic import FakeTensor, SymInt
from torchish.export.dynamic_shapes import combined, sizes_of
from torchish.onnx._program import ONNXProgram
from torchish.onnx._translate import translate
from torchish.onnx.errors import OnnxExporterError
from torchish.utils import _pytree as pytree

__all__ = ["export"]


class _Labels:
    """Names of sizes as the user has them, for `Dim`s, whose names are identifiers."""

    def __init__(self) -> None:
        self.dims: dict[str, Dim] = {}
        self.texts: dict[str, str] = {}

    def dim(self, label: str) -> Dim:
        """The size of a name: the same one for the same name."""
        if label not in self.dims:
            name = label if label.isidentifier() else f"size_{len(self.dims)}"
            self.dims[label], self.texts[name] = Dim(name), label
        return self.dims[label]

    def shapes(self, x: Any) -> Any:
        """Dynamic shapes with `Dim`s for names."""
        if isinstance(x, str):
            return self.dim(x)
        if isinstance(x, dict):
            return {k: self.shapes(v) for k, v in x.items()}
        if isinstance(x, (list, tuple)):
            return type(x)(self.shapes(v) for v in x)
        return x


def _of_axes(
    given: dict[str, Any], axes: Mapping[str, Any], names: list[str], outputs: list[str],
    labels: _Labels,
) -> dict[str, Any]:  # fmt: skip
    """`dynamic_axes` as `dynamic_shapes`. ValueError for a name that no input or output has."""
    leaves, spec = pytree.tree_flatten(given)
    paths = [n for n, x in given.items() for _ in pytree.tree_leaves(x)]
    found: list[Any] = []
    known = set(outputs)
    i = 0
    for path, x in zip(paths, leaves, strict=True):
        if not isinstance(x, Tensor):
            found.append(None)
            continue
        name = names[i] if i < len(names) else path
        i += 1
        known.add(name)
        dims = axes.get(name)
        if dims is not None and not isinstance(dims, Mapping):
            dims = {d: f"{name}_dynamic_axes_{n + 1}" for n, d in enumerate(dims)}
        found.append(dims and {d % x.dim(): labels.dim(label) for d, label in dims.items()})
    if unknown := set(axes) - known:
        raise ValueError(
            f"dynamic_axes: no input or output is named {sorted(unknown)}; there are "
            f"{sorted(known)}"
        )
    return pytree.tree_unflatten(found, spec)


def _symbols(ep: ExportedProgram, given: dict[str, Any], shapes: Any, texts: dict) -> dict:
    """The names of sizes by the symbols that they have in the program."""
    tensors = [x for x in pytree.tree_leaves(given) if isinstance(x, Tensor)]
    at = {id(t): i for i, t in enumerate(tensors)}
    places = [n for n in ep.graph.nodes if n.op == "placeholder"]
    places = [n for n in places if n.name in ep.graph_signature.user_inputs]
    vals = [n.meta["val"] for n in places if isinstance(n.meta["val"], FakeTensor)]
    found = {}
    for t, _, dims in sizes_of(given, shapes):
        for d, what in dims.items():
            n = vals[at[id(t)]].shape[d]
            if isinstance(what, Dim) and what.root is what and isinstance(n, SymInt):
                name = what.__name__
                found[str(n)] = texts.get(name, name)
    return found


def export(
    model: Any, args: tuple, kwargs: dict[str, Any], *, opset: int, inputs: list[str],
    outputs: list[str], dynamic_shapes: Any, dynamic_axes: Mapping[str, Any] | None,
    optimize: bool, say: Callable[[str], None], exporting: Callable[[], Any],
) -> ONNXProgram:  # fmt: skip
    """The model of a module, or of an exported program."""
    importlib.import_module("onnx")
    symbols: dict[str, str] = {}
    if isinstance(model, ExportedProgram):
        if dynamic_shapes is not None or dynamic_axes is not None:
            raise ValueError("an exported program has its dynamic sizes already")
        ep = model
    else:
        labels = _Labels()
        shapes = labels.shapes(dynamic_shapes)
        given = combined(model, args, kwargs)
        if shapes is None and dynamic_axes:
            shapes = _of_axes(given, dynamic_axes, inputs, outputs, labels)
        say("[torch.onnx] torch.export.export: from the module to a graph of operators")
        try:
            with exporting():
                ep = _to_program(model, args, kwargs, dynamic_shapes=shapes)
        except Exception as e:
            raise OnnxExporterError(
                f"Failed to export the model with torch.export.\n\n{type(e).__name__}: {e}"
            ) from e
        symbols = _symbols(ep, given, shapes, labels.texts)
    say("[torch.onnx] from the operators of ATen to those of ONNX")
    return ONNXProgram(translate(ep, opset, inputs, outputs, symbols, optimize), ep)
