"""Devices: parsing, comparison and the JAX device behind each.

Note [Forms for a device]
An operator may have other forms on other devices, and chooses while it is traced. JAX traces
without a device, so the engine says which one it traces for (`tracing`), and the operator asks here
(`traced_for`), never JAX for its default backend: on a machine with a GPU a tensor on the CPU has
the CPU's forms. Where nothing was said, as inside a user's JAX transformation, it is the backend
that JAX itself would take.

https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.device
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import threading
from collections.abc import Iterator

import jax

from torchish._core.base import gpu_memory
from torchish._core.base.quiet import drop_remark, keep_quiet

gpu_memory.configure(os.environ)
keep_quiet()

# PyTorch's device types, of which most have no JAX platform, and JAX's tpu.
_TYPES = ("cpu", "cuda", "ipu", "xpu", "mkldnn", "opengl", "opencl", "ideep", "hip", "ve", "fpga",
          "maia", "xla", "lazy", "vulkan", "mps", "meta", "hpu", "mtia", "privateuseone",
          "tpu")  # fmt: skip
# The JAX platforms that answer for a device type.
_PLATFORMS = {
    "cpu": ("cpu",),
    "cuda": ("gpu", "cuda", "rocm"),
    "tpu": ("tpu",),
    "mps": ("METAL",),
    "xpu": ("xpu",),
}
# The device type that the CPU devices of JAX behind the first stand for in tests, which make some
# by XLA_FLAGS=--xla_force_host_platform_device_count: all but the compiler's last stage is then as
# on such a device.
STAND_IN = os.environ.get("TORCHISH_STAND_IN") or None


class device:
    """A device type and, for accelerators, an index: `device("cuda:1")`, `device("cuda", 1)`,
    `device(1)`."""

    __module__ = "torchish"

    __slots__ = ("index", "type")
    type: str
    index: int | None
    _made: dict[tuple, device] = {}

    def __new__(cls, type: str | device | int = "cpu", index: int | None = None):
        if isinstance(type, device):
            if index is None:
                return type
            type = type.type
        if isinstance(type, bool) or not isinstance(type, (str, int)):
            raise TypeError(
                f"device(): argument 'type' (position 1) must be str, not {type.__class__.__name__}"
            )
        if isinstance(type, int):
            type, index = accelerator_type(), type
        m = re.fullmatch(r"([a-z_]+)(?::(\d+))?", type)
        if not m:
            raise RuntimeError(f"Invalid device string: '{type}'")
        if m[1] not in _TYPES:
            raise RuntimeError(
                f"Expected one of {', '.join(_TYPES)} device type at start of device string: {m[1]}"
            )
        if m[2] is not None:
            if index is not None:
                raise RuntimeError(
                    "type (string) must not include an index because index was passed "
                    f"explicitly: {type}"
                )
            index = int(m[2])
        if index is not None and index < 0:
            raise RuntimeError(f"Device index must be non-negative, got {index}")
        key = (m[1], index)
        made = cls._made.get(key)
        if made is None:
            made = object.__new__(cls)
            made.type, made.index = key
            cls._made[key] = made
        return made

    def __repr__(self):
        return f"device(type={self.type!r}" + (
            f", index={self.index})" if self.index is not None else ")"
        )

    def __str__(self):
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other):
        return self is other

    def __hash__(self):
        return id(self)

    def __reduce__(self):
        return (device, (str(self),))

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __enter__(self):
        _stack.append(self)
        return self

    def __exit__(self, *exc):
        _stack.pop()


cpu = device("cpu")
meta = device("meta")
_stack: list[device] = []
_default: list[device] = [cpu]


def default_backend() -> str:
    """JAX's name of the backend that it computes on where nobody says otherwise."""
    return jax.default_backend()


def all_jax_devices() -> list:
    """Every device that JAX computes on where nobody says otherwise."""
    return jax.devices()


def _default_type() -> str:
    """The device type of that backend."""
    platform = default_backend()
    return next((name for name, known in _PLATFORMS.items() if platform in known), platform)


def accelerator_type() -> str:
    """The device type of JAX's default backend ("cuda" when there is no accelerator, as PyTorch
    reads `device(0)`)."""
    name = STAND_IN or _default_type()
    return "cuda" if name == "cpu" else name


