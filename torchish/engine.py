"""The engine's public face: how many programs there were, and running each operator at once."""

from torchish._core.engine import (
    barrier,
    eager,
    largest_program,
    pending,
    reset_stats,
    stats,
)

__all__ = [
    "barrier",
    "eager",
    "largest_program",
    "pending",
    "reset_stats",
    "stats",
]
