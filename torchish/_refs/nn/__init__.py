"""`torch._refs.nn`."""

from torchish._refs.nn import functional

__all__ = ["functional"]
