"""Functions composed of others because they return views, look at values, or accept several forms.

https://docs.pytorch.org/docs/stable/torch.html
"""

from __future__ import annotations

import numpy as np

from torchish._core.base import devices, promotion
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import broadcast_shapes, warn_once, wrap_dim
from torchish._core.ops import core
from torchish._core.ops.table import TABLE
from torchish._core.tensor import binding, dispatch, out_dtypes
from torchish._core.tensor.api import factory, methods
from torchish._core.tensor.api.classes import class_name, ints, require_tensors, several
from torchish._core.tensor.public import enter, public
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor
from torchish._core.tensor.views import indexing
from torchish._core.tensor.views import parts as views
from torchish._core.tensor.views.recast import conj
from torchish._core.tensor.views.shapes import view_sizes


@public()
def detach(input: Tensor) -> Tensor:
    """The same memory without history."""
    return input.detach()


@public()
def clone(input: Tensor, *, memory_format=None) -> Tensor:
    """A copy, with gradient."""
    return input.clone(memory_format=memory_format)


@public()
def numel(input: Tensor) -> int:
    """The number of elements."""
    return input.numel()


@public(takes="other")
def is_tensor(obj) -> bool:
    """Whether `obj` is a Tensor."""
    return isinstance(obj, Tensor)


@public()
def is_floating_point(input: Tensor) -> bool:
    return input.is_floating_point()


@public()
def is_complex(input: Tensor) -> bool:
    return input.is_complex()


@public()
def is_conj(input: Tensor) -> bool:
    return input.is_conj()


@public()
def is_neg(input: Tensor) -> bool:
    return input.is_neg()


@public(method=True)
def is_nonzero(input: Tensor) -> bool:
    """Whether a one-element tensor is not zero."""
    return bool(input)


@public(method=True)
def is_same_size(input: Tensor, other: Tensor) -> bool:
    return input.shape == other.shape


@public(method=True)
def positive(input: Tensor) -> Tensor:
    """The tensor itself (https://docs.pytorch.org/docs/stable/generated/torch.positive.html).
    RuntimeError for bools."""
    if input.dtype is dt.bool_:
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


enter("Tensor.__pos__", positive)


