"""Functions of `torchish.nn.functional`. Written by docs/make_stubs.py: don't edit."""

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

def adaptive_avg_pool1d(input: Tensor, output_size: builtins.int | Sequence[builtins.int], *, out: Tensor | None = ...) -> Tensor:
    """Means of `output_size` windows of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool1d.html)

    >>> F.adaptive_avg_pool1d(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]), 2)
    tensor([[[1.5000, 3.5000]]])
    """
def adaptive_avg_pool2d(input: Tensor, output_size: builtins.int | Sequence[builtins.int]) -> Tensor:
    """Means of windows of (N, C, H, W) or (C, H, W), `output_size` of them in each dimension; None
    keeps a size
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html)

    >>> F.adaptive_avg_pool2d(torch.arange(16.0).reshape(1, 1, 4, 4), 2)
    tensor([[[[ 2.5000,  4.5000],
              [10.5000, 12.5000]]]])
    """
def adaptive_avg_pool3d(input: Tensor, output_size: builtins.int | Sequence[builtins.int]) -> Tensor:
    """Means of windows of (N, C, D, H, W) or (C, D, H, W), `output_size` of them in each dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool3d.html)

    >>> F.adaptive_avg_pool3d(torch.ones(1, 1, 4, 4, 4), 2).shape
    torch.Size([1, 1, 2, 2, 2])
    """
def adaptive_max_pool1d(input: Tensor, output_size: builtins.int | Sequence[builtins.int], return_indices: builtins.bool = ...) -> Tensor:
    """Maxima of `output_size` windows of (N, C, L) or (C, L), optionally with their int64 positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool1d.html)

    >>> F.adaptive_max_pool1d(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]), 2)
    tensor([[[2., 4.]]])
    """
def adaptive_max_pool2d(input: Tensor, output_size: builtins.int | Sequence[builtins.int], return_indices: builtins.bool = ...) -> Tensor:
    """Maxima of windows of (N, C, H, W) or (C, H, W), optionally with their int64 flat positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html)

    >>> F.adaptive_max_pool2d(torch.arange(16.0).reshape(1, 1, 4, 4), 1)
    tensor([[[[15.]]]])
    """
def adaptive_max_pool3d(input: Tensor, output_size: builtins.int | Sequence[builtins.int], return_indices: builtins.bool = ...) -> Tensor:
    """Maxima of windows of (N, C, D, H, W) or (C, D, H, W), optionally with their int64 flat
    positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool3d.html)

    >>> F.adaptive_max_pool3d(torch.ones(1, 1, 4, 4, 4), 2).shape
    torch.Size([1, 1, 2, 2, 2])
    """
def affine_grid(theta: Tensor, size: builtins.tuple[builtins.int, ...], align_corners: builtins.bool | None = ...) -> Tensor:
    """The positions in [-1, 1] that an affine map theta (N, 2, 3) or (N, 3, 4) sends each output
    pixel to
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.affine_grid.html)

    >>> F.affine_grid(torch.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]), (1, 1, 2, 2), align_corners=True)
    tensor([[[[-1., -1.],
              [ 1., -1.]],
    <BLANKLINE>
             [[-1.,  1.],
              [ 1.,  1.]]]])
    """
def avg_pool1d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., count_include_pad: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Mean of each window of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool1d.html)

    >>> F.avg_pool1d(torch.tensor([[[1.0, 3.0, 5.0, 7.0]]]), kernel_size=2, stride=2)
    tensor([[[2., 6.]]])
    """
def avg_pool2d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., count_include_pad: builtins.bool = ..., divisor_override: builtins.int | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Mean of each window of (N, C, H, W) or (C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html)

    (N, C, H, W) or (C, H, W). RuntimeError for padding above half the kernel.

    >>> x = torch.arange(16.0).reshape(1, 1, 4, 4)
    >>> F.avg_pool2d(x, 2)
    tensor([[[[ 2.5000,  4.5000],
              [10.5000, 12.5000]]]])
    """
