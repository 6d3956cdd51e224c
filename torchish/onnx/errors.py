"""`torch.onnx.errors`: what goes wrong when a model is written as ONNX.

https://docs.pytorch.org/docs/stable/onnx.html
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "OnnxExporterError",
    "OnnxExporterWarning",
    "SymbolicValueError",
    "UnsupportedOperatorError",
]


class OnnxExporterError(RuntimeError):
    """A model that can not be written as ONNX: the operator and the program's line are in the
    message, the error that it comes from is its cause."""


OnnxExporterError.__module__ = "torch.onnx"


class OnnxExporterWarning(UserWarning):
    """A warning of the exporter; nothing here gives it."""


class UnsupportedOperatorError(OnnxExporterError):
    """An operator that PyTorch's exporter through TorchScript does not know; nothing here raises
    it."""

    def __init__(self, name: str, version: int, supported_version: int | None):
        super().__init__(name, version, supported_version)


class SymbolicValueError(OnnxExporterError):
    """A value of PyTorch's exporter through TorchScript; nothing here raises it."""

    def __init__(self, msg: str, value: Any):
        super().__init__(msg, value)
