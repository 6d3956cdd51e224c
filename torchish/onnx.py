"""`torch.onnx`, which is not there: export the model from PyTorch, which reads its checkpoint."""

from __future__ import annotations

from typing import Any

__all__ = ["export"]


def export(model: Any, *args: Any, **options: Any) -> Any:
    """NotImplementedError: save the state dict and export from PyTorch, which loads it."""
    raise NotImplementedError(
        "torch.onnx.export: torchish writes no ONNX; torch.save the state dict and export it from "
        "PyTorch"
    )
