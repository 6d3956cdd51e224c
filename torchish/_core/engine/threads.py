"""NumPy's BLAS on one thread, for the products of the host tier.

Note [Threads of the host]
The bundled OpenBLAS divides even a small product among all cores, and its threads wait for each
other by spinning: on a busy machine a product of 0.2 ms takes 50. What the host tier computes is
small or runs a few times, so its products run on one thread; large ones, and the user's own NumPy
code, are left as they are.
"""

from __future__ import annotations

import ctypes
import pathlib
from collections.abc import Callable

import numpy as np

LARGE = 0.25  # seconds, on one thread, from which on a product is divided


def _setter() -> tuple[Callable[[int], None], int] | None:
    """The function that sets OpenBLAS's threads, and how many it has now; None where NumPy has
    another BLAS."""
    folder = pathlib.Path(np.__file__).parent
    for place in (folder.parent / "numpy.libs", folder / ".dylibs", folder / ".libs"):
        for path in sorted(place.glob("*openblas*")):
            library = ctypes.CDLL(str(path))
            for prefix in ("scipy_openblas_", "openblas_"):
                for suffix in ("64_", ""):
                    name = f"{prefix}set_num_threads{suffix}"
                    get = f"{prefix}get_num_threads{suffix}"
                    if hasattr(library, name) and hasattr(library, get):
                        f = getattr(library, name)
                        f.argtypes, f.restype = [ctypes.c_int], None
                        return f, getattr(library, get)()
    return None


_found = _setter()


def on_one_thread(f: Callable) -> Callable:
    """`f(*args)` with BLAS on one thread."""
    if _found is None or _found[1] == 1:
        return f
    set_threads, usual = _found

    def alone(*args):
        set_threads(1)
        try:
            return f(*args)
        finally:
            set_threads(usual)

    return alone
