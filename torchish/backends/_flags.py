"""Settings that a program reads, sets and gets back after a `with` block."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def setting(space: dict, **values) -> Iterator[None]:
    """The module-level settings of `space` inside a `with` block."""
    before = {name: space[name] for name in values}
    space.update(values)
    try:
        yield
    finally:
        space.update(before)
