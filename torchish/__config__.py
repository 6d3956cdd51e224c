"""`torch.__config__`: what this build consists of.
https://docs.pytorch.org/docs/stable/config_mod.html"""

from __future__ import annotations

import os
from importlib.metadata import version as _version

import jax

from torchish import settings
from torchish._core.base import devices
from torchish.version import own_version, torch_version

__all__ = ["parallel_info", "show"]


def show() -> str:
    """What the library is made of, as text."""
    return (
        "PyTorch built with:\n"
        f"  - torchish {own_version}, which follows PyTorch {torch_version}\n"
        f"  - JAX {_version('jax')}, jaxlib {_version('jaxlib')}, NumPy {_version('numpy')}\n"
        f"  - XLA backend: {devices.default_backend()}, {jax.device_count()} device(s)\n"
        "  - Build settings: USE_CUDA="
        f"{int(bool(devices.jax_devices('cuda')))}, USE_MKL=0, USE_MPI=0, USE_NCCL=0\n"
    )


def _cxx_flags() -> str:
    """The options of a C++ compiler, which has no part in this build."""
    return ""


def parallel_info() -> str:
    """How many threads compute, as text."""
    return (
        f"XLA/Parallel:\n\tget_num_threads() : {settings.get_num_threads()}\n"
        f"\tget_num_interop_threads() : {settings.get_num_interop_threads()}\n"
        f"os.cpu_count() : {os.cpu_count()}\n"
        f"XLA_FLAGS : {os.environ.get('XLA_FLAGS', '[not set]')}\n"
    )
