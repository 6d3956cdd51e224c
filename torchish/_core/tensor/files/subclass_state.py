"""What an object of a subclass of Tensor has besides its values: attributes and slots."""

from __future__ import annotations

import copyreg
from typing import Any

from torchish._core.tensor.public import method
from torchish._core.tensor.tensor import Tensor

__all__ = ["give", "of", "slots_of"]

_NAMES = copyreg._slotnames
_DEFAULT = getattr(object, "__getstate__", None)  # since Python 3.11


def slots_of(cls: type) -> list[str]:
    """The slots of a subclass that Tensor does not have."""
    return [name for name in _NAMES(cls) if not hasattr(Tensor, name)]


def of(t: Tensor) -> Any:
    """The state: what `__getstate__` gives, else the attributes, with slots (attributes, slots)."""
    own = getattr(type(t), "__getstate__", _DEFAULT)
    if own is not None and own is not _DEFAULT:
        return own(t)
    slots = {name: getattr(t, name) for name in slots_of(type(t)) if hasattr(t, name)}
    return (dict(t.__dict__), slots) if slots else dict(t.__dict__)


def give(t: Tensor, state: Any) -> Tensor:
    """Give an object such a state, by its `__setstate__` where it has one."""
    own = getattr(type(t), "__setstate__", None)
    if own is not None and own is not Tensor.__setstate__:
        own(t, state)
        return t
    attributes, slots = state if isinstance(state, tuple) else (state, None)
    named = slots_of(type(t))
    for name, value in {**(attributes or {}), **(slots or {})}.items():
        if name in named:
            setattr(t, name, value)
        else:
            t.__dict__[name] = value
    return t


@method
def __setstate__(self: Tensor, state: Any) -> None:
    """For pickles of old programs: (storage, offset, sizes, strides), and whether it requires a
    gradient; or the state of a subclass's object."""
    if isinstance(state, tuple) and len(state) in (4, 5) and hasattr(state[0], "untyped"):
        storage, offset, size, stride, *rest = state
        self.set_(storage, offset, size, stride)
        if rest and isinstance(rest[0], bool):
            self._requires_grad = rest[0]
        return
    attributes, slots = state if isinstance(state, tuple) else (state, None)
    self.__dict__.update(attributes or {})
    for name, value in (slots or {}).items():
        setattr(self, name, value)
