"""Autocast: inside, operators get their inputs in the dtype that suits them.

Note [Autocast]
`dispatch.apply` asks `modes.autocast`, when it is set, for the arguments to go on with. In-place
operators and `out=` are not cast, as in PyTorch. A leaf that requires grad, in practice a weight,
is cast once in a region: its cast is kept until the outermost region ends.

https://docs.pytorch.org/docs/stable/amp.html
"""

from __future__ import annotations

import copy
import functools
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.ops.table import Op
from torchish._core.tensor.api.methods import _cast as cast_to
from torchish._core.tensor.public import enter
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor
from torchish.amp._policies import Policy, policy_of

__all__ = ["autocast", "custom_bwd", "custom_fwd", "is_autocast_available"]

# The device types that autocast knows, with the dtype that they begin with.
_DTYPES = {
    "cpu": dt.bfloat16,
    "cuda": dt.float16,
    "mps": dt.float16,
    "xpu": dt.float16,
    "tpu": dt.bfloat16,
}
_SUPPORTED = {
    "cpu": (dt.bfloat16, dt.float16),
    "cuda": (dt.bfloat16, dt.float16),
    "mps": (dt.bfloat16, dt.float16),
    "xpu": (dt.bfloat16, dt.float16),
    "tpu": (dt.bfloat16, dt.float16),
}
_SPELLINGS = {"xla": "tpu"}


class _State(threading.local):
    def __init__(self):
        self.enabled: dict[str, bool] = dict.fromkeys(_DTYPES, False)
        self.dtypes = dict(_DTYPES)
        self.cache_enabled = True
        self.nesting = 0
        self.cache: dict[tuple, tuple[Tensor, Tensor]] = {}


_state = _State()


def _known(device_type: str) -> str:
    """A device type as it is called here; RuntimeError for one without autocast."""
    name = _SPELLINGS.get(device_type, device_type)
    if name not in _DTYPES:
        devices.device(name)  # raises for what is no device type at all
        raise RuntimeError(f"unsupported autocast device_type '{device_type}'")
    return name


def _str_or_raise(function: str, device_type) -> str:
    if not isinstance(device_type, str):
        raise TypeError(
            f"{function}(): argument 'device_type' (position 1) must be str, "
            f"not {type(device_type).__name__}"
        )
    return device_type


# --- casting ------------------------------------------------------------------------------------


def _eligible(t: Tensor, device_type: str) -> bool:
    """Whether autocast of a device type touches a tensor: it is floating point, and not double."""
    a = t._aval
    return (
        a.torch_dtype.category == dt.FLOAT
        and a.torch_dtype is not dt.float64
        and a.device.type == device_type
    )


def _cast(t: Tensor, dtype: dt.dtype, lower: bool) -> Tensor:
    if t._aval.torch_dtype is dtype:
        return t
    keeps = (
        lower
        and _state.cache_enabled
        and t._requires_grad
        and t._node is None
        and t._base is None
        and t._aval.torch_dtype is dt.float32
    )
    if not keeps:
        return cast_to(t, dtype)
    key = (id(t), dtype, modes.grad)
    kept = _state.cache.get(key)
    if kept is None:
        kept = _state.cache[key] = (t, cast_to(t, dtype))
    return kept[1]


def _tensors(args: Sequence):
    for a in args:
        if isinstance(a, Tensor):
            yield a
        elif a.__class__ in (list, tuple):
            for x in a:
                if isinstance(x, Tensor):
                    yield x


