"""Methods of `torchish.Tensor`. Written by docs/make_stubs.py: don't edit."""

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar, overload

import numpy as np
from jax import Array as JaxArray

from torchish._attached import results
from torchish._core.base.devices import device as Device
from torchish._core.base.dtypes import dtype as Dtype
from torchish._core.base.layouts import layout as Layout
from torchish._core.base.layouts import memory_format as MemoryFormat
from torchish._core.tensor.generator import Generator
from torchish._core.tensor.api.objects import UntypedStorage
from torchish._core.tensor.size import Size
from torchish._core.tensor.tensor import Tensor

Number = builtins.int | builtins.float | builtins.complex


class Methods:
    @property
    def H(self) -> Tensor:
        """`x.H`: the conjugate transpose of a matrix.

        >>> torch.tensor([[1 + 1j, 2 + 0j]]).H.resolve_conj()
        tensor([[1.-1.j],
                [2.-0.j]])
        """
    @property
    def T(self) -> Tensor:
        """`x.T`: the dimensions in reverse order.

        >>> torch.tensor([[1, 2], [3, 4]]).T
        tensor([[1, 3],
                [2, 4]])
        """
    def __abs__(self) -> Tensor: ...
    def __add__(self, other: Any) -> Tensor: ...
    def __and__(self, other: Any) -> Tensor: ...
    __array_priority__: Any
    def __array_wrap__(self, array: Any, context: Any = ..., return_scalar: builtins.bool = ...) -> Tensor:
        """What NumPy calls to make a ufunc's result a tensor again."""
    def __contains__(self, x: Any) -> builtins.bool: ...
    def __copy__(self) -> Tensor:
        """Another tensor over the same memory, a leaf, as `copy.copy` gives it in PyTorch."""
    def __deepcopy__(self, memo: Any) -> Tensor: ...
    def __delitem__(self, index: Any) -> None: ...
    def __div__(self, other: Any) -> Any: ...
    def __eq__(self, other: Any) -> Tensor: ...
    def __floordiv__(self, other: Any) -> Tensor: ...
    def __format__(self, spec: builtins.str) -> builtins.str: ...
    def __ge__(self, other: Any) -> Tensor: ...
    def __getitem__(self, index: Any) -> Tensor: ...
    def __gt__(self, other: Any) -> Tensor: ...
    def __iadd__(self, other: Any) -> Tensor: ...
    def __iand__(self, other: Any) -> Tensor: ...
    def __idiv__(self, other: Any) -> Any: ...
    def __ifloordiv__(self, other: Any) -> Tensor: ...
    def __ilshift__(self, other: Any) -> Tensor: ...
    def __imod__(self, other: Any) -> Tensor: ...
    def __imul__(self, other: Any) -> Tensor: ...
    def __init__(self, *args: Any, **kwargs: Any) -> Any: ...
    def __invert__(self) -> Tensor: ...
    def __ior__(self, other: Any) -> Tensor: ...
    def __ipow__(self, other: Any) -> Tensor: ...
    def __irshift__(self, other: Any) -> Tensor: ...
    def __isub__(self, other: Any) -> Tensor: ...
    def __iter__(self) -> Iterator[Tensor]: ...
    def __itruediv__(self, other: Any) -> Tensor: ...
    def __ixor__(self, other: Any) -> Tensor: ...
    def __le__(self, other: Any) -> Tensor: ...
    def __lshift__(self, other: Any) -> Tensor: ...
    def __lt__(self, other: Any) -> Tensor: ...
    def __matmul__(self, other: Any) -> Tensor: ...
    def __mod__(self, other: Any) -> Tensor: ...
    def __mul__(self, other: Any) -> Tensor: ...
    def __ne__(self, other: Any) -> Tensor: ...
    def __neg__(self) -> Tensor: ...
    __new__: Any
    def __or__(self, other: Any) -> Tensor: ...
    def __pos__(self) -> Tensor:
        """The tensor itself (https://docs.pytorch.org/docs/stable/generated/torch.positive.html).
        RuntimeError for bools.
        """
    def __pow__(self, other: Any) -> Tensor: ...
    def __radd__(self, other: Any) -> Tensor: ...
    def __rand__(self, other: Any) -> Tensor: ...
    def __rdiv__(self, other: Any) -> Any: ...
    def __reduce_ex__(self, protocol: Any) -> Any:
        """The parts of a tensor's value; history stays behind, so that what comes back is a leaf."""
    def __repr__(self) -> builtins.str: ...
    def __reversed__(self) -> Tensor:
        """`reversed(t)`: the rows from the last to the first."""
    def __rfloordiv__(self, other: Any) -> Tensor: ...
    def __rlshift__(self, other: Any) -> Tensor: ...
    def __rmatmul__(self, other: Any) -> Tensor: ...
    def __rmod__(self, other: Any) -> Tensor: ...
    def __rmul__(self, other: Any) -> Tensor: ...
    def __ror__(self, other: Any) -> Tensor: ...
    def __rpow__(self, other: Any) -> Tensor: ...
    def __rrshift__(self, other: Any) -> Tensor: ...
    def __rshift__(self, other: Any) -> Tensor: ...
    def __rsub__(self, other: Any) -> Tensor: ...
    def __rtruediv__(self, other: Any) -> Tensor: ...
    def __rxor__(self, other: Any) -> Tensor: ...
    def __setitem__(self, index: Any, value: Any) -> None: ...
    def __setstate__(self, state: Any) -> None:
        """For pickles of old programs: (storage, offset, sizes, strides), and whether it requires a
        gradient; or the state of a subclass's object.
        """
    def __sub__(self, other: Any) -> Tensor: ...
    __torch_dispatch__: Any
    __torch_function__: Any
    def __truediv__(self, other: Any) -> Tensor: ...
    def __xor__(self, other: Any) -> Tensor: ...
    def abs(self, *, out: Tensor | None = ...) -> Tensor:
        """|input|; real for complex input, whose gradient at 0 is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)

        The dtype stays, but for complex input, which gives its real dtype.

        >>> torch.abs(torch.tensor([-1.5, 0.0, 2.0]))
        tensor([1.5000, 0.0000, 2.0000])
        >>> torch.abs(torch.tensor(3 + 4j))  # of a complex number its length
        tensor(5.)
        """
    def abs_(self) -> Tensor:
        """In-place form of `abs`: |input|; real for complex input, whose gradient at 0 is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)

        >>> x = torch.tensor([-1.5, 0.0, 2.0])
        >>> x.abs_() is x
        True
        >>> x
        tensor([1.5000, 0.0000, 2.0000])
        """
    def absolute(self, *, out: Tensor | None = ...) -> Tensor:
        """|input|; real for complex input, whose gradient at 0 is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)

        The dtype stays, but for complex input, which gives its real dtype.

        >>> torch.abs(torch.tensor([-1.5, 0.0, 2.0]))
        tensor([1.5000, 0.0000, 2.0000])
        >>> torch.abs(torch.tensor(3 + 4j))  # of a complex number its length
        tensor(5.)
        """
    def absolute_(self) -> Tensor:
        """In-place form of `abs`: |input|; real for complex input, whose gradient at 0 is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)

        >>> x = torch.tensor([-1.5, 2.0])
        >>> x.absolute_() is x
        True
        >>> x
        tensor([1.5000, 2.0000])
        """
    def acos(self, *, out: Tensor | None = ...) -> Tensor:
        """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)

        Integers give the default floating dtype; NaN outside of [-1, 1].

        >>> torch.acos(torch.tensor([1.0, 0.0, -1.0, 2.0]))
        tensor([0.0000, 1.5708, 3.1416,    nan])
        """
    def acos_(self) -> Tensor:
        """In-place form of `acos`: acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)

        >>> x = torch.tensor([1.0, 0.0])
        >>> x.acos_() is x
        True
        >>> x
        tensor([0.0000, 1.5708])
        """
    def acosh(self, *, out: Tensor | None = ...) -> Tensor:
        """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)

        >>> torch.acosh(torch.tensor([1.0, 2.0, 0.5]))
        tensor([0.0000, 1.3170,    nan])
        """
    def acosh_(self) -> Tensor:
        """In-place form of `acosh`: acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)

        >>> x = torch.tensor([1.0, 2.0])
        >>> x.acosh_() is x
        True
        >>> x
        tensor([0.0000, 1.3170])
        """
    def add(self, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """input + alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.add.html)

        Either is a number or a tensor; shapes are broadcast and dtypes promoted. RuntimeError
        where the shapes do not broadcast.

        >>> torch.add(torch.tensor([1, 2]), torch.tensor([[10], [20]]))
        tensor([[11, 12],
                [21, 22]])
        >>> torch.add(torch.tensor([1.0, 2.0]), 3, alpha=10)
        tensor([31., 32.])
        """
    def add_(self, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
        """In-place form of `add`: input + alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.add.html)

        RuntimeError where the result does not fit the shape or dtype, and for a leaf that
        requires grad.

        >>> x = torch.tensor([1.0, 2.0])
        >>> x.add_(3, alpha=10) is x
        True
        >>> x
        tensor([31., 32.])
        """
    def addbmm(self, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """beta · input + alpha · the sum of bmm(batch1, batch2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addbmm.html)

        >>> batch1, batch2 = torch.ones(3, 1, 2), torch.ones(3, 2, 1)
        >>> torch.addbmm(torch.tensor([[10.0]]), batch1, batch2)  # adds up the batch's products
        tensor([[16.]])
        """
    def addbmm_(self, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
        """In-place form of `addbmm`: beta · input + alpha · the sum of bmm(batch1, batch2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addbmm.html)

        >>> x = torch.tensor([[10.0]])
        >>> x.addbmm_(torch.ones(3, 1, 2), torch.ones(3, 2, 1)) is x
        True
        >>> x
        tensor([[16.]])
        """
    def addcdiv(self, tensor1: Tensor, tensor2: Tensor, *, value: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """input + value * tensor1 / tensor2
        (https://docs.pytorch.org/docs/stable/generated/torch.addcdiv.html)

        >>> t, a, b = torch.ones(2), torch.tensor([1.0, 3.0]), torch.tensor([2.0, 4.0])
        >>> torch.addcdiv(t, a, b, value=10)
        tensor([6.0000, 8.5000])
        """
    def addcdiv_(self, tensor1: Tensor, tensor2: Tensor, *, value: Number | Tensor = ...) -> Tensor:
        """In-place form of `addcdiv`: input + value * tensor1 / tensor2
        (https://docs.pytorch.org/docs/stable/generated/torch.addcdiv.html)

        >>> x = torch.tensor([1.0, 1.0])
        >>> x.addcdiv_(torch.tensor([1.0, 3.0]), torch.tensor([2.0, 4.0]), value=10) is x
        True
        >>> x
        tensor([6.0000, 8.5000])
        """
    def addcmul(self, tensor1: Tensor | Number, tensor2: Tensor | Number, *, value: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """input + value * tensor1 * tensor2
        (https://docs.pytorch.org/docs/stable/generated/torch.addcmul.html)

        >>> t, a, b = torch.ones(2), torch.tensor([1.0, 3.0]), torch.tensor([2.0, 4.0])
        >>> torch.addcmul(t, a, b, value=0.5)
        tensor([2., 7.])
        """
    def addcmul_(self, tensor1: Tensor | Number, tensor2: Tensor | Number, *, value: Number | Tensor = ...) -> Tensor:
        """In-place form of `addcmul`: input + value * tensor1 * tensor2
        (https://docs.pytorch.org/docs/stable/generated/torch.addcmul.html)

        >>> x = torch.tensor([1.0, 1.0])
        >>> x.addcmul_(torch.tensor([1.0, 3.0]), torch.tensor([2.0, 4.0]), value=0.5) is x
        True
        >>> x
        tensor([2., 7.])
        """
    def addmm(self, mat1: Tensor, mat2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """beta · input + alpha · (mat1 @ mat2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addmm.html)

        >>> torch.addmm(torch.tensor([1.0, 2.0]), torch.eye(2), torch.ones(2, 2), beta=10, alpha=1)
        tensor([[11., 21.],
                [11., 21.]])
        """
    def addmm_(self, mat1: Tensor, mat2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
        """In-place form of `addmm`: beta · input + alpha · (mat1 @ mat2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addmm.html)

        >>> x = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
        >>> x.addmm_(torch.ones(2, 3), torch.ones(3, 2), beta=10) is x
        True
        >>> x
        tensor([[13.,  3.],
                [ 3., 13.]])
        """
    def addmv(self, mat: Tensor, vec: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """beta · input + alpha · (mat @ vec)
        (https://docs.pytorch.org/docs/stable/generated/torch.addmv.html)

        >>> A = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> torch.addmv(torch.tensor([1.0, 1.0]), A, torch.ones(2))
        tensor([4., 8.])
        """
    def addmv_(self, mat: Tensor, vec: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
        """In-place form of `addmv`: beta · input + alpha · (mat @ vec)
        (https://docs.pytorch.org/docs/stable/generated/torch.addmv.html)

        >>> x = torch.tensor([1.0, 1.0])
        >>> x.addmv_(torch.eye(2), torch.tensor([3.0, 4.0])) is x
        True
        >>> x
        tensor([4., 5.])
        """
    def addr(self, vec1: Tensor, vec2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """beta · input + alpha · outer(vec1, vec2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addr.html)

        >>> torch.addr(torch.zeros(2, 2), torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0]))
        tensor([[3., 4.],
                [6., 8.]])
        """
    def addr_(self, vec1: Tensor, vec2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
        """In-place form of `addr`: beta · input + alpha · outer(vec1, vec2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addr.html)

        >>> x = torch.tensor([[0.0, 0.0], [0.0, 0.0]])
        >>> x.addr_(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])) is x
        True
        >>> x
        tensor([[3., 4.],
                [6., 8.]])
        """
    def adjoint(self) -> Tensor:
        """The conjugate transpose of the last two dimensions."""
    def all(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """Whether all elements over dims are true
        (https://docs.pytorch.org/docs/stable/generated/torch.all.html)

        Any dtype; the result is bool (uint8 for uint8). Without a dim, 0-dim.

        >>> torch.all(torch.tensor([[True, True], [True, False]]), dim=1)
        tensor([ True, False])
        >>> torch.all(torch.tensor([]))  # of nothing it is True
        tensor(True)
        """
    def allclose(self, other: Tensor, rtol: builtins.float = ..., atol: builtins.float = ..., equal_nan: builtins.bool = ...) -> builtins.bool:
        """Whether all elements satisfy |input - other| <= atol + rtol * |other|."""
    def amax(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """The maximum over dims, all by default
        (https://docs.pytorch.org/docs/stable/generated/torch.amax.html)

        dim is an int, a tuple or all; gradients are shared evenly between equal maxima.
        IndexError for an empty dimension.

        >>> x = torch.tensor([[1.0, 9.0], [4.0, 3.0]])
        >>> torch.amax(x, dim=1, keepdim=True)
        tensor([[9.],
                [4.]])
        >>> torch.amax(x, dim=(0, 1))
        tensor(9.)
        """
    def amin(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """The minimum over dims, all by default
        (https://docs.pytorch.org/docs/stable/generated/torch.amin.html)

        dim is an int, a tuple or all; gradients are shared evenly between equal minima.
        IndexError for an empty dimension.

        >>> torch.amin(torch.tensor([[1.0, 9.0], [4.0, 3.0]]), dim=0)
        tensor([1., 3.])
        """
    def aminmax(self, *, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.aminmax:
        """Minimum and maximum over a dim, or of all elements
        (https://docs.pytorch.org/docs/stable/generated/torch.aminmax.html)

        >>> torch.aminmax(torch.tensor([3, 1, 2]))
        torch.return_types.aminmax(
        min=tensor(1),
        max=tensor(3))
        """
    def angle(self, *, out: Tensor | None = ...) -> Tensor:
        """The angle of a complex number in radians; π for negative numbers, 0 for others
        (https://docs.pytorch.org/docs/stable/generated/torch.angle.html)

        >>> torch.angle(torch.tensor([1 + 1j, -1 + 0j]))
        tensor([0.7854, 3.1416])
        >>> torch.angle(torch.tensor([2.0, -2.0]))
        tensor([0.0000, 3.1416])
        """
    def any(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """Whether any element over dims is true
        (https://docs.pytorch.org/docs/stable/generated/torch.any.html)

        Any dtype; the result is bool (uint8 for uint8). Without a dim, 0-dim.

        >>> torch.any(torch.tensor([[0, 0], [0, 3]]), dim=1)
        tensor([False,  True])
        """
    def apply_(self, callable: Any) -> Tensor:
        """Replace each element by `callable(element)`; CPU only, slow.

        >>> torch.tensor([1.0, 2.0]).apply_(lambda v: 10 * v)  # slow: a Python call for each element
        tensor([10., 20.])
        """
    def arccos(self, *, out: Tensor | None = ...) -> Tensor:
        """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)

        Integers give the default floating dtype; NaN outside of [-1, 1].

        >>> torch.acos(torch.tensor([1.0, 0.0, -1.0, 2.0]))
        tensor([0.0000, 1.5708, 3.1416,    nan])
        """
    def arccos_(self) -> Tensor:
        """In-place form of `acos`: acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)

        >>> x = torch.tensor([1.0, 0.0])
        >>> x.arccos_() is x
        True
        >>> x
        tensor([0.0000, 1.5708])
        """
    def arccosh(self, *, out: Tensor | None = ...) -> Tensor:
        """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)

        >>> torch.acosh(torch.tensor([1.0, 2.0, 0.5]))
        tensor([0.0000, 1.3170,    nan])
        """
    def arccosh_(self) -> Tensor:
        """In-place form of `acosh`: acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)

        >>> x = torch.tensor([1.0, 2.0])
        >>> x.arccosh_() is x
        True
        >>> x
        tensor([0.0000, 1.3170])
        """
    def arcsin(self, *, out: Tensor | None = ...) -> Tensor:
        """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)

        Integers give the default floating dtype; NaN outside of [-1, 1].

        >>> torch.asin(torch.tensor([0.0, 0.5, 1.0]))
        tensor([0.0000, 0.5236, 1.5708])
        """
    def arcsin_(self) -> Tensor:
        """In-place form of `asin`: asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.arcsin_() is x
        True
        >>> x
        tensor([0.0000, 1.5708])
        """
    def arcsinh(self, *, out: Tensor | None = ...) -> Tensor:
        """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)

        >>> torch.asinh(torch.tensor([0.0, 1.0, -1.0]))
        tensor([ 0.0000,  0.8814, -0.8814])
        """
    def arcsinh_(self) -> Tensor:
        """In-place form of `asinh`: asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.arcsinh_() is x
        True
        >>> x
        tensor([0.0000, 0.8814])
        """
    def arctan(self, *, out: Tensor | None = ...) -> Tensor:
        """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)

        Integers give the default floating dtype.

        >>> torch.atan(torch.tensor([0.0, 1.0, float("inf")]))
        tensor([0.0000, 0.7854, 1.5708])
        """
    def arctan2(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The angle of the point (other, input) in radians
        (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)

        Shapes are broadcast; angles lie in [-pi, pi].

        >>> torch.atan2(torch.tensor([1.0, 1.0, -1.0]), torch.tensor([1.0, -1.0, -1.0]))  # y, x
        tensor([ 0.7854,  2.3562, -2.3562])
        """
    def arctan2_(self, other: Tensor) -> Tensor:
        """In-place form of `atan2`: The angle of the point (other, input) in radians
        (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)

        >>> x = torch.tensor([1.0, -1.0])
        >>> x.arctan2_(torch.tensor([1.0, -1.0])) is x
        True
        >>> x
        tensor([ 0.7854, -2.3562])
        """
    def arctan_(self) -> Tensor:
        """In-place form of `atan`: atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.arctan_() is x
        True
        >>> x
        tensor([0.0000, 0.7854])
        """
    def arctanh(self, *, out: Tensor | None = ...) -> Tensor:
        """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)

        >>> torch.atanh(torch.tensor([0.0, 0.5, 1.0]))
        tensor([0.0000, 0.5493,    inf])
        """
    def arctanh_(self) -> Tensor:
        """In-place form of `atanh`: atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)

        >>> x = torch.tensor([0.0, 0.5])
        >>> x.arctanh_() is x
        True
        >>> x
        tensor([0.0000, 0.5493])
        """
    def argmax(self, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """Index of the first maximum along a dim, or in the flattened tensor
        (https://docs.pytorch.org/docs/stable/generated/torch.argmax.html)

        int64 indices along dim, or into the flattened tensor without one. IndexError for an
        empty dimension.

        >>> x = torch.tensor([[1.0, 9.0, 2.0], [4.0, 3.0, 0.0]])
        >>> torch.argmax(x, dim=1)
        tensor([1, 0])
        >>> torch.argmax(x)  # in the flattened tensor
        tensor(1)
        """
    def argmin(self, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """Index of the first minimum along a dim, or in the flattened tensor
        (https://docs.pytorch.org/docs/stable/generated/torch.argmin.html)

        int64 indices along dim, or into the flattened tensor without one. IndexError for an
        empty dimension.

        >>> torch.argmin(torch.tensor([[1.0, 9.0, 2.0], [4.0, 3.0, 0.0]]), dim=1)
        tensor([0, 2])
        """
    def argsort(self, dim: builtins.int = ..., descending: builtins.bool = ..., stable: builtins.bool = ...) -> Tensor:
        """The int64 indices that sort a tensor along a dim
        (https://docs.pytorch.org/docs/stable/generated/torch.argsort.html)

        int64 indices of input's shape that would sort it along dim.

        >>> torch.argsort(torch.tensor([30, 10, 20]))
        tensor([1, 2, 0])
        >>> torch.argsort(torch.tensor([30, 10, 20]), descending=True)
        tensor([0, 2, 1])
        """
    def argwhere(self) -> Tensor:
        """Positions of the elements that are not zero, one row each."""
    def as_strided(self, size: Any, stride: Any, storage_offset: builtins.int | None = ...) -> Tensor:
        """A view of the storage with any sizes, strides and offset. RuntimeError when it would leave
        the storage.
        """
    def as_strided_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `as_strided`: the tensor itself takes the new sizes and strides.

        >>> torch.arange(6).as_strided_((2, 2), (1, 2))
        tensor([[0, 2],
                [1, 3]])
        """
    def as_strided_scatter(self, src: Tensor, size: Any, stride: Any, storage_offset: Any = ..., *, out: Any = ...) -> Tensor:
        """A copy of `input` with `src` in the place of `input.as_strided(size, stride,
        storage_offset)`.

        https://docs.pytorch.org/docs/stable/generated/torch.as_strided_scatter.html
        """
    def as_subclass(self, cls: Any) -> Tensor:
        """>>> class Length(torch.Tensor):
        ...     pass
        >>> type(torch.ones(2).as_subclass(Length)).__name__
        'Length'
        """
    def asin(self, *, out: Tensor | None = ...) -> Tensor:
        """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)

        Integers give the default floating dtype; NaN outside of [-1, 1].

        >>> torch.asin(torch.tensor([0.0, 0.5, 1.0]))
        tensor([0.0000, 0.5236, 1.5708])
        """
    def asin_(self) -> Tensor:
        """In-place form of `asin`: asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.asin_() is x
        True
        >>> x
        tensor([0.0000, 1.5708])
        """
    def asinh(self, *, out: Tensor | None = ...) -> Tensor:
        """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)

        >>> torch.asinh(torch.tensor([0.0, 1.0, -1.0]))
        tensor([ 0.0000,  0.8814, -0.8814])
        """
    def asinh_(self) -> Tensor:
        """In-place form of `asinh`: asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.asinh_() is x
        True
        >>> x
        tensor([0.0000, 0.8814])
        """
    def atan(self, *, out: Tensor | None = ...) -> Tensor:
        """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)

        Integers give the default floating dtype.

        >>> torch.atan(torch.tensor([0.0, 1.0, float("inf")]))
        tensor([0.0000, 0.7854, 1.5708])
        """
    def atan2(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The angle of the point (other, input) in radians
        (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)

        Shapes are broadcast; angles lie in [-pi, pi].

        >>> torch.atan2(torch.tensor([1.0, 1.0, -1.0]), torch.tensor([1.0, -1.0, -1.0]))  # y, x
        tensor([ 0.7854,  2.3562, -2.3562])
        """
    def atan2_(self, other: Tensor) -> Tensor:
        """In-place form of `atan2`: The angle of the point (other, input) in radians
        (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)

        >>> x = torch.tensor([1.0, -1.0])
        >>> x.atan2_(torch.tensor([1.0, -1.0])) is x
        True
        >>> x
        tensor([ 0.7854, -2.3562])
        """
    def atan_(self) -> Tensor:
        """In-place form of `atan`: atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.atan_() is x
        True
        >>> x
        tensor([0.0000, 0.7854])
        """
    def atanh(self, *, out: Tensor | None = ...) -> Tensor:
        """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)

        >>> torch.atanh(torch.tensor([0.0, 0.5, 1.0]))
        tensor([0.0000, 0.5493,    inf])
        """
    def atanh_(self) -> Tensor:
        """In-place form of `atanh`: atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)

        >>> x = torch.tensor([0.0, 0.5])
        >>> x.atanh_() is x
        True
        >>> x
        tensor([0.0000, 0.5493])
        """
    def backward(self, gradient: Any = ..., retain_graph: builtins.bool | None = ..., create_graph: builtins.bool = ..., inputs: Any = ...) -> None:
        """Gradients of this tensor into the leaves' `.grad`; see `torch.autograd.backward`."""
    def baddbmm(self, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """beta · input + alpha · bmm(batch1, batch2)
        (https://docs.pytorch.org/docs/stable/generated/torch.baddbmm.html)

        >>> torch.baddbmm(torch.ones(2, 1, 1), torch.ones(2, 1, 3), torch.ones(2, 3, 1), beta=0.5)
        tensor([[[3.5000]],
        <BLANKLINE>
                [[3.5000]]])
        """
    def baddbmm_(self, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
        """In-place form of `baddbmm`: beta · input + alpha · bmm(batch1, batch2)
        (https://docs.pytorch.org/docs/stable/generated/torch.baddbmm.html)

        >>> x = torch.tensor([[[1.0]], [[2.0]]])
        >>> x.baddbmm_(torch.ones(2, 1, 3), torch.ones(2, 3, 1), beta=10) is x
        True
        >>> x
        tensor([[[13.]],
        <BLANKLINE>
                [[23.]]])
        """
    def bernoulli(self, p: builtins.float | None = ..., *, generator: Any = ..., out: Any = ...) -> Tensor:
        """1 with the probabilities that `input` holds (or with probability `p`), else 0.

        Input holds probabilities; the result has its shape and dtype. RuntimeError for one
        outside of [0, 1].

        >>> _ = torch.manual_seed(0)
        >>> torch.bernoulli(torch.tensor([0.0, 0.5, 0.5, 1.0]))
        tensor([0., 0., 1., 1.])
        """
    def bernoulli_(self, p: Any = ..., *, generator: Any = ...) -> Tensor:
        """1 with probability `p` (a number or a tensor), else 0.

        >>> torch.empty(3).bernoulli_(1.0)
        tensor([1., 1., 1.])
        """
    def bfloat16(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.bfloat16.

        >>> torch.tensor([1.0, 2.0]).bfloat16()
        tensor([1., 2.], dtype=torch.bfloat16)
        """
    def bincount(self, weights: Tensor | None = ..., minlength: builtins.int = ...) -> Tensor:
        """How often each non-negative integer occurs, or the sum of its weights
        (https://docs.pytorch.org/docs/stable/generated/torch.bincount.html)

        input is 1-D and not negative; the result has max(input) + 1 elements at least.
        RuntimeError otherwise.

        >>> torch.bincount(torch.tensor([0, 1, 1, 3]))
        tensor([1, 2, 0, 1])
        >>> torch.bincount(torch.tensor([0, 1, 1]), weights=torch.tensor([0.5, 1.0, 2.0]))
        tensor([0.5000, 3.0000])
        """
    def bitwise_and(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input & other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_and.html)

        Integers and bools; shapes are broadcast. NotImplementedError for floats.

        >>> torch.bitwise_and(torch.tensor([0b1100, 0b1010]), 0b0110)
        tensor([4, 2])
        >>> torch.tensor([True, False]) & torch.tensor([True, True])
        tensor([ True, False])
        """
    def bitwise_and_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `bitwise_and`: input & other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_and.html)

        >>> x = torch.tensor([12, 10])
        >>> x.bitwise_and_(6) is x
        True
        >>> x
        tensor([4, 2])
        """
    def bitwise_left_shift(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input << other; 0 when the shift is not inside the width of the dtype
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html)

        >>> torch.bitwise_left_shift(torch.tensor([1, 3]), torch.tensor([4, 1]))
        tensor([16,  6])
        """
    def bitwise_left_shift_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `bitwise_left_shift`: input << other; 0 when the shift is not inside the width of the dtype
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html)

        >>> x = torch.tensor([1, 3])
        >>> x.bitwise_left_shift_(2) is x
        True
        >>> x
        tensor([ 4, 12])
        """
    def bitwise_not(self, *, out: Tensor | None = ...) -> Tensor:
        """Every bit inverted; of bools the negation
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_not.html)

        Integers and bools. NotImplementedError for floats.

        >>> torch.bitwise_not(torch.tensor([0, 5, -1]))
        tensor([-1, -6,  0])
        >>> torch.bitwise_not(torch.tensor([True, False]))
        tensor([False,  True])
        """
    def bitwise_not_(self) -> Tensor:
        """In-place form of `bitwise_not`: Every bit inverted; of bools the negation
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_not.html)

        >>> x = torch.tensor([0, 5])
        >>> x.bitwise_not_() is x
        True
        >>> x
        tensor([-1, -6])
        """
    def bitwise_or(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input | other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_or.html)

        Integers and bools; shapes are broadcast. NotImplementedError for floats.

        >>> torch.bitwise_or(torch.tensor([0b1100, 0b1010]), 0b0001)
        tensor([13, 11])
        """
    def bitwise_or_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `bitwise_or`: input | other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_or.html)

        >>> x = torch.tensor([12, 10])
        >>> x.bitwise_or_(1) is x
        True
        >>> x
        tensor([13, 11])
        """
    def bitwise_right_shift(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input >> other, keeping the sign; a shift outside the width gives 0 or -1
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html)

        >>> torch.bitwise_right_shift(torch.tensor([16, -16]), 2)
        tensor([ 4, -4])
        """
    def bitwise_right_shift_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `bitwise_right_shift`: input >> other, keeping the sign; a shift outside the width gives 0 or -1
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html)

        >>> x = torch.tensor([16, -16])
        >>> x.bitwise_right_shift_(2) is x
        True
        >>> x
        tensor([ 4, -4])
        """
    def bitwise_xor(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input ^ other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_xor.html)

        Integers and bools; shapes are broadcast. NotImplementedError for floats.

        >>> torch.bitwise_xor(torch.tensor([0b1100, 0b1010]), 0b1111)
        tensor([3, 5])
        """
    def bitwise_xor_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `bitwise_xor`: input ^ other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_xor.html)

        >>> x = torch.tensor([12, 10])
        >>> x.bitwise_xor_(15) is x
        True
        >>> x
        tensor([3, 5])
        """
    def bmm(self, mat2: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Products of batches of matrices
        (https://docs.pytorch.org/docs/stable/generated/torch.bmm.html)

        Shapes (b, n, m) and (b, m, p) give (b, n, p). RuntimeError for other numbers of
        dimensions.

        >>> torch.bmm(torch.ones(2, 1, 3), torch.ones(2, 3, 1)).flatten()
        tensor([3., 3.])
        """
    def bool(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.bool.

        >>> torch.tensor([0.0, 0.5, -1.0]).bool()
        tensor([False,  True,  True])
        """
    def broadcast_to(self, size: Any) -> Tensor:
        """The tensor expanded to a shape; a view."""
    def byte(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.uint8.

        >>> torch.tensor([1.9, 255.0]).byte()
        tensor([  1, 255], dtype=torch.uint8)
        """
    def cauchy_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Cauchy numbers.

        >>> torch.empty(1000).cauchy_(median=5.0).median().round()
        tensor(5.)
        """
    def ccol_indices(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one.

        >>> torch.eye(2).to_sparse_csc().ccol_indices()
        tensor([0, 1, 2])
        """
    def cdouble(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.complex128.

        >>> torch.tensor([1.0]).cdouble()
        tensor([1.+0.j], dtype=torch.complex128)
        """
    def ceil(self, *, out: Tensor | None = ...) -> Tensor:
        """ceil of every element

        Integers stay as they are.

        >>> torch.ceil(torch.tensor([1.2, -1.2, 3.0]))
        tensor([ 2., -1.,  3.])
        """
    def ceil_(self) -> Tensor:
        """In-place form of `ceil`: ceil of every element

        >>> x = torch.tensor([1.2, -1.2])
        >>> x.ceil_() is x
        True
        >>> x
        tensor([ 2., -1.])
        """
    def celu_(self, alpha: builtins.float = ..., inplace: builtins.bool = ...) -> Tensor:
        """In-place form of `celu`: Continuously differentiable ELU (https://arxiv.org/abs/1704.07483)

        >>> x = torch.tensor([-1.0, 2.0])
        >>> torch.celu_(x, alpha=0.5)
        tensor([-0.4323,  2.0000])
        """
    def cfloat(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.complex64.

        >>> torch.tensor([1.0]).cfloat()
        tensor([1.+0.j])
        """
    def chalf(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.complex32."""
    def char(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.int8.

        >>> torch.tensor([1.9, -1.9]).char()
        tensor([ 1, -1], dtype=torch.int8)
        """
    def cholesky(self, upper: Any = ..., *, out: Any = ...) -> Any:
        """The Cholesky factor of Hermitian positive-definite matrices.

        (https://docs.pytorch.org/docs/stable/generated/torch.cholesky.html)
        """
    def cholesky_inverse(self, upper: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """The inverse of A, from its Cholesky factor.

        (https://docs.pytorch.org/docs/stable/generated/torch.cholesky_inverse.html)

        >>> torch.cholesky_inverse(torch.tensor([[2.0]]))  # of 2 · 2
        tensor([[0.2500]])
        """
    def cholesky_solve(self, L: Tensor, upper: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """X with A X = B, from the Cholesky factor of A.

        (https://docs.pytorch.org/docs/stable/generated/torch.cholesky_solve.html)

        >>> L = torch.tensor([[2.0, 0.0], [0.0, 4.0]])
        >>> torch.cholesky_solve(torch.tensor([[8.0], [16.0]]), L)
        tensor([[2.],
                [1.]])
        """
    def chunk(self, chunks: builtins.int, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
        """At most `chunks` views of equal size (the last may be smaller)."""
    def clamp(self, min: Tensor | Number = ..., max: Tensor | Number = ..., *, out: Tensor | None = ...) -> Tensor:
        """Elements moved to the nearer bound of [min, max]
        (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

        Either bound may be None, a number, or a tensor that broadcasts. RuntimeError where both
        are None.

        >>> torch.clamp(torch.tensor([-2.0, 0.5, 7.0]), min=0, max=1)
        tensor([0.0000, 0.5000, 1.0000])
        >>> torch.clamp(torch.arange(4), min=torch.tensor([2, 0, 3, 0]))
        tensor([2, 1, 3, 3])
        """
    def clamp_(self, min: Tensor | Number = ..., max: Tensor | Number = ...) -> Tensor:
        """In-place form of `clamp`: Elements moved to the nearer bound of [min, max]
        (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

        RuntimeError for a leaf that requires grad.

        >>> x = torch.tensor([-2.0, 0.5, 7.0])
        >>> x.clamp_(0, 1) is x
        True
        >>> x
        tensor([0.0000, 0.5000, 1.0000])
        """
    def clamp_max(self, max: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """Elements at most max (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

        >>> torch.clamp_max(torch.tensor([1, 5, 9]), 6)
        tensor([1, 5, 6])
        """
    def clamp_max_(self, max: Tensor | Number) -> Tensor:
        """In-place form of `clamp_max`: Elements at most max (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

        >>> x = torch.tensor([1, 5, 9])
        >>> x.clamp_max_(6) is x
        True
        >>> x
        tensor([1, 5, 6])
        """
    def clamp_min(self, min: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """Elements at least min (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

        >>> torch.clamp_min(torch.tensor([1, 5, 9]), 4)
        tensor([4, 5, 9])
        """
    def clamp_min_(self, min: Tensor | Number) -> Tensor:
        """In-place form of `clamp_min`: Elements at least min (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

        >>> x = torch.tensor([1, 5, 9])
        >>> x.clamp_min_(4) is x
        True
        >>> x
        tensor([4, 5, 9])
        """
    def clip(self, min: Tensor | Number = ..., max: Tensor | Number = ..., *, out: Tensor | None = ...) -> Tensor:
        """Elements moved to the nearer bound of [min, max]
        (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

        Either bound may be None, a number, or a tensor that broadcasts. RuntimeError where both
        are None.

        >>> torch.clamp(torch.tensor([-2.0, 0.5, 7.0]), min=0, max=1)
        tensor([0.0000, 0.5000, 1.0000])
        >>> torch.clamp(torch.arange(4), min=torch.tensor([2, 0, 3, 0]))
        tensor([2, 1, 3, 3])
        """
    def clip_(self, min: Tensor | Number = ..., max: Tensor | Number = ...) -> Tensor:
        """In-place form of `clamp`: Elements moved to the nearer bound of [min, max]
        (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

        >>> x = torch.tensor([-2.0, 0.5, 7.0])
        >>> x.clip_(0, 1) is x
        True
        >>> x
        tensor([0.0000, 0.5000, 1.0000])
        """
    def clone(self, *, memory_format: Any = ...) -> Tensor:
        """A copy, with gradient."""
    def coalesce(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one.

        >>> s = torch.sparse_coo_tensor([[0, 0]], [1.0, 2.0], (2,))
        >>> s.coalesce().values()  # duplicates are added up
        tensor([3.])
        """
    def col_indices(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one.

        >>> torch.eye(2).to_sparse_csr().col_indices()
        tensor([0, 1])
        """
    def combinations(self, r: builtins.int = ..., with_replacement: builtins.bool = ...) -> Tensor:
        """Rows of r elements
        (https://docs.pytorch.org/docs/stable/generated/torch.combinations.html)

        >>> torch.combinations(torch.tensor([1, 2, 3]), r=2)
        tensor([[1, 2],
                [1, 3],
                [2, 3]])
        """
    def conj(self) -> Tensor:
        """The complex conjugate, a view: what is written to one is seen by the other. A real tensor
        itself.

        It and its views are marked, `is_conj`: PyTorch refuses to show their memory as it lies.
        """
    def conj_physical(self, *, out: Tensor | None = ...) -> Tensor:
        """The complex conjugate
        (https://docs.pytorch.org/docs/stable/generated/torch.conj_physical.html)

        >>> torch.conj_physical(torch.tensor([1 + 2j, 3 - 1j]))
        tensor([1.-2.j, 3.+1.j])
        """
    def conj_physical_(self) -> Tensor:
        """In-place form of `conj_physical`: The complex conjugate
        (https://docs.pytorch.org/docs/stable/generated/torch.conj_physical.html)

        >>> x = torch.tensor([1 + 2j, 3 - 1j])
        >>> x.conj_physical_() is x
        True
        >>> x
        tensor([1.-2.j, 3.+1.j])
        """
    def contiguous(self, memory_format: Any = ...) -> Tensor:
        """The tensor itself when its memory is in the wanted order, else a copy that is.

        Itself where it is contiguous, else a copy.

        >>> x = torch.zeros(2, 3).t()
        >>> x.is_contiguous(), x.contiguous().is_contiguous()
        (False, True)
        """
    def copy_(self, src: Any, non_blocking: builtins.bool = ...) -> Tensor:
        """Write the elements of `src`, broadcast and cast, into this tensor."""
    def copysign(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """The magnitude of input with the sign of other, -0. included
        (https://docs.pytorch.org/docs/stable/generated/torch.copysign.html)

        >>> torch.copysign(torch.tensor([1.0, -2.0]), torch.tensor([-0.0, 5.0]))
        tensor([-1.,  2.])
        """
    def copysign_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `copysign`: The magnitude of input with the sign of other, -0. included
        (https://docs.pytorch.org/docs/stable/generated/torch.copysign.html)

        >>> x = torch.tensor([1.0, 2.0])
        >>> x.copysign_(torch.tensor([-1.0, 1.0])) is x
        True
        >>> x
        tensor([-1.,  2.])
        """
    def corrcoef(self) -> Tensor:
        """Pearson's correlation coefficients of variables (rows) over observations (columns).

        https://docs.pytorch.org/docs/stable/generated/torch.corrcoef.html
        """
    def cos(self, *, out: Tensor | None = ...) -> Tensor:
        """cos of each element (https://docs.pytorch.org/docs/stable/generated/torch.cos.html)

        Integers give the default floating dtype.

        >>> torch.cos(torch.tensor([0.0, torch.pi / 2, torch.pi]).double()).round(decimals=6)
        tensor([ 1., -0., -1.], dtype=torch.float64)
        """
    def cos_(self) -> Tensor:
        """In-place form of `cos`: cos of each element (https://docs.pytorch.org/docs/stable/generated/torch.cos.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.cos_() is x
        True
        >>> x
        tensor([1.0000, 0.5403])
        """
    def cosh(self, *, out: Tensor | None = ...) -> Tensor:
        """cosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.cosh.html)

        >>> torch.cosh(torch.tensor([0.0, 1.0, -1.0]))
        tensor([1.0000, 1.5431, 1.5431])
        """
    def cosh_(self) -> Tensor:
        """In-place form of `cosh`: cosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.cosh.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.cosh_() is x
        True
        >>> x
        tensor([1.0000, 1.5431])
        """
    def count_nonzero(self, dim: builtins.int | Sequence[builtins.int] | None = ...) -> Tensor:
        """The number of elements that are not 0, as int64
        (https://docs.pytorch.org/docs/stable/generated/torch.count_nonzero.html)

        int64, over dim or all.

        >>> torch.count_nonzero(torch.tensor([[0, 1, 2], [0, 0, 3]]), dim=1)
        tensor([2, 1])
        """
    def cov(self, *, correction: builtins.int = ..., fweights: Tensor | None = ..., aweights: Tensor | None = ...) -> Tensor:
        """The covariance matrix of variables (rows) over observations (columns).

        RuntimeError for negative weights.
        https://docs.pytorch.org/docs/stable/generated/torch.cov.html
        """
    def cpu(self, memory_format: Any = ...) -> Tensor:
        """The tensor on the CPU.

        >>> x = torch.ones(2)
        >>> x.cpu() is x  # already there
        True
        """
    def cross(self, other: Any, dim: Any = ..., *, out: Any = ...) -> Any:
        """The vector product (https://docs.pytorch.org/docs/stable/generated/torch.cross.html)"""
    def crow_indices(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one.

        >>> torch.eye(2).to_sparse_csr().crow_indices()
        tensor([0, 1, 2])
        """
    def cuda(self, device: Any = ..., non_blocking: builtins.bool = ..., memory_format: Any = ...) -> Tensor:
        """The tensor on a GPU."""
    def cummax(self, dim: builtins.int, *, out: Sequence[Tensor] | None = ...) -> results.cummax:
        """Running maxima along a dim, and where each was last seen
        (https://docs.pytorch.org/docs/stable/generated/torch.cummax.html)

        (values, indices) of input's shape, NaN counting as the largest.

        >>> torch.cummax(torch.tensor([1, 3, 2, 5, 4]), dim=0)
        torch.return_types.cummax(
        values=tensor([1, 3, 3, 5, 5]),
        indices=tensor([0, 1, 1, 3, 3]))
        """
    def cummin(self, dim: builtins.int, *, out: Sequence[Tensor] | None = ...) -> results.cummin:
        """Running minima along a dim, and where each was last seen
        (https://docs.pytorch.org/docs/stable/generated/torch.cummin.html)

        >>> torch.cummin(torch.tensor([5, 3, 4, 1, 2]), dim=0)
        torch.return_types.cummin(
        values=tensor([5, 3, 3, 1, 1]),
        indices=tensor([0, 1, 1, 3, 3]))
        """
    def cumprod(self, dim: builtins.int, *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """Running products along a dim; the gradient is exact beside zeros
        (https://docs.pytorch.org/docs/stable/generated/torch.cumprod.html)

        The shape stays; integers give int64 unless a dtype is asked for.

        >>> torch.cumprod(torch.tensor([1, 2, 3, 4]), dim=0)
        tensor([ 1,  2,  6, 24])
        """
    def cumprod_(self, dim: builtins.int, *, dtype: Dtype | None = ...) -> Tensor:
        """In-place form of `cumprod`: Running products along a dim; the gradient is exact beside zeros
        (https://docs.pytorch.org/docs/stable/generated/torch.cumprod.html)

        >>> x = torch.tensor([1, 2, 3, 4])
        >>> x.cumprod_(0) is x
        True
        >>> x
        tensor([ 1,  2,  6, 24])
        """
    def cumsum(self, dim: builtins.int, *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """Running sums along a dim
        (https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html)

        The shape stays; integers give int64 unless a dtype is asked for.

        >>> torch.cumsum(torch.tensor([[1, 2, 3], [4, 5, 6]]), dim=1)
        tensor([[ 1,  3,  6],
                [ 4,  9, 15]])
        """
    def cumsum_(self, dim: builtins.int, *, dtype: Dtype | None = ...) -> Tensor:
        """In-place form of `cumsum`: Running sums along a dim
        (https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html)

        >>> x = torch.tensor([1, 2, 3, 4])
        >>> x.cumsum_(0) is x
        True
        >>> x
        tensor([ 1,  3,  6, 10])
        """
    @property
    def data(self) -> Tensor:
        """The same memory without history; autograd does not see writes to it.

        >>> w = torch.ones(2, requires_grad=True)
        >>> w.data.fill_(7.0)  # without autograd's knowledge
        tensor([7., 7.])
        >>> w
        tensor([7., 7.], requires_grad=True)
        """
    @data.setter
    def data(self, value: Any) -> None: ...
    def deg2rad(self, *, out: Tensor | None = ...) -> Tensor:
        """Degrees as radians (https://docs.pytorch.org/docs/stable/generated/torch.deg2rad.html)

        >>> torch.deg2rad(torch.tensor([0.0, 90.0, 180.0]))
        tensor([0.0000, 1.5708, 3.1416])
        """
    def deg2rad_(self) -> Tensor:
        """In-place form of `deg2rad`: Degrees as radians (https://docs.pytorch.org/docs/stable/generated/torch.deg2rad.html)

        >>> x = torch.tensor([0.0, 180.0])
        >>> x.deg2rad_() is x
        True
        >>> x
        tensor([0.0000, 3.1416])
        """
    def dense_dim(self) -> Any:
        """>>> torch.eye(2).to_sparse().dense_dim()
        0
        """
    def dequantize(self) -> Tensor:
        """The floats, float32, that a quantized tensor's integers stand for; of others the elements as
        float32.
        """
    def det(self, *, out: Tensor | None = ...) -> Tensor:
        """The determinant of square matrices.

        (https://docs.pytorch.org/docs/stable/generated/torch.linalg.det.html)

        (…, n, n) gives (…). RuntimeError unless square.

        >>> torch.det(torch.tensor([[2.0, 1.0], [0.0, 3.0]]))
        tensor(6.)
        """
    def detach(self) -> Tensor:
        """The same memory without history: writes are shared, gradients are not."""
    def detach_(self) -> Tensor:
        """Cut this tensor off from what made it.

        >>> x = torch.ones(2, requires_grad=True) * 2
        >>> x.detach_().requires_grad
        False
        """
    def diag(self, diagonal: builtins.int = ..., *, out: Any = ...) -> Tensor:
        """A matrix with a vector on its diagonal; a matrix's diagonal."""
    def diag_embed(self, offset: builtins.int = ..., dim1: builtins.int = ..., dim2: builtins.int = ...) -> Tensor:
        """The last dimension on a diagonal of two new dimensions, zeros elsewhere."""
    def diagflat(self, offset: builtins.int = ...) -> Tensor:
        """The elements on a diagonal of a square matrix of zeros."""
    def diagonal(self, offset: builtins.int = ..., dim1: builtins.int = ..., dim2: builtins.int = ...) -> Tensor:
        """A view of a diagonal, as the last dimension."""
    def diagonal_scatter(self, src: Tensor, offset: builtins.int = ..., dim1: builtins.int = ..., dim2: builtins.int = ..., *, out: Any = ...) -> Tensor:
        """A copy of `input` with `src` as the diagonal of two dims.

        https://docs.pytorch.org/docs/stable/generated/torch.diagonal_scatter.html
        """
    def diff(self, n: builtins.int = ..., dim: builtins.int = ..., prepend: Tensor | None = ..., append: Tensor | None = ..., *, out: Tensor | None = ...) -> Tensor:
        """Differences of neighbours along a dim, n times
        (https://docs.pytorch.org/docs/stable/generated/torch.diff.html)

        >>> torch.diff(torch.tensor([1, 4, 9, 16]))
        tensor([3, 5, 7])
        >>> torch.diff(torch.tensor([1, 4, 9, 16]), n=2)
        tensor([2, 2])
        """
    def digamma(self, *, out: Tensor | None = ...) -> Tensor:
        """The derivative of lgamma
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)

        >>> torch.digamma(torch.tensor([1.0, 0.5]))  # minus Euler's constant first
        tensor([-0.5772, -1.9635])
        """
    def digamma_(self) -> Tensor:
        """In-place form of `digamma`: The derivative of lgamma
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)

        >>> x = torch.tensor([1.0, 0.5])
        >>> x.digamma_() is x
        True
        >>> x
        tensor([-0.5772, -1.9635])
        """
    def dim_order(self, *, ambiguity_check: Any = ...) -> builtins.tuple[builtins.int, ...]:
        """The dimensions from the outermost in memory to the innermost; with `ambiguity_check` an error
        where another order, or another one of the given memory formats, would say the same.

        >>> torch.zeros(2, 3).t().dim_order()
        (1, 0)
        """
    def dist(self, other: Tensor, p: builtins.float = ...) -> Tensor:
        """The p-norm of input - other
        (https://docs.pytorch.org/docs/stable/generated/torch.dist.html)

        The p-norm of input - other, 0-dim; shapes are broadcast.

        >>> torch.dist(torch.tensor([0.0, 0.0]), torch.tensor([3.0, 4.0]))
        tensor(5.)
        """
    def div(self, other: Tensor | Number, *, rounding_mode: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
        """input / other, then rounded as asked: None, "trunc" or "floor"
        (https://docs.pytorch.org/docs/stable/generated/torch.div.html)

        Integers are divided as floats. RuntimeError for another rounding_mode than None,
        "trunc" and "floor".

        >>> torch.div(torch.tensor([7, -7]), 2)
        tensor([ 3.5000, -3.5000])
        >>> torch.div(torch.tensor([7, -7]), 2, rounding_mode="trunc")
        tensor([ 3, -3])
        >>> torch.div(torch.tensor([7, -7]), 2, rounding_mode="floor")
        tensor([ 3, -4])
        """
    def div_(self, other: Tensor | Number, *, rounding_mode: builtins.str | None = ...) -> Tensor:
        """In-place form of `div`: input / other, then rounded as asked: None, "trunc" or "floor"
        (https://docs.pytorch.org/docs/stable/generated/torch.div.html)

        RuntimeError where the result does not fit the shape or dtype, as for integers, and for
        a leaf that requires grad.

        >>> x = torch.tensor([7.0, -7.0])
        >>> x.div_(2, rounding_mode="floor") is x
        True
        >>> x
        tensor([ 3., -4.])
        """
    def divide(self, other: Tensor | Number, *, rounding_mode: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
        """input / other, then rounded as asked: None, "trunc" or "floor"
        (https://docs.pytorch.org/docs/stable/generated/torch.div.html)

        Integers are divided as floats. RuntimeError for another rounding_mode than None,
        "trunc" and "floor".

        >>> torch.div(torch.tensor([7, -7]), 2)
        tensor([ 3.5000, -3.5000])
        >>> torch.div(torch.tensor([7, -7]), 2, rounding_mode="trunc")
        tensor([ 3, -3])
        >>> torch.div(torch.tensor([7, -7]), 2, rounding_mode="floor")
        tensor([ 3, -4])
        """
    def divide_(self, other: Tensor | Number, *, rounding_mode: builtins.str | None = ...) -> Tensor:
        """In-place form of `div`: input / other, then rounded as asked: None, "trunc" or "floor"
        (https://docs.pytorch.org/docs/stable/generated/torch.div.html)

        >>> x = torch.tensor([7.0, -7.0])
        >>> x.divide_(2) is x
        True
        >>> x
        tensor([ 3.5000, -3.5000])
        """
    def dot(self, tensor: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The sum of products of two vectors
        (https://docs.pytorch.org/docs/stable/generated/torch.dot.html)

        RuntimeError but for two vectors of one length and dtype.

        >>> torch.dot(torch.tensor([1, 2, 3]), torch.tensor([4, 5, 6]))
        tensor(32)
        """
    def double(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.float64.

        >>> torch.tensor([1]).double()
        tensor([1.], dtype=torch.float64)
        """
    def dsplit(self, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]: ...
    def eig(self, **kwargs: Any) -> Any:
        """RuntimeError: PyTorch has `torch.linalg.eig` or `torch.linalg.eigvals`, whose results are complex in its place."""
    def elu_(self, alpha: builtins.float = ..., inplace: builtins.bool = ...) -> Tensor:
        """In-place form of `elu`: x where positive, alpha * (exp(x) - 1) elsewhere (https://arxiv.org/abs/1511.07289)"""
    def eq(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input == other (https://docs.pytorch.org/docs/stable/generated/torch.eq.html)

        bool, shapes broadcast. RuntimeError where they do not.

        >>> torch.eq(torch.tensor([1, 2, 3]), torch.tensor([1, 5, 3]))
        tensor([ True, False,  True])
        >>> torch.tensor([float("nan")]) == float("nan")
        tensor([False])
        """
    def eq_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `eq`: input == other (https://docs.pytorch.org/docs/stable/generated/torch.eq.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.eq_(2) is x
        True
        >>> x
        tensor([0, 1, 0])
        """
    def equal(self, other: Tensor) -> builtins.bool:
        """Whether two tensors have the same shape and the same elements."""
    def erf(self, *, out: Tensor | None = ...) -> Tensor:
        """The error function (https://docs.pytorch.org/docs/stable/special.html#torch.special.erf)

        Integers give the default floating dtype.

        >>> torch.erf(torch.tensor([0.0, 1.0, float("inf")]))
        tensor([0.0000, 0.8427, 1.0000])
        """
    def erf_(self) -> Tensor:
        """In-place form of `erf`: The error function (https://docs.pytorch.org/docs/stable/special.html#torch.special.erf)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.erf_() is x
        True
        >>> x
        tensor([0.0000, 0.8427])
        """
    def erfc(self, *, out: Tensor | None = ...) -> Tensor:
        """1 - erf (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc)

        >>> torch.erfc(torch.tensor([0.0, 1.0, float("inf")]))
        tensor([1.0000, 0.1573, 0.0000])
        """
    def erfc_(self) -> Tensor:
        """In-place form of `erfc`: 1 - erf (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.erfc_() is x
        True
        >>> x
        tensor([1.0000, 0.1573])
        """
    def erfinv(self, *, out: Tensor | None = ...) -> Tensor:
        """The inverse of erf
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfinv)

        >>> torch.erfinv(torch.tensor([0.0, 0.5, 1.0]))
        tensor([0.0000, 0.4769,    inf])
        """
    def erfinv_(self) -> Tensor:
        """In-place form of `erfinv`: The inverse of erf
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfinv)

        >>> x = torch.tensor([0.0, 0.5])
        >>> x.erfinv_() is x
        True
        >>> x
        tensor([0.0000, 0.4769])
        """
    def exp(self, *, out: Tensor | None = ...) -> Tensor:
        """exp of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp.html)

        Integers give the default floating dtype.

        >>> torch.exp(torch.tensor([0.0, 1.0, float("-inf")]))
        tensor([1.0000, 2.7183, 0.0000])
        """
    def exp2(self, *, out: Tensor | None = ...) -> Tensor:
        """exp2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp2.html)

        >>> torch.exp2(torch.tensor([0.0, 3.0, -1.0]))
        tensor([1.0000, 8.0000, 0.5000])
        """
    def exp2_(self) -> Tensor:
        """In-place form of `exp2`: exp2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp2.html)

        >>> x = torch.tensor([0.0, 3.0])
        >>> x.exp2_() is x
        True
        >>> x
        tensor([1., 8.])
        """
    def exp_(self) -> Tensor:
        """In-place form of `exp`: exp of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.exp_() is x
        True
        >>> x
        tensor([1.0000, 2.7183])
        """
    def expand(self, *sizes: Any, size: Any = ..., implicit: builtins.bool = ...) -> Tensor:
        """A view whose dimensions of size 1 (and new leading ones) are repeated without memory; -1
        keeps a size.
        """
    def expand_as(self, other: Tensor) -> Tensor: ...
    def expm1(self, *, out: Tensor | None = ...) -> Tensor:
        """expm1 of each element (https://docs.pytorch.org/docs/stable/generated/torch.expm1.html)

        Integers give the default floating dtype.

        >>> torch.expm1(torch.tensor([1e-10, 1.0], dtype=torch.float64))  # exact near zero
        tensor([1.0000e-10, 1.7183e+00], dtype=torch.float64)
        """
    def expm1_(self) -> Tensor:
        """In-place form of `expm1`: expm1 of each element (https://docs.pytorch.org/docs/stable/generated/torch.expm1.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.expm1_() is x
        True
        >>> x
        tensor([0.0000, 1.7183])
        """
    def exponential_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Exponential numbers of rate lambd.

        >>> torch.empty(3).exponential_().min() > 0
        tensor(True)
        """
    def fill_(self, value: Any) -> Tensor:
        """Write one value into every element.

        A number or a 0-dim tensor.

        >>> x = torch.tensor([1, 2])
        >>> x.fill_(9) is x
        True
        >>> x
        tensor([9, 9])
        """
    def fill_diagonal_(self, fill_value: Any, wrap: builtins.bool = ...) -> Tensor:
        """Set the main diagonal; with `wrap`, again below each square block of a tall matrix."""
    def fix(self, *, out: Tensor | None = ...) -> Tensor:
        """trunc of every element

        >>> torch.fix(torch.tensor([1.7, -1.7]))
        tensor([ 1., -1.])
        """
    def fix_(self) -> Tensor:
        """In-place form of `trunc`: trunc of every element

        >>> x = torch.tensor([1.7, -1.7])
        >>> x.fix_() is x
        True
        >>> x
        tensor([ 1., -1.])
        """
    def flatten(self, start_dim: builtins.int = ..., end_dim: builtins.int = ...) -> Tensor:
        """Dimensions `start_dim` to `end_dim` as one; a view where the strides allow it."""
    def flip(self, *dims: builtins.int | Sequence[builtins.int]) -> Tensor:
        """Reversed along dimensions (https://docs.pytorch.org/docs/stable/generated/torch.flip.html)

        A copy, unlike NumPy.

        >>> torch.flip(torch.tensor([[1, 2], [3, 4]]), dims=(0, 1))
        tensor([[4, 3],
                [2, 1]])
        """
    def fliplr(self) -> Tensor:
        """Reversed along the second dimension.

        >>> torch.fliplr(torch.tensor([[1, 2], [3, 4]]))
        tensor([[2, 1],
                [4, 3]])
        """
    def flipud(self) -> Tensor:
        """Reversed along the first dimension.

        >>> torch.flipud(torch.tensor([[1, 2], [3, 4]]))
        tensor([[3, 4],
                [1, 2]])
        """
    def float(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.float32.

        >>> torch.tensor([1, 2]).float()
        tensor([1., 2.])
        """
    def float_power(self, exponent: Tensor | Number | None, *, out: Tensor | None = ...) -> Tensor:
        """The power computed in double precision
        (https://docs.pytorch.org/docs/stable/generated/torch.float_power.html)

        >>> torch.float_power(torch.tensor([2, 3]), 2)  # always in float64
        tensor([4., 9.], dtype=torch.float64)
        """
    def float_power_(self, exponent: Tensor | Number | None) -> Tensor:
        """In-place form of `float_power`: The power computed in double precision
        (https://docs.pytorch.org/docs/stable/generated/torch.float_power.html)

        >>> x = torch.tensor([2.0, 3.0], dtype=torch.float64)
        >>> x.float_power_(2) is x
        True
        >>> x
        tensor([4., 9.], dtype=torch.float64)
        """
    def floor(self, *, out: Tensor | None = ...) -> Tensor:
        """floor of every element

        Integers stay as they are.

        >>> torch.floor(torch.tensor([1.7, -1.2, 3.0]))
        tensor([ 1., -2.,  3.])
        """
    def floor_(self) -> Tensor:
        """In-place form of `floor`: floor of every element

        >>> x = torch.tensor([1.7, -1.2])
        >>> x.floor_() is x
        True
        >>> x
        tensor([ 1., -2.])
        """
    def floor_divide(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """The quotient rounded down; there is no derivative, and backward says so
        (https://docs.pytorch.org/docs/stable/generated/torch.floor_divide.html)

        Rounded down, towards minus infinity. RuntimeError for integers by zero.

        >>> torch.floor_divide(torch.tensor([7, -7]), 2)
        tensor([ 3, -4])
        """
    def floor_divide_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `floor_divide`: The quotient rounded down; there is no derivative, and backward says so
        (https://docs.pytorch.org/docs/stable/generated/torch.floor_divide.html)

        >>> x = torch.tensor([7, -7])
        >>> x.floor_divide_(2) is x
        True
        >>> x
        tensor([ 3, -4])
        """
    def fmax(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The larger of each pair, the number where one is NaN
        (https://docs.pytorch.org/docs/stable/generated/torch.fmax.html)

        >>> torch.fmax(torch.tensor([1.0, float("nan")]), torch.tensor([0.0, 2.0]))  # NaN loses
        tensor([1., 2.])
        """
    def fmin(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The smaller of each pair, the number where one is NaN
        (https://docs.pytorch.org/docs/stable/generated/torch.fmin.html)

        >>> torch.fmin(torch.tensor([1.0, float("nan")]), torch.tensor([0.0, 2.0]))  # NaN loses
        tensor([0., 2.])
        """
    def fmod(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """The remainder that has the sign of input, as C's fmod
        (https://docs.pytorch.org/docs/stable/generated/torch.fmod.html)

        The result has the sign of input. RuntimeError for integers by zero.

        >>> torch.fmod(torch.tensor([7, -7]), 3)  # the sign of the dividend; see remainder
        tensor([ 1, -1])
        """
    def fmod_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `fmod`: The remainder that has the sign of input, as C's fmod
        (https://docs.pytorch.org/docs/stable/generated/torch.fmod.html)

        >>> x = torch.tensor([7, -7])
        >>> x.fmod_(3) is x
        True
        >>> x
        tensor([ 1, -1])
        """
    def frac(self, *, out: Tensor | None = ...) -> Tensor:
        """The part after the point, with the sign of input
        (https://docs.pytorch.org/docs/stable/generated/torch.frac.html)

        >>> torch.frac(torch.tensor([1.75, -1.75, 2.0]))
        tensor([ 0.7500, -0.7500,  0.0000])
        """
    def frac_(self) -> Tensor:
        """In-place form of `frac`: The part after the point, with the sign of input
        (https://docs.pytorch.org/docs/stable/generated/torch.frac.html)

        >>> x = torch.tensor([1.75, -1.75])
        >>> x.frac_() is x
        True
        >>> x
        tensor([ 0.7500, -0.7500])
        """
    def frexp(self, *, out: Sequence[Tensor] | None = ...) -> results.frexp:
        """Mantissa in [0.5, 1) and int32 exponent with input = mantissa * 2**exponent
        (https://docs.pytorch.org/docs/stable/generated/torch.frexp.html)

        >>> mantissa, exponent = torch.frexp(torch.tensor([6.0, 0.25]))
        >>> mantissa, exponent
        (tensor([0.7500, 0.5000]), tensor([ 3, -1], dtype=torch.int32))
        """
    def gather(self, dim: builtins.int, index: Tensor, *, sparse_grad: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
        """Elements along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.gather.html)

        The index has as many dimensions as input; the result has its shape. RuntimeError for an
        index out of range.

        >>> x = torch.tensor([[1, 2, 3], [4, 5, 6]])
        >>> torch.gather(x, 1, torch.tensor([[2], [0]]))  # one of each row
        tensor([[3],
                [4]])
        """
    def gcd(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The greatest common divisor of integers
        (https://docs.pytorch.org/docs/stable/generated/torch.gcd.html)

        >>> torch.gcd(torch.tensor([12, 7, 0]), torch.tensor([18, 21, 5]))
        tensor([6, 7, 5])
        """
    def gcd_(self, other: Tensor) -> Tensor:
        """In-place form of `gcd`: The greatest common divisor of integers
        (https://docs.pytorch.org/docs/stable/generated/torch.gcd.html)

        >>> x = torch.tensor([12, 7])
        >>> x.gcd_(torch.tensor([18, 21])) is x
        True
        >>> x
        tensor([6, 7])
        """
    def ge(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)

        bool, shapes broadcast.

        >>> torch.ge(torch.tensor([1, 2, 3]), 2)
        tensor([False,  True,  True])
        """
    def ge_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `ge`: input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.ge_(2) is x
        True
        >>> x
        tensor([0, 1, 1])
        """
    def geometric_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Geometric numbers.

        >>> torch.empty(3).geometric_(0.5).min() >= 1
        tensor(True)
        """
    def geqrf(self, *, out: Sequence[Tensor] | None = ...) -> results.geqrf:
        """Householder reflectors and R in one matrix, as LAPACK's geqrf, and the reflectors' scales.

        (https://docs.pytorch.org/docs/stable/generated/torch.geqrf.html)

        >>> reflectors, tau = torch.geqrf(torch.tensor([[3.0], [4.0]]))
        >>> reflectors.abs(), tau
        (tensor([[5.0000],
                [0.5000]]), tensor([1.6000]))
        """
    def ger(self, vec2: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """All products of two vectors' elements
        (https://docs.pytorch.org/docs/stable/generated/torch.outer.html)

        >>> torch.ger(torch.tensor([1, 2]), torch.tensor([3, 4]))
        tensor([[3, 4],
                [6, 8]])
        """
    @property
    def grad(self) -> Tensor | None:
        """None before the first backward, and after zero_grad.

        >>> w = torch.ones(2, requires_grad=True)
        >>> w.grad is None
        True
        >>> (3 * w).sum().backward()
        >>> w.grad
        tensor([3., 3.])
        """
    @grad.setter
    def grad(self, value: Any) -> None: ...
    @property
    def grad_dtype(self) -> Dtype | None:
        """The dtype that `.grad` of this leaf has; None: any."""
    @grad_dtype.setter
    def grad_dtype(self, value: Any) -> None: ...
    @property
    def grad_fn(self) -> Any:
        """>>> w = torch.ones(2, requires_grad=True)
        >>> w.grad_fn is None, (w * 2).grad_fn.name()
        (True, 'MulBackward0')
        """
    def greater(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)

        bool, shapes broadcast.

        >>> torch.gt(torch.tensor([1, 2, 3]), 2)
        tensor([False, False,  True])
        """
    def greater_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `gt`: input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.greater_(2) is x
        True
        >>> x
        tensor([0, 0, 1])
        """
    def greater_equal(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)

        bool, shapes broadcast.

        >>> torch.ge(torch.tensor([1, 2, 3]), 2)
        tensor([False,  True,  True])
        """
    def greater_equal_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `ge`: input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.greater_equal_(2) is x
        True
        >>> x
        tensor([0, 1, 1])
        """
    def gt(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)

        bool, shapes broadcast.

        >>> torch.gt(torch.tensor([1, 2, 3]), 2)
        tensor([False, False,  True])
        """
    def gt_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `gt`: input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.gt_(2) is x
        True
        >>> x
        tensor([0, 0, 1])
        """
    def half(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.float16.

        >>> torch.tensor([1.0, 70000.0]).half()
        tensor([1., inf], dtype=torch.float16)
        """
    def hardshrink(self, lambd: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
        """x where |x| > lambd, else 0
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html)

        >>> torch.hardshrink(torch.tensor([-1.0, 0.3, 0.7]), lambd=0.5)
        tensor([-1.0000,  0.0000,  0.7000])
        """
    def hardtanh_(self, min_val: builtins.float = ..., max_val: builtins.float = ..., inplace: builtins.bool = ...) -> Tensor:
        """In-place form of `hardtanh`: x clamped to [min_val, max_val]
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html)
        """
    def heaviside(self, values: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """0 below zero, 1 above, values at zero
        (https://docs.pytorch.org/docs/stable/generated/torch.heaviside.html)

        >>> torch.heaviside(torch.tensor([-1.0, 0.0, 2.0]), torch.tensor(0.5))
        tensor([0.0000, 0.5000, 1.0000])
        """
    def heaviside_(self, values: Tensor) -> Tensor:
        """In-place form of `heaviside`: 0 below zero, 1 above, values at zero
        (https://docs.pytorch.org/docs/stable/generated/torch.heaviside.html)

        >>> x = torch.tensor([-1.0, 0.0, 2.0])
        >>> x.heaviside_(torch.tensor(0.5)) is x
        True
        >>> x
        tensor([0.0000, 0.5000, 1.0000])
        """
    def histc(self, bins: builtins.int = ..., min: builtins.float = ..., max: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
        """Counts in equal bins between min and max (both 0: of the data), in the dtype of input
        (https://docs.pytorch.org/docs/stable/generated/torch.histc.html)

        >>> torch.histc(torch.tensor([0.0, 1.0, 1.5, 4.0]), bins=4, min=0, max=4)
        tensor([1., 2., 0., 1.])
        """
    def histogram(self, bins: Tensor | Number | None, *, range: builtins.tuple | None = ..., weight: Tensor | None = ..., density: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.histogram:
        """Counts (or sums of weights, or a density) between bin edges, and the edges
        (https://docs.pytorch.org/docs/stable/generated/torch.histogram.html)

        >>> torch.histogram(torch.tensor([0.5, 1.5, 1.6]), torch.tensor([0.0, 1.0, 2.0]))
        torch.return_types.histogram(
        hist=tensor([1., 2.]),
        bin_edges=tensor([0., 1., 2.]))
        """
    def hsplit(self, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]: ...
    def hypot(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """sqrt(input² + other²) without overflow
        (https://docs.pytorch.org/docs/stable/generated/torch.hypot.html)

        >>> torch.hypot(torch.tensor([3.0, 5.0]), torch.tensor([4.0, 12.0]))
        tensor([ 5., 13.])
        """
    def hypot_(self, other: Tensor) -> Tensor:
        """In-place form of `hypot`: sqrt(input² + other²) without overflow
        (https://docs.pytorch.org/docs/stable/generated/torch.hypot.html)

        >>> x = torch.tensor([3.0, 5.0])
        >>> x.hypot_(torch.tensor([4.0, 12.0])) is x
        True
        >>> x
        tensor([ 5., 13.])
        """
    def i0(self, *, out: Tensor | None = ...) -> Tensor:
        """The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0)

        >>> torch.i0(torch.tensor([0.0, 1.0, 2.0]))
        tensor([1.0000, 1.2661, 2.2796])
        """
    def i0_(self) -> Tensor:
        """In-place form of `i0`: The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.i0_() is x
        True
        >>> x
        tensor([1.0000, 1.2661])
        """
    def igamma(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The regularized lower incomplete gamma function P(input, other); differentiable in other
        alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammainc)

        >>> torch.igamma(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 1.0]))
        tensor([0.6321, 0.2642])
        """
    def igamma_(self, other: Tensor) -> Tensor:
        """In-place form of `igamma`: The regularized lower incomplete gamma function P(input, other); differentiable in other
        alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammainc)

        >>> x = torch.tensor([1.0, 2.0])
        >>> x.igamma_(torch.tensor([1.0, 1.0])) is x
        True
        >>> x
        tensor([0.6321, 0.2642])
        """
    def igammac(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The regularized upper incomplete gamma function Q(input, other); differentiable in other
        alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaincc)

        >>> torch.igammac(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 1.0]))
        tensor([0.3679, 0.7358])
        """
    def igammac_(self, other: Tensor) -> Tensor:
        """In-place form of `igammac`: The regularized upper incomplete gamma function Q(input, other); differentiable in other
        alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaincc)

        >>> x = torch.tensor([1.0, 2.0])
        >>> x.igammac_(torch.tensor([1.0, 1.0])) is x
        True
        >>> x
        tensor([0.3679, 0.7358])
        """
    @property
    def imag(self) -> Tensor:
        """The imaginary part, a view."""
    @imag.setter
    def imag(self, value: Any) -> None: ...
    def index_add(self, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """Rows added at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html)

        index is 1-D, as long as source along dim; equal indices add up. IndexError for an index
        out of range.

        >>> index = torch.tensor([0, 2, 0])
        >>> torch.index_add(torch.zeros(3), 0, index, torch.tensor([1.0, 2.0, 4.0]))
        tensor([5., 0., 2.])
        """
    def index_add_(self, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: Number | Tensor = ...) -> Tensor:
        """In-place form of `index_add`: Rows added at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html)

        >>> x = torch.tensor([0.0, 0.0, 0.0])
        >>> x.index_add_(0, torch.tensor([0, 2, 0]), torch.tensor([1.0, 2.0, 4.0])) is x
        True
        >>> x
        tensor([5., 0., 2.])
        """
    def index_copy(self, dim: builtins.int, index: Tensor, source: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Rows written at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html)

        >>> torch.index_copy(torch.zeros(3), 0, torch.tensor([2, 0]), torch.tensor([5.0, 6.0]))
        tensor([6., 0., 5.])
        """
    def index_copy_(self, dim: builtins.int, index: Tensor, source: Tensor) -> Tensor:
        """In-place form of `index_copy`: Rows written at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html)

        >>> x = torch.tensor([0.0, 0.0, 0.0])
        >>> x.index_copy_(0, torch.tensor([2, 0]), torch.tensor([5.0, 6.0])) is x
        True
        >>> x
        tensor([6., 0., 5.])
        """
    def index_fill(self, dim: builtins.int, index: Tensor, value: Tensor | Number) -> Tensor:
        """Rows filled at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html)

        index is 1-D. IndexError for an index out of range.

        >>> torch.index_fill(torch.zeros(2, 3), 1, torch.tensor([0, 2]), 9.0)
        tensor([[9., 0., 9.],
                [9., 0., 9.]])
        """
    def index_fill_(self, dim: builtins.int, index: Tensor, value: Tensor | Number) -> Tensor:
        """In-place form of `index_fill`: Rows filled at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.index_fill_(0, torch.tensor([0, 2]), 9) is x
        True
        >>> x
        tensor([9, 2, 9])
        """
    def index_put(self, indices: Any, values: Tensor, accumulate: builtins.bool = ...) -> Tensor:
        """A copy with values written at the positions that index tensors or masks name."""
    def index_put_(self, indices: Sequence[Tensor], values: Tensor, accumulate: builtins.bool = ...) -> Tensor:
        """Values written at the positions that index tensors or masks name."""
    def index_reduce(self, dim: builtins.int, index: Tensor, source: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
        """Rows reduced at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html)

        >>> index = torch.tensor([0, 0, 1])
        >>> torch.index_reduce(torch.ones(2), 0, index, torch.tensor([2.0, 3.0, 4.0]), "prod")
        tensor([6., 4.])
        """
    def index_reduce_(self, dim: builtins.int, index: Tensor, source: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ...) -> Tensor:
        """In-place form of `index_reduce`: Rows reduced at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html)

        >>> x = torch.tensor([1.0, 1.0])
        >>> x.index_reduce_(0, torch.tensor([0, 0]), torch.tensor([2.0, 3.0]), "prod") is x
        True
        >>> x
        tensor([6., 1.])
        """
    def index_select(self, dim: builtins.int, index: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Rows at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.index_select.html)

        index is 1-D; the result is a copy. IndexError for an index out of range.

        >>> x = torch.tensor([[1, 2, 3], [4, 5, 6]])
        >>> torch.index_select(x, 1, torch.tensor([2, 0]))
        tensor([[3, 1],
                [6, 4]])
        """
    def indices(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one.

        >>> torch.eye(2).to_sparse().indices()
        tensor([[0, 1],
                [0, 1]])
        """
    def inner(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Sums of products over the last dimensions
        (https://docs.pytorch.org/docs/stable/generated/torch.inner.html)

        >>> torch.inner(torch.tensor([[1, 2], [3, 4]]), torch.tensor([1, 10]))
        tensor([21, 43])
        """
    def int(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.int32.

        >>> torch.tensor([1.9, -1.9]).int()
        tensor([ 1, -1], dtype=torch.int32)
        """
    def int_repr(self) -> Any:
        """Of quantized tensors: NotImplementedError for int_repr() of others."""
    def inverse(self, *, out: Tensor | None = ...) -> Tensor:
        """The inverse of square matrices; LinAlgError where one is singular.

        (https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv.html)

        (…, n, n). LinAlgError where one is singular.

        >>> torch.inverse(torch.tensor([[2.0, 0.0], [0.0, 4.0]]))
        tensor([[0.5000, 0.0000],
                [0.0000, 0.2500]])
        """
    def ipu(self, *args: Any, **options: Any) -> Tensor:
        """RuntimeError: there is no IPU."""
    def is_coalesced(self) -> Any:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one.

        >>> torch.sparse_coo_tensor([[0, 0]], [1.0, 2.0], (2,)).is_coalesced()
        False
        """
    def is_distributed(self) -> builtins.bool:
        """False: no tensor is one of PyTorch's former distributed tensors."""
    is_ipu: Any
    @property
    def is_leaf(self) -> builtins.bool:
        """>>> w = torch.ones(2, requires_grad=True)
        >>> w.is_leaf, (w * 2).is_leaf
        (True, False)
        """
    is_maia: Any
    is_mtia: Any
    def is_nonzero(self) -> builtins.bool:
        """Whether a one-element tensor is not zero."""
    def is_pinned(self, device: Any = ...) -> builtins.bool:
        """Whether the tensor is in pinned memory.

        >>> torch.zeros(2).is_pinned()
        False
        """
    def is_same_size(self, other: Tensor) -> builtins.bool: ...
    def is_set_to(self, tensor: Tensor) -> builtins.bool:
        """Whether both are the same elements of the same memory."""
    is_vulkan: Any
    def isclose(self, other: Tensor, rtol: builtins.float = ..., atol: builtins.float = ..., equal_nan: builtins.bool = ...) -> Tensor:
        """|input - other| <= atol + rtol * |other|
        (https://docs.pytorch.org/docs/stable/generated/torch.isclose.html)

        bool, shapes broadcast; NaN is close to NaN with equal_nan only.

        >>> torch.isclose(torch.tensor([1.0, 1.0]), torch.tensor([1.000001, 1.1]))
        tensor([ True, False])
        >>> torch.isclose(torch.tensor(float("nan")), torch.tensor(float("nan")), equal_nan=True)
        tensor(True)
        """
    def isfinite(self) -> Tensor:
        """Whether an element is neither infinite nor NaN (https://docs.pytorch.org/docs/stable/generated/torch.isfinite.html)

        bool of input's shape.

        >>> torch.isfinite(torch.tensor([1.0, float("inf"), float("nan")]))
        tensor([ True, False, False])
        """
    def isinf(self) -> Tensor:
        """Whether an element is infinite; a complex one when either part is (https://docs.pytorch.org/docs/stable/generated/torch.isinf.html)

        bool of input's shape.

        >>> torch.isinf(torch.tensor([1.0, float("-inf"), float("nan")]))
        tensor([False,  True, False])
        """
    def isnan(self) -> Tensor:
        """Whether an element is NaN; a complex one when either part is (https://docs.pytorch.org/docs/stable/generated/torch.isnan.html)

        bool of input's shape.

        >>> torch.isnan(torch.tensor([1.0, float("inf"), float("nan")]))
        tensor([False, False,  True])
        """
    def isneginf(self, *, out: Tensor | None = ...) -> Tensor:
        """Whether an element is -inf (https://docs.pytorch.org/docs/stable/generated/torch.isneginf.html)

        >>> torch.isneginf(torch.tensor([float("-inf"), float("inf"), 0.0]))
        tensor([ True, False, False])
        """
    def isposinf(self, *, out: Tensor | None = ...) -> Tensor:
        """Whether an element is +inf (https://docs.pytorch.org/docs/stable/generated/torch.isposinf.html)

        >>> torch.isposinf(torch.tensor([float("-inf"), float("inf"), 0.0]))
        tensor([False,  True, False])
        """
    def isreal(self) -> Tensor:
        """Whether an element's imaginary part is 0 (https://docs.pytorch.org/docs/stable/generated/torch.isreal.html)

        >>> torch.isreal(torch.tensor([1 + 0j, 1j]))
        tensor([ True, False])
        """
    def istft(self, n_fft: Any, hop_length: Any = ..., win_length: Any = ..., window: Any = ..., center: Any = ..., normalized: Any = ..., onesided: Any = ..., length: Any = ..., return_complex: Any = ...) -> Any:
        """The signal whose `stft` is nearest: overlapping inverse transforms, weighted by the window.

        (https://docs.pytorch.org/docs/stable/generated/torch.istft.html)
        """
    def kron(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The Kronecker product (https://docs.pytorch.org/docs/stable/generated/torch.kron.html)

        Of matrices (a, b) and (c, d), (a·c, b·d).

        >>> torch.kron(torch.tensor([[1, 2]]), torch.tensor([[1], [10]]))
        tensor([[ 1,  2],
                [10, 20]])
        """
    def kthvalue(self, k: builtins.int, dim: builtins.int = ..., keepdim: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.kthvalue:
        """The k-th smallest element along a dim (k from 1), with its index
        (https://docs.pytorch.org/docs/stable/generated/torch.kthvalue.html)

        The k-th smallest, counted from 1, and its index. RuntimeError for k out of range.

        >>> torch.kthvalue(torch.tensor([30, 10, 20]), k=2)
        torch.return_types.kthvalue(
        values=tensor(20),
        indices=tensor(2))
        """
    def lcm(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The least common multiple of integers
        (https://docs.pytorch.org/docs/stable/generated/torch.lcm.html)

        >>> torch.lcm(torch.tensor([4, 6]), torch.tensor([6, 15]))
        tensor([12, 30])
        """
    def lcm_(self, other: Tensor) -> Tensor:
        """In-place form of `lcm`: The least common multiple of integers
        (https://docs.pytorch.org/docs/stable/generated/torch.lcm.html)

        >>> x = torch.tensor([4, 6])
        >>> x.lcm_(torch.tensor([6, 15])) is x
        True
        >>> x
        tensor([12, 30])
        """
    def ldexp(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """input * 2**other (https://docs.pytorch.org/docs/stable/generated/torch.ldexp.html)

        >>> torch.ldexp(torch.tensor([0.75, 1.0]), torch.tensor([2, -1]))
        tensor([3.0000, 0.5000])
        """
    def ldexp_(self, other: Tensor) -> Tensor:
        """In-place form of `ldexp`: input * 2**other (https://docs.pytorch.org/docs/stable/generated/torch.ldexp.html)

        >>> x = torch.tensor([0.75, 1.0])
        >>> x.ldexp_(torch.tensor([2, -1])) is x
        True
        >>> x
        tensor([3.0000, 0.5000])
        """
    def le(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)

        bool, shapes broadcast.

        >>> torch.le(torch.tensor([1, 2, 3]), 2)
        tensor([ True,  True, False])
        """
    def le_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `le`: input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.le_(2) is x
        True
        >>> x
        tensor([1, 1, 0])
        """
    def leaky_relu_(self, negative_slope: builtins.float = ..., inplace: builtins.bool = ...) -> Tensor:
        """In-place form of `leaky_relu`: x where positive, negative_slope * x elsewhere
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html)
        """
    def lerp(self, end: Tensor, weight: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input + weight * (end - input)
        (https://docs.pytorch.org/docs/stable/generated/torch.lerp.html)

        weight is a number or a tensor that broadcasts.

        >>> torch.lerp(torch.tensor([0.0, 10.0]), torch.tensor([1.0, 20.0]), 0.25)
        tensor([ 0.2500, 12.5000])
        """
    def lerp_(self, end: Tensor, weight: Tensor | Number) -> Tensor:
        """In-place form of `lerp`: input + weight * (end - input)
        (https://docs.pytorch.org/docs/stable/generated/torch.lerp.html)

        >>> x = torch.tensor([0.0, 10.0])
        >>> x.lerp_(torch.tensor([1.0, 20.0]), 0.25) is x
        True
        >>> x
        tensor([ 0.2500, 12.5000])
        """
    def less(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)

        bool, shapes broadcast.

        >>> torch.lt(torch.tensor([1, 2, 3]), 2)
        tensor([ True, False, False])
        """
    def less_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `lt`: input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.less_(2) is x
        True
        >>> x
        tensor([1, 0, 0])
        """
    def less_equal(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)

        bool, shapes broadcast.

        >>> torch.le(torch.tensor([1, 2, 3]), 2)
        tensor([ True,  True, False])
        """
    def less_equal_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `le`: input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.less_equal_(2) is x
        True
        >>> x
        tensor([1, 1, 0])
        """
    def lgamma(self, *, out: Tensor | None = ...) -> Tensor:
        """log |Γ(x)| (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaln)

        >>> torch.lgamma(torch.tensor([1.0, 5.0]))  # of 5 it is log(24)
        tensor([0.0000, 3.1781])
        """
    def lgamma_(self) -> Tensor:
        """In-place form of `lgamma`: log |Γ(x)| (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaln)

        >>> x = torch.tensor([1.0, 5.0])
        >>> x.lgamma_() is x
        True
        >>> x
        tensor([0.0000, 3.1781])
        """
    def log(self, *, out: Tensor | None = ...) -> Tensor:
        """log of each element (https://docs.pytorch.org/docs/stable/generated/torch.log.html)

        Integers give the default floating dtype; -inf at 0, NaN below.

        >>> torch.log(torch.tensor([1.0, 2.0, 0.0, -1.0]))
        tensor([0.0000, 0.6931,   -inf,    nan])
        """
    def log10(self, *, out: Tensor | None = ...) -> Tensor:
        """log10 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log10.html)

        Integers give the default floating dtype; -inf at 0, NaN below.

        >>> torch.log10(torch.tensor([1.0, 1000.0, 2.0]))
        tensor([0.0000, 3.0000, 0.3010])
        """
    def log10_(self) -> Tensor:
        """In-place form of `log10`: log10 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log10.html)

        >>> x = torch.tensor([1.0, 2.0])
        >>> x.log10_() is x
        True
        >>> x
        tensor([0.0000, 0.3010])
        """
    def log1p(self, *, out: Tensor | None = ...) -> Tensor:
        """log1p of each element (https://docs.pytorch.org/docs/stable/generated/torch.log1p.html)

        Integers give the default floating dtype; -inf at -1, NaN below.

        >>> torch.log1p(torch.tensor([1e-10, 1.0], dtype=torch.float64))  # exact near zero
        tensor([1.0000e-10, 6.9315e-01], dtype=torch.float64)
        """
    def log1p_(self) -> Tensor:
        """In-place form of `log1p`: log1p of each element (https://docs.pytorch.org/docs/stable/generated/torch.log1p.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.log1p_() is x
        True
        >>> x
        tensor([0.0000, 0.6931])
        """
    def log2(self, *, out: Tensor | None = ...) -> Tensor:
        """log2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log2.html)

        Integers give the default floating dtype; -inf at 0, NaN below.

        >>> torch.log2(torch.tensor([1.0, 8.0, 0.25]))
        tensor([ 0.,  3., -2.])
        """
    def log2_(self) -> Tensor:
        """In-place form of `log2`: log2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log2.html)

        >>> x = torch.tensor([1.0, 8.0])
        >>> x.log2_() is x
        True
        >>> x
        tensor([0., 3.])
        """
    def log_(self) -> Tensor:
        """In-place form of `log`: log of each element (https://docs.pytorch.org/docs/stable/generated/torch.log.html)

        >>> x = torch.tensor([1.0, 2.0])
        >>> x.log_() is x
        True
        >>> x
        tensor([0.0000, 0.6931])
        """
    def log_normal_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Log-normal numbers.

        >>> torch.empty(3).log_normal_().min() > 0
        tensor(True)
        """
    def log_softmax(self, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
        """Logarithm of softmax along `dim`
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html)

        The shape stays; dtype casts input first.

        >>> torch.log_softmax(torch.tensor([[1.0, 1.0], [0.0, 100.0]]), dim=1)
        tensor([[  -0.6931,   -0.6931],
                [-100.0000,    0.0000]])
        """
    def logaddexp(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """log(exp(input) + exp(other)) without overflow
        (https://docs.pytorch.org/docs/stable/generated/torch.logaddexp.html)

        >>> x = torch.tensor([-1000.0, 0.0])
        >>> torch.logaddexp(x, x)  # nothing underflows
        tensor([-9.9931e+02,  6.9315e-01])
        """
    def logaddexp2(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """log2(2**input + 2**other) without overflow
        (https://docs.pytorch.org/docs/stable/generated/torch.logaddexp2.html)

        >>> torch.logaddexp2(torch.tensor([3.0, 0.0]), torch.tensor([3.0, 1.0]))
        tensor([4.0000, 1.5850])
        """
    def logcumsumexp(self, dim: builtins.int, *, out: Tensor | None = ...) -> Tensor:
        """log of the running sums of exp along a dim
        (https://docs.pytorch.org/docs/stable/generated/torch.logcumsumexp.html)

        >>> torch.logcumsumexp(torch.zeros(3), dim=0)
        tensor([0.0000, 0.6931, 1.0986])
        """
    def logdet(self) -> Tensor:
        """The logarithm of the determinant; NaN where it is negative.

        (https://docs.pytorch.org/docs/stable/generated/torch.logdet.html)

        >>> torch.logdet(torch.tensor([[2.0, 0.0], [0.0, 3.0]]))
        tensor(1.7918)
        """
    def logical_and(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Whether both elements are not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_and.html)

        bool for any dtypes, shapes broadcast.

        >>> torch.logical_and(torch.tensor([0, 1, 2]), torch.tensor([1, 1, 0]))
        tensor([False,  True, False])
        """
    def logical_and_(self, other: Tensor) -> Tensor:
        """In-place form of `logical_and`: Whether both elements are not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_and.html)

        >>> x = torch.tensor([0, 1, 2])
        >>> x.logical_and_(torch.tensor([1, 1, 0])) is x
        True
        >>> x
        tensor([0, 1, 0])
        """
    def logical_not(self, *, out: Tensor | None = ...) -> Tensor:
        """Whether an element is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_not.html)

        bool of input's shape.

        >>> torch.logical_not(torch.tensor([0.0, 1.5, -2.0]))
        tensor([ True, False, False])
        """
    def logical_not_(self) -> Tensor:
        """In-place form of `logical_not`: Whether an element is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_not.html)

        >>> x = torch.tensor([0, 1, 2])
        >>> x.logical_not_() is x
        True
        >>> x
        tensor([1, 0, 0])
        """
    def logical_or(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Whether an element is not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_or.html)

        bool for any dtypes, shapes broadcast.

        >>> torch.logical_or(torch.tensor([0, 1, 0]), torch.tensor([1, 1, 0]))
        tensor([ True,  True, False])
        """
    def logical_or_(self, other: Tensor) -> Tensor:
        """In-place form of `logical_or`: Whether an element is not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_or.html)

        >>> x = torch.tensor([0, 1, 0])
        >>> x.logical_or_(torch.tensor([1, 1, 0])) is x
        True
        >>> x
        tensor([1, 1, 0])
        """
    def logical_xor(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Whether exactly one element is not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_xor.html)

        >>> torch.logical_xor(torch.tensor([0, 1, 2]), torch.tensor([1, 1, 0]))
        tensor([ True, False,  True])
        """
    def logical_xor_(self, other: Tensor) -> Tensor:
        """In-place form of `logical_xor`: Whether exactly one element is not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_xor.html)

        >>> x = torch.tensor([0, 1, 2])
        >>> x.logical_xor_(torch.tensor([1, 1, 0])) is x
        True
        >>> x
        tensor([1, 0, 1])
        """
    def logit(self, eps: builtins.float | None = ..., *, out: Tensor | None = ...) -> Tensor:
        """log(x / (1 - x)); x is clamped to [eps, 1 - eps] when eps is given
        (https://docs.pytorch.org/docs/stable/generated/torch.special.logit.html)

        >>> torch.logit(torch.tensor([0.5, 0.9, 1.0]))
        tensor([0.0000, 2.1972,    inf])
        >>> torch.logit(torch.tensor([0.5, 0.9, 1.0]), eps=1e-3)  # first moved into [eps, 1 - eps]
        tensor([0.0000, 2.1972, 6.9068])
        """
    def logit_(self, eps: builtins.float | None = ...) -> Tensor:
        """In-place form of `logit`: log(x / (1 - x)); x is clamped to [eps, 1 - eps] when eps is given
        (https://docs.pytorch.org/docs/stable/generated/torch.special.logit.html)

        >>> x = torch.tensor([0.5, 0.9])
        >>> x.logit_() is x
        True
        >>> x
        tensor([0.0000, 2.1972])
        """
    def logsumexp(self, dim: builtins.int | Sequence[builtins.int] | None, keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """log(sum(exp(input))) over dims without overflow
        (https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html)

        dim is an int or a tuple.

        >>> torch.logsumexp(torch.tensor([[1000.0, 1000.0], [0.0, 0.0]]), dim=1)  # no overflow
        tensor([1.0007e+03, 6.9315e-01])
        """
    def long(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.int64.

        >>> torch.tensor([1.9, -1.9]).long()
        tensor([ 1, -1])
        """
    def lstsq(self, **kwargs: Any) -> Any:
        """RuntimeError: PyTorch has `torch.linalg.lstsq`, whose arguments are in the other order in its place."""
    def lt(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)

        bool, shapes broadcast.

        >>> torch.lt(torch.tensor([1, 2, 3]), 2)
        tensor([ True, False, False])
        """
    def lt_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `lt`: input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.lt_(2) is x
        True
        >>> x
        tensor([1, 0, 0])
        """
    def lu(self, pivot: builtins.bool = ..., get_infos: builtins.bool = ..., out: Any = ...) -> Any:
        """Both LU factors in one matrix and the row swaps from 1; with `get_infos` the zero pivots too.

        https://docs.pytorch.org/docs/stable/generated/torch.lu.html
        """
    def lu_solve(self, LU_data: Any, LU_pivots: Any, *, out: Any = ...) -> Any:
        """X with AX = b, from `lu_factor` of A.

        (https://docs.pytorch.org/docs/stable/generated/torch.lu_solve.html)
        """
    @property
    def mH(self) -> Tensor:
        """>>> torch.tensor([[1 + 1j, 2 + 0j]]).mH.shape
        torch.Size([2, 1])
        """
    @property
    def mT(self) -> Tensor:
        """>>> torch.zeros(5, 2, 3).mT.shape
        torch.Size([5, 3, 2])
        """
    def map2_(self, x: Tensor, y: Tensor, callable: Any) -> Tensor:
        """Replace each element by `callable(element, element of x, element of y)`; CPU only, slow."""
    def map_(self, other: Tensor, callable: Any) -> Tensor:
        """Replace each element by `callable(element, other's element)`; CPU only, slow."""
    def masked_fill(self, mask: Tensor, value: Tensor | Number) -> Tensor:
        """`value` where the mask is true
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html)

        The mask is broadcast to input.

        >>> torch.masked_fill(torch.ones(2, 2), torch.tensor([True, False]), 0.0)
        tensor([[0., 1.],
                [0., 1.]])
        """
    def masked_fill_(self, mask: Tensor, value: Tensor | Number) -> Tensor:
        """In-place form of `masked_fill`: `value` where the mask is true
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html)

        mask is bool and broadcasts to the tensor. RuntimeError otherwise.

        >>> x = torch.tensor([1, -2, 3])
        >>> x.masked_fill_(torch.tensor([False, True, False]), 0) is x
        True
        >>> x
        tensor([1, 0, 3])
        """
    def masked_scatter(self, mask: Tensor, source: Tensor) -> Tensor:
        """Elements of `source` in order where the mask is true.

        mask is broadcast to input; elements of source are taken in order. RuntimeError where
        there are too few.

        >>> mask = torch.tensor([True, False, True])
        >>> torch.masked_scatter(torch.zeros(3), mask, torch.tensor([1.0, 2.0]))
        tensor([1., 0., 2.])
        """
    def masked_scatter_(self, mask: Tensor, source: Tensor) -> Tensor:
        """In-place form of `masked_scatter`: Elements of `source` in order where the mask is true.

        >>> x = torch.tensor([0, 0, 0])
        >>> x.masked_scatter_(torch.tensor([True, False, True]), torch.tensor([7, 8])) is x
        True
        >>> x
        tensor([7, 0, 8])
        """
    def masked_select(self, mask: Tensor, *, out: Any = ...) -> Tensor:
        """The elements where a mask is true, 1-D."""
    def matmul(self, other: Tensor, *, out: Any = ...) -> Tensor:
        """The matrix product of tensors of any dimensions, by the operator for theirs."""
    def matrix_exp(self) -> Tensor:
        """The exponential of square matrices.

        (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html)

        >>> torch.matrix_exp(torch.tensor([[0.0, 1.0], [0.0, 0.0]]))
        tensor([[1., 1.],
                [0., 1.]])
        """
    def matrix_power(self, n: builtins.int, *, out: Tensor | None = ...) -> Tensor:
        """The n-th power of square matrices, of the inverse for a negative n.

        (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html)

        >>> torch.matrix_power(torch.tensor([[1.0, 1.0], [1.0, 0.0]]), 10)  # Fibonacci's numbers
        tensor([[89., 55.],
                [55., 34.]])
        """
    @overload
    def max(self) -> Tensor:
        """The maximum: of all elements; over a dim, with indices; or, given a tensor, of each pair
        (https://docs.pytorch.org/docs/stable/generated/torch.max.html)

        Without a dim, the largest element; with one, the largest along it and where they are;
        with a second tensor, elementwise.

        >>> x = torch.tensor([[1.0, 9.0], [4.0, 3.0]])
        >>> torch.max(x)
        tensor(9.)
        >>> values, indices = torch.max(x, dim=1)
        >>> values, indices
        (tensor([9., 4.]), tensor([1, 0]))
        """
    @overload
    def max(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor: ...
    @overload
    def max(self, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.max: ...
    def maximum(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The larger of each pair, NaN if either is
        (https://docs.pytorch.org/docs/stable/generated/torch.maximum.html)

        Shapes are broadcast, dtypes promoted; gradients of equal elements are halved.
        RuntimeError for complex.

        >>> x, y = torch.tensor([1.0, float("nan"), 5.0]), torch.tensor([3.0, 0.0, 4.0])
        >>> torch.maximum(x, y)  # NaN wins
        tensor([3., nan, 5.])
        """
    def mean(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The mean over dims, of all elements by default
        (https://docs.pytorch.org/docs/stable/generated/torch.mean.html)

        RuntimeError for integers, unless a floating dtype is given.

        >>> torch.mean(torch.tensor([[1.0, 2.0], [3.0, 6.0]]), dim=0)
        tensor([2., 4.])
        >>> torch.mean(torch.tensor([1, 2]), dtype=torch.float32)
        tensor(1.5000)
        """
    @overload
    def median(self) -> Tensor:
        """The lower median of all elements, or along a dim with its index; NaN if there is one
        (https://docs.pytorch.org/docs/stable/generated/torch.median.html)

        The lower of two middle elements; with a dim, values and indices. See quantile for the
        mean of both.

        >>> torch.median(torch.tensor([4, 1, 3, 2]))  # of an even number, the lower one
        tensor(2)
        """
    @overload
    def median(self, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.median: ...
    @overload
    def min(self) -> Tensor:
        """The minimum: of all elements; over a dim, with indices; or, given a tensor, of each pair
        (https://docs.pytorch.org/docs/stable/generated/torch.min.html)

        Without a dim, the smallest element; with one, the smallest along it and where they are;
        with a second tensor, elementwise.

        >>> torch.min(torch.tensor([[1.0, 9.0], [4.0, 3.0]]), dim=1)
        torch.return_types.min(
        values=tensor([1., 3.]),
        indices=tensor([0, 1]))
        """
    @overload
    def min(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor: ...
    @overload
    def min(self, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.min: ...
    def minimum(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The smaller of each pair, NaN if either is
        (https://docs.pytorch.org/docs/stable/generated/torch.minimum.html)

        Shapes are broadcast, dtypes promoted; gradients of equal elements are halved.
        RuntimeError for complex.

        >>> x, y = torch.tensor([1.0, float("nan"), 5.0]), torch.tensor([3.0, 0.0, 4.0])
        >>> torch.minimum(x, y)  # NaN wins
        tensor([1., nan, 4.])
        """
    def mm(self, mat2: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The product of two matrices (https://docs.pytorch.org/docs/stable/generated/torch.mm.html)

        Shapes (n, m) and (m, p) give (n, p), without broadcasting. RuntimeError for other
        shapes and where the dtypes differ.

        >>> torch.mm(torch.tensor([[1, 2], [3, 4]]), torch.tensor([[1], [10]]))
        tensor([[21],
                [43]])
        """
    def mode(self, dim: builtins.int = ..., keepdim: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.mode:
        """The most frequent value along a dim, the smallest of tied ones, with the index of its last
        occurrence (https://docs.pytorch.org/docs/stable/generated/torch.mode.html)

        >>> torch.mode(torch.tensor([[3, 1, 3], [2, 2, 5]]), dim=1).values
        tensor([3, 2])
        """
    def module_load(self, other: Tensor, assign: builtins.bool = ...) -> Tensor:
        """What takes this tensor's place when a module loads `other` for it and swaps tensors
        (`torch.__future__.set_swap_module_params_on_conversion`): a new object.
        """
    def moveaxis(self, source: builtins.int | builtins.tuple[builtins.int, ...], destination: builtins.int | builtins.tuple[builtins.int, ...]) -> Tensor:
        """A view with dimensions moved to new places; the others keep their order."""
    def movedim(self, source: builtins.int | builtins.tuple[builtins.int, ...], destination: builtins.int | builtins.tuple[builtins.int, ...]) -> Tensor:
        """A view with dimensions moved to new places; the others keep their order."""
    def msort(self, *, out: Tensor | None = ...) -> Tensor:
        """Elements in ascending order along dim 0
        (https://docs.pytorch.org/docs/stable/generated/torch.msort.html)

        >>> torch.msort(torch.tensor([[3, 1], [1, 2]]))
        tensor([[1, 1],
                [3, 2]])
        """
    def mtia(self, *args: Any, **options: Any) -> Tensor:
        """AssertionError: there is no MTIA."""
    def mul(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)

        Either is a number or a tensor; shapes are broadcast and dtypes promoted. RuntimeError
        where the shapes do not broadcast.

        >>> torch.mul(torch.tensor([1, 2, 3]), 1.5)
        tensor([1.5000, 3.0000, 4.5000])
        >>> torch.mul(torch.tensor([[1], [2]]), torch.tensor([10, 20]))
        tensor([[10, 20],
                [20, 40]])
        """
    def mul_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `mul`: input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)

        RuntimeError where the result does not fit the shape or dtype, and for a leaf that
        requires grad.

        >>> x = torch.tensor([1.0, 2.0])
        >>> x.mul_(10) is x
        True
        >>> x
        tensor([10., 20.])
        """
    def multinomial(self, num_samples: builtins.int, replacement: builtins.bool = ..., *, generator: Any = ..., out: Any = ...) -> Tensor:
        """Indices drawn from the rows of weights.

        Rows of weights that need not add up to 1; int64 indices. RuntimeError for negative
        weights.

        >>> _ = torch.manual_seed(0)
        >>> torch.multinomial(torch.tensor([0.0, 1.0, 3.0]), 2)  # without replacement
        tensor([2, 1])
        """
    def multiply(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)

        Either is a number or a tensor; shapes are broadcast and dtypes promoted. RuntimeError
        where the shapes do not broadcast.

        >>> torch.mul(torch.tensor([1, 2, 3]), 1.5)
        tensor([1.5000, 3.0000, 4.5000])
        >>> torch.mul(torch.tensor([[1], [2]]), torch.tensor([10, 20]))
        tensor([[10, 20],
                [20, 40]])
        """
    def multiply_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `mul`: input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)

        >>> x = torch.tensor([1, 2])
        >>> x.multiply_(10) is x
        True
        >>> x
        tensor([10, 20])
        """
    def mv(self, vec: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """A matrix times a vector (https://docs.pytorch.org/docs/stable/generated/torch.mv.html)

        (n, m) and (m,) give (n,). RuntimeError for other shapes.

        >>> torch.mv(torch.tensor([[1, 2], [3, 4]]), torch.tensor([1, 10]))
        tensor([21, 43])
        """
    def mvlgamma(self, p: builtins.int, *, out: Tensor | None = ...) -> Tensor:
        """log of the p-dimensional gamma function
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.multigammaln)

        >>> torch.mvlgamma(torch.tensor([2.0, 3.0]), p=2)
        tensor([0.4516, 1.5502])
        """
    def mvlgamma_(self, p: builtins.int) -> Tensor:
        """In-place form of `mvlgamma`: log of the p-dimensional gamma function
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.multigammaln)

        >>> x = torch.tensor([2.0, 3.0])
        >>> x.mvlgamma_(2) is x
        True
        >>> x
        tensor([0.4516, 1.5502])
        """
    name: Any
    def nan_to_num(self, nan: builtins.float | None = ..., posinf: builtins.float | None = ..., neginf: builtins.float | None = ..., *, out: Tensor | None = ...) -> Tensor:
        """NaN and infinities replaced: by 0 and the largest and smallest finite numbers when not given
        (https://docs.pytorch.org/docs/stable/generated/torch.nan_to_num.html)

        NaN becomes 0, infinities the largest finite numbers of the dtype, unless given.

        >>> torch.nan_to_num(torch.tensor([float("nan"), float("inf"), 1.0]), nan=0.0, posinf=9.0)
        tensor([0., 9., 1.])
        """
    def nan_to_num_(self, nan: builtins.float | None = ..., posinf: builtins.float | None = ..., neginf: builtins.float | None = ...) -> Tensor:
        """In-place form of `nan_to_num`: NaN and infinities replaced: by 0 and the largest and smallest finite numbers when not given
        (https://docs.pytorch.org/docs/stable/generated/torch.nan_to_num.html)

        >>> x = torch.tensor([1.0, float("nan")])
        >>> x.nan_to_num_(nan=0.0) is x
        True
        >>> x
        tensor([1., 0.])
        """
    def nanmean(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The mean of the elements that are not NaN
        (https://docs.pytorch.org/docs/stable/generated/torch.nanmean.html)

        >>> torch.nanmean(torch.tensor([1.0, float("nan"), 3.0]))
        tensor(2.)
        """
    @overload
    def nanmedian(self) -> Tensor:
        """The lower median of the elements that are not NaN
        (https://docs.pytorch.org/docs/stable/generated/torch.nanmedian.html)

        >>> torch.nanmedian(torch.tensor([1.0, float("nan"), 3.0, 2.0]))
        tensor(2.)
        """
    @overload
    def nanmedian(self, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.nanmedian: ...
    def nanquantile(self, q: Tensor | Number | None, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, interpolation: builtins.str = ..., out: Tensor | None = ...) -> Tensor:
        """The q-quantiles of the elements that are not NaN
        (https://docs.pytorch.org/docs/stable/generated/torch.nanquantile.html)

        >>> torch.nanquantile(torch.tensor([1.0, float("nan"), 3.0]), 0.5)
        tensor(2.)
        """
    def nansum(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The sum in which NaN counts as 0
        (https://docs.pytorch.org/docs/stable/generated/torch.nansum.html)

        >>> torch.nansum(torch.tensor([1.0, float("nan"), 3.0]))
        tensor(4.)
        """
    def narrow(self, dim: builtins.int, start: Any, length: builtins.int) -> Tensor:
        """`length` elements of a dimension from `start`."""
    def narrow_copy(self, dim: builtins.int, start: builtins.int, length: builtins.int, *, out: Any = ...) -> Tensor:
        """`narrow`, as a copy."""
    def ne(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)

        bool, shapes broadcast.

        >>> torch.ne(torch.tensor([1, 2, 3]), torch.tensor([1, 5, 3]))
        tensor([False,  True, False])
        """
    def ne_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `ne`: input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.ne_(2) is x
        True
        >>> x
        tensor([1, 0, 1])
        """
    def neg(self, *, out: Tensor | None = ...) -> Tensor:
        """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)

        RuntimeError for bools: see logical_not.

        >>> torch.neg(torch.tensor([1, -2, 0]))
        tensor([-1,  2,  0])
        """
    def neg_(self) -> Tensor:
        """In-place form of `neg`: -input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)

        >>> x = torch.tensor([1, -2])
        >>> x.neg_() is x
        True
        >>> x
        tensor([-1,  2])
        """
    def negative(self, *, out: Tensor | None = ...) -> Tensor:
        """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)

        RuntimeError for bools: see logical_not.

        >>> torch.neg(torch.tensor([1, -2, 0]))
        tensor([-1,  2,  0])
        """
    def negative_(self) -> Tensor:
        """In-place form of `neg`: -input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)

        >>> x = torch.tensor([1, -2])
        >>> x.negative_() is x
        True
        >>> x
        tensor([-1,  2])
        """
    def new(self, *args: Any, size: Any = ..., device: Any = ...) -> Tensor:
        """Legacy constructor: `x.new(2, 3)`, `x.new([1, 2])`, `x.new(y)`, `x.new(storage)`.

        >>> torch.tensor([1.0]).new([2, 3])
        tensor([2., 3.])
        """
    def new_empty(self, *args: Any, dtype: Any = ..., device: Any = ..., **options: Any) -> Tensor:
        """`torch.empty` with this tensor's dtype and device.

        >>> torch.ones(2, dtype=torch.int8).new_empty(3).dtype
        torch.int8
        """
    def new_empty_strided(self, *args: Any, dtype: Any = ..., device: Any = ..., **options: Any) -> Tensor:
        """`torch.empty_strided` with this tensor's dtype and device.

        >>> torch.ones(2).new_empty_strided((2, 3), (1, 2)).stride()
        (1, 2)
        """
    def new_full(self, *args: Any, dtype: Any = ..., device: Any = ..., **options: Any) -> Tensor:
        """`torch.full` with this tensor's dtype and device.

        >>> torch.ones(1, dtype=torch.float64).new_full((2,), 7)
        tensor([7., 7.], dtype=torch.float64)
        """
    def new_ones(self, *args: Any, dtype: Any = ..., device: Any = ..., **options: Any) -> Tensor:
        """`torch.ones` with this tensor's dtype and device.

        >>> torch.zeros(1, dtype=torch.int32).new_ones(2)
        tensor([1, 1], dtype=torch.int32)
        """
    def new_tensor(self, data: Any, *, dtype: Any = ..., device: Any = ..., requires_grad: builtins.bool = ..., **options: Any) -> Tensor:
        """`torch.tensor(data)` with this tensor's dtype and device."""
    def new_zeros(self, *args: Any, dtype: Any = ..., device: Any = ..., **options: Any) -> Tensor:
        """`torch.zeros` with this tensor's dtype and device.

        >>> torch.ones(1, dtype=torch.int32).new_zeros((2,))
        tensor([0, 0], dtype=torch.int32)
        """
    def nextafter(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The next number that the dtype has after input, towards other
        (https://docs.pytorch.org/docs/stable/generated/torch.nextafter.html)

        >>> x = torch.tensor(1.0)
        >>> torch.nextafter(x, torch.tensor(2.0)) - x == torch.finfo(torch.float32).eps
        tensor(True)
        """
    def nextafter_(self, other: Tensor) -> Tensor:
        """In-place form of `nextafter`: The next number that the dtype has after input, towards other
        (https://docs.pytorch.org/docs/stable/generated/torch.nextafter.html)

        >>> x = torch.tensor([1.0])
        >>> x.nextafter_(torch.tensor([1.0])) is x
        True
        >>> x
        tensor([1.])
        """
    def nonzero(self, *, as_tuple: builtins.bool = ..., out: Any = ...) -> Any:
        """Positions of the elements that are not zero, one row each; with `as_tuple` one index tensor
        a dimension.
        """
    def nonzero_static(self, *, size: builtins.int, fill_value: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
        """The first `size` positions of nonzero elements, padded with `fill_value`.

        >>> torch.nonzero_static(torch.tensor([0, 3, 4]), size=3, fill_value=-1)
        tensor([[ 1],
                [ 2],
                [-1]])
        """
    def norm(self, p: builtins.float | builtins.str | None = ..., dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The p-norm of vectors, or the Frobenius ("fro") or nuclear ("nuc") norm of matrices, over
        dims (https://docs.pytorch.org/docs/stable/generated/torch.norm.html)

        Superseded by linalg.vector_norm and linalg.matrix_norm; p is a number, "fro" or "nuc".

        >>> torch.norm(torch.tensor([3.0, 4.0]))
        tensor(5.)
        >>> torch.norm(torch.tensor([[3.0, -4.0], [1.0, 1.0]]), p=1, dim=1)
        tensor([7., 2.])
        """
    def normal_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Normal numbers.

        RuntimeError for a negative std.

        >>> _ = torch.manual_seed(0)
        >>> torch.empty(2).normal_(mean=10.0, std=0.1)
        tensor([10.1541,  9.9707])
        """
    def not_equal(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)

        bool, shapes broadcast.

        >>> torch.ne(torch.tensor([1, 2, 3]), torch.tensor([1, 5, 3]))
        tensor([False,  True, False])
        """
    def not_equal_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `ne`: input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.not_equal_(2) is x
        True
        >>> x
        tensor([1, 0, 1])
        """
    def orgqr(self, tau: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The first columns of a product of Householder matrices given by their reflectors.

        (https://docs.pytorch.org/docs/stable/generated/torch.linalg.householder_product.html)

        >>> reflectors, tau = torch.geqrf(torch.tensor([[3.0, 1.0], [4.0, 2.0]]))
        >>> Q = torch.orgqr(reflectors, tau)
        >>> torch.allclose(Q.T @ Q, torch.eye(2), atol=1e-6)
        True
        """
    def ormqr(self, tau: Tensor, other: Tensor, left: builtins.bool = ..., transpose: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """A matrix times the full product of Householder matrices, from either side.

        (https://docs.pytorch.org/docs/stable/generated/torch.ormqr.html)

        >>> reflectors, tau = torch.geqrf(torch.tensor([[3.0], [4.0]]))
        >>> product = torch.ormqr(reflectors, tau, torch.tensor([[3.0], [4.0]]), transpose=True)
        >>> product.abs().round(decimals=4)  # all of it in the first direction
        tensor([[5.],
                [0.]])
        """
    def outer(self, vec2: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """All products of two vectors' elements
        (https://docs.pytorch.org/docs/stable/generated/torch.outer.html)

        >>> torch.ger(torch.tensor([1, 2]), torch.tensor([3, 4]))
        tensor([[3, 4],
                [6, 8]])
        """
    @property
    def output_nr(self) -> builtins.int: ...
    def permute(self, *order: Any, dims: Sequence[builtins.int] | None = ...) -> Tensor:
        """A view with its dimensions in another order."""
    def pin_memory(self, device: Any = ...) -> Tensor:
        """The contents in pinned memory, on their way to the accelerator; itself where it is pinned.
        RuntimeError without an accelerator.
        """
    def pinverse(self, rcond: builtins.float = ...) -> Tensor:
        """The pseudoinverse.

        (https://docs.pytorch.org/docs/stable/generated/torch.pinverse.html)

        >>> torch.pinverse(torch.tensor([[2.0], [0.0]]))
        tensor([[0.5000, 0.0000]])
        """
    def polygamma(self, n: builtins.int, *, out: Tensor | None = ...) -> Tensor:
        """The n-th derivative of digamma
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.polygamma.html)
        """
    def polygamma_(self, n: builtins.int) -> Tensor:
        """In-place form of `polygamma`: The n-th derivative of digamma
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.polygamma.html)

        >>> x = torch.tensor([1.0, 2.0])
        >>> x.polygamma_(1) is x
        True
        >>> x
        tensor([1.6449, 0.6449])
        """
    def positive(self) -> Tensor:
        """The tensor itself (https://docs.pytorch.org/docs/stable/generated/torch.positive.html).
        RuntimeError for bools.
        """
    def pow(self, exponent: Tensor | Number | None, *, out: Tensor | None = ...) -> Tensor:
        """input to the power of exponent; either may be a number
        (https://docs.pytorch.org/docs/stable/generated/torch.pow.html)

        RuntimeError for integers to a negative integer power.

        >>> torch.pow(torch.tensor([1, 2, 3]), 2)
        tensor([1, 4, 9])
        >>> torch.pow(2, torch.tensor([1.0, 0.5, -1.0]))
        tensor([2.0000, 1.4142, 0.5000])
        """
    def pow_(self, exponent: Tensor | Number | None) -> Tensor:
        """In-place form of `pow`: input to the power of exponent; either may be a number
        (https://docs.pytorch.org/docs/stable/generated/torch.pow.html)

        >>> x = torch.tensor([1, 2, 3])
        >>> x.pow_(2) is x
        True
        >>> x
        tensor([1, 4, 9])
        """
    def prelu(self, weight: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Leaky ReLU with a learned slope, one or one per channel (dim 1)
        (https://arxiv.org/abs/1502.01852)

        >>> torch.prelu(torch.tensor([-4.0, 2.0]), torch.tensor([0.25]))
        tensor([-1.,  2.])
        """
    def prod(self, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The product over a dim, of all elements by default; the gradient is exact beside zeros
        (https://docs.pytorch.org/docs/stable/generated/torch.prod.html)

        Integers give int64; dim is one dimension or all.

        >>> torch.prod(torch.tensor([[1, 2], [3, 4]]), dim=1)
        tensor([ 2, 12])
        >>> torch.prod(torch.tensor([]))  # of nothing it is 1
        tensor(1.)
        """
    def put(self, index: Any, source: Any, accumulate: Any = ...) -> Any:
        """Elements written by their place in the flattened tensor
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.put_.html)
        """
    def put_(self, index: Tensor, source: Tensor, accumulate: builtins.bool = ...) -> Tensor:
        """In-place form of `put`: Elements written by their place in the flattened tensor
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.put_.html)
        """
    def q_per_channel_axis(self) -> Any:
        """Of quantized tensors: NotImplementedError for q_per_channel_axis() of others."""
    def q_per_channel_scales(self) -> Any:
        """Of quantized tensors: NotImplementedError for q_per_channel_scales() of others."""
    def q_per_channel_zero_points(self) -> Any:
        """Of quantized tensors: NotImplementedError for q_per_channel_zero_points() of others."""
    def q_scale(self) -> Any:
        """Of quantized tensors: NotImplementedError for q_scale() of others."""
    def q_zero_point(self) -> Any:
        """Of quantized tensors: NotImplementedError for q_zero_point() of others."""
    def qr(self, some: Any = ..., *, out: Any = ...) -> Any:
        """Q and R with input = QR, reduced or complete.

        (https://docs.pytorch.org/docs/stable/generated/torch.qr.html)
        """
    def qscheme(self) -> Any:
        """Of quantized tensors: NotImplementedError for qscheme() of others."""
    def quantile(self, q: Tensor | Number | None, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, interpolation: builtins.str = ..., out: Tensor | None = ...) -> Tensor:
        """The q-quantiles (q in [0, 1]) along a dim or of all elements; NaN where there is one
        (https://docs.pytorch.org/docs/stable/generated/torch.quantile.html)

        q in [0, 1], a number or 1-D, whose dimension comes first. RuntimeError for integers.

        >>> torch.quantile(torch.tensor([0.0, 1.0, 2.0, 3.0]), torch.tensor([0.25, 0.5]))
        tensor([0.7500, 1.5000])
        >>> torch.quantile(torch.tensor([0.0, 1.0]), 0.3, interpolation="lower")
        tensor(0.)
        """
    def rad2deg(self, *, out: Tensor | None = ...) -> Tensor:
        """Radians as degrees (https://docs.pytorch.org/docs/stable/generated/torch.rad2deg.html)

        >>> torch.rad2deg(torch.tensor([0.0, torch.pi, 1.0]))
        tensor([  0.0000, 180.0000,  57.2958])
        """
    def rad2deg_(self) -> Tensor:
        """In-place form of `rad2deg`: Radians as degrees (https://docs.pytorch.org/docs/stable/generated/torch.rad2deg.html)

        >>> x = torch.tensor([0.0, torch.pi])
        >>> x.rad2deg_() is x
        True
        >>> x
        tensor([  0., 180.])
        """
    def random_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Integers of the whole range, below `to`, or in [from, to).

        Integers in [from, to); without bounds all that the dtype holds.

        >>> _ = torch.manual_seed(0)
        >>> torch.empty(3).random_(10)
        tensor([4., 9., 3.])
        """
    def ravel(self) -> Tensor:
        """The elements as one dimension; a view where possible."""
    @property
    def real(self) -> Tensor:
        """The real part: a view of a complex tensor, a real tensor itself."""
    @real.setter
    def real(self, value: Any) -> None: ...
    def reciprocal(self, *, out: Tensor | None = ...) -> Tensor:
        """1 / input (https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html)

        Integers give the default floating dtype; infinity at 0.

        >>> torch.reciprocal(torch.tensor([2.0, -4.0, 0.0]))
        tensor([ 0.5000, -0.2500,     inf])
        """
    def reciprocal_(self) -> Tensor:
        """In-place form of `reciprocal`: 1 / input (https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html)

        >>> x = torch.tensor([2.0, -4.0])
        >>> x.reciprocal_() is x
        True
        >>> x
        tensor([ 0.5000, -0.2500])
        """
    def record_stream(self, stream: Any) -> None:
        """NotImplementedError on the CPU, as in PyTorch. On accelerators memory is XLA's, freed when no
        program uses it: there is nothing to record.
        """
    def register_hook(self, hook: Any) -> Any:
        """Call `hook(grad)` with this tensor's gradient each time it is computed; a returned tensor
        replaces it.

        The hook gets the gradient; what it returns, if not None, goes on in its place. The
        handle removes it.

        >>> w = torch.ones(2, requires_grad=True)
        >>> handle = w.register_hook(lambda grad: grad * 10)  # what it returns takes the gradient's place
        >>> w.sum().backward()
        >>> w.grad
        tensor([10., 10.])
        """
    def register_post_accumulate_grad_hook(self, hook: Any) -> Any:
        """Call `hook(param)` after `.grad` of this leaf was accumulated.

        >>> w = torch.ones(2, requires_grad=True)
        >>> handle = w.register_post_accumulate_grad_hook(lambda t: print("gradient of", t.shape))
        >>> w.sum().backward()
        gradient of torch.Size([2])
        """
    def reinforce(self, reward: Any) -> None:
        """RuntimeError: PyTorch has removed it in favour of `torch.distributions`."""
    def relu(self, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)

        The dtype and shape stay; the gradient at 0 is 0.

        >>> torch.relu(torch.tensor([-1.0, 0.0, 2.0]))
        tensor([0., 0., 2.])
        """
    def relu_(self, inplace: builtins.bool = ...) -> Tensor:
        """In-place form of `relu`: max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)

        >>> x = torch.tensor([-1.0, 2.0])
        >>> x.relu_() is x
        True
        >>> x
        tensor([0., 2.])
        """
    def remainder(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """The remainder that has the sign of other, as Python's %
        (https://docs.pytorch.org/docs/stable/generated/torch.remainder.html)

        The result has the sign of other. RuntimeError for integers by zero.

        >>> torch.remainder(torch.tensor([7, -7]), 3)  # the sign of the divisor, as Python's %
        tensor([1, 2])
        """
    def remainder_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `remainder`: The remainder that has the sign of other, as Python's %
        (https://docs.pytorch.org/docs/stable/generated/torch.remainder.html)

        >>> x = torch.tensor([7, -7])
        >>> x.remainder_(3) is x
        True
        >>> x
        tensor([1, 2])
        """
    def renorm(self, p: builtins.float, dim: builtins.int, maxnorm: builtins.float, *, out: Tensor | None = ...) -> Tensor:
        """Slices along dim scaled down to a p-norm of at most maxnorm
        (https://docs.pytorch.org/docs/stable/generated/torch.renorm.html)

        >>> torch.renorm(torch.tensor([[3.0, 4.0], [0.3, 0.4]]), p=2, dim=0, maxnorm=1.0)
        tensor([[0.6000, 0.8000],
                [0.3000, 0.4000]])
        """
    def renorm_(self, p: builtins.float, dim: builtins.int, maxnorm: builtins.float) -> Tensor:
        """In-place form of `renorm`: Slices along dim scaled down to a p-norm of at most maxnorm
        (https://docs.pytorch.org/docs/stable/generated/torch.renorm.html)

        >>> x = torch.tensor([[3.0, 4.0], [0.3, 0.4]])
        >>> x.renorm_(p=2, dim=0, maxnorm=1.0) is x
        True
        >>> x
        tensor([[0.6000, 0.8000],
                [0.3000, 0.4000]])
        """
    def repeat(self, *repeats: builtins.int | Sequence[builtins.int]) -> Tensor:
        """Copies side by side
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.repeat.html)

        A copy, unlike expand; as many numbers as dimensions at least.

        >>> torch.tensor([1, 2]).repeat(2, 2)
        tensor([[1, 2, 1, 2],
                [1, 2, 1, 2]])
        """
    def repeat_interleave(self, repeats: Any = ..., dim: builtins.int | None = ..., *, output_size: builtins.int | None = ...) -> Tensor:
        """Each element repeated, as often for all or as a tensor says for each."""
    @property
    def requires_grad(self) -> builtins.bool:
        """>>> torch.ones(2).requires_grad, torch.ones(2, requires_grad=True).requires_grad
        (False, True)
        """
    @requires_grad.setter
    def requires_grad(self, value: Any) -> None: ...
    def requires_grad_(self, requires_grad: builtins.bool = ...) -> Tensor:
        """Start (or stop) recording operators on this leaf for gradients; the tensor itself.

        RuntimeError for integers, and for False of what was computed.

        >>> torch.ones(2).requires_grad_()
        tensor([1., 1.], requires_grad=True)
        """
    def reshape(self, *shape: Any, size: Any = ...) -> Tensor:
        """A view with other sizes where the strides allow it, else a copy."""
    def reshape_as(self, other: Tensor) -> Tensor: ...
    def resize(self, *args: Any) -> Tensor:
        """A copy of other sizes; see `resize_`."""
    def resize_(self, *sizes: Any, memory_format: Any = ...) -> Tensor:
        """Change the sizes in place; the first elements are kept, new ones are unspecified (zeros).

        >>> torch.arange(4).resize_(2, 2)
        tensor([[0, 1],
                [2, 3]])
        """
    def resize_as(self, *args: Any) -> Tensor:
        """A copy of other sizes; see `resize_as_`."""
    def resize_as_(self, the_template: Tensor, *, memory_format: Any = ...) -> Tensor:
        """`resize_` to the sizes of another tensor, and with `preserve_format` to its order in
        memory.
        """
    def resize_as_sparse_(self, the_template: Tensor) -> Tensor:
        """`resize_as_` of sparse tensors: NotImplementedError for others."""
    def resolve_conj(self) -> Tensor:
        """The tensor itself, or a copy that is not marked as a conjugate."""
    def resolve_neg(self) -> Tensor:
        """The tensor itself, or a copy that is not marked as negated."""
    def retain_grad(self) -> None:
        """Keep the gradient of this non-leaf in `.grad`.

        >>> w = torch.ones(2, requires_grad=True)
        >>> y = w * 3
        >>> y.retain_grad()  # y is no leaf
        >>> y.sum().backward()
        >>> y.grad
        tensor([1., 1.])
        """
    @property
    def retains_grad(self) -> builtins.bool:
        """>>> (torch.ones(2, requires_grad=True) * 2).retains_grad
        False
        """
    def roll(self, shifts: builtins.int | builtins.tuple[builtins.int, ...], dims: builtins.int | builtins.tuple[builtins.int, ...] | None = ...) -> Tensor:
        """Elements moved round (https://docs.pytorch.org/docs/stable/generated/torch.roll.html)

        What leaves at the end comes in at the beginning; without dims, of the flattened tensor.

        >>> torch.roll(torch.tensor([1, 2, 3, 4]), 1)
        tensor([4, 1, 2, 3])
        """
    def rot90(self, k: builtins.int = ..., dims: builtins.tuple[builtins.int, ...] = ...) -> Tensor:
        """Turned by quarter turns in a plane
        (https://docs.pytorch.org/docs/stable/generated/torch.rot90.html)

        >>> torch.rot90(torch.tensor([[1, 2], [3, 4]]))
        tensor([[2, 4],
                [1, 3]])
        """
    def round(self, *, decimals: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
        """The nearest integer, ties to even; decimals moves the digit
        (https://docs.pytorch.org/docs/stable/generated/torch.round.html)

        decimals may be negative. Integers stay as they are.

        >>> torch.round(torch.tensor([0.5, 1.5, 2.5, -1.6]))  # halves to the even number
        tensor([ 0.,  2.,  2., -2.])
        >>> torch.round(torch.tensor([3.14159]), decimals=2)
        tensor([3.1400])
        """
    def round_(self, *, decimals: builtins.int = ...) -> Tensor:
        """In-place form of `round`: The nearest integer, ties to even; decimals moves the digit
        (https://docs.pytorch.org/docs/stable/generated/torch.round.html)

        >>> x = torch.tensor([0.5, 1.5, -1.6])
        >>> x.round_() is x
        True
        >>> x
        tensor([ 0.,  2., -2.])
        """
    def row_indices(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one.

        >>> torch.eye(2).to_sparse_csc().row_indices()
        tensor([0, 1])
        """
    def rsqrt(self, *, out: Tensor | None = ...) -> Tensor:
        """rsqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.rsqrt.html)

        Integers give the default floating dtype; infinity at 0, NaN below.

        >>> torch.rsqrt(torch.tensor([4.0, 0.25, 0.0]))
        tensor([0.5000, 2.0000,    inf])
        """
    def rsqrt_(self) -> Tensor:
        """In-place form of `rsqrt`: rsqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.rsqrt.html)

        >>> x = torch.tensor([4.0, 0.25])
        >>> x.rsqrt_() is x
        True
        >>> x
        tensor([0.5000, 2.0000])
        """
    def scatter(self, dim: builtins.int, index: Tensor, src: Tensor | Number | None = ..., *, value: Tensor | Number | None = ..., reduce: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
        """Elements written along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_.html)

        index has as many dimensions as input; of equal indices any one wins. reduce is "add" or
        "multiply". RuntimeError out of range.

        >>> index = torch.tensor([[0, 2]])
        >>> torch.scatter(torch.zeros(1, 3), 1, index, torch.tensor([[5.0, 6.0]]))
        tensor([[5., 0., 6.]])
        >>> torch.scatter(torch.zeros(1, 3), 1, index, 1.0)
        tensor([[1., 0., 1.]])
        """
    def scatter_(self, dim: builtins.int, index: Tensor, src: Tensor | Number | None = ..., *, value: Tensor | Number | None = ..., reduce: builtins.str | None = ...) -> Tensor:
        """In-place form of `scatter`: Elements written along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_.html)

        >>> x = torch.tensor([0.0, 0.0, 0.0])
        >>> x.scatter_(0, torch.tensor([0, 2]), torch.tensor([5.0, 6.0])) is x
        True
        >>> x
        tensor([5., 0., 6.])
        """
    def scatter_add(self, dim: builtins.int, index: Tensor, src: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Elements added along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_add_.html)

        index has as many dimensions as input; equal indices add up. RuntimeError out of range.

        >>> index = torch.tensor([0, 2, 0])
        >>> torch.scatter_add(torch.zeros(3), 0, index, torch.tensor([1.0, 2.0, 4.0]))
        tensor([5., 0., 2.])
        """
    def scatter_add_(self, dim: builtins.int, index: Tensor, src: Tensor) -> Tensor:
        """In-place form of `scatter_add`: Elements added along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_add_.html)

        >>> x = torch.tensor([0.0, 0.0, 0.0])
        >>> x.scatter_add_(0, torch.tensor([0, 2, 0]), torch.tensor([1.0, 2.0, 4.0])) is x
        True
        >>> x
        tensor([5., 0., 2.])
        """
    def scatter_reduce(self, dim: builtins.int, index: Tensor, src: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
        """Elements reduced along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html)

        >>> x, index = torch.tensor([1.0, 5.0, 3.0]), torch.tensor([0, 0, 1])
        >>> torch.scatter_reduce(torch.zeros(2), 0, index, x, reduce="amax")
        tensor([5., 3.])
        """
    def scatter_reduce_(self, dim: builtins.int, index: Tensor, src: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ...) -> Tensor:
        """In-place form of `scatter_reduce`: Elements reduced along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html)

        >>> x = torch.tensor([0.0, 0.0])
        >>> x.scatter_reduce_(0, torch.tensor([0, 0, 1]), torch.tensor([1.0, 5.0, 3.0]), "amax") is x
        True
        >>> x
        tensor([5., 3.])
        """
    def select(self, dim: builtins.int, index: builtins.int) -> Tensor:
        """The view at one index of a dimension, which goes away."""
    def select_scatter(self, src: Tensor, dim: builtins.int, index: builtins.int, *, out: Any = ...) -> Tensor:
        """A copy of `input` with `src` in the place of `input.select(dim, index)`.

        https://docs.pytorch.org/docs/stable/generated/torch.select_scatter.html
        """
    def selu_(self, inplace: builtins.bool = ...) -> Tensor:
        """In-place form of `selu`: Self-normalizing ELU (https://arxiv.org/abs/1706.02515)"""
    def set_(self, source: Any = ..., storage_offset: builtins.int = ..., size: Any = ..., stride: Any = ...) -> Tensor:
        """Use another tensor's storage, sizes and strides."""
    def sgn(self, *, out: Tensor | None = ...) -> Tensor:
        """The sign; for complex input the unit number of its angle, 0 at 0
        (https://docs.pytorch.org/docs/stable/generated/torch.sgn.html)

        >>> torch.sgn(torch.tensor([3 + 4j, 0j]))  # of length one
        tensor([0.6000+0.8000j, 0.0000+0.0000j])
        """
    def sgn_(self) -> Tensor:
        """In-place form of `sgn`: The sign; for complex input the unit number of its angle, 0 at 0
        (https://docs.pytorch.org/docs/stable/generated/torch.sgn.html)

        >>> x = torch.tensor([-3.5, 0.0, 2.0])
        >>> x.sgn_() is x
        True
        >>> x
        tensor([-1.,  0.,  1.])
        """
    def share_memory_(self) -> Tensor:
        """Move the contents to memory that other processes see (torch.multiprocessing). Nothing is done
        for a tensor on an accelerator, as in PyTorch; NotImplementedError for a sparse one.

        >>> torch.zeros(2).share_memory_().is_shared()
        True
        """
    def short(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.int16.

        >>> torch.tensor([1.9]).short()
        tensor([1], dtype=torch.int16)
        """
    def sigmoid(self, *, out: Tensor | None = ...) -> Tensor:
        """sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)

        Integers give the default floating dtype.

        >>> torch.sigmoid(torch.tensor([0.0, 2.0, -200.0]))
        tensor([0.5000, 0.8808, 0.0000])
        """
    def sigmoid_(self) -> Tensor:
        """In-place form of `sigmoid`: sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)

        >>> x = torch.tensor([0.0, 2.0])
        >>> x.sigmoid_() is x
        True
        >>> x
        tensor([0.5000, 0.8808])
        """
    def sign(self, *, out: Tensor | None = ...) -> Tensor:
        """-1, 0 or 1 (https://docs.pytorch.org/docs/stable/generated/torch.sign.html)

        -1, 0 or 1 in input's dtype. NotImplementedError for complex: see sgn.

        >>> torch.sign(torch.tensor([-3.5, 0.0, 2.0]))
        tensor([-1.,  0.,  1.])
        """
    def sign_(self) -> Tensor:
        """In-place form of `sign`: -1, 0 or 1 (https://docs.pytorch.org/docs/stable/generated/torch.sign.html)

        >>> x = torch.tensor([-3.5, 0.0, 2.0])
        >>> x.sign_() is x
        True
        >>> x
        tensor([-1.,  0.,  1.])
        """
    def signbit(self, *, out: Tensor | None = ...) -> Tensor:
        """Whether the sign bit is set; for floats also that of -0. and NaN (https://docs.pytorch.org/docs/stable/generated/torch.signbit.html)

        >>> torch.signbit(torch.tensor([-1.0, -0.0, 0.0]))
        tensor([ True,  True, False])
        """
    def sin(self, *, out: Tensor | None = ...) -> Tensor:
        """sin of each element (https://docs.pytorch.org/docs/stable/generated/torch.sin.html)

        Integers give the default floating dtype.

        >>> torch.sin(torch.tensor([0.0, torch.pi / 6, torch.pi / 2]))
        tensor([0.0000, 0.5000, 1.0000])
        """
    def sin_(self) -> Tensor:
        """In-place form of `sin`: sin of each element (https://docs.pytorch.org/docs/stable/generated/torch.sin.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.sin_() is x
        True
        >>> x
        tensor([0.0000, 0.8415])
        """
    def sinc(self, *, out: Tensor | None = ...) -> Tensor:
        """sin(πx) / (πx), 1 at 0
        (https://docs.pytorch.org/docs/stable/generated/torch.special.sinc.html)

        >>> torch.sinc(torch.tensor([0.0, 0.5, 1.5]))
        tensor([ 1.0000,  0.6366, -0.2122])
        """
    def sinc_(self) -> Tensor:
        """In-place form of `sinc`: sin(πx) / (πx), 1 at 0
        (https://docs.pytorch.org/docs/stable/generated/torch.special.sinc.html)

        >>> x = torch.tensor([0.0, 0.5])
        >>> x.sinc_() is x
        True
        >>> x
        tensor([1.0000, 0.6366])
        """
    def sinh(self, *, out: Tensor | None = ...) -> Tensor:
        """sinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.sinh.html)

        >>> torch.sinh(torch.tensor([0.0, 1.0, -1.0]))
        tensor([ 0.0000,  1.1752, -1.1752])
        """
    def sinh_(self) -> Tensor:
        """In-place form of `sinh`: sinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.sinh.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.sinh_() is x
        True
        >>> x
        tensor([0.0000, 1.1752])
        """
    def slice_scatter(self, src: Tensor, dim: builtins.int = ..., start: Any = ..., end: Any = ..., step: builtins.int = ..., *, out: Any = ...) -> Tensor:
        """A copy of `input` with `src` in the place of `input[start:end:step]` along a dim.

        https://docs.pytorch.org/docs/stable/generated/torch.slice_scatter.html
        """
    def slogdet(self, *, out: Sequence[Tensor] | None = ...) -> results.slogdet:
        """Sign and logarithm of the absolute value of the determinant.

        (https://docs.pytorch.org/docs/stable/generated/torch.slogdet.html)

        >>> torch.slogdet(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
        torch.return_types.slogdet(
        sign=tensor(-1.),
        logabsdet=tensor(0.))
        """
    def smm(self, mat: Tensor) -> Tensor:
        """Sparse times dense, with a sparse result that has every column of a row that is there."""
    def softmax(self, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
        """exp(x) normalized to sum 1 along `dim`, in `dtype` when given
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)

        The shape stays, sums along dim are 1; dtype casts input first.

        >>> torch.softmax(torch.tensor([[1.0, 1.0], [0.0, 100.0]]), dim=1)
        tensor([[5.0000e-01, 5.0000e-01],
                [3.7835e-44, 1.0000e+00]])
        """
    def solve(self, **kwargs: Any) -> Any:
        """RuntimeError: PyTorch has `torch.linalg.solve`, whose arguments are in the other order in its place."""
    def sort(self, dim: builtins.int = ..., descending: builtins.bool = ..., stable: builtins.bool | None = ..., *, out: Sequence[Tensor] | None = ...) -> results.sort:
        """Elements in order along a dim, with their int64 indices; always stable
        (https://docs.pytorch.org/docs/stable/generated/torch.sort.html)

        (values, indices) along dim; with stable equal elements keep their order. NaN comes
        last.

        >>> values, indices = torch.sort(torch.tensor([30, 10, 20]), descending=True)
        >>> values, indices
        (tensor([30, 20, 10]), tensor([0, 2, 1]))
        """
    def sparse_dim(self) -> Any:
        """>>> torch.eye(2).to_sparse().sparse_dim()
        2
        """
    def sparse_mask(self, mask: Tensor) -> Tensor:
        """The elements at the places of a sparse tensor of the same shape, as a sparse tensor.

        https://docs.pytorch.org/docs/stable/generated/torch.Tensor.sparse_mask.html

        >>> mask = torch.eye(2).to_sparse()
        >>> torch.tensor([[1.0, 2.0], [3.0, 4.0]]).sparse_mask(mask).to_dense()
        tensor([[1., 0.],
                [0., 4.]])
        """
    def sparse_resize_(self, size: Sequence[builtins.int], sparse_dim: builtins.int, dense_dim: builtins.int) -> Tensor:
        """Change the sizes in place; sizes that have elements may only grow, and the numbers of sparse
        and dense dimensions stay, unless the tensor is empty.

        https://docs.pytorch.org/docs/stable/generated/torch.Tensor.sparse_resize_.html
        """
    def sparse_resize_and_clear_(self, size: Sequence[builtins.int], sparse_dim: builtins.int, dense_dim: builtins.int) -> Tensor:
        """Become an empty tensor of these sizes."""
    def split(self, split_size: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
        """Views of consecutive parts of one size (the last may be smaller), or of the given sizes."""
    def split_with_sizes(self, split_sizes: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]: ...
    def sqrt(self, *, out: Tensor | None = ...) -> Tensor:
        """sqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html)

        Integers give the default floating dtype; NaN below 0.

        >>> torch.sqrt(torch.tensor([4.0, 2.0, -1.0]))
        tensor([2.0000, 1.4142,    nan])
        """
    def sqrt_(self) -> Tensor:
        """In-place form of `sqrt`: sqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html)

        >>> x = torch.tensor([4.0, 9.0])
        >>> x.sqrt_() is x
        True
        >>> x
        tensor([2., 3.])
        """
    def square(self, *, out: Tensor | None = ...) -> Tensor:
        """input * input (https://docs.pytorch.org/docs/stable/generated/torch.square.html)

        The dtype stays, but for bools, which give int64.

        >>> torch.square(torch.tensor([-3, 2]))
        tensor([9, 4])
        """
    def square_(self) -> Tensor:
        """In-place form of `square`: input * input (https://docs.pytorch.org/docs/stable/generated/torch.square.html)

        >>> x = torch.tensor([-3, 2])
        >>> x.square_() is x
        True
        >>> x
        tensor([9, 4])
        """
    def squeeze(self, dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., *more: builtins.int) -> Tensor:
        """A view without the dimensions of size 1 (or without those named, where their size is 1)."""
    def squeeze_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `squeeze`: the tensor itself takes the new sizes and strides.

        >>> x = torch.tensor([[1, 2]])
        >>> x.squeeze_() is x
        True
        >>> x
        tensor([1, 2])
        """
    def sspaddmm(self, mat1: Tensor, mat2: Tensor, *, beta: builtins.complex = ..., alpha: builtins.complex = ...) -> Tensor:
        """beta · input + alpha · (mat1 @ mat2) of two sparse matrices and a dense one, sparse.

        https://docs.pytorch.org/docs/stable/generated/torch.sspaddmm.html
        """
    def std(self, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ..., out: Any = ...) -> Any:
        """The square root of `var` (https://docs.pytorch.org/docs/stable/generated/torch.std.html)"""
    def stft(self, n_fft: Any, hop_length: Any = ..., win_length: Any = ..., window: Any = ..., center: Any = ..., pad_mode: Any = ..., normalized: Any = ..., onesided: Any = ..., return_complex: Any = ..., align_to_window: Any = ...) -> Any:
        """Transforms of overlapping windows of a signal: (..., frequency, frame), complex.

        With `return_complex=False` real and imaginary part are a last dimension of size 2.
        (https://docs.pytorch.org/docs/stable/generated/torch.stft.html)
        """
    def storage(self) -> Any:
        """The memory behind this tensor, in its elements.

        >>> import warnings
        >>> warnings.simplefilter("ignore")  # deprecated: see untyped_storage
        >>> torch.tensor([1.0, 2.0]).storage().tolist()
        [1.0, 2.0]
        """
    def storage_type(self) -> builtins.type:
        """The legacy class of this tensor's storage."""
    def sub(self, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """input - alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)

        Either is a number or a tensor; shapes are broadcast and dtypes promoted. RuntimeError
        for two bools.

        >>> torch.sub(torch.tensor([10, 20]), torch.tensor([1, 2]), alpha=3)
        tensor([ 7, 14])
        """
    def sub_(self, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
        """In-place form of `sub`: input - alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)

        RuntimeError where the result does not fit the shape or dtype, and for a leaf that
        requires grad.

        >>> x = torch.tensor([10, 20])
        >>> x.sub_(torch.tensor([1, 2]), alpha=3) is x
        True
        >>> x
        tensor([ 7, 14])
        """
    def subtract(self, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """input - alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)

        Either is a number or a tensor; shapes are broadcast and dtypes promoted. RuntimeError
        for two bools.

        >>> torch.sub(torch.tensor([10, 20]), torch.tensor([1, 2]), alpha=3)
        tensor([ 7, 14])
        """
    def subtract_(self, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
        """In-place form of `sub`: input - alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)

        >>> x = torch.tensor([10, 20])
        >>> x.subtract_(5) is x
        True
        >>> x
        tensor([ 5, 15])
        """
    def sum(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The sum over dims, of all elements by default; integers and bools sum to int64
        (https://docs.pytorch.org/docs/stable/generated/torch.sum.html)

        dim is an int, a tuple or all; dtype casts input first.

        >>> x = torch.tensor([[1, 2, 3], [4, 5, 6]])
        >>> torch.sum(x), torch.sum(x, dim=0), torch.sum(x, dim=1, keepdim=True)
        (tensor(21), tensor([5, 7, 9]), tensor([[ 6],
                [15]]))
        >>> torch.sum(torch.tensor([True, True, False]))  # bools are counted
        tensor(2)
        """
    def sum_to_size(self, *size: Any) -> Tensor:
        """Summed over the dimensions that broadcasting to this tensor's shape would have added.

        >>> torch.ones(2, 3).sum_to_size(1, 3)
        tensor([[2., 2., 2.]])
        """
    def svd(self, some: builtins.bool = ..., compute_uv: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.svd:
        """U, S and V with input = U diag(S) V^H; U and V are zeros with `compute_uv=False`.

        (https://docs.pytorch.org/docs/stable/generated/torch.svd.html)

        >>> U, S, V = torch.svd(torch.tensor([[3.0, 0.0], [0.0, -2.0]]))
        >>> S
        tensor([3., 2.])
        """
    def swapaxes(self, axis0: builtins.int, axis1: builtins.int) -> Tensor:
        """`transpose`, by NumPy's name."""
    def swapaxes_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `swapaxes`: the tensor itself takes the new sizes and strides.

        >>> x = torch.tensor([[1, 2], [3, 4]])
        >>> x.swapaxes_(0, 1) is x
        True
        >>> x
        tensor([[1, 3],
                [2, 4]])
        """
    def swapdims(self, dim0: builtins.int, dim1: builtins.int) -> Tensor:
        """`transpose`."""
    def swapdims_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `swapdims`: the tensor itself takes the new sizes and strides.

        >>> x = torch.tensor([[1, 2], [3, 4]])
        >>> x.swapdims_(0, 1) is x
        True
        >>> x
        tensor([[1, 3],
                [2, 4]])
        """
    def symeig(self, **kwargs: Any) -> Any:
        """RuntimeError: PyTorch has `torch.linalg.eigh` or `torch.linalg.eigvalsh`, which read the lower half in its place."""
    def t(self) -> Tensor:
        """The transpose of a matrix; a tensor of fewer dimensions as it is."""
    def t_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `t`: the tensor itself takes the new sizes and strides.

        >>> x = torch.tensor([[1, 2], [3, 4]])
        >>> x.t_() is x
        True
        >>> x
        tensor([[1, 3],
                [2, 4]])
        """
    def take(self, index: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Elements by their place in the flattened tensor
        (https://docs.pytorch.org/docs/stable/generated/torch.take.html)

        Indices into the flattened tensor; the result has the index's shape. IndexError out of
        range.

        >>> torch.take(torch.tensor([[1, 2], [3, 4]]), torch.tensor([0, 3]))
        tensor([1, 4])
        """
    def take_along_dim(self, indices: Tensor, dim: builtins.int | None = ..., *, out: Tensor | None = ...) -> Tensor:
        """Elements along a dimension, broadcast
        (https://docs.pytorch.org/docs/stable/generated/torch.take_along_dim.html)

        >>> x = torch.tensor([[3, 1, 2]])
        >>> torch.take_along_dim(x, torch.argsort(x, dim=1), dim=1)
        tensor([[1, 2, 3]])
        """
    def tan(self, *, out: Tensor | None = ...) -> Tensor:
        """tan of each element (https://docs.pytorch.org/docs/stable/generated/torch.tan.html)

        Integers give the default floating dtype.

        >>> torch.tan(torch.tensor([0.0, torch.pi / 4]))
        tensor([0., 1.])
        """
    def tan_(self) -> Tensor:
        """In-place form of `tan`: tan of each element (https://docs.pytorch.org/docs/stable/generated/torch.tan.html)

        >>> x = torch.tensor([0.0, 1.0])
        >>> x.tan_() is x
        True
        >>> x
        tensor([0.0000, 1.5574])
        """
    def tanh(self, *, out: Tensor | None = ...) -> Tensor:
        """tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)

        Integers give the default floating dtype.

        >>> torch.tanh(torch.tensor([0.0, 0.5, 20.0]))
        tensor([0.0000, 0.4621, 1.0000])
        """
    def tanh_(self) -> Tensor:
        """In-place form of `tanh`: tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)

        >>> x = torch.tensor([0.0, 0.5])
        >>> x.tanh_() is x
        True
        >>> x
        tensor([0.0000, 0.4621])
        """
    def tensor_split(self, indices_or_sections: Any = ..., dim: builtins.int = ..., *, indices: Any = ..., sections: Any = ...) -> builtins.tuple[Tensor, ...]:
        """Views of parts as equal as can be, or split before the given indices."""
    def threshold_(self, threshold: builtins.float, value: builtins.float, inplace: builtins.bool = ...) -> Tensor:
        """In-place form of `threshold`: x where above the threshold, `value` elsewhere
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html)
        """
    def tile(self, *dims: builtins.int | Sequence[builtins.int]) -> Tensor:
        """Copies side by side (https://docs.pytorch.org/docs/stable/generated/torch.tile.html)

        A copy; fewer dims than dimensions are filled with ones at the front.

        >>> torch.tile(torch.tensor([1, 2]), (2, 2))
        tensor([[1, 2, 1, 2],
                [1, 2, 1, 2]])
        """
    def to(self, *args: Any, device: Any = ..., dtype: Any = ..., non_blocking: builtins.bool = ..., copy: builtins.bool = ..., memory_format: Any = ...) -> Tensor:
        """The tensor as another dtype and/or on another device; itself when nothing changes.

        `to(dtype)`, `to(device)`, `to(device, dtype)`, `to(other)`.
        https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html
        """
    def to_dense(self, dtype: Dtype | None = ..., *, masked_grad: builtins.bool | None = ...) -> Tensor:
        """The tensor itself: it is dense. A sparse one that is asked by this name is told of.

        >>> torch.eye(2).to_sparse().to_dense()
        tensor([[1., 0.],
                [0., 1.]])
        """
    def to_padded_tensor(self, padding: builtins.float, output_size: Any = ...) -> Any:
        """Of nested tensors: RuntimeError for others."""
    def to_sparse(self, sparse_dim: builtins.int | None = ..., *, layout: Layout | None = ..., blocksize: Sequence[builtins.int] | None = ..., dense_dim: builtins.int | None = ...) -> Tensor:
        """The tensor in another layout (COO unless told), without its zeros. Looks at a dense tensor's
        values. BSR and BSC need a `blocksize`; `dense_dim` of a dense tensor's last dimensions stay
        dense in a compressed layout.

        https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to_sparse.html

        >>> torch.tensor([[0.0, 5.0], [0.0, 0.0]]).to_sparse().indices()
        tensor([[0],
                [1]])
        """
    def to_sparse_bsc(self, blocksize: Any, dense_dim: builtins.int | None = ...) -> Tensor:
        """The matrix, or each of a batch, with compressed columns of blocks of a size."""
    def to_sparse_bsr(self, blocksize: Any, dense_dim: builtins.int | None = ...) -> Tensor:
        """The matrix, or each of a batch, with compressed rows of blocks of a size."""
    def to_sparse_coo(self) -> Tensor:
        """The tensor in COO layout.

        >>> torch.eye(2).to_sparse_coo().values()
        tensor([1., 1.])
        """
    def to_sparse_csc(self, dense_dim: builtins.int | None = ...) -> Tensor:
        """The matrix, or each of a batch, with compressed columns.

        >>> torch.tensor([[0.0, 5.0], [6.0, 0.0]]).to_sparse_csc().ccol_indices()
        tensor([0, 1, 2])
        """
    def to_sparse_csr(self, dense_dim: builtins.int | None = ...) -> Tensor:
        """The matrix, or each of a batch, with compressed rows.

        >>> torch.tensor([[0.0, 5.0], [6.0, 0.0]]).to_sparse_csr().crow_indices()
        tensor([0, 1, 2])
        """
    def topk(self, k: builtins.int, dim: builtins.int = ..., largest: builtins.bool = ..., sorted: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.topk:
        """The k largest (or smallest) elements along a dim in order, with their int64 indices
        (https://docs.pytorch.org/docs/stable/generated/torch.topk.html)

        (values, indices), in descending order; with largest=False the smallest, ascending.
        RuntimeError for k out of range.

        >>> torch.topk(torch.tensor([1, 9, 4, 7]), k=2)
        torch.return_types.topk(
        values=tensor([9, 7]),
        indices=tensor([1, 3]))
        """
    def trace(self) -> Tensor:
        """The sum of a matrix's diagonal; integers sum to int64.

        RuntimeError unless a matrix.

        >>> torch.trace(torch.tensor([[1, 2], [3, 4]]))
        tensor(5)
        """
    def transpose(self, dim0: builtins.int, dim1: builtins.int) -> Tensor:
        """A view with two dimensions swapped."""
    def transpose_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `transpose`: the tensor itself takes the new sizes and strides.

        >>> x = torch.tensor([[1, 2], [3, 4]])
        >>> x.transpose_(0, 1) is x
        True
        >>> x
        tensor([[1, 3],
                [2, 4]])
        """
    def triangular_solve(self, A: Any, upper: Any = ..., transpose: Any = ..., unitriangular: Any = ..., *, out: Any = ...) -> Any:
        """X with AX = b (A^T X = b with transpose) for triangular A, and A.

        (https://docs.pytorch.org/docs/stable/generated/torch.triangular_solve.html)
        """
    def tril(self, diagonal: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
        """The lower triangle (https://docs.pytorch.org/docs/stable/generated/torch.tril.html)

        Of a matrix or of each of a batch; elements above the diagonal become 0.

        >>> torch.tril(torch.ones(3, 3, dtype=torch.int64))
        tensor([[1, 0, 0],
                [1, 1, 0],
                [1, 1, 1]])
        """
    def tril_(self, diagonal: builtins.int = ...) -> Tensor:
        """In-place form of `tril`: The lower triangle (https://docs.pytorch.org/docs/stable/generated/torch.tril.html)

        >>> x = torch.tensor([[1, 2], [3, 4]])
        >>> x.tril_() is x
        True
        >>> x
        tensor([[1, 0],
                [3, 4]])
        """
    def triu(self, diagonal: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
        """The upper triangle (https://docs.pytorch.org/docs/stable/generated/torch.triu.html)

        Of a matrix or of each of a batch; elements below the diagonal become 0.

        >>> torch.triu(torch.ones(3, 3, dtype=torch.int64), diagonal=1)
        tensor([[0, 1, 1],
                [0, 0, 1],
                [0, 0, 0]])
        """
    def triu_(self, diagonal: builtins.int = ...) -> Tensor:
        """In-place form of `triu`: The upper triangle (https://docs.pytorch.org/docs/stable/generated/torch.triu.html)

        >>> x = torch.tensor([[1, 2], [3, 4]])
        >>> x.triu_() is x
        True
        >>> x
        tensor([[1, 2],
                [0, 4]])
        """
    def true_divide(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input / other, always a float
        (https://docs.pytorch.org/docs/stable/generated/torch.true_divide.html)

        >>> torch.true_divide(torch.tensor([7, -7]), 2)
        tensor([ 3.5000, -3.5000])
        """
    def true_divide_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `true_divide`: input / other, always a float
        (https://docs.pytorch.org/docs/stable/generated/torch.true_divide.html)

        >>> x = torch.tensor([7.0, -7.0])
        >>> x.true_divide_(2) is x
        True
        >>> x
        tensor([ 3.5000, -3.5000])
        """
    def trunc(self, *, out: Tensor | None = ...) -> Tensor:
        """trunc of every element

        >>> torch.fix(torch.tensor([1.7, -1.7]))
        tensor([ 1., -1.])
        """
    def trunc_(self) -> Tensor:
        """In-place form of `trunc`: trunc of every element

        >>> x = torch.tensor([1.7, -1.7])
        >>> x.trunc_() is x
        True
        >>> x
        tensor([ 1., -1.])
        """
    def type(self, dtype: Any = ..., non_blocking: builtins.bool = ..., **kwargs: Any) -> Any:
        """The legacy type name ("torch.FloatTensor"), or the tensor as another type."""
    def type_as(self, other: Tensor) -> Tensor: ...
    def unbind(self, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
        """The views at each index of a dimension."""
    def unflatten(self, dim: builtins.int, sizes: Any) -> Tensor:
        """One dimension as several of the given sizes, one of which may be -1."""
    def unfold(self, dimension: builtins.int, size: builtins.int, step: builtins.int) -> Tensor:
        """A view of all windows of `size` elements of a dimension, `step` apart; the window is the
        last dimension.
        """
    def uniform_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Uniform numbers in [from, to).

        Floats in [from, to).

        >>> _ = torch.manual_seed(0)
        >>> torch.empty(2).uniform_(10, 20)
        tensor([14.9626, 17.6822])
        """
    def unique(self, sorted: builtins.bool = ..., return_inverse: builtins.bool = ..., return_counts: builtins.bool = ..., dim: builtins.int | None = ...) -> Tensor:
        """The distinct elements, or slices along dim, in order; each NaN is distinct
        (https://docs.pytorch.org/docs/stable/generated/torch.unique.html)

        Sorted; with return_inverse and return_counts, further int64 tensors. With a dim, whole
        slices are compared.

        >>> torch.unique(torch.tensor([3, 1, 3, 2]), return_counts=True)
        (tensor([1, 2, 3]), tensor([1, 1, 2]))
        """
    def unique_consecutive(self, return_inverse: builtins.bool = ..., return_counts: builtins.bool = ..., dim: builtins.int | None = ...) -> Tensor:
        """Elements, or slices along dim, with runs of equal ones reduced to one
        (https://docs.pytorch.org/docs/stable/generated/torch.unique_consecutive.html)

        >>> torch.unique_consecutive(torch.tensor([1, 1, 2, 1]))
        tensor([1, 2, 1])
        """
    def unsafe_chunk(self, chunks: builtins.int, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]: ...
    def unsafe_split(self, split_size: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]: ...
    def unsafe_split_with_sizes(self, split_sizes: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
        """`split_with_sizes` into parts that may be written to."""
    def unsqueeze(self, dim: builtins.int) -> Tensor:
        """A view with a new dimension of size 1."""
    def unsqueeze_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `unsqueeze`: the tensor itself takes the new sizes and strides.

        >>> x = torch.tensor([1, 2])
        >>> x.unsqueeze_(0) is x
        True
        >>> x
        tensor([[1, 2]])
        """
    def untyped_storage(self) -> UntypedStorage:
        """The memory behind this tensor.

        >>> len(torch.zeros(3).untyped_storage())  # bytes
        12
        """
    def values(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one.

        >>> torch.eye(2).to_sparse().values()
        tensor([1., 1.])
        """
    def var(self, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ..., out: Any = ...) -> Any:
        """The variance over dims: squares of deviations over (count - correction), correction 1 by
        default (https://docs.pytorch.org/docs/stable/generated/torch.var.html)
        """
    def vdot(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """`dot` with the first vector conjugated
        (https://docs.pytorch.org/docs/stable/generated/torch.vdot.html)

        >>> x, y = torch.tensor([1j, 2 + 0j]), torch.tensor([1j, 3 + 0j])
        >>> torch.vdot(x, y)  # the first is conjugated
        tensor(7.+0.j)
        """
    def view(self, *shape: Any, dtype: Any = ..., size: Any = ...) -> Tensor:
        """The same memory with other sizes, or seen as another dtype. RuntimeError when the strides do
        not allow it.

        RuntimeError where the strides allow no view: see reshape.

        >>> x = torch.arange(6)
        >>> x.view(2, -1)[0, 0] = 100
        >>> x
        tensor([100,   1,   2,   3,   4,   5])
        >>> torch.tensor([1.0]).view(torch.int32)  # the same bits
        tensor([1065353216], dtype=torch.int32)
        """
    def view_as(self, other: Tensor) -> Tensor: ...
    def view_as_complex(self) -> Tensor:
        """A real tensor with a last dimension of 2 as a complex one."""
    def view_as_real(self) -> Tensor:
        """A complex tensor as a real one with a last dimension of 2."""
    @property
    def volatile(self) -> builtins.bool: ...
    def vsplit(self, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]: ...
    def where(self, condition: Any, other: Any = ..., **kw: Any) -> Any: ...
    def xlogy(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input * log(other), 0 where input is 0
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlogy)

        >>> torch.xlogy(torch.tensor([0.0, 2.0]), torch.tensor([0.0, 3.0]))  # 0 where x is 0
        tensor([0.0000, 2.1972])
        """
    def xlogy_(self, other: Tensor | Number) -> Tensor:
        """In-place form of `xlogy`: input * log(other), 0 where input is 0
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlogy)

        >>> x = torch.tensor([0.0, 2.0])
        >>> x.xlogy_(torch.tensor([0.0, 3.0])) is x
        True
        >>> x
        tensor([0.0000, 2.1972])
        """
    def xpu(self, *args: Any, **options: Any) -> Tensor:
        """AssertionError: there is no XPU."""
    def zero_(self) -> Tensor:
        """Write zero into every element.

        RuntimeError for a leaf that requires grad.

        >>> x = torch.tensor([1, 2])
        >>> x.zero_() is x
        True
        >>> x
        tensor([0, 0])
        """
