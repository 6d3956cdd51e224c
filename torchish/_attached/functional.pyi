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
    """
def adaptive_avg_pool2d(input: Tensor, output_size: builtins.int | Sequence[builtins.int]) -> Tensor:
    """Means of windows of (N, C, H, W) or (C, H, W), `output_size` of them in each dimension; None
    keeps a size
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html)
    """
def adaptive_avg_pool3d(input: Tensor, output_size: builtins.int | Sequence[builtins.int]) -> Tensor:
    """Means of windows of (N, C, D, H, W) or (C, D, H, W), `output_size` of them in each dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool3d.html)
    """
def adaptive_max_pool1d(input: Tensor, output_size: builtins.int | Sequence[builtins.int], return_indices: builtins.bool = ...) -> Tensor:
    """Maxima of `output_size` windows of (N, C, L) or (C, L), optionally with their int64 positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool1d.html)
    """
def adaptive_max_pool2d(input: Tensor, output_size: builtins.int | Sequence[builtins.int], return_indices: builtins.bool = ...) -> Tensor:
    """Maxima of windows of (N, C, H, W) or (C, H, W), optionally with their int64 flat positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html)
    """
def adaptive_max_pool3d(input: Tensor, output_size: builtins.int | Sequence[builtins.int], return_indices: builtins.bool = ...) -> Tensor:
    """Maxima of windows of (N, C, D, H, W) or (C, D, H, W), optionally with their int64 flat
    positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool3d.html)
    """
def affine_grid(theta: Tensor, size: builtins.tuple[builtins.int, ...], align_corners: builtins.bool | None = ...) -> Tensor:
    """The positions in [-1, 1] that an affine map theta (N, 2, 3) or (N, 3, 4) sends each output
    pixel to
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.affine_grid.html)
    """
def avg_pool1d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., count_include_pad: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Mean of each window of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool1d.html)
    """
def avg_pool2d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., count_include_pad: builtins.bool = ..., divisor_override: builtins.int | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Mean of each window of (N, C, H, W) or (C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html)
    """
def avg_pool3d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., count_include_pad: builtins.bool = ..., divisor_override: builtins.int | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """Mean of each window of (N, C, D, H, W) or (C, D, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool3d.html)
    """
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = ...) -> Tensor:
    """x1 A x2 + b for each output feature: weight (out, in1, in2)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.bilinear.html)
    """
def binary_cross_entropy(input: Tensor, target: Tensor, weight: Tensor | None = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """Cross entropy of probabilities in [0, 1] and targets of the same shape; logarithms are cut at
    -100
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html)
    """
def binary_cross_entropy_with_logits(input: Tensor, target: Tensor, weight: Tensor | None = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., pos_weight: Tensor | None = ...) -> Tensor:
    """Cross entropy of sigmoid(input) and targets of its shape; `pos_weight` multiplies the
    positive part
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html)
    """
def celu(input: Tensor, alpha: builtins.float = ..., inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Continuously differentiable ELU (https://arxiv.org/abs/1704.07483)"""
def celu_(input: Any, alpha: Any = ..., inplace: Any = ...) -> Any:
    """In-place form of `celu`."""
def channel_shuffle(input: Tensor, groups: builtins.int) -> Tensor:
    """Channels (dim 1) dealt out round robin from `groups` blocks
    (https://arxiv.org/abs/1707.01083)
    """
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
def cosine_embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: builtins.float = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """1 - cos where the target is 1, max(0, cos - margin) where it is -1: inputs (N, D) and target
    (N,), or (D,) and ()
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_embedding_loss.html)
    """
def cosine_similarity(x1: Tensor, x2: Tensor, dim: builtins.int = ..., eps: builtins.float = ...) -> Tensor:
    """x1 . x2 / (max(|x1|, eps) max(|x2|, eps)) along `dim`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html)
    """
def cross_entropy(input: Tensor, target: Tensor, weight: Tensor | None = ..., size_average: builtins.bool | None = ..., ignore_index: builtins.int = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., label_smoothing: builtins.float = ...) -> Tensor:
    """Cross entropy of logits (N, C, ...) or (C,) against class indices (N, ...) or probabilities
    of the logits' shape. IndexError for a class outside [0, C)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html)
    """
