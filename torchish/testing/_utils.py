"""`torch.testing._utils`: operators that draw random numbers, called with one seed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from torchish._core.tensor.api.random import fork_rng, manual_seed

__all__ = ["freeze_rng_state", "wrapper_set_seed"]


@contextlib.contextmanager
def freeze_rng_state() -> Iterator[None]:
    """Draws inside leave the generators where they stood before."""
    with fork_rng():
        yield


def wrapper_set_seed(op: Callable, *args: Any, **kwargs: Any) -> Any:
    """What `op` gives with the seed 42; the generators stay where they are."""
    with freeze_rng_state():
        manual_seed(42)
        return op(*args, **kwargs)
