"""What observers have in common, and how they are configured before they are made."""

from __future__ import annotations

import functools
from abc import ABCMeta, abstractmethod
from collections.abc import Callable
from typing import Any

from torchish import nn
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor

__all__ = ["ObserverBase", "_PartialWrapper", "_with_args", "_with_callable_args"]


class _PartialWrapper:
    """A class with arguments that are yet to be called, which prints as PyTorch's does."""

    def __init__(self, p: functools.partial):
        self.p = p
        self.callable_args: dict[str, Callable] = {}

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        late = {k: f() for k, f in self.callable_args.items() if k not in keywords}
        return self.p(*args, **{**late, **keywords})

    def __repr__(self) -> str:
        return repr(self.p) + repr(self.callable_args)

    def with_args(self, **kwargs: Any) -> _PartialWrapper:
        """The same with more arguments."""
        made = _PartialWrapper(functools.partial(self.p, **kwargs))
        made.callable_args = dict(self.callable_args)
        return made

    def with_callable_args(self, **kwargs: Callable) -> _PartialWrapper:
        """The same with arguments that are made at the call."""
        made = self.with_args()
        made.callable_args = {**self.callable_args, **kwargs}
        return made


def _with_args(cls: Any, **kwargs: Any) -> _PartialWrapper:
    return _PartialWrapper(functools.partial(cls, **kwargs))


def _with_callable_args(cls: Any, **kwargs: Callable) -> _PartialWrapper:
    return _with_args(cls).with_callable_args(**kwargs)


class ObserverBase(nn.Module, metaclass=ABCMeta):
    """Watches what passes through, and gives scale and zero point for it."""

    def __init__(self, dtype: dt.dtype, is_dynamic: bool = False):
        super().__init__()
        self.dtype, self.is_dynamic = dtype, is_dynamic

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor: ...

    @abstractmethod
    def calculate_qparams(self, **kwargs: Any) -> Any: ...

    with_args = classmethod(_with_args)
    with_callable_args = classmethod(_with_callable_args)
