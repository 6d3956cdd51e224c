"""`torch.utils.deterministic`: what new memory holds while algorithms are deterministic.

https://docs.pytorch.org/docs/stable/deterministic.html
"""

import sys
import types

from torchish._core.tensor.api import filling


class _Deterministic(types.ModuleType):
    @property
    def fill_uninitialized_memory(self) -> bool:
        """Whether `empty` and the like fill with NaN, and integers with their greatest number,
        while `use_deterministic_algorithms(True)` holds."""
        return filling.state.wanted

    @fill_uninitialized_memory.setter
    def fill_uninitialized_memory(self, mode: bool) -> None:
        if not isinstance(mode, bool):
            raise RuntimeError(f"expected a bool, but got {type(mode).__name__}")
        filling.state.wanted = mode


sys.modules[__name__].__class__ = _Deterministic
