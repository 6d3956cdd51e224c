"""Operators whose results have shapes that depend on values."""

from __future__ import annotations

import numpy as np

from torchish._core.base import devices
from torchish._core.base.errors import allocating
from torchish._core.engine import runners, trace
from torchish._core.engine.values import aval_of, hosted


def run_dynamic(call, values, numbers) -> list:
    """The results of an operator whose shapes depend on values, on the present contents, on the
    host: by its kernel there, else by its own function. A program of XLA has fixed shapes."""
    for v in values:
        trace.look(v)
    flat = [*map(hosted, values), *numbers]
    avals = tuple([aval_of(v.aval.shape, v.aval.dtype, devices.cpu) for v in values])
    bound = runners.host_call(call, avals)
    with allocating:
        if bound is not None:
            try:
                with np.errstate(all="ignore"):
                    return list(bound.run(flat)[0])
            except runners.REFUSALS:
                pass  # the operator itself words the error, or has a form for it
        with runners.place(devices.cpu):
            return list(call.fn(*flat))


__all__ = ["run_dynamic"]
