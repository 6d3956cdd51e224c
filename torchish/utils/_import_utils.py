"""`torch.utils._import_utils`: whether a package is installed, without importing it."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import types

__all__ = ["dill_available", "import_dill"]


def _check_module_exists(name: str) -> bool:
    """Whether a module can be found; a parent that cannot be imported means that it cannot."""
    try:
        return importlib.util.find_spec(name) is not None
    except ImportError:
        return False


@functools.cache
def dill_available() -> bool:
    """Whether dill is installed."""
    return _check_module_exists("dill")


@functools.cache
def import_dill() -> types.ModuleType | None:
    """dill, with Python's own pickler left as it is; None where it is not installed."""
    if not dill_available():
        return None
    dill = importlib.import_module("dill")
    dill.extend(use_dill=False)
    return dill
