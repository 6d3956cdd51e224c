"""Sets of dispatch keys, and the guard by which a library's operator leaves autocasting out.

Nothing here is chosen by keys. Those of autocasting have a meaning all the same: whether it is on
for a device.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any

from torchish.amp import autocast_mode

_AUTOCAST = "Autocast"


class DispatchKeySet:
    """Some of PyTorch's dispatch keys; made of one, and of others by `|`, `&` and `-`."""

    __hash__ = None

    def __init__(self, key: Any) -> None:
        if not isinstance(key, enum.Enum) or type(key).__name__ != "DispatchKey":
            raise TypeError(
                "__init__(): incompatible constructor arguments. The following argument types are "
                "supported:\n    1. torch._C.DispatchKeySet(arg0: torch._C.DispatchKey)\n\n"
                f"Invoked with: {key!r}"
            )
        self._keys = frozenset((key,))

    def _with(self, keys: Iterable[Any]) -> DispatchKeySet:
        made = object.__new__(DispatchKeySet)
        made._keys = frozenset(keys)
        return made

    def has(self, key: Any) -> bool:
        """Whether a key is among them."""
        return key in self._keys

    def add(self, key: Any) -> DispatchKeySet:
        """The set with one key more."""
        return self._with(self._keys | {key})

    def remove(self, key: Any) -> DispatchKeySet:
        """The set without a key."""
        return self._with(self._keys - {key})

    def __or__(self, other: DispatchKeySet) -> DispatchKeySet:
        return self._with(self._keys | other._keys)

    def __and__(self, other: DispatchKeySet) -> DispatchKeySet:
        return self._with(self._keys & other._keys)

    def __sub__(self, other: DispatchKeySet) -> DispatchKeySet:
        return self._with(self._keys - other._keys)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DispatchKeySet) and self._keys == other._keys

    def __repr__(self) -> str:
        names = sorted((key.name for key in self._keys), key=lambda n: (_AUTOCAST in n, n))
        return f"DispatchKeySet({', '.join(names)})"


class _ExcludeDispatchKeyGuard:
    """A `with` block without autocasting for the devices of some keys.

    NotImplementedError for any other key: nothing is chosen by them here.
    """

    def __init__(self, keys: DispatchKeySet) -> None:
        others = sorted(k.name for k in keys._keys if not k.name.startswith(_AUTOCAST))
        if others:
            raise NotImplementedError(f"torch._C._ExcludeDispatchKeyGuard: {', '.join(others)}")
        devices = (k.name.removeprefix(_AUTOCAST).lower() for k in keys._keys)
        self._devices = [d for d in devices if autocast_mode.is_autocast_available(d)]

    def __enter__(self) -> None:
        self._before = {d: autocast_mode.is_autocast_enabled(d) for d in self._devices}
        for device in self._devices:
            autocast_mode.set_autocast_enabled(device, False)

    def __exit__(self, *exc: object) -> None:
        for device, enabled in self._before.items():
            autocast_mode.set_autocast_enabled(device, enabled)
