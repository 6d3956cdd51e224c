"""What anomaly mode tells of a gradient that fails.

https://docs.pytorch.org/docs/stable/autograd.html#anomaly-detection
"""

from __future__ import annotations

import sys
import warnings

import numpy as np

from torchish._core.base.frames import user_level
from torchish._core.engine import trace

__all__ = ["check_nan", "tell_of_anomaly"]


def check_nan(node, grads) -> None:
    """RuntimeError where a gradient of a node is not a number."""
    for i, g in enumerate(grads):
        if g is None:
            continue
        if np.isnan(np.asarray(trace.look(g.numbers()), dtype=np.complex128)).any():
            raise RuntimeError(f"Function '{node.name()}' returned nan values in its {i}th output.")


def tell_of_anomaly(node) -> None:
    """Warn where the forward operator was called of a node whose gradient failed."""
    lines = node.metadata.get("traceback_")
    what = f"Error detected in {node.name()}. "
    if not lines:
        what += (
            "No forward pass information available. Enable detect anomaly during forward pass for "
            "more information."
        )
    else:
        what += f"Traceback of forward call that caused the error:\n{''.join(lines)}"
    told = [what]
    parent = node.metadata.get("parent_")
    while parent is not None:
        lines = parent.metadata.get("traceback_")
        text = f"\n\nPrevious calculation was induced by {parent.name()}. "
        text += (
            f"Traceback of forward call that induced the previous calculation:\n{''.join(lines)}"
            if lines
            else "No forward pass information available. Enable detect anomaly during forward pass "
            "for more information."
        )
        told.append(text)
        parent = parent.metadata.get("parent_")
    for text in told:
        try:
            warnings.warn(text, UserWarning, stacklevel=user_level())
        except UserWarning:  # made an error, it would hide the one that is told of
            print(text, file=sys.stderr)
