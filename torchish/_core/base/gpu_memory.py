"""How much of a GPU's memory XLA takes, set before it starts.

JAX takes three quarters of a GPU at once unless it is told not to; PyTorch's users share cards and
expect memory to be taken as it is needed. So it is told so here, unless the user has said something
(XLA_PYTHON_CLIENT_PREALLOCATE). PyTorch's own setting of its allocator, PYTORCH_CUDA_ALLOC_CONF or
PYTORCH_ALLOC_CONF, is translated where XLA has the same; what it has not is refused by name when
a GPU is first used.

https://docs.jax.dev/en/latest/gpu_memory_allocation.html
https://docs.pytorch.org/docs/stable/notes/cuda.html#optimizing-memory-usage-with-pytorch-alloc-conf
"""

from __future__ import annotations

from collections.abc import MutableMapping

__all__ = ["configure", "require_supported"]

_VARIABLES = ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF", "PYTORCH_ALLOC_CONF")
_TRUE, _FALSE = ("true", "1"), ("false", "0")
_refused: list[str] = []


def _translated(option: str, value: str) -> dict[str, str] | None:
    """The environment in which XLA does what an option asks for; None where it can not."""
    if option == "backend" and value == "native":
        return {}
    if option == "backend" and value == "cudaMallocAsync":
        return {"XLA_PYTHON_CLIENT_ALLOCATOR": "cuda_async"}
    if option == "expandable_segments" and value.lower() in (*_TRUE, *_FALSE):
        return {}  # XLA's pool grows as it needs to
    if option == "per_process_memory_fraction":
        return {"XLA_PYTHON_CLIENT_MEM_FRACTION": value}
    return None


def configure(environ: MutableMapping[str, str]) -> list[str]:
    """Say in the environment how XLA is to take memory; gives the options that it has not."""
    refused = []
    environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    for variable in _VARIABLES:
        for item in filter(None, environ.get(variable, "").split(",")):
            option, _, value = (part.strip() for part in item.partition(":"))
            found = _translated(option, value)
            if found is None:
                refused.append(f"{variable}={option}:{value}")
                continue
            for name, setting in found.items():
                environ.setdefault(name, setting)
    _refused[:] = refused
    return refused


def require_supported() -> None:
    """NotImplementedError where the environment asks for what XLA's allocator has not."""
    if _refused:
        raise NotImplementedError(
            f"{', '.join(_refused)}: XLA's allocator has no such option; take it out of the "
            "environment"
        )
