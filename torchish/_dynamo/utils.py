"""`torch._dynamo.utils`: what programs ask of the tracer of sources that is not here."""

from __future__ import annotations

from typing import Any

from torchish import _absent


def is_compile_supported(device_type: Any) -> bool:
    """False: `torch.compile` gives back the function, so a form written to be compiled is none."""
    return False


__getattr__ = _absent.attributes(__name__)
