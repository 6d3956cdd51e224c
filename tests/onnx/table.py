"""Programs of one operator or a few, each with its inputs, that ONNX has to give the same for."""

from __future__ import annotations

import torchish as torch
import torchish.nn.functional as F
from torchish import nn

R = torch.randn
X = (lambda: R(3, 4),)
IMAGE = (lambda: R(2, 4, 8, 8),)


def _written(x):
    y = x * 1
    y[:, 1] = 0
    y[0].add_(1)
    y.view(-1)[2:5].mul_(3)
    y.t()[3] = y[:, 0]
    a, b = y.chunk(2, 1)
    a.relu_()
    b.unbind(0)[1].fill_(7)
    return y, a, b


UNARY = [
    "abs", "neg", "sign", "floor", "ceil", "round", "trunc", "frac", "exp", "sqrt", "rsqrt",
    "log", "log1p", "log2", "log10", "expm1", "exp2", "sigmoid", "tanh", "erf", "erfc", "sin",
    "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "atanh", "reciprocal",
    "square", "relu", "isnan", "isinf", "isfinite", "logical_not", "nan_to_num", "deg2rad",
    "positive",
]  # fmt: skip
ACTIVATIONS = [
    "relu6", "silu", "mish", "gelu", "elu", "celu", "selu", "leaky_relu", "hardtanh",
    "hardsigmoid", "hardswish", "softplus", "softsign", "logsigmoid", "tanhshrink", "hardshrink",
    "softshrink", "glu",
]  # fmt: skip
COMPARED = [
    "eq", "ne", "lt", "le", "gt", "ge",
]  # fmt: skip

