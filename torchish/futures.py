"""`torch.futures`: results that arrive later.

https://docs.pytorch.org/docs/stable/futures.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

__all__ = ["Future", "collect_all", "wait_all"]

T = TypeVar("T")
S = TypeVar("S")


class Future(Generic[T]):
    """A value, or an error, that somebody sets once. Usable from several threads.

    >>> future = torch.futures.Future()
    >>> done = future.then(lambda f: f.value() * 2)
    >>> future.set_result(21)
    >>> done.wait()
    42
    """

    def __init__(self, *, devices: Sequence[Any] | None = None):
        self._changed = threading.Condition()
        self._done = False
        self._result: Any = None
        self._error: BaseException | None = None
        self._callbacks: list[Callable[[Future], Any]] = []

    def done(self) -> bool:
        """Whether there is a value or an error."""
        return self._done

    def wait(self) -> T:
        """The value, once it is there; the error is raised."""
        with self._changed:
            self._changed.wait_for(self.done)
        return self.value()

    def value(self) -> T:
        """The value, which must be there; the error is raised."""
        if not self._done:
            raise RuntimeError(
                "torch.futures.Future.value: the future is not complete; wait() for it"
            )
        if self._error is not None:
            raise self._error
        return self._result

    def _complete(self, value: Any, error: BaseException | None) -> None:
        with self._changed:
            if self._done:
                raise RuntimeError(
                    "Attempting to mark a completed Future as complete again. Note that a Future "
                    "can only be marked completed once."
                )
            self._result, self._error, self._done = value, error, True
            callbacks, self._callbacks = self._callbacks, []
            self._changed.notify_all()
        for callback in callbacks:
            callback(self)

    def set_result(self, result: T) -> None:
        """Give the value, once; what was registered runs now."""
        self._complete(result, None)

    def set_exception(self, result: BaseException) -> None:
        """Give an error instead of a value."""
        if not isinstance(result, BaseException):
            raise AssertionError(f"{result} is of type {type(result)}, not an Exception.")
        self._complete(None, result)

    def add_done_callback(self, callback: Callable[[Future[T]], Any]) -> None:
        """Call a function with this future once it is complete; at once if it is."""
        with self._changed:
            if not self._done:
                self._callbacks.append(callback)
                return
        callback(self)

    def then(self, callback: Callable[[Future[T]], S]) -> Future[S]:
        """A future of what the function makes of this one; its error is that future's."""
        following: Future[S] = Future()

        def run(future: Future[T]) -> None:
            try:
                result = callback(future)
            except Exception as error:
                following.set_exception(error)
            else:
                following.set_result(result)

        self.add_done_callback(run)
        return following


def collect_all(futures: Sequence[Future]) -> Future[list[Future]]:
    """A future of all futures, complete once they are.

    >>> futures = [torch.futures.Future() for _ in range(2)]
    >>> for i, future in enumerate(futures):
    ...     future.set_result(i)
    >>> list(f.value() for f in torch.futures.collect_all(futures).wait())
    [0, 1]
    """
    collected: Future[list[Future]] = Future()
    missing = len(futures)
    lock = threading.Lock()
    if not missing:
        collected.set_result([])

    def one(_: Future) -> None:
        nonlocal missing
        with lock:
            missing -= 1
            last = not missing
        if last:
            collected.set_result(list(futures))

    for future in futures:
        future.add_done_callback(one)
    return collected


def wait_all(futures: Sequence[Future]) -> list:
    """The values of all futures, once they are there; the first error is raised.

    >>> future = torch.futures.Future()
    >>> future.set_result(3)
    >>> torch.futures.wait_all([future])
    [3]
    """
    return [f.wait() for f in collect_all(futures).wait()]
