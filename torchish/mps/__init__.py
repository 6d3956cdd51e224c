"""`torch.mps`, answering for JAX's Metal backend. https://docs.pytorch.org/docs/stable/mps.html"""

from torchish import _absent
from torchish._accelerators import functions as _functions

_made = _functions("mps")
globals().update({
    _n: _f
    for _n, _f in _made.items()
    if _n in ("device_count", "synchronize", "empty_cache", "manual_seed", "get_rng_state",
              "set_rng_state", "is_available", "seed", "Event")
})  # fmt: skip
current_allocated_memory = _made["memory_allocated"]
driver_allocated_memory = _made["memory_reserved"]


def recommended_max_memory() -> int:
    """Bytes that the allocator may use; RuntimeError without such a device."""
    return _made["mem_get_info"]()[1]


__getattr__ = _absent.attributes(__name__)
