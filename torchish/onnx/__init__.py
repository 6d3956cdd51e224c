"""`torch.onnx`: modules as ONNX models, through the graphs of `torch.export`.

https://docs.pytorch.org/docs/stable/onnx.html
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from torchish import _absent
from torchish.onnx import errors
from torchish.onnx._program import ONNXProgram
from torchish.onnx.errors import OnnxExporterError

__all__ = ["ONNXProgram", "OnnxExporterError", "errors", "export", "is_in_onnx_export"]

_NAME = re.compile(r"[A-Za-z][\w-]*::[A-Za-z_][\w.-]*")
_OPSETS = range(18, 24)
_DEFAULT_OPSET = 20


class _State(threading.local):
    exporting = False


_state = _State()


@contextlib.contextmanager
def _exporting() -> Iterator[None]:
    before, _state.exporting = _state.exporting, True
    try:
        yield
    finally:
        _state.exporting = before


def is_in_onnx_export() -> bool:
    """Whether `export` runs, in this thread: a module may take another way then."""
    return _state.exporting


# Options of PyTorch's that have one value here.
_ONLY: dict[str, Any] = {
    "dynamo": True, "custom_translation_table": None, "report": False, "verify": False,
    "profile": False, "dump_exported_program": False, "artifacts_dir": ".",
    "do_constant_folding": True, "custom_opsets": None, "export_modules_as_functions": False,
    "autograd_inlining": True,
}  # fmt: skip


def _check(options: dict[str, Any]) -> None:
    for name, value in options.items():
        if value != _ONLY[name]:
            raise NotImplementedError(f"torch.onnx.export: {name}={value!r}")


def export(
    model: Any,
    args: Any = (),
    f: str | os.PathLike | None = None,
    *,
    kwargs: dict[str, Any] | None = None,
    verbose: bool | None = None,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    opset_version: int | None = None,
    dynamo: bool = True,
    external_data: bool = True,
    dynamic_shapes: Any = None,
    custom_translation_table: Any = None,
    report: bool = False,
    optimize: bool = True,
    verify: bool = False,
    profile: bool = False,
    dump_exported_program: bool = False,
    artifacts_dir: str | os.PathLike = ".",
    export_params: bool = True,
    keep_initializers_as_inputs: bool = False,
    dynamic_axes: Mapping[str, Any] | None = None,
    training: Any = None,
    operator_export_type: Any = None,
    do_constant_folding: bool = True,
    custom_opsets: Any = None,
    export_modules_as_functions: Any = False,
    autograd_inlining: bool = True,
) -> Any:
    """A module's call with these arguments as an ONNX model: an `ONNXProgram`, and a file where `f`
    is given.

    `torch.export.export` makes the graph (a module of `torch.export` is taken as it is), each of
    its operators is written as ONNX's of the opset, 18 to 23. Tensors are inputs, other arguments
    have the value that is given. Sizes are those of the arguments, except what `dynamic_shapes`
    says, as `torch.export` takes it or with names in the place of `Dim`, or `dynamic_axes`:
    `{"input": {0: "batch"}}`. `optimize` drops nodes without use and makes one of equal ones.
    With `external_data` the weights stand in the file `f.data`; see `ONNXProgram.save`.

    OnnxExporterError for a module that `torch.export` refuses, and for an operator that has no
    translation, with the program's line. NotImplementedError, by name, for an option that is not
    supported. The packages onnx and, to run a model, onnxruntime are needed: `pip install
    "torchish[onnx]"`. https://docs.pytorch.org/docs/stable/onnx_export.html
    """
    _check({
        "dynamo": dynamo, "custom_translation_table": custom_translation_table, "report": report,
        "verify": verify, "profile": profile, "dump_exported_program": dump_exported_program,
        "artifacts_dir": artifacts_dir, "do_constant_folding": do_constant_folding,
        "custom_opsets": custom_opsets, "export_modules_as_functions": export_modules_as_functions,
        "autograd_inlining": autograd_inlining,
    })  # fmt: skip
    for name, given, usual in (
        ("training", training, "EVAL"), ("operator_export_type", operator_export_type, "ONNX"),
    ):  # fmt: skip
        if given is not None and getattr(given, "name", given) != usual:
            raise NotImplementedError(f"torch.onnx.export: {name}={given!r}")
    opset = _DEFAULT_OPSET if opset_version is None else opset_version
    if opset not in _OPSETS:
        raise NotImplementedError(
            f"torch.onnx.export: opset_version={opset}: {_OPSETS[0]} to {_OPSETS[-1]} are written"
        )
    args = tuple(args) if isinstance(args, (tuple, list)) else (args,)
    made = importlib.import_module("torchish.onnx._export").export(
        model, args, kwargs or {}, opset=opset, inputs=list(input_names or ()),
        outputs=list(output_names or ()), dynamic_shapes=dynamic_shapes, dynamic_axes=dynamic_axes,
        optimize=optimize, say=print if verbose else _silent, exporting=_exporting,
    )  # fmt: skip
    if f is not None:
        made.save(
            f,
            include_initializers=export_params,
            keep_initializers_as_inputs=keep_initializers_as_inputs,
            external_data=external_data,
        )
        if verbose:
            print(f"[torch.onnx] wrote {os.fspath(f)}")
    return made


def _silent(text: str) -> None:
    """Says nothing."""


def _checked(symbolic_name: str) -> None:
    if not _NAME.fullmatch(symbolic_name):
        raise OnnxExporterError(
            f"Failed to register operator {symbolic_name}. The symbolic name must match the format "
            "domain::name, and should start with a letter and contain only alphanumeric characters"
        )


def register_custom_op_symbolic(symbolic_name: str, symbolic_fn: Any, opset_version: int) -> None:
    """Libraries say at their import how PyTorch's exporter through TorchScript, which is not here,
    would write an operator, so it is not kept; OnnxExporterError for a name that is not of the form
    domain::name."""
    _checked(symbolic_name)


def unregister_custom_op_symbolic(symbolic_name: str, opset_version: int) -> None:
    """The same, taken back."""
    _checked(symbolic_name)


__getattr__ = _absent.attributes(__name__)
