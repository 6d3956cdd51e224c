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
    def H(self) -> Tensor: ...
    @property
    def T(self) -> Tensor: ...
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
    def __pos__(self) -> Tensor: ...
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
    __torch_function__: Any
    def __truediv__(self, other: Any) -> Tensor: ...
    def __xor__(self, other: Any) -> Tensor: ...
    def abs(self, *, out: Tensor | None = ...) -> Tensor:
        """|input|; real for complex input, whose gradient at 0 is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)
        """
    def abs_(self) -> Tensor:
        """|input|; real for complex input, whose gradient at 0 is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)
        """
    def absolute(self, *, out: Tensor | None = ...) -> Tensor:
        """|input|; real for complex input, whose gradient at 0 is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)
        """
    def absolute_(self) -> Tensor:
        """|input|; real for complex input, whose gradient at 0 is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)
        """
    def acos(self, *, out: Tensor | None = ...) -> Tensor:
        """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)"""
    def acos_(self) -> Tensor:
        """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)"""
    def acosh(self, *, out: Tensor | None = ...) -> Tensor:
        """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)"""
    def acosh_(self) -> Tensor:
        """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)"""
    def add(self, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """input + alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.add.html)
        """
    def add_(self, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
        """input + alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.add.html)
        """
    def addbmm(self, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """beta · input + alpha · the sum of bmm(batch1, batch2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addbmm.html)
        """
    def addbmm_(self, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
        """beta · input + alpha · the sum of bmm(batch1, batch2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addbmm.html)
        """
    def addcdiv(self, tensor1: Tensor, tensor2: Tensor, *, value: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """input + value * tensor1 / tensor2
        (https://docs.pytorch.org/docs/stable/generated/torch.addcdiv.html)
        """
    def addcdiv_(self, tensor1: Tensor, tensor2: Tensor, *, value: Number | Tensor = ...) -> Tensor:
        """input + value * tensor1 / tensor2
        (https://docs.pytorch.org/docs/stable/generated/torch.addcdiv.html)
        """
    def addcmul(self, tensor1: Tensor | Number, tensor2: Tensor | Number, *, value: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """input + value * tensor1 * tensor2
        (https://docs.pytorch.org/docs/stable/generated/torch.addcmul.html)
        """
    def addcmul_(self, tensor1: Tensor | Number, tensor2: Tensor | Number, *, value: Number | Tensor = ...) -> Tensor:
        """input + value * tensor1 * tensor2
        (https://docs.pytorch.org/docs/stable/generated/torch.addcmul.html)
        """
    def addmm(self, mat1: Tensor, mat2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """beta · input + alpha · (mat1 @ mat2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addmm.html)
        """
    def addmm_(self, mat1: Tensor, mat2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
        """beta · input + alpha · (mat1 @ mat2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addmm.html)
        """
    def addmv(self, mat: Tensor, vec: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """beta · input + alpha · (mat @ vec)
        (https://docs.pytorch.org/docs/stable/generated/torch.addmv.html)
        """
    def addmv_(self, mat: Tensor, vec: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
        """beta · input + alpha · (mat @ vec)
        (https://docs.pytorch.org/docs/stable/generated/torch.addmv.html)
        """
    def addr(self, vec1: Tensor, vec2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """beta · input + alpha · outer(vec1, vec2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addr.html)
        """
    def addr_(self, vec1: Tensor, vec2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
        """beta · input + alpha · outer(vec1, vec2)
        (https://docs.pytorch.org/docs/stable/generated/torch.addr.html)
        """
    def adjoint(self) -> Tensor:
        """The conjugate transpose of the last two dimensions."""
    def all(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """Whether all elements over dims are true
        (https://docs.pytorch.org/docs/stable/generated/torch.all.html)
        """
    def allclose(self, other: Tensor, rtol: builtins.float = ..., atol: builtins.float = ..., equal_nan: builtins.bool = ...) -> builtins.bool:
        """Whether all elements satisfy |input - other| <= atol + rtol * |other|."""
    def amax(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """The maximum over dims, all by default
        (https://docs.pytorch.org/docs/stable/generated/torch.amax.html)
        """
    def amin(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """The minimum over dims, all by default
        (https://docs.pytorch.org/docs/stable/generated/torch.amin.html)
        """
    def aminmax(self, *, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.aminmax:
        """Minimum and maximum over a dim, or of all elements
        (https://docs.pytorch.org/docs/stable/generated/torch.aminmax.html)
        """
    def angle(self, *, out: Tensor | None = ...) -> Tensor:
        """The angle of a complex number in radians; π for negative numbers, 0 for others
        (https://docs.pytorch.org/docs/stable/generated/torch.angle.html)
        """
    def any(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """Whether any element over dims is true
        (https://docs.pytorch.org/docs/stable/generated/torch.any.html)
        """
    def apply_(self, callable: Any) -> Tensor:
        """Replace each element by `callable(element)`; CPU only, slow."""
    def arccos(self, *, out: Tensor | None = ...) -> Tensor:
        """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)"""
    def arccos_(self) -> Tensor:
        """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)"""
    def arccosh(self, *, out: Tensor | None = ...) -> Tensor:
        """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)"""
    def arccosh_(self) -> Tensor:
        """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)"""
    def arcsin(self, *, out: Tensor | None = ...) -> Tensor:
        """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)"""
    def arcsin_(self) -> Tensor:
        """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)"""
    def arcsinh(self, *, out: Tensor | None = ...) -> Tensor:
        """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)"""
    def arcsinh_(self) -> Tensor:
        """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)"""
    def arctan(self, *, out: Tensor | None = ...) -> Tensor:
        """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)"""
    def arctan2(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The angle of the point (other, input) in radians
        (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)
        """
    def arctan2_(self, other: Tensor) -> Tensor:
        """The angle of the point (other, input) in radians
        (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)
        """
    def arctan_(self) -> Tensor:
        """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)"""
    def arctanh(self, *, out: Tensor | None = ...) -> Tensor:
        """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)"""
    def arctanh_(self) -> Tensor:
        """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)"""
    def argmax(self, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """Index of the first maximum along a dim, or in the flattened tensor
        (https://docs.pytorch.org/docs/stable/generated/torch.argmax.html)
        """
    def argmin(self, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """Index of the first minimum along a dim, or in the flattened tensor
        (https://docs.pytorch.org/docs/stable/generated/torch.argmin.html)
        """
    def argsort(self, dim: builtins.int = ..., descending: builtins.bool = ..., stable: builtins.bool = ...) -> Tensor:
        """The int64 indices that sort a tensor along a dim
        (https://docs.pytorch.org/docs/stable/generated/torch.argsort.html)
        """
    def argwhere(self) -> Tensor:
        """Positions of the elements that are not zero, one row each."""
    def as_strided(self, size: Any, stride: Any, storage_offset: builtins.int | None = ...) -> Tensor:
        """A view of the storage with any sizes, strides and offset. RuntimeError when it would leave
        the storage.
        """
    def as_strided_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `as_strided`: the tensor itself takes the new sizes and strides."""
    def as_strided_scatter(self, src: Tensor, size: Any, stride: Any, storage_offset: Any = ..., *, out: Any = ...) -> Tensor:
        """A copy of `input` with `src` in the place of `input.as_strided(size, stride,
        storage_offset)`.

        https://docs.pytorch.org/docs/stable/generated/torch.as_strided_scatter.html
        """
    def as_subclass(self, cls: Any) -> Tensor: ...
    def asin(self, *, out: Tensor | None = ...) -> Tensor:
        """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)"""
    def asin_(self) -> Tensor:
        """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)"""
    def asinh(self, *, out: Tensor | None = ...) -> Tensor:
        """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)"""
    def asinh_(self) -> Tensor:
        """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)"""
    def atan(self, *, out: Tensor | None = ...) -> Tensor:
        """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)"""
    def atan2(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The angle of the point (other, input) in radians
        (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)
        """
    def atan2_(self, other: Tensor) -> Tensor:
        """The angle of the point (other, input) in radians
        (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)
        """
    def atan_(self) -> Tensor:
        """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)"""
    def atanh(self, *, out: Tensor | None = ...) -> Tensor:
        """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)"""
    def atanh_(self) -> Tensor:
        """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)"""
    def backward(self, gradient: Any = ..., retain_graph: builtins.bool | None = ..., create_graph: builtins.bool = ..., inputs: Any = ...) -> None:
        """Gradients of this tensor into the leaves' `.grad`; see `torch.autograd.backward`."""
    def baddbmm(self, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """beta · input + alpha · bmm(batch1, batch2)
        (https://docs.pytorch.org/docs/stable/generated/torch.baddbmm.html)
        """
    def baddbmm_(self, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
        """beta · input + alpha · bmm(batch1, batch2)
        (https://docs.pytorch.org/docs/stable/generated/torch.baddbmm.html)
        """
    def bernoulli(self, p: builtins.float | None = ..., *, generator: Any = ..., out: Any = ...) -> Tensor:
        """1 with the probabilities that `input` holds (or with probability `p`), else 0."""
    def bernoulli_(self, p: Any = ..., *, generator: Any = ...) -> Tensor:
        """1 with probability `p` (a number or a tensor), else 0."""
    def bfloat16(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.bfloat16."""
    def bincount(self, weights: Tensor | None = ..., minlength: builtins.int = ...) -> Tensor:
        """How often each non-negative integer occurs, or the sum of its weights
        (https://docs.pytorch.org/docs/stable/generated/torch.bincount.html)
        """
    def bitwise_and(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input & other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_and.html)"""
    def bitwise_and_(self, other: Tensor | Number) -> Tensor:
        """input & other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_and.html)"""
    def bitwise_left_shift(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input << other; 0 when the shift is not inside the width of the dtype
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html)
        """
    def bitwise_left_shift_(self, other: Tensor | Number) -> Tensor:
        """input << other; 0 when the shift is not inside the width of the dtype
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html)
        """
    def bitwise_not(self, *, out: Tensor | None = ...) -> Tensor:
        """Every bit inverted; of bools the negation
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_not.html)
        """
    def bitwise_not_(self) -> Tensor:
        """Every bit inverted; of bools the negation
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_not.html)
        """
    def bitwise_or(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input | other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_or.html)"""
    def bitwise_or_(self, other: Tensor | Number) -> Tensor:
        """input | other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_or.html)"""
    def bitwise_right_shift(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input >> other, keeping the sign; a shift outside the width gives 0 or -1
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html)
        """
    def bitwise_right_shift_(self, other: Tensor | Number) -> Tensor:
        """input >> other, keeping the sign; a shift outside the width gives 0 or -1
        (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html)
        """
    def bitwise_xor(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input ^ other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_xor.html)"""
    def bitwise_xor_(self, other: Tensor | Number) -> Tensor:
        """input ^ other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_xor.html)"""
    def bmm(self, mat2: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Products of batches of matrices
        (https://docs.pytorch.org/docs/stable/generated/torch.bmm.html)
        """
    def bool(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.bool."""
    def broadcast_to(self, size: Any) -> Tensor:
        """The tensor expanded to a shape; a view."""
    def byte(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.uint8."""
    def cauchy_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Cauchy numbers."""
    def ccol_indices(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one."""
    def cdouble(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.complex128."""
    def ceil(self, *, out: Tensor | None = ...) -> Tensor:
        """ceil of every element"""
    def ceil_(self) -> Tensor:
        """ceil of every element"""
    def celu_(self, alpha: builtins.float = ..., inplace: builtins.bool = ...) -> Tensor:
        """Continuously differentiable ELU (https://arxiv.org/abs/1704.07483)"""
    def cfloat(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.complex64."""
    def chalf(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.complex32."""
    def char(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.int8."""
    def cholesky(self, upper: Any = ..., *, out: Any = ...) -> Any:
        """The Cholesky factor of Hermitian positive-definite matrices.

        (https://docs.pytorch.org/docs/stable/generated/torch.cholesky.html)
        """
    def cholesky_inverse(self, upper: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """The inverse of A, from its Cholesky factor.

        (https://docs.pytorch.org/docs/stable/generated/torch.cholesky_inverse.html)
        """
    def cholesky_solve(self, L: Tensor, upper: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """X with A X = B, from the Cholesky factor of A.

        (https://docs.pytorch.org/docs/stable/generated/torch.cholesky_solve.html)
        """
    def chunk(self, chunks: builtins.int, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
        """At most `chunks` views of equal size (the last may be smaller)."""
    def clamp(self, min: Tensor | Number = ..., max: Tensor | Number = ..., *, out: Tensor | None = ...) -> Tensor:
        """Elements moved to the nearer bound of [min, max]
        (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)
        """
    def clamp_(self, min: Tensor | Number = ..., max: Tensor | Number = ...) -> Tensor:
        """Elements moved to the nearer bound of [min, max]
        (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)
        """
    def clamp_max(self, max: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """Elements at most max (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)"""
    def clamp_max_(self, max: Tensor | Number) -> Tensor:
        """Elements at most max (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)"""
    def clamp_min(self, min: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """Elements at least min (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)"""
    def clamp_min_(self, min: Tensor | Number) -> Tensor:
        """Elements at least min (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)"""
    def clip(self, min: Tensor | Number = ..., max: Tensor | Number = ..., *, out: Tensor | None = ...) -> Tensor:
        """Elements moved to the nearer bound of [min, max]
        (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)
        """
    def clip_(self, min: Tensor | Number = ..., max: Tensor | Number = ...) -> Tensor:
        """Elements moved to the nearer bound of [min, max]
        (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)
        """
    def clone(self, *, memory_format: Any = ...) -> Tensor:
        """A copy, with gradient."""
    def coalesce(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one."""
    def col_indices(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one."""
    def combinations(self, r: builtins.int = ..., with_replacement: builtins.bool = ...) -> Tensor:
        """Rows of r elements
        (https://docs.pytorch.org/docs/stable/generated/torch.combinations.html)
        """
    def conj(self) -> Tensor:
        """The complex conjugate, a view: what is written to one is seen by the other. A real tensor
        itself.

        It and its views are marked, `is_conj`: PyTorch refuses to show their memory as it lies.
        """
    def conj_physical(self, *, out: Tensor | None = ...) -> Tensor:
        """The complex conjugate
        (https://docs.pytorch.org/docs/stable/generated/torch.conj_physical.html)
        """
    def conj_physical_(self) -> Tensor:
        """The complex conjugate
        (https://docs.pytorch.org/docs/stable/generated/torch.conj_physical.html)
        """
    def contiguous(self, memory_format: Any = ...) -> Tensor:
        """The tensor itself when its memory is in the wanted order, else a copy that is."""
    def copy_(self, src: Any, non_blocking: builtins.bool = ...) -> Tensor:
        """Write the elements of `src`, broadcast and cast, into this tensor."""
    def copysign(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """The magnitude of input with the sign of other, -0. included
        (https://docs.pytorch.org/docs/stable/generated/torch.copysign.html)
        """
    def copysign_(self, other: Tensor | Number) -> Tensor:
        """The magnitude of input with the sign of other, -0. included
        (https://docs.pytorch.org/docs/stable/generated/torch.copysign.html)
        """
    def corrcoef(self) -> Tensor:
        """Pearson's correlation coefficients of variables (rows).

        (https://docs.pytorch.org/docs/stable/generated/torch.corrcoef.html)
        """
    def cos(self, *, out: Tensor | None = ...) -> Tensor:
        """cos of each element (https://docs.pytorch.org/docs/stable/generated/torch.cos.html)"""
    def cos_(self) -> Tensor:
        """cos of each element (https://docs.pytorch.org/docs/stable/generated/torch.cos.html)"""
    def cosh(self, *, out: Tensor | None = ...) -> Tensor:
        """cosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.cosh.html)"""
    def cosh_(self) -> Tensor:
        """cosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.cosh.html)"""
    def count_nonzero(self, dim: builtins.int | Sequence[builtins.int] | None = ...) -> Tensor:
        """The number of elements that are not 0, as int64
        (https://docs.pytorch.org/docs/stable/generated/torch.count_nonzero.html)
        """
    def cov(self, *, correction: builtins.int = ..., fweights: Tensor | None = ..., aweights: Tensor | None = ...) -> Tensor:
        """The covariance matrix of variables (rows) over observations (columns).

        RuntimeError for negative weights.
        https://docs.pytorch.org/docs/stable/generated/torch.cov.html
        """
    def cpu(self, memory_format: Any = ...) -> Tensor:
        """The tensor on the CPU."""
    def cross(self, other: Any, dim: Any = ..., *, out: Any = ...) -> Any:
        """The vector product (https://docs.pytorch.org/docs/stable/generated/torch.cross.html)"""
    def crow_indices(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one."""
    def cuda(self, device: Any = ..., non_blocking: builtins.bool = ..., memory_format: Any = ...) -> Tensor:
        """The tensor on a GPU."""
    def cummax(self, dim: builtins.int, *, out: Sequence[Tensor] | None = ...) -> results.cummax:
        """Running maxima along a dim, and where each was last seen
        (https://docs.pytorch.org/docs/stable/generated/torch.cummax.html)
        """
    def cummin(self, dim: builtins.int, *, out: Sequence[Tensor] | None = ...) -> results.cummin:
        """Running minima along a dim, and where each was last seen
        (https://docs.pytorch.org/docs/stable/generated/torch.cummin.html)
        """
    def cumprod(self, dim: builtins.int, *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """Running products along a dim; the gradient is exact beside zeros
        (https://docs.pytorch.org/docs/stable/generated/torch.cumprod.html)
        """
    def cumprod_(self, dim: builtins.int, *, dtype: Dtype | None = ...) -> Tensor:
        """Running products along a dim; the gradient is exact beside zeros
        (https://docs.pytorch.org/docs/stable/generated/torch.cumprod.html)
        """
    def cumsum(self, dim: builtins.int, *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """Running sums along a dim
        (https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html)
        """
    def cumsum_(self, dim: builtins.int, *, dtype: Dtype | None = ...) -> Tensor:
        """Running sums along a dim
        (https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html)
        """
    @property
    def data(self) -> Tensor: ...
    @data.setter
    def data(self, value: Any) -> None: ...
    def deg2rad(self, *, out: Tensor | None = ...) -> Tensor:
        """Degrees as radians (https://docs.pytorch.org/docs/stable/generated/torch.deg2rad.html)"""
    def deg2rad_(self) -> Tensor:
        """Degrees as radians (https://docs.pytorch.org/docs/stable/generated/torch.deg2rad.html)"""
    def dense_dim(self) -> Any: ...
    def det(self, *, out: Tensor | None = ...) -> Tensor:
        """The determinant of square matrices.

        (https://docs.pytorch.org/docs/stable/generated/torch.linalg.det.html)
        """
    def detach(self) -> Tensor:
        """The same memory without history: writes are shared, gradients are not."""
    def detach_(self) -> Tensor:
        """Cut this tensor off from what made it."""
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
        """
    def digamma(self, *, out: Tensor | None = ...) -> Tensor:
        """The derivative of lgamma
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)
        """
    def digamma_(self) -> Tensor:
        """The derivative of lgamma
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)
        """
    def dist(self, other: Tensor, p: builtins.float = ...) -> Tensor:
        """The p-norm of input - other
        (https://docs.pytorch.org/docs/stable/generated/torch.dist.html)
        """
    def div(self, other: Tensor | Number, *, rounding_mode: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
        """input / other, then rounded as asked: None, "trunc" or "floor"
        (https://docs.pytorch.org/docs/stable/generated/torch.div.html)
        """
    def div_(self, other: Tensor | Number, *, rounding_mode: builtins.str | None = ...) -> Tensor:
        """input / other, then rounded as asked: None, "trunc" or "floor"
        (https://docs.pytorch.org/docs/stable/generated/torch.div.html)
        """
    def divide(self, other: Tensor | Number, *, rounding_mode: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
        """input / other, then rounded as asked: None, "trunc" or "floor"
        (https://docs.pytorch.org/docs/stable/generated/torch.div.html)
        """
    def divide_(self, other: Tensor | Number, *, rounding_mode: builtins.str | None = ...) -> Tensor:
        """input / other, then rounded as asked: None, "trunc" or "floor"
        (https://docs.pytorch.org/docs/stable/generated/torch.div.html)
        """
    def dot(self, tensor: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The sum of products of two vectors
        (https://docs.pytorch.org/docs/stable/generated/torch.dot.html)
        """
    def double(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.float64."""
    def dsplit(self, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]: ...
    def elu_(self, alpha: builtins.float = ..., inplace: builtins.bool = ...) -> Tensor:
        """x where positive, alpha * (exp(x) - 1) elsewhere (https://arxiv.org/abs/1511.07289)"""
    def eq(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input == other (https://docs.pytorch.org/docs/stable/generated/torch.eq.html)"""
    def eq_(self, other: Tensor | Number) -> Tensor:
        """input == other (https://docs.pytorch.org/docs/stable/generated/torch.eq.html)"""
    def equal(self, other: Tensor) -> builtins.bool:
        """Whether two tensors have the same shape and the same elements."""
    def erf(self, *, out: Tensor | None = ...) -> Tensor:
        """The error function (https://docs.pytorch.org/docs/stable/special.html#torch.special.erf)"""
    def erf_(self) -> Tensor:
        """The error function (https://docs.pytorch.org/docs/stable/special.html#torch.special.erf)"""
    def erfc(self, *, out: Tensor | None = ...) -> Tensor:
        """1 - erf (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc)"""
    def erfc_(self) -> Tensor:
        """1 - erf (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc)"""
    def erfinv(self, *, out: Tensor | None = ...) -> Tensor:
        """The inverse of erf
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfinv)
        """
    def erfinv_(self) -> Tensor:
        """The inverse of erf
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfinv)
        """
    def exp(self, *, out: Tensor | None = ...) -> Tensor:
        """exp of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp.html)"""
    def exp2(self, *, out: Tensor | None = ...) -> Tensor:
        """exp2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp2.html)"""
    def exp2_(self) -> Tensor:
        """exp2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp2.html)"""
    def exp_(self) -> Tensor:
        """exp of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp.html)"""
    def expand(self, *sizes: Any, size: Any = ..., implicit: builtins.bool = ...) -> Tensor:
        """A view whose dimensions of size 1 (and new leading ones) are repeated without memory; -1
        keeps a size.
        """
    def expand_as(self, other: Tensor) -> Tensor: ...
    def expm1(self, *, out: Tensor | None = ...) -> Tensor:
        """expm1 of each element (https://docs.pytorch.org/docs/stable/generated/torch.expm1.html)"""
    def expm1_(self) -> Tensor:
        """expm1 of each element (https://docs.pytorch.org/docs/stable/generated/torch.expm1.html)"""
    def exponential_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Exponential numbers of rate lambd."""
    def fill_(self, value: Any) -> Tensor:
        """Write one value into every element."""
    def fill_diagonal_(self, fill_value: Any, wrap: builtins.bool = ...) -> Tensor:
        """Set the main diagonal; with `wrap`, again below each square block of a tall matrix."""
    def fix(self, *, out: Tensor | None = ...) -> Tensor:
        """trunc of every element"""
    def fix_(self) -> Tensor:
        """trunc of every element"""
    def flatten(self, start_dim: builtins.int = ..., end_dim: builtins.int = ...) -> Tensor:
        """Dimensions `start_dim` to `end_dim` as one; a view where the strides allow it."""
    def flip(self, *dims: builtins.int | Sequence[builtins.int]) -> Tensor:
        """Reversed along dimensions (https://docs.pytorch.org/docs/stable/generated/torch.flip.html)"""
    def fliplr(self) -> Tensor:
        """Reversed along the second dimension."""
    def flipud(self) -> Tensor:
        """Reversed along the first dimension."""
    def float(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.float32."""
    def float_power(self, exponent: Tensor | Number | None, *, out: Tensor | None = ...) -> Tensor:
        """The power computed in double precision
        (https://docs.pytorch.org/docs/stable/generated/torch.float_power.html)
        """
    def float_power_(self, exponent: Tensor | Number | None) -> Tensor:
        """The power computed in double precision
        (https://docs.pytorch.org/docs/stable/generated/torch.float_power.html)
        """
    def floor(self, *, out: Tensor | None = ...) -> Tensor:
        """floor of every element"""
    def floor_(self) -> Tensor:
        """floor of every element"""
    def floor_divide(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """The quotient rounded down; there is no derivative, and backward says so
        (https://docs.pytorch.org/docs/stable/generated/torch.floor_divide.html)
        """
    def floor_divide_(self, other: Tensor | Number) -> Tensor:
        """The quotient rounded down; there is no derivative, and backward says so
        (https://docs.pytorch.org/docs/stable/generated/torch.floor_divide.html)
        """
    def fmax(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The larger of each pair, the number where one is NaN
        (https://docs.pytorch.org/docs/stable/generated/torch.fmax.html)
        """
    def fmin(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The smaller of each pair, the number where one is NaN
        (https://docs.pytorch.org/docs/stable/generated/torch.fmin.html)
        """
    def fmod(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """The remainder that has the sign of input, as C's fmod
        (https://docs.pytorch.org/docs/stable/generated/torch.fmod.html)
        """
    def fmod_(self, other: Tensor | Number) -> Tensor:
        """The remainder that has the sign of input, as C's fmod
        (https://docs.pytorch.org/docs/stable/generated/torch.fmod.html)
        """
    def frac(self, *, out: Tensor | None = ...) -> Tensor:
        """The part after the point, with the sign of input
        (https://docs.pytorch.org/docs/stable/generated/torch.frac.html)
        """
    def frac_(self) -> Tensor:
        """The part after the point, with the sign of input
        (https://docs.pytorch.org/docs/stable/generated/torch.frac.html)
        """
    def frexp(self, *, out: Sequence[Tensor] | None = ...) -> results.frexp:
        """Mantissa in [0.5, 1) and int32 exponent with input = mantissa * 2**exponent
        (https://docs.pytorch.org/docs/stable/generated/torch.frexp.html)
        """
    def gather(self, dim: builtins.int, index: Tensor, *, sparse_grad: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
        """Elements along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.gather.html)
        """
    def gcd(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The greatest common divisor of integers
        (https://docs.pytorch.org/docs/stable/generated/torch.gcd.html)
        """
    def gcd_(self, other: Tensor) -> Tensor:
        """The greatest common divisor of integers
        (https://docs.pytorch.org/docs/stable/generated/torch.gcd.html)
        """
    def ge(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)"""
    def ge_(self, other: Tensor | Number) -> Tensor:
        """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)"""
    def geometric_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Geometric numbers."""
    def geqrf(self, *, out: Sequence[Tensor] | None = ...) -> results.geqrf:
        """Householder reflectors and R in one matrix, as LAPACK's geqrf, and the reflectors' scales.

        (https://docs.pytorch.org/docs/stable/generated/torch.geqrf.html)
        """
    def ger(self, vec2: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """All products of two vectors' elements
        (https://docs.pytorch.org/docs/stable/generated/torch.outer.html)
        """
    @property
    def grad(self) -> Tensor | None: ...
    @grad.setter
    def grad(self, value: Any) -> None: ...
    @property
    def grad_dtype(self) -> Dtype | None: ...
    @grad_dtype.setter
    def grad_dtype(self, value: Any) -> None: ...
    @property
    def grad_fn(self) -> Any: ...
    def greater(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)"""
    def greater_(self, other: Tensor | Number) -> Tensor:
        """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)"""
    def greater_equal(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)"""
    def greater_equal_(self, other: Tensor | Number) -> Tensor:
        """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)"""
    def gt(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)"""
    def gt_(self, other: Tensor | Number) -> Tensor:
        """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)"""
    def half(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.float16."""
    def hardshrink(self, lambd: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
        """x where |x| > lambd, else 0
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html)
        """
    def hardtanh_(self, min_val: builtins.float = ..., max_val: builtins.float = ..., inplace: builtins.bool = ...) -> Tensor:
        """x clamped to [min_val, max_val]
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html)
        """
    def heaviside(self, values: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """0 below zero, 1 above, values at zero
        (https://docs.pytorch.org/docs/stable/generated/torch.heaviside.html)
        """
    def heaviside_(self, values: Tensor) -> Tensor:
        """0 below zero, 1 above, values at zero
        (https://docs.pytorch.org/docs/stable/generated/torch.heaviside.html)
        """
    def histc(self, bins: builtins.int = ..., min: builtins.float = ..., max: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
        """Counts in equal bins between min and max (both 0: of the data), in the dtype of input
        (https://docs.pytorch.org/docs/stable/generated/torch.histc.html)
        """
    def histogram(self, bins: Tensor | Number | None, *, range: builtins.tuple | None = ..., weight: Tensor | None = ..., density: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.histogram:
        """Counts (or sums of weights, or a density) between bin edges, and the edges
        (https://docs.pytorch.org/docs/stable/generated/torch.histogram.html)
        """
    def hsplit(self, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]: ...
    def hypot(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """sqrt(input² + other²) without overflow
        (https://docs.pytorch.org/docs/stable/generated/torch.hypot.html)
        """
    def hypot_(self, other: Tensor) -> Tensor:
        """sqrt(input² + other²) without overflow
        (https://docs.pytorch.org/docs/stable/generated/torch.hypot.html)
        """
    def i0(self, *, out: Tensor | None = ...) -> Tensor:
        """The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0)"""
    def i0_(self) -> Tensor:
        """The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0)"""
    def igamma(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The regularized lower incomplete gamma function P(input, other); differentiable in other
        alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammainc)
        """
    def igamma_(self, other: Tensor) -> Tensor:
        """The regularized lower incomplete gamma function P(input, other); differentiable in other
        alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammainc)
        """
    def igammac(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The regularized upper incomplete gamma function Q(input, other); differentiable in other
        alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaincc)
        """
    def igammac_(self, other: Tensor) -> Tensor:
        """The regularized upper incomplete gamma function Q(input, other); differentiable in other
        alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaincc)
        """
    @property
    def imag(self) -> Tensor: ...
    @imag.setter
    def imag(self, value: Any) -> None: ...
    def index_add(self, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """Rows added at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html)
        """
    def index_add_(self, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: Number | Tensor = ...) -> Tensor:
        """Rows added at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html)
        """
    def index_copy(self, dim: builtins.int, index: Tensor, source: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Rows written at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html)
        """
    def index_copy_(self, dim: builtins.int, index: Tensor, source: Tensor) -> Tensor:
        """Rows written at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html)
        """
    def index_fill(self, dim: builtins.int, index: Tensor, value: Tensor | Number) -> Tensor:
        """Rows filled at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html)
        """
    def index_fill_(self, dim: builtins.int, index: Tensor, value: Tensor | Number) -> Tensor:
        """Rows filled at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html)
        """
    def index_put(self, indices: Any, values: Tensor, accumulate: builtins.bool = ...) -> Tensor:
        """A copy with values written at the positions that index tensors or masks name."""
    def index_put_(self, indices: Sequence[Tensor], values: Tensor, accumulate: builtins.bool = ...) -> Tensor:
        """`input[indices] = values`, or `+=`
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_put_.html)
        """
    def index_reduce(self, dim: builtins.int, index: Tensor, source: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
        """Rows reduced at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html)
        """
    def index_reduce_(self, dim: builtins.int, index: Tensor, source: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ...) -> Tensor:
        """Rows reduced at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html)
        """
    def index_select(self, dim: builtins.int, index: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Rows at the indices
        (https://docs.pytorch.org/docs/stable/generated/torch.index_select.html)
        """
    def indices(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one."""
    def inner(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Sums of products over the last dimensions
        (https://docs.pytorch.org/docs/stable/generated/torch.inner.html)
        """
    def int(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.int32."""
    def inverse(self, *, out: Tensor | None = ...) -> Tensor:
        """The inverse of square matrices; LinAlgError where one is singular.

        (https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv.html)
        """
    def is_coalesced(self) -> Any:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one."""
    @property
    def is_leaf(self) -> builtins.bool: ...
    def is_nonzero(self) -> builtins.bool:
        """Whether a one-element tensor is not zero."""
    def is_same_size(self, other: Tensor) -> builtins.bool: ...
    def is_set_to(self, tensor: Tensor) -> builtins.bool:
        """Whether both are the same elements of the same memory."""
    def isclose(self, other: Tensor, rtol: builtins.float = ..., atol: builtins.float = ..., equal_nan: builtins.bool = ...) -> Tensor:
        """|input - other| <= atol + rtol * |other|
        (https://docs.pytorch.org/docs/stable/generated/torch.isclose.html)
        """
    def isfinite(self) -> Tensor:
        """Whether an element is neither infinite nor NaN (https://docs.pytorch.org/docs/stable/generated/torch.isfinite.html)"""
    def isinf(self) -> Tensor:
        """Whether an element is infinite; a complex one when either part is (https://docs.pytorch.org/docs/stable/generated/torch.isinf.html)"""
    def isnan(self) -> Tensor:
        """Whether an element is NaN; a complex one when either part is (https://docs.pytorch.org/docs/stable/generated/torch.isnan.html)"""
    def isneginf(self, *, out: Tensor | None = ...) -> Tensor:
        """Whether an element is -inf (https://docs.pytorch.org/docs/stable/generated/torch.isneginf.html)"""
    def isposinf(self, *, out: Tensor | None = ...) -> Tensor:
        """Whether an element is +inf (https://docs.pytorch.org/docs/stable/generated/torch.isposinf.html)"""
    def isreal(self) -> Tensor:
        """Whether an element's imaginary part is 0 (https://docs.pytorch.org/docs/stable/generated/torch.isreal.html)"""
    def istft(self, n_fft: builtins.int, hop_length: builtins.int | None = ..., win_length: builtins.int | None = ..., window: Tensor | None = ..., center: builtins.bool = ..., normalized: builtins.bool = ..., onesided: builtins.bool | None = ..., length: builtins.int | None = ..., return_complex: builtins.bool = ...) -> Tensor:
        """The signal whose `stft` is nearest: overlapping inverse transforms, weighted by the window.

        (https://docs.pytorch.org/docs/stable/generated/torch.istft.html)
        """
    def kron(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The Kronecker product (https://docs.pytorch.org/docs/stable/generated/torch.kron.html)"""
    def kthvalue(self, k: builtins.int, dim: builtins.int = ..., keepdim: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.kthvalue:
        """The k-th smallest element along a dim (k from 1), with its index
        (https://docs.pytorch.org/docs/stable/generated/torch.kthvalue.html)
        """
    def lcm(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The least common multiple of integers
        (https://docs.pytorch.org/docs/stable/generated/torch.lcm.html)
        """
    def lcm_(self, other: Tensor) -> Tensor:
        """The least common multiple of integers
        (https://docs.pytorch.org/docs/stable/generated/torch.lcm.html)
        """
    def ldexp(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """input * 2**other (https://docs.pytorch.org/docs/stable/generated/torch.ldexp.html)"""
    def ldexp_(self, other: Tensor) -> Tensor:
        """input * 2**other (https://docs.pytorch.org/docs/stable/generated/torch.ldexp.html)"""
    def le(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)"""
    def le_(self, other: Tensor | Number) -> Tensor:
        """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)"""
    def leaky_relu_(self, negative_slope: builtins.float = ..., inplace: builtins.bool = ...) -> Tensor:
        """x where positive, negative_slope * x elsewhere
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html)
        """
    def lerp(self, end: Tensor, weight: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input + weight * (end - input)
        (https://docs.pytorch.org/docs/stable/generated/torch.lerp.html)
        """
    def lerp_(self, end: Tensor, weight: Tensor | Number) -> Tensor:
        """input + weight * (end - input)
        (https://docs.pytorch.org/docs/stable/generated/torch.lerp.html)
        """
    def less(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)"""
    def less_(self, other: Tensor | Number) -> Tensor:
        """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)"""
    def less_equal(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)"""
    def less_equal_(self, other: Tensor | Number) -> Tensor:
        """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)"""
    def lgamma(self, *, out: Tensor | None = ...) -> Tensor:
        """log |Γ(x)| (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaln)"""
    def lgamma_(self) -> Tensor:
        """log |Γ(x)| (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaln)"""
    def log(self, *, out: Tensor | None = ...) -> Tensor:
        """log of each element (https://docs.pytorch.org/docs/stable/generated/torch.log.html)"""
    def log10(self, *, out: Tensor | None = ...) -> Tensor:
        """log10 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log10.html)"""
    def log10_(self) -> Tensor:
        """log10 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log10.html)"""
    def log1p(self, *, out: Tensor | None = ...) -> Tensor:
        """log1p of each element (https://docs.pytorch.org/docs/stable/generated/torch.log1p.html)"""
    def log1p_(self) -> Tensor:
        """log1p of each element (https://docs.pytorch.org/docs/stable/generated/torch.log1p.html)"""
    def log2(self, *, out: Tensor | None = ...) -> Tensor:
        """log2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log2.html)"""
    def log2_(self) -> Tensor:
        """log2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log2.html)"""
    def log_(self) -> Tensor:
        """log of each element (https://docs.pytorch.org/docs/stable/generated/torch.log.html)"""
    def log_normal_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Log-normal numbers."""
    def log_softmax(self, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
        """Logarithm of softmax along `dim`
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html)
        """
    def logaddexp(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """log(exp(input) + exp(other)) without overflow
        (https://docs.pytorch.org/docs/stable/generated/torch.logaddexp.html)
        """
    def logaddexp2(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """log2(2**input + 2**other) without overflow
        (https://docs.pytorch.org/docs/stable/generated/torch.logaddexp2.html)
        """
    def logcumsumexp(self, dim: builtins.int, *, out: Tensor | None = ...) -> Tensor:
        """log of the running sums of exp along a dim
        (https://docs.pytorch.org/docs/stable/generated/torch.logcumsumexp.html)
        """
    def logdet(self) -> Tensor:
        """The logarithm of the determinant; NaN where it is negative.

        (https://docs.pytorch.org/docs/stable/generated/torch.logdet.html)
        """
    def logical_and(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Whether both elements are not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_and.html)
        """
    def logical_and_(self, other: Tensor) -> Tensor:
        """Whether both elements are not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_and.html)
        """
    def logical_not(self, *, out: Tensor | None = ...) -> Tensor:
        """Whether an element is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_not.html)
        """
    def logical_not_(self) -> Tensor:
        """Whether an element is 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_not.html)
        """
    def logical_or(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Whether an element is not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_or.html)
        """
    def logical_or_(self, other: Tensor) -> Tensor:
        """Whether an element is not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_or.html)
        """
    def logical_xor(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Whether exactly one element is not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_xor.html)
        """
    def logical_xor_(self, other: Tensor) -> Tensor:
        """Whether exactly one element is not 0
        (https://docs.pytorch.org/docs/stable/generated/torch.logical_xor.html)
        """
    def logit(self, eps: builtins.float | None = ..., *, out: Tensor | None = ...) -> Tensor:
        """log(x / (1 - x)); x is clamped to [eps, 1 - eps] when eps is given
        (https://docs.pytorch.org/docs/stable/generated/torch.special.logit.html)
        """
    def logit_(self, eps: builtins.float | None = ...) -> Tensor:
        """log(x / (1 - x)); x is clamped to [eps, 1 - eps] when eps is given
        (https://docs.pytorch.org/docs/stable/generated/torch.special.logit.html)
        """
    def logsumexp(self, dim: builtins.int | Sequence[builtins.int] | None, keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """log(sum(exp(input))) over dims without overflow
        (https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html)
        """
    def long(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.int64."""
    def lt(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)"""
    def lt_(self, other: Tensor | Number) -> Tensor:
        """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)"""
    def lu(self, pivot: builtins.bool = ..., get_infos: builtins.bool = ..., out: Any = ...) -> Any:
        """Both LU factors in one matrix and the row swaps from 1; with `get_infos` the zero pivots too.

        https://docs.pytorch.org/docs/stable/generated/torch.lu.html
        """
    def lu_solve(self, LU_data: Tensor, LU_pivots: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """X with AX = b, from `lu_factor` of A.

        (https://docs.pytorch.org/docs/stable/generated/torch.lu_solve.html)
        """
    @property
    def mH(self) -> Tensor: ...
    @property
    def mT(self) -> Tensor: ...
    def map_(self, other: Tensor, callable: Any) -> Tensor:
        """Replace each element by `callable(element, other's element)`; CPU only, slow."""
    def masked_fill(self, mask: Tensor, value: Tensor | Number) -> Tensor:
        """`value` where the mask is true
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html)
        """
    def masked_fill_(self, mask: Tensor, value: Tensor | Number) -> Tensor:
        """`value` where the mask is true
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html)
        """
    def masked_scatter(self, mask: Tensor, source: Tensor) -> Tensor:
        """Elements of `source` in order where the mask is true."""
    def masked_scatter_(self, mask: Tensor, source: Tensor) -> Tensor:
        """Elements of `source` in order where the mask is true."""
    def masked_select(self, mask: Tensor, *, out: Any = ...) -> Tensor:
        """The elements where a mask is true, 1-D."""
    def matmul(self, other: Tensor, *, out: Any = ...) -> Tensor:
        """The matrix product of tensors of any dimensions, by the operator for theirs."""
    def matrix_exp(self) -> Tensor:
        """The exponential of square matrices.

        (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html)
        """
    def matrix_power(self, n: builtins.int, *, out: Tensor | None = ...) -> Tensor:
        """The n-th power of square matrices, of the inverse for a negative n.

        (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html)
        """
    @overload
    def max(self) -> Tensor:
        """The maximum: of all elements; over a dim, with indices; or, given a tensor, of each pair
        (https://docs.pytorch.org/docs/stable/generated/torch.max.html)
        """
    @overload
    def max(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor: ...
    @overload
    def max(self, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.max: ...
    def maximum(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The larger of each pair, NaN if either is
        (https://docs.pytorch.org/docs/stable/generated/torch.maximum.html)
        """
    def mean(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The mean over dims, of all elements by default
        (https://docs.pytorch.org/docs/stable/generated/torch.mean.html)
        """
    @overload
    def median(self) -> Tensor:
        """The lower median of all elements, or along a dim with its index; NaN if there is one
        (https://docs.pytorch.org/docs/stable/generated/torch.median.html)
        """
    @overload
    def median(self, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.median: ...
    @overload
    def min(self) -> Tensor:
        """The minimum: of all elements; over a dim, with indices; or, given a tensor, of each pair
        (https://docs.pytorch.org/docs/stable/generated/torch.min.html)
        """
    @overload
    def min(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor: ...
    @overload
    def min(self, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.min: ...
    def minimum(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The smaller of each pair, NaN if either is
        (https://docs.pytorch.org/docs/stable/generated/torch.minimum.html)
        """
    def mm(self, mat2: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The product of two matrices (https://docs.pytorch.org/docs/stable/generated/torch.mm.html)"""
    def mode(self, dim: builtins.int = ..., keepdim: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.mode:
        """The most frequent value along a dim, the smallest of tied ones, with the index of its last
        occurrence (https://docs.pytorch.org/docs/stable/generated/torch.mode.html)
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
        """
    def mul(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)"""
    def mul_(self, other: Tensor | Number) -> Tensor:
        """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)"""
    def multinomial(self, num_samples: builtins.int, replacement: builtins.bool = ..., *, generator: Any = ..., out: Any = ...) -> Tensor:
        """Indices drawn from the rows of weights."""
    def multiply(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)"""
    def multiply_(self, other: Tensor | Number) -> Tensor:
        """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)"""
    def mv(self, vec: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """A matrix times a vector (https://docs.pytorch.org/docs/stable/generated/torch.mv.html)"""
    def mvlgamma(self, p: builtins.int, *, out: Tensor | None = ...) -> Tensor:
        """log of the p-dimensional gamma function
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.multigammaln)
        """
    def mvlgamma_(self, p: builtins.int) -> Tensor:
        """log of the p-dimensional gamma function
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.multigammaln)
        """
    def nan_to_num(self, nan: builtins.float | None = ..., posinf: builtins.float | None = ..., neginf: builtins.float | None = ..., *, out: Tensor | None = ...) -> Tensor:
        """NaN and infinities replaced: by 0 and the largest and smallest finite numbers when not given
        (https://docs.pytorch.org/docs/stable/generated/torch.nan_to_num.html)
        """
    def nan_to_num_(self, nan: builtins.float | None = ..., posinf: builtins.float | None = ..., neginf: builtins.float | None = ...) -> Tensor:
        """NaN and infinities replaced: by 0 and the largest and smallest finite numbers when not given
        (https://docs.pytorch.org/docs/stable/generated/torch.nan_to_num.html)
        """
    def nanmean(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The mean of the elements that are not NaN
        (https://docs.pytorch.org/docs/stable/generated/torch.nanmean.html)
        """
    @overload
    def nanmedian(self) -> Tensor:
        """The lower median of the elements that are not NaN
        (https://docs.pytorch.org/docs/stable/generated/torch.nanmedian.html)
        """
    @overload
    def nanmedian(self, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.nanmedian: ...
    def nanquantile(self, q: Tensor | Number | None, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, interpolation: builtins.str = ..., out: Tensor | None = ...) -> Tensor:
        """The q-quantiles of the elements that are not NaN
        (https://docs.pytorch.org/docs/stable/generated/torch.nanquantile.html)
        """
    def nansum(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The sum in which NaN counts as 0
        (https://docs.pytorch.org/docs/stable/generated/torch.nansum.html)
        """
    def narrow(self, dim: builtins.int, start: Any, length: builtins.int) -> Tensor:
        """`length` elements of a dimension from `start`."""
    def narrow_copy(self, dim: builtins.int, start: builtins.int, length: builtins.int, *, out: Any = ...) -> Tensor:
        """`narrow`, as a copy."""
    def ne(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)"""
    def ne_(self, other: Tensor | Number) -> Tensor:
        """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)"""
    def neg(self, *, out: Tensor | None = ...) -> Tensor:
        """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)"""
    def neg_(self) -> Tensor:
        """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)"""
    def negative(self, *, out: Tensor | None = ...) -> Tensor:
        """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)"""
    def negative_(self) -> Tensor:
        """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)"""
    def new(self, *args: Any, size: Any = ...) -> Tensor:
        """Legacy constructor: `x.new(2, 3)`, `x.new([1, 2])`, `x.new(y)`, `x.new(storage)`."""
    def new_empty(self, *args: Any, dtype: Any = ..., device: Any = ..., **options: Any) -> Tensor:
        """`torch.empty` with this tensor's dtype and device."""
    def new_empty_strided(self, *args: Any, dtype: Any = ..., device: Any = ..., **options: Any) -> Tensor:
        """`torch.empty_strided` with this tensor's dtype and device."""
    def new_full(self, *args: Any, dtype: Any = ..., device: Any = ..., **options: Any) -> Tensor:
        """`torch.full` with this tensor's dtype and device."""
    def new_ones(self, *args: Any, dtype: Any = ..., device: Any = ..., **options: Any) -> Tensor:
        """`torch.ones` with this tensor's dtype and device."""
    def new_tensor(self, data: Any, *, dtype: Any = ..., device: Any = ..., requires_grad: builtins.bool = ..., **options: Any) -> Tensor:
        """`torch.tensor(data)` with this tensor's dtype and device."""
    def new_zeros(self, *args: Any, dtype: Any = ..., device: Any = ..., **options: Any) -> Tensor:
        """`torch.zeros` with this tensor's dtype and device."""
    def nextafter(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The next number that the dtype has after input, towards other
        (https://docs.pytorch.org/docs/stable/generated/torch.nextafter.html)
        """
    def nextafter_(self, other: Tensor) -> Tensor:
        """The next number that the dtype has after input, towards other
        (https://docs.pytorch.org/docs/stable/generated/torch.nextafter.html)
        """
    def nonzero(self, *, as_tuple: builtins.bool = ..., out: Any = ...) -> Any:
        """Positions of the elements that are not zero, one row each; with `as_tuple` one index tensor
        a dimension.
        """
    def nonzero_static(self, *, size: builtins.int, fill_value: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
        """The first `size` positions of nonzero elements, padded with `fill_value`."""
    def norm(self, p: builtins.float | builtins.str | None = ..., dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The p-norm of vectors, or the Frobenius ("fro") or nuclear ("nuc") norm of matrices, over
        dims (https://docs.pytorch.org/docs/stable/generated/torch.norm.html)
        """
    def normal_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Normal numbers."""
    def not_equal(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)"""
    def not_equal_(self, other: Tensor | Number) -> Tensor:
        """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)"""
    def orgqr(self, tau: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """The first columns of a product of Householder matrices given by their reflectors.

        (https://docs.pytorch.org/docs/stable/generated/torch.linalg.householder_product.html)
        """
    def ormqr(self, tau: Tensor, other: Tensor, left: builtins.bool = ..., transpose: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """A matrix times the full product of Householder matrices, from either side.

        (https://docs.pytorch.org/docs/stable/generated/torch.ormqr.html)
        """
    def outer(self, vec2: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """All products of two vectors' elements
        (https://docs.pytorch.org/docs/stable/generated/torch.outer.html)
        """
    @property
    def output_nr(self) -> builtins.int: ...
    def permute(self, *dims: Any) -> Tensor:
        """A view with its dimensions in another order."""
    def pin_memory(self, device: Any = ...) -> Tensor:
        """The tensor itself where there is no accelerator to pin memory for raises, as PyTorch does."""
    def pinverse(self, rcond: builtins.float = ...) -> Tensor:
        """The pseudoinverse.

        (https://docs.pytorch.org/docs/stable/generated/torch.pinverse.html)
        """
    def polygamma(self, n: builtins.int, *, out: Tensor | None = ...) -> Tensor:
        """The n-th derivative of digamma
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.polygamma.html)
        """
    def polygamma_(self, n: builtins.int) -> Tensor:
        """The n-th derivative of digamma
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.polygamma.html)
        """
    def positive(self) -> Tensor:
        """input itself; bools are refused
        (https://docs.pytorch.org/docs/stable/generated/torch.positive.html)
        """
    def pow(self, exponent: Tensor | Number | None, *, out: Tensor | None = ...) -> Tensor:
        """input to the power of exponent; either may be a number
        (https://docs.pytorch.org/docs/stable/generated/torch.pow.html)
        """
    def pow_(self, exponent: Tensor | Number | None) -> Tensor:
        """input to the power of exponent; either may be a number
        (https://docs.pytorch.org/docs/stable/generated/torch.pow.html)
        """
    def prelu(self, weight: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Leaky ReLU with a learned slope, one or one per channel (dim 1)
        (https://arxiv.org/abs/1502.01852)
        """
    def prod(self, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The product over a dim, of all elements by default; the gradient is exact beside zeros
        (https://docs.pytorch.org/docs/stable/generated/torch.prod.html)
        """
    def put(self, index: Tensor, source: Tensor, accumulate: builtins.bool = ...) -> Tensor:
        """Elements written by their place in the flattened tensor
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.put_.html)
        """
    def put_(self, index: Tensor, source: Tensor, accumulate: builtins.bool = ...) -> Tensor:
        """Elements written by their place in the flattened tensor
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.put_.html)
        """
    def qr(self, some: Any = ..., *, out: Any = ...) -> Any:
        """Q and R with input = QR, reduced or complete.

        (https://docs.pytorch.org/docs/stable/generated/torch.qr.html)
        """
    def quantile(self, q: Tensor | Number | None, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, interpolation: builtins.str = ..., out: Tensor | None = ...) -> Tensor:
        """The q-quantiles (q in [0, 1]) along a dim or of all elements; NaN where there is one
        (https://docs.pytorch.org/docs/stable/generated/torch.quantile.html)
        """
    def rad2deg(self, *, out: Tensor | None = ...) -> Tensor:
        """Radians as degrees (https://docs.pytorch.org/docs/stable/generated/torch.rad2deg.html)"""
    def rad2deg_(self) -> Tensor:
        """Radians as degrees (https://docs.pytorch.org/docs/stable/generated/torch.rad2deg.html)"""
    def random_(self, *args: Any, generator: Any = ..., **kwargs: Any) -> Tensor:
        """Integers of the whole range, below `to`, or in [from, to)."""
    def ravel(self) -> Tensor:
        """The elements as one dimension; a view where possible."""
    @property
    def real(self) -> Tensor: ...
    @real.setter
    def real(self, value: Any) -> None: ...
    def reciprocal(self, *, out: Tensor | None = ...) -> Tensor:
        """1 / input (https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html)"""
    def reciprocal_(self) -> Tensor:
        """1 / input (https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html)"""
    def register_hook(self, hook: Any) -> Any:
        """Call `hook(grad)` with this tensor's gradient each time it is computed; a returned tensor
        replaces it.
        """
    def register_post_accumulate_grad_hook(self, hook: Any) -> Any:
        """Call `hook(param)` after `.grad` of this leaf was accumulated."""
    def relu(self, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
        """max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)"""
    def relu_(self, inplace: builtins.bool = ...) -> Tensor:
        """max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)"""
    def remainder(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """The remainder that has the sign of other, as Python's %
        (https://docs.pytorch.org/docs/stable/generated/torch.remainder.html)
        """
    def remainder_(self, other: Tensor | Number) -> Tensor:
        """The remainder that has the sign of other, as Python's %
        (https://docs.pytorch.org/docs/stable/generated/torch.remainder.html)
        """
    def renorm(self, p: builtins.float, dim: builtins.int, maxnorm: builtins.float, *, out: Tensor | None = ...) -> Tensor:
        """Slices along dim scaled down to a p-norm of at most maxnorm
        (https://docs.pytorch.org/docs/stable/generated/torch.renorm.html)
        """
    def renorm_(self, p: builtins.float, dim: builtins.int, maxnorm: builtins.float) -> Tensor:
        """Slices along dim scaled down to a p-norm of at most maxnorm
        (https://docs.pytorch.org/docs/stable/generated/torch.renorm.html)
        """
    def repeat(self, *repeats: builtins.int | Sequence[builtins.int]) -> Tensor:
        """Copies side by side
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.repeat.html)
        """
    def repeat_interleave(self, repeats: Any = ..., dim: builtins.int | None = ..., *, output_size: builtins.int | None = ...) -> Tensor:
        """Each element repeated, as often for all or as a tensor says for each."""
    @property
    def requires_grad(self) -> builtins.bool: ...
    @requires_grad.setter
    def requires_grad(self, value: Any) -> None: ...
    def requires_grad_(self, requires_grad: builtins.bool = ...) -> Tensor:
        """Start (or stop) recording operators on this leaf for gradients; the tensor itself."""
    def reshape(self, *shape: Any, size: Any = ...) -> Tensor:
        """A view with other sizes where the strides allow it, else a copy."""
    def reshape_as(self, other: Tensor) -> Tensor: ...
    def resize(self, *args: Any) -> Tensor:
        """A copy of other sizes; see `resize_`."""
    def resize_(self, *sizes: Any, memory_format: Any = ...) -> Tensor:
        """Change the sizes in place; the first elements are kept, new ones are unspecified (zeros)."""
    def resize_as(self, *args: Any) -> Tensor:
        """A copy of other sizes; see `resize_as_`."""
    def resize_as_(self, the_template: Tensor, *, memory_format: Any = ...) -> Tensor:
        """`resize_` to the sizes of another tensor, and with `preserve_format` to its order in
        memory.
        """
    def resolve_conj(self) -> Tensor:
        """The tensor itself, or a copy that is not marked as a conjugate."""
    def resolve_neg(self) -> Tensor:
        """The tensor itself, or a copy that is not marked as negated."""
    def retain_grad(self) -> None:
        """Keep the gradient of this non-leaf in `.grad`."""
    @property
    def retains_grad(self) -> builtins.bool: ...
    def roll(self, shifts: builtins.int | builtins.tuple[builtins.int, ...], dims: builtins.int | builtins.tuple[builtins.int, ...] | None = ...) -> Tensor:
        """Elements moved round (https://docs.pytorch.org/docs/stable/generated/torch.roll.html)"""
    def rot90(self, k: builtins.int = ..., dims: builtins.tuple[builtins.int, ...] = ...) -> Tensor:
        """Turned by quarter turns in a plane
        (https://docs.pytorch.org/docs/stable/generated/torch.rot90.html)
        """
    def round(self, *, decimals: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
        """The nearest integer, ties to even; decimals moves the digit
        (https://docs.pytorch.org/docs/stable/generated/torch.round.html)
        """
    def round_(self, *, decimals: builtins.int = ...) -> Tensor:
        """The nearest integer, ties to even; decimals moves the digit
        (https://docs.pytorch.org/docs/stable/generated/torch.round.html)
        """
    def row_indices(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one."""
    def rsqrt(self, *, out: Tensor | None = ...) -> Tensor:
        """rsqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.rsqrt.html)"""
    def rsqrt_(self) -> Tensor:
        """rsqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.rsqrt.html)"""
    def scatter(self, dim: builtins.int, index: Tensor, src: Tensor | Number | None = ..., *, value: Tensor | Number | None = ..., reduce: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
        """Elements written along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_.html)
        """
    def scatter_(self, dim: builtins.int, index: Tensor, src: Tensor | Number | None = ..., *, value: Tensor | Number | None = ..., reduce: builtins.str | None = ...) -> Tensor:
        """Elements written along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_.html)
        """
    def scatter_add(self, dim: builtins.int, index: Tensor, src: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Elements added along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_add_.html)
        """
    def scatter_add_(self, dim: builtins.int, index: Tensor, src: Tensor) -> Tensor:
        """Elements added along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_add_.html)
        """
    def scatter_reduce(self, dim: builtins.int, index: Tensor, src: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
        """Elements reduced along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html)
        """
    def scatter_reduce_(self, dim: builtins.int, index: Tensor, src: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ...) -> Tensor:
        """Elements reduced along a dimension
        (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html)
        """
    def select(self, dim: builtins.int, index: builtins.int) -> Tensor:
        """The view at one index of a dimension, which goes away."""
    def select_scatter(self, src: Tensor, dim: builtins.int, index: builtins.int, *, out: Any = ...) -> Tensor:
        """A copy of `input` with `src` in the place of `input.select(dim, index)`.

        https://docs.pytorch.org/docs/stable/generated/torch.select_scatter.html
        """
    def selu_(self, inplace: builtins.bool = ...) -> Tensor:
        """Self-normalizing ELU (https://arxiv.org/abs/1706.02515)"""
    def set_(self, source: Any = ..., storage_offset: builtins.int = ..., size: Any = ..., stride: Any = ...) -> Tensor:
        """Use another tensor's storage, sizes and strides."""
    def sgn(self, *, out: Tensor | None = ...) -> Tensor:
        """The sign; for complex input the unit number of its angle, 0 at 0
        (https://docs.pytorch.org/docs/stable/generated/torch.sgn.html)
        """
    def sgn_(self) -> Tensor:
        """The sign; for complex input the unit number of its angle, 0 at 0
        (https://docs.pytorch.org/docs/stable/generated/torch.sgn.html)
        """
    def share_memory_(self) -> Tensor:
        """Move the contents to memory that other processes see (torch.multiprocessing). Nothing is done
        for a tensor on an accelerator, as in PyTorch; NotImplementedError for a sparse one.
        """
    def short(self, memory_format: Any = ...) -> Tensor:
        """The tensor as torch.int16."""
    def sigmoid(self, *, out: Tensor | None = ...) -> Tensor:
        """sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)"""
    def sigmoid_(self) -> Tensor:
        """sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)"""
    def sign(self, *, out: Tensor | None = ...) -> Tensor:
        """-1, 0 or 1 (https://docs.pytorch.org/docs/stable/generated/torch.sign.html)"""
    def sign_(self) -> Tensor:
        """-1, 0 or 1 (https://docs.pytorch.org/docs/stable/generated/torch.sign.html)"""
    def signbit(self, *, out: Tensor | None = ...) -> Tensor:
        """Whether the sign bit is set; for floats also that of -0. and NaN (https://docs.pytorch.org/docs/stable/generated/torch.signbit.html)"""
    def sin(self, *, out: Tensor | None = ...) -> Tensor:
        """sin of each element (https://docs.pytorch.org/docs/stable/generated/torch.sin.html)"""
    def sin_(self) -> Tensor:
        """sin of each element (https://docs.pytorch.org/docs/stable/generated/torch.sin.html)"""
    def sinc(self, *, out: Tensor | None = ...) -> Tensor:
        """sin(πx) / (πx), 1 at 0
        (https://docs.pytorch.org/docs/stable/generated/torch.special.sinc.html)
        """
    def sinc_(self) -> Tensor:
        """sin(πx) / (πx), 1 at 0
        (https://docs.pytorch.org/docs/stable/generated/torch.special.sinc.html)
        """
    def sinh(self, *, out: Tensor | None = ...) -> Tensor:
        """sinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.sinh.html)"""
    def sinh_(self) -> Tensor:
        """sinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.sinh.html)"""
    def slice_scatter(self, src: Tensor, dim: builtins.int = ..., start: Any = ..., end: Any = ..., step: builtins.int = ..., *, out: Any = ...) -> Tensor:
        """A copy of `input` with `src` in the place of `input[start:end:step]` along a dim.

        https://docs.pytorch.org/docs/stable/generated/torch.slice_scatter.html
        """
    def slogdet(self) -> results.slogdet:
        """Sign and logarithm of the absolute value of the determinant.

        (https://docs.pytorch.org/docs/stable/generated/torch.slogdet.html)
        """
    def smm(self, mat: Tensor) -> Tensor:
        """Sparse times dense, with a sparse result that has every column of a row that is there."""
    def softmax(self, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
        """exp(x) normalized to sum 1 along `dim`, in `dtype` when given
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)
        """
    def sort(self, dim: builtins.int = ..., descending: builtins.bool = ..., stable: builtins.bool | None = ..., *, out: Sequence[Tensor] | None = ...) -> results.sort:
        """Elements in order along a dim, with their int64 indices; always stable
        (https://docs.pytorch.org/docs/stable/generated/torch.sort.html)
        """
    def sparse_dim(self) -> Any: ...
    def sparse_mask(self, mask: Tensor) -> Tensor:
        """The elements at the places of a sparse tensor of the same shape, as a sparse tensor.

        https://docs.pytorch.org/docs/stable/generated/torch.Tensor.sparse_mask.html
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
        """sqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html)"""
    def sqrt_(self) -> Tensor:
        """sqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html)"""
    def square(self, *, out: Tensor | None = ...) -> Tensor:
        """input * input (https://docs.pytorch.org/docs/stable/generated/torch.square.html)"""
    def square_(self) -> Tensor:
        """input * input (https://docs.pytorch.org/docs/stable/generated/torch.square.html)"""
    def squeeze(self, dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., *more: builtins.int) -> Tensor:
        """A view without the dimensions of size 1 (or without those named, where their size is 1)."""
    def squeeze_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `squeeze`: the tensor itself takes the new sizes and strides."""
    def std(self, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ..., out: Any = ...) -> Any:
        """The square root of `var` (https://docs.pytorch.org/docs/stable/generated/torch.std.html)"""
    def stft(self, n_fft: Any, hop_length: Any = ..., win_length: Any = ..., window: Any = ..., center: Any = ..., pad_mode: Any = ..., normalized: Any = ..., onesided: Any = ..., return_complex: Any = ..., align_to_window: Any = ...) -> Any:
        """Transforms of overlapping windows of a signal: (..., frequency, frame), complex.

        With `return_complex=False` real and imaginary part are a last dimension of size 2.
        (https://docs.pytorch.org/docs/stable/generated/torch.stft.html)
        """
    def storage(self) -> Any:
        """The memory behind this tensor, in its elements."""
    def storage_type(self) -> builtins.type:
        """The legacy class of this tensor's storage."""
    def sub(self, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """input - alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)
        """
    def sub_(self, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
        """input - alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)
        """
    def subtract(self, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
        """input - alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)
        """
    def subtract_(self, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
        """input - alpha * other, alpha 1 when absent
        (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)
        """
    def sum(self, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
        """The sum over dims, of all elements by default; integers and bools sum to int64
        (https://docs.pytorch.org/docs/stable/generated/torch.sum.html)
        """
    def sum_to_size(self, *size: Any) -> Tensor:
        """Summed over the dimensions that broadcasting to this tensor's shape would have added."""
    def svd(self, some: builtins.bool = ..., compute_uv: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.svd:
        """U, S and V with input = U diag(S) V^H; U and V are zeros with `compute_uv=False`.

        (https://docs.pytorch.org/docs/stable/generated/torch.svd.html)
        """
    def swapaxes(self, axis0: builtins.int, axis1: builtins.int) -> Tensor:
        """`transpose`, by NumPy's name."""
    def swapaxes_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `swapaxes`: the tensor itself takes the new sizes and strides."""
    def swapdims(self, dim0: builtins.int, dim1: builtins.int) -> Tensor:
        """`transpose`."""
    def swapdims_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `swapdims`: the tensor itself takes the new sizes and strides."""
    def t(self) -> Tensor:
        """The transpose of a matrix; a tensor of fewer dimensions as it is."""
    def t_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `t`: the tensor itself takes the new sizes and strides."""
    def take(self, index: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """Elements by their place in the flattened tensor
        (https://docs.pytorch.org/docs/stable/generated/torch.take.html)
        """
    def take_along_dim(self, indices: Tensor, dim: builtins.int | None = ..., *, out: Tensor | None = ...) -> Tensor:
        """Elements along a dimension, broadcast
        (https://docs.pytorch.org/docs/stable/generated/torch.take_along_dim.html)
        """
    def tan(self, *, out: Tensor | None = ...) -> Tensor:
        """tan of each element (https://docs.pytorch.org/docs/stable/generated/torch.tan.html)"""
    def tan_(self) -> Tensor:
        """tan of each element (https://docs.pytorch.org/docs/stable/generated/torch.tan.html)"""
    def tanh(self, *, out: Tensor | None = ...) -> Tensor:
        """tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)"""
    def tanh_(self) -> Tensor:
        """tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)"""
    def tensor_split(self, indices_or_sections: Any = ..., dim: builtins.int = ..., *, indices: Any = ..., sections: Any = ...) -> builtins.tuple[Tensor, ...]:
        """Views of parts as equal as can be, or split before the given indices."""
    def threshold_(self, threshold: builtins.float, value: builtins.float, inplace: builtins.bool = ...) -> Tensor:
        """x where above the threshold, `value` elsewhere
        (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html)
        """
    def tile(self, *dims: builtins.int | Sequence[builtins.int]) -> Tensor:
        """Copies side by side (https://docs.pytorch.org/docs/stable/generated/torch.tile.html)"""
    def to(self, *args: Any, device: Any = ..., dtype: Any = ..., non_blocking: builtins.bool = ..., copy: builtins.bool = ..., memory_format: Any = ...) -> Tensor:
        """The tensor as another dtype and/or on another device; itself when nothing changes.

        `to(dtype)`, `to(device)`, `to(device, dtype)`, `to(other)`.
        https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html
        """
    def to_dense(self, dtype: Dtype | None = ..., *, masked_grad: builtins.bool | None = ...) -> Tensor:
        """The tensor itself: it is dense."""
    def to_sparse(self, sparse_dim: builtins.int | None = ..., *, layout: Layout | None = ..., blocksize: Sequence[builtins.int] | None = ..., dense_dim: builtins.int | None = ...) -> Tensor:
        """The tensor in another layout (COO unless told), without its zeros. Looks at a dense tensor's
        values.

        https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to_sparse.html
        """
    def to_sparse_bsc(self, blocksize: Any, dense_dim: builtins.int | None = ...) -> Tensor:
        """Blocked layouts do not exist here: NotImplementedError."""
    def to_sparse_bsr(self, blocksize: Any, dense_dim: builtins.int | None = ...) -> Tensor:
        """Blocked layouts do not exist here: NotImplementedError."""
    def to_sparse_coo(self) -> Tensor:
        """The tensor in COO layout."""
    def to_sparse_csc(self, dense_dim: builtins.int | None = ...) -> Tensor:
        """The matrix with compressed columns."""
    def to_sparse_csr(self, dense_dim: builtins.int | None = ...) -> Tensor:
        """The matrix with compressed rows."""
    def topk(self, k: builtins.int, dim: builtins.int = ..., largest: builtins.bool = ..., sorted: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.topk:
        """The k largest (or smallest) elements along a dim in order, with their int64 indices
        (https://docs.pytorch.org/docs/stable/generated/torch.topk.html)
        """
    def trace(self) -> Tensor:
        """The sum of a matrix's diagonal; integers sum to int64."""
    def transpose(self, dim0: builtins.int, dim1: builtins.int) -> Tensor:
        """A view with two dimensions swapped."""
    def transpose_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `transpose`: the tensor itself takes the new sizes and strides."""
    def triangular_solve(self, A: Any, upper: Any = ..., transpose: Any = ..., unitriangular: Any = ..., *, out: Any = ...) -> Any:
        """X with AX = b (A^T X = b with transpose) for triangular A, and A.

        (https://docs.pytorch.org/docs/stable/generated/torch.triangular_solve.html)
        """
    def tril(self, diagonal: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
        """The lower triangle (https://docs.pytorch.org/docs/stable/generated/torch.tril.html)"""
    def tril_(self, diagonal: builtins.int = ...) -> Tensor:
        """The lower triangle (https://docs.pytorch.org/docs/stable/generated/torch.tril.html)"""
    def triu(self, diagonal: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
        """The upper triangle (https://docs.pytorch.org/docs/stable/generated/torch.triu.html)"""
    def triu_(self, diagonal: builtins.int = ...) -> Tensor:
        """The upper triangle (https://docs.pytorch.org/docs/stable/generated/torch.triu.html)"""
    def true_divide(self, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
        """input / other, always a float
        (https://docs.pytorch.org/docs/stable/generated/torch.true_divide.html)
        """
    def true_divide_(self, other: Tensor | Number) -> Tensor:
        """input / other, always a float
        (https://docs.pytorch.org/docs/stable/generated/torch.true_divide.html)
        """
    def trunc(self, *, out: Tensor | None = ...) -> Tensor:
        """trunc of every element"""
    def trunc_(self) -> Tensor:
        """trunc of every element"""
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
        """Uniform numbers in [from, to)."""
    def unique(self, sorted: builtins.bool = ..., return_inverse: builtins.bool = ..., return_counts: builtins.bool = ..., dim: builtins.int | None = ...) -> Tensor:
        """The distinct elements, or slices along dim, in order; each NaN is distinct
        (https://docs.pytorch.org/docs/stable/generated/torch.unique.html)
        """
    def unique_consecutive(self, return_inverse: builtins.bool = ..., return_counts: builtins.bool = ..., dim: builtins.int | None = ...) -> Tensor:
        """Elements, or slices along dim, with runs of equal ones reduced to one
        (https://docs.pytorch.org/docs/stable/generated/torch.unique_consecutive.html)
        """
    def unsafe_chunk(self, chunks: builtins.int, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]: ...
    def unsafe_split(self, split_size: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]: ...
    def unsafe_split_with_sizes(self, split_sizes: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
        """`split_with_sizes` into parts that may be written to."""
    def unsqueeze(self, dim: builtins.int) -> Tensor:
        """A view with a new dimension of size 1."""
    def unsqueeze_(self, *args: Any, **kwargs: Any) -> Tensor:
        """In-place form of `unsqueeze`: the tensor itself takes the new sizes and strides."""
    def untyped_storage(self) -> UntypedStorage:
        """The memory behind this tensor."""
    def values(self) -> Tensor:
        """Of sparse tensors only: RuntimeError or NotImplementedError for a dense one."""
    def var(self, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ..., out: Any = ...) -> Any:
        """The variance over dims: squares of deviations over (count - correction), correction 1 by
        default (https://docs.pytorch.org/docs/stable/generated/torch.var.html)
        """
    def vdot(self, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
        """`dot` with the first vector conjugated
        (https://docs.pytorch.org/docs/stable/generated/torch.vdot.html)
        """
    def view(self, *shape: Any, dtype: Any = ..., size: Any = ...) -> Tensor:
        """The same memory with other sizes, or seen as another dtype. RuntimeError when the strides do
        not allow it.
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
        """
    def xlogy_(self, other: Tensor | Number) -> Tensor:
        """input * log(other), 0 where input is 0
        (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlogy)
        """
    def zero_(self) -> Tensor:
        """Write zero into every element."""
