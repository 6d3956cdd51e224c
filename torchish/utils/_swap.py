"""`torch.utils.swap_tensors`."""

from __future__ import annotations

import weakref

from torchish.tensor import Tensor
from torchish.tensor.state import State

__all__ = ["swap_tensors"]


def swap_tensors(t1: Tensor, t2: Tensor) -> None:
    """Let two tensor objects have each other's class, memory, history and attributes.

    RuntimeError for one that something refers to weakly. A graph that ends in one of them can not
    be walked any more.
    https://docs.pytorch.org/docs/stable/generated/torch.utils.swap_tensors.html
    """
    for name, t in (("t1", t1), ("t2", t2)):
        if weakref.getweakrefs(t):
            raise RuntimeError(f"Cannot swap {name} because it has weakref associated with it")
        _poison(t)
    t1.__class__, t2.__class__ = t2.__class__, t1.__class__
    t1.__dict__, t2.__dict__ = t2.__dict__, t1.__dict__
    for slot in State.__slots__:
        a, b = getattr(t1, slot), getattr(t2, slot)
        setattr(t1, slot, b)
        setattr(t2, slot, a)


def _poison(t: Tensor) -> None:
    """Let no gradient arrive at the leaf that a tensor was."""
    node = t._accumulator and t._accumulator()
    t._accumulator = None
    if node is None:
        return

    def refuse(gradient: Tensor) -> None:
        raise RuntimeError(
            "Trying to execute AccumulateGrad node that was poisoned by swap_tensors this can "
            "happen when you try to run backward on a tensor that was swapped. For a module m with "
            "`torch.__future__.set_swap_module_params_on_conversion(True)` you should not change "
            "the device or dtype of the module (e.g. `m.cpu()` or `m.half()`) between running "
            "forward and backward. To resolve this, please only change the device/dtype before "
            "running forward (or after both forward and backward)."
        )

    node.tensor_hooks = {0: {id(refuse): refuse}}
