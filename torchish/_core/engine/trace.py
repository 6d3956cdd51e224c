"""The recorder: appends operators to what a thread has recorded, or runs them at once.

Note [At once or later]
As long as a recording follows a path that is known, operators are only appended: what comes at its
end runs as one program. From the first operator on that was never recorded there before, the
recording is direct: what is pending runs, and each operator runs on the host as it is recorded,
which costs no more than appending it and is what new code wants. The path is entered all the same,
so that the program is known when it comes back. On devices other than the CPU nothing is direct.

Note [A recording a device]
A thread has one recording for each device that it computes on. One of them is the present one; an
operator on another device makes that device's the present one, and the others stay as they are, so
that what a program does on the CPU in the middle of a step on an accelerator does not cut the step
in two. Only a transfer runs its source. A look, a barrier and a fork see to all of them.

Note [In between]
Between any two lines here Python may run a signal handler or a finalizer, and that may record and
look at tensors as any other code does: a handler that saves a checkpoint is usual. So an operator
enters the recording in one stretch without calls and jumps back, where nothing can come between,
and only if the recording is where it was when the operator's key was made; if not, the operator is
recorded anew, or where it has run already, its results are values of no recording. What runs is no
thread's recording any longer, so that nothing is added to it. For the same reason the locks are
such as the thread that holds one may take again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
import weakref

import jax
import numpy as np

from torchish._core.base import devices, forks
from torchish._core.base.frames import tries
from torchish._core.base.numpy_internals import loud, quiet
from torchish._core.base.references import ONE
from torchish._core.engine import places, run, runners, scopes
from torchish._core.engine.checks import Check, failed
from torchish._core.engine.periods import Periods
from torchish._core.engine.plan import infer
from torchish._core.engine.recording import Recording, thread_lock, thread_locks, trie
from torchish._core.engine.runners import REFUSED
from torchish._core.engine.shelf import counters, user_line
from torchish._core.engine.trie import State
from torchish._core.engine.values import (
    Failure,
    Value,
    aval_of,
    hosted,
    in_parts,
    staged,
)

LONGEST = 3000  # operators that one program may have
LONGEST_DIRECT = 20_000  # operators after which a direct recording begins anew

FAR = 10  # callers that are looked at for whose `try` an error may come late in


class _Local(threading.local):
    def __init__(self):
        self.recording = Recording(thread_lock())
        self.parked: dict[devices.device, Recording] = {}  # Note [A recording a device]
        self.unverified: list[Check] = []
        self.residual = None
        self.served = False
        self.eager = os.environ.get("TORCHISH_EAGER", "0") not in ("", "0")


_local = _Local()


def record(call, values, numbers=(), device: devices.device | None = None) -> list[Value]:
    """Append one operator to this thread's recording, or run it at once; its results.

    values    its tensor inputs
    numbers   its Python numbers, as data
    device    where an operator without tensor inputs makes its result
    """
    rec = _local.recording
    if rec.done:  # another thread has looked at what was pending
        rec = _local.recording = Recording(rec.lock, rec.device)
    parent = rec.state
    key = [call]
    fresh = ()
    for v in values:
        slot = v.slot
        if slot[0] is rec:
            key.append(slot[1])
        elif v.traced or v.array is None or v.aval.device is not rec.device:
            return _unusual(call, values, numbers, device)
        else:
            if v in fresh:
                key.append(parent.count + fresh.index(v))
            else:
                key.append(v.aval)
                fresh = (*fresh, v)
    if device is not None and device is not rec.device:
        return _unusual(call, values, numbers, device)
    if rec.direct:
        return _direct(rec, parent, tuple(key), call, values, numbers, fresh, -1, None)
    return _append(rec, parent, tuple(key), call, values, numbers, fresh, -1, None)


def record_pullback(call, cotangents, node) -> list[Value]:
    """Append the vector-Jacobian product `call` of an operator of this recording. `node` has the
    operator's `values` and `numbers`, its `entry` in the recording, and `residual`, what its host
    kernel saved."""
    rec = _local.recording
    if rec is not node.epoch:  # something has run in between, or was recorded on another device
        if not parked(node.epoch):
            return record(call, [*node.values, *cotangents], node.numbers)
        rec = _present(node.epoch.device)
    parent = rec.state
    key = [call, ~node.entry]
    fresh = ()
    for v in cotangents:
        slot = v.slot
        if slot[0] is rec:
            key.append(slot[1])
        elif v.traced or v.array is None or v.aval.device is not rec.device:
            return record(call, [*node.values, *cotangents], node.numbers)
        elif v in fresh:
            key.append(parent.count + fresh.index(v))
        else:
            key.append(v.aval)
            fresh = (*fresh, v)
    if rec.direct:
        return _direct(rec, parent, tuple(key), call, cotangents, (), fresh, node.entry, node)
    return _append(rec, parent, tuple(key), call, cotangents, (), fresh, node.entry, node)


def _present(device: devices.device) -> Recording:
    """This thread's recording on a device, which becomes the present one."""
    local = _local
    rec = local.recording
    if rec.device is not device:
        local.parked[rec.device] = rec
        found = local.parked.pop(device, None)
        if found is None or found.done:
            found = Recording(rec.lock, device)
        local.recording = rec = found
    return rec


