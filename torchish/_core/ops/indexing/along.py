"""Gathering and scattering along one dimension.

https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import SparseOperand, size_text, wrap_dim
from torchish._core.base.promotion import cast
from torchish._core.ops.arguments import scalar_name
from torchish._core.ops.indexing.elements import range_of
from torchish._core.ops.table import Array, ArrayOrNumber, Check, Number, Operand, Raw, op


def _along_check(input, dim, index, **rest):
    return range_of(index, input.shape[dim] if len(input.shape) else 1, 0)


def _along_error(payload, input, dim, index, **rest):
    n = input.shape[dim] if len(input.shape) else 1
    return RuntimeError(
        f"index {payload} is out of bounds for dimension {dim % max(len(input.shape), 1)} with "
        f"size {n}"
    )


def _copy_error(payload, **arguments):
    return IndexError(f"index_copy_(): {_along_error(payload, **arguments)}")


def _fill_check(input, dim, index, **rest):
    n = input.shape[dim] if len(input.shape) else 1
    return range_of(index, n, -n)


def _fill_error(payload, **arguments):
    return IndexError(str(_along_error(payload, **arguments)))


_ALONG = Check(_along_check, _along_error)


def _positions(index, dim: int):
    """Full index tuple of `gather`'s index: itself in `dim`, its own place elsewhere."""
    grid = jnp.ogrid[tuple(slice(0, n) for n in index.shape)] if index.ndim else []
    return tuple(index if d == dim else g for d, g in enumerate(grid))


def _require_index(name: str, index) -> None:
    if index.dtype not in (jnp.int64, jnp.int32):
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index")


def _require_dtype(name: str, input, source) -> None:
    """RuntimeError unless what is written has the dtype of what it is written to."""
    if source.dtype != input.dtype:
        raise RuntimeError(
            f"{name}(): self and source expected to have the same dtype, but got (self) "
            f"{scalar_name(input)} and (source) {scalar_name(source)}"
        )


def _prepare(name: str, input, dim: int, index, src=None):
    """Checked (input, dim, index, source) of `gather` and the scatters, 0-dim ones as vectors."""
    dim = wrap_dim(dim, input.ndim)
    if not index.size:
        return input, dim, index, src
    _require_index(name, index)
    if max(input.ndim, 1) != max(index.ndim, 1):
        whole = "input" if name == "gather" else "self"
        raise RuntimeError(
            f"Index tensor must have the same number of dimensions as {whole} tensor"
        )
    if src is not None and max(src.ndim, 1) != max(index.ndim, 1):
        raise RuntimeError("Index tensor must have the same number of dimensions as src tensor")
    x, i, s = (a.reshape(1) if a is not None and not a.ndim else a for a in (input, index, src))
    for d, n in enumerate(i.shape):
        outside = d != dim and n > x.shape[d]
        if outside and name == "gather":
            raise RuntimeError(
                f"Size does not match at dimension {d} expected index {size_text(index.shape)} "
                f"to be no larger than self {size_text(input.shape)} apart from dimension {dim}"
            )
        if outside or (s is not None and n > s.shape[d]):
            tail = ""
            if src is not None:
                tail = f" and to be no larger size than src {size_text(src.shape)}"
            raise RuntimeError(
                f"Expected index {size_text(index.shape)} to be no larger than self "
                f"{size_text(input.shape)} apart from dimension {dim}{tail}"
            )
    return x, dim, i, s


@op("gather", check=_ALONG, apart="wholly", saves="input index")
def gather(input: Array, dim: int, index: Raw, *, sparse_grad: bool = False):
    """Elements along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.gather.html)"""
    if sparse_grad:
        raise SparseOperand("gather: sparse_grad=True")  # which its rule takes care of
    x, dim, i, _ = _prepare("gather", input, dim, index)
    if not index.size:
        return jnp.zeros(index.shape, input.dtype)
    x = x[tuple(slice(0, x.shape[d] if d == dim else n) for d, n in enumerate(i.shape))]
    # The check sees what lies outside; XLA reads within the array all the same.
    y = jnp.take_along_axis(x, i, axis=dim, mode="promise_in_bounds")
    return y.reshape(index.shape)


