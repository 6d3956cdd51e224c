"""The process's memory allocator, tuned for programs that run again and again.

Note [Freed memory]
XLA's CPU backend takes every buffer of a step from malloc and gives it back after the step. By
default glibc returns free memory at the end of its heap to the system as soon as it is more than
twice the largest buffer that it has seen, so every step of a larger model faults its pages in anew:
half of the time of a LeNet step at batch 256. Here glibc is told to keep up to 2 GiB, and to take
buffers up to 1 GiB from its heap (32 MiB where it allows no more). XLA runs larger programs in a
thread of its own, and glibc gives a thread an arena that none of this applies to: of 64 MiB pieces
that it returns as soon as they are empty. So all threads share the main arena, which made a GPT
step of batch 64 1.6 times as fast. Settings of the user's (MALLOC_*_ or GLIBC_TUNABLES in the
environment) come first, TORCHISH_MALLOC=off leaves all as it is.

What a compilation has freed (300 MB for ResNet-18) lies in pieces, in which the buffers of a step
find no room: it is given back to the system.
"""

from __future__ import annotations

import ctypes
import os
import platform

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of malloc.h
KEPT, LARGEST = (2 << 30) - 1, (1 << 30, 32 << 20)


def _ours() -> bool:
    """Whether glibc allocates here, and the user leaves its settings to the package."""
    if os.environ.get("TORCHISH_MALLOC", "").lower() in ("off", "0", "no"):
        return False
    if any(k.startswith("MALLOC_") or k == "GLIBC_TUNABLES" for k in os.environ):
        return False
    return platform.system() == "Linux" and platform.libc_ver()[0] == "glibc"


def keep_freed_memory() -> bool:
    """Have glibc keep freed memory for the next step; False where that does not apply."""
    if not _ours():
        return False
    mallopt = ctypes.CDLL(None).mallopt
    taken = any(mallopt(_MMAP_THRESHOLD, n) for n in LARGEST)
    return bool(taken and mallopt(_TRIM_THRESHOLD, KEPT) and mallopt(_ARENA_MAX, 1))


def give_back() -> bool:
    """Give what is free in glibc's heap back to the system now; whether there was anything."""
    return _ours() and bool(ctypes.CDLL(None).malloc_trim(0))
