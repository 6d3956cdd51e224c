"""Arguments that several transforms of the second version share."""

from __future__ import annotations

from typing import Any

from torchish.vision.transforms._conversion import (
    InterpolationMode,
    _interpolation_modes_from_int,
)

__all__ = ["interpolation_mode"]


def interpolation_mode(mode: Any) -> InterpolationMode:
    """An interpolation mode, its name, or Pillow's number of it. ValueError for others."""
    if isinstance(mode, InterpolationMode):
        return mode
    if isinstance(mode, int):
        return _interpolation_modes_from_int(mode)
    if isinstance(mode, str):
        names = [m.value for m in InterpolationMode]
        if mode.lower() not in names:
            raise ValueError(
                f"Invalid interpolation mode: '{mode}'. Supported string values are: {names}."
            )
        return InterpolationMode(mode.lower())
    raise ValueError(
        f"Argument interpolation should be an `InterpolationMode`, a corresponding Pillow integer "
        f"constant or a name, but got {mode}."
    )
