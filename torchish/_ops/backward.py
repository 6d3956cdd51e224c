"""Operators of `aten` that are another's gradient, by the vector-Jacobian product of that other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.tensor import FUNCTIONS, Tensor, grad
from torchish._core.tensor.tape.modes import enable_grad
from torchish.nn import functional as _F

__all__ = ["BACKWARD", "pulled"]

BACKWARD: dict[str, Callable] = {}
_REDUCTIONS = ("none", "mean", "sum")


def entry(f: Callable) -> Callable:
    """Enter a function under its own name, which begins with an underscore here."""
    BACKWARD[f.__name__.removeprefix("_of_")] = f
    return f


def pulled(f: Callable, inputs: Sequence[Any], g: Tensor, mask: Sequence[bool] | None = None):
    """The gradients of `f(*inputs)` for the inputs that are tensors and that `mask` asks for; None
    in the place of others."""
    wanted = [isinstance(x, Tensor) and (mask is None or mask[i]) for i, x in enumerate(inputs)]
    with enable_grad():
        leaves = [
            x.detach().requires_grad_() if w else x for x, w in zip(inputs, wanted, strict=True)
        ]
        out = f(*leaves)
    found = iter(grad(out, [x for x, w in zip(leaves, wanted, strict=True) if w], g))
    return tuple(next(found) if w else None for w in wanted)


@entry
def _of__softmax_backward_data(g: Tensor, out: Tensor, dim: int, dtype: Any) -> Tensor:
    scaled = g * out
    return (scaled - out * scaled.sum(dim, keepdim=True)).to(dtype)


@entry
def _of__log_softmax_backward_data(g: Tensor, out: Tensor, dim: int, dtype: Any) -> Tensor:
    return (g - out.exp() * g.sum(dim, keepdim=True)).to(dtype)


@entry
def _of_gelu_backward(g: Tensor, x: Tensor, *, approximate: str = "none") -> Tensor:
    return pulled(lambda t: _F.gelu(t, approximate=approximate), [x], g)[0]


@entry
def _of_silu_backward(g: Tensor, x: Tensor) -> Tensor:
    return pulled(_F.silu, [x], g)[0]


@entry
def _of_leaky_relu_backward(g: Tensor, x: Tensor, slope: float, is_result: bool) -> Tensor:
    return FUNCTIONS["where"](x > 0, g, g * slope)


def _nll(x: Tensor, target: Tensor, weight: Any, reduction: int, ignore_index: int) -> Tensor:
    return _F.nll_loss(
        x, target, weight, ignore_index=ignore_index, reduction=_REDUCTIONS[reduction]
    )


def nll_forward(
    x: Tensor, target: Tensor, weight: Any, reduction: int, ignore_index: int
) -> tuple[Tensor, Tensor]:
    """The loss, and the sum of the weights that it was divided by."""
    out = _nll(x, target, weight, reduction, ignore_index)
    if reduction == 0:
        return out, x.new_zeros(())
    kept = target != ignore_index
    if weight is None:
        return out, kept.sum().to(x.dtype)
    return out, (weight[target.where(kept, 0)] * kept).sum()


BACKWARD["nll_loss_forward"] = BACKWARD["nll_loss2d_forward"] = nll_forward


@entry
def _of_nll_loss_backward(g, x, target, weight, reduction, ignore_index, total_weight) -> Tensor:
    return pulled(lambda t: _nll(t, target, weight, reduction, ignore_index), [x], g)[0]


BACKWARD["nll_loss2d_backward"] = _of_nll_loss_backward


@entry
def _of_mse_loss_backward(g: Tensor, x: Tensor, target: Tensor, reduction: int) -> Tensor:
    scale = 2 / x.numel() if reduction == 1 else 2
    return (x - target) * scale * g


@entry
def _of_native_layer_norm_backward(g, x, shape, mean, rstd, weight, bias, mask):
    """By the statistics that forward kept, so that `eps` is not asked for."""
    dims = list(range(-len(shape), 0))
    flat = list(range(x.dim() - len(shape)))
    normal = (x - mean) * rstd
    scaled = g if weight is None else g * weight
    inner = scaled - scaled.mean(dims, keepdim=True)
    dx = rstd * (inner - normal * (scaled * normal).mean(dims, keepdim=True)) if mask[0] else None
    dw = _sum(g * normal, flat) if mask[1] else None
    return dx, dw, _sum(g, flat) if mask[2] else None


def _sum(x: Tensor, dims: list[int]) -> Tensor:
    return x.sum(dims) if dims else x


def native_batch_norm(x, weight, bias, running_mean, running_var, training, momentum, eps):
    """The result, and the batch's mean and inverse deviation (empty outside of training)."""
    out = _F.batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps)
    if not training:
        return out, x.new_zeros(0), x.new_zeros(0)
    dims = [d for d in range(x.dim()) if d != 1]
    return out, x.mean(dims), (x.var(dims, correction=0) + eps).rsqrt()


