"""Functions of the `torch` namespace that PyTorch documents late or keeps to itself, and that
programs and test suites call.

https://docs.pytorch.org/docs/stable/torch.html
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import wrap_dim
from torchish._core.ops.nn.attention import TWO_MASKS
from torchish._core.ops.table import TABLE
from torchish._core.tensor import FUNCTIONS, Tensor, arange, cat, stack, tensor
from torchish._core.tensor.api.factory import from_numpy, full
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.public import enter
from torchish._functions import layers
from torchish.nn._functional.dropout import dropout
from torchish.nn._functional.grouped import grouped_mm
from torchish.nn._functional.kernels import choice

_REDUCTIONS = {n: n for n in ("sum", "prod", "mean", "max", "min")}
_REDUCTIONS |= {"amax": "max", "amin": "min"}
_IDENTITY = {"sum": 0, "mean": 0, "prod": 1, "max": -math.inf, "min": math.inf}


# --- segments -------------------------------------------------------------------------------------


def segment_reduce(
    data: Tensor,
    reduce: str,
    *,
    lengths: Tensor | None = None,
    indices: Tensor | None = None,
    offsets: Tensor | None = None,
    axis: int = 0,
    unsafe: bool = False,
    initial: Any = None,
) -> Tensor:
    """One value of each segment of a floating tensor's dimension `axis`.

    reduce    "sum", "mean", "max", "min" or "prod"
    lengths   (*data.shape[:axis], segments): how many elements each segment has
    offsets   (*data.shape[:axis], segments + 1): where each begins, and where the last one ends
    unsafe    whether the lengths may add up to less than the dimension
    initial   what each segment begins with: without it, 0, 1, infinity; NaN for an empty mean
    Raises RuntimeError for negative lengths and those that do not add up.
    https://docs.pytorch.org/docs/stable/generated/torch.segment_reduce.html
    """
    for name, value in (("lengths", lengths), ("offsets", offsets), ("indices", indices)):
        if value is not None and not isinstance(value, Tensor):
            raise TypeError(
                f"segment_reduce(): argument '{name}' must be Tensor, not {type(value).__name__}"
            )
    axis = wrap_dim(axis, data.dim())
    if reduce not in _REDUCTIONS:
        raise RuntimeError(
            f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}"
        )
    if lengths is None and offsets is None:
        if indices is not None:
            raise RuntimeError("segment_reduce(): indices based reduction is not supported yet.")
        raise RuntimeError("segment_reduce(): Either lengths or offsets must be defined.")
    name = "lengths" if offsets is None else "offsets"
    given = lengths if offsets is None else offsets
    assert given is not None
    if data.dim() < given.dim() or data.dim() == 0:
        raise RuntimeError(f"Expected data.dim() >= {name}_value.dim() to be true, but got false.")
    if axis != given.dim() - 1:
        raise RuntimeError(
            f"segment_reduce(): Expected axis to be the last dimension of {name} but got {axis}."
        )
    for d in range(axis):
        if data.shape[d] != given.shape[d]:
            raise RuntimeError(
                f"segment_reduce(): Expected data and {name} to match in dimension {d}"
            )
    if given.dtype not in (dt.int32, dt.int64):
        raise NotImplementedError(
            f'"_segment_reduce_{name}_cpu_kernel1" not implemented for '
            f"'{dt.SCALAR_NAMES[given.dtype]}'"
        )
    if not data.is_floating_point():
        raise NotImplementedError(
            f"\"_segment_reduce_cpu\" not implemented for '{dt.SCALAR_NAMES[data.dtype]}'"
        )
    counts = np.asarray(given.detach()._host()).astype(np.int64)
    if offsets is not None:
        if not unsafe and counts.size and (counts[..., 0].any() or (np.diff(counts) < 0).any()):
            raise RuntimeError("segment_reduce(): offsets must begin with 0 and not descend")
        counts = np.diff(counts)
    elif not unsafe:
        if counts.size == 0:
            raise RuntimeError(
                "min(): Expected reduction dim to be specified for input.numel() == 0. Specify "
                "the reduction dim with the 'dim' argument."
            )
        if (counts < 0).any():
            raise RuntimeError("lengths contains negative value!")
        if (counts.sum(-1) != data.shape[axis]).any():
            raise RuntimeError(
                "segment_reduce(): Expected all rows of lengths along axis to sum to "
                "data.size(lengths.dim()-1) when !unsafe."
            )
    segments = from_numpy(counts).to(data.device)
    how = _REDUCTIONS[reduce]
    start, empty = (_IDENTITY[how], math.nan) if initial is None else (initial, initial)
    arguments = (data, segments, float(start), float(empty), how)
    out = apply(TABLE["_segment_reduce"], arguments)
    if out._node is not None:
        out._node.label = "SegmentReduceBackward0"
    return out


# --- hashes ---------------------------------------------------------------------------------------


def hash_tensor(
    input: Tensor,
    dim: int | Sequence[int] = (),
    *,
    keepdim: bool = False,
    mode: int = 0,
    out: Tensor | None = None,
) -> Tensor:
    """The exclusive or, in uint64, of the elements' bits, over all or some dimensions.

    Floats count as float64, integers and bools as int64. `mode` 0 is the only one.
    https://docs.pytorch.org/docs/stable/generated/torch.hash_tensor.html
    """
    if mode != 0:
        raise RuntimeError(f"Unknown hash_tensor mode: {mode}")
    if input.is_complex():
        raise NotImplementedError(
            f"\"xor_sum_cpu\" not implemented for '{dt.SCALAR_NAMES[input.dtype]}'"
        )
    dims = [dim] if isinstance(dim, int) else list(dim or ())
    over = tuple(wrap_dim(d, input.dim()) for d in dims) or tuple(range(input.dim()))
    for d in over:
        if over.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    if input.numel() == 0:
        if not dims:
            raise RuntimeError(
                "hash_tensor: Expected reduction dim to be specified for input.numel() == 0. "
                "Specify the reduction dim with the 'dim' argument."
            )
        for d in over:
            if input.shape[d] == 0:
                raise IndexError(f"hash_tensor: Expected reduction dim {d} to have non-zero size.")
    over = over if input.dim() else ()
    wide = input.detach().to(dt.float64 if input.is_floating_point() else dt.int64)
    bits = np.asarray(wide._host()).view(np.uint64) if input.dim() else _bits(wide)
    found = np.bitwise_xor.reduce(bits, axis=over, keepdims=keepdim) if over else bits
    t = from_numpy(np.array(found, np.uint64)).to(input.device)
    return t if out is None else out.resize_(t.shape).copy_(t)


def _bits(t: Tensor) -> np.ndarray:
    return np.asarray(t._host()).reshape(1).view(np.uint64).reshape(())


# --- lists of tensors -----------------------------------------------------------------------------


def _chunk_cat(
    tensors: Sequence[Tensor], dim: int, num_chunks: int, *, out: Tensor | None = None
) -> Tensor:
    """Each tensor in `num_chunks` parts of a dimension, filled up with zeros, flat from there on;
    the parts of all tensors side by side: (*sizes before dim, num_chunks, elements)."""
    if not tensors:
        raise RuntimeError("_chunk_cat expects a non-empty input tensor list")
    if num_chunks < 1:
        raise RuntimeError("_chunk_cat expects positive num_chunks")
    first = tensors[0]
    at = wrap_dim(dim, first.dim())
    parts = []
    for t in tensors:
        if t.numel() == 0:
            raise RuntimeError("_chunk_cat expects non-empty tensor")
        if t.dim() <= at:
            raise RuntimeError("_chunk_cat expects dim < ndim for all input tensors")
        if t.shape[:at] != first.shape[:at]:
            raise RuntimeError(
                "_chunk_cat expects same sizes of 0,...,dim-1 dimensions for all tensors"
            )
        size = -(-t.shape[at] // num_chunks) * num_chunks
        if size != t.shape[at]:
            missing = (*t.shape[:at], size - t.shape[at], *t.shape[at + 1 :])
            t = cat([t, full(missing, 0, dtype=t.dtype, device=t.device)], at)
        parts.append(t.reshape(*t.shape[:at], num_chunks, -1))
    found = cat(parts, at + 1)
    return found if out is None else out.resize_(found.shape).copy_(found)


# --- indices beside a mask ------------------------------------------------------------------------


def _clamped(self: Tensor, indices: Sequence[Tensor | None]) -> tuple[Any, ...]:
    """Indices with those that are out of bounds moved to the bounds."""
    return tuple(
        slice(None) if i is None else i.clamp(-self.shape[d], self.shape[d] - 1)
        for d, i in enumerate(indices)
    )


def _unsafe_masked_index(
    self: Tensor, mask: Tensor, indices: Sequence[Tensor | None], fill: float
) -> Tensor:
    """The indexed elements where the mask is True, `fill` elsewhere; only there may an index be
    out of bounds."""
    return self[_clamped(self, indices)].masked_fill(~mask, fill)


def _unsafe_masked_index_put_accumulate(
    self: Tensor, mask: Tensor, indices: Sequence[Tensor | None], values: Tensor
) -> Tensor:
    """A copy with `values` added at the indices where the mask is True; only elsewhere may an
    index be out of bounds."""
    kept = values.masked_fill(~mask, 0)
    return self.index_put(_clamped(self, indices), kept, accumulate=True)


# --- products of scaled tensors -------------------------------------------------------------------


def _scaled_mm(
    input: Tensor,
    mat2: Tensor,
    scale_a: Tensor,
    scale_b: Tensor,
    bias: Tensor | None = None,
    scale_result: Tensor | None = None,
    out_dtype: dt.dtype | None = None,
    use_fast_accum: bool = False,
) -> Tensor:
    """The product of two matrices of float8 elements, each times a scale: one number, or one of
    each row of `input` and of each column of `mat2`. The result has the first one's dtype unless
    another is given."""
    for t in (input, mat2):
        if t.dtype not in dt.FLOAT8:
            raise NotImplementedError(f"_scaled_mm of {t.dtype} tensors")
    left, right = input.float() * scale_a, mat2.float() * scale_b
    found = left.mm(right)
    if bias is not None:
        found = found + bias.float()
    if scale_result is not None:
        found = found * scale_result
    return found.to(out_dtype or input.dtype)


def dsmm(input: Tensor, mat2: Tensor) -> Tensor:
    """`mm`, by the name that the product of a sparse and a dense matrix once had."""
    return input.mm(mat2)


def _grouped_mm(
    self: Tensor,
    mat2: Tensor,
    offs: Tensor | None = None,
    bias: Tensor | None = None,
    out_dtype: dt.dtype | None = None,
) -> Tensor:
    """`nn.functional.grouped_mm`, whose arguments may also be given by position."""
    return grouped_mm(self, mat2, offs=offs, bias=bias, out_dtype=out_dtype)


def _scaled_mm_v2(*args: Any, **kwargs: Any) -> Tensor:
    """NotImplementedError: the recipes of scales by block are not here; `_scaled_mm` is."""
    raise NotImplementedError("torch._scaled_mm_v2")


# --- indices of sparse matrices -------------------------------------------------------------------


def _shape_as_tensor(self: Tensor) -> Tensor:
    """The sizes as an int64 tensor, 1-D."""
    return tensor(list(self.shape), dtype=dt.int64)


def _convert_indices_from_coo_to_csr(self: Tensor, size: int, *, out_int32: bool = False) -> Tensor:
    """Where each of `size` rows begins, and the last one ends, among sorted row indices."""
    rows = arange(size + 1, dtype=self.dtype, device=self.device)
    return FUNCTIONS["searchsorted"](self.contiguous(), rows, out_int32=out_int32)


def _convert_indices_from_csr_to_coo(
    crow_indices: Tensor, col_indices: Tensor, *, out_int32: bool = False, transpose: bool = False
) -> Tensor:
    """The coordinates, (dimensions, elements), of compressed rows; of batches too, one below the
    other. `transpose`: of compressed columns."""
    batch, elements = list(crow_indices.shape[:-1]), col_indices.shape[-1]
    dtype = dt.int32 if out_int32 else dt.int64
    place = crow_indices.device
    steps = arange(elements, dtype=crow_indices.dtype, device=place).expand(*batch, elements)
    ends, steps = crow_indices[..., 1:].contiguous(), steps.contiguous()
    pair = [FUNCTIONS["searchsorted"](ends, steps, right=True), col_indices]
    before = [
        arange(n, device=place).view(-1, *[1] * (len(batch) - d)).expand(*batch, elements)
        for d, n in enumerate(batch)
    ]
    coordinates = [*before, *(reversed(pair) if transpose else pair)]
    return stack([t.reshape(-1).to(dtype) for t in coordinates])


# --- signs ----------------------------------------------------------------------------------------


def _softmax_backward_data(
    grad_output: Tensor, output: Tensor, dim: int, input_dtype: dt.dtype
) -> Tensor:
    """The gradient of `softmax` from its result."""
    given = grad_output * output
    return (given - output * given.sum(dim, keepdim=True)).to(input_dtype)


def _log_softmax_backward_data(
    grad_output: Tensor, output: Tensor, dim: int, input_dtype: dt.dtype
) -> Tensor:
    """The gradient of `log_softmax` from its result."""
    return (grad_output - output.exp() * grad_output.sum(dim, keepdim=True)).to(input_dtype)


def _native_batch_norm_legit(
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    *rest: Any,
) -> tuple[Tensor, Tensor, Tensor]:
    """(normalized, mean, 1 / standard deviation) over all dimensions but the second.

    `rest` is (running_mean, running_var, training, momentum, eps), or without the first two. The
    running values are updated in training, and used, with empty results in the place of mean and
    deviation, otherwise.
    """
    statistics = rest if len(rest) == 5 else (None, None, *rest)
    return layers.native_batch_norm(input, weight, bias, *statistics)


def batch_norm_update_stats(
    input: Tensor, running_mean: Tensor | None, running_var: Tensor | None, momentum: float
) -> tuple[Tensor, Tensor]:
    """(mean, biased variance) over all dimensions but the second, which the running statistics are
    moved towards, the variance unbiased. RuntimeError for an empty input."""
    if not input.numel():
        raise RuntimeError(
            "input tensor must have at least one element, but got input_sizes = "
            f"{list(input.shape)}"
        )
    dims = [d for d in range(input.dim()) if d != 1]
    x = input.detach()
    mean, var = x.mean(dims), x.var(dims, correction=0)
    count = x.numel() // x.shape[1]
    for running, now in ((running_mean, mean), (running_var, var * (count / max(count - 1, 1)))):
        if running is not None:
            running.mul_(1 - momentum).add_(now, alpha=momentum)
    return mean, var


def _masked_softmax(
    input: Tensor, mask: Tensor, dim: int | None = None, mask_type: int | None = None
) -> Tensor:
    """`softmax` of what is not masked: a row without anything left is NaN, with gradient 0.

    mask_type    0 for a mask (L, L), 1 for (B, L), each beside an input (B, heads, L, L), 2 and
                 None for one of the input's shape
    RuntimeError unless the mask is bool and of such a shape.
    """
    if mask.dtype is not dt.bool_:
        raise RuntimeError("Mask should be a boolean tensor")
    if mask.dim() == 2 and input.dim() == 4 and mask_type in (0, 1):
        length = input.shape[-1]
        mask = mask.reshape((-1, 1, 1, length) if mask_type == 1 else (1, 1, length, length))
        mask = mask.expand(input.shape)
    if mask.shape != input.shape:
        raise RuntimeError("For mask_type == 2 mask shape should match input shape")
    kept = input.masked_fill(mask, -math.inf)
    return kept.softmax(input.dim() - 1 if dim is None else dim)


def _nnpack_available() -> bool:
    """False: NNPACK is not part of XLA."""
    return False


def _add_relu(input: Tensor, other: Tensor | float, *, alpha: float = 1) -> Tensor:
    """`relu` of a sum."""
    return input.add(other, alpha=alpha).relu()


def _softmax(input: Tensor, dim: int, half_to_float: bool) -> Tensor:
    """`softmax`; RuntimeError for `half_to_float` on the CPU, as in PyTorch."""
    return _in_float(FUNCTIONS["softmax"], input, dim, half_to_float)


def _log_softmax(input: Tensor, dim: int, half_to_float: bool) -> Tensor:
    """`log_softmax`; RuntimeError for `half_to_float` on the CPU, as in PyTorch."""
    return _in_float(FUNCTIONS["log_softmax"], input, dim, half_to_float)


def _in_float(function: Any, input: Tensor, dim: int, half_to_float: bool) -> Tensor:
    if not half_to_float:
        return function(input, dim)
    if input.is_cpu:
        raise RuntimeError("softmax with half to float conversion is not supported on CPU")
    return function(input.float(), dim)


def _scaled_dot_product_attention_math(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    dropout_mask: Tensor | None = None,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> tuple[Tensor, Tensor]:
    """Attention by plain products, and its weights after dropout. RuntimeError for a mask beside
    the causal one."""
    if dropout_mask is not None:
        raise NotImplementedError("_scaled_dot_product_attention_math: dropout_mask=")
    if is_causal and attn_mask is not None:
        raise RuntimeError(TWO_MASKS)
    weights = apply(
        TABLE["_attention_weights"], (query, key, value, attn_mask, is_causal, scale, enable_gqa)
    )
    if dropout_p > 0.0:
        weights = dropout(weights, dropout_p)
    if enable_gqa and value.size(-3) != query.size(-3):
        value = value.repeat_interleave(query.size(-3) // value.size(-3), -3)
    return weights.matmul(value), weights


for _f in (
    segment_reduce,
    _softmax,
    _log_softmax,
    _scaled_dot_product_attention_math,
    batch_norm_update_stats,
    _masked_softmax,
    _add_relu,
    _nnpack_available,
    hash_tensor,
    _chunk_cat,
    _unsafe_masked_index,
    _unsafe_masked_index_put_accumulate,
    _scaled_mm,
    _scaled_mm_v2,
    _grouped_mm,
    _shape_as_tensor,
    _convert_indices_from_coo_to_csr,
    _convert_indices_from_csr_to_coo,
    dsmm,
    _softmax_backward_data,
    _log_softmax_backward_data,
    _native_batch_norm_legit,
):
    enter(_f.__name__, _f, takes="other")
enter("_segment_reduce", segment_reduce, takes="other")
enter("_fused_sdp_choice", choice, takes="other")
