"""`torch.utils._traceback`: where a program is, kept to be shown later."""

from __future__ import annotations

import linecache
import os
import sys
import traceback
import types
from collections.abc import Sequence
from typing import Any

__all__ = ["CapturedTraceback", "format_traceback_short", "report_compile_source_on_error"]


def _shown_frame(frame: types.FrameType, line: int, name: str) -> types.FrameType:
    """A frame at a line of a file that `linecache` knows, under the name of another frame."""
    code = compile("\n" * (line - 1) + "_here()", name, "eval")
    return eval(code.replace(co_name=frame.f_code.co_name), {"_here": lambda: sys._getframe(1)})


class report_compile_source_on_error:
    """A `with` block whose errors show the source of code that was made while the program ran:
    what its globals have as `__compile_source__`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, step: Any) -> None:
        if not isinstance(error, Exception):
            return
        found = []
        while step is not None:
            frame, last = step.tb_frame, step.tb_lasti
            source = frame.f_globals.get("__compile_source__")
            if source is not None:
                name = f"<compiled source {id(source):x}>"
                linecache.cache[name] = (len(source), None, source.splitlines(True), name)
                frame = _shown_frame(frame, step.tb_lineno, name)
                last = frame.f_lasti
            found.append((frame, last, step.tb_lineno))
            step = step.tb_next
        rebuilt = None
        for frame, last, line in reversed(found):
            rebuilt = types.TracebackType(rebuilt, frame, last, line)
        raise error.with_traceback(rebuilt)


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
