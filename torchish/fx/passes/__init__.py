"""`torch.fx.passes`: what is done with graphs."""

from torchish.fx.passes import shape_prop

__all__ = ["shape_prop"]
