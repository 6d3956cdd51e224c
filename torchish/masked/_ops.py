"""Reductions and normalizations over the elements that a mask keeps.

What a mask takes out counts as the identity of the operation: 0 in a sum, 1 in a product, -inf in a
maximum. The value where a whole group is taken out is that identity, NaN for a mean.

https://docs.pytorch.org/docs/stable/masked.html
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import torchish._core.base.dtypes as dtypes
from torchish._core.base import layouts
from torchish._core.base.errors import wrap_dims
from torchish._core.tensor import FUNCTIONS, Tensor, ones_like, zeros_like
from torchish._core.tensor.api.factory import full, full_like

__all__ = [
    "amax",
    "amin",
    "argmax",
    "argmin",
    "cumprod",
    "cumsum",
    "log_softmax",
    "logaddexp",
    "logsumexp",
    "mean",
    "median",
    "norm",
    "normalize",
    "prod",
    "softmax",
    "softmin",
    "std",
    "sum",
    "var",
]

Dims = int | Sequence[int] | None
_where, _isnan = FUNCTIONS["where"], FUNCTIONS["isnan"]


def _is_inexact(dtype) -> bool:
    return dtype.is_floating_point or dtype.is_complex


def _kept(input: Tensor, mask: Tensor | None) -> Tensor | None:
    """The mask with the input's shape."""
    if mask is None or mask.shape == input.shape:
        return None if mask is None else mask.bool()
    if mask.dim() > input.dim():
        raise IndexError(
            "_input_mask expected broadcastable mask (got mask dimensionality higher than of the "
            "input)"
        )
    return mask.expand(input.shape).bool()


