"""`torch.utils._traceback`: where a program is, kept to be shown later."""

from __future__ import annotations

import os
import sys
import traceback
import types
from collections.abc import Sequence

__all__ = ["CapturedTraceback", "format_traceback_short"]


def format_traceback_short(tb: types.TracebackType | None) -> str:
    """The innermost place of a traceback: "file.py:3 in function"."""
    last = traceback.extract_tb(tb)[-1]
    return f"{os.path.basename(last.filename)}:{last.lineno} in {last.name}"


class CapturedTraceback:
    """The Python frames of a moment."""

    __slots__ = ("skip", "tb")

    def __init__(self, tb: traceback.StackSummary | None, skip: int = 0) -> None:
        self.tb, self.skip = tb, skip

    @staticmethod
    def extract(*, script: bool = False, cpp: bool = False, skip: int = 0) -> CapturedTraceback:
        """The frames of the caller, without the innermost `skip`."""
        if script or cpp:
            raise NotImplementedError(f"CapturedTraceback.extract: script={script}, cpp={cpp}")
        frame: types.FrameType | None = sys._getframe(1)
        for _ in range(skip):
            frame = frame.f_back if frame is not None else None
        return CapturedTraceback(traceback.extract_stack(frame), skip)

    def cleanup(self) -> None:
        """Forget the frames."""
        self.tb = None

    def summary(self) -> traceback.StackSummary:
        """The frames, outermost first."""
        return self.tb if self.tb is not None else traceback.StackSummary()

    def format(self) -> list[str]:
        """The frames as text, a line of source code below each."""
        return traceback.format_list(self.summary())

    @staticmethod
    def format_all(tbs: Sequence[CapturedTraceback | None]) -> list[list[str] | None]:
        """The texts of several."""
        return [None if tb is None else tb.format() for tb in tbs]
