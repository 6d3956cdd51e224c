"""`torch._vendor.packaging`: versions that compare by their numbers."""

from torchish._vendor.packaging import version

__all__ = ["version"]
