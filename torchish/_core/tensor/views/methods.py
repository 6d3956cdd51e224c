"""The methods that give views: they share storage, and their sizes and strides are PyTorch's.

https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from __future__ import annotations

from torchish._core.tensor import dispatch
from torchish._core.tensor.public import enter, method, public
from torchish._core.tensor.tape import forward
from torchish._core.tensor.tape.duals import now
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor
from torchish._core.tensor.views.errors import refuse_view
from torchish._core.tensor.views.parts import (
    apart,
    as_strided,
    chunk,
    diagonal,
    dsplit,
    hsplit,
    imag,
    narrow,
    real,
    select,
    split,
    tensor_split,
    unbind,
    unfold,
    unsafe_split_with_sizes,
    view_as_complex,
    view_as_real,
    vsplit,
)
from torchish._core.tensor.views.shapes import (
    _adjoint,
    _reverse,
    _swap_last,
    adjoint,
    alias,
    expand,
    expand_as,
    flatten,
    movedim,
    permute,
    reshape,
    reshape_as,
    squeeze,
    swapaxes,
    swapdims,
    t,
    transpose,
    unflatten,
    unsqueeze,
    view,
    view_as,
)

__all__ = ["apart", "become"]

_FUNCTIONS = (
    reshape,
    permute,
    transpose,
    t,
    adjoint,
    movedim,
    select,
    narrow,
    split,
    chunk,
    tensor_split,
    hsplit,
    vsplit,
    dsplit,
    unbind,
    squeeze,
    unsqueeze,
    flatten,
    unflatten,
    diagonal,
    as_strided,
    real,
    imag,
    view_as_real,
    view_as_complex,
    alias,
)
_METHODS = (view, view_as, reshape_as, expand, expand_as, unfold, unsafe_split_with_sizes)
_ALIASES = {"swapaxes": swapaxes, "swapdims": swapdims, "moveaxis": movedim}
_INPLACE = ("t", "transpose", "squeeze", "unsqueeze", "swapaxes", "swapdims", "as_strided")

for _f in _FUNCTIONS:
    public(method=_f.__name__ not in ("real", "imag", "alias"))(_f)
for _f in _METHODS:
    method(_f)
for _n, _f in _ALIASES.items():
    public(_n, method=True)(_f)


def _part(get) -> property:
    """The property of a complex tensor's part, which can be written to."""

    def put(self: Tensor, value) -> None:
        part = get(self)
        part.copy_(value) if isinstance(value, Tensor) else part.fill_(value)

    return property(get, put)


enter("Tensor.real", _part(real))
enter("Tensor.imag", _part(imag))
enter("Tensor.T", property(_reverse))
enter("Tensor.mT", property(_swap_last))
enter(
    "Tensor.H",
    property(lambda self: _adjoint(self, "H") if self.dim() == 2 else _matrix_only(self)),
)
enter("Tensor.mH", property(lambda self: _adjoint(self, "mH")))


def _matrix_only(self: Tensor) -> Tensor:
    if self.dim() == 0:
        return _adjoint(self, "H")
    hint = " For batches of matrices, consider using tensor.mH" if self.dim() > 2 else ""
    raise RuntimeError(
        f"tensor.H is only supported on matrices (2-D tensors). Got {self.dim()}-D tensor.{hint}"
    )


def _make_inplace(name: str):
    f = getattr(Tensor, name)

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


for _n in _INPLACE:
    enter(f"Tensor.{_n}_", _make_inplace(_n))
