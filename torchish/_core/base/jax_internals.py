"""What torchish needs of JAX and jaxlib beyond their documented interface, in one place.

JAX moves these names and changes the forms of its traced programs (jaxprs) from one version to the
next. Each is looked up when this module is imported. What has a plain replacement falls back to it;
what has none raises an ImportError that says which version of JAX is installed and which are known
to work. No other module of the package imports such a name (tests/test_layers.py).
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import functools
import importlib
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxlib import version as jaxlib_version

VERSION = tuple(int(n) for n in jax.__version__.split(".")[:2])
JAXLIB = jaxlib_version.__version__
TESTED = ("0.10.2", "0.12.0")  # the oldest and the newest JAX that the tests have passed with


class UnknownForm(Exception):
    """This JAX writes a traced program in a form that torchish does not know."""


def _find(*places: str) -> Any:
    """The first of these dotted names that this JAX has; None where it has none of them."""
    for place in places:
        module, _, name = place.rpartition(".")
        try:
            return getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            continue
    return None


def _need(*places: str) -> Any:
    found = _find(*places)
    if found is None:
        raise ImportError(
            f"torchish needs {' or '.join(places)}, which jax {jax.__version__} with jaxlib "
            f"{jaxlib_version.__version__} does not have; it is tested with jax {TESTED[0]} to "
            f"{TESTED[1]}. Install one of these."
        )
    return found


# What `jax.extend.core` shows is looked for first where it lies: `jax.extend` as a whole imports
# Pallas, which takes longer than what is needed of it.
Tracer: Any = _need("jax.core.Tracer", "jax._src.core.Tracer", "jax.extend.core.Tracer")
Literal: Any = _need("jax._src.core.Literal", "jax.extend.core.Literal", "jax.core.Literal")
eval_jaxpr: Any = _need("jax.core.eval_jaxpr", "jax.extend.core.eval_jaxpr")
_trace_state: Any = _need(
    "jax._src.core.get_opaque_trace_state", "jax.extend.core.get_opaque_trace_state"
)
_ShapedArray: Any = _find("jax.core.ShapedArray", "jax._src.core.ShapedArray")
_batched_device_put: Any = _find(
    "jaxlib.xla_client.batched_device_put", "jaxlib._jax.batched_device_put"
)

_TOP_LEVEL = _trace_state()


def outside_jax() -> bool:
    """Whether no JAX transformation is at work."""
    try:
        return _trace_state() == _TOP_LEVEL
    except AssertionError:  # a signal handler in the middle of JAX, which has no trace just then
        return False


# --- calling a compiled program


class Entry(NamedTuple):
    """A compiled program below JAX's Python code. `call` of a list of arrays on one device gives
    an object whose `consume_with_handlers(made)`, once, is the list of the results."""

    call: Callable
    made: Sequence[Any]


def entry(compiled: Any) -> Entry | None:
    """The entry of what `jax.jit(f).lower(...).compile()` gave; None where this JAX has none, or
    where a call is more than that (some arguments unused, effects on the host)."""
    execute = getattr(getattr(compiled, "_executable", None), "unsafe_call", None)
    made = getattr(getattr(execute, "out_handler", None), "handlers", None)
    call = getattr(getattr(execute, "xla_executable", None), "execute_sharded", None)
    if made is None or call is None:
        return None
    plain = not (
        execute.ordered_effects
        or execute.has_unordered_effects
        or execute.has_host_callbacks
        or execute.mut
        or any(type(h).__module__.split(".")[0] != "jaxlib" for h in made)
    )
    return Entry(call, made) if plain else None


_least_seconds: Any = _find("jax._src.config.persistent_cache_min_compile_time_secs")


def not_stored() -> contextlib.AbstractContextManager:
    """While it lasts, what this thread compiles is not written into JAX's persistent cache: jaxlib
    can not write programs with some native calls."""
    return contextlib.nullcontext() if _least_seconds is None else _least_seconds(math.inf)


_IN_CALLBACK = "Exception raised in callback: "


@contextlib.contextmanager
def own_exceptions() -> Iterator[None]:
    """Raise again what was raised in a Python function that MLIR called.

    JAX walks programs with such functions before it compiles them, and an interrupt or what a
    signal handler raises can come there. MLIR makes a RuntimeError of it, which has only the text
    of the traceback: the class is found by its name."""
    try:
        yield
    except RuntimeError as error:
        text = str(error)
        if not text.startswith(_IN_CALLBACK):
            raise
        lines = text.splitlines()[1:]
        end = next((i for i, line in enumerate(lines) if line[:1].strip()), len(lines))
        name, _, words = "\n".join(lines[end:]).partition(": ")
        kinds = [k for k in _kinds(BaseException) if k.__name__ == name]
        if not kinds:
            raise
        kind = max(kinds, key=lambda k: k.__module__ == "__main__")  # the program's own first
        raise kind.__new__(kind, *filter(None, [words])) from None


def _kinds(of: type) -> Iterator[type]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)


# --- cuDNN

_cuda_versions: Any = _find("jax._src.lib.cuda_versions")


def has_cudnn(gpus: Sequence[Any]) -> bool:
    """Whether JAX can call cuDNN's attention on these devices."""
    if _cuda_versions is None or not gpus:
        return False
    known = str(getattr(gpus[0], "compute_capability", "0.0"))
    return tuple(map(int, known.split("."))) >= (8, 0)


