"""`torch._refs`: operators written in terms of others, in PyTorch; here the operators themselves,
which are what such a reference has to be equal to.

Note [References]
A module of references takes each name from the public module of the same name when it is first
asked for; names of operators in place are methods.
"""

from __future__ import annotations

from torchish._refs import _conversions, _mirror, fft, linalg, nn, special
from torchish._refs._reductions import amax, amin, prod

__all__ = ["_conversions", "amax", "amin", "fft", "linalg", "nn", "prod", "special"]


__getattr__ = _mirror.attributes(__name__, "torchish")