def avg_pool3d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., count_include_pad: builtins.bool = ..., divisor_override: builtins.int | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Mean of each window of (N, C, D, H, W) or (C, D, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool3d.html)

    >>> F.avg_pool3d(torch.ones(1, 1, 2, 2, 2), 2)
    tensor([[[[[1.]]]]])
    """
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = ...) -> Tensor:
    """x1 A x2 + b for each output feature: weight (out, in1, in2)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.bilinear.html)

    >>> F.bilinear(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0]]), torch.ones(1, 2, 1))
    tensor([[9.]])
    """
def binary_cross_entropy(input: Tensor, target: Tensor, weight: Tensor | None = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """Cross entropy of probabilities in [0, 1] and targets of the same shape; logarithms are cut at
    -100
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html)

    Probabilities and targets of one shape. RuntimeError for what is outside of [0, 1],
    ValueError for other shapes.

    >>> F.binary_cross_entropy(torch.tensor([0.9, 0.1]), torch.tensor([1.0, 0.0]))
    tensor(0.1054)
    """
def binary_cross_entropy_with_logits(input: Tensor, target: Tensor, weight: Tensor | None = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., pos_weight: Tensor | None = ...) -> Tensor:
    """Cross entropy of sigmoid(input) and targets of its shape; `pos_weight` multiplies the
    positive part
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html)

    Any numbers and targets of one shape; stable where sigmoid and log are not.

    >>> F.binary_cross_entropy_with_logits(torch.tensor([100.0, 0.0]), torch.tensor([1.0, 0.0]))
    tensor(0.3466)
    """
def celu(input: Tensor, alpha: builtins.float = ..., inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Continuously differentiable ELU (https://arxiv.org/abs/1704.07483)

    >>> torch.celu(torch.tensor([-1.0, 0.0, 2.0]), alpha=2.0)
    tensor([-0.7869,  0.0000,  2.0000])
    """
def celu_(input: Any, alpha: Any = ..., inplace: Any = ...) -> Any:
    """In-place form of `celu`: Continuously differentiable ELU (https://arxiv.org/abs/1704.07483)"""
def channel_shuffle(input: Tensor, groups: builtins.int) -> Tensor:
    """Channels (dim 1) dealt out round robin from `groups` blocks
    (https://arxiv.org/abs/1707.01083)

    >>> torch.channel_shuffle(torch.arange(4).reshape(1, 4, 1, 1), 2).flatten()
    tensor([0, 2, 1, 3])
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
def cosine_embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: builtins.float = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """1 - cos where the target is 1, max(0, cos - margin) where it is -1: inputs (N, D) and target
    (N,), or (D,) and ()
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_embedding_loss.html)

    >>> x, y = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    >>> F.cosine_embedding_loss(x, y, torch.tensor([1])), F.cosine_embedding_loss(x, y, torch.tensor([-1]))
    (tensor(1.), tensor(0.))
    """
def cosine_similarity(x1: Tensor, x2: Tensor, dim: builtins.int = ..., eps: builtins.float = ...) -> Tensor:
    """x1 . x2 / (max(|x1|, eps) max(|x2|, eps)) along `dim`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html)

    >>> F.cosine_similarity(torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 1.0]]))
    tensor([0.7071])
    """
def cross_entropy(input: Tensor, target: Tensor, weight: Tensor | None = ..., size_average: builtins.bool | None = ..., ignore_index: builtins.int = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., label_smoothing: builtins.float = ...) -> Tensor:
    """Cross entropy of logits (N, C, ...) or (C,) against class indices (N, ...) or probabilities
    of the logits' shape. IndexError for a class outside [0, C)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html)

    The scores are (N, C, …) or (C,), not normalised; the target has indices of classes (N,
    …), or probabilities of the scores' shape.

    >>> scores = torch.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
    >>> F.cross_entropy(scores, torch.tensor([0, 2]))
    tensor(0.2395)
    >>> F.cross_entropy(scores, torch.tensor([0, -100]), reduction="none")  # -100 is ignored
    tensor([0.2395, 0.0000])
    """
def elu(input: Tensor, alpha: builtins.float = ..., inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where positive, alpha * (exp(x) - 1) elsewhere (https://arxiv.org/abs/1511.07289)

    >>> F.elu(torch.tensor([-1.0, 0.0, 2.0]), alpha=2.0)
    tensor([-1.2642,  0.0000,  2.0000])
    """
def elu_(input: Any, alpha: Any = ..., inplace: Any = ...) -> Any:
    """In-place form of `elu`: x where positive, alpha * (exp(x) - 1) elsewhere (https://arxiv.org/abs/1511.07289)

    >>> F.elu_(torch.tensor([-1.0, 0.0, 2.0]))
    tensor([-0.6321,  0.0000,  2.0000])
    """
def embedding(input: Tensor, weight: Tensor, padding_idx: builtins.int | None = ..., max_norm: builtins.float | None = ..., norm_type: builtins.float = ..., scale_grad_by_freq: builtins.bool = ..., sparse: builtins.bool = ...) -> Tensor:
    """Rows of a table: input (*) of int64 or int32, weight (rows, width), result (*, width).
    IndexError for an index outside the table. `max_norm` must have been applied to the weight
    already; `sparse` asks for a layout of the gradient that does not exist here, so the gradient is
    dense, with the same values
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html)

    Indices of any shape (*) and a table (n, d) give (*, d). IndexError out of range.

    >>> table = torch.tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]])
    >>> F.embedding(torch.tensor([[1, 2], [2, 0]]), table)
    tensor([[[1., 2.],
             [3., 4.]],
    <BLANKLINE>
            [[3., 4.],
             [0., 0.]]])
    """
