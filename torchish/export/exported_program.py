"""An exported program: a graph, what its inputs and outputs are, and its state.

https://docs.pytorch.org/docs/stable/export.html#torch.export.ExportedProgram
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.export._printing import readable
from torchish.export._symbolic import SymInt, ValueRanges
from torchish.export._unlift import unlifted
from torchish.export.graph_signature import ExportGraphSignature, InputKind
from torchish.fx.graph import Graph
from torchish.fx.graph_module import GraphModule
from torchish.nn.modules.module import Module
from torchish.nn.parameter import Parameter

__all__ = ["ExportedProgram"]


class ExportedProgram:
    """What `export` gives. Its graph takes parameters, buffers and constants as inputs, before the
    user's; `module()` is a module that has them and is called as the exported one was."""

    def __init__(
        self,
        root: Any,
        graph: Graph,
        graph_signature: ExportGraphSignature,
        state_dict: dict[str, Any],
        range_constraints: dict[str, ValueRanges],
        in_spec: Any,
        out_spec: Any,
        example_inputs: tuple[tuple, dict] | None = None,
        constants: dict[str, Tensor] | None = None,
    ):
        self._graph_module = GraphModule(Module() if root is None else root, graph)
        self._graph_signature, self._state_dict = graph_signature, state_dict
        self._range_constraints = range_constraints
        self._in_spec, self._out_spec = in_spec, out_spec
        self._example_inputs, self._constants = example_inputs, constants or {}

    @property
    def graph_module(self) -> GraphModule:
        """The graph as a module whose forward takes the state as arguments."""
        return self._graph_module

    @property
    def graph(self) -> Graph:
        """The graph."""
        return self._graph_module.graph

    @property
    def graph_signature(self) -> ExportGraphSignature:
        """What the inputs and outputs are."""
        return self._graph_signature

    @property
    def state_dict(self) -> dict[str, Any]:
        """Parameters and persistent buffers by the module's names."""
        return self._state_dict

    @property
    def constants(self) -> dict[str, Tensor]:
        """Constants and buffers that are not in the state dict, by name."""
        return self._constants

    @property
    def tensor_constants(self) -> dict[str, Tensor]:
        """The same."""
        return self._constants

    @property
    def range_constraints(self) -> dict[str, ValueRanges]:
        """The least and greatest values of the symbols in sizes."""
        return self._range_constraints

    @property
    def example_inputs(self) -> tuple[tuple, dict] | None:
        """The arguments that it was exported with; None for one that was loaded without."""
        return self._example_inputs

    @property
    def call_spec(self) -> tuple[Any, Any]:
        """The structure of the arguments, and of what is returned."""
        return self._in_spec, self._out_spec

    @property
    def dialect(self) -> str:
        """TRAINING: in-place operators and composed ones are as the program called them."""
        return "TRAINING"

    def parameters(self) -> Iterator[Parameter]:
        """The parameters."""
        return (p for _, p in self.named_parameters())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Names and parameters."""
        return ((n, self._state_dict[n]) for n in self._graph_signature.parameters)

    def buffers(self) -> Iterator[Tensor]:
        """The buffers."""
        return (b for _, b in self.named_buffers())

    def named_buffers(self) -> Iterator[tuple[str, Tensor]]:
        """Names and buffers."""
        return ((n, self._held(n)) for n in self._graph_signature.buffers)

    def _held(self, name: str) -> Any:
        return self._state_dict[name] if name in self._state_dict else self._constants[name]

    def _lifted(self) -> list[tuple[str, Any]]:
        """The tensors that the graph takes before the user's, with their names."""
        kinds = (InputKind.PARAMETER, InputKind.BUFFER, InputKind.CONSTANT_TENSOR)
        specs = [s for s in self._graph_signature.input_specs if s.kind in kinds]
        return [(str(s.target), self._held(str(s.target))) for s in specs]

    def module(self, check_guards: bool = True) -> GraphModule:
        """A module that computes the same, with these parameters and buffers. A call raises
        AssertionError where an input has a size, or a dtype, that was not exported."""
        return unlifted(self, check_guards)

    def run_decompositions(self, decomp_table: Any = None, **options: Any) -> ExportedProgram:
        """NotImplementedError: the graph keeps the operators of the export."""
        raise NotImplementedError("ExportedProgram.run_decompositions")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(
            "Unable to call ExportedProgram directly. You should use `exported_program.module()` "
            "instead."
        )

    def __str__(self) -> str:
        body = readable(self.graph).replace("\n", "\n    ")
        ranges = ", ".join(f"{k}: {v}" for k, v in self._range_constraints.items())
        text = f"ExportedProgram:\n    {body}\nGraph signature: {self._graph_signature}\n"
        return text + f"Range constraints: {{{ranges}}}\n"

    __repr__ = __str__


def hint(n: Any) -> int:
    """A size in the example inputs."""
    return n.node.hint if isinstance(n, SymInt) else n


__getattr__ = _absent.attributes(__name__)
