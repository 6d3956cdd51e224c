"""`torch.backends.mkldnn`: not part of XLA; its settings are kept."""

from torchish.backends._flags import setting

VERBOSE_OFF, VERBOSE_ON, VERBOSE_ON_CREATION = 0, 1, 2
enabled = True
deterministic = False
allow_tf32 = True


def is_available() -> bool:
    return False


def flags(enabled=False, deterministic=False, allow_tf32=True, fp32_precision="none"):
    """Set the flags inside a `with` block."""
    return setting(globals(), enabled=enabled, deterministic=deterministic, allow_tf32=allow_tf32)