def embedding_bag(input: Tensor, weight: Tensor, offsets: Tensor | None = ..., max_norm: builtins.float | None = ..., norm_type: builtins.float = ..., scale_grad_by_freq: builtins.bool = ..., mode: builtins.str = ..., sparse: builtins.bool = ..., per_sample_weights: Tensor | None = ..., include_last_offset: builtins.bool = ..., padding_idx: builtins.int | None = ...) -> Tensor:
    """Sums, means or maxima of bags of rows: input (B, n), or (n,) cut at `offsets` (B,).
    `max_norm` must have been applied to the weight already; the gradient is dense also when
    `sparse`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding_bag.html)

    >>> table = torch.tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]])
    >>> F.embedding_bag(torch.tensor([1, 2, 1]), table, torch.tensor([0, 2]), mode="sum")
    tensor([[4., 6.],
            [1., 2.]])
    """
def fold(input: Tensor, output_size: builtins.int | Sequence[builtins.int], kernel_size: builtins.int | Sequence[builtins.int], dilation: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] = ..., stride: builtins.int | Sequence[builtins.int] = ...) -> Tensor:
    """Columns summed back into the blocks they stand for: (N, C * kh * kw, blocks) → (N, C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.fold.html)

    >>> columns = F.unfold(torch.arange(16.0).reshape(1, 1, 4, 4), 2, stride=2)
    >>> F.fold(columns, (4, 4), 2, stride=2)[0, 0, 0]  # back again
    tensor([0., 1., 2., 3.])
    """
def gaussian_nll_loss(input: Tensor, target: Tensor, var: Tensor | Number, full: builtins.bool = ..., eps: builtins.float = ..., reduction: builtins.str = ...) -> Tensor:
    """Negative log likelihood of a normal distribution with variance `var`, of at least `eps`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.gaussian_nll_loss.html)

    >>> F.gaussian_nll_loss(torch.tensor([1.0]), torch.tensor([3.0]), torch.tensor([4.0]))
    tensor(1.1931)
    """
def gelu(input: Tensor, *, approximate: builtins.str = ..., out: Tensor | None = ...) -> Tensor:
    """x times the standard normal distribution function, exact or by tanh
    (https://arxiv.org/abs/1606.08415)

    The dtype and shape stay. RuntimeError for another approximate than "none" and "tanh".

    >>> F.gelu(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.1587,  0.0000,  0.8413])
    >>> F.gelu(torch.tensor([-1.0, 0.0, 1.0]), approximate="tanh")
    tensor([-0.1588,  0.0000,  0.8412])
    """
