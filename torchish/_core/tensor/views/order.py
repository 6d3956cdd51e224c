"""Views of a whole tensor with its dimensions in another order.

https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from torchish._core.base.errors import size_text, warn_once, wrap_dim
from torchish._core.ops.views import Lens
from torchish._core.tensor import sparse_rules
from torchish._core.tensor.api.classes import class_name, several
from torchish._core.tensor.public import enter, public
from torchish._core.tensor.tensor import Tensor
from torchish._core.tensor.views.make import make_view


class Permute(Lens):
    """The dimensions in the order `dims`."""

    __slots__ = ()
    kind = "permute"
    whole = True

    def get(self, x, at):
        return x.transpose(self[1])

    def put(self, x, new, at):
        return new.transpose(tuple(np.argsort(self[1]).tolist()))

    def layout(self, aval, strides, offset, at):
        dims, shape = self[1], aval.shape
        return tuple([shape[d] for d in dims]), tuple([strides[d] for d in dims]), offset

    def on_host(self, x, at):
        return x.transpose(self[1])

    def source(self, at):
        return f".transpose({self[1]!r})"


@public(method=True)
def permute(self: Tensor, *order, dims: Sequence[int] | None = None) -> Tensor:
    """A view with its dimensions in another order."""
    dims = several(order if dims is None else (*order, dims), "permute", "dims")
    if len(dims) != self.dim():
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the "
            f"length of the desired ordering of dimensions i.e. input.dim() = {self.dim()} is not "
            f"equal to len(dims) = {len(dims)}"
        )
    r = _permute(self, _order(dims, self.dim()), "Permute")
    if r._sparse and dims and dims[0] != 0:  # PyTorch asks for the 0 as it is written
        r._coalesced = False
    return r


def _order(dims, ndim) -> tuple[int, ...]:
    out = tuple(wrap_dim(int(d), ndim) for d in dims)
    if len(set(out)) != len(out):
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    return out


def _permute(self: Tensor, dims: tuple[int, ...], name: str) -> Tensor:
    if self._sparse:
        return sparse_rules.RULES["permute"](self, dims, name)
    return make_view(self, Permute(dims), name)


@public(method=True)
def transpose(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """A view with two dimensions swapped."""
    n = self.dim()
    a, b = wrap_dim(dim0, n), wrap_dim(dim1, n)
    order = list(range(n))
    if n:
        order[a], order[b] = order[b], order[a]
    return _permute(self, tuple(order), "Transpose")


@public(method=True)
def t(self: Tensor) -> Tensor:
    """The transpose of a matrix; a tensor of fewer dimensions as it is."""
    if self.dim() > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {self.dim()}D")
    return _permute(self, (1, 0) if self.dim() == 2 else tuple(range(self.dim())), "T")


def _reverse(self: Tensor) -> Tensor:
    """`x.T`: the dimensions in reverse order."""
    if self.dim() > 2:
        warn_once(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is "
            "deprecated and it will throw an error in a future release. Consider `x.mT` to "
            "transpose batches of matrices or `x.permute(*torch.arange(x.ndim - 1, -1, -1))` to "
            "reverse the dimensions of a tensor."
        )
    elif not self.dim():
        warn_once(
            "Tensor.T is deprecated on 0-D tensors. This function is the identity in these cases."
        )
    return _permute(self, tuple(range(self.dim()))[::-1], "Permute")


def _swap_last(self: Tensor, name: str = "mT") -> Tensor:
    if self.dim() < 2:
        if self.dim() == 0:
            return self
        raise RuntimeError(
            f"tensor.{name} is only supported on matrices or batches of matrices. Got "
            f"{self.dim()}-D tensor."
        )
    return transpose(self, -2, -1)


@public(method=True)
def adjoint(self: Tensor) -> Tensor:
    """The conjugate transpose of the last two dimensions."""
    return _adjoint(self, "adjoint()")


def _adjoint(self: Tensor, name: str) -> Tensor:
    r = _swap_last(self, name)
    return r.conj() if self.is_complex() else r


@public(method=True)
def swapaxes(self: Tensor, axis0: int, axis1: int) -> Tensor:
    """`transpose`, by NumPy's name."""
    return transpose(self, axis0, axis1)


@public(method=True)
def swapdims(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """`transpose`."""
    return transpose(self, dim0, dim1)


@public(method=True)
def movedim(
    self: Tensor, source: int | tuple[int, ...], destination: int | tuple[int, ...]
) -> Tensor:
    """A view with dimensions moved to new places; the others keep their order."""
    if isinstance(source, (tuple, list)) is not isinstance(destination, (tuple, list)):
        raise TypeError(
            "movedim() received an invalid combination of arguments - got "
            f"({class_name(self)}, {class_name(source)}, {class_name(destination)}), but expected "
            "one of:"
        )
    src, dst = (
        tuple(d) if isinstance(d, (tuple, list)) else (wrap_dim(d, self.dim()),)
        for d in (source, destination)
    )
    if len(src) != len(dst):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({size_text(src)} dims) should "
            f"contain the same number of dims as destination ({size_text(dst)} dims)"
        )
    n = self.dim()
    s, d = [wrap_dim(i, n) for i in src], [wrap_dim(i, n) for i in dst]
    for given, name in ((s, "source"), (d, "destination")):
        if len(set(given)) != len(given):
            raise RuntimeError(
                f"movedim: repeated dim in `{name}` ({size_text(src if name == 'source' else dst)})"
            )
    if n == 0:
        return _permute(self, (), "Alias")
    order: list = [None] * n
    for i, j in zip(s, d, strict=True):
        order[j] = i
    rest = iter(i for i in range(n) if i not in s)
    return _permute(self, tuple(next(rest) if i is None else i for i in order), "Permute")


public("moveaxis", method=True)(movedim)


def _matrix_adjoint(self: Tensor) -> Tensor:
    """`x.H`: the conjugate transpose of a matrix."""
    if self.dim() in (0, 2):
        return _adjoint(self, "H")
    hint = " For batches of matrices, consider using tensor.mH" if self.dim() > 2 else ""
    raise RuntimeError(
        f"tensor.H is only supported on matrices (2-D tensors). Got {self.dim()}-D tensor.{hint}"
    )


enter("Tensor.T", property(_reverse))
enter("Tensor.mT", property(_swap_last))
enter("Tensor.H", property(_matrix_adjoint))
enter("Tensor.mH", property(lambda self: _adjoint(self, "mH")))
