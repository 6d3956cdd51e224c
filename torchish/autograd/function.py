"""`torch.autograd.function`."""

from torchish.tensor.function import Context, Function, once_differentiable
from torchish.tensor.function import FunctionNode as BackwardCFunction

FunctionCtx = Context


class InplaceFunction(Function):
    """The base of Functions that can work in place, of older programs: `inplace` says whether."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace


__all__ = ["BackwardCFunction", "Function", "FunctionCtx", "InplaceFunction", "once_differentiable"]
