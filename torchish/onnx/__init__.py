"""`torch.onnx`, which is not there: export the model from PyTorch, which reads its checkpoint."""

from __future__ import annotations

import re
from typing import Any

from torchish import _absent

__all__ = ["export", "is_in_onnx_export"]

_NAME = re.compile(r"[A-Za-z][\w-]*::[A-Za-z_][\w.-]*")


def export(model: Any, *args: Any, **options: Any) -> Any:
    """NotImplementedError: save the state dict and export from PyTorch, which loads it."""
    raise NotImplementedError(
        "torch.onnx.export: torchish writes no ONNX; torch.save the state dict and export it from "
        "PyTorch"
    )


def is_in_onnx_export() -> bool:
    """False: nothing is ever exported."""
    return False


def _checked(symbolic_name: str) -> None:
    if not _NAME.fullmatch(symbolic_name):
        raise __getattr__("errors").OnnxExporterError(
            f"Failed to register operator {symbolic_name}. The symbolic name must match the format "
            "domain::name, and should start with a letter and contain only alphanumeric characters"
        )


def register_custom_op_symbolic(symbolic_name: str, symbolic_fn: Any, opset_version: int) -> None:
    """Libraries say at their import how they would be exported. Nothing is ever exported, so it is
    not kept; OnnxExporterError for a name that is not of the form domain::name."""
    _checked(symbolic_name)


def unregister_custom_op_symbolic(symbolic_name: str, opset_version: int) -> None:
    """The same, taken back."""
    _checked(symbolic_name)


__getattr__ = _absent.attributes(__name__)
