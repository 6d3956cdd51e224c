"""Of PyTorch's compiled functions those that its checks of gradients use."""

from __future__ import annotations

from torchish._core.tensor import Tensor
from torchish._core.tensor.tape.function import Function, UndefinedGrad
from torchish._core.tensor.tape.graph import Accumulate as AccumulateGrad

__all__ = ["AccumulateGrad", "DelayedError", "UndefinedGrad"]


class DelayedError:
    """`DelayedError(message, n)(*tensors)`: n tensors through which no gradient can flow: backward
    raises RuntimeError with the message."""

    def __init__(self, msg: str, num_inputs: int):
        def backward(ctx, *gradients):
            raise RuntimeError(msg)

        members = {
            "forward": staticmethod(lambda ctx, *ts: tuple(t.view_as(t) for t in ts)),
            "backward": staticmethod(backward),
            "label": "Error",
        }
        self._function = type("Error", (Function,), members)
        self._inputs = num_inputs

    def __call__(self, *tensors: Tensor):
        found = self._function.apply(*tensors)
        return found if len(tensors) > 1 else found[0]
