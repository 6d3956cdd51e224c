"""The recorder: what was recorded since the last run, as a path in a trie, and running it.

Note [Recording]
Recording is in program order, so a trace is topologically ordered and its path in the trie is the
key of its compiled
program: nothing is walked or hashed when it runs. Values are numbered as they appear, leaves and
results alike. A
trie edge is keyed by the call and its inputs' numbers, with the aval in place of the number where
a leaf is seen for the
first time; Python numbers are data and only their count and class, known from the call, matter.

Note [Tiers]
A program of one operator runs as that operator's own compiled program. Any other is compiled
whole, unless it is new and belongs to a family that keeps bringing new members: then its operators
run one by one, and only a member that comes back often enough is compiled whole. There are two
kinds of families. Programs made of the same distinct single-operator programs, as sequences of
varying length are. And programs of the same operators in the same order with ever new shapes, as a
text that grows: they run in NumPy, where all of them can (Note [Interpreter]); so does a single
operator whose shapes keep changing. The choice depends on the sequence of programs alone, never on
time.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import weakref

import jax
import numpy as np

from torchish.base import devices
from torchish.base.jax_internals import outside_jax
from torchish.engine.program import Entry, Plan, State, infer, pack
from torchish.engine.shelf import Program, counters, user_line
from torchish.engine.values import Aval, Value, aval_of, concrete

# A trace longer than SOFT_CAP is cut where it comes back to its first operator, so that the pieces
# of a loop repeat; one longer than LOOP_CAP, which began before its loop did, where an operator
# comes back that has done so before; one longer than HARD_CAP at once. backward() dispatches a
# trace longer than BACKWARD_CAP.
SOFT_CAP, LOOP_CAP, HARD_CAP, BACKWARD_CAP = 400, 800, 4000, 600
FEW, SOON = 32, 0.01  # what is new runs in NumPy if that is exact: operators, seconds at most
VARYING = 3  # a family with this many members that never came back is "varying"

_NO_SLOT = (None, -1)


_families: dict[frozenset, int] = {}
_shapes: dict[tuple, int] = {}
_root = State(None, None, ())


class Trace:
    """The recording of one thread."""

    def __init__(self):
        self.lock = threading.RLock()
        self.unverified: list = []  # (flag array, error maker, where) of programs that have run
        self.eager = os.environ.get("TORCHISH_EAGER", "0") not in ("", "0")
        self._begin()

    def _begin(self):
        self.epoch = object()
        self.state = _root
        self.count = self.length = 0
        self.leaves: list[Value] = []
        self.refs: list[weakref.ref] = []
        self.nums: list[int] = []
        self.floats: list[float] = []
        self.ints: list[int] = []
        self.checks: list = []
        self.device: devices.device = devices.cpu
        self.first: tuple | None = None  # where a long trace is cut: (call, avals of its inputs)
        self.looped = False


class _Local(threading.local):
    def __init__(self):
        self.trace = Trace()


_local = _Local()


def record(
    call,
    values,
    numbers=(),
    link: int = -1,
    device: devices.device | None = None,
    primals: tuple[Aval, ...] = (),
) -> list[Value]:
    """Append one operator to this thread's trace; its results are pending values.

    values    its tensor inputs; of a linked vector-Jacobian product only the cotangents
    numbers   its Python numbers, as data
    link      entry index of the forward operator in this same recording, or -1; then `primals` are
    the avals of
              that operator's tensor inputs
    device    where an operator without tensor inputs makes its result
    """
    t = _local.trace
    for v in values:
        if v.slot[0] is not t.epoch and (
            v.array is None or v.traced or v.aval.device is not t.device
        ):
            special = _enter(t, call, values, numbers, device)
            if special is not None:
                return special
            break
    if t.length >= SOFT_CAP and link < 0:
        _maybe_cut(t, call, values)
    with t.lock:
        if device is not None and device is not t.device:
            special = _change_device(t, call, values, numbers, device)
            if special is not None:
                return special
        epoch, mark = t.epoch, t.count
        key: list = [call] if link < 0 else [call, ~link]
        fresh = ()
        for v in values:
            slot = v.slot
            if slot[0] is epoch:
                key.append(slot[1])
            else:
                n = t.count
                v.slot = (epoch, n)
                t.count = n + 1
                t.leaves.append(v)
                key.append(v.aval)
                fresh += ((n, v.aval),)
        key = tuple(key)
        state = t.state.next.get(key)
        if state is None:
            try:
                state = _extend(t, key, call, values, link, fresh, primals)
            except BaseException:  # also Ctrl-C: the leaves must not stay half recorded
                if fresh:
                    del t.leaves[-len(fresh) :]
                    t.count = mark
                    for v in values:
                        if v.slot[0] is epoch and v.slot[1] >= mark:
                            v.slot = _NO_SLOT
                raise
        if numbers and link < 0:
            _push_numbers(t, numbers)
        out = []
        n = t.count
        for aval in state.outs:
            v = Value(aval, None, t, (epoch, n))
            out.append(v)
            t.refs.append(weakref.ref(v))
            t.nums.append(n)
            n += 1
        t.count = n
        t.state = state
        t.length += 1
        counters.recorded += 1
    if t.eager:
        run(t)
    return out


def _push_numbers(t: Trace, numbers):
    for x in numbers:
        if type(x) is float:
            t.floats.append(x)
        elif type(x) is complex:
            t.floats += (x.real, x.imag)
        else:
            t.ints.append(x)


def _extend(t: Trace, key, call, values, link, fresh, primals) -> State:
    """The new trie state after a look-up that missed: works out the results' avals."""
    avals = (*primals, *(v.aval for v in values))
    outs = infer(call, avals, lambda o: aval_of(o.shape, o.dtype, t.device))
    if any(o.device is not t.device for o in outs):
        outs = tuple(aval_of(o.shape, o.dtype, t.device) for o in outs)
    entry = Entry(call, t.length, tuple(v.slot[1] for v in values), t.count, outs, link)
    return t.state.next.setdefault(key, State(t.state, entry, fresh))


