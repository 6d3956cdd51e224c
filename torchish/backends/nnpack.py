"""`torch.backends.nnpack`: not part of XLA; its setting is kept."""

from contextlib import AbstractContextManager

from torchish.backends._flags import setting

enabled = True


def is_available() -> bool:
    return False


def flags(enabled: bool = False) -> AbstractContextManager[None]:
    """Set the flag inside a `with` block."""
    return setting(globals(), enabled=enabled)
