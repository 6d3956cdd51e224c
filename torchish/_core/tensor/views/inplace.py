"""The methods by which a tensor becomes a view of itself.

https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from __future__ import annotations

from collections.abc import Callable

from torchish._core.tensor import dispatch
from torchish._core.tensor.public import enter
from torchish._core.tensor.tape import forward
from torchish._core.tensor.tape.duals import now
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor
from torchish._core.tensor.views.errors import refuse_view
from torchish._core.tensor.views.memory import as_strided
from torchish._core.tensor.views.order import swapaxes, swapdims, t, transpose
from torchish._core.tensor.views.shapes import squeeze, unsqueeze

_FUNCTIONS = (t, transpose, squeeze, unsqueeze, swapaxes, swapdims, as_strided)


def _make_inplace(f: Callable):
    name = f.__name__

    def inplace(self: Tensor, *args, **kwargs) -> Tensor:
        if not self._sparse:
            dispatch.check_writable(self, overlapping=True)
        if (self._several or self._no_grad_view) and modes.grad and self.requires_grad:
            refuse_view(self)
        if name == "t" and self.dim() > 2:
            raise RuntimeError(
                f"t_() expects a tensor with <= 2 dimensions, but self is {self.dim()}D"
            )
        before, node, out = modes.grad, self._node, self._out
        modes.grad = before or node is not None  # its history goes on, whatever the mode
        try:
            v = f(self, *args, **kwargs)
        finally:
            modes.grad = before
        become(self, v)
        if self._several and not before:
            self._node, self._out = node, out  # by which it is refused from now on
        return self

    inplace.__name__ = inplace.__qualname__ = name + "_"
    inplace.__doc__ = (
        f"In-place form of `{name}`: the tensor itself takes the new sizes and strides."
    )
    return inplace


def become(self: Tensor, v: Tensor) -> None:
    """Make `self` the view `v` of itself."""
    if self._sparse:
        self._take_over(v)
        return
    self._storage.writes += 1
    self._storage.version += 1
    node, out = v._node, v._out
    leaf = self._requires_grad and self._node is None
    if now.level is not None and (tangent := forward.tangent_of(v)) is not None:
        now.level.dual(self, tangent)
    self._view, self._aval, self._strides, self._offset = v._view, v._aval, v._strides, v._offset
    self._cached, self._cached_version = None, -1
    if not leaf:
        self._node, self._out = node, out
        if self._base is None and node is not None:
            self._view_version = self._storage.writes


for _f in _FUNCTIONS:
    _g = enter(f"Tensor.{_f.__name__}_", _make_inplace(_f))
    if _f is as_strided:  # the one that PyTorch has as a function too
        enter("as_strided_", _g)
