"""Grad modes: `no_grad`, `enable_grad`, `set_grad_enabled`, `inference_mode`, as contexts and
decorators.

https://docs.pytorch.org/docs/stable/torch.html#locally-disabling-gradient-computation
"""

from __future__ import annotations

import functools
import inspect
import threading
import warnings
from collections.abc import Callable
from typing import Any, Self, TypeVar, overload

from torchish._core.base.frames import user_level

F = TypeVar("F", bound=Callable)


class _Mode(threading.local):
    def __init__(self):
        self.grad = True
        self.inference = False
        self.forward = True  # whether operators give tangents, within a dual level
        self.anomaly = False
        self.check_nan = True
        # Inside a backward that is after the gradients of some inputs only.
        self.partial = False
        # Inside autocast: gives an operator's arguments, cast; see Note [Autocast].
        self.autocast = None
        # (pack, unpack) of each `saved_tensors_hooks` that is on, the innermost last; see saved.py.
        self.saved_hooks = []
        self.hooks_refused: list[str] = []  # the words of `disable_saved_tensors_hooks`
        # What is told of each operator (`forward`) and gradient (`backward`): flop counters.
        self.observers = []
        # The backward that runs (see walk.py), and the node whose gradient it computes.
        self.walk: Any = None
        self.node: Any = None
        self.depth = 0  # how many backwards run inside of each other
        self.multithreading = True  # asked for alone: a backward has one thread
        self.view_replay = False  # whether a view that was written to keeps its node's name


state = _Mode()


class Seen:
    """Whether an inference tensor was ever made: nobody asks for them before."""

    inference = False


class _Context:
    """A context manager that also decorates functions and generator functions."""

    def __call__(self, f: F) -> F:
        if inspect.isclass(f):
            warnings.warn(
                "Decorating classes is deprecated and will be disabled in future versions. You "
                "should only decorate functions or methods. To preserve the current behavior of "
                "class decoration, you can directly decorate the `__init__` method and nothing "
                "else.",
                FutureWarning,
                stacklevel=user_level(),
            )
        if inspect.isgeneratorfunction(f):

            @functools.wraps(f)
            def generator(*args, **kwargs):
                g = f(*args, **kwargs)
                send, sent = g.send, None
                while True:
                    try:
                        with self._clone():
                            item = send(sent)
                    except StopIteration as stop:
                        return stop.value
                    try:
                        sent = yield item
                        send = g.send
                    except GeneratorExit:
                        g.close()
                        raise
                    except BaseException as e:
                        send, sent = g.throw, e

            return generator

        @functools.wraps(f)
        def wrapped(*args, **kwargs):
            with self._clone():
                return f(*args, **kwargs)

        return wrapped

    def _clone(self):
        return type(self)()


class _Fixed(_Context):
    _grad = True

    @overload
    def __new__(cls, f: None = None) -> Self: ...
    @overload
    def __new__(cls, f: F) -> F: ...
    def __new__(cls, f: Any = None) -> Any:
        self = super().__new__(cls)
        self._before = []
        return self if f is None else self(f)

    def __init__(self, f: Any = None):
        """With a function: the decorated function."""

    def __enter__(self):
        self._before.append(state.grad)
        state.grad = self._grad

    def __exit__(self, *exc):
        state.grad = self._before.pop()


class no_grad(_Fixed):
    """Results computed inside do not require grad."""

    __module__ = "torchish.autograd"

    _grad = False


class enable_grad(_Fixed):
    """Turns recording for gradients on again, inside `no_grad`."""

    __module__ = "torchish.autograd"


class set_grad_enabled(_Context):
    """Turns recording for gradients on or off, at once; as a context, until its end."""

    __module__ = "torchish.autograd"

    def __init__(self, mode: bool):
        if not isinstance(mode, bool):
            raise TypeError(
                "set_grad_enabled(): argument 'enabled' (position 1) must be bool, not "
                f"{type(mode).__name__}"
            )
        self._before, self.mode = state.grad, mode
        state.grad = mode

    def __call__(self, f):
        state.grad = self._before
        return super().__call__(f)

    def __enter__(self):
        state.grad = self.mode

    def __exit__(self, *exc):
        state.grad = self._before

    def _clone(self):
        return set_grad_enabled(self.mode)


class inference_mode(_Context):
    """`no_grad` whose results can never take part in autograd."""

    __module__ = "torchish.autograd"

    @overload
    def __new__(cls, mode: bool = True) -> Self: ...
    @overload
    def __new__(cls, mode: F) -> F: ...
    def __new__(cls, mode: Any = True) -> Any:
        self = super().__new__(cls)
        if callable(mode):
            self.__init__(True)
            return self(mode)
        return self

    def __init__(self, mode: bool = True):
        self.mode = mode
        self._before = []

    def __enter__(self):
        Seen.inference = Seen.inference or self.mode
        self._before.append((state.grad, state.inference))
        state.grad, state.inference = not self.mode, self.mode

    def __exit__(self, *exc):
        state.grad, state.inference = self._before.pop()

    def _clone(self):
        return inference_mode(self.mode)


def is_grad_enabled() -> bool:
    """Whether operators are being recorded for gradients on this thread."""
    return state.grad


def is_inference_mode_enabled() -> bool:
    """Whether this thread is inside `inference_mode`."""
    return state.inference


class set_detect_anomaly(_Context):
    """Anomaly mode: a gradient that holds NaN raises, naming the forward operator that it came
    from."""

    __module__ = "torchish.autograd"

    def __init__(self, mode: bool, check_nan: bool = True):
        self._before, self._new = (state.anomaly, state.check_nan), (mode, check_nan)
        state.anomaly, state.check_nan = self._new

    def __enter__(self):
        state.anomaly, state.check_nan = self._new

    def __exit__(self, *exc):
        state.anomaly, state.check_nan = self._before

    def _clone(self):
        return set_detect_anomaly(*self._new)


class detect_anomaly(set_detect_anomaly):
    """`set_detect_anomaly(True)` for a `with` block."""

    __module__ = "torchish.autograd"

    def __init__(self, check_nan: bool = True):
        before = state.anomaly, state.check_nan
        super().__init__(True, check_nan)
        self._before = before
        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should "
            "only be enabled for debugging.",
            UserWarning,
            stacklevel=user_level(),
        )
        state.anomaly, state.check_nan = before

    def _clone(self):
        return detect_anomaly(self._new[1])


class _Flag(_Context):
    """Sets one of the flags above, at once; as a context, until its end."""

    _name = ""

    def __init__(self, mode: bool):
        self._before, self.mode = getattr(state, self._name), mode
        setattr(state, self._name, mode)

    def __enter__(self) -> None:
        setattr(state, self._name, self.mode)

    def __exit__(self, *exc) -> None:
        setattr(state, self._name, self._before)

    def _clone(self):
        return type(self)(self.mode)


class set_multithreading_enabled(_Flag):
    """Whether a backward may use threads: what is computed does not depend on it."""

    _name = "multithreading"


class _force_original_view_tracking(_Flag):
    """Whether a view of what was written to has its own node's name, not as_strided's."""

    _name = "view_replay"


def is_multithreading_enabled() -> bool:
    """What `set_multithreading_enabled` says."""
    return state.multithreading


def is_view_replay_enabled() -> bool:
    """Whether views keep their names."""
    return state.view_replay


def is_anomaly_enabled() -> bool:
    """Whether anomaly mode is on."""
    return state.anomaly
