"""Which of PyTorch's attention kernels a program allows, and which of them PyTorch would use.

All of them compute the same function. On the CPU there is one form here, and what can be seen is
what they refuse: the one in plain products (0) and the flash one (1). On an accelerator a fused
form is taken where any kernel but `math` is allowed; what no kernel that is allowed takes on a GPU
is refused (`require`).
"""

from __future__ import annotations

from collections.abc import Mapping

from torchish._core.base import devices, precision
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, binding

__all__ = ["ALLOWED", "allow", "choice", "require"]

ALLOWED = precision.kernels
_NONE = (
    "No viable backend for scaled_dot_product_attention was found. This is likely due to turning "
    "off both the math kernel and the fused kernels."
)
_FLASH_DTYPES = (dt.float32, dt.float64, dt.bfloat16, dt.float16)


def allow(flags: Mapping[str, bool]) -> None:
    """Which kernels a program allows from now on."""
    if any(ALLOWED[name] != bool(value) for name, value in flags.items()):
        ALLOWED.update({name: bool(value) for name, value in flags.items()})
        if devices.jax_devices(devices.accelerator_type()):  # where forms depend on it
            binding.reset_calls()


def _flash_takes(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, dropout_p: float, gqa: bool
) -> bool:
    q, k, v = query.shape, key.shape, value.shape
    if dropout_p > 0.0 or query.dtype not in _FLASH_DTYPES:
        return False
    if not len(q) == len(k) == len(v) == 4 or not q[0] == k[0] == v[0]:
        return False
    if not q[3] == k[3] == v[3] or 0 in (q[2], k[2]):
        return False
    if mask is not None and mask.requires_grad:
        return False
    return k[1] == v[1] and (q[1] == k[1] or (gqa and q[1] % k[1] == 0))


def choice(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> int:
    """The number of the kernel that PyTorch takes for these on the CPU: 1 for the flash one, 0 for
    plain products, -1 for none. RuntimeError when a program allows neither of the two."""
    if not ALLOWED["flash"] and not ALLOWED["math"]:
        raise RuntimeError(_NONE)
    if ALLOWED["flash"] and _flash_takes(query, key, value, attn_mask, dropout_p, enable_gqa):
        return 1
    return 0 if ALLOWED["math"] else -1


def require(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> None:
    """RuntimeError where none of the kernels that a program allows takes these on a GPU."""
    if ALLOWED["math"]:
        return
    if not any(ALLOWED.values()):
        raise RuntimeError(_NONE)
    fits = query.dim() == key.dim() == value.dim() == 4
    half = query.dtype in (dt.bfloat16, dt.float16)
    takes = {
        "flash": half and mask is None,
        "mem_efficient": half or query.dtype is dt.float32,
        "cudnn": half,
    }
    if not fits or not any(ALLOWED[name] and takes[name] for name in takes):
        raise RuntimeError("No available kernel. Aborting execution.")
