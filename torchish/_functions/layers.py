"""Functions of the `torch` namespace that stand below those of `nn.functional`.

PyTorch's layers are written with them, and programs that unroll a layer by hand call them with
positional arguments, reductions (0 none, which is the default, 1 mean, 2 sum) and modes as numbers,
weights in flat lists.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import FUNCTIONS, Tensor
from torchish._core.tensor.api import factory as _factory
from torchish._core.tensor.api.ranges import arange as _arange
from torchish._core.tensor.public import enter
from torchish.nn import functional as F
from torchish.nn._functional import recurrent

__all__ = ["NAMES"]

_REDUCTIONS = ("none", "mean", "sum")
_PADDING = ("zeros", "border", "reflection")
_INTERPOLATION = ("bilinear", "nearest", "bicubic")


# --- dropout --------------------------------------------------------------------------------------


def dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """`nn.functional.dropout`."""
    return F.dropout(input, p, train)


def dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`dropout` in place."""
    return F.dropout(input, p, train, inplace=True)


def alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """`nn.functional.alpha_dropout`."""
    return F.alpha_dropout(input, p, train)


def alpha_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`alpha_dropout` in place."""
    return F.alpha_dropout(input, p, train, inplace=True)


def feature_alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """`nn.functional.feature_alpha_dropout`."""
    return F.feature_alpha_dropout(input, p, train)


def feature_alpha_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`feature_alpha_dropout` in place."""
    return F.feature_alpha_dropout(input, p, train, inplace=True)


def feature_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """Whole channels of (N, C, …) at 0 with probability p, the others divided by 1 - p."""
    if not 0 <= p <= 1:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not train or p == 0 or not input.numel():
        return input
    if input.dim() < 2:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    if p == 1:
        return input * _factory.zeros((), dtype=input.dtype, device=input.device)
    kept = _factory.empty(
        (*input.shape[:2], *[1] * (input.dim() - 2)), dtype=input.dtype, device=input.device
    )
    return input * kept.bernoulli_(1 - p).div_(1 - p)


