"""`torch.backends.cudnn`: flags that programs set; XLA chooses its own algorithms."""

import contextlib
import types
from collections.abc import Iterator

from torchish._core.tensor import Tensor

enabled = True
benchmark = False
benchmark_limit = 10
deterministic = False
allow_tf32 = True
fp32_precision = "none"
# Where one kind of operator may differ from the rest.
conv = types.SimpleNamespace(fp32_precision="none")
rnn = types.SimpleNamespace(fp32_precision="none")


def is_available() -> bool:
    """XLA's GPU backend brings its own cuDNN; PyTorch's is not here."""
    return False


def version() -> None:
    return None


def is_acceptable(tensor: Tensor) -> bool:
    """Whether cuDNN would compute on a tensor: PyTorch's is not here."""
    return False


@contextlib.contextmanager
def flags(
    enabled: bool = False,
    benchmark: bool = False,
    benchmark_limit: int = 10,
    deterministic: bool = False,
    allow_tf32: bool = True,
    fp32_precision: str = "none",
) -> Iterator[None]:
    """Set the flags inside a `with` block."""
    names = ("enabled", "benchmark", "benchmark_limit", "deterministic", "allow_tf32")
    before = {n: globals()[n] for n in names}
    globals().update(
        zip(names, (enabled, benchmark, benchmark_limit, deterministic, allow_tf32), strict=True)
    )
    try:
        yield
    finally:
        globals().update(before)
