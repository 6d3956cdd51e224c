"""Which tier a program runs on: a pure function of what the engine has counted.

Note [Tiers]
On the CPU there are two ways to run a program. The host computes operator by operator in NumPy: it
starts at once, and a step takes it some times as long as PyTorch. XLA compiles the whole: that
takes from a tenth of a second to many, and the steps are fast from then on. What is new runs on the
host as it is recorded. A program that comes back is compiled once the host has lost enough time on
it, compared with the compiled program, to make the compilation look worth while: a loop pays the
compiler after a few steps, one-off code never does, and a program so small that calling XLA would
take longer stays on the host for ever. If it takes long only because a write through a view copies
the whole, its operators run at once, as in new code, which copies nothing. Where programs of the
same operators keep coming in other shapes, each of them must have lost more time than the one
before.

An accelerator has no host tier: what is new runs there operator by operator, each compiled alone,
and is compiled whole when it comes back.

All of it is estimated from shapes and counted by sightings, never measured, so the same program
runs in the same way every time, and its results have the same bits.
"""

from __future__ import annotations

from typing import NamedTuple

# Compile when the host has lost what a compilation takes divided by so many, and by one more for
# each of its seconds: a small program waits for about what it costs, and a large one, which is
# likely to run for long, no more than a second.
WORTH = 1.2
NEVER = float("inf")
WORTH_NOTHING = 2e-5  # seconds of copying that are not looked at


class Facts(NamedTuple):
    """What is known of a program that is about to run."""

    on_cpu: bool
    passes: int  # how often it was recorded, this time included
    operators: int
    host: float  # seconds that the host would take, estimated
    program: float  # seconds that the compiled program would take, estimated
    compiling: float  # seconds that compiling it would take, estimated
    relatives: int  # compiled programs of the same operators, in whatever shapes
    copying: float = 0.0  # of `host`: what it would not take if each operator ran at once


def at_once(f: Facts) -> tuple[bool, str]:
    """Whether a program on the CPU does best to run operator by operator as it is recorded, and
    why in words."""
    best = f.host - f.copying
    if f.copying < WORTH_NOTHING or best > f.program:
        return False, ""
    return True, f"of the {_ms(f.host)} that NumPy takes, {_ms(f.copying)} is copying for writes"


def price(f: Facts) -> tuple[float, str]:
    """How many seconds the host may lose on a program before it is compiled, and why in words."""
    if f.host <= f.program:
        why = f"NumPy takes {_ms(f.host)}, calling a compiled program {_ms(f.program)}"
        return NEVER, why
    worth = f.compiling * (1 + f.relatives / 4) / (WORTH + f.compiling)
    return worth, (
        f"compiling takes {_ms(f.compiling)}, NumPy loses {_ms(f.host - f.program)} each time"
        + (f", and {f.relatives} like it were compiled" if f.relatives else "")
    )


def compile_elsewhere(f: Facts) -> tuple[bool, str]:
    """Whether a program on an accelerator is compiled whole, and why in words."""
    if f.operators == 1:
        return False, "it is one operator"
    if f.passes < 2 + f.relatives // 4:
        return False, f"recorded {f.passes} times, and {f.relatives} like it were compiled"
    return True, f"recorded {f.passes} times"


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.2g} ms"