BACKWARD["native_batch_norm"] = native_batch_norm


@entry
def _of_native_batch_norm_backward(
    g, x, weight, running_mean, running_var, mean, invstd, train, eps, output_mask
):
    bias = None if weight is None else weight.new_zeros(weight.shape)

    def forward(t: Any, w: Any, b: Any) -> Tensor:
        if train:
            return _F.batch_norm(t, None, None, w, b, True, 0.0, eps)
        return _F.batch_norm(t, running_mean, running_var, w, b, False, 0.0, eps)

    return pulled(forward, [x, weight, bias], g, output_mask)


@entry
def _of_convolution_backward(
    g, x, weight, bias_sizes, stride, padding, dilation, transposed, output_padding, groups, mask
):
    bias = None if bias_sizes is None else weight.new_zeros(bias_sizes)
    n = weight.dim() - 2

    def forward(t: Any, w: Any, b: Any) -> Tensor:
        if transposed:
            f = FUNCTIONS[f"conv_transpose{n}d"]
            return f(t, w, b, stride, padding, output_padding, groups, dilation)
        return FUNCTIONS[f"conv{n}d"](t, w, b, stride, padding, dilation, groups)

    return pulled(forward, [x, weight, bias], g, mask)


def max_pool2d_with_indices(x, kernel_size, stride=(), padding=0, dilation=1, ceil_mode=False):
    """The largest of each window, and where it was."""
    return _F.max_pool2d(
        x, kernel_size, stride or None, padding, dilation, ceil_mode, return_indices=True
    )


BACKWARD["max_pool2d_with_indices"] = max_pool2d_with_indices


@entry
def _of_max_pool2d_with_indices_backward(
    g, x, kernel_size, stride, padding, dilation, ceil_mode, indices
) -> Tensor:
    flat = x.new_zeros(*x.shape[:-2], x.shape[-2] * x.shape[-1])
    return flat.scatter_add(-1, indices.flatten(-2), g.flatten(-2)).view(x.shape)


BACKWARD["_adaptive_avg_pool2d"] = lambda x, size: _F.adaptive_avg_pool2d(x, size)


@entry
def _of__adaptive_avg_pool2d_backward(g: Tensor, x: Tensor) -> Tensor:
    size = tuple(g.shape[-2:])
    return pulled(lambda t: _F.adaptive_avg_pool2d(t, size), [x], g)[0]


@entry
def _of_embedding_dense_backward(
    g: Tensor, indices: Tensor, num_weights: int, padding_idx: int, scale_grad_by_freq: bool
) -> Tensor:
    at = None if padding_idx < 0 else padding_idx
    weight = g.new_zeros(num_weights, g.shape[-1])
    return pulled(
        lambda w: _F.embedding(indices, w, at, scale_grad_by_freq=scale_grad_by_freq),
        [weight],
        g,
    )[0]


@entry
def _of_select_backward(g: Tensor, input_sizes: Sequence[int], dim: int, index: int) -> Tensor:
    out = g.new_zeros(list(input_sizes))
    out.select(dim, index).copy_(g)
    return out


@entry
def _of_slice_backward(g, input_sizes, dim: int, start: int, end: int, step: int) -> Tensor:
    out = g.new_zeros(list(input_sizes))
    index: list[Any] = [slice(None)] * out.dim()
    index[dim] = slice(start, end, step)
    out[tuple(index)] = g
    return out


def attention(q, k, v, dropout_p=0.0, is_causal=False, *, attn_mask=None, scale=None):
    """Attention, and the logarithm of each row's sum of weights."""
    out = _F.scaled_dot_product_attention(q, k, v, attn_mask, dropout_p, is_causal, scale=scale)
    scores = (q @ k.transpose(-2, -1)) * (q.shape[-1] ** -0.5 if scale is None else scale)
    if is_causal:
        scores = scores.masked_fill(~FUNCTIONS["ones_like"](scores).tril().bool(), -float("inf"))
    elif attn_mask is not None:
        scores = scores + attn_mask
    return out, scores.logsumexp(-1)


BACKWARD["_scaled_dot_product_flash_attention_for_cpu"] = attention


@entry
def _of__scaled_dot_product_flash_attention_for_cpu_backward(
    g, q, k, v, out, logsumexp, dropout_p, is_causal, *, attn_mask=None, scale=None
):
    return pulled(
        lambda a, b, c: _F.scaled_dot_product_attention(
            a, b, c, attn_mask, dropout_p, is_causal, scale=scale
        ),
        [q, k, v],
        g,
    )
