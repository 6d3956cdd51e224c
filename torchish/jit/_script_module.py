"""Modules that `torch.jit` has scripted, traced or loaded."""

from __future__ import annotations

import importlib
import io
import types
import weakref
from typing import Any, NoReturn

from torchish.nn.modules.module import Module

__all__ = ["ScriptModule", "scripted"]


def _no(name: str) -> property:
    def missing(self: ScriptModule) -> NoReturn:
        raise NotImplementedError(f"torch.jit.ScriptModule.{name}: torchish has no TorchScript")

    return property(missing, doc=f"NotImplementedError: the {name} of TorchScript.")


class ScriptModule(Module):
    """A module given to `torch.jit.script` or `torch.jit.trace`, or read by `torch.jit.load`: its
    own class, with `save` (https://docs.pytorch.org/docs/stable/generated/torch.jit.ScriptModule.html)."""

    _own_class: type | None = None  # that of the module before it was scripted

    code, graph, inlined_graph = _no("code"), _no("graph"), _no("inlined_graph")

    @property
    def original_name(self) -> str:
        """The name of the module's class."""
        return type(self).__name__

    def save(self, f: Any, _extra_files: dict[str, Any] | None = None) -> None:
        """`torch.jit.save` of this module."""
        importlib.import_module("torchish.jit").save(self, f, _extra_files)

    def save_to_buffer(self, _extra_files: dict[str, Any] | None = None) -> bytes:
        """The bytes that `save` writes."""
        buffer = io.BytesIO()
        self.save(buffer, _extra_files)
        return buffer.getvalue()

    def __reduce_ex__(self, protocol: Any) -> Any:
        if self._own_class is None:
            return super().__reduce_ex__(protocol)
        return scripted, (_over(self._own_class, self),)


_made: weakref.WeakKeyDictionary[type, weakref.ref[type]] = weakref.WeakKeyDictionary()


def _over(cls: type, m: Module) -> Any:
    """An object of a class with the very state of a module."""
    other = object.__new__(cls)
    other.__dict__ = m.__dict__
    return other


def scripted(m: Module) -> Any:
    """A module as a ScriptModule: of a class derived from its own, with its very state."""
    if isinstance(m, ScriptModule):
        return m
    own = type(m)
    known = _made.get(own)
    cls = known and known()
    if cls is None:
        cls = types.new_class(own.__name__, (ScriptModule, own))
        cls.__module__, cls.__qualname__, cls.__doc__ = (
            own.__module__,
            own.__qualname__,
            own.__doc__,
        )
        cls._own_class = own
        _made[own] = weakref.ref(cls)
    return _over(cls, m)