def _scatter(name, input, dim, index, src, reduce):
    number = isinstance(src, (bool, int, float, complex)) or (src.ndim == 0 and index.ndim > 0)
    if not number and src.dtype != input.dtype:
        raise RuntimeError(f"{name}(): Expected self.dtype to be equal to src.dtype")
    x, dim, i, s = _prepare(name, input, dim, index, None if number else src)
    if not index.size:
        return input
    if number:
        s = jnp.broadcast_to(jnp.asarray(src).astype(input.dtype), i.shape)
    s = s[tuple(slice(0, n) for n in i.shape)]
    where = _positions(i, dim)
    r = x.at[where].set(s) if reduce is None else _into(x, where, s, reduce)
    return r.reshape(input.shape)


def _into(x, where, s, kind: str):
    """x[where] combined with `s` by add, multiply, max or min; bools by or, and."""
    if x.dtype == bool:
        kind = {"add": "max", "multiply": "min"}.get(kind, kind)
    if kind == "multiply" and jnp.issubdtype(x.dtype, jnp.inexact):
        return _multiply_into(x, s, where)
    return getattr(x.at[where], kind)(s)


@jax.custom_vjp
def _multiply_into(x, s, where):
    return x.at[where].multiply(s)


def _multiply_forward(x, s, where):
    return _multiply_into(x, s, where), (x, s, where)


def _multiply_backward(saved, g):
    # A factor's gradient is the product of the others: what is not zero, where no other factor is
    # zero.
    x, s, where = saved
    zeros = (x == 0).astype(jnp.int32).at[where].add((s == 0).astype(jnp.int32))
    rest = jnp.where(x == 0, 1, x).at[where].multiply(jnp.where(s == 0, 1, s))

    def others(factor, product, n):
        return jnp.where(n - (factor == 0) > 0, 0, product / jnp.where(factor == 0, 1, factor))

    return g * others(x, rest, zeros), g[where] * others(s, rest[where], zeros[where]), None


_multiply_into.defvjp(_multiply_forward, _multiply_backward)


@op("scatter", check=_ALONG, inplace=True, fits="src value")
def scatter(
    input: Array,
    dim: int,
    index: Raw,
    src: ArrayOrNumber = None,
    *,
    value: ArrayOrNumber = None,
    reduce: str | None = None,
):
    """Elements written along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_.html)"""
    if reduce not in (None, "add", "multiply"):
        raise RuntimeError("reduce argument must be either add or multiply.")
    return _scatter("scatter", input, dim, index, src if src is not None else value, reduce)


@op("scatter_add", check=_ALONG, inplace=True)
def scatter_add(input: Array, dim: int, index: Raw, src: Array):
    """Elements added along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_add_.html)"""
    return _scatter("scatter_add", input, dim, index, src, "add")


_REDUCE = {
    "sum": ("add", 0),
    "prod": ("multiply", 1),
    "amax": ("max", None),
    "amin": ("min", None),
    "mean": ("add", 0),
}


def _lowest(dtype, top: bool):
    if dtype == jnp.bool_:
        return not top
    if jnp.issubdtype(dtype, jnp.integer):
        i = jnp.iinfo(dtype)
        return i.max if not top else i.min
    return -jnp.inf if top else jnp.inf


def _reduce_into(x, where, src, reduce: str, include_self: bool, touched):
    """Reduce `src` into x[where]; `touched` marks the places that receive anything."""
    kind, neutral = _REDUCE[reduce]
    if neutral is None:
        neutral = _lowest(x.dtype, kind == "max")
    start = x if include_self else jnp.where(touched, jnp.asarray(neutral, x.dtype), x)
    r = _into(start, where, src, kind)
    if reduce == "mean":
        count = jnp.zeros(x.shape, jnp.int32).at[where].add(jnp.ones(src.shape, jnp.int32)) + int(
            include_self
        )
        count = jnp.maximum(count, 1)
        r = (
            r / count.astype(r.dtype)
            if jnp.issubdtype(r.dtype, jnp.inexact)
            else jnp.floor_divide(r, count.astype(r.dtype))
        )
        r = jnp.where(touched, r, x)
    return r


@op("scatter_reduce", check=_ALONG, inplace=True)
def scatter_reduce(
    input: Array, dim: int, index: Raw, src: Array, reduce: str, *, include_self: bool = True
):
    """Elements reduced along a dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.scatter_reduce_.html)"""
    if reduce not in _REDUCE:
        raise RuntimeError(
            "reduce argument must be either sum, prod, mean, amax or amin, got " + str(reduce)
        )
    if src.dtype != input.dtype:
        raise RuntimeError("scatter_reduce(): Expected self.dtype to be equal to src.dtype")
    x, dim, i, s = _prepare("scatter_reduce", input, dim, index, src)
    if not index.size:
        return input
    s, where = s[tuple(slice(0, n) for n in i.shape)], _positions(i, dim)
    touched = jnp.zeros(x.shape, bool).at[where].set(True)
    return _reduce_into(x, where, s, reduce, include_self, touched).reshape(input.shape)


