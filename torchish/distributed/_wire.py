"""What travels between the processes of a group: XLA programs over one device of each.

Note [Agreement]
Ranks that do not call the same collective with the same shapes would wait for each other for ever,
or take each other's bytes for something else. So every program begins by exchanging eight bytes, a
hash of what each rank is about to do, and goes on only where they are all the same: the condition
is in the program, so no second trip is needed. Where they differ, each rank writes what it does and
at which line into the store, reads what the others wrote, and all of them raise.

Note [Few programs]
A program has the size of its operands in it, and compiling one takes tens of milliseconds. So
operands are flat, and are padded to one of a few lengths. What is only moved travels as 32-bit
words, whatever its dtype.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, NoReturn

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from torchish._core.base import jax_internals
from torchish._core.base.frames import user_frames
from torchish.distributed._errors import DistBackendError
from torchish.distributed._store import Store

__all__ = ["WORD", "Pending", "Wire"]

AXIS = "ranks"
WORD = np.dtype(np.uint32)
_SMALLEST = 64  # elements of the shortest operand
_STEPS = 8  # lengths between one power of two and the next, for operands that are not small
_SMALL = 1 << 14
_GRACE = 10.0  # seconds for which ranks that disagree wait for each other's descriptions
# How a wait looks whether a result is there: often at first, then less often.
_FIRST_PAUSE, _LAST_PAUSE = 2e-5, 2e-4

# Reductions that XLA has between processes. Others are made of what is gathered.
_REDUCTIONS: dict[str, Callable] = {
    "sum": functools.partial(jax.lax.psum, axis_name=AXIS),
    "min": functools.partial(jax.lax.pmin, axis_name=AXIS),
    "max": functools.partial(jax.lax.pmax, axis_name=AXIS),
}
_REDUCED = {np.dtype(t) for t in (np.float32, np.float64, np.int32, np.int64, np.uint8)}


def _length(n: int) -> int:
    """The length that an operand of n elements is padded to."""
    if n <= _SMALLEST:
        return _SMALLEST
    power = 1 << (n - 1).bit_length()
    if power <= _SMALL:
        return power
    step = power // (2 * _STEPS)
    return -(-n // step) * step


def reducible(dtype: np.dtype) -> bool:
    """Whether XLA reduces values of this dtype between processes."""
    return dtype in _REDUCED


@contextlib.contextmanager
def _without_output() -> Iterator[None]:
    """Inside, nothing is written to the standard output: gloo tells there that it is connected."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _takes_a_while(stamps: jax.Array) -> jax.Array:
    """True, by a few thousand operations. XLA runs a program of fewer than a thousand on the thread
    that calls it, which could then not stop waiting."""
    numbers = stamps.reshape(-1)[0].astype(jnp.float32) * jnp.arange(4096, dtype=jnp.float32)
    return jnp.sum(numbers * numbers) >= 0


class Pending:
    """A collective on its way. `finish` of its result is called once, by the first who waits."""

    def __init__(self, wire: Wire, made: Sequence[jax.Array], doing: str, number: int):
        self._wire, self._made, self._doing, self._number = wire, made, doing, number

    def done(self) -> bool:
        """Whether the result is there, or an error."""
        return all(a.is_ready() for a in self._made)

    def wait(self, timeout: timedelta) -> np.ndarray:
        """This rank's part of the result, flat. DistBackendError where a rank is gone or does
        something else, or after the timeout."""
        end, pause = time.monotonic() + timeout.total_seconds(), _FIRST_PAUSE
        while not self.done():
            if time.monotonic() > end:
                self._wire.fail(
                    f"Timed out waiting {timeout // timedelta(milliseconds=1)}ms for {self._doing} "
                    "to complete: a process does not take part in it"
                )
            time.sleep(pause)
            pause = min(2 * pause, _LAST_PAUSE)
        try:
            stamps, result = (np.asarray(a.addressable_data(0))[0] for a in self._made)
        except jax.errors.JaxRuntimeError as error:
            self._wire.fail(f"{self._doing}: {error}", error)
        if (stamps != stamps[0]).any():
            self._wire.disagree(self._doing, self._number)
        return result


