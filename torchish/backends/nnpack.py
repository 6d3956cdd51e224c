"""`torch.backends.nnpack`: not part of XLA; its setting is kept."""

from torchish.backends._flags import setting

enabled = True


def is_available() -> bool:
    return False


def flags(enabled=False):
    """Set the flag inside a `with` block."""
    return setting(globals(), enabled=enabled)
