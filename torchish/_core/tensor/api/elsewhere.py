"""What tensors say of devices and builds that are not here: no, or PyTorch's refusal.

https://docs.pytorch.org/docs/stable/tensors.html
"""

from __future__ import annotations

from torchish._core.tensor.public import enter, method, public
from torchish._core.tensor.tensor import Tensor

for _n in ("is_vulkan", "is_ipu", "is_maia", "is_mtia"):
    enter(f"Tensor.{_n}", False)
enter("Tensor.name", None)  # that of a value in a traced graph; a tensor has none


@public(method=True)
def is_distributed(input: Tensor) -> bool:
    """False: no tensor is one of PyTorch's former distributed tensors."""
    return False


@public(takes="other")
def is_vulkan_available() -> bool:
    """False: there is no Vulkan."""
    return False


@method
def xpu(self: Tensor, *args, **options) -> Tensor:
    """AssertionError: there is no XPU."""
    raise AssertionError("Torch not compiled with XPU enabled")


@method
def mtia(self: Tensor, *args, **options) -> Tensor:
    """AssertionError: there is no MTIA."""
    raise AssertionError("Torch not compiled with MTIA enabled.")


@method
def ipu(self: Tensor, *args, **options) -> Tensor:
    """RuntimeError: there is no IPU."""
    raise RuntimeError("PyTorch is not linked with support for ipu devices")


@method
def record_stream(self: Tensor, stream) -> None:
    """NotImplementedError on the CPU, as in PyTorch. On accelerators memory is XLA's, freed when no
    program uses it: there is nothing to record."""
    if self.is_cpu:
        raise NotImplementedError(
            "Could not run 'aten::record_stream' with arguments from the 'CPU' backend."
        )


@method
def reinforce(self: Tensor, reward) -> None:
    """RuntimeError: PyTorch has removed it in favour of `torch.distributions`."""
    raise RuntimeError(
        "reinforce() was removed.\nUse torch.distributions instead.\n"
        "See https://pytorch.org/docs/main/distributions.html"
    )
