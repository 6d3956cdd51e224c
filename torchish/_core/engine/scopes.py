"""Where recorded operators come from, as long as a profiler wants to know.

Note [Scopes]
A compiled program has no lines and no modules. While `on`, each operator that enters the trie notes
the module that it was called in and the program's line, and what is compiled carries both as JAX's
named scopes, so that the rows of a trace say them. Known operators are looked up as ever: nothing
on the way of recording asks whether a profiler is there. So `begin` forgets the paths, and the
loop that is profiled is recorded, and compiled, anew. A program's name is its own then, by which
the rows of a trace find its text.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
from collections.abc import Iterator

import jax

from torchish._core.engine import shelf
from torchish._core.engine.recording import trie

__all__ = ["begin", "end", "here", "label", "name", "on", "texts", "within"]


class _Local(threading.local):
    def __init__(self):
        self.modules: list[str] = []


on = False
_local = _Local()
_numbers = itertools.count(1)
_METADATA = "jax_compilation_cache_include_metadata_in_key"


def begin() -> bool:
    """Note from now on where operators come from; what is pending has been run. Gives JAX's setting
    for stored programs, which would be found without their scopes otherwise, for `end`."""
    global on
    before = bool(getattr(jax.config, _METADATA))
    jax.config.update(_METADATA, True)
    shelf.texts = []
    trie.forget()
    on = True
    return before


def texts() -> list[str]:
    """XLA's texts of the programs that were compiled since."""
    return list(shelf.texts or ())


def end(before: bool) -> None:
    """Note nothing any more."""
    global on
    on, shelf.texts = False, None
    jax.config.update(_METADATA, before)


@contextlib.contextmanager
def within(module: str) -> Iterator[None]:
    """What is recorded in this thread is recorded in a module."""
    _local.modules.append(module)
    try:
        yield
    finally:
        _local.modules.pop()


def here() -> str:
    """The innermost module and the program's line, as a scope."""
    path, _, line = shelf.user_line().rpartition(":")
    place = f"{os.path.basename(path)}:{line}" if path else "unknown"
    return "/".join([*_local.modules[-1:], place])


def label(scope: str | None, forward: str | None) -> contextlib.AbstractContextManager:
    """The scope of an operator, or of the gradient of the operator whose scope is `forward`."""
    if forward:
        return jax.named_scope(f"backward/{forward}")
    return jax.named_scope(scope) if scope else contextlib.nullcontext()


def name() -> str:
    """A name for the next program."""
    return f"program_{next(_numbers)}"