def _select_error(payload, input, dim, **rest):
    if dim % max(len(input.shape), 1):
        return RuntimeError(
            f"INDICES element is out of DATA bounds, id={payload} axis_dim={input.shape[dim]}"
        )
    return IndexError("index out of range in self")


_SELF = Check(_along_check, lambda payload, **arguments: IndexError("index out of range in self"))


def _vector(name: str, index) -> None:
    _require_index(name, index)
    if index.ndim < 2:
        return
    if name == "index_copy_":
        raise IndexError(f"{name}(): Index should have dimension 1 or 0 (got {index.ndim})")
    found = ""
    if name != "index_select":
        found = f", but got dim: {index.ndim} with type: {scalar_name(index)} and size: "
        found += size_text(index.shape)
        name += "_"
    raise IndexError(f"{name}(): Index is supposed to be a vector{found}")


@op("index_select", check=Check(_along_check, _select_error), apart="wholly", saves="index")
def index_select(input: Array, dim: int, index: Raw):
    """Rows at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.index_select.html)"""
    _vector("index_select", index)
    dim = wrap_dim(dim, input.ndim)
    if not input.ndim:
        if index.size != 1:
            raise RuntimeError(
                f"index_select(): Index to scalar can have only 1 value, got {index.size} value(s)"
            )
        return input
    if not input.shape[dim] and index.size:
        if input.size == 0 and input.ndim > 1:
            raise RuntimeError("index_select(): self indexing axis dim should be positive")
        raise IndexError("index out of range in self")
    return jnp.take(input, index.reshape(-1), axis=dim, mode="clip")


def _rows(input, dim: int, index, source, name: str):
    """Checked (input, dim, index, source) of an operator that writes whole rows."""
    _vector(name, index)
    dim = wrap_dim(dim, input.ndim)
    x = input.reshape(1) if not input.ndim else input
    s = source.reshape(1) if not source.ndim else source
    n = index.size
    if s.shape[dim if s.ndim > dim else 0] != n:
        head = f"{name.rstrip('_')}_(): Number of indices ({n}) should be equal to source.size(dim)"
        if name == "index_copy_":
            raise IndexError(f"{head} ({s.shape[dim]})")
        raise RuntimeError(f"{head}: ({s.shape[dim]}), for dim: {dim}")
    if x.ndim != s.ndim or any(
        a != b for d, (a, b) in enumerate(zip(x.shape, s.shape, strict=True)) if d != dim
    ):
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. "
            f"Got self.shape = {size_text(input.shape)} source.shape = {size_text(source.shape)}"
        )
    return x, dim, index.reshape(-1), s


def _at_rows(dim: int, index):
    return (slice(None),) * dim + (index,)


def _add_error(payload, input, dim, index, source=None, alpha=1):
    # PyTorch's scatter_add does it along the first and the last dimension, and has other words.
    n = len(input.shape)
    if n > 1 and alpha == 1 and dim % n in (0, n - 1):
        return _along_error(payload, input, dim, index)
    return IndexError("index out of range in self")


@op("index_add", check=Check(_along_check, _add_error), inplace=True)
def index_add(input: Array, dim: int, index: Raw, source: Array, *, alpha: Number = 1):
    """Rows added at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html)"""
    _require_dtype("index_add_", input, source)
    x, dim, i, s = _rows(input, dim, index, source, "index_add")
    s = s * alpha.astype(s.dtype) if s.dtype != bool else s & (alpha != 0)
    at = x.at[_at_rows(dim, i)]
    return (at.max(s) if s.dtype == bool else at.add(s)).reshape(input.shape)


@op("index_copy", check=Check(_along_check, _copy_error), inplace=True)
def index_copy(input: Array, dim: int, index: Raw, source: Array):
    """Rows written at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html)"""
    _require_dtype("index_copy_", input, source)
    x, dim, i, s = _rows(input, dim, index, source, "index_copy_")
    return x.at[_at_rows(dim, i)].set(s).reshape(input.shape)