def parked(rec: Recording | None) -> bool:
    """Whether this is one of this thread's recordings that may go on, and not the present one."""
    return rec is not None and _local.parked.get(rec.device) is rec


def _recordings() -> list[Recording]:
    """All of this thread's, the present one last."""
    return [*_local.parked.values(), _local.recording]


def _append(
    rec: Recording, parent: State, key, call, values, numbers, fresh, link, node
) -> list[Value]:
    state = parent.next.get(key) if parent.next is not None else None
    if state is None or state.at_once or _local.eager:
        end = parent.ending
        if (end is not None and end.cut) or parent.length >= LONGEST:
            # A loop begins anew, and what it recorded so far is a program.
            _finish(rec, cut=True)
            return _again(call, values, numbers, node)
        if runners.serves(rec.device):
            if not _go_direct(rec):
                return _again(call, values, numbers, node)
            return _direct(rec, parent, key, call, values, numbers, fresh, link, node)
        if rec.device.type in call.host_on:
            if node is not None:
                values, numbers = [*node.values, *values], node.numbers
            for v in values:
                force(v)
            return places.on_host(call, values, numbers, rec.device)
        state = state or _extend(rec, parent, key, call, values, fresh, link, node)
    n, out, refs = state.first, [], []
    for aval in state.outs:
        v = Value(aval, None, rec, (rec, n))
        out.append(v)
        refs.append(weakref.ref(v))
        n += 1
    with rec.lock:
        known = rec.state is parent and not rec.done
        if known:  # Note [In between]: all of it, or nothing
            rec.leaves += fresh
            rec.refs += refs
            if numbers:
                rec.numbers += numbers
            rec.state = state
    if not known:
        return _again(call, values, numbers, node)
    n = parent.count
    for v in fresh:
        v.slot = (rec, n)
        n += 1
    counters.recorded += 1
    if _local.eager:
        _finish(rec)
    return out


def _again(call, values, numbers, node) -> list[Value]:
    """Record in a recording that has just begun."""
    if node is None:
        return record(call, values, numbers)
    return record(call, [*node.values, *values], node.numbers)


def _extend(rec: Recording, parent: State, key, call, values, fresh, link, node) -> State:
    """The new state behind a look-up that missed, its results worked out abstractly."""
    avals = tuple([v.aval for v in values])
    if node is not None:
        avals = (*[v.aval for v in node.values], *avals)
    device = rec.device
    outs = infer(call, avals, lambda o: aval_of(o.shape, o.dtype, device), device.type)
    if any(o.device is not rec.device for o in outs):
        outs = tuple([aval_of(o.shape, o.dtype, rec.device) for o in outs])
    return _enter(parent, key, outs, parent.count + len(fresh))


def _enter(parent: State, key, outs, first: int) -> State:
    """A new state behind another; another thread's, where it was first."""
    behind = parent.next
    if behind is None:
        behind = parent.next = {}
    trie.size += 1
    state = State(parent, key, first, outs, parent.length)
    if scopes.on:
        state.scope = scopes.here()
    return behind.setdefault(key, state)


def _go_direct(rec: Recording) -> bool:
    """Run what is pending on the host, and from now on each operator as it is recorded; False where
    another thread was first."""
    with rec.lock:
        _local.recording = Recording(rec.lock, rec.device)  # for what comes in between
        try:
            if rec.length and not rec.done and not rec.direct:
                run.run_prefix(rec)
            periods = Periods(None if rec.length else rec.pattern, rec.length)
            if not rec.done and not rec.direct:
                rec.leaves, rec.refs, rec.numbers = [], [], []
                rec.periods, rec.direct = periods, True
        finally:
            _local.recording = rec
        return not rec.done


