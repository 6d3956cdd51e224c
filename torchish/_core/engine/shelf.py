"""Compiled programs, a bound on how many are kept, and counts of what was compiled.

Note [The shelf]
JAX keeps the programs of a jitted function as long as the function. On CPU a compiled program takes
half a megabyte and more, and up to several hundred memory mappings (three for each kernel in it),
of which Linux allows a process 65,530: a process that meets ever new shapes would end in "unable to
allocate section memory". So programs are counted, and from time to time the mappings; when there
are more than CAPACITY programs, or when half of the mappings are in use, the programs that were
used least recently are dropped, half of all operators. One that is called again is compiled again,
or read from the persistent cache.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import jax

from torchish._core.base import forks, native
from torchish._core.base.frames import PACKAGE
from torchish._core.base.jax_internals import Entry, entry, forget, not_stored, own_exceptions
from torchish._core.engine import changes, memory

CAPACITY = 4096
MAPPINGS_OF_AN_OPERATOR = 16  # more than that is rare
LONG = 0.5  # seconds of a compilation that leaves memory worth giving back


class Stats:
    """Counters of what the engine did in this process."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.recorded = self.programs = self.operators = self.hits = self.runs = self.largest = 0
        self.compile_seconds = 0.0


counters = Stats()
_lock = forks.lock(threading.RLock())  # Note [In between]
_local = threading.local()
texts: list[str] | None = None  # of programs as XLA has them, while somebody reads them
_clock = 0  # ticks at each call of a program
_shelved: set[Program] = set()
_kept = 0  # compiled programs of all those on the shelf
_unseen = 0  # operators compiled since the mappings were last counted
_room = 0  # mappings that were free then


class Program:
    """A jitted function of `ops` operators; `kept` has a key for each signature that it is
    compiled for.

    The program of a plan has one signature: `prepare` compiles it without running it, and `direct`
    is then the executable's entry, which runs in C from the arguments to the results. It is None
    where that can not be: for arrays on several devices, and for programs with effects on the host.
    It is `preparing` meanwhile. Its `products` would take NumPy so many seconds.
    """

    __slots__ = ("direct", "function", "kept", "ops", "preparing", "products", "used")

    def __init__(self, function: Any, ops: int, products: float = 0.0):
        self.function, self.ops, self.products = function, ops, products
        self.kept: set = set()
        self.direct: Entry | None = None
        self.used = 0
        self.preparing = False

    @property
    def ready(self) -> bool:
        """Whether the program of a plan is compiled."""
        return None in self.kept

    def touch(self) -> None:
        """It was used."""
        global _clock
        self.used = _clock = _clock + 1

    @own_exceptions()
    def prepare(self, args) -> None:
        """Compile for arrays like these."""
        start = time.perf_counter()
        self.preparing = _local.compiling = True
        try:
            alone = all(len(a.devices()) == 1 for a in args)
            here = alone and all(d.platform == "cpu" for a in args for d in a.devices())
            with native.allowed(here, self.products) as calls:
                traced = self.function.trace(*args)
                lowered = traced.lower() if alone else None
            if lowered is not None:
                with not_stored() if calls.made else contextlib.nullcontext():
                    compiled = lowered.compile()
                if texts is not None:
                    texts.append(compiled.as_text() or "")
                self.direct = entry(compiled)
                took = time.perf_counter() - start
                _count(took, self.ops)
                if took > LONG:
                    memory.give_back()
        finally:
            self.preparing = _local.compiling = False
        _shelve(self, None)

    def __call__(self, key, args):
        self.touch()
        if key in self.kept:
            return self.function(*args)
        changes.saw(self, key, user_line())
        start = time.perf_counter()
        with own_exceptions():
            results = self.function(*args)
        _count(time.perf_counter() - start, self.ops)
        _shelve(self, key)
        return results


def compiling() -> bool:
    """Whether this is between two lines of a compilation in this thread (Note [In between])."""
    return getattr(_local, "compiling", False)


def _shelve(program: Program, key) -> None:
    global _kept, _unseen, _room
    with _lock:
        if key not in program.kept:
            program.kept.add(key)
            _shelved.add(program)
            _kept += 1
            _unseen += program.ops
        if _kept > CAPACITY:
            _drop_half()
        if MAPPINGS and _unseen * MAPPINGS_OF_AN_OPERATOR > _room:
            _unseen, _room = 0, MAPPINGS - _mappings()
            if _room <= 0:
                _drop_half()
                _room = MAPPINGS - _mappings()
            if _room <= 0:  # they are not ours: JAX's own, of functions called without a jit
                jax.clear_caches()
                _room = max(MAPPINGS - _mappings(), MAPPINGS // 8)


def _drop_half() -> None:
    """Forget the programs used least recently, until half of all compiled operators are left."""
    global _kept
    left = total = sum(len(p.kept) * p.ops for p in list(_shelved))
    for old in sorted(list(_shelved), key=lambda p: p.used):
        if left <= total // 2:
            break
        left -= len(old.kept) * old.ops
        _kept -= len(old.kept)
        _shelved.remove(old)
        old.kept, old.direct = set(), None
        forget(old.function)


def _most_mappings() -> int:
    """Half of the memory mappings that the system allows a process; 0 where it does not say."""
    try:
        with open("/proc/sys/vm/max_map_count") as f:
            return int(f.read()) // 2
    except OSError:
        return 0


def _mappings() -> int:
    with open("/proc/self/maps", "rb") as f:
        return f.read().count(b"\n")


def _count(seconds: float, ops: int) -> None:
    counters.compile_seconds += seconds
    counters.largest = max(counters.largest, ops)
    if ops > 1:
        counters.programs += 1
    else:
        counters.operators += 1
    if "compile" in os.environ.get("TORCHISH_LOG", ""):
        print(
            f"torchish: compiled {ops} operator{'s' * (ops > 1)} in {seconds:.2f} s at "
            f"{user_line()}",
            file=sys.stderr,
        )


LONG = 2.0  # seconds of compiling after which a user at a terminal is told


@contextlib.contextmanager
def said_when_long(ops: int) -> Iterator[None]:
    """Say on an interactive terminal what is being compiled when it takes long, unless TORCHISH_LOG
    says quiet."""
    if "quiet" in os.environ.get("TORCHISH_LOG", "") or not sys.stderr.isatty():
        yield
        return
    line = f"torchish: compiling the program up to {user_line()}, {ops} operators ..."
    timer = threading.Timer(LONG, lambda: print(line, file=sys.stderr, flush=True))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def user_line() -> str:
    """File and line of the nearest caller outside this package."""
    f = sys._getframe(1)
    while f is not None and f.f_code.co_filename.startswith(PACKAGE):
        f = f.f_back
    return f"{f.f_code.co_filename}:{f.f_lineno}" if f else "<unknown>"


def stats() -> dict[str, float]:
    """Counters since the start or the last `reset_stats()`: operators recorded, programs run, of
    these cache hits, whole programs compiled, single operators compiled, seconds spent on first
    calls (compiling)."""
    c = counters
    return {
        "recorded": c.recorded,
        "runs": c.runs,
        "hits": c.hits,
        "programs_compiled": c.programs,
        "operators_compiled": c.operators,
        "compile_seconds": c.compile_seconds,
    }


def kept() -> int:
    """How many compiled programs are kept at present."""
    return _kept


def largest_program() -> int:
    """Operators in the largest program compiled since the last `reset_stats()`."""
    return counters.largest


def reset_stats() -> None:
    counters.reset()


MAPPINGS = _most_mappings()
