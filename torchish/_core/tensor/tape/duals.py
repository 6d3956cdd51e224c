"""Where tangents are kept: the dual level that is open, and what each tensor has for it.

Note [Dual tensors]
A tensor's slot `_dual` is empty until a dual level is open; nothing but the one look at
`now.level` is paid outside of it. A tangent is a tensor like any other, with its own history. It
belongs to a tensor, not to the memory: `detach` and the primal of `unpack_dual` share memory with
a dual tensor and have no tangent. A view's tangent is the same view of its base's tangent, made
when it is first asked for, so that writes reach both (`forward.tangent_of`).
"""

from __future__ import annotations

import weakref
from typing import Any


class Dual:
    """What forward mode knows of one tensor: its tangent, if it is known, and the tensor of whose
    tangent that would be a view, if there is one."""

    __slots__ = ("__weakref__", "base", "level", "tangent")

    def __init__(self, level: Level, tangent: Any, base: Any):
        self.level, self.tangent, self.base = level, tangent, base


class Level:
    """An open dual level; it ends with all its tangents."""

    def __init__(self) -> None:
        self._members: weakref.WeakSet[Dual] = weakref.WeakSet()

    def dual(self, tensor: Any, tangent: Any, base: Any = None) -> None:
        """Give a tensor its tangent, or the base of its tangent."""
        tensor._dual = d = Dual(self, tangent, base)
        self._members.add(d)

    def close(self) -> None:
        """Forget the tangents."""
        for d in list(self._members):
            d.tangent = d.base = None


class _Now:
    """The level that is open, in all threads; PyTorch has one at most."""

    __slots__ = ("level",)
    level: Level | None


now = _Now()
now.level = None


def dual_of(t: Any) -> Dual | None:
    """What is known of a tensor at the level that is open."""
    d = t._dual
    return None if d is None or d.level is not now.level else d


def base_of(t: Any) -> Any:
    """The tensor that a view's tangent is a view of the tangent of; None where there is none."""
    d = dual_of(t)
    return t._base if d is None else d.base


def root_of(t: Any) -> Any:
    """The same for a view of `t`, which is at least of `t`."""
    base = base_of(t)
    return t if base is None else base
