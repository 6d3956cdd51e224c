"""`torch.backends`: what PyTorch programs ask of, and set on, a backend.

Settings that XLA has no counterpart for are kept, so that a program reads what it wrote.
https://docs.pytorch.org/docs/stable/backends.html
"""

from torchish.backends import (
    cpu,
    cuda,
    cudnn,
    mkl,
    mkldnn,
    mps,
    nnpack,
    openmp,
    opt_einsum,
    python_native,
    quantized,
    xnnpack,
)
from torchish.backends._flags import field as _field
from torchish.backends._flags import live as _live

__all__ = [
    "cpu",
    "cuda",
    "cudnn",
    "mkl",
    "mkldnn",
    "mps",
    "nnpack",
    "openmp",
    "opt_einsum",
    "python_native",
    "quantized",
    "xnnpack",
]

_live(__name__, fp32_precision=_field("general", "generic"))  # of what has no setting of its own
# Whether a backend's settings may only change inside its `flags(...)`: test suites ask for that.
_frozen = False


def disable_global_flags() -> None:
    """Settings are from now on meant to change in a `with` block only; nothing here depends on
    them, so none is refused."""
    global _frozen
    _frozen = True


def flags_frozen() -> bool:
    """Whether `disable_global_flags` was called."""
    return _frozen