def _cast_arguments(op: Op, args: Sequence) -> Sequence:
    """An operator's arguments, cast as its policy says."""
    first = next(_tensors(args), None)
    if first is None:
        return args
    device_type = first._aval.device.type
    if not _state.enabled.get(device_type):
        return args
    policy = policy_of(op, device_type, args)
    if policy is None:
        return args
    if policy is Policy.REFUSED:
        raise RuntimeError(
            "torch.nn.functional.binary_cross_entropy and torch.nn.BCELoss are unsafe to autocast."
            "\nMany models use a sigmoid layer right before the binary cross entropy layer.\n"
            "In this case, combine the two layers using "
            "torch.nn.functional.binary_cross_entropy_with_logits\n"
            "or torch.nn.BCEWithLogitsLoss.  binary_cross_entropy_with_logits and BCEWithLogits "
            "are\nsafe to autocast."
        )
    lower = policy is Policy.LOWER
    dtype = _state.dtypes[device_type] if lower else dt.float32
    if policy is Policy.FLOAT32_UNLESS_DTYPE:
        for p, a in zip(op.params, args, strict=True):
            if p.name == "dtype" and a is not None:
                return args
    elif policy is Policy.WIDEST:
        found = {t._aval.torch_dtype for t in _tensors(args) if _eligible(t, device_type)}
        if len(found) < 2:
            return args
        dtype = dt.float32 if dt.float32 in found else _state.dtypes[device_type]

    def one(a):
        if isinstance(a, Tensor):
            return _cast(a, dtype, lower) if _eligible(a, device_type) else a
        if a.__class__ in (list, tuple):
            return [one(x) for x in a]
        return a

    # Number sequences, such as sizes, stay the objects that they are.
    return [
        one(a)
        if isinstance(a, Tensor)
        or (a.__class__ in (list, tuple) and any(isinstance(x, Tensor) for x in a))
        else a
        for a in args
    ]


def _update() -> None:
    """Tell dispatch whether there is anything to ask about."""
    modes.autocast = _cast_arguments if any(_state.enabled.values()) else None


# --- state --------------------------------------------------------------------------------------


def is_autocast_enabled(device_type: str = "cuda") -> bool:
    """Whether autocast is on for a device type, on this thread."""
    return _state.enabled[_known(_str_or_raise("is_autocast_enabled", device_type))]


def set_autocast_enabled(*args, **kwargs) -> None:
    """Turn autocast on or off: `set_autocast_enabled(device_type, enabled)`; "cuda" by itself."""
    given = dict(zip(("device_type", "enabled") if len(args) > 1 else ("enabled",), args))
    given.update(kwargs)
    enabled = given.pop("enabled", None)
    if not isinstance(enabled, bool):
        raise TypeError(f"enabled must be a bool (got {type(enabled).__name__})")
    device_type = _str_or_raise("set_autocast_enabled", given.pop("device_type", "cuda"))
    if given:
        raise TypeError(
            f"set_autocast_enabled() got an unexpected keyword argument '{next(iter(given))}'"
        )
    _state.enabled[_known(device_type)] = enabled
    _update()


def get_autocast_dtype(device_type: str) -> dt.dtype:
    """The lower precision of a device type."""
    return _state.dtypes[_known(_str_or_raise("get_autocast_dtype", device_type))]


def set_autocast_dtype(device_type: str, dtype: dt.dtype) -> None:
    """Set the lower precision of a device type."""
    name = _known(_str_or_raise("set_autocast_dtype", device_type))
    if not isinstance(dtype, dt.dtype):
        raise TypeError(
            "set_autocast_dtype(): argument 'dtype' (position 2) must be torch.dtype, "
            f"not {type(dtype).__name__}"
        )
    _state.dtypes[name] = dtype


def is_autocast_cache_enabled() -> bool:
    """Whether casts of weights are kept until the outermost region ends."""
    return _state.cache_enabled


def set_autocast_cache_enabled(enabled: bool) -> None:
    """Keep casts of weights, or cast them at each use."""
    if not isinstance(enabled, bool):
        raise TypeError(f"enabled must be a bool (got {type(enabled).__name__})")
    _state.cache_enabled = enabled


def clear_autocast_cache() -> None:
    """Forget the casts that were kept."""
    _state.cache.clear()


def autocast_increment_nesting() -> int:
    """Enter a region; how many there are now."""
    _state.nesting += 1
    return _state.nesting


def autocast_decrement_nesting() -> int:
    """Leave a region; how many there are now."""
    _state.nesting -= 1
    return _state.nesting


