"""`torch._logging`: loggers by PyTorch's names. Nothing here writes to them.

https://docs.pytorch.org/docs/stable/logging.html
"""

from __future__ import annotations

import functools
import logging
from typing import Any

from torchish import _absent
from torchish._logging import scribe

__all__ = ["getArtifactLogger", "scribe", "trace_structured", "warning_once"]


def getArtifactLogger(module_qname: str, artifact_name: str) -> logging.Logger:
    """The logger of one kind of messages of a module."""
    return logging.getLogger(f"{module_qname}.__{artifact_name}")


@functools.lru_cache(None)
def warning_once(logger: logging.Logger, *args: Any, **kwargs: Any) -> None:
    """`logger.warning`, once for the same arguments."""
    logger.warning(*args, **kwargs)


def trace_structured(name: str, *args: Any, **kwargs: Any) -> None:
    """Nothing is traced."""


__getattr__ = _absent.attributes(__name__)
