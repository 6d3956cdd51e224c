"""`torch.random`: seeds and generator states. https://docs.pytorch.org/docs/stable/random.html"""

from torchish._core.tensor.api.random import (
    default_generator,
    fork_rng,
    get_rng_state,
    initial_seed,
    manual_seed,
    match_cpu,
    seed,
    set_rng_state,
)

__all__ = [
    "default_generator",
    "fork_rng",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "match_cpu",
    "seed",
    "set_rng_state",
]
