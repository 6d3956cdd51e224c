"""What torchish needs of NumPy beyond its documented interface, each with a plain replacement.

`np.errstate` takes two microseconds, half as long as the arithmetic on a small array. It sets one
context variable; `quiet` and `loud` set it directly where this NumPy has it.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def _variable() -> Any:
    """NumPy's context variable of floating-point error handling, and the value that ignores all."""
    try:
        from numpy._core import umath

        variable, make = umath._extobj_contextvar, umath._make_extobj
        silent = make(all="ignore")
        token = variable.set(silent)
        try:
            ignored = set(np.geterr().values()) == {"ignore"}
        finally:
            variable.reset(token)
    except (ImportError, AttributeError, TypeError, ValueError):
        return None
    return (variable, silent) if ignored else None


_found = _variable()

if _found is not None:
    _contextvar, _silent = _found

    def quiet() -> Any:
        """Ignore floating-point errors from now on; what `loud` wants."""
        return _contextvar.set(_silent)

    def loud(before: Any) -> None:
        """Handle floating-point errors as before `quiet`."""
        _contextvar.reset(before)

else:

    def quiet() -> Any:
        """Ignore floating-point errors from now on; what `loud` wants."""
        return np.seterr(all="ignore")

    def loud(before: Any) -> None:
        """Handle floating-point errors as before `quiet`."""
        np.seterr(**before)
