"""Functions of linear algebra that PyTorch had before 1.9: they are found, and say what to call.

https://docs.pytorch.org/docs/stable/linalg.html
"""

from __future__ import annotations

from typing import Any, NoReturn

from torchish._core.tensor.public import enter

# What takes the place of each, and whether it is a method too.
_REMOVED = {
    "eig": ("`torch.linalg.eig` or `torch.linalg.eigvals`, whose results are complex", True),
    "symeig": ("`torch.linalg.eigh` or `torch.linalg.eigvalsh`, which read the lower half", True),
    "lstsq": ("`torch.linalg.lstsq`, whose arguments are in the other order", True),
    "solve": ("`torch.linalg.solve`, whose arguments are in the other order", True),
    "matrix_rank": ("`torch.linalg.matrix_rank`", False),
}


def _removed(name: str, instead: str) -> Any:
    def f(*args: Any, **kwargs: Any) -> NoReturn:
        raise RuntimeError(
            "This function was deprecated since version 1.9 and is now removed. "
            f"`torch.{name}` is deprecated in favor of {instead}."
        )

    f.__name__ = f.__qualname__ = name
    f.__doc__ = f"RuntimeError: PyTorch has {instead} in its place."
    return f


for _name, (_instead, _method) in _REMOVED.items():
    _f = _removed(_name, _instead)
    enter(_name, _f, takes="other")
    if _method:
        enter(f"Tensor.{_name}", _f)