def _deprecated(name: str, instead: str, f: Callable) -> Callable:
    def call(*args):
        warnings.warn(
            f"torch.{name} is deprecated. Please use torch.{instead} instead.",
            DeprecationWarning,
            stacklevel=2,
        )
        return f(*args)

    call.__name__ = call.__qualname__ = name.partition("(")[0]
    call.__doc__ = f"Deprecated: `torch.{instead}`."
    return call


def _older(kind: str, device: str) -> list[Callable]:
    """The four functions of one device type, by the names they had before they took it."""
    functions = [
        (f"get_autocast_{kind}_dtype()", f"get_autocast_dtype('{device}')",
         lambda: get_autocast_dtype(device)),
        (f"set_autocast_{kind}_dtype(dtype)", f"set_autocast_dtype('{device}', dtype)",
         lambda dtype: set_autocast_dtype(device, dtype)),
    ]  # fmt: skip
    if kind != "gpu":
        functions += [
            (f"is_autocast_{kind}_enabled()", f"is_autocast_enabled('{device}')",
             lambda: is_autocast_enabled(device)),
            (f"set_autocast_{kind}_enabled(enabled)", f"set_autocast_enabled('{device}', enabled)",
             lambda enabled: set_autocast_enabled(device, enabled)),
        ]  # fmt: skip
    made = [_deprecated(*f) for f in functions]
    return made


# What `torch` itself publishes.
for _f in (
    is_autocast_enabled,
    set_autocast_enabled,
    get_autocast_dtype,
    set_autocast_dtype,
    is_autocast_cache_enabled,
    set_autocast_cache_enabled,
    clear_autocast_cache,
    autocast_increment_nesting,
    autocast_decrement_nesting,
    *_older("cpu", "cpu"),
    *_older("gpu", "cuda"),
    *_older("xla", "xla"),
):
    enter(_f.__name__, _f, takes="other")


def is_autocast_available(device_type: str) -> bool:
    """Whether there is an autocast for a device type.

    >>> torch.amp.is_autocast_available("cpu")
    True
    """
    if _SPELLINGS.get(device_type, device_type) in _DTYPES:
        return True
    devices.device(device_type)
    return False


# --- the context --------------------------------------------------------------------------------


class autocast:
    """Run the operators inside in lower precision where that is safe; a context and a decorator.

    device_type    "cpu", "cuda", ...: the tensors that are meant
    dtype          the lower precision; bfloat16 on the CPU, float16 on a GPU, unless set otherwise
    cache_enabled  keep casts of weights until the outermost region ends
    https://docs.pytorch.org/docs/stable/amp.html#torch.autocast

    >>> with torch.autocast("cpu", dtype=torch.bfloat16):
    ...     print((torch.ones(2, 2) @ torch.ones(2, 2)).dtype)
    torch.bfloat16
    """

    def __init__(
        self,
        device_type: str,
        dtype: dt.dtype | None = None,
        enabled: bool = True,
        cache_enabled: bool | None = None,
    ):
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        self.device = device_type
        name = _known(device_type)
        self.fast_dtype = get_autocast_dtype(device_type) if dtype is None else dtype
        if not isinstance(self.fast_dtype, dt.dtype):
            raise TypeError(f"autocast: dtype must be torch.dtype, not {type(dtype).__name__}")
        if enabled and name == "cuda" and not devices.jax_devices("cuda"):
            warnings.warn(
                "CUDA is not available or torch_xla is imported. Disabling autocast.",
                stacklevel=2,
            )
            enabled = False
        if enabled and self.fast_dtype not in _SUPPORTED[name]:
            shown = {"cpu": "CPU", "cuda": "CUDA", "mps": "MPS", "xpu": "XPU", "tpu": "XLA"}[name]
            warnings.warn(
                f"In {shown} autocast, but the target dtype is not supported. Disabling autocast."
                f"\n{shown} Autocast only supports dtypes of torch.bfloat16, torch.float16 "
                "currently.",
                stacklevel=2,
            )
            enabled = False
        self._enabled = bool(enabled)
        self._cache_enabled = (
            is_autocast_cache_enabled() if cache_enabled is None else cache_enabled
        )
        self._before: list[tuple] = []

    def __enter__(self) -> autocast:
        name = _known(self.device)
        self._before.append((_state.enabled[name], _state.dtypes[name], _state.cache_enabled))
        _state.enabled[name], _state.dtypes[name] = self._enabled, self.fast_dtype
        _state.cache_enabled = self._cache_enabled
        autocast_increment_nesting()
        _update()
        return self

    def __exit__(self, *exc) -> bool:
        if autocast_decrement_nesting() == 0:
            clear_autocast_cache()
        name = _known(self.device)
        _state.enabled[name], _state.dtypes[name], _state.cache_enabled = self._before.pop()
        _update()
        return False

    def __call__(self, func: Callable) -> Callable:
        if not callable(func):
            return self

        @functools.wraps(func)
        def decorated(*args, **kwargs):
            with self._again():
                return func(*args, **kwargs)

        return decorated

    def _again(self) -> autocast:
        """The same context for another thread or a nested call."""
        other = copy.copy(self)
        other._before = []
        return other