CASES = {
    "unary": (lambda x: [getattr(torch, n)(x) for n in UNARY], lambda: torch.rand(3, 4) * 0.9),
    "unary of integers": (
        lambda x: [x.abs(), -x, x.sqrt(), x.sigmoid(), x.floor(), ~x, x.relu()],
        lambda: torch.arange(6),
    ),
    "activations": (lambda x: [getattr(F, n)(x) for n in ACTIVATIONS], *X),
    "activations with options": (
        lambda x: [F.gelu(x, approximate="tanh"), F.elu(x, 0.3), F.softplus(x, 2, 1),
                   F.threshold(x, 0.1, 3), F.prelu(x, torch.full((4,), 0.3)), x.logit(0.1)],
        *X,
    ),
    "arithmetic": (
        lambda x, y: [x + y, x - y * 2, 3 - x, x / y, x // y, x % y, torch.fmod(x, y), x**2, x**0.5,
                      y.abs() ** x, 2**x, torch.add(x, y, alpha=3), torch.maximum(x, y),
                      torch.minimum(x, y), torch.atan2(x - 0.5, y), torch.hypot(x, y),
                      torch.lerp(x, y, 0.3), torch.addcmul(x, x, y, value=2),
                      torch.addcdiv(x, x, y), torch.xlogy(x, y.abs()), torch.copysign(x, y),
                      torch.div(x, y, rounding_mode="trunc")],
        lambda: torch.rand(3, 4), lambda: R(4),
    ),
    "integers": (
        lambda x: [x // 3, x % 3, x / 2, x * 1.5, torch.div(x, -3, rounding_mode="trunc"), x & 3,
                   x | 4, x ^ 1, x + torch.tensor([0.5]), (x > 0) + (x < 2), (x > 0) & (x < 2)],
        lambda: torch.arange(-4, 5),
    ),
    "comparisons": (
        lambda x, y: [getattr(torch, n)(x, y) for n in COMPARED]
        + [x > 0, torch.logical_and(x > 0, y), torch.logical_xor(x > 0, y > 0),
           torch.where(x > 0, x, 0.0), torch.where(x > y, x, y), x.masked_fill(x > 0, -1),
           x.clamp(-0.5, 0.5), x.clamp(min=y), x.clamp_min(0), x.clamp_max(0.1)],
        *X, lambda: R(3, 4),
    ),
    "conversions": (
        lambda x: [x.int(), x.double(), x.half(), x.bool(), x.to(torch.int8), x.type_as(x.long())],
        lambda: R(3, 4) * 5,
    ),
    "views": (
        lambda x: [x.view(12, -1), x.reshape(2, 2, 3, 2), x.flatten(), x.flatten(1),
                   x.permute(2, 0, 1), x.transpose(0, -1), x.mT, x.unsqueeze(1),
                   x[:, :1].squeeze(1), x.squeeze(),
                   x[..., 1], x[1:, ::2], x[:, -1:], x[None, 0], x.expand(5, 3, 4, 2),
                   x.movedim(0, 2), x.unflatten(1, (2, 2)), x.diagonal(0, 1, 2),
                   x.unfold(1, 2, 1), x.narrow(1, 1, 2), x.swapaxes(0, 1), x.view_as(x)],
        lambda: R(3, 4, 2),
    ),
    "joining": (
        lambda x, y: [torch.cat([x, y]), torch.stack([x, y], -1), torch.hstack([x, y]),
                      *x.split(2, 1), *x.split([1, 3], 1), *x.chunk(3), *x.unbind(1),
                      x.repeat(2, 1, 3), x.tile(2), x.repeat_interleave(2, 0), x.flip(0, 1),
                      x.roll(1, 1), x.roll(2), x.roll((1, -2), (0, 1)), x.tril(), x.triu(1),
                      torch.cat([x, y.long()]), *torch.meshgrid(x[0], y[:, 0], indexing="ij"),
                      torch.broadcast_to(x, (2, 3, 4))],
        *X, lambda: R(3, 4),
    ),
    "padding": (
        lambda x: [F.pad(x, (1, 2)), F.pad(x, (1, 0, 2, 1), value=3.0),
                   F.pad(x, (1, 2, 1, 1), mode="reflect"), F.pad(x, (1, 2), mode="replicate"),
                   F.pad(x, (2, 1), mode="circular"), F.pad(x, (-1, 1))],
        lambda: R(2, 3, 5, 4)[:, :, 0],
    ),
    "pixels": (
        lambda x: [F.pixel_shuffle(x, 2), F.pixel_unshuffle(x, 2), F.channel_shuffle(x, 2)], *IMAGE,
    ),
    "factories": (
        lambda x: [torch.zeros(2, 3), torch.ones_like(x), torch.full((2,), 3), x.new_zeros(2),
                   torch.arange(5), torch.arange(1, 2, 0.25), torch.eye(3), torch.linspace(0, 1, 4),
                   torch.full_like(x, 2), torch.tensor([1.0, 2.0]) + x[0, 0],
                   torch.tril_indices(3, 3)],
        *X,
    ),
    "indices": (
        lambda x, i: [x[i], x[:, i], x[i, i], x[i, :, i] if x.dim() > 2 else x[i.t(), i],
                      x.index_select(1, i[0]), x.gather(1, i), torch.take_along_dim(x, i[:1], 1),
                      torch.take(x, i), F.one_hot(i, 4), x.new_zeros(3, 4).scatter(1, i, x),
                      x.scatter(1, i, 5.0), x.scatter_add(0, i, x), F.embedding(i, x),
                      x.scatter_reduce(1, i, x, "amax"), x.index_add(0, i[1], x[:2]),
                      x.index_copy(0, i[0], x[:2] + 1), x.index_fill(1, i[0], 3)],
        *X, lambda: torch.tensor([[0, 2], [1, 1]]),
    ),
    "three dimensions indexed": (
        lambda x, i: [x[:, i, i], x[i, :, i], x[i[:1], :, i]],
        lambda: R(3, 3, 4), lambda: torch.tensor([[0, 2], [1, 1]]),
    ),
    "writing": (_written, *X),
    "writing at indices": (
        lambda x, i: [x.index_put((i[0], i[1]), torch.tensor(5.0)),
                      x.index_put((i[0],), x[:2], accumulate=True),
                      torch.masked_fill(x, x > 0, 0)],
        *X, lambda: torch.tensor([[0, 2], [1, 1]]),
    ),
    "order": (
        lambda x: [*x.topk(2), *x.topk(2, 0, largest=False), *x.sort(), *x.sort(0, True),
                   x.argsort(), x.argmax(), x.argmin(1), x.argmax(0, keepdim=True)],
        *X,
    ),
    "reductions": (
        lambda x: [x.sum(), x.sum(0), x.sum((0, 1), keepdim=True), x.mean(), x.mean(1), x.prod(1),
                   x.amax(1), x.amin(), x.max(), x.min(), *x.max(1), *x.min(0, keepdim=True),
                   (x > 0).any(), (x > 0).all(1), x.norm(), x.norm(1, 1), x.norm(3, 0),
                   torch.linalg.vector_norm(x, float("inf")), x.logsumexp(1), x.var(), x.std(1),
                   x.var(0, correction=0), *torch.var_mean(x, 1, keepdim=True), x.cumsum(1),
                   x.softmax(1), x.log_softmax(0), x.count_nonzero(), (x > 0).sum(), *x.aminmax()],
        *X,
    ),
    "losses": (
        lambda x, t: [F.cross_entropy(x, t), F.nll_loss(x, t, reduction="none"),
                      F.cross_entropy(x, t, torch.ones(4) * 2, ignore_index=1, reduction="sum"),
                      F.mse_loss(x, x * 2), F.l1_loss(x, x + 1, reduction="sum"),
                      F.smooth_l1_loss(x, x * 3), F.huber_loss(x, x * 3, delta=0.5)],
        *X, lambda: torch.tensor([0, 1, 3]),
    ),
    "products": (
        lambda x, y: [x @ y, x[0] @ y, x @ y[:, 0], x[0].dot(x[1]), torch.outer(x[0], y[0]),
                      torch.mm(x, y), torch.addmm(R_3, x, y, beta=2, alpha=0.5),
                      torch.einsum("ij,jk->ki", x, y), torch.bmm(x[None], y[None]),
                      torch.baddbmm(R_3[None], x[None], y[None]), F.linear(x, y.t(), R_3[0]),
                      F.linear(x[None], y.t()), F.cosine_similarity(x, x * 2)],
        *X, lambda: R(4, 3),
    ),
    "attention": (
        lambda q, k: [F.scaled_dot_product_attention(q, k, k),
                      F.scaled_dot_product_attention(q, q, q, is_causal=True),
                      F.scaled_dot_product_attention(q, k, k, q @ k.mT),
                      F.scaled_dot_product_attention(q, k, k, (q @ k.mT) > 0),
                      F.scaled_dot_product_attention(q, k[:, :1], k[:, :1], enable_gqa=True)],
        lambda: R(2, 4, 3, 8), lambda: R(2, 4, 5, 8),
    ),
    "pooling": (
        lambda x: [F.max_pool2d(x, 2), F.max_pool2d(x, 3, 2, 1, ceil_mode=True),
                   *F.max_pool2d(x, 2, return_indices=True), F.avg_pool2d(x, 3, 2, 1),
                   F.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
                   F.avg_pool2d(x, 2, divisor_override=3), F.adaptive_avg_pool2d(x, 1),
                   F.adaptive_avg_pool2d(x, (3, 5)), F.adaptive_max_pool2d(x, 1),
                   F.adaptive_max_pool2d(x, (3, 5)), F.max_pool1d(x[0], 2), F.avg_pool1d(x[0], 2)],
        *IMAGE,
    ),
    "resampling": (
        lambda x: [F.interpolate(x, scale_factor=2), F.interpolate(x, (5, 11)),
                   F.interpolate(x, scale_factor=1.7, mode="bilinear"),
                   F.interpolate(x, (5, 11), mode="bilinear", align_corners=True),
                   F.interpolate(x, (13, 5), mode="bilinear"),
                   F.interpolate(x, (13, 17), mode="bicubic"),
                   F.interpolate(x, (5, 11), mode="nearest-exact"),
                   F.interpolate(x[0], scale_factor=2, mode="linear"),
                   F.grid_sample(x, x[:, :2].permute(0, 2, 3, 1), align_corners=False),
                   F.grid_sample(x, x[:, :2].permute(0, 2, 3, 1), "nearest", "border", True)],
        *IMAGE,
    ),
    "normalisation": (
        lambda x: [F.layer_norm(x, (8,)), F.layer_norm(x, (8, 8), x[0, 0], x[1, 1]),
                   F.group_norm(x, 2), F.rms_norm(x, (8,)), F.instance_norm(x),
                   F.batch_norm(x, None, None, training=True),
                   F.local_response_norm(x, 3), F.normalize(x)],
        *IMAGE,
    ),
}  # fmt: skip
R_3 = torch.randn(3, 3)

