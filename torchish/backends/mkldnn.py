"""`torch.backends.mkldnn`: not part of XLA; its settings are kept."""

import types
from contextlib import AbstractContextManager

from torchish.backends._flags import setting

VERBOSE_OFF, VERBOSE_ON, VERBOSE_ON_CREATION = 0, 1, 2
enabled = True
deterministic = False
allow_tf32 = True
fp32_precision = "none"
# Where one kind of operator may differ from the rest.
conv = types.SimpleNamespace(fp32_precision="none")
rnn = types.SimpleNamespace(fp32_precision="none")
matmul = types.SimpleNamespace(fp32_precision="none")


def is_available() -> bool:
    return False


def flags(
    enabled: bool = False,
    deterministic: bool = False,
    allow_tf32: bool = True,
    fp32_precision: str = "none",
) -> AbstractContextManager[None]:
    """Set the flags inside a `with` block."""
    return setting(globals(), enabled=enabled, deterministic=deterministic, allow_tf32=allow_tf32)


class verbose:
    """A `with` block in which the library would say what it computes; here it does not exist, and a
    program that asks for that is told."""

    def __init__(self, level):
        self.level = level

    def __enter__(self):
        if self.level != VERBOSE_OFF:
            raise RuntimeError(
                "Failed to set MKLDNN into verbose mode. Please consider to disable this "
                "verbose scope."
            )
        return self

    def __exit__(self, *exc) -> bool:
        return False
