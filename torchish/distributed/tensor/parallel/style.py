"""How a module is shared out over a mesh: its parameters, what it is given and what it gives.

https://docs.pytorch.org/docs/stable/distributed.tensor.parallel.html
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributed.device_mesh import DeviceMesh
from torchish.distributed.tensor._api import DTensor, distribute_module, distribute_tensor
from torchish.distributed.tensor.placement_types import Placement, Replicate, Shard
from torchish.nn.modules.linear import Linear
from torchish.nn.modules.module import Module
from torchish.nn.modules.sparse import Embedding
from torchish.nn.parameter import Parameter

__all__ = [
    "ColwiseParallel",
    "ParallelStyle",
    "PrepareModuleInput",
    "PrepareModuleInputOutput",
    "PrepareModuleOutput",
    "RowwiseParallel",
    "SequenceParallel",
]

_HOME = "torchish.distributed.tensor.parallel"
Layouts = tuple[Placement | None, ...]


class ParallelStyle(ABC):
    """A way to share a module out, which `parallelize_module` applies."""

    __module__ = _HOME

    src_data_rank: int | None = 0

    @abstractmethod
    def _apply(self, module: Module, device_mesh: DeviceMesh) -> Module:
        """Share a module out, in place; the module."""


def _cut(module: Module, places: dict[str, Placement], mesh: DeviceMesh, source: int | None):
    """Make a module's own parameters DTensors that lie so."""
    for name, p in list(module.named_parameters(recurse=False)):
        placement = places.get(name, Replicate())
        made = distribute_tensor(p.data, mesh, [placement], src_data_rank=source)
        module.register_parameter(name, Parameter(made, requires_grad=p.requires_grad))


def _into(x: Any, mesh: DeviceMesh, given: Placement, wanted: Placement) -> Any:
    """What a module is given, lying as it is wanted; a plain tensor is this process's part."""
    if not isinstance(x, DTensor):
        x = DTensor.from_local(x, mesh, [given], run_check=False)
    return x if x.placements == (wanted,) else x.redistribute(placements=[wanted])


def _out_of(x: Any, wanted: Placement, local: bool) -> Any:
    made = x.redistribute(placements=[wanted])
    return made.to_local() if local else made


class _Split(ParallelStyle):
    """What the two ways to share out a product have in common."""

    __module__ = _HOME

    def __init__(self, given: Placement, wanted: Placement, out: Placement, local: bool) -> None:
        self.input_layouts, self.output_layouts = (given,), (out,)
        self.desired_input_layouts, self.use_local_output = (wanted,), local

    def _places(self, module: Module) -> dict[str, Placement]:
        raise NotImplementedError

    def _apply(self, module: Module, device_mesh: DeviceMesh) -> Module:
        places = self._places(module)
        given, wanted, out = (
            self.input_layouts[0],
            self.desired_input_layouts[0],
            self.output_layouts[0],
        )

        def partition(name: str, m: Module, mesh: DeviceMesh) -> None:
            _cut(m, places, mesh, self.src_data_rank)

        def before(m: Module, inputs: Any, mesh: DeviceMesh) -> Any:
            return _into(inputs[0], mesh, given, wanted)

        def after(m: Module, outputs: Any, mesh: DeviceMesh) -> Any:
            return _out_of(outputs, out, self.use_local_output)

        return distribute_module(module, device_mesh, partition, before, after)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(input_layouts={self.input_layouts}, "
            f"output_layouts={self.output_layouts}, use_local_output={self.use_local_output})"
        )


class ColwiseParallel(_Split):
    """A Linear or Embedding of which each process has some outputs.

    Args:
        input_layouts: how the input that is given lies, replicated unless said.
        output_layouts: how the output is to lie, cut along its last dimension unless said.
        use_local_output: give this process's part, not a DTensor.
    """

    __module__ = _HOME

    def __init__(
        self,
        *,
        input_layouts: Placement | None = None,
        output_layouts: Placement | None = None,
        use_local_output: bool = True,
    ) -> None:
        super().__init__(
            input_layouts or Replicate(), Replicate(), output_layouts or Shard(-1), use_local_output
        )

    def _places(self, module: Module) -> dict[str, Placement]:
        if isinstance(module, Linear):
            return {"weight": Shard(0), "bias": Shard(0)}
        if isinstance(module, Embedding):
            return {"weight": Shard(1)}
        raise NotImplementedError("ColwiseParallel currently only support nn.Linear and "
                                  "nn.Embedding!")  # fmt: skip