def elu(input: Tensor, alpha: builtins.float = ..., inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where positive, alpha * (exp(x) - 1) elsewhere (https://arxiv.org/abs/1511.07289)"""
def elu_(input: Any, alpha: Any = ..., inplace: Any = ...) -> Any:
    """In-place form of `elu`."""
def embedding(input: Tensor, weight: Tensor, padding_idx: builtins.int | None = ..., max_norm: builtins.float | None = ..., norm_type: builtins.float = ..., scale_grad_by_freq: builtins.bool = ..., sparse: builtins.bool = ...) -> Tensor:
    """Rows of a table: input (*) of int64 or int32, weight (rows, width), result (*, width).
    IndexError for an index outside the table. `max_norm` must have been applied to the weight
    already; `sparse` asks for a layout of the gradient that does not exist here, so the gradient is
    dense, with the same values
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html)
    """
def embedding_bag(input: Tensor, weight: Tensor, offsets: Tensor | None = ..., max_norm: builtins.float | None = ..., norm_type: builtins.float = ..., scale_grad_by_freq: builtins.bool = ..., mode: builtins.str = ..., sparse: builtins.bool = ..., per_sample_weights: Tensor | None = ..., include_last_offset: builtins.bool = ..., padding_idx: builtins.int | None = ...) -> Tensor:
    """Sums, means or maxima of bags of rows: input (B, n), or (n,) cut at `offsets` (B,).
    `max_norm` must have been applied to the weight already; the gradient is dense also when
    `sparse`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding_bag.html)
    """
def fold(input: Tensor, output_size: builtins.int | Sequence[builtins.int], kernel_size: builtins.int | Sequence[builtins.int], dilation: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] = ..., stride: builtins.int | Sequence[builtins.int] = ...) -> Tensor:
    """Columns summed back into the blocks they stand for: (N, C * kh * kw, blocks) → (N, C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.fold.html)
    """
def gaussian_nll_loss(input: Tensor, target: Tensor, var: Tensor | Number, full: builtins.bool = ..., eps: builtins.float = ..., reduction: builtins.str = ...) -> Tensor:
    """Negative log likelihood of a normal distribution with variance `var`, of at least `eps`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.gaussian_nll_loss.html)
    """
def gelu(input: Tensor, *, approximate: builtins.str = ..., out: Tensor | None = ...) -> Tensor:
    """x times the standard normal distribution function, exact or by tanh
    (https://arxiv.org/abs/1606.08415)
    """
def glu(input: Tensor, dim: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """First half of `dim` times the sigmoid of the second half
    (https://arxiv.org/abs/1612.08083)
    """
def grid_sample(input: Tensor, grid: Tensor, mode: builtins.str = ..., padding_mode: builtins.str = ..., align_corners: builtins.bool | None = ...) -> Tensor:
    """Input (N, C, spatial...) interpolated at `grid` (N, outputs..., x y [z]) in [-1, 1]
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.grid_sample.html)
    """
def group_norm(input: Tensor, num_groups: builtins.int, weight: Tensor | None = ..., bias: Tensor | None = ..., eps: builtins.float = ...) -> Tensor:
    """Normalization of each group of channels of each sample of (N, C, ...)
    (https://arxiv.org/abs/1803.08494)
    """
def hardshrink(input: Tensor, lambd: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where |x| > lambd, else 0
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html)
    """
def hardsigmoid(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """relu6(x + 3) / 6
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardsigmoid.html)
    """
def hardswish(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x * relu6(x + 3) / 6 (https://arxiv.org/abs/1905.02244)"""
def hardtanh(input: Tensor, min_val: builtins.float = ..., max_val: builtins.float = ..., inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x clamped to [min_val, max_val]
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html)
    """
def hardtanh_(input: Any, min_val: Any = ..., max_val: Any = ..., inplace: Any = ...) -> Any:
    """In-place form of `hardtanh`."""
def hinge_embedding_loss(input: Tensor, target: Tensor, margin: builtins.float = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """x where the target is 1, max(0, margin - x) where it is -1, both summed elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hinge_embedding_loss.html)
    """
def huber_loss(input: Tensor, target: Tensor, reduction: builtins.str = ..., delta: builtins.float = ..., weight: Tensor | None = ...) -> Tensor:
    """Squared below `delta`, delta times absolute above
    (https://en.wikipedia.org/wiki/Huber_loss)
    """
def interpolate(input: Tensor, size: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., scale_factor: Sequence[Number] = ..., mode: builtins.str = ..., align_corners: builtins.bool | None = ..., recompute_scale_factor: builtins.bool | None = ..., antialias: builtins.bool = ...) -> Tensor:
    """(N, C, spatial...) resized to `size` or by `scale_factor`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html)
    """
def kl_div(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., log_target: builtins.bool = ...) -> Tensor:
    """target * (log(target) - input) of log-probabilities `input`; "batchmean" divides the sum by
    the batch (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html)
    """
def l1_loss(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., weight: Tensor | None = ...) -> Tensor:
    """Absolute error, meaned, summed or kept
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html)
    """
def layer_norm(input: Tensor, normalized_shape: Any, weight: Tensor | None = ..., bias: Tensor | None = ..., eps: builtins.float = ...) -> Tensor:
    """Normalization over the last dimensions, of sizes `normalized_shape`
    (https://arxiv.org/abs/1607.06450)
    """
def leaky_relu(input: Tensor, negative_slope: builtins.float = ..., inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where positive, negative_slope * x elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html)
    """
def leaky_relu_(input: Any, negative_slope: Any = ..., inplace: Any = ...) -> Any:
    """In-place form of `leaky_relu`."""
def linear(input: Tensor, weight: Tensor, bias: Tensor | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """input @ weight.T + bias: input (..., in), weight (out, in) or (in,), bias (out,)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html)
    """
def local_response_norm(input: Tensor, size: builtins.int, alpha: builtins.float = ..., beta: builtins.float = ..., k: builtins.float = ...) -> Tensor:
    """x / (k + alpha * mean of x squared over `size` neighbouring channels) ** beta
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.local_response_norm.html)
    """
def log_softmax(input: Tensor, dim: builtins.int | None = ..., _stacklevel: builtins.int = ..., dtype: Dtype | None = ...) -> Tensor:
    """Logarithm of softmax along `dim`; without one, dim 1 (0 for 0, 1 and 3 dimensions)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html)
    """
def logsigmoid(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """log(sigmoid(x))
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.logsigmoid.html)
    """
def lp_pool1d(input: Tensor, norm_type: builtins.int | builtins.float, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., ceil_mode: builtins.bool = ...) -> Tensor:
    """p-th root of the sum of p-th powers over each window of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool1d.html)
    """
def lp_pool2d(input: Tensor, norm_type: builtins.int | builtins.float, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., ceil_mode: builtins.bool = ...) -> Tensor:
    """p-th root of the sum of p-th powers over each window of (N, C, H, W) or (C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool2d.html)
    """
def lp_pool3d(input: Tensor, norm_type: builtins.int | builtins.float, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., ceil_mode: builtins.bool = ...) -> Tensor:
    """p-th root of the sum of p-th powers over each window of (N, C, D, H, W) or (C, D, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool3d.html)
    """
def margin_ranking_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: builtins.float = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """max(0, -target * (input1 - input2) + margin)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.margin_ranking_loss.html)
    """
def max_pool1d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., return_indices: builtins.bool = ...) -> Tensor:
    """Largest of each window of (N, C, L) or (C, L), optionally with its int64 positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool1d.html)
    """
def max_pool2d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., return_indices: builtins.bool = ...) -> Tensor:
    """Largest of each window of (N, C, H, W) or (C, H, W), optionally with its int64 flat positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html)
    """
def max_pool3d(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., dilation: builtins.int | Sequence[builtins.int] = ..., ceil_mode: builtins.bool = ..., return_indices: builtins.bool = ...) -> Tensor:
    """Largest of each window of (N, C, D, H, W) or (C, D, H, W), optionally with its int64 flat
    positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool3d.html)
    """
def max_unpool1d(input: Tensor, indices: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., output_size: Sequence[builtins.int] | None = ...) -> Tensor:
    """Maxima put back at the positions that `max_pool1d` returned, 0 elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool1d.html)
    """
def max_unpool2d(input: Tensor, indices: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., output_size: Sequence[builtins.int] | None = ...) -> Tensor:
    """Maxima put back at the positions that `max_pool2d` returned, 0 elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool2d.html)
    """
def max_unpool3d(input: Tensor, indices: Tensor, kernel_size: builtins.int | Sequence[builtins.int], stride: builtins.int | Sequence[builtins.int] | None = ..., padding: builtins.int | Sequence[builtins.int] = ..., output_size: Sequence[builtins.int] | None = ...) -> Tensor:
    """Maxima put back at the positions that `max_pool3d` returned, 0 elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool3d.html)
    """
def mish(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x * tanh(softplus(x)) (https://arxiv.org/abs/1908.08681)"""
def mse_loss(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., weight: Tensor | None = ...) -> Tensor:
    """Squared error, meaned, summed or kept
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html)
    """
def multi_margin_loss(input: Tensor, target: Tensor, p: builtins.int = ..., margin: builtins.float = ..., weight: Tensor | None = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """max(0, margin - x of the target + x of another class) ** p, summed and divided by the
    classes: input (N, C) or (C,), target (N,) or ()
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multi_margin_loss.html)
    """
def multilabel_margin_loss(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """max(0, 1 - (x of a target - x of another class)), summed over both and divided by the
    classes: input and target (N, C) or (C,), a row of targets ends at its first -1
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_margin_loss.html)
    """
def multilabel_soft_margin_loss(input: Tensor, target: Tensor, weight: Tensor | None = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """Binary cross entropy of logits, meaned over the last dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_soft_margin_loss.html)
    """
def native_channel_shuffle(input: Tensor, groups: builtins.int) -> Tensor:
    """`channel_shuffle` under another name."""
def nll_loss(input: Tensor, target: Tensor, weight: Tensor | None = ..., size_average: builtins.bool | None = ..., ignore_index: builtins.int = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """-input at each target class: input (N, C, ...) or (C,) of log-probabilities, target (N, ...)
    of int64. IndexError for a class outside [0, C)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html)
    """
def normalize(input: Tensor, p: builtins.float = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., eps: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """input / max(norm along `dim`, eps)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.normalize.html)
    """
def pad(input: Tensor, pad: builtins.tuple[builtins.int, ...], mode: builtins.str = ..., value: builtins.float | None = ...) -> Tensor:
    """Padding by pairs (before, after) from the last dimension on; modes constant, reflect,
    replicate, circular
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pad.html)
    """
def pairwise_distance(x1: Tensor, x2: Tensor, p: builtins.float = ..., eps: builtins.float = ..., keepdim: builtins.bool = ...) -> Tensor:
    """p-norm of x1 - x2 + eps along the last dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pairwise_distance.html)
    """
def pdist(input: Tensor, p: builtins.float = ...) -> Tensor:
    """p-norm distances of all pairs of rows i < j of an (n, m) matrix, as n (n - 1) / 2 values
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pdist.html)
    """
def pixel_shuffle(input: Tensor, upscale_factor: builtins.int) -> Tensor:
    """(..., C * r * r, H, W) → (..., C, H * r, W * r) (https://arxiv.org/abs/1609.05158)"""
def pixel_unshuffle(input: Tensor, downscale_factor: builtins.int) -> Tensor:
    """(..., C, H * r, W * r) → (..., C * r * r, H, W), the inverse of `pixel_shuffle`"""
def poisson_nll_loss(input: Tensor, target: Tensor, log_input: builtins.bool = ..., full: builtins.bool = ..., size_average: builtins.bool | None = ..., eps: builtins.float = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """Negative log likelihood of a Poisson distribution, with Stirling's term when `full`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.poisson_nll_loss.html)
    """
def prelu(input: Tensor, weight: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Leaky ReLU with a learned slope, one or one per channel (dim 1)
    (https://arxiv.org/abs/1502.01852)
    """
def relu(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)"""
def relu6(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """min(max(x, 0), 6)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu6.html)
    """
def relu_(input: Any, inplace: Any = ...) -> Any:
    """In-place form of `relu`."""
def rms_norm(input: Tensor, normalized_shape: Any, weight: Tensor | None = ..., eps: builtins.float | None = ...) -> Tensor:
    """x / sqrt(mean of x squared + eps) over the last dimensions; eps is the dtype's resolution
    when None (https://arxiv.org/abs/1910.07467)
    """
def selu(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """Self-normalizing ELU (https://arxiv.org/abs/1706.02515)"""
def selu_(input: Any, inplace: Any = ...) -> Any:
    """In-place form of `selu`."""
def sigmoid(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """sigmoid of each element (https://docs.pytorch.org/docs/stable/generated/torch.sigmoid.html)"""
def silu(input: Tensor, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x * sigmoid(x)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.silu.html)
    """
def smooth_l1_loss(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ..., beta: builtins.float = ...) -> Tensor:
    """Squared below `beta`, absolute above (https://arxiv.org/abs/1504.08083)"""
def soft_margin_loss(input: Tensor, target: Tensor, size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """log(1 + exp(-target * x))
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.soft_margin_loss.html)
    """
def softmax(input: Tensor, dim: builtins.int | None = ..., _stacklevel: builtins.int = ..., dtype: Dtype | None = ...) -> Tensor:
    """exp(x) normalized to sum 1 along `dim`; without one, dim 1 (0 for 0, 1 and 3 dimensions)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)
    """
def softmin(input: Tensor, dim: builtins.int | None = ..., _stacklevel: builtins.int = ..., dtype: Dtype | None = ...) -> Tensor:
    """Softmax of -x
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmin.html)
    """
def softplus(input: Tensor, beta: builtins.float = ..., threshold: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """log(1 + exp(beta * x)) / beta, and x itself where beta * x exceeds the threshold
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softplus.html)
    """
def softshrink(input: Tensor, lambd: builtins.float = ..., *, out: Tensor | None = ...) -> Tensor:
    """x moved toward 0 by lambd
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softshrink.html)
    """
def softsign(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """x / (1 + |x|)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softsign.html)
    """
def tanh(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """tanh of each element (https://docs.pytorch.org/docs/stable/generated/torch.tanh.html)"""
def tanhshrink(input: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """x - tanh(x)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.tanhshrink.html)
    """
def threshold(input: Tensor, threshold: builtins.float, value: builtins.float, inplace: builtins.bool = ..., *, out: Tensor | None = ...) -> Tensor:
    """x where above the threshold, `value` elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html)
    """
def threshold_(input: Any, threshold: Any, value: Any, inplace: Any = ...) -> Any:
    """In-place form of `threshold`."""
def triplet_margin_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: builtins.float = ..., p: builtins.float = ..., eps: builtins.float = ..., swap: builtins.bool = ..., size_average: builtins.bool | None = ..., reduce: builtins.bool | None = ..., reduction: builtins.str = ...) -> Tensor:
    """max(0, d(anchor, positive) - d(anchor, negative) + margin) for the p-norm distance; with
    `swap` the smaller of the two distances to the negative
    (http://www.bmva.org/bmvc/2016/papers/paper119/index.html)
    """
def unfold(input: Tensor, kernel_size: builtins.int | Sequence[builtins.int], dilation: builtins.int | Sequence[builtins.int] = ..., padding: builtins.int | Sequence[builtins.int] = ..., stride: builtins.int | Sequence[builtins.int] = ...) -> Tensor:
    """Sliding blocks as columns: (N, C, H, W) or (C, H, W) → (N, C * kh * kw, blocks)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.unfold.html)
    """
def upsample(input: Tensor, size: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., scale_factor: Sequence[Number] = ..., mode: builtins.str = ..., align_corners: builtins.bool | None = ...) -> Tensor:
    """The old name of `interpolate`."""
def upsample_bilinear(input: Tensor, size: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., scale_factor: Sequence[Number] = ...) -> Tensor:
    """`interpolate` with mode "bilinear" and aligned corners."""
def upsample_nearest(input: Tensor, size: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., scale_factor: Sequence[Number] = ...) -> Tensor:
    """`interpolate` with mode "nearest"."""
