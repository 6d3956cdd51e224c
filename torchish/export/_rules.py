"""Public functions whose operator in an export has other parameters than they, or other parts. See
Note [Capture].

What is not here is found by its name and parameters (`lowered` in `_ops/lowering.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.base import devices, layouts
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor
from torchish._ops.asking import without_modes
from torchish._ops.layer_parts import PARTS
from torchish._ops.registry import aten as A
from torchish._ops.registry import ops

__all__ = ["FUNCTIONALS", "PARTS", "PROPERTIES", "RULES", "recurrent", "recurrent_cell"]

RULES: dict[str, Callable] = {}
FUNCTIONALS = ("batch_norm", "instance_norm", "embedding")
PROPERTIES: dict[str, Callable] = {}


def _rule(*names: str) -> Callable[[Callable], Callable]:
    def entered(f: Callable) -> Callable:
        for name in names or (f.__name__.lstrip("_"),):
            RULES[name] = f
        return f

    return entered


def _new(data: Any, **options: Any) -> Tensor:
    with without_modes():
        return ops.aten._space["tensor"](data, **options)


# Parts that are PyTorch's in an export, too.
for _name in ("__getitem__", "__setitem__", "tensor", "view_as", "__pow__", "where", "std", "var",
              "std_mean", "var_mean", "__rtruediv__", "__rpow__", "__eq__"):  # fmt: skip
    if _name in PARTS:
        RULES[_name] = PARTS[_name]


@_rule("as_tensor")
def _as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Any:
    if isinstance(data, Tensor):
        return NotImplemented
    return A.lift_fresh.default(_new(data, dtype=dtype, device=device))


# --- shapes and conversions


@_rule("contiguous")
def _contiguous(self: Tensor, *, memory_format: Any = layouts.contiguous_format) -> Tensor:
    if self.is_contiguous(memory_format=memory_format):
        return self
    if memory_format is layouts.contiguous_format:
        return A.contiguous.default(self)
    return A.contiguous.default(self, memory_format=memory_format)


@_rule("to")
def _to(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    dtype, device, rest = kwargs.get("dtype"), kwargs.get("device"), list(args)
    if rest and isinstance(rest[0], Tensor):
        dtype, device = rest[0].dtype, rest[0].device
        rest = rest[1:]
    else:
        if rest and (rest[0] is None or isinstance(rest[0], (str, devices.device))):
            device = rest.pop(0)
        if rest and isinstance(rest[0], dt.dtype):
            dtype = rest.pop(0)
    copy = bool(kwargs.get("copy", rest[1] if len(rest) > 1 else False))
    if device is not None and devices.device(device) != self.device:
        raise NotImplementedError(f"torch.export: a tensor that goes to {device}")
    if dtype is None or (dtype is self.dtype and not copy):
        return A.clone.default(self) if copy else self
    return A.to.dtype(self, dtype, False, True) if copy else A.to.dtype(self, dtype)


def _as(dtype: dt.dtype) -> Callable:
    return lambda self, **_: _to(self, dtype)


for _name, _long in {
    "float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16",
    "long": "int64", "int": "int32", "short": "int16", "char": "int8", "byte": "uint8",
    "bool": "bool",
}.items():  # fmt: skip
    RULES[_name] = _as(dt.BY_NAME[_long])
RULES["cpu"] = lambda self, **_: _to(self, "cpu")
RULES["type_as"] = lambda self, other: _to(self, other.dtype)
RULES["expand_as"] = lambda self, other: A.expand.default(self, list(other.shape))
RULES["reshape_as"] = lambda self, other: A.reshape.default(self, list(other.shape))
PROPERTIES["T"] = lambda x: A.permute.default(x, list(range(x.dim()))[::-1])
PROPERTIES["mT"] = lambda x: A.transpose.int(x, -2, -1)
PROPERTIES["data"] = lambda x: A.detach.default(x)
RULES["einsum"] = lambda equation, *operands: A.einsum.default(
    equation, list(operands[0] if isinstance(operands[0], (list, tuple)) else operands)
)


@_rule("__iter__")
def _iter(self: Tensor) -> Any:
    return iter(A.unbind.int(self))


# --- layers


def _soft(name: str) -> Callable:
    def call(input: Tensor, dim: Any = None, *rest: Any, dtype: Any = None, **_: Any) -> Tensor:
        dtype = next((r for r in rest if isinstance(r, dt.dtype)), dtype)
        if dim is None:
            dim = 0 if input.dim() in (0, 1, 3) else 1
        op = getattr(A, name).int
        return op(input, dim) if dtype is None else op(input, dim, dtype)

    return call


RULES["softmax"], RULES["log_softmax"] = _soft("softmax"), _soft("log_softmax")


def _dropout(name: str, default: float) -> Callable:
    def call(input: Tensor, p: float = default, training: bool = True, inplace: bool = False):
        op = getattr(A, f"{name}_" if inplace else name).default
        return op(input, p, training)

    return call


for _name, _p in {
    "dropout": 0.5, "dropout1d": 0.5, "dropout2d": 0.5, "dropout3d": 0.5, "alpha_dropout": 0.5,
    "feature_alpha_dropout": 0.5,
}.items():  # fmt: skip
    _operator = "feature_dropout" if _name[-2:] in ("1d", "2d", "3d") else _name
    RULES[_name] = _dropout(_operator, _p)


@_rule()
def _batch_norm(
    input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5
):
    return A.batch_norm.default(
        input, weight, bias, running_mean, running_var, training, momentum, eps, False
    )


@_rule()
def _instance_norm(
    input,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    use_input_stats=True,
    momentum=0.1,
    eps=1e-5,
):
    return A.instance_norm.default(
        input, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, False
    )


@_rule()
def _layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5, *_):
    shape = [normalized_shape] if isinstance(normalized_shape, int) else list(normalized_shape)
    rest = [weight, bias]
    if eps != 1e-5:
        rest.append(eps)
    while rest and rest[-1] is None:
        rest.pop()
    return A.layer_norm.default(input, shape, *rest)


@_rule()
def _embedding(
    input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False,
    sparse=False,
):  # fmt: skip
    if max_norm is not None:
        raise NotImplementedError("torch.export: embedding with max_norm")
    return PARTS["embedding"](input, weight, padding_idx, None, norm_type, scale_grad_by_freq)


@_rule()
def _cross_entropy(
    input, target, weight=None, size_average=None, ignore_index=-100, reduce=None,
    reduction="mean", label_smoothing=0.0,
):  # fmt: skip
    if size_average is not None or reduce is not None:
        return NotImplemented
    code = ("none", "mean", "sum").index(reduction)
    rest = [weight, code, ignore_index, label_smoothing]
    usual = [None, 1, -100, 0.0]
    while rest and not isinstance(rest[-1], Tensor) and rest[-1] == usual[len(rest) - 1]:
        rest.pop()
    return A.cross_entropy_loss.default(input, target, *rest)


@_rule()
def _interpolate(
    input, size=None, scale_factor=None, mode="nearest", align_corners=None,
    recompute_scale_factor=None, antialias=False,
):  # fmt: skip
    if antialias or recompute_scale_factor or mode == "area":
        raise NotImplementedError(
            "torch.export: interpolate with antialias, recompute_scale_factor or mode='area'"
        )
    n = input.dim() - 2
    factors = scale_factor
    if factors is not None and not isinstance(factors, (list, tuple)):
        factors = [float(factors)] * n
    sizes = size if size is None or isinstance(size, (list, tuple)) else [size] * n
    head = "_upsample_nearest_exact" if mode == "nearest-exact" else f"upsample_{mode}"
    kind = f"{head}{n}d"
    corners = () if mode.startswith("nearest") else (bool(align_corners),)
    factors = None if factors is None else [float(f) for f in factors]
    sizes = None if sizes is None else list(sizes)
    return getattr(A, kind).vec(input, sizes, *corners, factors)


RULES["one_hot"] = lambda tensor, num_classes=-1: A.one_hot.default(tensor, num_classes)
RULES["logsigmoid"] = lambda input: A.log_sigmoid.default(input)
RULES["tanhshrink"] = lambda input: A.sub.Tensor(input, A.tanh.default(input))
RULES["softsign"] = lambda input: A.div.Tensor(input, A.add.Tensor(A.abs.default(input), 1))


@_rule()
def _grid_sample(input, grid, mode="bilinear", padding_mode="zeros", align_corners=None):
    kind = ("bilinear", "nearest", "bicubic").index(mode)
    outside = ("zeros", "border", "reflection").index(padding_mode)
    return A.grid_sampler.default(input, grid, kind, outside, bool(align_corners))


@_rule()
def _local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    """The mean of the squares of `size` channels is an average over a dimension of images."""
    squares = A.unsqueeze.default(A.mul.Tensor(input, input), 1)
    if input.dim() == 3:
        squares = A.constant_pad_nd.default(squares, [0, 0, size // 2, (size - 1) // 2])
        mean = A.avg_pool2d.default(squares, [size, 1], [1, 1])
    else:
        n, c, h = input.shape[:3]
        squares = A.view.default(squares, [n, 1, c, h, -1])
        pads = [0, 0, 0, 0, size // 2, (size - 1) // 2]
        squares = A.constant_pad_nd.default(squares, pads)
        mean = A.avg_pool3d.default(squares, [size, 1, 1], [1, 1, 1])
        mean = A.view.default(mean, list(input.shape))
    mean = A.squeeze.dim(mean, 1) if input.dim() == 3 else mean
    divisor = A.pow.Tensor_Scalar(A.add.Tensor(A.mul.Tensor(mean, alpha), k), beta)
    return A.div.Tensor(input, divisor)


@_rule("hardtanh")
def _hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    op = A.hardtanh_ if inplace else A.hardtanh
    return op.default(input, *(() if (min_val, max_val) == (-1.0, 1.0) else (min_val, max_val)))


@_rule("relu6")
def _relu6(input, inplace=False):
    return (A.hardtanh_ if inplace else A.hardtanh).default(input, 0.0, 6.0)


@_rule("scaled_dot_product_attention")
def _attention(
    query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False
):
    rest: list[Any] = [attn_mask, dropout_p, is_causal]
    while rest and (rest[-1] is None or (not isinstance(rest[-1], Tensor) and not rest[-1])):
        rest.pop()
    named = {} if scale is None else {"scale": scale}
    if enable_gqa:
        named["enable_gqa"] = True
    return A.scaled_dot_product_attention.default(query, key, value, *rest, **named)


# --- recurrent layers

_MODES = {"LSTM": "lstm", "GRU": "gru", "RNN_TANH": "rnn_tanh", "RNN_RELU": "rnn_relu"}


def recurrent(
    mode: str,
    input: Tensor,
    states: tuple,
    weights: Sequence[Sequence[Tensor]],
    *,
    dropout: float,
    bidirectional: bool,
    bias: bool,
    batch_first: bool,
    batch_sizes: Tensor | None,
) -> tuple:
    """Stacked recurrent layers as one operator: (output, last states)."""
    if batch_sizes is not None:
        raise NotImplementedError("torch.export: recurrent layers of packed sequences")
    directions = 2 if bidirectional else 1
    op = getattr(A, _MODES[mode]).input
    flat = [w for layer in weights for w in layer]
    first = list(states) if mode == "LSTM" else states[0]
    out = op(
        input, first, flat, bias, len(weights) // directions, float(dropout), dropout > 0,
        bidirectional, batch_first,
    )  # fmt: skip
    return out[0], tuple(out[1:])


def recurrent_cell(mode: str, input: Tensor, states: tuple, *weights: Any) -> tuple:
    """One step of a recurrent layer as one operator: the next states."""
    op = getattr(A, f"{_MODES[mode]}_cell")
    if mode == "LSTM":
        return tuple(op.default(input, list(states), *weights))
    return (op.default(input, states[0], *weights),)


@_rule("unflatten")
def _unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    return A.unflatten.int(input, dim, list(sizes))


@_rule("multi_head_attention_forward")
def _multi_head_attention_forward(
    query, key, value, embed_dim_to_check, num_heads, in_proj_weight, in_proj_bias, bias_k, bias_v,
    add_zero_attn, dropout_p, out_proj_weight, out_proj_bias, training=True, key_padding_mask=None,
    need_weights=True, attn_mask=None, use_separate_proj_weight=False, q_proj_weight=None,
    k_proj_weight=None, v_proj_weight=None, static_k=None, static_v=None,
    average_attn_weights=True, is_causal=False,
):  # fmt: skip
    """Self-attention without weights to return, as PyTorch's parts have it; all else by this
    package's own."""
    plain = bias_k is None and bias_v is None and not add_zero_attn and static_k is None
    if not plain or need_weights or use_separate_proj_weight or key_padding_mask is not None:
        return NotImplemented
    if query is not key or key is not value or query.dim() != 3:
        return NotImplemented
    length, batch, width = query.shape
    head = width // num_heads
    projected = A.linear.default(query, in_proj_weight, in_proj_bias)
    projected = A.unflatten.int(projected, -1, [3, width])
    projected = A.squeeze.dim(A.transpose.int(A.unsqueeze.default(projected, 0), 0, -2), -2)
    projected = _contiguous(projected)
    parts = []
    for i in range(3):
        x = A.view.default(A.select.int(projected, 0, i), [length, batch * num_heads, head])
        x = A.transpose.int(x, 0, 1)
        parts.append(A.view.default(x, [batch, num_heads, length, head]))
    mask = attn_mask
    if mask is not None:
        is_causal = False
        if mask.dim() == 2:
            mask = A.unsqueeze.default(A.unsqueeze.default(mask, 0), 0)
        else:
            mask = A.view.default(mask, [batch, num_heads, -1, length])
    out = _attention(*parts, mask, dropout_p if training else 0.0, is_causal)
    out = A.reshape.default(A.permute.default(out, [2, 0, 1, 3]), [length * batch, width])
    out = A.linear.default(out, out_proj_weight, out_proj_bias)
    return A.view.default(out, [length, batch, width]), None