def _enter_autocast(*args) -> autocast:
    """Enter a region that `_exit_autocast` leaves."""
    mode = autocast(*args)
    mode.__enter__()
    return mode


def _exit_autocast(mode: autocast) -> None:
    mode.__exit__(None, None, None)


# --- autograd.Function --------------------------------------------------------------------------


def _converted(value: Any, device_type: str, dtype: dt.dtype) -> Any:
    """Eligible tensors in (nested) arguments, as another dtype."""
    if isinstance(value, Tensor):
        if not _eligible(value, device_type) or value.dtype is dtype:
            return value
        return cast_to(value, dtype)
    if isinstance(value, (str, bytes, np.ndarray)):
        return value
    if isinstance(value, dict):
        return {
            _converted(k, device_type, dtype): _converted(v, device_type, dtype)
            for k, v in value.items()
        }
    if isinstance(value, (list, tuple)):
        return type(value)([_converted(v, device_type, dtype) for v in value])
    return value


def _device_type_or_raise(device_type) -> None:
    if not isinstance(device_type, str):
        raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")


def custom_fwd(
    fwd: Callable[..., Any] | None = None, *, device_type: str, cast_inputs: dt.dtype | None = None
) -> Callable[..., Any]:
    """Decorates the `forward` of an `autograd.Function`.

    With `cast_inputs`, inside autocast its floating-point inputs are cast to that dtype and it runs
    with autocast off. https://docs.pytorch.org/docs/stable/amp.html#torch.amp.custom_fwd
    """
    _device_type_or_raise(device_type)
    if fwd is None:
        return functools.partial(custom_fwd, device_type=device_type, cast_inputs=cast_inputs)

    @functools.wraps(fwd)
    def decorate_fwd(*args, **kwargs):
        ctx = args[0]
        ctx._dtype = get_autocast_dtype(device_type)
        enabled = is_autocast_enabled(device_type)
        if cast_inputs is None or not enabled:
            ctx._fwd_used_autocast = enabled
            return fwd(*args, **kwargs)
        ctx._fwd_used_autocast = False
        with autocast(device_type=device_type, enabled=False):
            where = _known(device_type)
            return fwd(
                *_converted(args, where, cast_inputs), **_converted(kwargs, where, cast_inputs)
            )

    return decorate_fwd


def custom_bwd(bwd: Callable[..., Any] | None = None, *, device_type: str) -> Callable[..., Any]:
    """Decorates the `backward` of an `autograd.Function`: it runs under the autocast that its
    forward ran under. https://docs.pytorch.org/docs/stable/amp.html#torch.amp.custom_bwd
    """
    _device_type_or_raise(device_type)
    if bwd is None:
        return functools.partial(custom_bwd, device_type=device_type)

    @functools.wraps(bwd)
    def decorate_bwd(*args, **kwargs):
        ctx = args[0]
        with autocast(device_type=device_type, enabled=ctx._fwd_used_autocast, dtype=ctx._dtype):
            return bwd(*args, **kwargs)

    return decorate_bwd