class Wire:
    """The way between the ranks of one group.

    Args:
        name: of the group, the same in all of them.
        devices: one of each rank, in the group's order.
        rank: which of them is this process.
        store: where ranks that disagree tell each other what they do.
    """

    def __init__(self, name: str, devices: Sequence[Any], rank: int, store: Store):
        self.name, self.rank, self.size, self.store = name, rank, len(devices), store
        self._device = devices[rank]
        self._mesh = Mesh(np.array(devices), (AXIS,))
        self._split = NamedSharding(self._mesh, PartitionSpec(AXIS))
        self._programs: dict[tuple, Callable] = {}
        self._number = 0
        self._failed: str | None = None

    # --- programs

    def _program(self, kind: str, dtype: np.dtype, shape: tuple[int, ...]) -> Callable:
        found = self._programs.get((kind, dtype, shape))
        if found is None:
            found = self._programs[kind, dtype, shape] = self._compiled(kind, dtype, shape)
        return found

    def _compiled(self, kind: str, dtype: np.dtype, shape: tuple[int, ...]) -> Callable:
        def act(x: jax.Array) -> jax.Array:
            if kind == "gather":
                return jax.lax.all_gather(x, AXIS)
            if kind == "exchange":
                return jax.lax.all_to_all(x, AXIS, 0, 0)
            return x if kind == "meet" else _REDUCTIONS[kind](x)

        out = (self.size, *shape) if kind == "gather" else shape

        def body(stamp: jax.Array, x: jax.Array) -> tuple[jax.Array, jax.Array]:
            stamps = jax.lax.all_gather(stamp[0], AXIS)
            agreed = jnp.all(stamps == stamps[0]) & _takes_a_while(stamps)
            made = jax.lax.cond(agreed, act, lambda x: jnp.zeros(out, dtype), x[0])
            return stamps[None], made[None]

        place = PartitionSpec(AXIS)
        mapped = jax.shard_map(
            body,
            mesh=self._mesh,
            in_specs=(place, place),
            out_specs=(place, place),
            check_vma=False,
        )
        operands = [
            jax.ShapeDtypeStruct((self.size, *s), d, sharding=self._split)
            for s, d in (((2,), WORD), (shape, dtype))
        ]
        # There is nothing to optimise in it, and it has to be compiled while others wait.
        options = {"xla_backend_optimization_level": 0}
        return jax.jit(mapped).lower(*operands).compile(compiler_options=options)

    def _put(self, a: np.ndarray) -> jax.Array:
        one = jax_internals.put(a[None], self._device)
        shape = (self.size, *a.shape)
        return jax.make_array_from_single_device_arrays(shape, self._split, [one])

    def _start(self, kind: str, operand: np.ndarray, doing: str) -> Pending:
        if self._failed is not None:
            raise DistBackendError(f"{doing}: an earlier collective failed: {self._failed}")
        self._number += 1
        text = f"{self.name} {self._number} {doing}".encode()
        stamp = np.array([zlib.crc32(text), zlib.adler32(text)], WORD)
        try:
            program = self._program(kind, operand.dtype, operand.shape)
            made = program(self._put(stamp), self._put(operand))
        except (jax.errors.JaxRuntimeError, ValueError) as error:  # gloo's errors are either
            self.fail(f"{doing}: {error}", error)
        return Pending(self, made, doing, self._number)

    # --- what goes wrong

    def fail(self, why: str, error: Exception | None = None) -> NoReturn:
        """Raise, now and at every later collective: what is in between is in no order any more."""
        self._failed = why
        raise DistBackendError(why) from error

    def disagree(self, doing: str, number: int) -> NoReturn:
        """Raise an error that tells what each rank did."""
        frames = user_frames()
        line = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        key = f"/disagree/{self.name}/{number}"
        self.store.set(f"{key}/{self.rank}", json.dumps(doing + line))
        lines, end = [], time.monotonic() + _GRACE
        for rank in range(self.size):
            while (said := self.store._look(f"{key}/{rank}")) is None and time.monotonic() < end:
                time.sleep(_LAST_PAUSE)
            lines.append(f"\n  rank {rank}: {'?' if said is None else json.loads(said)}")
        # All of them know, and are in step: what comes next can go well.
        raise DistBackendError("the ranks do not call the same collective:" + "".join(lines))

    # --- what can be done

    def open(self, timeout: timedelta) -> None:
        """Connect the ranks: all of them call this first."""
        with _without_output():
            self.meet("connect()").wait(timeout)

    def meet(self, doing: str) -> Pending:
        """Wait for all."""
        return self._start("meet", np.zeros(0, WORD), doing)

    def reduce(self, kind: str, flat: np.ndarray, doing: str) -> Pending:
        """The sum, minimum or maximum over all ranks, as long as padding made it."""
        padded = np.zeros(_length(flat.size), flat.dtype)
        padded[: flat.size] = flat
        return self._start(kind, padded, doing)

    def gather(self, words: np.ndarray, length: int, doing: str) -> Pending:
        """Every rank's words, a row each; `length` is that of the longest."""
        padded = np.zeros(_length(length), WORD)
        padded[: words.size] = words
        return self._start("gather", padded, doing)

    def exchange(self, rows: Sequence[np.ndarray | None], length: int, doing: str) -> Pending:
        """Row i goes to rank i; row i of the result is from rank i. None for nothing."""
        padded = np.zeros((self.size, _length(length)), WORD)
        for to, row in zip(padded, rows, strict=True):
            if row is not None:
                to[: row.size] = row
        return self._start("exchange", padded, doing)

    def spread(self, words: np.ndarray | None, length: int, doing: str) -> Pending:
        """The words of the one rank that has some."""
        padded = np.zeros(_length(length), WORD)
        if words is not None:
            padded[: words.size] = words
        # A sum with zeros, of integers: exact, whatever the bits mean.
        return self._start("sum", padded, doing)