class _Traced(threading.local):
    type: str | None = None
    asked = False  # whether a form was chosen by it
    open = False  # whether the sizes stand for others


_traced = _Traced()


def traced_for() -> str:
    """The type of the device that an operator is traced for (Note [Forms for a device])."""
    _traced.asked = True
    return _traced.type or _default_type()


@contextlib.contextmanager
def tracing(type: str | None) -> Iterator[_Traced]:
    """Inside, operators are traced for devices of this type; what is given tells by `asked` whether
    any of them has asked. What an operator raises is a program's mistake: JAX's remark about its
    own frames does not stand below it."""
    before = _traced.type, _traced.asked
    _traced.type, _traced.asked = type, False
    try:
        yield _traced
    except Exception as e:
        drop_remark(e)
        raise
    finally:
        _traced.type, _traced.asked = before


def sizes_are_open() -> bool:
    """Whether the sizes that an operator is traced with stand for others, for which the program
    must be the same but for numbers: it has no form whose loops depend on sizes."""
    return _traced.open


@contextlib.contextmanager
def open_sizes() -> Iterator[None]:
    """Inside, sizes stand for others."""
    before, _traced.open = _traced.open, True
    try:
        yield
    finally:
        _traced.open = before


def on_default_backend(d: device) -> bool:
    """Whether JAX computes on this device, a CPU, where nobody says otherwise."""
    return d is cpu and default_backend() == "cpu"


def get_default() -> device:
    """The device of new tensors."""
    return _stack[-1] if _stack else _default[0]


def set_default(d) -> None:
    """`torch.set_default_device`; None restores the CPU."""
    _default[0] = cpu if d is None else placed(device(d))


@functools.cache
def jax_devices(type: str) -> tuple:
    """The JAX devices of a device type; empty when there are none."""
    if type == STAND_IN:
        return tuple(jax.devices("cpu")[1:])
    for platform in _PLATFORMS.get(type, ()):
        try:
            return tuple(jax.devices(platform))
        except RuntimeError:
            continue  # JAX says "unknown backend" by raising: this platform is not here
    return ()


class NoCudaError(AssertionError, RuntimeError):
    """There is no GPU. PyTorch raises an AssertionError where it is built without CUDA, and a
    RuntimeError where it is built with it: programs catch either."""


def no_cuda() -> NoCudaError:
    """The error for whoever asks for a GPU on a machine without one."""
    return NoCudaError(
        "Torch not compiled with CUDA enabled: No CUDA GPUs are available, JAX found no GPU "
        "backend (pip install 'torchish[cuda]')"
    )


class _Current(threading.local):
    def __init__(self):
        self.index: dict[str, int] = {}


_current = _Current()


def current(type: str) -> int:
    """The index of this thread's present device of a type, which "cuda" without an index means."""
    return _current.index.get(type, 0)


def set_current(type: str, index: int) -> None:
    """Make a device this thread's present one of its type."""
    _current.index[type] = index


def placed(d: device) -> device:
    """`d` with its index filled in, as the device of a tensor; RuntimeError when the machine has
    none such."""
    if d.type in ("cpu", "meta"):
        return device(d.type)
    found = jax_devices(d.type)
    index = current(d.type) if d.index is None else d.index
    if not found:
        if d.type == "cuda":
            raise no_cuda()
        raise RuntimeError(f"No {d.type} device is available to JAX on this machine")
    gpu_memory.require_supported()
    if index >= len(found):
        raise RuntimeError(
            f"invalid device ordinal: {d.type}:{index}, this machine has {len(found)}"
        )
    return device(d.type, index)


@functools.cache
def jax_device(d: device):
    """The `jax.Device` behind a placed device."""
    return jax_devices(d.type)[d.index or 0]


def of_jax(j) -> device:
    """The device of a `jax.Device`."""
    if STAND_IN and j in jax_devices(STAND_IN):
        return device(STAND_IN, jax_devices(STAND_IN).index(j))
    for name, platforms in _PLATFORMS.items():
        if j.platform in platforms:
            return cpu if name == "cpu" else device(name, jax_devices(name).index(j))
    raise RuntimeError(f"JAX platform {j.platform!r} has no device type here")