@public(method=True, over=True)
def equal(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have the same shape and the same elements."""
    return bool(dispatch.apply(TABLE["equal"], (input, other)))


@public(method=True, over=True)
def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Whether all elements satisfy |input - other| <= atol + rtol * |other|."""
    return bool(dispatch.apply(TABLE["allclose"], (input, other, rtol, atol, equal_nan)))


@public(method=True)
def broadcast_to(input: Tensor, size) -> Tensor:
    """The tensor expanded to a shape; a view."""
    return input.expand(ints(size, "broadcast_to", "size", 2))


@public()
def broadcast_tensors(*tensors) -> tuple[Tensor, ...]:
    """Tensors expanded to their common shape; views."""
    ts = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    shape = broadcast_shapes(*(t._aval.shape for t in ts))
    return tuple(t if t._aval.shape == shape else t.expand(shape) for t in ts)


def _require_tensors(ts) -> None:
    """TypeError for what is no tensor in a sequence that should hold them."""
    for i, t in enumerate(ts):
        if not isinstance(t, Tensor):
            raise TypeError(
                f"expected Tensor as element {i} in argument 0, but got {type(t).__name__}"
            )


def _atleast(n: int):
    def f(*tensors):
        ts = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
        _require_tensors(ts)
        out = tuple(_raise_dim(t, n) for t in ts)
        return out if len(ts) > 1 or ts is not tensors else out[0]

    f.__name__ = f"atleast_{n}d"
    f.__doc__ = f"Tensors with at least {n} dimension{'s' * (n > 1)}; views."
    return f


def _raise_dim(t: Tensor, n: int) -> Tensor:
    d = t.dim()
    if d >= n:
        return t
    if d == 0:
        return t.reshape((1,) * n)
    if d == 1:
        return t.unsqueeze(0) if n == 2 else t.unsqueeze(0).unsqueeze(-1)
    return t.unsqueeze(-1)


for _k in (1, 2, 3):
    public()(_atleast(_k))


@public(method=True, over=True)
def nonzero(input: Tensor, *, as_tuple: bool = False, out=None):
    """Positions of the elements that are not zero, one row each; with `as_tuple` one index tensor
    a dimension."""
    if out is not None:
        if as_tuple:
            raise RuntimeError("nonzero does not support the out kwarg when as_tuple is True")
        return dispatch.apply_out(TABLE["nonzero"], (input,), out)
    if as_tuple:
        if input.dim() == 0:
            return (dispatch.apply(TABLE["nonzero"], (input.reshape(1),)).reshape(-1),)
        return indexing.positions(input)
    return dispatch.apply(TABLE["nonzero"], (input,))


@public(method=True)
def argwhere(input: Tensor) -> Tensor:
    """Positions of the elements that are not zero, one row each."""
    return dispatch.apply(TABLE["nonzero"], (input,))


def _expanded(indices) -> list:
    """Index tensors with masks turned into positions, as `index_put` takes them."""
    out: list = []
    require_tensors(indices, "index_put_", "indices")
    for i in indices:
        if i is not None and i.dtype in (dt.bool_, dt.uint8):
            indexing.warn_of_bytes(i)
            out.extend(indexing.positions(i))
        else:
            out.append(i)
    return out


@public(method=True, over=True)
def index_put(input: Tensor, indices, values: Tensor, accumulate: bool = False) -> Tensor:
    """A copy with values written at the positions that index tensors or masks name."""
    return dispatch.apply(TABLE["index_put"], (input, _expanded(indices), values, accumulate))


@public(method=True, over=True)
def index_put_(input: Tensor, indices, values: Tensor, accumulate: bool = False) -> Tensor:
    """Values written at the positions that index tensors or masks name."""
    return dispatch.apply_inplace(
        TABLE["index_put"], (input, _expanded(indices), values, accumulate)
    )


@public(method=True)
def repeat_interleave(
    input: Tensor, repeats=None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each element repeated, as often for all or as a tensor says for each."""
    op = TABLE["_repeat_interleave"]
    if repeats is None:
        if input.dtype.category != dt.INT or input.dim() != 1:
            raise RuntimeError(
                "repeat_interleave only accept 1D vector as repeat"
                if input.dim() != 1
                else "repeats has to be Long or Int tensor"
            )
        counts = input._host()
        if counts.size and counts.min() < 0:
            raise RuntimeError("repeats can not be negative")
        return factory.of_array(np.repeat(np.arange(counts.size), counts), input.device)
    if not isinstance(repeats, Tensor):
        if isinstance(repeats, (list, tuple)):
            repeats = factory.made(repeats)
        else:
            if repeats < 0:
                raise RuntimeError("Repeats must be non-negative")
            found = dispatch.apply(op, (input, int(repeats), dim))
            return view_sizes(found, found._aval.shape, "View")  # PyTorch merges two dimensions
    if repeats.dtype not in (dt.int64, dt.int32):
        raise RuntimeError("repeats has to be Long or Int tensor")
    if repeats.dim() > 1:
        raise RuntimeError("repeats must be 0-dim or 1-dim tensor")
    if repeats.numel() == 1:
        return dispatch.apply(op, (input, int(repeats), dim))
    x, d = (input.reshape(-1), 0) if dim is None else (input, wrap_dim(dim, input.dim()))
    if repeats.numel() != x.shape[d]:
        raise RuntimeError(
            "repeats must have the same size as input along dim, but got repeats.size(0) = "
            f"{repeats.numel()} and input.size({d}) = {x.shape[d]}"
        )
    counts = repeats._host()
    if (counts < 0).any():
        raise RuntimeError("repeats can not be negative")
    return x.index_select(
        d, factory.of_array(np.repeat(np.arange(len(counts)), counts), input.device)
    )


_EINSUM = (
    "einsum(): must specify the equation string and at least one operand, or at least one operand "
    "and its subscripts list"
)


@public()
def einsum(*args) -> Tensor:
    """Sums of products by Einstein's convention: `einsum("ij,jk->ik", a, b)`, or operands with
    lists of subscripts."""
    if not args:
        raise ValueError(_EINSUM)
    if not isinstance(args[0], (str, Tensor)):
        raise TypeError(
            f"einsum(): argument 'equation' (position 1) must be str, not {type(args[0]).__name__}"
        )
    if isinstance(args[0], str):
        equation, operands = args[0], args[1:]
        if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
            operands = tuple(operands[0])
        if not operands:
            raise ValueError(_EINSUM)
    else:
        operands, lists = args[0 : len(args) // 2 * 2 : 2], args[1::2]
        if not lists:
            raise ValueError(_EINSUM)

        def letters(labels) -> str:
            for s in labels:
                if s is not Ellipsis and not 0 <= s < 52:
                    raise ValueError(
                        "einsum(): subscript in subscript list is not within the valid range "
                        "[0, 52)"
                    )
            return "".join(
                "..." if s is Ellipsis else chr(65 + s) if s < 26 else chr(71 + s) for s in labels
            )

        equation = ",".join(letters(s) for s in lists[: len(operands)])
        if len(args) % 2:
            equation += "->" + letters(args[-1])
    return dispatch.apply(TABLE["_einsum"], (list(operands), equation))


_PRODUCTS = {(1, 1): "dot", (2, 1): "mv", (2, 2): "mm"}


@public(method=True, over=True)
def matmul(input: Tensor, other: Tensor, *, out=None) -> Tensor:
    """The matrix product of tensors of any dimensions, by the operator for theirs."""
    if isinstance(input, Tensor) and isinstance(other, Tensor):
        name = _PRODUCTS.get((input.dim(), other.dim()), "matmul")
        if input.dim() == other.dim() == 3 and input.shape[0] == other.shape[0]:
            name = "bmm"
        op = TABLE[name]
    else:
        op = TABLE["matmul"]
    if out is not None:
        return dispatch.apply_out(op, (input, other), out)
    return dispatch.apply(op, (input, other))


def _matmul(self: Tensor, other) -> Tensor:
    return matmul(self, other) if isinstance(other, Tensor) else NotImplemented


enter("Tensor.__matmul__", _matmul)
enter("Tensor.__rmatmul__", lambda self, other: _matmul(other, self))


@public()
def chain_matmul(*matrices, out=None) -> Tensor:
    """The product of a chain of matrices."""
    ts = (
        list(matrices[0])
        if len(matrices) == 1 and isinstance(matrices[0], (list, tuple))
        else list(matrices)
    )
    if not ts:
        raise RuntimeError("chain_matmul(): Expected one or more matrices")
    require_tensors(ts, "chain_matmul", "matrices")
    for t in ts:
        if t.dim() != 2:
            raise RuntimeError(f"Tensor dimension is {t.dim()}, expected 2 instead.")
    return ts[0] if len(ts) == 1 else dispatch.apply(TABLE["_chain_matmul"], (ts,))


def _joined(name: str):
    def f(*tensors):
        ts = (
            list(tensors[0])
            if len(tensors) == 1 and isinstance(tensors[0], (list, tuple))
            else list(tensors)
        )
        return dispatch.apply(TABLE["_" + name], (ts,))

    f.__name__, f.__doc__ = name, TABLE["_" + name].fn.__doc__
    return f


for _n in ("block_diag", "cartesian_prod"):
    public()(_joined(_n))


@public(method=True)
def masked_select(input: Tensor, mask: Tensor, *, out=None) -> Tensor:
    """The elements where a mask is true, 1-D."""
    if mask.dtype is not dt.bool_:
        raise RuntimeError(
            f"masked_select: expected BoolTensor for mask, but got {dt.SCALAR_NAMES[mask.dtype]}"
        )
    a, m = broadcast_tensors(input, mask)
    r = a.reshape(-1)[m.reshape(-1)]
    if out is not None:
        dispatch.refuse_overlap(out, (input, mask), wholly=True)
        dispatch.write_out(out, r._value(), out_dtypes.RULES["masked_select"])
        return out
    return r


@public(over=True)
def where(condition: Tensor, input=None, other=None, *, out=None, **kw):
    """Elements of `input` where the condition holds, of `other` elsewhere; positions when neither
    is given."""
    input, other = kw.pop("self", input), kw.pop("y", other)
    if input is None and other is None:
        return nonzero(condition, as_tuple=True)
    op = TABLE["where"]
    if out is not None:
        return dispatch.apply_out(op, (condition, input, other), out)
    return dispatch.apply(op, (condition, input, other))


enter(
    "Tensor.where",
    lambda self, condition, other=None, **kw: where(
        condition, self, other if other is not None else kw.get("y")
    ),
    over=True,
)


@public()
def result_type(tensor1, tensor2) -> dt.dtype:
    """The dtype of an operation on two tensors or numbers."""
    ranked = []
    for x in (tensor1, tensor2):
        if isinstance(x, Tensor):
            ranked.append((x.dtype, 2 if x.dim() else 1))
        elif binding.as_number(x) is None:
            raise TypeError(
                "result_type() received an invalid combination of arguments - got "
                f"({class_name(tensor1)}, {class_name(tensor2)})"
            )
        else:
            ranked.append((promotion.scalar_dtype(type(binding.as_number(x))), 0))
    return promotion.result_type(ranked)


for _f in (conj, methods.resolve_conj, methods.resolve_neg):
    public(over=True)(_f)
for _f in (methods.fill_, methods.zero_, methods.detach_):
    public()(_f)
enter("promote_types", promotion.promote_types)


@public()
def _assert(condition, message: str) -> None:
    """AssertionError with the message, where the condition is false."""
    if not condition:
        raise AssertionError(message)


@public()
def can_cast(from_: dt.dtype, to: dt.dtype) -> bool:
    """Whether a result of one dtype may be written into another."""
    return promotion.can_cast(from_, to)


@public()
def meshgrid(*tensors, indexing: str | None = None) -> tuple[Tensor, ...]:
    """Coordinate grids of 1-D tensors; views."""
    ts = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors
    if not ts:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    _require_tensors(ts)
    if indexing is None:
        warn_once(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing "
            "argument."
        )
    mode = "ij" if indexing is None else indexing
    if mode not in ("ij", "xy"):
        raise RuntimeError(
            f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {mode}'
        )
    for t in ts:
        if t.dim() > 1:
            raise RuntimeError(
                f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {t.dim()}D"
            )
        if t.dtype is not ts[0].dtype:
            raise RuntimeError("torch.meshgrid expects all tensors to have the same dtype")
        if t.device is not ts[0].device:
            raise RuntimeError("torch.meshgrid expects all tensors to have the same device")
    order = list(ts)
    swap = mode == "xy" and len(order) >= 2
    if swap:
        order[0], order[1] = order[1], order[0]
    shape = [t.numel() for t in order]
    out = []
    for i, t in enumerate(order):
        out.append(t.reshape([-1 if k == i else 1 for k in range(len(order))]).expand(shape))
    if swap:
        out[0], out[1] = out[1], out[0]
    return tuple(out)


@public(method=True)
def ravel(input: Tensor) -> Tensor:
    """The elements as one dimension; a view where possible."""
    return input.contiguous().view(-1) if not input.is_contiguous() else input.view(-1)


@public(method=True)
def split_with_sizes(input: Tensor, split_sizes, dim: int = 0) -> tuple[Tensor, ...]:
    return views.split(input, ints(split_sizes, "split_with_sizes", "split_sizes", 2), dim)


@public(method=True)
def unsafe_split(input: Tensor, split_size, dim: int = 0) -> tuple[Tensor, ...]:
    return views.apart(views.split(input, split_size, dim))


@public(method=True)
def unsafe_chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    return views.apart(views.chunk(input, chunks, dim))


@public(method=True)
def sum_to_size(input: Tensor, *size) -> Tensor:
    """Summed over the dimensions that broadcasting to this tensor's shape would have added."""
    target = tuple(several(size, "sum_to_size"))
    shape = input._aval.shape
    if not target:
        return input.sum()
    if shape == target:
        return input
    lead = len(shape) - len(target)
    if lead < 0 or any(t not in (1, s) for s, t in zip(shape[lead:], target, strict=True)):
        raise RuntimeError(f"size {{{list(target)}}} is not expandable to size {{{list(shape)}}}.")
    dims = [
        *range(lead),
        *(lead + i for i, t in enumerate(target) if t == 1 and shape[lead + i] != 1),
    ]
    r = input.sum(dim=dims, keepdim=True) if dims else input
    return r.reshape(target)


@public()
def fill(input: Tensor, value, *, out=None) -> Tensor:
    """Every element replaced by one value."""
    if out is not None:
        return dispatch.apply_out(core.fill, (input, value), out)
    if isinstance(value, Tensor) and value.dim():
        raise RuntimeError(
            f"fill only supports 0-dimension value tensor but got tensor with {value.dim()} "
            "dimensions."
        )
    return dispatch.apply(core.fill, (input, value))


@public(method=True)
def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """The elements on a diagonal of a square matrix of zeros."""
    return diag(input.reshape(-1), offset)


@public(method=True)
def diag(input: Tensor, diagonal: int = 0, *, out=None) -> Tensor:
    """A matrix with a vector on its diagonal; a matrix's diagonal."""
    if input.dim() not in (1, 2):
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.dim()}D")
    r = (
        diag_embed(input, diagonal)
        if input.dim() == 1
        else dispatch.fresh(input.diagonal(diagonal))
    )
    if out is not None:
        dispatch.write_out(out, r._value(), out_dtypes.SAME)
        return out
    return r


@public(method=True)
def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The last dimension on a diagonal of two new dimensions, zeros elsewhere."""
    n = input.dim() + 1
    a, b = wrap_dim(dim1, n), wrap_dim(dim2, n)
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    size = input.shape[-1] + abs(offset)
    shape = list(input.shape[:-1])
    for d in sorted((a, b)):
        shape.insert(d, size)
    r = factory.zeros(shape, dtype=input.dtype, device=input.device)
    r.diagonal(offset, a, b).copy_(input)
    return r


@public()
def set_default_dtype(d: dt.dtype) -> None:
    """The floating dtype of new tensors made from Python floats."""
    dt.set_default(d)
    binding.reset_calls()


@public()
def set_default_tensor_type(t) -> None:
    """Legacy form of `set_default_dtype`."""
    if getattr(t, "is_cuda", None) is True and not devices.jax_devices("cuda"):
        raise TypeError(f"type {t} not available. Torch not compiled with CUDA enabled.")
    if not isinstance(t, (str, type)):
        raise TypeError(
            "invalid type object: only floating-point types are supported as the default type"
        )
    name = t if isinstance(t, str) else t.__name__
    d = dt.LEGACY_NAMES.get(name.rsplit(".", 1)[-1].removesuffix("Tensor"))
    if d is None or not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    set_default_dtype(d)


@public()
def is_anomaly_check_nan_enabled() -> bool:
    """Whether anomaly mode looks for NaN."""
    return modes.check_nan