def feature_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`feature_dropout` in place."""
    return input.copy_(feature_dropout(input.clone(), p, train))


def native_dropout(input: Tensor, p: float, train: bool | None) -> tuple[Tensor, Tensor]:
    """(`dropout`, which elements were kept)."""
    if train is False or not input.numel():
        return input.clone(), _factory.ones_like(input, dtype=dt.bool_)
    kept = _factory.empty_like(input).bernoulli_(1 - p)
    return input * kept * (0 if p == 1 else 1 / (1 - p)), kept.bool()


# --- norms ----------------------------------------------------------------------------------------


def batch_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """`nn.functional.batch_norm`, the parameters before the statistics."""
    return F.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)


def instance_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    use_input_stats: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """`nn.functional.instance_norm`, the parameters before the statistics."""
    return F.instance_norm(
        input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps
    )


def _moments(input: Tensor, dims: Any, eps: float) -> tuple[Tensor, Tensor]:
    """(mean, 1 / standard deviation) over the dims, which are kept."""
    mean = input.mean(dims, keepdim=True)
    return mean, (input.var(dims, correction=0, keepdim=True) + eps).rsqrt()


def native_batch_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """(`batch_norm`, mean, 1 / standard deviation of the batch; the two empty unless training)."""
    if training:
        dims = [d for d in builtins.range(input.dim()) if d != 1]
        mean, scale = (m.flatten() for m in _moments(input.detach(), dims, eps))
    else:
        mean, scale = input.new_empty(0), input.new_empty(0)
    y = F.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)
    return y, mean, scale


def native_layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None,
    bias: Tensor | None,
    eps: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """(`nn.functional.layer_norm`, mean, 1 / standard deviation)."""
    y = F.layer_norm(input, list(normalized_shape), weight, bias, eps)
    dims = list(builtins.range(-len(normalized_shape), 0))
    return (y, *_moments(input.detach(), dims, eps))


def native_group_norm(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    N: int,
    C: int,
    HxW: int,
    group: int,
    eps: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """(`nn.functional.group_norm`, mean and 1 / standard deviation (N, groups))."""
    y = F.group_norm(input, group, weight, bias, eps)
    mean, scale = _moments(input.detach().reshape(N, group, C // group * HxW), 2, eps)
    return y, mean.squeeze(2), scale.squeeze(2)


def native_norm(input: Tensor, p: Any = 2, *args: Any) -> Tensor:
    """`norm`."""
    return input.norm(p, *args)


def norm_except_dim(v: Tensor, pow: int = 2, dim: int = 0) -> Tensor:
    """The norms over all dims but one, which are kept; over all for dim -1."""
    if dim == -1:
        return v.norm(pow)
    dim = dim % v.dim()
    return v.norm(pow, [d for d in builtins.range(v.dim()) if d != dim], keepdim=True)


# --- embeddings -----------------------------------------------------------------------------------


def embedding(
    weight: Tensor,
    indices: Tensor,
    padding_idx: int = -1,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """`nn.functional.embedding`, the table first; padding_idx -1 is none."""
    pad = None if padding_idx == -1 else padding_idx
    return F.embedding(indices, weight, pad, None, 2.0, scale_grad_by_freq, sparse)


def embedding_bag(
    weight: Tensor,
    indices: Tensor,
    offsets: Tensor,
    scale_grad_by_freq: bool = False,
    mode: int = 0,
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """(bags, the bag of each index, the bags' sizes, the rows of maxima): mode 0 is the sum, 1 the
    mean, 2 the maximum. As PyTorch leaves them, the three others of a sum are empty or 0."""
    names = ("sum", "mean", "max")
    bags = F.embedding_bag(
        indices,
        weight,
        offsets,
        None,
        2,
        scale_grad_by_freq,
        names[mode],
        sparse,
        per_sample_weights,
        include_last_offset,
        padding_idx,
    )
    starts = offsets[:-1] if include_last_offset else offsets
    none = _factory.zeros(len(starts), dtype=indices.dtype)
    if mode == 0 and padding_idx is None:
        return bags, none.new_empty(0), none, none.clone()
    places = _arange(len(indices))
    bag = FUNCTIONS["searchsorted"](starts.long(), places, right=True).to(indices.dtype) - 1
    counted = _factory.ones_like(indices)
    if padding_idx is not None:
        counted = (indices != padding_idx).to(indices.dtype)
    sizes = none.index_add(0, bag, counted)
    if mode != 2:
        return bags, bag, sizes, sizes.clone()
    rows = weight.detach()[indices]
    at = indices.unsqueeze(1).expand_as(rows)
    best = (rows == bags.detach()[bag]) & (counted != 0).unsqueeze(1)
    largest = _factory.zeros(bags.shape, dtype=indices.dtype)
    candidates = at.masked_fill(~best, -1)
    return (
        bags,
        bag,
        sizes,
        largest.scatter_reduce(0, bag.unsqueeze(1).expand_as(rows), candidates, "amax"),
    )


# --- losses ---------------------------------------------------------------------------------------


def _loss(name: str) -> Callable[..., Tensor]:
    f = getattr(F, name)

    def loss(*args: Any, reduction: int = 0, **kwargs: Any) -> Tensor:
        return f(*args, reduction=_REDUCTIONS[reduction], **kwargs)

    return loss


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    pos_weight: Tensor | None = None,
    reduction: int = 0,
) -> Tensor:
    """`nn.functional.binary_cross_entropy_with_logits`."""
    return F.binary_cross_entropy_with_logits(
        input, target, weight, reduction=_REDUCTIONS[reduction], pos_weight=pos_weight
    )


def kl_div(
    input: Tensor, target: Tensor, reduction: int = 0, *, log_target: bool = False
) -> Tensor:
    """`nn.functional.kl_div`."""
    return F.kl_div(input, target, reduction=_REDUCTIONS[reduction], log_target=log_target)


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: int = 0,
    zero_infinity: bool = False,
) -> Tensor:
    """`nn.functional.ctc_loss`."""
    how = _REDUCTIONS[reduction]
    return F.ctc_loss(log_probs, targets, input_lengths, target_lengths, blank, how, zero_infinity)


def cosine_embedding_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, reduction: int = 0
) -> Tensor:
    """`nn.functional.cosine_embedding_loss`."""
    return _loss("cosine_embedding_loss")(input1, input2, target, margin, reduction=reduction)


def hinge_embedding_loss(
    input: Tensor, target: Tensor, margin: float = 1.0, reduction: int = 0
) -> Tensor:
    """`nn.functional.hinge_embedding_loss`."""
    return _loss("hinge_embedding_loss")(input, target, margin, reduction=reduction)


def margin_ranking_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, reduction: int = 0
) -> Tensor:
    """`nn.functional.margin_ranking_loss`."""
    return _loss("margin_ranking_loss")(input1, input2, target, margin, reduction=reduction)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: int = 0,
) -> Tensor:
    """`nn.functional.triplet_margin_loss`."""
    f = _loss("triplet_margin_loss")
    return f(anchor, positive, negative, margin, p, eps, swap, reduction=reduction)


def poisson_nll_loss(
    input: Tensor, target: Tensor, log_input: bool, full: bool, eps: float, reduction: int
) -> Tensor:
    """`nn.functional.poisson_nll_loss`."""
    f = _loss("poisson_nll_loss")
    return f(input, target, log_input=log_input, full=full, eps=eps, reduction=reduction)


# --- images ---------------------------------------------------------------------------------------


def grid_sampler(
    input: Tensor, grid: Tensor, interpolation_mode: int, padding_mode: int, align_corners: bool
) -> Tensor:
    """`nn.functional.grid_sample`, its modes as numbers."""
    how, outside = _INTERPOLATION[interpolation_mode], _PADDING[padding_mode]
    return F.grid_sample(input, grid, how, outside, align_corners)


def affine_grid_generator(theta: Tensor, size: Sequence[int], align_corners: bool) -> Tensor:
    """`nn.functional.affine_grid`."""
    return F.affine_grid(theta, list(size), align_corners)


def _rrelu(name: str, inplace: bool) -> Callable[..., Tensor]:
    def rrelu(
        input: Tensor,
        lower: float = 1 / 8,
        upper: float = 1 / 3,
        training: bool = False,
        generator: Any = None,
    ) -> Tensor:
        """`nn.functional.rrelu`, for a name with an underscore in place."""
        if generator is not None:
            raise NotImplementedError(f"{name}: generator")
        return F.rrelu(input, lower, upper, training, inplace)

    rrelu.__name__ = rrelu.__qualname__ = name
    return rrelu


rrelu, rrelu_ = _rrelu("rrelu", False), _rrelu("rrelu_", True)


def convolution(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    output_padding: Sequence[int],
    groups: int,
) -> Tensor:
    """`conv1d`, `conv2d`, `conv3d` or the transposed ones, by the input's dims."""
    n = input.dim() - 2
    if n not in (1, 2, 3):
        raise RuntimeError(f"Expected 3D, 4D or 5D input to convolution, but got {input.dim()}D")
    if transposed:
        f = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[n - 1]
        return f(input, weight, bias, stride, padding, output_padding, groups, dilation)
    f = (F.conv1d, F.conv2d, F.conv3d)[n - 1]
    return f(input, weight, bias, stride, padding, dilation, groups)


# --- recurrent layers -----------------------------------------------------------------------------


def _layers(
    params: Sequence[Tensor], has_biases: bool, layers: int, directions: int
) -> list[list[Tensor]]:
    """A flat list of parameters, by layer and direction."""
    each, rest = divmod(len(params), layers * directions)
    if rest or each not in ((4, 5) if has_biases else (2, 3)):
        raise RuntimeError(f"got an incorrect number of RNN parameters: {len(params)}")
    return [list(params[i : i + each]) for i in builtins.range(0, len(params), each)]


def _recurrent(mode: str, doc: str) -> Callable[..., tuple]:
    def layer(*args: Any) -> tuple:
        packed = isinstance(args[1], Tensor) and not isinstance(args[2], bool) and len(args) == 9
        packed = packed and isinstance(args[3], (list, tuple)) and isinstance(args[4], bool)
        if packed:
            data, sizes, hx, params, biases, layers, p, train, both = args
            first = False
        else:
            data, hx, params, biases, layers, p, train, both, first = args
            sizes = None
        states = tuple(hx) if mode == "LSTM" else (hx,)
        output, last = recurrent.run(
            mode,
            data,
            states,
            _layers(params, biases, layers, 2 if both else 1),
            dropout=p if train else 0.0,
            bidirectional=both,
            bias=biases,
            batch_first=first,
            batch_sizes=sizes,
        )
        return (output, *last)

    layer.__doc__ = doc
    return layer


lstm = _recurrent("LSTM", "(output, hidden, cell) of stacked LSTM layers, parameters in one list.")
gru = _recurrent("GRU", "(output, hidden) of stacked GRU layers, parameters in one list.")
rnn_tanh = _recurrent("RNN_TANH", "(output, hidden) of stacked layers with tanh.")
rnn_relu = _recurrent("RNN_RELU", "(output, hidden) of stacked layers with relu.")


def lstm_cell(
    input: Tensor,
    hx: Sequence[Tensor],
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """The next (hidden, cell) of an LSTM."""
    return recurrent.cell("LSTM", input, tuple(hx), w_ih, w_hh, b_ih, b_hh)


def _cell(mode: str, doc: str) -> Callable[..., Tensor]:
    def cell(
        input: Tensor,
        hx: Tensor,
        w_ih: Tensor,
        w_hh: Tensor,
        b_ih: Tensor | None = None,
        b_hh: Tensor | None = None,
    ) -> Tensor:
        return recurrent.cell(mode, input, (hx,), w_ih, w_hh, b_ih, b_hh)[0]

    cell.__doc__ = doc
    return cell


gru_cell = _cell("GRU", "The next hidden state of a GRU.")
rnn_tanh_cell = _cell("RNN_TANH", "The next hidden state, with tanh.")
rnn_relu_cell = _cell("RNN_RELU", "The next hidden state, with relu.")


# --- others ---------------------------------------------------------------------------------------


def cond(pred: Any, true_fn: Callable, false_fn: Callable, operands: Sequence | dict = ()) -> Any:
    """One function or the other of the operands, by a bool or a tensor with one element."""
    if not isinstance(pred, (bool, Tensor)):
        raise RuntimeError(f"Expected pred to be bool or tensor, but got {pred}.")
    if isinstance(pred, Tensor) and pred.numel() != 1:
        raise RuntimeError(f"Expected pred to be bool or single-element tensor, but got {pred}.")
    return (true_fn if bool(pred) else false_fn)(*operands)


def empty_permuted(size: Sequence[int], physical_layout: Sequence[int], **options: Any) -> Tensor:
    """A tensor without values of a size, its dims in memory in a given order, outermost first."""
    order = list(physical_layout)
    if len(order) != len(size):
        raise RuntimeError(
            "Number of dimensions in size does not match the length of the physical_layout; i.e. "
            f"len(size) = {len(size)} is not equal to len(physical_layout) = {len(order)}"
        )
    for i, d in enumerate(order):
        if not 0 <= d < len(size):
            raise RuntimeError(
                f"Dimension out of range (expected to be between 0 and {len(size) - 1}, but got "
                f"{d} at index {i}).  NB: negative dims not currently supported; file an issue if "
                "you want it."
            )
        if d in order[:i]:
            raise RuntimeError("Duplicate dim not allowed")
    back = [order.index(d) for d in builtins.range(len(size))]
    return _factory.empty([size[d] for d in order], **options).permute(back)


def is_signed(input: Tensor) -> bool:
    """Whether the dtype has negative numbers."""
    return input.dtype.is_signed


def is_inference(input: Tensor) -> bool:
    """Whether a tensor was made in inference mode."""
    return input.is_inference()


def get_device(input: Tensor) -> int:
    """The number of the tensor's device, -1 on the CPU."""
    return input.get_device()


def set_flush_denormal(mode: bool) -> bool:
    """False: denormal numbers are the compiler's and the processor's to keep."""
    return False


def unsafe_split_with_sizes(
    input: Tensor, split_sizes: Sequence[int], dim: int = 0
) -> tuple[Tensor, ...]:
    """`split` by sizes, into parts that may be written to."""
    return input.unsafe_split_with_sizes(list(split_sizes), dim)


grid_sampler_2d = grid_sampler_3d = grid_sampler
NAMES = [
    name
    for name, f in globals().items()
    if callable(f) and getattr(f, "__module__", None) == __name__ and not name.startswith("_")
]
for _name in NAMES:
    _f = globals()[_name]
    if _f.__name__ in ("layer", "cell"):
        _f.__name__ = _f.__qualname__ = _name
    enter(_name, _f, takes="other")