MODULES = {
    "conv": (
        lambda: nn.Sequential(nn.Conv2d(4, 6, 3, 2, 1, groups=2),
                              nn.Conv2d(6, 2, 3, padding="same"),
                              nn.ConvTranspose2d(2, 3, 3, 2, output_padding=1), nn.PReLU(3),
                              nn.BatchNorm2d(3), nn.GroupNorm(3, 3), nn.Conv2d(3, 1, 1)),
        *IMAGE,
    ),
    "conv without a batch": (lambda: nn.Conv1d(4, 2, 3, dilation=2), lambda: R(4, 9)),
    "in place": (
        lambda: nn.Sequential(nn.Linear(4, 4), nn.SiLU(True), nn.Hardswish(True),
                              nn.ELU(inplace=True),
                              nn.Hardsigmoid(True), nn.Mish(True), nn.LeakyReLU(inplace=True),
                              nn.Dropout(0.5, True)),
        *X,
    ),
    "attention": (
        lambda: nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, activation="gelu"),
        lambda: R(2, 5, 8),
    ),
    "lstm": (lambda: nn.LSTM(3, 4, 2, bidirectional=True), lambda: R(5, 2, 3)),
    "lstm without a batch": (lambda: nn.LSTM(3, 4, batch_first=True), lambda: R(5, 3)),
    "gru": (lambda: nn.GRU(3, 4, 2, batch_first=True, bidirectional=True), lambda: R(5, 2, 3)),
    "rnn": (lambda: nn.RNN(3, 4, nonlinearity="relu", bias=False), lambda: R(5, 2, 3)),
    "lstm cell": (lambda: nn.LSTMCell(3, 4), lambda: R(2, 3)),
    "gru cell": (lambda: nn.GRUCell(3, 4), lambda: R(2, 3)),
    "rnn cell": (lambda: nn.RNNCell(3, 4), lambda: R(2, 3)),
}  # fmt: skip
