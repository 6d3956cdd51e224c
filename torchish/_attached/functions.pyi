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
    """
def abs_(input: Tensor) -> Tensor:
    """|input|; real for complex input, whose gradient at 0 is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)
    """
def absolute(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """|input|; real for complex input, whose gradient at 0 is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)
    """
def absolute_(input: Tensor) -> Tensor:
    """|input|; real for complex input, whose gradient at 0 is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)
    """
def acos(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)"""
def acos_(input: Tensor) -> Tensor:
    """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)"""
def acosh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)"""
def acosh_(input: Tensor) -> Tensor:
    """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)"""
def adaptive_avg_pool1d(input: Tensor, output_size: builtins.int | Sequence[builtins.int], *, out: Tensor | None = ...) -> Tensor:
    """Means of `output_size` windows of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool1d.html)
    """
def adaptive_max_pool1d(input: Tensor, output_size: builtins.int | Sequence[builtins.int]) -> Tensor:
    """Maxima of `output_size` windows of (N, C, L) or (C, L) and their int64 positions."""
def add(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """input + alpha * other, alpha 1 when absent
    (https://docs.pytorch.org/docs/stable/generated/torch.add.html)
    """
def add_(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
    """input + alpha * other, alpha 1 when absent
    (https://docs.pytorch.org/docs/stable/generated/torch.add.html)
    """
def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """beta · input + alpha · the sum of bmm(batch1, batch2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addbmm.html)
    """
def addbmm_(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
    """beta · input + alpha · the sum of bmm(batch1, batch2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addbmm.html)
    """
def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """input + value * tensor1 / tensor2
    (https://docs.pytorch.org/docs/stable/generated/torch.addcdiv.html)
    """
def addcdiv_(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Number | Tensor = ...) -> Tensor:
    """input + value * tensor1 / tensor2
    (https://docs.pytorch.org/docs/stable/generated/torch.addcdiv.html)
    """
def addcmul(input: Tensor, tensor1: Tensor | Number, tensor2: Tensor | Number, *, value: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """input + value * tensor1 * tensor2
    (https://docs.pytorch.org/docs/stable/generated/torch.addcmul.html)
    """
def addcmul_(input: Tensor, tensor1: Tensor | Number, tensor2: Tensor | Number, *, value: Number | Tensor = ...) -> Tensor:
    """input + value * tensor1 * tensor2
    (https://docs.pytorch.org/docs/stable/generated/torch.addcmul.html)
    """
def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """beta · input + alpha · (mat1 @ mat2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addmm.html)
    """
def addmm_(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
    """beta · input + alpha · (mat1 @ mat2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addmm.html)
    """
def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """beta · input + alpha · (mat @ vec)
    (https://docs.pytorch.org/docs/stable/generated/torch.addmv.html)
    """
def addmv_(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
    """beta · input + alpha · (mat @ vec)
    (https://docs.pytorch.org/docs/stable/generated/torch.addmv.html)
    """
def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """beta · input + alpha · outer(vec1, vec2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addr.html)
    """
def addr_(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
    """beta · input + alpha · outer(vec1, vec2)
    (https://docs.pytorch.org/docs/stable/generated/torch.addr.html)
    """
def adjoint(self: Tensor) -> Tensor:
    """The conjugate transpose of the last two dimensions."""
def affine_grid_generator(theta: Tensor, size: Sequence[builtins.int], align_corners: builtins.bool) -> Tensor:
    """`nn.functional.affine_grid`."""
def alias(self: Tensor) -> Tensor:
    """A view of everything."""
def alias_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`alias`, as a copy; an operator of functionalized PyTorch programs."""
def all(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Whether all elements over dims are true
    (https://docs.pytorch.org/docs/stable/generated/torch.all.html)
    """
def allclose(input: Tensor, other: Tensor, rtol: builtins.float = ..., atol: builtins.float = ..., equal_nan: builtins.bool = ...) -> builtins.bool:
    """Whether all elements satisfy |input - other| <= atol + rtol * |other|."""
def alpha_dropout(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`nn.functional.alpha_dropout`."""
def alpha_dropout_(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`alpha_dropout` in place."""
def amax(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """The maximum over dims, all by default
    (https://docs.pytorch.org/docs/stable/generated/torch.amax.html)
    """
def amin(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """The minimum over dims, all by default
    (https://docs.pytorch.org/docs/stable/generated/torch.amin.html)
    """
def aminmax(input: Tensor, *, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.aminmax:
    """Minimum and maximum over a dim, or of all elements
    (https://docs.pytorch.org/docs/stable/generated/torch.aminmax.html)
    """
def angle(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The angle of a complex number in radians; π for negative numbers, 0 for others
    (https://docs.pytorch.org/docs/stable/generated/torch.angle.html)
    """
def any(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Whether any element over dims is true
    (https://docs.pytorch.org/docs/stable/generated/torch.any.html)
    """
def arccos(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)"""
def arccos_(input: Tensor) -> Tensor:
    """acos of each element (https://docs.pytorch.org/docs/stable/generated/torch.acos.html)"""
def arccosh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)"""
def arccosh_(input: Tensor) -> Tensor:
    """acosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.acosh.html)"""
def arcsin(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)"""
def arcsin_(input: Tensor) -> Tensor:
    """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)"""
def arcsinh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)"""
def arcsinh_(input: Tensor) -> Tensor:
    """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)"""
def arctan(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)"""
def arctan2(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The angle of the point (other, input) in radians
    (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)
    """
def arctan2_(input: Tensor, other: Tensor) -> Tensor:
    """The angle of the point (other, input) in radians
    (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)
    """
def arctan_(input: Tensor) -> Tensor:
    """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)"""
def arctanh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)"""
def arctanh_(input: Tensor) -> Tensor:
    """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)"""
def argmax(input: Tensor, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Index of the first maximum along a dim, or in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.argmax.html)
    """
def argmin(input: Tensor, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Index of the first minimum along a dim, or in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.argmin.html)
    """
def argsort(input: Tensor, dim: builtins.int = ..., descending: builtins.bool = ..., stable: builtins.bool = ...) -> Tensor:
    """The int64 indices that sort a tensor along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.argsort.html)
    """
def argwhere(input: Tensor) -> Tensor:
    """Positions of the elements that are not zero, one row each."""
def as_strided(self: Tensor, size: Any, stride: Any, storage_offset: builtins.int | None = ...) -> Tensor:
    """A view of the storage with any sizes, strides and offset. RuntimeError when it would leave
    the storage.
    """
def as_strided_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`as_strided`, as a copy; an operator of functionalized PyTorch programs."""
def as_strided_scatter(input: Tensor, src: Tensor, size: Any, stride: Any, storage_offset: Any = ..., *, out: Any = ...) -> Tensor:
    """A copy of `input` with `src` in the place of `input.as_strided(size, stride,
    storage_offset)`.

    https://docs.pytorch.org/docs/stable/generated/torch.as_strided_scatter.html
    """
def asin(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)"""
def asin_(input: Tensor) -> Tensor:
    """asin of each element (https://docs.pytorch.org/docs/stable/generated/torch.asin.html)"""
def asinh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)"""
def asinh_(input: Tensor) -> Tensor:
    """asinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.asinh.html)"""
def atan(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)"""
def atan2(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The angle of the point (other, input) in radians
    (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)
    """
def atan2_(input: Tensor, other: Tensor) -> Tensor:
    """The angle of the point (other, input) in radians
    (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)
    """
def atan_(input: Tensor) -> Tensor:
    """atan of each element (https://docs.pytorch.org/docs/stable/generated/torch.atan.html)"""
def atanh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)"""
def atanh_(input: Tensor) -> Tensor:
    """atanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.atanh.html)"""
def atleast_1d(*tensors: Any) -> Any:
    """Tensors with at least 1 dimension; views."""
def atleast_2d(*tensors: Any) -> Any:
    """Tensors with at least 2 dimensions; views."""
def atleast_3d(*tensors: Any) -> Any:
    """Tensors with at least 3 dimensions; views."""
def autocast_decrement_nesting() -> builtins.int:
    """Leave a region; how many there are now."""
def autocast_increment_nesting() -> builtins.int:
    """Enter a region; how many there are now."""
def avg_pool1d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., count_include_pad: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Mean of each window of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool1d.html)
    """
def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """beta · input + alpha · bmm(batch1, batch2)
    (https://docs.pytorch.org/docs/stable/generated/torch.baddbmm.html)
    """
def baddbmm_(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number | Tensor = ..., alpha: Number | Tensor = ...) -> Tensor:
    """beta · input + alpha · bmm(batch1, batch2)
    (https://docs.pytorch.org/docs/stable/generated/torch.baddbmm.html)
    """
def bartlett_window(window_length: builtins.int, periodic: builtins.bool = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The triangular Bartlett window, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.bartlett_window.html)
    """
def batch_norm(input: Tensor, weight: Tensor | None, bias: Tensor | None, running_mean: Tensor | None, running_var: Tensor | None, training: builtins.bool, momentum: builtins.float, eps: builtins.float, cudnn_enabled: builtins.bool) -> Tensor:
    """`nn.functional.batch_norm`, the parameters before the statistics."""
def bernoulli(input: Tensor, p: builtins.float | None = ..., *, generator: Any = ..., out: Any = ...) -> Tensor:
    """1 with the probabilities that `input` holds (or with probability `p`), else 0."""
bfloat16: Dtype
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = ...) -> Tensor:
    """x1 A x2 + b for each output feature: weight (out, in1, in2)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.bilinear.html)
    """
def binary_cross_entropy_with_logits(input: Tensor, target: Tensor, weight: Tensor | None = ..., pos_weight: Tensor | None = ..., reduction: builtins.int = ...) -> Tensor:
    """`nn.functional.binary_cross_entropy_with_logits`."""
def bincount(input: Tensor, weights: Tensor | None = ..., minlength: builtins.int = ...) -> Tensor:
    """How often each non-negative integer occurs, or the sum of its weights
    (https://docs.pytorch.org/docs/stable/generated/torch.bincount.html)
    """
def binomial(count: Tensor, prob: Tensor, generator: Any = ...) -> Tensor:
    """Binomial numbers of the given counts and probabilities."""
def bitwise_and(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input & other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_and.html)"""
def bitwise_and_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """input & other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_and.html)"""
def bitwise_left_shift(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input << other; 0 when the shift is not inside the width of the dtype
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html)
    """
def bitwise_left_shift_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """input << other; 0 when the shift is not inside the width of the dtype
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html)
    """
def bitwise_not(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Every bit inverted; of bools the negation
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_not.html)
    """
def bitwise_not_(input: Tensor) -> Tensor:
    """Every bit inverted; of bools the negation
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_not.html)
    """
def bitwise_or(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input | other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_or.html)"""
def bitwise_or_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """input | other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_or.html)"""
def bitwise_right_shift(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input >> other, keeping the sign; a shift outside the width gives 0 or -1
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html)
    """
def bitwise_right_shift_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """input >> other, keeping the sign; a shift outside the width gives 0 or -1
    (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html)
    """
def bitwise_xor(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input ^ other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_xor.html)"""
def bitwise_xor_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """input ^ other (https://docs.pytorch.org/docs/stable/generated/torch.bitwise_xor.html)"""
def blackman_window(window_length: builtins.int, periodic: builtins.bool = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Blackman window, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.blackman_window.html)
    """
def block_diag(*tensors: Any) -> Tensor:
    """Matrices along a diagonal
    (https://docs.pytorch.org/docs/stable/generated/torch.block_diag.html)
    """
def bmm(input: Tensor, mat2: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Products of batches of matrices
    (https://docs.pytorch.org/docs/stable/generated/torch.bmm.html)
    """
bool: Dtype
def broadcast_shapes(*shapes: Any) -> Size:
    """The common shape of shapes. RuntimeError for what is no shape and where there is none,
    ValueError for a negative size.
    """
def broadcast_tensors(*tensors: Any) -> builtins.tuple[Tensor, ...]:
    """Tensors expanded to their common shape; views."""
def broadcast_to(input: Tensor, size: Any) -> Tensor:
    """The tensor expanded to a shape; a view."""
def bucketize(input: Tensor | Number | None, boundaries: Tensor, *, out_int32: builtins.bool = ..., right: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """The index of the bucket between boundaries that each element falls into
    (https://docs.pytorch.org/docs/stable/generated/torch.bucketize.html)
    """
def can_cast(from_: Dtype, to: Dtype) -> builtins.bool:
    """Whether a result of one dtype may be written into another."""
def cartesian_prod(*tensors: Any) -> Tensor:
    """All combinations of elements of 1-D tensors
    (https://docs.pytorch.org/docs/stable/generated/torch.cartesian_prod.html)
    """
def cat(tensors: Sequence[Tensor], dim: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """Tensors joined along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.cat.html)
    """
def cdist(x1: Tensor, x2: Tensor, p: builtins.float = ..., compute_mode: builtins.str | builtins.int | None = ...) -> Tensor:
    """p-distances between all pairs of rows of x1 (..., P, M) and x2 (..., R, M), as (..., P, R)
    (https://docs.pytorch.org/docs/stable/generated/torch.cdist.html)
    """
cdouble: Dtype
def ceil(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """ceil of every element"""
def ceil_(input: Tensor) -> Tensor:
    """ceil of every element"""
def celu(input: Tensor, alpha: builtins.float = ..., inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Continuously differentiable ELU (https://arxiv.org/abs/1704.07483)"""
def celu_(input: Tensor, alpha: builtins.float = ..., inplace: builtins.bool = ...) -> Tensor:
    """Continuously differentiable ELU (https://arxiv.org/abs/1704.07483)"""
cfloat: Dtype
def chain_matmul(*matrices: Any, out: Any = ...) -> Tensor:
    """The product of a chain of matrices."""
chalf: Dtype
def channel_shuffle(input: Tensor, groups: builtins.int) -> Tensor:
    """Channels (dim 1) dealt out round robin from `groups` blocks
    (https://arxiv.org/abs/1707.01083)
    """
def cholesky(input: Any, upper: Any = ..., *, out: Any = ...) -> Any:
    """The Cholesky factor of Hermitian positive-definite matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.cholesky.html)
    """
def cholesky_inverse(L: Tensor, upper: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of A, from its Cholesky factor.

    (https://docs.pytorch.org/docs/stable/generated/torch.cholesky_inverse.html)
    """
def cholesky_solve(B: Tensor, L: Tensor, upper: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """X with A X = B, from the Cholesky factor of A.

    (https://docs.pytorch.org/docs/stable/generated/torch.cholesky_solve.html)
    """
def chunk(self: Tensor, chunks: builtins.int, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """At most `chunks` views of equal size (the last may be smaller)."""
def clamp(input: Tensor, min: Tensor | Number = ..., max: Tensor | Number = ..., *, out: Tensor | None = ...) -> Tensor:
    """Elements moved to the nearer bound of [min, max]
    (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)
    """
def clamp_(input: Tensor, min: Tensor | Number = ..., max: Tensor | Number = ...) -> Tensor:
    """Elements moved to the nearer bound of [min, max]
    (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)
    """
def clamp_max(input: Tensor, max: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Elements at most max (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)"""
def clamp_max_(input: Tensor, max: Tensor | Number) -> Tensor:
    """Elements at most max (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)"""
def clamp_min(input: Tensor, min: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """Elements at least min (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)"""
def clamp_min_(input: Tensor, min: Tensor | Number) -> Tensor:
    """Elements at least min (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)"""
def clear_autocast_cache() -> None:
    """Forget the casts that were kept."""
def clip(input: Tensor, min: Tensor | Number = ..., max: Tensor | Number = ..., *, out: Tensor | None = ...) -> Tensor:
    """Elements moved to the nearer bound of [min, max]
    (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)
    """
def clip_(input: Tensor, min: Tensor | Number = ..., max: Tensor | Number = ...) -> Tensor:
    """Elements moved to the nearer bound of [min, max]
    (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)
    """
def clone(input: Tensor, *, memory_format: Any = ...) -> Tensor:
    """A copy, with gradient."""
def column_stack(tensors: Sequence[Tensor], *, out: Tensor | None = ...) -> Tensor:
    """1-D tensors as columns
    (https://docs.pytorch.org/docs/stable/generated/torch.column_stack.html)
    """
def combinations(input: Tensor, r: builtins.int = ..., with_replacement: builtins.bool = ...) -> Tensor:
    """Rows of r elements
    (https://docs.pytorch.org/docs/stable/generated/torch.combinations.html)
    """
def complex(real: Tensor, imag: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """real + i imag (https://docs.pytorch.org/docs/stable/generated/torch.complex.html)"""
complex128: Dtype
complex32: Dtype
complex64: Dtype
def concat(tensors: Sequence[Tensor], dim: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """Tensors joined along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.cat.html)
    """
def concatenate(tensors: Sequence[Tensor], dim: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """Tensors joined along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.cat.html)
    """
def cond(pred: Any, true_fn: Callable, false_fn: Callable, operands: Sequence | builtins.dict = ...) -> Any:
    """One function or the other of the operands, by a bool or a tensor with one element."""
def conj(self: Tensor) -> Tensor:
    """The complex conjugate, a view: what is written to one is seen by the other. A real tensor
    itself.

    It and its views are marked, `is_conj`: PyTorch refuses to show their memory as it lies.
    """
def conj_physical(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The complex conjugate
    (https://docs.pytorch.org/docs/stable/generated/torch.conj_physical.html)
    """
def conj_physical_(input: Tensor) -> Tensor:
    """The complex conjugate
    (https://docs.pytorch.org/docs/stable/generated/torch.conj_physical.html)
    """
def constant_pad_nd(input: Tensor, pad: builtins.tuple[builtins.int, ...], value: builtins.float = ...) -> Tensor:
    """Constant padding by pairs (before, after) from the last dimension on."""
def conv1d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] | builtins.str = ..., dilation: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ...) -> Tensor:
    """1-D cross-correlation: input (N, C, L) or (C, L), weight (out, C / groups, k)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv1d.html)
    """
def conv2d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] | builtins.str = ..., dilation: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ...) -> Tensor:
    """2-D cross-correlation: input (N, C, H, W) or (C, H, W), weight (out, C / groups, kh, kw)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html)
    """
def conv3d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] | builtins.str = ..., dilation: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ...) -> Tensor:
    """3-D cross-correlation: input (N, C, D, H, W) or (C, D, H, W), weight (out, C / groups, kd,
    kh, kw) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv3d.html)
    """
def conv_tbc(input: Tensor, weight: Tensor, bias: Tensor, pad: builtins.int = ...) -> Tensor:
    """1-D convolution over (time, batch, channels): weight (k, channels, out), bias (out,)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_tbc.html)
    """
def conv_transpose1d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] = ..., output_padding: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ..., dilation: builtins.int | Sequence[builtins.int] = ...) -> Tensor:
    """Gradient of a 1-D convolution as a layer: weight (C, out / groups, k)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose1d.html)
    """
def conv_transpose2d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] = ..., output_padding: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ..., dilation: builtins.int | Sequence[builtins.int] = ...) -> Tensor:
    """Gradient of a 2-D convolution as a layer: weight (C, out / groups, kh, kw)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose2d.html)
    """
def conv_transpose3d(input: Tensor, weight: Tensor, bias: Tensor | None = ..., stride: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] = ..., output_padding: builtins.int | Sequence[builtins.int] = ..., groups: builtins.int = ..., dilation: builtins.int | Sequence[builtins.int] = ...) -> Tensor:
    """Gradient of a 3-D convolution as a layer: weight (C, out / groups, kd, kh, kw)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose3d.html)
    """
def convolution(input: Tensor, weight: Tensor, bias: Tensor | None, stride: Sequence[builtins.int], padding: Sequence[builtins.int], dilation: Sequence[builtins.int], transposed: builtins.bool, output_padding: Sequence[builtins.int], groups: builtins.int) -> Tensor:
    """`conv1d`, `conv2d`, `conv3d` or the transposed ones, by the input's dims."""
def copysign(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """The magnitude of input with the sign of other, -0. included
    (https://docs.pytorch.org/docs/stable/generated/torch.copysign.html)
    """
def copysign_(input: Tensor, other: Tensor | Number) -> Tensor:
    """The magnitude of input with the sign of other, -0. included
    (https://docs.pytorch.org/docs/stable/generated/torch.copysign.html)
    """
def corrcoef(input: Tensor) -> Tensor:
    """Pearson's correlation coefficients of variables (rows).

    (https://docs.pytorch.org/docs/stable/generated/torch.corrcoef.html)
    """
def cos(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """cos of each element (https://docs.pytorch.org/docs/stable/generated/torch.cos.html)"""
def cos_(input: Tensor) -> Tensor:
    """cos of each element (https://docs.pytorch.org/docs/stable/generated/torch.cos.html)"""
def cosh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """cosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.cosh.html)"""
def cosh_(input: Tensor) -> Tensor:
    """cosh of each element (https://docs.pytorch.org/docs/stable/generated/torch.cosh.html)"""
def cosine_embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: builtins.float = ..., reduction: builtins.int = ...) -> Tensor:
    """`nn.functional.cosine_embedding_loss`."""
def cosine_similarity(x1: Tensor, x2: Tensor, dim: builtins.int = ..., eps: builtins.float = ...) -> Tensor:
    """x1 . x2 / (max(|x1|, eps) max(|x2|, eps)) along `dim`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html)
    """
def count_nonzero(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ...) -> Tensor:
    """The number of elements that are not 0, as int64
    (https://docs.pytorch.org/docs/stable/generated/torch.count_nonzero.html)
    """
def cov(input: Tensor, *, correction: builtins.int = ..., fweights: Tensor | None = ..., aweights: Tensor | None = ...) -> Tensor:
    """The covariance matrix of variables (rows) over observations (columns).

    RuntimeError for negative weights.
    https://docs.pytorch.org/docs/stable/generated/torch.cov.html
    """
def cross(input: Any, other: Any, dim: Any = ..., *, out: Any = ...) -> Any:
    """The vector product (https://docs.pytorch.org/docs/stable/generated/torch.cross.html)"""
def ctc_loss(log_probs: Tensor, targets: Tensor, input_lengths: Any, target_lengths: Any, blank: builtins.int = ..., reduction: builtins.int = ..., zero_infinity: builtins.bool = ...) -> Tensor:
    """`nn.functional.ctc_loss`."""
def cummax(input: Tensor, dim: builtins.int, *, out: Sequence[Tensor] | None = ...) -> results.cummax:
    """Running maxima along a dim, and where each was last seen
    (https://docs.pytorch.org/docs/stable/generated/torch.cummax.html)
    """
def cummin(input: Tensor, dim: builtins.int, *, out: Sequence[Tensor] | None = ...) -> results.cummin:
    """Running minima along a dim, and where each was last seen
    (https://docs.pytorch.org/docs/stable/generated/torch.cummin.html)
    """
def cumprod(input: Tensor, dim: builtins.int, *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """Running products along a dim; the gradient is exact beside zeros
    (https://docs.pytorch.org/docs/stable/generated/torch.cumprod.html)
    """
def cumprod_(input: Tensor, dim: builtins.int, *, dtype: Dtype | None = ...) -> Tensor:
    """Running products along a dim; the gradient is exact beside zeros
    (https://docs.pytorch.org/docs/stable/generated/torch.cumprod.html)
    """
def cumsum(input: Tensor, dim: builtins.int, *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """Running sums along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html)
    """
def cumsum_(input: Tensor, dim: builtins.int, *, dtype: Dtype | None = ...) -> Tensor:
    """Running sums along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.cumsum.html)
    """
def cumulative_trapezoid(y: Tensor, x: Tensor | None = ..., *, dx: builtins.float | None = ..., dim: builtins.int = ...) -> Tensor:
    """Running integrals of samples along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.cumulative_trapezoid.html)
    """
def deg2rad(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Degrees as radians (https://docs.pytorch.org/docs/stable/generated/torch.deg2rad.html)"""
def deg2rad_(input: Tensor) -> Tensor:
    """Degrees as radians (https://docs.pytorch.org/docs/stable/generated/torch.deg2rad.html)"""
def det(A: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The determinant of square matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.det.html)
    """
def detach(input: Tensor) -> Tensor:
    """The same memory without history."""
def detach_(self: Tensor) -> Tensor:
    """Cut this tensor off from what made it."""
def detach_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`detach`, as a copy; an operator of functionalized PyTorch programs."""
def diag(input: Tensor, diagonal: builtins.int = ..., *, out: Any = ...) -> Tensor:
    """A matrix with a vector on its diagonal; a matrix's diagonal."""
def diag_embed(input: Tensor, offset: builtins.int = ..., dim1: builtins.int = ..., dim2: builtins.int = ...) -> Tensor:
    """The last dimension on a diagonal of two new dimensions, zeros elsewhere."""
def diagflat(input: Tensor, offset: builtins.int = ...) -> Tensor:
    """The elements on a diagonal of a square matrix of zeros."""
def diagonal(self: Tensor, offset: builtins.int = ..., dim1: builtins.int = ..., dim2: builtins.int = ...) -> Tensor:
    """A view of a diagonal, as the last dimension."""
def diagonal_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`diagonal`, as a copy; an operator of functionalized PyTorch programs."""
def diagonal_scatter(input: Tensor, src: Tensor, offset: builtins.int = ..., dim1: builtins.int = ..., dim2: builtins.int = ..., *, out: Any = ...) -> Tensor:
    """A copy of `input` with `src` as the diagonal of two dims.

    https://docs.pytorch.org/docs/stable/generated/torch.diagonal_scatter.html
    """
def diff(input: Tensor, n: builtins.int = ..., dim: builtins.int = ..., prepend: Tensor | None = ..., append: Tensor | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Differences of neighbours along a dim, n times
    (https://docs.pytorch.org/docs/stable/generated/torch.diff.html)
    """
def digamma(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The derivative of lgamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)
    """
def digamma_(input: Tensor) -> Tensor:
    """The derivative of lgamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)
    """
def dist(input: Tensor, other: Tensor, p: builtins.float = ...) -> Tensor:
    """The p-norm of input - other
    (https://docs.pytorch.org/docs/stable/generated/torch.dist.html)
    """
def div(input: Tensor | Number, other: Tensor | Number, *, rounding_mode: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
    """input / other, then rounded as asked: None, "trunc" or "floor"
    (https://docs.pytorch.org/docs/stable/generated/torch.div.html)
    """
def div_(input: Tensor | Number, other: Tensor | Number, *, rounding_mode: builtins.str | None = ...) -> Tensor:
    """input / other, then rounded as asked: None, "trunc" or "floor"
    (https://docs.pytorch.org/docs/stable/generated/torch.div.html)
    """
def divide(input: Tensor | Number, other: Tensor | Number, *, rounding_mode: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
    """input / other, then rounded as asked: None, "trunc" or "floor"
    (https://docs.pytorch.org/docs/stable/generated/torch.div.html)
    """
def divide_(input: Tensor | Number, other: Tensor | Number, *, rounding_mode: builtins.str | None = ...) -> Tensor:
    """input / other, then rounded as asked: None, "trunc" or "floor"
    (https://docs.pytorch.org/docs/stable/generated/torch.div.html)
    """
def dot(input: Tensor, tensor: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The sum of products of two vectors
    (https://docs.pytorch.org/docs/stable/generated/torch.dot.html)
    """
double: Dtype
def dropout(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`nn.functional.dropout`."""
def dropout_(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`dropout` in place."""
def dsplit(self: Tensor, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]: ...
def dstack(tensors: Sequence[Tensor], *, out: Tensor | None = ...) -> Tensor:
    """Joined depth-wise (https://docs.pytorch.org/docs/stable/generated/torch.dstack.html)"""
def einsum(*args: Any) -> Tensor:
    """Sums of products by Einstein's convention: `einsum("ij,jk->ik", a, b)`, or operands with
    lists of subscripts.
    """
def embedding(weight: Tensor, indices: Tensor, padding_idx: builtins.int = ..., scale_grad_by_freq: builtins.bool = ..., sparse: builtins.bool = ...) -> Tensor:
    """`nn.functional.embedding`, the table first; padding_idx -1 is none."""
def embedding_bag(weight: Tensor, indices: Tensor, offsets: Tensor, scale_grad_by_freq: builtins.bool = ..., mode: builtins.int = ..., sparse: builtins.bool = ..., per_sample_weights: Tensor | None = ..., include_last_offset: builtins.bool = ..., padding_idx: builtins.int | None = ...) -> builtins.tuple[Tensor, Tensor, Tensor, Tensor]:
    """(bags, the bag of each index, the bags' sizes, the rows of maxima): mode 0 is the sum, 1 the
    mean, 2 the maximum. As PyTorch leaves them, the three others of a sum are empty or 0.
    """
def empty_permuted(size: Sequence[builtins.int], physical_layout: Sequence[builtins.int], **options: Any) -> Tensor:
    """A tensor without values of a size, its dims in memory in a given order, outermost first."""
def eq(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input == other (https://docs.pytorch.org/docs/stable/generated/torch.eq.html)"""
def eq_(input: Tensor, other: Tensor | Number) -> Tensor:
    """input == other (https://docs.pytorch.org/docs/stable/generated/torch.eq.html)"""
def equal(input: Tensor, other: Tensor) -> builtins.bool:
    """Whether two tensors have the same shape and the same elements."""
def erf(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The error function (https://docs.pytorch.org/docs/stable/special.html#torch.special.erf)"""
def erf_(input: Tensor) -> Tensor:
    """The error function (https://docs.pytorch.org/docs/stable/special.html#torch.special.erf)"""
def erfc(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """1 - erf (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc)"""
def erfc_(input: Tensor) -> Tensor:
    """1 - erf (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc)"""
def erfinv(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The inverse of erf
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfinv)
    """
def erfinv_(input: Tensor) -> Tensor:
    """The inverse of erf
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfinv)
    """
def exp(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp.html)"""
def exp2(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """exp2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp2.html)"""
def exp2_(input: Tensor) -> Tensor:
    """exp2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp2.html)"""
def exp_(input: Tensor) -> Tensor:
    """exp of each element (https://docs.pytorch.org/docs/stable/generated/torch.exp.html)"""
def expand_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`expand`, as a copy; an operator of functionalized PyTorch programs."""
def expm1(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """expm1 of each element (https://docs.pytorch.org/docs/stable/generated/torch.expm1.html)"""
def expm1_(input: Tensor) -> Tensor:
    """expm1 of each element (https://docs.pytorch.org/docs/stable/generated/torch.expm1.html)"""
def feature_alpha_dropout(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`nn.functional.feature_alpha_dropout`."""
def feature_alpha_dropout_(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`feature_alpha_dropout` in place."""
def feature_dropout(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """Whole channels of (N, C, …) at 0 with probability p, the others divided by 1 - p."""
def feature_dropout_(input: Tensor, p: builtins.float, train: builtins.bool) -> Tensor:
    """`feature_dropout` in place."""
def fill(input: Tensor, value: Any, *, out: Any = ...) -> Tensor:
    """Every element replaced by one value."""
def fill_(self: Tensor, value: Any) -> Tensor:
    """Write one value into every element."""
def fix(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """trunc of every element"""
def fix_(input: Tensor) -> Tensor:
    """trunc of every element"""
def flatten(self: Tensor, start_dim: builtins.int = ..., end_dim: builtins.int = ...) -> Tensor:
    """Dimensions `start_dim` to `end_dim` as one; a view where the strides allow it."""
def flip(input: Tensor, *dims: builtins.int | Sequence[builtins.int]) -> Tensor:
    """Reversed along dimensions (https://docs.pytorch.org/docs/stable/generated/torch.flip.html)"""
def fliplr(input: Tensor) -> Tensor:
    """Reversed along the second dimension."""
def flipud(input: Tensor) -> Tensor:
    """Reversed along the first dimension."""
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
    """
def float_power_(input: Tensor | Number | None, exponent: Tensor | Number | None) -> Tensor:
    """The power computed in double precision
    (https://docs.pytorch.org/docs/stable/generated/torch.float_power.html)
    """
def floor(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """floor of every element"""
def floor_(input: Tensor) -> Tensor:
    """floor of every element"""
def floor_divide(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """The quotient rounded down; there is no derivative, and backward says so
    (https://docs.pytorch.org/docs/stable/generated/torch.floor_divide.html)
    """
def floor_divide_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """The quotient rounded down; there is no derivative, and backward says so
    (https://docs.pytorch.org/docs/stable/generated/torch.floor_divide.html)
    """
def fmax(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The larger of each pair, the number where one is NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.fmax.html)
    """
def fmin(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The smaller of each pair, the number where one is NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.fmin.html)
    """
def fmod(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """The remainder that has the sign of input, as C's fmod
    (https://docs.pytorch.org/docs/stable/generated/torch.fmod.html)
    """
def fmod_(input: Tensor, other: Tensor | Number) -> Tensor:
    """The remainder that has the sign of input, as C's fmod
    (https://docs.pytorch.org/docs/stable/generated/torch.fmod.html)
    """
def frac(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The part after the point, with the sign of input
    (https://docs.pytorch.org/docs/stable/generated/torch.frac.html)
    """
def frac_(input: Tensor) -> Tensor:
    """The part after the point, with the sign of input
    (https://docs.pytorch.org/docs/stable/generated/torch.frac.html)
    """
def frexp(input: Tensor, *, out: Sequence[Tensor] | None = ...) -> results.frexp:
    """Mantissa in [0.5, 1) and int32 exponent with input = mantissa * 2**exponent
    (https://docs.pytorch.org/docs/stable/generated/torch.frexp.html)
    """
def frobenius_norm(input: Tensor, dim: Any = ..., keepdim: builtins.bool = ..., *, out: Any = ...) -> Tensor:
    """The square root of the sum of squares over dims, all by default."""
def gather(input: Tensor, dim: builtins.int, index: Tensor, *, sparse_grad: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """Elements along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.gather.html)
    """
def gcd(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The greatest common divisor of integers
    (https://docs.pytorch.org/docs/stable/generated/torch.gcd.html)
    """
def gcd_(input: Tensor, other: Tensor) -> Tensor:
    """The greatest common divisor of integers
    (https://docs.pytorch.org/docs/stable/generated/torch.gcd.html)
    """
def ge(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)"""
def ge_(input: Tensor, other: Tensor | Number) -> Tensor:
    """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)"""
def geqrf(input: Tensor, *, out: Sequence[Tensor] | None = ...) -> results.geqrf:
    """Householder reflectors and R in one matrix, as LAPACK's geqrf, and the reflectors' scales.

    (https://docs.pytorch.org/docs/stable/generated/torch.geqrf.html)
    """
def ger(input: Tensor, vec2: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """All products of two vectors' elements
    (https://docs.pytorch.org/docs/stable/generated/torch.outer.html)
    """
def get_autocast_cpu_dtype(*args: Any) -> Any:
    """Deprecated: `torch.get_autocast_dtype('cpu')`."""
def get_autocast_dtype(device_type: builtins.str) -> Dtype:
    """The lower precision of a device type."""
def get_autocast_gpu_dtype(*args: Any) -> Any:
    """Deprecated: `torch.get_autocast_dtype('cuda')`."""
def get_autocast_xla_dtype(*args: Any) -> Any:
    """Deprecated: `torch.get_autocast_dtype('xla')`."""
def get_device(input: Tensor) -> builtins.int:
    """The number of the tensor's device, -1 on the CPU."""
def get_rng_state() -> Tensor:
    """The default generator's state, a uint8 tensor."""
def gradient(input: Tensor, *, spacing: Any = ..., dim: Any = ..., edge_order: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """Partial derivatives of a function from its samples, by central differences.

    `spacing` is a distance, one for each dim, or a tensor of coordinates for each dim. RuntimeError
    for too few samples (https://docs.pytorch.org/docs/stable/generated/torch.gradient.html).
    """
def greater(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)"""
def greater_(input: Tensor, other: Tensor | Number) -> Tensor:
    """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)"""
def greater_equal(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)"""
def greater_equal_(input: Tensor, other: Tensor | Number) -> Tensor:
    """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)"""
def grid_sampler(input: Tensor, grid: Tensor, interpolation_mode: builtins.int, padding_mode: builtins.int, align_corners: builtins.bool) -> Tensor:
    """`nn.functional.grid_sample`, its modes as numbers."""
def grid_sampler_2d(input: Tensor, grid: Tensor, interpolation_mode: builtins.int, padding_mode: builtins.int, align_corners: builtins.bool) -> Tensor:
    """`nn.functional.grid_sample`, its modes as numbers."""
def grid_sampler_3d(input: Tensor, grid: Tensor, interpolation_mode: builtins.int, padding_mode: builtins.int, align_corners: builtins.bool) -> Tensor:
    """`nn.functional.grid_sample`, its modes as numbers."""
def group_norm(input: Tensor, num_groups: builtins.int, weight: Tensor | None = ..., bias: Tensor | None = ..., eps: builtins.float = ..., cudnn_enabled: builtins.bool = ...) -> Tensor:
    """`nn.functional.group_norm` with one more option, which concerns another library's kernels
    only.
    """
def gru(*args: Any) -> builtins.tuple:
    """(output, hidden) of stacked GRU layers, parameters in one list."""
def gru_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = ..., b_hh: Tensor | None = ...) -> Tensor:
    """The next hidden state of a GRU."""
def gt(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)"""
def gt_(input: Tensor, other: Tensor | Number) -> Tensor:
    """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)"""
half: Dtype
def hamming_window(window_length: builtins.int, periodic: builtins.bool = ..., alpha: Number | Tensor = ..., beta: Number | Tensor = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Hamming window alpha - beta * cos, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.hamming_window.html)
    """
def hann_window(window_length: builtins.int, periodic: builtins.bool = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Hann window, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.hann_window.html)
    """
def hardshrink(input: Tensor, lambd: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where |x| > lambd, else 0
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html)
    """
def hash_tensor(input: Tensor, dim: builtins.int | Sequence[builtins.int] = ..., *, keepdim: builtins.bool = ..., mode: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """The exclusive or, in uint64, of the elements' bits, over all or some dimensions.

    Floats count as float64, integers and bools as int64. `mode` 0 is the only one.
    https://docs.pytorch.org/docs/stable/generated/torch.hash_tensor.html
    """
def heaviside(input: Tensor, values: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """0 below zero, 1 above, values at zero
    (https://docs.pytorch.org/docs/stable/generated/torch.heaviside.html)
    """
def heaviside_(input: Tensor, values: Tensor) -> Tensor:
    """0 below zero, 1 above, values at zero
    (https://docs.pytorch.org/docs/stable/generated/torch.heaviside.html)
    """
def hinge_embedding_loss(input: Tensor, target: Tensor, margin: builtins.float = ..., reduction: builtins.int = ...) -> Tensor:
    """`nn.functional.hinge_embedding_loss`."""
def histc(input: Tensor, bins: builtins.int = ..., min: builtins.float = ..., max: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """Counts in equal bins between min and max (both 0: of the data), in the dtype of input
    (https://docs.pytorch.org/docs/stable/generated/torch.histc.html)
    """
def histogram(input: Tensor, bins: Tensor | Number | None, *, range: builtins.tuple | None = ..., weight: Tensor | None = ..., density: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.histogram:
    """Counts (or sums of weights, or a density) between bin edges, and the edges
    (https://docs.pytorch.org/docs/stable/generated/torch.histogram.html)
    """
def histogramdd(input: Tensor, bins: Any, *, range: Sequence[builtins.float] | None = ..., weight: Tensor | None = ..., density: builtins.bool = ..., out: Any = ...) -> Any:
    """Counts of the points (..., D) in a D-dimensional grid of bins, and the D tensors of edges.

    `bins` is a count, D counts or D tensors of edges
    (https://docs.pytorch.org/docs/stable/generated/torch.histogramdd.html).
    """
def hsplit(self: Tensor, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]: ...
def hspmm(mat1: Tensor, mat2: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Sparse times dense, with a hybrid result: sparse rows, dense columns. Looks at the
    indices.
    """
def hstack(tensors: Sequence[Tensor], *, out: Tensor | None = ...) -> Tensor:
    """Joined column-wise (https://docs.pytorch.org/docs/stable/generated/torch.hstack.html)"""
def hypot(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sqrt(input² + other²) without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.hypot.html)
    """
def hypot_(input: Tensor, other: Tensor) -> Tensor:
    """sqrt(input² + other²) without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.hypot.html)
    """
def i0(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0)"""
def i0_(input: Tensor) -> Tensor:
    """The modified Bessel function of the first kind, order 0 (https://docs.pytorch.org/docs/stable/special.html#torch.special.i0)"""
def igamma(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The regularized lower incomplete gamma function P(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammainc)
    """
def igamma_(input: Tensor, other: Tensor) -> Tensor:
    """The regularized lower incomplete gamma function P(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammainc)
    """
def igammac(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The regularized upper incomplete gamma function Q(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaincc)
    """
def igammac_(input: Tensor, other: Tensor) -> Tensor:
    """The regularized upper incomplete gamma function Q(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaincc)
    """
def imag(self: Tensor) -> Tensor:
    """The imaginary part, a view."""
def index_add(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """Rows added at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html)
    """
def index_add_(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: Number | Tensor = ...) -> Tensor:
    """Rows added at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html)
    """
def index_copy(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Rows written at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html)
    """
def index_copy_(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor) -> Tensor:
    """Rows written at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html)
    """
def index_fill(input: Tensor, dim: builtins.int, index: Tensor, value: Tensor | Number) -> Tensor:
    """Rows filled at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html)
    """
def index_fill_(input: Tensor, dim: builtins.int, index: Tensor, value: Tensor | Number) -> Tensor:
    """Rows filled at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html)
    """
def index_put(input: Tensor, indices: Any, values: Tensor, accumulate: builtins.bool = ...) -> Tensor:
    """A copy with values written at the positions that index tensors or masks name."""
def index_put_(input: Tensor, indices: Sequence[Tensor], values: Tensor, accumulate: builtins.bool = ...) -> Tensor:
    """`input[indices] = values`, or `+=`
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_put_.html)
    """
def index_reduce(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """Rows reduced at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html)
    """
def index_reduce_(input: Tensor, dim: builtins.int, index: Tensor, source: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ...) -> Tensor:
    """Rows reduced at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html)
    """
def index_select(input: Tensor, dim: builtins.int, index: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Rows at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.index_select.html)
    """
def initial_seed() -> builtins.int:
    """The seed of the default generator."""
def inner(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Sums of products over the last dimensions
    (https://docs.pytorch.org/docs/stable/generated/torch.inner.html)
    """
def instance_norm(input: Tensor, weight: Tensor | None, bias: Tensor | None, running_mean: Tensor | None, running_var: Tensor | None, use_input_stats: builtins.bool, momentum: builtins.float, eps: builtins.float, cudnn_enabled: builtins.bool) -> Tensor:
    """`nn.functional.instance_norm`, the parameters before the statistics."""
int: Dtype
int16: Dtype
int32: Dtype
int64: Dtype
int8: Dtype
def inverse(A: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The inverse of square matrices; LinAlgError where one is singular.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv.html)
    """
def is_anomaly_check_nan_enabled() -> builtins.bool:
    """Whether anomaly mode looks for NaN."""
def is_autocast_cache_enabled() -> builtins.bool:
    """Whether casts of weights are kept until the outermost region ends."""
def is_autocast_cpu_enabled(*args: Any) -> Any:
    """Deprecated: `torch.is_autocast_enabled('cpu')`."""
def is_autocast_enabled(device_type: builtins.str = ...) -> builtins.bool:
    """Whether autocast is on for a device type, on this thread."""
def is_autocast_xla_enabled(*args: Any) -> Any:
    """Deprecated: `torch.is_autocast_enabled('xla')`."""
def is_complex(input: Tensor) -> builtins.bool: ...
def is_conj(input: Tensor) -> builtins.bool: ...
def is_floating_point(input: Tensor) -> builtins.bool: ...
def is_inference(input: Tensor) -> builtins.bool:
    """Whether a tensor was made in inference mode."""
def is_neg(input: Tensor) -> builtins.bool: ...
def is_nonzero(input: Tensor) -> builtins.bool:
    """Whether a one-element tensor is not zero."""
def is_same_size(input: Tensor, other: Tensor) -> builtins.bool: ...
def is_signed(input: Tensor) -> builtins.bool:
    """Whether the dtype has negative numbers."""
def is_storage(obj: builtins.object) -> builtins.bool:
    """Whether `obj` is a storage object."""
def is_tensor(obj: Any) -> builtins.bool:
    """Whether `obj` is a Tensor."""
def isclose(input: Tensor, other: Tensor, rtol: builtins.float = ..., atol: builtins.float = ..., equal_nan: builtins.bool = ...) -> Tensor:
    """|input - other| <= atol + rtol * |other|
    (https://docs.pytorch.org/docs/stable/generated/torch.isclose.html)
    """
def isfinite(input: Tensor) -> Tensor:
    """Whether an element is neither infinite nor NaN (https://docs.pytorch.org/docs/stable/generated/torch.isfinite.html)"""
def isin(elements: Tensor | Number | None, test_elements: Tensor | Number | None, *, assume_unique: builtins.bool = ..., invert: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """Whether each element is among test_elements; assume_unique needs no other algorithm here
    (https://docs.pytorch.org/docs/stable/generated/torch.isin.html)
    """
def isinf(input: Tensor) -> Tensor:
    """Whether an element is infinite; a complex one when either part is (https://docs.pytorch.org/docs/stable/generated/torch.isinf.html)"""
def isnan(input: Tensor) -> Tensor:
    """Whether an element is NaN; a complex one when either part is (https://docs.pytorch.org/docs/stable/generated/torch.isnan.html)"""
def isneginf(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether an element is -inf (https://docs.pytorch.org/docs/stable/generated/torch.isneginf.html)"""
def isposinf(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether an element is +inf (https://docs.pytorch.org/docs/stable/generated/torch.isposinf.html)"""
def isreal(input: Tensor) -> Tensor:
    """Whether an element's imaginary part is 0 (https://docs.pytorch.org/docs/stable/generated/torch.isreal.html)"""
def istft(input: Tensor, n_fft: builtins.int, hop_length: builtins.int | None = ..., win_length: builtins.int | None = ..., window: Tensor | None = ..., center: builtins.bool = ..., normalized: builtins.bool = ..., onesided: builtins.bool | None = ..., length: builtins.int | None = ..., return_complex: builtins.bool = ...) -> Tensor:
    """The signal whose `stft` is nearest: overlapping inverse transforms, weighted by the window.

    (https://docs.pytorch.org/docs/stable/generated/torch.istft.html)
    """
def kaiser_window(window_length: builtins.int, periodic: builtins.bool = ..., beta: Number | Tensor = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """The Kaiser window of shape `beta`, shape (window_length,).

    (https://docs.pytorch.org/docs/stable/generated/torch.kaiser_window.html)
    """
def kl_div(input: Tensor, target: Tensor, reduction: builtins.int = ..., *, log_target: builtins.bool = ...) -> Tensor:
    """`nn.functional.kl_div`."""
def kron(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The Kronecker product (https://docs.pytorch.org/docs/stable/generated/torch.kron.html)"""
def kthvalue(input: Tensor, k: builtins.int, dim: builtins.int = ..., keepdim: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.kthvalue:
    """The k-th smallest element along a dim (k from 1), with its index
    (https://docs.pytorch.org/docs/stable/generated/torch.kthvalue.html)
    """
def layer_norm(input: Tensor, normalized_shape: Any, weight: Tensor | None = ..., bias: Tensor | None = ..., eps: builtins.float = ..., cudnn_enable: builtins.bool = ...) -> Tensor:
    """`nn.functional.layer_norm` with one more option, which concerns another library's kernels
    only.
    """
def lcm(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The least common multiple of integers
    (https://docs.pytorch.org/docs/stable/generated/torch.lcm.html)
    """
def lcm_(input: Tensor, other: Tensor) -> Tensor:
    """The least common multiple of integers
    (https://docs.pytorch.org/docs/stable/generated/torch.lcm.html)
    """
def ldexp(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """input * 2**other (https://docs.pytorch.org/docs/stable/generated/torch.ldexp.html)"""
def ldexp_(input: Tensor, other: Tensor) -> Tensor:
    """input * 2**other (https://docs.pytorch.org/docs/stable/generated/torch.ldexp.html)"""
def le(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)"""
def le_(input: Tensor, other: Tensor | Number) -> Tensor:
    """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)"""
def lerp(input: Tensor, end: Tensor, weight: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input + weight * (end - input)
    (https://docs.pytorch.org/docs/stable/generated/torch.lerp.html)
    """
def lerp_(input: Tensor, end: Tensor, weight: Tensor | Number) -> Tensor:
    """input + weight * (end - input)
    (https://docs.pytorch.org/docs/stable/generated/torch.lerp.html)
    """
def less(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)"""
def less_(input: Tensor, other: Tensor | Number) -> Tensor:
    """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)"""
def less_equal(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)"""
def less_equal_(input: Tensor, other: Tensor | Number) -> Tensor:
    """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)"""
def lgamma(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log |Γ(x)| (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaln)"""
def lgamma_(input: Tensor) -> Tensor:
    """log |Γ(x)| (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaln)"""
def linspace(start: Number | Tensor, end: Number | Tensor, steps: builtins.int, *, dtype: Dtype | None = ..., out: Tensor | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """`steps` evenly spaced values, both ends included, shape (steps,).

    RuntimeError for a negative number of steps.
    (https://docs.pytorch.org/docs/stable/generated/torch.linspace.html)
    """
def log(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log of each element (https://docs.pytorch.org/docs/stable/generated/torch.log.html)"""
def log10(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log10 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log10.html)"""
def log10_(input: Tensor) -> Tensor:
    """log10 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log10.html)"""
def log1p(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log1p of each element (https://docs.pytorch.org/docs/stable/generated/torch.log1p.html)"""
def log1p_(input: Tensor) -> Tensor:
    """log1p of each element (https://docs.pytorch.org/docs/stable/generated/torch.log1p.html)"""
def log2(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log2.html)"""
def log2_(input: Tensor) -> Tensor:
    """log2 of each element (https://docs.pytorch.org/docs/stable/generated/torch.log2.html)"""
def log_(input: Tensor) -> Tensor:
    """log of each element (https://docs.pytorch.org/docs/stable/generated/torch.log.html)"""
def log_softmax(input: Tensor, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Logarithm of softmax along `dim`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html)
    """
def logaddexp(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log(exp(input) + exp(other)) without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.logaddexp.html)
    """
def logaddexp2(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log2(2**input + 2**other) without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.logaddexp2.html)
    """
def logcumsumexp(input: Tensor, dim: builtins.int, *, out: Tensor | None = ...) -> Tensor:
    """log of the running sums of exp along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.logcumsumexp.html)
    """
def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant; NaN where it is negative.

    (https://docs.pytorch.org/docs/stable/generated/torch.logdet.html)
    """
def logical_and(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether both elements are not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_and.html)
    """
def logical_and_(input: Tensor, other: Tensor) -> Tensor:
    """Whether both elements are not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_and.html)
    """
def logical_not(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether an element is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_not.html)
    """
def logical_not_(input: Tensor) -> Tensor:
    """Whether an element is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_not.html)
    """
def logical_or(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether an element is not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_or.html)
    """
def logical_or_(input: Tensor, other: Tensor) -> Tensor:
    """Whether an element is not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_or.html)
    """
def logical_xor(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether exactly one element is not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_xor.html)
    """
def logical_xor_(input: Tensor, other: Tensor) -> Tensor:
    """Whether exactly one element is not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.logical_xor.html)
    """
def logit(input: Tensor, eps: builtins.float | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """log(x / (1 - x)); x is clamped to [eps, 1 - eps] when eps is given
    (https://docs.pytorch.org/docs/stable/generated/torch.special.logit.html)
    """
def logit_(input: Tensor, eps: builtins.float | None = ...) -> Tensor:
    """log(x / (1 - x)); x is clamped to [eps, 1 - eps] when eps is given
    (https://docs.pytorch.org/docs/stable/generated/torch.special.logit.html)
    """
def logspace(start: Number | Tensor, end: Number | Tensor, steps: builtins.int, base: Number | Tensor = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """`steps` values from base**start to base**end, evenly spaced in the exponent, shape (steps,).

    RuntimeError for a negative number of steps.
    (https://docs.pytorch.org/docs/stable/generated/torch.logspace.html)
    """
def logsumexp(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None, keepdim: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """log(sum(exp(input))) over dims without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html)
    """
long: Dtype
def lstm(*args: Any) -> builtins.tuple:
    """(output, hidden, cell) of stacked LSTM layers, parameters in one list."""
def lstm_cell(input: Tensor, hx: Sequence[Tensor], w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = ..., b_hh: Tensor | None = ...) -> builtins.tuple[Tensor, Tensor]:
    """The next (hidden, cell) of an LSTM."""
def lt(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)"""
def lt_(input: Tensor, other: Tensor | Number) -> Tensor:
    """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)"""
def lu(A: Tensor, pivot: builtins.bool = ..., get_infos: builtins.bool = ..., out: Any = ...) -> Any:
    """Both LU factors in one matrix and the row swaps from 1; with `get_infos` the zero pivots too.

    https://docs.pytorch.org/docs/stable/generated/torch.lu.html
    """
def lu_solve(b: Tensor, LU_data: Tensor, LU_pivots: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """X with AX = b, from `lu_factor` of A.

    (https://docs.pytorch.org/docs/stable/generated/torch.lu_solve.html)
    """
def lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpack_data: builtins.bool = ..., unpack_pivots: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.lu_unpack:
    """P, L and U from a factored matrix and its row swaps; what is not asked for is empty.

    (https://docs.pytorch.org/docs/stable/generated/torch.lu_unpack.html)
    """
def manual_seed(seed: builtins.int) -> Generator:
    """Seed the default generator, from which operators without a generator draw; returns it."""
def margin_ranking_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: builtins.float = ..., reduction: builtins.int = ...) -> Tensor:
    """`nn.functional.margin_ranking_loss`."""
def masked_fill(input: Tensor, mask: Tensor, value: Tensor | Number) -> Tensor:
    """`value` where the mask is true
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html)
    """
def masked_fill_(input: Tensor, mask: Tensor, value: Tensor | Number) -> Tensor:
    """`value` where the mask is true
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill_.html)
    """
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Elements of `source` in order where the mask is true."""
def masked_scatter_(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Elements of `source` in order where the mask is true."""
def masked_select(input: Tensor, mask: Tensor, *, out: Any = ...) -> Tensor:
    """The elements where a mask is true, 1-D."""
def matmul(input: Tensor, other: Tensor, *, out: Any = ...) -> Tensor:
    """The matrix product of tensors of any dimensions, by the operator for theirs."""
def matrix_exp(A: Tensor) -> Tensor:
    """The exponential of square matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html)
    """
def matrix_power(A: Tensor, n: builtins.int, *, out: Tensor | None = ...) -> Tensor:
    """The n-th power of square matrices, of the inverse for a negative n.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html)
    """
@overload
def max(input: Tensor) -> Tensor:
    """The maximum: of all elements; over a dim, with indices; or, given a tensor, of each pair
    (https://docs.pytorch.org/docs/stable/generated/torch.max.html)
    """
@overload
def max(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor: ...
@overload
def max(input: Tensor, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.max: ...
def max_pool1d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., return_indices: builtins.bool = ...) -> Tensor:
    """Largest of each window of (N, C, L) or (C, L), optionally with its int64 positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool1d.html)
    """
def max_pool1d_with_indices(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ...) -> Tensor:
    """`max_pool1d` with its int64 positions."""
def max_pool2d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., return_indices: builtins.bool = ...) -> Tensor:
    """Largest of each window of (N, C, H, W) or (C, H, W), optionally with its int64 flat positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html)
    """
def max_pool3d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., return_indices: builtins.bool = ...) -> Tensor:
    """Largest of each window of (N, C, D, H, W) or (C, D, H, W), optionally with its int64 flat
    positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool3d.html)
    """
def maximum(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The larger of each pair, NaN if either is
    (https://docs.pytorch.org/docs/stable/generated/torch.maximum.html)
    """
def mean(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The mean over dims, of all elements by default
    (https://docs.pytorch.org/docs/stable/generated/torch.mean.html)
    """
@overload
def median(input: Tensor) -> Tensor:
    """The lower median of all elements, or along a dim with its index; NaN if there is one
    (https://docs.pytorch.org/docs/stable/generated/torch.median.html)
    """
@overload
def median(input: Tensor, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.median: ...
def meshgrid(*tensors: Any, indexing: builtins.str | None = ...) -> builtins.tuple[Tensor, ...]:
    """Coordinate grids of 1-D tensors; views."""
@overload
def min(input: Tensor) -> Tensor:
    """The minimum: of all elements; over a dim, with indices; or, given a tensor, of each pair
    (https://docs.pytorch.org/docs/stable/generated/torch.min.html)
    """
@overload
def min(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor: ...
@overload
def min(input: Tensor, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.min: ...
def minimum(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The smaller of each pair, NaN if either is
    (https://docs.pytorch.org/docs/stable/generated/torch.minimum.html)
    """
def mm(input: Tensor, mat2: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The product of two matrices (https://docs.pytorch.org/docs/stable/generated/torch.mm.html)"""
def mode(input: Tensor, dim: builtins.int = ..., keepdim: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.mode:
    """The most frequent value along a dim, the smallest of tied ones, with the index of its last
    occurrence (https://docs.pytorch.org/docs/stable/generated/torch.mode.html)
    """
def moveaxis(self: Tensor, source: builtins.int | builtins.tuple[builtins.int, ...], destination: builtins.int | builtins.tuple[builtins.int, ...]) -> Tensor:
    """A view with dimensions moved to new places; the others keep their order."""
def movedim(self: Tensor, source: builtins.int | builtins.tuple[builtins.int, ...], destination: builtins.int | builtins.tuple[builtins.int, ...]) -> Tensor:
    """A view with dimensions moved to new places; the others keep their order."""
def msort(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Elements in ascending order along dim 0
    (https://docs.pytorch.org/docs/stable/generated/torch.msort.html)
    """
def mul(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)"""
def mul_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)"""
def multinomial(input: Tensor, num_samples: builtins.int, replacement: builtins.bool = ..., *, generator: Any = ..., out: Any = ...) -> Tensor:
    """Indices drawn from the rows of weights."""
def multiply(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)"""
def multiply_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)"""
def mv(input: Tensor, vec: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """A matrix times a vector (https://docs.pytorch.org/docs/stable/generated/torch.mv.html)"""
def mvlgamma(input: Tensor, p: builtins.int, *, out: Tensor | None = ...) -> Tensor:
    """log of the p-dimensional gamma function
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.multigammaln)
    """
def mvlgamma_(input: Tensor, p: builtins.int) -> Tensor:
    """log of the p-dimensional gamma function
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.multigammaln)
    """
def nan_to_num(input: Tensor, nan: builtins.float | None = ..., posinf: builtins.float | None = ..., neginf: builtins.float | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """NaN and infinities replaced: by 0 and the largest and smallest finite numbers when not given
    (https://docs.pytorch.org/docs/stable/generated/torch.nan_to_num.html)
    """
def nan_to_num_(input: Tensor, nan: builtins.float | None = ..., posinf: builtins.float | None = ..., neginf: builtins.float | None = ...) -> Tensor:
    """NaN and infinities replaced: by 0 and the largest and smallest finite numbers when not given
    (https://docs.pytorch.org/docs/stable/generated/torch.nan_to_num.html)
    """
def nanmean(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The mean of the elements that are not NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.nanmean.html)
    """
@overload
def nanmedian(input: Tensor) -> Tensor:
    """The lower median of the elements that are not NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.nanmedian.html)
    """
@overload
def nanmedian(input: Tensor, dim: builtins.int, keepdim: builtins.bool = ..., *, out: Any = ...) -> results.nanmedian: ...
def nanquantile(input: Tensor, q: Tensor | Number | None, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, interpolation: builtins.str = ..., out: Tensor | None = ...) -> Tensor:
    """The q-quantiles of the elements that are not NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.nanquantile.html)
    """
def nansum(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The sum in which NaN counts as 0
    (https://docs.pytorch.org/docs/stable/generated/torch.nansum.html)
    """
def narrow(self: Tensor, dim: builtins.int, start: Any, length: builtins.int) -> Tensor:
    """`length` elements of a dimension from `start`."""
def narrow_copy(input: Tensor, dim: builtins.int, start: builtins.int, length: builtins.int, *, out: Any = ...) -> Tensor:
    """`narrow`, as a copy."""
def native_batch_norm(input: Tensor, weight: Tensor | None, bias: Tensor | None, running_mean: Tensor | None, running_var: Tensor | None, training: builtins.bool, momentum: builtins.float, eps: builtins.float) -> builtins.tuple[Tensor, Tensor, Tensor]:
    """(`batch_norm`, mean, 1 / standard deviation of the batch; the two empty unless training)."""
def native_channel_shuffle(input: Tensor, groups: builtins.int) -> Tensor:
    """`channel_shuffle` under another name."""
def native_dropout(input: Tensor, p: builtins.float, train: builtins.bool | None) -> builtins.tuple[Tensor, Tensor]:
    """(`dropout`, which elements were kept)."""
def native_group_norm(input: Tensor, weight: Tensor | None, bias: Tensor | None, N: builtins.int, C: builtins.int, HxW: builtins.int, group: builtins.int, eps: builtins.float) -> builtins.tuple[Tensor, Tensor, Tensor]:
    """(`nn.functional.group_norm`, mean and 1 / standard deviation (N, groups))."""
def native_layer_norm(input: Tensor, normalized_shape: Sequence[builtins.int], weight: Tensor | None, bias: Tensor | None, eps: builtins.float) -> builtins.tuple[Tensor, Tensor, Tensor]:
    """(`nn.functional.layer_norm`, mean, 1 / standard deviation)."""
def native_norm(input: Tensor, p: Any = ..., *args: Any) -> Tensor:
    """`norm`."""
def ne(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)"""
def ne_(input: Tensor, other: Tensor | Number) -> Tensor:
    """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)"""
def neg(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)"""
def neg_(input: Tensor) -> Tensor:
    """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)"""
def negative(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)"""
def negative_(input: Tensor) -> Tensor:
    """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)"""
def nextafter(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The next number that the dtype has after input, towards other
    (https://docs.pytorch.org/docs/stable/generated/torch.nextafter.html)
    """
def nextafter_(input: Tensor, other: Tensor) -> Tensor:
    """The next number that the dtype has after input, towards other
    (https://docs.pytorch.org/docs/stable/generated/torch.nextafter.html)
    """
def nonzero(input: Tensor, *, as_tuple: builtins.bool = ..., out: Any = ...) -> Any:
    """Positions of the elements that are not zero, one row each; with `as_tuple` one index tensor
    a dimension.
    """
def nonzero_static(input: Tensor, *, size: builtins.int, fill_value: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """The first `size` positions of nonzero elements, padded with `fill_value`."""
def norm(input: Tensor, p: builtins.float | builtins.str | None = ..., dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The p-norm of vectors, or the Frobenius ("fro") or nuclear ("nuc") norm of matrices, over
    dims (https://docs.pytorch.org/docs/stable/generated/torch.norm.html)
    """
def norm_except_dim(v: Tensor, pow: builtins.int = ..., dim: builtins.int = ...) -> Tensor:
    """The norms over all dims but one, which are kept; over all for dim -1."""
def normal(mean: Any, std: Any = ..., size: Any = ..., *, generator: Any = ..., out: Any = ..., dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., pin_memory: Any = ...) -> Tensor:
    """Normal numbers of the given means and standard deviations (numbers with `size`, or
    tensors).
    """
def not_equal(input: Tensor, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)"""
def not_equal_(input: Tensor, other: Tensor | Number) -> Tensor:
    """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)"""
def nuclear_norm(input: Tensor, dim: Any = ..., keepdim: builtins.bool = ..., *, out: Any = ...) -> Tensor:
    """The sum of the singular values of the matrices in two dims."""
def numel(input: Tensor) -> builtins.int:
    """The number of elements."""
def orgqr(A: Tensor, tau: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The first columns of a product of Householder matrices given by their reflectors.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.householder_product.html)
    """
def ormqr(input: Tensor, tau: Tensor, other: Tensor, left: builtins.bool = ..., transpose: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """A matrix times the full product of Householder matrices, from either side.

    (https://docs.pytorch.org/docs/stable/generated/torch.ormqr.html)
    """
def outer(input: Tensor, vec2: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """All products of two vectors' elements
    (https://docs.pytorch.org/docs/stable/generated/torch.outer.html)
    """
def pairwise_distance(x1: Tensor, x2: Tensor, p: builtins.float = ..., eps: builtins.float = ..., keepdim: builtins.bool = ...) -> Tensor:
    """p-norm of x1 - x2 + eps along the last dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pairwise_distance.html)
    """
def pca_lowrank(A: Tensor, q: builtins.int | None = ..., center: builtins.bool = ..., niter: builtins.int = ...) -> Any:
    """U, S and V of a randomized principal component analysis of the rows of A.

    https://docs.pytorch.org/docs/stable/generated/torch.pca_lowrank.html
    """
def pdist(input: Tensor, p: builtins.float = ...) -> Tensor:
    """p-norm distances of all pairs of rows i < j of an (n, m) matrix, as n (n - 1) / 2 values
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pdist.html)
    """
def permute(self: Tensor, *dims: Any) -> Tensor:
    """A view with its dimensions in another order."""
def permute_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`permute`, as a copy; an operator of functionalized PyTorch programs."""
def pinverse(input: Tensor, rcond: builtins.float = ...) -> Tensor:
    """The pseudoinverse.

    (https://docs.pytorch.org/docs/stable/generated/torch.pinverse.html)
    """
def pixel_shuffle(input: Tensor, upscale_factor: builtins.int) -> Tensor:
    """(..., C * r * r, H, W) → (..., C, H * r, W * r) (https://arxiv.org/abs/1609.05158)"""
def pixel_unshuffle(input: Tensor, downscale_factor: builtins.int) -> Tensor:
    """(..., C, H * r, W * r) → (..., C * r * r, H, W), the inverse of `pixel_shuffle`"""
def poisson(input: Tensor, generator: Any = ...) -> Tensor:
    """Poisson numbers of the given rates."""
def poisson_nll_loss(input: Tensor, target: Tensor, log_input: builtins.bool, full: builtins.bool, eps: builtins.float, reduction: builtins.int) -> Tensor:
    """`nn.functional.poisson_nll_loss`."""
def polar(abs: Tensor, angle: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """abs * exp(i angle) (https://docs.pytorch.org/docs/stable/generated/torch.polar.html)"""
def polygamma(n: builtins.int, input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The n-th derivative of digamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.polygamma)
    """
def positive(input: Tensor) -> Tensor:
    """input itself; bools are refused
    (https://docs.pytorch.org/docs/stable/generated/torch.positive.html)
    """
def pow(input: Tensor | Number | None, exponent: Tensor | Number | None, *, out: Tensor | None = ...) -> Tensor:
    """input to the power of exponent; either may be a number
    (https://docs.pytorch.org/docs/stable/generated/torch.pow.html)
    """
def pow_(input: Tensor | Number | None, exponent: Tensor | Number | None) -> Tensor:
    """input to the power of exponent; either may be a number
    (https://docs.pytorch.org/docs/stable/generated/torch.pow.html)
    """
def prelu(input: Tensor, weight: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Leaky ReLU with a learned slope, one or one per channel (dim 1)
    (https://arxiv.org/abs/1502.01852)
    """
def prod(input: Tensor, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The product over a dim, of all elements by default; the gradient is exact beside zeros
    (https://docs.pytorch.org/docs/stable/generated/torch.prod.html)
    """
def promote_types(a: Dtype, b: Dtype) -> Dtype:
    """The smallest dtype that both can be cast to (`torch.promote_types`)."""
def put(input: Tensor, index: Tensor, source: Tensor, accumulate: builtins.bool = ...) -> Tensor:
    """Elements written by their place in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.put_.html)
    """
def put_(input: Tensor, index: Tensor, source: Tensor, accumulate: builtins.bool = ...) -> Tensor:
    """Elements written by their place in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.put_.html)
    """
def qr(input: Any, some: Any = ..., *, out: Any = ...) -> Any:
    """Q and R with input = QR, reduced or complete.

    (https://docs.pytorch.org/docs/stable/generated/torch.qr.html)
    """
def quantile(input: Tensor, q: Tensor | Number | None, dim: builtins.int | None = ..., keepdim: builtins.bool = ..., *, interpolation: builtins.str = ..., out: Tensor | None = ...) -> Tensor:
    """The q-quantiles (q in [0, 1]) along a dim or of all elements; NaN where there is one
    (https://docs.pytorch.org/docs/stable/generated/torch.quantile.html)
    """
def rad2deg(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Radians as degrees (https://docs.pytorch.org/docs/stable/generated/torch.rad2deg.html)"""
def rad2deg_(input: Tensor) -> Tensor:
    """Radians as degrees (https://docs.pytorch.org/docs/stable/generated/torch.rad2deg.html)"""
def rand(*size: Any, generator: Any = ..., out: Any = ..., dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., pin_memory: Any = ..., names: Any = ..., **kw: Any) -> Tensor:
    """Uniform numbers in [0, 1)."""
def rand_like(input: Tensor, *, dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., memory_format: Any = ..., generator: Any = ..., pin_memory: Any = ...) -> Tensor:
    """`rand` with another tensor's shape."""
def randint(*args: Any, low: Any = ..., high: Any = ..., size: Any = ..., generator: Any = ..., out: Any = ..., dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., pin_memory: Any = ...) -> Tensor:
    """Integers in [low, high): `randint(high, size)`, `randint(low, high, size)`."""
def randint_like(input: Tensor, low: Any, high: Any = ..., *, dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., memory_format: Any = ..., generator: Any = ...) -> Tensor:
    """`randint` with another tensor's shape and dtype."""
def randn(*size: Any, generator: Any = ..., out: Any = ..., dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., pin_memory: Any = ..., names: Any = ..., **kw: Any) -> Tensor:
    """Standard normal numbers."""
def randn_like(input: Tensor, *, dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., memory_format: Any = ..., generator: Any = ..., pin_memory: Any = ...) -> Tensor:
    """`randn` with another tensor's shape."""
def randperm(n: builtins.int, *, generator: Any = ..., out: Any = ..., dtype: Any = ..., layout: Any = ..., device: Any = ..., requires_grad: Any = ..., pin_memory: Any = ...) -> Tensor:
    """A random permutation of 0 … n-1."""
def range(start: Any, end: Any = ..., step: Any = ..., *, dtype: Any = ..., **options: Any) -> Any:
    """Like `arange`, with the end included; deprecated in PyTorch."""
def ravel(input: Tensor) -> Tensor:
    """The elements as one dimension; a view where possible."""
def real(self: Tensor) -> Tensor:
    """The real part: a view of a complex tensor, a real tensor itself."""
def reciprocal(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """1 / input (https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html)"""
def reciprocal_(input: Tensor) -> Tensor:
    """1 / input (https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html)"""
def relu(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)"""
def relu_(input: Tensor, inplace: builtins.bool = ...) -> Tensor:
    """max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)"""
def remainder(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """The remainder that has the sign of other, as Python's %
    (https://docs.pytorch.org/docs/stable/generated/torch.remainder.html)
    """
def remainder_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """The remainder that has the sign of other, as Python's %
    (https://docs.pytorch.org/docs/stable/generated/torch.remainder.html)
    """
def renorm(input: Tensor, p: builtins.float, dim: builtins.int, maxnorm: builtins.float, *, out: Tensor | None = ...) -> Tensor:
    """Slices along dim scaled down to a p-norm of at most maxnorm
    (https://docs.pytorch.org/docs/stable/generated/torch.renorm.html)
    """
def renorm_(input: Tensor, p: builtins.float, dim: builtins.int, maxnorm: builtins.float) -> Tensor:
    """Slices along dim scaled down to a p-norm of at most maxnorm
    (https://docs.pytorch.org/docs/stable/generated/torch.renorm.html)
    """
def repeat_interleave(input: Tensor, repeats: Any = ..., dim: builtins.int | None = ..., *, output_size: builtins.int | None = ...) -> Tensor:
    """Each element repeated, as often for all or as a tensor says for each."""
def reshape(self: Tensor, *shape: Any, size: Any = ...) -> Tensor:
    """A view with other sizes where the strides allow it, else a copy."""
def resize_as_(input: Tensor, the_template: Tensor, *, memory_format: Any = ...) -> Tensor:
    """`input.resize_(the_template.size())`."""
def resolve_conj(self: Tensor) -> Tensor:
    """The tensor itself, or a copy that is not marked as a conjugate."""
def resolve_neg(self: Tensor) -> Tensor:
    """The tensor itself, or a copy that is not marked as negated."""
def result_type(tensor1: Any, tensor2: Any) -> Dtype:
    """The dtype of an operation on two tensors or numbers."""
def rms_norm(input: Tensor, normalized_shape: Any, weight: Tensor | None = ..., eps: builtins.float | None = ...) -> Tensor:
    """x / sqrt(mean of x squared + eps) over the last dimensions; eps is the dtype's resolution
    when None (https://arxiv.org/abs/1910.07467)
    """
def rnn_relu(*args: Any) -> builtins.tuple:
    """(output, hidden) of stacked layers with relu."""
def rnn_relu_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = ..., b_hh: Tensor | None = ...) -> Tensor:
    """The next hidden state, with relu."""
def rnn_tanh(*args: Any) -> builtins.tuple:
    """(output, hidden) of stacked layers with tanh."""
def rnn_tanh_cell(input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = ..., b_hh: Tensor | None = ...) -> Tensor:
    """The next hidden state, with tanh."""
def roll(input: Tensor, shifts: builtins.int | builtins.tuple[builtins.int, ...], dims: builtins.int | builtins.tuple[builtins.int, ...] | None = ...) -> Tensor:
    """Elements moved round (https://docs.pytorch.org/docs/stable/generated/torch.roll.html)"""
def rot90(input: Tensor, k: builtins.int = ..., dims: builtins.tuple[builtins.int, ...] = ...) -> Tensor:
    """Turned by quarter turns in a plane
    (https://docs.pytorch.org/docs/stable/generated/torch.rot90.html)
    """
def round(input: Tensor, *, decimals: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """The nearest integer, ties to even; decimals moves the digit
    (https://docs.pytorch.org/docs/stable/generated/torch.round.html)
    """
def round_(input: Tensor, *, decimals: builtins.int = ...) -> Tensor:
    """The nearest integer, ties to even; decimals moves the digit
    (https://docs.pytorch.org/docs/stable/generated/torch.round.html)
    """
def row_stack(tensors: Sequence[Tensor], *, out: Tensor | None = ...) -> Tensor:
    """Joined row-wise (https://docs.pytorch.org/docs/stable/generated/torch.vstack.html)"""
def rrelu(input: Tensor, lower: builtins.float = ..., upper: builtins.float = ..., training: builtins.bool = ..., generator: Any = ...) -> Tensor:
    """`nn.functional.rrelu`, for a name with an underscore in place."""
def rrelu_(input: Tensor, lower: builtins.float = ..., upper: builtins.float = ..., training: builtins.bool = ..., generator: Any = ...) -> Tensor:
    """`nn.functional.rrelu`, for a name with an underscore in place."""
def rsqrt(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """rsqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.rsqrt.html)"""
def rsqrt_(input: Tensor) -> Tensor:
    """rsqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.rsqrt.html)"""
def rsub(input: Tensor, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
    """other - alpha * input (https://docs.pytorch.org/docs/stable/torch.html)"""
def scatter(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor | Number | None = ..., *, value: Tensor | Number | None = ..., reduce: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
    """Elements written along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_.html)
    """
def scatter_(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor | Number | None = ..., *, value: Tensor | Number | None = ..., reduce: builtins.str | None = ...) -> Tensor:
    """Elements written along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_.html)
    """
def scatter_add(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Elements added along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_add_.html)
    """
def scatter_add_(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor) -> Tensor:
    """Elements added along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_add_.html)
    """
def scatter_reduce(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """Elements reduced along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html)
    """
def scatter_reduce_(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor, reduce: builtins.str, *, include_self: builtins.bool = ...) -> Tensor:
    """Elements reduced along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html)
    """
def searchsorted(sorted_sequence: Tensor, input: Tensor | Number | None, *, out_int32: builtins.bool = ..., right: builtins.bool = ..., side: builtins.str | None = ..., sorter: Tensor | None = ..., out: Tensor | None = ...) -> Tensor:
    """Positions at which input keeps sorted_sequence sorted, before (left) or after (right) equal
    elements (https://docs.pytorch.org/docs/stable/generated/torch.searchsorted.html)
    """
def seed() -> builtins.int:
    """Seed the default generator from the operating system's randomness; returns the seed."""
def segment_reduce(data: Tensor, reduce: builtins.str, *, lengths: Tensor | None = ..., indices: Tensor | None = ..., offsets: Tensor | None = ..., axis: builtins.int = ..., unsafe: builtins.bool = ..., initial: Any = ...) -> Tensor:
    """One value of each segment of a floating tensor's dimension `axis`.

    reduce    "sum", "mean", "max", "min" or "prod"
    lengths   (*data.shape[:axis], segments): how many elements each segment has
    offsets   (*data.shape[:axis], segments + 1): where each begins, and where the last one ends
    unsafe    whether the lengths may add up to less than the dimension
    initial   what each segment begins with: without it, 0, 1, infinity; NaN for an empty mean
    Raises RuntimeError for negative lengths and those that do not add up.
    https://docs.pytorch.org/docs/stable/generated/torch.segment_reduce.html
    """
def select(self: Tensor, dim: builtins.int, index: builtins.int) -> Tensor:
    """The view at one index of a dimension, which goes away."""
def select_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`select`, as a copy; an operator of functionalized PyTorch programs."""
def select_scatter(input: Tensor, src: Tensor, dim: builtins.int, index: builtins.int, *, out: Any = ...) -> Tensor:
    """A copy of `input` with `src` in the place of `input.select(dim, index)`.

    https://docs.pytorch.org/docs/stable/generated/torch.select_scatter.html
    """
def selu(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Self-normalizing ELU (https://arxiv.org/abs/1706.02515)"""
def selu_(input: Tensor, inplace: builtins.bool = ...) -> Tensor:
    """Self-normalizing ELU (https://arxiv.org/abs/1706.02515)"""
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
    """The floating dtype of new tensors made from Python floats."""
def set_default_tensor_type(t: Any) -> None:
    """Legacy form of `set_default_dtype`."""
def set_flush_denormal(mode: builtins.bool) -> builtins.bool:
    """False: denormal numbers are the compiler's and the processor's to keep."""
def set_rng_state(new_state: Tensor) -> None:
    """Set the default generator's state."""
def sgn(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The sign; for complex input the unit number of its angle, 0 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.sgn.html)
    """
def sgn_(input: Tensor) -> Tensor:
    """The sign; for complex input the unit number of its angle, 0 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.sgn.html)
    """
short: Dtype
def sigmoid(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)"""
def sigmoid_(input: Tensor) -> Tensor:
    """sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)"""
def sign(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """-1, 0 or 1 (https://docs.pytorch.org/docs/stable/generated/torch.sign.html)"""
def sign_(input: Tensor) -> Tensor:
    """-1, 0 or 1 (https://docs.pytorch.org/docs/stable/generated/torch.sign.html)"""
def signbit(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Whether the sign bit is set; for floats also that of -0. and NaN (https://docs.pytorch.org/docs/stable/generated/torch.signbit.html)"""
def sin(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sin of each element (https://docs.pytorch.org/docs/stable/generated/torch.sin.html)"""
def sin_(input: Tensor) -> Tensor:
    """sin of each element (https://docs.pytorch.org/docs/stable/generated/torch.sin.html)"""
def sinc(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sin(πx) / (πx), 1 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.special.sinc.html)
    """
def sinc_(input: Tensor) -> Tensor:
    """sin(πx) / (πx), 1 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.special.sinc.html)
    """
def sinh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.sinh.html)"""
def sinh_(input: Tensor) -> Tensor:
    """sinh of each element (https://docs.pytorch.org/docs/stable/generated/torch.sinh.html)"""
def slice_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`slice`, as a copy; an operator of functionalized PyTorch programs."""
def slice_scatter(input: Tensor, src: Tensor, dim: builtins.int = ..., start: Any = ..., end: Any = ..., step: builtins.int = ..., *, out: Any = ...) -> Tensor:
    """A copy of `input` with `src` in the place of `input[start:end:step]` along a dim.

    https://docs.pytorch.org/docs/stable/generated/torch.slice_scatter.html
    """
def slogdet(input: Tensor) -> results.slogdet:
    """Sign and logarithm of the absolute value of the determinant.

    (https://docs.pytorch.org/docs/stable/generated/torch.slogdet.html)
    """
def smm(input: Tensor, mat: Tensor) -> Tensor:
    """Sparse times dense, with a sparse result that has every column of a row that is there."""
def softmax(input: Tensor, dim: builtins.int, dtype: Dtype | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """exp(x) normalized to sum 1 along `dim`, in `dtype` when given
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)
    """
def sort(input: Tensor, dim: builtins.int = ..., descending: builtins.bool = ..., stable: builtins.bool | None = ..., *, out: Sequence[Tensor] | None = ...) -> results.sort:
    """Elements in order along a dim, with their int64 indices; always stable
    (https://docs.pytorch.org/docs/stable/generated/torch.sort.html)
    """
def sparse_bsc_tensor(*args: Any, **options: Any) -> Tensor:
    """Blocked layouts do not exist here: NotImplementedError."""
def sparse_bsr_tensor(*args: Any, **options: Any) -> Tensor:
    """Blocked layouts do not exist here: NotImplementedError."""
def sparse_compressed_tensor(compressed_indices: Any, plain_indices: Any, values: Any, size: Sequence[builtins.int] | None = ..., *, layout: Layout | None = ..., **options: Any) -> Tensor:
    """A tensor of layout sparse_csr or sparse_csc; blocked layouts raise NotImplementedError.

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_compressed_tensor.html
    """
def sparse_coo_tensor(indices: Any = ..., values: Any = ..., size: Sequence[builtins.int] | None = ..., *, dtype: Dtype | None = ..., device: Device | builtins.str | builtins.int | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ..., check_invariants: builtins.bool | None = ..., is_coalesced: builtins.bool | None = ..., layout: Layout | None = ...) -> Tensor:
    """A COO tensor of indices (sparse dims, nnz) and values (nnz, *dense dims), or an empty one of
    a size.

    RuntimeError for parts that do not fit each other, and for an index outside of the size.
    https://docs.pytorch.org/docs/stable/generated/torch.sparse_coo_tensor.html
    """
def sparse_csc_tensor(ccol_indices: Any, row_indices: Any, values: Any, size: Sequence[builtins.int] | None = ..., *, dtype: Dtype | None = ..., device: Device | builtins.str | builtins.int | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ..., check_invariants: builtins.bool | None = ..., layout: Layout | None = ...) -> Tensor:
    """A matrix with compressed columns: ccol_indices (columns + 1,), row_indices, values (nnz,).

    https://docs.pytorch.org/docs/stable/generated/torch.sparse_csc_tensor.html
    """
def sparse_csr_tensor(crow_indices: Any, col_indices: Any, values: Any, size: Sequence[builtins.int] | None = ..., *, dtype: Dtype | None = ..., device: Device | builtins.str | builtins.int | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ..., check_invariants: builtins.bool | None = ..., layout: Layout | None = ...) -> Tensor:
    """A matrix with compressed rows: crow_indices (rows + 1,), col_indices and values (nnz,).

    RuntimeError for parts that do not fit each other. Batches raise NotImplementedError.
    https://docs.pytorch.org/docs/stable/generated/torch.sparse_csr_tensor.html
    """
def split(self: Tensor, split_size: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """Views of consecutive parts of one size (the last may be smaller), or of the given sizes."""
def split_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Any:
    """`split`, as a copy; an operator of functionalized PyTorch programs."""
def split_with_sizes(input: Tensor, split_sizes: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]: ...
def split_with_sizes_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Any:
    """`split_with_sizes`, as a copy; an operator of functionalized PyTorch programs."""
def sqrt(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html)"""
def sqrt_(input: Tensor) -> Tensor:
    """sqrt of each element (https://docs.pytorch.org/docs/stable/generated/torch.sqrt.html)"""
def square(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """input * input (https://docs.pytorch.org/docs/stable/generated/torch.square.html)"""
def square_(input: Tensor) -> Tensor:
    """input * input (https://docs.pytorch.org/docs/stable/generated/torch.square.html)"""
def squeeze(self: Tensor, dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., *more: builtins.int) -> Tensor:
    """A view without the dimensions of size 1 (or without those named, where their size is 1)."""
def squeeze_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`squeeze`, as a copy; an operator of functionalized PyTorch programs."""
def stack(tensors: Sequence[Tensor], dim: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """Tensors joined along a new dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.stack.html)
    """
def std(input: Any, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ..., out: Any = ...) -> Any:
    """The square root of `var` (https://docs.pytorch.org/docs/stable/generated/torch.std.html)"""
def std_mean(input: Any, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ...) -> Any:
    """Standard deviation and mean at once
    (https://docs.pytorch.org/docs/stable/generated/torch.std_mean.html)
    """
def stft(input: Any, n_fft: Any, hop_length: Any = ..., win_length: Any = ..., window: Any = ..., center: Any = ..., pad_mode: Any = ..., normalized: Any = ..., onesided: Any = ..., return_complex: Any = ..., align_to_window: Any = ...) -> Any:
    """Transforms of overlapping windows of a signal: (..., frequency, frame), complex.

    With `return_complex=False` real and imaginary part are a last dimension of size 2.
    (https://docs.pytorch.org/docs/stable/generated/torch.stft.html)
    """
def sub(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """input - alpha * other, alpha 1 when absent
    (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)
    """
def sub_(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
    """input - alpha * other, alpha 1 when absent
    (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)
    """
def subtract(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ..., out: Tensor | None = ...) -> Tensor:
    """input - alpha * other, alpha 1 when absent
    (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)
    """
def subtract_(input: Tensor | Number, other: Tensor | Number, *, alpha: Number | Tensor = ...) -> Tensor:
    """input - alpha * other, alpha 1 when absent
    (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)
    """
def sum(input: Tensor, dim: builtins.int | Sequence[builtins.int] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The sum over dims, of all elements by default; integers and bools sum to int64
    (https://docs.pytorch.org/docs/stable/generated/torch.sum.html)
    """
def sum_to_size(input: Tensor, *size: Any) -> Tensor:
    """Summed over the dimensions that broadcasting to this tensor's shape would have added."""
def svd(input: Tensor, some: builtins.bool = ..., compute_uv: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.svd:
    """U, S and V with input = U diag(S) V^H; U and V are zeros with `compute_uv=False`.

    (https://docs.pytorch.org/docs/stable/generated/torch.svd.html)
    """
def svd_lowrank(A: Tensor, q: builtins.int | None = ..., niter: builtins.int | None = ..., M: Tensor | None = ...) -> Any:
    """U, S and V of a randomized singular value decomposition of rank q of A (or A - M).

    https://docs.pytorch.org/docs/stable/generated/torch.svd_lowrank.html
    """
def swapaxes(self: Tensor, axis0: builtins.int, axis1: builtins.int) -> Tensor:
    """`transpose`, by NumPy's name."""
def swapdims(self: Tensor, dim0: builtins.int, dim1: builtins.int) -> Tensor:
    """`transpose`."""
def sym_float(a: Any) -> builtins.float:
    """A number as float."""
def sym_fresh_size(expr: Any) -> Any:
    """NotImplementedError: no size is symbolic."""
def sym_int(a: Any) -> builtins.int:
    """The integer part of a number."""
def sym_ite(b: builtins.bool, t: Any, f: Any) -> Any:
    """`t` if `b` else `f`, which must be of one type."""
def sym_max(a: Any, b: Any) -> Any:
    """The larger number; a float when one of them is."""
def sym_min(a: Any, b: Any) -> Any:
    """The smaller number; a float when one of them is."""
def sym_not(a: Any) -> Any:
    """Not a; bitwise for what has an operator of its own."""
def sym_sqrt(a: Any) -> builtins.float:
    """`math.sqrt` of a number."""
def sym_sum(args: Sequence[Any]) -> Any:
    """The sum of numbers."""
def t(self: Tensor) -> Tensor:
    """The transpose of a matrix; a tensor of fewer dimensions as it is."""
def t_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`t`, as a copy; an operator of functionalized PyTorch programs."""
def take(input: Tensor, index: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Elements by their place in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.take.html)
    """
def take_along_dim(input: Tensor, indices: Tensor, dim: builtins.int | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Elements along a dimension, broadcast
    (https://docs.pytorch.org/docs/stable/generated/torch.take_along_dim.html)
    """
def tan(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """tan of each element (https://docs.pytorch.org/docs/stable/generated/torch.tan.html)"""
def tan_(input: Tensor) -> Tensor:
    """tan of each element (https://docs.pytorch.org/docs/stable/generated/torch.tan.html)"""
def tanh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)"""
def tanh_(input: Tensor) -> Tensor:
    """tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)"""
def tensor_split(self: Tensor, indices_or_sections: Any = ..., dim: builtins.int = ..., *, indices: Any = ..., sections: Any = ...) -> builtins.tuple[Tensor, ...]:
    """Views of parts as equal as can be, or split before the given indices."""
def tensordot(a: Tensor, b: Tensor, dims: Any = ..., *, out: Tensor | None = ...) -> Tensor:
    """Sums of products over chosen dimensions
    (https://docs.pytorch.org/docs/stable/generated/torch.tensordot.html)
    """
def threshold(input: Tensor, threshold: builtins.float, value: builtins.float, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where above the threshold, `value` elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html)
    """
def threshold_(input: Tensor, threshold: builtins.float, value: builtins.float, inplace: builtins.bool = ...) -> Tensor:
    """x where above the threshold, `value` elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html)
    """
def tile(input: Tensor, *dims: builtins.int | Sequence[builtins.int]) -> Tensor:
    """Copies side by side (https://docs.pytorch.org/docs/stable/generated/torch.tile.html)"""
def topk(input: Tensor, k: builtins.int, dim: builtins.int = ..., largest: builtins.bool = ..., sorted: builtins.bool = ..., *, out: Sequence[Tensor] | None = ...) -> results.topk:
    """The k largest (or smallest) elements along a dim in order, with their int64 indices
    (https://docs.pytorch.org/docs/stable/generated/torch.topk.html)
    """
def trace(input: Tensor) -> Tensor:
    """The sum of a matrix's diagonal; integers sum to int64."""
def transpose(self: Tensor, dim0: builtins.int, dim1: builtins.int) -> Tensor:
    """A view with two dimensions swapped."""
def transpose_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`transpose`, as a copy; an operator of functionalized PyTorch programs."""
def trapezoid(y: Tensor, x: Tensor | None = ..., *, dx: builtins.float | None = ..., dim: builtins.int = ...) -> Tensor:
    """The integral of samples along a dim, by the trapezoidal rule
    (https://docs.pytorch.org/docs/stable/generated/torch.trapezoid.html)
    """
def trapz(y: Tensor, x: Tensor | None = ..., *, dx: builtins.float | None = ..., dim: builtins.int = ...) -> Tensor:
    """The integral of samples along a dim, by the trapezoidal rule
    (https://docs.pytorch.org/docs/stable/generated/torch.trapezoid.html)
    """
def triangular_solve(b: Any, A: Any, upper: Any = ..., transpose: Any = ..., unitriangular: Any = ..., *, out: Any = ...) -> Any:
    """X with AX = b (A^T X = b with transpose) for triangular A, and A.

    (https://docs.pytorch.org/docs/stable/generated/torch.triangular_solve.html)
    """
def tril(input: Tensor, diagonal: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """The lower triangle (https://docs.pytorch.org/docs/stable/generated/torch.tril.html)"""
def tril_(input: Tensor, diagonal: builtins.int = ...) -> Tensor:
    """The lower triangle (https://docs.pytorch.org/docs/stable/generated/torch.tril.html)"""
def tril_indices(row: builtins.int, col: builtins.int, offset: builtins.int = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """Positions of the lower triangle
    (https://docs.pytorch.org/docs/stable/generated/torch.tril_indices.html)
    """
def triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: builtins.float = ..., p: builtins.float = ..., eps: builtins.float = ..., swap: builtins.bool = ..., reduction: builtins.int = ...) -> Tensor:
    """`nn.functional.triplet_margin_loss`."""
def triu(input: Tensor, diagonal: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """The upper triangle (https://docs.pytorch.org/docs/stable/generated/torch.triu.html)"""
def triu_(input: Tensor, diagonal: builtins.int = ...) -> Tensor:
    """The upper triangle (https://docs.pytorch.org/docs/stable/generated/torch.triu.html)"""
def triu_indices(row: builtins.int, col: builtins.int, offset: builtins.int = ..., *, dtype: Dtype | None = ..., layout: Layout | None = ..., device: Device | builtins.str | None = ..., pin_memory: builtins.bool = ..., requires_grad: builtins.bool = ...) -> Tensor:
    """Positions of the upper triangle
    (https://docs.pytorch.org/docs/stable/generated/torch.triu_indices.html)
    """
def true_divide(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input / other, always a float
    (https://docs.pytorch.org/docs/stable/generated/torch.true_divide.html)
    """
def true_divide_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """input / other, always a float
    (https://docs.pytorch.org/docs/stable/generated/torch.true_divide.html)
    """
def trunc(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """trunc of every element"""
def trunc_(input: Tensor) -> Tensor:
    """trunc of every element"""
uint16: Dtype
uint32: Dtype
uint64: Dtype
uint8: Dtype
def unbind(self: Tensor, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """The views at each index of a dimension."""
def unbind_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Any:
    """`unbind`, as a copy; an operator of functionalized PyTorch programs."""
def unflatten(self: Tensor, dim: builtins.int, sizes: Any) -> Tensor:
    """One dimension as several of the given sizes, one of which may be -1."""
def unfold_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`unfold`, as a copy; an operator of functionalized PyTorch programs."""
def unique(input: Tensor, sorted: builtins.bool = ..., return_inverse: builtins.bool = ..., return_counts: builtins.bool = ..., dim: builtins.int | None = ...) -> Tensor:
    """The distinct elements, or slices along dim, in order; each NaN is distinct
    (https://docs.pytorch.org/docs/stable/generated/torch.unique.html)
    """
def unique_consecutive(input: Tensor, return_inverse: builtins.bool = ..., return_counts: builtins.bool = ..., dim: builtins.int | None = ...) -> Tensor:
    """Elements, or slices along dim, with runs of equal ones reduced to one
    (https://docs.pytorch.org/docs/stable/generated/torch.unique_consecutive.html)
    """
def unravel_index(indices: Tensor, shape: Any) -> builtins.tuple[Tensor, ...]:
    """Flat places as coordinates. TypeError for what is no shape and no integers."""
def unsafe_chunk(input: Tensor, chunks: builtins.int, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]: ...
def unsafe_split(input: Tensor, split_size: Any, dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]: ...
def unsafe_split_with_sizes(input: Tensor, split_sizes: Sequence[builtins.int], dim: builtins.int = ...) -> builtins.tuple[Tensor, ...]:
    """`split` by sizes, into parts that may be written to."""
def unsqueeze(self: Tensor, dim: builtins.int) -> Tensor:
    """A view with a new dimension of size 1."""
def unsqueeze_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`unsqueeze`, as a copy; an operator of functionalized PyTorch programs."""
def vander(x: Tensor, N: builtins.int | None = ..., increasing: builtins.bool = ...) -> Tensor:
    """The Vandermonde matrix of a vector: powers N - 1 ... 0, or 0 ... N - 1.

    (https://docs.pytorch.org/docs/stable/generated/torch.vander.html)
    """
def var(input: Any, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ..., out: Any = ...) -> Any:
    """The variance over dims: squares of deviations over (count - correction), correction 1 by
    default (https://docs.pytorch.org/docs/stable/generated/torch.var.html)
    """
def var_mean(input: Any, dim: Any = ..., unbiased: Any = ..., keepdim: Any = ..., *, correction: Any = ...) -> Any:
    """Variance and mean at once
    (https://docs.pytorch.org/docs/stable/generated/torch.var_mean.html)
    """
def vdot(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """`dot` with the first vector conjugated
    (https://docs.pytorch.org/docs/stable/generated/torch.vdot.html)
    """
def view_as_complex(self: Tensor) -> Tensor:
    """A real tensor with a last dimension of 2 as a complex one."""
def view_as_complex_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`view_as_complex`, as a copy; an operator of functionalized PyTorch programs."""
def view_as_real(self: Tensor) -> Tensor:
    """A complex tensor as a real one with a last dimension of 2."""
def view_as_real_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`view_as_real`, as a copy; an operator of functionalized PyTorch programs."""
def view_copy(input: Tensor, *args: Any, out: Any = ..., **kwargs: Any) -> Tensor:
    """`view`, as a copy; an operator of functionalized PyTorch programs."""
def vsplit(self: Tensor, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]: ...
def vstack(tensors: Sequence[Tensor], *, out: Tensor | None = ...) -> Tensor:
    """Joined row-wise (https://docs.pytorch.org/docs/stable/generated/torch.vstack.html)"""
def where(condition: Tensor, input: Any = ..., other: Any = ..., *, out: Any = ..., **kw: Any) -> Any:
    """Elements of `input` where the condition holds, of `other` elsewhere; positions when neither
    is given.
    """
def xlogy(input: Tensor | Number, other: Tensor | Number, *, out: Tensor | None = ...) -> Tensor:
    """input * log(other), 0 where input is 0
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlogy)
    """
def xlogy_(input: Tensor | Number, other: Tensor | Number) -> Tensor:
    """input * log(other), 0 where input is 0
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlogy)
    """
def zero_(self: Tensor) -> Tensor:
    """Write zero into every element."""
