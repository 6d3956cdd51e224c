"""Python's garbage collector, during the import."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """The collector does not run: what an import makes stays, and to look through it a hundred
    times is a fifth of its time. Afterwards what is there counts as old, so that the first
    collection does not look through it either."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # what a program has frozen stays so
                gc.freeze()
                gc.unfreeze()
            gc.enable()
