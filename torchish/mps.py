"""`torch.mps`, answering for JAX's Metal backend. https://docs.pytorch.org/docs/stable/mps.html"""

from torchish._accelerators import functions as _functions

globals().update({
    _n: _f
    for _n, _f in _functions("mps").items()
    if _n in ("device_count", "synchronize", "empty_cache", "manual_seed", "get_rng_state",
              "set_rng_state", "is_available")
})  # fmt: skip
