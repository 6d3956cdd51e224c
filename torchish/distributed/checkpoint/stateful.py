"""Objects that save and load themselves: models, optimizers, loaders, and the user's own.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html#torch.distributed.checkpoint.stateful.Stateful
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, runtime_checkable

__all__ = ["Stateful", "StatefulT"]


@runtime_checkable
class Stateful(Protocol):
    """Whatever has these two methods."""

    def state_dict(self) -> dict[str, Any]:
        """What the object has to remember."""
        ...

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Become what the dictionary says."""
        ...


StatefulT = TypeVar("StatefulT", bound=Stateful)
