"""The modules that run, told to who asks."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from torchish.nn.modules._hooks import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
)
from torchish.nn.modules.module import Module
from torchish.utils.module_tracker import CallNames

__all__ = ["ModuleNames"]


class ModuleNames:
    """Within it, `enter(name)` gives a context for each call of a module (`CallNames`)."""

    def __init__(self, enter: Callable[[str], contextlib.AbstractContextManager]):
        self._enter = enter
        self._names = CallNames()
        self._handles: list[Any] = []
        self._local = threading.local()

    def __enter__(self) -> ModuleNames:
        self._handles = [
            register_module_forward_pre_hook(self._before),
            register_module_forward_hook(self._after, always_call=True),
        ]
        return self

    def __exit__(self, *exc: object) -> None:
        for handle in self._handles:
            handle.remove()
        for context in reversed(self._open()):
            context.__exit__(None, None, None)
        self._open().clear()

    def _open(self) -> list[contextlib.AbstractContextManager]:
        return self._local.__dict__.setdefault("open", [])

    def _before(self, module: Module, inputs: Any) -> None:
        context = self._enter(self._names.of(module))
        context.__enter__()
        self._open().append(context)

    def _after(self, module: Module, inputs: Any, outputs: Any) -> None:
        if self._open():  # not where the profiler began within the module
            self._open().pop().__exit__(None, None, None)
