"""`torch.utils.swap_tensors`: two tensors exchange all that they are, and stay who they are."""

from __future__ import annotations

import copyreg
import weakref
from typing import Any

from torchish._core.tensor.tensor import Tensor

__all__ = ["swap_tensors"]

_NONE = object()


def _poisoned(grad_outputs: Any) -> None:
    raise RuntimeError(
        "Trying to execute AccumulateGrad node that was poisoned by swap_tensors this can happen "
        "when you try to run backward on a tensor that was swapped. For a module m with "
        "`torch.__future__.set_swap_module_params_on_conversion(True)` you should not change the "
        "device or dtype of the module (e.g. `m.cpu()` or `m.half()`) between running forward and "
        "backward. To resolve this, please only change the device/dtype before running forward (or "
        "after both forward and backward)."
    )


def _slots(t: Tensor) -> set[str]:
    return {*copyreg._slotnames(type(t))}


def swap_tensors(t1: Tensor, t2: Tensor) -> None:
    """Give each of two tensors the other's class, values, gradient and attributes.

    Raises RuntimeError if one has weak references, or if their classes have different slots. A
    graph that one of them is a leaf of can not be walked backward any more.
    https://docs.pytorch.org/docs/stable/generated/torch.utils.swap_tensors.html
    """
    for name, t in (("t1", t1), ("t2", t2)):
        if weakref.getweakrefs(t):
            raise RuntimeError(f"Cannot swap {name} because it has weakref associated with it")
    slots = _slots(t1)
    if slots != _slots(t2):
        raise RuntimeError("Cannot swap t1 and t2 if they have different slots")
    for t in (t1, t2):
        node = t._accumulator and t._accumulator()
        if node is not None:
            node.register_prehook(_poisoned)
    t1.__class__, t2.__class__ = t2.__class__, t1.__class__
    t1.__dict__, t2.__dict__ = t2.__dict__, t1.__dict__
    for name in slots:
        first, second = getattr(t1, name, _NONE), getattr(t2, name, _NONE)
        for t, value in ((t1, second), (t2, first)):
            if value is not _NONE:
                setattr(t, name, value)
            elif getattr(t, name, _NONE) is not _NONE:
                delattr(t, name)
    # The nodes at the graph's leaves know their tensors: new graphs begin with new nodes.
    t1._accumulator = t2._accumulator = None
