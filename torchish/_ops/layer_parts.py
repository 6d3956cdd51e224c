"""Layers, products and losses that PyTorch makes of other operators, made of the same here. See
Note [Dispatch].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.base import layouts
from torchish._core.tensor import Tensor
from torchish._ops.decompositions import PARTS, contiguous, part, reshape, to, unless
from torchish._ops.registry import aten as A

__all__ = ["PARTS", "linear", "matmul"]

_REDUCTIONS = {"none": 0, "mean": 1, "sum": 2}


def _pair(x: Any, n: int) -> list[int]:
    return [x] * n if isinstance(x, int) else list(x)


# --- products


@part()
def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    if bias is None or input.dim() == 1:
        out = matmul(input, A.t.default(weight))
        return out if bias is None else A.add.Tensor(out, bias)
    if input.dim() == 2:
        return A.addmm.default(bias, input, A.t.default(weight))
    flat = A.view.default(input, [math.prod(input.shape[:-1]), input.shape[-1]])
    out = A.addmm.default(bias, flat, A.t.default(weight))
    return A.view.default(out, [*input.shape[:-1], weight.shape[0]])


@part("matmul", "__matmul__")
def matmul(input: Tensor, other: Tensor) -> Tensor:
    a, b = input, other
    if a.dim() == 1 and b.dim() == 1:
        return A.dot.default(a, b)
    if a.dim() == 2 and b.dim() == 1:
        return A.mv.default(a, b)
    if a.dim() == 1 and b.dim() == 2:
        return A.squeeze_.dim(A.mm.default(A.unsqueeze.default(a, 0), b), 0)
    if a.dim() == 2 and b.dim() == 2:
        return A.mm.default(a, b)
    if a.dim() >= 3 and b.dim() <= 2:
        flat = A.view.default(contiguous(a), [math.prod(a.shape[:-1]), a.shape[-1]])
        if b.dim() == 1:
            return A._unsafe_view.default(A.mv.default(flat, b), list(a.shape[:-1]))
        return A._unsafe_view.default(A.mm.default(flat, b), [*a.shape[:-1], b.shape[1]])
    if a.dim() == 1:
        return A.squeeze.dim(matmul(A.unsqueeze.default(a, 0), b), -2)
    batch = _broadcast(a.shape[:-2], b.shape[:-2])
    n = math.prod(batch)
    x = _batched(a, batch, n)
    y = _batched(b, batch, n)
    return A._unsafe_view.default(A.bmm.default(x, y), [*batch, a.shape[-2], b.shape[-1]])


def _broadcast(a: Sequence[int], b: Sequence[int]) -> list[int]:
    n = max(len(a), len(b))
    x, y = [1] * (n - len(a)) + list(a), [1] * (n - len(b)) + list(b)
    return [q if p == 1 else p for p, q in zip(x, y, strict=True)]


def _batched(x: Tensor, batch: list[int], n: int) -> Tensor:
    wide = A.expand.default(x, [*batch, *x.shape[-2:]])
    return reshape(wide, [n, *x.shape[-2:]])


def _conv(n: int) -> Callable:
    def conv(
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Tensor:
        if isinstance(padding, str):
            sizes = _pair(dilation, n)
            whole = [d * (k - 1) for d, k in zip(sizes, weight.shape[2:], strict=True)]
            if padding == "valid":
                whole = [0] * n
            if any(w % 2 for w in whole):
                pad = [e for w in reversed(whole) for e in (w // 2, w - w // 2)]
                input, whole = A.constant_pad_nd.default(input, pad), [0] * n
            padding = [w // 2 for w in whole]
        single = input.dim() == n + 1
        x = A.unsqueeze.default(input, 0) if single else input
        out = A.convolution.default(
            x, weight, bias, _pair(stride, n), _pair(padding, n), _pair(dilation, n),
            False, [0] * n, groups,
        )  # fmt: skip
        return A.squeeze.dim(out, 0) if single else out

    return conv


def _conv_transpose(n: int) -> Callable:
    def conv(
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Tensor:
        single = input.dim() == n + 1
        x = A.unsqueeze.default(input, 0) if single else input
        out = A.convolution.default(
            x, weight, bias, _pair(stride, n), _pair(padding, n), _pair(dilation, n),
            True, _pair(output_padding, n), groups,
        )  # fmt: skip
        return A.squeeze.dim(out, 0) if single else out

    return conv


for _n in (1, 2, 3):
    PARTS[f"conv{_n}d"], PARTS[f"conv_transpose{_n}d"] = _conv(_n), _conv_transpose(_n)


# --- layers


def _cast(input: Tensor, dtype: dt.dtype | None) -> Tensor:
    return input if dtype is None else to(input, dtype)


@part()
def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None):
    if isinstance(_stacklevel, dt.dtype):
        dtype = _stacklevel
    return A._softmax.default(_cast(input, dtype), _softmax_dim(input, dim), False)


@part()
def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None):
    if isinstance(_stacklevel, dt.dtype):
        dtype = _stacklevel
    return A._log_softmax.default(_cast(input, dtype), _softmax_dim(input, dim), False)


def _softmax_dim(x: Tensor, dim: int | None) -> int:
    return (0 if x.dim() in (0, 1, 3) else 1) if dim is None else dim


@part()
def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5, *_):
    shape = [normalized_shape] if isinstance(normalized_shape, int) else list(normalized_shape)
    return A.native_layer_norm.default(input, shape, weight, bias, eps)[0]


@part()
def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5, *_):
    n, c = input.shape[:2]
    return A.native_group_norm.default(
        input, weight, bias, n, c, math.prod(input.shape[2:]), num_groups, eps
    )[0]


@part()
def batch_norm(
    input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5
):
    A.empty.memory_format(  # PyTorch's place for what cuDNN keeps
        [0], dtype=dt.BY_NAME["uint8"], layout=layouts.strided, device=input.device
    )
    return A.native_batch_norm.default(
        input, weight, bias, running_mean, running_var, training, momentum, eps
    )[0]


@part()
def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    if not training or p == 0:
        return input
    noise = A.bernoulli_.float(A.empty_like.default(input), *unless(1 - p, 0.5))
    noise = A.div_.Scalar(noise, 1 - p)
    return A.mul_.Tensor(input, noise) if inplace else A.mul.Tensor(input, noise)


def _reduction(reduction: str, size_average: Any, reduce: Any) -> int:
    if size_average is None and reduce is None:
        return _REDUCTIONS[reduction]
    if reduce is False:
        return 0
    return 2 if size_average is False else 1


@part()
def nll_loss(
    input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"
):
    how = _reduction(reduction, size_average, reduce)
    op = A.nll_loss2d_forward if input.dim() == 4 else A.nll_loss_forward
    return op.default(input, target, weight, how, ignore_index)[0]


@part()
def cross_entropy(
    input,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
    label_smoothing=0.0,
):
    if label_smoothing or target.shape == input.shape or input.dim() not in (1, 2, 4):
        return NotImplemented
    logs = A._log_softmax.default(input, min(input.dim() - 1, 1), False)
    return nll_loss(logs, target, weight, size_average, ignore_index, reduce, reduction)


@part()
def l1_loss(input, target, size_average=None, reduce=None, reduction="mean", weight=None):
    out = A.abs.default(A.sub.Tensor(input, target))
    how = _reduction(reduction, size_average, reduce)
    return out if how == 0 else A.mean.default(out) if how == 1 else A.sum.default(out)


@part()
def max_pool2d(
    input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    sizes = [_pair(kernel_size, 2), [] if stride is None else _pair(stride, 2)]
    sizes += [_pair(padding, 2), _pair(dilation, 2), ceil_mode]
    while len(sizes) > 1 and sizes[-1] == [None, [], [0, 0], [1, 1], False][len(sizes) - 1]:
        sizes.pop()
    out = A.max_pool2d_with_indices.default(input, *sizes)
    return tuple(out) if return_indices else out[0]


@part()
def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Tensor:
    size = [
        n if m is None else m for m, n in zip(_pair(output_size, 2), input.shape[-2:], strict=True)
    ]
    if size == [1, 1]:
        return A.mean.dim(input, [-1, -2], True)
    return A._adaptive_avg_pool2d.default(input, size)


@part()
def embedding(
    input,
    weight,
    padding_idx=None,
    max_norm=None,
    norm_type=2.0,
    scale_grad_by_freq=False,
    sparse=False,
):
    if max_norm is not None:
        A.embedding_renorm_.default(weight, input, max_norm, norm_type)
    rest: list[Any] = [-1 if padding_idx is None else padding_idx % weight.shape[0]]
    rest += [scale_grad_by_freq, sparse]
    while rest and rest[-1] == [-1, False, False][len(rest) - 1]:
        rest.pop()
    return A.embedding.default(weight, input, *rest)


@part()
def scaled_dot_product_attention(
    query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False
):
    if dropout_p or enable_gqa or query.dim() != 4:
        return NotImplemented
    named = {} if attn_mask is None else {"attn_mask": attn_mask}
    if scale is not None:
        named["scale"] = scale
    rest = (0.0, True) if is_causal else ()
    op = A._scaled_dot_product_flash_attention_for_cpu.default
    return op(query, key, value, *rest, **named)[0]


@part()
def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None):
    if mode != "constant":
        return NotImplemented
    return A.constant_pad_nd.default(input, list(pad), *unless(float(value or 0), None))


@part()
def normalize(input, p=2.0, dim=1, eps=1e-12, out=None):
    norm = A.linalg_vector_norm.default(input, p, [dim], True)
    floor = A.clamp_min.default(norm, eps)
    return A.div.Tensor(input, A.expand.default(floor, list(input.shape)))


PARTS["softmin"] = lambda input, dim, **_: softmax(A.neg.default(input), dim)
