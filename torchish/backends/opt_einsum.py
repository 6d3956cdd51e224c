"""`torch.backends.opt_einsum`: JAX plans contractions with opt_einsum itself."""

from contextlib import AbstractContextManager

from torchish.backends._flags import setting

enabled = True
strategy = "auto"


def is_available() -> bool:
    return True


def flags(enabled: bool | None = None, strategy: str | None = None) -> AbstractContextManager[None]:
    """Set the flags inside a `with` block."""
    given = {"enabled": enabled, "strategy": strategy}
    return setting(globals(), **{n: v for n, v in given.items() if v is not None})
