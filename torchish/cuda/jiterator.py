"""`torch.cuda.jiterator`: element-wise operators written in CUDA C++, which are refused when
called. https://docs.pytorch.org/docs/stable/cuda.html"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

__all__: list[str] = []

_TEMPLATE = re.compile(r"\s*template\s*<\s*typename\s+\w+\s*>\s*\w+\s+(?P<name>\w+)\s*\(")


class _Refused:
    """An operator in CUDA C++: it has a name, and no way to run."""

    def __init__(self, code_string: str, kwargs: dict[str, Any]):
        found = _TEMPLATE.match(code_string)
        if found is None:
            raise Exception(  # the class that PyTorch raises
                "Couldn't parse code, please check correctness:\n " + code_string
            )
        self.code_string, self.kernel_name = code_string, found["name"]
        self.kwargs_dict = kwargs

    def __call__(self, *tensors: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"torch.cuda.jiterator: CUDA C++ ({self.kernel_name})")


def _create_jit_fn(code_string: str, **kwargs: Any) -> Callable:
    """An operator with one result; calling it raises NotImplementedError."""
    return _Refused(code_string, kwargs)


def _create_multi_output_jit_fn(code_string: str, num_outputs: int, **kwargs: Any) -> Callable:
    """An operator with several results; calling it raises NotImplementedError."""
    return _Refused(code_string, kwargs)
