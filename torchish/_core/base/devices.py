"""Devices: parsing, comparison and the JAX device behind each.

https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.device
"""

from __future__ import annotations

import functools
import re

import jax

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


def accelerator_type() -> str:
    """The device type of JAX's default backend ("cuda" when there is no accelerator, as PyTorch
    reads `device(0)`)."""
    platform = jax.default_backend()
    for name, platforms in _PLATFORMS.items():
        if platform in platforms and name != "cpu":
            return name
    return "cuda"


def get_default() -> device:
    """The device of new tensors."""
    return _stack[-1] if _stack else _default[0]


def set_default(d) -> None:
    """`torch.set_default_device`; None restores the CPU."""
    _default[0] = cpu if d is None else placed(device(d))


@functools.cache
def jax_devices(type: str) -> tuple:
    """The JAX devices of a device type; empty when there are none."""
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


def placed(d: device) -> device:
    """`d` with its index filled in, as the device of a tensor; RuntimeError when the machine has
    none such."""
    if d.type in ("cpu", "meta"):
        return device(d.type)
    found = jax_devices(d.type)
    index = d.index or 0
    if not found:
        if d.type == "cuda":
            raise no_cuda()
        raise RuntimeError(f"No {d.type} device is available to JAX on this machine")
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
    for name, platforms in _PLATFORMS.items():
        if j.platform in platforms:
            return cpu if name == "cpu" else device(name, jax_devices(name).index(j))
    raise RuntimeError(f"JAX platform {j.platform!r} has no device type here")
