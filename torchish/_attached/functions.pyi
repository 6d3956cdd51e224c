"""Functions of `torchish`. Written by docs/make_stubs.py: don't edit."""

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

class BFloat16Tensor(Tensor): ...
class BoolTensor(Tensor): ...
class ByteTensor(Tensor): ...
class CharTensor(Tensor): ...
class DoubleTensor(Tensor): ...
class FloatTensor(Tensor): ...
class HalfTensor(Tensor): ...
class IntTensor(Tensor): ...
class LongTensor(Tensor): ...
class ShortTensor(Tensor): ...
def abs(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """|input|; real for complex input, whose gradient at 0 is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)

    The dtype stays, but for complex input, which gives its real dtype.

    >>> torch.abs(torch.tensor([-1.5, 0.0, 2.0]))
    tensor([1.5000, 0.0000, 2.0000])
    >>> torch.abs(torch.tensor(3 + 4j))  # of a complex number its length
    tensor(5.)
    """
def abs_(input: Tensor) -> Tensor:
    """In-place form of `abs`: |input|; real for complex input, whose gradient at 0 is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)

    >>> x = torch.tensor([-1.5, 0.0, 2.0])
    >>> x.abs_() is x
    True
    >>> x
    tensor([1.5000, 0.0000, 2.0000])
    """
def absolute(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """|input|; real for complex input, whose gradient at 0 is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)

    The dtype stays, but for complex input, which gives its real dtype.

    >>> torch.abs(torch.tensor([-1.5, 0.0, 2.0]))
    tensor([1.5000, 0.0000, 2.0000])
    >>> torch.abs(torch.tensor(3 + 4j))  # of a complex number its length
    tensor(5.)
    """
def absolute_(input: Tensor) -> Tensor:
    """In-place form of `abs`: |input|; real for complex input, whose gradient at 0 is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)

    >>> x = torch.tensor([-1.5, 2.0])
    >>> x.absolute_() is x
    True
    >>> x
    tensor([1.5000, 2.0000])
    """
def acos(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)

    Integers give the default floating dtype; NaN outside of [-1, 1].

    >>> torch.acos(torch.tensor([1.0, 0.0, -1.0, 2.0]))
    tensor([0.0000, 1.5708, 3.1416,    nan])
    """
def acos_(input: Tensor) -> Tensor:
    """In-place form of `acos`: acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)

    >>> x = torch.tensor([1.0, 0.0])
    >>> x.acos_() is x
    True
    >>> x
    tensor([0.0000, 1.5708])
    """
def acosh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)

    >>> torch.acosh(torch.tensor([1.0, 2.0, 0.5]))
    tensor([0.0000, 1.3170,    nan])
    """
def acosh_(input: Tensor) -> Tensor:
    """In-place form of `acosh`: acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)

    >>> x = torch.tensor([1.0, 2.0])
    >>> x.acosh_() is x
    True
    >>> x
    tensor([0.0000, 1.3170])
    """
def adaptive_avg_pool1d(input: Tensor, output_size: builtins.int | Sequence[builtins.int], *, out: Tensor | None = ...) -> Tensor:
    """Means of `output_size` windows of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool1d.html)

    >>> F.adaptive_avg_pool1d(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]), 2)
    tensor([[[1.5000, 3.5000]]])
    """
def adaptive_max_pool1d(input: Tensor, output_size: builtins.int | Sequence[builtins.int]) -> Tensor:
    """Maxima of `output_size` windows of (N, C, L) or (C, L) and their int64 positions."""
def add(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
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
def add_(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
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
def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """beta · input + alpha · the sum of bmm(batch1, batch2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addbmm.html)

    >>> batch1, batch2 = torch.ones(3, 1, 2), torch.ones(3, 2, 1)
    >>> torch.addbmm(torch.tensor([[10.0]]), batch1, batch2)  # adds up the batch's products
    tensor([[16.]])
    """
def addbmm_(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
    """In-place form of `addbmm`: beta · input + alpha · the sum of bmm(batch1, batch2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addbmm.html)

    >>> x = torch.tensor([[10.0]])
    >>> x.addbmm_(torch.ones(3, 1, 2), torch.ones(3, 2, 1)) is x
    True
    >>> x
    tensor([[16.]])
    """
def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """input + value * tensor1 / tensor2
    (https://docs.pytorch.org/docs/stable/generated/torch.addcdiv.html)

    >>> t, a, b = torch.ones(2), torch.tensor([1.0, 3.0]), torch.tensor([2.0, 4.0])
    >>> torch.addcdiv(t, a, b, value=10)
    tensor([6.0000, 8.5000])
    """
def addcdiv_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number | Tensor = ...) -> Tensor:
    """In-place form of `addcdiv`: input + value * tensor1 / tensor2
    (https://docs.pytorch.org/docs/stable/generated/torch.addcdiv.html)

    >>> x = torch.tensor([1.0, 1.0])
    >>> x.addcdiv_(torch.tensor([1.0, 3.0]), torch.tensor([2.0, 4.0]), value=10) is x
    True
    >>> x
    tensor([6.0000, 8.5000])
    """
def addcmul(input: Tensor, tensor1: Tensor | Number, tensor2: Tensor | Number, *, value: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """input + value * tensor1 * tensor2
    (https://docs.pytorch.org/docs/stable/generated/torch.addcmul.html)

    >>> t, a, b = torch.ones(2), torch.tensor([1.0, 3.0]), torch.tensor([2.0, 4.0])
    >>> torch.addcmul(t, a, b, value=0.5)
    tensor([2., 7.])
    """
def addcmul_(input: Tensor, tensor1: Tensor | Number, tensor2: Tensor | Number, *, value: Number | Tensor = ...) -> Tensor:
    """In-place form of `addcmul`: input + value * tensor1 * tensor2
    (https://docs.pytorch.org/docs/stable/generated/torch.addcmul.html)

    >>> x = torch.tensor([1.0, 1.0])
    >>> x.addcmul_(torch.tensor([1.0, 3.0]), torch.tensor([2.0, 4.0]), value=0.5) is x
    True
    >>> x
    tensor([2., 7.])
    """
def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """beta · input + alpha · (mat1 @ mat2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addmm.html)

    >>> torch.addmm(torch.tensor([1.0, 2.0]), torch.eye(2), torch.ones(2, 2), beta=10, alpha=1)
    tensor([[11., 21.],
            [11., 21.]])
    """
def addmm_(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
    """In-place form of `addmm`: beta · input + alpha · (mat1 @ mat2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addmm.html)

    >>> x = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> x.addmm_(torch.ones(2, 3), torch.ones(3, 2), beta=10) is x
    True
    >>> x
    tensor([[13.,  3.],
            [ 3., 13.]])
    """
def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """beta · input + alpha · (mat @ vec)
    (https://docs.pytorch.org/docs/stable/generated/torch.addmv.html)

    >>> A = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> torch.addmv(torch.tensor([1.0, 1.0]), A, torch.ones(2))
    tensor([4., 8.])
    """
def addmv_(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
    """In-place form of `addmv`: beta · input + alpha · (mat @ vec)
    (https://docs.pytorch.org/docs/stable/generated/torch.addmv.html)

    >>> x = torch.tensor([1.0, 1.0])
    >>> x.addmv_(torch.eye(2), torch.tensor([3.0, 4.0])) is x
    True
    >>> x
    tensor([4., 5.])
    """
def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """beta · input + alpha · outer(vec1, vec2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addr.html)

    >>> torch.addr(torch.zeros(2, 2), torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
def addr_(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
    """In-place form of `addr`: beta · input + alpha · outer(vec1, vec2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addr.html)

    >>> x = torch.tensor([[0.0, 0.0], [0.0, 0.0]])
    >>> x.addr_(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])) is x
    True
    >>> x
    tensor([[3., 4.],
            [6., 8.]])
    """
def adjoint(self: Tensor) -> Tensor:
    """The conjugate transpose of the last two dimensions.

    >>> torch.adjoint(torch.tensor([[1 + 1j, 2 + 0j]])).resolve_conj()
    tensor([[1.-1.j],
            [2.-0.j]])
    """
def affine_grid_generator(theta: Tensor, size: Sequence[builtins.int], align_corners: builtins.bool) -> Tensor:
    """`nn.functional.affine_grid`.

    >>> torch.affine_grid_generator(torch.eye(2, 3)[None], (1, 1, 1, 2), True)
    tensor([[[[-1.,  0.],
              [ 1.,  0.]]]])
    """
def alias(self: Tensor) -> Tensor:
    """A view of everything."""
def alias_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`alias`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.alias_copy(torch.tensor([1, 2]))
    tensor([1, 2])
    """
def all(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Whether all elements over dims are true
    (https://docs.pytorch.org/docs/stable/generated/torch.all.html)

    Any dtype; the result is bool (uint8 for uint8). Without a dim, 0-dim.

    >>> torch.all(torch.tensor([[True, True], [True, False]]), dim=1)
    tensor([ True, False])
    >>> torch.all(torch.tensor([]))  # of nothing it is True
    tensor(True)
    """
def allclose(input: Tensor, other: Tensor, rtol: builtins.float = ..., atol: builtins.float = ..., equal_nan: builtins.bool = ...) -> builtins.bool:
    """Whether all elements satisfy |input - other| <= atol + rtol * |other|.

    A Python bool; True where |input - other| ≤ atol + rtol · |other| everywhere.
    RuntimeError where dtypes differ.

    >>> torch.allclose(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.000001]))
    True
    >>> torch.allclose(torch.tensor([1.0]), torch.tensor([1.1]), atol=0.2)
    True
    """
def alpha_dropout(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`nn.functional.alpha_dropout`.

    >>> torch.alpha_dropout(torch.ones(3), p=0.5, train=False)
    tensor([1., 1., 1.])
    """
def alpha_dropout_(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`alpha_dropout` in place."""
def amax(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
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
def amin(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """The minimum over dims, all by default
    (https://docs.pytorch.org/docs/stable/generated/torch.amin.html)

    dim is an int, a tuple or all; gradients are shared evenly between equal minima.
    IndexError for an empty dimension.

    >>> torch.amin(torch.tensor([[1.0, 9.0], [4.0, 3.0]]), dim=0)
    tensor([1., 3.])
    """
def aminmax(input: Tensor, *, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.aminmax:
    """Minimum and maximum over a dim, or of all elements
    (https://docs.pytorch.org/docs/stable/generated/torch.aminmax.html)

    >>> torch.aminmax(torch.tensor([3, 1, 2]))
    torch.return_types.aminmax(
    min=tensor(1),
    max=tensor(3))
    """
def angle(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The angle of a complex number in radians; π for negative numbers, 0 for others
    (https://docs.pytorch.org/docs/stable/generated/torch.angle.html)

    >>> torch.angle(torch.tensor([1 + 1j, -1 + 0j]))
    tensor([0.7854, 3.1416])
    >>> torch.angle(torch.tensor([2.0, -2.0]))
    tensor([0.0000, 3.1416])
    """
def any(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Whether any element over dims is true
    (https://docs.pytorch.org/docs/stable/generated/torch.any.html)

    Any dtype; the result is bool (uint8 for uint8). Without a dim, 0-dim.

    >>> torch.any(torch.tensor([[0, 0], [0, 3]]), dim=1)
    tensor([False,  True])
    """
def arccos(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)

    Integers give the default floating dtype; NaN outside of [-1, 1].

    >>> torch.acos(torch.tensor([1.0, 0.0, -1.0, 2.0]))
    tensor([0.0000, 1.5708, 3.1416,    nan])
    """
def arccos_(input: Tensor) -> Tensor:
    """In-place form of `acos`: acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)

    >>> x = torch.tensor([1.0, 0.0])
    >>> x.arccos_() is x
    True
    >>> x
    tensor([0.0000, 1.5708])
    """
def arccosh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)

    >>> torch.acosh(torch.tensor([1.0, 2.0, 0.5]))
    tensor([0.0000, 1.3170,    nan])
    """
def arccosh_(input: Tensor) -> Tensor:
    """In-place form of `acosh`: acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)

    >>> x = torch.tensor([1.0, 2.0])
    >>> x.arccosh_() is x
    True
    >>> x
    tensor([0.0000, 1.3170])
    """
def arcsin(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)

    Integers give the default floating dtype; NaN outside of [-1, 1].

    >>> torch.asin(torch.tensor([0.0, 0.5, 1.0]))
    tensor([0.0000, 0.5236, 1.5708])
    """
def arcsin_(input: Tensor) -> Tensor:
    """In-place form of `asin`: asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.arcsin_() is x
    True
    >>> x
    tensor([0.0000, 1.5708])
    """
def arcsinh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)

    >>> torch.asinh(torch.tensor([0.0, 1.0, -1.0]))
    tensor([ 0.0000,  0.8814, -0.8814])
    """
def arcsinh_(input: Tensor) -> Tensor:
    """In-place form of `asinh`: asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.arcsinh_() is x
    True
    >>> x
    tensor([0.0000, 0.8814])
    """
def arctan(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)

    Integers give the default floating dtype.

    >>> torch.atan(torch.tensor([0.0, 1.0, float("inf")]))
    tensor([0.0000, 0.7854, 1.5708])
    """
def arctan2(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The angle of the point (other, input) in radians
    (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)

    Shapes are broadcast; angles lie in [-pi, pi].

    >>> torch.atan2(torch.tensor([1.0, 1.0, -1.0]), torch.tensor([1.0, -1.0, -1.0]))  # y, x
    tensor([ 0.7854,  2.3562, -2.3562])
    """
def arctan2_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `atan2`: The angle of the point (other, input) in radians
    (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)

    >>> x = torch.tensor([1.0, -1.0])
    >>> x.arctan2_(torch.tensor([1.0, -1.0])) is x
    True
    >>> x
    tensor([ 0.7854, -2.3562])
    """
def arctan_(input: Tensor) -> Tensor:
    """In-place form of `atan`: atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.arctan_() is x
    True
    >>> x
    tensor([0.0000, 0.7854])
    """
def arctanh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)

    >>> torch.atanh(torch.tensor([0.0, 0.5, 1.0]))
    tensor([0.0000, 0.5493,    inf])
    """
def arctanh_(input: Tensor) -> Tensor:
    """In-place form of `atanh`: atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)

    >>> x = torch.tensor([0.0, 0.5])
    >>> x.arctanh_() is x
    True
    >>> x
    tensor([0.0000, 0.5493])
    """
def argmax(input: Tensor, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
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
def argmin(input: Tensor, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Index of the first minimum along a dim, or in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.argmin.html)

    int64 indices along dim, or into the flattened tensor without one. IndexError for an
    empty dimension.

    >>> torch.argmin(torch.tensor([[1.0, 9.0, 2.0], [4.0, 3.0, 0.0]]), dim=1)
    tensor([0, 2])
    """
def argsort(input: Tensor, dim: builtins.int = ..., descending: builtins.bool = ..., stable: builtins.bool = ...) -> Tensor:
    """The int64 indices that sort a tensor along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.argsort.html)

    int64 indices of input's shape that would sort it along dim.

    >>> torch.argsort(torch.tensor([30, 10, 20]))
    tensor([1, 2, 0])
    >>> torch.argsort(torch.tensor([30, 10, 20]), descending=True)
    tensor([0, 2, 1])
    """
def argwhere(input: Tensor) -> Tensor:
    """Positions of the elements that are not zero, one row each.

    >>> torch.argwhere(torch.tensor([[1, 0], [0, 2]]))
    tensor([[0, 0],
            [1, 1]])
    """
def as_strided(self: Tensor, size: Any, stride: Any, storage_offset: builtins.int | None = ...) -> Tensor:
    """A view of the storage with any sizes, strides and offset. RuntimeError when it would leave
    the storage.

    >>> torch.as_strided(torch.arange(6), (3, 2), (1, 2))  # windows over the same memory
    tensor([[0, 2],
            [1, 3],
            [2, 4]])
    """
def as_strided_(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """In-place form of `as_strided`: the tensor itself takes the new sizes and strides."""
def as_strided_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`as_strided`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.as_strided_copy(torch.arange(4), (2,), (2,))
    tensor([0, 2])
    """
def as_strided_scatter(input: Tensor, src: Tensor, size: Any, stride: Any, storage_offset: Any = ..., *, out: Any = ...) -> Tensor:
    """A copy of `input` with `src` in the place of `input.as_strided(size, stride,
    storage_offset)`.

    https://docs.pytorch.org/docs/stable/generated/torch.as_strided_scatter.html

    >>> torch.as_strided_scatter(torch.zeros(4), torch.ones(2), (2,), (2,))
    tensor([1., 0., 1., 0.])
    """
def asin(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)

    Integers give the default floating dtype; NaN outside of [-1, 1].

    >>> torch.asin(torch.tensor([0.0, 0.5, 1.0]))
    tensor([0.0000, 0.5236, 1.5708])
    """
def asin_(input: Tensor) -> Tensor:
    """In-place form of `asin`: asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.asin_() is x
    True
    >>> x
    tensor([0.0000, 1.5708])
    """
def asinh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)

    >>> torch.asinh(torch.tensor([0.0, 1.0, -1.0]))
    tensor([ 0.0000,  0.8814, -0.8814])
    """
def asinh_(input: Tensor) -> Tensor:
    """In-place form of `asinh`: asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.asinh_() is x
    True
    >>> x
    tensor([0.0000, 0.8814])
    """
def atan(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)

    Integers give the default floating dtype.

    >>> torch.atan(torch.tensor([0.0, 1.0, float("inf")]))
    tensor([0.0000, 0.7854, 1.5708])
    """
def atan2(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The angle of the point (other, input) in radians
    (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)

    Shapes are broadcast; angles lie in [-pi, pi].

    >>> torch.atan2(torch.tensor([1.0, 1.0, -1.0]), torch.tensor([1.0, -1.0, -1.0]))  # y, x
    tensor([ 0.7854,  2.3562, -2.3562])
    """
def atan2_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `atan2`: The angle of the point (other, input) in radians
    (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)

    >>> x = torch.tensor([1.0, -1.0])
    >>> x.atan2_(torch.tensor([1.0, -1.0])) is x
    True
    >>> x
    tensor([ 0.7854, -2.3562])
    """
def atan_(input: Tensor) -> Tensor:
    """In-place form of `atan`: atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.atan_() is x
    True
    >>> x
    tensor([0.0000, 0.7854])
    """
def atanh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)

    >>> torch.atanh(torch.tensor([0.0, 0.5, 1.0]))
    tensor([0.0000, 0.5493,    inf])
    """
def atanh_(input: Tensor) -> Tensor:
    """In-place form of `atanh`: atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)

    >>> x = torch.tensor([0.0, 0.5])
    >>> x.atanh_() is x
    True
    >>> x
    tensor([0.0000, 0.5493])
    """
def atleast_1d(*tensors: Any) -> Any:
    """Tensors with at least 1 dimension; views.

    >>> torch.atleast_1d(torch.tensor(3.0)).shape
    torch.Size([1])
    """
def atleast_2d(*tensors: Any) -> Any:
    """Tensors with at least 2 dimensions; views.

    >>> torch.atleast_2d(torch.tensor([1.0, 2.0])).shape
    torch.Size([1, 2])
    """
def atleast_3d(*tensors: Any) -> Any:
    """Tensors with at least 3 dimensions; views.

    >>> torch.atleast_3d(torch.tensor([[1.0, 2.0]])).shape
    torch.Size([1, 2, 1])
    """
def autocast_decrement_nesting() -> builtins.int:
    """Leave a region; how many there are now."""
def autocast_increment_nesting() -> builtins.int:
    """Enter a region; how many there are now."""
def avg_pool1d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., count_include_pad: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Mean of each window of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool1d.html)

    >>> F.avg_pool1d(torch.tensor([[[1.0, 3.0, 5.0, 7.0]]]), kernel_size=2, stride=2)
    tensor([[[2., 6.]]])
    """
def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """beta · input + alpha · bmm(batch1, batch2)
    (https://docs.pytorch.org/docs/stable/generated/torch.baddbmm.html)

    >>> torch.baddbmm(torch.ones(2, 1, 1), torch.ones(2, 1, 3), torch.ones(2, 3, 1), beta=0.5)
    tensor([[[3.5000]],
    <BLANKLINE>
            [[3.5000]]])
    """
def baddbmm_(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
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
def bartlett_window(window_length: builtins.int, periodic: builtins.bool = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The triangular Bartlett window, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.bartlett_window.html)

    >>> torch.bartlett_window(5, periodic=False)
    tensor([0.0000, 0.5000, 1.0000, 0.5000, 0.0000])
    """
def batch_norm(input: Tensor, weight: Tensor | None, bias: Tensor | None, running_mean: Tensor | None, running_var: Tensor | None, training: builtins.bool, momentum: builtins.float, eps: builtins.float, cudnn_enabled: builtins.bool) -> Tensor:
    """`nn.functional.batch_norm`, the parameters before the statistics."""
def batch_norm_update_stats(input: Tensor, running_mean: Tensor | None, running_var: Tensor | None, momentum: builtins.float) -> builtins.tuple[Tensor, Tensor]:
    """(mean, biased variance) over all dimensions but the second, which the running statistics are
    moved towards, the variance unbiased. RuntimeError for an empty input.
    """
def bernoulli(input: Tensor, p: builtins.float | None = ..., *, generator: Any = ..., out: Any = ...) -> Tensor:
    """1 with the probabilities that `input` holds (or with probability `p`), else 0.

    Input holds probabilities; the result has its shape and dtype. RuntimeError for one
    outside of [0, 1].

    >>> _ = torch.manual_seed(0)
    >>> torch.bernoulli(torch.tensor([0.0, 0.5, 0.5, 1.0]))
    tensor([0., 0., 1., 1.])
    """
bfloat16: Dtype
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = ...) -> Tensor:
    """x1 A x2 + b for each output feature: weight (out, in1, in2)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.bilinear.html)

    >>> F.bilinear(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0]]), torch.ones(1, 2, 1))
    tensor([[9.]])
    """
def binary_cross_entropy_with_logits(input: Tensor, target: Tensor, weight: Tensor | None = ..., pos_weight: Tensor | None = ..., reduction: builtins.int = ...) -> Tensor:
    """`nn.functional.binary_cross_entropy_with_logits`.

    >>> torch.binary_cross_entropy_with_logits(torch.tensor([0.0]), torch.tensor([1.0]))
    tensor([0.6931])
    """
def bincount(input: Tensor, weights: Tensor | None = ..., minlength: builtins.int = ...) -> Tensor:
    """How often each non-negative integer occurs, or the sum of its weights
    (https://docs.pytorch.org/docs/stable/generated/torch.bincount.html)

    input is 1-D and not negative; the result has max(input) + 1 elements at least.
    RuntimeError otherwise.

    >>> torch.bincount(torch.tensor([0, 1, 1, 3]))
    tensor([1, 2, 0, 1])
    >>> torch.bincount(torch.tensor([0, 1, 1]), weights=torch.tensor([0.5, 1.0, 2.0]))
    tensor([0.5000, 3.0000])
    """
def binomial(count: Tensor, prob: Tensor, generator: Any = ...) -> Tensor:
    """Binomial numbers of the given counts and probabilities.

    >>> _ = torch.manual_seed(0)
    >>> torch.binomial(torch.tensor([10.0, 100.0]), torch.tensor([0.5, 0.0]))
    tensor([7., 0.])
    """
def bitwise_and(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input & other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_and.html)

    Integers and bools; shapes are broadcast. NotImplementedError for floats.

    >>> torch.bitwise_and(torch.tensor([0b1100, 0b1010]), 0b0110)
    tensor([4, 2])
    >>> torch.tensor([True, False]) & torch.tensor([True, True])
    tensor([ True, False])
    """
def bitwise_and_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """In-place form of `bitwise_and`: input & other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_and.html)

    >>> x = torch.tensor([12, 10])
    >>> x.bitwise_and_(6) is x
    True
    >>> x
    tensor([4, 2])
    """
def bitwise_left_shift(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input << other; 0 when the shift is not inside the width of the dtype
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html)

    >>> torch.bitwise_left_shift(torch.tensor([1, 3]), torch.tensor([4, 1]))
    tensor([16,  6])
    """
def bitwise_left_shift_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """In-place form of `bitwise_left_shift`: input << other; 0 when the shift is not inside the width of the dtype
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html)

    >>> x = torch.tensor([1, 3])
    >>> x.bitwise_left_shift_(2) is x
    True
    >>> x
    tensor([ 4, 12])
    """
def bitwise_not(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Every bit inverted; of bools the negation
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_not.html)

    Integers and bools. NotImplementedError for floats.

    >>> torch.bitwise_not(torch.tensor([0, 5, -1]))
    tensor([-1, -6,  0])
    >>> torch.bitwise_not(torch.tensor([True, False]))
    tensor([False,  True])
    """
def bitwise_not_(input: Tensor) -> Tensor:
    """In-place form of `bitwise_not`: Every bit inverted; of bools the negation
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_not.html)

    >>> x = torch.tensor([0, 5])
    >>> x.bitwise_not_() is x
    True
    >>> x
    tensor([-1, -6])
    """
def bitwise_or(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input | other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_or.html)

    Integers and bools; shapes are broadcast. NotImplementedError for floats.

    >>> torch.bitwise_or(torch.tensor([0b1100, 0b1010]), 0b0001)
    tensor([13, 11])
    """
def bitwise_or_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """In-place form of `bitwise_or`: input | other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_or.html)

    >>> x = torch.tensor([12, 10])
    >>> x.bitwise_or_(1) is x
    True
    >>> x
    tensor([13, 11])
    """
def bitwise_right_shift(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input >> other, keeping the sign; a shift outside the width gives 0 or -1
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html)

    >>> torch.bitwise_right_shift(torch.tensor([16, -16]), 2)
    tensor([ 4, -4])
    """
