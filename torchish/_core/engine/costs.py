"""Estimates that decide how a program runs: seconds on the host, compiled, and of compiling it.

They come from shapes and operators' names alone, so that the decisions are the same in every run.
The figures were measured on two cores of a server; what matters is their proportion.
"""

from __future__ import annotations

from typing import NamedTuple

from torchish._core.base import devices
from torchish._core.engine import changes
from torchish._core.engine.plan import Plan
from torchish._core.engine.runners import CALL, runner, serves
from torchish._core.engine.shelf import user_line

PROGRAM = 2.5e-5  # calling a program, and for each of its arguments and results
ARGUMENT = 7e-7
FUSED = 0.4  # of NumPy's arithmetic, where XLA makes one pass of several
PRODUCTS = 0.6  # of NumPy's products and convolutions
COMPILE = 0.25  # compiling anything at all, and for an operator
OPERATOR = 0.012
# Operators that XLA's compiler takes longer over, by the beginning of their names.
COMPILING = {
    "nn.functional.conv": 0.22,
    "nn.functional.max_pool": 0.1,
    "nn.functional.linear": 0.03,
    "matmul": 0.03,
    "mm": 0.03,
    "bmm": 0.03,
    "_recurrent": 0.3,
    "sort": 0.1,
    "_scaled_dot_product_attention": 0.1,
}
# Operators that are products of matrices (Note [Products of batches]), by how their names begin.
MULTIPLYING = (
    "nn.functional.linear",
    "_scaled_dot_product_attention",
    *("matmul", "mm", "bmm", "mv", "addmm", "addbmm", "baddbmm"),
)


class Estimate(NamedTuple):
    host: float
    copying: float  # of the host's: what writes through views copy, unless each runs at once
    program: float
    compiling: float


def estimate(plan: Plan) -> Estimate:
    """What is known of a plan before it ran; seconds."""
    host = copying = program = 0.0
    compiling = COMPILE
    for e in plan.entries:
        how = runner(e.call, plan.avals_of(e))
        cost = how.cost(e.outs)
        host += cost
        if e.call.writes:
            copying += cost - CALL
        program += max(cost - CALL, 0.0) * (PRODUCTS if how.products else FUSED)
        name = e.call.name.removesuffix("_backward")
        compiling += COMPILING.get(name) or next(
            (s for start, s in COMPILING.items() if name.startswith(start)), OPERATOR
        )
        if len(e.outs) > 8:  # an optimizer's group: each of its tensors is an operator
            compiling += OPERATOR * len(e.outs) / 4
    return Estimate(
        host,
        copying,
        PROGRAM + ARGUMENT * (len(plan.leaves) + len(plan.out_nums)) + program,
        compiling,
    )


def products(plan: Plan, device: devices.device) -> float:
    """Seconds that the host would take for a plan's matrix products; 0 for a device that it does
    not serve."""
    if not serves(device):
        return 0.0
    found = [e for e in plan.entries if e.call.name.startswith(MULTIPLYING)]
    return sum(runner(e.call, plan.avals_of(e)).cost(e.outs) for e in found)


_families: dict[frozenset, int] = {}


def relatives(plan: Plan) -> int:
    """How many programs of the same operators, in whatever shapes and numbers, were compiled."""
    return _families.get(plan.family(), 0)


def compiled(plan: Plan) -> None:
    """Count a program among its relatives."""
    family = plan.family()
    _families[family] = _families.get(family, 0) + 1
    changes.saw(family, [a for _, a in plan.leaves], user_line())