# --- primitives

_Primitive: Any = _need("jax._src.core.Primitive", "jax.extend.core.Primitive")
_define_bilinear: Any = _need("jax.interpreters.ad.defbilinear")
_batchers: Any = _need("jax.interpreters.batching.primitive_batchers")
_register_lowering: Any = _need("jax.interpreters.mlir.register_lowering")
_lower_fun: Any = _need("jax.interpreters.mlir.lower_fun")


def primitive(name: str, form: Callable, shape: Callable, batched: Callable) -> Any:
    """A primitive of two arrays and options, computed by `form`, whose result has the first
    array's dtype and the `shape` of the two and the options; `batched` is it under vmap."""
    made = _Primitive(name)
    made.def_abstract_eval(lambda a, b, **options: a.update(shape=shape(a, b, **options)))
    made.def_impl(lambda *args, **options: jax.jit(functools.partial(form, **options))(*args))
    _register_lowering(made, _lower_fun(form, multiple_results=False))
    _batchers[made] = lambda args, dims, **options: (
        jax.vmap(functools.partial(batched, **options), dims)(*args),
        0,
    )
    return made


def define_bilinear(primitive: Any, by_first: Callable, by_second: Callable) -> None:
    """A primitive is linear in each of its arrays: the rules take the cotangent, the two arrays
    (of the unknown one only `shape_of` can be told) and the options."""
    _define_bilinear(primitive, by_first, by_second)


def shape_of(a: Any) -> tuple[int, ...]:
    """The shape of an array, or of what stands for one in a rule of `define_bilinear`."""
    return tuple(getattr(a, "aval", a).shape)


# --- moving an array to a device


@functools.lru_cache(4096)
def _shaped(shape: tuple[int, ...], dtype: np.dtype) -> Any:
    return _ShapedArray(shape, dtype)


@functools.cache
def _target(device: Any) -> tuple | None:
    """What jaxlib's own transfer wants of a device; None where this jaxlib has it in another
    form."""
    if _batched_device_put is None or _ShapedArray is None:
        return None
    target = jax.sharding.SingleDeviceSharding(device), [device]
    trial = np.zeros((), np.float32)
    try:
        _batched_device_put(_shaped((), trial.dtype), target[0], [trial], target[1])
    except TypeError:
        return None
    return target


def put(a: np.ndarray, device: Any) -> jax.Array:
    """`jax.device_put`, by the call under it, which takes a tenth of the time."""
    target = _target(device)
    if target is None:
        return jax.device_put(a, device)
    return _batched_device_put(_shaped(a.shape, a.dtype), target[0], [a], target[1])


# --- forks

_xla_bridge: Any = _find("jax._src.xla_bridge")
_compiler: Any = _find("jax._src.compiler")
_pxla: Any = _find("jax._src.interpreters.pxla")
_clean_up: Any = _find("jax._src.api.clean_up")


def started() -> bool:
    """Whether JAX has a backend, and so threads. True where this JAX does not tell."""
    backends = getattr(_xla_bridge, "_backends", None)
    return backends is None or bool(backends)


def wait_for_all() -> None:
    """Wait until whatever was computed or copied has its contents."""
    if not started():
        return
    for a in jax.live_arrays():
        with contextlib.suppress(Exception):  # what failed says so to whoever looks at it
            a.block_until_ready()


