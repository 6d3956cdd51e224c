"""`torch.utils.cpp_extension`: operators in C++ and CUDA can not be built, for they are written
against PyTorch's library. Each name says so; an operator of one's own is a JAX function
(`torchish.interop.jax.operator`, Pallas kernels included).

https://docs.pytorch.org/docs/stable/cpp_extension.html
"""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = [
    "CUDA_HOME",
    "ROCM_HOME",
    "BuildExtension",
    "CUDAExtension",
    "CppExtension",
    "include_paths",
    "is_ninja_available",
    "load",
    "load_inline",
]
CUDA_HOME = ROCM_HOME = None


def _refuse(name: str) -> NoReturn:
    raise NotImplementedError(
        f"torch.utils.cpp_extension.{name}: extensions are built against PyTorch's C++ library; "
        "make an operator out of a JAX function instead (torchish.interop.jax.operator)"
    )


class BuildExtension:
    """setuptools' command that builds extensions: NotImplementedError when it is made."""

    def __init__(self, *args: Any, **kwargs: Any):
        _refuse("BuildExtension")

    @classmethod
    def with_options(cls, **options: Any) -> NoReturn:
        _refuse("BuildExtension.with_options")


def CppExtension(name: str, sources: Any, *args: Any, **kwargs: Any) -> NoReturn:
    """NotImplementedError."""
    _refuse("CppExtension")


def CUDAExtension(name: str, sources: Any, *args: Any, **kwargs: Any) -> NoReturn:
    """NotImplementedError."""
    _refuse("CUDAExtension")


def load(name: str, sources: Any, *args: Any, **kwargs: Any) -> NoReturn:
    """NotImplementedError."""
    _refuse("load")


def load_inline(name: str, cpp_sources: Any, *args: Any, **kwargs: Any) -> NoReturn:
    """NotImplementedError."""
    _refuse("load_inline")


def include_paths(device_type: str = "cpu", *args: Any) -> NoReturn:
    """NotImplementedError: there are no headers."""
    _refuse("include_paths")


def is_ninja_available() -> bool:
    """False: nothing is built."""
    return False
