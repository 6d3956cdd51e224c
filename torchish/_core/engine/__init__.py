"""The engine: records operators, runs what is new at once on the host, and what comes back as
cached XLA programs. Knows nothing of PyTorch's semantics."""

import os as _os

import jax as _jax

from torchish._core.engine.memory import keep_freed_memory as _keep_freed_memory
from torchish._core.engine.shelf import largest_program, reset_stats, stats
from torchish._core.engine.trace import barrier, eager, pending

__all__ = [
    "barrier",
    "eager",
    "largest_program",
    "pending",
    "reset_stats",
    "stats",
]


def _use_persistent_cache() -> None:
    """Keep compiled programs in the user's cache folder, unless JAX was told otherwise or
    TORCHISH_CACHE is off."""
    choice = _os.environ.get("TORCHISH_CACHE", "")
    if choice.lower() in ("off", "0", "no") or _jax.config.jax_compilation_cache_dir:
        return
    root = choice or _os.path.join(
        _os.environ.get("XDG_CACHE_HOME") or _os.path.join(_os.path.expanduser("~"), ".cache"),
        "torchish",
        "xla",
    )
    _jax.config.update("jax_compilation_cache_dir", root)
    _jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.02)
    _jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


_use_persistent_cache()
_keep_freed_memory()