def _direct(
    rec: Recording, parent: State, key, call, values, numbers, fresh, link, node
) -> list[Value]:
    """Run an operator on the host, and enter it into the trie."""
    periods, length = rec.periods, parent.length
    if periods.cut == length or length >= LONGEST_DIRECT:
        _finish(rec, cut=True)
        return _again(call, values, numbers, node)
    saved, avals, flat = None, [], []
    if node is not None:
        saved = node.residual
        for v in node.values:
            avals.append(v.aval)
            flat.append(v.array if type(v.array) is np.ndarray else hosted(v))
        numbers = node.numbers
    for v in values:
        avals.append(v.aval)
        flat.append(v.array if type(v.array) is np.ndarray else hosted(v))
    if numbers:
        flat += numbers
    avals = tuple(avals)
    runner = call.compiled.get(avals) or runners.runner(call, avals)
    periods.saw(runner, link)
    before = quiet()
    try:
        results = _overwritten(call, values, flat, values[0] in fresh) if call.writes else None
        if results is None:
            results, saved = runner(flat, saved)
    finally:
        loud(before)
    device, first = rec.device, parent.count + len(fresh)
    state = parent.next.get(key) if parent.next is not None else None
    if state is None:
        outs = tuple([aval_of(r.shape, r.dtype, device) for r in results])
        state = _enter(parent, key, outs, first)
    n, out = first, []
    for aval, r in zip(state.outs, results, strict=True):
        out.append(Value(aval, r, rec, (rec, n)))
        n += 1
    local, kept = _local, saved is not REFUSED
    if rec.state is parent:  # Note [In between]
        rec.state = state
        local.served = runner.checks and kept
        local.residual = saved if runner.saves and kept else None
        n = parent.count
        for v in fresh:
            v.slot = (rec, n)
            n += 1
    else:
        for v in out:
            v.trace, v.slot = None, (None, -1)
    counters.recorded += 1
    return out


def _overwritten(call, values, flat: list, fresh: bool) -> tuple | None:
    """The results of a write through a view into the memory of what it replaces, where only the
    storage that is written to holds that; else None."""
    v, a = values[0], flat[0]
    if v.pinned or v.staged is not None or a is not v.array or not a.flags.owndata:
        return None
    # A value: its storage, the arguments, `fresh`, and `v`. An array: its value, `flat` and `a`.
    if sys.getrefcount(v) > ONE + 2 + fresh or sys.getrefcount(a) > ONE + 2:
        return None
    return call.over(*flat) if a.flags.writeable else None


def served(outs) -> bool:
    """Whether the operator recorded last, of which these are the results, has run, by a host kernel
    that refuses what the operator's check would refuse."""
    rec = _local.recording
    return rec.direct and _local.served and outs[0].slot == (rec, rec.state.first)


def last(outs) -> tuple:
    """The present recording, the index of the operator recorded last, and what its host kernel
    saved for its gradient, which may be asked for from now on; (None, -1, None) where `outs` are
    not its results."""
    local = _local
    rec = local.recording
    state = rec.state
    if not outs or outs[0].slot[0] is not rec or outs[0].slot[1] != state.first:
        return None, -1, None
    if not rec.direct:
        return rec, state.index, None
    rec.periods.waiting += 1
    return rec, state.index, local.residual


def _unusual(call, values, numbers, device):
    """Record with inputs that are pending elsewhere, tracers, on another device, meta."""
    _local.served = False
    if device is devices.meta or any(v.aval.device is devices.meta for v in values):
        return places.abstract(call, values)
    if any(v.traced for v in values):
        return at_once(call, values, numbers)
    target = device or places.common(values) or _local.recording.device
    rec = _present(target)
    for v in values:
        if v.array is None and v.slot[0] is not rec and v.aval.device is target:
            force(v)
    if any(v.aval.device is not target for v in values):
        values = [v if v.aval.device is target else transfer(v, target) for v in values]
    return record(call, values, numbers)


def at_once(call, values, numbers) -> list[Value]:
    """Apply a call to its arrays now, as under a JAX transformation."""
    for v in values:
        if not v.traced:
            force(v)
    return places.in_a_trace(call, values, numbers)


def transfer(v: Value, device: devices.device) -> Value:
    """The value on another device; runs what is pending for it."""
    if device is not devices.meta and v.aval.device is not devices.meta:
        force(v)
    return places.moved(v, device)


