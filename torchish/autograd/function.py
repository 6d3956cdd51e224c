"""`torch.autograd.function`."""

from torchish.tensor.function import Context, Function, once_differentiable

FunctionCtx = Context

__all__ = ["Function", "FunctionCtx", "once_differentiable"]