def _enter(t: Trace, call, values, numbers, device):
    """Make unusual inputs usable: pending elsewhere, tracers, another device, meta. Results when
    it ran the call."""
    if any(v.aval.device is devices.meta for v in values):
        others = {
            v.aval.device for v in values if v.aval.device is not devices.meta and v.aval.shape
        }
        if others:
            raise RuntimeError(
                f"Expected all tensors to be on the same device, but found at least two devices, "
                f"{next(iter(others))} and meta!"
            )
        return _abstract(call, values)
    for v in values:
        if v.array is None and v.slot[0] is not t.epoch:
            force(v)
    if any(v.traced for v in values):
        return at_once(call, values, numbers)
    found = {v.aval.device for v in values}
    if len(found) > 1:
        found = {v.aval.device for v in values if v.aval.shape} or {values[0].aval.device}
        if len(found) > 1:
            a, b = sorted(map(str, found))[:2]
            raise RuntimeError(
                "Expected all tensors to be on the same device, but found at least two devices, "
                f"{a} and {b}!"
            )
        target = next(iter(found))
        moved = [v if v.aval.device is target else transfer(v, target) for v in values]
        return record(call, moved, numbers, device=target)
    target = next(iter(found))
    if target is not t.device:
        if t.length:
            run(t)
        t.device = target
    return None


def _change_device(t: Trace, call, values, numbers, device):
    if device is devices.meta:
        return _abstract(call, values)
    if t.length:
        run(t)
    t.device = device
    return None


def _abstract(call, values):
    avals = tuple(v.aval for v in values)
    outs = infer(call, avals, lambda o: aval_of(o.shape, o.dtype, devices.meta))
    return [Value(aval_of(o.shape, o.dtype, devices.meta)) for o in outs]


