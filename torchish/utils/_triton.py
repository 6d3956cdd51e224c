"""`torch.utils._triton`: PyTorch's kernels in Triton are not here, whatever is installed."""

__all__ = ["has_triton", "has_triton_package"]


def has_triton_package() -> bool:
    """False."""
    return False


def has_triton() -> bool:
    """False."""
    return False


def has_triton_tma() -> bool:
    """False."""
    return False


def has_triton_tma_device() -> bool:
    """False."""
    return False


def has_triton_stable_tma_api() -> bool:
    """False."""
    return False


def has_triton_experimental_host_tma() -> bool:
    """False."""
    return False


def has_triton_tensor_descriptor_host_tma() -> bool:
    """False."""
    return False


def has_datacenter_blackwell_tma_device() -> bool:
    """False."""
    return False


def get_triton_version(fallback: tuple[int, int] = (0, 0)) -> tuple[int, int]:
    """`fallback`."""
    return fallback
