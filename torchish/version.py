"""The version, and what PyTorch programs ask of `torch.version`."""

from __future__ import annotations

import re
from typing import Any

own_version = "0.1.0"  # torchish's
torch_version = "2.13.0"  # the PyTorch whose behaviour this version follows
cuda = None
hip = None
xpu = None
git_version = "unknown"
debug = False

_FORM = re.compile(r"v?(\d+(?:\.\d+)*)[-_.]?((?:a|b|rc|dev|post)[-_.]?\d*)?.*?(\+.*)?$")
_STAGES = {"dev": 0, "a": 1, "b": 2, "rc": 3, "": 4, "post": 5}


def _order(version: Any) -> tuple:
    """What versions compare by: release numbers, stage, local part."""
    if isinstance(version, (tuple, list)):
        version = ".".join(str(part) for part in version)
    found = _FORM.match(str(version).strip().lower())
    if found is None:
        raise ValueError(f"Invalid version: {version!r}")
    release = [int(n) for n in found[1].split(".")]
    while release and not release[-1]:
        release.pop()
    stage = found[2] or ""
    name = re.sub(r"[^a-z]", "", stage)
    number = int(re.sub(r"\D", "", stage) or 0)
    return release, _STAGES[name], number, found[3] or ""


class TorchVersion(str):
    """A version that compares with strings and tuples by its numbers, not letter by letter.

    https://docs.pytorch.org/docs/stable/generated/torch.torch_version.TorchVersion.html
    """

    __slots__ = ()

    def _compare(self, other: Any, test: str) -> bool:
        try:
            return getattr(_order(self), test)(_order(other))
        except ValueError:
            return getattr(str, test)(self, other)

    def __lt__(self, other: Any) -> bool:
        return self._compare(other, "__lt__")

    def __le__(self, other: Any) -> bool:
        return self._compare(other, "__le__")

    def __gt__(self, other: Any) -> bool:
        return self._compare(other, "__gt__")

    def __ge__(self, other: Any) -> bool:
        return self._compare(other, "__ge__")

    def __eq__(self, other: object) -> bool:
        return self._compare(other, "__eq__")

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


__version__ = TorchVersion(f"{torch_version}+torchish{own_version}")
