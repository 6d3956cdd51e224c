"""`torch.onnx`, which is not there: export the model from PyTorch, which reads its checkpoint."""

from __future__ import annotations

from typing import Any

from torchish import _absent

__all__ = ["export", "is_in_onnx_export"]


def export(model: Any, *args: Any, **options: Any) -> Any:
    """NotImplementedError: save the state dict and export from PyTorch, which loads it."""
    raise NotImplementedError(
        "torch.onnx.export: torchish writes no ONNX; torch.save the state dict and export it from "
        "PyTorch"
    )


def is_in_onnx_export() -> bool:
    """False: nothing is ever exported."""
    return False


def register_custom_op_symbolic(symbolic_name: str, symbolic_fn: Any, opset_version: int) -> None:
    """NotImplementedError: nothing is ever exported."""
    raise NotImplementedError("torch.onnx.register_custom_op_symbolic")


def unregister_custom_op_symbolic(symbolic_name: str, opset_version: int) -> None:
    """NotImplementedError: nothing is ever exported."""
    raise NotImplementedError("torch.onnx.unregister_custom_op_symbolic")


__getattr__ = _absent.attributes(__name__)