def no_warning_of_forks() -> None:
    """Leave out JAX's warning that a forked process will likely hang: it is seen to."""
    if hasattr(_xla_bridge, "_at_fork_handler_installed"):
        _xla_bridge._at_fork_handler_installed = True


def forbid(error: Callable[[], Exception]) -> None:
    """From now on whatever would run or copy something through XLA raises. Arrays on the CPU can be
    read, and functions traced."""

    def refuse(*args, **kwargs):
        raise error()

    # Compiled programs are called without Python code while they are remembered: under another
    # setting that is part of their key they are not, and need not be freed.
    version = getattr(jax.config, "jax_xla_profile_version", None)
    if version is None:
        jax.clear_caches()
    else:
        jax.config.update("jax_xla_profile_version", version + 1)
    for module, names in (
        (_compiler, ("backend_compile_and_load", "backend_compile", "compile_or_get_cached")),
        (_pxla, ("batched_device_put",)),
        (getattr(_pxla, "xc", None), ("batched_device_put",)),
    ):
        for name in names:
            if hasattr(module, name):
                setattr(module, name, refuse)
    global _batched_device_put
    _batched_device_put = refuse
    # When a client ends it waits for its threads, which are not there: it is kept for ever.
    if _clean_up is not None:
        atexit.unregister(_clean_up)
    for client in getattr(_xla_bridge, "_backends", {}).values():
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(client))


# --- forgetting compiled programs

_CAN_FORGET = hasattr(jax.jit(lambda: None), "clear_cache")


def forget(function: Any) -> None:
    """Drop what a jitted function was compiled to; everybody's, where JAX can not tell them
    apart."""
    if _CAN_FORGET:
        function.clear_cache()
    else:
        jax.clear_caches()


# --- traced programs

# Primitives that stand for a program inside, and which of their parameters holds it.
_INLINED = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "core_call": "call_jaxpr",
    "eval_jaxpr": "call_jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
    "custom_vjp_call_jaxpr": "fun_jaxpr",
    "remat2": "jaxpr",
    "checkpoint": "jaxpr",
    "custom_lin": "jaxpr",
}


_without_dead_code: Any = _need("jax.interpreters.partial_eval.dce_jaxpr")


def used_inputs(traced: Any) -> list[list[bool]]:
    """For each result of a traced function, which inputs it depends on."""
    jaxpr, _ = program_of(traced)
    n = len(jaxpr.outvars)
    return [list(_without_dead_code(jaxpr, [i == k for i in range(n)])[1]) for k in range(n)]


def program_of(traced: Any) -> tuple[Any, Sequence]:
    """(jaxpr, the values of its constants) of what JAX gives for a traced function.

    JAX has two classes for it up to 0.10, and one, which holds its own constants, later.
    """
    return getattr(traced, "jaxpr", traced), getattr(traced, "consts", ())


def inlined(eqn: Any) -> Any | None:
    """The program that an equation only stands for, as a call of a jitted function does."""
    parameter = _INLINED.get(eqn.primitive.name)
    return None if parameter is None else eqn.params.get(parameter)


def has_own_pullback(jaxpr: Any) -> bool:
    """Whether a program, or one inside of it, is differentiated by a `jax.custom_vjp`."""
    for eqn in jaxpr.eqns:
        if eqn.primitive.name.startswith("custom_vjp_call"):
            return True
        for value in eqn.params.values():
            for x in value if isinstance(value, (tuple, list)) else (value,):
                inner = getattr(x, "jaxpr", x)
                if hasattr(inner, "eqns") and has_own_pullback(inner):
                    return True
    return False


class Scan(NamedTuple):
    """A loop over the rows of arrays."""

    body: Any  # from (constants, carry, rows) to (carry, rows of the results)
    length: int
    reverse: bool
    constants: int  # how many of the inputs
    carry: int