def at_once(call, values, numbers) -> list[Value]:
    """Apply a call to its arrays now, as under a JAX transformation."""
    device = next((v.aval.device for v in values), devices.get_default())
    arrays = [force(v) for v in values]
    # Python numbers stay what they are in the trace, but with the dtype that they would have as
    # leaves.
    scalars = [
        np.complex128(x)
        if type(x) is complex
        else np.float64(x)
        if type(x) is float
        else np.bool_(x)
        if type(x) is bool
        else np.int64(x)
        for x in numbers
    ]
    return [concrete(r, device) for r in call.fn(*arrays, *scalars)]


def transfer(v: Value, device: devices.device) -> Value:
    """The value on another device; runs what is pending for it."""
    if device is devices.meta:
        return Value(aval_of(v.aval.shape, v.aval.dtype, device))
    if v.aval.device is devices.meta:
        raise NotImplementedError(
            "Cannot copy out of meta tensor; no data! Please use torch.nn.Module.to_empty() "
            "instead of "
            "torch.nn.Module.to() when moving module from meta to a different device."
        )
    return concrete(jax.device_put(force(v), devices.jax_device(device)), device)


def check(call, values, numbers, error) -> None:
    """Record a validity flag: `call` gives [ok, payload]; `error(payload)` makes the exception
    when it is false."""
    out = record(call, values, numbers)
    t = _local.trace
    where = user_line()
    if out[0].array is not None:
        if not out[0].traced:
            t.unverified.append((out[0].array, error, where))
    else:
        t.checks.append((out[0], error, where))


def _verify(t: Trace, upto: int | None = None) -> None:
    """Raise for the first failed check of programs that have run."""
    pending = t.unverified[:upto]
    if pending:
        del t.unverified[: len(pending)]
        for flag, error, where in pending:
            ok, payload = np.asarray(flag)
            if not ok:
                e = error(int(payload))
                raise type(e)(f"{e}\n  recorded at {where}")


def force(v: Value):
    """The array of a value; runs the trace that it is pending in."""
    a = v.array
    if a is None:
        t = v.trace
        if t is None:
            raise NotImplementedError("Cannot copy out of meta tensor; no data!")
        run(t)
        a = v.array
        if a is None:
            raise RuntimeError(
                "this tensor has no value: the program that would have computed it failed"
            )
    return a


def look(v: Value):
    """`force`, for a value that the user looks at: failed checks raise."""
    a = force(v)
    t = _local.trace
    if t.checks:
        run(t)
    if t.unverified:
        _verify(t)
    return a


def barrier() -> None:
    """Dispatch what this thread has pending, without waiting; raise for checks that failed in
    earlier programs."""
    t = _local.trace
    earlier = len(t.unverified)
    if t.length:
        run(t)
    if earlier:
        _verify(t, earlier)


def backward_barrier() -> None:
    """`barrier`, only when the trace is long: gradient accumulation must not unroll into one
    program."""
    if _local.trace.length > BACKWARD_CAP:
        barrier()


def pending() -> int:
    """How many operators this thread has recorded and not run."""
    return _local.trace.length


def epoch():
    """Identity of this thread's present recording."""
    return _local.trace.epoch


def _maybe_cut(t: Trace, call, values) -> None:
    if t.first is None:
        s = t.state
        while s.parent.entry is not None:
            s = s.parent
        leaves = dict(s.leaves)
        t.first = (s.entry.call, tuple(leaves[n] for n in s.entry.inputs))
    if t.length >= LOOP_CAP and not t.looped:
        t.first, t.looped = _recurring(t) or t.first, True
    if t.length >= HARD_CAP or (call is t.first[0] and tuple(v.aval for v in values) == t.first[1]):
        run(t)


def _recurring(t: Trace) -> tuple | None:
    """The rarest of the operators that stand both early and late in a trace."""
    entries, leaves = t.state.path()
    avals = dict(leaves)
    early: set[tuple] = set()
    late: dict[tuple, int] = {}
    for e in entries:
        avals.update(enumerate(e.outs, e.first))
        if e.link < 0:
            key = (e.call, tuple(avals[n] for n in e.inputs))
            if e.index < SOFT_CAP:
                early.add(key)
            else:
                late[key] = late.get(key, 0) + 1
    return min((key for key in late if key in early), key=late.__getitem__, default=None)


