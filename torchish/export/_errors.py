"""Errors of the exporter, of PyTorch's classes."""

from __future__ import annotations

from torchish._dynamo.exc import UserError
from torchish.fx.experimental.symbolic_shapes import (
    ConstraintViolationError,
    GuardOnDataDependentSymNode,
)

__all__ = ["ConstraintViolationError", "GuardOnDataDependentSymNode", "UserError"]