def scan_of(params: dict[str, Any], inputs: int) -> Scan:
    """The parameters of `scan` with this many inputs: counts up to JAX 0.10, trees later. Raises
    UnknownForm."""
    rest = dict(params)
    try:
        body, length, reverse = (rest.pop(k) for k in ("jaxpr", "length", "reverse"))
        if "num_carry" in rest:
            constants, carry = rest.pop("num_consts"), rest.pop("num_carry")
        else:
            parts = rest.pop("ft_in").update(list(range(inputs))).unpack()
            constants, carry = (len(list(part)) for part in parts[:2])
            rest.pop("ft_out")
    except (KeyError, AttributeError, TypeError, ValueError) as e:
        raise UnknownForm(f"scan with parameters {sorted(params)}") from e
    # How far it is unrolled, and what earlier versions noted for derivatives, changes no result.
    if set(rest) - {"unroll", "linear", "_split_transpose"}:
        raise UnknownForm(f"scan with parameters {sorted(params)}")
    return Scan(body, length, bool(reverse), constants, carry)


class _Same:
    """An object that equals itself only, kept alive so that no other takes its place in memory."""

    __slots__ = ("held",)

    def __init__(self, held: Any):
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.held is other.held

    def __hash__(self) -> int:
        return id(self.held)


def _with_constants(traced: Any) -> tuple:
    jaxpr, constants = program_of(traced)
    return structure(jaxpr), tuple(map(_Same, constants))


def _frozen(v: Any) -> Any:
    """A parameter of an equation as a key."""
    if hasattr(v, "eqns") or hasattr(v, "jaxpr"):
        return _with_constants(v)
    if isinstance(v, (tuple, list)):
        return type(v), tuple(map(_frozen, v))
    try:
        hash(v)
    except TypeError:
        return _Same(v)
    return type(v), v


def structure(jaxpr: Any) -> tuple:
    """A key that jaxprs share when they compute the same of their constants and inputs, whatever
    names their variables have. Derivative rules, which change no result, are left out."""
    numbers: dict[Any, int] = {}

    def number(v: Any) -> int:
        return numbers.setdefault(v, len(numbers))

    def atom(v: Any) -> Any:
        if not isinstance(v, Literal):
            return number(v)
        value = np.asarray(v.val, v.aval.dtype)
        return str(v.aval), value.tobytes()

    def equation(eqn: Any) -> tuple:
        inner = inlined(eqn)
        params = (
            _with_constants(inner)
            if inner is not None
            else tuple((k, _frozen(v)) for k, v in sorted(eqn.params.items()))
        )
        ins = tuple(map(atom, eqn.invars))
        return eqn.primitive.name, params, ins, tuple(map(number, eqn.outvars))

    inputs = tuple((number(v), str(v.aval)) for v in (*jaxpr.constvars, *jaxpr.invars))
    body = tuple(map(equation, jaxpr.eqns))
    return inputs, body, tuple(map(atom, jaxpr.outvars))


# --- several processes

_runtime: Any = _find("jaxlib._jax.get_distributed_runtime_client")
_gloo: Any = _find("jaxlib._jax.make_gloo_tcp_collectives")
_cpu_client: Any = _find("jaxlib.xla_client.make_cpu_client")
# The module whose `get_distributed_runtime_service` keeps a store for other processes.
RUNTIME = "jaxlib._jax"
_NO_END = 10**7  # seconds: a process that is gone is noticed by those who wait for it


def store_client(address: str, timeout: int) -> Any:
    """A connection to the key-value store at `host:port`, which must be listening: jaxlib ends the
    process when nobody answers for `timeout` seconds.

    Every process is the store's one task, started again, so that none waits for another.
    """
    if _runtime is None:
        raise NotImplementedError(f"torch.distributed on jax {jax.__version__}")
    client = _runtime(
        address,
        0,
        init_timeout=timeout,
        heartbeat_timeout=_NO_END,
        shutdown_on_destruction=False,
        use_compression=False,
    )
    client.connect()
    return client


def joined_devices(store: Any, rank: int, world: int, interface: str | None) -> list[Any]:
    """One CPU device of each of `world` processes, by rank, which exchange by gloo. Every process
    calls this, with a store that has not been used for it before.

    They belong to an XLA client of their own, so it does not matter whether this process has
    computed before, nor how often it joins others.
    """
    if _gloo is None or _cpu_client is None:
        raise NotImplementedError(f"torch.distributed on jax {jax.__version__}")
    client = _cpu_client(
        asynchronous=True,
        distributed_client=store,
        node_id=rank,
        num_nodes=world,
        collectives=_gloo(distributed_client=store, interface=interface),
        num_devices=1,
    )
    return sorted(client.devices(), key=lambda d: d.process_index)