def glu(input: Tensor, dim: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """First half of `dim` times the sigmoid of the second half
    (https://arxiv.org/abs/1612.08083)

    >>> F.glu(torch.tensor([1.0, 2.0, 0.0, 100.0]))  # the first half, gated by the second
    tensor([0.5000, 2.0000])
    """
def grid_sample(input: Tensor, grid: Tensor, mode: builtins.str = ..., padding_mode: builtins.str = ..., align_corners: builtins.bool | None = ...) -> Tensor:
    """Input (N, C, spatial...) interpolated at `grid` (N, outputs..., x y [z]) in [-1, 1]
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.grid_sample.html)

    (N, C, H, W) and places (N, h, w, 2) in [-1, 1] as (x, y) give (N, C, h, w).

    >>> x = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> F.grid_sample(x, torch.zeros(1, 1, 1, 2), align_corners=True)  # (0, 0) is the middle
    tensor([[[[2.5000]]]])
    """
def group_norm(input: Tensor, num_groups: builtins.int, weight: Tensor | None = ..., bias: Tensor | None = ..., eps: builtins.float = ...) -> Tensor:
    """Normalization of each group of channels of each sample of (N, C, ...)
    (https://arxiv.org/abs/1803.08494)

    (N, C, …); C is a multiple of num_groups. RuntimeError otherwise.

    >>> F.group_norm(torch.tensor([[0.0, 2.0, 10.0, 30.0]]), num_groups=2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
def hardshrink(input: Tensor, lambd: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where |x| > lambd, else 0
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html)

    >>> torch.hardshrink(torch.tensor([-1.0, 0.3, 0.7]), lambd=0.5)
    tensor([-1.0000,  0.0000,  0.7000])
    """
def hardsigmoid(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """relu6(x + 3) / 6
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardsigmoid.html)

    >>> F.hardsigmoid(torch.tensor([-4.0, 0.0, 1.5, 4.0]))
    tensor([0.0000, 0.5000, 0.7500, 1.0000])
    """
def hardswish(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x * relu6(x + 3) / 6 (https://arxiv.org/abs/1905.02244)

    >>> F.hardswish(torch.tensor([-4.0, 0.0, 1.0, 4.0]))
    tensor([-0.0000, 0.0000, 0.6667, 4.0000])
    """
def hardtanh(input: Tensor, min_val: builtins.float = ..., max_val: builtins.float = ..., inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x clamped to [min_val, max_val]
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html)

    >>> F.hardtanh(torch.tensor([-2.0, 0.5, 2.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
def hardtanh_(input: Any, min_val: Any = ..., max_val: Any = ..., inplace: Any = ...) -> Any:
    """In-place form of `hardtanh`: x clamped to [min_val, max_val]
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html)

    >>> F.hardtanh_(torch.tensor([-2.0, 0.5, 2.0]), min_val=0.0)
    tensor([0.0000, 0.5000, 1.0000])
    """
def hinge_embedding_loss(input: Tensor, target: Tensor, margin: builtins.float = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """x where the target is 1, max(0, margin - x) where it is -1, both summed elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hinge_embedding_loss.html)

    >>> F.hinge_embedding_loss(torch.tensor([0.3, 0.3]), torch.tensor([1, -1]), reduction="none")
    tensor([0.3000, 0.7000])
    """
def huber_loss(input: Tensor, target: Tensor, reduction: builtins.str = ..., delta: builtins.float = ..., weight: Tensor | None = ...) -> Tensor:
    """Squared below `delta`, delta times absolute above
    (https://en.wikipedia.org/wiki/Huber_loss)

    >>> F.huber_loss(torch.tensor([0.5, 5.0]), torch.zeros(2), reduction="none", delta=1.0)
    tensor([0.1250, 4.5000])
    """
def interpolate(input: Tensor, size: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., scale_factor: Sequence[Number] = ..., mode: builtins.str = ..., align_corners: builtins.bool | None = ..., recompute_scale_factor: builtins.bool | None = ..., antialias: builtins.bool = ...) -> Tensor:
    """(N, C, spatial...) resized to `size` or by `scale_factor`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html)

    (N, C, …) with size or scale_factor; mode is nearest, linear, bilinear, bicubic,
    trilinear, area or nearest-exact.

    >>> x = torch.tensor([[[1.0, 3.0]]])
    >>> F.interpolate(x, scale_factor=2)
    tensor([[[1., 1., 3., 3.]]])
    >>> F.interpolate(x, size=3, mode="linear", align_corners=True)
    tensor([[[1., 2., 3.]]])
    """
def kl_div(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., log_target: builtins.bool = ...) -> Tensor:
    """target * (log(target) - input) of log-probabilities `input`; "batchmean" divides the sum by
    the batch (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html)

    input is log-probabilities, target probabilities, or with log_target their logarithms.

    >>> p, q = torch.tensor([[0.5, 0.5]]), torch.tensor([[0.9, 0.1]])
    >>> F.kl_div(q.log(), p, reduction="batchmean")  # the first is a logarithm
    tensor(0.5108)
    """
def l1_loss(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., weight: Tensor | None = ...) -> Tensor:
    """Absolute error, meaned, summed or kept
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html)

    reduction is "mean", "sum" or "none", which keeps the shape.

    >>> F.l1_loss(torch.tensor([1.0, 2.0]), torch.tensor([2.0, 5.0]))
    tensor(2.)
    """
def layer_norm(input: Tensor, normalized_shape: Any, weight: Tensor | None = ..., bias: Tensor | None = ..., eps: builtins.float = ...) -> Tensor:
    """Normalization over the last dimensions, of sizes `normalized_shape`
    (https://arxiv.org/abs/1607.06450)

    Over the last dimensions, whose sizes are normalized_shape; weight and bias have that
    shape.

    >>> F.layer_norm(torch.tensor([[0.0, 2.0], [10.0, 30.0]]), (2,))
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """
def leaky_relu(input: Tensor, negative_slope: builtins.float = ..., inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where positive, negative_slope * x elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html)

    The dtype and shape stay.

    >>> F.leaky_relu(torch.tensor([-10.0, 2.0]), negative_slope=0.1)
    tensor([-1.,  2.])
    """
def leaky_relu_(input: Any, negative_slope: Any = ..., inplace: Any = ...) -> Any:
    """In-place form of `leaky_relu`: x where positive, negative_slope * x elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html)

    >>> F.leaky_relu_(torch.tensor([-10.0, 2.0]))
    tensor([-0.1000,  2.0000])
    """
def linear(input: Tensor, weight: Tensor, bias: Tensor | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """input @ weight.T + bias: input (..., in), weight (out, in) or (in,), bias (out,)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html)

    x (*, in), weight (out, in), bias (out,) give (*, out). RuntimeError where the sizes do
    not fit.

    >>> F.linear(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0]]), torch.tensor([10.0]))
    tensor([[21.]])
    """
def local_response_norm(input: Tensor, size: builtins.int, alpha: builtins.float = ..., beta: builtins.float = ..., k: builtins.float = ...) -> Tensor:
    """x / (k + alpha * mean of x squared over `size` neighbouring channels) ** beta
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.local_response_norm.html)

    >>> F.local_response_norm(torch.ones(1, 2, 1), size=2, alpha=2.0)
    tensor([[[0.5946],
             [0.4387]]])
    """
def log_softmax(input: Tensor, dim: builtins.int | None = ..., _stacklevel: builtins.int = ..., dtype: Dtype | None = ...) -> Tensor:
    """Logarithm of softmax along `dim`; without one, dim 1 (0 for 0, 1 and 3 dimensions)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html)

    The shape stays; dtype casts input first.

    >>> F.log_softmax(torch.tensor([0.0, 0.0]), dim=0)
    tensor([-0.6931, -0.6931])
    """
def logsigmoid(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log(sigmoid(x))
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.logsigmoid.html)

    >>> F.logsigmoid(torch.tensor([0.0, -100.0]))
    tensor([  -0.6931, -100.0000])
    """
def lp_pool1d(input: Tensor, norm_type: builtins.int | builtins.float, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., ceil_mode: builtins.bool = ...) -> Tensor:
    """p-th root of the sum of p-th powers over each window of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool1d.html)

    >>> F.lp_pool1d(torch.tensor([[[3.0, 4.0]]]), norm_type=2, kernel_size=2)
    tensor([[[5.]]])
    """
def lp_pool2d(input: Tensor, norm_type: builtins.int | builtins.float, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., ceil_mode: builtins.bool = ...) -> Tensor:
    """p-th root of the sum of p-th powers over each window of (N, C, H, W) or (C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool2d.html)

    >>> F.lp_pool2d(torch.ones(1, 1, 2, 2), norm_type=2, kernel_size=2)
    tensor([[[[2.]]]])
    """
def lp_pool3d(input: Tensor, norm_type: builtins.int | builtins.float, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., ceil_mode: builtins.bool = ...) -> Tensor:
    """p-th root of the sum of p-th powers over each window of (N, C, D, H, W) or (C, D, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool3d.html)

    >>> F.lp_pool3d(torch.ones(1, 1, 2, 2, 2), norm_type=1, kernel_size=2)
    tensor([[[[[8.]]]]])
    """
def margin_ranking_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: builtins.float = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """max(0, -target * (input1 - input2) + margin)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.margin_ranking_loss.html)

    >>> F.margin_ranking_loss(torch.tensor([1.0]), torch.tensor([3.0]), torch.tensor([1]), margin=0.5)
    tensor(2.5000)
    """
def max_pool1d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., return_indices: builtins.bool = ...) -> Tensor:
    """Largest of each window of (N, C, L) or (C, L), optionally with its int64 positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool1d.html)

    >>> F.max_pool1d(torch.tensor([[[1.0, 3.0, 2.0, 5.0]]]), kernel_size=2)
    tensor([[[3., 5.]]])
    """
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
def max_unpool1d(input: Any, indices: Any, kernel_size: Any, stride: Any = ..., padding: Any = ..., output_size: Any = ...) -> Any:
    """Maxima put back at the positions that `max_pool1d` returned, 0 elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool1d.html)

    >>> x = torch.tensor([[[1.0, 3.0, 2.0, 5.0]]])
    >>> y, indices = F.max_pool1d(x, 2, return_indices=True)
    >>> F.max_unpool1d(y, indices, 2)
    tensor([[[0., 3., 0., 5.]]])
    """
def max_unpool2d(input: Any, indices: Any, kernel_size: Any, stride: Any = ..., padding: Any = ..., output_size: Any = ...) -> Any:
    """Maxima put back at the positions that `max_pool2d` returned, 0 elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool2d.html)

    >>> y, indices = F.max_pool2d(torch.arange(4.0).reshape(1, 1, 2, 2), 2, return_indices=True)
    >>> F.max_unpool2d(y, indices, 2)
    tensor([[[[0., 0.],
              [0., 3.]]]])
    """
def max_unpool3d(input: Any, indices: Any, kernel_size: Any, stride: Any = ..., padding: Any = ..., output_size: Any = ...) -> Any:
    """Maxima put back at the positions that `max_pool3d` returned, 0 elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool3d.html)

    >>> y, indices = F.max_pool3d(torch.ones(1, 1, 2, 2, 2), 2, return_indices=True)
    >>> F.max_unpool3d(y, indices, 2).shape
    torch.Size([1, 1, 2, 2, 2])
    """
def mish(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x * tanh(softplus(x)) (https://arxiv.org/abs/1908.08681)

    >>> F.mish(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.3034,  0.0000,  0.8651])
    """
