"""`torch._dynamo.eval_frame`: what a compiled module is an instance of; no module is one."""

from __future__ import annotations

from typing import Any

from torchish import _absent
from torchish.nn.modules.module import Module

__all__ = ["OptimizedModule", "is_dynamo_supported"]


class OptimizedModule(Module):
    """Stands for the type only: `torch.compile` gives back the module itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("torch._dynamo.OptimizedModule: torch.compile gives the module")


def is_dynamo_supported() -> bool:
    """False: PyTorch's tracer is not there."""
    return False


def is_inductor_supported() -> bool:
    """False: PyTorch's compiler is not there."""
    return False


__getattr__ = _absent.attributes(__name__)
