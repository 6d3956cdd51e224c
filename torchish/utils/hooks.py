"""`torch.utils.hooks`: what registering a hook returns."""

from torchish.tensor.graph import RemovableHandle

__all__ = ["RemovableHandle"]
