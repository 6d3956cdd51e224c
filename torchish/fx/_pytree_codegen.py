"""Inputs that are nested containers: placeholders for their leaves.

https://docs.pytorch.org/docs/stable/fx.html#torch.fx.Tracer.trace
"""

from __future__ import annotations

from typing import Any

from torchish.fx._codegen import CodeGen
from torchish.fx.proxy import Proxy
from torchish.utils import _pytree as pytree


class PHBase:
    """In the place of a leaf of a concrete argument: a placeholder."""

    def __repr__(self) -> str:
        return "PH"


class PHWithMeta(PHBase):
    """One with a name of its own."""

    def __init__(self, ph_key: str | None = None):
        super().__init__()
        self.ph_key = ph_key


PH = PHBase()


class _PyTreeCodeGen(CodeGen):
    """A function that takes containers apart and hands their leaves to the graph."""

    def __init__(self, names: list[str], spec: Any):
        super().__init__()
        self.names, self.spec = names, spec

    def additional_globals(self) -> list[tuple[str, Any]]:
        return [("pytree", pytree), ("_spec", self.spec)]

    def gen_fn_def(self, free_vars: list[str], maybe_return_annotation: str) -> str:
        head = f"def {self._func_name}(self, {', '.join(self.names)}){maybe_return_annotation}:"
        leaves = ", ".join(v.partition(" ")[0] for v in free_vars)
        flat = f"pytree.tree_leaves([{', '.join(self.names)}])"
        return f"{head}\n    {leaves}, = {flat}" if leaves else head

    def process_inputs(self, *args: Any) -> Any:
        return tuple(pytree.tree_leaves(list(args)))


def flatten_concrete(tracer: Any, names: list[str], given: list) -> list:
    """Arguments whose containers hold placeholders; the graph takes the leaves of all of them."""
    for node in list(tracer.graph.nodes):
        tracer.graph.erase_node(node)
    leaves, spec = pytree.tree_flatten(given)
    made = []
    for i, leaf in enumerate(leaves, 1):
        name = f"arg_{i}"
        if isinstance(leaf, PHWithMeta) and leaf.ph_key is not None:
            name = leaf.ph_key
        if isinstance(leaf, PHBase | Proxy):
            made.append(tracer.create_proxy("placeholder", name, (), {}))
        else:
            tracer.create_proxy("placeholder", name, (), {})
            made.append(leaf)
    tracer.graph.set_codegen(_PyTreeCodeGen(names, spec))
    return pytree.tree_unflatten(made, spec)
