"""What happens when this process is forked.

Note [Forks]
XLA runs in threads, and a forked process has none of its parent's: whatever it would run there
waits for ever, as would a look at what was still running. So before a fork what is pending runs
and is waited for. In a process that was forked after XLA had started, everything is computed in
NumPy, whatever it costs; what has no form in NumPy, and every other call of JAX, raises a
RuntimeError that says so; and locks that another thread held are free again. Before XLA has started
a process is forked as any other.
"""

from __future__ import annotations

import contextlib
import itertools
import operator
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from torchish._core.base import jax_internals

__all__ = ["after", "all_of", "before", "forked", "lock"]

_MESSAGE = (
    "Cannot run XLA in a forked subprocess: this process was forked after XLA had started, whose "
    "threads it does not have, and this has no form in NumPy. To use it with multiprocessing, you "
    "must use the 'spawn' start method (torch.multiprocessing's default, or "
    "multiprocessing.get_context('spawn'))"
)
_forked = False
_locks: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
_before: list[Callable[[], Any]] = []
_after: list[Callable[[], Any]] = []
_held: dict[int, contextlib.ExitStack] = {}  # by thread: several may fork at a time


def forked() -> bool:
    """Whether this process was forked from one in which XLA had started."""
    return _forked


def lock(made: Any) -> Any:
    """A lock that is free in a forked process, whoever held it."""
    _locks[id(made)] = made
    return made


def before(hook: Callable[[], contextlib.AbstractContextManager]) -> None:
    """Have `hook()` called before each fork; the context that it gives is left in the parent after
    it."""
    _before.append(hook)


def after(hook: Callable[[], Any]) -> None:
    """Have `hook()` called in each forked process."""
    _after.append(hook)


def _prepare() -> None:
    stack = contextlib.ExitStack()
    _held[threading.get_ident()] = stack
    for hook in _before:
        stack.enter_context(hook())
    jax_internals.wait_for_all()


def _in_parent() -> None:
    _held.pop(threading.get_ident()).close()


def _in_child() -> None:
    global _forked
    _held.clear()
    for made in list(_locks.values()):
        made._at_fork_reinit()
    for hook in _after:
        hook()
    if jax_internals.started():
        _forked = True
        jax_internals.forbid(lambda: RuntimeError(_MESSAGE))


@contextlib.contextmanager
def all_of(locks: list, patience: float) -> Iterator[None]:
    """Hold locks, each waited for so many seconds; one that is held for longer is left alone."""
    taken: list = []
    released: list = []
    acquired = map(operator.methodcaller("acquire", timeout=patience), locks)
    releases = map(operator.methodcaller("release"), taken)
    try:
        # In C from a lock to the list, here and below: an interrupt leaves none of them held.
        taken.extend(itertools.compress(locks, acquired))
        yield
    finally:
        released.extend(releases)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_prepare, after_in_parent=_in_parent, after_in_child=_in_child)
    jax_internals.no_warning_of_forks()