def _input_mask(input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """The mask given by keyword, bool and in the input's shape; ValueError without one."""
    if kwargs.get("mask") is None:
        raise ValueError("_input_mask requires explicit mask")
    if input.layout is not layouts.strided:
        raise NotImplementedError(f"masked operations of {input.layout} tensors")
    mask = _kept(input, kwargs["mask"])
    assert mask is not None
    return mask


_REDUCING = [
    "sum",
    "prod",
    "amax",
    "amin",
    "argmax",
    "argmin",
    "mean",
    "median",
    "norm",
    "var",
    "std",
    "logsumexp",
]
_NORMALIZING = ["softmax", "log_softmax", "softmin", "normalize", "cumsum", "cumprod"]


def _output_mask(op: Any, input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """Which elements of a masked operation's result come from elements that its mask keeps."""
    if not callable(op):
        raise ValueError(f"_output_mask expected masked operation (got {type(op).__name__} object)")
    name = op.__name__
    if name in _NORMALIZING:
        return _input_mask(input, *args, **kwargs)
    if name not in _REDUCING:
        raise ValueError(
            f"_output_mask expected masked operation (got callable {op.__module__}.{name})"
        )
    rest = args[1:] if name == "norm" else args
    dims = _dims(input, rest[0] if rest else kwargs.get("dim"))
    mask = _input_mask(input, **kwargs)
    return mask.any(dim=dims, keepdim=bool(kwargs.get("keepdim", False))) if dims else mask


def _reduction_identity(op_name: str, input: Tensor, *args: Any) -> Tensor | None:
    """What an element that is taken out counts as, 0-dim, in the dtype of `input`; None for the
    reductions that have no such value. `args` begins with the order of a `norm`.

    Raises NotImplementedError for a reduction that has no mask.
    """
    name = op_name.rsplit(".", 1)[-1]
    if name in ("mean", "var", "std"):
        return None
    low, high = ("amax", "argmax", "logaddexp", "logsumexp"), ("amin", "argmin")
    if name in low or name in high:
        value = _extreme(input.dtype, 1 if name in high else -1)
    elif name in ("sum", "cumsum"):
        value = 0
    elif name in ("prod", "cumprod"):
        value = 1
    elif name == "median":
        floating = input.dtype if input.is_floating_point() else dtypes.get_default_dtype()
        return full((), math.nan, dtype=floating, device=input.device)
    elif name == "norm":
        value = math.inf if args and args[0] == -math.inf else 0
    else:
        raise NotImplementedError(f"identity of {op_name} on {input.dtype} input")
    return full((), value, dtype=input.dtype, device=input.device)


def _filled(input: Tensor, mask: Tensor | None, value: Any) -> Tensor:
    kept = _kept(input, mask)
    return input if kept is None else _where(kept, input, full_like(input, value))


def _in_its_layout(f: Callable) -> Callable:
    """Of a reduction: a COO tensor's is a COO tensor. What it does not hold counts as zeros, which
    the mask keeps or not; ValueError without one where zeros would change the result."""

    @functools.wraps(f)
    def reduce(input: Tensor, dim: Dims = None, **options: Any) -> Tensor:
        mask = options.get("mask")
        if not input._sparse or input.layout is not layouts.sparse_coo:
            return f(input, dim, **options)
        if mask is None and f.__name__ != "sum":
            raise ValueError(
                f"masked {f.__name__} expects explicit mask for sparse_coo tensor input"
            )
        if mask is not None and mask._sparse:
            mask = mask.to_dense()
        dense = f(input.to_dense(), dim, **{**options, "mask": mask})
        dims = wrap_dims(_dims(input, dim), input.dim())
        if mask is not None and len(dims) < input.dim():
            # Where nothing is kept, nothing is held.
            kept = mask.expand(input.shape).any(tuple(dims), bool(options.get("keepdim")))
            dense = _where(kept, dense, zeros_like(dense))
        return dense.to_sparse()

    return reduce


def _extreme(dtype, sign: int):
    """The largest (sign > 0) or smallest value of a dtype."""
    if dtype.is_floating_point:
        return sign * math.inf
    if dtype is dtypes.bool_:
        return sign > 0
    info = dtypes.iinfo(dtype)
    return info.max if sign > 0 else info.min


def _dims(input: Tensor, dim: Dims) -> tuple[int, ...]:
    if dim is None:
        return tuple(range(input.dim()))
    return (dim,) if isinstance(dim, int) else tuple(dim)


def _cast(input: Tensor, dtype) -> Tensor:
    return input if dtype is None or input.dtype is dtype else input.to(dtype)


def _sum_dtype(input: Tensor, dtype):
    if dtype is not None:
        return dtype
    return input.dtype if _is_inexact(input.dtype) else dtypes.int64


def _add_up(input: Tensor, dims: tuple[int, ...], keepdim: bool) -> Tensor:
    return input.sum(dims, keepdim=keepdim) if dims else input


def _count(input: Tensor, mask: Tensor | None, dims: tuple[int, ...], keepdim: bool) -> Tensor:
    kept = _kept(input, mask)
    ones = ones_like(input, dtype=dtypes.int64) if kept is None else kept.to(dtypes.int64)
    return _add_up(ones, dims, keepdim)


@_in_its_layout
def sum(
    input: Tensor,
    dim: Dims = None,
    *,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The sum over dims (all of them by default) of the elements that the mask keeps.

    >>> x, mask = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([True, False, True])
    >>> torch.masked.sum(x, mask=mask)
    tensor(5.)
    """
    x = _cast(_filled(input, mask, 0), _sum_dtype(input, dtype))
    return _add_up(x, _dims(input, dim), bool(keepdim))


@_in_its_layout
def prod(
    input: Tensor,
    dim: Dims = None,
    *,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The product over dims of the elements that the mask keeps.

    >>> x, mask = torch.tensor([3.0, 9.0, 4.0]), torch.tensor([True, False, True])
    >>> torch.masked.prod(x, mask=mask)
    tensor(12.)
    """
    x = _cast(_filled(input, mask, 1), _sum_dtype(input, dtype))
    for d in sorted(wrap_dims(_dims(input, dim), input.dim()), reverse=True):
        x = x.prod(d, keepdim=bool(keepdim))
    return x


@_in_its_layout
def amax(
    input: Tensor,
    dim: Dims = None,
    *,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The maximum over dims of the elements that the mask keeps.

    >>> x, mask = torch.tensor([1.0, 9.0, 4.0]), torch.tensor([True, False, True])
    >>> torch.masked.amax(x, 0, mask=mask)
    tensor(4.)
    """
    x = _cast(input, dtype)
    dims = _dims(input, dim)
    x = _filled(x, mask, _extreme(x.dtype, -1))
    return x.amax(dims, keepdim=bool(keepdim)) if dims else x


@_in_its_layout
def amin(
    input: Tensor,
    dim: Dims = None,
    *,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The minimum over dims of the elements that the mask keeps.

    >>> x, mask = torch.tensor([1.0, 0.0, 4.0]), torch.tensor([True, False, True])
    >>> torch.masked.amin(x, 0, mask=mask)
    tensor(1.)
    """
    x = _cast(input, dtype)
    dims = _dims(input, dim)
    x = _filled(x, mask, _extreme(x.dtype, 1))
    return x.amin(dims, keepdim=bool(keepdim)) if dims else x


def argmax(
    input: Tensor,
    dim: int | None = None,
    *,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The index of the maximum among the elements that the mask keeps, in the input's dtype.

    >>> x, mask = torch.tensor([1.0, 9.0, 4.0]), torch.tensor([True, False, True])
    >>> torch.masked.argmax(x, 0, mask=mask)
    tensor(2.)
    """
    x = _cast(input, dtype)
    return _filled(x, mask, _extreme(x.dtype, -1)).argmax(dim, bool(keepdim)).to(x.dtype)


def argmin(
    input: Tensor,
    dim: int | None = None,
    *,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The index of the minimum among the elements that the mask keeps, in the input's dtype.

    >>> x, mask = torch.tensor([1.0, 0.0, 4.0]), torch.tensor([True, False, True])
    >>> torch.masked.argmin(x, 0, mask=mask)
    tensor(0.)
    """
    x = _cast(input, dtype)
    return _filled(x, mask, _extreme(x.dtype, 1)).argmin(dim, bool(keepdim)).to(x.dtype)


def cumsum(
    input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None, mask: Tensor | None = None
) -> Tensor:
    """Running sums of the elements that the mask keeps.

    >>> x, mask = torch.tensor([1.0, 9.0, 4.0]), torch.tensor([True, False, True])
    >>> torch.masked.cumsum(x, 0, mask=mask)
    tensor([1., 1., 5.])
    """
    return _filled(_cast(input, _sum_dtype(input, dtype)), mask, 0).cumsum(dim)


def cumprod(
    input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None, mask: Tensor | None = None
) -> Tensor:
    """Running products of the elements that the mask keeps.

    >>> x, mask = torch.tensor([3.0, 9.0, 4.0]), torch.tensor([True, False, True])
    >>> torch.masked.cumprod(x, 0, mask=mask)
    tensor([ 3.,  3., 12.])
    """
    return _filled(_cast(input, _sum_dtype(input, dtype)), mask, 1).cumprod(dim)


def mean(
    input: Tensor,
    dim: Dims = None,
    *,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The mean over dims of the elements that the mask keeps; NaN where it keeps none.

    ValueError for integers without a floating or complex dtype.

    >>> x, mask = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([True, False, True])
    >>> torch.masked.mean(x, mask=mask)
    tensor(2.5000)
    """
    kind = input.dtype if dtype is None else dtype
    if not _is_inexact(kind):
        raise ValueError(
            "mean(): Could not infer output dtype. Input dtype must be either a floating point or "
            f"complex dtype. Got: {kind}"
        )
    dims, x = _dims(input, dim), _cast(input, kind)
    if mask is None:
        return x.mean(dims, keepdim=bool(keepdim)) if dims else x
    total = _add_up(_filled(x, mask, 0), dims, bool(keepdim))
    return total / _count(input, mask, dims, bool(keepdim))


def median(
    input: Tensor,
    dim: int = -1,
    *,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The lower median along a dim of the elements that the mask keeps; NaN where it keeps none.

    ValueError where it keeps none of integers.

    >>> x, mask = torch.tensor([1.0, 9.0, 4.0]), torch.tensor([True, False, True])
    >>> torch.masked.median(x, 0, mask=mask)
    tensor(1.)
    """
    x = _cast(input, dtype)
    if input.dim() == 0:
        dim = 0
    if x.dtype.is_floating_point:
        if mask is None:
            return x.nanmedian(dim, keepdim=keepdim).values
        return _filled(x, mask, math.nan).nanmedian(dim, keepdim=keepdim).values
    wide = x.to(dtypes.float64)
    result = _filled(wide, mask, math.nan).nanmedian(dim, keepdim=keepdim).values
    if bool(_isnan(result).any()):
        raise ValueError(
            "masked median expects no fully masked out rows if dtype is not floating point"
        )
    return result.to(x.dtype)


def logsumexp(
    input: Tensor,
    dim: Dims = None,
    *,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """log of the sum of exp over dims of the elements that the mask keeps.

    >>> torch.masked.logsumexp(torch.zeros(3), 0, mask=torch.tensor([True, False, True]))
    tensor(0.6931)
    """
    kind = input.dtype if dtype is None else dtype
    x = _cast(input, kind)
    low = -math.inf if _is_inexact(kind) else dtypes.iinfo(kind).min
    x = _filled(x, mask, low)
    return x.logsumexp(_dims(input, dim), keepdim=keepdim).to(kind)


def logaddexp(
    input: Tensor,
    other: Tensor,
    *,
    dtype: dtypes.dtype | None = None,
    input_mask: Tensor | None = None,
    other_mask: Tensor | None = None,
) -> Tensor:
    """log(exp(input) + exp(other)) of the elements that the masks keep."""
    a = _filled(_cast(input, dtype), input_mask, -math.inf)
    return FUNCTIONS["logaddexp"](a, _filled(_cast(other, dtype), other_mask, -math.inf))


def norm(
    input: Tensor,
    ord: float | None = 2.0,
    dim: Dims = None,
    *,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The vector norm over dims of the elements that the mask keeps.

    >>> x, mask = torch.tensor([3.0, 9.0, 4.0]), torch.tensor([True, False, True])
    >>> torch.masked.norm(x, 2, mask=mask)
    tensor(5.)
    """
    ord = 2.0 if ord is None else float(ord)
    x = _cast(input, dtype)
    x = _filled(x, mask, math.inf if ord < 0 else 0)
    return FUNCTIONS["norm"](x, ord, _dims(input, dim), keepdim=bool(keepdim))


def var(
    input: Tensor,
    dim: Dims = None,
    unbiased: bool | None = None,
    *,
    correction: float | None = None,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The variance over dims of the elements that the mask keeps; `correction` (1) is taken from
    their count. RuntimeError for both `unbiased` and `correction`.

    >>> x, mask = torch.tensor([1.0, 9.0, 3.0]), torch.tensor([True, False, True])
    >>> torch.masked.var(x, 0, True, mask=mask)
    tensor(2.)
    """
    if unbiased is not None and correction is not None:
        raise RuntimeError("Only one of unbiased and correction may be given")
    if correction is None:
        correction = 0.0 if unbiased is False else 1.0
    kind = input.dtype if dtype is None else dtype
    kind = kind if _is_inexact(kind) else dtypes.get_default_dtype()
    x, dims = _cast(input, kind), _dims(input, dim)
    count = _count(input, mask, dims, True)
    middle = _add_up(_filled(x, mask, 0), dims, True) / count.to(kind)
    away = _filled(x - middle, mask, 0)
    square = away * away.conj() if kind.is_complex else away * away
    total = _add_up(square, dims, bool(keepdim))
    count = (_count(input, mask, dims, bool(keepdim)) - correction).clamp(min=0)
    return total / count.to(total.dtype)


def std(
    input: Tensor,
    dim: Dims = None,
    unbiased: bool | None = None,
    *,
    correction: float | None = None,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The square root of `var`.

    >>> x, mask = torch.tensor([1.0, 9.0, 3.0]), torch.tensor([True, False, True])
    >>> torch.masked.std(x, 0, True, mask=mask)
    tensor(1.4142)
    """
    return var(
        input, dim, unbiased, correction=correction, keepdim=keepdim, dtype=dtype, mask=mask
    ).sqrt()


def softmax(
    input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None, mask: Tensor | None = None
) -> Tensor:
    """Softmax along a dim over the elements that the mask keeps; 0 elsewhere.

    >>> x, mask = torch.tensor([1.0, 9.0, 1.0]), torch.tensor([True, False, True])
    >>> torch.masked.softmax(x, 0, mask=mask)[::2]
    tensor([0.5000, 0.5000])
    """
    return FUNCTIONS["softmax"](_masked_low(input, dtype, mask, -1), dim)


def log_softmax(
    input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None, mask: Tensor | None = None
) -> Tensor:
    """log of `softmax`."""
    return FUNCTIONS["log_softmax"](_masked_low(input, dtype, mask, -1), dim)


def softmin(
    input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None, mask: Tensor | None = None
) -> Tensor:
    """Softmax of the negated elements that the mask keeps; 0 elsewhere."""
    return FUNCTIONS["softmax"](-_masked_low(input, dtype, mask, 1), dim)


def _masked_low(input: Tensor, dtype, mask: Tensor | None, sign: int) -> Tensor:
    x = _cast(input, dtype)
    return _filled(x, mask, _extreme(x.dtype, sign))


def normalize(
    input: Tensor,
    ord: float,
    dim: int,
    *,
    eps: float = 1e-12,
    dtype: dtypes.dtype | None = None,
    mask: Tensor | None = None,
) -> Tensor:
    """The elements that the mask keeps over their norm along a dim, which is at least `eps`."""
    x = _cast(input, dtype)
    length = norm(x, ord, dim, keepdim=True, mask=mask)
    floor = zeros_like(length) + eps
    return _filled(x, mask, 0) / FUNCTIONS["maximum"](length, floor)