def check(call, values, numbers, error, at_call: bool = False) -> None:
    """Record a validity flag: `call` gives [ok, payload]; `error(payload)` makes the exception
    when it is false. It is looked at with the program, or now: where its value is there, when
    `at_call`, and inside a `try` (Note [Errors in a try])."""
    out = record(call, values, numbers)[0]
    if out.traced:
        return
    if out.array is None and not at_call and not tries():
        out.trace.checks.append(Check(out, error, user_line(), tries(FAR)))
        return
    ok, payload = np.asarray(force(out) if out.array is None else out.array)
    if not ok:
        raise error(int(payload))


def force(v: Value):
    """The array of a value; runs the recording that it is pending in."""
    a, rec = v.array, v.trace
    if a is not None:
        if rec is not None:  # made directly
            v.trace = None
            if goes_on(rec):
                _finish(rec)
    else:
        if rec is None:
            raise NotImplementedError("Cannot copy out of meta tensor; no data!")
        if type(rec) is not Failure:
            _finish(rec)
            a = v.array
            rec = v.trace
        if a is None:
            raise RuntimeError(
                f"this tensor has no value: the program that would have computed it failed with "
                f"{type(rec.error).__name__}: {rec.error}"
            ) from rec.error
    return a


def look(v: Value):
    """`force`, for a value that the user looks at: failed checks raise."""
    a = force(v)
    rec = _local.recording
    if rec.checks:
        _finish(rec)
    if _local.parked:
        for rec in list(_local.parked.values()):
            if rec.checks:
                _finish(rec)
    if _local.unverified:
        _verify()
    return a


def look_jax(v: Value) -> jax.Array:
    """`look`, as an array of JAX's."""
    a = look(v)
    return a if in_parts(a) else staged(v)


def _verify(upto: int | None = None) -> None:
    """Raise for the first failed check of programs that have run.

    Not in the body of a `try` that the failed statement was not in: its error waits there until
    that `try` is over (Note [Errors in a try]).
    """
    pending = _local.unverified[:upto]
    for check in pending:
        if type(check.flag.trace) is Recording:  # whose run was interrupted
            force(check.flag)
    del _local.unverified[: len(pending)]
    found = failed(pending)
    if found is None:
        return
    check, error = found
    if not set(tries()).issubset(check.tries):
        _local.unverified[:0] = pending
        return
    raise error  # the statements behind it would not have run


def _report() -> None:
    """At exit: run what has conditions to test, and say what failed, as nobody looked at it."""
    try:
        for rec in _recordings():
            if rec.checks:
                _finish(rec)
        found = failed(_local.unverified)
        if found is not None:
            raise found[1]
    except Exception as e:
        sys.excepthook(type(e), e, None)
    _local.unverified.clear()


atexit.register(_report)


def _finish(rec: Recording, cut: bool = False) -> None:
    """Run what is pending in a recording; the thread whose it is begins another."""
    if rec is _local.recording:
        pattern = rec.periods.following() if cut and rec.periods is not None else None
        _local.recording = Recording(rec.lock, rec.device, pattern)
    elif parked(rec):
        del _local.parked[rec.device]
    _local.unverified += rec.checks
    rec.checks = []
    if rec.length and not rec.done:
        (run.run if rec.device is devices.cpu else places.run)(rec, cut, _local.eager)


def barrier() -> None:
    """Dispatch what this thread has pending, without waiting; raise for checks that failed in
    earlier programs."""
    earlier = len(_local.unverified)
    if _local.parked:
        for rec in list(_local.parked.values()):
            _finish(rec)
    rec = _local.recording
    if rec.length:
        _finish(rec)
    if earlier:
        _verify(earlier)


_PATIENCE = 60.0  # seconds that a fork waits for another thread's program


def _before_fork() -> contextlib.AbstractContextManager:
    """Run what this thread has pending; programs of other threads may end."""
    for rec in _recordings():
        if rec.length:
            with contextlib.suppress(Exception):  # its values have the reason, for whoever looks
                _finish(rec)
    return forks.all_of(thread_locks(), _PATIENCE)


forks.before(_before_fork)


def pending() -> int:
    """How many operators this thread has recorded and not run."""
    return sum(0 if rec.direct else rec.length for rec in _recordings())


def goes_on(rec: Recording | None) -> bool:
    """Whether this is a recording of this thread that operators may be added to."""
    return rec is _local.recording or parked(rec)


@contextlib.contextmanager
def eager(enabled: bool = True):
    """Run each operator at once, inside this context, for debugging."""
    before = _local.eager
    barrier()
    _local.eager = enabled
    try:
        yield
    finally:
        _local.eager = before
        barrier()
