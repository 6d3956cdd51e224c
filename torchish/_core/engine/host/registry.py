"""Host kernels: an operator's arithmetic in NumPy, beside its JAX function.

Note [Host kernels]
What runs once must not wait for a compiler, nor for JAX's tracing. So operators that programs use
have a second form, a kernel: a function of NumPy arrays under the operator's name, with the
operator's own parameter names, and below it the kernel of its gradient.

    @kernel("tanh", saves="result")
    def tanh(input):
        return np.tanh(input)

    @tanh.gradient
    def _(ct, saved, wanted, input):
        return {"input": ct * (1 - saved * saved)}

A kernel sees tensors as arrays that are already cast to the operator's computation dtype, numbers
as Python numbers, statics as they are. It never writes into its arguments and may return views of
them. It computes what the JAX function computes, corner cases included (a table test holds it
against XLA), and raises `Unsupported` for arguments that it has no form for, among them all that
the operator refuses: the operator's own function then runs, or words the error.

`saves` says what the gradient is given as `saved`: None (nothing), "result" (the results), or
"residual": then the kernel returns (results, residual). `wanted` is the set of the parameters whose
gradients are needed; the answer maps names to gradients (to lists of them, None where not wanted,
for a list of tensors). A gradient may have the broadcast shape: it is summed to the input's. Its
dtype is cast. `ct` is the cotangent of the single result; of an operator entered with `several` it
is a list of as many as there are results, None where zero, and `saved` a tuple of results. Complex
gradients follow PyTorch's convention (the conjugate of JAX's).

Half types: a kernel without "h" among its `dtypes` is not given them, unless it is entered with
`halves`: then half inputs are cast to float32 and the results are rounded, as PyTorch's CPU kernels
do it. With True, all float inputs are of the one half type that the results have; where
float32 parameters may stand beside a half input, `halves` names for each result the parameter
whose dtype it has.

Functions that are recorded without being operators, an optimizer's step among them, carry their
NumPy form with them: `table.with_host`, or `FunctionCall`'s `host_function`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = ["KERNELS", "SECOND", "Kernel", "Unsupported", "kernel", "require"]


class Unsupported(Exception):
    """The kernel has no form for these arguments."""


def require(condition: Any) -> None:
    """Raise `Unsupported` unless the condition holds."""
    if not condition:
        raise Unsupported


def elements(inputs: Sequence, outputs: Sequence) -> float:
    """The default cost of a kernel in seconds: memory traffic, element by element."""
    return 1.5e-9 * sum(math.prod(a.shape) for a in (*inputs, *outputs))


class Kernel:
    """One operator on the host. `dtypes` are the kinds of NumPy dtypes that it takes, "h" for the
    half types; `cost(inputs, outputs)` estimates seconds from avals, the call itself left out."""

    __slots__ = (
        "checks",
        "cost",
        "dtypes",
        "forward",
        "halves",
        "name",
        "pullback",
        "saves",
        "second",
        "several",
    )

    def __init__(
        self,
        name: str,
        forward: Callable,
        saves: str | None,
        several: int,
        dtypes: str,
        cost: Callable[[Sequence, Sequence], float],
        checks: bool,
        halves: bool | tuple[str, ...],
    ):
        self.name, self.forward, self.saves, self.several = name, forward, saves, several
        self.dtypes, self.cost, self.checks, self.halves = dtypes, cost, checks, halves
        self.pullback: Callable | None = None

    def gradient(self, f: Callable) -> Callable:
        """Enter the kernel of the gradient: `f(ct, saved, wanted, **arguments)`."""
        self.pullback = f
        return f

    def takes(self, dtype: np.dtype) -> bool:
        """Whether arrays of this dtype can be given to the kernel."""
        if dtype.kind == "V" or dtype == np.float16 or dtype.itemsize < 1:
            return "h" in self.dtypes
        return dtype.kind in self.dtypes


KERNELS: dict[str, Kernel] = {}
SECOND: dict[str, Callable] = {}  # second derivatives, see torchish/_core/engine/host/second.py


def kernel(
    *names: str,
    saves: str | None = None,
    several: int = 0,
    dtypes: str = "bif",
    checks: bool = False,
    cost: Callable[[Sequence, Sequence], float] = elements,
    halves: bool | tuple[str, ...] = False,
) -> Callable[[Callable], Kernel]:
    """Enter a kernel under the names of operators that share it; `several` results, where it has
    more than one; `checks` where it refuses all values that the operator's check refuses."""

    def enter(f: Callable) -> Kernel:
        kinds = dtypes + "u" * ("i" in dtypes)
        made = Kernel(names[0], f, saves, several, kinds, cost, checks, halves)
        for name in names:
            if name in KERNELS:
                raise ValueError(f"the kernel of {name} is entered twice")
            KERNELS[name] = made
        return made

    return enter
