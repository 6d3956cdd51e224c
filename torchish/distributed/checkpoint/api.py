"""`CheckpointException`: what went wrong, on which ranks.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html
"""

from __future__ import annotations

import pickle
import traceback
from typing import Any

__all__ = ["CheckpointException"]

WRAPPED_EXCEPTION = tuple[BaseException, traceback.StackSummary]


def wrapped(error: BaseException) -> WRAPPED_EXCEPTION:
    """An exception with its traceback, in a form that other processes can be sent."""
    frames = traceback.extract_tb(error.__traceback__)
    plain = [(f.filename, f.lineno or 0, f.name, f.line) for f in frames]
    bare = error.with_traceback(None)
    try:
        pickle.loads(pickle.dumps(bare))
    except Exception:  # an exception of the user's may be of any kind; its text is enough then
        bare = RuntimeError(f"{type(error).__name__}: {error}")
    return bare, traceback.StackSummary.from_list(plain)


def is_wrapped(obj: Any) -> bool:
    """Whether this is what `wrapped` gives."""
    return (
        isinstance(obj, tuple)
        and len(obj) == 2
        and isinstance(obj[0], BaseException)
        and isinstance(obj[1], traceback.StackSummary)
    )


class CheckpointException(BaseException):
    """Saving or loading failed on some rank; `failures` has the exception of each."""

    def __init__(self, msg: str, failures: dict[int, WRAPPED_EXCEPTION]) -> None:
        super().__init__(msg, failures)
        self._failures = failures

    @property
    def failures(self) -> dict[int, WRAPPED_EXCEPTION]:
        """Exception and traceback by rank."""
        return self._failures

    def __str__(self) -> str:
        text = f"CheckpointException ranks:{self._failures.keys()}\n"
        for rank, (error, frames) in self._failures.items():
            text += f"Traceback (most recent call last): (RANK {rank})\n"
            text += "".join(frames.format())
            text += "".join(traceback.format_exception_only(type(error), value=error)) + "\n"
        return text