class RowwiseParallel(_Split):
    """A Linear or Embedding of which each process has some inputs; outputs are summed.

    Args:
        input_layouts: how the input that is given lies, cut along its last dimension unless said.
        output_layouts: how the output is to lie, replicated unless said.
        use_local_output: give this process's part, not a DTensor.
    """

    __module__ = _HOME

    def __init__(
        self,
        *,
        input_layouts: Placement | None = None,
        output_layouts: Placement | None = None,
        use_local_output: bool = True,
    ) -> None:
        super().__init__(
            input_layouts or Shard(-1), Shard(-1), output_layouts or Replicate(), use_local_output
        )

    def _places(self, module: Module) -> dict[str, Placement]:
        if isinstance(module, Linear):
            self.desired_input_layouts = (Shard(-1),)
            return {"weight": Shard(1), "bias": Replicate()}
        if isinstance(module, Embedding):
            self.desired_input_layouts = (Replicate(),)
            return {"weight": Shard(0)}
        raise NotImplementedError("RowwiseParallel currently only support nn.Linear and "
                                  "nn.Embedding!")  # fmt: skip


class SequenceParallel(ParallelStyle):
    """A norm or dropout whose input is cut along the sequence; its parameters are replicated.

    Args:
        sequence_dim: the dimension of the sequence.
        use_local_output: give this process's part, not a DTensor.
    """

    __module__ = _HOME

    def __init__(self, *, sequence_dim: int = 1, use_local_output: bool = False) -> None:
        self.sequence_sharding = (Shard(sequence_dim),)
        self.use_local_output = use_local_output

    def _apply(self, module: Module, device_mesh: DeviceMesh) -> Module:
        place = self.sequence_sharding[0]

        def partition(name: str, m: Module, mesh: DeviceMesh) -> None:
            _cut(m, {}, mesh, self.src_data_rank)

        def before(m: Module, inputs: Any, mesh: DeviceMesh) -> Any:
            if not isinstance(inputs[0], Tensor):
                raise ValueError(
                    f"expecting input of {m} to be a torch.Tensor or DTensor, but got {inputs[0]}"
                )
            return _into(inputs[0], mesh, place, place)

        def after(m: Module, outputs: Any, mesh: DeviceMesh) -> Any:
            return outputs.to_local() if self.use_local_output else outputs

        return distribute_module(module, device_mesh, partition, before, after)

    def __repr__(self) -> str:
        dim = self.sequence_sharding[0].dim
        return f"SequenceParallel(sequence_dim={dim}, use_local_output={self.use_local_output})"


def _listed(layouts: Placement | Layouts | None) -> Layouts | None:
    return (layouts,) if isinstance(layouts, Placement) else layouts


class PrepareModuleInput(ParallelStyle):
    """A module's positional and keyword inputs, lying as it wants them.

    Args:
        input_layouts: how each positional input that is given lies; None for what is no tensor,
            and is given on as it is.
        desired_input_layouts: how each is to lie.
        input_kwarg_layouts, desired_input_kwarg_layouts: the same of keyword inputs, by name.
        use_local_output: give the module this process's parts, not DTensors.
    """

    __module__ = _HOME

    def __init__(
        self,
        *,
        input_layouts: Placement | Layouts | None = None,
        desired_input_layouts: Placement | Layouts | None = None,
        input_kwarg_layouts: dict[str, Placement] | None = None,
        desired_input_kwarg_layouts: dict[str, Placement] | None = None,
        use_local_output: bool = False,
    ) -> None:
        self.input_layouts = _listed(input_layouts)
        self.desired_input_layouts = _listed(desired_input_layouts)
        self.use_local_output = use_local_output
        if self.input_layouts is not None and self.desired_input_layouts is None:
            raise AssertionError("desired module inputs should not be None!")
        wanted = self.desired_input_layouts or ()
        if self.input_layouts is not None and len(self.input_layouts) != len(wanted):
            raise AssertionError("input_layouts and desired_input_layouts should have same length!")
        self.input_kwarg_layouts = input_kwarg_layouts or {}
        self.desired_input_kwarg_layouts = desired_input_kwarg_layouts or {}
        if len(self.input_kwarg_layouts) != len(self.desired_input_kwarg_layouts):
            raise AssertionError(
                "input_kwarg_layouts and desired_input_kwarg_layouts should have same length!"
            )

    def _one(self, x: Any, mesh: DeviceMesh, given: Any, wanted: Any) -> Any:
        if given is None:
            return x
        made = _into(x, mesh, given, given if wanted is None else wanted)
        return made.to_local() if self.use_local_output else made

    def _args(self, inputs: Any, mesh: DeviceMesh) -> tuple:
        if self.input_layouts is None:
            return inputs
        items = inputs if isinstance(inputs, tuple) else (inputs,)
        if len(items) != len(self.input_layouts):
            raise ValueError("module inputs and input_layouts should have same length!")
        wanted = self.desired_input_layouts or ()
        return tuple(
            self._one(x, mesh, a, b)
            for x, a, b in zip(items, self.input_layouts, wanted, strict=True)
        )

    def _kwargs(self, kwargs: dict[str, Any], mesh: DeviceMesh) -> dict[str, Any]:
        return {
            name: self._one(
                x,
                mesh,
                self.input_kwarg_layouts.get(name),
                self.desired_input_kwarg_layouts.get(name),
            )
            for name, x in kwargs.items()
        }

    def _apply(self, module: Module, device_mesh: DeviceMesh) -> Module:
        module.register_forward_pre_hook(
            lambda m, args, kwargs: (
                self._args(args, device_mesh),
                self._kwargs(kwargs, device_mesh),
            ),
            with_kwargs=True,
        )
        return module

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(input_layouts={self.input_layouts}, "
            f"desired_input_layouts={self.desired_input_layouts}, "
            f"use_local_output={self.use_local_output})"
        )