def bitwise_right_shift_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """In-place form of `bitwise_right_shift`: input >> other, keeping the sign; a shift outside the width gives 0 or -1
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html)

    >>> x = torch.tensor([16, -16])
    >>> x.bitwise_right_shift_(2) is x
    True
    >>> x
    tensor([ 4, -4])
    """
def bitwise_xor(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input ^ other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_xor.html)

    Integers and bools; shapes are broadcast. NotImplementedError for floats.

    >>> torch.bitwise_xor(torch.tensor([0b1100, 0b1010]), 0b1111)
    tensor([3, 5])
    """
def bitwise_xor_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """In-place form of `bitwise_xor`: input ^ other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_xor.html)

    >>> x = torch.tensor([12, 10])
    >>> x.bitwise_xor_(15) is x
    True
    >>> x
    tensor([3, 5])
    """
def blackman_window(window_length: builtins.int, periodic: builtins.bool = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Blackman window, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.blackman_window.html)

    >>> torch.blackman_window(5, periodic=False).round(decimals=4).abs()
    tensor([0.0000, 0.3400, 1.0000, 0.3400, 0.0000])
    """
def block_diag(*tensors: Any) -> Tensor:
    """Matrices along a diagonal
    (https://docs.pytorch.org/docs/stable/generated/torch.block_diag.html)

    >>> torch.block_diag(torch.tensor([[1, 2]]), torch.tensor([[3]]))
    tensor([[1, 2, 0],
            [0, 0, 3]])
    """
def bmm(input: Tensor, mat2: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Products of batches of matrices
    (https://docs.pytorch.org/docs/stable/generated/torch.bmm.html)

    Shapes (b, n, m) and (b, m, p) give (b, n, p). RuntimeError for other numbers of
    dimensions.

    >>> torch.bmm(torch.ones(2, 1, 3), torch.ones(2, 3, 1)).flatten()
    tensor([3., 3.])
    """
bool: Dtype
def broadcast_shapes(*shapes: Any) -> Size:
    """The common shape of shapes. RuntimeError for what is no shape and where there is none,
    ValueError for a negative size.

    >>> torch.broadcast_shapes((3, 1), (1, 4), (4,))
    torch.Size([3, 4])
    """
def broadcast_tensors(*tensors: Any) -> builtins.tuple[Tensor, ...]:
    """Tensors expanded to their common shape; views.

    >>> a, b = torch.broadcast_tensors(torch.ones(3, 1), torch.ones(4))
    >>> a.shape, b.shape
    (torch.Size([3, 4]), torch.Size([3, 4]))
    """
def broadcast_to(input: Tensor, size: Any) -> Tensor:
    """The tensor expanded to a shape; a view.

    A view. RuntimeError where the shape does not broadcast.

    >>> torch.broadcast_to(torch.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
def bucketize(input: Any, boundaries: Any, *, out_int32: Any = ..., right: Any = ..., out: Any = ...) -> Any:
    """The index of the bucket between boundaries that each element falls into
    (https://docs.pytorch.org/docs/stable/generated/torch.bucketize.html)

    boundaries are 1-D and ascend; the result has input's shape and is int64 (int32 with
    out_int32).

    >>> torch.bucketize(torch.tensor([1, 3, 9]), torch.tensor([2, 3, 5]))
    tensor([0, 1, 3])
    >>> torch.bucketize(torch.tensor([3]), torch.tensor([2, 3, 5]), right=True)
    tensor([2])
    """
def can_cast(from_: Dtype, to: Dtype) -> builtins.bool:
    """Whether a result of one dtype may be written into another.

    >>> torch.can_cast(torch.float32, torch.int32), torch.can_cast(torch.int32, torch.float32)
    (False, True)
    """
def cartesian_prod(*tensors: Any) -> Tensor:
    """All combinations of elements of 1-D tensors
    (https://docs.pytorch.org/docs/stable/generated/torch.cartesian_prod.html)

    >>> torch.cartesian_prod(torch.tensor([1, 2]), torch.tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
def cat(tensors: Sequence[Tensor], dim: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """Tensors joined along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.cat.html)

    Shapes agree but along dim; dtypes are promoted. RuntimeError where they do not agree.

    >>> torch.cat([torch.tensor([[1, 2]]), torch.tensor([[3, 4], [5, 6]])])
    tensor([[1, 2],
            [3, 4],
            [5, 6]])
    >>> torch.cat([torch.zeros(2, 1), torch.ones(2, 2)], dim=1)
    tensor([[0., 1., 1.],
            [0., 1., 1.]])
    """
def cdist(x1: Tensor, x2: Tensor, p: builtins.float = ..., compute_mode: builtins.str | builtins.int | None = ...) -> Tensor:
    """p-distances between all pairs of rows of x1 (..., P, M) and x2 (..., R, M), as (..., P, R)
    (https://docs.pytorch.org/docs/stable/generated/torch.cdist.html)

    x1 (…, P, M) and x2 (…, R, M) give (…, P, R).

    >>> torch.cdist(torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 4.0], [0.0, 1.0]]))
    tensor([[5., 1.]])
    """
cdouble: Dtype
def ceil(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """ceil of every element

    Integers stay as they are.

    >>> torch.ceil(torch.tensor([1.2, -1.2, 3.0]))
    tensor([ 2., -1.,  3.])
    """
def ceil_(input: Tensor) -> Tensor:
    """In-place form of `ceil`: ceil of every element

    >>> x = torch.tensor([1.2, -1.2])
    >>> x.ceil_() is x
    True
    >>> x
    tensor([ 2., -1.])
    """
def celu(input: Tensor, alpha: builtins.float = ..., inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Continuously differentiable ELU (https://arxiv.org/abs/1704.07483)

    >>> torch.celu(torch.tensor([-1.0, 0.0, 2.0]), alpha=2.0)
    tensor([-0.7869,  0.0000,  2.0000])
    """
def celu_(input: Tensor, alpha: builtins.float = ..., inplace: builtins.bool = ...) -> Tensor:
    """In-place form of `celu`: Continuously differentiable ELU (https://arxiv.org/abs/1704.07483)

    >>> x = torch.tensor([-1.0, 2.0])
    >>> torch.celu_(x, alpha=0.5)
    tensor([-0.4323,  2.0000])
    """
cfloat: Dtype
def chain_matmul(*matrices: Any, out: Any = ...) -> Tensor:
    """The product of a chain of matrices.

    >>> import warnings
    >>> warnings.simplefilter("ignore")  # deprecated: see torch.linalg.multi_dot
    >>> torch.chain_matmul(torch.ones(1, 2), torch.ones(2, 3), torch.ones(3, 1))
    tensor([[6.]])
    """
chalf: Dtype
def channel_shuffle(input: Tensor, groups: builtins.int) -> Tensor:
    """Channels (dim 1) dealt out round robin from `groups` blocks
    (https://arxiv.org/abs/1707.01083)

    >>> torch.channel_shuffle(torch.arange(4).reshape(1, 4, 1, 1), 2).flatten()
    tensor([0, 2, 1, 3])
    """
def cholesky(input: Any, upper: Any = ..., *, out: Any = ...) -> Any:
    """The Cholesky factor of Hermitian positive-definite matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.cholesky.html)

    >>> torch.cholesky(torch.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
def cholesky_inverse(L: Tensor, upper: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of A, from its Cholesky factor.

    (https://docs.pytorch.org/docs/stable/generated/torch.cholesky_inverse.html)

    >>> torch.cholesky_inverse(torch.tensor([[2.0]]))  # of 2 · 2
    tensor([[0.2500]])
    """
