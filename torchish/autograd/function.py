"""`torch.autograd.function`."""

from torchish.tensor.autograd import Function, _Context, once_differentiable

FunctionCtx = _Context

__all__ = ["Function", "FunctionCtx", "once_differentiable"]
