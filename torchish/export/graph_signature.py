"""What the inputs and the outputs of an exported program are.

https://docs.pytorch.org/docs/stable/export.html#torch.export.graph_signature.ExportGraphSignature
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from torchish import _absent

__all__ = [
    "ConstantArgument",
    "ExportGraphSignature",
    "InputKind",
    "InputSpec",
    "OutputKind",
    "OutputSpec",
    "SymIntArgument",
    "TensorArgument",
]


@dataclasses.dataclass
class TensorArgument:
    """A tensor, by the name of its node."""

    name: str


@dataclasses.dataclass
class SymIntArgument:
    """A size, by the name of its node."""

    name: str


@dataclasses.dataclass
class ConstantArgument:
    """A value that is no tensor."""

    name: str
    value: int | float | bool | str | None


class InputKind(enum.Enum):
    """What an input is."""

    USER_INPUT = enum.auto()
    PARAMETER = enum.auto()
    BUFFER = enum.auto()
    CONSTANT_TENSOR = enum.auto()
    CUSTOM_OBJ = enum.auto()
    TOKEN = enum.auto()


@dataclasses.dataclass
class InputSpec:
    """An input: its kind, its node, and the name that the module has for it."""

    kind: InputKind
    arg: Any
    target: str | None
    persistent: bool | None = None

    def __post_init__(self) -> None:
        if self.kind is InputKind.BUFFER and self.persistent is None:
            raise AssertionError("Failed to specify persistent flag on BUFFER.")

    def __str__(self) -> str:
        out = f"{self.arg.name}: {self.kind.name}"
        out += f" target='{self.target}'" if self.target is not None else ""
        return out + (f" persistent={self.persistent}" if self.persistent is not None else "")


class OutputKind(enum.Enum):
    """What an output is."""

    USER_OUTPUT = enum.auto()
    LOSS_OUTPUT = enum.auto()
    BUFFER_MUTATION = enum.auto()
    PARAMETER_MUTATION = enum.auto()
    GRADIENT_TO_PARAMETER = enum.auto()
    GRADIENT_TO_USER_INPUT = enum.auto()
    USER_INPUT_MUTATION = enum.auto()
    TOKEN = enum.auto()


@dataclasses.dataclass
class OutputSpec:
    """An output: its kind, its node, and for a mutation the name of what is written to."""

    kind: OutputKind
    arg: Any
    target: str | None

    def __str__(self) -> str:
        out = f"{self.arg.name}: {self.kind.name}"
        return out + (f" target='{self.target}'" if self.target is not None else "")


@dataclasses.dataclass
class ExportGraphSignature:
    """The inputs and outputs of a graph in their order: parameters, buffers, constants and the
    user's; what is written to buffers comes before the user's outputs."""

    input_specs: list[InputSpec]
    output_specs: list[OutputSpec]

    def _inputs(self, kind: InputKind) -> Iterator[InputSpec]:
        return (s for s in self.input_specs if s.kind is kind)

    def _outputs(self, kind: OutputKind) -> Iterator[OutputSpec]:
        return (s for s in self.output_specs if s.kind is kind)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The module's names of the parameters."""
        return tuple(str(s.target) for s in self._inputs(InputKind.PARAMETER))

    @property
    def buffers(self) -> tuple[str, ...]:
        """The module's names of the buffers."""
        return tuple(str(s.target) for s in self._inputs(InputKind.BUFFER))

    @property
    def non_persistent_buffers(self) -> tuple[str, ...]:
        """Of the buffers those that are not part of the state dict."""
        return tuple(str(s.target) for s in self._inputs(InputKind.BUFFER) if s.persistent is False)

    @property
    def lifted_tensor_constants(self) -> tuple[str, ...]:
        """The names of the constants."""
        return tuple(str(s.target) for s in self._inputs(InputKind.CONSTANT_TENSOR))

    @property
    def lifted_custom_objs(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def user_inputs(self) -> tuple[Any, ...]:
        """The nodes of the user's inputs; the values of those that are no tensors."""
        return tuple(
            s.arg.value if isinstance(s.arg, ConstantArgument) else s.arg.name
            for s in self._inputs(InputKind.USER_INPUT)
        )

    @property
    def user_outputs(self) -> tuple[Any, ...]:
        """The nodes of the user's outputs; the values of those that are no tensors."""
        return tuple(
            s.arg.value if isinstance(s.arg, ConstantArgument) else s.arg.name
            for s in self._outputs(OutputKind.USER_OUTPUT)
        )

    def _names(self, kind: InputKind) -> Mapping[str, str]:
        return MappingProxyType({s.arg.name: str(s.target) for s in self._inputs(kind)})

    @property
    def inputs_to_parameters(self) -> Mapping[str, str]:
        """From nodes to the module's names."""
        return self._names(InputKind.PARAMETER)

    @property
    def inputs_to_buffers(self) -> Mapping[str, str]:
        """From nodes to the module's names."""
        return self._names(InputKind.BUFFER)

    @property
    def inputs_to_lifted_tensor_constants(self) -> Mapping[str, str]:
        """From nodes to the names of the constants."""
        return self._names(InputKind.CONSTANT_TENSOR)

    def _written(self, kind: OutputKind) -> Mapping[str, str]:
        return MappingProxyType({s.arg.name: str(s.target) for s in self._outputs(kind)})

    @property
    def buffers_to_mutate(self) -> Mapping[str, str]:
        """From nodes of outputs to the buffers that they are written to."""
        return self._written(OutputKind.BUFFER_MUTATION)

    @property
    def parameters_to_mutate(self) -> Mapping[str, str]:
        """From nodes of outputs to the parameters that they are written to."""
        return self._written(OutputKind.PARAMETER_MUTATION)

    @property
    def user_inputs_to_mutate(self) -> Mapping[str, str]:
        """From nodes of outputs to the user's inputs that they are written to."""
        return self._written(OutputKind.USER_INPUT_MUTATION)

    @property
    def backward_signature(self) -> None:
        """None: the graph has no backward."""
        return None

    @property
    def assertion_dep_token(self) -> None:
        """None."""
        return None

    @property
    def input_tokens(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def output_tokens(self) -> tuple[str, ...]:
        """None."""
        return ()

    def replace_all_uses(self, old: str, new: str) -> None:
        """Give the outputs of one node to another."""
        for o in self.output_specs:
            if not isinstance(o.arg, ConstantArgument) and o.arg.name == old:
                o.arg.name = new

    def __str__(self) -> str:
        ins = "\n".join(map(str, self.input_specs))
        outs = "\n".join(map(str, self.output_specs))
        return f"\n# inputs\n{ins}\n\n# outputs\n{outs}\n"


__getattr__ = _absent.attributes(__name__)
