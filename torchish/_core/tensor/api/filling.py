"""Deterministic programs: what unspecified elements hold, and what must not be called."""

from __future__ import annotations

import math
import warnings
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.base.frames import user_level

__all__ = ["alert", "blank", "state"]


class _State:
    wanted = True  # `torch.utils.deterministic.fill_uninitialized_memory`
    deterministic = False  # `use_deterministic_algorithms`
    warn_only = False  # it warns of operators that are not


state = _State()


def blank(d: dt.dtype) -> Any:
    """The number that new memory is filled with: NaN, an integer's greatest number or True while
    algorithms are deterministic, else 0."""
    if not (state.deterministic and state.wanted):
        return 0
    if d.category >= dt.FLOAT:
        return math.nan
    return True if d is dt.bool_ else dt.iinfo(d).max


def alert(name: str) -> None:
    """RuntimeError, or a warning, where a program that asked for deterministic algorithms calls
    what PyTorch has none for."""
    if not state.deterministic:
        return
    options = "True, warn_only=True" if state.warn_only else "True"
    head = (
        f"{name} does not have a deterministic implementation, but you set "
        f"'torch.use_deterministic_algorithms({options})'. "
    )
    tail = (
        "file an issue at https://github.com/pytorch/pytorch/issues to help us prioritize adding "
        "deterministic support for this operation."
    )
    if state.warn_only:
        warnings.warn(f"{head}You can {tail}", UserWarning, stacklevel=user_level())
        return
    raise RuntimeError(
        f"{head}You can turn off determinism just for this operation, or you can use the "
        "'warn_only=True' option, if that's acceptable for your application. You can also " + tail
    )
