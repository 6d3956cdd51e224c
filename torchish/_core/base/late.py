"""Functions whose source the package writes, compiled when they are first called.

Note [Late code]
About a thousand public functions are written by the package: an operator's (Note [Attach]), and the
checks before a composed one (Note [Argument classes]). A program calls a few dozen of them, and to
compile them all would take half the time of the import. So each is a function from the beginning,
with its name, module and signature, but of a code that only waits: the first call has the source
written and compiled, and gives the code to the function, which remains the same object and from
then on is as if it had been written by hand.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

__all__ = ["Signature", "copied", "finished", "function"]

_late: Any = None  # in the scope of each such function, its `_Late`


def _first(*args, **kwargs):
    return _late.finish()(*args, **kwargs)


_WAITING = _first.__code__


class _Late:
    """The code that is to come, and the functions that wait for it."""

    __slots__ = ("code", "scope", "waiting", "write")

    def __init__(self, f: FunctionType, write: Callable[[dict[str, Any]], FunctionType]):
        self.write, self.scope, self.code, self.waiting = write, f.__globals__, f.__code__, [f]

    def finish(self) -> FunctionType:
        """Compile, and give the code to those that wait; what takes the call that came first."""
        done = self.write(self.scope)
        done.__qualname__ = self.waiting[0].__qualname__
        for f in self.waiting:
            if f.__code__ is self.code:  # which a guard may have replaced, see Note [Overrides]
                # The code last: another thread may be calling.
                f.__defaults__, f.__kwdefaults__ = done.__defaults__, done.__kwdefaults__
                f.__code__ = done.__code__
        return done


def function(
    name: str, file: str, scope: dict[str, Any], write: Callable[[dict[str, Any]], FunctionType]
) -> FunctionType:
    """A function with the globals `scope`, whose code is that of the function which `write(scope)`
    gives, at the first call. `file` is the file's name in the code."""
    code = _WAITING.replace(co_filename=file, co_name=name, co_qualname=name)
    f = FunctionType(code, scope, name)
    scope["_late"] = _Late(f, write)
    return f


def _waits_for(f: FunctionType) -> _Late | None:
    late = f.__globals__.get("_late")
    return late if isinstance(late, _Late) and f.__code__ is late.code else None


def finished(f: Callable) -> Callable:
    """A function with its code, for who reads that."""
    late = _waits_for(f) if isinstance(f, FunctionType) else None
    if late is not None:
        late.finish()
    return f


def copied(f: FunctionType) -> FunctionType:
    """A function of the same code, closure and defaults; it gets its code when `f` does."""
    g = FunctionType(f.__code__, f.__globals__, f.__name__, f.__defaults__, f.__closure__)
    g.__kwdefaults__, g.__qualname__, g.__module__ = f.__kwdefaults__, f.__qualname__, f.__module__
    late = _waits_for(f)
    if late is not None:
        late.waiting.append(g)
    return g


class Signature(inspect.Signature):
    """A signature that is worked out when somebody asks for it."""

    __slots__ = ("_found", "_of")

    def __init__(self, of: Callable[[], inspect.Signature]):
        self._of, self._found = of, None

    def _now(self) -> inspect.Signature:
        if self._found is None:
            self._found = self._of()
        return self._found

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        return self._now().parameters

    @property
    def return_annotation(self) -> Any:
        return self._now().return_annotation

    def replace(self, **changes: Any) -> inspect.Signature:
        return self._now().replace(**changes)

    __replace__ = replace  # what `copy.replace` calls

    def __reduce__(self):
        return self._now().__reduce__()
