"""`torch._ops`: operators as objects. See Note [Custom operators].

https://docs.pytorch.org/docs/stable/library.html
"""

from torchish._ops import python_key
from torchish._ops.registry import (
    Namespace,
    OperatorBase,
    OpOverload,
    OpOverloadPacket,
    Ops,
    ops,
)

_OpNamespace, _Ops = Namespace, Ops


class HigherOrderOperator(OperatorBase):
    """An operator whose arguments are functions: PyTorch's tracer has some, here there is none."""

    def __init__(self, name: str, *, cacheable: bool = False) -> None:
        raise NotImplementedError(f"torch._ops.HigherOrderOperator: {name}")


__all__ = [
    "HigherOrderOperator",
    "OpOverload",
    "OpOverloadPacket",
    "OperatorBase",
    "ops",
    "python_key",
]
