"""`torch._tensor_str`: how tensors print, for subclasses that write their own `repr`."""

from __future__ import annotations

import numpy as np

from torchish import _absent
from torchish._core.tensor import Tensor
from torchish._core.tensor import repr as _repr
from torchish._core.tensor.repr import get_printoptions, printoptions, set_printoptions

__all__ = ["PRINT_OPTS", "get_printoptions", "printoptions", "set_printoptions"]

PRINT_OPTS = _repr.options


def _tensor_str(self: Tensor, indent: int) -> str:
    """The elements in brackets, with `indent` columns to the left of all lines but the first."""
    array = np.asarray(self.detach().cpu()._array())
    return _repr.format_elements(array, indent) if self.numel() else "[]"


def _add_suffixes(tensor_str: str, suffixes: list[str], indent: int, force_newline: bool) -> str:
    """The text with the suffixes after it and a closing bracket, on a new line where one line would
    be too long."""
    return _repr.close(tensor_str, suffixes, indent, force_newline)


def _str(self: Tensor, *, tensor_contents: str | None = None) -> str:
    """The `repr` of a tensor; `tensor_contents` in the place of its elements."""
    if tensor_contents is None:
        return Tensor.__repr__(self)
    prefix = "tensor("
    return _repr.close(prefix + tensor_contents, [], len(prefix))


_str_intern = _str
__getattr__ = _absent.attributes(__name__)