def mse_loss(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., weight: Tensor | None = ...) -> Tensor:
    """Squared error, meaned, summed or kept
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html)

    reduction is "mean", "sum" or "none", which keeps the shape.

    >>> F.mse_loss(torch.tensor([1.0, 2.0]), torch.tensor([2.0, 4.0]))
    tensor(2.5000)
    >>> F.mse_loss(torch.tensor([1.0, 2.0]), torch.tensor([2.0, 4.0]), reduction="none")
    tensor([1., 4.])
    """
def multi_margin_loss(input: Tensor, target: Tensor, p: builtins.int = ..., margin: builtins.float = ..., weight: Tensor | None = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """max(0, margin - x of the target + x of another class) ** p, summed and divided by the
    classes: input (N, C) or (C,), target (N,) or ()
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multi_margin_loss.html)

    >>> F.multi_margin_loss(torch.tensor([[0.1, 0.9, 0.4]]), torch.tensor([1]))
    tensor(0.2333)
    """
def multilabel_margin_loss(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """max(0, 1 - (x of a target - x of another class)), summed over both and divided by the
    classes: input and target (N, C) or (C,), a row of targets ends at its first -1
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_margin_loss.html)

    >>> F.multilabel_margin_loss(torch.tensor([[0.1, 0.9, 0.4]]), torch.tensor([[1, -1, 0]]))
    tensor(0.2333)
    """
def multilabel_soft_margin_loss(input: Tensor, target: Tensor, weight: Tensor | None = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """Binary cross entropy of logits, meaned over the last dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_soft_margin_loss.html)

    >>> F.multilabel_soft_margin_loss(torch.zeros(1, 3), torch.tensor([[1.0, 0.0, 1.0]]))
    tensor(0.6931)
    """
def native_channel_shuffle(input: Tensor, groups: builtins.int) -> Tensor:
    """`channel_shuffle` under another name.

    >>> torch.native_channel_shuffle(torch.arange(4).reshape(1, 4, 1, 1), 2).flatten()
    tensor([0, 2, 1, 3])
    """
def nll_loss(input: Tensor, target: Tensor, weight: Tensor | None = ..., size_average: builtins.bool | None = ..., ignore_index: builtins.int = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """-input at each target class: input (N, C, ...) or (C,) of log-probabilities, target (N, ...)
    of int64. IndexError for a class outside [0, C)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html)

    Log-probabilities (N, C, …) and indices of classes (N, …). IndexError for a class out of
    range.

    >>> log_probs = torch.tensor([[0.25, 0.75], [0.5, 0.5]]).log()
    >>> F.nll_loss(log_probs, torch.tensor([1, 0]), reduction="none")
    tensor([0.2877, 0.6931])
    """
def normalize(input: Tensor, p: builtins.float = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., eps: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """input / max(norm along `dim`, eps)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.normalize.html)

    Divided by the p-norm along dim, at least eps.

    >>> F.normalize(torch.tensor([[3.0, 4.0], [0.0, 2.0]]))
    tensor([[0.6000, 0.8000],
            [0.0000, 1.0000]])
    """
def pad(input: Tensor, pad: builtins.tuple[builtins.int, ...], mode: builtins.str = ..., value: builtins.float | None = ...) -> Tensor:
    """Padding by pairs (before, after) from the last dimension on; modes constant, reflect,
    replicate, circular
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pad.html)

    Pairs of (before, after), the last dimension's first.

    >>> x = torch.tensor([[1, 2]])
    >>> F.pad(x, (1, 2), value=9)
    tensor([[9, 1, 2, 9, 9]])
    >>> F.pad(torch.tensor([[[1.0, 2.0, 3.0]]]), (2, 0), mode="reflect")
    tensor([[[3., 2., 1., 2., 3.]]])
    """
def pairwise_distance(x1: Tensor, x2: Tensor, p: builtins.float = ..., eps: builtins.float = ..., keepdim: builtins.bool = ...) -> Tensor:
    """p-norm of x1 - x2 + eps along the last dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pairwise_distance.html)

    >>> F.pairwise_distance(torch.tensor([[0.0, 0.0]]), torch.tensor([[3.0, 4.0]]))
    tensor([5.0000])
    """
def pdist(input: Tensor, p: builtins.float = ...) -> Tensor:
    """p-norm distances of all pairs of rows i < j of an (n, m) matrix, as n (n - 1) / 2 values
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pdist.html)

    >>> torch.pdist(torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 4.0]]))
    tensor([5., 4., 3.])
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
def poisson_nll_loss(input: Tensor, target: Tensor, log_input: builtins.bool = ..., full: builtins.bool = ..., size_average: builtins.bool | None = ..., eps: builtins.float = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """Negative log likelihood of a Poisson distribution, with Stirling's term when `full`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.poisson_nll_loss.html)

    >>> F.poisson_nll_loss(torch.tensor([0.0]), torch.tensor([2.0]))  # exp(x) - target · x
    tensor(1.)
    """
def prelu(input: Tensor, weight: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Leaky ReLU with a learned slope, one or one per channel (dim 1)
    (https://arxiv.org/abs/1502.01852)

    >>> torch.prelu(torch.tensor([-4.0, 2.0]), torch.tensor([0.25]))
    tensor([-1.,  2.])
    """
def relu(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)

    The dtype and shape stay; the gradient at 0 is 0.

    >>> torch.relu(torch.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 2.])
    """
def relu6(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """min(max(x, 0), 6)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu6.html)

    >>> F.relu6(torch.tensor([-1.0, 3.0, 9.0]))
    tensor([0., 3., 6.])
    """
def relu_(input: Any, inplace: Any = ...) -> Any:
    """In-place form of `relu`: max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)

    >>> F.relu_(torch.tensor([-1.0, 3.0]))
    tensor([0., 3.])
    """
def rms_norm(input: Tensor, normalized_shape: Any, weight: Tensor | None = ..., eps: builtins.float | None = ...) -> Tensor:
    """x / sqrt(mean of x squared + eps) over the last dimensions; eps is the dtype's resolution
    when None (https://arxiv.org/abs/1910.07467)

    >>> torch.rms_norm(torch.tensor([[3.0, 4.0]]), (2,), eps=0.0)
    tensor([[0.8485, 1.1314]])
    """
def selu(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Self-normalizing ELU (https://arxiv.org/abs/1706.02515)

    >>> torch.selu(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([-1.1113,  0.0000,  1.0507])
    """
def selu_(input: Any, inplace: Any = ...) -> Any:
    """In-place form of `selu`: Self-normalizing ELU (https://arxiv.org/abs/1706.02515)

    >>> F.selu_(torch.tensor([-1.0, 1.0]))
    tensor([-1.1113,  1.0507])
    """
def sigmoid(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)

    Integers give the default floating dtype.

    >>> torch.sigmoid(torch.tensor([0.0, 2.0, -200.0]))
    tensor([0.5000, 0.8808, 0.0000])
    """
def silu(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x * sigmoid(x)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.silu.html)

    >>> F.silu(torch.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.2689,  0.0000,  0.7311])
    """
def smooth_l1_loss(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., beta: builtins.float = ...) -> Tensor:
    """Squared below `beta`, absolute above (https://arxiv.org/abs/1504.08083)

    Quadratic below beta, linear above; reduction is "mean", "sum" or "none".

    >>> F.smooth_l1_loss(torch.tensor([0.5, 5.0]), torch.zeros(2), reduction="none")
    tensor([0.1250, 4.5000])
    """
def soft_margin_loss(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """log(1 + exp(-target * x))
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.soft_margin_loss.html)

    >>> F.soft_margin_loss(torch.tensor([0.0, 2.0]), torch.tensor([1.0, 1.0]), reduction="none")
    tensor([0.6931, 0.1269])
    """
def softmax(input: Tensor, dim: builtins.int | None = ..., _stacklevel: builtins.int = ..., dtype: Dtype | None = ...) -> Tensor:
    """exp(x) normalized to sum 1 along `dim`; without one, dim 1 (0 for 0, 1 and 3 dimensions)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)

    The shape stays, sums along dim are 1; dtype casts input first.

    >>> F.softmax(torch.tensor([[0.0, 0.0], [0.0, 100.0]]), dim=1)
    tensor([[5.0000e-01, 5.0000e-01],
            [3.7835e-44, 1.0000e+00]])
    """
def softmin(input: Tensor, dim: builtins.int | None = ..., _stacklevel: builtins.int = ..., dtype: Dtype | None = ...) -> Tensor:
    """Softmax of -x
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmin.html)

    >>> F.softmin(torch.tensor([0.0, 1.0]), dim=0)
    tensor([0.7311, 0.2689])
    """
def softplus(input: Tensor, beta: builtins.float = ..., threshold: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """log(1 + exp(beta * x)) / beta, and x itself where beta * x exceeds the threshold
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softplus.html)

    >>> F.softplus(torch.tensor([-100.0, 0.0, 100.0]))
    tensor([3.7835e-44, 6.9315e-01, 1.0000e+02])
    """
def softshrink(input: Tensor, lambd: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """x moved toward 0 by lambd
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softshrink.html)

    >>> F.softshrink(torch.tensor([-1.0, 0.3, 0.7]), lambd=0.5)
    tensor([-0.5000,  0.0000,  0.2000])
    """
def softsign(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """x / (1 + |x|)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softsign.html)

    >>> F.softsign(torch.tensor([-1.0, 0.0, 3.0]))
    tensor([-0.5000,  0.0000,  0.7500])
    """
def tanh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)

    Integers give the default floating dtype.

    >>> torch.tanh(torch.tensor([0.0, 0.5, 20.0]))
    tensor([0.0000, 0.4621, 1.0000])
    """
def tanhshrink(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """x - tanh(x)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.tanhshrink.html)

    >>> F.tanhshrink(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.2384])
    """
def threshold(input: Tensor, threshold: builtins.float, value: builtins.float, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where above the threshold, `value` elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html)

    >>> torch.threshold(torch.tensor([-1.0, 0.5, 3.0]), 1.0, -9.0)  # 1 or less becomes -9
    tensor([-9., -9.,  3.])
    """
def threshold_(input: Any, threshold: Any, value: Any, inplace: Any = ...) -> Any:
    """In-place form of `threshold`: x where above the threshold, `value` elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html)

    >>> F.threshold_(torch.tensor([0.5, 3.0]), 1.0, -9.0)
    tensor([-9.,  3.])
    """
def triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: builtins.float = ..., p: builtins.float = ..., eps: builtins.float = ..., swap: builtins.bool = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """max(0, d(anchor, positive) - d(anchor, negative) + margin) for the p-norm distance; with
    `swap` the smaller of the two distances to the negative
    (http://www.bmva.org/bmvc/2016/papers/paper119/index.html)

    >>> a, p, n = torch.tensor([[0.0]]), torch.tensor([[1.0]]), torch.tensor([[1.5]])
    >>> F.triplet_margin_loss(a, p, n, margin=1.0)
    tensor(0.5000)
    """
def unfold(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], dilation: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] = ..., stride: builtins.int | Sequence[builtins.int] = ...) -> Tensor:
    """Sliding blocks as columns: (N, C, H, W) or (C, H, W) → (N, C * kh * kw, blocks)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.unfold.html)

    (N, C, H, W) gives (N, C · kernel size, places).

    >>> F.unfold(torch.arange(9.0).reshape(1, 1, 3, 3), kernel_size=2)
    tensor([[[0., 1., 3., 4.],
             [1., 2., 4., 5.],
             [3., 4., 6., 7.],
             [4., 5., 7., 8.]]])
    """
def upsample(input: Tensor, size: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., scale_factor: Sequence[Number] = ..., mode: builtins.str = ..., align_corners: builtins.bool | None = ...) -> Tensor:
    """The old name of `interpolate`.

    >>> import warnings
    >>> warnings.simplefilter("ignore")  # deprecated: see interpolate
    >>> F.upsample(torch.ones(1, 1, 2, 2), size=3).shape
    torch.Size([1, 1, 3, 3])
    """
def upsample_bilinear(input: Tensor, size: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., scale_factor: Sequence[Number] = ...) -> Tensor:
    """`interpolate` with mode "bilinear" and aligned corners.

    >>> import warnings
    >>> warnings.simplefilter("ignore")  # deprecated: see interpolate
    >>> F.upsample_bilinear(torch.ones(1, 1, 2, 2), scale_factor=2).shape
    torch.Size([1, 1, 4, 4])
    """
def upsample_nearest(input: Tensor, size: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., scale_factor: Sequence[Number] = ...) -> Tensor:
    """`interpolate` with mode "nearest".

    >>> import warnings
    >>> warnings.simplefilter("ignore")  # deprecated: see interpolate
    >>> F.upsample_nearest(torch.ones(1, 1, 2, 2), scale_factor=2).shape
    torch.Size([1, 1, 4, 4])
    """