class PrepareModuleOutput(ParallelStyle):
    """A module's outputs, lying as others want them.

    Args:
        output_layouts: how each output lies; None for what is no tensor, and is given on as it is.
        desired_output_layouts: how each is to lie.
        use_local_output: give this process's parts, not DTensors.
    """

    __module__ = _HOME

    def __init__(
        self,
        *,
        output_layouts: Placement | Layouts,
        desired_output_layouts: Placement | Layouts,
        use_local_output: bool = True,
    ) -> None:
        self.output_layouts = _listed(output_layouts) or ()
        self.desired_output_layouts = _listed(desired_output_layouts) or ()
        self.use_local_output = use_local_output
        if len(self.output_layouts) != len(self.desired_output_layouts):
            raise AssertionError(
                "output_layouts and desired_output_layouts should have same length!"
            )

    def _outputs(self, outputs: Any, mesh: DeviceMesh) -> Any:
        items: Sequence[Any] = outputs if isinstance(outputs, tuple) else (outputs,)
        if len(items) != len(self.output_layouts):
            raise ValueError("module outputs and output_layouts should have same length!")
        made = []
        for x, a, b in zip(items, self.output_layouts, self.desired_output_layouts, strict=True):
            if a is None or b is None:
                made.append(x)
                continue
            lying = _into(x, mesh, a, b)
            made.append(lying.to_local() if self.use_local_output else lying)
        return made[0] if len(made) == 1 else tuple(made)

    def _apply(self, module: Module, device_mesh: DeviceMesh) -> Module:
        module.register_forward_hook(lambda m, inputs, outputs: self._outputs(outputs, device_mesh))
        return module

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(output_layouts={self.output_layouts}, "
            f"desired_output_layouts={self.desired_output_layouts}, "
            f"use_local_output={self.use_local_output})"
        )


class PrepareModuleInputOutput(ParallelStyle):
    """A module's inputs and outputs: `PrepareModuleInput` and `PrepareModuleOutput` together."""

    __module__ = _HOME

    def __init__(
        self,
        *,
        input_layouts: Placement | Layouts | None = None,
        desired_input_layouts: Placement | Layouts | None = None,
        input_kwarg_layouts: dict[str, Placement] | None = None,
        desired_input_kwarg_layouts: dict[str, Placement] | None = None,
        use_local_input: bool = False,
        output_layouts: Placement | Layouts,
        desired_output_layouts: Placement | Layouts,
        use_local_output: bool = True,
    ) -> None:
        self.prepare_module_input = PrepareModuleInput(
            input_layouts=input_layouts,
            desired_input_layouts=desired_input_layouts,
            input_kwarg_layouts=input_kwarg_layouts,
            desired_input_kwarg_layouts=desired_input_kwarg_layouts,
            use_local_output=use_local_input,
        )
        self.prepare_module_output = PrepareModuleOutput(
            output_layouts=output_layouts,
            desired_output_layouts=desired_output_layouts,
            use_local_output=use_local_output,
        )

    def _apply(self, module: Module, device_mesh: DeviceMesh) -> Module:
        self.prepare_module_input._apply(module, device_mesh)
        return self.prepare_module_output._apply(module, device_mesh)


__getattr__ = _absent.attributes(__name__)
