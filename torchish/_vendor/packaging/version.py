"""Versions that compare by their numbers, as PEP 440 orders them.

https://packaging.python.org/en/latest/specifications/version-specifiers/
"""

from __future__ import annotations

import functools
from typing import Any

from torchish.version import _order

__all__ = ["InvalidVersion", "Version", "parse"]


class InvalidVersion(ValueError):
    """A text that is no version."""


@functools.total_ordering
class Version:
    """A version, compared with others by its numbers, stage and local part."""

    def __init__(self, version: str) -> None:
        try:
            self._key = _order(version)
        except ValueError:
            raise InvalidVersion(f"Invalid version: {version!r}") from None
        text = version.strip().lower().removeprefix("v")
        self._text = text
        self._public, _, local = text.partition("+")
        self.local = local or None
        digits = self._public
        for stage in ("a", "b", "rc", "dev", "post", "-", "_"):
            digits = digits.partition(stage)[0]
        self.release = tuple(int(n) for n in digits.strip(".").split("."))

    @property
    def major(self) -> int:
        """The first number."""
        return self.release[0]

    @property
    def minor(self) -> int:
        """The second number, 0 without one."""
        return self.release[1] if len(self.release) > 1 else 0

    @property
    def micro(self) -> int:
        """The third number, 0 without one."""
        return self.release[2] if len(self.release) > 2 else 0

    @property
    def public(self) -> str:
        """The version without its local part."""
        return self._public

    @property
    def base_version(self) -> str:
        """The numbers alone."""
        return ".".join(map(str, self.release))

    @property
    def is_prerelease(self) -> bool:
        """Whether a release of these numbers is still to come."""
        return self._key[1] < 4

    @property
    def is_postrelease(self) -> bool:
        """Whether this came after the release of these numbers."""
        return self._key[1] > 4

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Version('{self}')>"

    def __hash__(self) -> int:
        return hash(str(self._key))

    def __eq__(self, other: Any) -> bool:
        return self._key == other._key if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: Any) -> bool:
        return self._key < other._key if isinstance(other, Version) else NotImplemented


def parse(version: str) -> Version:
    """The version that a text names; InvalidVersion for one that names none."""
    return Version(version)
