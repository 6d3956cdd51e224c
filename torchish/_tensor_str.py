"""`torch._tensor_str`: how tensors print, for subclasses that write their own `repr`."""

from __future__ import annotations

import numpy as np

from torchish import _absent
from torchish._core.tensor import Tensor
from torchish._core.tensor import repr as _repr
from torchish._core.tensor import tensor as _tensor
from torchish._core.tensor.repr import get_printoptions, printoptions, set_printoptions

__all__ = ["PRINT_OPTS", "get_printoptions", "printoptions", "set_printoptions"]

PRINT_OPTS = _repr.options


def _tensor_str(self: Tensor, indent: int) -> str:
    """The elements in brackets, with `indent` columns to the left of all lines but the first."""
    array = np.asarray(self.detach().cpu()._array())
    return _repr.format_elements(array, indent) if self.numel() else "[]"


def get_summarized_data(self: Tensor) -> Tensor:
    """The elements that are printed of a tensor of many: those at the edges of each dimension."""
    n = PRINT_OPTS.edgeitems
    if self.dim() > 1 and not n:
        return self.new_empty([0] * self.dim())
    for d, size in enumerate(self.shape):
        if size > 2 * n:
            places = [*range(n), *range(size - n, size)]
            self = self.index_select(d, _tensor(places, device=self.device))
    return self


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