def cholesky_solve(B: Tensor, L: Tensor, upper: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """X with A X = B, from the Cholesky factor of A.

    (https://docs.pytorch.org/docs/stable/generated/torch.cholesky_solve.html)

    >>> L = torch.tensor([[2.0, 0.0], [0.0, 4.0]])
    >>> torch.cholesky_solve(torch.tensor([[8.0], [16.0]]), L)
    tensor([[2.],
            [1.]])
    """
def chunk(self: Tensor, chunks: builtins.int, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """At most `chunks` views of equal size (the last may be smaller).

    A tuple of views along dim, of ceil(size / chunks) but for the last; perhaps fewer than
    asked for.

    >>> torch.chunk(torch.arange(5), 3)  # views, the last may be smaller
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
def clamp(input: Tensor, min: Tensor | Number = ..., max: Tensor | Number = ..., *, out: Tensor | None = ...) -> Tensor:
    """Elements moved to the nearer bound of [min, max]
    (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

    Either bound may be None, a number, or a tensor that broadcasts. RuntimeError where both
    are None.

    >>> torch.clamp(torch.tensor([-2.0, 0.5, 7.0]), min=0, max=1)
    tensor([0.0000, 0.5000, 1.0000])
    >>> torch.clamp(torch.arange(4), min=torch.tensor([2, 0, 3, 0]))
    tensor([2, 1, 3, 3])
    """
def clamp_(input: Tensor, min: Tensor | Number = ..., max: Tensor | Number = ...) -> Tensor:
    """In-place form of `clamp`: Elements moved to the nearer bound of [min, max]
    (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

    RuntimeError for a leaf that requires grad.

    >>> x = torch.tensor([-2.0, 0.5, 7.0])
    >>> x.clamp_(0, 1) is x
    True
    >>> x
    tensor([0.0000, 0.5000, 1.0000])
    """
def clamp_max(input: Tensor, max: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Elements at most max (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

    >>> torch.clamp_max(torch.tensor([1, 5, 9]), 6)
    tensor([1, 5, 6])
    """
def clamp_max_(input: Tensor, max: Tensor | Number) -> Tensor:
    """In-place form of `clamp_max`: Elements at most max (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

    >>> x = torch.tensor([1, 5, 9])
    >>> x.clamp_max_(6) is x
    True
    >>> x
    tensor([1, 5, 6])
    """
def clamp_min(input: Tensor, min: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Elements at least min (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

    >>> torch.clamp_min(torch.tensor([1, 5, 9]), 4)
    tensor([4, 5, 9])
    """
def clamp_min_(input: Tensor, min: Tensor | Number) -> Tensor:
    """In-place form of `clamp_min`: Elements at least min (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

    >>> x = torch.tensor([1, 5, 9])
    >>> x.clamp_min_(4) is x
    True
    >>> x
    tensor([4, 5, 9])
    """
def clear_autocast_cache() -> None:
    """Forget the casts that were kept."""
def clip(input: Tensor, min: Tensor | Number = ..., max: Tensor | Number = ..., *, out: Tensor | None = ...) -> Tensor:
    """Elements moved to the nearer bound of [min, max]
    (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

    Either bound may be None, a number, or a tensor that broadcasts. RuntimeError where both
    are None.

    >>> torch.clamp(torch.tensor([-2.0, 0.5, 7.0]), min=0, max=1)
    tensor([0.0000, 0.5000, 1.0000])
    >>> torch.clamp(torch.arange(4), min=torch.tensor([2, 0, 3, 0]))
    tensor([2, 1, 3, 3])
    """
def clip_(input: Tensor, min: Tensor | Number = ..., max: Tensor | Number = ...) -> Tensor:
    """In-place form of `clamp`: Elements moved to the nearer bound of [min, max]
    (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)

    >>> x = torch.tensor([-2.0, 0.5, 7.0])
    >>> x.clip_(0, 1) is x
    True
    >>> x
    tensor([0.0000, 0.5000, 1.0000])
    """
def clone(input: Tensor, *, memory_format: Any = ...) -> Tensor:
    """A copy, with gradient.

    A copy with the same strides where they are dense; gradients go through to input.

    >>> x = torch.zeros(2)
    >>> y = x.clone()
    >>> y[0] = 5.0
    >>> x, y
    (tensor([0., 0.]), tensor([5., 0.]))
    """
def column_stack(tensors: Sequence[Tensor], *, out: Tensor | None = ...) -> Tensor:
    """1-D tensors as columns
    (https://docs.pytorch.org/docs/stable/generated/torch.column_stack.html)

    >>> torch.column_stack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[1, 3],
            [2, 4]])
    """
def combinations(input: Tensor, r: builtins.int = ..., with_replacement: builtins.bool = ...) -> Tensor:
    """Rows of r elements
    (https://docs.pytorch.org/docs/stable/generated/torch.combinations.html)

    >>> torch.combinations(torch.tensor([1, 2, 3]), r=2)
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
def complex(real: Tensor, imag: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """real + i imag (https://docs.pytorch.org/docs/stable/generated/torch.complex.html)

    >>> torch.complex(torch.tensor([1.0, 2.0]), torch.tensor([0.0, -1.0]))
    tensor([1.+0.j, 2.-1.j])
    """
complex128: Dtype
complex32: Dtype
complex64: Dtype
def concat(tensors: Sequence[Tensor], dim: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """Tensors joined along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.cat.html)

    Shapes agree but along dim; dtypes are promoted. RuntimeError where they do not agree.

    >>> torch.cat([torch.tensor([[1, 2]]), torch.tensor([[3, 4], [5, 6]])])
    tensor([[1, 2],
            [3, 4],
            [5, 6]])
    >>> torch.cat([torch.zeros(2, 1), torch.ones(2, 2)], dim=1)
    tensor([[0., 1., 1.],
            [0., 1., 1.]])
    """
def concatenate(tensors: Sequence[Tensor], dim: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """Tensors joined along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.cat.html)

    Shapes agree but along dim; dtypes are promoted. RuntimeError where they do not agree.

    >>> torch.cat([torch.tensor([[1, 2]]), torch.tensor([[3, 4], [5, 6]])])
    tensor([[1, 2],
            [3, 4],
            [5, 6]])
    >>> torch.cat([torch.zeros(2, 1), torch.ones(2, 2)], dim=1)
    tensor([[0., 1., 1.],
            [0., 1., 1.]])
    """
def cond(pred: Any, true_fn: Callable, false_fn: Callable, operands: Sequence | builtins.dict = ...) -> Any:
    """One function or the other of the operands, by a bool or a tensor with one element."""
def conj(self: Tensor) -> Tensor:
    """The complex conjugate, a view: what is written to one is seen by the other. A real tensor
    itself.

    It and its views are marked, `is_conj`: PyTorch refuses to show their memory as it lies.

    >>> torch.conj(torch.tensor([1 + 2j, 3 - 1j])).resolve_conj()
    tensor([1.-2.j, 3.+1.j])
    """
def conj_physical(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The complex conjugate
    (https://docs.pytorch.org/docs/stable/generated/torch.conj_physical.html)

    >>> torch.conj_physical(torch.tensor([1 + 2j, 3 - 1j]))
    tensor([1.-2.j, 3.+1.j])
    """
def conj_physical_(input: Tensor) -> Tensor:
    """In-place form of `conj_physical`: The complex conjugate
    (https://docs.pytorch.org/docs/stable/generated/torch.conj_physical.html)

    >>> x = torch.tensor([1 + 2j, 3 - 1j])
    >>> x.conj_physical_() is x
    True
    >>> x
    tensor([1.-2.j, 3.+1.j])
    """
def constant_pad_nd(input: Tensor, pad: builtins.tuple[builtins.int, ...], value: builtins.float = ...) -> Tensor:
    """Constant padding by pairs (before, after) from the last dimension on.

    >>> torch.constant_pad_nd(torch.tensor([[1, 2]]), (1, 0, 0, 1), value=9)
    tensor([[9, 1, 2],
            [9, 9, 9]])
    """
def conv1d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] | builtins.str = ..., dilation: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ...) -> Tensor:
    """1-D cross-correlation: input (N, C, L) or (C, L), weight (out, C / groups, k)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv1d.html)

    input (N, in, L), weight (out, in / groups, k); L becomes (L + 2 padding - dilation (k -
    1) - 1) // stride + 1.

    >>> x = torch.tensor([[[1.0, 2.0, 4.0, 8.0]]])
    >>> F.conv1d(x, torch.tensor([[[-1.0, 1.0]]]))  # differences: the kernel is not turned around
    tensor([[[1., 2., 4.]]])
    """
def conv2d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] | builtins.str = ..., dilation: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ...) -> Tensor:
    """2-D cross-correlation: input (N, C, H, W) or (C, H, W), weight (out, C / groups, kh, kw)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html)

    input (N, in, H, W), weight (out, in / groups, kH, kW). RuntimeError where channels do
    not fit.

    >>> x = torch.arange(9.0).reshape(1, 1, 3, 3)
    >>> F.conv2d(x, torch.ones(1, 1, 2, 2))
    tensor([[[[ 8., 12.],
              [20., 24.]]]])
    >>> F.conv2d(x, torch.ones(1, 1, 3, 3), padding=1, stride=2).shape
    torch.Size([1, 1, 2, 2])
    """
def conv3d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] | builtins.str = ..., dilation: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ...) -> Tensor:
    """3-D cross-correlation: input (N, C, D, H, W) or (C, D, H, W), weight (out, C / groups, kd,
    kh, kw) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv3d.html)

    >>> F.conv3d(torch.ones(1, 1, 3, 3, 3), torch.ones(2, 1, 2, 2, 2)).shape
    torch.Size([1, 2, 2, 2, 2])
    """
def conv_tbc(input: Tensor, weight: Tensor, bias: Tensor, pad: builtins.int = ...) -> Tensor:
    """1-D convolution over (time, batch, channels): weight (k, channels, out), bias (out,)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_tbc.html)

    >>> F.conv_tbc(torch.ones(3, 1, 2), torch.ones(2, 2, 1), torch.zeros(1)).flatten()
    tensor([4., 4.])
    """
def conv_transpose1d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] = ..., output_padding: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ..., dilation: builtins.int | Sequence[builtins.int] = ...) -> Tensor:
    """Gradient of a 1-D convolution as a layer: weight (C, out / groups, k)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose1d.html)

    >>> F.conv_transpose1d(torch.tensor([[[1.0, 2.0]]]), torch.ones(1, 1, 2), stride=2)
    tensor([[[1., 1., 2., 2.]]])
    """
def conv_transpose2d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] = ..., output_padding: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ..., dilation: builtins.int | Sequence[builtins.int] = ...) -> Tensor:
    """Gradient of a 2-D convolution as a layer: weight (C, out / groups, kh, kw)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose2d.html)

    >>> F.conv_transpose2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2), stride=2).shape
    torch.Size([1, 1, 4, 4])
    """
def conv_transpose3d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] = ..., output_padding: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ..., dilation: builtins.int | Sequence[builtins.int] = ...) -> Tensor:
    """Gradient of a 3-D convolution as a layer: weight (C, out / groups, kd, kh, kw)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose3d.html)

    >>> F.conv_transpose3d(torch.ones(1, 1, 2, 2, 2), torch.ones(1, 1, 2, 2, 2)).shape
    torch.Size([1, 1, 3, 3, 3])
    """
def convolution(input: Tensor, weight: Tensor, bias: Tensor | None, stride: Sequence[builtins.int], padding: Sequence[builtins.int], dilation: Sequence[builtins.int], transposed: builtins.bool, output_padding: Sequence[builtins.int], groups: builtins.int) -> Tensor:
    """`conv1d`, `conv2d`, `conv3d` or the transposed ones, by the input's dims."""
def copysign(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """The magnitude of input with the sign of other, -0. included
    (https://docs.pytorch.org/docs/stable/generated/torch.copysign.html)

    >>> torch.copysign(torch.tensor([1.0, -2.0]), torch.tensor([-0.0, 5.0]))
    tensor([-1.,  2.])
    """
def copysign_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `copysign`: The magnitude of input with the sign of other, -0. included
    (https://docs.pytorch.org/docs/stable/generated/torch.copysign.html)

    >>> x = torch.tensor([1.0, 2.0])
    >>> x.copysign_(torch.tensor([-1.0, 1.0])) is x
    True
    >>> x
    tensor([-1.,  2.])
    """
def corrcoef(input: Tensor) -> Tensor:
    """Pearson's correlation coefficients of variables (rows) over observations (columns).

    https://docs.pytorch.org/docs/stable/generated/torch.corrcoef.html

    >>> torch.corrcoef(torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
def cos(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """cos of each element (https://docs.pytorch.org/docs/stable/generated/torch.cos.html)

    Integers give the default floating dtype.

    >>> torch.cos(torch.tensor([0.0, torch.pi / 2, torch.pi]).double()).round(decimals=6)
    tensor([ 1., -0., -1.], dtype=torch.float64)
    """
def cos_(input: Tensor) -> Tensor:
    """In-place form of `cos`: cos of each element (https://docs.pytorch.org/docs/stable/generated/torch.cos.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.cos_() is x
    True
    >>> x
    tensor([1.0000, 0.5403])
    """
def cosh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """cosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.cosh.html)

    >>> torch.cosh(torch.tensor([0.0, 1.0, -1.0]))
    tensor([1.0000, 1.5431, 1.5431])
    """
def cosh_(input: Tensor) -> Tensor:
    """In-place form of `cosh`: cosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.cosh.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.cosh_() is x
    True
    >>> x
    tensor([1.0000, 1.5431])
    """
def cosine_embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: builtins.float = ..., reduction: builtins.int = ...) -> Tensor:
    """`nn.functional.cosine_embedding_loss`.

    >>> torch.cosine_embedding_loss(torch.ones(1, 2), torch.ones(1, 2), torch.tensor([1]))
    tensor([0.])
    """
def cosine_similarity(x1: Tensor, x2: Tensor, dim: builtins.int = ..., eps: builtins.float = ...) -> Tensor:
    """x1 . x2 / (max(|x1|, eps) max(|x2|, eps)) along `dim`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html)

    >>> F.cosine_similarity(torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 1.0]]))
    tensor([0.7071])
    """
def count_nonzero(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ...) -> Tensor:
    """The number of elements that are not 0, as int64
    (https://docs.pytorch.org/docs/stable/generated/torch.count_nonzero.html)

    int64, over dim or all.

    >>> torch.count_nonzero(torch.tensor([[0, 1, 2], [0, 0, 3]]), dim=1)
    tensor([2, 1])
    """
def cov(input: Tensor, *, correction: builtins.int = ..., fweights: Tensor | None = ..., aweights: Tensor | None = ...) -> Tensor:
    """The covariance matrix of variables (rows) over observations (columns).

    RuntimeError for negative weights.
    https://docs.pytorch.org/docs/stable/generated/torch.cov.html

    >>> torch.cov(torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
def cross(input: Any, other: Any, dim: Any = ..., *, out: Any = ...) -> Any:
    """The vector product (https://docs.pytorch.org/docs/stable/generated/torch.cross.html)

    Three elements along dim; shapes are broadcast. RuntimeError otherwise.

    >>> torch.cross(torch.tensor([1, 0, 0]), torch.tensor([0, 1, 0]), dim=0)
    tensor([0, 0, 1])
    """
def ctc_loss(log_probs: Tensor, targets: Tensor, input_lengths: Any, target_lengths: Any, blank: builtins.int = ..., reduction: builtins.int = ..., zero_infinity: builtins.bool = ...) -> Tensor:
    """`nn.functional.ctc_loss`."""
def cummax(input: Tensor, dim: builtins.int, *, out: Sequence[Tensor] | None = ...) -> results.cummax:
    """Running maxima along a dim, and where each was last seen
    (https://docs.pytorch.org/docs/stable/generated/torch.cummax.html)

    (values, indices) of input's shape, NaN counting as the largest.

    >>> torch.cummax(torch.tensor([1, 3, 2, 5, 4]), dim=0)
    torch.return_types.cummax(
    values=tensor([1, 3, 3, 5, 5]),
    indices=tensor([0, 1, 1, 3, 3]))
    """
def cummin(input: Tensor, dim: builtins.int, *, out: Sequence[Tensor] | None = ...) -> results.cummin:
    """Running minima along a dim, and where each was last seen
    (https://docs.pytorch.org/docs/stable/generated/torch.cummin.html)

    >>> torch.cummin(torch.tensor([5, 3, 4, 1, 2]), dim=0)
    torch.return_types.cummin(
    values=tensor([5, 3, 3, 1, 1]),
    indices=tensor([0, 1, 1, 3, 3]))
    """
def cumprod(input: Tensor, dim: builtins.int, *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """Running products along a dim; the gradient is exact beside zeros
    (https://docs.pytorch.org/docs/stable/generated/torch.cumprod.html)

    The shape stays; integers give int64 unless a dtype is asked for.

    >>> torch.cumprod(torch.tensor([1, 2, 3, 4]), dim=0)
    tensor([ 1,  2,  6, 24])
    """
def cumprod_(input: Tensor, dim: builtins.int, *, dtype: Dtype | None = ...) -> Tensor:
    """In-place form of `cumprod`: Running products along a dim; the gradient is exact beside zeros
    (https://docs.pytorch.org/docs/stable/generated/torch.cumprod.html)

    >>> x = torch.tensor([1, 2, 3, 4])
    >>> x.cumprod_(0) is x
    True
    >>> x
    tensor([ 1,  2,  6, 24])
    """
def cumsum(input: Tensor, dim: builtins.int, *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """Running sums along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html)

    The shape stays; integers give int64 unless a dtype is asked for.

    >>> torch.cumsum(torch.tensor([[1, 2, 3], [4, 5, 6]]), dim=1)
    tensor([[ 1,  3,  6],
            [ 4,  9, 15]])
    """
def cumsum_(input: Tensor, dim: builtins.int, *, dtype: Dtype | None = ...) -> Tensor:
    """In-place form of `cumsum`: Running sums along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html)

    >>> x = torch.tensor([1, 2, 3, 4])
    >>> x.cumsum_(0) is x
    True
    >>> x
    tensor([ 1,  3,  6, 10])
    """
def cumulative_trapezoid(y: Tensor, x: Tensor | None = ..., *, dx: builtins.float | None = ..., dim: builtins.int = ...) -> Tensor:
    """Running integrals of samples along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.cumulative_trapezoid.html)

    >>> torch.cumulative_trapezoid(torch.tensor([1.0, 3.0, 5.0]), dx=0.5)
    tensor([1., 3.])
    """
def deg2rad(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Degrees as radians (https://docs.pytorch.org/docs/stable/generated/torch.deg2rad.html)

    >>> torch.deg2rad(torch.tensor([0.0, 90.0, 180.0]))
    tensor([0.0000, 1.5708, 3.1416])
    """
def deg2rad_(input: Tensor) -> Tensor:
    """In-place form of `deg2rad`: Degrees as radians (https://docs.pytorch.org/docs/stable/generated/torch.deg2rad.html)

    >>> x = torch.tensor([0.0, 180.0])
    >>> x.deg2rad_() is x
    True
    >>> x
    tensor([0.0000, 3.1416])
    """
def dequantize(self: Tensor) -> Tensor:
    """The floats, float32, that a quantized tensor's integers stand for; of others the elements as
    float32.

    >>> q = torch.quantize_per_tensor(torch.tensor([0.0, 0.26, 1.0]), 0.5, 0, torch.quint8)
    >>> torch.dequantize(q)
    tensor([0.0000, 0.5000, 1.0000])
    """
def det(A: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The determinant of square matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.det.html)

    (…, n, n) gives (…). RuntimeError unless square.

    >>> torch.det(torch.tensor([[2.0, 1.0], [0.0, 3.0]]))
    tensor(6.)
    """
def detach(input: Tensor) -> Tensor:
    """The same memory without history.

    >>> w = torch.ones(2, requires_grad=True)
    >>> w.detach().requires_grad
    False
    """
def detach_(self: Tensor) -> Tensor:
    """Cut this tensor off from what made it."""
def detach_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`detach`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.detach_copy(torch.tensor([1, 2]))
    tensor([1, 2])
    """
def diag(input: Tensor, diagonal: builtins.int = ..., *, out: Any = ...) -> Tensor:
    """A matrix with a vector on its diagonal; a matrix's diagonal.

    A vector gives a matrix, a matrix its diagonal as a copy; diagonal gives a view.

    >>> torch.diag(torch.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    >>> torch.diag(torch.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
def diag_embed(input: Tensor, offset: builtins.int = ..., dim1: builtins.int = ..., dim2: builtins.int = ...) -> Tensor:
    """The last dimension on a diagonal of two new dimensions, zeros elsewhere.

    >>> torch.diag_embed(torch.tensor([[1, 2], [3, 4]])).shape
    torch.Size([2, 2, 2])
    """
def diagflat(input: Tensor, offset: builtins.int = ...) -> Tensor:
    """The elements on a diagonal of a square matrix of zeros.

    >>> torch.diagflat(torch.tensor([[1], [2]]), offset=1)
    tensor([[0, 1, 0],
            [0, 0, 2],
            [0, 0, 0]])
    """
def diagonal(self: Tensor, offset: builtins.int = ..., dim1: builtins.int = ..., dim2: builtins.int = ...) -> Tensor:
    """A view of a diagonal, as the last dimension.

    A view; its dimension comes last.

    >>> x = torch.zeros(2, 3)
    >>> torch.diagonal(x).fill_(7.0)  # a view
    tensor([7., 7.])
    >>> x
    tensor([[7., 0., 0.],
            [0., 7., 0.]])
    """
def diagonal_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`diagonal`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.diagonal_copy(torch.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
def diagonal_scatter(input: Tensor, src: Tensor, offset: builtins.int = ..., dim1: builtins.int = ..., dim2: builtins.int = ..., *, out: Any = ...) -> Tensor:
    """A copy of `input` with `src` as the diagonal of two dims.

    https://docs.pytorch.org/docs/stable/generated/torch.diagonal_scatter.html

    >>> torch.diagonal_scatter(torch.zeros(2, 2), torch.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
def diff(input: Tensor, n: builtins.int = ..., dim: builtins.int = ..., prepend: Tensor | None = ..., append: Tensor | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Differences of neighbours along a dim, n times
    (https://docs.pytorch.org/docs/stable/generated/torch.diff.html)

    >>> torch.diff(torch.tensor([1, 4, 9, 16]))
    tensor([3, 5, 7])
    >>> torch.diff(torch.tensor([1, 4, 9, 16]), n=2)
    tensor([2, 2])
    """
def digamma(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The derivative of lgamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)

    >>> torch.digamma(torch.tensor([1.0, 0.5]))  # minus Euler's constant first
    tensor([-0.5772, -1.9635])
    """
def digamma_(input: Tensor) -> Tensor:
    """In-place form of `digamma`: The derivative of lgamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)

    >>> x = torch.tensor([1.0, 0.5])
    >>> x.digamma_() is x
    True
    >>> x
    tensor([-0.5772, -1.9635])
    """
def dist(input: Tensor, other: Tensor, p: builtins.float = ...) -> Tensor:
    """The p-norm of input - other
    (https://docs.pytorch.org/docs/stable/generated/torch.dist.html)

    The p-norm of input - other, 0-dim; shapes are broadcast.

    >>> torch.dist(torch.tensor([0.0, 0.0]), torch.tensor([3.0, 4.0]))
    tensor(5.)
    """
def div(input: Tensor | Number, other: Tensor | Number, *, rounding_mode: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
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
def div_(input: Tensor | Number, other: Tensor | Number, *, rounding_mode: builtins.str | None = ...) -> Tensor:
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
def divide(input: Tensor | Number, other: Tensor | Number, *, rounding_mode: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
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
def divide_(input: Tensor | Number, other: Tensor | Number, *, rounding_mode: builtins.str | None = ...) -> Tensor:
    """In-place form of `div`: input / other, then rounded as asked: None, "trunc" or "floor"
    (https://docs.pytorch.org/docs/stable/generated/torch.div.html)

    >>> x = torch.tensor([7.0, -7.0])
    >>> x.divide_(2) is x
    True
    >>> x
    tensor([ 3.5000, -3.5000])
    """
def dot(input: Tensor, tensor: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The sum of products of two vectors
    (https://docs.pytorch.org/docs/stable/generated/torch.dot.html)

    RuntimeError but for two vectors of one length and dtype.

    >>> torch.dot(torch.tensor([1, 2, 3]), torch.tensor([4, 5, 6]))
    tensor(32)
    """
double: Dtype
def dropout(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`nn.functional.dropout`.

    >>> torch.dropout(torch.ones(4), p=0.5, train=False)
    tensor([1., 1., 1., 1.])
    >>> torch.dropout(torch.ones(1000), 0.5, True).unique()  # dropped, or divided by 1 - p
    tensor([0., 2.])
    """
def dropout_(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`dropout` in place."""
def dsmm(input: Tensor, mat2: Tensor) -> Tensor:
    """`mm`, by the name that the product of a sparse and a dense matrix once had."""
def dsplit(self: Tensor, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]:
    """>>> len(torch.dsplit(torch.zeros(2, 2, 4), 2))
    2
    """
def dstack(tensors: Sequence[Tensor], *, out: Tensor | None = ...) -> Tensor:
    """Joined depth-wise (https://docs.pytorch.org/docs/stable/generated/torch.dstack.html)

    >>> torch.dstack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[[1, 3],
             [2, 4]]])
    """
def eig(*args: Any, **kwargs: Any) -> Any:
    """RuntimeError: PyTorch has `torch.linalg.eig` or `torch.linalg.eigvals`, whose results are complex in its place."""
def einsum(*args: Any) -> Tensor:
    """Sums of products by Einstein's convention: `einsum("ij,jk->ik", a, b)`, or operands with
    lists of subscripts.

    Letters that the result leaves out are summed over. RuntimeError where sizes of a letter
    differ.

    >>> a, b = torch.tensor([[1, 2], [3, 4]]), torch.tensor([[5, 6], [7, 8]])
    >>> torch.einsum("ij,jk->ik", a, b)
    tensor([[19, 22],
            [43, 50]])
    >>> torch.einsum("ii", a)  # the trace
    tensor(5)
    >>> torch.einsum("i,j->ij", torch.tensor([1, 2]), torch.tensor([10, 20]))
    tensor([[10, 20],
            [20, 40]])
    """
def embedding(weight: Tensor, indices: Tensor, padding_idx: builtins.int = ..., scale_grad_by_freq: builtins.bool = ..., sparse: builtins.bool = ...) -> Tensor:
    """`nn.functional.embedding`, the table first; padding_idx -1 is none.

    >>> torch.embedding(torch.tensor([[0.0, 0.0], [1.0, 2.0]]), torch.tensor([1, 1]))
    tensor([[1., 2.],
            [1., 2.]])
    """
def embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scale_grad_by_freq: builtins.bool = ..., mode: builtins.int = ..., sparse: builtins.bool = ..., per_sample_weights: Tensor | None = ..., include_last_offset: builtins.bool = ..., padding_idx: builtins.int | None = ...) -> builtins.tuple[Tensor, Tensor, Tensor, Tensor]:
    """(bags, the bag of each index, the bags' sizes, the rows of maxima): mode 0 is the sum, 1 the
    mean, 2 the maximum. As PyTorch leaves them, the three others of a sum are empty or 0.
    """
def empty_permuted(size: Sequence[builtins.int], physical_layout: Sequence[builtins.int], **options: Any) -> Tensor:
    """A tensor without values of a size, its dims in memory in a given order, outermost first.

    >>> torch.empty_permuted((2, 3), (1, 0)).stride()
    (1, 2)
    """
def eq(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input == other (https://docs.pytorch.org/docs/stable/generated/torch.eq.html)

    bool, shapes broadcast. RuntimeError where they do not.

    >>> torch.eq(torch.tensor([1, 2, 3]), torch.tensor([1, 5, 3]))
    tensor([ True, False,  True])
    >>> torch.tensor([float("nan")]) == float("nan")
    tensor([False])
    """
def eq_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `eq`: input == other (https://docs.pytorch.org/docs/stable/generated/torch.eq.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.eq_(2) is x
    True
    >>> x
    tensor([0, 1, 0])
    """
def equal(input: Tensor, other: Tensor) -> builtins.bool:
    """Whether two tensors have the same shape and the same elements.

    A Python bool: the same shape and elements. NaN is not equal to itself.

    >>> torch.equal(torch.tensor([1, 2]), torch.tensor([1, 2]))
    True
    >>> torch.equal(torch.tensor([1, 2]), torch.tensor([[1, 2]]))  # another shape
    False
    """
def erf(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The error function (https://docs.pytorch.org/docs/stable/special.html#torch.special.erf)

    Integers give the default floating dtype.

    >>> torch.erf(torch.tensor([0.0, 1.0, float("inf")]))
    tensor([0.0000, 0.8427, 1.0000])
    """
def erf_(input: Tensor) -> Tensor:
    """In-place form of `erf`: The error function (https://docs.pytorch.org/docs/stable/special.html#torch.special.erf)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.erf_() is x
    True
    >>> x
    tensor([0.0000, 0.8427])
    """
def erfc(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """1 - erf (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc)

    >>> torch.erfc(torch.tensor([0.0, 1.0, float("inf")]))
    tensor([1.0000, 0.1573, 0.0000])
    """
def erfc_(input: Tensor) -> Tensor:
    """In-place form of `erfc`: 1 - erf (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.erfc_() is x
    True
    >>> x
    tensor([1.0000, 0.1573])
    """
def erfinv(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The inverse of erf
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfinv)

    >>> torch.erfinv(torch.tensor([0.0, 0.5, 1.0]))
    tensor([0.0000, 0.4769,    inf])
    """
def erfinv_(input: Tensor) -> Tensor:
    """In-place form of `erfinv`: The inverse of erf
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfinv)

    >>> x = torch.tensor([0.0, 0.5])
    >>> x.erfinv_() is x
    True
    >>> x
    tensor([0.0000, 0.4769])
    """
def exp(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp.html)

    Integers give the default floating dtype.

    >>> torch.exp(torch.tensor([0.0, 1.0, float("-inf")]))
    tensor([1.0000, 2.7183, 0.0000])
    """
def exp2(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp2.html)

    >>> torch.exp2(torch.tensor([0.0, 3.0, -1.0]))
    tensor([1.0000, 8.0000, 0.5000])
    """
def exp2_(input: Tensor) -> Tensor:
    """In-place form of `exp2`: exp2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp2.html)

    >>> x = torch.tensor([0.0, 3.0])
    >>> x.exp2_() is x
    True
    >>> x
    tensor([1., 8.])
    """
def exp_(input: Tensor) -> Tensor:
    """In-place form of `exp`: exp of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.exp_() is x
    True
    >>> x
    tensor([1.0000, 2.7183])
    """
def expand_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`expand`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.expand_copy(torch.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
def expm1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """expm1 of each element (https://docs.pytorch.org/docs/stable/generated/torch.expm1.html)

    Integers give the default floating dtype.

    >>> torch.expm1(torch.tensor([1e-10, 1.0], dtype=torch.float64))  # exact near zero
    tensor([1.0000e-10, 1.7183e+00], dtype=torch.float64)
    """
def expm1_(input: Tensor) -> Tensor:
    """In-place form of `expm1`: expm1 of each element (https://docs.pytorch.org/docs/stable/generated/torch.expm1.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.expm1_() is x
    True
    >>> x
    tensor([0.0000, 1.7183])
    """
def feature_alpha_dropout(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`nn.functional.feature_alpha_dropout`.

    >>> torch.feature_alpha_dropout(torch.ones(1, 3), p=0.5, train=False)
    tensor([[1., 1., 1.]])
    """
def feature_alpha_dropout_(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`feature_alpha_dropout` in place."""
def feature_dropout(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """Whole channels of (N, C, …) at 0 with probability p, the others divided by 1 - p.

    >>> torch.feature_dropout(torch.ones(1, 3), p=0.5, train=False)
    tensor([[1., 1., 1.]])
    """
def feature_dropout_(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`feature_dropout` in place."""
def fill(input: Tensor, value: Any, *, out: Any = ...) -> Tensor:
    """Every element replaced by one value.

    >>> torch.fill(torch.zeros(2), 3.0)
    tensor([3., 3.])
    """
def fill_(self: Tensor, value: Any) -> Tensor:
    """Write one value into every element.

    >>> x = torch.zeros(2)
    >>> torch.fill_(x, 3.0)
    tensor([3., 3.])
    """
def fix(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """trunc of every element

    >>> torch.fix(torch.tensor([1.7, -1.7]))
    tensor([ 1., -1.])
    """
def fix_(input: Tensor) -> Tensor:
    """In-place form of `trunc`: trunc of every element

    >>> x = torch.tensor([1.7, -1.7])
    >>> x.fix_() is x
    True
    >>> x
    tensor([ 1., -1.])
    """
def flatten(self: Tensor, start_dim: builtins.int = ..., end_dim: builtins.int = ...) -> Tensor:
    """Dimensions `start_dim` to `end_dim` as one; a view where the strides allow it.

    A view where the strides allow one. RuntimeError where start_dim comes after end_dim.

    >>> torch.flatten(torch.zeros(2, 3, 4), start_dim=1).shape
    torch.Size([2, 12])
    """
def flip(input: Tensor, *dims: builtins.int | Sequence[builtins.int]) -> Tensor:
    """Reversed along dimensions (https://docs.pytorch.org/docs/stable/generated/torch.flip.html)

    A copy, unlike NumPy.

    >>> torch.flip(torch.tensor([[1, 2], [3, 4]]), dims=(0, 1))
    tensor([[4, 3],
            [2, 1]])
    """
def fliplr(input: Tensor) -> Tensor:
    """Reversed along the second dimension.

    >>> torch.fliplr(torch.tensor([[1, 2], [3, 4]]))
    tensor([[2, 1],
            [4, 3]])
    """
def flipud(input: Tensor) -> Tensor:
    """Reversed along the first dimension.

    >>> torch.flipud(torch.tensor([[1, 2], [3, 4]]))
    tensor([[3, 4],
            [1, 2]])
    """
float: Dtype
float16: Dtype
float32: Dtype
float64: Dtype
float8_e4m3fn: Dtype
float8_e4m3fnuz: Dtype
float8_e5m2: Dtype
float8_e5m2fnuz: Dtype
def float_power(input: Tensor | Number | None, exponent: Tensor | Number | None, *, out: Tensor | None = ...) -> Tensor:
    """The power computed in double precision
    (https://docs.pytorch.org/docs/stable/generated/torch.float_power.html)

    >>> torch.float_power(torch.tensor([2, 3]), 2)  # always in float64
    tensor([4., 9.], dtype=torch.float64)
    """
def float_power_(input: Tensor | Number | None, exponent: Tensor | Number | None) -> Tensor:
    """In-place form of `float_power`: The power computed in double precision
    (https://docs.pytorch.org/docs/stable/generated/torch.float_power.html)

    >>> x = torch.tensor([2.0, 3.0], dtype=torch.float64)
    >>> x.float_power_(2) is x
    True
    >>> x
    tensor([4., 9.], dtype=torch.float64)
    """
def floor(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """floor of every element

    Integers stay as they are.

    >>> torch.floor(torch.tensor([1.7, -1.2, 3.0]))
    tensor([ 1., -2.,  3.])
    """
def floor_(input: Tensor) -> Tensor:
    """In-place form of `floor`: floor of every element

    >>> x = torch.tensor([1.7, -1.2])
    >>> x.floor_() is x
    True
    >>> x
    tensor([ 1., -2.])
    """
def floor_divide(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """The quotient rounded down; there is no derivative, and backward says so
    (https://docs.pytorch.org/docs/stable/generated/torch.floor_divide.html)

    Rounded down, towards minus infinity. RuntimeError for integers by zero.

    >>> torch.floor_divide(torch.tensor([7, -7]), 2)
    tensor([ 3, -4])
    """
def floor_divide_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """In-place form of `floor_divide`: The quotient rounded down; there is no derivative, and backward says so
    (https://docs.pytorch.org/docs/stable/generated/torch.floor_divide.html)

    >>> x = torch.tensor([7, -7])
    >>> x.floor_divide_(2) is x
    True
    >>> x
    tensor([ 3, -4])
    """
def fmax(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The larger of each pair, the number where one is NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.fmax.html)

    >>> torch.fmax(torch.tensor([1.0, float("nan")]), torch.tensor([0.0, 2.0]))  # NaN loses
    tensor([1., 2.])
    """
def fmin(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The smaller of each pair, the number where one is NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.fmin.html)

    >>> torch.fmin(torch.tensor([1.0, float("nan")]), torch.tensor([0.0, 2.0]))  # NaN loses
    tensor([0., 2.])
    """
def fmod(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """The remainder that has the sign of input, as C's fmod
    (https://docs.pytorch.org/docs/stable/generated/torch.fmod.html)

    The result has the sign of input. RuntimeError for integers by zero.

    >>> torch.fmod(torch.tensor([7, -7]), 3)  # the sign of the dividend; see remainder
    tensor([ 1, -1])
    """
def fmod_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `fmod`: The remainder that has the sign of input, as C's fmod
    (https://docs.pytorch.org/docs/stable/generated/torch.fmod.html)

    >>> x = torch.tensor([7, -7])
    >>> x.fmod_(3) is x
    True
    >>> x
    tensor([ 1, -1])
    """
def frac(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The part after the point, with the sign of input
    (https://docs.pytorch.org/docs/stable/generated/torch.frac.html)

    >>> torch.frac(torch.tensor([1.75, -1.75, 2.0]))
    tensor([ 0.7500, -0.7500,  0.0000])
    """
def frac_(input: Tensor) -> Tensor:
    """In-place form of `frac`: The part after the point, with the sign of input
    (https://docs.pytorch.org/docs/stable/generated/torch.frac.html)

    >>> x = torch.tensor([1.75, -1.75])
    >>> x.frac_() is x
    True
    >>> x
    tensor([ 0.7500, -0.7500])
    """
def frexp(input: Tensor, *, out: Sequence[Tensor] | None = ...) -> results.frexp:
    """Mantissa in [0.5, 1) and int32 exponent with input = mantissa * 2**exponent
    (https://docs.pytorch.org/docs/stable/generated/torch.frexp.html)

    >>> mantissa, exponent = torch.frexp(torch.tensor([6.0, 0.25]))
    >>> mantissa, exponent
    (tensor([0.7500, 0.5000]), tensor([ 3, -1], dtype=torch.int32))
    """
def frobenius_norm(input: Tensor, dim: Any = ..., keepdim: builtins.bool = ..., *, out: Any = ...) -> Tensor:
    """The square root of the sum of squares over dims, all by default.

    >>> torch.frobenius_norm(torch.tensor([[3.0, 0.0], [0.0, 4.0]]), dim=(0, 1))
    tensor(5.)
    """
def from_file(filename: builtins.str, shared: builtins.bool | None = ..., size: builtins.int | None = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Any = ..., pin_memory: builtins.bool = ...) -> Tensor:
    """A 1-D tensor of `size` elements over a file that is mapped to memory, on the CPU.

    shared    whether what is written to the tensor is written to the file, which is made or grows
              where it is too short
    https://docs.pytorch.org/docs/stable/generated/torch.from_file.html

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "numbers"
    >>> _ = path.write_bytes(bytes([1, 2, 3]))
    >>> torch.from_file(str(path), size=3, dtype=torch.uint8)
    tensor([1, 2, 3], dtype=torch.uint8)
    """
def gather(input: Tensor, dim: builtins.int, index: Tensor, *, sparse_grad: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """Elements along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.gather.html)

    The index has as many dimensions as input; the result has its shape. RuntimeError for an
    index out of range.

    >>> x = torch.tensor([[1, 2, 3], [4, 5, 6]])
    >>> torch.gather(x, 1, torch.tensor([[2], [0]]))  # one of each row
    tensor([[3],
            [4]])
    """
def gcd(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The greatest common divisor of integers
    (https://docs.pytorch.org/docs/stable/generated/torch.gcd.html)

    >>> torch.gcd(torch.tensor([12, 7, 0]), torch.tensor([18, 21, 5]))
    tensor([6, 7, 5])
    """
def gcd_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `gcd`: The greatest common divisor of integers
    (https://docs.pytorch.org/docs/stable/generated/torch.gcd.html)

    >>> x = torch.tensor([12, 7])
    >>> x.gcd_(torch.tensor([18, 21])) is x
    True
    >>> x
    tensor([6, 7])
    """
def ge(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)

    bool, shapes broadcast.

    >>> torch.ge(torch.tensor([1, 2, 3]), 2)
    tensor([False,  True,  True])
    """
def ge_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `ge`: input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.ge_(2) is x
    True
    >>> x
    tensor([0, 1, 1])
    """
def geqrf(input: Tensor, *, out: Sequence[Tensor] | None = ...) -> results.geqrf:
    """Householder reflectors and R in one matrix, as LAPACK's geqrf, and the reflectors' scales.

    (https://docs.pytorch.org/docs/stable/generated/torch.geqrf.html)

    >>> reflectors, tau = torch.geqrf(torch.tensor([[3.0], [4.0]]))
    >>> reflectors.abs(), tau
    (tensor([[5.0000],
            [0.5000]]), tensor([1.6000]))
    """
def ger(input: Tensor, vec2: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """All products of two vectors' elements
    (https://docs.pytorch.org/docs/stable/generated/torch.outer.html)

    >>> torch.ger(torch.tensor([1, 2]), torch.tensor([3, 4]))
    tensor([[3, 4],
            [6, 8]])
    """
def get_autocast_cpu_dtype(*args: Any) -> Any:
    """Deprecated: `torch.get_autocast_dtype('cpu')`."""
def get_autocast_dtype(device_type: builtins.str) -> Dtype:
    """The lower precision of a device type.

    >>> torch.get_autocast_dtype("cpu")
    torch.bfloat16
    """
def get_autocast_gpu_dtype(*args: Any) -> Any:
    """Deprecated: `torch.get_autocast_dtype('cuda')`."""
def get_autocast_xla_dtype(*args: Any) -> Any:
    """Deprecated: `torch.get_autocast_dtype('xla')`."""
def get_device(input: Tensor) -> builtins.int:
    """The number of the tensor's device, -1 on the CPU.

    >>> torch.get_device(torch.zeros(2))
    -1
    """
def get_rng_state() -> Tensor:
    """The default generator's state, a uint8 tensor.

    >>> state = torch.get_rng_state()
    >>> a = torch.rand(2)
    >>> torch.set_rng_state(state)
    >>> torch.equal(a, torch.rand(2))
    True
    """
def gradient(input: Tensor, *, spacing: Any = ..., dim: Any = ..., edge_order: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """Partial derivatives of a function from its samples, by central differences.

    `spacing` is a distance, one for each dim, or a tensor of coordinates for each dim. RuntimeError
    for too few samples (https://docs.pytorch.org/docs/stable/generated/torch.gradient.html).

    >>> torch.gradient(torch.tensor([0.0, 1.0, 4.0, 9.0]), spacing=1.0)
    (tensor([1., 2., 4., 5.]),)
    """
def greater(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)

    bool, shapes broadcast.

    >>> torch.gt(torch.tensor([1, 2, 3]), 2)
    tensor([False, False,  True])
    """
def greater_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `gt`: input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.greater_(2) is x
    True
    >>> x
    tensor([0, 0, 1])
    """
def greater_equal(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)

    bool, shapes broadcast.

    >>> torch.ge(torch.tensor([1, 2, 3]), 2)
    tensor([False,  True,  True])
    """
def greater_equal_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `ge`: input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.greater_equal_(2) is x
    True
    >>> x
    tensor([0, 1, 1])
    """
def grid_sampler(input: Tensor, grid: Tensor, interpolation_mode: builtins.int, padding_mode: builtins.int, align_corners: builtins.bool) -> Tensor:
    """`nn.functional.grid_sample`, its modes as numbers."""
def grid_sampler_2d(input: Tensor, grid: Tensor, interpolation_mode: builtins.int, padding_mode: builtins.int, align_corners: builtins.bool) -> Tensor:
    """`nn.functional.grid_sample`, its modes as numbers."""
def grid_sampler_3d(input: Tensor, grid: Tensor, interpolation_mode: builtins.int, padding_mode: builtins.int, align_corners: builtins.bool) -> Tensor:
    """`nn.functional.grid_sample`, its modes as numbers."""
def group_norm(input: Tensor, num_groups: builtins.int, weight: Tensor | None = ..., bias: Tensor | None = ..., eps: builtins.float = ..., cudnn_enabled: builtins.bool = ...) -> Tensor:
    """`nn.functional.group_norm` with one more option, which concerns another library's kernels
    only.

    >>> torch.group_norm(torch.tensor([[0.0, 2.0, 10.0, 30.0]]), 2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
def gru(*args: Any) -> builtins.tuple:
    """(output, hidden) of stacked GRU layers, parameters in one list."""
def gru_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = ..., b_hh: Tensor | None = ...) -> Tensor:
    """The next hidden state of a GRU.

    >>> torch.gru_cell(torch.ones(1, 2), torch.ones(1, 1), torch.zeros(3, 2), torch.zeros(3, 1))
    tensor([[0.5000]])
    """
def gt(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)

    bool, shapes broadcast.

    >>> torch.gt(torch.tensor([1, 2, 3]), 2)
    tensor([False, False,  True])
    """
def gt_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `gt`: input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.gt_(2) is x
    True
    >>> x
    tensor([0, 0, 1])
    """
half: Dtype
def hamming_window(window_length: builtins.int, periodic: builtins.bool = ..., alpha: Number | Tensor = ..., beta: Number | Tensor = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Hamming window alpha - beta * cos, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.hamming_window.html)

    >>> torch.hamming_window(5, periodic=False)
    tensor([0.0800, 0.5400, 1.0000, 0.5400, 0.0800])
    """
def hann_window(window_length: builtins.int, periodic: builtins.bool = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Hann window, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.hann_window.html)

    >>> torch.hann_window(5, periodic=False)
    tensor([0.0000, 0.5000, 1.0000, 0.5000, 0.0000])
    """
def hardshrink(input: Tensor, lambd: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where |x| > lambd, else 0
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html)

    >>> torch.hardshrink(torch.tensor([-1.0, 0.3, 0.7]), lambd=0.5)
    tensor([-1.0000,  0.0000,  0.7000])
    """
def hash_tensor(input: Tensor, dim: builtins.int | Sequence[builtins.int] = ..., *, keepdim: builtins.bool = ..., mode: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """The exclusive or, in uint64, of the elements' bits, over all or some dimensions.

    Floats count as float64, integers and bools as int64. `mode` 0 is the only one.
    https://docs.pytorch.org/docs/stable/generated/torch.hash_tensor.html

    >>> a, b = torch.tensor([1.0, 2.0]), torch.tensor([1.0, 3.0])
    >>> bool(torch.hash_tensor(a) == torch.hash_tensor(a.clone()))
    True
    """
def heaviside(input: Tensor, values: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """0 below zero, 1 above, values at zero
    (https://docs.pytorch.org/docs/stable/generated/torch.heaviside.html)

    >>> torch.heaviside(torch.tensor([-1.0, 0.0, 2.0]), torch.tensor(0.5))
    tensor([0.0000, 0.5000, 1.0000])
    """
def heaviside_(input: Tensor, values: Tensor) -> Tensor:
    """In-place form of `heaviside`: 0 below zero, 1 above, values at zero
    (https://docs.pytorch.org/docs/stable/generated/torch.heaviside.html)

    >>> x = torch.tensor([-1.0, 0.0, 2.0])
    >>> x.heaviside_(torch.tensor(0.5)) is x
    True
    >>> x
    tensor([0.0000, 0.5000, 1.0000])
    """
def hinge_embedding_loss(input: Tensor, target: Tensor, margin: builtins.float = ..., reduction: builtins.int = ...) -> Tensor:
    """`nn.functional.hinge_embedding_loss`.

    >>> torch.hinge_embedding_loss(torch.tensor([0.3]), torch.tensor([-1]))
    tensor([0.7000])
    """
def histc(input: Tensor, bins: builtins.int = ..., min: builtins.float = ..., max: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """Counts in equal bins between min and max (both 0: of the data), in the dtype of input
    (https://docs.pytorch.org/docs/stable/generated/torch.histc.html)

    >>> torch.histc(torch.tensor([0.0, 1.0, 1.5, 4.0]), bins=4, min=0, max=4)
    tensor([1., 2., 0., 1.])
    """
def histogram(input: Tensor, bins: Tensor | Number | None, *, range: builtins.tuple | None = ..., weight: Tensor | None = ..., density: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.histogram:
    """Counts (or sums of weights, or a density) between bin edges, and the edges
    (https://docs.pytorch.org/docs/stable/generated/torch.histogram.html)

    >>> torch.histogram(torch.tensor([0.5, 1.5, 1.6]), torch.tensor([0.0, 1.0, 2.0]))
    torch.return_types.histogram(
    hist=tensor([1., 2.]),
    bin_edges=tensor([0., 1., 2.]))
    """
def histogramdd(input: Tensor, bins: Any, *, range: Sequence[builtins.float] | None = ..., weight: Tensor | None = ..., density: builtins.bool = ..., out: Any = ...) -> Any:
    """Counts of the points (..., D) in a D-dimensional grid of bins, and the D tensors of edges.

    `bins` is a count, D counts or D tensors of edges
    (https://docs.pytorch.org/docs/stable/generated/torch.histogramdd.html).

    >>> counts, edges = torch.histogramdd(torch.tensor([[0.0, 0.0], [1.0, 1.0]]), bins=[2, 2])
    >>> counts
    tensor([[1., 0.],
            [0., 1.]])
    """
def hsmm(mat1: Tensor, mat2: Tensor) -> Tensor:
    """`torch.hspmm`."""
def hsplit(self: Tensor, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]:
    """>>> torch.hsplit(torch.tensor([[1, 2, 3, 4]]), [1, 3])
    (tensor([[1]]), tensor([[2, 3]]), tensor([[4]]))
    """
def hspmm(mat1: Tensor, mat2: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Sparse times dense, with a hybrid result: sparse rows, dense columns. Looks at the
    indices.
    """
def hstack(tensors: Sequence[Tensor], *, out: Tensor | None = ...) -> Tensor:
    """Joined column-wise (https://docs.pytorch.org/docs/stable/generated/torch.hstack.html)

    Along the second dimension, of vectors along the only one.

    >>> torch.hstack([torch.tensor([1, 2]), torch.tensor([3])])
    tensor([1, 2, 3])
    """
def hypot(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sqrt(input² + other²) without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.hypot.html)

    >>> torch.hypot(torch.tensor([3.0, 5.0]), torch.tensor([4.0, 12.0]))
    tensor([ 5., 13.])
    """
def hypot_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `hypot`: sqrt(input² + other²) without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.hypot.html)

    >>> x = torch.tensor([3.0, 5.0])
    >>> x.hypot_(torch.tensor([4.0, 12.0])) is x
    True
    >>> x
    tensor([ 5., 13.])
    """
def i0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0)

    >>> torch.i0(torch.tensor([0.0, 1.0, 2.0]))
    tensor([1.0000, 1.2661, 2.2796])
    """
def i0_(input: Tensor) -> Tensor:
    """In-place form of `i0`: The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.i0_() is x
    True
    >>> x
    tensor([1.0000, 1.2661])
    """
def igamma(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The regularized lower incomplete gamma function P(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammainc)

    >>> torch.igamma(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 1.0]))
    tensor([0.6321, 0.2642])
    """
def igamma_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `igamma`: The regularized lower incomplete gamma function P(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammainc)

    >>> x = torch.tensor([1.0, 2.0])
    >>> x.igamma_(torch.tensor([1.0, 1.0])) is x
    True
    >>> x
    tensor([0.6321, 0.2642])
    """
def igammac(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The regularized upper incomplete gamma function Q(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaincc)

    >>> torch.igammac(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 1.0]))
    tensor([0.3679, 0.7358])
    """
def igammac_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `igammac`: The regularized upper incomplete gamma function Q(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaincc)

    >>> x = torch.tensor([1.0, 2.0])
    >>> x.igammac_(torch.tensor([1.0, 1.0])) is x
    True
    >>> x
    tensor([0.3679, 0.7358])
    """
def imag(self: Tensor) -> Tensor:
    """The imaginary part, a view.

    >>> z = torch.tensor([1 + 2j, 3 - 1j])
    >>> z.imag
    tensor([ 2., -1.])
    """
def index_add(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """Rows added at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html)

    index is 1-D, as long as source along dim; equal indices add up. IndexError for an index
    out of range.

    >>> index = torch.tensor([0, 2, 0])
    >>> torch.index_add(torch.zeros(3), 0, index, torch.tensor([1.0, 2.0, 4.0]))
    tensor([5., 0., 2.])
    """
def index_add_(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: Number | Tensor = ...) -> Tensor:
    """In-place form of `index_add`: Rows added at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html)

    >>> x = torch.tensor([0.0, 0.0, 0.0])
    >>> x.index_add_(0, torch.tensor([0, 2, 0]), torch.tensor([1.0, 2.0, 4.0])) is x
    True
    >>> x
    tensor([5., 0., 2.])
    """
def index_copy(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Rows written at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html)

    >>> torch.index_copy(torch.zeros(3), 0, torch.tensor([2, 0]), torch.tensor([5.0, 6.0]))
    tensor([6., 0., 5.])
    """
def index_copy_(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor) -> Tensor:
    """In-place form of `index_copy`: Rows written at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html)

    >>> x = torch.tensor([0.0, 0.0, 0.0])
    >>> x.index_copy_(0, torch.tensor([2, 0]), torch.tensor([5.0, 6.0])) is x
    True
    >>> x
    tensor([6., 0., 5.])
    """
def index_fill(input: Tensor, dim: builtins.int, index: Tensor, value: Tensor | Number) -> Tensor:
    """Rows filled at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html)

    index is 1-D. IndexError for an index out of range.

    >>> torch.index_fill(torch.zeros(2, 3), 1, torch.tensor([0, 2]), 9.0)
    tensor([[9., 0., 9.],
            [9., 0., 9.]])
    """
def index_fill_(input: Tensor, dim: builtins.int, index: Tensor, value: Tensor | Number) -> Tensor:
    """In-place form of `index_fill`: Rows filled at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.index_fill_(0, torch.tensor([0, 2]), 9) is x
    True
    >>> x
    tensor([9, 2, 9])
    """
def index_put(input: Tensor, indices: Any, values: Tensor, accumulate: builtins.bool = ...) -> Tensor:
    """A copy with values written at the positions that index tensors or masks name.

    >>> x = torch.zeros(3)
    >>> torch.index_put(x, (torch.tensor([0, 0]),), torch.tensor([1.0, 2.0]), accumulate=True)
    tensor([3., 0., 0.])
    """
def index_put_(input: Tensor, indices: Sequence[Tensor], values: Tensor, accumulate: builtins.bool = ...) -> Tensor:
    """Values written at the positions that index tensors or masks name.

    >>> x = torch.zeros(3)
    >>> torch.index_put_(x, (torch.tensor([0, 2]),), torch.tensor(5.0))
    tensor([5., 0., 5.])
    """
def index_reduce(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """Rows reduced at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html)

    >>> index = torch.tensor([0, 0, 1])
    >>> torch.index_reduce(torch.ones(2), 0, index, torch.tensor([2.0, 3.0, 4.0]), "prod")
    tensor([6., 4.])
    """
def index_reduce_(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ...) -> Tensor:
    """In-place form of `index_reduce`: Rows reduced at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html)

    >>> x = torch.tensor([1.0, 1.0])
    >>> x.index_reduce_(0, torch.tensor([0, 0]), torch.tensor([2.0, 3.0]), "prod") is x
    True
    >>> x
    tensor([6., 1.])
    """
def index_select(input: Tensor, dim: builtins.int, index: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Rows at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.index_select.html)

    index is 1-D; the result is a copy. IndexError for an index out of range.

    >>> x = torch.tensor([[1, 2, 3], [4, 5, 6]])
    >>> torch.index_select(x, 1, torch.tensor([2, 0]))
    tensor([[3, 1],
            [6, 4]])
    """
def initial_seed() -> builtins.int:
    """The seed of the default generator.

    >>> _ = torch.manual_seed(7)
    >>> torch.initial_seed()
    7
    """
def inner(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Sums of products over the last dimensions
    (https://docs.pytorch.org/docs/stable/generated/torch.inner.html)

    >>> torch.inner(torch.tensor([[1, 2], [3, 4]]), torch.tensor([1, 10]))
    tensor([21, 43])
    """
def instance_norm(input: Tensor, weight: Tensor | None, bias: Tensor | None, running_mean: Tensor | None, running_var: Tensor | None, use_input_stats: builtins.bool, momentum: builtins.float, eps: builtins.float, cudnn_enabled: builtins.bool) -> Tensor:
    """`nn.functional.instance_norm`, the parameters before the statistics."""
int: Dtype
int16: Dtype
int32: Dtype
int64: Dtype
int8: Dtype
def int_repr(input: Tensor) -> Any:
    """`Tensor.int_repr`.

    >>> torch.int_repr(torch.quantize_per_tensor(torch.tensor([1.0]), 0.5, 0, torch.qint8))
    tensor([2], dtype=torch.int8)
    """
def inverse(A: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The inverse of square matrices; LinAlgError where one is singular.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv.html)

    (…, n, n). LinAlgError where one is singular.

    >>> torch.inverse(torch.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
def is_anomaly_check_nan_enabled() -> builtins.bool:
    """Whether anomaly mode looks for NaN."""
def is_autocast_cache_enabled() -> builtins.bool:
    """Whether casts of weights are kept until the outermost region ends."""
def is_autocast_cpu_enabled(*args: Any) -> Any:
    """Deprecated: `torch.is_autocast_enabled('cpu')`."""
def is_autocast_enabled(device_type: builtins.str = ...) -> builtins.bool:
    """Whether autocast is on for a device type, on this thread.

    >>> with torch.autocast("cpu", dtype=torch.bfloat16):
    ...     print(torch.is_autocast_enabled("cpu"))
    True
    >>> torch.is_autocast_enabled("cpu")
    False
    """
def is_autocast_xla_enabled(*args: Any) -> Any:
    """Deprecated: `torch.is_autocast_enabled('xla')`."""
def is_complex(input: Tensor) -> builtins.bool:
    """>>> torch.is_complex(torch.tensor([1j])), torch.is_complex(torch.tensor([1.0]))
    (True, False)
    """
def is_conj(input: Tensor) -> builtins.bool:
    """>>> torch.is_conj(torch.tensor([1j]).conj())
    True
    """
def is_distributed(input: Tensor) -> builtins.bool:
    """False: no tensor is one of PyTorch's former distributed tensors."""
def is_floating_point(input: Tensor) -> builtins.bool:
    """>>> torch.is_floating_point(torch.tensor([1.0])), torch.is_floating_point(torch.tensor([1]))
    (True, False)
    """
def is_inference(input: Tensor) -> builtins.bool:
    """Whether a tensor was made in inference mode.

    >>> with torch.inference_mode():
    ...     x = torch.ones(2)
    >>> torch.is_inference(x)
    True
    """
def is_neg(input: Tensor) -> builtins.bool:
    """>>> torch.is_neg(torch.tensor([1 + 2j]).conj().imag)
    True
    """
def is_nonzero(input: Tensor) -> builtins.bool:
    """Whether a one-element tensor is not zero.

    >>> torch.is_nonzero(torch.tensor([0.0])), torch.is_nonzero(torch.tensor([2]))
    (False, True)
    """
def is_same_size(input: Tensor, other: Tensor) -> builtins.bool:
    """>>> torch.is_same_size(torch.zeros(2, 3), torch.ones(2, 3))
    True
    """
def is_signed(input: Tensor) -> builtins.bool:
    """Whether the dtype has negative numbers.

    >>> torch.is_signed(torch.zeros(1)), torch.is_signed(torch.zeros(1, dtype=torch.uint8))
    (True, False)
    """
def is_storage(obj: builtins.object) -> builtins.bool:
    """Whether `obj` is a storage object.

    >>> torch.is_storage(torch.zeros(1).untyped_storage())
    True
    """
def is_tensor(obj: Any) -> builtins.bool:
    """Whether `obj` is a Tensor.

    >>> torch.is_tensor(torch.zeros(1)), torch.is_tensor([0.0])
    (True, False)
    """
def is_vulkan_available() -> builtins.bool:
    """False: there is no Vulkan."""
def isclose(input: Tensor, other: Tensor, rtol: builtins.float = ..., atol: builtins.float = ..., equal_nan: builtins.bool = ...) -> Tensor:
    """|input - other| <= atol + rtol * |other|
    (https://docs.pytorch.org/docs/stable/generated/torch.isclose.html)

    bool, shapes broadcast; NaN is close to NaN with equal_nan only.

    >>> torch.isclose(torch.tensor([1.0, 1.0]), torch.tensor([1.000001, 1.1]))
    tensor([ True, False])
    >>> torch.isclose(torch.tensor(float("nan")), torch.tensor(float("nan")), equal_nan=True)
    tensor(True)
    """
def isfinite(input: Tensor) -> Tensor:
    """Whether an element is neither infinite nor NaN (https://docs.pytorch.org/docs/stable/generated/torch.isfinite.html)

    bool of input's shape.

    >>> torch.isfinite(torch.tensor([1.0, float("inf"), float("nan")]))
    tensor([ True, False, False])
    """
def isin(elements: Tensor | Number | None, test_elements: Tensor | Number | None, *, assume_unique: builtins.bool = ..., invert: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """Whether each element is among test_elements; assume_unique needs no other algorithm here
    (https://docs.pytorch.org/docs/stable/generated/torch.isin.html)

    >>> torch.isin(torch.tensor([1, 2, 3, 4]), torch.tensor([2, 4, 9]))
    tensor([False,  True, False,  True])
    """
def isinf(input: Tensor) -> Tensor:
    """Whether an element is infinite; a complex one when either part is (https://docs.pytorch.org/docs/stable/generated/torch.isinf.html)

    bool of input's shape.

    >>> torch.isinf(torch.tensor([1.0, float("-inf"), float("nan")]))
    tensor([False,  True, False])
    """
def isnan(input: Tensor) -> Tensor:
    """Whether an element is NaN; a complex one when either part is (https://docs.pytorch.org/docs/stable/generated/torch.isnan.html)

    bool of input's shape.

    >>> torch.isnan(torch.tensor([1.0, float("inf"), float("nan")]))
    tensor([False, False,  True])
    """
def isneginf(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether an element is -inf (https://docs.pytorch.org/docs/stable/generated/torch.isneginf.html)

    >>> torch.isneginf(torch.tensor([float("-inf"), float("inf"), 0.0]))
    tensor([ True, False, False])
    """
def isposinf(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether an element is +inf (https://docs.pytorch.org/docs/stable/generated/torch.isposinf.html)

    >>> torch.isposinf(torch.tensor([float("-inf"), float("inf"), 0.0]))
    tensor([False,  True, False])
    """
def isreal(input: Tensor) -> Tensor:
    """Whether an element's imaginary part is 0 (https://docs.pytorch.org/docs/stable/generated/torch.isreal.html)

    >>> torch.isreal(torch.tensor([1 + 0j, 1j]))
    tensor([ True, False])
    """
def istft(input: Any, n_fft: Any, hop_length: Any = ..., win_length: Any = ..., window: Any = ..., center: Any = ..., normalized: Any = ..., onesided: Any = ..., length: Any = ..., return_complex: Any = ...) -> Any:
    """The signal whose `stft` is nearest: overlapping inverse transforms, weighted by the window.

    (https://docs.pytorch.org/docs/stable/generated/torch.istft.html)

    >>> x, window = torch.arange(8.0), torch.ones(4)
    >>> spectrum = torch.stft(x, n_fft=4, hop_length=2, window=window, return_complex=True)
    >>> torch.istft(spectrum, n_fft=4, hop_length=2, window=window).round(decimals=4)
    tensor([0., 1., 2., 3., 4., 5., 6., 7.])
    """
def kaiser_window(window_length: builtins.int, periodic: builtins.bool = ..., beta: Number | Tensor = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Kaiser window of shape `beta`, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.kaiser_window.html)

    >>> torch.kaiser_window(3, periodic=False)
    tensor([5.2773e-05, 1.0000e+00, 5.2773e-05])
    """
def kl_div(input: Tensor, target: Tensor, reduction: builtins.int = ..., *, log_target: builtins.bool = ...) -> Tensor:
    """`nn.functional.kl_div`.

    >>> torch.kl_div(torch.tensor([0.5]).log(), torch.tensor([0.5]))
    tensor([0.])
    """
def kron(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The Kronecker product (https://docs.pytorch.org/docs/stable/generated/torch.kron.html)

    Of matrices (a, b) and (c, d), (a·c, b·d).

    >>> torch.kron(torch.tensor([[1, 2]]), torch.tensor([[1], [10]]))
    tensor([[ 1,  2],
            [10, 20]])
    """
def kthvalue(input: Tensor, k: builtins.int, dim: builtins.int = ..., keepdim: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.kthvalue:
    """The k-th smallest element along a dim (k from 1), with its index
    (https://docs.pytorch.org/docs/stable/generated/torch.kthvalue.html)

    The k-th smallest, counted from 1, and its index. RuntimeError for k out of range.

    >>> torch.kthvalue(torch.tensor([30, 10, 20]), k=2)
    torch.return_types.kthvalue(
    values=tensor(20),
    indices=tensor(2))
    """
def layer_norm(input: Tensor, normalized_shape: Any, weight: Tensor | None = ..., bias: Tensor | None = ..., eps: builtins.float = ..., cudnn_enable: builtins.bool = ...) -> Tensor:
    """`nn.functional.layer_norm` with one more option, which concerns another library's kernels
    only.

    >>> torch.layer_norm(torch.tensor([[0.0, 2.0]]), (2,))
    tensor([[-1.0000,  1.0000]])
    """
def lcm(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The least common multiple of integers
    (https://docs.pytorch.org/docs/stable/generated/torch.lcm.html)

    >>> torch.lcm(torch.tensor([4, 6]), torch.tensor([6, 15]))
    tensor([12, 30])
    """
def lcm_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `lcm`: The least common multiple of integers
    (https://docs.pytorch.org/docs/stable/generated/torch.lcm.html)

    >>> x = torch.tensor([4, 6])
    >>> x.lcm_(torch.tensor([6, 15])) is x
    True
    >>> x
    tensor([12, 30])
    """
def ldexp(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """input * 2**other (https://docs.pytorch.org/docs/stable/generated/torch.ldexp.html)

    >>> torch.ldexp(torch.tensor([0.75, 1.0]), torch.tensor([2, -1]))
    tensor([3.0000, 0.5000])
    """
def ldexp_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `ldexp`: input * 2**other (https://docs.pytorch.org/docs/stable/generated/torch.ldexp.html)

    >>> x = torch.tensor([0.75, 1.0])
    >>> x.ldexp_(torch.tensor([2, -1])) is x
    True
    >>> x
    tensor([3.0000, 0.5000])
    """
def le(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)

    bool, shapes broadcast.

    >>> torch.le(torch.tensor([1, 2, 3]), 2)
    tensor([ True,  True, False])
    """
def le_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `le`: input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.le_(2) is x
    True
    >>> x
    tensor([1, 1, 0])
    """
def lerp(input: Tensor, end: Tensor, weight: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input + weight * (end - input)
    (https://docs.pytorch.org/docs/stable/generated/torch.lerp.html)

    weight is a number or a tensor that broadcasts.

    >>> torch.lerp(torch.tensor([0.0, 10.0]), torch.tensor([1.0, 20.0]), 0.25)
    tensor([ 0.2500, 12.5000])
    """
def lerp_(input: Tensor, end: Tensor, weight: Tensor | Number) -> Tensor:
    """In-place form of `lerp`: input + weight * (end - input)
    (https://docs.pytorch.org/docs/stable/generated/torch.lerp.html)

    >>> x = torch.tensor([0.0, 10.0])
    >>> x.lerp_(torch.tensor([1.0, 20.0]), 0.25) is x
    True
    >>> x
    tensor([ 0.2500, 12.5000])
    """
def less(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)

    bool, shapes broadcast.

    >>> torch.lt(torch.tensor([1, 2, 3]), 2)
    tensor([ True, False, False])
    """
def less_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `lt`: input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.less_(2) is x
    True
    >>> x
    tensor([1, 0, 0])
    """
def less_equal(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)

    bool, shapes broadcast.

    >>> torch.le(torch.tensor([1, 2, 3]), 2)
    tensor([ True,  True, False])
    """
def less_equal_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `le`: input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.less_equal_(2) is x
    True
    >>> x
    tensor([1, 1, 0])
    """
def lgamma(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log |Γ(x)| (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaln)

    >>> torch.lgamma(torch.tensor([1.0, 5.0]))  # of 5 it is log(24)
    tensor([0.0000, 3.1781])
    """
def lgamma_(input: Tensor) -> Tensor:
    """In-place form of `lgamma`: log |Γ(x)| (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaln)

    >>> x = torch.tensor([1.0, 5.0])
    >>> x.lgamma_() is x
    True
    >>> x
    tensor([0.0000, 3.1781])
    """
def linspace(start: Any, end: Any, steps: Any, *, dtype: Any = ..., out: Any = ...) -> Any:
    """`steps` evenly spaced values, both ends included, shape (steps,).

    RuntimeError for a negative number of steps.
    (https://docs.pytorch.org/docs/stable/generated/torch.linspace.html)

    steps points in a 1-D tensor. RuntimeError for a negative number of them.

    >>> torch.linspace(0, 1, 5)  # both ends included
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
def log(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log of each element (https://docs.pytorch.org/docs/stable/generated/torch.log.html)

    Integers give the default floating dtype; -inf at 0, NaN below.

    >>> torch.log(torch.tensor([1.0, 2.0, 0.0, -1.0]))
    tensor([0.0000, 0.6931,   -inf,    nan])
    """
def log10(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log10 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log10.html)

    Integers give the default floating dtype; -inf at 0, NaN below.

    >>> torch.log10(torch.tensor([1.0, 1000.0, 2.0]))
    tensor([0.0000, 3.0000, 0.3010])
    """
def log10_(input: Tensor) -> Tensor:
    """In-place form of `log10`: log10 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log10.html)

    >>> x = torch.tensor([1.0, 2.0])
    >>> x.log10_() is x
    True
    >>> x
    tensor([0.0000, 0.3010])
    """
def log1p(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log1p of each element (https://docs.pytorch.org/docs/stable/generated/torch.log1p.html)

    Integers give the default floating dtype; -inf at -1, NaN below.

    >>> torch.log1p(torch.tensor([1e-10, 1.0], dtype=torch.float64))  # exact near zero
    tensor([1.0000e-10, 6.9315e-01], dtype=torch.float64)
    """
def log1p_(input: Tensor) -> Tensor:
    """In-place form of `log1p`: log1p of each element (https://docs.pytorch.org/docs/stable/generated/torch.log1p.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.log1p_() is x
    True
    >>> x
    tensor([0.0000, 0.6931])
    """
def log2(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log2.html)

    Integers give the default floating dtype; -inf at 0, NaN below.

    >>> torch.log2(torch.tensor([1.0, 8.0, 0.25]))
    tensor([ 0.,  3., -2.])
    """
def log2_(input: Tensor) -> Tensor:
    """In-place form of `log2`: log2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log2.html)

    >>> x = torch.tensor([1.0, 8.0])
    >>> x.log2_() is x
    True
    >>> x
    tensor([0., 3.])
    """
def log_(input: Tensor) -> Tensor:
    """In-place form of `log`: log of each element (https://docs.pytorch.org/docs/stable/generated/torch.log.html)

    >>> x = torch.tensor([1.0, 2.0])
    >>> x.log_() is x
    True
    >>> x
    tensor([0.0000, 0.6931])
    """
def log_softmax(input: Tensor, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Logarithm of softmax along `dim`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html)

    The shape stays; dtype casts input first.

    >>> torch.log_softmax(torch.tensor([[1.0, 1.0], [0.0, 100.0]]), dim=1)
    tensor([[  -0.6931,   -0.6931],
            [-100.0000,    0.0000]])
    """
def logaddexp(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log(exp(input) + exp(other)) without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.logaddexp.html)

    >>> x = torch.tensor([-1000.0, 0.0])
    >>> torch.logaddexp(x, x)  # nothing underflows
    tensor([-9.9931e+02,  6.9315e-01])
    """
def logaddexp2(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log2(2**input + 2**other) without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.logaddexp2.html)

    >>> torch.logaddexp2(torch.tensor([3.0, 0.0]), torch.tensor([3.0, 1.0]))
    tensor([4.0000, 1.5850])
    """
def logcumsumexp(input: Tensor, dim: builtins.int, *, out: Tensor | None = ...) -> Tensor:
    """log of the running sums of exp along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.logcumsumexp.html)

    >>> torch.logcumsumexp(torch.zeros(3), dim=0)
    tensor([0.0000, 0.6931, 1.0986])
    """
def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant; NaN where it is negative.

    (https://docs.pytorch.org/docs/stable/generated/torch.logdet.html)

    >>> torch.logdet(torch.tensor([[2.0, 0.0], [0.0, 3.0]]))
    tensor(1.7918)
    """
def logical_and(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether both elements are not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_and.html)

    bool for any dtypes, shapes broadcast.

    >>> torch.logical_and(torch.tensor([0, 1, 2]), torch.tensor([1, 1, 0]))
    tensor([False,  True, False])
    """
def logical_and_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `logical_and`: Whether both elements are not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_and.html)

    >>> x = torch.tensor([0, 1, 2])
    >>> x.logical_and_(torch.tensor([1, 1, 0])) is x
    True
    >>> x
    tensor([0, 1, 0])
    """
def logical_not(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether an element is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_not.html)

    bool of input's shape.

    >>> torch.logical_not(torch.tensor([0.0, 1.5, -2.0]))
    tensor([ True, False, False])
    """
def logical_not_(input: Tensor) -> Tensor:
    """In-place form of `logical_not`: Whether an element is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_not.html)

    >>> x = torch.tensor([0, 1, 2])
    >>> x.logical_not_() is x
    True
    >>> x
    tensor([1, 0, 0])
    """
def logical_or(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether an element is not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_or.html)

    bool for any dtypes, shapes broadcast.

    >>> torch.logical_or(torch.tensor([0, 1, 0]), torch.tensor([1, 1, 0]))
    tensor([ True,  True, False])
    """
def logical_or_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `logical_or`: Whether an element is not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_or.html)

    >>> x = torch.tensor([0, 1, 0])
    >>> x.logical_or_(torch.tensor([1, 1, 0])) is x
    True
    >>> x
    tensor([1, 1, 0])
    """
def logical_xor(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether exactly one element is not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_xor.html)

    >>> torch.logical_xor(torch.tensor([0, 1, 2]), torch.tensor([1, 1, 0]))
    tensor([ True, False,  True])
    """
def logical_xor_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `logical_xor`: Whether exactly one element is not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_xor.html)

    >>> x = torch.tensor([0, 1, 2])
    >>> x.logical_xor_(torch.tensor([1, 1, 0])) is x
    True
    >>> x
    tensor([1, 0, 1])
    """
def logit(input: Tensor, eps: builtins.float | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """log(x / (1 - x)); x is clamped to [eps, 1 - eps] when eps is given
    (https://docs.pytorch.org/docs/stable/generated/torch.special.logit.html)

    >>> torch.logit(torch.tensor([0.5, 0.9, 1.0]))
    tensor([0.0000, 2.1972,    inf])
    >>> torch.logit(torch.tensor([0.5, 0.9, 1.0]), eps=1e-3)  # first moved into [eps, 1 - eps]
    tensor([0.0000, 2.1972, 6.9068])
    """
def logit_(input: Tensor, eps: builtins.float | None = ...) -> Tensor:
    """In-place form of `logit`: log(x / (1 - x)); x is clamped to [eps, 1 - eps] when eps is given
    (https://docs.pytorch.org/docs/stable/generated/torch.special.logit.html)

    >>> x = torch.tensor([0.5, 0.9])
    >>> x.logit_() is x
    True
    >>> x
    tensor([0.0000, 2.1972])
    """
def logspace(start: Any, end: Any, steps: Any, base: Any = ..., *, dtype: Any = ..., out: Any = ...) -> Any:
    """`steps` values from base**start to base**end, evenly spaced in the exponent, shape (steps,).

    RuntimeError for a negative number of steps.
    (https://docs.pytorch.org/docs/stable/generated/torch.logspace.html)

    >>> torch.logspace(0, 3, 4)
    tensor([   1.,   10.,  100., 1000.])
    """
def logsumexp(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None, keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """log(sum(exp(input))) over dims without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html)

    dim is an int or a tuple.

    >>> torch.logsumexp(torch.tensor([[1000.0, 1000.0], [0.0, 0.0]]), dim=1)  # no overflow
    tensor([1.0007e+03, 6.9315e-01])
    """
long: Dtype
def lstm(*args: Any) -> builtins.tuple:
    """(output, hidden, cell) of stacked LSTM layers, parameters in one list."""
def lstm_cell(input: Tensor, hx: Sequence[Tensor], w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = ..., b_hh: Tensor | None = ...) -> builtins.tuple[Tensor, Tensor]:
    """The next (hidden, cell) of an LSTM.

    >>> state = torch.zeros(1, 1), torch.ones(1, 1)
    >>> torch.lstm_cell(torch.ones(1, 2), state, torch.zeros(4, 2), torch.zeros(4, 1))
    (tensor([[0.2311]]), tensor([[0.5000]]))
    """
def lstsq(*args: Any, **kwargs: Any) -> Any:
    """RuntimeError: PyTorch has `torch.linalg.lstsq`, whose arguments are in the other order in its place."""
def lt(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)

    bool, shapes broadcast.

    >>> torch.lt(torch.tensor([1, 2, 3]), 2)
    tensor([ True, False, False])
    """
def lt_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `lt`: input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.lt_(2) is x
    True
    >>> x
    tensor([1, 0, 0])
    """
def lu(A: Tensor, pivot: builtins.bool = ..., get_infos: builtins.bool = ..., out: Any = ...) -> Any:
    """Both LU factors in one matrix and the row swaps from 1; with `get_infos` the zero pivots too.

    https://docs.pytorch.org/docs/stable/generated/torch.lu.html
    """
def lu_solve(b: Any, LU_data: Any, LU_pivots: Any, *, out: Any = ...) -> Any:
    """X with AX = b, from `lu_factor` of A.

    (https://docs.pytorch.org/docs/stable/generated/torch.lu_solve.html)

    >>> A, b = torch.tensor([[2.0, 0.0], [0.0, 4.0]]), torch.tensor([[2.0], [8.0]])
    >>> torch.lu_solve(b, *torch.linalg.lu_factor(A))
    tensor([[1.],
            [2.]])
    """
def lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpack_data: builtins.bool = ..., unpack_pivots: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.lu_unpack:
    """P, L and U from a factored matrix and its row swaps; what is not asked for is empty.

    (https://docs.pytorch.org/docs/stable/generated/torch.lu_unpack.html)

    >>> A = torch.tensor([[0.0, 2.0], [1.0, 3.0]])
    >>> P, L, U = torch.lu_unpack(*torch.linalg.lu_factor(A))
    >>> torch.equal(P @ L @ U, A)
    True
    """
def manual_seed(seed: builtins.int) -> Generator:
    """Seed the default generators of all devices, from which operators without a generator draw;
    returns the CPU's.

    The CPU's and the devices' generators; gives the CPU's.

    >>> _ = torch.manual_seed(7)
    >>> a = torch.rand(2)
    >>> _ = torch.manual_seed(7)
    >>> torch.equal(a, torch.rand(2))
    True
    """
def margin_ranking_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: builtins.float = ..., reduction: builtins.int = ...) -> Tensor:
    """`nn.functional.margin_ranking_loss`.

    >>> torch.margin_ranking_loss(torch.tensor([1.0]), torch.tensor([3.0]), torch.tensor([1]))
    tensor([2.])
    """
def masked_fill(input: Tensor, mask: Tensor, value: Tensor | Number) -> Tensor:
    """`value` where the mask is true
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html)

    The mask is broadcast to input.

    >>> torch.masked_fill(torch.ones(2, 2), torch.tensor([True, False]), 0.0)
    tensor([[0., 1.],
            [0., 1.]])
    """
def masked_fill_(input: Tensor, mask: Tensor, value: Tensor | Number) -> Tensor:
    """In-place form of `masked_fill`: `value` where the mask is true
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html)

    mask is bool and broadcasts to the tensor. RuntimeError otherwise.

    >>> x = torch.tensor([1, -2, 3])
    >>> x.masked_fill_(torch.tensor([False, True, False]), 0) is x
    True
    >>> x
    tensor([1, 0, 3])
    """
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Elements of `source` in order where the mask is true.

    mask is broadcast to input; elements of source are taken in order. RuntimeError where
    there are too few.

    >>> mask = torch.tensor([True, False, True])
    >>> torch.masked_scatter(torch.zeros(3), mask, torch.tensor([1.0, 2.0]))
    tensor([1., 0., 2.])
    """
def masked_scatter_(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """In-place form of `masked_scatter`: Elements of `source` in order where the mask is true.

    >>> x = torch.tensor([0, 0, 0])
    >>> x.masked_scatter_(torch.tensor([True, False, True]), torch.tensor([7, 8])) is x
    True
    >>> x
    tensor([7, 0, 8])
    """
def masked_select(input: Tensor, mask: Tensor, *, out: Any = ...) -> Tensor:
    """The elements where a mask is true, 1-D.

    1-D, a copy; shapes are broadcast.

    >>> x = torch.tensor([[1, -2], [-3, 4]])
    >>> torch.masked_select(x, x > 0)
    tensor([1, 4])
    """
def matmul(input: Tensor, other: Tensor, *, out: Any = ...) -> Tensor:
    """The matrix product of tensors of any dimensions, by the operator for theirs.

    Vectors give a number, matrices a matrix, and more dimensions a batch of them that is
    broadcast. RuntimeError where the inner sizes or the dtypes differ.

    >>> torch.matmul(torch.tensor([1, 2]), torch.tensor([3, 4]))
    tensor(11)
    >>> torch.matmul(torch.tensor([[1, 2], [3, 4]]), torch.tensor([1, 1]))
    tensor([3, 7])
    >>> torch.matmul(torch.ones(5, 1, 2, 3), torch.ones(4, 3, 6)).shape
    torch.Size([5, 4, 2, 6])
    """
def matrix_exp(A: Tensor) -> Tensor:
    """The exponential of square matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html)

    >>> torch.matrix_exp(torch.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
def matrix_power(A: Tensor, n: builtins.int, *, out: Tensor | None = ...) -> Tensor:
    """The n-th power of square matrices, of the inverse for a negative n.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html)

    >>> torch.matrix_power(torch.tensor([[1.0, 1.0], [1.0, 0.0]]), 10)  # Fibonacci's numbers
    tensor([[89., 55.],
            [55., 34.]])
    """
def matrix_rank(*args: Any, **kwargs: Any) -> Any:
    """RuntimeError: PyTorch has `torch.linalg.matrix_rank` in its place."""
@overload
def max(input: Tensor) -> Tensor:
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
def max(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor: ...
@overload
def max(input: Tensor, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.max: ...
def max_pool1d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., return_indices: builtins.bool = ...) -> Tensor:
    """Largest of each window of (N, C, L) or (C, L), optionally with its int64 positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool1d.html)

    >>> F.max_pool1d(torch.tensor([[[1.0, 3.0, 2.0, 5.0]]]), kernel_size=2)
    tensor([[[3., 5.]]])
    """
def max_pool1d_with_indices(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ...) -> Tensor:
    """`max_pool1d` with its int64 positions."""
def max_pool2d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., return_indices: builtins.bool = ...) -> Tensor:
    """Largest of each window of (N, C, H, W) or (C, H, W), optionally with its int64 flat positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html)

    (N, C, H, W) or (C, H, W); with return_indices also where the maxima lie. RuntimeError
    for padding above half the kernel.

    >>> F.max_pool2d(torch.arange(16.0).reshape(1, 1, 4, 4), 2)
    tensor([[[[ 5.,  7.],
              [13., 15.]]]])
    """
def max_pool3d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., return_indices: builtins.bool = ...) -> Tensor:
    """Largest of each window of (N, C, D, H, W) or (C, D, H, W), optionally with its int64 flat
    positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool3d.html)

    >>> F.max_pool3d(torch.arange(8.0).reshape(1, 1, 2, 2, 2), 2)
    tensor([[[[[7.]]]]])
    """
def maximum(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The larger of each pair, NaN if either is
    (https://docs.pytorch.org/docs/stable/generated/torch.maximum.html)

    Shapes are broadcast, dtypes promoted; gradients of equal elements are halved.
    RuntimeError for complex.

    >>> x, y = torch.tensor([1.0, float("nan"), 5.0]), torch.tensor([3.0, 0.0, 4.0])
    >>> torch.maximum(x, y)  # NaN wins
    tensor([3., nan, 5.])
    """
def mean(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The mean over dims, of all elements by default
    (https://docs.pytorch.org/docs/stable/generated/torch.mean.html)

    RuntimeError for integers, unless a floating dtype is given.

    >>> torch.mean(torch.tensor([[1.0, 2.0], [3.0, 6.0]]), dim=0)
    tensor([2., 4.])
    >>> torch.mean(torch.tensor([1, 2]), dtype=torch.float32)
    tensor(1.5000)
    """
@overload
def median(input: Tensor) -> Tensor:
    """The lower median of all elements, or along a dim with its index; NaN if there is one
    (https://docs.pytorch.org/docs/stable/generated/torch.median.html)

    The lower of two middle elements; with a dim, values and indices. See quantile for the
    mean of both.

    >>> torch.median(torch.tensor([4, 1, 3, 2]))  # of an even number, the lower one
    tensor(2)
    """
@overload
def median(input: Tensor, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.median: ...
def meshgrid(*tensors: Any, indexing: builtins.str | None = ...) -> builtins.tuple[Tensor, ...]:
    """Coordinate grids of 1-D tensors; views.

    1-D tensors or numbers; views. indexing is "ij" or, as in NumPy, "xy".

    >>> rows, columns = torch.meshgrid(torch.arange(2), torch.arange(3), indexing="ij")
    >>> rows
    tensor([[0, 0, 0],
            [1, 1, 1]])
    >>> columns
    tensor([[0, 1, 2],
            [0, 1, 2]])
    """
@overload
def min(input: Tensor) -> Tensor:
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
def min(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor: ...
@overload
def min(input: Tensor, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.min: ...
def minimum(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The smaller of each pair, NaN if either is
    (https://docs.pytorch.org/docs/stable/generated/torch.minimum.html)

    Shapes are broadcast, dtypes promoted; gradients of equal elements are halved.
    RuntimeError for complex.

    >>> x, y = torch.tensor([1.0, float("nan"), 5.0]), torch.tensor([3.0, 0.0, 4.0])
    >>> torch.minimum(x, y)  # NaN wins
    tensor([1., nan, 4.])
    """
def mm(input: Tensor, mat2: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The product of two matrices (https://docs.pytorch.org/docs/stable/generated/torch.mm.html)

    Shapes (n, m) and (m, p) give (n, p), without broadcasting. RuntimeError for other
    shapes and where the dtypes differ.

    >>> torch.mm(torch.tensor([[1, 2], [3, 4]]), torch.tensor([[1], [10]]))
    tensor([[21],
            [43]])
    """
def mode(input: Tensor, dim: builtins.int = ..., keepdim: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.mode:
    """The most frequent value along a dim, the smallest of tied ones, with the index of its last
    occurrence (https://docs.pytorch.org/docs/stable/generated/torch.mode.html)

    >>> torch.mode(torch.tensor([[3, 1, 3], [2, 2, 5]]), dim=1).values
    tensor([3, 2])
    """
def moveaxis(self: Tensor, source: builtins.int | builtins.tuple[builtins.int, ...], destination: builtins.int | builtins.tuple[builtins.int, ...]) -> Tensor:
    """A view with dimensions moved to new places; the others keep their order.

    >>> torch.moveaxis(torch.zeros(2, 3, 4), 0, -1).shape
    torch.Size([3, 4, 2])
    """
def movedim(self: Tensor, source: builtins.int | builtins.tuple[builtins.int, ...], destination: builtins.int | builtins.tuple[builtins.int, ...]) -> Tensor:
    """A view with dimensions moved to new places; the others keep their order.

    A view.

    >>> torch.movedim(torch.zeros(2, 3, 4), (0, 1), (1, 0)).shape
    torch.Size([3, 2, 4])
    """
def msort(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Elements in ascending order along dim 0
    (https://docs.pytorch.org/docs/stable/generated/torch.msort.html)

    >>> torch.msort(torch.tensor([[3, 1], [1, 2]]))
    tensor([[1, 1],
            [3, 2]])
    """
def mul(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)

    Either is a number or a tensor; shapes are broadcast and dtypes promoted. RuntimeError
    where the shapes do not broadcast.

    >>> torch.mul(torch.tensor([1, 2, 3]), 1.5)
    tensor([1.5000, 3.0000, 4.5000])
    >>> torch.mul(torch.tensor([[1], [2]]), torch.tensor([10, 20]))
    tensor([[10, 20],
            [20, 40]])
    """
def mul_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """In-place form of `mul`: input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)

    RuntimeError where the result does not fit the shape or dtype, and for a leaf that
    requires grad.

    >>> x = torch.tensor([1.0, 2.0])
    >>> x.mul_(10) is x
    True
    >>> x
    tensor([10., 20.])
    """
def multinomial(input: Tensor, num_samples: builtins.int, replacement: builtins.bool = ..., *, generator: Any = ..., out: Any = ...) -> Tensor:
    """Indices drawn from the rows of weights.

    Rows of weights that need not add up to 1; int64 indices. RuntimeError for negative
    weights.

    >>> _ = torch.manual_seed(0)
    >>> torch.multinomial(torch.tensor([0.0, 1.0, 3.0]), 2)  # without replacement
    tensor([2, 1])
    """
def multiply(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)

    Either is a number or a tensor; shapes are broadcast and dtypes promoted. RuntimeError
    where the shapes do not broadcast.

    >>> torch.mul(torch.tensor([1, 2, 3]), 1.5)
    tensor([1.5000, 3.0000, 4.5000])
    >>> torch.mul(torch.tensor([[1], [2]]), torch.tensor([10, 20]))
    tensor([[10, 20],
            [20, 40]])
    """
def multiply_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """In-place form of `mul`: input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)

    >>> x = torch.tensor([1, 2])
    >>> x.multiply_(10) is x
    True
    >>> x
    tensor([10, 20])
    """
def mv(input: Tensor, vec: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """A matrix times a vector (https://docs.pytorch.org/docs/stable/generated/torch.mv.html)

    (n, m) and (m,) give (n,). RuntimeError for other shapes.

    >>> torch.mv(torch.tensor([[1, 2], [3, 4]]), torch.tensor([1, 10]))
    tensor([21, 43])
    """
def mvlgamma(input: Tensor, p: builtins.int, *, out: Tensor | None = ...) -> Tensor:
    """log of the p-dimensional gamma function
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.multigammaln)

    >>> torch.mvlgamma(torch.tensor([2.0, 3.0]), p=2)
    tensor([0.4516, 1.5502])
    """
def mvlgamma_(input: Tensor, p: builtins.int) -> Tensor:
    """In-place form of `mvlgamma`: log of the p-dimensional gamma function
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.multigammaln)

    >>> x = torch.tensor([2.0, 3.0])
    >>> x.mvlgamma_(2) is x
    True
    >>> x
    tensor([0.4516, 1.5502])
    """
def nan_to_num(input: Tensor, nan: builtins.float | None = ..., posinf: builtins.float | None = ..., neginf: builtins.float | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """NaN and infinities replaced: by 0 and the largest and smallest finite numbers when not given
    (https://docs.pytorch.org/docs/stable/generated/torch.nan_to_num.html)

    NaN becomes 0, infinities the largest finite numbers of the dtype, unless given.

    >>> torch.nan_to_num(torch.tensor([float("nan"), float("inf"), 1.0]), nan=0.0, posinf=9.0)
    tensor([0., 9., 1.])
    """
def nan_to_num_(input: Tensor, nan: builtins.float | None = ..., posinf: builtins.float | None = ..., neginf: builtins.float | None = ...) -> Tensor:
    """In-place form of `nan_to_num`: NaN and infinities replaced: by 0 and the largest and smallest finite numbers when not given
    (https://docs.pytorch.org/docs/stable/generated/torch.nan_to_num.html)

    >>> x = torch.tensor([1.0, float("nan")])
    >>> x.nan_to_num_(nan=0.0) is x
    True
    >>> x
    tensor([1., 0.])
    """
def nanmean(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The mean of the elements that are not NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.nanmean.html)

    >>> torch.nanmean(torch.tensor([1.0, float("nan"), 3.0]))
    tensor(2.)
    """
@overload
def nanmedian(input: Tensor) -> Tensor:
    """The lower median of the elements that are not NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.nanmedian.html)

    >>> torch.nanmedian(torch.tensor([1.0, float("nan"), 3.0, 2.0]))
    tensor(2.)
    """
@overload
def nanmedian(input: Tensor, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.nanmedian: ...
def nanquantile(input: Tensor, q: Tensor | Number | None, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, interpolation: builtins.str = ..., out: Tensor | None = ...) -> Tensor:
    """The q-quantiles of the elements that are not NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.nanquantile.html)

    >>> torch.nanquantile(torch.tensor([1.0, float("nan"), 3.0]), 0.5)
    tensor(2.)
    """
def nansum(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The sum in which NaN counts as 0
    (https://docs.pytorch.org/docs/stable/generated/torch.nansum.html)

    >>> torch.nansum(torch.tensor([1.0, float("nan"), 3.0]))
    tensor(4.)
    """
def narrow(self: Tensor, dim: builtins.int, start: Any, length: builtins.int) -> Tensor:
    """`length` elements of a dimension from `start`.

    A view of length elements from start on. RuntimeError out of range.

    >>> torch.narrow(torch.arange(6), 0, 2, 3)  # start and length
    tensor([2, 3, 4])
    """
def narrow_copy(input: Tensor, dim: builtins.int, start: builtins.int, length: builtins.int, *, out: Any = ...) -> Tensor:
    """`narrow`, as a copy.

    >>> torch.narrow_copy(torch.arange(6), 0, 2, 3)
    tensor([2, 3, 4])
    """
def native_batch_norm(input: Tensor, weight: Tensor | None, bias: Tensor | None, running_mean: Tensor | None, running_var: Tensor | None, training: builtins.bool, momentum: builtins.float, eps: builtins.float) -> builtins.tuple[Tensor, Tensor, Tensor]:
    """(`batch_norm`, mean, 1 / standard deviation of the batch; the two empty unless training)."""
def native_channel_shuffle(input: Tensor, groups: builtins.int) -> Tensor:
    """`channel_shuffle` under another name.

    >>> torch.native_channel_shuffle(torch.arange(4).reshape(1, 4, 1, 1), 2).flatten()
    tensor([0, 2, 1, 3])
    """
def native_dropout(input: Tensor, p: builtins.float, train: builtins.bool | None) -> builtins.tuple[Tensor, Tensor]:
    """(`dropout`, which elements were kept)."""
def native_group_norm(input: Tensor, weight: Tensor | None, bias: Tensor | None, N: builtins.int, C: builtins.int, HxW: builtins.int, group: builtins.int, eps: builtins.float) -> builtins.tuple[Tensor, Tensor, Tensor]:
    """(`nn.functional.group_norm`, mean and 1 / standard deviation (N, groups))."""
def native_layer_norm(input: Tensor, normalized_shape: Sequence[builtins.int], weight: Tensor | None, bias: Tensor | None, eps: builtins.float) -> builtins.tuple[Tensor, Tensor, Tensor]:
    """(`nn.functional.layer_norm`, mean, 1 / standard deviation).

    >>> out, mean, rstd = torch.native_layer_norm(torch.tensor([[0.0, 2.0]]), (2,), None, None, 0.0)
    >>> out, mean, rstd
    (tensor([[-1.,  1.]]), tensor([[1.]]), tensor([[1.]]))
    """
def native_norm(input: Tensor, p: Any = ..., *args: Any) -> Tensor:
    """`norm`."""
def ne(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)

    bool, shapes broadcast.

    >>> torch.ne(torch.tensor([1, 2, 3]), torch.tensor([1, 5, 3]))
    tensor([False,  True, False])
    """
def ne_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `ne`: input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.ne_(2) is x
    True
    >>> x
    tensor([1, 0, 1])
    """
def neg(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)

    RuntimeError for bools: see logical_not.

    >>> torch.neg(torch.tensor([1, -2, 0]))
    tensor([-1,  2,  0])
    """
def neg_(input: Tensor) -> Tensor:
    """In-place form of `neg`: -input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)

    >>> x = torch.tensor([1, -2])
    >>> x.neg_() is x
    True
    >>> x
    tensor([-1,  2])
    """
def negative(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)

    RuntimeError for bools: see logical_not.

    >>> torch.neg(torch.tensor([1, -2, 0]))
    tensor([-1,  2,  0])
    """
def negative_(input: Tensor) -> Tensor:
    """In-place form of `neg`: -input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)

    >>> x = torch.tensor([1, -2])
    >>> x.negative_() is x
    True
    >>> x
    tensor([-1,  2])
    """
def nextafter(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The next number that the dtype has after input, towards other
    (https://docs.pytorch.org/docs/stable/generated/torch.nextafter.html)

    >>> x = torch.tensor(1.0)
    >>> torch.nextafter(x, torch.tensor(2.0)) - x == torch.finfo(torch.float32).eps
    tensor(True)
    """
def nextafter_(input: Tensor, other: Tensor) -> Tensor:
    """In-place form of `nextafter`: The next number that the dtype has after input, towards other
    (https://docs.pytorch.org/docs/stable/generated/torch.nextafter.html)

    >>> x = torch.tensor([1.0])
    >>> x.nextafter_(torch.tensor([1.0])) is x
    True
    >>> x
    tensor([1.])
    """
def nonzero(input: Tensor, *, as_tuple: builtins.bool = ..., out: Any = ...) -> Any:
    """Positions of the elements that are not zero, one row each; with `as_tuple` one index tensor
    a dimension.

    int64 (z, n), an index a row; with as_tuple, one vector for each dimension, which
    indexes input.

    >>> torch.nonzero(torch.tensor([[1, 0], [0, 2]]))
    tensor([[0, 0],
            [1, 1]])
    >>> torch.nonzero(torch.tensor([0, 3, 4]), as_tuple=True)
    (tensor([1, 2]),)
    """
def nonzero_static(input: Tensor, *, size: builtins.int, fill_value: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """The first `size` positions of nonzero elements, padded with `fill_value`.

    >>> torch.nonzero_static(torch.tensor([0, 3, 4]), size=3, fill_value=-1)
    tensor([[ 1],
            [ 2],
            [-1]])
    """
def norm(input: Tensor, p: builtins.float | builtins.str | None = ..., dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The p-norm of vectors, or the Frobenius ("fro") or nuclear ("nuc") norm of matrices, over
    dims (https://docs.pytorch.org/docs/stable/generated/torch.norm.html)

    Superseded by linalg.vector_norm and linalg.matrix_norm; p is a number, "fro" or "nuc".

    >>> torch.norm(torch.tensor([3.0, 4.0]))
    tensor(5.)
    >>> torch.norm(torch.tensor([[3.0, -4.0], [1.0, 1.0]]), p=1, dim=1)
    tensor([7., 2.])
    """
def norm_except_dim(v: Tensor, pow: builtins.int = ..., dim: builtins.int = ...) -> Tensor:
    """The norms over all dims but one, which are kept; over all for dim -1.

    >>> torch.norm_except_dim(torch.tensor([[3.0, 4.0], [0.0, 2.0]]), pow=2, dim=0)
    tensor([[5.],
            [2.]])
    """
def normal(mean: Any, std: Any = ..., size: Any = ..., *, generator: Any = ..., out: Any = ..., dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., pin_memory: Any = ...) -> Tensor:
    """Normal numbers of the given means and standard deviations (numbers with `size`, or
    tensors).

    >>> _ = torch.manual_seed(0)
    >>> torch.normal(torch.tensor([0.0, 100.0]), torch.tensor([1.0, 0.1]))
    tensor([ 1.5410, 99.9707])
    """
def not_equal(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)

    bool, shapes broadcast.

    >>> torch.ne(torch.tensor([1, 2, 3]), torch.tensor([1, 5, 3]))
    tensor([False,  True, False])
    """
def not_equal_(input: Tensor, other: Tensor | Number) -> Tensor:
    """In-place form of `ne`: input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.not_equal_(2) is x
    True
    >>> x
    tensor([1, 0, 1])
    """
def nuclear_norm(input: Tensor, dim: Any = ..., keepdim: builtins.bool = ..., *, out: Any = ...) -> Tensor:
    """The sum of the singular values of the matrices in two dims.

    >>> torch.nuclear_norm(torch.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor(7.)
    """
def numel(input: Tensor) -> builtins.int:
    """The number of elements.

    A Python int.

    >>> torch.numel(torch.zeros(2, 3))
    6
    """
def orgqr(A: Tensor, tau: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The first columns of a product of Householder matrices given by their reflectors.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.householder_product.html)

    >>> reflectors, tau = torch.geqrf(torch.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> Q = torch.orgqr(reflectors, tau)
    >>> torch.allclose(Q.T @ Q, torch.eye(2), atol=1e-6)
    True
    """
def ormqr(input: Tensor, tau: Tensor, other: Tensor, left: builtins.bool = ..., transpose: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """A matrix times the full product of Householder matrices, from either side.

    (https://docs.pytorch.org/docs/stable/generated/torch.ormqr.html)

    >>> reflectors, tau = torch.geqrf(torch.tensor([[3.0], [4.0]]))
    >>> product = torch.ormqr(reflectors, tau, torch.tensor([[3.0], [4.0]]), transpose=True)
    >>> product.abs().round(decimals=4)  # all of it in the first direction
    tensor([[5.],
            [0.]])
    """
def outer(input: Tensor, vec2: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """All products of two vectors' elements
    (https://docs.pytorch.org/docs/stable/generated/torch.outer.html)

    >>> torch.ger(torch.tensor([1, 2]), torch.tensor([3, 4]))
    tensor([[3, 4],
            [6, 8]])
    """
def pairwise_distance(x1: Tensor, x2: Tensor, p: builtins.float = ..., eps: builtins.float = ..., keepdim: builtins.bool = ...) -> Tensor:
    """p-norm of x1 - x2 + eps along the last dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pairwise_distance.html)

    >>> F.pairwise_distance(torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 4.0]]))
    tensor([5.0000])
    """
def pca_lowrank(A: Tensor, q: builtins.int | None = ..., center: builtins.bool = ..., niter: builtins.int = ...) -> Any:
    """U, S and V of a randomized principal component analysis of the rows of A.

    https://docs.pytorch.org/docs/stable/generated/torch.pca_lowrank.html

    >>> U, S, V = torch.pca_lowrank(torch.tensor([[0.0, 1.0], [0.0, 3.0], [0.0, 5.0]]), q=1)
    >>> V.abs()  # the direction of the spread
    tensor([[0.0000],
            [1.0000]])
    """
def pdist(input: Tensor, p: builtins.float = ...) -> Tensor:
    """p-norm distances of all pairs of rows i < j of an (n, m) matrix, as n (n - 1) / 2 values
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pdist.html)

    >>> torch.pdist(torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 4.0]]))
    tensor([5., 4., 3.])
    """
def permute(self: Tensor, *order: Any, dims: Sequence[builtins.int] | None = ...) -> Tensor:
    """A view with its dimensions in another order.

    A view. RuntimeError unless each dimension is named once.

    >>> torch.permute(torch.zeros(2, 3, 4), (2, 0, 1)).shape
    torch.Size([4, 2, 3])
    """
def permute_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`permute`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.permute_copy(torch.tensor([[1, 2]]), (1, 0))
    tensor([[1],
            [2]])
    """
def pinverse(input: Tensor, rcond: builtins.float = ...) -> Tensor:
    """The pseudoinverse.

    (https://docs.pytorch.org/docs/stable/generated/torch.pinverse.html)

    >>> torch.pinverse(torch.tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
def pixel_shuffle(input: Tensor, upscale_factor: builtins.int) -> Tensor:
    """(..., C * r * r, H, W) → (..., C, H * r, W * r) (https://arxiv.org/abs/1609.05158)

    >>> torch.pixel_shuffle(torch.arange(4.0).reshape(1, 4, 1, 1), 2)
    tensor([[[[0., 1.],
              [2., 3.]]]])
    """
def pixel_unshuffle(input: Tensor, downscale_factor: builtins.int) -> Tensor:
    """(..., C, H * r, W * r) → (..., C * r * r, H, W), the inverse of `pixel_shuffle`

    >>> torch.pixel_unshuffle(torch.arange(4.0).reshape(1, 1, 2, 2), 2).shape
    torch.Size([1, 4, 1, 1])
    """
def poisson(input: Tensor, generator: Any = ...) -> Tensor:
    """Poisson numbers of the given rates.

    Input holds rates, which are not negative; the result has its shape and dtype.

    >>> _ = torch.manual_seed(0)
    >>> torch.poisson(torch.tensor([0.0, 4.0, 100.0]))
    tensor([  0.,   7., 102.])
    """
def poisson_nll_loss(input: Tensor, target: Tensor, log_input: builtins.bool, full: builtins.bool, eps: builtins.float, reduction: builtins.int) -> Tensor:
    """`nn.functional.poisson_nll_loss`.

    >>> torch.poisson_nll_loss(torch.tensor([0.0]), torch.tensor([2.0]), True, False, 1e-8, 1)
    tensor(1.)
    """
def polar(abs: Tensor, angle: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """abs * exp(i angle) (https://docs.pytorch.org/docs/stable/generated/torch.polar.html)

    >>> torch.polar(torch.tensor([2.0, 1.0]), torch.tensor([0.0, torch.pi])).real
    tensor([ 2., -1.])
    """
def polygamma(n: builtins.int, input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The n-th derivative of digamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.polygamma)

    >>> torch.polygamma(1, torch.tensor([1.0, 2.0]))  # trigamma; of 1 it is pi² / 6
    tensor([1.6449, 0.6449])
    """
def positive(input: Tensor) -> Tensor:
    """The tensor itself (https://docs.pytorch.org/docs/stable/generated/torch.positive.html).
    RuntimeError for bools.

    >>> torch.positive(torch.tensor([1, -2]))
    tensor([ 1, -2])
    """
def pow(input: Tensor | Number | None, exponent: Tensor | Number | None, *, out: Tensor | None = ...) -> Tensor:
    """input to the power of exponent; either may be a number
    (https://docs.pytorch.org/docs/stable/generated/torch.pow.html)

    RuntimeError for integers to a negative integer power.

    >>> torch.pow(torch.tensor([1, 2, 3]), 2)
    tensor([1, 4, 9])
    >>> torch.pow(2, torch.tensor([1.0, 0.5, -1.0]))
    tensor([2.0000, 1.4142, 0.5000])
    """
def pow_(input: Tensor | Number | None, exponent: Tensor | Number | None) -> Tensor:
    """In-place form of `pow`: input to the power of exponent; either may be a number
    (https://docs.pytorch.org/docs/stable/generated/torch.pow.html)

    >>> x = torch.tensor([1, 2, 3])
    >>> x.pow_(2) is x
    True
    >>> x
    tensor([1, 4, 9])
    """
def prelu(input: Tensor, weight: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Leaky ReLU with a learned slope, one or one per channel (dim 1)
    (https://arxiv.org/abs/1502.01852)

    >>> torch.prelu(torch.tensor([-4.0, 2.0]), torch.tensor([0.25]))
    tensor([-1.,  2.])
    """
def prod(input: Tensor, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The product over a dim, of all elements by default; the gradient is exact beside zeros
    (https://docs.pytorch.org/docs/stable/generated/torch.prod.html)

    Integers give int64; dim is one dimension or all.

    >>> torch.prod(torch.tensor([[1, 2], [3, 4]]), dim=1)
    tensor([ 2, 12])
    >>> torch.prod(torch.tensor([]))  # of nothing it is 1
    tensor(1.)
    """
def promote_types(a: Dtype, b: Dtype) -> Dtype:
    """The smallest dtype that both can be cast to (`torch.promote_types`).

    >>> torch.promote_types(torch.int32, torch.float16), torch.promote_types(torch.uint8, torch.int8)
    (torch.float16, torch.int16)
    """
def put(input: Any, index: Any, source: Any, accumulate: Any = ...) -> Any:
    """Elements written by their place in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.put_.html)

    >>> torch.put(torch.zeros(2, 2), torch.tensor([0, 3]), torch.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
def put_(input: Tensor, index: Tensor, source: Tensor, accumulate: builtins.bool = ...) -> Tensor:
    """In-place form of `put`: Elements written by their place in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.put_.html)

    >>> x = torch.tensor([0, 0, 0])
    >>> x.put_(torch.tensor([0, 2]), torch.tensor([7, 8])) is x
    True
    >>> x
    tensor([7, 0, 8])
    """
def q_per_channel_axis(input: Tensor) -> Any:
    """`Tensor.q_per_channel_axis`."""
def q_per_channel_scales(input: Tensor) -> Any:
    """`Tensor.q_per_channel_scales`."""
def q_per_channel_zero_points(input: Tensor) -> Any:
    """`Tensor.q_per_channel_zero_points`."""
def q_scale(input: Tensor) -> Any:
    """`Tensor.q_scale`.

    >>> torch.q_scale(torch.quantize_per_tensor(torch.tensor([1.0]), 0.5, 3, torch.qint8))
    0.5
    """
def q_zero_point(input: Tensor) -> Any:
    """`Tensor.q_zero_point`.

    >>> torch.q_zero_point(torch.quantize_per_tensor(torch.tensor([1.0]), 0.5, 3, torch.qint8))
    3
    """
def qr(input: Any, some: Any = ..., *, out: Any = ...) -> Any:
    """Q and R with input = QR, reduced or complete.

    (https://docs.pytorch.org/docs/stable/generated/torch.qr.html)

    >>> Q, R = torch.qr(torch.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> torch.allclose(Q @ R, torch.tensor([[3.0, 1.0], [4.0, 2.0]]))
    True
    """
def quantile(input: Tensor, q: Tensor | Number | None, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, interpolation: builtins.str = ..., out: Tensor | None = ...) -> Tensor:
    """The q-quantiles (q in [0, 1]) along a dim or of all elements; NaN where there is one
    (https://docs.pytorch.org/docs/stable/generated/torch.quantile.html)

    q in [0, 1], a number or 1-D, whose dimension comes first. RuntimeError for integers.

    >>> torch.quantile(torch.tensor([0.0, 1.0, 2.0, 3.0]), torch.tensor([0.25, 0.5]))
    tensor([0.7500, 1.5000])
    >>> torch.quantile(torch.tensor([0.0, 1.0]), 0.3, interpolation="lower")
    tensor(0.)
    """
def rad2deg(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Radians as degrees (https://docs.pytorch.org/docs/stable/generated/torch.rad2deg.html)

    >>> torch.rad2deg(torch.tensor([0.0, torch.pi, 1.0]))
    tensor([  0.0000, 180.0000,  57.2958])
    """
def rad2deg_(input: Tensor) -> Tensor:
    """In-place form of `rad2deg`: Radians as degrees (https://docs.pytorch.org/docs/stable/generated/torch.rad2deg.html)

    >>> x = torch.tensor([0.0, torch.pi])
    >>> x.rad2deg_() is x
    True
    >>> x
    tensor([  0., 180.])
    """
def rand(*size: Any, generator: Any = ..., out: Any = ..., dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., pin_memory: Any = ..., names: Any = ..., **kw: Any) -> Tensor:
    """Uniform numbers in [0, 1).

    Uniform on [0, 1); sizes as numbers or as one sequence.

    >>> _ = torch.manual_seed(0)  # the numbers are PyTorch's on the CPU
    >>> torch.rand(3)
    tensor([0.4963, 0.7682, 0.0885])
    """
def rand_like(input: Tensor, *, dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., memory_format: Any = ..., generator: Any = ..., pin_memory: Any = ...) -> Tensor:
    """`rand` with another tensor's shape.

    >>> _ = torch.manual_seed(0)
    >>> torch.rand_like(torch.zeros(2, dtype=torch.float64))
    tensor([0.9701, 0.7078], dtype=torch.float64)
    """
def randint(*args: Any, low: Any = ..., high: Any = ..., size: Any = ..., generator: Any = ..., out: Any = ..., dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., pin_memory: Any = ...) -> Tensor:
    """Integers in [low, high): `randint(high, size)`, `randint(low, high, size)`.

    low (0 unless given) inclusive, high exclusive, int64. RuntimeError where high ≤ low.

    >>> _ = torch.manual_seed(0)
    >>> torch.randint(0, 10, (5,))
    tensor([4, 9, 3, 0, 3])
    """
def randint_like(input: Tensor, low: Any, high: Any = ..., *, dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., memory_format: Any = ..., generator: Any = ...) -> Tensor:
    """`randint` with another tensor's shape and dtype.

    >>> _ = torch.manual_seed(0)
    >>> torch.randint_like(torch.zeros(4), 10)
    tensor([4., 9., 3., 0.])
    """
def randn(*size: Any, generator: Any = ..., out: Any = ..., dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., pin_memory: Any = ..., names: Any = ..., **kw: Any) -> Tensor:
    """Standard normal numbers.

    Standard normal; sizes as numbers or as one sequence.

    >>> _ = torch.manual_seed(0)
    >>> torch.randn(3)
    tensor([ 1.5410, -0.2934, -2.1788])
    """
def randn_like(input: Tensor, *, dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., memory_format: Any = ..., generator: Any = ..., pin_memory: Any = ...) -> Tensor:
    """`randn` with another tensor's shape.

    >>> _ = torch.manual_seed(0)
    >>> torch.randn_like(torch.zeros(2))
    tensor([ 1.5410, -0.2934])
    """
def randperm(n: builtins.int, *, generator: Any = ..., out: Any = ..., dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., pin_memory: Any = ...) -> Tensor:
    """A random permutation of 0 … n-1.

    int64, each number below n once.

    >>> _ = torch.manual_seed(0)
    >>> torch.randperm(5)
    tensor([4, 0, 1, 3, 2])
    """
def range(start: Any, end: Any = ..., step: Any = ..., *, out: Any = ..., dtype: Any = ..., device: Any = ..., **options: Any) -> Any:
    """Like `arange`, with the end included; deprecated in PyTorch.

    >>> import warnings
    >>> warnings.simplefilter("ignore")  # torch.range is deprecated, for its end is included
    >>> torch.range(1, 3)
    tensor([1., 2., 3.])
    """
def ravel(input: Tensor) -> Tensor:
    """The elements as one dimension; a view where possible.

    >>> torch.ravel(torch.tensor([[1, 2], [3, 4]]))
    tensor([1, 2, 3, 4])
    """
def real(self: Tensor) -> Tensor:
    """The real part: a view of a complex tensor, a real tensor itself.

    >>> torch.real(torch.tensor([1 + 2j, 3 - 1j]))
    tensor([1., 3.])
    """
def reciprocal(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """1 / input (https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html)

    Integers give the default floating dtype; infinity at 0.

    >>> torch.reciprocal(torch.tensor([2.0, -4.0, 0.0]))
    tensor([ 0.5000, -0.2500,     inf])
    """
def reciprocal_(input: Tensor) -> Tensor:
    """In-place form of `reciprocal`: 1 / input (https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html)

    >>> x = torch.tensor([2.0, -4.0])
    >>> x.reciprocal_() is x
    True
    >>> x
    tensor([ 0.5000, -0.2500])
    """
def relu(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)

    The dtype and shape stay; the gradient at 0 is 0.

    >>> torch.relu(torch.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 2.])
    """
def relu_(input: Tensor, inplace: builtins.bool = ...) -> Tensor:
    """In-place form of `relu`: max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)

    >>> x = torch.tensor([-1.0, 2.0])
    >>> x.relu_() is x
    True
    >>> x
    tensor([0., 2.])
    """
def remainder(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """The remainder that has the sign of other, as Python's %
    (https://docs.pytorch.org/docs/stable/generated/torch.remainder.html)

    The result has the sign of other. RuntimeError for integers by zero.

    >>> torch.remainder(torch.tensor([7, -7]), 3)  # the sign of the divisor, as Python's %
    tensor([1, 2])
    """
def remainder_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """In-place form of `remainder`: The remainder that has the sign of other, as Python's %
    (https://docs.pytorch.org/docs/stable/generated/torch.remainder.html)

    >>> x = torch.tensor([7, -7])
    >>> x.remainder_(3) is x
    True
    >>> x
    tensor([1, 2])
    """
def renorm(input: Tensor, p: builtins.float, dim: builtins.int, maxnorm: builtins.float, *, out: Tensor | None = ...) -> Tensor:
    """Slices along dim scaled down to a p-norm of at most maxnorm
    (https://docs.pytorch.org/docs/stable/generated/torch.renorm.html)

    >>> torch.renorm(torch.tensor([[3.0, 4.0], [0.3, 0.4]]), p=2, dim=0, maxnorm=1.0)
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
def renorm_(input: Tensor, p: builtins.float, dim: builtins.int, maxnorm: builtins.float) -> Tensor:
    """In-place form of `renorm`: Slices along dim scaled down to a p-norm of at most maxnorm
    (https://docs.pytorch.org/docs/stable/generated/torch.renorm.html)

    >>> x = torch.tensor([[3.0, 4.0], [0.3, 0.4]])
    >>> x.renorm_(p=2, dim=0, maxnorm=1.0) is x
    True
    >>> x
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
def repeat_interleave(input: Tensor, repeats: Any = ..., dim: builtins.int | None = ..., *, output_size: builtins.int | None = ...) -> Tensor:
    """Each element repeated, as often for all or as a tensor says for each.

    repeats is a number or 1-D; without a dim, of the flattened tensor.

    >>> torch.repeat_interleave(torch.tensor([7, 8]), 2)
    tensor([7, 7, 8, 8])
    >>> torch.repeat_interleave(torch.tensor([7, 8]), torch.tensor([1, 3]))
    tensor([7, 8, 8, 8])
    """
def reshape(self: Tensor, *shape: Any, size: Any = ...) -> Tensor:
    """A view with other sizes where the strides allow it, else a copy.

    A view where the strides allow one, else a copy. RuntimeError where the numbers of
    elements differ.

    >>> torch.reshape(torch.arange(6), (2, -1))
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
def resize_as_(input: Tensor, the_template: Tensor, *, memory_format: Any = ...) -> Tensor:
    """`input.resize_(the_template.size())`.

    >>> x = torch.tensor([1, 2, 3, 4])
    >>> torch.resize_as_(x, torch.zeros(2, 2))
    tensor([[1, 2],
            [3, 4]])
    """
def resize_as_sparse_(self: Tensor, the_template: Tensor) -> Tensor:
    """`resize_as_` of sparse tensors: NotImplementedError for others."""
def resolve_conj(self: Tensor) -> Tensor:
    """The tensor itself, or a copy that is not marked as a conjugate.

    >>> z = torch.tensor([1 + 2j]).conj()
    >>> z.is_conj(), torch.resolve_conj(z).is_conj()
    (True, False)
    """
def resolve_neg(self: Tensor) -> Tensor:
    """The tensor itself, or a copy that is not marked as negated.

    >>> z = torch.tensor([1 + 2j]).conj().imag
    >>> z.is_neg(), torch.resolve_neg(z).is_neg()
    (True, False)
    """
def result_type(tensor1: Any, tensor2: Any) -> Dtype:
    """The dtype of an operation on two tensors or numbers.

    >>> torch.result_type(torch.tensor([1, 2]), 1.5)
    torch.float32
    >>> torch.result_type(torch.tensor([1.0], dtype=torch.float16), torch.tensor(1.0))  # 0-dim: weaker
    torch.float16
    """
def rms_norm(input: Tensor, normalized_shape: Any, weight: Tensor | None = ..., eps: builtins.float | None = ...) -> Tensor:
    """x / sqrt(mean of x squared + eps) over the last dimensions; eps is the dtype's resolution
    when None (https://arxiv.org/abs/1910.07467)

    >>> torch.rms_norm(torch.tensor([[3.0, 4.0]]), (2,), eps=0.0)
    tensor([[0.8485, 1.1314]])
    """
def rnn_relu(*args: Any) -> builtins.tuple:
    """(output, hidden) of stacked layers with relu."""
def rnn_relu_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = ..., b_hh: Tensor | None = ...) -> Tensor:
    """The next hidden state, with relu.

    >>> x, h, w = torch.ones(1, 2), torch.zeros(1, 3), torch.full((3, 2), 0.5)
    >>> torch.rnn_relu_cell(x, h, w, torch.zeros(3, 3))
    tensor([[1., 1., 1.]])
    """
def rnn_tanh(*args: Any) -> builtins.tuple:
    """(output, hidden) of stacked layers with tanh."""
def rnn_tanh_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = ..., b_hh: Tensor | None = ...) -> Tensor:
    """The next hidden state, with tanh.

    >>> x, h, w = torch.ones(1, 2), torch.zeros(1, 3), torch.full((3, 2), 0.5)
    >>> torch.rnn_tanh_cell(x, h, w, torch.zeros(3, 3))
    tensor([[0.7616, 0.7616, 0.7616]])
    """
def roll(input: Tensor, shifts: builtins.int | builtins.tuple[builtins.int, ...], dims: builtins.int | builtins.tuple[builtins.int, ...] | None = ...) -> Tensor:
    """Elements moved round (https://docs.pytorch.org/docs/stable/generated/torch.roll.html)

    What leaves at the end comes in at the beginning; without dims, of the flattened tensor.

    >>> torch.roll(torch.tensor([1, 2, 3, 4]), 1)
    tensor([4, 1, 2, 3])
    """
def rot90(input: Tensor, k: builtins.int = ..., dims: builtins.tuple[builtins.int, ...] = ...) -> Tensor:
    """Turned by quarter turns in a plane
    (https://docs.pytorch.org/docs/stable/generated/torch.rot90.html)

    >>> torch.rot90(torch.tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
def round(input: Tensor, *, decimals: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """The nearest integer, ties to even; decimals moves the digit
    (https://docs.pytorch.org/docs/stable/generated/torch.round.html)

    decimals may be negative. Integers stay as they are.

    >>> torch.round(torch.tensor([0.5, 1.5, 2.5, -1.6]))  # halves to the even number
    tensor([ 0.,  2.,  2., -2.])
    >>> torch.round(torch.tensor([3.14159]), decimals=2)
    tensor([3.1400])
    """
def round_(input: Tensor, *, decimals: builtins.int = ...) -> Tensor:
    """In-place form of `round`: The nearest integer, ties to even; decimals moves the digit
    (https://docs.pytorch.org/docs/stable/generated/torch.round.html)

    >>> x = torch.tensor([0.5, 1.5, -1.6])
    >>> x.round_() is x
    True
    >>> x
    tensor([ 0.,  2., -2.])
    """
def row_stack(tensors: Sequence[Tensor], *, out: Tensor | None = ...) -> Tensor:
    """Joined row-wise (https://docs.pytorch.org/docs/stable/generated/torch.vstack.html)

    Along the first dimension; vectors become rows.

    >>> torch.vstack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
def rrelu(input: Tensor, lower: builtins.float = ..., upper: builtins.float = ..., training: builtins.bool = ..., generator: Any = ...) -> Tensor:
    """`nn.functional.rrelu`, for a name with an underscore in place.

    >>> torch.rrelu(torch.tensor([-3.0, 2.0]), lower=0.1, upper=0.3)  # unless training: 0.2
    tensor([-0.6000,  2.0000])
    """
def rrelu_(input: Tensor, lower: builtins.float = ..., upper: builtins.float = ..., training: builtins.bool = ..., generator: Any = ...) -> Tensor:
    """`nn.functional.rrelu`, for a name with an underscore in place."""
def rsqrt(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """rsqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.rsqrt.html)

    Integers give the default floating dtype; infinity at 0, NaN below.

    >>> torch.rsqrt(torch.tensor([4.0, 0.25, 0.0]))
    tensor([0.5000, 2.0000,    inf])
    """
def rsqrt_(input: Tensor) -> Tensor:
    """In-place form of `rsqrt`: rsqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.rsqrt.html)

    >>> x = torch.tensor([4.0, 0.25])
    >>> x.rsqrt_() is x
    True
    >>> x
    tensor([0.5000, 2.0000])
    """
def rsub(input: Tensor, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
    """other - alpha * input (https://docs.pytorch.org/docs/stable/torch.html)

    >>> torch.rsub(torch.tensor([1, 2]), 10)  # other - input
    tensor([9, 8])
    """
def saddmm(mat: Tensor, mat1: Tensor, mat2: Tensor, *, beta: builtins.complex = ..., alpha: builtins.complex = ...) -> Tensor:
    """`torch.sparse.addmm`."""
def scatter(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor | Number | None = ..., *, value: Tensor | Number | None = ..., reduce: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
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
def scatter_(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor | Number | None = ..., *, value: Tensor | Number | None = ..., reduce: builtins.str | None = ...) -> Tensor:
    """In-place form of `scatter`: Elements written along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_.html)

    >>> x = torch.tensor([0.0, 0.0, 0.0])
    >>> x.scatter_(0, torch.tensor([0, 2]), torch.tensor([5.0, 6.0])) is x
    True
    >>> x
    tensor([5., 0., 6.])
    """
def scatter_add(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Elements added along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_add_.html)

    index has as many dimensions as input; equal indices add up. RuntimeError out of range.

    >>> index = torch.tensor([0, 2, 0])
    >>> torch.scatter_add(torch.zeros(3), 0, index, torch.tensor([1.0, 2.0, 4.0]))
    tensor([5., 0., 2.])
    """
def scatter_add_(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor) -> Tensor:
    """In-place form of `scatter_add`: Elements added along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_add_.html)

    >>> x = torch.tensor([0.0, 0.0, 0.0])
    >>> x.scatter_add_(0, torch.tensor([0, 2, 0]), torch.tensor([1.0, 2.0, 4.0])) is x
    True
    >>> x
    tensor([5., 0., 2.])
    """
def scatter_reduce(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """Elements reduced along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html)

    >>> x, index = torch.tensor([1.0, 5.0, 3.0]), torch.tensor([0, 0, 1])
    >>> torch.scatter_reduce(torch.zeros(2), 0, index, x, reduce="amax")
    tensor([5., 3.])
    """
def scatter_reduce_(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ...) -> Tensor:
    """In-place form of `scatter_reduce`: Elements reduced along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html)

    >>> x = torch.tensor([0.0, 0.0])
    >>> x.scatter_reduce_(0, torch.tensor([0, 0, 1]), torch.tensor([1.0, 5.0, 3.0]), "amax") is x
    True
    >>> x
    tensor([5., 3.])
    """
def searchsorted(sorted_sequence: Any, input: Any, *, out_int32: Any = ..., right: Any = ..., side: Any = ..., sorter: Any = ..., out: Any = ...) -> Any:
    """Positions at which input keeps sorted_sequence sorted, before (left) or after (right) equal
    elements (https://docs.pytorch.org/docs/stable/generated/torch.searchsorted.html)

    sorted_sequence ascends along its last dimension; int64 (int32 with out_int32).

    >>> torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([3, 6]))
    tensor([1, 3])
    >>> torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([3]), side="right")
    tensor([2])
    """
def seed() -> builtins.int:
    """Seed the default generators from the operating system's randomness; returns the seed.

    >>> first, second = torch.seed(), torch.seed()
    >>> first != second
    True
    """
def segment_reduce(data: Tensor, reduce: builtins.str, *, lengths: Tensor | None = ..., indices: Tensor | None = ..., offsets: Tensor | None = ..., axis: builtins.int = ..., unsafe: builtins.bool = ..., initial: Any = ...) -> Tensor:
    """One value of each segment of a floating tensor's dimension `axis`.

    reduce    "sum", "mean", "max", "min" or "prod"
    lengths   (*data.shape[:axis], segments): how many elements each segment has
    offsets   (*data.shape[:axis], segments + 1): where each begins, and where the last one ends
    unsafe    whether the lengths may add up to less than the dimension
    initial   what each segment begins with: without it, 0, 1, infinity; NaN for an empty mean
    Raises RuntimeError for negative lengths and those that do not add up.
    https://docs.pytorch.org/docs/stable/generated/torch.segment_reduce.html

    >>> torch.segment_reduce(torch.tensor([1.0, 2.0, 3.0]), "sum", lengths=torch.tensor([2, 1]))
    tensor([3., 3.])
    """
def select(self: Tensor, dim: builtins.int, index: builtins.int) -> Tensor:
    """The view at one index of a dimension, which goes away.

    A view without that dimension. IndexError out of range.

    >>> torch.select(torch.tensor([[1, 2], [3, 4]]), 1, 0)
    tensor([1, 3])
    """
def select_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`select`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.select_copy(torch.tensor([[1, 2], [3, 4]]), 0, 1)
    tensor([3, 4])
    """
def select_scatter(input: Tensor, src: Tensor, dim: builtins.int, index: builtins.int, *, out: Any = ...) -> Tensor:
    """A copy of `input` with `src` in the place of `input.select(dim, index)`.

    https://docs.pytorch.org/docs/stable/generated/torch.select_scatter.html

    >>> torch.select_scatter(torch.zeros(2, 2), torch.tensor([1.0, 2.0]), 0, 1)
    tensor([[0., 0.],
            [1., 2.]])
    """
def selu(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Self-normalizing ELU (https://arxiv.org/abs/1706.02515)

    >>> torch.selu(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([-1.1113,  0.0000,  1.0507])
    """
def selu_(input: Tensor, inplace: builtins.bool = ...) -> Tensor:
    """In-place form of `selu`: Self-normalizing ELU (https://arxiv.org/abs/1706.02515)"""
def set_autocast_cache_enabled(enabled: builtins.bool) -> None:
    """Keep casts of weights, or cast them at each use."""
def set_autocast_cpu_dtype(*args: Any) -> Any:
    """Deprecated: `torch.set_autocast_dtype('cpu', dtype)`."""
def set_autocast_cpu_enabled(*args: Any) -> Any:
    """Deprecated: `torch.set_autocast_enabled('cpu', enabled)`."""
def set_autocast_dtype(device_type: builtins.str, dtype: Dtype) -> None:
    """Set the lower precision of a device type."""
def set_autocast_enabled(*args: Any, **kwargs: Any) -> None:
    """Turn autocast on or off: `set_autocast_enabled(device_type, enabled)`; "cuda" by itself."""
def set_autocast_gpu_dtype(*args: Any) -> Any:
    """Deprecated: `torch.set_autocast_dtype('cuda', dtype)`."""
def set_autocast_xla_dtype(*args: Any) -> Any:
    """Deprecated: `torch.set_autocast_dtype('xla', dtype)`."""
def set_autocast_xla_enabled(*args: Any) -> Any:
    """Deprecated: `torch.set_autocast_enabled('xla', enabled)`."""
def set_default_dtype(d: Dtype) -> None:
    """The floating dtype of new tensors made from Python floats.

    >>> torch.set_default_dtype(torch.float64)
    >>> torch.tensor(1.5).dtype
    torch.float64
    >>> torch.set_default_dtype(torch.float32)
    """
def set_default_tensor_type(t: Any) -> None:
    """Legacy form of `set_default_dtype`."""
def set_flush_denormal(mode: builtins.bool) -> builtins.bool:
    """False: denormal numbers are the compiler's and the processor's to keep."""
def set_rng_state(new_state: Tensor) -> None:
    """Set the default generator's state.

    >>> _ = torch.manual_seed(3)
    >>> state = torch.get_rng_state()
    >>> a = torch.rand(2)
    >>> torch.set_rng_state(state)
    >>> torch.equal(torch.rand(2), a)
    True
    """
def sgn(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The sign; for complex input the unit number of its angle, 0 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.sgn.html)

    >>> torch.sgn(torch.tensor([3 + 4j, 0j]))  # of length one
    tensor([0.6000+0.8000j, 0.0000+0.0000j])
    """
def sgn_(input: Tensor) -> Tensor:
    """In-place form of `sgn`: The sign; for complex input the unit number of its angle, 0 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.sgn.html)

    >>> x = torch.tensor([-3.5, 0.0, 2.0])
    >>> x.sgn_() is x
    True
    >>> x
    tensor([-1.,  0.,  1.])
    """
short: Dtype
def sigmoid(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)

    Integers give the default floating dtype.

    >>> torch.sigmoid(torch.tensor([0.0, 2.0, -200.0]))
    tensor([0.5000, 0.8808, 0.0000])
    """
def sigmoid_(input: Tensor) -> Tensor:
    """In-place form of `sigmoid`: sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)

    >>> x = torch.tensor([0.0, 2.0])
    >>> x.sigmoid_() is x
    True
    >>> x
    tensor([0.5000, 0.8808])
    """
def sign(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """-1, 0 or 1 (https://docs.pytorch.org/docs/stable/generated/torch.sign.html)

    -1, 0 or 1 in input's dtype. NotImplementedError for complex: see sgn.

    >>> torch.sign(torch.tensor([-3.5, 0.0, 2.0]))
    tensor([-1.,  0.,  1.])
    """
def sign_(input: Tensor) -> Tensor:
    """In-place form of `sign`: -1, 0 or 1 (https://docs.pytorch.org/docs/stable/generated/torch.sign.html)

    >>> x = torch.tensor([-3.5, 0.0, 2.0])
    >>> x.sign_() is x
    True
    >>> x
    tensor([-1.,  0.,  1.])
    """
def signbit(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether the sign bit is set; for floats also that of -0. and NaN (https://docs.pytorch.org/docs/stable/generated/torch.signbit.html)

    >>> torch.signbit(torch.tensor([-1.0, -0.0, 0.0]))
    tensor([ True,  True, False])
    """
def sin(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sin of each element (https://docs.pytorch.org/docs/stable/generated/torch.sin.html)

    Integers give the default floating dtype.

    >>> torch.sin(torch.tensor([0.0, torch.pi / 6, torch.pi / 2]))
    tensor([0.0000, 0.5000, 1.0000])
    """
def sin_(input: Tensor) -> Tensor:
    """In-place form of `sin`: sin of each element (https://docs.pytorch.org/docs/stable/generated/torch.sin.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.sin_() is x
    True
    >>> x
    tensor([0.0000, 0.8415])
    """
def sinc(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sin(πx) / (πx), 1 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.special.sinc.html)

    >>> torch.sinc(torch.tensor([0.0, 0.5, 1.5]))
    tensor([ 1.0000,  0.6366, -0.2122])
    """
def sinc_(input: Tensor) -> Tensor:
    """In-place form of `sinc`: sin(πx) / (πx), 1 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.special.sinc.html)

    >>> x = torch.tensor([0.0, 0.5])
    >>> x.sinc_() is x
    True
    >>> x
    tensor([1.0000, 0.6366])
    """
def sinh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.sinh.html)

    >>> torch.sinh(torch.tensor([0.0, 1.0, -1.0]))
    tensor([ 0.0000,  1.1752, -1.1752])
    """
def sinh_(input: Tensor) -> Tensor:
    """In-place form of `sinh`: sinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.sinh.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.sinh_() is x
    True
    >>> x
    tensor([0.0000, 1.1752])
    """
def slice_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`slice`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.slice_copy(torch.arange(5), 0, 1, 4)
    tensor([1, 2, 3])
    """
def slice_scatter(input: Tensor, src: Tensor, dim: builtins.int = ..., start: Any = ..., end: Any = ..., step: builtins.int = ..., *, out: Any = ...) -> Tensor:
    """A copy of `input` with `src` in the place of `input[start:end:step]` along a dim.

    https://docs.pytorch.org/docs/stable/generated/torch.slice_scatter.html

    >>> torch.slice_scatter(torch.zeros(5), torch.ones(2), 0, 1, 5, 2)
    tensor([0., 1., 0., 1., 0.])
    """
def slogdet(input: Tensor, *, out: Sequence[Tensor] | None = ...) -> results.slogdet:
    """Sign and logarithm of the absolute value of the determinant.

    (https://docs.pytorch.org/docs/stable/generated/torch.slogdet.html)

    >>> torch.slogdet(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
    torch.return_types.slogdet(
    sign=tensor(-1.),
    logabsdet=tensor(0.))
    """
def smm(input: Tensor, mat: Tensor) -> Tensor:
    """Sparse times dense, with a sparse result that has every column of a row that is there."""
def softmax(input: Tensor, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """exp(x) normalized to sum 1 along `dim`, in `dtype` when given
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)

    The shape stays, sums along dim are 1; dtype casts input first.

    >>> torch.softmax(torch.tensor([[1.0, 1.0], [0.0, 100.0]]), dim=1)
    tensor([[5.0000e-01, 5.0000e-01],
            [3.7835e-44, 1.0000e+00]])
    """
def solve(*args: Any, **kwargs: Any) -> Any:
    """RuntimeError: PyTorch has `torch.linalg.solve`, whose arguments are in the other order in its place."""
def sort(input: Tensor, dim: builtins.int = ..., descending: builtins.bool = ..., stable: builtins.bool | None = ..., *, out: Sequence[Tensor] | None = ...) -> results.sort:
    """Elements in order along a dim, with their int64 indices; always stable
    (https://docs.pytorch.org/docs/stable/generated/torch.sort.html)

    (values, indices) along dim; with stable equal elements keep their order. NaN comes
    last.

    >>> values, indices = torch.sort(torch.tensor([30, 10, 20]), descending=True)
    >>> values, indices
    (tensor([30, 20, 10]), tensor([0, 2, 1]))
    """
def sparse_bsc_tensor(ccol_indices: Any, row_indices: Any, values: Any, size: Sequence[builtins.int] | None = ..., *, dtype: Dtype | None = ..., device: Device | builtins.str | builtins.int | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ..., check_invariants: builtins.bool | None = ..., layout: Layout | None = ...) -> Tensor:
    """A matrix with compressed columns of blocks: values are (*batch, nnz, *block, *dense).

    RuntimeError for parts that do not fit each other.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_bsc_tensor.html

    >>> s = torch.sparse_bsc_tensor([0, 0, 1], [0], [[[1.0, 2.0], [3.0, 4.0]]], (2, 4))
    >>> s.to_dense()
    tensor([[0., 0., 1., 2.],
            [0., 0., 3., 4.]])
    """
def sparse_bsr_tensor(crow_indices: Any, col_indices: Any, values: Any, size: Sequence[builtins.int] | None = ..., *, dtype: Dtype | None = ..., device: Device | builtins.str | builtins.int | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ..., check_invariants: builtins.bool | None = ..., layout: Layout | None = ...) -> Tensor:
    """A matrix with compressed rows of blocks: values are (*batch, nnz, *block, *dense).

    RuntimeError for parts that do not fit each other.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_bsr_tensor.html

    >>> s = torch.sparse_bsr_tensor([0, 1], [1], [[[1.0, 2.0], [3.0, 4.0]]], (2, 4))
    >>> s.to_dense()
    tensor([[0., 0., 1., 2.],
            [0., 0., 3., 4.]])
    """
def sparse_compressed_tensor(compressed_indices: Any, plain_indices: Any, values: Any, size: Sequence[builtins.int] | None = ..., *, layout: Layout | None = ..., **options: Any) -> Tensor:
    """A tensor of layout sparse_csr, sparse_csc, sparse_bsr or sparse_bsc.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_compressed_tensor.html

    >>> rows = [0, 1, 2], [2, 0], [3.0, 4.0]
    >>> s = torch.sparse_compressed_tensor(*rows, (2, 3), layout=torch.sparse_csr)
    >>> s.to_dense()
    tensor([[0., 0., 3.],
            [4., 0., 0.]])
    """
def sparse_coo_tensor(indices: Any = ..., values: Any = ..., size: Sequence[builtins.int] | None = ..., *, dtype: Dtype | None = ..., device: Device | builtins.str | builtins.int | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ..., check_invariants: builtins.bool | None = ..., is_coalesced: builtins.bool | None = ..., layout: Layout | None = ...) -> Tensor:
    """A COO tensor of indices (sparse dims, nnz) and values (nnz, *dense dims), or an empty one of
    a size.

    RuntimeError for parts that do not fit each other, and for an index outside of the size.
    https://docs.pytorch.org/docs/stable/generated/torch.sparse_coo_tensor.html

    >>> s = torch.sparse_coo_tensor([[0, 1], [2, 0]], [3.0, 4.0], (2, 3))
    >>> s.to_dense()
    tensor([[0., 0., 3.],
            [4., 0., 0.]])
    """
def sparse_csc_tensor(ccol_indices: Any, row_indices: Any, values: Any, size: Sequence[builtins.int] | None = ..., *, dtype: Dtype | None = ..., device: Device | builtins.str | builtins.int | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ..., check_invariants: builtins.bool | None = ..., layout: Layout | None = ...) -> Tensor:
    """A matrix with compressed columns: ccol_indices (*batch, columns + 1), row_indices
    (*batch, nnz) and values (*batch, nnz, *dense).

    RuntimeError for parts that do not fit each other.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_csc_tensor.html

    >>> s = torch.sparse_csc_tensor([0, 1, 2], [1, 0], [3.0, 4.0], (2, 2))
    >>> s.to_dense()
    tensor([[0., 4.],
            [3., 0.]])
    """
def sparse_csr_tensor(crow_indices: Any, col_indices: Any, values: Any, size: Sequence[builtins.int] | None = ..., *, dtype: Dtype | None = ..., device: Device | builtins.str | builtins.int | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ..., check_invariants: builtins.bool | None = ..., layout: Layout | None = ...) -> Tensor:
    """A matrix with compressed rows: crow_indices (*batch, rows + 1), col_indices (*batch, nnz) and
    values (*batch, nnz, *dense).

    RuntimeError for parts that do not fit each other.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_csr_tensor.html

    >>> s = torch.sparse_csr_tensor([0, 1, 2], [2, 0], [3.0, 4.0], (2, 3))
    >>> s.to_dense()
    tensor([[0., 0., 3.],
            [4., 0., 0.]])
    """
def split(self: Tensor, split_size: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """Views of consecutive parts of one size (the last may be smaller), or of the given sizes.

    A tuple of views: of one size, the last perhaps smaller, or of a list of sizes.
    RuntimeError where they do not add up.

    >>> torch.split(torch.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    >>> torch.split(torch.arange(5), [1, 4])
    (tensor([0]), tensor([1, 2, 3, 4]))
    """
def split_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Any:
    """`split`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.split_copy(torch.arange(3), 2)
    (tensor([0, 1]), tensor([2]))
    """
def split_with_sizes(input: Tensor, split_sizes: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """>>> torch.split_with_sizes(torch.arange(4), [1, 3])
    (tensor([0]), tensor([1, 2, 3]))
    """
def split_with_sizes_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Any:
    """`split_with_sizes`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.split_with_sizes_copy(torch.arange(3), [1, 2])
    (tensor([0]), tensor([1, 2]))
    """
def spmm(input: Tensor, mat2: Tensor) -> Tensor:
    """`torch.mm` by the name that programs with sparse matrices use."""
def sqrt(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html)

    Integers give the default floating dtype; NaN below 0.

    >>> torch.sqrt(torch.tensor([4.0, 2.0, -1.0]))
    tensor([2.0000, 1.4142,    nan])
    """
def sqrt_(input: Tensor) -> Tensor:
    """In-place form of `sqrt`: sqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html)

    >>> x = torch.tensor([4.0, 9.0])
    >>> x.sqrt_() is x
    True
    >>> x
    tensor([2., 3.])
    """
def square(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """input * input (https://docs.pytorch.org/docs/stable/generated/torch.square.html)

    The dtype stays, but for bools, which give int64.

    >>> torch.square(torch.tensor([-3, 2]))
    tensor([9, 4])
    """
def square_(input: Tensor) -> Tensor:
    """In-place form of `square`: input * input (https://docs.pytorch.org/docs/stable/generated/torch.square.html)

    >>> x = torch.tensor([-3, 2])
    >>> x.square_() is x
    True
    >>> x
    tensor([9, 4])
    """
def squeeze(self: Tensor, dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., *more: builtins.int) -> Tensor:
    """A view without the dimensions of size 1 (or without those named, where their size is 1).

    A view without the dimensions of size 1, or without those named where they are.

    >>> torch.squeeze(torch.zeros(1, 2, 1)).shape
    torch.Size([2])
    >>> torch.squeeze(torch.zeros(1, 2, 1), 0).shape
    torch.Size([2, 1])
    """
def squeeze_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`squeeze`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.squeeze_copy(torch.tensor([[1, 2]]))
    tensor([1, 2])
    """
def sspaddmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: builtins.complex = ..., alpha: builtins.complex = ...) -> Tensor:
    """beta · input + alpha · (mat1 @ mat2) of two sparse matrices and a dense one, sparse.

    https://docs.pytorch.org/docs/stable/generated/torch.sspaddmm.html
    """
def stack(tensors: Sequence[Tensor], dim: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """Tensors joined along a new dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.stack.html)

    All of one shape; the new dimension is dim. RuntimeError where shapes differ.

    >>> torch.stack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    >>> torch.stack([torch.tensor([1, 2]), torch.tensor([3, 4])], dim=1)
    tensor([[1, 3],
            [2, 4]])
    """
def std(input: Any, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ..., out: Any = ...) -> Any:
    """The square root of `var` (https://docs.pytorch.org/docs/stable/generated/torch.std.html)

    correction is 1 unless given; NaN where too few elements are left.

    >>> x = torch.tensor([1.0, 2.0, 3.0, 4.0])
    >>> torch.std(x), torch.std(x, correction=0)
    (tensor(1.2910), tensor(1.1180))
    """
def std_mean(input: Any, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ...) -> Any:
    """Standard deviation and mean at once
    (https://docs.pytorch.org/docs/stable/generated/torch.std_mean.html)

    >>> torch.std_mean(torch.tensor([[1.0, 3.0], [2.0, 2.0]]), dim=1)
    (tensor([1.4142, 0.0000]), tensor([2., 2.]))
    """
def stft(input: Any, n_fft: Any, hop_length: Any = ..., win_length: Any = ..., window: Any = ..., center: Any = ..., pad_mode: Any = ..., normalized: Any = ..., onesided: Any = ..., return_complex: Any = ..., align_to_window: Any = ...) -> Any:
    """Transforms of overlapping windows of a signal: (..., frequency, frame), complex.

    With `return_complex=False` real and imaginary part are a last dimension of size 2.
    (https://docs.pytorch.org/docs/stable/generated/torch.stft.html)

    >>> x = torch.ones(8)
    >>> options = {"window": torch.ones(4), "center": False, "return_complex": True}
    >>> torch.stft(x, n_fft=4, hop_length=4, **options).real
    tensor([[4., 4.],
            [0., 0.],
            [0., 0.]])
    """
def sub(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """input - alpha * other, alpha 1 when absent
    (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)

    Either is a number or a tensor; shapes are broadcast and dtypes promoted. RuntimeError
    for two bools.

    >>> torch.sub(torch.tensor([10, 20]), torch.tensor([1, 2]), alpha=3)
    tensor([ 7, 14])
    """
def sub_(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
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
def subtract(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """input - alpha * other, alpha 1 when absent
    (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)

    Either is a number or a tensor; shapes are broadcast and dtypes promoted. RuntimeError
    for two bools.

    >>> torch.sub(torch.tensor([10, 20]), torch.tensor([1, 2]), alpha=3)
    tensor([ 7, 14])
    """
def subtract_(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
    """In-place form of `sub`: input - alpha * other, alpha 1 when absent
    (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)

    >>> x = torch.tensor([10, 20])
    >>> x.subtract_(5) is x
    True
    >>> x
    tensor([ 5, 15])
    """
def sum(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
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
def sum_to_size(input: Tensor, *size: Any) -> Tensor:
    """Summed over the dimensions that broadcasting to this tensor's shape would have added."""
def svd(input: Tensor, some: builtins.bool = ..., compute_uv: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.svd:
    """U, S and V with input = U diag(S) V^H; U and V are zeros with `compute_uv=False`.

    (https://docs.pytorch.org/docs/stable/generated/torch.svd.html)

    >>> U, S, V = torch.svd(torch.tensor([[3.0, 0.0], [0.0, -2.0]]))
    >>> S
    tensor([3., 2.])
    """
def svd_lowrank(A: Tensor, q: builtins.int | None = ..., niter: builtins.int | None = ..., M: Tensor | None = ...) -> Any:
    """U, S and V of a randomized singular value decomposition of rank q of A (or A - M).

    https://docs.pytorch.org/docs/stable/generated/torch.svd_lowrank.html

    >>> A = torch.diag(torch.tensor([5.0, 3.0, 0.0]))
    >>> torch.svd_lowrank(A, q=2)[1]
    tensor([5.0000, 3.0000])
    """
def swapaxes(self: Tensor, axis0: builtins.int, axis1: builtins.int) -> Tensor:
    """`transpose`, by NumPy's name.

    A view.

    >>> torch.swapaxes(torch.zeros(2, 3), 0, 1).shape
    torch.Size([3, 2])
    """
def swapdims(self: Tensor, dim0: builtins.int, dim1: builtins.int) -> Tensor:
    """`transpose`.

    >>> torch.swapdims(torch.zeros(2, 3), 0, 1).shape
    torch.Size([3, 2])
    """
def sym_float(a: Any) -> builtins.float:
    """A number as float.

    >>> torch.sym_float(3)
    3.0
    """
def sym_fresh_size(expr: Any) -> Any:
    """NotImplementedError: no size is symbolic."""
def sym_int(a: Any) -> builtins.int:
    """The integer part of a number.

    >>> torch.sym_int(3.7), torch.sym_int(-3.7)
    (3, -3)
    """
def sym_ite(b: builtins.bool, t: Any, f: Any) -> Any:
    """`t` if `b` else `f`, which must be of one type.

    >>> torch.sym_ite(True, 1, 2)
    1
    """
def sym_max(a: Any, b: Any) -> Any:
    """The larger number; a float when one of them is.

    >>> torch.sym_max(3, 5)
    5
    """
def sym_min(a: Any, b: Any) -> Any:
    """The smaller number; a float when one of them is.

    >>> torch.sym_min(3, 5)
    3
    """
def sym_not(a: Any) -> Any:
    """Not a; bitwise for what has an operator of its own.

    >>> torch.sym_not(True)
    False
    """
def sym_sqrt(a: Any) -> builtins.float:
    """`math.sqrt` of a number.

    >>> torch.sym_sqrt(9)
    3.0
    """
def sym_sum(args: Sequence[Any]) -> Any:
    """The sum of numbers.

    >>> torch.sym_sum([1, 2, 3])
    6
    """
def symeig(*args: Any, **kwargs: Any) -> Any:
    """RuntimeError: PyTorch has `torch.linalg.eigh` or `torch.linalg.eigvalsh`, which read the lower half in its place."""
def t(self: Tensor) -> Tensor:
    """The transpose of a matrix; a tensor of fewer dimensions as it is.

    A view of a tensor of at most two dimensions. RuntimeError for more.

    >>> torch.t(torch.tensor([[1, 2], [3, 4]]))
    tensor([[1, 3],
            [2, 4]])
    """
def t_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`t`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.t_copy(torch.tensor([[1, 2], [3, 4]]))
    tensor([[1, 3],
            [2, 4]])
    """
def take(input: Tensor, index: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Elements by their place in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.take.html)

    Indices into the flattened tensor; the result has the index's shape. IndexError out of
    range.

    >>> torch.take(torch.tensor([[1, 2], [3, 4]]), torch.tensor([0, 3]))
    tensor([1, 4])
    """
def take_along_dim(input: Tensor, indices: Tensor, dim: builtins.int | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Elements along a dimension, broadcast
    (https://docs.pytorch.org/docs/stable/generated/torch.take_along_dim.html)

    >>> x = torch.tensor([[3, 1, 2]])
    >>> torch.take_along_dim(x, torch.argsort(x, dim=1), dim=1)
    tensor([[1, 2, 3]])
    """
def tan(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """tan of each element (https://docs.pytorch.org/docs/stable/generated/torch.tan.html)

    Integers give the default floating dtype.

    >>> torch.tan(torch.tensor([0.0, torch.pi / 4]))
    tensor([0., 1.])
    """
def tan_(input: Tensor) -> Tensor:
    """In-place form of `tan`: tan of each element (https://docs.pytorch.org/docs/stable/generated/torch.tan.html)

    >>> x = torch.tensor([0.0, 1.0])
    >>> x.tan_() is x
    True
    >>> x
    tensor([0.0000, 1.5574])
    """
def tanh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)

    Integers give the default floating dtype.

    >>> torch.tanh(torch.tensor([0.0, 0.5, 20.0]))
    tensor([0.0000, 0.4621, 1.0000])
    """
def tanh_(input: Tensor) -> Tensor:
    """In-place form of `tanh`: tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)

    >>> x = torch.tensor([0.0, 0.5])
    >>> x.tanh_() is x
    True
    >>> x
    tensor([0.0000, 0.4621])
    """
def tensor_split(self: Tensor, indices_or_sections: Any = ..., dim: builtins.int = ..., *, indices: Any = ..., sections: Any = ...) -> builtins.tuple[Tensor, ...]:
    """Views of parts as equal as can be, or split before the given indices.

    >>> torch.tensor_split(torch.arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
def tensordot(a: Tensor, b: Tensor, dims: Any = ..., out: Tensor | None = ...) -> Tensor:
    """Sums of products over chosen dimensions.

    dims   how many of the last of `a` and the first of `b`, or two lists of dimensions; a number or
           the lists may be in an integer tensor
    https://docs.pytorch.org/docs/stable/generated/torch.tensordot.html

    dims is a number of dimensions, the last of a and the first of b, or two lists.

    >>> a, b = torch.arange(6).reshape(2, 3), torch.arange(6).reshape(3, 2)
    >>> torch.tensordot(a, b, dims=1)
    tensor([[10, 13],
            [28, 40]])
    >>> torch.tensordot(a, b.T, dims=2)
    tensor(50)
    """
def threshold(input: Tensor, threshold: builtins.float, value: builtins.float, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where above the threshold, `value` elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html)

    >>> torch.threshold(torch.tensor([-1.0, 0.5, 3.0]), 1.0, -9.0)  # 1 or less becomes -9
    tensor([-9., -9.,  3.])
    """
def threshold_(input: Tensor, threshold: builtins.float, value: builtins.float, inplace: builtins.bool = ...) -> Tensor:
    """In-place form of `threshold`: x where above the threshold, `value` elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html)
    """
def tile(input: Tensor, *dims: builtins.int | Sequence[builtins.int]) -> Tensor:
    """Copies side by side (https://docs.pytorch.org/docs/stable/generated/torch.tile.html)

    A copy; fewer dims than dimensions are filled with ones at the front.

    >>> torch.tile(torch.tensor([1, 2]), (2, 2))
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
def topk(input: Tensor, k: builtins.int, dim: builtins.int = ..., largest: builtins.bool = ..., sorted: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.topk:
    """The k largest (or smallest) elements along a dim in order, with their int64 indices
    (https://docs.pytorch.org/docs/stable/generated/torch.topk.html)

    (values, indices), in descending order; with largest=False the smallest, ascending.
    RuntimeError for k out of range.

    >>> torch.topk(torch.tensor([1, 9, 4, 7]), k=2)
    torch.return_types.topk(
    values=tensor([9, 7]),
    indices=tensor([1, 3]))
    """
def trace(input: Tensor) -> Tensor:
    """The sum of a matrix's diagonal; integers sum to int64.

    RuntimeError unless a matrix.

    >>> torch.trace(torch.tensor([[1, 2], [3, 4]]))
    tensor(5)
    """
def transpose(self: Tensor, dim0: builtins.int, dim1: builtins.int) -> Tensor:
    """A view with two dimensions swapped.

    A view.

    >>> x = torch.zeros(2, 3)
    >>> torch.transpose(x, 0, 1)[0, 1] = 5.0  # a view
    >>> x
    tensor([[0., 0., 0.],
            [5., 0., 0.]])
    """
def transpose_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`transpose`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.transpose_copy(torch.tensor([[1, 2], [3, 4]]), 0, 1)
    tensor([[1, 3],
            [2, 4]])
    """
def trapezoid(y: Tensor, x: Tensor | None = ..., *, dx: builtins.float | None = ..., dim: builtins.int = ...) -> Tensor:
    """The integral of samples along a dim, by the trapezoidal rule
    (https://docs.pytorch.org/docs/stable/generated/torch.trapezoid.html)

    >>> torch.trapz(torch.tensor([1.0, 3.0, 5.0]), torch.tensor([0.0, 1.0, 3.0]))
    tensor(10.)
    """
def trapz(y: Tensor, x: Tensor | None = ..., *, dx: builtins.float | None = ..., dim: builtins.int = ...) -> Tensor:
    """The integral of samples along a dim, by the trapezoidal rule
    (https://docs.pytorch.org/docs/stable/generated/torch.trapezoid.html)

    >>> torch.trapz(torch.tensor([1.0, 3.0, 5.0]), torch.tensor([0.0, 1.0, 3.0]))
    tensor(10.)
    """
def triangular_solve(b: Any, A: Any, upper: Any = ..., transpose: Any = ..., unitriangular: Any = ..., *, out: Any = ...) -> Any:
    """X with AX = b (A^T X = b with transpose) for triangular A, and A.

    (https://docs.pytorch.org/docs/stable/generated/torch.triangular_solve.html)

    >>> import warnings
    >>> warnings.simplefilter("ignore")  # deprecated: see torch.linalg.solve_triangular
    >>> A = torch.tensor([[2.0, 0.0], [0.0, 3.0]])
    >>> torch.triangular_solve(torch.tensor([[4.0], [3.0]]), A).solution
    tensor([[2.],
            [1.]])
    """
def tril(input: Tensor, diagonal: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """The lower triangle (https://docs.pytorch.org/docs/stable/generated/torch.tril.html)

    Of a matrix or of each of a batch; elements above the diagonal become 0.

    >>> torch.tril(torch.ones(3, 3, dtype=torch.int64))
    tensor([[1, 0, 0],
            [1, 1, 0],
            [1, 1, 1]])
    """
def tril_(input: Tensor, diagonal: builtins.int = ...) -> Tensor:
    """In-place form of `tril`: The lower triangle (https://docs.pytorch.org/docs/stable/generated/torch.tril.html)

    >>> x = torch.tensor([[1, 2], [3, 4]])
    >>> x.tril_() is x
    True
    >>> x
    tensor([[1, 0],
            [3, 4]])
    """
def tril_indices(row: builtins.int, col: builtins.int, offset: builtins.int = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """Positions of the lower triangle
    (https://docs.pytorch.org/docs/stable/generated/torch.tril_indices.html)

    >>> torch.tril_indices(3, 3)
    tensor([[0, 1, 1, 2, 2, 2],
            [0, 0, 1, 0, 1, 2]])
    """
def triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: builtins.float = ..., p: builtins.float = ..., eps: builtins.float = ..., swap: builtins.bool = ..., reduction: builtins.int = ...) -> Tensor:
    """`nn.functional.triplet_margin_loss`.

    >>> torch.triplet_margin_loss(torch.tensor([[0.0]]), torch.tensor([[1.0]]), torch.tensor([[1.5]]))
    tensor([0.5000])
    """
def triu(input: Tensor, diagonal: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """The upper triangle (https://docs.pytorch.org/docs/stable/generated/torch.triu.html)

    Of a matrix or of each of a batch; elements below the diagonal become 0.

    >>> torch.triu(torch.ones(3, 3, dtype=torch.int64), diagonal=1)
    tensor([[0, 1, 1],
            [0, 0, 1],
            [0, 0, 0]])
    """
def triu_(input: Tensor, diagonal: builtins.int = ...) -> Tensor:
    """In-place form of `triu`: The upper triangle (https://docs.pytorch.org/docs/stable/generated/torch.triu.html)

    >>> x = torch.tensor([[1, 2], [3, 4]])
    >>> x.triu_() is x
    True
    >>> x
    tensor([[1, 2],
            [0, 4]])
    """
def triu_indices(row: builtins.int, col: builtins.int, offset: builtins.int = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """Positions of the upper triangle
    (https://docs.pytorch.org/docs/stable/generated/torch.triu_indices.html)

    >>> torch.triu_indices(3, 3, offset=1)
    tensor([[0, 0, 1],
            [1, 2, 2]])
    """
def true_divide(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input / other, always a float
    (https://docs.pytorch.org/docs/stable/generated/torch.true_divide.html)

    >>> torch.true_divide(torch.tensor([7, -7]), 2)
    tensor([ 3.5000, -3.5000])
    """
def true_divide_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """In-place form of `true_divide`: input / other, always a float
    (https://docs.pytorch.org/docs/stable/generated/torch.true_divide.html)

    >>> x = torch.tensor([7.0, -7.0])
    >>> x.true_divide_(2) is x
    True
    >>> x
    tensor([ 3.5000, -3.5000])
    """
def trunc(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """trunc of every element

    >>> torch.fix(torch.tensor([1.7, -1.7]))
    tensor([ 1., -1.])
    """
def trunc_(input: Tensor) -> Tensor:
    """In-place form of `trunc`: trunc of every element

    >>> x = torch.tensor([1.7, -1.7])
    >>> x.trunc_() is x
    True
    >>> x
    tensor([ 1., -1.])
    """
uint16: Dtype
uint32: Dtype
uint64: Dtype
uint8: Dtype
def unbind(self: Tensor, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """The views at each index of a dimension.

    A tuple of views without that dimension.

    >>> torch.unbind(torch.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
def unbind_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Any:
    """`unbind`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.unbind_copy(torch.tensor([1, 2]))
    (tensor(1), tensor(2))
    """
def unflatten(self: Tensor, dim: builtins.int, sizes: Any) -> Tensor:
    """One dimension as several of the given sizes, one of which may be -1.

    >>> torch.unflatten(torch.zeros(2, 12), 1, (3, -1)).shape
    torch.Size([2, 3, 4])
    """
def unfold_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`unfold`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.unfold_copy(torch.arange(4), 0, 2, 1)
    tensor([[0, 1],
            [1, 2],
            [2, 3]])
    """
def unique(input: Tensor, sorted: builtins.bool = ..., return_inverse: builtins.bool = ..., return_counts: builtins.bool = ..., dim: builtins.int | None = ...) -> Tensor:
    """The distinct elements, or slices along dim, in order; each NaN is distinct
    (https://docs.pytorch.org/docs/stable/generated/torch.unique.html)

    Sorted; with return_inverse and return_counts, further int64 tensors. With a dim, whole
    slices are compared.

    >>> torch.unique(torch.tensor([3, 1, 3, 2]), return_counts=True)
    (tensor([1, 2, 3]), tensor([1, 1, 2]))
    """
def unique_consecutive(input: Tensor, return_inverse: builtins.bool = ..., return_counts: builtins.bool = ..., dim: builtins.int | None = ...) -> Tensor:
    """Elements, or slices along dim, with runs of equal ones reduced to one
    (https://docs.pytorch.org/docs/stable/generated/torch.unique_consecutive.html)

    >>> torch.unique_consecutive(torch.tensor([1, 1, 2, 1]))
    tensor([1, 2, 1])
    """
def unravel_index(indices: Tensor, shape: Any) -> builtins.tuple[Tensor, ...]:
    """Flat places as coordinates. TypeError for what is no shape and no integers.

    >>> torch.unravel_index(torch.tensor([5, 0]), (2, 3))
    (tensor([1, 0]), tensor([2, 0]))
    """
def unsafe_chunk(input: Tensor, chunks: builtins.int, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """>>> torch.unsafe_chunk(torch.arange(4), 2)
    (tensor([0, 1]), tensor([2, 3]))
    """
def unsafe_split(input: Tensor, split_size: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """>>> torch.unsafe_split(torch.arange(4), 2)
    (tensor([0, 1]), tensor([2, 3]))
    """
def unsafe_split_with_sizes(input: Tensor, split_sizes: Sequence[builtins.int], dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """`split` by sizes, into parts that may be written to.

    >>> torch.unsafe_split_with_sizes(torch.arange(4), [1, 3])
    (tensor([0]), tensor([1, 2, 3]))
    """
def unsqueeze(self: Tensor, dim: builtins.int) -> Tensor:
    """A view with a new dimension of size 1.

    A view; dim may be negative, counted in the result. IndexError out of range.

    >>> torch.unsqueeze(torch.zeros(3), 0).shape, torch.unsqueeze(torch.zeros(3), -1).shape
    (torch.Size([1, 3]), torch.Size([3, 1]))
    """
def unsqueeze_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`unsqueeze`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.unsqueeze_copy(torch.tensor([1, 2]), 0)
    tensor([[1, 2]])
    """
def vander(x: Tensor, N: builtins.int | None = ..., increasing: builtins.bool = ...) -> Tensor:
    """The Vandermonde matrix of a vector: powers N - 1 ... 0, or 0 ... N - 1.

    (https://docs.pytorch.org/docs/stable/generated/torch.vander.html)

    >>> torch.vander(torch.tensor([1, 2, 3]), N=3)
    tensor([[1, 1, 1],
            [4, 2, 1],
            [9, 3, 1]])
    """
def var(input: Any, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ..., out: Any = ...) -> Any:
    """The variance over dims: squares of deviations over (count - correction), correction 1 by
    default (https://docs.pytorch.org/docs/stable/generated/torch.var.html)

    correction is 1 unless given; NaN where too few elements are left.

    >>> x = torch.tensor([1.0, 2.0, 3.0, 4.0])
    >>> torch.var(x), torch.var(x, correction=0)
    (tensor(1.6667), tensor(1.2500))
    """
def var_mean(input: Any, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ...) -> Any:
    """Variance and mean at once
    (https://docs.pytorch.org/docs/stable/generated/torch.var_mean.html)

    >>> torch.var_mean(torch.tensor([[1.0, 3.0], [2.0, 2.0]]), dim=1)
    (tensor([2., 0.]), tensor([2., 2.]))
    """
def vdot(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """`dot` with the first vector conjugated
    (https://docs.pytorch.org/docs/stable/generated/torch.vdot.html)

    >>> x, y = torch.tensor([1j, 2 + 0j]), torch.tensor([1j, 3 + 0j])
    >>> torch.vdot(x, y)  # the first is conjugated
    tensor(7.+0.j)
    """
def view_as_complex(self: Tensor) -> Tensor:
    """A real tensor with a last dimension of 2 as a complex one.

    >>> torch.view_as_complex(torch.tensor([[1.0, 2.0], [3.0, -1.0]]))
    tensor([1.+2.j, 3.-1.j])
    """
def view_as_complex_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`view_as_complex`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.view_as_complex_copy(torch.tensor([1.0, 2.0]))
    tensor(1.+2.j)
    """
def view_as_real(self: Tensor) -> Tensor:
    """A complex tensor as a real one with a last dimension of 2.

    >>> torch.view_as_real(torch.tensor([1 + 2j, 3 - 1j]))
    tensor([[ 1.,  2.],
            [ 3., -1.]])
    """
def view_as_real_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`view_as_real`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.view_as_real_copy(torch.tensor([1 + 2j]))
    tensor([[1., 2.]])
    """
def view_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`view`, as a copy; an operator of functionalized PyTorch programs.

    >>> torch.view_copy(torch.arange(4), (2, 2))
    tensor([[0, 1],
            [2, 3]])
    """
def vsplit(self: Tensor, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]:
    """>>> torch.vsplit(torch.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1, 2]]), tensor([[3, 4]]))
    """
def vstack(tensors: Sequence[Tensor], *, out: Tensor | None = ...) -> Tensor:
    """Joined row-wise (https://docs.pytorch.org/docs/stable/generated/torch.vstack.html)

    Along the first dimension; vectors become rows.

    >>> torch.vstack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
def where(condition: Tensor, input: Any = ..., other: Any = ..., *, out: Any = ..., **kw: Any) -> Any:
    """Elements of `input` where the condition holds, of `other` elsewhere; positions when neither
    is given.

    Condition and values are broadcast. With the condition alone it gives indices, as
    nonzero(as_tuple=True).

    >>> x = torch.tensor([-1.0, 2.0, -3.0])
    >>> torch.where(x > 0, x, 0.0)
    tensor([0., 2., 0.])
    >>> torch.where(x > 0)
    (tensor([1]),)
    """
def xlogy(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input * log(other), 0 where input is 0
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlogy)

    >>> torch.xlogy(torch.tensor([0.0, 2.0]), torch.tensor([0.0, 3.0]))  # 0 where x is 0
    tensor([0.0000, 2.1972])
    """
def xlogy_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """In-place form of `xlogy`: input * log(other), 0 where input is 0
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlogy)

    >>> x = torch.tensor([0.0, 2.0])
    >>> x.xlogy_(torch.tensor([0.0, 3.0])) is x
    True
    >>> x
    tensor([0.0000, 2.1972])
    """
def zero_(self: Tensor) -> Tensor:
    """Write zero into every element.

    >>> torch.zero_(torch.ones(2))
    tensor([0., 0.])
    """