def _calibrate() -> int:
    """What `sys.getrefcount` says, on this Python, of an object held by one container and one
    local."""
    held = [object()]
    for i in range(1):
        o = held[i]
        n = sys.getrefcount(o)
    return n


_ALONE = _calibrate()


def run(t: Trace) -> None:
    """Run everything pending in a trace: every value still alive gets its array."""
    with t.lock:
        if not t.length:
            return
        state, leaves, floats, ints, checks, device = (
            t.state,
            t.leaves,
            t.floats,
            t.ints,
            t.checks,
            t.device,
        )
        alive, nums = [], []
        for r, n in zip(t.refs, t.nums, strict=True):
            v = r()
            if v is not None:
                alive.append(v)
                nums.append(n)
        del v
        t._begin()
        t.device = device
        for f, error, where in checks:
            t.unverified.append((f, error, where))
        if not alive:
            return
        dead, arrays = [], []
        for i in range(len(leaves)):
            v = leaves[i]
            a = v.array
            # Nobody else refers to the value (this list, this local) nor to its array (the slot,
            # this local).
            if sys.getrefcount(v) == _ALONE and sys.getrefcount(a) == _ALONE and not v.pinned:
                dead.append(i)
            arrays.append(a)
        v = a = None
        results = _execute(state, tuple(nums), tuple(dead), arrays, pack(floats, ints), device)
        for v, r in zip(alive, results, strict=True):
            v.array = r
            v.trace = None
        if checks:
            t.unverified = [
                (f.array if isinstance(f, Value) else f, e, w) for f, e, w in t.unverified
            ]


def _execute(state, nums, dead, arrays, packed, device):
    counters.runs += 1
    key = (nums, dead)
    program = state.programs.get(key)
    # Inside a JAX trace a call on concrete arrays would be staged out; these values are not part
    # of that trace.
    inside = contextlib.nullcontext() if outside_jax() else jax.ensure_compile_time_eval()
    on = (
        contextlib.nullcontext()
        if device is devices.cpu and _cpu_is_default()
        else jax.default_device(devices.jax_device(device))
    )
    with inside, on:
        if program is not None:
            counters.hits += 1
            return program(None, (*arrays, *packed))
        plan = state.sightings.get((key, "plan")) or Plan(state, nums)
        state.sightings[(key, "plan")] = plan
        whole, by_numpy = _tier(state, key, plan, device)
        if whole:
            program = state.programs[key] = Program(plan.compile(dead), len(plan.entries))
            del state.sightings[(key, "plan")]
            return program(None, (*arrays, *packed))
        return plan.stepwise(arrays, *packed, by_numpy)


def _cpu_is_default() -> bool:
    return jax.default_backend() == "cpu"


def _tier(state, key, plan: Plan, device) -> tuple[bool, bool]:
    """Whether a program is compiled whole, else whether its operators may run in NumPy."""
    on_host = device is devices.cpu
    if _local.trace.eager:
        return False, False
    seen = state.sightings[key] = state.sightings.get(key, 0) + 1
    names, alone = plan.names(), len(plan.entries) == 1
    family = None if alone else plan.signature()
    if seen == 1:
        _shapes[names] = _shapes.get(names, 0) + 1
        if not alone:
            _families[family] = _families.get(family, 0) + 1
    if seen == 1 and on_host and len(plan.entries) <= FEW and plan.by_numpy_exactly(SOON):
        return False, True
    members, shapes = _families.get(family, 0), _shapes[names]
    if seen > 1 and seen >= 2 + max(members, shapes) // 8:
        return not alone, False
    if alone:
        return False, on_host and shapes > VARYING
    if seen == 1 and members <= VARYING:
        varies = shapes > VARYING and on_host and plan.by_numpy()
        return not varies, varies
    return False, on_host


@contextlib.contextmanager
def eager(enabled: bool = True):
    """Run each operator at once, inside this context, for debugging."""
    t = _local.trace
    before = t.eager
    run(t)
    t.eager = enabled
    try:
        yield
    finally:
        t.eager = before
