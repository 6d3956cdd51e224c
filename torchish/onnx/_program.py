"""What `torch.onnx.export` gives.

https://docs.pytorch.org/docs/stable/onnx_export.html#torch.onnx.ONNXProgram
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from torchish._core.base import devices, ptfile
from torchish._core.tensor import Tensor
from torchish._core.tensor.inner import from_array
from torchish.onnx._graph import array
from torchish.utils import _pytree as pytree

__all__ = ["ONNXProgram"]

_LIMIT = 2**31 - 1  # protobuf's, for one message
_PAGE = 4096  # large tensors begin at such offsets in a file, so that a reader may map them


def _writing() -> Any:
    """What writes models, which is imported with the first of them."""
    return importlib.import_module("torchish.onnx._translate")


def _bytes(t: Tensor) -> int:
    return t.numel() * t.element_size()


class ONNXProgram:
    """A model written as ONNX: `save` writes it to a file, `model_proto` is the message itself, and
    a call runs it with onnxruntime."""

    def __init__(self, model: Any, exported_program: Any):
        self._model, self.exported_program = model, exported_program
        self._session: Any = None

    @property
    def model_proto(self) -> Any:
        """The `onnx.ModelProto`, with all initializers in it."""
        initializers = [
            _writing().tensor_proto(n, t) for n, t in self._model.graph.initializers.items()
        ]
        return _writing().model_proto(self._model, initializers, False)

    def __repr__(self) -> str:
        ins, outs = ([i.name for i in x] for x in (self._model.inputs, self._model.outputs))
        g = self._model.graph
        return (
            f"ONNXProgram(inputs={ins}, outputs={outs}, {len(g.nodes)} nodes, "
            f"{len(g.initializers)} initializers, opset {g.opset})"
        )

    def apply_weights(self, state_dict: Mapping[str, Tensor]) -> None:
        """Take other values for initializers, by name. KeyError for a name that there is not."""
        held = self._model.graph.initializers
        for name in state_dict:
            if name not in held:
                raise KeyError(f"the model has no initializer {name!r}")
        held.update(state_dict)
        self._session = None

    # --- files

    def save(
        self,
        destination: str | os.PathLike,
        *,
        include_initializers: bool = True,
        keep_initializers_as_inputs: bool = False,
        external_data: bool | None = None,
    ) -> None:
        """Write the model to a file; its parameters and buffers too, unless
        `include_initializers=False`.

        They stand in a file of their own beside it, `destination.data`, with `external_data=True`,
        or where they take more than the two gigabytes that a file of ONNX may have. Both files
        become what they are at once. `keep_initializers_as_inputs` lists them among the inputs too.
        RuntimeError for a folder that does not exist.
        """
        path = os.fspath(destination)
        held = self._model.graph.initializers
        if external_data is None:
            external_data = sum(_bytes(t) for t in held.values()) > _LIMIT // 2
        made: list[Any] = []
        if include_initializers and external_data:
            made = self._beside(f"{path}.data")
        elif include_initializers:
            made = [_writing().tensor_proto(n, t) for n, t in held.items()]
        as_inputs = keep_initializers_as_inputs or not include_initializers
        proto = _writing().model_proto(self._model, made, as_inputs)
        with ptfile.atomic_file(path) as file:
            file.write(proto.SerializeToString())

    def _beside(self, path: str) -> list[Any]:
        """Write the initializers to a file, and give what points there."""
        made = []
        with ptfile.atomic_file(path) as file:
            at = 0
            for name, t in self._model.graph.initializers.items():
                n = _bytes(t)
                step = _PAGE if n >= _PAGE else 64
                start = -(-at // step) * step
                file.write(b"\0" * (start - at))
                file.write(np.ascontiguousarray(array(t)).tobytes())
                made.append(_writing().external_proto(name, t, os.path.basename(path), start, n))
                at = start + n
        return made

    # --- runs

    def initialize_inference_session(self, initializer: Any = None) -> None:
        """Make the session of onnxruntime that a call runs: by `initializer(bytes of the model)`,
        or for the CPU."""
        data = self.model_proto.SerializeToString()
        if initializer is not None:
            self._session = initializer(data)
            return
        runtime = importlib.import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.log_severity_level = 3
        self._session = runtime.InferenceSession(data, options, ["CPUExecutionProvider"])

    def release(self) -> None:
        """Let the session go."""
        self._session = None

    def __call__(self, *args: Any, **kwargs: Any) -> Sequence[Tensor]:
        """The outputs for such arguments as the model was exported with, as a flat tuple of
        tensors, computed by onnxruntime. ValueError for another number of tensors."""
        if self._session is None:
            self.initialize_inference_session()
        given = [x for x in pytree.tree_leaves((args, kwargs)) if isinstance(x, Tensor)]
        names = self._model.given
        if len(given) != len(names):
            raise ValueError(
                f"the model takes {len(names)} tensors {names}, {len(given)} are given"
            )
        used = {i.name for i in self._session.get_inputs()}
        feeds = {n: array(t) for n, t in zip(names, given, strict=True) if n in used}
        return tuple(from_array(a, devices.cpu) for a in self._session.run(None, feeds))