@op("index_fill", fits="value", check=Check(_fill_check, _fill_error), inplace=True, out=False)
def index_fill(input: Array, dim: int, index: Raw, value: Operand):
    """Rows filled at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html)"""
    if index.dtype != jnp.int64:
        raise IndexError("index_fill_(): Expected dtype int64 for index.")
    if index.ndim > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    if value.ndim:
        raise RuntimeError(
            "index_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value.ndim} dimension(s)."
        )
    dim = wrap_dim(dim, input.ndim)
    x = input.reshape(1) if not input.ndim else input
    v = cast(jnp.asarray(value), dt.from_np(input.dtype))
    return x.at[_at_rows(dim, index.reshape(-1))].set(v).reshape(input.shape)


@op("index_reduce", check=_SELF, inplace=True)
def index_reduce(
    input: Array, dim: int, index: Raw, source: Array, reduce: str, *, include_self: bool = True
):
    """Rows reduced at the indices
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html)"""
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(
            "reduce argument must be either prod, mean, amax or amin, got " + str(reduce) + "."
        )
    _require_dtype("index_reduce", input, source)
    x, dim, i, s = _rows(input, dim, index, source, "index_reduce")
    where = _at_rows(dim, i)
    touched = jnp.zeros(x.shape, bool).at[where].set(True)
    if reduce == "prod":  # its gradient takes the places as arrays
        lines = [i if d == dim else jnp.arange(n) for d, n in enumerate(x.shape)]
        where = jnp.ix_(*lines)
    return _reduce_into(x, where, s, reduce, include_self, touched).reshape(input.shape)


def _flat_check(input, index, **rest):
    n = int(np.prod(input.shape))
    return range_of(index, n, -n)


def _flat_error(payload, input, index, **rest):
    return IndexError(
        f"out of range: tried to access index {payload} on a tensor of "
        f"{int(np.prod(input.shape))} elements."
    )


@op("take", check=Check(_flat_check, _flat_error), apart="wholly")
def take(input: Array, index: Raw):
    """Elements by their place in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.take.html)"""
    if index.dtype != jnp.int64:
        raise RuntimeError(
            f"take(): Expected a long tensor for index, but got {scalar_name(index)}"
        )
    if not input.size and index.size:
        raise IndexError("take(): tried to take from an empty tensor")
    return input.reshape(-1)[index]


@op("put", check=Check(_flat_check, _flat_error), inplace=True, out=False)
def put(input: Array, index: Raw, source: Array, accumulate: bool = False):
    """Elements written by their place in the flattened tensor
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.put_.html)"""
    if index.dtype != jnp.int64:
        raise RuntimeError(
            f"put_(): Expected a long tensor for index, but got {scalar_name(index)}"
        )
    if source.dtype != input.dtype:
        raise RuntimeError(
            "put_(): self and source expected to have the same dtype, but got self.dtype = "
            f"{scalar_name(input)} and source.dtype = "
            f"{scalar_name(source)}"
        )
    if index.size != source.size:
        raise IndexError(
            "put_(): Expected source and index to have the same number of elements, but got "
            f"source.numel() = {source.size}, index.numel() = {index.size}"
        )
    x, where, s = input.reshape(-1), (index.reshape(-1),), source.reshape(-1)
    return (_into(x, where, s, "add") if accumulate else x.at[where].set(s)).reshape(input.shape)


def _lines_check(input, indices, dim=None, **rest):
    if dim is not None:  # PyTorch takes the remainder there
        return True, 0
    return range_of(indices, int(np.prod(input.shape)), 0)


def _lines_error(payload, input, **rest):
    n = int(np.prod(input.shape))
    return RuntimeError(f"index {payload} is out of bounds for dimension 0 with size {n}")


@op("take_along_dim", check=Check(_lines_check, _lines_error))
def take_along_dim(input: Array, indices: Raw, dim: int | None = None):
    """Elements along a dimension, broadcast
    (https://docs.pytorch.org/docs/stable/generated/torch.take_along_dim.html)"""
    if indices.dtype != jnp.int64:
        raise RuntimeError(
            "torch.take_along_dim(): dtype of indices should be Long but got "
            + scalar_name(indices)
        )
    if dim is None:
        return jnp.take(input.reshape(-1), indices.reshape(-1), mode="clip")
    if input.ndim != indices.ndim:
        raise RuntimeError(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, "
            f"but got {input.ndim} dimensions for input, and {indices.ndim} dimensions for indices"
        )
    dim = wrap_dim(dim, input.ndim)
    indices = indices % max(input.shape[dim], 1)
    return jnp.take_along_axis(input, indices, dim, mode="clip")
